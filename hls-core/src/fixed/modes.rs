//! The seven rounding and four overflow modes, and the only place where they are defined.

use serde::{Deserialize, Serialize};

/// What happens to the bits below the least significant kept bit.
///
/// The names are those of `ap_fixed` without the `AP_` prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Rounding {
    /// Towards minus infinity (`AP_TRN`).
    Trn,
    /// Towards zero (`AP_TRN_ZERO`).
    TrnZero,
    /// To nearest, halves towards plus infinity (`AP_RND`).
    Rnd,
    /// To nearest, halves towards zero (`AP_RND_ZERO`).
    RndZero,
    /// To nearest, halves towards minus infinity (`AP_RND_MIN_INF`).
    RndMinInf,
    /// To nearest, halves away from zero (`AP_RND_INF`).
    RndInf,
    /// To nearest, halves to even (`AP_RND_CONV`).
    RndConv,
}

impl Rounding {
    /// All modes, in the order of the documentation.
    pub const ALL: [Self; 7] =
        [Self::Trn, Self::TrnZero, Self::Rnd, Self::RndZero, Self::RndMinInf, Self::RndInf, Self::RndConv];

    /// Whether one is added to the floor: the definition of every mode.
    ///
    /// `half` is the first dropped bit, `rest` the OR of the other dropped bits, `negative` the sign of the value and
    /// `odd` the lowest kept bit of the floor.
    #[inline(always)]
    #[must_use]
    pub const fn increments(self, half: bool, rest: bool, negative: bool, odd: bool) -> bool {
        match self {
            Self::Trn => false,
            Self::TrnZero => negative & (half | rest),
            Self::Rnd => half,
            Self::RndZero => half & (negative | rest),
            Self::RndMinInf => half & rest,
            Self::RndInf => half & (!negative | rest),
            Self::RndConv => half & (odd | rest),
        }
    }

    /// The mode's name in `ap_fixed`, for example `AP_RND_CONV`.
    #[must_use]
    pub const fn ap_name(self) -> &'static str {
        match self {
            Self::Trn => "AP_TRN",
            Self::TrnZero => "AP_TRN_ZERO",
            Self::Rnd => "AP_RND",
            Self::RndZero => "AP_RND_ZERO",
            Self::RndMinInf => "AP_RND_MIN_INF",
            Self::RndInf => "AP_RND_INF",
            Self::RndConv => "AP_RND_CONV",
        }
    }
}

/// What happens to a rounded value outside the representable range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Overflow {
    /// Keep the low bits: modulo 2^width (`AP_WRAP`).
    Wrap,
    /// The nearest end of the range (`AP_SAT`).
    Sat,
    /// Zero (`AP_SAT_ZERO`).
    SatZero,
    /// The nearest end of the range without its lowest value, so that it is symmetric (`AP_SAT_SYM`).
    SatSym,
}

/// The numbers that an overflow mode works on; integers and integer-valued floats share one definition.
pub(super) trait Bounded: Copy + PartialOrd + std::ops::Sub<Output = Self> {
    const ZERO: Self;
    /// The residue modulo `modulus` (a power of two) in `[0, modulus)`.
    fn residue(self, modulus: Self) -> Self;
}

/// The representable raw values of a format, in the number type that a kernel works on.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawRange<N> {
    pub min: N,
    pub max: N,
    /// See [`FixedFormat::symmetric_min_raw`](super::FixedFormat::symmetric_min_raw).
    pub symmetric_min: N,
    /// 2^width.
    pub modulus: N,
}

impl Overflow {
    /// All modes, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Wrap, Self::Sat, Self::SatZero, Self::SatSym];

    /// The definition of every mode.
    #[inline(always)]
    pub(super) fn resolve<N: Bounded>(self, value: N, range: &RawRange<N>) -> N {
        let clamp = |low: N| {
            let raised = if value < low { low } else { value };
            if raised > range.max { range.max } else { raised }
        };
        match self {
            Self::Wrap => {
                let residue = value.residue(range.modulus);
                if residue > range.max { residue - range.modulus } else { residue }
            }
            Self::Sat => clamp(range.min),
            Self::SatZero => {
                if (value < range.min) | (value > range.max) {
                    N::ZERO
                } else {
                    value
                }
            }
            Self::SatSym => clamp(range.symmetric_min),
        }
    }

    /// The mode's name in `ap_fixed`, for example `AP_SAT_SYM`.
    #[must_use]
    pub const fn ap_name(self) -> &'static str {
        match self {
            Self::Wrap => "AP_WRAP",
            Self::Sat => "AP_SAT",
            Self::SatZero => "AP_SAT_ZERO",
            Self::SatSym => "AP_SAT_SYM",
        }
    }
}
