//! What can be wrong with pictures, where, and what would be legal.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Form;

/// Pictures that cannot be used: the file or folder, the place in it, and the problem.
#[derive(Clone, Debug, PartialEq)]
pub struct ImagesError {
    /// The file or folder.
    pub file: PathBuf,
    /// Where in the file, as far as that is known.
    pub place: Option<Place>,
    /// What is wrong there.
    pub problem: Problem,
}

/// A place in a file of many pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An array of an NPZ file.
    Array(String),
    /// A picture, counted from 0 as numpy does, and the array or part that its label is in.
    Image(u64),
}

/// What is wrong with pictures.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// The operating system does not hand the file or the folder out.
    Unreadable {
        /// The system's own words.
        reason: String,
    },
    /// More than this program takes.
    TooLarge {
        /// What there is too much of: `bytes`, `pixels`, ..
        what: &'static str,
        /// How many are there, or are declared.
        found: u64,
        /// How many are legal.
        limit: u64,
    },
    /// Nothing that can be recognized as pictures.
    UnknownFormat {
        /// What the content is, where that is recognized.
        found: Option<&'static str>,
    },
    /// A picture has another size than the model's input.
    Size {
        /// The picture.
        found: Form,
        /// The model's input.
        expected: Form,
    },
    /// A picture has other channels than the model's input.
    Channels {
        /// The picture.
        found: Form,
        /// The model's input.
        expected: Form,
    },
    /// There is no picture.
    NoImages,
    /// The folder of a class holds no picture.
    EmptyClass,
    /// Less than two classes, or more than the model has outputs.
    ClassCount {
        /// The classes that are there.
        found: usize,
        /// The model's outputs.
        limit: usize,
    },
    /// The train and the test folder do not have the same classes.
    UnmatchedClass {
        /// The folder of this class is absent in the place.
        class: String,
    },
    /// A label that no class has.
    Label {
        /// The label.
        found: String,
        /// The number of classes that are legal.
        classes: usize,
    },
    /// As many labels as pictures are needed.
    LabelCount {
        /// The labels.
        labels: u64,
        /// The pictures.
        images: u64,
    },
    /// A part of a format that this program does not read.
    Unsupported {
        /// The part, and what to do instead.
        message: String,
    },
    /// A file that is cut or contradicts itself.
    Corrupt {
        /// What the reader found.
        message: String,
    },
}

impl Problem {
    pub(super) fn in_file(self, file: &Path) -> ImagesError {
        ImagesError { file: file.to_path_buf(), place: None, problem: self }
    }

    pub(super) fn at(self, file: &Path, place: Place) -> ImagesError {
        ImagesError { file: file.to_path_buf(), place: Some(place), problem: self }
    }

    pub(super) fn unreadable(error: &std::io::Error) -> Self {
        Self::Unreadable { reason: error.to_string() }
    }
}

impl fmt::Display for ImagesError {
    /// `cats/7.png: the picture is 640x480 with 3 channels; ...`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        match &self.place {
            Some(Place::Array(name)) => write!(f, ": array `{name}`")?,
            Some(Place::Image(index)) => write!(f, ": image {index} (from 0)")?,
            None => {}
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for ImagesError {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { reason } => write!(f, "cannot be read: {reason}"),
            Self::TooLarge { what, found, limit } => write!(f, "{found} {what} are too many; at most {limit} are read"),
            Self::UnknownFormat { found } => {
                match found {
                    Some(found) => write!(f, "this is {found}, which is not read here")?,
                    None => f.write_str("this holds no pictures that can be recognized")?,
                }
                f.write_str(
                    "; legal are CIFAR binary batches or a folder of them, NPZ with `x` and `y` (or `x_train`, \
                     `y_train`, `x_test`, `y_test`), and a folder with one sub-folder of PNG files for each class (or \
                     with two of those, `train` and `test`)",
                )
            }
            Self::Size { found, expected } => {
                write!(f, "the picture is {found}; the model takes {expected}: --resize makes pictures fit")
            }
            Self::Channels { found, expected } => {
                write!(f, "the picture is {found}; the model takes {expected}")?;
                match (found.channels, expected.channels) {
                    (_, 1) => f.write_str(": convert it to gray"),
                    (1, 3) => f.write_str(": repeat the gray channel for red, green and blue"),
                    _ => Ok(()),
                }
            }
            Self::NoImages => f.write_str("there is no picture"),
            Self::EmptyClass => {
                f.write_str("the folder of this class holds no PNG file; put pictures there or remove it")
            }
            Self::ClassCount { found, limit } => {
                let classes = if *found == 1 { "class is" } else { "classes are" };
                write!(f, "{found} {classes} there; legal are 2 to {limit}, the outputs of the model")
            }
            Self::UnmatchedClass { class } => {
                write!(f, "the class `{class}` has no folder here; `train` and `test` need the same classes")
            }
            Self::Label { found, classes } => {
                write!(f, "the label {found} is out of range; legal are 0 to {}", classes.saturating_sub(1))
            }
            Self::LabelCount { labels, images } => {
                write!(f, "there are {labels} labels for {images} pictures; each needs one")
            }
            Self::Unsupported { message } | Self::Corrupt { message } => f.write_str(message),
        }
    }
}
