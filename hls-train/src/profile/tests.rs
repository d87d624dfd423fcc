use super::*;
use crate::prelude::*;
use burn::module::{Param, RunningState};
use burn::tensor::Tensor;
use hls_core::emulator::Emulator;
use hls_core::fixed::{FixedFormat, FixedType, Overflow, Rounding, WeightType};

fn range<Q: Quantizer>(values: &[f64]) -> super::Range {
    super::Range::of("layer", What::Result, Q::TYPE, values)
}

fn ty<Q: Quantizer>() -> FixedType {
    Q::TYPE
}

#[test]
fn shares_and_bits_by_hand() {
    // Steps of 1/4 up to 3.75; 5 saturates, 0.1 vanishes, 0 is no value that vanishes.
    let found = range::<UFixed<4, 2, Rnd, Sat>>(&[0.0, 0.1, 0.5, 1.0, 5.0]);
    assert_eq!((found.saturated, found.wrapped, found.vanished, found.zeros), (0.2, 0.0, 0.2, 0.2));
    // All of it lies on halves, 5 as well.
    assert_eq!((found.unused_top, found.unused_bottom, found.narrowest), (-1, 1, ty::<UFixed<4, 3, Rnd, Sat>>()));
    assert_eq!((found.ends, found.log2_range), ([0.0, 5.0], [-2.0, 3.75_f64.log2()]));

    let found = range::<Fixed<8, 4>>(&[1.0, -2.0, 0.5, 1.5]);
    assert_eq!((found.unused_top, found.unused_bottom), (2, 3));
    assert_eq!(found.narrowest, ty::<Fixed<3, 2>>());
    assert_eq!(found.log2.map(|log2| (log2[0], log2[6])), Some((-1.0, 1.0)));

    let found = range::<Fixed<4, 2>>(&[2.0, 1.75, -2.0, -2.25]);
    assert_eq!((found.wrapped, found.saturated), (0.5, 0.0));
    assert_eq!((found.unused_top, found.narrowest), (-1, ty::<Fixed<5, 3>>()));
    // What rounds up to the end of the range wraps as well.
    assert_eq!(range::<Fixed<4, 2, Rnd>>(&[1.9]).wrapped, 1.0);
    assert_eq!(range::<Fixed<4, 2, Rnd, Sat>>(&[1.9]).saturated, 0.0);
    let found = range::<Fixed<4, 2>>(&[0.0, 0.0]);
    assert_eq!((found.log2, found.zeros, found.vanished), (None, 1.0, 0.0));
}

/// The narrowest type stores the same values, and one with a bit less does not.
#[test]
fn the_narrowest_type_is_the_narrowest() {
    let mut generator = crate::random::Generator::new(&[5]);
    for scale in [0.01, 0.3, 1.0, 7.0] {
        let values: Vec<f64> = (0..50).map(|_| f64::from(generator.unit() - 0.5) * scale).collect();
        let found = range::<Fixed<12, 5, Rnd, Sat>>(&values);
        let same = |narrow: FixedType| {
            values.iter().all(|&value| {
                let stored = |ty: FixedType| ty.format.value(ty.quantize_f64(value));
                stored(narrow) == stored(found.ty)
            })
        };
        assert!(same(found.narrowest), "{}", found.narrowest);
        let FixedType { format, .. } = found.narrowest;
        for integer in [format.integer, format.integer - 1] {
            let less = FixedFormat { width: format.width - 1, integer, ..format };
            assert!(!same(FixedType { format: less, ..found.narrowest }), "{less}");
        }
    }
}

/// What overflows is counted in bits of the rounded values.
#[test]
fn bits_that_overflow_by_hand() {
    // 1.9 becomes 2, which wraps to -2.
    let found = range::<Fixed<4, 2, Rnd>>(&[1.9]);
    assert_eq!((found.unused_top, found.unused_bottom, found.narrowest), (-1, 3, ty::<Fixed<2, 3, Rnd>>()));
    // -2.25 is -9 quarters.
    let found = range::<Fixed<4, 2, Trn, Sat>>(&[-2.25]);
    assert_eq!((found.unused_top, found.unused_bottom, found.narrowest), (-1, 0, ty::<Fixed<5, 3, Trn, Sat>>()));
    // The lowest number is none of symmetric saturation.
    let found = range::<Fixed<4, 2, Trn, SatSym>>(&[-2.0, 0.25]);
    assert_eq!((found.saturated, found.unused_top, found.narrowest), (0.5, -1, ty::<Fixed<5, 3, Trn, SatSym>>()));
    assert_eq!(range::<Fixed<6, 4, Trn, SatSym>>(&[-2.0, 0.25]).narrowest, ty::<Fixed<5, 3, Trn, SatSym>>());
    // Without a sign nothing below zero is held.
    let found = range::<UFixed<4, 2, Trn, Sat>>(&[-0.5]);
    assert_eq!((found.saturated, found.unused_top, found.narrowest), (1.0, -1, ty::<Fixed<1, 0, Trn, Sat>>()));
    let found = range::<UFixed<4, 2, Trn, Sat>>(&[-0.1, 5.25]);
    assert_eq!((found.saturated, found.unused_top, found.narrowest), (0.5, -1, ty::<UFixed<5, 3, Trn, Sat>>()));
    // What no type can hold is not held, and the top counts.
    let found = range::<Fixed<12, 2, Rnd, Sat>>(&[1e30, f64::INFINITY, 0.001]);
    assert_eq!((found.narrowest.format.width, found.narrowest.format.integer), (53, 64));
    let found = range::<Fixed<12, 2, Rnd, Sat>>(&[(1_u64 << 50) as f64 + 0.25]);
    assert_eq!(found.narrowest.format, FixedFormat::signed(53, 52));
}

/// The narrowest type holds what it says in every mode, and one with a bit less does not.
#[test]
fn the_narrowest_type_holds_what_overflows() {
    let mut generator = crate::random::Generator::new(&[8]);
    let modes = Rounding::ALL.into_iter().flat_map(|rounding| Overflow::ALL.map(|overflow| (rounding, overflow)));
    for (rounding, overflow) in modes {
        for (signed, low) in [(true, -0.5), (false, 0.0), (false, -0.5)] {
            for scale in [0.3, 2.0, 4.5, 30.0] {
                let values: Vec<f64> = (0..12).map(|_| (f64::from(generator.unit()) + low) * scale).collect();
                let of = FixedType::new(FixedFormat { signed, width: 5, integer: 2 }, rounding, overflow);
                let found = super::Range::of("layer", What::Result, of, &values);
                let overflows = found.saturated + found.wrapped > 0.0;
                assert_eq!(found.unused_top < 0, overflows, "{of} of {values:?}");
                let signed = found.narrowest.format.signed;
                let wide = FixedType::new(FixedFormat { signed, width: 40, integer: 37 }, rounding, Overflow::Sat);
                let stored = |ty: &FixedType, value: f64| ty.format.value(ty.quantize_f64(value));
                let expected = if overflows { wide } else { of };
                let holds =
                    |narrow: &FixedType| values.iter().all(|&value| stored(narrow, value) == stored(&expected, value));
                assert!(holds(&found.narrowest), "{} for {of} of {values:?}", found.narrowest);
                let format = found.narrowest.format;
                for integer in [format.integer, format.integer - 1] {
                    let less = FixedType { format: FixedFormat { width: format.width - 1, integer, ..format }, ..of };
                    // One signed bit has no symmetric range.
                    assert!(less.format.width < 2 || !holds(&less), "{less} for {of} of {values:?}");
                }
            }
        }
    }
}

#[hls_model(input = [Fixed<8, 3>; 2])]
struct Tiny {
    fc1: Dense<2, 2, Fixed<6, 2, Rnd>>,
    norm1: BatchNorm<2>,
    relu1: Relu<UFixed<4, 1, Rnd, Sat>>,
    flat: Flatten,
    fc2: Dense<2, 1, Fixed<6, 2, Rnd>>,
}

#[test]
fn every_layer_has_its_ranges() {
    let model = Tiny::seeded(1, &Device::default());
    let inputs = [1.0, -1.0, 3.0, 3.5, -4.0, 0.03];
    let profile = profile(&model, &inputs).unwrap();
    let names: Vec<String> = profile.ranges.iter().map(|range| format!("{}.{}", range.layer, range.what)).collect();
    let expected = [
        "input.input",
        "fc1.weight",
        "fc1.bias",
        "fc1.accumulator",
        "relu1.result",
        "fc2.weight",
        "fc2.bias",
        "fc2.accumulator",
    ];
    assert_eq!(names, expected);
    assert_eq!(profile.samples, 3);
    // A result is measured before it is rounded: halves of halves are among its values.
    let relu = &profile.ranges[4];
    assert_eq!((relu.ty, relu.values), (ty::<UFixed<4, 1, Rnd, Sat>>(), 6));
    // What an accumulator holds was proven, so nothing overflows.
    assert!(profile.ranges.iter().filter(|range| range.what == What::Accumulator).all(|range| range.wrapped == 0.0));
    assert!(super::profile(&model, &inputs[..3]).unwrap_err().to_string().contains("2 numbers each"));
    let json = serde_json::to_string(&profile).unwrap();
    assert_eq!(serde_json::from_str::<Profile>(&json).unwrap().ranges.len(), 8);
}

#[test]
fn the_first_layer_that_differs_is_named() {
    let model = Tiny::seeded(1, &Device::default());
    let float = model.clone().into_float();
    let exact = trace(&model, &model, &[1.0, -1.0], 0.0).unwrap();
    // `norm1` is a part of `fc1`.
    assert_eq!((exact.first, exact.layers.len()), (None, 4));
    let traced = trace(&float, &model, &[1.3, -1.7], 1e-9).unwrap();
    assert_eq!(traced.first.as_deref(), Some("fc1"));
    let layer = &traced.layers[0];
    assert_eq!(layer.difference, (layer.float[layer.element] - layer.fixed[layer.element]).abs());
    assert_eq!(trace(&float, &model, &[1.3, -1.7], 100.0).unwrap().first, None);
    assert!(trace(&float, &model, &[1.3; 4], 1.0).is_err());
}

#[hls_model(input = [Fixed<8, 3>; 6, 2])]
struct Normalized {
    conv1: Conv1d<2, 3, Kernel<3>, Fixed<8, 2, Rnd>>,
    norm1: BatchNorm<3>,
    relu1: Relu<UFixed<6, 3, Rnd, Sat>>,
    flat: Flatten,
    fc1: Dense<12, 4, Fixed<8, 2, Rnd>>,
    norm2: BatchNorm<4>,
    relu2: Relu<UFixed<6, 3, Rnd, Sat>>,
    fc2: Dense<4, 2, Fixed<6, 2, Rnd>>,
}

/// Statistics that make the folded weights much smaller than the raw ones, and scales that are not 1.
fn normalized() -> Normalized {
    fn change<const N: usize>(norm: &mut BatchNorm<N>) {
        let vector = |start: f32, step: f32| -> Tensor<1> {
            let values: Vec<f32> = (0..N).map(|index| start + step * index as f32).collect();
            Tensor::from_data(values.as_slice(), &Device::default())
        };
        norm.gamma = Param::from_tensor(vector(0.75, 0.5));
        norm.beta = Param::from_tensor(vector(-0.25, 0.125));
        norm.running_mean = RunningState::new(vector(0.5, -0.25));
        norm.running_var = RunningState::new(vector(200.0, 7.0));
    }
    let mut model = Normalized::seeded(2, &Device::default());
    change(&mut model.norm1);
    change(&mut model.norm2);
    model
}

#[test]
fn a_folded_layer_is_traced_with_the_weights_of_the_hardware() {
    let model = normalized();
    let sample: Vec<f32> = (0..12).map(|index| ((index * 7) % 13) as f32 / 2.0 - 3.0).collect();
    let emulator = Emulator::new(&model.graph().unwrap());
    let hardware = emulator.trace(&emulator.quantize_input(&sample)).unwrap();
    let traced = trace(&model.clone().into_float(), &model, &sample, 1e9).unwrap();
    let names: Vec<&str> = traced.layers.iter().map(|layer| layer.layer.as_str()).collect();
    assert_eq!(names, ["conv1", "relu1", "flat", "fc1", "relu2", "fc2"]);
    for layer in &traced.layers {
        // A Flatten is nothing in hardware.
        let Some(found) = hardware.iter().find(|found| found.name == layer.layer) else {
            assert_eq!(layer.layer, "flat");
            continue;
        };
        let expected: Vec<f64> = found.raw.iter().map(|&raw| found.format.value(raw)).collect();
        assert_eq!(layer.fixed, expected, "{}", layer.layer);
        assert!(layer.fixed.iter().any(|&value| value != 0.0), "{}", layer.layer);
        // The float twin is normalized as well.
        assert!(layer.difference < 0.5, "{}: {}", layer.layer, layer.difference);
    }
}

#[test]
fn sums_of_folded_layers_do_not_wrap() {
    let inputs: Vec<f32> = (0..12 * 40).map(|index| ((index * 377) % 1000) as f32 / 125.0 - 4.0).collect();
    let profile = profile(&normalized(), &inputs).unwrap();
    let sums: Vec<_> = profile.ranges.iter().filter(|range| range.what == What::Accumulator).collect();
    assert_eq!(sums.iter().map(|range| range.layer.as_str()).collect::<Vec<_>>(), ["conv1", "fc1", "fc2"]);
    assert!(sums.iter().all(|range| (range.wrapped, range.saturated) == (0.0, 0.0)), "{sums:#?}");
}

#[hls_model(input = [UFixed<2, 2>; 4])]
struct Words {
    words: Embedding<4, 3, Fixed<6, 1, Rnd>>,
    conv: SeparableConv1d<3, 4, Kernel<2>, Fixed<5, 1, Rnd>, Fixed<6, 1, Rnd>>,
    prelu: PRelu<4, Fixed<4, 1, Rnd>, Fixed<8, 3, Rnd, Sat>>,
    rows: LayerNorm<4, Fixed<8, 3, Rnd, Sat>>,
    means: RmsNorm<4, Fixed<8, 3, Rnd, Sat>>,
    own: BatchNorm<4, Fixed<8, 2, Rnd>, Fixed<8, 3, Rnd>>,
    squeezed: Quantize<Fixed<6, 3, Rnd, Sat>>,
    flat: Flatten,
    signs: Dense<12, 5, Binary, Fixed<6, 2>>,
    halves: Quantize<Fixed<6, 5, Rnd, Sat>>,
    powers: Dense<5, 4, PowerOfTwo<-2, 0>, Fixed<6, 2>>,
    thirds: Quantize<Fixed<6, 5, Rnd, Sat>>,
    channels: Dense<4, 2, PerChannel<4>, Fixed<6, 2>>,
}

#[test]
fn all_constants_have_their_ranges() {
    let mut model = Words::seeded(1, &Device::default());
    // Beyond the largest slope, 7/8, and depthwise weights beyond theirs.
    model.prelu.slope = Param::from_tensor(Tensor::from_data([0.25, 5.0, -0.5, 0.0], &Device::default()));
    model.conv.depthwise =
        Param::from_tensor(Tensor::from_data([[0.5, 3.0, 0.25], [0.0, 0.5, -0.5]], &Device::default()));
    model.powers.weight = Param::from_tensor(Tensor::from_data([[0.05, 1.5, 1.6, -0.5]; 5], &Device::default()));
    model.channels.weight = Param::from_tensor(Tensor::from_data([[100.0, 0.001]; 4], &Device::default()));
    let profile = profile(&model, &[0.0, 1.0, 2.0, 3.0, 3.0, 0.0, 1.0, 1.0]).unwrap();
    let names: Vec<String> = profile.ranges.iter().map(|range| format!("{}.{}", range.layer, range.what)).collect();
    let expected = [
        "input.input",
        "words.weight",
        "words.result",
        "conv.depthwise",
        "conv.weight",
        "conv.bias",
        "conv.accumulator",
        "prelu.slope",
        "prelu.result",
        "rows.gamma",
        "rows.beta",
        "rows.result",
        "means.gamma",
        "means.result",
        "own.scale",
        "own.shift",
        "own.accumulator",
        "squeezed.result",
        "signs.bias",
        "signs.accumulator",
        "halves.result",
        "powers.bias",
        "powers.accumulator",
        "thirds.result",
        "channels.bias",
        "channels.accumulator",
    ];
    assert_eq!(names, expected);
    let found = |name: &str| &profile.ranges[names.iter().position(|found| found == name).unwrap()];
    assert_eq!((found("prelu.slope").saturated, found("prelu.slope").values), (0.25, 4));
    assert_eq!((found("prelu.slope").ty, found("prelu.slope").unused_top), (ty::<Fixed<4, 1, Rnd>>(), -3));
    assert_eq!((found("conv.depthwise").saturated, found("conv.depthwise").ty), (1.0 / 6.0, ty::<Fixed<5, 1, Rnd>>()));

    let fitted = |layer: &str| profile.fitted.iter().find(|fitted| fitted.layer == layer).unwrap();
    assert_eq!(profile.fitted.iter().map(|fitted| fitted.what).collect::<Vec<_>>(), [What::Weight; 3]);
    let shares = |layer: &str| (fitted(layer).saturated, fitted(layer).vanished);
    assert_eq!((shares("signs"), fitted("signs").values), ((0.0, 0.0), 60));
    // Halfway to the next power and no further is rounding.
    assert_eq!((shares("powers"), fitted("powers").ends), ((0.25, 0.25), [-0.5, f64::from(1.6_f32)]));
    // The small output is at most as many bits finer as a mantissa has.
    let channels = fitted("channels");
    assert_eq!(
        (shares("channels"), channels.ty),
        ((0.0, 0.5), WeightType::PerChannel { width: 4, rounding: Rounding::Rnd })
    );
}

#[test]
fn slopes_that_are_clamped_are_named() {
    let mut model = Words::seeded(1, &Device::default());
    let clamped = |model: &Words| {
        let warnings = model.warnings().unwrap().to_string();
        warnings.lines().find(|line| line.contains("slopes")).map(str::to_owned)
    };
    assert_eq!(clamped(&model), None);
    model.prelu.slope = Param::from_tensor(Tensor::from_data([0.25, 5.0, -0.5, 0.0], &Device::default()));
    let warning = clamped(&model).unwrap();
    assert!(warning.contains("HLS0011") && warning.contains("1 of 4 slopes lie outside fixed<4,1>"), "{warning}");
}
