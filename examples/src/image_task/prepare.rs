//! Pictures as samples of a model.

use hls_train::HlsModel;
use hls_train::training::{ImageAugmentation, Samples};
use serde::Serialize;

use super::{ImageArguments, ImageTask, Scale};
use crate::images::{Form, ImageSet, Images, Problem, Wanted};
use crate::parts::Parts;
use crate::tagger::{Constants, Prepared, TaggerError};

/// What whoever uses the model must know about its pictures.
#[derive(Serialize)]
struct Inputs<'a> {
    height: usize,
    width: usize,
    channels: usize,
    /// An input is `round(pixel * steps / maximum) / steps`.
    steps: u32,
    maximum: u32,
    classes: &'a [String],
}

pub(super) fn prepare<M: HlsModel>(task: &ImageTask, arguments: &ImageArguments) -> Result<Prepared, TaggerError> {
    let wanted = Wanted { form: form::<M>(), classes: M::OUTPUT_SHAPE.size(), resize: arguments.resize };
    let set = match (&arguments.run.data, task.embedded) {
        (Some(path), _) => ImageSet::read(path, &wanted)?,
        (None, Some(embedded)) => ImageSet { train: embedded()?, test: None },
        (None, None) => {
            let problem = Problem::NoImages;
            return Err(crate::images::ImagesError { file: "--data".into(), place: None, problem }.into());
        }
    };
    let ImageSet { train: images, test } = set;
    let Parts { train, validation, held_out } = Parts::of(&images.labels, &images.classes, test.is_none())?;
    let (tested, rows) = match &test {
        Some(test) => (test, (0..test.len()).collect()),
        None => (&images, held_out),
    };
    let Form { height, width, channels } = images.form;
    let Scale { steps, maximum } = task.scale;
    let mut inputs =
        serde_json::to_vec_pretty(&Inputs { height, width, channels, steps, maximum, classes: &images.classes })
            .map_err(TaggerError::Json)?;
    inputs.push(b'\n');
    let augmentation = ImageAugmentation::new(M::INPUT_SHAPE).filter(|_| !arguments.no_augmentation);
    let augmentation = augmentation.map(|pictures| {
        let moved = pictures.shift(task.shift);
        if task.flip { moved.flip() } else { moved }
    });
    Ok(Prepared {
        train: samples(&images, &train, task.scale)?,
        validation: samples(&images, &validation, task.scale)?,
        test: samples(tested, &rows, task.scale)?,
        labels: rows.iter().map(|&index| tested.labels[index]).collect(),
        rows: rows.iter().map(|index| index + 1).collect(),
        classes: images.classes.clone(),
        constants: Constants { name: "inputs.json", content: inputs },
        augmentation: augmentation.filter(|_| task.flip || task.shift > 0),
        tuning: task.tuning,
        patience: None,
        vectors: task.vectors,
        csim_vectors: task.csim_vectors,
    })
}

/// The pictures that a model takes; a model of vectors takes pictures of one row.
fn form<M: HlsModel>() -> Form {
    match *M::INPUT_SHAPE.dims() {
        [height, width, channels] => Form { height, width, channels },
        [height, width] => Form { height, width, channels: 1 },
        ref dims => Form { height: 1, width: dims.iter().product(), channels: 1 },
    }
}

fn samples(images: &Images, indices: &[usize], scale: Scale) -> Result<Samples, TaggerError> {
    let values: Vec<f32> = (0..=u8::MAX).map(|pixel| scale.apply(pixel)).collect();
    let pixels = indices.iter().flat_map(|&index| images.image(index)).map(|&pixel| values[usize::from(pixel)]);
    let classes = indices.iter().map(|&index| usize::from(images.labels[index])).collect();
    Ok(Samples::new(images.form.size(), pixels.collect(), classes)?)
}
