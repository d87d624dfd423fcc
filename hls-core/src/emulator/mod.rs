//! The bit-exact reference: what the firmware computes, on raw mantissas, fast.
//!
//! Samples are worked off in blocks of [`LANES`]: one feature of all samples of a block lies in one row, so that every
//! kernel is a loop over lanes that the compiler vectorizes. Mantissas travel in `f32` where 24 bits hold every
//! intermediate sum of a node, else in `f64`; both are exact.

mod kernel;
mod matrix;
mod reference;
mod run;
mod runs;

pub use kernel::{Kernel, LANES};
pub(crate) use kernel::{QuantizeKernel, carried};
pub(crate) use matrix::MatrixKernel;
pub use reference::evaluate_sample;
pub use run::{Emulator, EmulatorError, Outputs, Trace};
pub(crate) use runs::Runs;
