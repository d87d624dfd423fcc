//! What a training does not take for its own, and what it does not begin.

use burn::tensor::Device;

use super::checkpoint::declaration_digest;
use super::{Samples, Settings, TrainError, Trainer};
use crate::HlsModel;
use crate::prelude::*;

type A = UFixed<6, 2, Rnd, Sat>;

/// The digest of a declaration with these fields.
macro_rules! digest {
    ($($fields:tt)*) => {{
        #[hls_model(input = [Fixed<8, 3>; 4])]
        struct Net { $($fields)* }
        declaration_digest(&Net::seeded(1, &Device::default().autodiff()))
    }};
}

#[test]
fn a_digest_tells_declarations_apart_whose_weights_are_the_same() {
    let base =
        digest! { fc1: Dense<4, 4, A>, relu1: Relu<A>, drop1: Dropout<20>, #[hls(input(fc1, drop1))] sum: Add<A>, };
    let others = [
        digest! { fc1: Dense<4, 4, A>, relu1: Relu<A>, drop1: Dropout<50>, #[hls(input(fc1, drop1))] sum: Add<A>, },
        digest! { fc1: Dense<4, 4, A>, relu1: LeakyRelu<A, 1, 2>, drop1: Dropout<20>, #[hls(input(fc1, drop1))] sum: Add<A>, },
        digest! { fc1: Dense<4, 4, A>, relu1: Relu<A>, drop1: Dropout<20>, #[hls(input(drop1, fc1))] sum: Add<A>, },
        digest! { fc1: Dense<4, 4, A>, relu1: Relu<A>, drop1: Dropout<20>, #[hls(input(fc1, drop1))] sum: Subtract<A>, },
        digest! { fc1: Dense<4, 4, A>, relu1: Relu<A>, #[hls(output)] drop1: Dropout<20>, #[hls(input(fc1, drop1))] sum: Add<A>, },
        digest! { fc1: Dense<4, 4, A, A, Fixed<20, 8>>, relu1: Relu<A>, drop1: Dropout<20>, #[hls(input(fc1, drop1))] sum: Add<A>, },
    ];
    for (index, other) in others.iter().enumerate() {
        assert_ne!(&base, other, "{index}");
    }
    // Hardware changes no number.
    let slow = digest! {
        #[hls(reuse_factor = 4, strategy = resource)] fc1: Dense<4, 4, A>, relu1: Relu<A>, drop1: Dropout<20>,
        #[hls(input(fc1, drop1))] sum: Add<A>,
    };
    assert_eq!(base, slow);
}

#[hls_model(input = [Fixed<8, 3>; 4])]
struct Two {
    fc1: Dense<4, 8, A>,
    relu1: Relu<A>,
    fc2: Dense<8, 2, A>,
}

#[hls_model(input = [Fixed<8, 3>; 4])]
struct One {
    fc1: Dense<4, 1, A>,
}

#[hls_model(input = [Fixed<8, 3>; 4])]
struct Winner {
    fc1: Dense<4, 3, A>,
    winner: Argmax,
}

/// Two samples of these classes.
fn samples(classes: [usize; 2]) -> Samples {
    Samples::new(4, vec![1.0, 0.5, -1.0, 0.25, -1.0, 0.5, 0.25, 1.0], classes.to_vec()).unwrap()
}

#[test]
fn a_model_that_answers_without_numbers_is_not_saved() {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings { epochs: 1, batch_size: 2, learning_rate: 1e20, ..Settings::default() };
    let trainer = Trainer::new(settings).checkpoints(directory.path());
    let model = Two::seeded(1, &Device::default().autodiff()).into_float();
    let error = trainer.train(model, &samples([0, 1]), &samples([0, 1]), &mut ()).unwrap_err();
    assert!(matches!(error, TrainError::Diverged { epoch: 1 }), "{error}");
    assert!(!directory.path().join("state.json").exists());
}

#[track_caller]
fn refused<M: HlsModel>(classes: [usize; 2], reason: &str) {
    let error = Trainer::new(Settings::default()).run::<M>(&samples(classes), &samples([0, 0]), &mut ()).unwrap_err();
    assert!(error.to_string().contains(reason), "{error}");
}

#[test]
fn classes_that_no_output_stands_for_are_refused() {
    refused::<Two>([0, 2], "training class 2 is beyond the model's 2 outputs");
    refused::<Winner>([3, 0], "training class 3 is beyond the model's 3 outputs");
    refused::<One>([0, 1], "the model's last output is one number, which is no classification");
    refused::<One>([0, 0], "the model's last output is one number");
    assert!(
        Trainer::new(Settings { epochs: 1, ..Settings::default() })
            .run::<Winner>(&samples([2, 0]), &samples([1, 1]), &mut ())
            .is_ok()
    );
}
