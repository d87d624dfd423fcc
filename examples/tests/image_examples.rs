//! The examples about pictures as their users run them.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use png::{BitDepth, ColorType, Encoder};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Cargo builds examples beside the directory of the tests.
fn run(program: &str, directory: &Path, arguments: &[&str]) -> Output {
    let tests = std::env::current_exe().unwrap();
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let program: PathBuf = tests.parent().unwrap().with_file_name("examples").join(name);
    Command::new(program).current_dir(directory).args(arguments).output().unwrap()
}

#[track_caller]
fn succeed(program: &str, directory: &Path, arguments: &[&str]) -> String {
    let output = run(program, directory, arguments);
    let (text, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {}\n{text}\n{errors}", output.status);
    text
}

#[track_caller]
fn refused(program: &str, directory: &Path, arguments: &[&str], reason: &str) {
    let output = run(program, directory, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{arguments:?}");
    assert!(errors.contains(reason), "{arguments:?}: {errors}\nlacks: {reason}");
}

fn summary(text: &str) -> serde_json::Value {
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

/// A picture of one colour with a little noise.
fn picture(width: u32, height: u32, colour: [u8; 3], seed: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    let noise = |index: u32| (index.wrapping_mul(2_654_435_761).wrapping_add(u32::from(seed) * 97) >> 24) as u8 / 16;
    let pixels: Vec<u8> =
        (0..width * height).flat_map(|index| colour.map(|level| level.saturating_add(noise(index)))).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

/// A folder of pictures: red ones, green ones and blue ones.
fn colours(place: &Path, count: u8) {
    for (class, colour) in [("red", [200, 20, 20]), ("green", [20, 200, 20]), ("blue", [20, 20, 200])] {
        let folder = place.join(class);
        fs::create_dir_all(&folder).unwrap();
        for index in 0..count {
            fs::write(folder.join(format!("{index}.png")), picture(48, 40, colour, index)).unwrap();
        }
    }
}

#[test]
fn digits_are_learned_and_every_execution_agrees() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["--json", "--quiet", "--csim", "--predict", "digits.csv"];
    let summary = summary(&succeed("digits_cnn", directory.path(), &arguments));
    let accuracy = |which: &str| summary["accuracy"][which].as_f64().unwrap();
    assert!(accuracy("qat") >= 0.97, "{summary}");
    assert!(accuracy("float") - accuracy("qat") <= 0.02, "{summary}");
    assert_eq!(accuracy("qat"), accuracy("emulator"));
    for execution in ["bit_exact", "csim"] {
        assert_eq!(summary[execution], serde_json::json!({ "vectors": 359, "mismatches": 0 }), "{summary}");
    }
    assert_eq!(summary["project"], "build/digits_cnn");
    let inputs = fs::read_to_string(directory.path().join("build/digits_cnn/inputs.json")).unwrap();
    let inputs: serde_json::Value = serde_json::from_str(&inputs).unwrap();
    assert_eq!((&inputs["steps"], &inputs["classes"][9]), (&16.into(), &"9".into()));
    let predictions = fs::read_to_string(directory.path().join("digits.csv")).unwrap();
    assert_eq!(predictions.lines().count(), 360);
    assert!(predictions.starts_with("row,label,predicted,0,1,2,3,4,5,6,7,8,9\n"), "{predictions}");
}

#[test]
fn a_folder_of_three_classes_retrains_the_same_declaration() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    colours(&place.join("colours"), 20);
    refused("cifar10_rn07", place, &["--data", "colours"], "colours/blue/0.png: the picture is 48x40");
    let arguments = ["--data", "colours", "--resize", "--epochs", "3", "--batch-size", "4", "--emit-hls"];
    let table = succeed("cifar10_rn07", place, &arguments);
    for expected in ["AUC blue", "AUC green", "AUC red", "yes, all 12 vectors", "build/cifar10_rn07"] {
        assert!(table.contains(expected), "{table}\nlacks: {expected}");
    }
    let predict = ["--data", "colours", "--resize", "--epochs", "0", "--json", "--predict", "p.csv", "--out", "other"];
    let summary = summary(&succeed("cifar10_rn07", place, &predict));
    assert_eq!(summary["auc"]["qat"].as_object().unwrap().len(), 3, "{summary}");
    let predictions = fs::read_to_string(place.join("p.csv")).unwrap();
    assert!(predictions.starts_with("row,label,predicted,blue,green,red,unused 3,"), "{predictions}");
}

#[test]
fn each_model_has_a_place_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    colours(&place.join("colours"), 5);
    for (model, out) in [("rn07", "build/cifar10_rn07.training"), ("resnet8", "build/cifar10_rn07_resnet8.training")] {
        let arguments = ["--data", "colours", "--resize", "--epochs", "1", "--quiet", "--model", model];
        succeed("cifar10_rn07", place, &arguments);
        assert!(place.join(out).join("quantized").is_dir() && place.join(out).join("inputs.json").is_file());
    }
}

#[test]
fn an_npz_file_with_a_test_part_is_measured_on_it() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, count) in [("train", 40_usize), ("test", 10)] {
        let pixels: Vec<u8> = (0..count * 64).map(|index| if index / 64 % 2 == 0 { 10 } else { 240 }).collect();
        let labels: Vec<u8> = (0..count).map(|index| (index % 2) as u8).collect();
        for (array, shape, data) in [("x", format!("({count}, 8, 8)"), pixels), ("y", format!("({count},)"), labels)] {
            let header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}");
            archive.start_file(format!("{array}_{name}.npy"), SimpleFileOptions::default()).unwrap();
            archive.write_all(b"\x93NUMPY\x01\x00").unwrap();
            archive.write_all(&(header.len() as u16).to_le_bytes()).unwrap();
            archive.write_all(header.as_bytes()).unwrap();
            archive.write_all(&data).unwrap();
        }
    }
    fs::write(directory.path().join("set.npz"), archive.finish().unwrap().into_inner()).unwrap();
    let arguments =
        ["--data", "set.npz", "--epochs", "20", "--batch-size", "8", "--no-augmentation", "--quiet", "--json"];
    let summary = summary(&succeed("digits_cnn", directory.path(), &arguments));
    assert_eq!(summary["bit_exact"], serde_json::json!({ "vectors": 10, "mismatches": 0 }));
    assert_eq!(summary["accuracy"]["qat"], 1.0, "{summary}");
}

#[test]
fn what_cannot_be_is_refused_with_a_reason() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    refused("cifar10_rn07", place, &[], "--data <PATH>");
    refused("cifar10_rn07", place, &["--data", "x", "--model", "vgg"], "[possible values: rn07, resnet8]");
    refused("cifar10_rn07", place, &["--data", "absent"], "absent: cannot be read: ");
    refused("digits_cnn", place, &["--resize=yes"], "unexpected value 'yes' for '--resize'");
    refused("digits_cnn", place, &["--reuse", "3"], "unexpected argument '--reuse'");
    fs::write(place.join("a.gif"), "GIF89a").unwrap();
    refused(
        "digits_cnn",
        place,
        &["--data", "a.gif"],
        "a.gif: this is a GIF picture, which is not read here; legal are",
    );
    colours(&place.join("two"), 2);
    let resized = ["--data", "two", "--resize"];
    refused("cifar10_rn07", place, &resized, "the class `blue` has 2 pictures; it needs at least 3");
    fs::write(place.join("two/red/0.png"), &picture(48, 40, [1, 2, 3], 0)[..100]).unwrap();
    refused("cifar10_rn07", place, &resized, "two/red/0.png: the PNG file is damaged");
    refused("digits_cnn", place, &resized, "two/blue/0.png: the picture is 48x40 (width x height) with 3 channels");
    fs::create_dir(place.join("two/yellow")).unwrap();
    refused("cifar10_rn07", place, &resized, "two/yellow: the folder of this class holds no PNG file");
    assert!(!place.join("build").exists());
}

/// What can be asked about a model of ten classes, with trainings that are short.
#[test]
fn studies_count_all_classes_of_the_model() {
    let directory = tempfile::tempdir().unwrap();
    let short = ["--epochs", "8", "--quiet"];
    let asked = ["--profile", "--sample", "3", "--prune", "--search", "--trials", "2", "--report"];
    succeed("digits_cnn", directory.path(), &[&short[..], &asked].concat());
    let read = |path: &str| -> serde_json::Value {
        serde_json::from_slice(&fs::read(directory.path().join(path)).unwrap()).unwrap()
    };
    let report = read("build/digits_cnn.report/report.json");
    assert_eq!(report["trace"]["sample"], 3);
    // The test part's accuracy is near that of the validation part, far above what guessing gives.
    for design in report["front"]["uniform"].as_array().unwrap() {
        let (test, validation) = (design["test"].as_f64().unwrap(), design["validation"].as_f64().unwrap());
        assert!((test - validation).abs() < 0.2 && test > 0.4, "{design}");
    }
    refused(
        "digits_cnn",
        directory.path(),
        &[&short[..], &["--profile", "--sample", "359"]].concat(),
        "359 test samples",
    );
}
