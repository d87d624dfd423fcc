//! Figures as tools spell them.

use super::ReportError;
use super::report::Clocks;

/// Larger figures are none: no tool has counted so far, and sums of them stay exact.
const LARGEST: f64 = 9.0e15;

/// `undef`, `?` and the like.
pub(super) fn is_undefined(text: &str) -> bool {
    matches!(
        text.trim().to_ascii_lowercase().as_str(),
        "undef" | "undefined" | "?" | "na" | "n/a" | "-" | "inf" | "unknown"
    )
}

/// Whole clocks, or the tool's word for not knowing.
pub(super) fn clocks(field: &str, text: &str) -> Result<Clocks, ReportError> {
    if is_undefined(text) {
        return Ok(Clocks::Undefined);
    }
    whole(field, text).map(Clocks::Known)
}

/// A whole number, not negative.
pub(super) fn whole(field: &str, text: &str) -> Result<u64, ReportError> {
    let number = text.trim().parse::<u64>().ok().filter(|&number| (number as f64) < LARGEST);
    number.ok_or_else(|| ReportError::not_a_number(field, text))
}

/// A finite number.
pub(super) fn real(field: &str, text: &str) -> Result<f64, ReportError> {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.abs() < LARGEST);
    number.ok_or_else(|| ReportError::not_a_number(field, text))
}

/// A finite number that is not negative.
pub(super) fn amount(field: &str, text: &str) -> Result<f64, ReportError> {
    real(field, text).and_then(
        |number| {
            if number >= 0.0 { Ok(number) } else { Err(ReportError::not_a_number(field, text)) }
        },
    )
}

/// Nanoseconds of a unit.
pub(super) fn unit_ns(field: &str, unit: &str) -> Result<f64, ReportError> {
    match unit.trim() {
        "ps" => Ok(1e-3),
        "ns" => Ok(1.0),
        "us" => Ok(1e3),
        "ms" => Ok(1e6),
        "s" | "sec" => Ok(1e9),
        unit => Err(ReportError::unit(field, unit)),
    }
}

/// A time with its unit, in nanoseconds: `0.110 us`. A unit is never assumed: without one, and without a `unit` that stands
/// elsewhere in the report, it is refused.
pub(super) fn time_ns(field: &str, text: &str, unit: Option<&str>) -> Result<f64, ReportError> {
    let text = text.trim();
    let end = text.find(|c: char| c.is_ascii_whitespace()).unwrap_or(text.len());
    let (number, own) = text.split_at(end);
    let own = Some(own.trim()).filter(|own| !own.is_empty());
    let unit = own.or(unit).ok_or_else(|| ReportError::unit(field, ""))?;
    let time = amount(field, number)? * unit_ns(field, unit)?;
    if time < LARGEST { Ok(time) } else { Err(ReportError::not_a_number(field, text)) }
}

/// A time, or the tool's word for not knowing.
pub(super) fn optional_time_ns(field: &str, text: &str, unit: Option<&str>) -> Result<Option<f64>, ReportError> {
    if is_undefined(text) { Ok(None) } else { time_ns(field, text, unit).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        let time = |text| time_ns("t", text, None);
        assert_eq!(time("50.000 ns"), Ok(50.0));
        assert_eq!(time(" 0.5 us "), Ok(500.0));
        assert_eq!(time("2 ms"), Ok(2e6));
        assert_eq!(time("1.5 sec"), Ok(1.5e9));
        assert_eq!(time("250 ps"), Ok(0.25));
        assert_eq!(time_ns("t", "2.463e+05", Some("ns")), Ok(246_300.0));
        assert_eq!(time("5"), Err(ReportError::unit("t", "")));
        assert_eq!(time("5 min"), Err(ReportError::unit("t", "min")));
        assert_eq!(time("-5 ns"), Err(ReportError::not_a_number("t", "-5")));
        assert_eq!(time("NaN ns"), Err(ReportError::not_a_number("t", "NaN")));
        assert_eq!(time("1e300 s"), Err(ReportError::not_a_number("t", "1e300")));
        assert_eq!(optional_time_ns("t", "undef", None), Ok(None));
    }

    #[test]
    fn what_is_not_known_is_not_zero() {
        assert_eq!(clocks("l", "0"), Ok(Clocks::Known(0)));
        for text in ["undef", "?", "NA", " - ", "Undef"] {
            assert_eq!(clocks("l", text), Ok(Clocks::Undefined), "{text}");
        }
        for text in ["", "1.5", "-1", "1e3", "0x10", "99999999999999999", "twelve"] {
            assert_eq!(clocks("l", text), Err(ReportError::not_a_number("l", text)), "{text}");
        }
    }
}
