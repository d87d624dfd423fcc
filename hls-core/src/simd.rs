//! Vector instructions: the widest of the machine, chosen at run time.

use std::sync::LazyLock;

use pulp::Simd;

static ARCH: LazyLock<pulp::Arch> = LazyLock::new(pulp::Arch::new);

/// Runs `loops` compiled for the widest vector unit that the machine has.
///
/// The closure and what it calls must be `#[inline(always)]`, or it is compiled for the baseline.
#[inline(always)]
pub fn dispatch<R>(loops: impl FnOnce() -> R) -> R {
    ARCH.dispatch(loops)
}

/// Runs code that is written with explicit vectors.
#[inline(always)]
pub(crate) fn with_vectors<W: pulp::WithSimd>(code: W) -> W::Output {
    ARCH.dispatch(code)
}

/// The vectors of a float, for loops that the compiler does not turn into register tiles by itself.
pub(crate) trait Lanes: Copy {
    /// A register of `Self`.
    type Vector<S: Simd>: Copy;
    /// All lanes the same.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;
    /// `a * b + c` in the cheapest way of the machine; one or two roundings.
    fn multiply_add<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S>;
    /// A slice as whole vectors; the rest is cut off.
    fn vectors<S: Simd>(values: &[Self]) -> &[Self::Vector<S>];
    /// As [`Lanes::vectors`].
    fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [Self::Vector<S>];
}

macro_rules! impl_lanes {
    ($float:ty, $vector:ident, $splat:ident, $multiply_add:ident, $cast:ident, $cast_mut:ident) => {
        impl Lanes for $float {
            type Vector<S: Simd> = S::$vector;

            #[inline(always)]
            fn splat<S: Simd>(simd: S, value: Self) -> S::$vector {
                simd.$splat(value)
            }
            #[inline(always)]
            fn multiply_add<S: Simd>(simd: S, a: S::$vector, b: S::$vector, c: S::$vector) -> S::$vector {
                simd.$multiply_add(a, b, c)
            }
            #[inline(always)]
            fn vectors<S: Simd>(values: &[Self]) -> &[S::$vector] {
                S::$cast(values).0
            }
            #[inline(always)]
            fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [S::$vector] {
                S::$cast_mut(values).0
            }
        }
    };
}

impl_lanes!(f32, f32s, splat_f32s, mul_add_e_f32s, as_simd_f32s, as_mut_simd_f32s);
impl_lanes!(f64, f64s, splat_f64s, mul_add_e_f64s, as_simd_f64s, as_mut_simd_f64s);
