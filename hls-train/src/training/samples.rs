//! Labelled samples.

use std::fmt;

use sha2::{Digest, Sha256};

/// Samples and their classes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    features: usize,
    inputs: Vec<f32>,
    classes: Vec<usize>,
}

/// Why numbers are no [`Samples`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SamplesError {
    /// The inputs do not fill the samples.
    Length {
        /// How many input numbers there are.
        inputs: usize,
        /// How many numbers a sample has.
        features: usize,
        /// How many classes are given, one a sample.
        samples: usize,
    },
    /// An input that is infinite or no number.
    NotFinite {
        /// The sample, from 0.
        sample: usize,
        /// The feature, from 0.
        feature: usize,
    },
}

impl fmt::Display for SamplesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { inputs, features, samples } => {
                write!(f, "{inputs} numbers do not fill {samples} samples of {features} features")
            }
            Self::NotFinite { sample, feature } => write!(f, "sample {sample}, feature {feature} is not finite"),
        }
    }
}

impl std::error::Error for SamplesError {}

impl Samples {
    /// `inputs` holds `features` numbers a sample, one sample after the other; `classes` one class number a sample.
    ///
    /// # Errors
    /// Where the lengths do not fit together or a number is not finite.
    pub fn new(features: usize, inputs: Vec<f32>, classes: Vec<usize>) -> Result<Self, SamplesError> {
        if features.checked_mul(classes.len()) != Some(inputs.len()) {
            return Err(SamplesError::Length { inputs: inputs.len(), features, samples: classes.len() });
        }
        if let Some(index) = inputs.iter().position(|value| !value.is_finite()) {
            return Err(SamplesError::NotFinite { sample: index / features, feature: index % features });
        }
        Ok(Self { features, inputs, classes })
    }

    /// The number of samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether there is no sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// The numbers of a sample.
    #[must_use]
    pub fn features(&self) -> usize {
        self.features
    }

    /// All samples one after the other.
    #[must_use]
    pub fn inputs(&self) -> &[f32] {
        &self.inputs
    }

    /// The class of each sample.
    #[must_use]
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// The first `count` samples, and the others.
    #[must_use]
    pub fn split_at(&self, count: usize) -> (Self, Self) {
        let count = count.min(self.len());
        let (inputs, other_inputs) = self.inputs.split_at(count * self.features);
        let (classes, other_classes) = self.classes.split_at(count);
        let part = |inputs: &[f32], classes: &[usize]| Self {
            features: self.features,
            inputs: inputs.to_vec(),
            classes: classes.to_vec(),
        };
        (part(inputs, classes), part(other_inputs, other_classes))
    }

    /// A hash of every number, for telling whether a checkpoint was made with the same data.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update((self.features as u64).to_le_bytes());
        self.inputs.iter().for_each(|value| hash.update(value.to_le_bytes()));
        self.classes.iter().for_each(|&class| hash.update((class as u64).to_le_bytes()));
        hex(&hash.finalize())
    }
}

/// A hash of bytes.
pub(crate) fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_values_are_checked() {
        assert_eq!(
            Samples::new(2, vec![1.0; 5], vec![0, 1]),
            Err(SamplesError::Length { inputs: 5, features: 2, samples: 2 })
        );
        assert_eq!(
            Samples::new(2, vec![1.0, 2.0, 3.0, f32::NAN], vec![0, 1]),
            Err(SamplesError::NotFinite { sample: 1, feature: 1 })
        );
    }

    #[test]
    fn the_digest_sees_every_number() {
        let samples = |last, class| Samples::new(2, vec![1.0, 2.0, 3.0, last], vec![0, class]).unwrap().digest();
        assert_eq!(samples(4.0, 1), samples(4.0, 1));
        assert_ne!(samples(4.0, 1), samples(5.0, 1));
        assert_ne!(samples(4.0, 1), samples(4.0, 2));
    }
}
