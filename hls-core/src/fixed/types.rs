//! Precision as a Rust type: `Fixed<6, 1>`, `UFixed<6, 2, Rnd, Sat>`.

use std::fmt::Debug;
use std::marker::PhantomData;

use super::{FixedFormat, FixedType, Overflow, Rounding, WeightQuantizer};

/// A fixed-point type as a Rust type: what a layer takes as its precision parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a fixed-point precision",
    label = "expected `Fixed<W, I>` or `UFixed<W, I>` here",
    note = "precisions are `Fixed<WIDTH, INTEGER, ROUNDING = Trn, OVERFLOW = Wrap>` and `UFixed<..>`, for example `Fixed<16, 6>`"
)]
pub trait Quantizer: WeightQuantizer {
    /// The same as a value, not checked: [`legal_types`](crate::rules::legal_types) says whether it can be used, so that
    /// the error stands in the declaration and not here.
    const TYPE: FixedType;
}

/// A rounding marker: [`Trn`], [`TrnZero`], [`Rnd`], [`RndZero`], [`RndMinInf`], [`RndInf`] or [`RndConv`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a rounding mode",
    label = "expected `Trn`, `TrnZero`, `Rnd`, `RndZero`, `RndMinInf`, `RndInf` or `RndConv` here"
)]
pub trait RoundingMode: Clone + Copy + Debug + Default + Send + Sync + 'static {
    /// The same as a value.
    const MODE: Rounding;
}

/// An overflow marker: [`Wrap`], [`Sat`], [`SatZero`] or [`SatSym`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an overflow mode",
    label = "expected `Wrap`, `Sat`, `SatZero` or `SatSym` here"
)]
pub trait OverflowMode: Clone + Copy + Debug + Default + Send + Sync + 'static {
    /// The same as a value.
    const MODE: Overflow;
}

macro_rules! markers {
    ($trait:ident, $values:ident: $($name:ident),*) => {$(
        #[doc = concat!("Marker of [`", stringify!($values), "::", stringify!($name), "`].")]
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $name;

        impl $trait for $name {
            const MODE: $values = $values::$name;
        }
    )*};
}

markers!(RoundingMode, Rounding: Trn, TrnZero, Rnd, RndZero, RndMinInf, RndInf, RndConv);
markers!(OverflowMode, Overflow: Wrap, Sat, SatZero, SatSym);

/// Signed fixed point: `WIDTH` bits, `INTEGER` of them left of the binary point, the sign included.
///
/// The order and the defaults are those of `ap_fixed<W, I, Q, O>`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fixed<const WIDTH: u32, const INTEGER: i32, R = Trn, O = Wrap>(PhantomData<fn() -> (R, O)>);

/// Unsigned fixed point, as `ap_ufixed<W, I, Q, O>`.
#[derive(Clone, Copy, Debug, Default)]
pub struct UFixed<const WIDTH: u32, const INTEGER: i32, R = Trn, O = Wrap>(PhantomData<fn() -> (R, O)>);

impl<const WIDTH: u32, const INTEGER: i32, R: RoundingMode, O: OverflowMode> Quantizer for Fixed<WIDTH, INTEGER, R, O> {
    const TYPE: FixedType = FixedType::new(FixedFormat::signed(WIDTH, INTEGER), R::MODE, O::MODE);
}

impl<const WIDTH: u32, const INTEGER: i32, R: RoundingMode, O: OverflowMode> Quantizer
    for UFixed<WIDTH, INTEGER, R, O>
{
    const TYPE: FixedType = FixedType::new(FixedFormat::unsigned(WIDTH, INTEGER), R::MODE, O::MODE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_ap_fixed() {
        assert_eq!(<Fixed<16, 6> as Quantizer>::TYPE, FixedType::exact(FixedFormat::signed(16, 6)));
        let relu = <UFixed<6, 2, Rnd, Sat> as Quantizer>::TYPE;
        assert_eq!(relu, FixedType::new(FixedFormat::unsigned(6, 2), Rounding::Rnd, Overflow::Sat));
    }
}
