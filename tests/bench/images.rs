//! Images through the emulator, through training, into a project and through a compiler, at three sizes of a network.

use hls_core::backend::{self, Target, TestVectors};
use hls_core::csim;
use hls_core::emulator::Emulator;
use hls_core::ir::Graph;
use hls_train::HlsModel;
use hls_train::prelude::*;

use crate::emit::emit;
use crate::figure::{Figure, rate_per_cpu_second, seconds};
use crate::rn07::{Rn07, Rn07Large, Rn07Small, pixels};
use crate::training;

/// One network: its name in figures and its graph.
struct Case {
    name: &'static str,
    graph: Graph,
}

fn cases() -> [Case; 3] {
    fn graph<M: HlsModel>() -> Graph {
        M::seeded(1, &Device::default()).graph().unwrap_or_else(|error| panic!("{error}"))
    }
    [
        Case { name: "rn07_7k", graph: graph::<Rn07Small>() },
        Case { name: "rn07", graph: graph::<Rn07>() },
        Case { name: "rn07_940k", graph: graph::<Rn07Large>() },
    ]
}

fn multiplications(graph: &Graph) -> u64 {
    graph.nodes().iter().map(|node| graph.workload(node).multiplications).sum()
}

/// Images a CPU second on one thread, and what the machine's multiply-adds would allow.
pub fn emulator() -> Vec<Figure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap_or_else(|error| panic!("{error}"));
    let limit = pool.install(multiply_adds);
    let mut figures = vec![Figure::new("machine/multiply_adds", limit, "f32 multiply-adds/CPU s")];
    for Case { name, graph } in cases() {
        let images = if name == "rn07_940k" { 64 } else { 256 };
        let emulator = Emulator::new(&graph);
        let input = emulator.quantize_input(&pixels(images));
        let value = pool.install(|| {
            rate_per_cpu_second(0.5, || {
                emulator.run(&input).map(|outputs| outputs.raw[0].len() / 10).unwrap_or_else(|error| panic!("{error}"))
            })
        });
        figures.push(Figure::new(&format!("emulator/{name}"), value, "images/CPU s"));
        let most = limit / multiplications(&graph) as f64;
        figures.push(Figure::new(&format!("emulator/{name}_limit"), most, "images/CPU s by multiply-adds"));
    }
    figures
}

/// Multiply-adds of 32-bit floats in registers: what carries the emulator's integers.
fn multiply_adds() -> f64 {
    let arch = pulp::Arch::new();
    rate_per_cpu_second(0.3, || arch.dispatch(MultiplyAdds))
}

/// Enough independent sums to keep every unit busy, and few enough for the registers of any machine.
struct MultiplyAdds;

impl pulp::WithSimd for MultiplyAdds {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, simd: S) -> usize {
        const SUMS: usize = 12;
        const STEPS: usize = 1 << 18;
        let (factor, term) = (simd.splat_f32s(0.999), simd.splat_f32s(0.5));
        let mut sums = [simd.splat_f32s(1.0); SUMS];
        for _ in 0..STEPS {
            for sum in &mut sums {
                *sum = simd.mul_add_e_f32s(*sum, factor, term);
            }
        }
        std::hint::black_box(&sums);
        SUMS * STEPS * S::F32_LANES
    }
}

pub fn emission() -> Vec<Figure> {
    let figure = |Case { name, graph }: Case| {
        let vectors = TestVectors::new(Emulator::new(&graph).quantize_input(&pixels(5)));
        Figure::new(&format!("emit/{name}"), seconds(3, || emit(&graph, &vectors)) * 1e3, "ms")
    };
    cases().into_iter().map(figure).collect()
}

/// Compiling the emitted project and simulating one image.
pub fn compilation() -> Vec<Figure> {
    let headers = csim::headers(None).unwrap_or_else(|error| panic!("{error}"));
    let figure = |Case { name, graph }: Case| {
        let vectors = TestVectors::new(Emulator::new(&graph).quantize_input(&pixels(1)));
        let backend = backend::find("vitis").unwrap_or_else(|error| panic!("{error}"));
        let target = Target::new("xc7z020clg400-1", 10.0).unwrap_or_else(|error| panic!("{error}"));
        let project = backend.emit(&graph, &target, &vectors).unwrap_or_else(|error| panic!("{error}"));
        let value = seconds(1, || {
            let report = csim::run_project(&project, &headers).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((report.vectors, report.mismatches), (1, 0));
        });
        Figure::new(&format!("csim_compile/{name}"), value, "s, one image simulated")
    };
    cases().into_iter().map(figure).collect()
}

fn training_rates(kind: &str, float: bool) -> Vec<Figure> {
    fn rate<M: HlsModel>(float: bool, batch: usize) -> f64 {
        let model = M::seeded(1, &Device::default().autodiff());
        training::image_rate(if float { model.into_float() } else { model }, batch)
    }
    let rates = [
        ("rn07_7k", rate::<Rn07Small>(float, 64)),
        ("rn07", rate::<Rn07>(float, 64)),
        ("rn07_940k", rate::<Rn07Large>(float, 16)),
    ];
    rates.map(|(name, rate)| Figure::new(&format!("{kind}/{name}"), rate, "images/CPU s")).into()
}

pub fn quantized() -> Vec<Figure> {
    training_rates("qat", false)
}

pub fn float() -> Vec<Figure> {
    training_rates("float", true)
}
