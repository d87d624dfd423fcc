//! Which bits matter: the values of a model against the types that hold them, and one sample through every layer.
//!
//! ```
//! use hls_train::prelude::*;
//! use hls_train::profile::{profile, trace};
//!
//! #[hls_model(input = [Fixed<8, 3>; 2])]
//! struct Tagger {
//!     fc1: Dense<2, 8, Fixed<6, 2>>,
//!     relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
//!     fc2: Dense<8, 2, Fixed<6, 2>>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let samples: Vec<f32> = (0..400).map(|index| ((index * 377) % 1000) as f32 / 250.0 - 2.0).collect();
//! # let model = Tagger::seeded(1, &Device::default()); // in earnest: trained
//! for range in profile(&model, &samples)?.ranges {
//!     println!("{}.{}: {} saturated, {} would hold it", range.layer, range.what, range.saturated, range.narrowest);
//! }
//! let trace = trace(&model.clone().into_float(), &model, &samples[..2], 0.25)?;
//! println!("more than a quarter apart from {:?} on", trace.first);
//! # Ok(())
//! # }
//! ```

mod fitted;
mod narrowest;
mod ranges;
#[cfg(test)]
mod tests;
mod trace;

pub use fitted::Fitted;
pub use ranges::{Profile, ProfileError, QUANTILES, Range, What, profile};
pub use trace::{Trace, TracedLayer, trace};
