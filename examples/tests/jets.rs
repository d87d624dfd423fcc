//! The embedded jets through every format that `--data` reads: the same table each time.

use std::fmt::Write as _;
use std::path::Path;

use hls_examples::jets::{CLASSES, FEATURE_COUNT, FEATURES, Jets, JetsError, Part, SCHEMA};
use hls_examples::standardization::Standardization;
use hls_examples::table::{Problem, Table};

const ROWS: usize = 500;

fn rows(part: Part<'_>) -> impl Iterator<Item = (&[f32], &'static str)> {
    let labels = part.labels.iter().map(|label| CLASSES[usize::from(*label)]);
    part.features.chunks_exact(FEATURE_COUNT).zip(labels).take(ROWS)
}

fn read(name: &str, content: &[u8]) -> Result<Jets, JetsError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, content).unwrap();
    Jets::read(&path)
}

#[track_caller]
fn check(name: &str, content: &[u8]) {
    let embedded = Jets::embedded().unwrap();
    let part = embedded.split().train;
    let jets = read(name, content).unwrap();
    assert_eq!(jets.rows(), ROWS);
    let split = jets.split();
    let features = [split.train.features, split.validation.features, split.test.features].concat();
    let labels = [split.train.labels, split.validation.labels, split.test.labels].concat();
    assert_eq!(features, &part.features[..ROWS * FEATURE_COUNT]);
    assert_eq!(labels, &part.labels[..ROWS]);
    // So the constants, which travel with the model, are the same too.
    let constants = Standardization::fit(split.train.features);
    assert_eq!(constants, Standardization::fit(&part.features[..ROWS * 7 / 10 * FEATURE_COUNT]));
}

#[test]
fn csv_in_the_public_order_of_columns() {
    let jets = Jets::embedded().unwrap();
    let mut text = format!("{},class\n", FEATURES.join(","));
    for (features, class) in rows(jets.split().train) {
        features.iter().for_each(|value| write!(text, "{value},").unwrap());
        writeln!(text, "{class}").unwrap();
    }
    check("jets.csv", text.as_bytes());
}

#[test]
fn arff_with_the_columns_reversed() {
    let jets = Jets::embedded().unwrap();
    let mut text = "@RELATION hls4ml_lhc_jets_hlf\n\n@ATTRIBUTE class {g, q, t, w, z}\n".to_owned();
    FEATURES.iter().rev().for_each(|name| writeln!(text, "@ATTRIBUTE {name} REAL").unwrap());
    text += "\n@DATA\n";
    for (features, class) in rows(jets.split().train) {
        text += class;
        features.iter().rev().for_each(|value| write!(text, ",{value:e}").unwrap());
        text += "\n";
    }
    check("jets.arff", text.as_bytes());
}

#[test]
fn npy_with_the_index_last() {
    let jets = Jets::embedded().unwrap();
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({ROWS}, {}), }}", FEATURE_COUNT + 1);
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    for (features, class) in rows(jets.split().train) {
        let index = CLASSES.iter().position(|name| *name == class).unwrap();
        features.iter().chain([&(index as f32)]).for_each(|value| bytes.extend(value.to_le_bytes()));
    }
    check("jets.npy", &bytes);
}

#[test]
fn the_embedded_file_is_one_that_can_be_given() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/jets.parquet");
    assert_eq!(Jets::read(&path).unwrap(), Jets::embedded().unwrap());
}

#[test]
fn a_table_that_cannot_be_trained_on_says_why() {
    let header = format!("{},class\n", FEATURES.join(","));
    let row = |class: &str| format!("{}{class}\n", "1,".repeat(FEATURE_COUNT));
    // Sorted by class, as many tables are.
    let sorted = header.clone() + &CLASSES.map(|class| row(class).repeat(10)).concat();
    let error = read("sorted.csv", sorted.as_bytes()).unwrap_err();
    let expected = "the 35 rows of the train part hold no jet of class `z`; the parts are the first 70 %, the next 10 % and \
                    the last 20 % of the rows, so the table must be long enough and its classes mixed";
    assert_eq!(error.to_string(), expected);
    // The file's own problems keep their place.
    let error = read("short.csv", (header + "1,2\n").as_bytes()).unwrap_err();
    match error {
        JetsError::Table(error) => {
            assert_eq!(error.problem, Problem::RaggedRow { found: 2, expected: 17 });
            assert!(error.to_string().contains("short.csv:2: the row has 2 cells; the table has 17 columns"));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn the_names_are_those_of_the_public_table() {
    assert_eq!(SCHEMA.label, "class");
    assert_eq!(SCHEMA.classes, ["g", "q", "t", "w", "z"]);
    let table = Table::parse(Path::new("x.csv"), "zlogz,class\n", &SCHEMA).unwrap_err();
    assert!(table.to_string().contains("missing \"c1_b0_mmdt\", \"c1_b1_mmdt\""), "{table}");
}
