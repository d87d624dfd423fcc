//! What an operation tells a back end: names, numbers and arrays, no text of any language.

use super::Products;
use crate::fixed::{FixedTensor, FixedType};

/// The kernel that computes a layer and its configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerCode {
    /// The kernel's function, and the name of the header that holds it, but for the end `_resource` of those of a window.
    pub kernel: &'static str,
    /// Whole numbers of the configuration: `("n_in", 16)`.
    pub constants: Vec<(&'static str, i64)>,
    /// Lists of whole numbers of the configuration: one size an input, for kernels with any number of inputs.
    pub lists: Vec<(&'static str, Vec<usize>)>,
    /// Types of the configuration: `("accum_t", ..)`. Every array adds its own as `<role>_t`.
    pub types: Vec<(&'static str, FixedType)>,
    /// Weights, biases and tables, passed to the kernel in this order.
    pub arrays: Vec<ConstantArray>,
    /// How the kernel forms its products, where it leaves that open.
    pub products: Option<Products>,
    /// The kernel that `kernel` calls at every place of a window; it is the configuration's `kernel`.
    pub inner: Option<&'static str>,
}

/// Constants that a layer reads.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstantArray {
    /// The role: `weight`, `bias`, `exp_table`; the firmware's array is `<role>_<layer>`.
    pub role: &'static str,
    /// The mantissas, in the order in which the kernel reads them.
    pub tensor: FixedTensor,
}

impl LayerCode {
    /// Whether the kernel takes several clocks in a loop of its own, which nothing around it may unroll: those whose
    /// names end in `_resource` or `_memory`, and convolutions.
    #[must_use]
    pub fn is_loop(&self) -> bool {
        (self.inner.is_some() && self.products.is_some())
            || self.kernel.ends_with("_resource")
            || self.kernel.ends_with("_memory")
    }

    /// A kernel that needs no more than some numbers.
    #[must_use]
    pub fn plain(kernel: &'static str, constants: Vec<(&'static str, i64)>) -> Self {
        Self {
            kernel,
            constants,
            lists: Vec::new(),
            types: Vec::new(),
            arrays: Vec::new(),
            products: None,
            inner: None,
        }
    }
}

impl LayerCode {
    /// The header that holds the kernel, or under a stream that walks the one that reads and writes streams.
    #[must_use]
    pub fn header(&self, walks: bool) -> &'static str {
        match (self.kernel, walks) {
            ("windows" | "windows_resource", false) => "windows",
            ("windows" | "windows_resource", true) => "windows_stream",
            ("global_max", true) => "global_max_stream",
            ("global_average", true) => "global_average_stream",
            ("pad", true) => "pad_stream",
            ("upsample", true) => "upsample_stream",
            ("upsample_bilinear", true) => "upsample_bilinear_stream",
            ("concatenate", true) => "concatenate_stream",
            (kernel, _) => kernel,
        }
    }

    /// The headers that the kernel includes or is given, beside its own.
    pub fn headers(&self) -> impl Iterator<Item = &'static str> {
        let products = self.products.into_iter().flat_map(|products| ["product", products.kernel()]);
        let sums = self.inner.unwrap_or(self.kernel).strip_suffix("_adders");
        let own = matches!(self.kernel, "upsample_bilinear" | "concatenate").then_some(self.kernel);
        products.chain(sums).chain(own).chain(self.inner)
    }

    /// What the numbers of an array mean, where they are no mantissas.
    #[must_use]
    pub fn encoding(&self, array: &ConstantArray) -> Option<&'static str> {
        self.products.filter(|_| array.role == "weight").and_then(Products::encoding)
    }
}

impl ConstantArray {
    /// An array of plain unsigned numbers, for tables of indices.
    #[must_use]
    pub fn indices(role: &'static str, indices: &[usize]) -> Self {
        let largest = indices.iter().copied().max().unwrap_or_default();
        let width = (usize::BITS - largest.leading_zeros()).max(1);
        let format = crate::fixed::FixedFormat::unsigned(width, width as i32);
        let raw = indices.iter().map(|&index| index as i64).collect();
        Self { role, tensor: FixedTensor { dims: vec![indices.len()], format, raw } }
    }
}
