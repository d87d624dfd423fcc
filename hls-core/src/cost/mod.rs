mod calibration;
mod constants;
mod dense;
mod family;
pub mod fit;
mod regression;

pub use calibration::{Calibration, Law, RegimeLaws};
pub use constants::ConstantCounts;
pub use dense::{DenseFacts, Multipliers, Regime, Resource};
pub use family::Family;
pub use regression::Link;
