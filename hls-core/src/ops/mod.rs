//! The operations of the IR: one file each, one list.

mod add;
mod argmax;
mod average;
mod average_pool;
mod clip;
mod code;
mod concatenate;
mod conv;
mod dense;
mod dot;
mod embedding;
mod extremum;
mod flatten;
mod hard_sigmoid;
mod input;
mod lanes;
mod layer_norm;
mod leaky_relu;
mod max_pool;
mod maximum;
mod minimum;
mod moves;
mod multiply;
mod normalization;
mod pad;
mod products;
mod quantize;
mod relu;
mod reshape;
mod rms_norm;
mod scale_shift;
mod sign;
mod slice;
mod softmax;
mod subtract;
mod table;
mod thresholded_relu;
mod transpose;
mod upsample;
mod windows;
mod workload;

use serde::{Deserialize, Serialize};

pub use add::Add;
pub use argmax::Argmax;
pub use average::Average;
pub use average_pool::AveragePool;
pub use clip::Clip;
pub use code::{ConstantArray, LayerCode};
pub use concatenate::Concatenate;
pub use conv::Conv;
pub use dense::Dense;
pub use dot::Dot;
pub use embedding::Embedding;
pub use flatten::Flatten;
pub use hard_sigmoid::HardSigmoid;
pub use input::Input;
pub use lanes::Lanes;
pub use layer_norm::LayerNorm;
pub use leaky_relu::LeakyRelu;
pub use max_pool::MaxPool;
pub use maximum::Maximum;
pub use minimum::Minimum;
pub use multiply::Multiply;
pub use normalization::NormalizationRow;
pub use pad::Pad;
pub use products::Products;
pub use quantize::Quantize;
pub use relu::Relu;
pub use reshape::Reshape;
pub use rms_norm::RmsNorm;
pub use scale_shift::ScaleShift;
pub use sign::Sign;
pub use slice::Slice;
pub use softmax::{Softmax, SoftmaxImplementation, SoftmaxRow};
pub use subtract::Subtract;
pub use table::{Table, TableIndex};
pub use thresholded_relu::ThresholdedRelu;
pub use transpose::Transpose;
pub use upsample::Upsample;
pub use workload::Workload;

use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::Kernel;
use crate::fixed::{FixedType, Interval, MAX_WIDTH, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::{ShapeRule, Source, Walk};
use crate::shape::Shape;

/// The types around one node.
#[derive(Clone, Copy, Debug)]
pub struct OpTypes<'a> {
    /// What the node reads, in order.
    pub inputs: &'a [TensorType],
    /// What it produces.
    pub output: &'a TensorType,
}

/// Everything the compiler knows about one operation.
pub trait OpDef {
    /// The name in kernels, reports and printed graphs: snake case.
    const NAME: &'static str;

    /// Whether every position (all dimensions but the last) is computed on its own, so that a stream may pass one
    /// position after the other. [`OpDef::code`] then also serves types whose shape is one position, `[channels]`.
    const PER_POSITION: bool = false;

    /// Whether every element is computed on its own, so that a stream may cut positions where it likes. [`OpDef::code`]
    /// then also serves types whose shape is any number of elements.
    const PER_ELEMENT: bool = false;

    /// [`OpDef::PER_POSITION`] of an operation for which its parameters decide.
    fn per_position(&self) -> bool {
        Self::PER_POSITION
    }

    /// The geometry; `None` for the model's input.
    fn shape_rule(&self) -> Option<ShapeRule>;

    /// The types that the operation names itself; they are legal wherever [`OpDef::infer`] is called.
    fn declared_types(&self) -> Vec<FixedType> {
        Vec::new()
    }

    /// The exact type and range of the result for inputs of these types; `shape` is what the shape rule gives.
    ///
    /// # Errors
    /// Where a type cannot be used here or the exact result is too wide.
    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic>;

    /// What the operation assigns to a type that it names: the exact values and the type.
    fn assignment(&self, _inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        None
    }

    /// The definition of the operation on the raw mantissas of one sample. The emulator's kernels are tested against
    /// it; speed does not matter.
    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]);

    /// The bits, sign included, that hold every input, intermediate sum and result.
    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32;

    /// The emulator's fast form, exact where the carrier has [`OpDef::carrier_bits`].
    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>>;

    /// Multiplications and EBOPs.
    fn workload(&self, _types: &OpTypes<'_>) -> Workload {
        Workload::default()
    }

    /// How a process works through its input and result where it keeps no more than a part of them: under `io_stream` the
    /// kernel with `_stream` behind its name then reads and writes the streams itself. `None` where the operation works
    /// on positions or on the whole tensor.
    fn walk(&self, _inputs: &[TensorType]) -> Option<Walk> {
        None
    }

    /// Whether the result is the inputs one after the other, so that under `io_stream` a process hands their packets on and
    /// keeps none: the kernel with `_stream` behind its name then reads and writes the streams itself.
    fn is_sequence(&self) -> bool {
        false
    }

    /// What a back end needs to write the call and its configuration; `None` where the operation is no code.
    fn code(&self, types: &OpTypes<'_>, hardware: &Hardware) -> Option<LayerCode>;

    /// The operation's own formats, for the printed graph.
    fn details(&self) -> String {
        String::new()
    }
}

macro_rules! define_ops {
    ($($name:ident),* $(,)?) => {
        /// One operation of the IR.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Op {
            $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name),)*
        }

        $(impl From<$name> for Op {
            fn from(op: $name) -> Self {
                Self::$name(op)
            }
        })*

        /// Calls the operation inside; `$op` is bound to it.
        macro_rules! each_op {
            ($self:expr, $op:ident => $body:expr) => {
                match $self {
                    $(Op::$name($op) => $body,)*
                }
            };
        }

        impl Op {
            /// The name in kernels, reports and printed graphs.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => <$name as OpDef>::NAME,)*
                }
            }


            /// See [`OpDef::PER_ELEMENT`].
            #[must_use]
            pub const fn is_per_element(&self) -> bool {
                match self {
                    $(Self::$name(_) => <$name as OpDef>::PER_ELEMENT,)*
                }
            }
        }
    };
}

define_ops! {
    Input,
    Dense,
    Relu,
    Quantize,
    Softmax,
    Argmax,
    Add,
    Concatenate,
    Flatten,
    Subtract,
    Multiply,
    Average,
    Maximum,
    Minimum,
    Dot,
    Reshape,
    Transpose,
    Slice,
    LayerNorm,
    RmsNorm,
    Embedding,
    LeakyRelu,
    Clip,
    ThresholdedRelu,
    HardSigmoid,
    Table,
    ScaleShift,
    Sign,
    Conv,
    MaxPool,
    AveragePool,
    Pad,
    Upsample,
}

impl Op {
    /// See [`OpDef::PER_POSITION`].
    #[must_use]
    pub fn is_per_position(&self) -> bool {
        each_op!(self, op => op.per_position())
    }

    /// See [`OpDef::shape_rule`].
    #[must_use]
    pub fn shape_rule(&self) -> Option<ShapeRule> {
        each_op!(self, op => op.shape_rule())
    }

    /// The exact type and range of the result for inputs of these types.
    ///
    /// # Errors
    /// Where shapes or types do not fit or the exact result is too wide.
    pub fn infer(&self, inputs: &[TensorType]) -> Result<TensorType, Diagnostic> {
        let shape = match self.shape_rule() {
            None => Shape::new([]),
            Some(rule) => {
                let names: Vec<String> = (1..=inputs.len()).map(|index| format!("input {index}")).collect();
                let source =
                    |(input, name): (&TensorType, _)| Source { name, shape: input.shape, rule: None, readers: 1 };
                let sources: Vec<Source<'_>> =
                    inputs.iter().zip(names.iter().map(String::as_str)).map(source).collect();
                rule.infer(self.name(), &sources)
                    .map_err(|message| Diagnostic::from_rule(Code::Shape, self.name(), &message))?
            }
        };
        for ty in each_op!(self, op => op.declared_types()) {
            if let Some(violation) = ty.format.violation() {
                return Err(Diagnostic::error(Code::Type, format!("the type {ty} cannot be used: {violation}")));
            }
        }
        let output = each_op!(self, op => op.infer(inputs, shape))?;
        if let Some(violation) = output.ty.format.violation() {
            return Err(Diagnostic::error(Code::TooWide, format!("the result type {}: {violation}", output.ty)));
        }
        Ok(output)
    }

    /// See [`OpDef::assignment`].
    #[must_use]
    pub fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        each_op!(self, op => op.assignment(inputs))
    }

    /// See [`OpDef::evaluate`].
    pub fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        each_op!(self, op => op.evaluate(inputs, types, output));
    }

    /// See [`OpDef::carrier_bits`].
    #[must_use]
    pub fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        each_op!(self, op => op.carrier_bits(types))
    }

    /// See [`OpDef::kernel`].
    #[must_use]
    pub fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        each_op!(self, op => op.kernel(types))
    }

    /// See [`OpDef::workload`].
    #[must_use]
    pub fn workload(&self, types: &OpTypes<'_>) -> Workload {
        each_op!(self, op => op.workload(types))
    }

    /// See [`OpDef::walk`].
    #[must_use]
    pub fn walk(&self, inputs: &[TensorType]) -> Option<Walk> {
        each_op!(self, op => op.walk(inputs))
    }

    /// See [`OpDef::is_sequence`].
    #[must_use]
    pub fn is_sequence(&self) -> bool {
        each_op!(self, op => op.is_sequence())
    }

    /// See [`OpDef::code`].
    #[must_use]
    pub fn code(&self, types: &OpTypes<'_>, hardware: &Hardware) -> Option<LayerCode> {
        each_op!(self, op => op.code(types, hardware))
    }

    /// See [`OpDef::details`].
    #[must_use]
    pub fn details(&self) -> String {
        each_op!(self, op => op.details())
    }
}

/// Refuses exact results with an exponent beyond those of formats: it may be beyond a float's as well. Their width is
/// judged by [`OpDef::carrier_bits`], with everything on the way to them.
fn check_exponents(what: &str, exact: Interval) -> Result<(), Diagnostic> {
    let format = exact.narrowest_format();
    match format.violation() {
        Some(violation) if format.width <= MAX_WIDTH => {
            let message = format!("the exact {what} is {format}: {violation}");
            Err(Diagnostic::error(Code::TooWide, message).help("quantize the layer's input (`Quantize<..>`)"))
        }
        _ => Ok(()),
    }
}

/// The bits, sign included, of every input and of the result.
fn edge_bits(types: &OpTypes<'_>) -> u32 {
    let widths = types.inputs.iter().map(|input| input.ty.format.width);
    widths.chain([types.output.ty.format.width]).max().unwrap_or_default()
}
