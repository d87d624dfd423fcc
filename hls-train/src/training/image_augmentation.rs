//! Pictures that are mirrored and moved.

use hls_core::shape::Shape;

use super::augmentation::Augmentation;
use crate::random::Generator;

/// Mirrors pictures and moves them by whole pixels; what moves in is zero.
///
/// Moving by up to `shift` pixels is the usual random crop out of a picture with a border of `shift` pixels of zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageAugmentation {
    height: usize,
    width: usize,
    channels: usize,
    flip: bool,
    shift: usize,
}

impl ImageAugmentation {
    /// Leaves pictures of this shape, `[height, width, channels]`, as they are, until something is added.
    ///
    /// The channels may be absent; `None` for any other shape.
    #[must_use]
    pub fn new(shape: Shape) -> Option<Self> {
        let (height, width, channels) = match *shape.dims() {
            [height, width] => (height, width, 1),
            [height, width, channels] => (height, width, channels),
            _ => return None,
        };
        Some(Self { height, width, channels, flip: false, shift: 0 })
    }

    /// Every other picture is mirrored: left and right change places.
    #[must_use]
    pub fn flip(mut self) -> Self {
        self.flip = true;
        self
    }

    /// Every picture is moved, up to so many pixels in each direction.
    #[must_use]
    pub fn shift(mut self, pixels: usize) -> Self {
        self.shift = pixels;
        self
    }

    /// The picture moved down and right by so many pixels (up and left where negative), mirrored before.
    fn moved(&self, sample: &[f32], flip: bool, down: isize, right: isize) -> Vec<f32> {
        let mut moved = vec![0.0; sample.len()];
        let source = |to: usize, by: isize, length: usize| to.checked_add_signed(-by).filter(|from| *from < length);
        for row in 0..self.height {
            let Some(from_row) = source(row, down, self.height) else { continue };
            for column in 0..self.width {
                let Some(from) = source(column, right, self.width) else { continue };
                let from = if flip { self.width - 1 - from } else { from };
                let target = (row * self.width + column) * self.channels;
                let origin = (from_row * self.width + from) * self.channels;
                moved[target..][..self.channels].copy_from_slice(&sample[origin..][..self.channels]);
            }
        }
        moved
    }
}

impl Augmentation for ImageAugmentation {
    fn description(&self) -> String {
        let Self { height, width, channels, flip, shift } = self;
        format!("pictures {height}x{width}x{channels}, flip {flip}, shift {shift}")
    }

    fn apply(&self, sample: &mut [f32], generator: &mut Generator) {
        if sample.len() != self.height * self.width * self.channels {
            return;
        }
        // All three are always drawn, so that one setting does not change what another one does.
        let flip = generator.below(2) == 1;
        let [down, right] = [(); 2].map(|()| generator.below(2 * self.shift + 1) as isize - self.shift as isize);
        let moved = self.moved(sample, flip && self.flip, down, right);
        sample.copy_from_slice(&moved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 rows of 3 pixels of 2 channels.
    const PICTURE: [f32; 12] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0];

    #[track_caller]
    fn check(flip: bool, down: isize, right: isize, expected: [i32; 12]) {
        let pictures = ImageAugmentation::new(Shape::new([2, 3, 2])).unwrap();
        assert_eq!(pictures.moved(&PICTURE, flip, down, right), expected.map(|value| value as f32));
    }

    #[test]
    fn pictures_are_mirrored_and_moved() {
        check(false, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        check(true, 0, 0, [5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8]);
        check(false, 1, 0, [0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]);
        check(false, -1, 1, [0, 0, 7, 8, 9, 10, 0, 0, 0, 0, 0, 0]);
        check(true, 0, -2, [1, 2, 0, 0, 0, 0, 7, 8, 0, 0, 0, 0]);
        check(false, 2, 0, [0; 12]);
    }

    #[test]
    fn every_move_occurs_and_nothing_else() {
        let plain = ImageAugmentation::new(Shape::new([2, 3, 2])).unwrap();
        let draw = |augmentation: ImageAugmentation, seed| {
            let mut sample = PICTURE;
            augmentation.apply(&mut sample, &mut Generator::new(&[seed]));
            sample
        };
        let distinct = |augmentation: ImageAugmentation| {
            let mut all: Vec<_> = (0..200).map(|seed| draw(augmentation, seed).map(f32::to_bits)).collect();
            all.sort_unstable();
            all.dedup();
            all.len()
        };
        assert_eq!(distinct(plain), 1);
        assert_eq!(distinct(plain.flip()), 2);
        assert_eq!(distinct(plain.shift(1)), 9);
        assert_eq!(distinct(plain.flip().shift(1)), 18);
        assert_eq!(draw(plain.flip().shift(1), 7), draw(plain.flip().shift(1), 7));
        assert!(ImageAugmentation::new(Shape::new([4])).is_none());
    }
}
