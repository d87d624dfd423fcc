//! What a layer does to shapes, and which hardware settings are legal for it.
//!
//! Everything is `const fn`: the same rules give a compile error on the field of a declaration and a diagnostic on the
//! node of a graph. Most new layers reuse a rule; a new one is needed only for new geometry.

#![allow(clippy::result_large_err)] // messages are built during const evaluation, where nothing can be boxed

use serde::{Deserialize, Serialize};

use crate::fixed::{FixedType, Overflow, WeightType};
use crate::shape::{Message, Shape};

/// The geometry of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeRule {
    /// `[inputs]` to `[outputs]` by a full matrix of multiplications.
    Linear {
        /// Features that the layer reads.
        inputs: usize,
        /// Features that it produces.
        outputs: usize,
    },
    /// As [`ShapeRule::Linear`], with weights of one magnitude (and zero): no scale can be folded into them.
    LinearOfSigns {
        /// Features that the layer reads.
        inputs: usize,
        /// Features that it produces.
        outputs: usize,
    },
    /// One input, the shape kept.
    Elementwise,
    /// One input, the shape kept; the last dimension is given, as the layer has constants for each channel.
    Channelwise {
        /// The channels, the last dimension.
        channels: usize,
    },
    /// A change of scale and shift a channel, folded into the weights of the layer before it.
    Fold {
        /// The channels, the last dimension.
        channels: usize,
    },
    /// Two or more inputs of one shape, the shape kept.
    Merge,
    /// Two or more inputs that agree in all dimensions but the last, joined along the last.
    Concatenate,
    /// Any shape to one dimension.
    Flatten,
    /// The last dimension reduced to one element.
    Reduce,
}

/// One input of a layer as the rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The name of the layer that produces it.
    pub name: &'a str,
    /// The shape that it has.
    pub shape: Shape,
    /// The rule of the layer that produces it; `None` for the model's input.
    pub rule: Option<ShapeRule>,
    /// How many layers and outputs read it.
    pub readers: usize,
}

/// How a layer's multiplications are scheduled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Lowest latency: everything in registers, multipliers shared by limiting their number.
    #[default]
    Latency,
    /// Weights in memories, one multiplier for every `reuse_factor` weights.
    Resource,
    /// Every nonzero weight a constant of the code; zero weights cost nothing.
    Unrolled,
}

impl Strategy {
    /// The spelling in declarations, kernels and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Resource => "resource",
            Self::Unrolled => "unrolled",
        }
    }
}

/// How tensors travel between layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IoType {
    /// All elements at once, in registers.
    #[default]
    IoParallel,
    /// Element by element through FIFOs.
    IoStream,
}

impl IoType {
    /// The spelling in declarations and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IoParallel => "io_parallel",
            Self::IoStream => "io_stream",
        }
    }
}

/// The `#[hls(..)]` settings of one layer; `None` where the attribute is not given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerAttributes {
    /// How many multiplications share a multiplier.
    pub reuse_factor: Option<usize>,
    /// How they are scheduled.
    pub strategy: Option<Strategy>,
    /// The depth of the FIFO behind the layer.
    pub fifo_depth: Option<usize>,
}

/// The hardware settings of `#[hls_model(..)]`, the defaults of its layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelAttributes {
    /// How tensors travel.
    pub io_type: IoType,
    /// The strategy of layers that name none.
    pub strategy: Strategy,
    /// The reuse factor of layers that name none.
    pub reuse_factor: usize,
}

impl ModelAttributes {
    /// What a declaration without settings means.
    pub const DEFAULT: Self = Self { io_type: IoType::IoParallel, strategy: Strategy::Latency, reuse_factor: 1 };
}

impl ShapeRule {
    /// The shape that the layer `name` produces.
    ///
    /// # Errors
    /// A message that names the layer, what it expects and what it got.
    pub const fn infer(self, name: &str, sources: &[Source<'_>]) -> Result<Shape, Message> {
        let prefix = Message::new().text("layer `").text(name).text("` ");
        let several = matches!(self, Self::Merge | Self::Concatenate);
        if several && sources.len() < 2 {
            return Err(prefix.text("reads two or more layers; name them with `#[hls(input(a, b))]`"));
        }
        if !several && sources.len() != 1 {
            return Err(prefix.text("reads one layer, but ").number(sources.len()).text(" are named"));
        }
        let mut i = 0;
        while i < sources.len() {
            if sources[i].shape.size() == 0 {
                let prefix =
                    prefix.text("reads `").text(sources[i].name).text("`, which has no elements: its shape is ");
                return Err(prefix.shape(&sources[i].shape));
            }
            i += 1;
        }
        let first = &sources[0];
        let shape = first.shape;
        match self {
            Self::Linear { inputs, outputs } | Self::LinearOfSigns { inputs, outputs } => {
                if shape.rank() != 1 || shape.channels() != inputs {
                    return Err(expected(prefix, &Shape::new([inputs]), first));
                }
                if outputs == 0 {
                    return Err(prefix.text("produces no output; give it at least one"));
                }
                Ok(Shape::new([outputs]))
            }
            Self::Elementwise => Ok(shape),
            Self::Channelwise { channels } => {
                if shape.rank() == 0 || shape.channels() != channels {
                    return Err(expected(prefix, &shape.with_channels(channels), first));
                }
                Ok(shape)
            }
            Self::Fold { channels } => {
                if shape.channels() != channels {
                    return Err(expected(prefix, &shape.with_channels(channels), first));
                }
                if matches!(first.rule, Some(Self::LinearOfSigns { .. })) {
                    return Err(prefix
                        .text("is folded into the layer before it, but the weights of `")
                        .text(first.name)
                        .text("` are binary or ternary and take no scale; give it precisions of its own: `BatchNorm<")
                        .number(channels)
                        .text(", Fixed<8, 3>>`"));
                }
                if !matches!(first.rule, Some(Self::Linear { .. })) {
                    return Err(prefix
                        .text("is folded into the layer before it, but `")
                        .text(first.name)
                        .text("` has no weights; put it right after a Dense layer"));
                }
                if first.readers != 1 {
                    return Err(prefix
                        .text("is folded into `")
                        .text(first.name)
                        .text("`, which other layers or outputs read as well; let them read `")
                        .text(name)
                        .text("`"));
                }
                Ok(shape)
            }
            Self::Merge => {
                let mut i = 1;
                while i < sources.len() {
                    if !sources[i].shape.same(&shape) {
                        return Err(disagreement(
                            prefix.text("merges tensors of different shapes: "),
                            first,
                            &sources[i],
                        ));
                    }
                    i += 1;
                }
                Ok(shape)
            }
            Self::Concatenate => {
                let mut channels = shape.channels();
                let mut i = 1;
                while i < sources.len() {
                    if !sources[i].shape.same_outer(&shape) || shape.rank() == 0 {
                        let prefix = prefix.text("joins tensors that differ in more than the last dimension: ");
                        return Err(disagreement(prefix, first, &sources[i]));
                    }
                    channels += sources[i].shape.channels();
                    i += 1;
                }
                Ok(shape.with_channels(channels))
            }
            Self::Flatten => Ok(Shape::new([shape.size()])),
            Self::Reduce => {
                if shape.rank() == 0 {
                    return Err(prefix.text("needs at least one dimension"));
                }
                Ok(shape.with_channels(1))
            }
        }
    }

    /// The matrix of multiplications whose reuse factor is to be chosen: inputs and outputs.
    #[must_use]
    pub const fn multiplications(self) -> Option<(usize, usize)> {
        match self {
            Self::Linear { inputs, outputs } | Self::LinearOfSigns { inputs, outputs } => Some((inputs, outputs)),
            _ => None,
        }
    }

    /// Checks the settings of layer `name`; what it returns holds what the layer is built with.
    ///
    /// # Errors
    /// A message that names the layer and what is legal.
    pub const fn hardware(
        self,
        name: &str,
        layer: &LayerAttributes,
        model: &ModelAttributes,
    ) -> Result<(usize, Strategy), Message> {
        let prefix = Message::new().text("layer `").text(name).text("`");
        if layer.fifo_depth.is_some() && matches!(model.io_type, IoType::IoParallel) {
            return Err(prefix.text(": fifo_depth needs `io_type = io_stream`; io_parallel has no FIFOs"));
        }
        if matches!(layer.fifo_depth, Some(0)) {
            return Err(prefix.text(": fifo_depth 0 is not legal; the least is 1"));
        }
        let strategy = match layer.strategy {
            Some(strategy) => strategy,
            None => model.strategy,
        };
        let reuse = match layer.reuse_factor {
            Some(reuse) => reuse,
            None => model.reuse_factor,
        };
        let Some((inputs, outputs)) = self.multiplications() else {
            if layer.reuse_factor.is_some() || layer.strategy.is_some() {
                return Err(prefix.text(" has no multipliers to share; reuse_factor and strategy are for Dense layers"));
            }
            return Ok((1, strategy));
        };
        if is_legal_reuse(inputs, outputs, reuse) {
            return Ok((reuse, strategy));
        }
        let mut below = if reuse > inputs * outputs { inputs * outputs } else { reuse };
        while below > 0 && !is_legal_reuse(inputs, outputs, below) {
            below -= 1;
        }
        let mut above = reuse + 1;
        while above <= inputs * outputs && !is_legal_reuse(inputs, outputs, above) {
            above += 1;
        }
        let prefix = prefix.text(": reuse_factor ").number(reuse).text(" is not legal for ");
        let prefix = prefix.number(inputs).text(" x ").number(outputs).text("; nearest ");
        Err(if below == 0 {
            prefix.text("is ").number(above)
        } else if above > inputs * outputs {
            prefix.text("is ").number(below)
        } else {
            prefix.text("are ").number(below).text(" and ").number(above)
        })
    }
}

/// Whether `reuse` multiplications can share each multiplier of an `inputs` by `outputs` matrix without leaving one idle.
///
/// The rule of hls4ml's `resource` strategy, for every strategy: the reuse factor divides the number of
/// multiplications, and each multiplier works for whole inputs or whole outputs.
#[must_use]
pub const fn is_legal_reuse(inputs: usize, outputs: usize, reuse: usize) -> bool {
    let multiplications = inputs * outputs;
    if reuse == 0 || multiplications == 0 || !multiplications.is_multiple_of(reuse) {
        return false;
    }
    if reuse < inputs { multiplications.div_ceil(reuse).is_multiple_of(outputs) } else { reuse.is_multiple_of(inputs) }
}

/// Checks the precisions that a declaration names, each with what it is for: `("weight", W::TYPE)`.
///
/// # Errors
/// A message that names the first one that cannot be used, and what is legal.
pub const fn legal_types(types: &[(&str, FixedType)]) -> Result<(), Message> {
    let mut i = 0;
    while i < types.len() {
        let (what, ty) = types[i];
        if let Some(violation) = ty.format.violation() {
            return Err(spelled(what, &ty).text(": ").text(violation));
        }
        i += 1;
    }
    Ok(())
}

/// Checks what a declaration names for the weights and the biases of a layer.
///
/// # Errors
/// A message that names the first one that cannot be used, and what is legal.
pub const fn legal_weights(weight: WeightType, bias: FixedType) -> Result<(), Message> {
    let wrong = match weight {
        WeightType::Fixed(ty) => legal_types(&[("weight", ty), ("bias", bias)]),
        WeightType::Binary { exponent } => unusable(weight, Message::new().text("weight `Binary<").signed(exponent)),
        WeightType::PowerOfTwo { min, max } => {
            let message = Message::new().text("weight `PowerOfTwo<").signed(min).text(", ");
            unusable(weight, message.signed(max))
        }
        WeightType::PerChannel { width, .. } => {
            unusable(weight, Message::new().text("weight `PerChannel<").number(width as usize))
        }
    };
    if wrong.is_err() {
        return wrong;
    }
    if weight.is_ternary() && WeightType::Fixed(bias).is_ternary() {
        return Err(Message::new().text(
            "the bias would be ternary as the weights are; name its precision: `Dense<IN, OUT, Ternary, Fixed<8, 3>>`",
        ));
    }
    legal_types(&[("bias", bias)])
}

const fn unusable(weight: WeightType, name: Message) -> Result<(), Message> {
    match weight.violation() {
        Some(violation) => Err(name.text(">`: ").text(violation)),
        None => Ok(()),
    }
}

/// Checks the type that a declaration names for a sum; `None` is the exact sum.
///
/// # Errors
/// A message that names the type and what is legal.
pub const fn legal_accumulator(accumulator: Option<FixedType>) -> Result<(), Message> {
    let Some(ty) = accumulator else { return Ok(()) };
    if !matches!(ty.overflow, Overflow::Wrap) {
        let message = spelled("accumulator", &ty);
        return Err(message.text(" does not wrap, so its sum would depend on the order; use `Wrap` or leave it out"));
    }
    legal_types(&[("accumulator", ty)])
}

/// `weight `Fixed<6, 1>``.
const fn spelled(what: &str, ty: &FixedType) -> Message {
    let name = if ty.format.signed { " `Fixed<" } else { " `UFixed<" };
    let message = Message::new().text(what).text(name).number(ty.format.width as usize).text(", ");
    let message = if ty.format.integer < 0 { message.text("-") } else { message };
    message.number(ty.format.integer.unsigned_abs() as usize).text(">`")
}

const fn expected(prefix: Message, shape: &Shape, source: &Source<'_>) -> Message {
    prefix
        .text("expects input shape ")
        .shape(shape)
        .text(", but `")
        .text(source.name)
        .text("` produces ")
        .shape(&source.shape)
}

const fn disagreement(prefix: Message, a: &Source<'_>, b: &Source<'_>) -> Message {
    let prefix = prefix.text("`").text(a.name).text("` is ").shape(&a.shape);
    prefix.text(", `").text(b.name).text("` is ").shape(&b.shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::FixedFormat;

    #[track_caller]
    fn check_reuse(inputs: usize, outputs: usize, expected: &[usize]) {
        let legal: Vec<usize> =
            (0..=inputs * outputs + 1).filter(|&reuse| is_legal_reuse(inputs, outputs, reuse)).collect();
        assert_eq!(legal, expected);
    }

    #[test]
    fn legal_reuse_factors_of_the_jet_tagger() {
        check_reuse(16, 64, &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
        check_reuse(32, 5, &[1, 2, 4, 8, 16, 32, 160]);
    }

    #[track_caller]
    fn check_hardware(layer: LayerAttributes, expected: &str) {
        let rule = ShapeRule::Linear { inputs: 32, outputs: 32 };
        let message = rule.hardware("fc3", &layer, &ModelAttributes::DEFAULT).unwrap_err();
        assert_eq!(message.as_str(), expected);
    }

    #[test]
    fn illegal_settings_name_the_nearest_legal_ones() {
        let reuse = |reuse| LayerAttributes { reuse_factor: Some(reuse), ..LayerAttributes::default() };
        check_hardware(reuse(3), "layer `fc3`: reuse_factor 3 is not legal for 32 x 32; nearest are 2 and 4");
        check_hardware(reuse(0), "layer `fc3`: reuse_factor 0 is not legal for 32 x 32; nearest is 1");
        check_hardware(reuse(4000), "layer `fc3`: reuse_factor 4000 is not legal for 32 x 32; nearest is 1024");
        let fifo = LayerAttributes { fifo_depth: Some(4), ..LayerAttributes::default() };
        check_hardware(fifo, "layer `fc3`: fifo_depth needs `io_type = io_stream`; io_parallel has no FIFOs");
    }

    fn source<'a>(name: &'a str, dims: &[usize]) -> Source<'a> {
        let shape = Shape::from_dims(dims).unwrap();
        Source { name, shape, rule: Some(ShapeRule::Linear { inputs: 1, outputs: 1 }), readers: 1 }
    }

    #[test]
    fn shape_errors_name_both_layers() {
        let message = ShapeRule::Linear { inputs: 32, outputs: 5 }.infer("fc2", &[source("act1", &[64])]).unwrap_err();
        assert_eq!(message.as_str(), "layer `fc2` expects input shape [32], but `act1` produces [64]");
        let message = ShapeRule::Merge.infer("add", &[source("a", &[4, 2]), source("b", &[4, 3])]).unwrap_err();
        assert_eq!(message.as_str(), "layer `add` merges tensors of different shapes: `a` is [4, 2], `b` is [4, 3]");
        let message = ShapeRule::Elementwise.infer("relu", &[source("input", &[4, 0])]).unwrap_err();
        assert_eq!(message.as_str(), "layer `relu` reads `input`, which has no elements: its shape is [4, 0]");
    }

    #[test]
    fn precisions_that_cannot_be_used() {
        let ty = |width, integer| FixedType::exact(FixedFormat::signed(width, integer));
        assert!(legal_types(&[("weight", ty(6, 1)), ("bias", ty(53, -5))]).is_ok());
        let message = legal_types(&[("weight", ty(6, 1)), ("bias", ty(54, -5))]).unwrap_err();
        assert_eq!(message.as_str(), "bias `Fixed<54, -5>`: the width of a fixed-point type must be 1 to 53 bits");
        assert!(legal_accumulator(None).is_ok() && legal_accumulator(Some(ty(16, 8))).is_ok());
        let saturating = FixedType { overflow: Overflow::Sat, ..ty(16, 8) };
        let message = legal_accumulator(Some(saturating)).unwrap_err();
        assert!(message.as_str().starts_with("accumulator `Fixed<16, 8>` does not wrap"), "{message:?}");
    }

    #[test]
    fn shapes() {
        let joined = ShapeRule::Concatenate.infer("c", &[source("a", &[4, 2]), source("b", &[4, 3])]).unwrap();
        assert_eq!(joined.dims(), [4, 5]);
        assert_eq!(ShapeRule::Flatten.infer("f", &[source("a", &[4, 2, 3])]).unwrap().dims(), [24]);
        assert_eq!(ShapeRule::Reduce.infer("f", &[source("a", &[4, 3])]).unwrap().dims(), [4, 1]);
        assert!(ShapeRule::Fold { channels: 3 }.infer("bn", &[source("a", &[3])]).is_ok());
        let shared = Source { readers: 2, ..source("a", &[3]) };
        assert!(
            ShapeRule::Fold { channels: 3 }.infer("bn", &[shared]).unwrap_err().as_str().contains("let them read `bn`")
        );
    }
}
