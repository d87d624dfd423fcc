//! Weights as NPZ: a ZIP archive with an NPY file for each tensor, as `numpy.savez` writes it.

use std::io::{self, Cursor, Read, Write};

use half::f16;
use npyz::{DType, NpyFile, NpyHeader, Order, TypeChar, WriterBuilder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::StoredTensor;
use super::parameters::Parameter;

/// The most bytes of all arrays together: a few kilobytes of archive can inflate to gigabytes.
const MOST: u64 = 1 << 30;

/// The longest header of an array; numpy has the same limit.
const LONGEST_HEADER: usize = 10_000;

/// The tensors of an NPZ file, in the order of the archive.
///
/// # Errors
/// What is wrong with the bytes.
pub fn parse(bytes: &[u8]) -> Result<Vec<StoredTensor>, String> {
    let broken = |error: zip::result::ZipError| format!("not an NPZ file: {error}");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.has_duplicate_names() {
        return Err("not an NPZ file: two of its arrays have one name".to_owned());
    }
    let mut tensors = Vec::new();
    let mut left = MOST;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        let file = entry.name().map_err(broken)?.into_owned();
        let mut array = Vec::new();
        entry.by_ref().take(left + 1).read_to_end(&mut array).map_err(|error| format!("`{file}`: {error}"))?;
        left = left
            .checked_sub(array.len() as u64)
            .ok_or_else(|| format!("the arrays hold more than {MOST} bytes, the most that is read"))?;
        tensors.push(match file.strip_suffix(".npy") {
            Some(name) => tensor(name, &array).map_err(|message| format!("`{file}`: {message}"))?,
            None => StoredTensor { name: file, shape: Vec::new(), elements: Err("no NPY file".to_owned()) },
        });
    }
    Ok(tensors)
}

/// One NPY file.
fn tensor(name: &str, bytes: &[u8]) -> Result<StoredTensor, String> {
    check_header(bytes)?;
    let mut data = bytes;
    let header = NpyHeader::from_reader(&mut data).map_err(|error| format!("not an NPY file: {error}"))?;
    let shape: Vec<usize> = header
        .shape()
        .iter()
        .map(|&size| usize::try_from(size))
        .collect::<Result<_, _>>()
        .map_err(|e| e.to_string())?;
    let DType::Plain(ty) = header.dtype() else {
        return Ok(StoredTensor { name: name.to_owned(), shape, elements: Err("record".to_owned()) });
    };
    let size = match (ty.type_char(), ty.size_field()) {
        (TypeChar::Float, size @ (2 | 4 | 8)) => size as usize,
        _ => return Ok(StoredTensor { name: name.to_owned(), shape, elements: Err(ty.to_string()) }),
    };
    let expected = shape.iter().try_fold(size, |product, &size| product.checked_mul(size));
    if expected != Some(data.len()) {
        return Err(format!("{} bytes of data do not fill the shape {shape:?} with elements of {size}", data.len()));
    }
    let file = NpyFile::with_header(header.clone(), data);
    let stored = match size {
        2 => file.into_vec::<f16>().map(|values| values.into_iter().map(f16::to_f32).collect()),
        4 => file.into_vec::<f32>(),
        _ => file.into_vec::<f64>().map(|values| values.into_iter().map(|value| value as f32).collect()),
    };
    let stored: Vec<f32> = stored.map_err(|error| error.to_string())?;
    let elements = match header.order() {
        Order::C => stored,
        Order::Fortran => row_major(&stored, &shape),
    };
    Ok(StoredTensor { name: name.to_owned(), shape, elements: Ok(elements) })
}

/// Refuses headers that no array of weights has and that a parser of Python literals should not be given: it trusts
/// lengths, nests as deep as the text and multiplies whatever shape stands there.
fn check_header(bytes: &[u8]) -> Result<(), String> {
    let number = |range: std::ops::Range<usize>| -> Option<usize> {
        Some(bytes.get(range)?.iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte)))
    };
    let (length, start) = match bytes.get(6) {
        Some(1) => (number(8..10), 10),
        _ => (number(8..12), 12),
    };
    let text = length.and_then(|length| bytes.get(start..)?.get(..length));
    let text = text.ok_or("not an NPY file: it ends inside its header")?;
    let count = |characters: &[u8]| text.iter().filter(|byte| characters.contains(byte)).count();
    // 16 digits, none of them hexadecimal, stay below 2^63 however they are multiplied.
    if text.len() > LONGEST_HEADER || count(b"([{") > 8 || count(b"0123456789") > 16 || count(b"xX") > 0 {
        return Err("the header is not that of an array of numbers".to_owned());
    }
    Ok(())
}

/// Elements with the first dimension fastest, rearranged.
fn row_major(stored: &[f32], shape: &[usize]) -> Vec<f32> {
    let position = |mut index: usize| {
        // From the last dimension, the fastest, to the first one.
        let mut stride = stored.len();
        shape.iter().rev().fold(0, |position, &size| {
            stride /= size;
            let here = index % size;
            index /= size;
            position + here * stride
        })
    };
    (0..stored.len()).map(|index| stored[position(index)]).collect()
}

/// The file, in `f32`, not compressed; nothing in it depends on when and where it was written.
pub(super) fn bytes(parameters: &[Parameter]) -> io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for Parameter { name, shape, values } in parameters {
        let mut array = Vec::new();
        let shape: Vec<u64> = shape.iter().map(|&size| size as u64).collect();
        let options = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(&mut array);
        let mut writer = options.begin_nd()?;
        writer.extend(values)?;
        writer.finish()?;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644)
            .large_file(array.len() >= 1 << 31);
        archive.start_file(format!("{name}.npy"), options).map_err(io::Error::other)?;
        archive.write_all(&array)?;
    }
    Ok(archive.finish().map_err(io::Error::other)?.into_inner())
}
