//! The precision of a layer as a value that can change while the program runs.

use std::fmt;

use hls_core::fixed::{FixedType, Quantizer, WeightQuantizer, WeightType};
use serde::{Deserialize, Serialize};

/// A fixed-point type, another set of numbers that weights can be, or none.
///
/// A layer takes its precisions from the types of the declaration; a search or a scan may change them afterwards
/// through [`HlsModel::precisions`](crate::HlsModel::precisions), without recompiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Precision {
    /// Quantize to this type.
    Fixed(FixedType),
    /// Quantize weights to signs, powers of two or with binary points of their own; for the weights of a layer only.
    Weight(WeightType),
    /// Quantize a result to this type while its width is trained: [`learned`](crate::learned) sets it from step to step.
    Learned {
        /// The type that the width is at this step.
        ty: FixedType,
        /// Which of the trained widths it is.
        slot: u32,
    },
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

    /// The precision that a type of the declaration means for weights.
    #[must_use]
    pub const fn of_weight<W: WeightQuantizer>() -> Self {
        match W::WEIGHT {
            WeightType::Fixed(ty) => Self::Fixed(ty),
            other => Self::Weight(other),
        }
    }

    /// The precision as a declaration spells it; a float has no spelling there and is called `Float`.
    #[must_use]
    pub fn declaration(self) -> String {
        match self {
            Self::Fixed(ty) | Self::Learned { ty, .. } => ty.declaration(),
            Self::Weight(ty) => ty.declaration(),
            Self::Float => "Float".to_owned(),
        }
    }

    /// The fixed-point type, if there is one.
    #[must_use]
    pub const fn fixed(self) -> Option<FixedType> {
        match self {
            Self::Fixed(ty) | Self::Learned { ty, .. } | Self::Weight(WeightType::Fixed(ty)) => Some(ty),
            Self::Weight(_) | Self::Float => None,
        }
    }

    /// What weights are quantized to, if they are.
    #[must_use]
    pub const fn weight(self) -> Option<WeightType> {
        match self {
            Self::Fixed(ty) | Self::Learned { ty, .. } => Some(WeightType::Fixed(ty)),
            Self::Weight(ty) => Some(ty),
            Self::Float => None,
        }
    }
}

impl From<WeightType> for Precision {
    fn from(ty: WeightType) -> Self {
        match ty {
            WeightType::Fixed(ty) => Self::Fixed(ty),
            other => Self::Weight(other),
        }
    }
}

impl fmt::Display for Precision {
    /// `fixed<6,1>` or `float`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(ty) | Self::Learned { ty, .. } => ty.fmt(f),
            Self::Weight(ty) => ty.fmt(f),
            Self::Float => f.write_str("float"),
        }
    }
}
