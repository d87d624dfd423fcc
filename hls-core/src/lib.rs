//! The compiler of hls4rs: fixed point, intermediate representation, passes, emulator and back ends.
//!
//! Nothing here trains, prints or panics on user input. The disk is touched by `Project::write`, `disk` and `csim` only.

pub mod axes;
pub mod backend;
pub mod cost;
pub mod csim;
pub mod dataflow;
pub mod diagnostics;
pub mod disk;
pub mod emulator;
pub mod fixed;
pub mod functions;
pub mod ir;
pub mod ops;
pub mod passes;
pub mod random;
pub mod reports;
pub mod rules;
pub mod shape;
pub mod simd;
