//! The constants that bring every feature to mean 0 and variance 1. They travel with the model.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};

use hls_train::core::disk::write_atomically;
use serde::{Deserialize, Serialize};

use crate::jets::{FEATURE_COUNT, FEATURES};

/// Mean and inverse standard deviation of each feature over the training part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Standardization {
    mean: [f32; FEATURE_COUNT],
    inverse_std: [f32; FEATURE_COUNT],
}

/// The form in files: it names its columns, so that constants are never applied to others.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    columns: Vec<String>,
    mean: Vec<f32>,
    inverse_std: Vec<f32>,
}

/// Why standardization constants cannot be saved or loaded.
#[derive(Debug)]
#[non_exhaustive]
pub enum StandardizationError {
    /// The file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The content is not what [`Standardization::save`] writes.
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
}

impl fmt::Display for StandardizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Content { path, source } => {
                write!(f, "{}: no standardization constants: {source}", path.display())
            }
        }
    }
}

impl std::error::Error for StandardizationError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Content { source, .. } => Some(source),
        }
    }
}

impl Standardization {
    /// The constants of `features`, `[rows][16]` row-major: computed in 64 bits, over all rows.
    ///
    /// A constant feature, and every feature of an empty table, has the inverse standard deviation 1: it becomes 0.
    #[must_use]
    pub fn fit(features: &[f32]) -> Self {
        let rows = features.as_chunks::<FEATURE_COUNT>().0;
        let count = rows.len().max(1) as f64;
        let mut mean = [0.0_f64; FEATURE_COUNT];
        for row in rows {
            for (sum, value) in mean.iter_mut().zip(row) {
                *sum += f64::from(*value);
            }
        }
        mean = mean.map(|sum| sum / count);
        let mut variance = [0.0_f64; FEATURE_COUNT];
        for row in rows {
            for ((sum, value), mean) in variance.iter_mut().zip(row).zip(mean) {
                *sum += (f64::from(*value) - mean).powi(2);
            }
        }
        // The inverse leaves the range of a normal f32 only where the feature is as good as constant.
        let inverse_std = variance.map(|sum| match (count / sum).sqrt() as f32 {
            inverse if inverse.is_normal() => inverse,
            _ => 1.0,
        });
        Self { mean: mean.map(|mean| mean as f32), inverse_std }
    }

    /// Standardizes `features`, `[rows][16]` row-major: `(x - mean) * inverse_std`, in 32 bits.
    ///
    /// This is the only place that does it, so training, evaluation, test vectors and predictions agree to the last bit.
    #[must_use]
    pub fn apply(&self, features: &[f32]) -> Vec<f32> {
        let mut out = Vec::with_capacity(features.len());
        for row in features.as_chunks::<FEATURE_COUNT>().0 {
            out.extend((0..FEATURE_COUNT).map(|i| (row[i] - self.mean[i]) * self.inverse_std[i]));
        }
        out
    }

    /// The constants as JSON with a line end.
    ///
    /// # Errors
    ///
    /// None that constants can cause; the type is that of the JSON library.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(text)
    }

    /// Writes the constants as JSON, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`StandardizationError::File`].
    pub fn save(&self, path: &Path) -> Result<(), StandardizationError> {
        write_atomically(path, |file| file.write_all(&self.to_json()?))
            .map_err(|source| StandardizationError::File { path: path.to_path_buf(), source })
    }

    /// Reads what [`Standardization::save`] wrote; the constants are the same to the last bit.
    ///
    /// # Errors
    ///
    /// [`StandardizationError`] if the file is absent or cut, names other columns or another order of them, has other
    /// fields, or holds a number that no training part gives.
    pub fn load(path: &Path) -> Result<Self, StandardizationError> {
        let text =
            std::fs::read(path).map_err(|source| StandardizationError::File { path: path.to_path_buf(), source })?;
        serde_json::from_slice(&text)
            .map_err(|source| StandardizationError::Content { path: path.to_path_buf(), source })
    }
}

impl From<Standardization> for Stored {
    fn from(constants: Standardization) -> Self {
        Self {
            columns: FEATURES.iter().map(|&name| name.to_owned()).collect(),
            mean: constants.mean.to_vec(),
            inverse_std: constants.inverse_std.to_vec(),
        }
    }
}

impl TryFrom<Stored> for Standardization {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        if stored.columns != FEATURES {
            return Err(format!("the columns are {:?}; expected {FEATURES:?}", stored.columns));
        }
        let constants = |name: &str, values: Vec<f32>, legal: fn(f32) -> bool, rule: &str| {
            let values: [f32; FEATURE_COUNT] = values.try_into().map_err(|values: Vec<f32>| {
                format!("`{name}` has {} numbers; expected {FEATURE_COUNT}", values.len())
            })?;
            match values.iter().position(|value| !legal(*value)) {
                Some(i) => Err(format!("`{name}` of column `{}` is {}; expected {rule}", FEATURES[i], values[i])),
                None => Ok(values),
            }
        };
        Ok(Self {
            mean: constants("mean", stored.mean, f32::is_finite, "a finite number")?,
            inverse_std: constants(
                "inverse_std",
                stored.inverse_std,
                |value| value.is_normal() && value > 0.0,
                "a positive number",
            )?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jets::Jets;

    fn jets_standardization() -> (Standardization, Vec<f32>) {
        let jets = Jets::embedded().unwrap();
        let train = jets.split().train.features.to_vec();
        (Standardization::fit(&train), train)
    }

    #[test]
    fn the_training_part_gets_mean_zero_and_variance_one() {
        let (constants, train) = jets_standardization();
        let standardized = constants.apply(&train);
        let rows = standardized.as_chunks::<FEATURE_COUNT>().0;
        for i in 0..FEATURE_COUNT {
            let mean = rows.iter().map(|row| f64::from(row[i])).sum::<f64>() / rows.len() as f64;
            let variance = rows.iter().map(|row| (f64::from(row[i]) - mean).powi(2)).sum::<f64>() / rows.len() as f64;
            approx::assert_abs_diff_eq!(mean, 0.0, epsilon = 1e-4);
            approx::assert_abs_diff_eq!(variance, 1.0, epsilon = 1e-4);
        }
    }

    #[test]
    fn the_formula_is_subtract_then_multiply() {
        let mut features = [0.0; 2 * FEATURE_COUNT];
        features[0] = 1.0;
        features[FEATURE_COUNT] = 4.0;
        features[1] = 7.0;
        features[FEATURE_COUNT + 1] = 7.0;
        let constants = Standardization::fit(&features);
        assert_eq!((constants.mean[0], constants.inverse_std[0]), (2.5, 1.0 / 1.5));
        assert_eq!((constants.mean[1], constants.inverse_std[1]), (7.0, 1.0));
        let out = constants.apply(&features);
        assert_eq!(out[0], (1.0 - 2.5_f32) * (1.0_f32 / 1.5));
        assert_eq!(out[1], 0.0);
        assert_eq!(out.len(), features.len());
    }

    #[test]
    fn degenerate_tables_have_finite_constants() {
        for features in [vec![], vec![f32::MAX; 32], vec![f32::MIN_POSITIVE; 16], vec![-0.0; 16]] {
            let constants = Standardization::fit(&features);
            assert!(constants.mean.iter().chain(&constants.inverse_std).all(|value| value.is_finite()));
        }
    }

    #[test]
    fn a_saved_file_loads_to_the_same_bits() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("model/standardization.json");
        let (mut constants, _) = jets_standardization();
        let mut state = 1_u32;
        for _ in 0..200 {
            constants.save(&path).unwrap();
            let loaded = Standardization::load(&path).unwrap();
            assert_eq!(loaded.mean.map(f32::to_bits), constants.mean.map(f32::to_bits));
            assert_eq!(loaded.inverse_std.map(f32::to_bits), constants.inverse_std.map(f32::to_bits));
            for value in constants.mean.iter_mut().chain(&mut constants.inverse_std) {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // Exponents 1 to 254: any normal positive number.
                *value = f32::from_bits(state % 0x7f00_0000 + 0x0080_0000);
            }
        }
    }

    #[track_caller]
    fn check(change: fn(&mut serde_json::Value), expected: &str) {
        let mut value = serde_json::to_value(jets_standardization().0).unwrap();
        change(&mut value);
        let error = serde_json::from_value::<Standardization>(value).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn files_of_something_else_are_refused() {
        check(|v| v["columns"].as_array_mut().unwrap().swap(0, 1), "the columns are");
        check(|v| v["mean"].as_array_mut().unwrap().truncate(15), "`mean` has 15 numbers; expected 16");
        check(|v| v["inverse_std"][3] = 0.0.into(), "`inverse_std` of column `c1_b2_mmdt` is 0; expected a positive");
        check(|v| v["inverse_std"][0] = (-1.0).into(), "expected a positive number");
        check(|v| v["mean"][0] = 1e39.into(), "`mean` of column `zlogz` is inf; expected a finite number");
        check(|v| v["mean"] = "text".into(), "invalid type");
        check(|v| v["other"] = 1.into(), "unknown field `other`");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("standardization.json");
        let error = Standardization::load(&path).unwrap_err();
        assert!(
            matches!(error, StandardizationError::File { .. }) && error.to_string().contains("standardization.json")
        );
        std::fs::write(&path, "{\"columns\": [").unwrap();
        let error = Standardization::load(&path).unwrap_err();
        assert!(matches!(error, StandardizationError::Content { .. }));
        assert!(error.to_string().contains("standardization.json: no standardization constants"));
    }
}
