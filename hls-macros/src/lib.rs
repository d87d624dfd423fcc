//! `#[hls_model]`: a neural network for hardware, declared as a struct.
//!
//! Use it through `hls_train::prelude`; the expansion names `hls_train`, so that is the one crate a user depends on.
//!
//! ```text
//! use hls_train::prelude::*;
//!
//! #[hls_model(input = [Fixed<16, 6>; 16], io_type = io_parallel, strategy = latency, reuse_factor = 1)]
//! pub struct JetTagger {
//!     fc1: Dense<16, 64, Fixed<6, 1>>,
//!     relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
//!     #[hls(reuse_factor = 4, strategy = resource)]
//!     fc2: Dense<64, 5, Fixed<6, 1>>,
//! }
//! ```
//!
//! # The struct
//!
//! Each field is one layer, in the order of the data: its name is the layer's name in the C++, the reports, the traces
//! and the errors, and its type is the layer with its precisions. Any type that implements `hls_train`'s `Layer` can be a
//! field; the macro has no list of layers. Types decide every number, attributes only the hardware: no word in an
//! attribute can change a bit of a result.
//!
//! The struct needs named fields, at least one. It may have type and const parameters and a `where` clause:
//! `pub struct Tagger<W: Quantizer>`, but no lifetimes. Names become names of the firmware, so they are plain ASCII
//! identifiers. A layer cannot be called `input`, and it cannot depend on `#[cfg(..)]`.
//!
//! # `#[hls_model(..)]`
//!
//! | option | value | meaning |
//! |---|---|---|
//! | `input` | `[TYPE; DIM, ..]` | required: the precision of the input and its dimensions, channels last, the batch not counted; one to four constant expressions |
//! | `io_type` | `io_parallel` or `io_stream` | how tensors travel between layers: all elements at once in registers, or position by position in FIFOs, every layer at work at the same time; `io_parallel` unless given |
//! | `strategy` | `latency`, `resource` or `unrolled` | the strategy of layers that name none; `latency` unless given |
//! | `reuse_factor` | integer or constant expression | the reuse factor of layers that name none; 1 unless given |
//!
//! Back end, part and clock are not in the declaration: they are chosen when the firmware is written.
//!
//! # `#[hls(..)]` on a field
//!
//! | option | value | meaning |
//! |---|---|---|
//! | `input(a, ..)` | names of earlier layers, or `input` for the model's input | what the layer reads, in order; the field before it unless given |
//! | `output` | none | the model hands out this layer's result as well; the last layer is always an output |
//! | `reuse_factor` | integer or constant expression | how many multiplications share one multiplier; illegal values are errors that name the nearest legal ones |
//! | `strategy` | as above | how the multiplications are scheduled |
//! | `fifo_depth` | integer or constant expression | under `io_stream`: the depth of the FIFO from the layer to each of its readers, in packets (the channels of one position); unless given, the least that neither locks nor delays anything; one that locks is refused |
//! | `parallelization_factor` | integer or constant expression | under `io_parallel`: how many places of a convolution's window are computed at once |
//!
//! A layer reads earlier layers only, so a model has no cycles. A layer that nobody reads is an output or an error.
//!
//! # What it expands to
//!
//! 1. The struct as written, without the `#[hls(..)]` attributes, with `Clone` and `Debug` derived.
//! 2. `init(&Device) -> Self`, and `forward(&self, Tensor<D>) -> Tensor<2>`: from `[batch, input dimensions..]` to
//!    `[batch, features]`; with several outputs a tuple in the order of the fields.
//! 3. `Module` of burn, as its derive would implement it, and `HlsModel`: the declaration as constants, the graph of the
//!    trained model, and the precisions that may change at run time.
//! 4. A constant that folds the shape rules of all layers and checks their settings. It is evaluated when the model is
//!    compiled; that of a generic model where `init` is used.
//!
//! # Errors
//!
//! Errors of syntax are reported all at once, each at its token, and the struct is still emitted. Shapes and reuse factors
//! are checked by constant evaluation; such an error stands on the type of the layer:
//!
//! ```text
//! error[E0080]: evaluation panicked: layer `fc2` expects input shape [32], but `relu1` produces [64]
//!   |
//! 6 |     fc2: Dense<32, 5, Fixed<6, 1>>,
//!   |          ^^^^^
//! ```

mod attributes;
mod check;
mod expand;
#[cfg(test)]
mod golden;
mod model;

/// Declares a model; the [crate documentation](crate) is the manual.
#[proc_macro_attribute]
pub fn hls_model(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand::expand(arguments.into(), item.into()).into()
}
