//! What a project is built for: a part, a clock.

use crate::diagnostics::{Code, Diagnostic};

/// A device and the clock that the design must reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    part: String,
    clock_ns: f64,
    clock_uncertainty: f64,
}

/// Percent of the clock period that Vitis HLS itself keeps for placement and routing.
const CLOCK_UNCERTAINTY: f64 = 27.0;

const EXAMPLES: &str = "a part is spelled with package, speed grade and temperature range, for example \
    `xcvu13p-flga2577-2-e`, `xczu9eg-ffvb1156-2-e`, `xck26-sfvc784-2LV-c` or, for the 7 series, `xc7z020clg400-1`";

impl Target {
    /// A target with the tools' usual clock uncertainty.
    ///
    /// # Errors
    /// Where the part's name has no known shape or the clock is no period in nanoseconds from 0.1 to 10000.
    pub fn new(part: &str, clock_ns: f64) -> Result<Self, Diagnostic> {
        if !is_part(part) {
            return Err(Diagnostic::error(Code::Target, format!("`{part}` is no name of a part")).help(EXAMPLES));
        }
        if !(0.1..=10_000.0).contains(&clock_ns) {
            let message = format!("a clock period of {clock_ns} ns is not possible");
            return Err(Diagnostic::error(Code::Target, message).help("for example 5 ns, which is 200 MHz"));
        }
        Ok(Self { part: part.to_owned(), clock_ns, clock_uncertainty: CLOCK_UNCERTAINTY })
    }

    /// The same target with another share of the period kept in reserve, in percent.
    ///
    /// # Errors
    /// Where it is not from 0 to 99.
    pub fn with_clock_uncertainty(mut self, percent: f64) -> Result<Self, Diagnostic> {
        if !(0.0..=99.0).contains(&percent) {
            let message = format!("a clock uncertainty of {percent} % is not possible");
            return Err(Diagnostic::error(Code::Target, message).help("for example 27, the default of Vitis HLS"));
        }
        self.clock_uncertainty = percent;
        Ok(self)
    }

    /// The part, as the tools spell it.
    #[must_use]
    pub fn part(&self) -> &str {
        &self.part
    }

    /// The clock period in nanoseconds.
    #[must_use]
    pub fn clock_ns(&self) -> f64 {
        self.clock_ns
    }

    /// The share of the period that is kept in reserve, in percent.
    #[must_use]
    pub fn clock_uncertainty(&self) -> f64 {
        self.clock_uncertainty
    }
}

/// Whether a name has the shape of a part; whether the part exists, only the tools know.
fn is_part(part: &str) -> bool {
    let pieces: Vec<&str> = part.split('-').collect();
    let Some(device) = pieces[0].strip_prefix("xc").or(pieces[0].strip_prefix("xa")).or(pieces[0].strip_prefix("xq"))
    else {
        return false;
    };
    if !device.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) || device.len() < 2 {
        return false;
    }
    if device.starts_with('7') {
        // Device and package in one word, then the speed grade: xc7z020clg400-1.
        return is_package(device.trim_start_matches(|c: char| c.is_ascii_digit()), 5)
            && pieces.len() == 2
            && is_speed(pieces[1]);
    }
    let Some((package, rest)) = pieces[1..].split_first() else { return false };
    let Some((speed, rest)) = rest.split_first() else { return false };
    let Some((temperature, rest)) = rest.split_first() else { return false };
    device.bytes().any(|byte| byte.is_ascii_digit())
        && is_package(package, 3)
        && package.starts_with(|c: char| c.is_ascii_lowercase())
        && is_speed(speed)
        && matches!(*temperature, "e" | "i" | "c" | "m" | "q")
        && rest.iter().all(|suffix| !suffix.is_empty() && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Letters and digits that end with three or four digits, the number of pins.
fn is_package(text: &str, letters: usize) -> bool {
    let pins = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let rest = &text[..text.len() - pins];
    (3..=4).contains(&pins)
        && rest.len() >= letters.min(4)
        && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && rest.ends_with(|c: char| c.is_ascii_lowercase())
}

/// A digit from 1 to 3 and up to three capital letters: `1`, `2L`, `2LV`, `2MHP`.
fn is_speed(text: &str) -> bool {
    text.starts_with(['1', '2', '3']) && text.len() <= 4 && text[1..].bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_every_family() {
        for part in [
            "xcvu13p-flga2577-2-e",
            "xczu9eg-ffvb1156-2-e",
            "xczu7ev-ffvc1156-2-i",
            "xck26-sfvc784-2LV-c",
            "xcku115-flvb2104-2-i",
            "xcu250-figd2104-2L-e",
            "xcu50-fsvh2104-2-e",
            "xcvc1902-vsva2197-2MP-e-S",
            "xcv80-lsva4737-2MHP-e-S",
            "xcau25p-ffvb676-2-e",
            "xc7z020clg400-1",
            "xc7a35ticsg324-1L",
            "xc7vx690tffg1761-2",
            "xc7k325tffg900-2",
            "xa7z020clg400-1I",
        ] {
            assert!(Target::new(part, 5.0).is_ok(), "{part}");
        }
    }

    #[test]
    fn other_names_are_errors_that_show_legal_ones() {
        for part in [
            "",
            "xc",
            "pynq-z2",
            "xcvu13p",
            "xcvu13p-flga2577",
            "xcvu13p-flga2577-2",
            "XCVU13P-FLGA2577-2-E",
            "xcvu13p-flga2577-2-e; exec rm",
            "xcvu13p-flga2577-9-e",
            "xc7z020",
            "xc7z020clg400",
            "xc7z020-clg400-1",
            "10CX220YF780I5G",
            "xcvu13p-flga2577-2-ä",
        ] {
            let error = Target::new(part, 5.0).unwrap_err().to_string();
            assert!(error.contains("xczu9eg-ffvb1156-2-e") && error.contains(part), "{error}");
        }
    }

    #[test]
    fn clocks() {
        for clock in [0.0, -5.0, f64::NAN, f64::INFINITY] {
            assert!(Target::new("xc7z020clg400-1", clock).is_err(), "{clock}");
        }
        let target = Target::new("xc7z020clg400-1", 10.0).unwrap();
        assert_eq!((target.clock_ns(), target.clock_uncertainty()), (10.0, 27.0));
        assert!(target.clone().with_clock_uncertainty(100.0).is_err());
        assert_eq!(target.with_clock_uncertainty(12.5).unwrap().clock_uncertainty(), 12.5);
    }
}
