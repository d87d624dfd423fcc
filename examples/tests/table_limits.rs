//! Tables that are too large, or that say so: refused before memory is spent on them.

use std::path::Path;
use std::sync::Arc;

use hls_examples::table::{MAX_COLUMNS, MAX_LINE, Schema, Table};
use parquet::data_type::{ByteArrayType, FloatType};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const SCHEMA: Schema = Schema { features: &["a", "b"], label: "class", classes: &["g", "q", "t"] };

#[track_caller]
fn refuse(name: &str, content: impl Into<Vec<u8>>, expected: &str) {
    let error = Table::parse(Path::new(name), content, &SCHEMA).unwrap_err().to_string();
    assert_eq!(error, expected);
}

const ARFF: &str = "@relation x\n@attribute a real\n@attribute b real\n@attribute class {g,q,t}\n@data\n";

#[test]
fn a_gigantic_row_is_refused() {
    // A million cells are only a ragged row; more than any table has is not even counted.
    let cells = "1,".repeat(1_000_000);
    let ragged = "the row has 1000001 cells; the table has 3 columns";
    refuse("x.csv", format!("a,b,class\n1,2,g\n{cells}\n"), &format!("x.csv:3: {ragged}"));
    refuse("x.arff", format!("{ARFF}1,2,g\n{cells}\n"), &format!("x.arff:7: {ragged}"));
    let length = MAX_LINE as usize + 2;
    let long = format!("{length} bytes in a line are too many; at most {MAX_LINE} are read");
    for line in
        ["1,".repeat(length / 2), "7".repeat(length), " ".repeat(length), format!("\"{}\"", "x".repeat(length - 2))]
    {
        refuse("x.csv", format!("a,b,class\n1,2,g\n{line}\n"), &format!("x.csv:3: {long}"));
        refuse("x.arff", format!("{ARFF}1,2,g\n{line}\n"), &format!("x.arff:7: {long}"));
    }
    refuse("x.csv", "a,".repeat(length / 2), &format!("x.csv:1: {long}"));
    let declaration = format!("@attribute class {{{}}}", "g,".repeat(length / 2));
    let long = format!("{} bytes in a line are too many; at most {MAX_LINE} are read", declaration.len());
    refuse("x.arff", format!("@relation x\n{declaration}"), &format!("x.arff:2: {long}"));
}

#[test]
fn too_many_columns_are_refused() {
    let many = format!("65537 columns are too many; at most {MAX_COLUMNS} are read");
    let names: Vec<String> = (0..=MAX_COLUMNS).map(|index| format!("c{index}")).collect();
    refuse("x.csv", format!("{}\n", names.join(",")), &format!("x.csv: {many}"));
    let attributes: Vec<String> = names.iter().map(|name| format!("@attribute {name} real\n")).collect();
    refuse("x.arff", format!("@relation x\n{}@data\n", attributes.concat()), &format!("x.arff:65538: {many}"));
}

fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), data].concat()
}

#[test]
fn npy_headers_are_not_believed() {
    for rows in [1_u64 << 60, 1 << 62, u64::MAX] {
        let many = format!("x.npy: {rows} rows are too many; at most 16777216 are read");
        let plain = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, 3)}}");
        refuse("x.npy", npy(&plain, &[0; 24]), &many);
        let fields = "[('a', '<f4'), ('b', '<f4'), ('class', '<i8')]";
        let record = format!("{{'descr': {fields}, 'fortran_order': False, 'shape': ({rows},)}}");
        refuse("x.npy", npy(&record, &[0; 16]), &many);
    }
    let doubled = "{'descr': [('a', '<f4'), ('a', '<f4'), ('b', '<f4'), ('class', '<i8')], 'fortran_order': False, \
                   'shape': (1,)}";
    refuse("x.npy", npy(doubled, &[0; 20]), "x.npy: column \"a\": two columns have this name; each must occur once");
}

#[test]
fn labels_beside_features_are_read_whole_or_not_at_all() {
    let features = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}", &[0; 16]);
    let parse = |labels: Vec<u8>| {
        let table = Table::parse_with_labels(("X.npy".as_ref(), features.clone()), ("y.npy".as_ref(), labels), &SCHEMA);
        table.map(|table| table.labels).map_err(|error| error.to_string())
    };
    let header = |rows: u64| format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({rows},)}}");
    assert_eq!(parse(npy(&header(2), &[2, 1])), Ok(vec![2, 1]));
    assert!(parse(npy(&header(2), &[2])).unwrap_err().starts_with("y.npy: the NPY file declares 2 bytes"));
    assert!(parse(npy(&header(1 << 60), &[2, 1])).unwrap_err().contains("are not read; legal are (2,), (2, 1)"));
    assert!(parse(npy(&header(2), &[2, 3])).unwrap_err().starts_with("y.npy: row 2: column \"class\": \"3\" is not"));
    assert!(parse(b"2,1".to_vec()).unwrap_err().starts_with("y.npy: the file is named like NPY"));
}

/// A Parquet file of three rows with these float columns and the label.
fn written(columns: &[&str]) -> Vec<u8> {
    let floats: String = columns.iter().map(|name| format!("required float {name}; ")).collect();
    let message = format!("message jets {{ {floats} required binary class (UTF8); }}");
    let schema = Arc::new(parse_message_type(&message).unwrap());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for _ in columns {
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<FloatType>().write_batch(&[1.5, -2.0, 3.25], None, None).unwrap();
        column.close().unwrap();
    }
    let mut label = group.next_column().unwrap().unwrap();
    label.typed::<ByteArrayType>().write_batch(&["q", "g", "t"].map(Into::into), None, None).unwrap();
    label.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

/// The same file with other things said about its row group.
fn saying(bytes: &[u8], change: impl Fn(RowGroupMetaData) -> RowGroupMetaData) -> Vec<u8> {
    let shared = bytes::Bytes::copy_from_slice(bytes);
    let metadata: ParquetMetaData = ParquetMetaDataReader::new().parse_and_finish(&shared).unwrap();
    let groups = metadata.row_groups().iter().cloned().map(change).collect();
    let metadata = metadata.into_builder().set_row_groups(groups).build();
    let footer = u32::from_le_bytes(bytes[bytes.len() - 8..][..4].try_into().unwrap()) as usize;
    let mut changed = bytes[..bytes.len() - 8 - footer].to_vec();
    ParquetMetaDataWriter::new(&mut changed, &metadata).finish().unwrap();
    changed
}

#[test]
fn parquet_footers_are_not_believed() {
    let good = written(&["a", "b"]);
    assert_eq!(Table::parse("x.parquet".as_ref(), good.clone(), &SCHEMA).unwrap().labels, [1, 0, 2]);
    let doubled = "x.parquet: column \"a\": two columns have this name; each must occur once";
    refuse("x.parquet", written(&["a", "b", "a"]), doubled);

    let rows = |rows: i64| saying(&good, |group| group.into_builder().set_num_rows(rows).build().unwrap());
    assert_eq!(Table::parse("x.parquet".as_ref(), rows(3), &SCHEMA).unwrap().labels, [1, 0, 2]);
    let many = "rows are too many; at most 16777216 are read";
    for declared in [1 << 25, 1 << 60, i64::MAX] {
        refuse("x.parquet", rows(declared), &format!("x.parquet: {declared} {many}"));
    }
    // As many as a table may have, and none of them there.
    refuse(
        "x.parquet",
        rows(1 << 24),
        "x.parquet: column \"a\": row group 0 declares 16777216 rows, and the column holds 3",
    );
    refuse("x.parquet", rows(-1), "x.parquet: a row group of the Parquet file declares -1 rows");
    refuse("x.parquet", rows(0), "x.parquet: the table has no rows");
    let error = Table::parse("x.parquet".as_ref(), rows(2), &SCHEMA).unwrap_err().to_string();
    assert!(error.contains("the pages declare 1 values more than the rows of their row group"), "{error}");
}

#[test]
fn headers_that_never_end_were_found_by_fuzzing() {
    // Lists of 2^31 values that are not there, in the headers of pages, also behind the last row; maps of values of no
    // bytes, in the footer.
    for name in ["endless_header", "endless_list", "endless_map", "endless_tail"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/tables/{name}.parquet"));
        let start = std::time::Instant::now();
        let error = Table::read(&path, &SCHEMA).unwrap_err().to_string();
        assert!(start.elapsed().as_secs() < 2, "{error}");
    }
}
