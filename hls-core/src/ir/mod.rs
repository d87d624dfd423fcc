//! The intermediate representation: integers and formats only, in topological order.

mod builder;
mod graph;
mod print;
mod verify;
mod warnings;

pub use builder::GraphBuilder;
pub use graph::{Graph, Hardware, Node, NodeId, TensorType};
pub(crate) use verify::too_wide;
