#[hls_model(input = [Fixed<12, 4>; N], io_type = io_parallel)]
pub struct ResidualTagger<W: Quantizer, const N: usize = 32>
where
    W: Named,
{
    fc1: Dense<N, 32, W>,
    relu1: Relu<UFixed<8, 3, Rnd, Sat>>,
    #[hls(reuse_factor = 4, strategy = resource)]
    fc2: Dense<32, 32, W>,
    #[hls(input(fc2, relu1))]
    skip: Add<Fixed<12, 5, Rnd, Sat>>,
    #[hls(output)]
    classes: Dense<32, 5, W, W, Fixed<16, 8>>,
    #[hls(input(skip), output)]
    energy: Dense<32, 1, Fixed<8, 2>>,
}
