//! Puts a random model together, layer by layer, and keeps it legal on the way.

use super::{Choices, LayerKind, RandomLayer, RandomModel, draw, images};
use crate::fixed::{FixedFormat, FixedTensor, FixedType, Overflow, Rounding, WeightType};
use crate::ir::{GraphBuilder, Hardware, NodeId, TensorType};
use crate::ops::{Conv, Dense, Flatten, Op, Quantize};
use crate::rules::{Convolution, IoType};
use crate::shape::Shape;

/// Wider tensors are quantized next, so that nothing comes near the limit of exactness.
pub(super) const WIDE: u32 = 26;

pub(super) struct Generator {
    pub(super) choices: Choices,
    model: RandomModel,
    /// Tells the types of what is there already. Folding is left out: it changes weights, not their formats.
    builder: GraphBuilder,
    ids: Vec<NodeId>,
    pub(super) folding: bool,
}

/// What a model is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Vectors,
    /// As `Vectors`, without layers that are folded into others.
    WithoutFolding,
    Images,
}

pub(super) fn model(seed: u64, kind: Kind) -> RandomModel {
    // Whatever the rules refuse (an accumulator that is too wide, say) is drawn again; nearly all pass at once.
    let model = (0..)
        .find_map(|attempt: u64| attempt_model(seed, seed ^ (attempt << 48), kind))
        .unwrap_or_else(|| unreachable!());
    // Last, so that a model's layers do not depend on it.
    let mut choices = Choices::new(!seed);
    if choices.one_in(3) { model.with_io(IoType::IoStream, &mut choices) } else { model }
}

fn attempt_model(seed: u64, state: u64, kind: Kind) -> Option<RandomModel> {
    let mut choices = Choices::new(state);
    let signed = !choices.one_in(3);
    let input_type = choices.ty(16, signed);
    let features = choices.size(1, 20);
    let input_shape = if kind == Kind::Images {
        images::shape(&mut choices)
    } else if choices.one_in(5) {
        Shape::new([choices.size(1, 4), 2, 3])
    } else {
        Shape::new([features])
    };
    let name = format!("random_{seed}");
    let io_type = IoType::IoParallel;
    let mut builder = GraphBuilder::new(&name, io_type);
    builder.input(input_shape, input_type).ok()?;
    let model = RandomModel { seed, name, io_type, input_shape, input_type, layers: Vec::new(), outputs: Vec::new() };
    let folding = kind != Kind::WithoutFolding;
    let mut generator = Generator { choices, model, builder, ids: Vec::new(), folding };
    if kind == Kind::Images {
        images::body(&mut generator)?;
    } else {
        generator.body()?;
    }
    Some(generator.finish())
}

impl Generator {
    fn body(&mut self) -> Option<()> {
        let blocks = self.choices.size(1, 4);
        if self.model.input_shape.rank() > 1 {
            if self.choices.one_in(2) {
                let ty = self.result_type();
                self.op("squash", Quantize { ty }, &[None])?;
            }
            let last = self.last();
            self.op("flat", Flatten {}, &[last])?;
        }
        for block in 0..blocks {
            self.block(block)?;
        }
        if self.choices.one_in(2) {
            let head = self.choices.pick(draw::HEADS);
            head(self, blocks)?;
        }
        Some(())
    }

    /// A dense layer and what may follow it.
    fn block(&mut self, block: usize) -> Option<()> {
        let from = if block > 0 && self.choices.one_in(4) { self.any_vector() } else { self.last() };
        let outputs = self.choices.size(1, 16);
        let dense = self.dense(&format!("fc{block}"), from, outputs)?;
        let takes_scale = match &self.model.layers[dense].kind {
            LayerKind::Dense { weight_type, .. } => weight_type.takes_scale(),
            _ => false,
        };
        if self.folding && takes_scale && self.choices.one_in(4) {
            self.batch_norm(block, dense);
        }
        if self.choices.one_in(6) {
            let last = self.last();
            self.push(format!("drop{block}"), LayerKind::Dropout, vec![last], Hardware::default());
            self.ids.push(self.id(last));
        }
        let last = self.last();
        if self.output(last).ty.format.width > WIDE || !self.choices.one_in(5) {
            let activation = self.choices.pick(draw::ACTIVATIONS);
            activation(self, block)?;
        }
        for number in 0..self.choices.size(0, 2) {
            let other = self.choices.pick(draw::OTHERS);
            other(self, 10 * block + number)?;
        }
        Some(())
    }

    pub(super) fn dense(&mut self, name: &str, from: Option<usize>, outputs: usize) -> Option<usize> {
        let width = if self.choices.one_in(4) { 12 } else { 6 };
        let weight_type = self.choices.weight_type(width);
        self.dense_of(name, from, outputs, weight_type)
    }

    pub(super) fn dense_of(
        &mut self,
        name: &str,
        from: Option<usize>,
        outputs: usize,
        weight_type: WeightType,
    ) -> Option<usize> {
        let inputs = self.output(from).shape.size();
        self.matrix(name, from, (inputs, outputs), weight_type, None)
    }

    /// A dense layer or a convolution.
    pub(super) fn matrix(
        &mut self,
        name: &str,
        from: Option<usize>,
        (inputs, outputs): (usize, usize),
        weight_type: WeightType,
        convolution: Option<Convolution>,
    ) -> Option<usize> {
        let input = self.output(from);
        let width = if self.choices.one_in(4) { 12 } else { 6 };
        let bias_signed = !self.choices.one_in(6);
        let bias_type = self.choices.ty(width, bias_signed);
        let scale = |ty: FixedType| ty.format.value(ty.format.max_raw()).max(ty.format.lsb()) as f32 * 0.6;
        // Outputs of different sizes, for weights whose binary points follow them.
        let sizes: Vec<f32> = match weight_type {
            WeightType::Fixed(ty) => vec![scale(ty); outputs],
            WeightType::PowerOfTwo { max, .. } => vec![(max as f32).exp2() * 0.6; outputs],
            _ => (0..outputs).map(|_| (self.choices.range(-6, 1) as f32).exp2()).collect(),
        };
        let weight: Vec<f32> = (0..inputs * outputs)
            .map(|at| if self.choices.one_in(4) { 0.0 } else { self.choices.normal(sizes[at % outputs]) })
            .collect();
        let bias: Vec<f32> = (0..outputs).map(|_| self.choices.normal(scale(bias_type))).collect();
        let quantized =
            |ty: &FixedType, dims: Vec<usize>, values: &[f32]| FixedTensor::quantized(dims, ty, values).ok();
        let mut op = Dense {
            weight: weight_type.quantize(vec![inputs, outputs], &weight).ok()?,
            bias: quantized(&bias_type, vec![outputs], &bias)?,
            accum: None,
        };
        // Of a sum into which a normalization is folded only training knows the fraction.
        let known = convolution.is_none() || self.is_assigned(from);
        if self.choices.one_in(5) && known {
            let fraction = (op.weight.format.fraction() + input.fraction()).max(bias_type.format.fraction());
            let extra = self.choices.size(0, 2) as i32;
            let integer = self.choices.size(1, 8) as i32;
            let width = (integer + fraction + extra).max(1);
            let format =
                FixedFormat { signed: !self.choices.one_in(5), width: width as u32, integer: width - fraction - extra };
            op.accum = Some(FixedType::new(format, self.choices.pick(&Rounding::ALL), Overflow::Wrap));
        }
        let mut hardware = self.choices.hardware(inputs, outputs);
        let kind = LayerKind::Dense { weight, bias, weight_type, bias_type, accum: op.accum, convolution };
        let op: Op = match convolution {
            None => op.into(),
            Some(convolution) => {
                let drawn = if self.choices.one_in(2) { 1 } else { self.choices.size(1, 5) };
                let conv: Op = Conv::new(op, convolution).into();
                let shape = conv.infer(&[input]).ok()?.shape;
                hardware.parallelization_factor = drawn.min(shape.positions());
                conv
            }
        };
        let id = self.builder.push(name, op, &[self.id(from)], hardware, None).ok()?;
        self.ids.push(id);
        Some(self.push(name.to_owned(), kind, vec![from], hardware))
    }

    pub(super) fn batch_norm(&mut self, block: usize, dense: usize) {
        let channels = self.output(Some(dense)).shape.channels();
        let mut draw = |center: f32, scale: f32, low: f32| -> Vec<f32> {
            (0..channels).map(|_| (center + self.choices.normal(scale)).max(low)).collect()
        };
        let kind = LayerKind::BatchNorm {
            gamma: draw(1.0, 0.4, f32::MIN),
            beta: draw(0.0, 0.5, f32::MIN),
            mean: draw(0.0, 0.5, f32::MIN),
            variance: draw(1.0, 0.5, 0.05),
        };
        self.push(format!("bn{block}"), kind, vec![Some(dense)], Hardware::default());
        self.ids.push(self.ids[dense]);
    }

    /// A type for the result of a layer that names one.
    pub(super) fn result_type(&mut self) -> FixedType {
        let signed = self.choices.one_in(3);
        self.choices.ty(12, signed)
    }

    pub(super) fn op(&mut self, name: &str, op: impl Into<Op>, inputs: &[Option<usize>]) -> Option<usize> {
        let op = op.into();
        let ids: Vec<NodeId> = inputs.iter().map(|&input| self.id(input)).collect();
        let id = self.builder.push(name, op.clone(), &ids, Hardware::default(), None).ok()?;
        self.ids.push(id);
        Some(self.push(name.to_owned(), LayerKind::Op(op), inputs.to_vec(), Hardware::default()))
    }

    pub(super) fn push(
        &mut self,
        name: String,
        kind: LayerKind,
        inputs: Vec<Option<usize>>,
        hardware: Hardware,
    ) -> usize {
        self.model.layers.push(RandomLayer { name, kind, inputs, hardware });
        self.model.layers.len() - 1
    }

    pub(super) fn id(&self, at: Option<usize>) -> NodeId {
        at.map_or(NodeId(0), |at| self.ids[at])
    }

    pub(super) fn output(&self, at: Option<usize>) -> TensorType {
        *self.builder.output(self.id(at))
    }

    /// Whether the type of a result is one that its layer names: it stays as it is when weights are folded.
    pub(super) fn is_assigned(&self, at: Option<usize>) -> bool {
        let Some(at) = at else { return true };
        let RandomLayer { kind, inputs, .. } = &self.model.layers[at];
        let inputs: Vec<TensorType> = inputs.iter().map(|&input| self.output(input)).collect();
        matches!(kind, LayerKind::Op(op) if op.assignment(&inputs).is_some())
    }

    /// Whether a dense layer or a convolution names its accumulator.
    pub(super) fn has_accumulator(&self, at: usize) -> bool {
        matches!(self.model.layers[at].kind, LayerKind::Dense { accum: Some(_), .. })
    }

    pub(super) fn last(&self) -> Option<usize> {
        self.model.layers.len().checked_sub(1)
    }

    /// An earlier layer, or the input, that a dense layer can read.
    pub(super) fn any_vector(&mut self) -> Option<usize> {
        self.another(self.last(), |candidate| candidate.shape.rank() == 1).unwrap_or(self.last())
    }

    /// Another readable tensor that `fits`: never one that is folded into a later layer or wide.
    pub(super) fn another(&mut self, than: Option<usize>, fits: impl Fn(&TensorType) -> bool) -> Option<Option<usize>> {
        let layers = &self.model.layers;
        let folded = |at: usize| {
            layers.iter().any(|layer| matches!(layer.kind, LayerKind::BatchNorm { .. }) && layer.inputs == [Some(at)])
        };
        let candidates: Vec<Option<usize>> = std::iter::once(None)
            .chain((0..layers.len()).filter(|&at| !folded(at)).map(Some))
            .filter(|&at| at != than && fits(&self.output(at)) && self.output(at).ty.format.width <= WIDE)
            .collect();
        if candidates.is_empty() { None } else { Some(self.choices.pick(&candidates)) }
    }

    /// Everything that nobody reads is an output, and sometimes something that is read as well.
    fn finish(mut self) -> RandomModel {
        let layers = &self.model.layers;
        let is_read = |at: usize| layers.iter().any(|layer| layer.inputs.contains(&Some(at)));
        let mut outputs: Vec<usize> = (0..layers.len()).filter(|&at| !is_read(at)).collect();
        if self.choices.one_in(4) {
            let extra = self.choices.size(0, layers.len() - 1);
            let read_by_fold_or_dropout = layers.iter().any(|layer| {
                matches!(layer.kind, LayerKind::BatchNorm { .. } | LayerKind::Dropout)
                    && layer.inputs.contains(&Some(extra))
            });
            let is_dropout = matches!(layers[extra].kind, LayerKind::Dropout);
            if !outputs.contains(&extra) && !read_by_fold_or_dropout && !is_dropout {
                outputs.push(extra);
                outputs.sort_unstable();
            }
        }
        self.model.outputs = outputs;
        self.model
    }
}
