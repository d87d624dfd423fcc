//! When the processes of an `io_stream` design read and write, how deep its FIFOs must be, and that it cannot lock.
//!
//! A [`Network`] is processes and FIFOs; a [`Simulator`] runs it packet by packet; [`minimal`] finds the depths of its FIFOs.
//! A [`Design`] is the network of a graph, a [`Plan`] its depths.

mod channel;
mod clocks;
mod deadlock;
mod depths;
mod design;
mod network;
mod packets;
mod plan;
mod simulator;

pub(crate) use clocks::is_whole_window;
pub use deadlock::{Blocked, Deadlock, Missing};
pub use depths::{Depths, LEAST, deadlock, least_live, minimal};
pub use design::{Design, Edge};
pub use network::{Body, Ends, Fifo, FifoId, Network, Process, ProcessId};
pub(crate) use packets::{Flow, Turns, owner};
pub(crate) use plan::asked;
pub use plan::{Plan, Request, Timing, simulate};
pub use simulator::{Run, Simulator, Stop, Task};
