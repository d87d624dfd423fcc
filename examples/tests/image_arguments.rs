//! The command line of the examples about pictures. `BLESS=1` rewrites the golden file.

use std::path::{Path, PathBuf};

use hls_examples::digits;
use hls_examples::image_task::{ImageArguments, ImageTask, Scale};
use hls_train::prelude::*;

#[hls_model(input = [UFixed<8, 0>; 2, 2, 1])]
struct Small {
    flatten: Flatten,
    fc1: Dense<4, 2, Fixed<6, 1>>,
}

fn task() -> ImageTask {
    let task =
        ImageTask { name: "pictures", about: "About pictures.", epochs: 7, batch_size: 8, ..ImageTask::default() };
    task.model::<Small>("small").model::<Small>("other")
}

fn parse(task: &ImageTask, line: &str) -> Result<ImageArguments, clap::Error> {
    task.parse(std::iter::once("pictures").chain(line.split_whitespace()))
}

#[test]
fn help() {
    let text = parse(&task(), "--help").unwrap_err().to_string();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/image_help.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap_or_default(), "BLESS=1 rewrites it");
    assert!(!text.to_lowercase().contains("jet"), "{text}");
}

#[test]
fn defaults_are_those_of_the_task_and_the_model() {
    let arguments = parse(&task(), "--data d").unwrap();
    assert_eq!(arguments.model, "small");
    assert_eq!(arguments.run.out, PathBuf::from("build/pictures"));
    assert_eq!((arguments.run.epochs, arguments.run.batch_size, arguments.run.learning_rate), (7, 8, 0.002));
    assert!(!arguments.resize && !arguments.no_augmentation);
    let arguments = parse(&task(), "--data d --model other --resize --no-augmentation --epochs 2").unwrap();
    assert_eq!((arguments.run.out, arguments.run.epochs), (PathBuf::from("build/pictures_other"), 2));
    assert!(arguments.resize && arguments.no_augmentation);
    assert_eq!(parse(&task(), "--data d --model other --out o").unwrap().run.out, PathBuf::from("o"));
    assert!(parse(&ImageTask { embedded: Some(digits::embedded), ..task() }, "").is_ok());
}

#[track_caller]
fn refuse(line: &str, expected: &str) {
    let error = parse(&task(), line).unwrap_err().to_string();
    assert!(error.contains(expected), "{line}: {error}");
}

#[test]
fn illegal_values_are_refused_with_what_is_legal() {
    refuse("", "--data <PATH>");
    refuse("--data d --model large", "[possible values: small, other]");
    refuse("--data d --epochs -1", "'-1'");
    refuse("--data d --weights w.npz --epochs 3", "cannot be used with");
    refuse("--data d --weights w.npz --no-augmentation", "cannot be used with");
}

#[test]
fn pixels_become_inputs_exactly() {
    assert_eq!(
        (0..=255).map(|p| Scale::BYTE.apply(p) * 256.0).collect::<Vec<_>>(),
        (0..=255).map(|p| p as f32).collect::<Vec<_>>()
    );
    let digits = Scale { steps: 16, maximum: 255 };
    assert_eq!([0, 16, 128, 255].map(|p| digits.apply(p)), [0.0, 1.0 / 16.0, 0.5, 1.0]);
}
