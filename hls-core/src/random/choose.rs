//! Pseudo-random choices of what a model is made of.

use crate::fixed::{FixedFormat, FixedType, Overflow, Rounding, Ternary, WeightQuantizer, WeightType};
use crate::ir::Hardware;
use crate::rules::{Strategy, is_legal_reuse};

/// A reproducible stream of choices: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
/// 2014), so that a seed means the same model everywhere.
#[derive(Clone, Debug)]
pub struct Choices {
    state: u64,
}

impl Choices {
    /// A stream from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from `low` to `high`, both included.
    pub fn range(&mut self, low: i64, high: i64) -> i64 {
        let span = (i128::from(high) - i128::from(low) + 1).max(1).unsigned_abs();
        (i128::from(low) + (u128::from(self.bits()) % span) as i128) as i64
    }

    /// A size from `low` to `high`, both included.
    pub fn size(&mut self, low: usize, high: usize) -> usize {
        self.range(low as i64, high as i64) as usize
    }

    /// True in one of `n` cases.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.bits().is_multiple_of(n)
    }

    /// One of several.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.size(0, choices.len() - 1)]
    }

    /// A number of about normal distribution (the sum of four uniform ones), of standard deviation `scale`.
    pub fn normal(&mut self, scale: f32) -> f32 {
        let sum: f32 = (0..4).map(|_| self.range(-1 << 20, 1 << 20) as f32 / (1 << 20) as f32).sum();
        // Each term has variance 1/3.
        sum * scale * 0.75_f32.sqrt()
    }

    /// A type of up to `width` bits, with any modes; mostly around one, sometimes far off.
    pub fn ty(&mut self, width: u32, signed: bool) -> FixedType {
        let width = self.size(1, width as usize) as u32;
        let around = if self.one_in(8) { self.range(-3, width as i64 + 3) } else { self.range(0, 4) };
        let format = FixedFormat { signed, width, integer: around as i32 + i32::from(signed) };
        FixedType::new(format, self.pick(&Rounding::ALL), self.pick(&Overflow::ALL))
    }

    /// What weights are quantized to: of every kind, mostly a fixed-point type of up to `width` bits.
    pub fn weight_type(&mut self, width: u32) -> WeightType {
        match self.range(0, 9) {
            0 => WeightType::Binary { exponent: if self.one_in(2) { 0 } else { self.range(-4, 2) as i32 } },
            1 => Ternary::WEIGHT,
            2 => {
                let (min, levels) = (self.range(-5, 1) as i32, self.range(0, 6) as i32);
                WeightType::PowerOfTwo { min, max: min + levels }
            }
            3 => WeightType::PerChannel {
                width: self.size(2, width as usize) as u32,
                rounding: self.pick(&Rounding::ALL),
            },
            _ => {
                let signed = !self.one_in(6);
                self.ty(width, signed).into()
            }
        }
    }

    /// A legal strategy and reuse factor.
    pub fn hardware(&mut self, inputs: usize, outputs: usize) -> Hardware {
        let legal: Vec<usize> =
            (1..=inputs * outputs).filter(|&reuse| is_legal_reuse(inputs, outputs, reuse)).collect();
        let strategy = self.pick(&[Strategy::Latency, Strategy::Resource, Strategy::Unrolled]);
        Hardware { reuse_factor: self.pick(&legal), strategy, ..Hardware::default() }
    }
}
