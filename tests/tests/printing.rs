//! Models that print themselves, and what is said about numbers that may not fit.

use hls_train::burn::module::Param;
use hls_train::burn::tensor::Tensor;
use hls_train::prelude::*;

/// Every kind of layer and option.
#[hls_model(input = [Fixed<12, 4, Rnd>; 8], strategy = resource, reuse_factor = 2)]
pub struct SkipTagger<W: Quantizer> {
    fc1: Dense<8, 8, W>,
    bn1: BatchNorm<8>,
    relu1: Relu<UFixed<8, 3, Rnd, Sat>>,
    drop1: Dropout<20>,
    #[hls(reuse_factor = 4, strategy = unrolled)]
    fc2: Dense<8, 8, W, Fixed<8, 2>, Fixed<20, 6>>,
    #[hls(input(fc2, relu1))]
    skip: Add<Fixed<12, 5, Rnd, Sat>>,
    #[hls(output)]
    classes: Dense<8, 5, W>,
    #[hls(input(skip, input))]
    join: Concatenate,
    flat: Flatten,
    narrow: Quantize<Fixed<6, 3>>,
    softmax: Softmax<UFixed<10, 0, RndConv, SatSym>>,
}

const PRINTED: &str = "\
#[hls_model(input = [Fixed<12, 4, Rnd>; 8], io_type = io_parallel, strategy = resource, reuse_factor = 2)]
pub struct SkipTagger {
    fc1: Dense<8, 8, Fixed<4, 1>>,
    bn1: BatchNorm<8>,
    relu1: Relu<UFixed<8, 3, Rnd, Sat>>,
    drop1: Dropout<20>,
    #[hls(reuse_factor = 4, strategy = unrolled)]
    fc2: Dense<8, 8, Fixed<4, 1>, Fixed<8, 2>, Fixed<20, 6>>,
    #[hls(input(fc2, relu1))]
    skip: Add<Fixed<12, 5, Rnd, Sat>>,
    #[hls(output)]
    classes: Dense<8, 5, Fixed<4, 1>>,
    #[hls(input(skip, input))]
    join: Concatenate,
    flat: Flatten,
    narrow: Quantize<Fixed<6, 3>>,
    softmax: Softmax<UFixed<10, 0, RndConv, SatSym>, UFixed<18, 1, Rnd, Sat>, UFixed<12, 4, Rnd, Sat>>,
}
";

/// What the model above prints, pasted.
mod pasted {
    use hls_train::prelude::*;

    /// As printed.
    #[hls_model(input = [Fixed<12, 4, Rnd>; 8], io_type = io_parallel, strategy = resource, reuse_factor = 2)]
    pub struct SkipTagger {
        fc1: Dense<8, 8, Fixed<4, 1>>,
        bn1: BatchNorm<8>,
        relu1: Relu<UFixed<8, 3, Rnd, Sat>>,
        drop1: Dropout<20>,
        #[hls(reuse_factor = 4, strategy = unrolled)]
        fc2: Dense<8, 8, Fixed<4, 1>, Fixed<8, 2>, Fixed<20, 6>>,
        #[hls(input(fc2, relu1))]
        skip: Add<Fixed<12, 5, Rnd, Sat>>,
        #[hls(output)]
        classes: Dense<8, 5, Fixed<4, 1>>,
        #[hls(input(skip, input))]
        join: Concatenate,
        flat: Flatten,
        narrow: Quantize<Fixed<6, 3>>,
        softmax: Softmax<UFixed<10, 0, RndConv, SatSym>, UFixed<18, 1, Rnd, Sat>, UFixed<12, 4, Rnd, Sat>>,
    }
}

fn model() -> SkipTagger<Fixed<4, 1>> {
    SkipTagger::seeded(5, &Device::default())
}

#[test]
fn a_model_prints_itself_ready_to_paste() {
    assert_eq!(model().declaration(), PRINTED);
    // The test's own text is what was pasted below it.
    let indented: String = PRINTED.lines().map(|line| format!("    {line}\n")).collect();
    assert!(include_str!("printing.rs").contains(&indented), "paste the text into the module above");
    // And the pasted one is the same model.
    let pasted = pasted::SkipTagger::seeded(5, &Device::default());
    assert_eq!(pasted.declaration(), PRINTED);
    assert_eq!(pasted.graph().unwrap().to_string(), model().graph().unwrap().to_string());
}

/// Windows of every spelling.
#[hls_model(input = [Fixed<8, 3>; 4, 4, 2])]
pub struct Windows {
    conv1: Conv2d<2, 3, Dilated<Kernel2d<2, 2>, 2>, Fixed<6, 1>>,
    up1: ConvTranspose2d<3, 2, Kernel2d<3, 3, 2>, Fixed<6, 1>>,
    pool1: MaxPool<2, Same<Kernel2d<3, 3, 2>>>,
}

/// What it prints, pasted.
mod pasted_windows {
    use hls_train::prelude::*;

    /// As printed.
    #[hls_model(input = [Fixed<8, 3>; 4, 4, 2], io_type = io_parallel, strategy = latency, reuse_factor = 1)]
    pub struct Windows {
        conv1: Conv2d<2, 3, Dilated<Kernel2d<2, 2>, 2>, Fixed<6, 1>>,
        up1: Conv2d<3, 2, Transposed<Kernel2d<3, 3, 2>>, Fixed<6, 1>>,
        pool1: MaxPool<2, Same<Kernel2d<3, 3, 2>>>,
    }
}

#[test]
fn windows_print_themselves_ready_to_paste() {
    let model = Windows::seeded(5, &Device::default());
    let printed = model.declaration();
    let indented: String = printed.lines().map(|line| format!("    {line}\n")).collect();
    assert!(include_str!("printing.rs").contains(&indented), "{printed}");
    let pasted = pasted_windows::Windows::seeded(5, &Device::default());
    assert_eq!(pasted.graph().unwrap().to_string(), model.graph().unwrap().to_string());
}

#[test]
fn changed_precisions_are_printed_and_built() {
    let mut model = model();
    for (name, precision) in model.precisions() {
        if name == "relu1.result" {
            *precision = Precision::of::<UFixed<5, 2, RndZero, Sat>>();
        }
    }
    assert!(model.declaration().contains("    relu1: Relu<UFixed<5, 2, RndZero, Sat>>,\n"));
    assert!(model.graph().unwrap().to_string().contains("relu1 = relu(%1) : [8] ufixed<5,2,RND_ZERO,SAT>"));
}

#[test]
fn values_that_may_wrap_are_named() {
    let warnings = model().warnings().unwrap().to_string();
    let warning = warnings.lines().find(|line| line.contains("`narrow`")).unwrap();
    assert!(warning.starts_with("warning[HLS0010]: layer `narrow` ("), "{warning}");
    assert!(warning.contains("may wrap in fixed<6,3>; the narrowest format that holds them is fixed<"), "{warning}");
    // What saturates is as it was asked for, and what fits is not named.
    assert!(!warnings.contains("`relu1`") && !warnings.contains("`skip`"), "{warnings}");
}

#[test]
fn clamped_weights_are_named() {
    let mut model = model();
    model.classes.weight = Param::from_tensor(Tensor::full([8, 5], 3.0, &Device::default()));
    let warnings = model.warnings().unwrap().to_string();
    let warning = warnings.lines().find(|line| line.contains("`classes`")).unwrap();
    let text = "40 of 40 weights lie outside fixed<4,1> and are clamped; the largest is 3, the range [-1, 0.875]";
    assert!(warning.starts_with("warning[HLS0011]") && warning.ends_with(text), "{warning}");
}

#[test]
fn sums_that_training_rounds_are_named() {
    /// Products of 24 bits, and 64 of them.
    #[hls_model(input = [Fixed<16, 6>; 64])]
    struct Wide {
        fc1: Dense<64, 4, Fixed<8, 1>>,
        relu1: Relu<UFixed<8, 4, Rnd, Sat>>,
        fc2: Dense<4, 4, Fixed<8, 1>>,
    }

    let model = Wide::seeded(1, &Device::default());
    let warnings = model.warnings().unwrap().to_string();
    let named: Vec<&str> = warnings.lines().filter(|line| line.starts_with("warning[HLS0012]")).collect();
    let [warning] = named[..] else { panic!("{warnings}") };
    assert!(warning.contains("layer `fc1` (") && warning.contains("27 bits; training computes in f32"), "{warning}");
    // Where it says so, predictions are carried in f64 and equal the hardware all the same.
    let inputs: Vec<f32> = (0..6400).map(|index| (index * 37 % 65_536) as f32 / 1024.0 - 32.0).collect();
    let prediction = model.predict(&inputs);
    assert_eq!(prediction.carrier, hls_train::Carrier::F64);
    let emulator = hls_core::emulator::Emulator::new(&model.graph().unwrap());
    let outputs = emulator.run(&emulator.quantize_input(&inputs)).unwrap();
    assert_eq!(prediction.outputs[0], outputs.values(0));
}
