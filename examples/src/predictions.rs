//! The scores of a model, one row a sample, as a CSV file.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hls_train::core::disk::write_atomically;

/// The scores that a model gives to samples.
#[derive(Clone, Copy, Debug)]
pub struct Predictions<'a> {
    /// Names of the classes.
    pub classes: &'a [&'a str],
    /// `[rows][classes]`, row-major: logits or probabilities, exact where they are fixed-point numbers.
    pub scores: &'a [f64],
    /// `[rows]`: the true classes, as indices.
    pub labels: &'a [u8],
    /// `[rows]`: the number of each in the data, from 1.
    pub rows: &'a [usize],
}

/// Why predictions are not written.
#[derive(Debug)]
#[non_exhaustive]
pub enum PredictionsError {
    /// The numbers of scores, labels and classes do not fit.
    Shape {
        /// Number of scores.
        scores: usize,
        /// Number of labels.
        labels: usize,
        /// Number of classes.
        classes: usize,
        /// Number of row numbers.
        rows: usize,
    },
    /// A label is not the index of a class, or a score is NaN or infinite.
    Value {
        /// The row, counted from 1 among these predictions.
        row: usize,
        /// The label or the score.
        value: String,
    },
    /// The file cannot be written.
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl fmt::Display for PredictionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { scores, labels, classes, rows } => write!(
                f,
                "{scores} scores are not {classes} scores for each of {labels} samples, or {rows} numbers are not one \
                 for each"
            ),
            Self::Value { row, value } => {
                write!(f, "prediction {row}: {value}; expected the index of a class and finite scores")
            }
            Self::File { path, source } => write!(f, "{}: cannot be written: {source}", path.display()),
        }
    }
}

impl std::error::Error for PredictionsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl Predictions<'_> {
    /// Writes `row,label,predicted` and one column of scores a class; the file is there whole or not at all.
    ///
    /// `row` is the number in the data, from 1. `predicted` is the class with the largest score, the first one of
    /// equals. Scores are written with the fewest digits that give back the same 64-bit number.
    ///
    /// # Errors
    ///
    /// [`PredictionsError`].
    pub fn write(&self, path: &Path) -> Result<(), PredictionsError> {
        self.check()?;
        write_atomically(path, |file| self.write_rows(file))
            .map_err(|source| PredictionsError::File { path: path.to_path_buf(), source })
    }

    fn check(&self) -> Result<(), PredictionsError> {
        let Self { classes, scores, labels, rows } = self;
        if classes.is_empty()
            || labels.len() != rows.len()
            || labels.len().checked_mul(classes.len()) != Some(scores.len())
        {
            let (scores, labels) = (scores.len(), labels.len());
            return Err(PredictionsError::Shape { scores, labels, classes: classes.len(), rows: rows.len() });
        }
        for (row, (label, scores)) in (1..).zip(labels.iter().zip(scores.chunks_exact(classes.len()))) {
            if usize::from(*label) >= classes.len() {
                return Err(PredictionsError::Value { row, value: format!("label {label}") });
            }
            if let Some(score) = scores.iter().find(|score| !score.is_finite()) {
                return Err(PredictionsError::Value { row, value: format!("score {score}") });
            }
        }
        Ok(())
    }

    fn write_rows(&self, file: &mut impl Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(["row", "label", "predicted"].iter().chain(self.classes))?;
        let rows = self.labels.iter().zip(self.scores.chunks_exact(self.classes.len()));
        for (row, (label, scores)) in self.rows.iter().zip(rows) {
            writer.write_field(row.to_string())?;
            writer.write_field(self.classes[usize::from(*label)])?;
            writer.write_field(self.classes[largest(scores)])?;
            for score in scores {
                writer.write_field(score.to_string())?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        writer.flush()
    }
}

/// The index of the largest score, the first one of equals; 0 for no scores.
#[must_use]
pub fn largest(scores: &[f64]) -> usize {
    let mut best = 0;
    for (index, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = index;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASSES: [&str; 3] = ["g", "q", "t"];

    fn predictions<'a>(scores: &'a [f64], labels: &'a [u8]) -> Predictions<'a> {
        Predictions { classes: &CLASSES, scores, labels, rows: &[71, 72, 73][..labels.len()] }
    }

    #[test]
    fn one_row_a_sample() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out/scores.csv");
        let scores = [0.5, 0.25, 0.25, -3.125, -0.0999755859375, -0.0999755859375, 1e-7, 0.1, 0.0];
        predictions(&scores, &[0, 2, 1]).write(&path).unwrap();
        let expected = "\
row,label,predicted,g,q,t
71,g,g,0.5,0.25,0.25
72,t,q,-3.125,-0.0999755859375,-0.0999755859375
73,q,q,0.0000001,0.1,0
";
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
    }

    #[test]
    fn the_first_of_equal_scores_wins() {
        assert_eq!(largest(&[1.0, 2.0, 2.0]), 1);
        assert_eq!(largest(&[0.0, -0.0]), 0);
        assert_eq!(largest(&[-5.0, -4.0]), 1);
        assert_eq!(largest(&[]), 0);
    }

    #[track_caller]
    fn check(scores: &[f64], labels: &[u8], expected: &str) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("scores.csv");
        std::fs::write(&path, "old").unwrap();
        let error = predictions(scores, labels).write(&path).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        check(&[0.0; 4], &[0], "4 scores are not 3 scores for each of 1 samples, or 1 numbers are not one for each");
        check(&[0.0; 6], &[0, 3], "prediction 2: label 3; expected the index of a class and finite scores");
        check(&[0.0, f64::NAN, 0.0], &[0], "prediction 1: score NaN; expected the index of a class and finite scores");
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let blocked = directory.path().join("file");
        std::fs::write(&blocked, "").unwrap();
        let error = predictions(&[0.0; 3], &[0]).write(&blocked.join("scores.csv")).unwrap_err().to_string();
        assert!(error.contains("scores.csv: cannot be written: "), "{error}");
    }
}
