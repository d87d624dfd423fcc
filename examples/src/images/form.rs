//! What a picture's numbers are, and what a model wants of them.

use std::fmt;

/// The size of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Numbers of a pixel: 1 is gray, 3 are red, green and blue.
    pub channels: usize,
}

/// What a model needs of its pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The model's input.
    pub form: Form,
    /// The model's outputs: the most classes.
    pub classes: usize,
    /// Whether pictures of another size are made to fit, by [`Form::resize`]; else they are an error.
    pub resize: bool,
}

impl Form {
    /// The numbers of a picture.
    #[must_use]
    pub fn size(&self) -> usize {
        self.height * self.width * self.channels
    }

    /// The picture's largest centred part with the ratio of width to height of `target`, averaged over the area of each
    /// of its new pixels.
    ///
    /// `pixels` is `[height][width][channels]`. Everything is computed in whole numbers and rounded once, half up.
    /// `target` has this form's channels.
    #[must_use]
    pub fn resize(&self, pixels: &[u8], target: Self) -> Vec<u8> {
        // The centred part: one side whole, the other as long as the ratio asks for, but at least a pixel.
        let (height, width) = if self.width * target.height > self.height * target.width {
            (self.height, (self.height * target.width / target.height).max(1))
        } else {
            ((self.width * target.height / target.width.max(1)).clamp(1, self.height.max(1)), self.width)
        };
        let (top, left) = ((self.height - height) / 2, (self.width - width) / 2);
        let (rows, columns) = (overlaps(height, target.height), overlaps(width, target.width));
        let mut lines = Vec::with_capacity(height * target.width * self.channels);
        for row in 0..height {
            let line = &pixels[((top + row) * self.width + left) * self.channels..][..width * self.channels];
            for overlap in &columns {
                for channel in 0..self.channels {
                    let values = overlap
                        .iter()
                        .map(|&(column, weight)| u64::from(line[column * self.channels + channel]) * weight);
                    lines.push(values.sum::<u64>());
                }
            }
        }
        let (line, area) = (target.width * self.channels, (height * width) as u64);
        let mut resized = Vec::with_capacity(target.height * line);
        for overlap in &rows {
            for element in 0..line {
                let sum: u64 = overlap.iter().map(|&(row, weight)| lines[row * line + element] * weight).sum();
                resized.push(((2 * sum + area) / (2 * area)) as u8);
            }
        }
        resized
    }
}

/// For each of `to` equal parts of a line the old pixels that it overlaps, with the length of the overlap in units of
/// which a part has `from`.
fn overlaps(from: usize, to: usize) -> Vec<Vec<(usize, u64)>> {
    let part = |index: usize| {
        let (start, end) = (index * from, (index + 1) * from);
        let overlap = |old: usize| ((old + 1) * to).min(end) - (old * to).max(start);
        (start / to..end.div_ceil(to)).map(|old| (old, overlap(old) as u64)).collect()
    };
    (0..to).map(part).collect()
}

impl fmt::Display for Form {
    /// `32x32 (width x height) with 3 channels`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { height, width, channels } = self;
        let plural = if *channels == 1 { "" } else { "s" };
        write!(f, "{width}x{height} (width x height) with {channels} channel{plural}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: [usize; 2], pixels: &[u8], to: [usize; 2], expected: &[u8]) {
        let form = |[height, width]: [usize; 2]| Form { height, width, channels: 1 };
        assert_eq!(form(from).resize(pixels, form(to)), expected);
    }

    #[test]
    fn areas_are_averaged() {
        check([2, 2], &[1, 2, 3, 4], [2, 2], &[1, 2, 3, 4]);
        check([2, 2], &[0, 1, 1, 1], [1, 1], &[1]);
        check([1, 1], &[9], [2, 3], &[9; 6]);
        check([3, 3], &[0, 90, 0, 90, 180, 90, 0, 90, 0], [2, 2], &[60; 4]);
        check([4, 4], &[0, 4, 8, 8, 0, 4, 8, 8, 1, 1, 255, 255, 1, 1, 255, 255], [2, 2], &[2, 8, 1, 255]);
    }

    #[test]
    fn the_centre_is_kept() {
        check([1, 4], &[9, 1, 9, 9], [1, 1], &[1]);
        check([4, 2], &[7, 7, 1, 2, 3, 4, 7, 7], [2, 2], &[1, 2, 3, 4]);
        check([1, 5], &[0, 0, 5, 0, 0], [4, 4], &[5; 16]);
    }

    #[test]
    fn channels_stay_apart_and_constants_constant() {
        let from = Form { height: 5, width: 7, channels: 3 };
        for (height, width) in [(1, 1), (2, 9), (32, 32), (3, 4)] {
            let pixels: Vec<u8> = [3, 200, 255].repeat(35);
            let resized = from.resize(&pixels, Form { height, width, channels: 3 });
            assert_eq!(resized, [3, 200, 255].repeat(height * width));
        }
    }
}
