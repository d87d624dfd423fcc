//! Two models whose projects have files of other names and other sizes, and a training that takes milliseconds.

use hls_core::backend::Project;
use hls_core::random::Choices;
use hls_train::prelude::*;

type W = Fixed<6, 1>;
type A = UFixed<6, 2, Rnd, Sat>;

#[hls_model(input = [Fixed<12, 4>; 4])]
pub struct Small {
    fc1: Dense<4, 16, W>,
    norm1: BatchNorm<16>,
    relu1: Relu<A>,
    drop1: Dropout<20>,
    fc2: Dense<16, 3, W>,
}

#[hls_model(input = [Fixed<12, 4>; 16])]
struct Large {
    fc1: Dense<16, 64, W>,
    relu1: Relu<A>,
    fc2: Dense<64, 32, W>,
    relu2: Relu<A>,
    fc3: Dense<32, 5, W>,
    softmax: Softmax<UFixed<16, 0, Rnd, Sat>>,
}

pub fn project<M: HlsModel>(model: &M) -> Result<Project, String> {
    let emit = Emit::new(model).backend("vitis").part("xcvu13p-flga2577-2-e").clock_ns(5.0);
    Ok(emit.project().map_err(|error| error.to_string())?.project)
}

/// The two projects that take turns in one directory.
pub fn projects() -> Result<[Project; 2], String> {
    let device = Device::default();
    Ok([project(&Small::seeded(1, &device))?, project(&Large::seeded(2, &device))?])
}

pub fn settings(epochs: usize) -> Settings {
    Settings { epochs, batch_size: 32, patience: None, ..Settings::default() }
}

/// Training and validation samples: two of the features decide the class.
pub fn samples() -> Result<(Samples, Samples), String> {
    let mut choices = Choices::new(5);
    let inputs: Vec<f32> = (0..4 * 96).map(|_| choices.normal(1.0)).collect();
    let classes = inputs.chunks(4).map(|x| usize::from(x[0] + x[1] > 0.0) + usize::from(x[1] > 0.5)).collect();
    let samples = Samples::new(4, inputs, classes).map_err(|error| error.to_string())?;
    Ok(samples.split_at(64))
}
