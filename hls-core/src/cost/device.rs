//! What devices hold.

use serde::Serialize;

use super::Family;

/// A device. The figures are those of the vendor's selection guides and data sheets: DS180 and DS190 (7 series,
/// Zynq-7000), DS890 and DS891 (UltraScale, UltraScale+, Zynq UltraScale+), DS950 (Versal), DS962, DS965 and DS978
/// (Alveo), DS987 (Kria). Where a tool's report names the same device, a test compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// The device without package, grade and variant: `xcvu13p`.
    pub name: &'static str,
    /// The family.
    pub family: Family,
    /// Look-up tables of six inputs (of CLBs).
    pub lut: u64,
    /// Flip-flops.
    pub ff: u64,
    /// Multipliers.
    pub dsp: u64,
    /// Block memories of 18 Kbit: twice the number of those of 36.
    pub bram: u64,
    /// Memories of 288 Kbit.
    pub uram: u64,
}

const fn device(name: &'static str, family: Family, lut: u64, dsp: u64, bram36: u64, uram: u64) -> Device {
    // Two flip-flops for each look-up table, in all of these families.
    Device { name, family, lut, ff: 2 * lut, dsp, bram: 2 * bram36, uram }
}

use Family::{Series7 as S7, UltraScale as US, UltraScalePlus as USP, Versal as V};

/// The known devices, by family.
pub const DEVICES: &[Device] = &[
    device("xc7z007s", S7, 14_400, 66, 50, 0),
    device("xc7z010", S7, 17_600, 80, 60, 0),
    device("xc7z012s", S7, 34_400, 120, 72, 0),
    device("xc7z014s", S7, 40_600, 170, 107, 0),
    device("xc7z015", S7, 46_200, 160, 95, 0),
    device("xc7z020", S7, 53_200, 220, 140, 0),
    device("xc7z030", S7, 78_600, 400, 265, 0),
    device("xc7z035", S7, 171_900, 900, 500, 0),
    device("xc7z045", S7, 218_600, 900, 545, 0),
    device("xc7z100", S7, 277_400, 2_020, 755, 0),
    device("xc7a15t", S7, 10_400, 45, 25, 0),
    device("xc7a35t", S7, 20_800, 90, 50, 0),
    device("xc7a50t", S7, 32_600, 120, 75, 0),
    device("xc7a75t", S7, 47_200, 180, 105, 0),
    device("xc7a100t", S7, 63_400, 240, 135, 0),
    device("xc7a200t", S7, 134_600, 740, 365, 0),
    device("xc7k70t", S7, 41_000, 240, 135, 0),
    device("xc7k160t", S7, 101_400, 600, 325, 0),
    device("xc7k325t", S7, 203_800, 840, 445, 0),
    device("xc7k410t", S7, 254_200, 1_540, 795, 0),
    device("xc7vx485t", S7, 303_600, 2_800, 1_030, 0),
    device("xc7vx690t", S7, 433_200, 3_600, 1_470, 0),
    device("xcku040", US, 242_400, 1_920, 600, 0),
    device("xcku060", US, 331_680, 2_760, 1_080, 0),
    device("xcku115", US, 663_360, 5_520, 2_160, 0),
    device("xcvu095", US, 537_600, 768, 1_728, 0),
    device("xcvu190", US, 1_074_240, 1_800, 3_780, 0),
    device("xczu2", USP, 47_232, 240, 150, 0),
    device("xczu3", USP, 70_560, 360, 216, 0),
    device("xczu4", USP, 87_840, 728, 128, 48),
    device("xczu5", USP, 117_120, 1_248, 144, 64),
    device("xczu6", USP, 214_604, 1_973, 714, 0),
    device("xczu7", USP, 230_400, 1_728, 312, 96),
    device("xczu9", USP, 274_080, 2_520, 912, 0),
    device("xczu11", USP, 298_560, 2_928, 600, 80),
    device("xczu15", USP, 341_280, 3_528, 744, 112),
    device("xczu19", USP, 522_720, 1_968, 984, 128),
    device("xczu28", USP, 425_280, 4_272, 1_080, 80),
    device("xczu48", USP, 425_280, 4_272, 1_080, 80),
    device("xck24", USP, 70_560, 360, 216, 0),
    device("xck26", USP, 117_120, 1_248, 144, 64),
    device("xcku3p", USP, 162_720, 1_368, 360, 48),
    device("xcku5p", USP, 216_960, 1_824, 480, 64),
    device("xcku9p", USP, 274_080, 2_520, 912, 0),
    device("xcku11p", USP, 298_560, 2_928, 600, 80),
    device("xcku15p", USP, 522_720, 1_968, 984, 128),
    device("xcvu3p", USP, 394_080, 2_280, 720, 320),
    device("xcvu7p", USP, 788_160, 4_560, 1_440, 640),
    device("xcvu9p", USP, 1_182_240, 6_840, 2_160, 960),
    device("xcvu11p", USP, 1_296_000, 9_216, 2_016, 960),
    device("xcvu13p", USP, 1_728_000, 12_288, 2_688, 1_280),
    device("xcvu33p", USP, 439_680, 2_880, 672, 320),
    device("xcvu35p", USP, 871_680, 5_952, 1_344, 640),
    device("xcvu37p", USP, 1_303_680, 9_024, 2_016, 960),
    device("xcu50", USP, 871_680, 5_952, 1_344, 640),
    device("xcu55", USP, 1_303_680, 9_024, 2_016, 960),
    device("xcu200", USP, 1_182_240, 6_840, 2_160, 960),
    device("xcu250", USP, 1_728_000, 12_288, 2_688, 1_280),
    device("xcu280", USP, 1_303_680, 9_024, 2_016, 960),
    device("xcvc1902", V, 899_840, 1_968, 967, 463),
    device("xcvm1802", V, 899_840, 1_968, 967, 463),
];

impl Device {
    /// The device of a part as tools spell it, in upper or lower case: `xcvu13p-flga2577-2-e`, `xc7z020clg400-1`,
    /// `7z020clg400-1`, `xczu9eg-ffvb1156-2-e`, `xqzu9eg-..`.
    #[must_use]
    pub fn of_part(part: &str) -> Option<&'static Self> {
        let part = part.trim().to_ascii_lowercase();
        let bare = ["xc", "xq", "xa"].iter().find_map(|prefix| part.strip_prefix(prefix)).unwrap_or(&part);
        let matches = DEVICES.iter().filter(|device| {
            let rest = device.name.strip_prefix("xc").and_then(|name| bare.strip_prefix(name));
            rest.is_some_and(|rest| ends_name(device.name, rest))
        });
        matches.max_by_key(|device| device.name.len())
    }

    /// All devices that hold as much, those with the fewest look-up tables first.
    pub(super) fn by_size() -> Vec<&'static Self> {
        let mut devices: Vec<&Self> = DEVICES.iter().collect();
        devices.sort_by_key(|device| (device.lut, device.dsp, device.name));
        devices
    }
}

/// Whether a device's name ends where this rest begins: `xcku5` is no `xcku5p`, but `xczu9eg` is a `xczu9`, and the package
/// may follow at once.
fn ends_name(name: &str, rest: &str) -> bool {
    let word: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let variants: &[&str] = match name {
        name if name.starts_with("xczu") => &["cg", "eg", "ev", "dr"],
        "xcu55" => &["c", "n"],
        _ => &[""],
    };
    // A package has three or four letters.
    let is_package = |letters: &str| letters.is_empty() || (3..=5).contains(&letters.len());
    !rest.starts_with(|c: char| c.is_ascii_digit())
        && variants.iter().any(|variant| letters.strip_prefix(variant).is_some_and(is_package))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[track_caller]
    fn check(part: &str, name: Option<&str>) {
        assert_eq!(Device::of_part(part).map(|device| device.name), name, "{part}");
    }

    #[test]
    fn parts_are_found_by_their_names() {
        check("xcvu13p-flga2577-2-e", Some("xcvu13p"));
        check("xcvu13p", Some("xcvu13p"));
        check("XC7Z020CLG400-1", Some("xc7z020"));
        check("7z020clg400-1", Some("xc7z020"));
        check("xc7z007s-clg225-2", Some("xc7z007s"));
        check("xc7z007sclg225-2", Some("xc7z007s"));
        check("xcu250figd2104-2L", Some("xcu250"));
        check("xcu55c-fsvh2892-2L-e", Some("xcu55"));
        check("xcu50-fsvh2104-2-e", Some("xcu50"));
        check("xczu9eg-ffvb1156-2-e", Some("xczu9"));
        check("xqzu9eg-ffrb1156-2-i", Some("xczu9"));
        check("xczu3cg-sbva484-1-e", Some("xczu3"));
        check("xck26-sfvc784-2LV-c", Some("xck26"));
        check("xcku5p-ffvb676-2-e", Some("xcku5p"));
        check("xc7a35tcpg236-1", Some("xc7a35t"));
        check("xcvc1902-vsva2197-2MP-e-S", Some("xcvc1902"));
        for unknown in ["", "xc", "xcvu130p-flga2577-2-e", "xcku5-ffvb676", "xczu9-ffvb1156-2-e", "5csema5f31c6", "é"]
        {
            check(unknown, None);
        }
    }

    #[test]
    fn every_device_is_found_by_its_own_name_and_no_name_is_twice() {
        let names: BTreeSet<&str> = DEVICES.iter().map(|device| device.name).collect();
        assert_eq!(names.len(), DEVICES.len());
        for device in DEVICES {
            let variant = match device.name {
                name if name.starts_with("xczu") => "eg",
                "xcu55" => "c",
                _ => "",
            };
            check(&format!("{}{variant}-abcd123-1-e", device.name), Some(device.name));
        }
    }
}
