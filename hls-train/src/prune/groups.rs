//! Weights that share a multiplier, and so are taken away together.

use hls_core::ir::{Graph, TensorType};
use hls_core::ops::{Dense, Lanes, Op};
use hls_core::rules::Strategy;

use super::channels::weight_of;
use crate::weights::Parameter;

/// The weights of a parameter by the multiplier that they share.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Groups {
    pub parameter: String,
    /// Positions in the parameter.
    pub groups: Vec<Vec<usize>>,
    /// Multipliers that one group frees.
    pub frees: f64,
}

/// A layer with a matrix of weights: its parameter, the matrix and what it multiplies.
pub(super) fn matrices(graph: &Graph) -> impl Iterator<Item = (&str, &Dense, TensorType, &hls_core::ir::Hardware)> {
    graph.nodes().iter().filter_map(|node| {
        let matrix = match &node.op {
            Op::Dense(dense) => dense,
            Op::Conv(conv) => &conv.matrix,
            _ => return None,
        };
        Some((node.name.as_str(), matrix, graph.input_types(node).first().copied()?, &node.hardware))
    })
}

/// The groups of all parameters among `weights` whose products take multipliers.
///
/// Under `resource` a multiplier works on the weights of its lane, and is there as long as one of them is. The tools share
/// multipliers under `latency` and `unrolled` as they like: any `reuse_factor` zeros free one.
pub(super) fn groups(graph: &Graph, weights: &[String]) -> Vec<Groups> {
    let each = matrices(graph).filter(|(_, matrix, input, _)| matrix.products(input).needs_multipliers());
    let groups = each.filter_map(|(layer, matrix, _, hardware)| {
        let parameter = weight_of(layer, |name| weights.iter().any(|known| known == name))?;
        let [inputs, outputs] = matrix.weight.dims[..] else { return None };
        let reuse = hardware.reuse_factor.max(1);
        Some(if hardware.strategy == Strategy::Resource && reuse > 1 {
            let lanes = Lanes::new(inputs, outputs, reuse);
            let groups = (0..lanes.count()).map(|lane| lanes.weights(lane).collect()).collect();
            Groups { parameter, groups, frees: 1.0 }
        } else {
            Groups { parameter, groups: (0..inputs * outputs).map(|at| vec![at]).collect(), frees: 1.0 / reuse as f64 }
        })
    });
    groups.collect()
}

/// The groups to take away, as parameter and group: the smallest norms, as many as free this share of the multipliers.
///
/// Norms are those of a weight, measured by what is usual in the layer. The largest group of a layer stays.
pub(super) fn smallest(all: &[Groups], parameters: &[Parameter], share: f64) -> Vec<(usize, usize)> {
    let mut scores = Vec::new();
    for (layer, Groups { parameter, groups, .. }) in all.iter().enumerate() {
        let Some(parameter) = parameters.iter().find(|known| known.name == *parameter) else { continue };
        let square = |at: usize| f64::from(parameter.values.get(at).copied().unwrap_or_default()).powi(2);
        let usual = usual(parameter);
        let norm = |group: &Vec<usize>| {
            (group.iter().map(|&at| square(at)).sum::<f64>() / group.len().max(1) as f64).sqrt() / usual
        };
        let norms: Vec<f64> = groups.iter().map(norm).collect();
        let largest = norms.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(group, _)| group);
        let others = norms.into_iter().enumerate().filter(|(group, _)| Some(*group) != largest);
        scores.extend(others.map(|(group, norm)| (norm, layer, group)));
    }
    scores.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let total: f64 = all.iter().map(|groups| groups.groups.len() as f64 * groups.frees).sum();
    let wanted = (share * total).round() + 1e-6;
    let mut freed = 0.0;
    let mut gone = Vec::new();
    for (_, layer, group) in scores {
        if freed + all[layer].frees <= wanted {
            freed += all[layer].frees;
            gone.push((layer, group));
        }
    }
    gone
}

/// The root of the mean square of the weights that are not zero: a layer with many inputs has smaller weights, which matter
/// no less.
pub(super) fn usual(parameter: &Parameter) -> f64 {
    let squares: f64 = parameter.values.iter().map(|&value| f64::from(value).powi(2)).sum();
    let nonzero = parameter.values.iter().filter(|value| **value != 0.0).count().max(1);
    (squares / nonzero as f64).sqrt().max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, values: &[f32]) -> Parameter {
        Parameter { name: name.to_owned(), shape: vec![values.len(), 1], values: values.to_vec() }
    }

    #[test]
    fn the_smallest_groups_of_all_layers_go() {
        let parameters = [parameter("a", &[1.0, -1.0, 0.1, 0.1, 0.5, 0.5]), parameter("b", &[10.0, 0.0, 10.0, 4.0])];
        let lanes = Groups { parameter: "a".to_owned(), groups: vec![vec![0, 1], vec![2, 3], vec![4, 5]], frees: 1.0 };
        // Four weights that share two multipliers in any way.
        let single = Groups { parameter: "b".to_owned(), groups: (0..4).map(|at| vec![at]).collect(), frees: 0.5 };
        let gone = |share| smallest(&[lanes.clone(), single.clone()], &parameters, share);
        // Of 5 multipliers. Usual are 0.65 and 8.49.
        assert_eq!(gone(0.0), []);
        assert_eq!(gone(0.2), [(1, 1), (1, 3)]);
        assert_eq!(gone(0.4), [(1, 1), (0, 1), (1, 3)]);
        assert_eq!(gone(0.6), [(1, 1), (0, 1), (1, 3), (0, 2)]);
        // One group of a layer stays.
        assert_eq!(gone(0.99), [(1, 1), (0, 1), (1, 3), (0, 2), (1, 0)]);
    }
}
