//! The headers of a column's pages, checked before the parquet crate reads them.
//!
//! The crate steps over values that are not there without noticing the end, as many as a list declares; it reserves what
//! a text declares, and the size that a page says it has when decompressed. A header of a few bytes could take minutes or
//! all memory. So the headers (one struct in Thrift's compact encoding before each page) are walked first.

use ::parquet::file::metadata::ColumnChunkMetaData;

use super::compact::{Compact, DEEPEST_VALUE, STRUCT};
use super::layout::check_page_header;
use crate::table::error::Problem;

/// Fields of a page header, and in the last two, `1: i32 num_values`.
const TYPE: i64 = 1;
const UNCOMPRESSED: i64 = 2;
const COMPRESSED: i64 = 3;
const DATA: i64 = 5;
const DATA_V2: i64 = 8;
const VALUES: i64 = 1;

/// The values of `TYPE` for pages with data, of the first and the second version.
const DATA_PAGES: [i64; 2] = [0, 3];

/// The most bytes that a compressed one can stand for, of the codecs that are read: deflate's 1032, rounded up.
const LARGEST_RATIO: u64 = 1100;

/// What a page may have beyond that: the few bytes around the data of a small one.
const SLACK: u64 = 1024;

/// Checks the headers of one column chunk of a whole file, up to the last page that holds one of its `rows`.
pub(super) fn check(file: &[u8], chunk: &ColumnChunkMetaData, rows: u64) -> Result<(), Problem> {
    let outside = || Problem::Truncated {
        message: "a column of the Parquet file lies outside of the file; its end is cut off".to_owned(),
    };
    let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
    let range = usize::try_from(start).ok().zip(usize::try_from(chunk.compressed_size()).ok());
    let pages = range.and_then(|(start, length)| file.get(start..start.checked_add(length)?)).ok_or_else(outside)?;
    walk(pages, rows)
}

fn walk(pages: &[u8], rows: u64) -> Result<(), Problem> {
    let mut text = Compact::new(pages, "the header of a page");
    let mut seen = 0_u64;
    while seen < rows && !text.rest.is_empty() {
        check_page_header(text)?;
        let (mut page_type, mut uncompressed, mut compressed, mut values) = (None, None, None, [0, 0]);
        text.fields(DEEPEST_VALUE, |text, id, kind| {
            match id {
                TYPE => page_type = Some(text.integer(kind)?),
                UNCOMPRESSED => uncompressed = u64::try_from(text.integer(kind)?).ok(),
                COMPRESSED => compressed = u64::try_from(text.integer(kind)?).ok(),
                DATA | DATA_V2 => values[usize::from(id == DATA_V2)] = number_of_values(text, kind)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        if let Some(version) = DATA_PAGES.iter().position(|number| Some(*number) == page_type) {
            seen = seen.saturating_add(values[version]);
        }
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

fn number_of_values(text: &mut Compact<'_>, kind: u8) -> Result<u64, Problem> {
    let mut values = 0;
    if kind != STRUCT {
        return Err(text.corrupt("has a field of another type"));
    }
    text.fields(DEEPEST_VALUE, |text, id, kind| {
        if id == VALUES {
            values = u64::try_from(text.integer(kind)?).unwrap_or_default();
        }
        Ok(id == VALUES)
    })?;
    Ok(values)
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
        let outcome = walk(pages, 10).map_err(|problem| problem.to_string());
        assert_eq!(outcome.err().as_deref(), expected);
    }

    #[test]
    fn pages_follow_each_other_until_all_rows_are_seen() {
        let pages = [page(40, 16, 4, &[], 16), page(60, 20, 6, &[], 20)].concat();
        check_walk(&pages, None);
        check_walk(&[&pages[..], b"padding"].concat(), None);
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
        check_walk(&page(0, 0, 10, &long, 0), Some("the header of a page of the Parquet file is cut off"));
        let bomb = "the header of a page of the Parquet file declares 2147483647 bytes in a page of 16, which nothing \
                    compresses to";
        check_walk(&page(i32::MAX as u64, 16, 10, &[], 16), Some(bomb));
        check_walk(&[0x15, 0, 0], Some("the header of a page of the Parquet file does not say how large the page is"));
    }
}
