//! The precision of a layer as a value that can change while the program runs.

use std::fmt;

use hls_core::fixed::{FixedType, Quantizer};
use serde::{Deserialize, Serialize};

/// A fixed-point type, or none.
///
/// A layer takes its precisions from the types of the declaration; a search or a scan may change them afterwards
/// through [`HlsModel::precisions`](crate::HlsModel::precisions), without recompiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Precision {
    /// Quantize to this type.
    Fixed(FixedType),
    /// Keep the float: the baseline that quantization is compared with. Such a layer cannot be built.
    Float,
}

impl Precision {
    /// The precision that a type of the declaration means. Whether it can be used is checked there, by
    /// [`Layer::LEGAL`](crate::Layer::LEGAL), and by the graph's verifier.
    #[must_use]
    pub const fn of<Q: Quantizer>() -> Self {
        Self::Fixed(Q::TYPE)
    }

    /// The precision as a declaration spells it; a float has no spelling there and is called `Float`.
    #[must_use]
    pub fn declaration(self) -> String {
        match self {
            Self::Fixed(ty) => ty.declaration(),
            Self::Float => "Float".to_owned(),
        }
    }

    /// The fixed-point type, if there is one.
    #[must_use]
    pub const fn fixed(self) -> Option<FixedType> {
        match self {
            Self::Fixed(ty) => Some(ty),
            Self::Float => None,
        }
    }
}

impl fmt::Display for Precision {
    /// `fixed<6,1>` or `float`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(ty) => ty.fmt(f),
            Self::Float => f.write_str("float"),
        }
    }
}
