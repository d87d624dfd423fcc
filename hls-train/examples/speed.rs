#![allow(missing_docs)]
use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData};
use hls_train::__private::*;
use hls_train::core::fixed::{Fixed, Rnd, Sat, UFixed};
use hls_train::layers::{Dense, Relu, Softmax};
use hls_train::training::{adam, train_step};

type W6 = Fixed<6, 1>;
type A6 = UFixed<6, 2, Rnd, Sat>;

#[derive(Module, Debug)]
struct Jet {
    fc1: Dense<16, 64, W6>,
    relu1: Relu<A6>,
    fc2: Dense<64, 32, W6>,
    relu2: Relu<A6>,
    fc3: Dense<32, 32, W6>,
    relu3: Relu<A6>,
    fc4: Dense<32, 5, W6>,
    softmax: Softmax<UFixed<16, 0, Rnd, Sat>>,
}

impl HlsModel for Jet {
    const NAME: &'static str = "jet";
    const INPUT: FixedType = <Fixed<16, 6> as Quantizer>::TYPE;
    const INPUT_SHAPE: Shape = Shape::new([16]);
    const OUTPUT_SHAPES: &'static [Shape] = &[Shape::new([5])];
    const OUTPUT_SHAPE: Shape = Shape::new([5]);
    const ATTRIBUTES: ModelAttributes = ModelAttributes::DEFAULT;
    fn init(d: &Device) -> Self {
        Self {
            fc1: Layer::init(d),
            relu1: Layer::init(d),
            fc2: Layer::init(d),
            relu2: Layer::init(d),
            fc3: Layer::init(d),
            relu3: Layer::init(d),
            fc4: Layer::init(d),
            softmax: Layer::init(d),
        }
    }
    fn evaluate(&self, input: Value) -> Vec<Value> {
        let x = self.fc1.forward(&[&input]);
        let x = self.relu1.forward(&[&x]);
        let x = self.fc2.forward(&[&x]);
        let x = self.relu2.forward(&[&x]);
        let x = self.fc3.forward(&[&x]);
        let x = self.relu3.forward(&[&x]);
        let x = self.fc4.forward(&[&x]);
        vec![self.softmax.forward(&[&x])]
    }
    fn graph(&self) -> Result<Graph, Diagnostics> {
        unimplemented!()
    }
    fn precisions(&mut self) -> Vec<(String, &mut Precision)> {
        let mut all = self.fc1.precisions();
        all.extend(self.relu1.precisions());
        all.extend(self.fc2.precisions());
        all.extend(self.relu2.precisions());
        all.extend(self.fc3.precisions());
        all.extend(self.relu3.precisions());
        all.extend(self.fc4.precisions());
        all.extend(self.softmax.precisions());
        all.into_iter().map(|(n, p)| (n.to_owned(), p)).collect()
    }
}

fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}
fn faults() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[7].parse::<f64>().unwrap()
}

fn run(mut model: Jet, name: &str, seconds: f64, batch: usize) {
    let device = Device::default();
    let mut optimizer = adam();
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((state >> 40) as f32 / (1u32 << 24) as f32 - 0.5) * 4.0
    };
    let batches: Vec<_> = (0..40)
        .map(|_| {
            let x: Vec<f32> = (0..batch * 16).map(|_| next()).collect();
            let y: Vec<i64> = x.chunks(16).map(|r| ((r[0] + r[1] * r[2] + 4.0) as i64).clamp(0, 4)).collect();
            (
                Tensor::<2>::from_data(TensorData::new(x, [batch, 16]), &device),
                Tensor::<1, Int>::from_data(TensorData::new(y, [batch]), &device),
            )
        })
        .collect();
    let mut loss = None;
    let (start, f0) = (cpu(), faults());
    let wall = std::time::Instant::now();
    let mut steps = 0;
    while cpu() - start < seconds {
        for (x, y) in &batches {
            let (m, l) = train_step(model, &mut optimizer, Value::new(x.clone()), y.clone(), 1e-3);
            model = m;
            loss = Some(l);
            steps += 1;
        }
    }
    let used = cpu() - start;
    println!(
        "{name}: {:.0} samples/cpu s, {:.1} us/step, wall {:.1} us/step, {:.1} faults/step, loss {:?}",
        (steps * batch) as f64 / used,
        used / steps as f64 * 1e6,
        wall.elapsed().as_secs_f64() / steps as f64 * 1e6,
        (faults() - f0) / steps as f64,
        loss.map(|l| l.into_scalar::<f32>())
    );
}

fn main() {
    let device = Device::default().autodiff();
    let seconds: f64 = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(2.0);
    let batch: usize = std::env::args().nth(2).and_then(|s| s.parse().ok()).unwrap_or(1024);
    for _ in 0..2 {
        run(Jet::seeded(1, &device), "qat", seconds, batch);
        run(Jet::seeded(1, &device).into_float(), "float", seconds, batch);
    }
}
