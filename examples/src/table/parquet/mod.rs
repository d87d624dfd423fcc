//! Parquet: one number column a feature, one string or number column for the label.

mod compact;
mod footer;
mod headers;
mod layout;
mod pages;
mod quiet;

use ::parquet::basic::{Compression, ConvertedType, LogicalType, Type};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use ::parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::schema::types::ColumnDescriptor;
use bytes::Bytes;

use self::pages::CheckedPages;
use self::quiet::quietly;
use super::error::{Fault, Problem};
use super::rows::{finite, number};
use super::schema::{Layout, Role, Schema};
use super::{MAX_ROWS, Table};

/// Values that are decoded at a time: what a column declares is believed no further than this.
const BATCH: usize = 8192;

const NUMBER: &str = "a float, double or integer column without nulls";
const LABEL: &str = "a string or integer column without nulls";

pub(super) fn read(bytes: Bytes, schema: &Schema) -> Result<Table, Fault> {
    if bytes.starts_with(b"PARE") || bytes.ends_with(b"PARE") {
        let message = "the Parquet file is encrypted; write it without encryption".to_owned();
        return Err(Problem::Unsupported { message }.into());
    }
    if bytes.len() < 12 || !bytes.ends_with(b"PAR1") {
        let message = "the Parquet file does not end with `PAR1`; its end is cut off".to_owned();
        return Err(Problem::Truncated { message }.into());
    }
    footer::check(&bytes)?;
    quietly(|| decode(&bytes, schema)).unwrap_or_else(|| {
        let message = "the Parquet file cannot be decoded: its pages contradict their headers".to_owned();
        Err(Problem::Corrupt { message }.into())
    })
}

fn decode(bytes: &Bytes, schema: &Schema) -> Result<Table, Fault> {
    let reader = SerializedFileReader::new(bytes.clone()).map_err(corrupt)?;
    let metadata = reader.metadata();
    let columns = metadata.file_metadata().schema_descr_ptr();
    let names = columns.columns().iter().map(|column| column.path().string()).collect();
    let layout = Layout::new(names, schema)?;
    let rows = declared_rows(metadata)?;
    for (index, role) in layout.roles.iter().enumerate() {
        if *role != Role::Ignored {
            check_column(columns.column(index).as_ref(), *role)
                .and_then(|()| check_compression(metadata, index))
                .and_then(|()| check_headers(bytes, metadata, index))
                .map_err(|problem| problem.in_column(&layout.names[index]))?;
        }
    }
    let mut features = vec![Vec::new(); schema.features.len()];
    let mut labels = Vec::new();
    for (index, role) in layout.roles.iter().enumerate() {
        let column = Column { reader: &reader, index, rows, definition: columns.column(index).max_def_level() };
        let outcome = match role {
            Role::Ignored => Ok(()),
            Role::Feature(feature) => column.decode(|cell| cell.number()).map(|values| features[*feature] = values),
            Role::Label => column.decode(|cell| cell.class(schema)).map(|values| labels = values),
        };
        outcome.map_err(|fault| fault.in_column(&layout.names[index]))?;
    }
    Ok(Table { features: interleave(&features, labels.len()), labels, ignored_columns: layout.ignored() })
}

fn interleave(columns: &[Vec<f32>], rows: usize) -> Vec<f32> {
    (0..rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect()
}

fn corrupt(error: ParquetError) -> Fault {
    Problem::Corrupt { message: format!("the Parquet file cannot be decoded: {error}") }.into()
}

/// The number of rows that the row groups declare together.
fn declared_rows(metadata: &ParquetMetaData) -> Result<u64, Fault> {
    let mut rows = 0_u64;
    for group in metadata.row_groups() {
        let declared = u64::try_from(group.num_rows()).map_err(|_| Problem::Corrupt {
            message: format!("a row group of the Parquet file declares {} rows", group.num_rows()),
        })?;
        rows = rows.saturating_add(declared);
        if group.num_columns() != metadata.file_metadata().schema_descr().num_columns() {
            let message = "a row group of the Parquet file does not have the columns of its schema".to_owned();
            return Err(Problem::Corrupt { message }.into());
        }
    }
    match rows {
        0 => Err(Problem::Empty.into()),
        1..=MAX_ROWS => Ok(rows),
        _ => Err(Problem::TooLarge { what: "rows", found: rows, limit: MAX_ROWS }.into()),
    }
}

fn check_column(column: &ColumnDescriptor, role: Role) -> Result<(), Problem> {
    let physical = column.physical_type();
    let logical = column.logical_type_ref();
    let converted = column.converted_type();
    let plain_number = match physical {
        Type::FLOAT | Type::DOUBLE => true,
        // Decimals, dates and times are integers of another meaning.
        Type::INT32 | Type::INT64 => {
            matches!(logical, None | Some(LogicalType::Integer(_)))
                && matches!(
                    converted,
                    ConvertedType::NONE
                        | ConvertedType::INT_8
                        | ConvertedType::INT_16
                        | ConvertedType::INT_32
                        | ConvertedType::INT_64
                        | ConvertedType::UINT_8
                        | ConvertedType::UINT_16
                        | ConvertedType::UINT_32
                        | ConvertedType::UINT_64
                )
        }
        _ => false,
    };
    let plain_text = match physical {
        Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY => {
            matches!(logical, None | Some(LogicalType::String | LogicalType::Enum))
                && matches!(converted, ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM)
        }
        _ => false,
    };
    let legal = if role == Role::Label { plain_number || plain_text } else { plain_number };
    if legal && column.max_rep_level() == 0 && column.max_def_level() <= 1 {
        return Ok(());
    }
    let meaning = logical.map_or_else(String::new, |logical| format!(" ({logical:?})"));
    let list = if column.max_rep_level() > 0 { "list of " } else { "" };
    let expected = if role == Role::Label { LABEL } else { NUMBER };
    Err(Problem::ColumnType { found: format!("{list}{physical}{meaning}"), expected })
}

fn check_compression(metadata: &ParquetMetaData, column: usize) -> Result<(), Problem> {
    for group in metadata.row_groups() {
        let codec = match group.column(column).compression() {
            Compression::UNCOMPRESSED
            | Compression::SNAPPY
            | Compression::GZIP(_)
            | Compression::LZ4
            | Compression::LZ4_RAW => continue,
            Compression::ZSTD(_) => "zstd",
            Compression::BROTLI(_) => "brotli",
            Compression::LZO => "lzo",
        };
        return Err(Problem::Compression { codec: codec.to_owned() });
    }
    Ok(())
}

fn check_headers(bytes: &[u8], metadata: &ParquetMetaData, column: usize) -> Result<(), Problem> {
    // All row groups have all columns: that was checked before.
    metadata.row_groups().iter().try_for_each(|group| headers::check(bytes, group.column(column)))
}

/// One cell, whatever its physical type.
enum Cell<'a> {
    Number(f64),
    Text(&'a [u8]),
}

impl Cell<'_> {
    fn number(&self) -> Result<f32, Problem> {
        match self {
            Self::Number(value) => finite(*value),
            Self::Text(text) => number(&String::from_utf8_lossy(text)),
        }
    }

    fn class(&self, schema: &Schema) -> Result<u8, Problem> {
        match self {
            Self::Number(value) => schema.class_from_number(*value),
            Self::Text(text) => schema.class_index(&String::from_utf8_lossy(text)),
        }
    }
}

/// One column of the whole file.
struct Column<'a> {
    reader: &'a SerializedFileReader<Bytes>,
    index: usize,
    rows: u64,
    definition: i16,
}

/// Whether the integers of a column have no sign; the older of the two notes alone may say so, or the newer.
fn is_unsigned(column: &ColumnDescriptor) -> bool {
    let converted = column.converted_type();
    matches!(
        converted,
        ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64
    ) || matches!(column.logical_type_ref(), Some(LogicalType::Integer(integer)) if !integer.is_signed)
}

impl Column<'_> {
    fn decode<V>(&self, mut value: impl FnMut(Cell<'_>) -> Result<V, Problem>) -> Result<Vec<V>, Fault> {
        let mut out = Vec::new();
        for group in 0..self.reader.num_row_groups() {
            let before = out.len() as u64;
            let group_reader = self.reader.get_row_group(group).map_err(corrupt)?;
            let declared = group_reader.metadata().num_rows() as u64;
            let pages = group_reader.get_column_page_reader(self.index).map_err(corrupt)?;
            let description = group_reader.metadata().column(self.index).column_descr_ptr();
            let unsigned = is_unsigned(&description);
            match get_column_reader(description, Box::new(CheckedPages::new(pages, declared))) {
                ColumnReader::FloatColumnReader(r) => {
                    self.values(r, &mut out, |v| value(Cell::Number(f64::from(*v))))?;
                }
                ColumnReader::DoubleColumnReader(r) => self.values(r, &mut out, |v| value(Cell::Number(*v)))?,
                // Unsigned numbers have the bits of signed ones.
                ColumnReader::Int32ColumnReader(r) if unsigned => {
                    self.values(r, &mut out, |v| value(Cell::Number(f64::from(v.cast_unsigned()))))?;
                }
                ColumnReader::Int32ColumnReader(r) => {
                    self.values(r, &mut out, |v| value(Cell::Number(f64::from(*v))))?;
                }
                ColumnReader::Int64ColumnReader(r) if unsigned => {
                    self.values(r, &mut out, |v| value(Cell::Number(v.cast_unsigned() as f64)))?;
                }
                ColumnReader::Int64ColumnReader(r) => self.values(r, &mut out, |v| value(Cell::Number(*v as f64)))?,
                ColumnReader::ByteArrayColumnReader(r) => {
                    self.values(r, &mut out, |v: &ByteArray| value(Cell::Text(v.data())))?;
                }
                ColumnReader::FixedLenByteArrayColumnReader(r) => {
                    self.values(r, &mut out, |v: &FixedLenByteArray| value(Cell::Text(v.data())))?;
                }
                ColumnReader::BoolColumnReader(_) | ColumnReader::Int96ColumnReader(_) => {
                    let message = "a column of the Parquet file is not of its declared type".to_owned();
                    return Err(Problem::Corrupt { message }.into());
                }
            }
            let found = out.len() as u64 - before;
            if found != declared {
                let message = format!("row group {group} declares {declared} rows, and the column holds {found}");
                return Err(Problem::Truncated { message }.into());
            }
        }
        Ok(out)
    }

    fn values<T: DataType, V>(
        &self,
        mut reader: ColumnReaderImpl<T>,
        out: &mut Vec<V>,
        mut value: impl FnMut(&T::T) -> Result<V, Problem>,
    ) -> Result<(), Fault> {
        let mut values = Vec::with_capacity(BATCH);
        let mut levels = Vec::with_capacity(BATCH);
        loop {
            values.clear();
            levels.clear();
            let definitions = (self.definition > 0).then_some(&mut levels);
            let (records, _, _) = reader.read_records(BATCH, definitions, None, &mut values).map_err(corrupt)?;
            if records == 0 {
                return Ok(());
            }
            if let Some(null) = levels.iter().position(|level| *level < self.definition) {
                return Err(Problem::MissingValue.at_row((out.len() + null + 1) as u64));
            }
            if (out.len() + values.len()) as u64 > self.rows {
                let message = format!("the column holds more than the {} rows that the file declares", self.rows);
                return Err(Problem::Corrupt { message }.into());
            }
            for cell in &values {
                let row = out.len() as u64 + 1;
                out.push(value(cell).map_err(|problem| problem.at_row(row))?);
            }
        }
    }
}
