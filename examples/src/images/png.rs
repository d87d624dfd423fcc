//! One PNG file.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::error::Problem;
use super::{Form, MAX_PIXELS};

/// Decodes a picture to 8-bit gray or red, green and blue: palettes and narrow grays are expanded, an alpha channel
/// that is opaque everywhere is dropped.
///
/// # Errors
/// Damaged and cut files, transparency, 16 bits a channel, animations and too many pixels.
pub(super) fn decode(bytes: &[u8]) -> Result<(Form, Vec<u8>), Problem> {
    let mut decoder = decoder(bytes, Transformations::EXPAND);
    let header = decoder.read_header_info().map_err(corrupt)?;
    let (height, width) = (header.height as usize, header.width as usize);
    let pixels = u64::from(header.height) * u64::from(header.width);
    if pixels > MAX_PIXELS {
        return Err(Problem::TooLarge { what: "pixels", found: pixels, limit: MAX_PIXELS });
    }
    if header.bit_depth == BitDepth::Sixteen {
        return Err(unsupported("it has 16 bits a channel; 8 are legal: convert it to an 8-bit PNG"));
    }
    // No deflate stream grows by more than 1032: memory is not spent on pixels that cannot be there.
    if header.raw_bytes() / 1032 > bytes.len() {
        return Err(Problem::Corrupt { message: "the PNG file is too short for its pixels".to_owned() });
    }
    if header.color_type == ColorType::Indexed {
        check_palette(bytes)?;
    }
    let mut reader = decoder.read_info().map_err(corrupt)?;
    if reader.info().animation_control().is_some() {
        return Err(unsupported("it is an animation; save one of its frames as a PNG of its own"));
    }
    let size = reader.output_buffer_size().ok_or_else(|| unsupported("it does not fit into memory"))?;
    let mut decoded = vec![0; size];
    let frame = reader.next_frame(&mut decoded).map_err(corrupt)?;
    decoded.truncate(frame.buffer_size());
    // A file without its end is cut, even if all pixels are there.
    reader.finish().map_err(corrupt)?;
    let (channels, decoded) = match frame.color_type {
        ColorType::Grayscale => (1, decoded),
        ColorType::GrayscaleAlpha => (1, opaque::<2>(&decoded)?),
        ColorType::Rgb => (3, decoded),
        ColorType::Rgba => (3, opaque::<4>(&decoded)?),
        ColorType::Indexed => return Err(unsupported("its palette cannot be expanded")),
    };
    let form = Form { height, width, channels };
    if decoded.len() == form.size() {
        Ok((form, decoded))
    } else {
        Err(Problem::Corrupt { message: "the PNG file holds no whole picture".to_owned() })
    }
}

fn decoder(bytes: &[u8], transformations: Transformations) -> Decoder<Cursor<&[u8]>> {
    // Lines in between and text chunks need memory as well.
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 4 * MAX_PIXELS as usize });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(transformations);
    decoder
}

/// Expanding a palette that is not made of whole colours panics in the `png` crate (0.18.1).
fn check_palette(bytes: &[u8]) -> Result<(), Problem> {
    let reader = decoder(bytes, Transformations::IDENTITY).read_info().map_err(corrupt)?;
    match reader.info().palette.as_deref() {
        Some(colours) if !colours.is_empty() && colours.len() % 3 == 0 && colours.len() <= 3 * 256 => Ok(()),
        _ => Err(Problem::Corrupt { message: "the PNG file's palette is not of 1 to 256 whole colours".to_owned() }),
    }
}

/// The pixels without their alpha channel, the last one of `N`.
fn opaque<const N: usize>(pixels: &[u8]) -> Result<Vec<u8>, Problem> {
    let pixels = pixels.as_chunks::<N>().0;
    if pixels.iter().any(|pixel| pixel[N - 1] != u8::MAX) {
        return Err(unsupported(
            "some of its pixels are transparent; put it on a background and save it without alpha",
        ));
    }
    Ok(pixels.iter().flat_map(|pixel| &pixel[..N - 1]).copied().collect())
}

fn corrupt(error: png::DecodingError) -> Problem {
    match error {
        png::DecodingError::LimitsExceeded => unsupported("it takes more memory than is granted to one picture"),
        error => Problem::Corrupt { message: format!("the PNG file is damaged: {error}") },
    }
}

fn unsupported(message: &str) -> Problem {
    Problem::Unsupported { message: message.to_owned() }
}
