//! Declared models of images and sequences: training, emulator and C simulation, under both ways for tensors to travel.

use hls_core::csim;
use hls_core::emulator::Emulator;
use hls_train::prelude::*;

type A6 = UFixed<6, 3, Rnd, Sat>;
type W = Fixed<5, 1>;

/// Every layer that moves positions, around separable convolutions.
macro_rules! images {
    ($name:ident, $io_type:ident) => {
        #[hls_model(input = [Fixed<8, 3>; 4, 5, 2], io_type = $io_type)]
        struct $name {
            pad: ZeroPadding2d<1, 0, 2, 1>,
            conv: SeparableConv2d<2, 3, Kernel<3>, W, Fixed<6, 1>, W, Fixed<9, 4, Rnd, Sat>>,
            norm: BatchNorm<3>,
            relu: Relu<A6>,
            large: UpSampling2d<2>,
            crop: Cropping2d<1, 0, 0, 0>,
            #[hls(input(crop, large))]
            rows: Concatenate<0>,
            blended: UpSampling2d<2, 1, Bilinear>,
            narrow: Quantize<A6>,
            #[hls(input(narrow, narrow))]
            columns: Concatenate<1>,
            turned: Permute<2, 1, 0>,
            scores: SeparableConv2d<22, 2, Same<Kernel<3, 4>>, W>,
        }
    };
}

images!(Streamed, io_stream);
images!(Parallel, io_parallel);

fn check<M: HlsModel>(name: &str) {
    let model = M::seeded(3, &Device::default());
    let rows: Vec<f32> = (0..20 * 40).map(|index| ((index * 37) % 61) as f32 / 8.0 - 4.0).collect();
    let graph = model.graph().unwrap();
    let emulator = Emulator::new(&graph);
    let outputs = emulator.run(&emulator.quantize_input(&rows)).unwrap();
    assert_eq!(model.predict(&rows).outputs[0], outputs.values(0));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    Emit::new(&model)
        .backend("vitis")
        .part("xcvu13p-flga2577-2-e")
        .clock_ns(5.0)
        .test_inputs(&rows)
        .write(&path)
        .unwrap();
    let report = csim::run(&path, &csim::headers(None).unwrap()).unwrap();
    assert_eq!((report.vectors, report.mismatches), (20, 0), "{:?}", report.first);
    let source = std::fs::read_to_string(path.join(format!("firmware/{name}.cpp"))).unwrap();
    let streams = ["pad_stream", "upsample_stream", "upsample_bilinear_stream", "concatenate_stream", "windows_stream"];
    for kernel in streams {
        assert_eq!(source.contains(&format!("nnet::{kernel}<")), name == "streamed", "{kernel}");
    }
}

#[test]
fn from_declaration_to_simulation() {
    check::<Streamed>("streamed");
    check::<Parallel>("parallel");
}
