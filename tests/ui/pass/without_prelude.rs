//! The expansion needs nothing in scope.

#[hls_train::hls_model(input = [hls_train::core::fixed::Fixed<16, 6>; 16])]
#[derive()]
struct Tagger {
    fc1: hls_train::layers::Dense<16, 4, hls_train::core::fixed::Fixed<6, 1>>,
}

/// Keeps the model in use.
pub fn parameters(device: &hls_train::burn::tensor::Device) -> usize {
    hls_train::burn::module::Module::num_params(&Tagger::init(device))
}
