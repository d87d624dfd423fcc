//! Everything that a declaration and its training need: `use hls_train::prelude::*;`.

pub use burn;
pub use burn::module::Module;
pub use burn::tensor::{Device, Tensor};
pub use hls_core::fixed::{Binary, PerChannel, PowerOfTwo, Ternary, WeightQuantizer};
pub use hls_core::fixed::{
    Fixed, Quantizer, Rnd, RndConv, RndInf, RndMinInf, RndZero, Sat, SatSym, SatZero, Trn, TrnZero, UFixed, Wrap,
};
pub use hls_core::functions::Function;
pub use hls_macros::hls_model;

pub use crate::layers::{Add, Argmax, BatchNorm, Concatenate, Dense, Dropout, Exact, Flatten, Quantize, Relu, Softmax};
pub use crate::layers::{ArgmaxOnly, Embedding, LAST, Latency, LayerNorm, RmsNorm, Stable};
pub use crate::layers::{Average, Dot, Maximum, Minimum, Multiply, Reshape, Slice, Subtract, Transpose};
pub use crate::layers::{
    AveragePool, AveragePool1d, AveragePool2d, Bilinear, Cropping1d, Cropping2d, Global, GlobalAveragePool1d,
    GlobalAveragePool2d, GlobalMaxPool1d, GlobalMaxPool2d, MaxPool, MaxPool1d, MaxPool2d, Permute, Pool,
    SeparableConv1d, SeparableConv2d, UpSampling1d, UpSampling2d, ZeroPadding1d, ZeroPadding2d,
};
pub use crate::layers::{
    BoundedRelu, Elu, Exp, Gelu, HardSigmoid, HardTanh, ItsInput, LeakyRelu, PRelu, Reciprocal, Relu1, Relu6, Selu,
    Sigmoid, Silu, Softplus, Softsign, Table, Tanh, ThresholdedRelu,
};
pub use crate::layers::{
    Causal, Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, DepthwiseConv1d, DepthwiseConv2d, Dilated, GroupedConv1d,
    GroupedConv2d, Kernel, Kernel2d, Same, Transposed,
};
pub use crate::layers::{Folded, Sign};
pub use crate::metrics::Metrics;
pub use crate::progress::TerminalProgress;
pub use crate::training::{Augmentation, ImageAugmentation};
pub use crate::training::{Samples, Settings, Trained, Trainer, train};
pub use crate::{Calibration, Range};
pub use crate::{Emit, Error, HlsModel, Precision, Value};
