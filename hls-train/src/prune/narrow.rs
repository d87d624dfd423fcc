//! A model without its pruned neurons and filters.

use std::collections::BTreeMap;

use hls_core::ir::Graph;
use hls_core::rules::{LayerAttributes, is_legal_reuse};

use super::PruneError;
use super::channels::{Channels, Side};
use crate::HlsModel;
use crate::design::HardwareSettings;
use crate::weights::{Parameter, parameters, resize};

/// The model with narrower layers where channels were pruned, and its hardware settings; its results stay the same.
///
/// A reuse factor that a narrower layer cannot have becomes the next smaller one that it can.
pub(super) fn without_channels<M: HlsModel>(
    model: &M,
    graph: &Graph,
    all: &[Channels],
    kept: &BTreeMap<String, Vec<bool>>,
    hardware: &HardwareSettings,
) -> Result<(M, HardwareSettings), PruneError> {
    let mut narrowed = parameters(model);
    let mut hardware = hardware.clone();
    for channels in all {
        let Some(kept) = kept.get(&channels.layer) else { continue };
        for part in channels.parts() {
            for parameter in narrowed.iter_mut().filter(|parameter| parameter.name == part.parameter) {
                let last = parameter.shape.len().saturating_sub(1);
                keep(parameter, if part.side == Side::Rows { 0 } else { last }, kept);
            }
        }
    }
    let (lowering, _) = crate::design::lowered(model, &hardware);
    for node in graph.nodes() {
        let weight = narrowed.iter().find(|parameter| parameter.name == format!("{}.weight", node.name));
        let Some([inputs, outputs]) = weight.map(|weight| &weight.shape[..]) else { continue };
        let legal = (1..=node.hardware.reuse_factor).rev().find(|&reuse| is_legal_reuse(*inputs, *outputs, reuse));
        if let (Some(reuse), Some(attributes)) = (legal, lowering.attributes(&node.name))
            && reuse != node.hardware.reuse_factor
        {
            hardware.insert(node.name.clone(), LayerAttributes { reuse_factor: Some(reuse), ..attributes });
        }
    }
    let narrow = resize(model, narrowed);
    crate::design::graph(&narrow, &hardware)?;
    Ok((narrow, hardware))
}

/// Keeps the marked channels of a dimension, in which they repeat where it has several positions.
fn keep(parameter: &mut Parameter, dimension: usize, kept: &[bool]) {
    let inner: usize = parameter.shape[dimension + 1..].iter().product();
    let size = parameter.shape[dimension];
    let is_kept = |index: usize| kept[(index / inner) % size % kept.len()];
    let values = parameter.values.iter().enumerate().filter(|(index, _)| is_kept(*index)).map(|(_, &value)| value);
    parameter.values = values.collect();
    parameter.shape[dimension] = size / kept.len() * kept.iter().filter(|kept| **kept).count();
}
