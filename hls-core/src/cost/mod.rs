//! What a model costs, before any tool has seen it: clocks, look-up tables, flip-flops, multipliers and memories.
//!
//! [`Estimate::new`] reads a graph: shapes, types, zero weights and the weights themselves, strategies and reuse factors.
//! Every [`Figure`] has an interval, and says whether it is calibrated, extrapolated or merely counted. [`Estimate::fits`]
//! compares with a [`Device`].
//!
//! # Where the figures are from
//!
//! Dense layers follow laws (`dense.rs`) whose terms are what the hardware is made of: multipliers, adders inside constant
//! products, words of inputs and outputs, the address space of indexed sums. Their coefficients are fitted to 1,097
//! synthesized layers (`calibration.json` says which) by `cargo xtask fit-cost`; `cargo xtask validate-cost` measures
//! what they are worth on layer shapes and networks that were held out ([`fit::symmetric_error`] says how). DSPs and block
//! memories are counted by the tools' rules, not fitted. The data is of hls4ml's kernels. Those of this project have the
//! same structure and the same directives, but nobody has synthesized them for this calibration.
//!
//! Everything else (activations, tables, merges, normalizations) is counted from what the kernel does, marked
//! [`Basis::Analytic`], with an interval from half to twice the figure.
//!
//! A convolution is the dense layer of its window at every place: as many kernels as the firmware has side by side, one
//! place after the other through them. Under `io_stream` a layer is one kernel, and what a packet or a window takes.
//! Selecting windows from registers, line buffers and registers of results are counted.
//!
//! # Intervals
//!
//! The interval of a fitted figure holds nine of ten held-out errors of its regime; outside of the data (shape, width,
//! clock, family) it is twice as wide, which is a guess. The interval of a sum adds the ends, so it holds more.

mod analytic;
mod beside;
mod calibration;
mod constants;
mod dense;
mod device;
mod estimate;
mod family;
mod figure;
pub mod fit;
mod fits;
mod layer;
mod places;
mod regression;
mod table;

pub use beside::{Beside, BesideRow};
pub use calibration::{Calibration, Law, RegimeLaws};
pub use constants::ConstantCounts;
pub use dense::{DenseFacts, Multipliers, Regime, Resource};
pub use device::{DEVICES, Device};
pub use estimate::Estimate;
pub use family::Family;
pub use figure::{Basis, Cost, Figure};
pub use fits::{Fit, Share};
pub use layer::{LayerEstimate, Schedule};
pub use regression::Link;
