//! CIFAR-10 and CIFAR-100 in their binary form: records of a label and three planes of 32x32 pixels.

use super::Form;
use super::error::Problem;

/// The pictures of both sets.
pub(super) const FORM: Form = Form { height: 32, width: 32, channels: 3 };

/// The classes of CIFAR-10, in the order of its labels.
pub const CIFAR10_CLASSES: [&str; 10] =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/// Which of the two sets a file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cifar {
    /// A label a record.
    Ten,
    /// A coarse label and a fine one a record; the fine one is read.
    Hundred,
}

impl Cifar {
    /// The set that a file of this length can be of; CIFAR-10 where it could be both.
    pub fn of_length(length: usize) -> Option<Self> {
        [Self::Ten, Self::Hundred].into_iter().find(|set| length > 0 && length.is_multiple_of(set.record()))
    }

    /// The bytes of a record.
    pub fn record(self) -> usize {
        self.labels() + FORM.size()
    }

    fn labels(self) -> usize {
        match self {
            Self::Ten => 1,
            Self::Hundred => 2,
        }
    }

    /// The names of the classes.
    pub fn classes(self) -> Vec<String> {
        match self {
            Self::Ten => CIFAR10_CLASSES.map(str::to_owned).into(),
            Self::Hundred => (0..100).map(|class| class.to_string()).collect(),
        }
    }

    /// Labels, and pixels with the channels last.
    pub fn read(self, bytes: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Problem> {
        if bytes.is_empty() {
            return Err(Problem::NoImages);
        }
        if !bytes.len().is_multiple_of(self.record()) {
            let (record, length) = (self.record(), bytes.len());
            let message = format!("{length} bytes are no whole number of records of {record}: the batch is cut");
            return Err(Problem::Corrupt { message });
        }
        let plane = FORM.height * FORM.width;
        let mut labels = Vec::with_capacity(bytes.len() / self.record());
        let mut pixels = Vec::with_capacity(bytes.len());
        for record in bytes.chunks_exact(self.record()) {
            let (label, planes) = record.split_at(self.labels());
            labels.extend(label.last());
            for position in 0..plane {
                pixels.extend((0..FORM.channels).map(|channel| planes[channel * plane + position]));
            }
        }
        Ok((labels, pixels))
    }
}
