//! Filters taken out of convolutional models: the narrow model computes what the masked one does, bit for bit.

use hls_core::emulator::Emulator;

use super::channels::channels;
use super::masks::Masks;
use super::*;
use crate::prelude::*;

type Activated = UFixed<6, 2, Rnd, Sat>;

/// Folded normalization, pooling, slopes of channels, flattening, binary points of channels.
#[hls_model(input = [Fixed<8, 2>; 6, 6, 2])]
struct Image {
    conv1: Conv2d<2, 8, Same<Kernel<3>>, PerChannel<5>, Fixed<8, 2>>,
    norm1: BatchNorm<8>,
    relu1: Relu<Activated>,
    pool1: MaxPool2d<2>,
    #[hls(reuse_factor = 64)]
    conv2: Conv2d<8, 6, Kernel<2>, Fixed<6, 1>>,
    slope2: PRelu<6, Fixed<5, 1>, Fixed<8, 3, Rnd, Sat>>,
    flat: Flatten,
    fc1: Dense<24, 8, PowerOfTwo<-4, 0>, Fixed<8, 2>>,
    relu3: Relu<Activated>,
    fc2: Dense<8, 3, Fixed<6, 1>>,
}

/// Separable and depthwise convolutions, normalizations of their own, padding, cropping, up-sampling, a table, means.
#[hls_model(input = [Fixed<8, 2>; 4, 4, 2], io_type = io_stream, strategy = resource)]
struct Separable {
    pad0: ZeroPadding2d<1>,
    sep1: SeparableConv2d<2, 6, Kernel<3>, Fixed<6, 1>>,
    norm1: BatchNorm<6, Fixed<8, 3>>,
    relu1: Relu<Activated>,
    depth2: DepthwiseConv2d<6, Same<Kernel<3>>, Fixed<6, 1>>,
    norm2: BatchNorm<6>,
    relu2: Relu<Activated>,
    up2: UpSampling2d<2>,
    crop2: Cropping2d<1>,
    sep3: SeparableConv2d<6, 8, Kernel<3>, Fixed<6, 1>, Fixed<6, 1>, Fixed<6, 1>, Fixed<10, 4>>,
    tanh3: Tanh<Fixed<6, 1, Rnd, Sat>, Fixed<8, 3, Rnd, Sat>>,
    pool3: AveragePool2d<2, Fixed<8, 1, Rnd, Sat>>,
    mean3: GlobalAveragePool2d<Fixed<10, 1, Rnd, Sat>>,
    fc: Dense<8, 3, Fixed<6, 1>>,
}

/// Nothing can go: the filters of `conv1` and `conv2` are added, the result is the model's.
#[hls_model(input = [Fixed<8, 2>; 6, 2])]
struct Residual {
    conv1: Conv1d<2, 4, Same<Kernel<3>>, Fixed<6, 1>>,
    relu1: Relu<Activated>,
    conv2: Conv1d<4, 4, Same<Kernel<3>>, Fixed<6, 1>>,
    #[hls(input(conv2, relu1))]
    add: Add<Fixed<10, 4, Rnd, Sat>>,
    flat: Flatten,
    fc: Dense<24, 3, Fixed<6, 1>>,
}

/// The reader's weights are never zero.
#[hls_model(input = [Fixed<8, 2>; 4])]
struct OfSigns {
    fc1: Dense<4, 8, Binary, Fixed<6, 2>>,
    relu1: Relu<Activated>,
    fc2: Dense<8, 3, Binary, Fixed<6, 2>>,
}

fn samples(features: usize, count: usize) -> Samples {
    let mut generator = crate::random::Generator::new(&[5, features as u64]);
    let inputs: Vec<f32> = (0..features * count).map(|_| generator.unit() * 3.0 - 1.5).collect();
    let mean = |x: &[f32]| x.iter().sum::<f32>() / (x.len() as f32).sqrt();
    let classes = inputs.chunks(features).map(|x| usize::from(mean(x) > 0.4) + usize::from(mean(x) > -0.4)).collect();
    Samples::new(features, inputs, classes).unwrap()
}

fn trained<M: HlsModel>() -> (M, Samples, Samples) {
    let (training, validation) = samples(M::INPUT_SHAPE.size(), 260).split_at(200);
    let settings = Settings { epochs: 10, batch_size: 20, ..Settings::default() };
    let model = Trainer::new(settings).run::<M>(&training, &validation, &mut ()).unwrap().model;
    (model, training, validation)
}

fn settings(share: f64, epochs: usize) -> PruneSettings {
    PruneSettings { pattern: Pattern::Neurons, share, epochs, batch_size: 20, ..PruneSettings::default() }
}

/// Takes a share of the channels away and compares the logits of the masked model, of the narrow one and of its emulator.
/// Returns outputs before and now.
#[track_caller]
fn check<M: HlsModel>(share: f64) -> Vec<(String, usize, usize)> {
    let (model, _, validation) = trained::<M>();
    let before = model.graph().unwrap();
    let settings = settings(share, 0);
    let mut masks = Masks::new(&model, &before, &settings, 1).unwrap();
    let masked = masks.finish(crate::weights::separate(&model));
    let (narrow, hardware) =
        narrow::without_channels(&masked, &before, &masks.channels, &masks.neurons, &settings.hardware).unwrap();
    let bits = |model: &M| -> Vec<u64> {
        model.predict(validation.inputs()).outputs[0].iter().map(|value| value.to_bits()).collect()
    };
    assert_ne!(bits(&model), bits(&masked), "{share} of the channels made no difference");
    assert_eq!(bits(&masked), bits(&narrow), "the masked and the narrow model differ");
    let after = crate::design::graph(&narrow, &hardware).unwrap();
    for (graph, model) in [(&masked.graph().unwrap(), &masked), (&after, &narrow)] {
        let emulator = Emulator::new(graph);
        let emulated = emulator.run(&emulator.quantize_input(validation.inputs())).unwrap();
        assert_eq!(model.predict(validation.inputs()).outputs[0], emulated.values(0));
    }
    let (before, after) = (count(&before), count(&after));
    before.into_iter().zip(after).map(|(before, after)| (before.0, before.1, after.1)).collect()
}

#[test]
#[allow(clippy::print_stdout)] // the figures; `--nocapture` shows them
fn narrow_models_compute_what_masked_ones_do() {
    for share in [0.2, 0.5, 0.8, 0.99] {
        for outputs in [check::<Image>(share), check::<Separable>(share)] {
            println!("{share} {outputs:?}");
            let left: usize = outputs.iter().map(|outputs| outputs.2).sum();
            let total: usize = outputs.iter().map(|outputs| outputs.1).sum();
            assert!(left < total && outputs.iter().all(|outputs| outputs.2 >= 1), "{outputs:?}");
        }
    }
}

#[test]
fn filters_are_found_with_everything_between_them_and_their_readers() {
    let model = Image::seeded(1, &Device::default());
    let found = channels(&model, &model.graph().unwrap());
    let names = |parts: &[super::channels::Part]| {
        parts.iter().map(|part| part.parameter.as_str()).collect::<Vec<_>>().join(" ")
    };
    let told: Vec<String> = found
        .iter()
        .map(|found| format!("{} {}: {} -> {}", found.layer, found.count, names(&found.beside), names(&found.read)))
        .collect();
    assert_eq!(
        told,
        [
            "conv1 8: norm1.gamma norm1.beta norm1.running_mean norm1.running_var -> conv2.weight",
            "conv2 6: slope2.slope -> fc1.weight",
            "fc1 8:  -> fc2.weight",
        ]
    );
    let model = Separable::seeded(1, &Device::default());
    let found = channels(&model, &model.graph().unwrap());
    let told: Vec<String> = found.iter().map(|found| format!("{} -> {}", found.layer, names(&found.read))).collect();
    assert_eq!(told, ["sep1 -> sep3.weight", "sep3 -> fc.weight"]);
    assert!(names(&found[0].beside).contains("depth2.weight depth2.bias norm2.gamma"), "{:?}", found[0]);
    assert!(names(&found[0].beside).ends_with("sep3.depthwise"), "{:?}", found[0]);
}

#[test]
#[allow(clippy::print_stdout)] // the figures; `--nocapture` shows them
fn a_pruned_image_model_is_narrower_and_says_so() {
    let (model, training, validation) = trained::<Image>();
    let pruned = prune(&model, &training, &validation, &settings(0.5, 4)).unwrap();
    println!("{:?}, {} of {} correct", pruned.neurons, pruned.correct, pruned.samples);
    let left: Vec<usize> = pruned.neurons.iter().map(|(_, _, after)| *after).collect();
    assert_eq!((left[..3].iter().sum::<usize>(), left[3]), (11, 3), "{:?}", pruned.neurons);
    let declaration = &pruned.design.declaration;
    for text in [
        format!("conv1: Conv2d<2, {}, ", left[0]),
        format!("norm1: BatchNorm<{}>", left[0]),
        format!("conv2: Conv2d<{}, {}, ", left[0], left[1]),
        format!("slope2: PRelu<{}, ", left[1]),
        format!("fc1: Dense<{}, {}, ", 4 * left[1], left[2]),
    ] {
        assert!(declaration.contains(&text), "no {text} in {declaration}");
    }
    // A legal reuse factor, as near to the declared one as there is below.
    let graph = pruned.design.graph::<Image>().unwrap();
    let conv2 = graph.nodes().iter().find(|node| node.name == "conv2").unwrap();
    let legal = |reuse: &usize| hls_core::rules::is_legal_reuse(4 * left[0], left[1], *reuse);
    assert_eq!(Some(conv2.hardware.reuse_factor), (1..64).rev().find(legal), "{left:?}");
    // As evaluated, so built.
    let narrow: Image = pruned.design.model().unwrap();
    let emulator = Emulator::new(&graph);
    let emulated = emulator.run(&emulator.quantize_input(validation.inputs())).unwrap();
    assert_eq!(narrow.predict(validation.inputs()).outputs[0], emulated.values(0));
    assert_eq!(Metrics::of(&emulated.values(0), validation.classes(), 3).correct, pruned.correct);
    assert!(pruned.ebops * 5 < pruned.ebops_before * 3, "{pruned:?}");
}

/// A design whose parts do not go together is refused, whatever it was narrowed by.
#[test]
fn sizes_that_do_not_go_together_are_refused() {
    let design = Design::new(&Separable::seeded(2, &Device::default()), HardwareSettings::new());
    let image = Design::new(&Image::seeded(2, &Device::default()), HardwareSettings::new());
    let mut found = Vec::new();
    for index in 0..design.parameters.len().max(image.parameters.len()) {
        let mut narrow = |design: &Design, is_image: bool| {
            let mut design = design.clone();
            let Some(parameter) = design.parameters.get_mut(index) else { return };
            let last = parameter.shape.len() - 1;
            for size in [1, parameter.shape[last] - 1] {
                let mut narrowed = design.clone();
                let shape = &mut narrowed.parameters[index].shape;
                shape[last] = size.max(1);
                let elements = shape.iter().product();
                narrowed.parameters[index].values.truncate(elements);
                let name = narrowed.parameters[index].name.clone();
                let refused =
                    if is_image { narrowed.model::<Image>().is_err() } else { narrowed.model::<Separable>().is_err() };
                found.push((name, size, refused));
            }
        };
        narrow(&design, false);
        narrow(&image, true);
    }
    assert!(found.iter().all(|(_, _, refused)| *refused), "{found:?}");
}

#[track_caller]
fn refused<M: HlsModel>(pattern: Pattern, reason: &str) {
    let (training, validation) = samples(M::INPUT_SHAPE.size(), 60).split_at(40);
    let settings = PruneSettings { pattern, ..settings(0.5, 1) };
    let model = M::seeded(1, &Device::default().autodiff());
    let error = prune(&model, &training, &validation, &settings).unwrap_err().to_string();
    assert!(error.contains(reason), "{error}");
}

#[test]
fn what_cannot_go_is_refused() {
    refused::<Residual>(
        Pattern::Neurons,
        "no neuron or filter can be pruned: it takes a Dense or a convolution that only",
    );
    refused::<OfSigns>(Pattern::Neurons, "no neuron or filter");
    refused::<OfSigns>(
        Pattern::Weights,
        "no weight can be pruned: it takes a Dense or a convolution whose weights are not",
    );
}
