//! A declared model whose tensors travel as streams.

use hls_core::csim;
use hls_train::prelude::*;

type A6 = UFixed<6, 3, Rnd, Sat>;

#[hls_model(input = [Fixed<8, 3>; 4, 3], io_type = io_stream)]
struct Tracks {
    steps: Relu<A6>,
    flat: Flatten,
    #[hls(reuse_factor = 3, strategy = resource)]
    fc1: Dense<12, 12, Fixed<5, 1>>,
    norm: BatchNorm<12>,
    relu1: Relu<A6>,
    #[hls(input(relu1, flat), fifo_depth = 9)]
    skip: Add<Fixed<8, 5>>,
    #[hls(output)]
    classes: Dense<12, 3, Fixed<5, 1>>,
    #[hls(input(skip))]
    energy: Dense<12, 1, Fixed<5, 1>>,
}

/// Declaration, graph, emulator and C simulation of 50 random tracks, as `Emit` puts them together.
#[test]
fn from_declaration_to_simulation() {
    let model = Tracks::init(&Device::default());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tracks");
    let rows: Vec<f32> = (0..50 * 12).map(|index| ((index * 37) % 64) as f32 / 8.0 - 4.0).collect();
    Emit::new(&model)
        .backend("vitis")
        .part("xcvu13p-flga2577-2-e")
        .clock_ns(5.0)
        .test_inputs(&rows)
        .write(&path)
        .unwrap();
    let source = std::fs::read_to_string(path.join("firmware/tracks.cpp")).unwrap();
    for text in
        ["INTERFACE axis port=input_data", "STREAM variable=skip_copy2 depth=9", "process_fc1(steps_copy1, fc1_out)"]
    {
        assert!(source.contains(text), "there is no `{text}` in:\n{source}");
    }
    let report = csim::run(&path, &csim::headers(None).unwrap()).unwrap();
    assert_eq!((report.vectors, report.mismatches), (50, 0), "{:?}", report.first);
}

/// The sum waits for a layer that reads all four steps first, and the way around it holds one.
#[hls_model(input = [Fixed<8, 3>; 4, 3], io_type = io_stream)]
struct Shortened {
    #[hls(fifo_depth = 1)]
    steps: Relu<A6>,
    flat: Flatten,
    fc1: Dense<12, 12, Fixed<5, 1>>,
    #[hls(input(fc1, flat))]
    skip: Add<Fixed<8, 5>>,
    fc2: Dense<12, 3, Fixed<5, 1>>,
}

#[test]
fn a_fifo_that_locks_is_refused_with_both_layers() {
    let directory = tempfile::tempdir().unwrap();
    let model = Shortened::init(&Device::default());
    let emit = Emit::new(&model).backend("vitis").part("xcvu13p-flga2577-2-e").clock_ns(5.0);
    let error = emit.test_inputs(&[0.0; 12]).write(directory.path().join("shortened")).unwrap_err().to_string();
    let expected = [
        "error[HLS0002]: layer `steps` (tests/tests/streams.rs:",
        "fifo_depth 1 locks the design: the FIFO from `steps` to `skip` fills up",
        "`skip` waits for a packet from `fc1`",
        "the least that works is 4",
    ];
    for text in expected {
        assert!(error.contains(text), "there is no `{text}` in: {error}");
    }
}

#[hls_model(input = [Fixed<8, 3>; 4], io_type = io_stream)]
struct Nothing {
    fc1: Dense<4, 4, Fixed<5, 1>>,
    #[hls(fifo_depth = 2)]
    drop: Dropout<20>,
    fc2: Dense<4, 2, Fixed<5, 1>>,
}

#[test]
fn a_layer_that_is_nothing_has_no_fifo() {
    let error = Nothing::init(&Device::default()).graph().unwrap_err().to_string();
    assert!(error.contains("layer `drop`") && error.contains("give the layer before it the fifo_depth"), "{error}");
}
