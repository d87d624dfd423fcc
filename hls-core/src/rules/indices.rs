//! Which numbers are indices into a table of vectors.

use super::ShapeRule;
use super::precision::spelled;
use crate::fixed::FixedType;
use crate::shape::Message;

impl ShapeRule {
    /// Whether a layer with this rule can read all numbers of the model's input, which the declaration names.
    ///
    /// # Errors
    /// A message that names the layer and what is legal.
    pub const fn accepts(self, name: &str, input: &FixedType) -> Result<(), Message> {
        let Self::Embedding { vocabulary, .. } = self else { return Ok(()) };
        let format = input.format;
        let whole = !format.signed && format.fraction() == 0 && format.width < 53;
        if whole && vocabulary > format.max_raw() as usize {
            return Ok(());
        }
        let prefix = Message::new().text("layer `").text(name).text("` reads indices from 0 to ");
        let prefix = prefix.number(vocabulary.saturating_sub(1)).text(", but the ");
        Err(prefix.joined(&spelled("input is", input)).text("; legal is ").joined(&legal_indices(vocabulary)))
    }
}

/// The widest type whose numbers all are indices below `vocabulary`.
pub(crate) const fn legal_indices(vocabulary: usize) -> Message {
    if vocabulary < 2 {
        return Message::new().text("no type: give the table at least two vectors");
    }
    let width = vocabulary.ilog2() as usize;
    let message = Message::new().text("`UFixed<").number(width).text(", ").number(width).text(">`");
    if vocabulary.is_power_of_two() {
        return message;
    }
    message.text(", or a vocabulary of ").number(2 << width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::FixedFormat;

    fn accepts(vocabulary: usize, format: FixedFormat) -> Result<(), Message> {
        ShapeRule::Embedding { vocabulary, dim: 3 }.accepts("words", &FixedType::exact(format))
    }

    #[track_caller]
    fn check(vocabulary: usize, format: FixedFormat, expected: &str) {
        let message = accepts(vocabulary, format).unwrap_err();
        let last = vocabulary - 1;
        assert_eq!(
            message.as_str(),
            format!("layer `words` reads indices from 0 to {last}, but the input is {expected}")
        );
    }

    #[test]
    fn inputs_that_could_be_no_index() {
        check(8, FixedFormat::unsigned(4, 4), "`UFixed<4, 4>`; legal is `UFixed<3, 3>`");
        check(8, FixedFormat::signed(3, 3), "`Fixed<3, 3>`; legal is `UFixed<3, 3>`");
        check(8, FixedFormat::unsigned(3, 2), "`UFixed<3, 2>`; legal is `UFixed<3, 3>`");
        check(6, FixedFormat::unsigned(3, 3), "`UFixed<3, 3>`; legal is `UFixed<2, 2>`, or a vocabulary of 8");
        let text = "`UFixed<1, 1>`; legal is no type: give the table at least two vectors";
        check(1, FixedFormat::unsigned(1, 1), text);
    }

    #[test]
    fn inputs_that_are_indices() {
        assert!(accepts(8, FixedFormat::unsigned(3, 3)).is_ok());
        assert!(accepts(9, FixedFormat::unsigned(2, 2)).is_ok());
        let signed = FixedType::exact(FixedFormat::signed(8, 3));
        assert!(ShapeRule::Elementwise.accepts("relu", &signed).is_ok());
    }
}
