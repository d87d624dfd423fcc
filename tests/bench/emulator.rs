//! Samples a second through the emulator.

use hls_core::emulator::Emulator;
use hls_train::prelude::*;

use crate::figure::{Figure, rate_per_cpu_second, rate_per_second};
use crate::jet::{JetTagger, features};

/// Enough for the batch not to fit the first caches, as real batches do not.
const SAMPLES: usize = 1 << 16;

fn jet() -> (Emulator, Vec<i64>) {
    let graph = JetTagger::seeded(1, &Device::default()).graph().unwrap_or_else(|error| panic!("{error}"));
    let emulator = Emulator::new(&graph);
    let input = emulator.quantize_input(&features(SAMPLES));
    (emulator, input)
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap_or_else(|error| panic!("{error}"))
}

fn run(emulator: &Emulator, input: &[i64]) -> usize {
    emulator.run(input).map(|outputs| outputs.raw[0].len() / 5).unwrap_or_else(|error| panic!("{error}"))
}

pub fn one_thread() -> Vec<Figure> {
    let (emulator, input) = jet();
    let value = pool(1).install(|| rate_per_cpu_second(0.5, || run(&emulator, &input)));
    vec![Figure::new("emulator/jet", value, "samples/CPU s")]
}

pub fn two_threads() -> Vec<Figure> {
    let (emulator, input) = jet();
    let value = pool(2).install(|| rate_per_second(0.5, || run(&emulator, &input)));
    vec![Figure::new("emulator/jet_2_threads", value, "samples/s")]
}
