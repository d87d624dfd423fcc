//! The handwritten digits that are part of the program: 1,797 pictures of 8x8 pixels.
//!
//! ```
//! let digits = hls_examples::digits::embedded().unwrap();
//! assert_eq!((digits.len(), digits.form.height, digits.form.width), (1797, 8, 8));
//! ```

use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;

use crate::images::{Form, Images, ImagesError, Place, Problem};

static EMBEDDED: &[u8] = include_bytes!("../data/digits/digits.csv.gz");

/// The largest number of a pixel in the file.
const LEVELS: u8 = 16;

/// The pictures; `examples/data/digits/README.md` says whose they are.
///
/// A pixel is 255/16 times the number in the file, rounded, so that black and white are what they are in other pictures.
///
/// # Errors
/// None for the data in this repository.
pub fn embedded() -> Result<Images, ImagesError> {
    parse(EMBEDDED)
}

fn parse(bytes: &[u8]) -> Result<Images, ImagesError> {
    let error = |place, message: String| ImagesError {
        file: PathBuf::from("examples/data/digits/digits.csv.gz"),
        place,
        problem: Problem::Corrupt { message },
    };
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).map_err(|reason| error(None, reason.to_string()))?;
    let form = Form { height: 8, width: 8, channels: 1 };
    let classes = (0..10).map(|digit| digit.to_string()).collect();
    let mut images = Images { form, pixels: Vec::new(), labels: Vec::new(), classes };
    for (index, line) in (0..).zip(text.lines()) {
        let numbers: Result<Vec<u8>, _> = line.split(',').map(str::parse).collect();
        match numbers.as_deref() {
            Ok([pixels @ .., label])
                if pixels.len() == form.size() && *label < 10 && pixels.iter().all(|p| *p <= LEVELS) =>
            {
                images.pixels.extend(pixels.iter().map(|&pixel| bright(pixel)));
                images.labels.push(*label);
            }
            _ => return Err(error(Some(Place::Image(index)), "expected 64 numbers up to 16 and a digit".to_owned())),
        }
    }
    Ok(images)
}

fn bright(pixel: u8) -> u8 {
    ((u16::from(pixel) * 255 + 8) / u16::from(LEVELS)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_digits_are_whole() {
        let digits = embedded().unwrap();
        assert_eq!((digits.len(), digits.pixels.len()), (1797, 1797 * 64));
        let counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
        for (digit, count) in (0..).zip(counts) {
            assert_eq!(digits.labels.iter().filter(|label| **label == digit).count(), count);
        }
        let first: Vec<u8> = [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0].map(bright).into();
        assert_eq!(digits.image(0)[..16], first);
        assert_eq!((bright(0), bright(16)), (0, 255));
    }

    #[test]
    fn damaged_data_are_refused() {
        assert!(parse(&EMBEDDED[..EMBEDDED.len() / 2]).is_err());
        assert!(parse(b"no gzip").is_err());
    }
}
