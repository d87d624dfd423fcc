//! The windows of convolutions and pooling, as types.

use std::fmt::Debug;
use std::marker::PhantomData;

use hls_core::rules::{Padding, Window};

/// The window of a convolution or a pooling layer: its size, stride, padding and dilation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a window",
    label = "expected a window such as `Kernel<3>` or `Same<Kernel<3, 2>>` here"
)]
pub trait Geometry: Clone + Copy + Debug + Default + Send + Sync + 'static {
    /// The window over rows and columns. A layer with one dimension takes the columns.
    const WINDOW: Window;

    /// The type as a declaration spells it, numbers that are the default left out: `Same<Kernel<3, 2>>`.
    fn spelling() -> String;
}

/// A name with its numbers, those at the end that are the default left out.
fn spelled(name: &str, numbers: &[usize], defaults: &[usize]) -> String {
    let needed = numbers.len() - defaults.len();
    let same = numbers[needed..].iter().zip(defaults).rev().take_while(|(number, default)| number == default).count();
    let numbers: Vec<String> = numbers[..numbers.len() - same].iter().map(ToString::to_string).collect();
    format!("{name}<{}>", numbers.join(", "))
}

/// A square window: `SIZE` positions along each axis, `STRIDE` positions from one result to the next, `PADDING` positions of
/// padding at each end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kernel<const SIZE: usize, const STRIDE: usize = 1, const PADDING: usize = 0>;

impl<const SIZE: usize, const STRIDE: usize, const PADDING: usize> Geometry for Kernel<SIZE, STRIDE, PADDING> {
    const WINDOW: Window = Window::new([SIZE; 2], [STRIDE; 2])
        .padded(Padding::Explicit { before: [PADDING as i32; 2], after: [PADDING as i32; 2] });

    fn spelling() -> String {
        spelled("Kernel", &[SIZE, STRIDE, PADDING], &[1, 0])
    }
}

/// The square window of a pooling layer: without a `STRIDE` its places lie side by side.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pool<const SIZE: usize, const STRIDE: usize = 0>;

impl<const SIZE: usize, const STRIDE: usize> Geometry for Pool<SIZE, STRIDE> {
    const WINDOW: Window = Window::new([SIZE; 2], [if STRIDE == 0 { SIZE } else { STRIDE }; 2]);

    fn spelling() -> String {
        spelled("Pool", &[SIZE, STRIDE], &[0])
    }
}

/// What a pooling layer works on: a window, or [`Global`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a window",
    label = "expected a window such as `Pool<2>` or `Same<Kernel<3, 2>>`, or `Global` here"
)]
pub trait PoolGeometry: Clone + Copy + Debug + Default + Send + Sync + 'static {
    /// The window over rows and columns; `None` is all positions.
    const WINDOW: Option<Window>;

    /// The type as a declaration spells it.
    fn spelling() -> String;
}

impl<K: Geometry> PoolGeometry for K {
    const WINDOW: Option<Window> = Some(K::WINDOW);

    fn spelling() -> String {
        <K as Geometry>::spelling()
    }
}

/// All positions: only the channels stay.
#[derive(Clone, Copy, Debug, Default)]
pub struct Global;

impl PoolGeometry for Global {
    const WINDOW: Option<Window> = None;

    fn spelling() -> String {
        "Global".to_owned()
    }
}

/// A window of `HEIGHT` rows and `WIDTH` columns, `DOWN` rows and `ALONG` columns from one result to the next, `ROWS` rows and
/// `COLUMNS` columns of padding at each end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kernel2d<
    const HEIGHT: usize,
    const WIDTH: usize,
    const DOWN: usize = 1,
    const ALONG: usize = 1,
    const ROWS: usize = 0,
    const COLUMNS: usize = 0,
>;

impl<
    const HEIGHT: usize,
    const WIDTH: usize,
    const DOWN: usize,
    const ALONG: usize,
    const ROWS: usize,
    const COLUMNS: usize,
> Geometry for Kernel2d<HEIGHT, WIDTH, DOWN, ALONG, ROWS, COLUMNS>
{
    const WINDOW: Window = Window::new([HEIGHT, WIDTH], [DOWN, ALONG])
        .padded(Padding::Explicit { before: [ROWS as i32, COLUMNS as i32], after: [ROWS as i32, COLUMNS as i32] });

    fn spelling() -> String {
        spelled("Kernel2d", &[HEIGHT, WIDTH, DOWN, ALONG, ROWS, COLUMNS], &[1, 1, 0, 0])
    }
}

/// The window `K` with as much padding as gives one result for every `STRIDE` positions, rounded up.
///
/// Where the padding of an axis is odd, the larger half is behind: at the bottom and to the right.
#[derive(Clone, Copy, Debug, Default)]
pub struct Same<K>(PhantomData<K>);

impl<K: Geometry> Geometry for Same<K> {
    const WINDOW: Window = K::WINDOW.padded(Padding::Same);

    fn spelling() -> String {
        format!("Same<{}>", <K as Geometry>::spelling())
    }
}

/// As [`Same`], with all padding before the first position: no result depends on later positions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Causal<K>(PhantomData<K>);

impl<K: Geometry> Geometry for Causal<K> {
    const WINDOW: Window = K::WINDOW.padded(Padding::Causal);

    fn spelling() -> String {
        format!("Causal<{}>", <K as Geometry>::spelling())
    }
}

/// The window `K` with its positions `DISTANCE` apart along both axes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dilated<K, const DISTANCE: usize>(PhantomData<K>);

impl<K: Geometry, const DISTANCE: usize> Geometry for Dilated<K, DISTANCE> {
    const WINDOW: Window = Window { dilation: [DISTANCE; 2], ..K::WINDOW };

    fn spelling() -> String {
        format!("Dilated<{}, {DISTANCE}>", <K as Geometry>::spelling())
    }
}

/// The window `K` the other way round, as transposed convolutions use it: its stride is the distance of the inputs.
///
/// Without padding `n` positions become `(n - 1) * STRIDE + SIZE`, and at least `n * STRIDE`; under [`Same`] they become
/// `n * STRIDE`; other padding takes that many results away at each end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Transposed<K>(PhantomData<K>);

impl<K: Geometry> Geometry for Transposed<K> {
    const WINDOW: Window = K::WINDOW.transposed();

    fn spelling() -> String {
        format!("Transposed<{}>", <K as Geometry>::spelling())
    }
}

/// The window of a layer with `dims` dimensions.
pub(super) const fn window<K: Geometry>(dims: usize) -> Window {
    if dims == 1 { K::WINDOW.along() } else { K::WINDOW }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelled_as_declared() {
        assert_eq!(<Same<Kernel<3, 2>> as Geometry>::spelling(), "Same<Kernel<3, 2>>");
        assert_eq!(<Dilated<Kernel2d<1, 5>, 2> as Geometry>::spelling(), "Dilated<Kernel2d<1, 5>, 2>");
        assert_eq!(<Kernel<3, 1, 1> as Geometry>::spelling(), "Kernel<3, 1, 1>");
        assert_eq!(<Pool<2> as PoolGeometry>::spelling(), "Pool<2>");
        assert_eq!(<Global as PoolGeometry>::spelling(), "Global");
    }
}
