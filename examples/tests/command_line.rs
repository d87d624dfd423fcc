//! The shared command line, and what a run prints at its end. `BLESS=1` rewrites the golden files.

use std::path::{Path, PathBuf};

use clap::{CommandFactory, Parser};
use hls_examples::arguments::Arguments;
use hls_examples::summary::{Comparison, Executions, Summary};

#[track_caller]
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{} differs; BLESS=1 rewrites it", path.display());
}

fn parse(line: &str) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(std::iter::once("jet_tagger").chain(line.split_whitespace()))
}

#[test]
fn help() {
    golden("help.txt", &Arguments::command().render_long_help().to_string());
    // Every flag is explained.
    for argument in Arguments::command().get_arguments() {
        assert!(argument.get_help().is_some(), "{}", argument.get_id());
    }
    Arguments::command().debug_assert();
}

#[test]
fn defaults() {
    let expected = Arguments {
        emit_hls: false,
        out: PathBuf::from("build/jet_tagger"),
        backend: "vitis".to_owned(),
        part: "xcvu13p-flga2577-2-e".to_owned(),
        clock_ns: 5.0,
        csim: false,
        ap_types: None,
        csynth: None,
        data: None,
        predict: None,
        weights: None,
        save_weights: None,
        epochs: 100,
        seed: 42,
        batch_size: 256,
        learning_rate: 0.002,
        fresh: false,
        design: None,
        profile: false,
        sample: 0,
        tolerance: 0.1,
        scan: false,
        scan_layer: None,
        prune: false,
        learn_bits: false,
        search: false,
        max_latency_ns: None,
        must_fit: false,
        trials: 128,
        report: false,
        quiet: false,
        json: false,
    };
    assert_eq!(parse("").unwrap(), expected);
    assert!(!expected.writes_project());
}

#[test]
fn every_flag_arrives() {
    let arguments = parse(
        "--emit-hls --epochs 0 --seed 18446744073709551615 --data d.csv --out o --backend vitis --part xc7z020clg400-1 \
         --clock-ns 2.5 --csim --ap-types a --csynth c.xml --predict p.csv --report --quiet --json --batch-size 1 --learning-rate 1 --fresh \
         --save-weights w.npz --profile --sample 7 --tolerance 0.5 --scan --scan-layer fc1 --prune --learn-bits --search --trials 9 --must-fit --max-latency-ns 100",
    );
    let expected = Arguments {
        emit_hls: true,
        out: PathBuf::from("o"),
        backend: "vitis".to_owned(),
        part: "xc7z020clg400-1".to_owned(),
        clock_ns: 2.5,
        csim: true,
        ap_types: Some(PathBuf::from("a")),
        csynth: Some(PathBuf::from("c.xml")),
        data: Some(PathBuf::from("d.csv")),
        predict: Some(PathBuf::from("p.csv")),
        weights: None,
        save_weights: Some(PathBuf::from("w.npz")),
        epochs: 0,
        seed: u64::MAX,
        batch_size: 1,
        learning_rate: 1.0,
        fresh: true,
        design: None,
        profile: true,
        sample: 7,
        tolerance: 0.5,
        scan: true,
        scan_layer: Some("fc1".to_owned()),
        prune: true,
        learn_bits: true,
        search: true,
        max_latency_ns: Some(100.0),
        must_fit: true,
        trials: 9,
        report: true,
        quiet: true,
        json: true,
    };
    assert_eq!(arguments.unwrap(), expected);
    assert_eq!(parse("--weights w.safetensors").unwrap().weights, Some(PathBuf::from("w.safetensors")));
    assert!(parse("--emit-hls").unwrap().writes_project());
    assert!(parse("--csim").unwrap().writes_project());
}

#[track_caller]
fn refuse(line: &str, expected: &str) {
    let error = parse(line).unwrap_err().to_string();
    assert!(error.contains(expected), "{line}: {error}");
}

#[test]
fn illegal_values_are_refused_with_what_is_legal() {
    refuse("--epochs -1", "'-1'");
    refuse("--epochs=-1", "invalid value '-1' for '--epochs <N>'");
    refuse("--epochs 100001", "100001 is not in 0..=100000");
    refuse("--seed x", "invalid value 'x' for '--seed <N>'");
    refuse("--batch-size 0", "0 is not in 1..=65536");
    for value in ["0", "-1", "1000.5", "nan", "inf", "five"] {
        refuse(&format!("--clock-ns={value}"), "expected a number greater than 0 and at most 1000");
    }
    for value in ["0", "1.5", "nan"] {
        refuse(&format!("--learning-rate={value}"), "expected a number greater than 0 and at most 1");
    }
    refuse("--backend quartus", "[possible values: vitis]");
    for part in ["[exec]", "a;b", "-x", "", "ä"] {
        refuse(&format!("--part={part}"), "value");
    }
    refuse("--ap-types dir", "--csim");
    refuse("--save-weights w.h5", "legal are `.safetensors` and `.npz`");
    for option in ["--epochs 3", "--seed 1", "--batch-size 8", "--learning-rate 0.1", "--fresh"] {
        refuse(&format!("--weights w.npz {option}"), "cannot be used with");
    }
    refuse("--design d.json --search", "cannot be used with");
    refuse("--trials 5", "--search");
    refuse("--epoch 3", "unexpected argument '--epoch'");
    refuse("file", "unexpected argument 'file'");
}

fn summary() -> Summary {
    let auc = |values: [f64; 5]| ["g", "q", "t", "w", "z"].map(str::to_owned).into_iter().zip(values).collect();
    Summary {
        accuracy: Executions { float: 0.7198, qat: 0.71456, emulator: 0.71456 },
        auc: Executions {
            float: auc([0.91, 0.8809, 0.9567, 0.9353, 0.9189]),
            qat: auc([0.9, 0.88, 0.95, 0.93, 0.91]),
            emulator: auc([0.9, 0.88, 0.95, 0.93, 0.91]),
        },
        bit_exact: Comparison { vectors: 17_851, mismatches: 0 },
        csim: None,
        project: Some("build/jet_tagger".to_owned()),
        synthesize: Some("cd build/jet_tagger && ./build.sh".to_owned()),
        multiplications: 4256,
        ebops: 123_456,
        estimate: None,
        csynth: None,
        warnings: vec![
            "warning[HLS0011]: layer `fc1` (model.rs:7): 2 of 1024 weights lie outside fixed<6,1>".to_owned(),
        ],
        ..Summary::default()
    }
}

#[test]
fn the_closing_table() {
    golden("summary.txt", &format!("{}\n", summary()));
    let wrong = Summary {
        bit_exact: Comparison { vectors: 10, mismatches: 3 },
        csim: Some(Comparison { vectors: 10, mismatches: 0 }),
        project: None,
        synthesize: None,
        ..summary()
    };
    golden("summary_mismatch.txt", &format!("{wrong}\n"));
}

#[test]
fn the_json_object_is_one_line() {
    let json = summary().to_json().unwrap();
    golden("summary.json", &format!("{json}\n"));
    assert!(!json.contains('\n'));
    assert_eq!(serde_json::from_str::<Summary>(&json).unwrap(), summary());
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["accuracy"]["float"], 0.7198);
    assert_eq!(value["auc"]["emulator"]["z"], 0.91);
    assert_eq!(value["bit_exact"], serde_json::json!({"vectors": 17_851, "mismatches": 0}));
    assert!(value["csim"].is_null());
    assert_eq!(value["project"], "build/jet_tagger");
    let simulated = Summary { csim: Some(Comparison { vectors: 5, mismatches: 1 }), ..summary() };
    assert!(simulated.to_json().unwrap().contains(r#""csim":{"vectors":5,"mismatches":1}"#));
}
