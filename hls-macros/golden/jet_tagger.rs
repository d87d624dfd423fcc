#[hls_model(input = [Fixed<16, 6>; 16], io_type = io_parallel, strategy = latency, reuse_factor = 1)]
/// Jets.
pub struct JetTagger {
    fc1: Dense<16, 64, W6>,
    /// The first activation.
    pub relu1: Relu<A6>,
    #[hls(reuse_factor = 4, strategy = resource)]
    fc2: Dense<64, 5, W6, Fixed<8, 2>>,
}
