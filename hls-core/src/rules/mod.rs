//! What a layer does to shapes, and which precisions and hardware settings are legal for it.
//!
//! Everything is `const fn`: the same rules give a compile error on the field of a declaration and a diagnostic on the
//! node of a graph. Most new layers reuse a rule; a new one is needed only for new geometry.

#![allow(clippy::result_large_err)] // messages are built during const evaluation, where nothing can be boxed

mod hardware;
mod indices;
mod joined;
mod precision;
mod shape_rule;
mod upsampling;
mod walk;
mod window;

pub use hardware::{IoType, LayerAttributes, ModelAttributes, Strategy, is_legal_reuse};
pub(crate) use indices::legal_indices;
pub use precision::{MAX_INDEX_WIDTH, legal_accumulator, legal_constant, legal_index, legal_types, legal_weights};
pub use shape_rule::{ShapeRule, Source};
pub use upsampling::{Blend, Interpolation, Upsampling};
pub use walk::{Progression, Steps, Walk};
pub use window::{Convolution, Padding, Placement, Plane, Window, taps};
