//! What a layer does to shapes.

use super::joined::joined;
use super::upsampling::Upsampling;
use super::window::{Plane, Window};
use crate::axes::Axes;
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
    /// A matrix of multiplications at every place of a window: `[.., channels]` to `[.., outputs]`.
    Convolution {
        /// Where the window is placed.
        window: Window,
        /// Dimensions without the channels: 1 or 2.
        dims: usize,
        /// Channels of the input.
        channels: usize,
        /// Channels of the result.
        outputs: usize,
        /// Parts of the channels that do not see each other.
        groups: usize,
        /// Whether all weights have one magnitude, so that no scale can be folded into them.
        signs: bool,
    },
    /// Every channel on its own at every place of a window, where some position of the input is, the channels kept; without
    /// a window all positions at once, and the channels stay as the only dimension.
    Pool {
        /// Where the window is placed.
        window: Option<Window>,
        /// Dimensions without the channels: 1 or 2.
        dims: usize,
    },
    /// Every channel on its own at every place of a window, the channels kept.
    Windows {
        /// Where the window is placed.
        window: Window,
        /// Dimensions without the channels: 1 or 2.
        dims: usize,
    },
    /// A convolution of every channel on its own, then a pointwise one: `[.., channels]` to `[.., outputs]`.
    Separable {
        /// Where the window of the first one is placed.
        window: Window,
        /// Dimensions without the channels: 1 or 2.
        dims: usize,
        /// Channels of the input.
        channels: usize,
        /// Channels of the result.
        outputs: usize,
        /// Whether all weights of the second one have one magnitude, so that no scale can be folded into them.
        signs: bool,
    },
    /// Every position becomes a rectangle of them, the channels kept.
    Upsample(Upsampling),
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
    /// Exactly two inputs of one shape, the shape kept.
    Pair,
    /// Exactly two inputs of one shape, the last dimension reduced to one element.
    Dot,
    /// Two or more inputs that agree in all dimensions but one, joined along it.
    Concatenate {
        /// The dimension, from 0; `None` is the last one.
        axis: Option<usize>,
    },
    /// Any shape to one dimension.
    Flatten,
    /// The same elements in the same order with other dimensions.
    Reshape {
        /// The new dimensions.
        shape: Shape,
    },
    /// The dimensions in another order.
    Transpose {
        /// For each dimension of the result the one of the input.
        axes: Axes,
    },
    /// A range of the elements along one axis.
    Slice {
        /// The first element.
        start: usize,
        /// How many elements.
        length: usize,
        /// The axis; `None` is the last one.
        axis: Option<usize>,
    },
    /// The last dimension reduced to one element.
    Reduce,
    /// One input, the shape kept; the layer works along one dimension, which must be there.
    Along {
        /// The dimension, from 0.
        axis: usize,
    },
    /// Every element becomes a vector: one more dimension at the end.
    Embedding {
        /// How many vectors there are: the elements are below this.
        vocabulary: usize,
        /// The length of each vector.
        dim: usize,
    },
}

/// The most positions of a pool's window.
const MOST_POOLED: usize = 1 << 20;

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
impl ShapeRule {
    /// The shape that the layer `name` produces.
    ///
    /// # Errors
    /// A message that names the layer, what it expects and what it got.
    pub const fn infer(self, name: &str, sources: &[Source<'_>]) -> Result<Shape, Message> {
        let prefix = Message::new().text("layer `").text(name).text("` ");
        match self {
            Self::Merge | Self::Concatenate { .. } if sources.len() < 2 => {
                return Err(prefix.text("reads two or more layers; name them with `#[hls(input(a, b))]`"));
            }
            Self::Pair | Self::Dot if sources.len() < 2 => {
                return Err(prefix.text("reads two layers; name them with `#[hls(input(a, b))]`"));
            }
            Self::Pair | Self::Dot if sources.len() > 2 => {
                return Err(prefix.text("reads two layers, but ").number(sources.len()).text(" are named"));
            }
            Self::Merge | Self::Concatenate { .. } | Self::Pair | Self::Dot => {}
            _ if sources.len() != 1 => {
                return Err(prefix.text("reads one layer, but ").number(sources.len()).text(" are named"));
            }
            _ => {}
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
            Self::Convolution { window, dims, channels, outputs, groups, .. } => {
                if outputs == 0 {
                    return Err(prefix.text("produces no output; give it at least one"));
                }
                if shape.rank() == 0 || shape.channels() != channels {
                    return Err(expected(prefix, &shape.with_channels(channels), first));
                }
                if groups == 0 || !channels.is_multiple_of(groups) || !outputs.is_multiple_of(groups) {
                    let prefix = prefix.text("has ").number(groups).text(" groups, which must divide its ");
                    return Err(prefix.number(channels).text(" inputs and its ").number(outputs).text(" outputs"));
                }
                window.infer(prefix, &shape, dims, outputs)
            }
            Self::Pool { window: Some(window), dims } => match window.infer(prefix, &shape, dims, shape.channels()) {
                Ok(_) if window.spread[0] != 1 || window.spread[1] != 1 => {
                    Err(prefix.text("has inputs at distances, which are for transposed convolutions"))
                }
                Ok(_) if window.taps() > MOST_POOLED => {
                    let prefix = prefix.text("has a window of ").number(window.taps());
                    Err(prefix.text(" positions; legal are up to ").number(MOST_POOLED))
                }
                Ok(_) if window.sees_nothing(&shape, dims) => {
                    Err(prefix.text("has places that see nothing but padding; take less padding or a larger window"))
                }
                result => result,
            },
            Self::Pool { window: None, dims } => {
                if Plane::of(&shape, dims).is_none() {
                    let wanted = if dims == 1 { "[steps, channels]" } else { "[height, width, channels]" };
                    let prefix = prefix.text("reads tensors of shape ").text(wanted);
                    return Err(prefix.text(", but this one is ").shape(&shape));
                }
                Ok(Shape::new([shape.channels()]))
            }
            Self::Separable { window, dims, channels, outputs, signs } => {
                let groups = 1;
                Self::Convolution { window, dims, channels, outputs, groups, signs }.infer(name, sources)
            }
            Self::Upsample(upsampling) => upsampling.infer(prefix, &shape),
            Self::Windows { window, dims } => window.infer(prefix, &shape, dims, shape.channels()),
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
                if matches!(
                    first.rule,
                    Some(
                        Self::LinearOfSigns { .. }
                            | Self::Convolution { signs: true, .. }
                            | Self::Separable { signs: true, .. }
                    )
                ) {
                    return Err(prefix
                        .text("is folded into the layer before it, but the weights of `")
                        .text(first.name)
                        .text("` are binary or ternary and take no scale; give it precisions of its own: `BatchNorm<")
                        .number(channels)
                        .text(", Fixed<8, 3>>`"));
                }
                if !matches!(first.rule, Some(Self::Linear { .. } | Self::Convolution { .. } | Self::Separable { .. }))
                {
                    return Err(prefix
                        .text("is folded into the layer before it, but `")
                        .text(first.name)
                        .text("` has no weights; put it right after a Dense or a convolution"));
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
            Self::Merge | Self::Pair | Self::Dot => {
                if matches!(self, Self::Dot) && shape.rank() == 0 {
                    return Err(prefix.text("needs at least one dimension"));
                }
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
                Ok(if matches!(self, Self::Dot) { shape.with_channels(1) } else { shape })
            }
            Self::Concatenate { axis } => joined(prefix, sources, axis),
            Self::Flatten => Ok(Shape::new([shape.size()])),
            Self::Reshape { shape: wanted } => {
                let elements = match wanted.checked_size() {
                    _ if wanted.rank() == 0 => 0,
                    Some(elements) => elements,
                    None => usize::MAX,
                };
                if elements != shape.size() {
                    let prefix = prefix.text("reshapes `").text(first.name).text("`, whose shape ").shape(&shape);
                    let prefix = prefix.text(" has ").number(shape.size()).text(" elements, to ").shape(&wanted);
                    return Err(prefix.text(", which has ").number(elements));
                }
                Ok(wanted)
            }
            Self::Transpose { axes } => match axes.permute(&shape) {
                Some(permuted) => Ok(permuted),
                None => {
                    let prefix = prefix.text("orders the axes as ").shape(axes.as_shape()).text(", but `");
                    let prefix = prefix.text(first.name).text("` has shape ").shape(&shape);
                    Err(prefix
                        .text("; name each of its axes, from 0 to ")
                        .number(shape.rank().saturating_sub(1))
                        .text(", once"))
                }
            },
            Self::Slice { start, length, axis } => {
                let prefix =
                    prefix.text("takes elements of `").text(first.name).text("`, whose shape is ").shape(&shape);
                let axis = match axis {
                    Some(axis) => axis,
                    None => shape.rank().saturating_sub(1),
                };
                if axis >= shape.rank() {
                    let last = shape.rank().saturating_sub(1);
                    return Err(prefix.text(", along axis ").number(axis).text("; its axes are 0 to ").number(last));
                }
                let count = shape.dims()[axis];
                let prefix = prefix.text(": along axis ").number(axis).text(" there are ").number(count);
                if start >= count {
                    let prefix = prefix.text(", so the start ").number(start).text(" is not legal; it may be 0 to ");
                    return Err(prefix.number(count - 1));
                }
                if length == 0 || length > count - start {
                    let prefix = prefix.text(", so the length ").number(length).text(" from element ").number(start);
                    return Err(prefix.text(" on is not legal; it may be 1 to ").number(count - start));
                }
                Ok(shape.with_dim(axis, length))
            }
            Self::Reduce => {
                if shape.rank() == 0 {
                    return Err(prefix.text("needs at least one dimension"));
                }
                Ok(shape.with_channels(1))
            }
            Self::Along { axis } => {
                if axis >= shape.rank() {
                    let prefix = prefix.text("works along axis ").number(axis).text(", but `").text(first.name);
                    let prefix = prefix.text("` produces ").shape(&shape);
                    return Err(if shape.rank() < 2 {
                        prefix.text(", whose only axis is 0")
                    } else {
                        prefix.text(", whose axes are 0 to ").number(shape.rank() - 1)
                    });
                }
                Ok(shape)
            }
            Self::Embedding { vocabulary, dim } => {
                if vocabulary == 0 || dim == 0 {
                    return Err(prefix.text("has an empty table; give it at least one vector with one element"));
                }
                match shape.appended(dim) {
                    Some(shape) => Ok(shape),
                    None => Err(prefix
                        .text("adds a dimension to `")
                        .text(first.name)
                        .text("`, which has four already: ")
                        .shape(&shape)),
                }
            }
        }
    }

    /// The matrix of multiplications whose reuse factor is to be chosen: inputs and outputs.
    #[must_use]
    pub const fn multiplications(self) -> Option<(usize, usize)> {
        match self {
            Self::Linear { inputs, outputs } | Self::LinearOfSigns { inputs, outputs } => Some((inputs, outputs)),
            Self::Convolution { window, channels, outputs, groups, .. } if groups > 0 => {
                Some((window.taps() * (channels / groups), outputs))
            }
            Self::Separable { channels, outputs, .. } => Some((channels, outputs)),
            _ => None,
        }
    }
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
    #[track_caller]
    fn check(rule: ShapeRule, sources: &[Source<'_>], expected: Result<&[usize], &str>) {
        let result = rule.infer("x", sources);
        assert_eq!(result.as_ref().map(Shape::dims).map_err(Message::as_str), expected);
    }

    #[test]
    fn as_many_layers_as_a_merge_reads() {
        let sources = ["a", "b", "c"].map(|name| source(name, &[2, 4]));
        let two = "layer `x` reads two layers";
        for (rule, shape) in [(ShapeRule::Pair, [2, 4]), (ShapeRule::Dot, [2, 1])] {
            check(rule, &sources[..2], Ok(&shape));
            check(rule, &sources[..1], Err(&format!("{two}; name them with `#[hls(input(a, b))]`")));
            check(rule, &sources, Err(&format!("{two}, but 3 are named")));
        }
        check(ShapeRule::Merge, &sources, Ok(&[2, 4]));
        check(ShapeRule::Elementwise, &sources, Err("layer `x` reads one layer, but 3 are named"));
    }

    #[test]
    fn moves() {
        let a = [source("a", &[3, 4])];
        let reshape = |shape| ShapeRule::Reshape { shape };
        check(reshape(Shape::new([2, 6])), &a, Ok(&[2, 6]));
        let text = "layer `x` reshapes `a`, whose shape [3, 4] has 12 elements, to ";
        check(reshape(Shape::new([5])), &a, Err(&format!("{text}[5], which has 5")));
        let more = format!("{text}[{0}, 2], which has {0}", usize::MAX);
        check(reshape(Shape::new([usize::MAX, 2])), &a, Err(&more));
        check(reshape(Shape::new([])), &a, Err(&format!("{text}[], which has 0")));
        let transpose = |axes| ShapeRule::Transpose { axes };
        check(transpose(Axes::new([1, 0])), &a, Ok(&[4, 3]));
        let text = "but `a` has shape [3, 4]; name each of its axes, from 0 to 1, once";
        check(transpose(Axes::new([1, 1])), &a, Err(&format!("layer `x` orders the axes as [1, 1], {text}")));
        check(transpose(Axes::new([0])), &a, Err(&format!("layer `x` orders the axes as [0], {text}")));
        let slice = |start, length, axis| ShapeRule::Slice { start, length, axis };
        check(slice(1, 3, None), &a, Ok(&[3, 3]));
        check(slice(1, 2, Some(0)), &a, Ok(&[2, 4]));
        let text = "layer `x` takes elements of `a`, whose shape is [3, 4]";
        let along = format!("{text}: along axis 1 there are 4, so the ");
        check(slice(4, 1, None), &a, Err(&format!("{along}start 4 is not legal; it may be 0 to 3")));
        let legal = "is not legal; it may be 1 to 2";
        check(slice(2, 3, None), &a, Err(&format!("{along}length 3 from element 2 on {legal}")));
        check(slice(2, usize::MAX, None), &a, Err(&format!("{along}length {} from element 2 on {legal}", usize::MAX)));
        check(slice(0, 1, Some(2)), &a, Err(&format!("{text}, along axis 2; its axes are 0 to 1")));
    }

    #[test]
    fn axes_that_are_not_there() {
        let along = |axis| ShapeRule::Along { axis };
        check(along(0), &[source("a", &[4, 3])], Ok(&[4, 3]));
        let text = "layer `x` works along axis 2, but `a` produces [4, 3], whose axes are 0 to 1";
        check(along(2), &[source("a", &[4, 3])], Err(text));
        let text = "layer `x` works along axis 1, but `a` produces [5], whose only axis is 0";
        check(along(1), &[source("a", &[5])], Err(text));
    }

    #[test]
    fn embeddings_add_a_dimension() {
        let rule = |dim| ShapeRule::Embedding { vocabulary: 8, dim };
        check(rule(3), &[source("a", &[5])], Ok(&[5, 3]));
        let text = "layer `x` has an empty table; give it at least one vector with one element";
        check(rule(0), &[source("a", &[5])], Err(text));
        let text = "layer `x` adds a dimension to `a`, which has four already: [1, 2, 3, 4]";
        check(rule(3), &[source("a", &[1, 2, 3, 4])], Err(text));
    }

    #[test]
    fn shapes() {
        let joined =
            ShapeRule::Concatenate { axis: None }.infer("c", &[source("a", &[4, 2]), source("b", &[4, 3])]).unwrap();
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
