//! Integers as text, fast: the weights of a large model are most of a project's bytes.

/// Appends `value` in decimal.
pub(super) fn push(text: &mut Vec<u8>, value: i64) {
    let mut digits = [0_u8; 20];
    let mut start = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        text.push(b'-');
    }
    text.extend_from_slice(&digits[start..]);
}

/// Appends the values with `separator` between them and `end` after every `columns` of them.
pub(super) fn push_rows(text: &mut Vec<u8>, values: &[i64], columns: usize, separator: &[u8], end: &[u8]) {
    for row in values.chunks(columns.max(1)) {
        for (index, &value) in row.iter().enumerate() {
            if index > 0 {
                text.extend_from_slice(separator);
            }
            push(text, value);
        }
        text.extend_from_slice(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_as_the_standard_library_writes_them() {
        for value in [0, 1, -1, 9, 10, -10, 99, 12_345_678_901, -(1 << 52), i64::MAX, i64::MIN] {
            let mut text = Vec::new();
            push(&mut text, value);
            assert_eq!(text, value.to_string().into_bytes());
        }
    }

    #[test]
    fn rows() {
        let mut text = Vec::new();
        push_rows(&mut text, &[1, -2, 3, 4], 2, b" ", b"\n");
        assert_eq!(text, b"1 -2\n3 4\n");
    }
}
