//! QAT forward == emulator == C simulation on random models. `cargo xtask fuzz-csim` runs more of them.

use hls_core::csim::{self, Simulator};
use hls_core::random::RandomModel;
use hls_tests::agreement::{Failure, all_three, forward_and_emulator, smallest};
use rayon::prelude::*;

/// A fixed seed: the same models in every run. A failure prints the seed of its model.
const SEED: u64 = 1_000_000;

#[track_caller]
fn check(models: u64, compare: impl Fn(&RandomModel) -> Result<(), Failure> + Sync) {
    check_drawn(RandomModel::new, models, compare);
}

#[track_caller]
fn check_drawn(
    draw: fn(u64) -> RandomModel,
    models: u64,
    compare: impl Fn(&RandomModel) -> Result<(), Failure> + Sync,
) {
    let failed = |seed| {
        let model = draw(SEED + seed);
        compare(&model).err().map(|failure| (model, failure))
    };
    let failures: Vec<(RandomModel, Failure)> = (0..models).into_par_iter().filter_map(failed).collect();
    if let Some((model, failure)) = failures.first() {
        let (_, small) = smallest(model, failure.clone(), compare);
        panic!("{} of {models} models:\n{failure}\nmade smaller:\n{small}", failures.len());
    }
}

#[test]
fn training_forward_equals_emulator() {
    check(600, |model| forward_and_emulator(model, 200).map(|_| ()));
}

#[test]
fn training_forward_equals_emulator_equals_csim() {
    let simulator = csim::headers(None).and_then(|headers| Simulator::new(&headers));
    let simulator = simulator.unwrap_or_else(|error| panic!("{error}"));
    check(24, |model| all_three(model, 200, &simulator));
}

#[test]
fn convolutional_training_forward_equals_emulator() {
    check_drawn(RandomModel::convolutional, 400, |model| forward_and_emulator(model, 50).map(|_| ()));
}

#[test]
fn convolutional_training_forward_equals_emulator_equals_csim() {
    let simulator = csim::headers(None).and_then(|headers| Simulator::new(&headers));
    let simulator = simulator.unwrap_or_else(|error| panic!("{error}"));
    check_drawn(RandomModel::convolutional, 16, |model| all_three(model, 50, &simulator));
}

#[test]
fn a_failure_is_made_smaller() {
    let model = RandomModel::new(SEED);
    let check = |model: &RandomModel| match model.layers.len() {
        0 => Ok(()),
        layers => Err(Failure::Differs(layers.to_string())),
    };
    let (small, failure) = smallest(&model, Failure::Differs("the first".to_owned()), check);
    assert_eq!((small.layers.len(), failure), (1, Failure::Differs("1".to_owned())));
    let refused = Failure::Refused("too wide".to_owned());
    assert_eq!(smallest(&model, refused.clone(), check), (model, refused));
}
