//! From a trained model to a graph of integers.

mod constants;

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use hls_core::diagnostics::{Code, Diagnostic, Diagnostics};
use hls_core::fixed::{FixedType, WeightType};
use hls_core::ir::{Graph, GraphBuilder, Hardware, NodeId, TensorType};
use hls_core::ops::Op;
use hls_core::rules::{LayerAttributes, ModelAttributes, ShapeRule, is_legal_reuse};
use hls_core::shape::Shape;

use crate::Precision;
use crate::declaration::{DeclaredLayer, DeclaredModel};
use crate::layer::{Layer, Site};

use constants::Linear;
pub(crate) use constants::{LinearWeights, folded, quantized};

/// A graph under construction, layer by layer.
///
/// Errors are remembered and lowering goes on, so that [`Lowering::finish`] reports all of them at once.
#[derive(Debug)]
pub struct Lowering {
    builder: GraphBuilder,
    attributes: ModelAttributes,
    input: Option<NodeId>,
    linears: Vec<Linear>,
    /// Constants of other layers: the name of their precision and what they are quantized to.
    constants: Vec<(NodeId, &'static str, Tensor<1>, FixedType)>,
    diagnostics: Diagnostics,
    declared: Vec<DeclaredLayer>,
    /// Linear layers with the normalizations that are part of them.
    folds: Vec<(NodeId, &'static str)>,
    /// Settings in place of those of the declaration, by layer.
    hardware: BTreeMap<String, LayerAttributes>,
}

/// What a layer became.
#[derive(Clone, Copy, Debug)]
pub struct Lowered {
    /// Nothing where the layer or one before it failed.
    node: Option<NodeId>,
    /// The layer's position in the declaration; `None` is the model's input.
    layer: Option<usize>,
}

impl Lowered {
    fn node(node: NodeId) -> Self {
        Self { node: Some(node), layer: None }
    }
}

/// A layer that is nothing in hardware but asks for a FIFO.
fn fifo_of_nothing(site: &Site, lowered: &Lowered, inputs: &[&Lowered]) -> Option<Diagnostic> {
    let is_alias = inputs.iter().any(|input| input.node == lowered.node);
    (is_alias && site.attributes.fifo_depth.is_some()).then(|| {
        let error = Diagnostic::error(Code::Hardware, "is nothing in hardware, so there is no FIFO behind it");
        error.help("give the layer before it the fifo_depth").at(site.name, Some(&site.location()))
    })
}

fn is_float(what: &str) -> Diagnostic {
    Diagnostic::error(Code::Type, format!("the {what} is a float"))
        .help("a float model is a baseline; build the model with the declared precisions")
}

impl Lowering {
    /// A graph with its input.
    #[must_use]
    pub fn new(name: &str, input: FixedType, shape: Shape, attributes: ModelAttributes) -> Self {
        let mut builder = GraphBuilder::new(name, attributes.io_type);
        let mut diagnostics = Diagnostics::new();
        let input = builder.input(shape, input).map_err(|diagnostic| diagnostics.push(diagnostic)).ok();
        Self {
            builder,
            attributes,
            input,
            linears: Vec::new(),
            constants: Vec::new(),
            diagnostics,
            declared: Vec::new(),
            folds: Vec::new(),
            hardware: BTreeMap::new(),
        }
    }

    /// With other settings for the layers that `hardware` names; those of a layer are replaced as a whole.
    #[must_use]
    pub fn with_hardware(self, hardware: BTreeMap<String, LayerAttributes>) -> Self {
        Self { hardware, ..self }
    }

    /// The model's input.
    #[must_use]
    pub fn input(&self) -> Lowered {
        Lowered { node: self.input, layer: None }
    }

    /// Adds a layer.
    pub fn layer<L: Layer>(&mut self, layer: &L, site: &Site, inputs: &[&Lowered]) -> Lowered {
        let attributes = self.hardware.get(site.name).copied().unwrap_or(site.attributes);
        let site = &Site { attributes, ..*site };
        let position = self.declared.len();
        self.declared.push(DeclaredLayer {
            name: site.name,
            ty: layer.declaration(),
            attributes: site.attributes,
            inputs: inputs.iter().map(|input| input.layer).collect(),
        });
        let mut node = None;
        if inputs.iter().all(|input| input.node.is_some()) {
            match layer.lower(self, site, inputs) {
                Ok(lowered) => {
                    node = lowered.node;
                    if let Some(diagnostic) = fifo_of_nothing(site, &lowered, inputs) {
                        self.diagnostics.push(diagnostic);
                    }
                }
                Err(diagnostic) => self.diagnostics.push(diagnostic.at(site.name, Some(&site.location()))),
            }
        }
        Lowered { node, layer: Some(position) }
    }

    /// What the declaration says about the numbers: every layer's type and what it reads, then the outputs. Hardware
    /// settings are absent, as they change no bit.
    pub(crate) fn structure(&self, outputs: &[Lowered]) -> String {
        let layers = self.declared.iter().map(|layer| format!("{}: {} {:?}\n", layer.name, layer.ty, layer.inputs));
        let outputs: Vec<_> = outputs.iter().map(|output| output.layer).collect();
        layers.chain([format!("{outputs:?}")]).collect()
    }

    /// The model as a declaration with the precisions and settings that it has now, ready to paste.
    #[must_use]
    pub fn declaration(&self, model: &DeclaredModel<'_>, outputs: &[Lowered]) -> String {
        let outputs: Vec<usize> = outputs.iter().filter_map(|output| output.layer).collect();
        model.text(&self.declared, &outputs, &self.attributes)
    }

    /// The graph.
    ///
    /// # Errors
    /// Everything that was found on the way, and what the verifier finds.
    pub fn finish(self, outputs: &[Lowered]) -> Result<Graph, Diagnostics> {
        let Self { builder, mut diagnostics, declared, hardware, .. } = self;
        let is_declared = |name: &str| declared.iter().any(|layer| layer.name == name);
        for name in hardware.keys().filter(|name| !is_declared(name)) {
            let layers: Vec<String> = declared.iter().map(|layer| format!("`{}`", layer.name)).collect();
            let message = format!("hardware settings for `{name}`, which is no layer of the model");
            let help = format!("the layers are {}", layers.join(", "));
            diagnostics.push(Diagnostic::error(Code::Hardware, message).help(help));
        }
        diagnostics.into_result(())?;
        let outputs: Vec<NodeId> = outputs.iter().filter_map(|output| output.node).collect();
        builder.finish(&outputs)
    }

    /// A precision that must be fixed.
    ///
    /// # Errors
    /// Where it is a float or a precision of weights.
    pub fn fixed(&self, what: &str, precision: Precision) -> Result<FixedType, Diagnostic> {
        precision.fixed().ok_or_else(|| match precision {
            Precision::Weight(ty) => {
                let message = format!("the {what} is `{}`, a precision of weights", ty.declaration());
                Diagnostic::error(Code::Type, message).help("use a fixed-point precision here")
            }
            _ => is_float(what),
        })
    }

    /// What the first input produces.
    ///
    /// # Errors
    /// Without an input.
    pub fn input_type(&self, inputs: &[&Lowered]) -> Result<TensorType, Diagnostic> {
        let node = inputs.first().and_then(|input| input.node);
        let node = node.ok_or_else(|| Diagnostic::error(Code::Shape, "reads no layer"))?;
        Ok(*self.builder.output(node))
    }

    /// The precision of weights, which must not be a float.
    ///
    /// # Errors
    /// Where it is a float or cannot be used.
    pub fn weight(&self, precision: Precision) -> Result<WeightType, Diagnostic> {
        let ty = precision.weight().ok_or_else(|| is_float("weight"))?;
        match ty.violation() {
            Some(violation) => {
                Err(Diagnostic::error(Code::Type, format!("the weight `{}`: {violation}", ty.declaration())))
            }
            None => Ok(ty),
        }
    }

    /// Adds a node with the hardware settings of the layer.
    ///
    /// # Errors
    /// Where the inputs do not fit the operation or the settings are not legal.
    pub fn push(&mut self, site: &Site, op: impl Into<Op>, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        self.push_named(site.name, site, &site.attributes, op.into(), inputs)
    }

    /// Adds a node for a part of the layer that other parts read, named `<layer>_<part>`. It has the strategy and the
    /// parallelization of the layer, and its reuse factor where that is legal for the part, else 1.
    ///
    /// # Errors
    /// As [`Lowering::push`].
    pub(crate) fn push_part(
        &mut self,
        site: &Site,
        part: &str,
        op: impl Into<Op>,
        inputs: &[&Lowered],
    ) -> Result<Lowered, Diagnostic> {
        let (op, name) = (op.into(), format!("{}_{part}", site.name));
        let LayerAttributes { reuse_factor, strategy, parallelization_factor, .. } = site.attributes;
        let reuse = reuse_factor.unwrap_or(self.attributes.reuse_factor);
        let multiplications = op.shape_rule().and_then(ShapeRule::multiplications);
        let attributes = multiplications.map_or_else(LayerAttributes::default, |(inputs, outputs)| LayerAttributes {
            reuse_factor: Some(if is_legal_reuse(inputs, outputs, reuse) { reuse } else { 1 }),
            strategy,
            parallelization_factor,
            ..LayerAttributes::default()
        });
        self.push_named(&name, site, &attributes, op, inputs)
    }

    fn push_named(
        &mut self,
        name: &str,
        site: &Site,
        attributes: &LayerAttributes,
        op: Op,
        inputs: &[&Lowered],
    ) -> Result<Lowered, Diagnostic> {
        let hardware = match op.shape_rule() {
            None => Hardware::default(),
            Some(rule) => {
                let (reuse_factor, strategy) = rule
                    .hardware(name, attributes, &self.attributes)
                    .map_err(|message| Diagnostic::from_rule(Code::Hardware, name, &message))?;
                Hardware {
                    reuse_factor,
                    strategy,
                    fifo_depth: attributes.fifo_depth,
                    parallelization_factor: attributes.parallelization_factor.unwrap_or(1),
                }
            }
        };
        let inputs: Vec<NodeId> = inputs.iter().filter_map(|input| input.node).collect();
        let id = self.builder.push(name, op, &inputs, hardware, Some(site.location()))?;
        Ok(Lowered::node(id))
    }

    /// A layer that is no operation: what it produces is its first input.
    ///
    /// # Errors
    /// Without an input.
    pub fn alias(&self, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        inputs.first().map(|input| **input).ok_or_else(|| Diagnostic::error(Code::Shape, "reads no layer"))
    }

    /// Adds a linear layer whose weights may still be folded.
    pub(crate) fn push_linear(
        &mut self,
        site: &Site,
        linear: LinearWeights,
        inputs: &[&Lowered],
    ) -> Result<Lowered, Diagnostic> {
        let lowered = self.push(site, linear.op()?, inputs)?;
        self.linears.extend(lowered.node.map(|node| Linear { node, weights: linear, part: None }));
        Ok(lowered)
    }

    /// As [`Lowering::push_part`], with weights that are named where they are clamped; `part` is the name of their
    /// precision as well.
    pub(crate) fn push_linear_part(
        &mut self,
        site: &Site,
        part: &'static str,
        linear: LinearWeights,
        inputs: &[&Lowered],
    ) -> Result<Lowered, Diagnostic> {
        let lowered = self.push_part(site, part, linear.op()?, inputs)?;
        let part = Some((site.name, part));
        self.linears.extend(lowered.node.map(|node| Linear { node, weights: linear, part }));
        Ok(lowered)
    }

    /// The linear layer that the first input is.
    pub(crate) fn linear(&self, inputs: &[&Lowered]) -> Option<&LinearWeights> {
        let id = inputs.first()?.node?;
        self.linears.iter().find(|linear| linear.node == id).map(|linear| &linear.weights)
    }

    /// Gives the linear layer that the first input is other weights: those with the normalization `site` in them.
    pub(crate) fn refold(
        &mut self,
        site: &Site,
        inputs: &[&Lowered],
        weight: Tensor<2>,
        bias: Tensor<1>,
    ) -> Result<Lowered, Diagnostic> {
        let lowered = self.alias(inputs)?;
        if let Some(linear) = self.linears.iter_mut().find(|linear| Some(linear.node) == lowered.node) {
            linear.weights.weight = weight.without_autodiff();
            linear.weights.bias = bias.without_autodiff();
            self.builder.replace(linear.node, linear.weights.op()?)?;
            self.folds.push((linear.node, site.name));
        }
        Ok(lowered)
    }

    /// The linear layers with a normalization in them, and the normalization: by name.
    pub(crate) fn folds(&self) -> Vec<(String, &'static str)> {
        self.folds.iter().map(|(id, norm)| (self.builder.site(*id).0.to_owned(), *norm)).collect()
    }

    /// The settings that a layer has, declared or in place of those.
    pub(crate) fn attributes(&self, layer: &str) -> Option<LayerAttributes> {
        self.declared.iter().find(|declared| declared.name == layer).map(|declared| declared.attributes)
    }
}
