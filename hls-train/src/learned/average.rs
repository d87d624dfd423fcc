//! The average of the weights over the last steps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::HlsModel;
use crate::weights::{Parameter, parameters, replace, separate};

/// A running average of every parameter and statistic: steps go back and forth around what is best, and rounding makes
/// them go further; the average stays in the middle.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Average {
    steps: u32,
    values: BTreeMap<String, Vec<f32>>,
}

impl Average {
    /// Takes the weights of a step in; `share` is what the last step counts in the long run, above 0 and at most 1.
    pub fn add<M: HlsModel>(&mut self, model: &M, share: f64) {
        self.steps = self.steps.saturating_add(1);
        // The first steps are a plain mean: the start has no more weight than a step.
        let share = share.max(1.0 / f64::from(self.steps)) as f32;
        for parameter in parameters(model) {
            match self.values.get_mut(&parameter.name) {
                Some(values) => {
                    values.iter_mut().zip(parameter.values).for_each(|(mean, value)| *mean += share * (value - *mean));
                }
                None => {
                    self.values.insert(parameter.name, parameter.values);
                }
            }
        }
    }

    /// Whether it is one of these parameters, or of none yet.
    pub fn is_of(&self, parameters: &[Parameter]) -> bool {
        let own = |parameter: &Parameter| {
            let values = self.values.get(&parameter.name);
            values.is_some_and(|values| {
                values.len() == parameter.values.len() && values.iter().all(|value| value.is_finite())
            })
        };
        match self.steps {
            0 => self.values.is_empty(),
            _ => self.values.len() == parameters.len() && parameters.iter().all(own),
        }
    }

    /// The model with the averaged weights, sharing nothing with it.
    pub fn of<M: HlsModel>(&self, model: &M) -> M {
        replace(separate(model), self.values.clone())
    }
}
