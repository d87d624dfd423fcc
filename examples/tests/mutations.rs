//! No sequence of bytes makes a reader panic, and a file that is cut is never half a table.

use std::path::Path;

use hls_examples::table::{Schema, Table};

const SCHEMA: Schema = Schema { features: &["a", "b"], label: "class", classes: &["g", "q", "t"] };

/// A small generator, so that a failure repeats.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }
}

fn good_files() -> Vec<(String, Vec<u8>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "parquet" || e == "npy"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.push(("x.csv".to_owned(), b"a,b,class\n1.5,10,\"q\"\n-2,20,b'g'\n3.25,30,2\n".to_vec()));
    let arff =
        "@relation x\n@attribute class {g,'q',t}\n@attribute b real\n@attribute a numeric\n@data\n'q',1,2\ng,3,4\n";
    files.push(("x.arff".to_owned(), arff.into()));
    files.sort();
    files
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(4) {
        if bytes.is_empty() {
            return;
        }
        let at = random.below(bytes.len());
        match random.below(6) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.below(256) as u8,
            2 => bytes[at] = [0, 0x7f, 0x80, 0xff][random.below(4)],
            3 => bytes.insert(at, random.below(256) as u8),
            4 => {
                bytes.remove(at);
            }
            _ => {
                let end = (at + random.below(40)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let target = random.below(bytes.len() + 1);
                bytes.splice(target..target, piece);
            }
        }
    }
}

#[test]
fn changed_bytes_never_panic() {
    let mut random = Random(1);
    for (name, original) in good_files() {
        for round in 0..500 {
            let mut bytes = original.clone();
            mutate(&mut bytes, &mut random);
            // The outcome is free; where there is a table, it is consistent.
            if let Ok(table) = Table::parse(Path::new(&name), bytes, &SCHEMA) {
                assert_eq!(table.features.len(), 2 * table.rows(), "{name} {round}");
                assert!(table.features.iter().all(|value| value.is_finite()), "{name} {round}");
                assert!(table.labels.iter().all(|label| *label < 3), "{name} {round}");
            }
        }
    }
}

#[test]
fn cut_binary_files_are_refused() {
    for (name, bytes) in good_files() {
        if name.ends_with(".parquet") || name.ends_with(".npy") {
            for end in 0..bytes.len() {
                assert!(Table::parse(Path::new(&name), &bytes[..end], &SCHEMA).is_err(), "{name} cut at {end}");
            }
        }
    }
}
