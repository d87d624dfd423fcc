//! From values to places.

/// An axis: values between two ends, and where the ends lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    values: [f64; 2],
    places: [f64; 2],
    log: bool,
}

impl Axis {
    /// Evenly spaced. Ends that are equal or not finite are moved apart.
    pub fn linear(values: [f64; 2], places: [f64; 2]) -> Self {
        let [low, high] = values.map(|value| if value.is_finite() { value } else { 0.0 });
        let high = if high > low { high } else { low + 1.0 };
        Self { values: [low, high], places, log: false }
    }

    /// Powers of ten evenly spaced; both ends above zero.
    pub fn log(values: [f64; 2], places: [f64; 2]) -> Self {
        let values = values.map(|value| value.max(f64::MIN_POSITIVE).log10());
        Self { log: true, ..Self::linear(values, places) }
    }

    /// The place of a value; values beyond the ends lie on them.
    pub fn at(&self, value: f64) -> f64 {
        let value = if self.log { value.max(f64::MIN_POSITIVE).log10() } else { value };
        let [low, high] = self.values;
        let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
        self.places[0] + share * (self.places[1] - self.places[0])
    }

    /// The two places.
    pub fn places(&self) -> [f64; 2] {
        self.places
    }

    /// Round values inside the axis, about as many as asked for; on a logarithmic one powers of ten, or 1, 2 and 5 times
    /// those where it is short.
    pub fn ticks(&self, about: usize) -> Vec<f64> {
        let [low, high] = self.values;
        if self.log {
            let powers = (low.ceil() as i32..=high.floor() as i32).map(|power| 10_f64.powi(power));
            let powers: Vec<f64> = powers.collect();
            if powers.len() > 2 {
                let step = powers.len().div_ceil(about.max(1));
                return powers.into_iter().step_by(step).collect();
            }
            let fine = (low.floor() as i32..=high.ceil() as i32)
                .flat_map(|power| [1.0, 2.0, 5.0].map(|m| m * 10_f64.powi(power)));
            return fine.filter(|tick| (low - 1e-9..=high + 1e-9).contains(&tick.log10())).collect();
        }
        let rough = (high - low) / about.max(1) as f64;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= rough * 0.999);
        let step = step.unwrap_or(power);
        let first = (low / step - 1e-9).ceil();
        (0..).map(|index| (first + f64::from(index)) * step).take_while(|tick| *tick <= high + step * 1e-9).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(Axis::linear([0.0, 1.0], [0.0, 1.0]).ticks(5), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]);
        assert_eq!(Axis::linear([3.0, 11.0], [0.0, 1.0]).ticks(4), [4.0, 6.0, 8.0, 10.0]);
        assert_eq!(Axis::log([0.001, 1.0], [0.0, 1.0]).ticks(5), [0.001, 0.01, 0.1, 1.0]);
        assert_eq!(Axis::log([150.0, 900.0], [0.0, 1.0]).ticks(5), [200.0, 500.0]);
    }

    #[test]
    fn values_are_placed_and_kept_inside() {
        let axis = Axis::log([1.0, 100.0], [200.0, 0.0]);
        assert_eq!([1.0, 10.0, 100.0, 0.0, 1e9].map(|value| axis.at(value)), [200.0, 100.0, 0.0, 200.0, 0.0]);
        assert!(Axis::linear([f64::NAN, f64::NAN], [0.0, 1.0]).at(0.5).is_finite());
    }
}
