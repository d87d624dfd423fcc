//! What the tests share.

pub mod agreement;
mod runtime;

pub use runtime::RuntimeModel;
