//! Shapes, and the messages that const evaluation can carry.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most dimensions that a tensor has, the batch not counted.
pub const MAX_RANK: usize = 4;

/// The dimensions of one sample, channels last. The batch is never part of a shape.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    dims: [usize; MAX_RANK],
    rank: usize,
}

impl Shape {
    /// The most elements of a tensor in a graph that is read from a file.
    const MAX_READ: usize = 1 << 31;

    /// A shape from its dimensions.
    ///
    /// # Panics
    /// With more than [`MAX_RANK`] dimensions: at compile time, as shapes of declarations are constants.
    #[must_use]
    pub const fn new<const N: usize>(dims: [usize; N]) -> Self {
        assert!(N <= MAX_RANK, "a tensor has at most four dimensions");
        let mut shape = Self { dims: [0; MAX_RANK], rank: N };
        let mut i = 0;
        while i < N {
            shape.dims[i] = dims[i];
            i += 1;
        }
        shape
    }

    /// A shape from a slice, or `None` where it has more than [`MAX_RANK`] dimensions.
    #[must_use]
    pub fn from_dims(dims: &[usize]) -> Option<Self> {
        let mut shape = Self { dims: [0; MAX_RANK], rank: dims.len() };
        shape.dims.get_mut(..dims.len())?.copy_from_slice(dims);
        Some(shape)
    }

    /// The number of dimensions.
    #[must_use]
    pub const fn rank(&self) -> usize {
        self.rank
    }

    /// The dimensions.
    #[must_use]
    pub const fn dims(&self) -> &[usize] {
        self.dims.split_at(self.rank).0
    }

    /// The number of elements.
    #[must_use]
    pub const fn size(&self) -> usize {
        let mut product = 1;
        let mut i = 0;
        while i < self.rank {
            product *= self.dims[i];
            i += 1;
        }
        product
    }

    /// The number of positions, each of which has all channels; 1 for a vector.
    #[must_use]
    pub const fn positions(&self) -> usize {
        match self.channels() {
            0 => 0,
            channels => self.size() / channels,
        }
    }

    /// The number of elements, or `None` where it is no `usize`: dimensions may come from elsewhere.
    #[must_use]
    pub const fn checked_size(&self) -> Option<usize> {
        let mut product: usize = 1;
        let mut i = 0;
        while i < self.rank {
            match product.checked_mul(self.dims[i]) {
                Some(size) => product = size,
                None => return None,
            }
            i += 1;
        }
        Some(product)
    }

    /// The last dimension, the channels; 1 where there is none.
    #[must_use]
    pub const fn channels(&self) -> usize {
        if self.rank == 0 { 1 } else { self.dims[self.rank - 1] }
    }

    /// The same shape with another last dimension.
    #[must_use]
    pub const fn with_channels(mut self, channels: usize) -> Self {
        if self.rank > 0 {
            self.dims[self.rank - 1] = channels;
        }
        self
    }

    /// The same shape with another dimension in place of number `axis`, which it must have.
    #[must_use]
    pub const fn with_dim(mut self, axis: usize, size: usize) -> Self {
        assert!(axis < self.rank, "the shape has no such axis");
        self.dims[axis] = size;
        self
    }

    /// The dimensions without the zeros at the end, for parameters that a type may leave out. The first one stays, so that
    /// zeros alone are no tensor with one element.
    #[must_use]
    pub const fn before_zeros(dims: [usize; MAX_RANK]) -> Self {
        match dims {
            [a, 0, 0, 0] => Self::new([a]),
            [a, b, 0, 0] => Self::new([a, b]),
            [a, b, c, 0] => Self::new([a, b, c]),
            all => Self::new(all),
        }
    }

    /// The same shape with one more dimension at the end, or `None` where it has [`MAX_RANK`] already.
    #[must_use]
    pub const fn appended(mut self, dim: usize) -> Option<Self> {
        if self.rank == MAX_RANK {
            return None;
        }
        self.dims[self.rank] = dim;
        self.rank += 1;
        Some(self)
    }

    /// Equality, usable in constants.
    #[must_use]
    pub const fn same(&self, other: &Self) -> bool {
        self.rank == other.rank && self.same_outer(other) && (self.rank == 0 || self.channels() == other.channels())
    }

    /// Whether all dimensions but the last agree.
    #[must_use]
    pub const fn same_outer(&self, other: &Self) -> bool {
        if self.rank != other.rank {
            return false;
        }
        let mut i = 0;
        while i + 1 < self.rank {
            if self.dims[i] != other.dims[i] {
                return false;
            }
            i += 1;
        }
        true
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.dims())
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Shape {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.dims().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let dims = Vec::<usize>::deserialize(deserializer)?;
        // A number from a file: sizes of this many elements can be multiplied with each other without overflow.
        let size = dims.iter().try_fold(1_usize, |product, &dim| product.checked_mul(dim));
        if size.is_none_or(|size| size > Self::MAX_READ) || dims.iter().any(|&dim| dim > Self::MAX_READ) {
            return Err(D::Error::custom(format!("a tensor of shape {dims:?} has more than 2^31 elements")));
        }
        Self::from_dims(&dims).ok_or_else(|| D::Error::invalid_length(dims.len(), &"at most four dimensions"))
    }
}

/// A message put together during const evaluation, so that a compile error carries names and numbers.
///
/// Text beyond the buffer is cut off: the start of a message names the place.
#[derive(Clone, Copy)]
pub struct Message {
    buffer: [u8; Self::CAPACITY],
    len: usize,
}

impl Message {
    const CAPACITY: usize = 512;

    /// An empty message.
    #[must_use]
    pub const fn new() -> Self {
        Self { buffer: [0; Self::CAPACITY], len: 0 }
    }

    /// Appends text.
    #[must_use]
    pub const fn text(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        // Cut at a character, never inside one.
        let mut end = bytes.len();
        if self.len + end > Self::CAPACITY {
            end = Self::CAPACITY - self.len;
            while end > 0 && bytes[end] & 0xC0 == 0x80 {
                end -= 1;
            }
        }
        let mut i = 0;
        while i < end {
            self.buffer[self.len] = bytes[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    /// Appends another message.
    #[must_use]
    pub const fn joined(self, other: &Self) -> Self {
        self.text(other.as_str())
    }

    /// Appends a number.
    #[must_use]
    pub const fn number(mut self, number: usize) -> Self {
        if number >= 10 {
            self = self.number(number / 10);
        }
        let digit = [b'0' + (number % 10) as u8];
        match std::str::from_utf8(&digit) {
            Ok(text) => self.text(text),
            Err(_) => self,
        }
    }

    /// Appends a number with its sign.
    #[must_use]
    pub const fn signed(self, number: i32) -> Self {
        let message = if number < 0 { self.text("-") } else { self };
        message.number(number.unsigned_abs() as usize)
    }

    /// Appends a shape: `[16, 64]`.
    #[must_use]
    pub const fn shape(mut self, shape: &Shape) -> Self {
        self = self.text("[");
        let mut i = 0;
        while i < shape.rank() {
            if i > 0 {
                self = self.text(", ");
            }
            self = self.number(shape.dims()[i]);
            i += 1;
        }
        self.text("]")
    }

    /// The text so far.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.buffer.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

impl Default for Message {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
