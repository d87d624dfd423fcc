//! How many samples the jet tagger trains on in a CPU second, quantization-aware and in float.
//!
//! `cargo run --release --example training_speed` prints a line of JSON for each, the best of several rounds.
#![allow(clippy::print_stdout)] // what it is for

use std::time::Instant;

use hls_train::burn::tensor::{Int, TensorData};
use hls_train::prelude::*;
use hls_train::training::{adam, train_step};

type W6 = Fixed<6, 1>;
type A6 = UFixed<6, 2, Rnd, Sat>;

#[hls_model(input = [Fixed<16, 6>; 16])]
struct JetTagger {
    fc1: Dense<16, 64, W6>,
    relu1: Relu<A6>,
    fc2: Dense<64, 32, W6>,
    relu2: Relu<A6>,
    fc3: Dense<32, 32, W6>,
    relu3: Relu<A6>,
    fc4: Dense<32, 5, W6>,
    softmax: Softmax<UFixed<16, 0, Rnd, Sat>>,
}

const BATCH: usize = 1024;
const BATCHES: usize = 40;
const ROUNDS: usize = 5;

/// CPU seconds of all threads of this process; where the system does not tell, the wall clock.
fn cpu_seconds(start: Instant) -> f64 {
    let ticks = || {
        let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        Some(fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?)
    };
    // Linux counts in hundredths of a second.
    ticks().map_or_else(|| start.elapsed().as_secs_f64(), |ticks| ticks / 100.0)
}

type Batch = (Tensor<2>, Tensor<1, Int>);

/// Separable jets of nowhere: speed does not depend on what the numbers mean.
fn batches() -> Vec<Batch> {
    let device = Device::default();
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u32 << 22) as f32 - 2.0
    };
    let mut batch = || {
        let inputs: Vec<f32> = (0..BATCH * 16).map(|_| next()).collect();
        let classes: Vec<i64> = inputs.chunks(16).map(|x| ((x[0] + x[1] * x[2] + 4.0) as i64).clamp(0, 4)).collect();
        (
            Tensor::from_data(TensorData::new(inputs, [BATCH, 16]), &device),
            Tensor::from_data(TensorData::new(classes, [BATCH]), &device),
        )
    };
    (0..BATCHES).map(|_| batch()).collect()
}

fn samples_per_second(mut model: JetTagger, batches: &[Batch]) -> f64 {
    let mut optimizer = adam();
    let start = Instant::now();
    let before = cpu_seconds(start);
    let mut samples = 0;
    while cpu_seconds(start) - before < 1.0 {
        for (inputs, classes) in batches {
            let input = Value::new(inputs.clone());
            (model, _) = train_step(model, &mut optimizer, input, classes.clone(), 1e-3);
            samples += BATCH;
        }
    }
    samples as f64 / (cpu_seconds(start) - before)
}

fn main() {
    let batches = batches();
    let device = Device::default().autodiff();
    let (mut qat, mut float) = (0.0_f64, 0.0_f64);
    // In turns, so that a busy machine is busy for both.
    for _ in 0..ROUNDS {
        qat = qat.max(samples_per_second(JetTagger::seeded(1, &device), &batches));
        float = float.max(samples_per_second(JetTagger::seeded(1, &device).into_float(), &batches));
    }
    for (name, value) in [("qat/jet", qat), ("float/jet", float)] {
        println!(r#"{{"name":"{name}","value":{value:.0},"unit":"samples per CPU second"}}"#);
    }
}
