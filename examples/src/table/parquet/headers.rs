//! The headers of a column's pages, checked before the parquet crate reads them.
//!
//! The crate steps over values that are not there without noticing the end, as many as a list declares; it reserves what
//! a text declares, and the size that a page says it has when decompressed. A header of a few bytes could take minutes or
//! all memory. So the headers (one struct in Thrift's compact encoding before each page) are walked first.

use ::parquet::file::metadata::ColumnChunkMetaData;

use super::compact::{Compact, DEEPEST_VALUE};
use super::layout::check_page_header;
use crate::table::error::Problem;

/// Fields of a page header.
const UNCOMPRESSED: i64 = 2;
const COMPRESSED: i64 = 3;

/// The most bytes that a compressed one can stand for, of the codecs that are read: deflate's 1032, rounded up.
const LARGEST_RATIO: u64 = 1100;

/// What a page may have beyond that: the few bytes around the data of a small one.
const SLACK: u64 = 1024;

/// Checks the headers of one column chunk of a whole file.
///
/// All of them: the crate reads on behind the last row, to the end of the chunk.
pub(super) fn check(file: &[u8], chunk: &ColumnChunkMetaData) -> Result<(), Problem> {
    let outside = || Problem::Truncated {
        message: "a column of the Parquet file lies outside of the file; its end is cut off".to_owned(),
    };
    let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
    let range = usize::try_from(start).ok().zip(usize::try_from(chunk.compressed_size()).ok());
    let pages = range.and_then(|(start, length)| file.get(start..start.checked_add(length)?)).ok_or_else(outside)?;
    walk(pages)
}

fn walk(pages: &[u8]) -> Result<(), Problem> {
    let mut text = Compact::new(pages, "the header of a page");
    while !text.rest.is_empty() {
        check_page_header(text)?;
        let (mut uncompressed, mut compressed) = (None, None);
        text.fields(DEEPEST_VALUE, |text, id, kind| {
            match id {
                UNCOMPRESSED => uncompressed = u64::try_from(text.integer(kind)?).ok(),
                COMPRESSED => compressed = u64::try_from(text.integer(kind)?).ok(),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let (Some(uncompressed), Some(compressed)) = (uncompressed, compressed) else {
            return Err(text.corrupt("does not say how large the page is"));
        };
        if uncompressed > compressed.saturating_mul(LARGEST_RATIO).saturating_add(SLACK) {
            let message =
                format!("declares {uncompressed} bytes in a page of {compressed}, which nothing compresses to");
            return Err(text.corrupt(&message));
        }
        text.take(compressed).map_err(|_| Problem::Truncated {
            message: "a page of the Parquet file is larger than its column; its end is cut off".to_owned(),
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varint(mut value: u64, out: &mut Vec<u8>) {
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }

    /// A data page: type, sizes, a header with the number of values and one field more, and its content.
    fn page(uncompressed: u64, compressed: u64, values: u64, more: &[u8], content: usize) -> Vec<u8> {
        let mut bytes = vec![0x15, 0, 0x15];
        varint(uncompressed << 1, &mut bytes);
        bytes.push(0x15);
        varint(compressed << 1, &mut bytes);
        bytes.extend([0x2c, 0x15]);
        varint(values << 1, &mut bytes);
        bytes.push(0);
        bytes.extend(more);
        bytes.push(0);
        bytes.resize(bytes.len() + content, 0);
        bytes
    }

    #[track_caller]
    fn check_walk(pages: &[u8], expected: Option<&str>) {
        let outcome = walk(pages).map_err(|problem| problem.to_string());
        assert_eq!(outcome.err().as_deref(), expected);
    }

    #[test]
    fn pages_follow_each_other_to_the_end_of_the_column() {
        let pages = [page(40, 16, 4, &[], 16), page(60, 20, 6, &[], 20)].concat();
        check_walk(&pages, None);
        let padded = [&pages[..], b"padding"].concat();
        check_walk(&padded, Some("the header of a page of the Parquet file has a field of another type"));
        check_walk(&[], None);
        check_walk(
            &pages[..pages.len() - 1],
            Some("a page of the Parquet file is larger than its column; its end is cut off"),
        );
        check_walk(&page(40, 16, 4, &[], 16)[..5], Some("the header of a page of the Parquet file is cut off"));
    }

    #[test]
    fn a_header_cannot_exhaust_time_or_memory() {
        // In a field of the future, a list of 2^31 numbers of eight bytes, none of which is there.
        let endless = [0xd9, 0xf7, 0xff, 0xff, 0xff, 0xff, 0x07];
        check_walk(&page(0, 0, 10, &endless, 0), Some("the header of a page of the Parquet file is cut off"));
        // A text of 2^40 bytes.
        let long = [0xd8, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
        let cut = Some("the header of a page of the Parquet file is cut off");
        check_walk(&page(0, 0, 10, &long, 0), cut);
        // The same behind the last row.
        check_walk(&[page(0, 0, 10, &[], 0), page(0, 0, 0, &long, 0)].concat(), cut);
        // 2^32 + 16: sixteen for the crate.
        let wide = Some("the header of a page of the Parquet file has a number beyond 32 bits");
        check_walk(&page(16, 1 << 32 | 16, 10, &[], 16), wide);
        let bomb = "the header of a page of the Parquet file declares 2147483647 bytes in a page of 16, which nothing \
                    compresses to";
        check_walk(&page(i32::MAX as u64, 16, 10, &[], 16), Some(bomb));
        check_walk(&[0x15, 0, 0], Some("the header of a page of the Parquet file does not say how large the page is"));
    }
}
