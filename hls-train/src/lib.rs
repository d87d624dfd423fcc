//! Quantization-aware training on burn.
