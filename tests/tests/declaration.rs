//! A declaration is what it says: its constants, its graph, its outputs and what is saved of it.

use hls_core::fixed::FixedType;
use hls_core::ir::Graph;
use hls_core::rules::{IoType, Strategy};
use hls_core::shape::Shape;
use hls_train::prelude::*;

#[hls_model(input = [Fixed<12, 4>; 32], reuse_factor = 2, io_type = io_parallel)]
struct ResidualTagger<W: Quantizer> {
    fc1: Dense<32, 32, W>,
    relu1: Relu<UFixed<8, 3, Rnd, Sat>>,
    #[hls(reuse_factor = 4, strategy = resource)]
    fc2: Dense<32, 32, W>,
    #[hls(input(fc2, relu1))]
    skip: Add<Fixed<12, 5, Rnd, Sat>>,
    #[hls(output)]
    classes: Dense<32, 5, W, W, Fixed<24, 8>>,
    #[hls(input(skip), output)]
    energy: Dense<32, 1, Fixed<8, 2>>,
}

type Narrow = ResidualTagger<Fixed<4, 1>>;
type Wide = ResidualTagger<Fixed<9, 1>>;

fn names(graph: &Graph, ids: &[hls_core::ir::NodeId]) -> Vec<String> {
    ids.iter().map(|&id| graph.node(id).name.clone()).collect()
}

#[test]
fn constants() {
    assert_eq!(Narrow::NAME, "residual_tagger");
    assert_eq!(Narrow::INPUT, <Fixed<12, 4> as Quantizer>::TYPE);
    assert_eq!(Narrow::INPUT_SHAPE, Shape::new([32]));
    assert_eq!(Narrow::OUTPUT_SHAPES, [Shape::new([5]), Shape::new([1])]);
    assert_eq!(Narrow::OUTPUT_SHAPE, Shape::new([1]));
    assert_eq!((Narrow::ATTRIBUTES.reuse_factor, Narrow::ATTRIBUTES.io_type), (2, IoType::IoParallel));
}

#[test]
fn graph_follows_the_declaration() {
    let graph = Narrow::seeded(1, &Device::default()).graph().unwrap();
    assert_eq!(names(&graph, graph.outputs()), ["classes", "energy"]);
    let node = |name: &str| graph.nodes().iter().find(|node| node.name == name).unwrap();
    assert_eq!(names(&graph, &node("skip").inputs), ["fc2", "relu1"]);
    assert_eq!(names(&graph, &node("energy").inputs), ["skip"]);
    // An attribute takes a line of its own.
    let line = |name: &str| node(name).source.as_ref().unwrap().line;
    assert_eq!([line("relu1") - line("fc1"), line("fc2") - line("relu1"), line("skip") - line("fc2")], [1, 2, 2]);
    assert!(node("fc1").source.as_ref().unwrap().file.ends_with("declaration.rs"));
    let hardware = |name: &str| (node(name).hardware.reuse_factor, node(name).hardware.strategy);
    assert_eq!(hardware("fc1"), (2, Strategy::Latency));
    assert_eq!(hardware("fc2"), (4, Strategy::Resource));
}

#[test]
fn forward_hands_out_every_output() {
    let device = Device::default();
    let model = Narrow::seeded(2, &device);
    let input = Tensor::<2>::random([7, 32], burn::tensor::Distribution::Default, &device);
    let (classes, energy) = model.forward(input.clone());
    assert_eq!((classes.dims(), energy.dims()), ([7, 5], [7, 1]));
    let values = model.evaluate(Value::input(input, Narrow::INPUT_SHAPE, Narrow::INPUT));
    let same = |value: &Value, tensor: Tensor<2>| value.flat().into_data() == tensor.into_data();
    assert!(same(&values[0], classes) && same(&values[1], energy));
}

#[test]
fn precisions_are_named_by_their_layer_and_can_change() {
    let device = Device::default();
    let mut model = Narrow::seeded(3, &device);
    let names: Vec<String> = model.precisions().into_iter().map(|(name, _)| name).collect();
    let expected = ["fc1.weight", "fc1.bias", "relu1.result", "fc2.weight", "fc2.bias", "skip.result"];
    assert_eq!(names[..6], expected);
    for (name, precision) in model.precisions() {
        if name.starts_with("fc") || name.starts_with("classes") {
            *precision = Precision::of::<Fixed<9, 1>>();
        }
    }
    let wide: FixedType = <Fixed<9, 1> as Quantizer>::TYPE;
    assert!(model.precisions().iter().any(|(name, precision)| name == "fc2.bias" && precision.fixed() == Some(wide)));
    // The same seed and the same precisions are the same model, whichever way they were chosen.
    let declared = Wide::seeded(3, &device).graph().unwrap();
    let lines = |graph: &Graph| graph.nodes().iter().map(|node| node.op.clone()).collect::<Vec<_>>();
    assert_eq!(lines(&model.graph().unwrap()), lines(&declared));
}

#[test]
fn records_hold_every_layer() {
    let device = Device::default();
    let trained = Narrow::seeded(4, &device);
    let expected = trained.graph().unwrap();
    let loaded = Narrow::seeded(5, &device);
    assert_ne!(loaded.graph().unwrap(), expected);
    let loaded = loaded.load_record(trained.clone().into_record());
    assert_eq!(loaded.graph().unwrap(), expected);
    assert_eq!(trained.num_params(), 2 * (32 * 32 + 32) + 32 * 5 + 5 + 32 + 1);
    let text = trained.to_string();
    assert!(text.starts_with("ResidualTagger") && text.contains("energy: Dense"), "{text}");
}
