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
        Err(prefix.joined(&spelled("input", input)).text("; legal is ").joined(&legal_indices(vocabulary)))
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
