//! What weights are quantized to as a Rust type: `Binary`, `Ternary`, `PowerOfTwo<-3, 0>`, `PerChannel<8>`, or any
//! fixed-point precision.

use std::fmt::Debug;
use std::marker::PhantomData;

use super::{Fixed, Quantizer, Rnd, RndZero, RoundingMode, SatSym, UFixed, WeightType};

/// What the weights of a layer are quantized to: every [`Quantizer`], [`Binary`], [`PowerOfTwo`] or [`PerChannel`].
///
/// A bias takes the precision of the weights where it names none. That would be no bias for signs and powers of two, so
/// there [`legal_weights`](crate::rules::legal_weights) asks for one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a precision of weights or biases",
    label = "expected `Fixed<W, I>`, `UFixed<W, I>`, `Binary`, `Ternary`, `PowerOfTwo<MIN, MAX>` or `PerChannel<WIDTH>` here"
)]
pub trait WeightQuantizer: Clone + Copy + Debug + Default + Send + Sync + 'static {
    /// The same as a value, not checked: [`legal_weights`](crate::rules::legal_weights) says whether it can be used, so
    /// that the error stands in the declaration and not here.
    const WEIGHT: WeightType;
}

/// Weights of `2^EXPONENT` and `-2^EXPONENT`, never zero: products are additions and subtractions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Binary<const EXPONENT: i32 = 0>;

/// Weights, or values, of -1, 0 and 1; up to a half is zero. An ordinary fixed-point type that needs no multiplier.
pub type Ternary = Fixed<2, 2, RndZero, SatSym>;

/// Weights of zero and of either sign of `2^MIN` to `2^MAX`: products are shifts.
#[derive(Clone, Copy, Debug, Default)]
pub struct PowerOfTwo<const MIN: i32, const MAX: i32>;

/// Weights with mantissas of `WIDTH` bits and for each output the binary point that its own largest weight needs.
#[derive(Clone, Copy, Debug, Default)]
pub struct PerChannel<const WIDTH: u32, R = Rnd>(PhantomData<fn() -> R>);

impl<const EXPONENT: i32> WeightQuantizer for Binary<EXPONENT> {
    const WEIGHT: WeightType = WeightType::Binary { exponent: EXPONENT };
}

impl<const MIN: i32, const MAX: i32> WeightQuantizer for PowerOfTwo<MIN, MAX> {
    const WEIGHT: WeightType = WeightType::PowerOfTwo { min: MIN, max: MAX };
}

impl<const WIDTH: u32, R: RoundingMode> WeightQuantizer for PerChannel<WIDTH, R> {
    const WEIGHT: WeightType = WeightType::PerChannel { width: WIDTH, rounding: R::MODE };
}

// One by one and not for every `Quantizer`: an error about another type then lists what is legal here.
macro_rules! impl_fixed {
    ($($name:ident),*) => {$(
        impl<const WIDTH: u32, const INTEGER: i32, R: RoundingMode, O: super::OverflowMode> WeightQuantizer
            for $name<WIDTH, INTEGER, R, O>
        {
            const WEIGHT: WeightType = WeightType::Fixed(<Self as Quantizer>::TYPE);
        }
    )*};
}

impl_fixed!(Fixed, UFixed);
