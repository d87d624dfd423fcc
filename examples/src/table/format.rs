//! Which format a file has.

use std::path::Path;

use super::error::Problem;
use super::schema::Schema;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Arff,
    Csv,
    Parquet,
    Npy,
}

const FOREIGN: [(&[u8], &str); 6] = [
    (b"\x1f\x8b", "a gzip archive (unpack it first)"),
    (b"PK\x03\x04", "a zip or npz archive (unpack it first)"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive (unpack it first)"),
    (b"BZh", "a bzip2 archive (unpack it first)"),
    (b"\x89HDF", "an HDF5 file"),
    (b"ARROW1", "an Arrow IPC file"),
];

impl Format {
    /// The format of a file: its first bytes decide; a text that is not ARFF needs the extension or a known column.
    pub fn detect(name: &Path, bytes: &[u8], schema: &Schema) -> Result<Self, Problem> {
        let extension = name.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        if bytes.is_empty() {
            return Err(Problem::Empty);
        }
        if bytes.starts_with(b"PAR1") || bytes.starts_with(b"PARE") {
            return Ok(Self::Parquet);
        }
        if bytes.starts_with(b"\x93NUMPY") {
            return Ok(Self::Npy);
        }
        if let Some((_, found)) = FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
            return Err(Problem::UnknownFormat { found: Some(found) });
        }
        match extension.as_deref() {
            Some("parquet" | "pq") => return Err(Problem::NotAsNamed { format: "Parquet" }),
            Some("npy") => return Err(Problem::NotAsNamed { format: "NPY" }),
            _ => {}
        }
        let text = text(bytes).trim_ascii_start();
        if text.is_empty() {
            return Err(Problem::Empty);
        }
        if text[0] == b'%' || text.get(..9).is_some_and(|word| word.eq_ignore_ascii_case(b"@relation")) {
            return Ok(Self::Arff);
        }
        match extension.as_deref() {
            Some("arff") => Err(Problem::NotAsNamed { format: "ARFF" }),
            Some("csv") => Ok(Self::Csv),
            _ if header_is_known(text, schema) => Ok(Self::Csv),
            _ => Err(Problem::UnknownFormat { found: None }),
        }
    }
}

/// The text without the mark that some editors put before it.
pub(super) fn text(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn header_is_known(text: &[u8], schema: &Schema) -> bool {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Ok(line) = std::str::from_utf8(line) else { return false };
    line.split(',')
        .map(|cell| cell.trim().trim_matches('"'))
        .any(|cell| cell == schema.label || schema.features.contains(&cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: Schema = Schema { features: &["a"], label: "class", classes: &["g"] };

    #[track_caller]
    fn check(name: &str, bytes: &[u8], expected: Result<Format, Problem>) {
        assert_eq!(Format::detect(name.as_ref(), bytes, &SCHEMA), expected, "{name}");
    }

    #[test]
    fn the_content_is_stronger_than_the_name() {
        check("x.csv", b"PAR1....", Ok(Format::Parquet));
        check("x.csv", b"\x93NUMPY\x01\x00", Ok(Format::Npy));
        check("x.csv", b"% comment\n@relation x", Ok(Format::Arff));
        check("x.txt", b"\xef\xbb\xbf\n @RELATION x", Ok(Format::Arff));
        check("x.txt", b"\"a\",class\n1,g", Ok(Format::Csv));
        check("x", b"class,other", Ok(Format::Csv));
        check("x.CSV", b"nothing known", Ok(Format::Csv));
    }

    #[test]
    fn what_is_not_read_is_said() {
        check("x.csv", b"", Err(Problem::Empty));
        check("x.csv", b" \n\n", Err(Problem::Empty));
        check("x.parquet", b"a,class", Err(Problem::NotAsNamed { format: "Parquet" }));
        check("x.npy", b"a,class", Err(Problem::NotAsNamed { format: "NPY" }));
        check("x.arff", b"a,class", Err(Problem::NotAsNamed { format: "ARFF" }));
        check("x.txt", b"hello", Err(Problem::UnknownFormat { found: None }));
        check("x", &[0xff; 20], Err(Problem::UnknownFormat { found: None }));
        let found = Some("a gzip archive (unpack it first)");
        check("x.csv", b"\x1f\x8b\x08", Err(Problem::UnknownFormat { found }));
    }
}
