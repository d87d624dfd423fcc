//! Which precisions a declaration may name.

use crate::fixed::{Dyadic, FixedType, Overflow, WeightType};
use crate::shape::Message;

/// Checks the precisions that a declaration names, each with what it is for: `("weight", W::TYPE)`.
///
/// # Errors
/// A message that names the first one that cannot be used, and what is legal.
pub const fn legal_types(types: &[(&str, FixedType)]) -> Result<(), Message> {
    let mut i = 0;
    while i < types.len() {
        let (what, ty) = types[i];
        if let Some(violation) = ty.format.violation() {
            return Err(spelled(what, &ty).text(": ").text(violation));
        }
        i += 1;
    }
    Ok(())
}

/// Checks what a declaration names for the weights and the biases of a layer.
///
/// # Errors
/// A message that names the first one that cannot be used, and what is legal.
pub const fn legal_weights(weight: WeightType, bias: WeightType) -> Result<(), Message> {
    let wrong = match weight {
        WeightType::Fixed(ty) => legal_types(&[("weight", ty)]),
        WeightType::Binary { exponent } => unusable(weight, Message::new().text("weight `Binary<").signed(exponent)),
        WeightType::PowerOfTwo { min, max } => {
            let message = Message::new().text("weight `PowerOfTwo<").signed(min).text(", ");
            unusable(weight, message.signed(max))
        }
        WeightType::PerChannel { width, .. } => {
            unusable(weight, Message::new().text("weight `PerChannel<").number(width as usize))
        }
    };
    if wrong.is_err() {
        return wrong;
    }
    // Named for weights and taken by the bias: three numbers make no bias either.
    let is_taken = weight.is_ternary() && bias.is_ternary();
    match bias {
        WeightType::Fixed(ty) if !is_taken => legal_types(&[("bias", ty)]),
        _ => {
            let message = Message::new().text("the bias would be quantized as weights are; name its own precision: ");
            let name = match bias {
                WeightType::Fixed(_) => "Ternary",
                WeightType::Binary { .. } => "Binary",
                WeightType::PowerOfTwo { .. } => "PowerOfTwo<..>",
                WeightType::PerChannel { .. } => "PerChannel<..>",
            };
            Err(message.text("`Dense<IN, OUT, ").text(name).text(", Fixed<8, 3>>`"))
        }
    }
}

const fn unusable(weight: WeightType, name: Message) -> Result<(), Message> {
    match weight.violation() {
        Some(violation) => Err(name.text(">`: ").text(violation)),
        None => Ok(()),
    }
}

/// Checks the type that a declaration names for a sum; `None` is the exact sum.
///
/// # Errors
/// A message that names the type and what is legal.
pub const fn legal_accumulator(accumulator: Option<FixedType>) -> Result<(), Message> {
    let Some(ty) = accumulator else { return Ok(()) };
    if !matches!(ty.overflow, Overflow::Wrap) {
        let message = spelled("accumulator", &ty);
        return Err(message.text(" does not wrap, so its sum would depend on the order; use `Wrap` or leave it out"));
    }
    legal_types(&[("accumulator", ty)])
}

/// The widest number whose bits index a table: 2^16 entries.
pub const MAX_INDEX_WIDTH: u32 = 16;

/// Checks the type that a declaration names for the index of a table; `None` is the input's own.
///
/// # Errors
/// A message that names the type and what is legal.
pub const fn legal_index(index: Option<FixedType>) -> Result<(), Message> {
    let Some(ty) = index else { return Ok(()) };
    if ty.format.width > MAX_INDEX_WIDTH {
        let message = spelled("index", &ty).text(" has ").number(ty.format.width as usize);
        return Err(message.text(" bits; a table is indexed by at most ").number(MAX_INDEX_WIDTH as usize));
    }
    legal_types(&[("index", ty)])
}

/// Checks a constant that a declaration names as `NUM, SHIFT`; `what` is what it is for: `slope`.
///
/// # Errors
/// A message that says what is legal.
pub const fn legal_constant(what: &str, constant: Dyadic) -> Result<(), Message> {
    match constant.violation() {
        Some(violation) => Err(Message::new().text(what).text(": ").text(violation)),
        None => Ok(()),
    }
}

/// `weight `Fixed<6, 1>``.
pub(super) const fn spelled(what: &str, ty: &FixedType) -> Message {
    let name = if ty.format.signed { " `Fixed<" } else { " `UFixed<" };
    let message = Message::new().text(what).text(name).number(ty.format.width as usize).text(", ");
    let message = if ty.format.integer < 0 { message.text("-") } else { message };
    message.number(ty.format.integer.unsigned_abs() as usize).text(">`")
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::FixedFormat;

    #[test]
    fn precisions_that_cannot_be_used() {
        let ty = |width, integer| FixedType::exact(FixedFormat::signed(width, integer));
        assert!(legal_types(&[("weight", ty(6, 1)), ("bias", ty(53, -5))]).is_ok());
        let message = legal_types(&[("weight", ty(6, 1)), ("bias", ty(54, -5))]).unwrap_err();
        assert_eq!(message.as_str(), "bias `Fixed<54, -5>`: the width of a fixed-point type must be 1 to 53 bits");
        assert!(legal_accumulator(None).is_ok() && legal_accumulator(Some(ty(16, 8))).is_ok());
        let saturating = FixedType { overflow: Overflow::Sat, ..ty(16, 8) };
        let message = legal_accumulator(Some(saturating)).unwrap_err();
        assert!(message.as_str().starts_with("accumulator `Fixed<16, 8>` does not wrap"), "{message:?}");
    }
}
