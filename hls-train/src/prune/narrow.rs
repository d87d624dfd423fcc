//! A model without its pruned neurons.

use super::PruneError;
use super::masks::Masks;
use crate::HlsModel;
use crate::lower::folded;
use crate::weights::{Parameter, parameters, resize};

/// The model with narrower layers where neurons were pruned; its results stay the same.
///
/// A layer with a normalization folded into it keeps its width, as the normalization does; its pruned neurons are zeros.
pub(super) fn without_neurons<M: HlsModel>(model: &M, masks: &Masks) -> Result<M, PruneError> {
    let mut narrowed = parameters(model);
    let folded = folded(model);
    for hidden in &masks.hidden {
        let Some(neurons) = masks.neurons.get(&hidden.layer) else { continue };
        if folded.contains(&format!("{}.weight", hidden.layer)) {
            continue;
        }
        for parameter in &mut narrowed {
            if ["weight", "bias"].iter().any(|what| parameter.name == format!("{}.{what}", hidden.layer)) {
                let last = parameter.shape.len().saturating_sub(1);
                keep(parameter, last, neurons);
            }
            if hidden.readers.iter().any(|reader| parameter.name == format!("{reader}.weight")) {
                keep(parameter, 0, neurons);
            }
        }
    }
    let narrow = resize(model, narrowed);
    narrow.graph()?;
    Ok(narrow)
}

/// Keeps the marked positions of a dimension.
fn keep(parameter: &mut Parameter, dimension: usize, kept: &[bool]) {
    let inner: usize = parameter.shape[dimension + 1..].iter().product();
    let size = parameter.shape[dimension];
    let is_kept = |index: usize| kept[(index / inner) % size];
    let values = parameter.values.iter().enumerate().filter(|(index, _)| is_kept(*index)).map(|(_, &value)| value);
    parameter.values = values.collect();
    parameter.shape[dimension] = kept.iter().filter(|kept| **kept).count();
}
