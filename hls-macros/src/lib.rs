//! The `#[hls_model]` attribute.
