//! Numbers as people read them.

/// `12,288`; at most two digits behind the point for small numbers.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "none".to_owned();
    }
    if value.fract() != 0.0 && value.abs() < 100.0 {
        return trimmed(value, 2);
    }
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value <= -0.5 { format!("\u{2212}{text}") } else { text }
}

/// A whole number as [`number`].
pub(super) fn count(value: u64) -> String {
    number(value as f64)
}

/// `76.41 %`; a share that is not zero never reads as zero.
pub(super) fn percent(share: f64) -> String {
    match 100.0 * share {
        percent if !percent.is_finite() => "more than there is".to_owned(),
        percent if percent > 0.0 && percent < 0.01 => "< 0.01 %".to_owned(),
        percent => format!("{percent:.2} %"),
    }
}

/// `digits` behind the point, without zeros at the end.
pub(super) fn trimmed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let texts = [0.0, 999.0, 1000.0, 1_728_000.0, -1234.0, 2.5, 4.375].map(number);
        assert_eq!(texts, ["0", "999", "1,000", "1,728,000", "\u{2212}1,234", "2.5", "4.38"]);
        assert_eq!([0.0, 0.5, 0.00001, 1.0].map(percent), ["0.00 %", "50.00 %", "< 0.01 %", "100.00 %"]);
        assert_eq!([trimmed(100.0, 0), trimmed(0.1, 4), trimmed(-0.0, 1)], ["100", "0.1", "-0"]);
    }
}
