//! The hardware settings of layers and models, and which of them are legal.

use serde::{Deserialize, Serialize};

use super::ShapeRule;
use crate::shape::{Message, Shape};

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
    /// In packets through FIFOs: a packet holds the channels of one position, so a vector is one packet.
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerAttributes {
    /// How many multiplications share a multiplier.
    pub reuse_factor: Option<usize>,
    /// How they are scheduled.
    pub strategy: Option<Strategy>,
    /// The depth, in packets, of the FIFO from the layer to each of its readers.
    pub fifo_depth: Option<usize>,
    /// How many places of a convolution's window are computed at once.
    pub parallelization_factor: Option<usize>,
}

impl LayerAttributes {
    /// Checks that layer `name`, which produces `output`, has as many places as are to be computed at once.
    ///
    /// # Errors
    /// A message that names the layer and what is legal.
    pub const fn places_at_once(&self, name: &str, output: &Shape) -> Result<(), Message> {
        let places = output.positions();
        match self.parallelization_factor {
            Some(factor) if factor > 1 && factor > places => {
                let prefix =
                    Message::new().text("layer `").text(name).text("`: parallelization_factor ").number(factor);
                let prefix = prefix.text(" is not legal for ").number(places);
                Err(if places > 1 {
                    prefix.text(" places; it may be 1 to ").number(places)
                } else {
                    prefix.text(" place; it is 1")
                })
            }
            _ => Ok(()),
        }
    }
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
    /// [`LayerAttributes::places_at_once`] where there are places; [`ShapeRule::hardware`] refuses the setting elsewhere.
    ///
    /// # Errors
    /// As there.
    pub const fn places_at_once(self, name: &str, layer: &LayerAttributes, output: &Shape) -> Result<(), Message> {
        match self {
            Self::Convolution { .. } | Self::Separable { .. } => layer.places_at_once(name, output),
            _ => Ok(()),
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
        if layer.parallelization_factor.is_some() && !matches!(self, Self::Convolution { .. } | Self::Separable { .. })
        {
            return Err(
                prefix.text(" has no window to compute several places of; parallelization_factor is for convolutions")
            );
        }
        if layer.parallelization_factor.is_some() && matches!(model.io_type, IoType::IoStream) {
            return Err(prefix.text(
                ": parallelization_factor needs `io_type = io_parallel`; a stream brings one position at a time",
            ));
        }
        if matches!(layer.parallelization_factor, Some(0)) {
            return Err(prefix.text(": parallelization_factor 0 is not legal; the least is 1"));
        }
        if matches!(layer.fifo_depth, Some(0)) {
            return Err(prefix.text(": fifo_depth 0 is not legal; the least is 1"));
        }
        if layer.fifo_depth.is_some() && matches!(self, Self::Fold { .. }) {
            return Err(prefix.text(" is folded into the layer before it; give that one the fifo_depth"));
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
                return Err(prefix.text(
                    " has no multipliers to share; reuse_factor and strategy are for Dense and convolution layers",
                ));
            }
            return Ok((1, strategy));
        };
        if is_legal_reuse(inputs, outputs, reuse) {
            return Ok((reuse, strategy));
        }
        let prefix = prefix.text(": reuse_factor ").number(reuse).text(" is not legal for ");
        let prefix = prefix.number(inputs).text(" x ").number(outputs);
        Err(match nearest_legal_reuse(inputs, outputs, reuse) {
            (None, None) => prefix,
            (Some(only), None) | (None, Some(only)) => prefix.text("; nearest is ").number(only),
            (Some(below), Some(above)) => prefix.text("; nearest are ").number(below).text(" and ").number(above),
        })
    }
}

/// The legal reuse factors next to one that is not, below and above it.
const fn nearest_legal_reuse(inputs: usize, outputs: usize, reuse: usize) -> (Option<usize>, Option<usize>) {
    if inputs == 0 || outputs == 0 {
        return (None, None);
    }
    // Divisors of the inputs below their number, and from there on the inputs times divisors of the outputs.
    if reuse < inputs {
        return nearest_divisors(inputs, reuse);
    }
    let (below, above) = nearest_divisors(outputs, reuse / inputs);
    (times(inputs, below), times(inputs, above))
}

const fn times(inputs: usize, divisor: Option<usize>) -> Option<usize> {
    match divisor {
        Some(divisor) => inputs.checked_mul(divisor),
        None => None,
    }
}

/// The largest divisor of `number` up to `limit` and the smallest above it.
const fn nearest_divisors(number: usize, limit: usize) -> (Option<usize>, Option<usize>) {
    let (mut below, mut above) = (0, usize::MAX);
    let mut divisor = 1;
    // A divisor above the root has one below it; nothing that has 2^32 rows or columns is a matrix.
    while divisor <= number / divisor && divisor <= 1 << 16 {
        if number.is_multiple_of(divisor) {
            let pair = [divisor, number / divisor];
            let mut i = 0;
            while i < 2 {
                if pair[i] <= limit && pair[i] > below {
                    below = pair[i];
                }
                if pair[i] > limit && pair[i] < above {
                    above = pair[i];
                }
                i += 1;
            }
        }
        divisor += 1;
    }
    (if below == 0 { None } else { Some(below) }, if above == usize::MAX { None } else { Some(above) })
}

/// Whether `reuse` multiplications can share each multiplier of an `inputs` by `outputs` matrix without leaving one idle.
///
/// The rule of hls4ml's `resource` strategy, for every strategy: the reuse factor divides the number of
/// multiplications, and each multiplier works for whole inputs or whole outputs.
#[must_use]
pub const fn is_legal_reuse(inputs: usize, outputs: usize, reuse: usize) -> bool {
    if inputs == 0 || outputs == 0 || reuse == 0 {
        return false;
    }
    // Not by way of the product, which may be beyond all numbers.
    if reuse < inputs {
        inputs.is_multiple_of(reuse)
    } else {
        reuse.is_multiple_of(inputs) && outputs.is_multiple_of(reuse / inputs)
    }
}
#[cfg(test)]
mod tests {
    use super::*;

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

    /// The rule as it is written for hls4ml, and a search in all factors.
    #[test]
    fn the_rule_is_that_of_hls4ml_and_the_nearest_are_found() {
        let rule = |inputs: usize, outputs: usize, reuse: usize| {
            let all = inputs * outputs;
            reuse > 0
                && all.is_multiple_of(reuse)
                && if reuse < inputs { (all / reuse).is_multiple_of(outputs) } else { reuse.is_multiple_of(inputs) }
        };
        for (inputs, outputs) in (1..=18).flat_map(|inputs| (1..=18).map(move |outputs| (inputs, outputs))) {
            let all = inputs * outputs;
            let legal = |reuse: &usize| rule(inputs, outputs, *reuse);
            for reuse in 0..=all + 3 {
                assert_eq!(is_legal_reuse(inputs, outputs, reuse), legal(&reuse), "{inputs} x {outputs}, {reuse}");
                if !legal(&reuse) {
                    let expected = ((1..reuse).rev().find(legal), (reuse + 1..=all).find(legal));
                    assert_eq!(nearest_legal_reuse(inputs, outputs, reuse), expected, "{inputs} x {outputs}, {reuse}");
                }
            }
        }
    }

    /// Numbers beyond all matrices end in a message as well, at once.
    #[test]
    fn numbers_beyond_all_matrices() {
        let half = 1 << (usize::BITS - 1);
        for (inputs, outputs, reuse) in [(half, 2, 3), (half - 1, 1, 2), (half, half, usize::MAX), (1, 0, 1)] {
            let layer = LayerAttributes { reuse_factor: Some(reuse), ..LayerAttributes::default() };
            let rule = ShapeRule::Linear { inputs, outputs };
            let message = rule.hardware("fc", &layer, &ModelAttributes::DEFAULT).unwrap_err();
            let start = format!("layer `fc`: reuse_factor {reuse} is not legal for {inputs} x {outputs}");
            assert!(message.as_str().starts_with(&start), "{}", message.as_str());
        }
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
        let most = format!("layer `fc3`: reuse_factor {} is not legal for 32 x 32; nearest is 1024", usize::MAX);
        check_hardware(reuse(usize::MAX), &most);
        check_hardware(reuse(4000), "layer `fc3`: reuse_factor 4000 is not legal for 32 x 32; nearest is 1024");
        let places = |factor, dims: &[usize]| {
            let layer = LayerAttributes { parallelization_factor: factor, ..LayerAttributes::default() };
            let result = layer.places_at_once("conv", &Shape::from_dims(dims).unwrap());
            result.map_err(|message| message.as_str().to_owned())
        };
        assert_eq!([None, Some(1), Some(6)].map(|factor| places(factor, &[2, 3, 8])), [const { Ok(()) }; 3]);
        let text = "layer `conv`: parallelization_factor 7 is not legal for";
        assert_eq!(places(Some(7), &[2, 3, 8]), Err(format!("{text} 6 places; it may be 1 to 6")));
        assert_eq!(places(Some(7), &[8]), Err(format!("{text} 1 place; it is 1")));
        let fifo = LayerAttributes { fifo_depth: Some(4), ..LayerAttributes::default() };
        check_hardware(fifo, "layer `fc3`: fifo_depth needs `io_type = io_stream`; io_parallel has no FIFOs");
    }
}
