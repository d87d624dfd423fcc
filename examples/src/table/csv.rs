//! CSV: a header row with the column names, commas, quotes where needed.

use super::Table;
use super::error::{Fault, Problem};
use super::rows::{Rows, check_length};
use super::schema::{Layout, Schema};

pub(super) fn read(text: &[u8], schema: &Schema) -> Result<Table, Fault> {
    (1..).zip(text.split(|byte| *byte == b'\n')).try_for_each(|(number, line)| check_length(number, line))?;
    let mut reader = ::csv::ReaderBuilder::new()
        // The header is a row like the others, and ragged rows are our error, with our place.
        .has_headers(false)
        .flexible(true)
        .trim(::csv::Trim::All)
        .from_reader(text);
    let mut record = ::csv::ByteRecord::new();
    if !next(&mut reader, &mut record)? {
        return Err(Problem::Empty.into());
    }
    let names = cells(&record, text)?.map(str::to_owned).collect();
    let mut rows = Rows::new(Layout::new(names, schema)?, schema);
    let mut last_line = line(&record, text);
    while next(&mut reader, &mut record)? {
        last_line = line(&record, text);
        rows.push(last_line, cells(&record, text)?)?;
    }
    // The csv crate takes the end of the file for a closing quote; a file cut inside a quoted cell would pass.
    if text.iter().filter(|byte| **byte == b'"').count() % 2 == 1 {
        return Err(Problem::Syntax { message: "a quote is never closed".to_owned() }.at_line(last_line));
    }
    rows.finish()
}

fn next(reader: &mut ::csv::Reader<&[u8]>, record: &mut ::csv::ByteRecord) -> Result<bool, Fault> {
    reader.read_byte_record(record).map_err(|error| {
        let line = error.position().map_or(1, ::csv::Position::line);
        Problem::Syntax { message: error.to_string() }.at_line(line)
    })
}

/// The line on which a record begins.
fn line(record: &::csv::ByteRecord, text: &[u8]) -> u64 {
    let Some(position) = record.position() else { return 1 };
    // The position is that of the empty lines before the record.
    let before = text.get(position.byte() as usize..).unwrap_or_default();
    let empty = before.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    position.line() + empty.filter(|byte| **byte == b'\n').count() as u64
}

fn cells<'a>(record: &'a ::csv::ByteRecord, text: &[u8]) -> Result<impl Iterator<Item = &'a str> + use<'a>, Fault> {
    if let Some(cell) = record.iter().find(|cell| std::str::from_utf8(cell).is_err()) {
        let message = format!("the cell {:?} is not UTF-8 text", String::from_utf8_lossy(cell));
        return Err(Problem::Syntax { message }.at_line(line(record, text)));
    }
    Ok(record.iter().map(|cell| std::str::from_utf8(cell).unwrap_or_default()))
}
