//! The field's two classic scans: how good a model is by the number of fractional bits, and by that of integer bits.
//!
//! A trained float model is quantized after training, for all layers or one of them, with every width of a range; nothing
//! is trained, so a scan takes seconds. Rounding and overflow stay as declared, the input as well, and what is no range of
//! values, such as the tables of a softmax.
//!
//! ```
//! use hls_train::prelude::*;
//! use hls_train::scan::{Bits, scan};
//!
//! #[hls_model(input = [Fixed<8, 3>; 2])]
//! struct Tagger {
//!     fc1: Dense<2, 8, Fixed<6, 2>>,
//!     relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
//!     fc2: Dense<8, 2, Fixed<6, 2>>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let points: Vec<f32> = (0..400).map(|index| ((index * 377) % 1000) as f32 / 250.0 - 2.0).collect();
//! # let classes = points.chunks(2).map(|x| usize::from(x[0] * x[0] + x[1] * x[1] > 2.0)).collect();
//! # let samples = Samples::new(2, points, classes)?;
//! # let float = Tagger::seeded(1, &Device::default()).into_float(); // in earnest: trained
//! let scan = scan(&float, &samples, Bits::Fraction { integer: 6 }, 0..=8, None)?;
//! for point in &scan.points {
//!     println!("{} bits: {:.1} %", point.bits, 100.0 * point.accuracy);
//! }
//! println!("as good as the float from {:?} bits on", scan.plateau);
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::ops::RangeInclusive;

use hls_core::fixed::{FixedFormat, WeightType};
use hls_core::ops::Op;
use serde::{Deserialize, Serialize};

use crate::calibration::declared;
use crate::metrics::Metrics;
use crate::training::Samples;
use crate::weights::separate;
use crate::{HlsModel, Precision};

/// What is varied, and what is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bits {
    /// Fractional bits, with so many integer bits, the sign included.
    Fraction {
        /// The integer bits of every type.
        integer: i32,
    },
    /// Integer bits, the sign included, with so many fractional bits.
    Integer {
        /// The fractional bits of every type.
        fraction: i32,
    },
}

impl Bits {
    /// The format with `bits` of what is varied; at least one bit wide.
    fn format(self, signed: bool, bits: i32) -> FixedFormat {
        let (integer, fraction) = match self {
            Self::Fraction { integer } => (integer, bits),
            Self::Integer { fraction } => (bits, fraction),
        };
        FixedFormat { signed, width: (integer + fraction).max(1) as u32, integer }
    }
}

impl fmt::Display for Bits {
    /// `fractional bits, 6 integer bits`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fraction { integer } => write!(f, "fractional bits, {integer} integer bits"),
            Self::Integer { fraction } => write!(f, "integer bits, {fraction} fractional bits"),
        }
    }
}

/// One width of a scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScanPoint {
    /// The bits that are varied.
    pub bits: i32,
    /// The width of all varied types.
    pub width: u32,
    /// The share of the samples that is classified correctly.
    pub accuracy: f64,
    /// The area under the curve of each class against the others; none where a class has no samples or all.
    pub auc: Vec<Option<f64>>,
    /// The mean of the areas.
    pub mean_auc: Option<f64>,
    /// Effective bit operations; none where only one layer is quantized, as the others are floats.
    pub ebops: Option<u64>,
}

/// A whole scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scan {
    /// What is varied.
    pub vary: Bits,
    /// The one layer that is quantized; none where all are.
    pub layer: Option<String>,
    /// How the widths were reached: `post-training`, without any training.
    pub method: String,
    /// The samples.
    pub samples: usize,
    /// The accuracy of the float model.
    pub float_accuracy: f64,
    /// The mean area under the curves of the float model.
    pub float_auc: Option<f64>,
    /// One for each width, from the fewest bits.
    pub points: Vec<ScanPoint>,
    /// The fewest bits from which on every accuracy is within [`PLATEAU`] of the float model's.
    pub plateau: Option<i32>,
}

/// How far below the float model's accuracy the plateau may be: 0.2 points.
pub const PLATEAU: f64 = 0.002;

/// Why there is no scan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScanError {
    /// A width that no type can have.
    Width {
        /// What is varied.
        vary: Bits,
        /// The bits.
        bits: i32,
        /// What is wrong.
        violation: &'static str,
    },
    /// A layer without a precision that can be varied.
    Layer {
        /// The name that was asked for.
        name: String,
        /// The layers that have one.
        known: Vec<String>,
    },
    /// The samples are those of another model.
    Samples {
        /// Their features.
        have: usize,
        /// The model's.
        want: usize,
    },
}

impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Width { vary, bits, violation } => write!(f, "{bits} {vary}: {violation}"),
            Self::Layer { name, known } => {
                write!(f, "layer `{name}` has no width to scan; layers that have one are `{}`", known.join("`, `"))
            }
            Self::Samples { have, want } => write!(f, "the samples have {have} features, the model takes {want}"),
        }
    }
}

impl std::error::Error for ScanError {}

/// Scans a trained float model: every number of bits of `range` for all layers or for `layer` alone.
///
/// # Errors
/// A width that no type has, an unknown layer, and samples of another model.
pub fn scan<M: HlsModel>(
    float: &M,
    samples: &Samples,
    vary: Bits,
    range: RangeInclusive<i32>,
    layer: Option<&str>,
) -> Result<Scan, ScanError> {
    if samples.features() != M::INPUT_SHAPE.size() {
        return Err(ScanError::Samples { have: samples.features(), want: M::INPUT_SHAPE.size() });
    }
    for bits in range.clone() {
        if let Some(violation) = vary.format(true, bits).violation() {
            return Err(ScanError::Width { vary, bits, violation });
        }
    }
    let float = separate(float).into_float();
    let varied = varied::<M>(&float);
    if let Some(name) = layer
        && !varied.iter().any(|varied| layer_of(varied) == name)
    {
        let mut known: Vec<String> = varied.iter().map(|name| layer_of(name).to_owned()).collect();
        known.dedup();
        return Err(ScanError::Layer { name: name.to_owned(), known });
    }
    let base = measure(&float, samples);
    let points: Vec<ScanPoint> = range.map(|bits| point(&float, samples, vary, bits, layer, &varied)).collect();
    let good = |point: &&ScanPoint| point.accuracy >= base.accuracy() - PLATEAU;
    let plateau = points.iter().rev().take_while(good).last().map(|point| point.bits);
    Ok(Scan {
        vary,
        layer: layer.map(str::to_owned),
        method: "post-training".to_owned(),
        samples: samples.len(),
        float_accuracy: base.accuracy(),
        float_auc: base.mean_auc(),
        points,
        plateau,
    })
}

fn point<M: HlsModel>(
    float: &M,
    samples: &Samples,
    vary: Bits,
    bits: i32,
    layer: Option<&str>,
    varied: &[String],
) -> ScanPoint {
    let declared = declared::<M>();
    let mut model = separate(float);
    for (name, precision) in model.precisions() {
        let is_ours = layer.is_none_or(|layer| layer_of(&name) == layer);
        *precision = match declared[&name] {
            Precision::Fixed(mut ty) if is_ours && varied.contains(&name) => {
                ty.format = vary.format(ty.format.signed, bits);
                Precision::Fixed(ty)
            }
            other if is_ours => other,
            _ => Precision::Float,
        };
    }
    let metrics = measure(&model, samples);
    ScanPoint {
        bits,
        width: vary.format(true, bits).width,
        accuracy: metrics.accuracy(),
        mean_auc: metrics.mean_auc(),
        auc: metrics.auc,
        ebops: model.graph().ok().map(|graph| graph.total_workload().ebops),
    }
}

fn measure<M: HlsModel>(model: &M, samples: &Samples) -> Metrics {
    model.predict(samples.inputs()).metrics(samples.classes())
}

fn layer_of(precision: &str) -> &str {
    precision.split('.').next().unwrap_or(precision)
}

/// The precisions that are ranges of values: of weights, biases and results, except what is no fixed-point type and what
/// belongs to a softmax.
fn varied<M: HlsModel>(float: &M) -> Vec<String> {
    let mut quantized = separate(float);
    crate::design::set_precisions(&mut quantized, &declared::<M>());
    let softmax: Vec<String> = quantized.graph().map_or_else(
        |_| Vec::new(),
        |graph| {
            let nodes = graph.nodes().iter().filter(|node| matches!(node.op, Op::Softmax(_)));
            nodes.map(|node| node.name.clone()).collect()
        },
    );
    let names = quantized.precisions().into_iter().filter_map(|(name, precision)| {
        let what = name.rsplit('.').next().unwrap_or_default();
        // Three numbers are not a width.
        let ternary = precision.weight().is_some_and(WeightType::is_ternary);
        let fits = matches!(precision, Precision::Fixed(_))
            && !ternary
            && !softmax.iter().any(|softmax| *softmax == layer_of(&name))
            && ["weight", "bias", "scale", "shift", "result", "slope", "gamma", "beta"].contains(&what);
        fits.then_some(name)
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[hls_model(input = [Fixed<10, 3>; 4])]
    struct Tagger {
        fc1: Dense<4, 12, Fixed<6, 1>>,
        relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
        fc2: Dense<12, 3, Fixed<6, 1>>,
        softmax: Softmax<UFixed<10, 0, Rnd, Sat>>,
    }

    fn trained() -> (Tagger, Samples) {
        let mut generator = crate::random::Generator::new(&[11]);
        let inputs: Vec<f32> = (0..4 * 900).map(|_| generator.unit() * 6.0 - 3.0).collect();
        let class = |x: &[f32]| usize::from(x[0] * x[0] + x[1] * x[1] > 4.0) + usize::from(x[0] > x[1]);
        let classes = inputs.chunks(4).map(class).collect();
        let (training, validation) = Samples::new(4, inputs, classes).unwrap().split_at(600);
        let fresh = Tagger::seeded(3, &Device::default().autodiff()).into_float();
        let settings = Settings { epochs: 30, batch_size: 25, ..Settings::default() };
        (Trainer::new(settings).train(fresh, &training, &validation, &mut ()).unwrap().model, validation)
    }

    #[test]
    fn a_plateau_shows_and_few_bits_are_worse() {
        let (float, samples) = trained();
        for vary in [Bits::Fraction { integer: 6 }, Bits::Integer { fraction: 8 }] {
            let scan = scan(&float, &samples, vary, 0..=9, None).unwrap();
            assert_eq!(scan.points.len(), 10);
            let (first, last) = (&scan.points[0], &scan.points[9]);
            assert!(first.accuracy + 0.1 < last.accuracy, "{vary}: {} {}", first.accuracy, last.accuracy);
            let plateau = scan.plateau.unwrap();
            assert!((1..9).contains(&plateau), "{vary}: {plateau}");
            assert!(last.mean_auc.unwrap() > scan.float_auc.unwrap() - 0.01);
            assert!(first.ebops.unwrap() < last.ebops.unwrap());
        }
    }

    /// [`Tagger`] with the class alone as its output.
    #[hls_model(input = [Fixed<10, 3>; 4])]
    struct Chooser {
        fc1: Dense<4, 12, Fixed<6, 1>>,
        relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
        fc2: Dense<12, 3, Fixed<6, 1>>,
        class: Argmax,
    }

    #[test]
    fn a_model_that_ends_in_argmax_is_as_good_as_what_it_chooses_from() {
        let (float, samples) = trained();
        let values = crate::weights::parameters(&float).into_iter().map(|parameter| (parameter.name, parameter.values));
        let chooser = crate::weights::replace(Chooser::seeded(1, &Device::default()).into_float(), values.collect());
        let found = scan(&chooser, &samples, Bits::Fraction { integer: 6 }, 0..=8, None).unwrap();
        let correct = |model: &Chooser| crate::training::trainer::evaluate(model, &samples).correct as f64;
        assert_eq!(found.float_accuracy, correct(&chooser) / samples.len() as f64);
        assert!(found.float_auc.unwrap() > 0.6, "{:?}", found.float_auc);
        let (first, last) = (&found.points[0], &found.points[8]);
        assert!(last.auc.len() == 3 && first.accuracy + 0.1 < last.accuracy, "{} {}", first.accuracy, last.accuracy);
    }

    #[test]
    fn one_layer_leaves_the_others_as_floats() {
        let (float, samples) = trained();
        let one = |layer| scan(&float, &samples, Bits::Fraction { integer: 4 }, 0..=6, Some(layer)).unwrap();
        assert!(one("fc1").points.iter().all(|point| point.ebops.is_none()));
        // With all its bits it is as good as the float.
        assert!(one("relu1").plateau.is_some() && one("fc2").plateau.is_some());
        assert!(one("fc1").points[0].accuracy < one("fc1").points[6].accuracy);
        let error = scan(&float, &samples, Bits::Fraction { integer: 4 }, 0..=1, Some("softmax")).unwrap_err();
        assert!(error.to_string().contains("are `fc1`, `relu1`, `fc2`"), "{error}");
        let error = scan(&float, &samples, Bits::Fraction { integer: 6 }, 0..=60, None).unwrap_err();
        assert!(error.to_string().contains("48 fractional bits"), "{error}");
    }
}
