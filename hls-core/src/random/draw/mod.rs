//! What a random model can draw, a file for each family of layers and a line for each layer.

mod activation;
mod combine;
mod elementwise;
mod head;
mod merge;
mod normalization;
mod pooling;
mod sequence;
mod windowed;

use super::generate::Generator;

/// Adds layers behind the generator's last one; the number makes their names unique.
///
/// A draw that does not fit what is there adds nothing. `None` gives the whole model up: the rules refuse it.
pub(super) type Draw = fn(&mut Generator, usize) -> Option<()>;

/// Layers that read anything, however wide, and name the type of their result.
pub(super) const ACTIVATIONS: &[Draw] = &[
    activation::relu,
    activation::relu,
    activation::quantize,
    activation::sign,
    elementwise::leaky_relu,
    elementwise::p_relu,
    elementwise::bounded_relu,
    elementwise::hard_tanh,
    elementwise::thresholded_relu,
    elementwise::hard_sigmoid,
    elementwise::table,
    elementwise::table,
];

/// Layers between the blocks; most need inputs that are not wide.
pub(super) const OTHERS: &[Draw] = &[
    merge::add,
    merge::concatenate,
    activation::scale_shift,
    combine::subtract,
    combine::multiply,
    combine::average,
    combine::extremum,
    combine::dot,
    combine::moved,
    normalization::normalization,
    sequence::embedding,
];

/// Layers between the convolutions of images and sequences.
pub(super) const WINDOWED: &[Draw] = &[
    pooling::pool,
    pooling::pool,
    merge::add,
    merge::concatenate_positions,
    activation::scale_shift,
    combine::extremum,
    windowed::pad,
    windowed::upsample,
    windowed::concatenate,
    windowed::transpose,
];

/// Layers at the end of a classifier.
pub(super) const HEADS: &[Draw] = &[head::softmax, head::argmax];
