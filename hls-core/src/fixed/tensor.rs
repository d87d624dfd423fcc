//! A tensor of raw mantissas that share a format.

use serde::{Deserialize, Serialize};

use super::{FixedFormat, FixedType};

/// Raw mantissas, row-major with the last dimension fastest (channels last), and the format that gives them values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedTensor {
    /// The dimensions; their product is the length of `raw`.
    pub dims: Vec<usize>,
    /// The format of every element.
    pub format: FixedFormat,
    /// The mantissas.
    pub raw: Vec<i64>,
}

impl FixedTensor {
    /// A tensor from its mantissas.
    ///
    /// # Errors
    /// Says what is wrong where the length does not match the dimensions or a mantissa is outside the format.
    pub fn new(dims: Vec<usize>, format: FixedFormat, raw: Vec<i64>) -> Result<Self, String> {
        let tensor = Self { dims, format, raw };
        tensor.check()?;
        Ok(tensor)
    }

    /// Quantizes real numbers; numbers outside the range become its nearest end, whatever the overflow mode, because a
    /// constant that wraps is never what was meant.
    ///
    /// # Errors
    /// Says what is wrong where the length does not match the dimensions or a value is not finite.
    pub fn quantized(dims: Vec<usize>, ty: &FixedType, values: &[f32]) -> Result<Self, String> {
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            return Err(format!("element {index} is {}", values[index]));
        }
        let (low, high) = (ty.format.value(ty.format.min_raw()), ty.format.value(ty.format.max_raw()));
        let raw = values.iter().map(|&value| ty.quantize_f64(f64::from(value).clamp(low, high))).collect();
        Self::new(dims, ty.format, raw)
    }

    /// Says what is wrong with a tensor that came from elsewhere.
    ///
    /// # Errors
    /// As [`FixedTensor::new`].
    pub fn check(&self) -> Result<(), String> {
        let expected = self.dims.iter().try_fold(1_usize, |product, &dim| product.checked_mul(dim));
        if expected != Some(self.raw.len()) {
            return Err(format!("{} elements do not fill the dimensions {:?}", self.raw.len(), self.dims));
        }
        if let Some(violation) = self.format.violation() {
            return Err(violation.to_owned());
        }
        let range = self.format.min_raw()..=self.format.max_raw();
        match self.raw.iter().position(|raw| !range.contains(raw)) {
            Some(index) => Err(format!("element {index} is {}, outside {}", self.raw[index], self.format)),
            None => Ok(()),
        }
    }

    /// The values, exact.
    #[must_use]
    pub fn values(&self) -> Vec<f64> {
        self.raw.iter().map(|&raw| self.format.value(raw)).collect()
    }

    /// The number of elements that are zero.
    #[must_use]
    pub fn zeros(&self) -> usize {
        self.raw.iter().filter(|&&raw| raw == 0).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::{Overflow, Rounding};

    #[test]
    fn numbers_are_quantized_and_never_wrap() {
        let ty = FixedType { format: FixedFormat::signed(4, 2), rounding: Rounding::Rnd, overflow: Overflow::Wrap };
        let tensor = FixedTensor::quantized(vec![2, 3], &ty, &[0.3, -9.0, 9.0, 0.0, -0.1, 1.5]).unwrap();
        assert_eq!(tensor.raw, [1, -8, 7, 0, 0, 6]);
        assert_eq!(tensor.values(), [0.25, -2.0, 1.75, 0.0, 0.0, 1.5]);
        assert_eq!(tensor.zeros(), 2);
        for (value, name) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf")] {
            let error = FixedTensor::quantized(vec![2], &ty, &[1.0, value]).unwrap_err();
            assert_eq!(error, format!("element 1 is {name}"));
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let format = FixedFormat::signed(4, 2);
        let new = |dims: &[usize], raw: &[i64]| FixedTensor::new(dims.to_vec(), format, raw.to_vec()).map(|_| ());
        assert_eq!(new(&[2], &[-8, 7]), Ok(()));
        assert_eq!(new(&[2], &[7, 8]), Err("element 1 is 8, outside fixed<4,2>".to_owned()));
        assert_eq!(new(&[2, 2], &[1]), Err("1 elements do not fill the dimensions [2, 2]".to_owned()));
        assert_eq!(
            new(&[usize::MAX, 2], &[]),
            Err(format!("0 elements do not fill the dimensions [{}, 2]", usize::MAX))
        );
    }
}
