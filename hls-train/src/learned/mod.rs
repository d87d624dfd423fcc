//! Bit widths that are trained by gradient, with a price on their product: the field's HGQ (arXiv:2405.00645).
//!
//! The number of fractional bits of every weight (or channel, or layer) and of every result is a number that is trained
//! beside the weights. A bit more halves the rounding error, so the gradient of the loss by the bits is that of the rounded
//! values times the rounding error times ln 2; and it costs EBOPs, the bits of the weight times the bits of what it is
//! multiplied by. The price of an EBOP rises while training goes on, so one training passes through all designs from
//! the most accurate to the smallest, and the best of them at each cost are kept as [`Design`](crate::Design)s.
//!
//! A design is an ordinary model: its weights are numbers of an ordinary format that most of them do not use to the last
//! bit, its results have ordinary types. What was trained is what is built, in every bit.
//!
//! ```
//! use hls_train::learned::{LearnSettings, learn};
//! use hls_train::prelude::*;
//!
//! #[hls_model(input = [Fixed<8, 3>; 2])]
//! struct Tagger {
//!     fc1: Dense<2, 8, Fixed<6, 2>>,
//!     relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
//!     fc2: Dense<8, 2, Fixed<6, 2>>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let points: Vec<f32> = (0..800).map(|index| ((index * 377) % 1000) as f32 / 250.0 - 2.0).collect();
//! # let classes = points.chunks(2).map(|x| usize::from(x[0] * x[0] + x[1] * x[1] > 2.0)).collect();
//! # let (training, validation) = Samples::new(2, points, classes)?.split_at(300);
//! # let float = Tagger::seeded(1, &Device::default().autodiff()).into_float(); // in earnest: trained
//! let settings = LearnSettings { epochs: 4, batch_size: 50, ..LearnSettings::default() };
//! let front = learn(&float, &training, &validation, &settings)?;
//! for point in &front.points {
//!     println!("{} EBOPs, {} of {} correct", point.ebops, point.correct, front.samples);
//! }
//! # Ok(())
//! # }
//! ```

mod average;
mod run;
mod settings;
#[cfg(test)]
mod tests;
mod widths;

pub use run::{LearnError, LearnedFront, LearnedPoint, Learning, learn};
pub use settings::{Granularity, LearnSettings};
