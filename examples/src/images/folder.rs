//! Folders: one sub-folder of PNG files a class, or the batches of CIFAR.

use std::fs;
use std::path::{Path, PathBuf};

use super::cifar::Cifar;
use super::error::{ImagesError, Problem};
use super::{
    ImageSet, Images, MAX_BYTES, MAX_IMAGES, Wanted, batches, check_classes, check_size, parse_png, read_bytes,
};

/// What a folder holds, sorted by name; names that begin with a dot are left out.
#[derive(Default)]
struct Entries {
    folders: Vec<(String, PathBuf)>,
    files: Vec<(String, PathBuf)>,
}

pub(super) fn read(path: &Path, wanted: &Wanted) -> Result<ImageSet, ImagesError> {
    let entries = Entries::of(path)?;
    for (set, train, test) in [(Cifar::Ten, "data_batch_", "test_batch.bin"), (Cifar::Hundred, "train.bin", "test.bin")]
    {
        let is_batch = |name: &str| name.starts_with(train) && name.ends_with(".bin");
        let files = |part: &dyn Fn(&str) -> bool| {
            entries.files.iter().filter(|(name, _)| part(name)).map(|(_, path)| path.as_path()).collect::<Vec<_>>()
        };
        let (train, test) = (files(&is_batch), files(&|name| name == test));
        if train.is_empty() && !test.is_empty() {
            return read_batches(set, &test, wanted).map(|train| ImageSet { train, test: None });
        }
        if !train.is_empty() {
            let train = read_batches(set, &train, wanted)?;
            let test = if test.is_empty() { None } else { Some(read_batches(set, &test, wanted)?) };
            return Ok(ImageSet { train, test });
        }
    }
    let names: Vec<&str> = entries.folders.iter().map(|(name, _)| name.as_str()).collect();
    if names == ["test", "train"] {
        let (test, train) = (&entries.folders[0].1, &entries.folders[1].1);
        let (test_entries, train_entries) = (Entries::of(test)?, Entries::of(train)?);
        test_entries.lacks_none_of(&train_entries, test)?;
        train_entries.lacks_none_of(&test_entries, train)?;
        let train = classes(train, &train_entries, wanted)?;
        let test = classes(test, &test_entries, wanted)?;
        return Ok(ImageSet { train, test: Some(test) });
    }
    classes(path, &entries, wanted).map(|train| ImageSet { train, test: None })
}

fn read_batches(set: Cifar, files: &[&Path], wanted: &Wanted) -> Result<Images, ImagesError> {
    let mut contents: Vec<(&Path, Vec<u8>)> = Vec::new();
    let mut total = 0;
    for file in files {
        let bytes = read_bytes(file).map_err(|problem| problem.in_file(file))?;
        total += bytes.len() as u64;
        check_size("bytes of batches", total, MAX_BYTES).map_err(|problem| problem.in_file(file))?;
        contents.push((file, bytes));
    }
    let contents: Vec<(&Path, &[u8])> = contents.iter().map(|(file, bytes)| (*file, bytes.as_slice())).collect();
    batches(set, &contents, wanted)
}

/// The pictures of one folder with a sub-folder a class.
fn classes(path: &Path, entries: &Entries, wanted: &Wanted) -> Result<Images, ImagesError> {
    if let Some((_, file)) = entries.files.iter().find(|(name, _)| name.to_ascii_lowercase().ends_with(".png")) {
        let message = "this picture lies beside the folders of the classes; put it into one of them".to_owned();
        return Err(Problem::Unsupported { message }.in_file(file));
    }
    if entries.folders.is_empty() {
        return Err(Problem::UnknownFormat { found: None }.in_file(path));
    }
    check_classes(entries.folders.len(), wanted).map_err(|problem| problem.in_file(path))?;
    let names = entries.folders.iter().map(|(name, _)| name.clone()).collect();
    let mut images = Images { form: wanted.form, pixels: Vec::new(), labels: Vec::new(), classes: names };
    // All folders before any picture: an empty class is found at once.
    let mut files = Vec::new();
    for (class, (_, folder)) in entries.folders.iter().enumerate() {
        let inside = Entries::of(folder)?;
        if let Some((_, below)) = inside.folders.first() {
            let message =
                "a folder inside the folder of a class; pictures lie there without further folders".to_owned();
            return Err(Problem::Unsupported { message }.in_file(below));
        }
        if inside.files.is_empty() {
            return Err(Problem::EmptyClass.in_file(folder));
        }
        files.extend(inside.files.into_iter().map(|(_, file)| (class as u8, file)));
        let bytes = (files.len() as u64).saturating_mul(wanted.form.size() as u64);
        check_size("pictures", files.len() as u64, MAX_IMAGES)
            .and_then(|()| check_size("bytes of pixels", bytes, MAX_BYTES))
            .map_err(|problem| problem.in_file(path))?;
    }
    for (class, file) in files {
        let bytes = read_bytes(&file).map_err(|problem| problem.in_file(&file))?;
        images.pixels.extend(parse_png(&file, &bytes, wanted)?);
        images.labels.push(class);
    }
    Ok(images)
}

impl Entries {
    fn of(folder: &Path) -> Result<Self, ImagesError> {
        let unreadable = |path: &Path, error: std::io::Error| Problem::unreadable(&error).in_file(path);
        let mut entries = Self::default();
        for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
            let path = entry.map_err(|error| unreadable(folder, error))?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                let message = "the name is not valid UTF-8; rename it".to_owned();
                return Err(Problem::Unsupported { message }.in_file(&path));
            };
            if name.starts_with('.') {
                continue;
            }
            let name = name.to_owned();
            let is_folder = fs::metadata(&path).map_err(|error| unreadable(&path, error))?.is_dir();
            let list = if is_folder { &mut entries.folders } else { &mut entries.files };
            list.push((name, path));
        }
        entries.folders.sort();
        entries.files.sort();
        Ok(entries)
    }

    /// Whether every folder of `other` is here, in the folder `path`, as well.
    fn lacks_none_of(&self, other: &Self, path: &Path) -> Result<(), ImagesError> {
        let absent = other.folders.iter().find(|(name, _)| self.folders.iter().all(|(own, _)| own != name));
        match absent {
            None => Ok(()),
            Some((class, _)) => Err(Problem::UnmatchedClass { class: class.clone() }.in_file(path)),
        }
    }
}
