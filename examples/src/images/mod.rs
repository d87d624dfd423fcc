//! Labelled pictures, from the formats that people keep them in.
//!
//! | what | told by | classes |
//! |---|---|---|
//! | CIFAR-10 (and CIFAR-100) | a folder with `data_batch_1.bin` .. and `test_batch.bin` (`train.bin`, `test.bin`), or one such file | their own |
//! | NPZ | its content | `x` uint8 `[n, h, w, c]` or `[n, h, w]` and `y` integers `[n]` or `[n, 1]`, or `x_train`, `y_train`, `x_test`, `y_test`; names in `class_names`, else the numbers |
//! | PNG | a folder with one sub-folder a class, or with `train` and `test`, each of them such a folder | the names of the sub-folders, sorted |
//!
//! Everything is read or nothing: the first problem ends it, with the file and the place. A pixel is a byte a channel, the
//! channels last.

mod cifar;
mod error;
mod folder;
mod form;
mod npz;
mod png;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read;
use std::path::Path;

pub use cifar::CIFAR10_CLASSES;
use cifar::Cifar;
pub use error::{ImagesError, Place, Problem};
pub use form::{Form, Wanted};

/// The largest file that is read, and the most pixel data of a set, in bytes: five times CIFAR-10.
pub const MAX_BYTES: u64 = 1 << 30;

/// The most pixels of a picture: 8192x8192.
pub const MAX_PIXELS: u64 = 1 << 26;

/// The most pictures of a set.
pub const MAX_IMAGES: u64 = 1 << 22;

/// Pictures of one size with their classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Images {
    /// The size of each.
    pub form: Form,
    /// `[images][height][width][channels]`.
    pub pixels: Vec<u8>,
    /// `[images]`: indices into `classes`.
    pub labels: Vec<u8>,
    /// The names of the classes.
    pub classes: Vec<String>,
}

/// Pictures as they were found: all in one part, or with a part that is meant for tests.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageSet {
    /// The pictures to train on; all of them where there is no test part.
    pub train: Images,
    /// The pictures to test with.
    pub test: Option<Images>,
}

impl Images {
    /// Number of pictures.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The pixels of a picture.
    ///
    /// # Panics
    /// Where there is no picture of this index.
    #[must_use]
    pub fn image(&self, index: usize) -> &[u8] {
        &self.pixels[index * self.form.size()..][..self.form.size()]
    }

    /// Makes the pictures those of a model, and checks their labels.
    fn fitted(mut self, file: &Path, wanted: &Wanted) -> Result<Self, ImagesError> {
        let (found, expected) = (self.form, wanted.form);
        if self.is_empty() {
            return Err(Problem::NoImages.in_file(file));
        }
        if found.channels != expected.channels {
            return Err(Problem::Channels { found, expected }.in_file(file));
        }
        if found != expected {
            if !wanted.resize {
                return Err(Problem::Size { found, expected }.in_file(file));
            }
            check_size("bytes of pixels", self.len() as u64 * expected.size() as u64, MAX_BYTES)
                .map_err(|problem| problem.in_file(file))?;
            self.pixels = self.pixels.chunks(found.size()).flat_map(|pixels| found.resize(pixels, expected)).collect();
            self.form = expected;
        }
        check_classes(self.classes.len(), wanted).map_err(|problem| problem.in_file(file))?;
        let beyond = |label: &u8| usize::from(*label) >= self.classes.len();
        match self.labels.iter().position(beyond) {
            None => Ok(self),
            Some(index) => {
                let found = self.labels[index].to_string();
                let problem = Problem::Label { found, classes: self.classes.len() };
                Err(problem.at(file, Place::Image(index as u64)))
            }
        }
    }
}

impl ImageSet {
    /// Reads a file or a folder; its content tells what it is.
    ///
    /// # Errors
    /// [`ImagesError`] with the file, the place in it and what is legal there.
    pub fn read(path: &Path, wanted: &Wanted) -> Result<Self, ImagesError> {
        if std::fs::metadata(path).map_err(|error| Problem::unreadable(&error).in_file(path))?.is_dir() {
            folder::read(path, wanted)
        } else {
            Self::parse(path, &read_bytes(path).map_err(|problem| problem.in_file(path))?, wanted)
        }
    }

    /// Reads a file that is in memory: NPZ or a CIFAR batch; `name` stands for it in the errors.
    ///
    /// # Errors
    /// As [`ImageSet::read`].
    pub fn parse(name: &Path, bytes: &[u8], wanted: &Wanted) -> Result<Self, ImagesError> {
        let extension = name.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("bin"));
        if bytes.starts_with(b"PK") {
            npz::read(name, bytes, wanted)
        } else if let Some(found) = foreign(bytes) {
            Err(Problem::UnknownFormat { found: Some(found) }.in_file(name))
        } else {
            let set = Cifar::of_length(bytes.len()).or(extension.then_some(Cifar::Ten));
            let set = set.ok_or_else(|| Problem::UnknownFormat { found: None }.in_file(name))?;
            batches(set, &[(name, bytes)], wanted).map(|train| Self { train, test: None })
        }
    }
}

/// Decodes one PNG file that is in memory and makes it fit; `name` stands for it in the errors.
///
/// Gray pictures become red, green and blue where a model takes those.
///
/// # Errors
/// [`ImagesError`] where the file is damaged or not what is wanted.
pub fn parse_png(name: &Path, bytes: &[u8], wanted: &Wanted) -> Result<Vec<u8>, ImagesError> {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let message = match foreign(bytes) {
            Some(found) => format!("this is {found}; the pictures of a folder are PNG files: convert it"),
            None => "this is no PNG file; the folder of a class holds nothing else".to_owned(),
        };
        return Err(Problem::Unsupported { message }.in_file(name));
    }
    let (mut found, mut pixels) = png::decode(bytes).map_err(|problem| problem.in_file(name))?;
    let expected = wanted.form;
    if (found.channels, expected.channels) == (1, 3) {
        pixels = pixels.iter().flat_map(|&gray| [gray; 3]).collect();
        found.channels = 3;
    }
    if found.channels != expected.channels {
        Err(Problem::Channels { found, expected }.in_file(name))
    } else if found == expected {
        Ok(pixels)
    } else if wanted.resize {
        Ok(found.resize(&pixels, expected))
    } else {
        Err(Problem::Size { found, expected }.in_file(name))
    }
}

/// CIFAR batches one after the other.
fn batches(set: Cifar, files: &[(&Path, &[u8])], wanted: &Wanted) -> Result<Images, ImagesError> {
    let mut images = Images { form: cifar::FORM, pixels: Vec::new(), labels: Vec::new(), classes: set.classes() };
    for (name, bytes) in files {
        let (labels, pixels) = set.read(bytes).map_err(|problem| problem.in_file(name))?;
        if let Some(index) = labels.iter().position(|label| usize::from(*label) >= images.classes.len()) {
            let problem = Problem::Label { found: labels[index].to_string(), classes: images.classes.len() };
            return Err(problem.at(name, Place::Image(index as u64)));
        }
        images.labels.extend(labels);
        images.pixels.extend(pixels);
    }
    images.fitted(files.first().map_or(Path::new(""), |(name, _)| name), wanted)
}

/// What else people keep pictures in.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 9] = [
        (b"\x89PNG", "a single PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"BM", "a BMP picture"),
        (b"\x1f\x8b", "a gzip archive: unpack it"),
        (b"\x93NUMPY", "a single NPY array: save pictures and labels with numpy.savez"),
        (b"\x89HDF", "an HDF5 file"),
        (b"\x80\x03}", "a Python pickle: take the binary version of the set"),
        (b"\x80\x02}", "a Python pickle: take the binary version of the set"),
    ];
    // A batch begins with a label below 100 and could spell two letters.
    let batch = bytes.len().is_multiple_of(Cifar::Ten.record()) || bytes.len().is_multiple_of(Cifar::Hundred.record());
    known.iter().find(|(magic, _)| bytes.starts_with(magic) && !(batch && magic.len() == 2)).map(|(_, name)| *name)
}

fn check_size(what: &'static str, found: u64, limit: u64) -> Result<(), Problem> {
    if found > limit { Err(Problem::TooLarge { what, found, limit }) } else { Ok(()) }
}

fn check_classes(found: usize, wanted: &Wanted) -> Result<(), Problem> {
    let limit = wanted.classes.min(256);
    if (2..=limit).contains(&found) { Ok(()) } else { Err(Problem::ClassCount { found, limit }) }
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: std::io::Error| Problem::unreadable(&error);
    let file = File::open(path).map_err(unreadable)?;
    check_size("bytes", file.metadata().map_err(unreadable)?.len(), MAX_BYTES)?;
    let mut bytes = Vec::new();
    // A pipe has no length, so the limit is on what arrives.
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    check_size("bytes", bytes.len() as u64, MAX_BYTES)?;
    Ok(bytes)
}
