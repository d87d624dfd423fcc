//! The network RN07 of hls4ml's answers.

use hls_core::fixed::{FixedFormat, FixedTensor, Overflow, Rounding};
use hls_core::ir::{Graph, Hardware};
use hls_core::ops::{Conv, Dense, Flatten, Relu};
use hls_core::rules::{IoType, Padding, Strategy, Window, is_legal_reuse};
use hls_core::shape::Shape;

use super::{Model, hls4ml, hls4ml_bytes, hls4ml_rows, ufixed};

/// Pixels of 20 images, 32 x 32 x 3.
pub fn images() -> Vec<i64> {
    let bytes = hls4ml_bytes("rn07_x_u8_20.npy");
    bytes[bytes.len() - 20 * 32 * 32 * 3..].iter().map(|&byte| byte.into()).collect()
}

/// Ten logits of each image, with 11 fractional bits.
pub fn logits() -> Vec<i64> {
    hls4ml_rows("rn07_logits_f11_RND_CONV_20.csv")
}

/// The graph; every layer gets the legal reuse factor that is nearest to the wanted one from below.
pub fn graph(io_type: IoType, strategy: Strategy, reuse: usize) -> Graph {
    let file: serde_json::Value = serde_json::from_str(&hls4ml("rn07_model.json")).unwrap();
    let numbers = |value: &serde_json::Value| -> Vec<i64> {
        value.as_array().unwrap().iter().map(|number| number.as_i64().unwrap()).collect()
    };
    let format = FixedFormat::signed(8, 3);
    let input = ufixed(8, 0, Rounding::Trn, Overflow::Wrap);
    let (mut model, mut last) = Model::with_io("rn07", io_type, Shape::new([32, 32, 3]), input);
    let layers = file["layers"].as_array().unwrap();
    for (index, layer) in layers.iter().enumerate() {
        let shape: Vec<usize> = numbers(&layer["shape"]).into_iter().map(|size| size as usize).collect();
        let outputs = *shape.last().unwrap();
        let inputs = shape.iter().product::<usize>() / outputs;
        let matrix = Dense {
            weight: FixedTensor::new(vec![inputs, outputs], format, numbers(&layer["w_int"])).unwrap(),
            bias: FixedTensor::new(vec![outputs], format, numbers(&layer["b_int"])).unwrap(),
            accum: None,
        };
        let reuse_factor = (1..=reuse).rev().find(|&reuse| is_legal_reuse(inputs, outputs, reuse)).unwrap();
        let hardware = Hardware { strategy, reuse_factor, ..Hardware::default() };
        if shape.len() == 2 {
            let flat = model.add("flatten", Flatten {}, &[last], Hardware::default());
            last = model.add("fc", matrix, &[flat], hardware);
            continue;
        }
        let stride = if index == 3 { [4, 4] } else { [1, 1] };
        let window = Window::new([shape[0], shape[1]], stride).padded(Padding::Same);
        last = model.add(&format!("conv{}", index + 1), Conv { matrix, window, dims: 2, groups: 1 }, &[last], hardware);
        let ty = ufixed(8, 2, Rounding::RndConv, Overflow::Sat);
        last = model.add(&format!("relu{}", index + 1), Relu { ty }, &[last], Hardware::default());
    }
    model.0.finish(&[last]).unwrap()
}
