//! Weights out and in again, files that others wrote, and files that are wrong in every way.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use burn::module::{Param, RunningState};
use burn::tensor::{Device, Tensor};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::parameters::{Parameter, parameters};
use super::{StoredTensor, WeightsError, npz, safetensors};
use crate::HlsModel;
use crate::prelude::*;

#[hls_model(input = [Fixed<8, 3>; 2])]
struct Small {
    fc1: Dense<2, 3, Fixed<8, 2>>,
    bn1: BatchNorm<3>,
    relu1: Relu<UFixed<8, 3, Rnd, Sat>>,
    drop1: Dropout<10>,
    fc2: Dense<3, 2, Fixed<8, 1>>,
}

const NAMES: [&str; 8] = [
    "fc1.weight",
    "fc1.bias",
    "bn1.gamma",
    "bn1.beta",
    "bn1.running_mean",
    "bn1.running_var",
    "fc2.weight",
    "fc2.bias",
];

/// A file of `tests/weights`; see `make_weights.py` there.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/weights").join(name)
}

fn parse(name: &str, bytes: &[u8]) -> Result<Vec<StoredTensor>, String> {
    if name.ends_with(".npz") { npz::parse(bytes) } else { safetensors::parse(bytes) }
}

/// Fresh weights, and running statistics that have moved.
fn trained() -> Small {
    let device = Device::default().autodiff();
    let model = Small::seeded(3, &device);
    for step in 0..5 {
        let input = Tensor::<2>::from_floats([[0.5, 1.0], [-1.5, step as f32 / 4.0]], &device);
        let _ = model.forward(input).into_data();
    }
    model
}

fn text(model: &Small) -> String {
    model.graph().unwrap().to_json().unwrap()
}

#[test]
fn weights_come_back_as_they_were() {
    let model = trained();
    let directory = tempfile::tempdir().unwrap();
    for name in ["new/a.safetensors", "new/a.npz"] {
        let path = directory.path().join(name);
        model.save(&path).unwrap();
        let loaded = Small::load(&path).unwrap();
        assert_eq!(parameters(&loaded), parameters(&model));
        assert_eq!(text(&loaded), text(&model));
        // The same weights give the same bytes, and nothing else lies there.
        let bytes = fs::read(&path).unwrap();
        loaded.save(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes);
        let stored = parse(name, &bytes).unwrap();
        let mut names: Vec<&str> = stored.iter().map(|tensor| tensor.name.as_str()).collect();
        names.sort_unstable();
        let mut expected = NAMES;
        expected.sort_unstable();
        assert_eq!(names, expected);
    }
    assert_eq!(fs::read_dir(directory.path().join("new")).unwrap().count(), 2);
}

#[test]
fn a_loaded_model_can_be_trained_and_is_on_its_own() {
    let model = trained();
    let before = parameters(&model);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.npz");
    Small::seeded(9, &Device::default()).save(&path).unwrap();
    let loaded = model.clone().load_weights(&path).unwrap();
    // The statistics of clones are shared; those of the loaded model are not.
    assert_eq!(parameters(&model), before);
    assert_ne!(parameters(&loaded), before);
    for model in [loaded, Small::load(&path).unwrap()] {
        assert!(model.fc1.weight.val().is_require_grad() && model.bn1.gamma.val().is_require_grad());
        let input = Tensor::<2>::from_floats([[0.5, 1.0], [-1.5, 0.0]], &Device::default().autodiff());
        let gradients = model.forward(input).sum().backward();
        assert!(model.fc1.weight.val().grad(&gradients).is_some());
    }
    // Where nothing is differentiated, it stays so.
    let plain = Small::seeded(1, &Device::default()).load_weights(&path).unwrap();
    assert!(!plain.fc1.weight.val().device().is_autodiff());
}

#[test]
fn files_of_numpy_and_safetensors_are_read() {
    let first = Small::load(file("f4.npz")).unwrap();
    let weight: Vec<f32> = first.fc1.weight.val().into_data().iter().collect();
    assert_eq!(weight, [-0.25, -0.125, 0.0, 0.125, 0.25, 0.375]);
    assert_eq!(first.bn1.running_var.value().into_data().iter::<f32>().collect::<Vec<_>>(), [1.0, 0.25, 4.0]);
    for name in [
        "compressed.npz",
        "f8_fortran.npz",
        "big_endian.npz",
        "f2.npz",
        "f4.safetensors",
        "f8.safetensors",
        "f2.safetensors",
        "bf16.safetensors",
    ] {
        let model = Small::load(file(name)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(parameters(&model), parameters(&first), "{name}");
        assert_eq!(text(&model), text(&first), "{name}");
    }
}

#[track_caller]
fn refused(path: &Path, expected: &str) {
    let error = Small::load(path).unwrap_err().to_string();
    let text = error.strip_prefix(&path.display().to_string()).expect("the file is named");
    assert_eq!(text, expected);
}

#[test]
fn files_that_are_no_weights() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let extension = ": the extension names no format of weights; legal are `.safetensors` and `.npz`";
    for name in ["weights.h5", "weights", "weights.NPZ"] {
        refused(&path(name), extension);
        let error = trained().save(path(name)).unwrap_err();
        assert!(matches!(error, WeightsError::Extension { .. }), "{error}");
    }
    refused(&path("absent.npz"), ": No such file or directory (os error 2)");
    fs::write(path("text.npz"), "weights").unwrap();
    refused(&path("text.npz"), ": not an NPZ file: invalid Zip archive: Could not find EOCD");
    fs::write(path("text.safetensors"), "weights").unwrap();
    refused(&path("text.safetensors"), ": not a safetensors file: header too small");
    // A directory in the way of the file, and a file in the way of a directory.
    fs::create_dir(path("taken.npz")).unwrap();
    for name in ["taken.npz", "text.npz/a.npz"] {
        let error = trained().save(path(name)).unwrap_err();
        assert!(matches!(&error, WeightsError::Io { path: named, .. } if *named == path(name)), "{error}");
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3);
}

/// Parameters of the same names and other shapes, and others.
#[hls_model(input = [Fixed<8, 3>; 2])]
struct Other {
    fc1: Dense<2, 2, Fixed<8, 2>>,
    fc2: Dense<2, 3, Fixed<8, 1>>,
    fc3: Dense<3, 1, Fixed<8, 1>>,
}

#[test]
fn everything_that_does_not_fit_is_listed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.npz");
    let wrong = Other::load(file("f4.npz")).unwrap_err().to_string();
    let expected = "the weights do not fit the model
  `fc1.weight` has the shape [2, 3], the model's is [2, 2]
  `fc1.bias` has the shape [3], the model's is [2]
  `fc2.weight` has the shape [3, 2], the model's is [2, 3]; weights are [inputs, outputs]: transpose it
  `fc2.bias` has the shape [2], the model's is [3]
  `fc3.weight` [3, 1] is missing
  `fc3.bias` [1] is missing
  the model has no `bn1.beta`, `bn1.gamma`, `bn1.running_mean`, `bn1.running_var`; it has `fc1.weight`, `fc1.bias`, \
                    `fc2.weight`, `fc2.bias`, `fc3.weight`, `fc3.bias`";
    assert_eq!(wrong.split_once(": ").unwrap().1, expected);
    let mut negative = trained();
    negative.bn1.running_var = RunningState::new(Tensor::from_floats([1.0, -0.25, 1.0], &Device::default()));
    negative.save(&path).unwrap();
    refused(
        &path,
        ": the weights do not fit the model\n  `bn1.running_var` has numbers below zero, which no variance is",
    );
    // With and without the ending that an array's name has.
    let mut twice = ZipWriter::new_append(Cursor::new(fs::read(file("f4.npz")).unwrap())).unwrap();
    twice.start_file("fc1.weight", SimpleFileOptions::default()).unwrap();
    fs::write(&path, twice.finish().unwrap().into_inner()).unwrap();
    let twice = Small::load(&path).unwrap_err().to_string();
    assert!(twice.contains("\n  two tensors have the name `fc1.weight`"), "{twice}");
    let unnamed = Small::load(file("positional.npz")).unwrap_err().to_string();
    assert!(unnamed.contains("`fc1.weight` [2, 3] is missing") && unnamed.contains("has no `arr_0`"), "{unnamed}");

    let types = "the weights do not fit the model
  `fc1.bias` has elements of type";
    for (name, ty) in [("integers.npz", "<i8"), ("integers.safetensors", "I64"), ("objects.npz", "|O")] {
        let expected = format!(": {types} {ty}; legal are floats of 16, 32 and 64 bits");
        refused(&file(name), &expected);
    }
    let beyond = ": the weights do not fit the model
  `fc2.bias` element [0] is inf; weights are finite 32-bit floats";
    refused(&file("beyond_f32.npz"), beyond);

    // What cannot be read is not written either, and the old file stays.
    let mut model = trained();
    model.save(&path).unwrap();
    let old = fs::read(&path).unwrap();
    let broken = [[1.0, 2.0, 3.0], [4.0, f32::NAN, f32::INFINITY]];
    model.fc1.weight = Param::from_tensor(Tensor::from_floats(broken, &Device::default()));
    let error = model.save(&path).unwrap_err().to_string();
    let expected = "`fc1.weight` element [1, 1] is NaN; weights are finite 32-bit floats (2 elements are not)";
    assert!(error.ends_with(expected), "{error}");
    assert_eq!(fs::read(&path).unwrap(), old);
}

const FILES: [&str; 6] =
    ["f4.npz", "compressed.npz", "f8_fortran.npz", "f4.safetensors", "f8.safetensors", "bf16.safetensors"];

#[test]
fn a_cut_file_is_refused_wherever_it_was_cut() {
    for name in FILES {
        let bytes = fs::read(file(name)).unwrap();
        for end in 0..bytes.len() {
            assert!(parse(name, &bytes[..end]).is_err(), "{name} cut at {end}");
        }
        assert!(parse(name, &bytes).is_ok());
    }
}

#[test]
fn a_flipped_bit_is_an_error_or_other_weights() {
    let mut accepted = 0;
    for name in FILES {
        let original = fs::read(file(name)).unwrap();
        let expected = parse(name, &original).unwrap();
        for bit in 0..original.len() * 8 {
            let mut bytes = original.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let Ok(tensors) = parse(name, &bytes) else { continue };
            accepted += 1;
            for tensor in &tensors {
                let size: usize = tensor.shape.iter().product();
                assert!(tensor.elements.as_ref().map_or(true, |elements| elements.len() == size), "{name} bit {bit}");
            }
            // An archive has checksums: what it holds is what it held, except for the names, which are repeated.
            if name.ends_with(".npz") {
                let elements = |tensors: &[StoredTensor]| -> Vec<Vec<f32>> {
                    tensors.iter().filter_map(|tensor| tensor.elements.clone().ok()).collect()
                };
                let (found, expected) = (elements(&tensors), elements(&expected));
                assert!(found.iter().all(|tensor| expected.contains(tensor)), "{name} bit {bit}");
            }
        }
    }
    assert!(accepted > 0);
}

/// An archive with one array of this header and data.
fn archive(header: &[u8], data: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("a.npy", SimpleFileOptions::default()).unwrap();
    archive.write_all(b"\x93NUMPY\x02\x00").unwrap();
    archive.write_all(&(header.len() as u32).to_le_bytes()).unwrap();
    archive.write_all(header).unwrap();
    archive.write_all(data).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn headers_that_no_array_of_weights_has() {
    let parse = |header: &str, data: &[u8]| npz::parse(&archive(header.as_bytes(), data));
    let header = |shape: &str| format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}");
    let good = parse(&header("(1, 2)"), &[0; 8]).unwrap();
    assert_eq!((&good[0].shape[..], good[0].elements.as_deref()), (&[1, 2][..], Ok(&[0.0, 0.0][..])));
    // A scalar, and an array of nothing.
    assert_eq!(parse(&header("()"), &[0; 4]).unwrap()[0].elements.as_deref(), Ok(&[0.0][..]));
    assert_eq!(parse(&header("(0, 3)"), &[]).unwrap()[0].elements.as_deref(), Ok(&[][..]));

    for shape in [
        "(4294967296, 4294967296, 4)",
        "(0xFFFFFFFFFFFFFFFF, 4)",
        "(99999999999999999999,)",
        "(999999999999999,)",
        "(-1,)",
        "(1.5,)",
        "3",
        "(1, 2",
        &("(".repeat(5000) + &")".repeat(5000)),
    ] {
        assert!(parse(&header(shape), &[0; 8]).is_err(), "{shape}");
    }
    for header in ["", "{}", "[]", "{'descr': '<f4'}", &" ".repeat(20_000), "{'descr': '<f4', 'shape': (2,)}"] {
        assert!(parse(header, &[0; 8]).is_err(), "{header}");
    }
    // Element types that are none of ours are named; the data is not looked at.
    for ty in ["<f16", "<U3", "|S9", ">c8", "|b1"] {
        let header = header("(2,)").replace("<f4", ty);
        assert!(parse(&header, &[0; 8]).is_ok_and(|tensors| tensors[0].elements.is_err()), "{ty}");
    }
    let record = header("(2,)").replace("'<f4'", "[('a', '<f4')]");
    assert_eq!(parse(&record, &[0; 8]).unwrap()[0].elements, Err("record".to_owned()));
    // Data that does not fill the shape, on either side.
    for data in [&[0; 7][..], &[0; 9], &[]] {
        let error = parse(&header("(2,)"), data).unwrap_err();
        assert!(error.contains("do not fill the shape [2]"), "{error}");
    }
}

#[test]
fn archives_that_are_not_what_they_say() {
    let zip = |names: &[&str]| {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    };
    assert_eq!(npz::parse(&zip(&[])), Ok(Vec::new()));
    let readme = npz::parse(&zip(&["README"])).unwrap();
    assert_eq!(readme[0].elements, Err("no NPY file".to_owned()));
    assert!(npz::parse(&zip(&["a.npy"])).is_err());
    // Two arrays of one name: neither may win in silence.
    let mut bytes = zip(&["aaaa.npy", "aaab.npy"]);
    while let Some(at) = bytes.windows(4).position(|window| window == b"aaab") {
        bytes[at + 3] = b'a';
    }
    assert_eq!(npz::parse(&bytes).unwrap_err(), "not an NPZ file: two of its arrays have one name");
}

#[test]
fn changed_bytes_never_panic() {
    let mut state = 1_u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % limit
    };
    for name in FILES {
        let original = fs::read(file(name)).unwrap();
        for _ in 0..2000 {
            let mut bytes = original.clone();
            for _ in 0..1 + below(4) {
                let at = below(bytes.len());
                match below(4) {
                    0 => bytes[at] = [0, 0x7f, 0x80, 0xff][below(4)],
                    1 => bytes.insert(at, below(256) as u8),
                    2 => drop(bytes.remove(at)),
                    _ => {
                        let end = (at + below(40)).min(bytes.len());
                        let piece = bytes[at..end].to_vec();
                        let target = below(bytes.len() + 1);
                        bytes.splice(target..target, piece);
                    }
                }
            }
            let _ = parse(name, &bytes);
        }
    }
}

#[test]
fn parameters_of_other_models_are_walked() {
    let names: Vec<String> =
        parameters(&Other::seeded(1, &Device::default())).into_iter().map(|Parameter { name, .. }| name).collect();
    assert_eq!(names, ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"]);
    assert_eq!(parameters(&trained()).into_iter().map(|p| p.name).collect::<Vec<_>>(), NAMES);
}
