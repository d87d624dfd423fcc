//! NPZ: arrays of pictures and labels, as `numpy.savez` and `numpy.savez_compressed` write them.

use std::io::{Cursor, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::error::{ImagesError, Place, Problem};
use super::{Form, ImageSet, Images, MAX_BYTES, MAX_IMAGES, MAX_PIXELS, Wanted, check_size};
use crate::table::npy::Cell;
use crate::table::npy_header::{Element, Elements, Header, Kind};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The longest start of an array that its header is looked for in.
const HEADER: u64 = 1 << 16;

/// The most bytes of `class_names`.
const NAMES: u64 = 1 << 20;

/// The arrays of the pictures and of the labels of a part.
const WHOLE: (&str, &str) = ("x", "y");
const TRAIN: (&str, &str) = ("x_train", "y_train");
const TEST: (&str, &str) = ("x_test", "y_test");

pub(super) fn read(name: &Path, bytes: &[u8], wanted: &Wanted) -> Result<ImageSet, ImagesError> {
    let mut file = File { name, archive: open(bytes).map_err(|problem| problem.in_file(name))? };
    let (whole, train, test) = (file.has(WHOLE), file.has(TRAIN), file.has(TEST));
    if whole == train || whole && test {
        let message = if whole { "`x` and `x_train` are both there; one of them is legal" } else { "it holds no `x`" };
        let legal = "legal are `x` and `y`, or `x_train`, `y_train`, `x_test` and `y_test`";
        return Err(Problem::Unsupported { message: format!("{message}; {legal}") }.in_file(name));
    }
    let names = file.names()?;
    let train = file.part(if whole { WHOLE } else { TRAIN })?;
    let test = if test { Some(file.part(TEST)?) } else { None };
    let largest = [Some(&train), test.as_ref()].into_iter().flatten().flat_map(|part| &part.labels).max();
    let count = largest.map_or(0, |label| usize::from(*label) + 1);
    let classes = names.unwrap_or_else(|| (0..count).map(|class| class.to_string()).collect());
    let fit = |part: Part, labels: &str| {
        // Labels first: their array is what is wrong, not the number of classes that follows from it.
        let legal = classes.len().min(wanted.classes);
        if let Some(index) = part.labels.iter().position(|label| usize::from(*label) >= legal) {
            let problem = Problem::Label { found: part.labels[index].to_string(), classes: legal };
            return Err(problem.at(name, Place::Image(index as u64)));
        }
        let place = |error: ImagesError| ImagesError { place: Some(Place::Array(labels.to_owned())), ..error };
        let Part { form, pixels, labels } = part;
        Images { form, pixels, labels, classes: classes.clone() }.fitted(name, wanted).map_err(place)
    };
    Ok(ImageSet {
        train: fit(train, if whole { WHOLE.0 } else { TRAIN.0 })?,
        test: test.map(|test| fit(test, TEST.0)).transpose()?,
    })
}

fn open(bytes: &[u8]) -> Result<Archive<'_>, Problem> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.has_duplicate_names() {
        return Err(Problem::Corrupt { message: "two arrays of the NPZ file have one name".to_owned() });
    }
    Ok(archive)
}

fn broken(error: &ZipError) -> Problem {
    Problem::Corrupt { message: format!("the NPZ file is damaged: {error}") }
}

/// Pictures and labels before their classes are known.
struct Part {
    form: Form,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

/// An array with its bytes.
struct Array {
    header: Header,
    data: Vec<u8>,
}

struct File<'a> {
    name: &'a Path,
    archive: Archive<'a>,
}

impl File<'_> {
    fn has(&self, (pictures, labels): (&str, &str)) -> bool {
        // One of the two is enough to tell what is meant; the absent one is then named.
        [pictures, labels].iter().any(|name| self.archive.index_for_name(&format!("{name}.npy")).is_some())
    }

    fn error(&self, array: &str, problem: Problem) -> ImagesError {
        problem.at(self.name, Place::Array(array.to_owned()))
    }

    fn part(&mut self, (pictures, labels): (&str, &str)) -> Result<Part, ImagesError> {
        let array = self.array(pictures, |header| form(header).map(|_| MAX_BYTES))?;
        let (form, count) = form(&array.header).map_err(|problem| self.error(pictures, problem))?;
        let pixels = if array.header.fortran_order { row_major(&array) } else { array.data };
        Ok(Part { form, pixels, labels: self.labels(labels, count)? })
    }

    /// An array; `limit` looks at its header and says how many bytes it may have.
    fn array(&mut self, name: &str, limit: impl Fn(&Header) -> Result<u64, Problem>) -> Result<Array, ImagesError> {
        let read = |archive: &mut Archive<'_>| {
            let entry = archive.by_name(&format!("{name}.npy"));
            let mut entry = entry.map_err(|error| match error {
                ZipError::FileNotFound => Problem::Unsupported { message: "it is not in the file".to_owned() },
                error => broken(&error),
            })?;
            let unreadable = |error: std::io::Error| Problem::Corrupt { message: format!("it is damaged: {error}") };
            let mut start = Vec::new();
            entry.by_ref().take(HEADER).read_to_end(&mut start).map_err(unreadable)?;
            if !start.starts_with(b"\x93NUMPY") {
                return Err(Problem::Corrupt { message: "it is no NPY array".to_owned() });
            }
            let (header, data) =
                Header::read(&start).map_err(|problem| Problem::Corrupt { message: problem.to_string() })?;
            let limit = limit(&header)?;
            let bytes =
                bytes(&header).ok_or_else(|| Problem::Corrupt { message: "its shape has no size".to_owned() })?;
            check_size("bytes", bytes, limit)?;
            let mut data = data.to_vec();
            // To the end, where the checksum is compared; one more byte tells that there is too much.
            entry.take((bytes + 1).saturating_sub(data.len() as u64)).read_to_end(&mut data).map_err(unreadable)?;
            if data.len() as u64 == bytes {
                Ok(Array { header, data })
            } else {
                let (shape, found) = (&header.shape, data.len());
                let message = format!("its shape {shape:?} takes {bytes} bytes; it has {}{found}", more(found, bytes));
                Err(Problem::Corrupt { message })
            }
        };
        read(&mut self.archive).map_err(|problem| self.error(name, problem))
    }

    fn labels(&mut self, name: &str, images: u64) -> Result<Vec<u8>, ImagesError> {
        let array = self.array(name, |header| {
            let (labels, element) = (header.shape.first().copied().unwrap_or(0), plain(header));
            match (header.shape.as_slice(), element.map(|element| element.kind)) {
                ([_] | [_, 1], Some(Kind::Signed | Kind::Unsigned)) if labels == images => Ok(8 * MAX_IMAGES),
                ([_] | [_, 1], Some(Kind::Signed | Kind::Unsigned)) => Err(Problem::LabelCount { labels, images }),
                _ => {
                    let shape = &header.shape;
                    let message = format!(
                        "labels are whole numbers of shape ({images},) or ({images}, 1); these are {}, shape {shape:?}",
                        described(header)
                    );
                    Err(Problem::Unsupported { message })
                }
            }
        })?;
        let Some(element) = plain(&array.header) else { return Ok(Vec::new()) };
        let label = |(index, bytes)| match Cell::new(element, bytes) {
            Cell::Number(number) if (0.0..256.0).contains(&number) => Ok(number as u8),
            Cell::Number(number) => {
                let problem = Problem::Label { found: number.to_string(), classes: 256 };
                Err(problem.at(self.name, Place::Image(index)))
            }
            Cell::Text(_) => Err(self.error(name, Problem::Corrupt { message: "it holds text".to_owned() })),
        };
        (0..).zip(array.data.chunks_exact(element.size)).map(label).collect()
    }

    /// The names of the classes, where they are there.
    fn names(&mut self) -> Result<Option<Vec<String>>, ImagesError> {
        const NAME: &str = "class_names";
        if self.archive.index_for_name(&format!("{NAME}.npy")).is_none() {
            return Ok(None);
        }
        let array =
            self.array(NAME, |header| match (header.shape.as_slice(), plain(header).map(|element| element.kind)) {
                ([_], Some(Kind::Bytes | Kind::Unicode)) => Ok(NAMES),
                _ => Err(Problem::Unsupported { message: "names are a list of texts".to_owned() }),
            })?;
        let Some(element) = plain(&array.header) else { return Ok(None) };
        let name = |bytes| match Cell::new(element, bytes) {
            Cell::Text(name) => name,
            Cell::Number(number) => number.to_string(),
        };
        Ok(Some(array.data.chunks_exact(element.size).map(name).collect()))
    }
}

fn plain(header: &Header) -> Option<Element> {
    match &header.elements {
        Elements::Plain(element) => Some(*element),
        Elements::Record(_) => None,
    }
}

fn described(header: &Header) -> String {
    match plain(header) {
        None => "records".to_owned(),
        Some(Element { kind, size, .. }) => match kind {
            Kind::Float => format!("{}-bit floats", 8 * size),
            Kind::Signed => format!("signed {}-bit numbers", 8 * size),
            Kind::Unsigned => format!("unsigned {}-bit numbers", 8 * size),
            Kind::Bytes | Kind::Unicode => "texts".to_owned(),
        },
    }
}

/// The bytes that an array's shape needs.
fn bytes(header: &Header) -> Option<u64> {
    let size = plain(header)?.size as u64;
    header.shape.iter().try_fold(size, |product, &length| product.checked_mul(length))
}

/// The size and the number of pictures in an array.
fn form(header: &Header) -> Result<(Form, u64), Problem> {
    let (count, height, width, channels) = match *header.shape.as_slice() {
        [count, height, width, channels] => (count, height, width, channels),
        [count, height, width] => (count, height, width, 1),
        _ => return Err(not_pictures(header)),
    };
    if !matches!(plain(header), Some(Element { kind: Kind::Unsigned, size: 1, .. })) {
        return Err(not_pictures(header));
    }
    if channels > 4 && height <= 4 {
        let message = format!(
            "the shape {:?} has its channels first; channels last are legal: x.transpose(0, 2, 3, 1)",
            header.shape
        );
        return Err(Problem::Unsupported { message });
    }
    if count == 0 || height == 0 || width == 0 || channels == 0 {
        return Err(Problem::NoImages);
    }
    check_size("pictures", count, MAX_IMAGES)?;
    check_size("pixels", height.saturating_mul(width), MAX_PIXELS)?;
    check_size("channels", channels, 1 << 16)?;
    let size = |length: u64| length as usize;
    Ok((Form { height: size(height), width: size(width), channels: size(channels) }, count))
}

fn not_pictures(header: &Header) -> Problem {
    let shape = &header.shape;
    let message = format!(
        "pictures are unsigned 8-bit numbers, 0 to 255, of shape (n, height, width, channels) or (n, height, width); \
         these are {}, shape {shape:?}",
        described(header)
    );
    Problem::Unsupported { message }
}

fn more(found: usize, bytes: u64) -> &'static str {
    if found as u64 > bytes { "at least " } else { "" }
}

/// The bytes of an array whose first dimension is the fastest, rearranged.
fn row_major(array: &Array) -> Vec<u8> {
    let shape: Vec<usize> = array.header.shape.iter().map(|&length| length as usize).collect();
    let position = |mut index: usize| {
        let mut stride = array.data.len();
        shape.iter().rev().fold(0, |position, &length| {
            stride /= length;
            let here = index % length;
            index /= length;
            position + here * stride
        })
    };
    (0..array.data.len()).map(|index| array.data[position(index)]).collect()
}
