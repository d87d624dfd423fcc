//! Functions of one real number, and how each becomes an entry of a table.
//!
//! A [`Table`](crate::ops::Table) of the IR holds integers; this is the one place that computes them. Training, emulator
//! and firmware share it. Everything is computed in `f64` by a software library that is the same on every machine.

use std::fmt::Debug;

use crate::fixed::{FixedType, Overflow};

/// A function of one real number, as a type.
///
/// ```
/// use hls_core::functions::Function;
///
/// #[derive(Debug)]
/// struct Cube;
///
/// impl Function for Cube {
///     const NAME: &'static str = "Cube";
///
///     fn value(x: f64) -> f64 {
///         x * x * x
///     }
/// }
///
/// assert!((Cube::derivative(2.0) - 12.0).abs() < 1e-6);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a function",
    label = "expected a type that implements `Function` here",
    note = "`impl Function for {Self}` with `const NAME` and `fn value(x: f64) -> f64` makes it one"
)]
pub trait Function: Debug + 'static {
    /// The type's name, as declarations spell it.
    const NAME: &'static str;

    /// Whether a layer has the function's name, so that no declaration spells `Table<..>`.
    #[doc(hidden)]
    const IS_LAYER: bool = false;

    /// The function: the same result for the same `x`, always. It is never asked for a negative zero, an infinity or NaN.
    ///
    /// Results may be infinite or NaN: see [`entry`].
    fn value(x: f64) -> f64;

    /// Its derivative, for training: by default the central difference over a step of 2^-17, relative for `|x| > 1`. Where
    /// it is not finite, no gradient passes.
    fn derivative(x: f64) -> f64 {
        // Near the cube root of f64's precision, where truncation and cancellation are alike.
        let step = x.abs().max(1.0) / f64::from(1 << 17);
        let (low, high) = (x - step, x + step);
        (Self::value(high) - Self::value(low)) / (high - low)
    }
}

/// The raw mantissa that stands for `value(x)` in a table with results of type `ty`: the nearest number by the type's
/// rounding, and its overflow mode outside the range.
///
/// An infinity is beyond every range: zero under [`Overflow::SatZero`], else the end of the range on its side, also where
/// the type wraps, as infinity has no low bits to keep. So the reciprocal of zero is the largest number. NaN is zero.
#[must_use]
pub fn entry(value: fn(f64) -> f64, ty: &FixedType, x: f64) -> i64 {
    // A negative zero is no fixed-point number; adding zero makes it a positive one.
    let y = value(x + 0.0);
    let ty = match ty.overflow {
        Overflow::Wrap if y.is_infinite() => FixedType { overflow: Overflow::Sat, ..*ty },
        _ => *ty,
    };
    ty.quantize_f64(y)
}

/// A function with a layer of its name.
macro_rules! function {
    ($(#[$doc:meta])* $name:ident, $x:ident => $value:expr, $derivative:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Function for $name {
            const NAME: &'static str = stringify!($name);
            const IS_LAYER: bool = true;

            fn value($x: f64) -> f64 {
                $value
            }

            fn derivative($x: f64) -> f64 {
                $derivative
            }
        }
    };
}

/// The negative side of [`Selu`], and its scale (Klambauer et al., Self-Normalizing Neural Networks, 2017).
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;

function!(
    /// `1 / (1 + exp(-x))`.
    Sigmoid, x => 1.0 / (1.0 + libm::exp(-x)), {
        let y = Self::value(x);
        y * (1.0 - y)
    }
);
function!(
    /// The hyperbolic tangent.
    Tanh, x => libm::tanh(x), {
        let y = Self::value(x);
        1.0 - y * y
    }
);
function!(
    /// `x` above zero, `exp(x) - 1` below.
    Elu, x => if x > 0.0 { x } else { libm::expm1(x) }, if x > 0.0 { 1.0 } else { libm::exp(x) }
);
function!(
    /// `1.0507 * x` above zero, `1.0507 * 1.6733 * (exp(x) - 1)` below.
    Selu, x => SELU_SCALE * if x > 0.0 { x } else { SELU_ALPHA * libm::expm1(x) },
    SELU_SCALE * if x > 0.0 { 1.0 } else { SELU_ALPHA * libm::exp(x) }
);
function!(
    /// `ln(1 + exp(x))`.
    Softplus, x => x.max(0.0) + libm::log1p(libm::exp(-x.abs())), Sigmoid::value(x)
);
function!(
    /// `x / (1 + |x|)`.
    Softsign, x => x / (1.0 + x.abs()), {
        let base = 1.0 + x.abs();
        1.0 / (base * base)
    }
);
function!(
    /// `x * P(X <= x)` of a standard normal `X`: the exact form, by the error function.
    Gelu, x => x * normal(x), normal(x) + x * libm::exp(-0.5 * x * x) / (2.0 * std::f64::consts::PI).sqrt()
);
function!(
    /// `x * sigmoid(x)`, also called swish.
    Silu, x => x * Sigmoid::value(x), {
        let y = Sigmoid::value(x);
        y + x * y * (1.0 - y)
    }
);
function!(
    /// `exp(x)`.
    Exp, x => libm::exp(x), libm::exp(x)
);
function!(
    /// `1 / x`; infinite at zero, which is the largest number of the result type.
    Reciprocal, x => 1.0 / x, -1.0 / (x * x)
);

/// The probability that a standard normal variable is at most `x`.
fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;
    use crate::fixed::{FixedFormat, Rounding};

    fn check_derivative<F: Function>() {
        #[derive(Debug)]
        struct ByDifference<F>(F);

        impl<F: Function> Function for ByDifference<F> {
            const NAME: &'static str = F::NAME;

            fn value(x: f64) -> f64 {
                F::value(x)
            }
        }

        // No point is a kink.
        for x in [-9.75, -3.0, -1.0, -0.25, 0.125, 0.5, 1.0, 2.5, 11.0] {
            let (exact, difference) = (F::derivative(x), ByDifference::<F>::derivative(x));
            assert_relative_eq!(exact, difference, epsilon = 1e-9, max_relative = 1e-8);
        }
    }

    #[test]
    fn derivatives_are_those_of_the_values() {
        check_derivative::<Sigmoid>();
        check_derivative::<Tanh>();
        check_derivative::<Elu>();
        check_derivative::<Selu>();
        check_derivative::<Softplus>();
        check_derivative::<Softsign>();
        check_derivative::<Gelu>();
        check_derivative::<Silu>();
        check_derivative::<Exp>();
        check_derivative::<Reciprocal>();
    }

    #[track_caller]
    fn check_entry(value: fn(f64) -> f64, overflow: Overflow, expected: i64) {
        let ty = FixedType::new(FixedFormat::signed(6, 3), Rounding::Rnd, overflow);
        assert_eq!(entry(value, &ty, 0.0), expected, "{overflow:?}");
        assert_eq!(entry(value, &ty, -0.0), expected, "{overflow:?}");
    }

    #[test]
    fn what_is_not_finite_has_an_entry() {
        for overflow in [Overflow::Sat, Overflow::SatSym, Overflow::Wrap] {
            check_entry(Reciprocal::value, overflow, 31);
            check_entry(|_| f64::NAN, overflow, 0);
        }
        check_entry(Reciprocal::value, Overflow::SatZero, 0);
        check_entry(|_| f64::NEG_INFINITY, Overflow::Sat, -32);
        check_entry(|_| f64::NEG_INFINITY, Overflow::Wrap, -32);
        check_entry(|_| f64::NEG_INFINITY, Overflow::SatSym, -31);
        // A finite number that is too large still wraps.
        check_entry(|_| 4.25, Overflow::Wrap, -30);
    }
}
