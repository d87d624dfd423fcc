//! Random models as layers of `hls-train`, put together while the program runs.
//!
//! The layers are those of declarations, with other weights and precisions in them; only the struct around them and its
//! compile-time shapes are missing.

use hls_core::diagnostics::Diagnostics;
use hls_core::fixed::{Dyadic, FixedTensor, FixedType};
use hls_core::functions::Function;
use hls_core::ir::Graph;
use hls_core::ops::{Op, SoftmaxImplementation, Table as TableOp, TableIndex};
use hls_core::random::{LayerKind, RandomModel};
use hls_core::rules::{LayerAttributes, ModelAttributes};
use hls_train::burn::module::{Param, RunningState};
use hls_train::burn::tensor::{DType, Device, Tensor, TensorData};
use hls_train::layers::{Add, Argmax, BatchNorm, Concatenate, Dense, Dropout, Flatten, Quantize, Relu, Sign, Softmax};
use hls_train::layers::{Average, Dot, Maximum, Minimum, Multiply, Reshape, Slice, Subtract, Transpose};
use hls_train::layers::{
    BoundedRelu, Elu, Exp, Gelu, HardSigmoid, HardTanh, LeakyRelu, PRelu, Reciprocal, Selu, Sigmoid, Silu, Softplus,
    Softsign, Table, Tanh, ThresholdedRelu,
};
use hls_train::layers::{Conv2d, Embedding, Kernel, LayerNorm, RmsNorm};
use hls_train::layers::{GlobalAveragePool2d, GlobalMaxPool2d};
use hls_train::layers::{UpSampling2d, ZeroPadding2d};
use hls_train::prelude::{Fixed, UFixed};
use hls_train::{Layer, Lowered, Lowering, Precision, Site, Value};

/// A random model that runs and lowers as a declared one does.
pub struct RuntimeModel {
    model: RandomModel,
    layers: Vec<Box<dyn AnyLayer>>,
    device: Device,
}

type Any = Fixed<2, 1>;
type AnyUnsigned = UFixed<2, 1>;

/// A layer of any type; the types of declarations are known to the compiler, these are not.
trait AnyLayer {
    fn forward(&self, inputs: &[&Value]) -> Value;
    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Lowered;
}

impl<L: Layer> AnyLayer for L {
    fn forward(&self, inputs: &[&Value]) -> Value {
        Layer::forward(self, inputs)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Lowered {
        lowering.layer(self, site, inputs)
    }
}

impl RuntimeModel {
    /// The layers of a random model.
    #[must_use]
    pub fn new(model: RandomModel) -> Self {
        Self::on(model, Device::default())
    }

    /// The same on a device that records for a backward pass, where layers keep what they need and may compute in another
    /// way. `None` where training computes other numbers on purpose: normalizations by the batch, and dropout.
    #[must_use]
    pub fn recording(model: RandomModel) -> Option<Self> {
        let differs = |kind: &LayerKind| {
            matches!(kind, LayerKind::BatchNorm { .. } | LayerKind::Dropout | LayerKind::Op(Op::ScaleShift(_)))
        };
        let same = !model.layers.iter().any(|layer| differs(&layer.kind));
        same.then(|| Self::on(model, Device::default().autodiff()))
    }

    fn on(model: RandomModel, device: Device) -> Self {
        let layers = model.layers.iter().map(|layer| any_layer(&layer.kind, &device)).collect();
        Self { model, layers, device }
    }

    /// What was drawn.
    #[must_use]
    pub fn spec(&self) -> &RandomModel {
        &self.model
    }

    /// The model as integers, lowered by the layers.
    ///
    /// # Errors
    /// What the layers or the verifier refuse.
    pub fn graph(&self) -> Result<Graph, Diagnostics> {
        let attributes = ModelAttributes { io_type: self.model.io_type, ..ModelAttributes::DEFAULT };
        let mut lowering = Lowering::new(&self.model.name, self.model.input_type, self.model.input_shape, attributes);
        let input = lowering.input();
        let mut lowered: Vec<Lowered> = Vec::new();
        for (spec, layer) in self.model.layers.iter().zip(&self.layers) {
            let multiplies = matches!(spec.kind, LayerKind::Dense { .. });
            let attributes = LayerAttributes {
                reuse_factor: multiplies.then_some(spec.hardware.reuse_factor),
                strategy: multiplies.then_some(spec.hardware.strategy),
                fifo_depth: spec.hardware.fifo_depth,
                parallelization_factor: Some(spec.hardware.parallelization_factor).filter(|&factor| factor > 1),
            };
            // Sites of declarations live as long as the program; tests may leak a name.
            let site = Site { name: spec.name.clone().leak(), file: file!(), line: line!(), attributes };
            let inputs: Vec<&Lowered> = spec.inputs.iter().map(|at| at.map_or(&input, |at| &lowered[at])).collect();
            lowered.push(layer.lower(&mut lowering, &site, &inputs));
        }
        let outputs: Vec<Lowered> = self.model.outputs.iter().map(|&at| lowered[at]).collect();
        lowering.finish(&outputs)
    }

    /// The training forward of raw inputs, as raw mantissas of each output's format: what [`Graph`]'s emulator gives.
    ///
    /// `None` where a result is no number of the output's format: a disagreement in itself.
    #[must_use]
    pub fn forward(&self, graph: &Graph, raw: &[i64]) -> Option<Vec<Vec<i64>>> {
        let features = self.model.input_shape.size();
        let dtype = if graph.max_carrier_bits() <= 24 { DType::F32 } else { DType::F64 };
        let values: Vec<f64> = raw.iter().map(|&raw| self.model.input_type.format.value(raw)).collect();
        let data = TensorData::new(values, [raw.len() / features, features]);
        let tensor = Tensor::<2>::from_data(data, (&self.device, dtype));
        let tensor = if self.device.is_autodiff() { tensor.require_grad() } else { tensor };
        let input = Value::input(tensor, self.model.input_shape, self.model.input_type);
        let mut results: Vec<Value> = Vec::new();
        for (spec, layer) in self.model.layers.iter().zip(&self.layers) {
            let inputs: Vec<&Value> = spec.inputs.iter().map(|at| at.map_or(&input, |at| &results[at])).collect();
            results.push(layer.forward(&inputs));
        }
        let mantissas = |(&at, id): (&usize, &hls_core::ir::NodeId)| {
            let format = graph.node(*id).output.ty.format;
            results[at].flat().into_data().iter::<f64>().map(|value| exact(value, format.lsb())).collect()
        };
        self.model.outputs.iter().zip(graph.outputs()).map(mantissas).collect()
    }
}

fn exact(value: f64, lsb: f64) -> Option<i64> {
    let raw = value / lsb;
    (raw == raw.trunc()).then_some(raw as i64)
}

fn any_layer(kind: &LayerKind, device: &Device) -> Box<dyn AnyLayer> {
    match kind {
        LayerKind::Dense { weight, bias, weight_type, bias_type, accum, convolution } => {
            let dims = [weight.len() / bias.len(), bias.len()];
            let weight = Param::from_tensor(Tensor::from_data(TensorData::new(weight.clone(), dims), device));
            let bias = Param::from_tensor(vector(bias, device));
            let types = [("weight", Precision::from(*weight_type)), ("bias", Precision::Fixed(*bias_type))];
            if let Some(convolution) = convolution {
                let mut conv = Conv2d::<1, 1, Kernel<1>, Any>::init(device).with_geometry(*convolution);
                (conv.weight, conv.bias) = (weight, bias);
                return with_precisions(conv.with_accumulator(*accum), &types);
            }
            let mut dense = Dense::<1, 1, Any>::init(device);
            (dense.weight, dense.bias) = (weight, bias);
            with_precisions(dense.with_accumulator(*accum), &types)
        }
        LayerKind::BatchNorm { gamma, beta, mean, variance } => {
            let mut norm = BatchNorm::<1>::init(device);
            norm.gamma = Param::from_tensor(vector(gamma, device));
            norm.beta = Param::from_tensor(vector(beta, device));
            norm.running_mean = RunningState::new(vector(mean, device));
            norm.running_var = RunningState::new(vector(variance, device));
            Box::new(norm)
        }
        LayerKind::Dropout => Box::new(Dropout::<50>::init(device)),
        LayerKind::Op(op) => any_op(op, device),
    }
}

/// The layer of an operation without weights of its own, or whose weights are on their grid already.
fn any_op(op: &Op, device: &Device) -> Box<dyn AnyLayer> {
    match op {
        Op::Relu(op) => with(Relu::<Any>::init(device), &[("result", op.ty)]),
        Op::Quantize(op) => with(Quantize::<Any>::init(device), &[("result", op.ty)]),
        Op::Add(op) => with(Add::<Any>::init(device), &[("result", op.ty)]),
        Op::Softmax(op) => {
            let layer = Softmax::<AnyUnsigned>::init(device).with_axis(op.axis).with_implementation(op.implementation);
            let types = [("result", op.ty), ("exp", op.exp), ("diff", op.diff)];
            with(layer, if op.implementation == SoftmaxImplementation::Argmax { &types[..1] } else { &types })
        }
        Op::LayerNorm(op) => {
            let mut layer = LayerNorm::<1, Any>::init(device).with_epsilon(op.epsilon);
            layer.gamma = Param::from_tensor(constants(&op.gamma, device));
            layer.beta = Param::from_tensor(constants(&op.beta, device));
            let [gamma, beta] = [&op.gamma, &op.beta].map(|tensor| FixedType::exact(tensor.format));
            with(layer, &[("result", op.ty), ("norm", op.norm), ("gamma", gamma), ("beta", beta)])
        }
        Op::RmsNorm(op) => {
            let mut layer = RmsNorm::<1, Any>::init(device).with_epsilon(op.epsilon);
            layer.gamma = Param::from_tensor(constants(&op.gamma, device));
            let gamma = FixedType::exact(op.gamma.format);
            with(layer, &[("result", op.ty), ("norm", op.norm), ("gamma", gamma)])
        }
        Op::Embedding(op) => {
            let mut layer = Embedding::<1, 1, Any>::init(device);
            let dims = [op.weight.dims[0], op.weight.dims[1]];
            layer.weight = Param::from_tensor(constants(&op.weight, device).reshape(dims));
            with(layer, &[("weight", FixedType::exact(op.weight.format))])
        }
        Op::Sign(_) => Box::new(Sign::init(device)),
        Op::ScaleShift(op) => {
            let channels = op.scale.raw.len();
            let mut norm = BatchNorm::<1, Any>::init(device);
            norm.running_mean = RunningState::new(vector(&vec![0.0; channels], device));
            // With what is added to a variance this is 1, exactly.
            norm.running_var = RunningState::new(vector(&vec![1.0 - 1e-5; channels], device));
            norm.gamma = Param::from_tensor(constants(&op.scale, device));
            norm.beta = Param::from_tensor(constants(&op.shift, device));
            let ty = |tensor: &FixedTensor| FixedType::exact(tensor.format);
            with(norm, &[("scale", ty(&op.scale)), ("shift", ty(&op.shift))])
        }
        Op::Argmax(_) => Box::new(Argmax::init(device)),
        Op::Concatenate(op) => Box::new(<Concatenate>::init(device).with_axis(op.axis)),
        Op::Pad(op) => Box::new(ZeroPadding2d::<0>::init(device).with_sides(op.before, op.after, op.dims)),
        Op::Upsample(op) => Box::new(UpSampling2d::<1>::init(device).with_upsampling(op.upsampling)),
        Op::Subtract(op) => with(Subtract::<Any>::init(device), &[("result", op.ty)]),
        Op::Multiply(op) => with(Multiply::<Any>::init(device), &[("result", op.ty)]),
        Op::Average(op) => with(Average::<Any>::init(device), &[("result", op.ty)]),
        Op::Maximum(_) => Box::new(Maximum::init(device)),
        Op::Minimum(_) => Box::new(Minimum::init(device)),
        Op::Dot(_) => Box::new(Dot::init(device)),
        Op::Reshape(op) => Box::new(Reshape::<1>::init(device).with_shape(op.shape)),
        Op::Transpose(op) => Box::new(Transpose::<0, 1>::init(device).with_axes(op.axes)),
        Op::Slice(op) => Box::new(Slice::<0, 1>::init(device).with_range(op.start, op.length, op.axis)),
        Op::Flatten(_) => Box::new(Flatten::init(device)),
        Op::LeakyRelu(op) if op.slope.dims.is_empty() => {
            let slope = Dyadic::new(op.slope.raw[0], op.slope.format.fraction().unsigned_abs());
            with(LeakyRelu::<Any, 1, 3>::init(device).with_slope(slope), &[("result", op.ty)])
        }
        Op::LeakyRelu(op) => {
            let mut layer = PRelu::<1, Any, Any>::init(device);
            layer.slope = Param::from_tensor(constants(&op.slope, device));
            with(layer, &[("slope", FixedType::exact(op.slope.format)), ("result", op.ty)])
        }
        Op::Clip(op) if op.low.numerator < 0 => with(HardTanh::<Any>::init(device), &[("result", op.ty)]),
        Op::Clip(op) => with(BoundedRelu::<Any, 6>::init(device).with_bound(op.high), &[("result", op.ty)]),
        Op::ThresholdedRelu(op) => {
            with(ThresholdedRelu::<Any, 1, 1>::init(device).with_threshold(op.threshold), &[("result", op.ty)])
        }
        Op::HardSigmoid(op) => with(HardSigmoid::<Any>::init(device).with_slope(op.slope), &[("result", op.ty)]),
        Op::Table(op) => any_table(op, device),
        Op::MaxPool(op) => Box::new(GlobalMaxPool2d::init(device).with_window(op.window, op.dims)),
        Op::AveragePool(op) => {
            with(GlobalAveragePool2d::<Any>::init(device).with_window(op.window, op.dims), &[("result", op.ty)])
        }
        Op::Input(_) | Op::Dense(_) | Op::Conv(_) => unreachable!("the generator draws them as other kinds"),
    }
}

/// Constants that are on their grid.
fn constants(tensor: &FixedTensor, device: &Device) -> Tensor<1> {
    let values: Vec<f32> = tensor.values().into_iter().map(|value| value as f32).collect();
    vector(&values, device)
}

fn any_table(op: &TableOp, device: &Device) -> Box<dyn AnyLayer> {
    match op.function.as_str() {
        "Sigmoid" => table(Sigmoid::<Any>::init(device), op),
        "Tanh" => table(Tanh::<Any>::init(device), op),
        "Elu" => table(Elu::<Any>::init(device), op),
        "Selu" => table(Selu::<Any>::init(device), op),
        "Softplus" => table(Softplus::<Any>::init(device), op),
        "Softsign" => table(Softsign::<Any>::init(device), op),
        "Gelu" => table(Gelu::<Any>::init(device), op),
        "Silu" => table(Silu::<Any>::init(device), op),
        "Exp" => table(Exp::<Any>::init(device), op),
        "Reciprocal" => table(Reciprocal::<Any>::init(device), op),
        other => unreachable!("the generator draws no `{other}`"),
    }
}

/// The layer of a table: with its index type where it names one.
fn table<F: Function>(layer: Table<F, Any>, op: &TableOp) -> Box<dyn AnyLayer> {
    match op.index {
        TableIndex::Input(_) => with(layer, &[("result", op.ty)]),
        TableIndex::Assigned(index) => with(layer.with_index(Some(index)), &[("result", op.ty), ("index", index)]),
    }
}

fn vector(values: &[f32], device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), device)
}

/// The layer with these types, which are all that it has.
fn with<L: Layer + 'static>(layer: L, types: &[(&str, FixedType)]) -> Box<dyn AnyLayer> {
    let precisions: Vec<(&str, Precision)> = types.iter().map(|&(name, ty)| (name, Precision::Fixed(ty))).collect();
    with_precisions(layer, &precisions)
}

/// The layer with these precisions, which are all that it has.
fn with_precisions<L: Layer + 'static>(mut layer: L, types: &[(&str, Precision)]) -> Box<dyn AnyLayer> {
    let precisions = layer.precisions();
    assert_eq!(precisions.len(), types.len());
    for (name, precision) in precisions {
        let (_, ty) = types.iter().find(|(other, _)| *other == name).unwrap_or_else(|| panic!("no type for `{name}`"));
        *precision = *ty;
    }
    Box::new(layer)
}
