//! What the readers of pictures take, and what they say to everything else.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use ::png::{BitDepth, ColorType, Encoder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

const WANTED: Wanted = Wanted { form: Form { height: 2, width: 3, channels: 3 }, classes: 3, resize: false };
const GRAY: Wanted = Wanted { form: Form { height: 2, width: 3, channels: 1 }, ..WANTED };

/// An NPY file of version 1.
fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), data].concat()
}

fn npz(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in arrays {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        archive.start_file(format!("{name}.npy"), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn numbers(count: usize) -> Vec<u8> {
    (0..count).map(|index| (index * 37 % 251) as u8).collect()
}

/// Two pictures and labels 2 and 0.
fn small() -> [(&'static str, Vec<u8>); 2] {
    [("x", npy("|u1", "(2, 2, 3, 3)", &numbers(36))), ("y", npy("|u1", "(2,)", &[2, 0]))]
}

fn encode(width: u32, color: ColorType, depth: BitDepth, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, 2);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == ColorType::Indexed {
        encoder.set_palette([1, 2, 3, 4, 5, 6].as_slice());
    }
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    bytes
}

fn rgb() -> Vec<u8> {
    encode(3, ColorType::Rgb, BitDepth::Eight, &numbers(18))
}

#[track_caller]
fn refused<T: std::fmt::Debug>(outcome: Result<T, ImagesError>, expected: &str) {
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains(expected), "{error}\nlacks: {expected}");
}

#[test]
fn npz_with_one_part_or_two() {
    let parse = |bytes: Vec<u8>, wanted| ImageSet::parse(Path::new("x.npz"), &bytes, &wanted).unwrap();
    let ImageSet { train, test } = parse(npz(&small()), WANTED);
    assert_eq!((train.pixels, train.labels, test), (numbers(36), vec![2, 0], None));
    assert_eq!(train.classes, ["0", "1", "2"]);

    let labels = npy("<i8", "(2, 1)", &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let names: Vec<u8> = "catdog".chars().flat_map(|letter| (letter as u32).to_le_bytes()).collect();
    let set = parse(
        npz(&[
            ("x_train", npy("|u1", "(2, 2, 3)", &numbers(12))),
            ("y_train", labels),
            ("x_test", npy("|u1", "(1, 2, 3, 1)", &[7; 6])),
            ("y_test", npy(">u2", "(1,)", &[0, 1])),
            ("class_names", npy("<U3", "(2,)", &names)),
        ]),
        GRAY,
    );
    assert_eq!((set.train.labels.as_slice(), set.train.pixels), ([1, 0].as_slice(), numbers(12)));
    assert_eq!(set.train.classes, ["cat", "dog"]);
    let test = set.test.unwrap();
    assert_eq!((test.labels.as_slice(), test.image(0)), ([1].as_slice(), [7; 6].as_slice()));
}

#[test]
fn fortran_order_is_rearranged() {
    let header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 3), }";
    // Picture p, row r, column c holds 100 p + 10 r + c.
    let data = [0, 100, 10, 110, 1, 101, 11, 111, 2, 102, 12, 112];
    let x = [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), &data].concat();
    let bytes = npz(&[("x", x), ("y", npy("|i1", "(2,)", &[0, 1]))]);
    let set = ImageSet::parse(Path::new("x.npz"), &bytes, &GRAY).unwrap();
    assert_eq!(set.train.pixels, [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112]);
}

#[track_caller]
fn check_npz(x: Vec<u8>, y: Vec<u8>, expected: &str) {
    refused(ImageSet::parse(Path::new("set.npz"), &npz(&[("x", x), ("y", y)]), &WANTED), expected);
}

#[test]
fn npz_that_does_not_fit() {
    let ([(_, x), (_, y)], shape) = (small(), "(2, 2, 3, 3)");
    let data = numbers(36);
    check_npz(npy("|u1", "(2, 3, 2, 3)", &data), y.clone(), "set.npz: array `x`: the picture is 2x3 (width x height)");
    check_npz(
        npy("|u1", "(2, 3, 2, 3)", &data),
        y.clone(),
        "the model takes 3x2 (width x height) with 3 channels: --resize",
    );
    check_npz(npy("|u1", "(4, 3, 3)", &data), npy("|u1", "(4,)", &[0, 1, 2, 0]), "with 1 channel; the model takes 3x2");
    check_npz(npy("|u1", "(1, 3, 12, 32)", &[0; 1152]), npy("|u1", "(1,)", &[0]), "channels last are legal");
    check_npz(npy("<f4", "(2, 2, 3, 3)", &[0; 144]), y.clone(), "these are 32-bit floats, shape [2, 2, 3, 3]");
    check_npz(
        npy("|u1", "(36,)", &data),
        y.clone(),
        "pictures are unsigned 8-bit numbers, 0 to 255, of shape (n, height",
    );
    check_npz(npy("|u1", "(0, 2, 3, 3)", &[]), npy("|u1", "(0,)", &[]), "array `x`: there is no picture");
    check_npz(npy("|u1", shape, &data[1..]), y.clone(), "takes 36 bytes; it has 35");
    check_npz(npy("|u1", shape, &[0; 40]), y.clone(), "takes 36 bytes; it has at least 40");
    check_npz(npy("|u1", "(4194305, 2, 3, 3)", &data), y.clone(), "4194305 pictures are too many");
    check_npz(npy("|u1", "(4000000, 32, 32, 3)", &data), y.clone(), "bytes are too many; at most 1073741824");
    check_npz(npy("|u1", "(4000000, 4294967296, 4294967296, 3)", &data), y.clone(), "pixels are too many");
    check_npz(x.clone(), npy("|u1", "(3,)", &[0; 3]), "array `y`: there are 3 labels for 2 pictures");
    check_npz(
        x.clone(),
        npy("|u1", "(2,)", &[0, 3]),
        "set.npz: image 1 (from 0): the label 3 is out of range; legal are 0 to 2",
    );
    check_npz(x.clone(), npy("|i1", "(2,)", &[0, 255]), "image 1 (from 0): the label -1 is out of range");
    check_npz(
        x.clone(),
        npy("<f4", "(2,)", &[0; 8]),
        "labels are whole numbers of shape (2,) or (2, 1); these are 32-bit floats",
    );
    check_npz(x.clone(), npy("|u1", "(2, 3)", &[0; 6]), "these are unsigned 8-bit numbers, shape [2, 3]");
    check_npz(x.clone(), npy("|u1", "(2,)", &[0, 0]), "1 class is there; legal are 2 to 3");
    check_npz(b"no array".to_vec(), y, "array `x`: it is no NPY array");
    let parse = |arrays: &[(&str, Vec<u8>)]| ImageSet::parse(Path::new("set.npz"), &npz(arrays), &WANTED);
    refused(parse(&[("x", x.clone())]), "array `y`: it is not in the file");
    refused(parse(&[("pictures", x.clone())]), "it holds no `x`; legal are `x` and `y`, or `x_train`");
    refused(parse(&[("x", x.clone()), ("x_train", x)]), "`x` and `x_train` are both there");
}

#[test]
fn other_files_are_named() {
    let parse = |bytes: &[u8]| ImageSet::parse(Path::new("some.file"), bytes, &WANTED);
    refused(parse(b""), "this holds no pictures that can be recognized; legal are CIFAR binary batches");
    refused(parse(b"\xff\xd8\xff\xe0"), "this is a JPEG picture, which is not read here");
    refused(parse(&rgb()), "this is a single PNG picture");
    refused(parse(b"PK\x05\x06"), "some.file: the NPZ file is damaged");
    refused(ImageSet::read(Path::new("absent"), &WANTED), "absent: cannot be read: ");
}

const CIFAR: Wanted = Wanted { form: cifar::FORM, classes: 10, resize: false };

fn batch(labels: &[u8]) -> Vec<u8> {
    let record =
        |&label: &u8| std::iter::once(label).chain((0..3072).map(|index| (index / 1024 * 50 + index % 50) as u8));
    labels.iter().flat_map(record).collect()
}

#[test]
fn cifar_batches() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    fs::write(place.join("data_batch_2.bin"), batch(&[9])).unwrap();
    fs::write(place.join("data_batch_1.bin"), batch(&[3, 4])).unwrap();
    fs::write(place.join("test_batch.bin"), batch(&[5])).unwrap();
    fs::write(place.join("batches.meta.txt"), "airplane\n").unwrap();
    let set = ImageSet::read(place, &CIFAR).unwrap();
    assert_eq!((set.train.labels, set.test.unwrap().labels), (vec![3, 4, 9], vec![5]));
    assert_eq!(set.train.classes[9], "truck");
    assert_eq!(set.train.pixels[..6], [0, 74, 148, 1, 75, 149]);
    let single = ImageSet::read(&place.join("data_batch_1.bin"), &CIFAR).unwrap();
    assert_eq!((single.train.labels, single.test), (vec![3, 4], None));

    fs::write(place.join("data_batch_2.bin"), &batch(&[9])[1..]).unwrap();
    refused(ImageSet::read(place, &CIFAR), "data_batch_2.bin: 3072 bytes are no whole number of records of 3073");
    fs::write(place.join("data_batch_2.bin"), batch(&[9, 10])).unwrap();
    refused(ImageSet::read(place, &CIFAR), "data_batch_2.bin: image 1 (from 0): the label 10 is out of range");
    fs::write(place.join("data_batch_2.bin"), b"").unwrap();
    refused(ImageSet::read(place, &CIFAR), "data_batch_2.bin: there is no picture");
    refused(ImageSet::read(&place.join("data_batch_1.bin"), &WANTED), "the picture is 32x32");

    let hundred: Vec<u8> = [&[7][..], &batch(&[99])].concat();
    let wanted = Wanted { classes: 100, ..CIFAR };
    assert_eq!(ImageSet::parse(Path::new("train.bin"), &hundred, &wanted).unwrap().train.labels, [99]);
    refused(ImageSet::parse(Path::new("train.bin"), &hundred, &CIFAR), "100 classes are there; legal are 2 to 10");
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    directory
}

#[test]
fn folders_of_png_files() {
    let gray = encode(3, ColorType::Grayscale, BitDepth::Eight, &[9; 6]);
    let files: [(&str, &[u8]); 5] = [
        ("dog/b.png", &rgb()),
        ("cat/2.png", &gray),
        ("cat/1.png", &rgb()),
        ("cat/.hidden", b"x"),
        ("notes.txt", b"x"),
    ];
    let images = ImageSet::read(folder(&files).path(), &WANTED).unwrap().train;
    assert_eq!(
        (images.classes.as_slice(), images.labels.as_slice()),
        (["cat", "dog"].map(String::from).as_slice(), [0, 0, 1].as_slice())
    );
    assert_eq!((images.image(0), images.image(1)), (numbers(18).as_slice(), [9; 18].as_slice()));

    let files: [(&str, &[u8]); 4] =
        [("train/a/1.png", &rgb()), ("train/b/1.png", &rgb()), ("test/a/1.png", &rgb()), ("test/b/1.png", &rgb())];
    let set = ImageSet::read(folder(&files).path(), &WANTED).unwrap();
    assert_eq!((set.train.len(), set.test.unwrap().labels), (2, vec![0, 1]));
    refused(ImageSet::read(folder(&files[..3]).path(), &WANTED), "test: the class `b` has no folder here");
    refused(ImageSet::read(folder(&files[1..]).path(), &WANTED), "train: the class `a` has no folder here");
}

#[track_caller]
fn check_folder(files: &[(&str, &[u8])], expected: &str) {
    refused(ImageSet::read(folder(files).path(), &WANTED), expected);
}

#[test]
fn folders_that_do_not_fit() {
    let (good, wide) = (rgb(), encode(4, ColorType::Rgb, BitDepth::Eight, &[0; 24]));
    check_folder(&[], "this holds no pictures that can be recognized");
    check_folder(&[("1.png", &good)], "1.png: this picture lies beside the folders");
    check_folder(&[("a/1.png", &good), ("b/.keep", b"")], "b: the folder of this class holds no PNG file");
    check_folder(&[("a/1.png", &good)], "1 class is there; legal are 2 to 3");
    let four = ["a/1.png", "b/1.png", "c/1.png", "d/1.png"].map(|name| (name, good.as_slice()));
    check_folder(&four, "4 classes are there; legal are 2 to 3, the outputs of the model");
    check_folder(&[("a/1.png", &good), ("b/2.png", &wide)], "b/2.png: the picture is 4x2 (width x height) with 3");
    check_folder(&[("a/1.png", &good), ("b/2.jpg", b"\xff\xd8\xff")], "b/2.jpg: this is a JPEG picture; the pictures");
    check_folder(&[("a/1.png", &good), ("b/x.txt", b"text")], "b/x.txt: this is no PNG file");
    check_folder(&[("a/1.png", &good), ("b/c/1.png", &good)], "b/c: a folder inside the folder of a class");
    check_folder(&[("a/1.png", &good), ("b/1.png", &good[..60])], "b/1.png: the PNG file is damaged");
    let resized = folder(&[("a/1.png", &good), ("b/2.png", &wide)]);
    let set = ImageSet::read(resized.path(), &Wanted { resize: true, ..WANTED }).unwrap();
    assert_eq!(set.train.pixels.len(), 36);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let directory = folder(&[("a/1.png", &rgb())]);
    fs::create_dir(directory.path().join(std::ffi::OsStr::from_bytes(b"\xff"))).unwrap();
    refused(ImageSet::read(directory.path(), &WANTED), "the name is not valid UTF-8");
}

#[track_caller]
fn check_png(bytes: &[u8], wanted: Wanted, expected: Result<&[u8], &str>) {
    let outcome = parse_png(Path::new("a.png"), bytes, &wanted);
    match expected {
        Ok(pixels) => assert_eq!(outcome.unwrap(), pixels),
        Err(message) => refused(outcome, message),
    }
}

#[test]
fn kinds_of_png_are_converted_or_refused() {
    let eight = |color, pixels: &[u8]| encode(3, color, BitDepth::Eight, pixels);
    let palette = encode(3, ColorType::Indexed, BitDepth::One, &[0b0100_0000, 0b1010_0000]);
    check_png(&palette, WANTED, Ok(&[1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]));
    // Found by fuzzing: the decoder panics where it expands the first two.
    let palettes = [(4, "palette is not of 1 to 256 whole colours"), (241, "whole colours"), (3 * 257, "PLTE")];
    for (size, reason) in palettes {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 3, 2);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::One);
        encoder.set_palette(vec![1; size]);
        encoder.write_header().unwrap().write_image_data(&[0; 2]).unwrap();
        check_png(&bytes, WANTED, Err(reason));
    }
    let bits = encode(3, ColorType::Grayscale, BitDepth::One, &[0b0100_0000, 0b1010_0000]);
    check_png(&bits, GRAY, Ok(&[0, 255, 0, 255, 0, 255]));
    check_png(&eight(ColorType::Rgba, &[1, 2, 3, 255].repeat(6)), WANTED, Ok(&[1, 2, 3].repeat(6)));
    check_png(&eight(ColorType::GrayscaleAlpha, &[7, 255].repeat(6)), GRAY, Ok(&[7; 6]));
    check_png(&eight(ColorType::Rgba, &[1, 2, 3, 254].repeat(6)), WANTED, Err("some of its pixels are transparent"));
    check_png(
        &rgb(),
        GRAY,
        Err(
            "a.png: the picture is 3x2 (width x height) with 3 channels; the model takes 3x2 (width x height) with 1 channel: convert it to gray",
        ),
    );
    let deep = encode(3, ColorType::Rgb, BitDepth::Sixteen, &[0; 36]);
    check_png(&deep, WANTED, Err("it has 16 bits a channel; 8 are legal"));
    let mut animated = Vec::new();
    let mut encoder = Encoder::new(&mut animated, 3, 2);
    encoder.set_color(ColorType::Rgb);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0; 18]).unwrap();
    writer.write_image_data(&[1; 18]).unwrap();
    writer.finish().unwrap();
    check_png(&animated, WANTED, Err("it is an animation"));
    // Sizes that the header declares are not believed; its checksum is right.
    for (size, expected) in
        [(8192_u32, "too short for its pixels"), (8193, "67125249 pixels are too many"), (0, "damaged")]
    {
        let mut bytes = Vec::new();
        let Ok(writer) = Encoder::new(&mut bytes, size, size).write_header() else { continue };
        drop(writer);
        check_png(&bytes, GRAY, Err(expected));
    }
}

/// A small generator, so that a failure repeats.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }
}

#[test]
fn changed_bytes_never_panic() {
    let mut random = Random(1);
    let stored = |bytes: &[u8]| {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, array) in small() {
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            archive.start_file(format!("{name}.npy"), options).unwrap();
            archive.write_all(if name == "x" { bytes } else { &array }).unwrap();
        }
        archive.finish().unwrap().into_inner()
    };
    let [(_, x), _] = small();
    let palette = encode(3, ColorType::Indexed, BitDepth::Two, &[0, 0]);
    for (name, original) in
        [("a.npz", npz(&small())), ("a.png", rgb()), ("b.png", palette), ("a.bin", batch(&[1, 2])), ("x.npy", x)]
    {
        for _ in 0..2000 {
            let mut bytes = original.clone();
            for _ in 0..1 + random.below(4) {
                let at = random.below(bytes.len());
                match random.below(4) {
                    0 => bytes[at] ^= 1 << random.below(8),
                    1 => bytes[at] = [0, 0x7f, 0x80, 0xff, b'9'][random.below(5)],
                    2 => bytes.insert(at, random.below(256) as u8),
                    _ => drop(bytes.remove(at)),
                }
            }
            if name.ends_with("png") {
                if let Ok(pixels) = parse_png(Path::new(name), &bytes, &WANTED) {
                    assert_eq!(pixels.len(), 18);
                }
                continue;
            }
            // The header of an array again, behind a checksum that is right.
            let (bytes, wanted) = if name == "x.npy" {
                (stored(&bytes), WANTED)
            } else {
                (bytes, if name == "a.bin" { CIFAR } else { WANTED })
            };
            if let Ok(ImageSet { train, test: None }) = ImageSet::parse(Path::new(name), &bytes, &wanted) {
                assert_eq!(train.pixels.len(), train.len() * wanted.form.size());
                assert!(
                    !train.is_empty() && train.labels.iter().all(|label| usize::from(*label) < train.classes.len())
                );
            }
        }
    }
}

#[test]
fn cut_files_are_refused() {
    for end in 0..rgb().len() {
        assert!(parse_png(Path::new("a.png"), &rgb()[..end], &WANTED).is_err(), "PNG cut at {end}");
    }
    let bytes = npz(&small());
    for end in 0..bytes.len() {
        assert!(ImageSet::parse(Path::new("a.npz"), &bytes[..end], &WANTED).is_err(), "NPZ cut at {end}");
    }
    let bytes = batch(&[1, 2]);
    for end in (0..bytes.len()).filter(|end| *end != 3073) {
        assert!(ImageSet::parse(Path::new("a.bin"), &bytes[..end], &CIFAR).is_err(), "batch cut at {end}");
    }
}

#[test]
fn a_small_archive_that_inflates_to_much_is_not_inflated() {
    // A gigabyte and a half of zeros would be a megabyte and a half; the header alone is looked at.
    let data = vec![0; 1 << 24];
    let bytes = npz(&[("x", npy("|u1", "(400000, 64, 64, 1)", &data)), ("y", npy("|u1", "(2,)", &[0, 1]))]);
    refused(ImageSet::parse(Path::new("a.npz"), &bytes, &GRAY), "1638400000 bytes are too many");
}

#[test]
fn the_real_pictures_are_read_where_they_are() {
    // Beside the repository, where those who have them keep them.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/cifar10/cifar10_train_first4000.npz");
    if path.exists() {
        let images = ImageSet::read(&path, &CIFAR).unwrap().train;
        assert_eq!((images.len(), images.pixels.len(), images.classes.len()), (4000, 4000 * 3072, 10));
    }
}
