//! The designs that no other design beats: precision and reuse factor of every layer, searched, and widths that are
//! trained, against uniform quantization.
//!
//! From a trained float model the search quantizes with other widths for every layer, trains each candidate for a few
//! epochs, and breeds the next generation from the best (NSGA-II). Beside it the widths of single weights are
//! [learned](crate::learned), and the model is trained with the same width everywhere, to compare with. Every finished
//! trial is a file in the search's directory: a search that is killed goes on where it was, and comes to the same front.
//! With the same seed it always does, on any number of cores.
//!
//! ```no_run
//! use hls_train::prelude::*;
//! use hls_train::search::{SearchSettings, WorkloadCost, search};
//!
//! # #[hls_model(input = [Fixed<8, 3>; 2])]
//! # struct Tagger {
//! #     fc1: Dense<2, 8, Fixed<6, 2>>,
//! #     relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
//! #     fc2: Dense<8, 2, Fixed<6, 2>>,
//! # }
//! # fn tag(float: &Tagger, training: &Samples, validation: &Samples) -> Result<(), Box<dyn std::error::Error>> {
//! let settings = SearchSettings::default();
//! let directory = std::path::Path::new("build/search");
//! let found = search(float, training, validation, &settings, &WorkloadCost, directory, &|text| println!("{text}"))?;
//! println!("{}", found.points[found.winner].design.declaration);
//! # Ok(())
//! # }
//! ```

mod error;
mod front;
mod genome;
mod journal;
mod objectives;
mod run;
mod settings;
#[cfg(test)]
mod tests;
mod trial;

pub use error::SearchError;
pub use front::{Found, Origin, SearchPoint};
pub use genome::Genome;
pub use objectives::{Constraints, CostModel, EstimateCost, Objectives, WorkloadCost};
pub use run::search;
pub use settings::SearchSettings;
