//! The emulator's kernels against the definitions of the operations, on random models.

use hls_core::backend::{Backend, Target, Vitis};
use hls_core::emulator::{Emulator, evaluate_sample};
use hls_core::ir::Graph;
use hls_core::ops::{Op, Softmax, SoftmaxImplementation};
use hls_core::passes::{self, Pass, RemoveIdentities};
use hls_core::random::{LayerKind, RandomModel};

const MODELS: u64 = 500;
const SAMPLES: usize = 70; // more than one block of lanes

#[track_caller]
fn check_outputs(graph: &Graph, input: &[i64], seed: u64) {
    let outputs = Emulator::new(graph).run(input).unwrap();
    for (sample, row) in input.chunks(graph.input().shape.size()).enumerate() {
        let expected = evaluate_sample(graph, row);
        for (output, id) in graph.outputs().iter().enumerate() {
            let features = outputs.features[output];
            let got = &outputs.raw[output][sample * features..][..features];
            assert_eq!(got, expected[id.0], "seed {seed}, sample {sample}, `{}`\n{graph}", graph.node(*id).name);
        }
    }
}

#[test]
fn emulator_equals_the_definitions() {
    let mut seen = std::collections::BTreeMap::new();
    for seed in 0..MODELS {
        let model = RandomModel::without_folding(seed);
        let graph = model.graph().unwrap();
        check_outputs(&graph, &model.inputs(SAMPLES), seed);
        for node in graph.nodes() {
            *seen.entry(node.op.name()).or_insert(0) += 1;
        }
        *seen.entry(if graph.max_carrier_bits() > 24 { "f64" } else { "f32" }).or_insert(0) += 1;
        let wraps = |op: &Op| matches!(op, Op::Dense(dense) if dense.accum.is_some());
        *seen.entry("accum").or_insert(0) += graph.nodes().iter().filter(|node| wraps(&node.op)).count();
        let softmax = |count: fn(&Softmax) -> bool| {
            graph.nodes().iter().filter(|node| matches!(&node.op, Op::Softmax(softmax) if count(softmax))).count()
        };
        *seen.entry("latency").or_insert(0) += softmax(|op| op.implementation == SoftmaxImplementation::Latency);
        *seen.entry("one_hot").or_insert(0) += softmax(|op| op.implementation == SoftmaxImplementation::Argmax);
        *seen.entry("axis").or_insert(0) += softmax(|op| op.axis.is_some());
        *seen.entry(graph.io_type().name()).or_insert(0) += 1;
        *seen.entry("fifo_depth").or_insert(0) +=
            graph.nodes().iter().filter(|node| node.hardware.fifo_depth.is_some()).count();
        *seen.entry("outputs").or_insert(0) += usize::from(graph.outputs().len() > 1);
    }
    for kind in [
        "dense",
        "relu",
        "quantize",
        "softmax",
        "argmax",
        "add",
        "concatenate",
        "flatten",
        "subtract",
        "multiply",
        "average",
        "maximum",
        "minimum",
        "dot",
        "reshape",
        "transpose",
        "slice",
        "layer_norm",
        "rms_norm",
        "embedding",
        "leaky_relu",
        "clip",
        "thresholded_relu",
        "hard_sigmoid",
        "table",
        "scale_shift",
        "sign",
        "f32",
        "f64",
        "accum",
        "io_stream",
        "fifo_depth",
        "outputs",
    ] {
        assert!(seen.get(kind).is_some_and(|&count| count >= 10), "too few of {kind}: {seen:?}");
    }
    for rare in ["latency", "one_hot", "axis"] {
        assert!(seen[rare] >= 5, "too few of {rare}: {seen:?}");
    }
}

/// Convolutional models, those without a folded normalization.
fn convolutional(models: u64) -> impl Iterator<Item = (RandomModel, Graph)> {
    (0..models).map(RandomModel::convolutional).filter_map(|model| model.graph().ok().map(|graph| (model, graph)))
}

#[test]
fn convolutional_emulator_equals_the_definitions() {
    let mut seen = std::collections::BTreeMap::new();
    for (model, graph) in convolutional(300) {
        check_outputs(&graph, &model.inputs(SAMPLES), model.seed);
        for node in graph.nodes() {
            *seen.entry(node.op.name()).or_insert(0) += 1;
            match &node.op {
                Op::Upsample(op) if op.upsampling.scale(0) * op.upsampling.scale(1) > 1 => {
                    *seen.entry("bilinear").or_insert(0) += 1;
                }
                Op::Concatenate(op) if op.axis.is_some() => *seen.entry("axis").or_insert(0) += 1,
                Op::Conv(op) if op.groups > 1 => *seen.entry("groups").or_insert(0) += 1,
                _ => {}
            }
        }
    }
    for kind in [
        "conv",
        "max_pool",
        "average_pool",
        "pad",
        "upsample",
        "bilinear",
        "transpose",
        "concatenate",
        "axis",
        "groups",
    ] {
        assert!(seen.get(kind).is_some_and(|&count| count >= 10), "too few of {kind}: {seen:?}");
    }
}

#[test]
fn every_value_lies_in_its_range() {
    let vectors = (0..MODELS).map(RandomModel::without_folding).map(|model| (model.graph().unwrap(), model));
    for (graph, model) in vectors.chain(convolutional(100).map(|(model, graph)| (graph, model))) {
        let seed = model.seed;
        for row in model.inputs(20).chunks(graph.input().shape.size()) {
            for (node, values) in graph.nodes().iter().zip(evaluate_sample(&graph, row)) {
                let range = node.output.range;
                let inside = values.iter().all(|&raw| range.min <= raw.into() && i128::from(raw) <= range.max);
                assert!(inside, "seed {seed}, `{}`: {values:?} outside {range}\n{graph}", node.name);
            }
        }
    }
}

#[test]
fn trace_is_every_layer() {
    let model = RandomModel::without_folding(7);
    let graph = model.graph().unwrap();
    let input = model.inputs(4);
    let sample = &input[3 * graph.input().shape.size()..];
    let trace = Emulator::new(&graph).trace(sample).unwrap();
    let expected = evaluate_sample(&graph, sample);
    assert_eq!(trace.len(), graph.nodes().len());
    for ((layer, node), values) in trace.iter().zip(graph.nodes()).zip(expected) {
        assert_eq!((&layer.name, &layer.raw), (&node.name, &values));
    }
}

#[test]
fn hardware_settings_change_no_bit() {
    let mut switched = 0;
    for seed in 0..100 {
        let model = RandomModel::without_folding(seed);
        let other = model.with_other_hardware(seed + 1);
        switched += usize::from(other.io_type != model.io_type);
        let other = other.graph().unwrap();
        let input = model.inputs(SAMPLES);
        let expected = Emulator::new(&model.graph().unwrap()).run(&input).unwrap();
        assert_eq!(Emulator::new(&other).run(&input).unwrap(), expected);
    }
    assert!((20..80).contains(&switched), "{switched} of 100 models travel in the other way");
}

#[test]
fn passes_keep_every_output() {
    let pass: &dyn Pass = &RemoveIdentities;
    for seed in 0..100 {
        let model = RandomModel::without_folding(seed);
        let graph = model.graph().unwrap();
        let input = model.inputs(SAMPLES);
        let rewritten = passes::run(&graph, &[pass]).unwrap();
        let expected = Emulator::new(&graph).run(&input).unwrap();
        assert_eq!(Emulator::new(&rewritten).run(&input).unwrap(), expected, "seed {seed}");
    }
}

#[test]
fn graphs_survive_json() {
    for seed in 0..50 {
        let graph = RandomModel::without_folding(seed).graph().unwrap();
        assert_eq!(Graph::from_json(&graph.to_json().unwrap()).unwrap(), graph);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let model = RandomModel::without_folding(3);
    let emulator = Emulator::new(&model.graph().unwrap());
    let input = model.inputs(5000);
    let run = |threads| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| emulator.run(&input))
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn an_assignment_to_the_same_type_is_removed() {
    use hls_core::fixed::{FixedFormat, FixedType};
    use hls_core::ir::{GraphBuilder, Hardware};
    use hls_core::ops::{Quantize, Relu};

    let ty = FixedType::exact(FixedFormat::unsigned(4, 2));
    let mut builder = GraphBuilder::new("copies", hls_core::rules::IoType::IoParallel);
    let mut last =
        builder.input(hls_core::shape::Shape::new([3]), FixedType::exact(FixedFormat::signed(8, 3))).unwrap();
    let ops: [Op; 4] = [Relu { ty }.into(), Quantize { ty }.into(), Quantize { ty }.into(), Relu { ty }.into()];
    for (index, op) in ops.into_iter().enumerate() {
        last = builder.push(&format!("layer{index}"), op, &[last], Hardware::default(), None).unwrap();
    }
    let graph = builder.finish(&[last]).unwrap();
    let rewritten = passes::run(&graph, &[&RemoveIdentities]).unwrap();
    let names: Vec<&str> = rewritten.nodes().iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["input", "layer0", "layer3"]);
}

/// Random models are drawn within what the tools build, whatever their hardware settings are.
#[test]
fn random_models_are_never_refused() {
    let (target, mut several) = (Target::new("xcvu13p-flga2577-2-e", 5.0).unwrap(), 0);
    for seed in 0..MODELS {
        for model in [RandomModel::without_folding(seed), RandomModel::convolutional(seed)] {
            for model in [model.with_other_hardware(seed), model] {
                // Folding is the trainer's.
                if model.layers.iter().any(|layer| matches!(layer.kind, LayerKind::BatchNorm { .. })) {
                    continue;
                }
                let graph = model.graph().unwrap_or_else(|found| panic!("seed {seed}: {found}"));
                let found = Vitis.check(&graph, &target);
                assert!(!found.has_errors(), "seed {seed}: {found}\n{graph}");
                several += graph.nodes().iter().filter(|node| node.hardware.parallelization_factor > 1).count();
            }
        }
    }
    assert!(several > 50, "{several}");
}
