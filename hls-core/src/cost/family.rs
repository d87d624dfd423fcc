//! Device families and their multipliers.

use serde::{Deserialize, Serialize};

/// A family of devices: what decides how a product is mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Family {
    /// 7 series and Zynq-7000: DSP48E1, 25 x 18 bits.
    #[serde(rename = "7 series")]
    Series7,
    /// UltraScale: DSP48E2, 27 x 18 bits.
    #[serde(rename = "UltraScale")]
    UltraScale,
    /// UltraScale+ and Zynq UltraScale+: DSP48E2, 27 x 18 bits.
    #[serde(rename = "UltraScale+")]
    UltraScalePlus,
    /// Versal: DSP58, 27 x 24 bits.
    #[serde(rename = "Versal")]
    Versal,
}

impl Family {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Series7 => "7 series",
            Self::UltraScale => "UltraScale",
            Self::UltraScalePlus => "UltraScale+",
            Self::Versal => "Versal",
        }
    }

    /// The widths of the signed factors of one DSP, the wider first.
    #[must_use]
    pub const fn dsp_factors(self) -> (u32, u32) {
        match self {
            Self::Series7 => (25, 18),
            Self::UltraScale | Self::UltraScalePlus => (27, 18),
            Self::Versal => (27, 24),
        }
    }

    /// The DSPs of one signed product: one while both factors fit, else as many as their parts take. A part beyond the
    /// first is a bit narrower, since it has no sign.
    #[must_use]
    pub fn dsp_tiles(self, a: u32, b: u32) -> f64 {
        let (wide, narrow) = self.dsp_factors();
        let parts = |bits: u32, width: u32| f64::from(1 + bits.saturating_sub(width).div_ceil(width - 1));
        let (large, small) = (a.max(b), a.min(b));
        parts(large, wide) * parts(small, narrow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_products_take_several_dsps() {
        let plus = |a, b| Family::UltraScalePlus.dsp_tiles(a, b);
        assert_eq!(
            [plus(16, 8), plus(27, 18), plus(18, 27), plus(28, 18), plus(27, 19), plus(32, 32)],
            [1.0, 1.0, 1.0, 2.0, 2.0, 4.0]
        );
        assert_eq!([Family::Series7.dsp_tiles(26, 18), Family::Versal.dsp_tiles(24, 27)], [2.0, 1.0]);
    }
}
