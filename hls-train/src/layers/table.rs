//! Functions of one number by their tables.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::Module;
use burn::tensor::Device;
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::{FixedType, Quantizer};
use hls_core::functions::{self, Function};
use hls_core::ops;
use hls_core::rules::{ShapeRule, legal_index, legal_types};
use hls_core::shape::Message;

use super::Types;
use crate::Precision;
use crate::kernels::table::{TableMemo, TablePlan};
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// What indexes a table: a `Fixed<..>` of at most 16 bits to which the input is assigned first, or [`ItsInput`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the index of a table",
    label = "expected `Fixed<W, I>` of at most 16 bits or `ItsInput` here"
)]
pub trait Index: Clone + Copy + Debug + Default + Send + Sync + 'static {
    /// The named type; `None` where the input's own bits are the index.
    const TYPE: Option<FixedType>;
}

/// The default index: all bits of the input, which has at most 12.
#[derive(Clone, Copy, Debug, Default)]
pub struct ItsInput;

impl Index for ItsInput {
    const TYPE: Option<FixedType> = None;
}

impl<Q: Quantizer> Index for Q {
    const TYPE: Option<FixedType> = Some(Q::TYPE);
}

/// Any function of one number: `F` of every element, rounded once to `Q`. Shape: any, kept.
///
/// The hardware looks the result up in a table that holds `F` of every number of the index, computed in `f64`: it is the
/// function, within half a step of `Q` (a whole one where `Q` truncates). The index is the input itself where that has at
/// most 12 bits; else a type `I` of at most 16 bits has to be named, to which the input is assigned first.
///
/// Where the function is infinite, the result is the end of the range of `Q` (zero for `SatZero`); where it is NaN, zero.
/// The gradient is the derivative of `F` at the number that is the index; none passes where `Q` or `I` does not wrap and
/// the result or the input lies outside its range, and none where the derivative is not finite.
///
/// ```
/// use hls_train::prelude::*;
///
/// /// Keras' hard sigmoid; its slope is no fraction with a power of two below.
/// #[derive(Debug)]
/// struct KerasHardSigmoid;
///
/// impl Function for KerasHardSigmoid {
///     const NAME: &'static str = "KerasHardSigmoid";
///
///     fn value(x: f64) -> f64 {
///         (0.2 * x + 0.5).clamp(0.0, 1.0)
///     }
/// }
///
/// #[hls_model(input = [Fixed<8, 4>; 16])]
/// struct Gate {
///     fc1: Dense<16, 8, Fixed<6, 1>>,
///     gate: Table<KerasHardSigmoid, UFixed<8, 0, Rnd, Sat>, Fixed<10, 4, Rnd, Sat>>,
/// }
/// ```
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct Table<F: Debug, Q: Debug, I: Debug = ItsInput> {
    #[module(skip)]
    precision: Precision,
    #[module(skip)]
    index: Option<Precision>,
    #[module(skip)]
    memo: TableMemo,
    #[module(skip)]
    types: Types<(F, Q, I)>,
}

/// Layers by the names of their functions.
macro_rules! layers_of_functions {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        ///
        /// A [`Table`]: rounded once to `Q`, indexed by the input of at most 12 bits or by `I`.
        pub type $name<Q, I = ItsInput> = Table<functions::$name, Q, I>;
    )*};
}

layers_of_functions!(
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// `x` above zero, `exp(x) - 1` below.
    Elu,
    /// `1.0507 * x` above zero, `1.0507 * 1.6733 * (exp(x) - 1)` below.
    Selu,
    /// `ln(1 + exp(x))`.
    Softplus,
    /// `x / (1 + |x|)`.
    Softsign,
    /// `x * P(X <= x)` of a standard normal `X`, exact, not the approximation by a hyperbolic tangent.
    Gelu,
    /// `x * sigmoid(x)`, also called swish.
    Silu,
    /// `exp(x)`.
    Exp,
    /// `1 / x`; of zero the largest number of `Q`.
    Reciprocal,
);

impl<F: Function, Q: Quantizer, I: Index> Table<F, Q, I> {
    /// The same layer with another index type; `None` is the input itself.
    #[must_use]
    pub fn with_index(self, index: Option<FixedType>) -> Self {
        Self { index: index.map(Precision::Fixed), ..self }
    }

    fn spelled(&self, index: Option<&str>) -> String {
        let (result, index) = (self.precision.declaration(), index.map(|index| format!(", {index}")));
        let index = index.unwrap_or_default();
        if F::IS_LAYER {
            format!("{}<{result}{index}>", F::NAME)
        } else {
            format!("Table<{}, {result}{index}>", F::NAME)
        }
    }
}

impl<F: Function, Q: Quantizer, I: Index> Layer for Table<F, Q, I> {
    const RULE: ShapeRule = ShapeRule::Elementwise;
    const LEGAL: Result<(), Message> = match legal_types(&[("result", Q::TYPE)]) {
        Ok(()) => legal_index(I::TYPE),
        wrong => wrong,
    };

    fn init(_: &Device) -> Self {
        Self {
            precision: Precision::of::<Q>(),
            index: I::TYPE.map(Precision::Fixed),
            memo: TableMemo::default(),
            types: PhantomData,
        }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let plan = TablePlan { result: self.precision, index: self.index.and_then(Precision::fixed) };
        Value::of(self.memo.evaluate::<F>(plan, inputs[0].flat()), inputs[0].shape())
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        let index = self.index.map(|index| lowering.fixed("index", index)).transpose()?;
        let input = lowering.input_type(inputs)?;
        let table = ops::Table::new::<F>(ty, index, &input).map_err(|diagnostic| {
            if index.is_some() || diagnostic.help.is_none() {
                return diagnostic;
            }
            let example = self.spelled(Some("Fixed<10, 4, Rnd, Sat>"));
            diagnostic.help(format!("name an index type, for example `{example}`"))
        })?;
        lowering.push(site, table, inputs)
    }

    fn declaration(&self) -> String {
        self.spelled(self.index.map(Precision::declaration).as_deref())
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        let index = self.index.as_mut().map(|index| ("index", index));
        std::iter::once(("result", &mut self.precision)).chain(index).collect()
    }
}
