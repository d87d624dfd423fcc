//! Rounding, overflow and rectification of a slice, forward and backward.

use hls_core::fixed::{FixedType, Overflow, Real, SliceQuantizer};
use hls_core::simd;

use crate::Precision;

/// What happens to the values of a tensor: `max(x, 0)` where wanted, then an assignment to the precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Activation {
    pub rectify: bool,
    pub precision: Precision,
}

/// The closed interval in which a gradient passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub low: f32,
    pub high: f32,
}

impl Activation {
    /// Nothing happens.
    pub const IDENTITY: Self = Self { rectify: false, precision: Precision::Float };

    pub const fn quantize(precision: Precision) -> Self {
        Self { rectify: false, precision }
    }

    pub fn is_identity(self) -> bool {
        self == Self::IDENTITY
    }

    /// Where the gradient passes: inside the representable range of a saturating type and everywhere for a wrapping
    /// one, above zero where the values are rectified.
    pub fn bounds(self) -> Option<Bounds> {
        let range = match self.precision {
            Precision::Fixed(ty) | Precision::Learned { ty, .. } if ty.overflow != Overflow::Wrap => Some(range(&ty)),
            _ => None,
        };
        match (range, self.rectify) {
            (None, false) => None,
            (range, rectify) => {
                let Bounds { low, high } = range.unwrap_or(Bounds { low: f32::NEG_INFINITY, high: f32::INFINITY });
                Some(Bounds { low: if rectify { low.max(SMALLEST) } else { low }, high })
            }
        }
    }
}

/// The smallest float above zero, so that `>= SMALLEST` means `> 0`.
pub(crate) const SMALLEST: f32 = f32::from_bits(1);

/// The representable range as values.
pub(crate) fn range(ty: &FixedType) -> Bounds {
    let format = ty.format;
    Bounds { low: format.value(ty.min_raw()) as f32, high: format.value(format.max_raw()) as f32 }
}

/// The range outside which constants are clamped, where there is one.
pub(crate) fn constant_range(precision: Precision) -> Option<Bounds> {
    let (low, high) = precision.weight()?.limits()?;
    Some(Bounds { low: low as f32, high: high as f32 })
}

/// A pass prepared for slices.
pub(crate) struct Forward<F> {
    accumulator: Option<SliceQuantizer<F>>,
    rectify: bool,
    precision: Option<SliceQuantizer<F>>,
}

/// Elements that stay in the first-level cache between the steps of a pass.
const PIECE: usize = 2048;

impl<F: Real> Forward<F> {
    /// First the accumulator's assignment, where there is one, then the activation.
    pub fn new(accumulator: Option<FixedType>, activation: Activation) -> Self {
        let fake = |ty: FixedType| SliceQuantizer::fake(&ty);
        Self {
            accumulator: accumulator.map(fake),
            rectify: activation.rectify,
            precision: activation.precision.fixed().map(fake),
        }
    }

    pub fn apply(&self, source: &[F], target: &mut [F]) {
        for (source, target) in source.chunks(PIECE).zip(target.chunks_mut(PIECE)) {
            target.copy_from_slice(source);
            self.apply_to_piece(target);
        }
    }

    pub fn apply_in_place(&self, values: &mut [F]) {
        values.chunks_mut(PIECE).for_each(|piece| self.apply_to_piece(piece));
    }

    fn apply_to_piece(&self, piece: &mut [F]) {
        if let Some(accumulator) = &self.accumulator {
            accumulator.apply_in_place(piece);
        }
        if self.rectify {
            rectify(piece);
        }
        if let Some(precision) = &self.precision {
            precision.apply_in_place(piece);
        }
    }
}

fn rectify<F: Real>(values: &mut [F]) {
    simd::dispatch(
        #[inline(always)]
        || values.iter_mut().for_each(|value| *value = if *value > F::default() { *value } else { F::default() }),
    );
}

/// Sets the gradient to zero where `values` is outside the bounds.
pub(crate) fn mask(gradient: &mut [f32], values: &[f32], bounds: Bounds) {
    simd::dispatch(
        #[inline(always)]
        || {
            for (gradient, &value) in gradient.iter_mut().zip(values) {
                let inside = (value >= bounds.low) & (value <= bounds.high);
                *gradient = if inside { *gradient } else { 0.0 };
            }
        },
    );
}

/// Adds the gradient of a width that is trained: a bit more halves what rounding takes away, so the gradient by the
/// number of fractional bits is that of the values times the rounding error times ln 2. `gradient` is masked already.
pub(crate) fn probe_width(gradient: &[f32], values: &[f32], activation: Activation) {
    let Precision::Learned { ty, slot } = activation.precision else { return };
    // What overflow does to a value is no rounding error.
    let step = ty.format.lsb() as f32;
    let error = |value: f32, stored: f32| if (value - stored).abs() <= step { value - stored } else { 0.0 };
    let forward = Forward::new(None, activation);
    let mut stored = [0.0_f32; PIECE];
    let mut sum = 0.0_f64;
    for (gradient, values) in gradient.chunks(PIECE).zip(values.chunks(PIECE)) {
        let stored = &mut stored[..values.len()];
        stored.copy_from_slice(values);
        forward.apply_to_piece(stored);
        let products = gradient.iter().zip(values.iter().zip(&*stored));
        sum += f64::from(products.map(|(gradient, (value, stored))| gradient * error(*value, *stored)).sum::<f32>());
    }
    super::probe::add(slot, sum * std::f64::consts::LN_2);
}

/// Sets the gradient of constants to zero where they are outside the range and the gradient leads further out.
///
/// A step goes against the gradient, so above the range a positive one leads back.
pub(crate) fn mask_constants(gradient: &mut [f32], values: &[f32], bounds: Bounds) {
    simd::dispatch(
        #[inline(always)]
        || {
            for (gradient, &value) in gradient.iter_mut().zip(values) {
                let outward = ((value > bounds.high) & (*gradient < 0.0)) | ((value < bounds.low) & (*gradient > 0.0));
                *gradient = if outward { 0.0 } else { *gradient };
            }
        },
    );
}
