//! An estimate with what it is worth.

use std::iter::Sum;
use std::ops::Add;

use serde::{Deserialize, Serialize};

/// Where an estimate is from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A law that was fitted to synthesis results like this layer.
    #[default]
    Calibrated,
    /// Such a law outside of the data that it was fitted to.
    Extrapolated,
    /// Counted from the kernel, without data.
    Analytic,
}

impl Basis {
    /// The mark in tables: nothing, `~` for what is extrapolated, `?` for what was never measured.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Calibrated => "",
            Self::Extrapolated => "~",
            Self::Analytic => "?",
        }
    }
}

/// One figure: the estimate and the interval in which nine of ten measured values are expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The estimate.
    pub estimate: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Where it is from.
    pub basis: Basis,
}

impl Figure {
    /// Nothing, which is certain.
    pub const ZERO: Self = Self { estimate: 0.0, low: 0.0, high: 0.0, basis: Basis::Calibrated };

    /// A figure that was counted from the kernel and never compared: from half to twice as much.
    #[must_use]
    pub fn analytic(estimate: f64) -> Self {
        let estimate = estimate.round();
        Self { estimate, low: (estimate / 2.0).floor(), high: estimate * 2.0, basis: Basis::Analytic }
    }

    /// Clocks that were counted from the kernel: one less, or one and a quarter more.
    #[must_use]
    pub fn analytic_clocks(estimate: f64) -> Self {
        let estimate = estimate.round();
        let high = (estimate * 1.25).ceil() + 1.0;
        Self { estimate, low: (estimate - 1.0).max(0.0), high, basis: Basis::Analytic }
    }

    /// Whether a value lies in the interval.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// The larger of two, end by end.
    #[must_use]
    pub fn larger(self, other: Self) -> Self {
        Self {
            estimate: self.estimate.max(other.estimate),
            low: self.low.max(other.low),
            high: self.high.max(other.high),
            basis: self.basis.max(other.basis),
        }
    }

    /// As often as this.
    #[must_use]
    pub fn times(self, count: f64) -> Self {
        Self { estimate: self.estimate * count, low: self.low * count, high: self.high * count, ..self }
    }
}

impl Add for Figure {
    type Output = Self;

    /// Ends are added, so the interval of a sum is wider than nine of ten where errors are independent. A part of zero
    /// does not say where the sum is from.
    fn add(self, other: Self) -> Self {
        let basis = match (self.high == 0.0, other.high == 0.0) {
            (true, _) => other.basis,
            (_, true) => self.basis,
            _ => self.basis.max(other.basis),
        };
        Self {
            estimate: self.estimate + other.estimate,
            low: self.low + other.low,
            high: self.high + other.high,
            basis,
        }
    }
}

impl Sum for Figure {
    fn sum<I: Iterator<Item = Self>>(figures: I) -> Self {
        figures.fold(Self::ZERO, Self::add)
    }
}

/// What a layer or a model takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Look-up tables.
    pub lut: Figure,
    /// Flip-flops.
    pub ff: Figure,
    /// Multipliers.
    pub dsp: Figure,
    /// Block memories of 18 Kbit.
    pub bram: Figure,
    /// Memories of 288 Kbit.
    pub uram: Figure,
    /// Clocks from the first input to the last result.
    pub cycles: Figure,
    /// Clocks from one sample to the next.
    pub ii: Figure,
}

impl Cost {
    /// The resources with their names, in the order of reports.
    #[must_use]
    pub fn resources(&self) -> [(&'static str, Figure); 5] {
        [("LUT", self.lut), ("FF", self.ff), ("DSP", self.dsp), ("BRAM_18K", self.bram), ("URAM", self.uram)]
    }

    /// Resources added; clocks one after the other, and the longest interval.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self {
            lut: self.lut + next.lut,
            ff: self.ff + next.ff,
            dsp: self.dsp + next.dsp,
            bram: self.bram + next.bram,
            uram: self.uram + next.uram,
            cycles: self.cycles + next.cycles,
            ii: self.ii.larger(next.ii),
        }
    }
}
