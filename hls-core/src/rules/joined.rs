//! Tensors one after the other along an axis.

use super::Source;
use crate::shape::{Message, Shape};

/// The shape of `sources` joined along `axis`, `None` for the last one.
///
/// # Errors
/// Where the axis is not there or another dimension differs: a message that goes on after `prefix`.
pub(super) const fn joined(prefix: Message, sources: &[Source<'_>], axis: Option<usize>) -> Result<Shape, Message> {
    let first = sources[0].shape;
    let last = first.rank().saturating_sub(1);
    let along = match axis {
        Some(axis) => axis,
        None => last,
    };
    if along >= first.rank() {
        let prefix = prefix.text("joins tensors along axis ").number(along).text(", but `").text(sources[0].name);
        let prefix = prefix.text("` is ").shape(&first);
        return Err(if first.rank() < 2 {
            prefix.text(", whose only axis is 0")
        } else {
            prefix.text(", whose axes are 0 to ").number(last)
        });
    }
    let mut elements = first.dims()[along];
    let mut i = 1;
    while i < sources.len() {
        let other = sources[i].shape;
        if other.rank() != first.rank() || !other.with_dim(along, first.dims()[along]).same(&first) {
            let prefix = prefix.text("joins tensors that differ in more than ");
            let prefix =
                if along == last { prefix.text("the last dimension") } else { prefix.text("axis ").number(along) };
            let prefix = prefix.text(": `").text(sources[0].name).text("` is ").shape(&first);
            return Err(prefix.text(", `").text(sources[i].name).text("` is ").shape(&other));
        }
        elements += other.dims()[along];
        i += 1;
    }
    Ok(first.with_dim(along, elements))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &[usize], b: &[usize], axis: Option<usize>, expected: Result<&[usize], &str>) {
        let source = |name, dims| Source { name, shape: Shape::from_dims(dims).unwrap(), rule: None, readers: 1 };
        let found = joined(Message::new().text("layer `x` "), &[source("a", a), source("b", b)], axis);
        assert_eq!(found.as_ref().map(Shape::dims).map_err(Message::as_str), expected);
    }

    #[test]
    fn along_every_axis() {
        check(&[4, 2], &[4, 3], None, Ok(&[4, 5]));
        check(&[4, 2], &[4, 3], Some(1), Ok(&[4, 5]));
        check(&[4, 2], &[3, 2], Some(0), Ok(&[7, 2]));
        check(&[4, 1, 2], &[4, 6, 2], Some(1), Ok(&[4, 7, 2]));
        let text = "layer `x` joins tensors that differ in more than the last dimension: `a` is [4, 2], `b` is [3, 2]";
        check(&[4, 2], &[3, 2], None, Err(text));
        let text = "layer `x` joins tensors that differ in more than axis 0: `a` is [4, 2], `b` is [4, 3]";
        check(&[4, 2], &[4, 3], Some(0), Err(text));
        let text = "layer `x` joins tensors along axis 2, but `a` is [4, 2], whose axes are 0 to 1";
        check(&[4, 2], &[4, 3], Some(2), Err(text));
        let text = "layer `x` joins tensors along axis 1, but `a` is [4], whose only axis is 0";
        check(&[4], &[4], Some(1), Err(text));
    }
}
