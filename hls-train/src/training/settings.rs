//! How a model is trained.

use serde::{Deserialize, Serialize};

/// The settings of a training. Together with the declaration and the data they determine every weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The most passes over the training samples.
    pub epochs: usize,
    /// Samples of one step.
    pub batch_size: usize,
    /// Determines the first weights, the order of the samples and dropped elements.
    pub seed: u64,
    /// The largest learning rate.
    #[serde(with = "exact")]
    pub learning_rate: f64,
    /// The learning rate at the end, as a fraction of the largest.
    #[serde(with = "exact")]
    pub final_fraction: f64,
    /// Epochs in which the learning rate rises from zero to the largest.
    #[serde(with = "exact")]
    pub warm_up: f64,
    /// Epochs without a better validation accuracy after which training stops; `None`: never.
    pub patience: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            epochs: 100,
            batch_size: 1024,
            seed: 1,
            learning_rate: 3e-3,
            final_fraction: 0.01,
            warm_up: 1.0,
            patience: Some(20),
        }
    }
}

impl Settings {
    /// Why training with these settings is not possible, or `None` where it is.
    #[must_use]
    pub fn violation(&self) -> Option<&'static str> {
        let rate = self.learning_rate;
        if self.batch_size == 0 {
            Some("batch_size must be at least 1")
        } else if !rate.is_finite() || rate <= 0.0 {
            Some("learning_rate must be above zero")
        } else if !(0.0..=1.0).contains(&self.final_fraction) {
            Some("final_fraction must be 0 to 1")
        } else if !self.warm_up.is_finite() || self.warm_up < 0.0 {
            Some("warm_up must not be negative")
        } else if self.patience == Some(0) {
            Some("patience must be at least 1")
        } else {
            None
        }
    }

    /// The learning rate of a step: a linear rise, then half a cosine down to the final fraction.
    ///
    /// A function of the step alone, so that a resumed training goes on as if it had not stopped.
    #[must_use]
    pub fn learning_rate_at(&self, step: usize, steps_per_epoch: usize) -> f64 {
        let epochs = self.epochs as f64;
        let at = step as f64 / steps_per_epoch.max(1) as f64;
        let warm_up = self.warm_up.min(epochs);
        if at < warm_up {
            // The first step already moves.
            let step_width = 1.0 / steps_per_epoch.max(1) as f64;
            return self.learning_rate * ((at + step_width) / warm_up).min(1.0);
        }
        let progress = ((at - warm_up) / (epochs - warm_up).max(f64::MIN_POSITIVE)).min(1.0);
        let cosine = 0.5 * (1.0 + (std::f64::consts::PI * progress).cos());
        self.learning_rate * (self.final_fraction + (1.0 - self.final_fraction) * cosine)
    }
}

/// A number as text: the JSON library reads some numbers with an error in the last bit, and a training that is resumed
/// must have the same settings to that bit.
pub(crate) mod exact {
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    pub fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom(format!("`{text}` is no number")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_learning_rate_rises_and_falls() {
        let settings = Settings { epochs: 10, learning_rate: 1.0, warm_up: 2.0, ..Settings::default() };
        let rates: Vec<f64> = (0..=1000).map(|step| settings.learning_rate_at(step, 100)).collect();
        assert!(rates[0] > 0.0);
        assert!(rates[..200].windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(rates[200], 1.0);
        assert!(rates[200..].windows(2).all(|pair| pair[0] > pair[1]));
        assert_eq!(rates[1000], settings.final_fraction);
    }

    #[test]
    fn impossible_settings_are_named() {
        assert_eq!(Settings::default().violation(), None);
        assert!(Settings { batch_size: 0, ..Settings::default() }.violation().is_some());
        assert!(Settings { learning_rate: f64::NAN, ..Settings::default() }.violation().is_some());
        assert!(Settings { patience: Some(0), ..Settings::default() }.violation().is_some());
    }
}
