//! The table readers on small files: what they accept, and the exact words with which they refuse.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hls_examples::table::{Schema, Table};
use parquet::data_type::{Int32Type, Int64Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const SCHEMA: Schema = Schema { features: &["a", "b"], label: "class", classes: &["g", "q", "t"] };

fn tables() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables")
}

/// Every good file of these tests holds these three rows.
#[track_caller]
fn check_good(table: &Table, ignored: &[&str], name: &str) {
    assert_eq!(table.features, [1.5, 10.0, -2.0, 20.0, 3.25, 30.0], "{name}");
    assert_eq!(table.labels, [1, 0, 2], "{name}");
    assert_eq!(table.ignored_columns, ignored, "{name}");
}

#[track_caller]
fn accept(name: &str, content: &str, ignored: &[&str]) {
    match Table::parse(Path::new(name), content, &SCHEMA) {
        Ok(table) => check_good(&table, ignored, content),
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
fn refuse(name: &str, content: impl AsRef<[u8]>, expected: &str) {
    let error = Table::parse(Path::new(name), content.as_ref(), &SCHEMA).unwrap_err().to_string();
    assert_eq!(error, expected);
}

#[track_caller]
fn accept_file(name: &str, ignored: &[&str]) {
    match Table::read(&tables().join(name), &SCHEMA) {
        Ok(table) => check_good(&table, ignored, name),
        Err(error) => panic!("{error}"),
    }
}

/// `expected` begins after the directory.
#[track_caller]
fn refuse_file(name: &str, expected: &str) {
    let error = Table::read(&tables().join(name), &SCHEMA).unwrap_err().to_string();
    let directory = format!("{}{}", tables().display(), std::path::MAIN_SEPARATOR);
    assert_eq!(error.strip_prefix(&directory), Some(expected));
}

#[test]
fn csv_as_people_write_it() {
    accept("x.csv", "a,b,class\n1.5,10,q\n-2,20,g\n3.25,30,t\n", &[]);
    // No extension, another order, blanks, signs, exponents, no last line end.
    accept("x", "class, b ,a\nq,1e1,+1.5\ng, 20.,-2.0\nt,30,.325e1", &[]);
    // Quotes, Windows line ends, a byte order mark, empty lines, bytes as Python prints them, indices.
    accept("x.csv", "\u{feff}\"a\",\"b\",\"class\"\r\n\"1.5\",10,\"q\"\r\n\r\n-2,20,b'g'\r\n3.25,30,2\r\n", &[]);
    accept("x.csv", ",a,b,class\n0,1.5,10,'q'\n1,-2,20,0.0\n\"two, three\",3.25,30,\"t\"\n", &[""]);
}

#[test]
fn csv_that_is_wrong() {
    refuse("x.csv", "", "x.csv: the table has no rows");
    refuse("x.csv", "\n \n", "x.csv: the table has no rows");
    refuse("x.csv", "a,b,class\n", "x.csv: the table has no rows");
    refuse("x.csv", "a;b;class\n1;2;g\n", "x.csv: missing \"a\", \"b\", \"class\"; the file has \"a;b;class\"");
    refuse("x.csv", "1.5,10,q\n", "x.csv: missing \"a\", \"b\", \"class\"; the file has \"1.5\", \"10\", \"q\"");
    refuse("x.csv", "a,class\n1,g\n", "x.csv: missing \"b\"; the file has \"a\", \"class\"");
    refuse("x.csv", "a,b,a,class\n", "x.csv: column \"a\": two columns have this name; each must occur once");
    refuse("x.csv", "a,b,class\n1,2,g\n1,2\n", "x.csv:3: the row has 2 cells; the table has 3 columns");
    refuse("x.csv", "a,b,class\n1,2,g,3\n", "x.csv:2: the row has 4 cells; the table has 3 columns");
    // The count explains more than the cell that it shifted.
    refuse("x.csv", "a,b,class\nx,g\n", "x.csv:2: the row has 2 cells; the table has 3 columns");
    refuse("x.csv", "a,b,class\n1,,g\n", "x.csv:2: column \"b\": the value is missing; every cell must be filled");
    refuse("x.csv", "a,b,class\n1,2,\n", "x.csv:2: column \"class\": the value is missing; every cell must be filled");
    refuse("x.csv", "a,b,class\n1,2x,g\n", "x.csv:2: column \"b\": \"2x\" is not a number; expected a finite one");
    let not_finite = "is not a finite 32-bit number; NaN and infinities are not legal";
    for text in ["nan", "NaN", "inf", "-Infinity", "1e39"] {
        let expected = format!("x.csv:4: column \"a\": \"{text}\" {not_finite}");
        refuse("x.csv", format!("a,b,class\n1,2,g\n\n{text},2,g\n"), &expected);
    }
    let unknown = "is not a class; legal are \"g\", \"q\", \"t\" and their indices 0 to 2";
    refuse("x.csv", "a,b,class\n1,2,w\n", &format!("x.csv:2: column \"class\": \"w\" {unknown}"));
    refuse("x.csv", "a,b,class\n1,2,3\n", &format!("x.csv:2: column \"class\": \"3\" {unknown}"));
    refuse("x.csv", "a,b,class\n1,2,G\n", &format!("x.csv:2: column \"class\": \"G\" {unknown}"));
    refuse("x.csv", "a,b,class\n1,2,\"g", "x.csv:2: a quote is never closed");
    refuse("x.csv", b"a,b,class\n1,2,\xff\n", "x.csv:2: the cell \"\u{fffd}\" is not UTF-8 text");
    refuse(
        "x.dat",
        "1 2 3\n",
        "x.dat: this is no table that can be recognized; legal are ARFF, CSV with a header row, Parquet and NPY",
    );
    let long = "y".repeat(1000);
    refuse(
        "x.csv",
        format!("a,b,class\n1,{long},g\n"),
        &format!("x.csv:2: column \"b\": \"{}\".. is not a number; expected a finite one", &long[..60]),
    );
}

const ARFF: &str = "\
% A comment
@RELATION 'jets of test'

@attribute extra date 'yyyy-MM-dd'
@ATTRIBUTE class {g, 'q', \"t\"}
@attribute 'b' REAL
@attribute a\tnumeric
@DATA
";

fn arff(rows: &str) -> String {
    format!("{ARFF}{rows}")
}

#[test]
fn arff_as_people_write_it() {
    accept("x.arff", &arff("2020-01-01,q,10,1.5\n% between\n'a, \\'b',g,20,-2\n\n\"\",'t',30,3.25\n"), &["extra"]);
    accept("x", &arff("x,q,10,1.5\r\nx, g ,20,-2\r\nx,t,30,3.25"), &["extra"]);
    let text = "@relation x\n@attribute a integer\n@attribute b real\n@attribute class string\n@data\n";
    accept("x.arff", &format!("{text}1.5,10,b'q'\n-2,20,\"g\"\n3.25,30,t\n"), &[]);
    let index = text.replace("string", "numeric");
    accept("x.arff", &format!("{index}1.5,10,1\n-2,20,0\n3.25,30,2.0\n"), &[]);
}

#[test]
fn arff_that_is_wrong() {
    refuse("x.arff", ARFF, "x.arff: the table has no rows");
    refuse("x.arff", "a,b,class\n1,2,g\n", "x.arff: the file is named like ARFF, but its content is not ARFF");
    refuse("x.arff", "% only\n", "x.arff: the file ends before a line `@data`");
    refuse("x.arff", &ARFF[..60], "x.arff: the file ends before a line `@data`");
    let line = "expected `@relation NAME`, `@attribute NAME TYPE`, `@data` or a `%` comment";
    refuse("x.arff", "@relation x\nwhat\n", &format!("x.arff:2: {line}"));
    refuse("x.arff", "%\n@data\n1\n", "x.arff:2: expected `@relation NAME` before this line");
    refuse("x.arff", "@relation x\n@relation x\n", "x.arff:2: a second `@relation`; a file holds one");
    refuse("x.arff", "@relation x\n@attribute a\n", "x.arff:2: expected `@attribute NAME TYPE`");
    refuse("x.arff", "@relation x\n@attribute 'a real\n", "x.arff:2: the attribute's name has no closing quote");
    refuse("x.arff", "@relation x\n@attribute a {x,y\n", "x.arff:2: the values of a nominal attribute end with `}`");
    refuse(
        "x.arff",
        ARFF.replace("a\tnumeric", "c numeric"),
        "x.arff: missing \"a\"; the file has \"extra\", \"class\", \"b\", \"c\"",
    );
    refuse(
        "x.arff",
        ARFF.replace("extra", "a"),
        "x.arff: column \"a\": two columns have this name; each must occur once",
    );
    for (declared, found) in [("string", "string"), ("{1, 2}", "nominal"), ("relational", "relational")] {
        let expected =
            format!("x.arff:7: column \"a\": the column has type \"{found}\"; expected numeric, real or integer");
        refuse("x.arff", ARFF.replace("numeric", declared), &expected);
    }
    refuse(
        "x.arff",
        ARFF.replace("{g, 'q', \"t\"}", "date"),
        "x.arff:5: column \"class\": the column has type \"date\"; expected a nominal, a string or a numeric attribute",
    );
    let unknown = "is not a class; legal are \"g\", \"q\", \"t\" and their indices 0 to 2";
    refuse("x.arff", ARFF.replace("{g,", "{w,"), &format!("x.arff:5: column \"class\": \"w\" {unknown}"));
    refuse(
        "x.arff",
        arff("x,0,10,1.5\n"),
        "x.arff:9: column \"class\": \"0\" is not among the declared values [\"g\", \"q\", \"t\"]",
    );
    refuse("x.arff", arff("x,g,1\n"), "x.arff:9: the row has 3 cells; the table has 4 columns");
    refuse("x.arff", arff("x,g,1,?\n"), "x.arff:9: column \"a\": the value is missing; every cell must be filled");
    refuse("x.arff", arff("x,?,1,1\n"), "x.arff:9: column \"class\": the value is missing; every cell must be filled");
    refuse(
        "x.arff",
        arff("x,g,1,1\nx,g,y,1\n"),
        "x.arff:10: column \"b\": \"y\" is not a number; expected a finite one",
    );
    refuse(
        "x.arff",
        arff("x,g,NaN,1\n"),
        "x.arff:9: column \"b\": \"NaN\" is not a finite 32-bit number; NaN and infinities are not legal",
    );
    refuse("x.arff", arff("'x,g,1,1\n"), "x.arff:9: a quote is never closed");
    refuse("x.arff", arff("'x'y,g,1,1\n"), "x.arff:9: expected a comma after a closing quote");
    refuse("x.arff", arff("{0 x, 1 g}\n"), "x.arff:9: sparse rows `{index value, ..}` are not read; write every cell");
    refuse("x.arff", [arff("").as_bytes(), b"x,g,\xff,1\n"].concat(), "x.arff:9: the line is not UTF-8 text");
}

#[test]
fn parquet_as_pyarrow_writes_it() {
    for name in ["plain", "snappy", "gzip", "lz4", "pages_v2", "byte_stream_split", "row_groups"] {
        accept_file(&format!("{name}.parquet"), &["extra"]);
    }
    accept_file("indices.parquet", &[]);
}

#[test]
fn unsigned_parquet_columns_have_no_sign() {
    let schema = "message schema {
        REQUIRED INT32 a (INTEGER(32,false));
        REQUIRED INT64 b (INTEGER(64,false));
        REQUIRED INT32 class (INTEGER(8,false));
    }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int32Type>().write_batch(&[3_000_000_000_u32.cast_signed(), 5], None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int64Type>().write_batch(&[(1_u64 << 63).cast_signed(), 6], None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int32Type>().write_batch(&[2, 1], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let bytes = writer.into_inner().unwrap();
    let table = Table::parse(Path::new("x.parquet"), bytes, &SCHEMA).unwrap();
    assert_eq!(table.features, [3e9, 2.0_f32.powi(63), 5.0, 6.0]);
    assert_eq!(table.labels, [2, 1]);
}

#[test]
fn parquet_that_is_wrong() {
    for (name, codec) in [("zstd", "zstd"), ("brotli", "brotli")] {
        let expected = format!(
            "{name}.parquet: column \"class\": the column is compressed with {codec}; legal are snappy, gzip, lz4 and no \
             compression (pyarrow: pyarrow.parquet.write_table(table, path, compression=\"gzip\"))"
        );
        refuse_file(&format!("{name}.parquet"), &expected);
    }
    let missing = "the value is missing; every cell must be filled";
    refuse_file("null.parquet", &format!("null.parquet: row 2: column \"a\": {missing}"));
    refuse_file("null_label.parquet", &format!("null_label.parquet: row 3: column \"class\": {missing}"));
    refuse_file(
        "nan.parquet",
        "nan.parquet: row 2: column \"b\": \"NaN\" is not a finite 32-bit number; NaN and infinities are not legal",
    );
    let unknown = "is not a class; legal are \"g\", \"q\", \"t\" and their indices 0 to 2";
    refuse_file("unknown_label.parquet", &format!("unknown_label.parquet: row 2: column \"class\": \"x\" {unknown}"));
    refuse_file(
        "index_out_of_range.parquet",
        &format!("index_out_of_range.parquet: row 3: column \"class\": \"3\" {unknown}"),
    );
    let number = "expected a float, double or integer column without nulls";
    for (name, found) in [("text_feature", "BYTE_ARRAY (String)"), ("date_feature", "INT32 (Date)")] {
        let expected = format!("{name}.parquet: column \"a\": the column has type \"{found}\"; {number}");
        refuse_file(&format!("{name}.parquet"), &expected);
    }
    refuse_file(
        "boolean_label.parquet",
        "boolean_label.parquet: column \"class\": the column has type \"BOOLEAN\"; expected a string or integer column \
         without nulls",
    );
    refuse_file(
        "missing_columns.parquet",
        "missing_columns.parquet: missing \"b\", \"class\"; the file has \"a\", \"c\"",
    );
    // A list's values are a nested column of another name.
    refuse_file(
        "list_feature.parquet",
        "list_feature.parquet: missing \"a\"; the file has \"a.list.element\", \"b\", \"class\"",
    );
    refuse_file("no_rows.parquet", "no_rows.parquet: the table has no rows");
    refuse("x.parquet", "a,b,class\n", "x.parquet: the file is named like Parquet, but its content is not Parquet");
    refuse("x.parquet", b"PAR1....PARE", "x.parquet: the Parquet file is encrypted; write it without encryption");
}

#[test]
fn decimals_are_not_numbers() {
    let error = Table::read(&tables().join("decimal_feature.parquet"), &SCHEMA).unwrap_err().to_string();
    assert!(error.contains("column \"a\": the column has type") && error.contains("Decimal"), "{error}");
}

#[test]
fn npy_as_numpy_writes_it() {
    accept_file("structured.npy", &["extra"]);
    accept_file("structured_bytes_big_endian.npy", &["extra"]);
    for name in ["grid", "grid_f8_fortran", "grid_text", "X_one_hot", "X_names", "X_indices"] {
        accept_file(&format!("{name}.npy"), &[]);
    }
}

#[test]
fn npy_that_is_wrong() {
    refuse_file("X_alone.npy", "y_alone.npy: cannot be read: No such file or directory (os error 2)");
    refuse_file(
        "X_too_short.npy",
        "y_too_short.npy: labels of shape [2] are not read; legal are (3,), (3, 1) and one-hot (3, 3)",
    );
    refuse_file(
        "X_two_hot.npy",
        "y_two_hot.npy: row 2: column \"class\": a one-hot row must hold a single 1, and 0 elsewhere",
    );
    refuse_file(
        "objects.npy",
        "objects.npy: elements of type \"|O\" are not read; legal are f4, f8, i1 to i8, u1 to u8, S and U (a column of \
         Python objects: use array.astype)",
    );
    refuse_file(
        "three_dimensions.npy",
        "three_dimensions.npy: an array of shape [2, 2, 2] is not read; legal are a structured array (N,) with named \
         fields, (N, 3) with the label last, and (N, 2) in a file `X..npy` with the labels in `y..npy` beside it",
    );
    refuse_file("no_rows.npy", "no_rows.npy: the table has no rows");
    refuse_file(
        "nan.npy",
        "nan.npy: row 2: column \"a\": \"inf\" is not a finite 32-bit number; NaN and infinities are not legal",
    );
    refuse_file(
        "index_not_whole.npy",
        "index_not_whole.npy: row 1: column \"class\": \"0.5\" is not a class; legal are \"g\", \"q\", \"t\" and their \
         indices 0 to 2",
    );
    // Features without a file beside them.
    let features = std::fs::read(tables().join("X_alone.npy")).unwrap();
    refuse("x.npy", features, "x.npy: missing \"class\"; the file has \"a\", \"b\"");
}

fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn declared_sizes_are_checked_before_they_are_believed() {
    let header = |rows: &str| format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, 3)}}");
    refuse("x.npy", npy(&header("2"), &[0; 12]), "x.npy: the NPY file declares 24 bytes of data and has 12");
    refuse("x.npy", npy(&header("1"), &[0; 24]), "x.npy: the NPY file declares 12 bytes of data and has 24");
    let many = "x.npy: 18446744073709551615 rows are too many; at most 16777216 are read";
    refuse("x.npy", npy(&header("18446744073709551615"), &[0; 24]), many);
    refuse(
        "x.npy",
        npy(&header("16777216"), &[0; 24]),
        "x.npy: the NPY file declares 201326592 bytes of data and has 24",
    );
    let record =
        "{'descr': [('a', '<f4'), ('b', '<f4'), ('class', '<U1073741823')], 'fortran_order': False, 'shape': (9,)}";
    refuse("x.npy", npy(record, &[0; 24]), "x.npy: the NPY file declares 38654705700 bytes of data and has 24");
    let mut long_header = npy(&header("2"), &[]);
    long_header.truncate(30);
    refuse("x.npy", long_header, "x.npy: the NPY file ends inside its header");
    refuse("x.npy", b"\x93NUMPY\x09\x00", "x.npy: NPY version 9 is not read; legal are 1 to 3");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    refuse_file("absent.csv", "absent.csv: cannot be read: No such file or directory (os error 2)");
    let error = Table::read(&tables(), &SCHEMA).unwrap_err().to_string();
    assert!(error.contains("cannot be read: Is a directory"), "{error}");
}
