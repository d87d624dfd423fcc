//! Fixed-point numbers: formats, types, the one definition of rounding and overflow, intervals.
//!
//! ```
//! use hls_core::fixed::{FixedFormat, FixedType, Overflow, Rounding};
//!
//! // ap_fixed<6, 4, AP_RND, AP_SAT>: six bits, four of them integer, so steps of 1/4 from -8 to 7.75.
//! let ty = FixedType::new(FixedFormat::signed(6, 4), Rounding::Rnd, Overflow::Sat);
//! assert_eq!(ty.quantize_f64(2.375), 10); // 2.5, as a raw mantissa: raw * 2^-2
//! assert_eq!(ty.quantize_f64(7.9), 31); // rounding carries into overflow: 7.75
//! ```

mod dyadic;
mod format;
mod fractions;
mod interval;
mod modes;
mod quantize;
mod quotient;
mod tensor;
mod types;
mod weight_quantizer;
mod weight_type;

pub use dyadic::Dyadic;
pub(crate) use format::exp2;
pub use format::{FixedFormat, FixedType, MAX_EXPONENT, MAX_WIDTH};
pub use fractions::{effective_bits, narrowest_type, round_each};
pub use interval::Interval;
pub use modes::{Overflow, Rounding};
pub use quantize::{Real, SliceQuantizer};
pub use quotient::{Quotient, quotient_bits};
pub use tensor::FixedTensor;
pub use types::{
    Fixed, OverflowMode, Quantizer, Rnd, RndConv, RndInf, RndMinInf, RndZero, RoundingMode, Sat, SatSym, SatZero, Trn,
    TrnZero, UFixed, Wrap,
};
pub use weight_quantizer::{Binary, PerChannel, PowerOfTwo, Ternary, WeightQuantizer};
pub use weight_type::{WeightType, power_levels, saturating};
