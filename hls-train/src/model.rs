//! What `#[hls_model]` makes of a struct.

use std::path::Path;

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor, TensorData};
use hls_core::diagnostics::{Code, Diagnostic, Diagnostics};
use hls_core::fixed::{FixedType, Real};
use hls_core::ir::Graph;
use hls_core::rules::ModelAttributes;
use hls_core::shape::Shape;

use crate::Precision;
use crate::calibration::{self, Calibration, CalibrationError};
use crate::declaration::DeclaredModel;
use crate::lower::{Lowered, Lowering};
use crate::metrics::Metrics;
use crate::value::Value;
use crate::weights::{self, WeightsError};

/// A declared model: one struct that is trained, emulated and built.
///
/// `#[hls_model]` implements it.
pub trait HlsModel: Module + Sized {
    /// The name of the firmware's top function: the struct's name in snake case.
    const NAME: &'static str;
    /// The type of every input element.
    const INPUT: FixedType;
    /// The shape of one sample, channels last.
    const INPUT_SHAPE: Shape;
    /// The shapes of the outputs, in the order of the fields.
    const OUTPUT_SHAPES: &'static [Shape];
    /// The shape of the last output.
    const OUTPUT_SHAPE: Shape;
    /// The settings of the model, the defaults of its layers.
    const ATTRIBUTES: ModelAttributes;

    /// The model with fresh weights, drawn from the generator that [`seed`](crate::seed) starts.
    fn init(device: &Device) -> Self;

    /// The outputs of all samples of `input`, which holds numbers of [`HlsModel::INPUT`].
    fn evaluate(&self, input: Value) -> Vec<Value>;

    /// The values of every layer for all samples of `input`, by the layer's name, in the order of the fields; `input` as
    /// in [`HlsModel::evaluate`].
    fn trace(&self, input: Value) -> Vec<(&'static str, Value)>;

    /// Adds every layer to `lowering`; what the outputs became, in the order of the fields.
    fn lower(&self, lowering: &mut Lowering) -> Vec<Lowered>;

    /// All precisions, named `layer.what`, for reading and changing.
    fn precisions(&mut self) -> Vec<(String, &mut Precision)>;

    /// The trained model as integers.
    ///
    /// # Errors
    /// Everything that cannot be built, with the layers' names and places.
    fn graph(&self) -> Result<Graph, Diagnostics> {
        let (lowering, outputs) = lowered(self);
        lowering.finish(&outputs)
    }

    /// What is legal and probably not meant: weights that are clamped, values that may wrap, sums that training rounds.
    ///
    /// # Errors
    /// As [`HlsModel::graph`].
    fn warnings(&self) -> Result<Diagnostics, Diagnostics> {
        Ok(self.graph_and_warnings()?.1)
    }

    /// [`HlsModel::graph`] and [`HlsModel::warnings`] of one lowering.
    ///
    /// # Errors
    /// As [`HlsModel::graph`].
    fn graph_and_warnings(&self) -> Result<(Graph, Diagnostics), Diagnostics> {
        let (lowering, outputs) = lowered(self);
        built(lowering, &outputs)
    }

    /// The model as a declaration with the precisions that it has now, ready to paste; the struct's name is
    /// [`HlsModel::NAME`] in camel case. A float precision is spelled `Float`, which is no type: nothing can be built
    /// from it.
    fn declaration(&self) -> String {
        let (lowering, outputs) = lowered(self);
        let model = DeclaredModel { name: Self::NAME, input: Self::INPUT, shape: Self::INPUT_SHAPE };
        lowering.declaration(&model, &outputs)
    }

    /// The model with fresh weights that depend on nothing but `seed`.
    #[must_use]
    fn seeded(seed: u64, device: &Device) -> Self {
        crate::seed(seed);
        Self::init(device)
    }

    /// The same model without quantization: the baseline that the declared precisions are compared with.
    ///
    /// The input keeps its type, as the data is what the hardware receives.
    #[must_use]
    fn into_float(mut self) -> Self {
        for (_, precision) in self.precisions() {
            *precision = Precision::Float;
        }
        self
    }

    /// The declared model with the weights of a file, on the default device, ready to be trained.
    ///
    /// As [`HlsModel::load_weights`] of a fresh model.
    ///
    /// # Errors
    /// As [`HlsModel::load_weights`].
    fn load(path: impl AsRef<Path>) -> Result<Self, WeightsError> {
        weights::load(&Self::init(&Device::default().autodiff()), path.as_ref())
    }

    /// The same model with the weights and running statistics of a file: safetensors (`.safetensors`) or NPZ (`.npz`).
    ///
    /// Tensors are named by their path in the model, `fc1.weight`, and have the shapes of the layers' documentation.
    /// Floats of 16, 32 and 64 bits are read. The file holds all of them and nothing else.
    ///
    /// # Errors
    /// A file that cannot be read or is no such file, and everything about its tensors that does not fit the model, all
    /// at once.
    fn load_weights(self, path: impl AsRef<Path>) -> Result<Self, WeightsError> {
        weights::load(&self, path.as_ref())
    }

    /// Writes weights and running statistics for [`HlsModel::load`] and other programs, as 32-bit floats, in the format
    /// of the extension: `.safetensors` or `.npz`.
    ///
    /// The file appears whole or not at all, and the same weights give the same bytes. Missing directories are made.
    ///
    /// # Errors
    /// Another extension, weights that are not finite, and a file that cannot be written.
    fn save(&self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        weights::save(self, path.as_ref())
    }

    /// The declared model with the weights of `float`, quantized after training: every declared width, sign, rounding
    /// and overflow mode stays, and the integer bits are chosen from the weights and from the values that the float
    /// model has on real samples.
    ///
    /// `float` is a trained [`HlsModel::into_float`]; of any other model the weights count as well. The chosen
    /// precisions are those of weights, biases and results. The input stays as declared, and so does what is no range
    /// of values, such as the tables of a softmax. [`HlsModel::declaration`] of the result says what was chosen.
    ///
    /// # Errors
    /// Samples or a method that cannot be used, values that are not finite, and a result that cannot be built: a named
    /// accumulator that does not keep every bit of the chosen formats, sums beyond 53 bits.
    fn from_float(float: &Self, calibration: &Calibration<'_>) -> Result<Self, CalibrationError> {
        calibration::quantize(float, calibration)
    }

    /// The outputs for many samples, every bit as in hardware.
    ///
    /// `inputs` holds the samples one after the other, [`HlsModel::INPUT_SHAPE`] elements each; a rest that is no whole
    /// sample is left out. The model is evaluated as after training (running statistics, no dropout). Where the trained
    /// weights prove that sums fit `f32` it computes in `f32`, otherwise in `f64`; [`Prediction::carrier`] says which.
    #[must_use]
    fn predict(&self, inputs: &[f32]) -> Prediction {
        let is_float = crate::design::precisions(self).values().any(|precision| matches!(precision, Precision::Float));
        // A float model has no graph and no exactness to keep. One that cannot be built as it is declared may be built
        // with other hardware settings.
        let bits = if is_float { 0 } else { self.graph().map_or(f64::EXACT_BITS, |graph| graph.max_carrier_bits()) };
        let carrier = if bits <= f32::EXACT_BITS { Carrier::F32 } else { Carrier::F64 };
        predict(self, inputs, carrier)
    }
}

/// All layers of a model in a lowering, and what its outputs became.
pub(crate) fn lowered<M: HlsModel>(model: &M) -> (Lowering, Vec<Lowered>) {
    crate::design::lowered(model, &crate::design::HardwareSettings::new())
}

/// The graph of a lowering, and what is legal about it and probably not meant.
pub(crate) fn built(lowering: Lowering, outputs: &[Lowered]) -> Result<(Graph, Diagnostics), Diagnostics> {
    let mut warnings = lowering.clamped();
    let graph = lowering.finish(outputs)?;
    warnings.extend(graph.warnings());
    for node in graph.nodes() {
        let bits = graph.carrier_bits(node);
        // A layer behind a wide one is as wide without doing anything; the one that widens is named.
        let before = graph.input_types(node).iter().map(|input| input.ty.format.width).max();
        if bits > f32::EXACT_BITS && before.is_none_or(|before| bits > before) {
            let message = format!("sums may need {bits} bits; training computes in f32, which is exact to 24");
            let help =
                "predictions are computed in f64 and stay exact; a narrower input or weight makes training exact too";
            let warning = Diagnostic::warning(Code::RoundedInTraining, message).help(help);
            warnings.push(warning.at(&node.name, node.source.as_ref()));
        }
    }
    Ok((graph, warnings))
}

/// The float that a prediction was computed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// 24 bits are exact.
    F32,
    /// 53 bits are exact, which is enough for every model that can be built.
    F64,
}

/// What a model answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// For each output the values, `[samples][features]`.
    pub outputs: Vec<Vec<f64>>,
    /// For each output what a classification is made from: the exact inputs of a softmax or argmax, else the values.
    pub logits: Vec<Vec<f64>>,
    /// The float that carried them.
    pub carrier: Carrier,
}

impl Prediction {
    /// How well the last output classifies samples of these classes: by its values, or where these are fewer by what they
    /// are made from, as an argmax tells the class alone.
    #[must_use]
    pub fn metrics(&self, classes: &[usize]) -> Metrics {
        let last = |outputs: &'_ [Vec<f64>]| outputs.last().map_or(0, Vec::len);
        let all = if last(&self.outputs) < last(&self.logits) { &self.logits } else { &self.outputs };
        let scores = all.last().map_or(&[][..], Vec::as_slice);
        Metrics::of(scores, classes, scores.len() / classes.len().max(1))
    }
}

/// Samples that are evaluated at once: enough for long loops, few enough to stay in the cache.
const BATCH: usize = 1024;

fn predict<M: HlsModel>(model: &M, inputs: &[f32], carrier: Carrier) -> Prediction {
    let model = model.valid();
    let device = model.devices().first().cloned().unwrap_or_default();
    let features = M::INPUT_SHAPE.size().max(1);
    let dtype = match carrier {
        Carrier::F32 => DType::F32,
        Carrier::F64 => DType::F64,
    };
    let count = M::OUTPUT_SHAPES.len();
    let mut prediction = Prediction { outputs: vec![Vec::new(); count], logits: vec![Vec::new(); count], carrier };
    for batch in inputs.chunks(BATCH * features) {
        let samples = batch.len() / features;
        // What is no number is a zero to the test bench.
        let numbers = batch[..samples * features].iter().map(|&input| if input.is_nan() { 0.0 } else { input });
        let data = TensorData::new(numbers.collect::<Vec<f32>>(), [samples, features]);
        let tensor = Tensor::<2>::from_data(data, (&device, dtype));
        let input = Value::input(tensor, M::INPUT_SHAPE, M::INPUT);
        for (index, value) in model.evaluate(input).iter().enumerate() {
            prediction.outputs[index].extend(value.flat().into_data().iter::<f64>());
            prediction.logits[index].extend(value.logits().into_data().iter::<f64>());
        }
    }
    prediction
}

#[cfg(test)]
mod tests {
    use hls_core::emulator::Emulator;

    use crate::HlsModel;
    use crate::prelude::*;

    /// Outputs of the forward pass and of the emulator for numbers at the ends of `f32`.
    macro_rules! ends_of_f32 {
        ($input:ty) => {{
            #[hls_model(input = [$input; 8])]
            struct Ends {
                fc1: Dense<8, 4, Fixed<6, 1>>,
                relu1: Relu<UFixed<8, 4, Rnd, Sat>>,
                fc2: Dense<4, 2, Fixed<6, 1>>,
            }
            let model = Ends::seeded(1, &Device::default());
            let ends = [1e38, -4e35, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1e-45, -1e-45, 1.25];
            let rotated = (0..8).flat_map(|by| ends.iter().cycle().skip(by).take(8).copied());
            let inputs: Vec<f32> = rotated.collect();
            let emulator = Emulator::new(&model.graph().unwrap());
            let emulated = emulator.run(&emulator.quantize_input(&inputs)).unwrap().values(0);
            assert_eq!(model.predict(&inputs).outputs[0], emulated, stringify!($input));
        }};
    }

    #[test]
    fn numbers_at_the_ends_of_f32_are_what_the_hardware_receives() {
        ends_of_f32!(Fixed<16, 6>);
        ends_of_f32!(Fixed<16, 6, Rnd, Sat>);
        ends_of_f32!(Fixed<8, 12>);
        ends_of_f32!(UFixed<8, -4, RndConv, SatZero>);
        // Wider than f32.
        ends_of_f32!(Fixed<30, 10>);
        ends_of_f32!(Fixed<30, 34, Trn, SatSym>);
    }
}
