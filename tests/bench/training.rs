//! Training samples a CPU second: forward, backward and the optimizer's step, batch 1024.

use hls_train::burn::tensor::{Int, Tensor, TensorData};
use hls_train::prelude::*;
use hls_train::training::{adam, train_step};
use hls_train::{HlsModel, Value};

use crate::figure::{Figure, rate_per_cpu_second};
use crate::jet::{JetTagger, features};

const BATCH: usize = 1024;
const BATCHES: usize = 40;

fn rate(model: JetTagger) -> f64 {
    let device = Device::default();
    let batch = |values: &[f32]| {
        let classes = values.chunks(16).map(|row| ((row[0] + row[1] * row[2] + 2.5) as i64).clamp(0, 4)).collect();
        let input = Tensor::<2>::from_data(TensorData::new(values.to_vec(), [BATCH, 16]), &device);
        let classes: Vec<i64> = classes;
        (input, Tensor::<1, Int>::from_data(TensorData::new(classes, [BATCH]), &device))
    };
    let batches: Vec<_> = features(BATCH * BATCHES).chunks(BATCH * 16).map(batch).collect();
    let mut optimizer = adam();
    let mut model = Some(model);
    rate_per_cpu_second(1.0, || {
        for (input, classes) in &batches {
            if let Some(current) = model.take() {
                let input = Value::input(input.clone(), JetTagger::INPUT_SHAPE, JetTagger::INPUT);
                model = Some(train_step(current, &mut optimizer, input, classes.clone(), 1e-3).0);
            }
        }
        BATCH * BATCHES
    })
}

/// Training images a CPU second of a model of 32 x 32 x 3 pixels and ten classes, in batches of `size`.
pub fn image_rate<M: HlsModel>(model: M, size: usize) -> f64 {
    let device = Device::default();
    let features = M::INPUT_SHAPE.size();
    let input = Tensor::<2>::from_data(TensorData::new(crate::rn07::pixels(size), [size, features]), &device);
    let classes: Vec<i64> = (0..size as i64).map(|image| image % 10).collect();
    let classes = Tensor::<1, Int>::from_data(TensorData::new(classes, [size]), &device);
    let mut optimizer = adam();
    let mut model = Some(model);
    rate_per_cpu_second(1.0, || {
        if let Some(current) = model.take() {
            let input = Value::input(input.clone(), M::INPUT_SHAPE, M::INPUT);
            model = Some(train_step(current, &mut optimizer, input, classes.clone(), 1e-3).0);
        }
        size
    })
}

pub fn quantized() -> Vec<Figure> {
    let value = rate(JetTagger::seeded(1, &Device::default().autodiff()));
    vec![Figure::new("qat/jet", value, "samples/CPU s")]
}

pub fn float() -> Vec<Figure> {
    let value = rate(JetTagger::seeded(1, &Device::default().autodiff()).into_float());
    vec![Figure::new("float/jet", value, "samples/CPU s")]
}
