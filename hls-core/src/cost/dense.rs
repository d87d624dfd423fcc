//! What a dense layer's cost depends on, and in which way.

use serde::{Deserialize, Serialize};

use super::regression::Link;
use super::{ConstantCounts, Family};

/// Who multiplies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Multipliers {
    /// The tool decides: DSPs, except for narrow and simple factors.
    #[default]
    Auto,
    /// LUTs only.
    Logic,
}

/// What the cost of a matrix product depends on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DenseFacts {
    /// Features read.
    pub inputs: usize,
    /// Features produced.
    pub outputs: usize,
    /// Multiplications that share a multiplier.
    pub reuse_factor: usize,
    /// Whether weights lie in memories (`resource`) or are constants of the code (`latency`, `unrolled`).
    pub memory: bool,
    /// Bits of an input.
    pub input_bits: u32,
    /// Bits of a weight as it is stored.
    pub weight_bits: u32,
    /// Bits of the sums.
    pub sum_bits: u32,
    /// The weights as constants.
    pub constants: ConstantCounts,
    /// The clock period in nanoseconds.
    pub clock_ns: f64,
    /// The device's family.
    pub family: Family,
    /// Who multiplies.
    pub multipliers: Multipliers,
    /// Multipliers whose weights are all zero, so that the code has none for them, where weights lie in memories.
    pub idle: usize,
}

/// A way of building that has a law of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// Weights in memories, results in memories: a multiplier serves so many outputs that the one it adds to is indexed.
    MemoryIndexed,
    /// Weights in memories, a multiplier serves one or two outputs.
    Memory,
    /// The `resource` kernel without reuse: memories become constants, and a sample waits for the one before it.
    ResourceConstants,
    /// Constants, nothing shared: without reuse, or without a constant that takes a multiplier.
    Constants,
    /// Constants, multipliers shared.
    ConstantsShared,
    /// Constants in several stages, a sample a clock: older devices and fast clocks.
    StagedConstants,
    /// The same, multipliers shared by a few.
    StagedConstantsShared,
    /// The same, multipliers shared by many.
    StagedConstantsSerial,
}

/// The figures that are fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// Look-up tables.
    Lut,
    /// Flip-flops.
    Ff,
    /// Multipliers.
    Dsp,
    /// Block memories of 18 Kbit.
    Bram,
    /// Clocks from a sample's first input to its last result.
    Cycles,
    /// Clocks from one sample to the next.
    Ii,
}

impl Resource {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 6] = [Self::Lut, Self::Ff, Self::Dsp, Self::Bram, Self::Cycles, Self::Ii];

    /// The name in files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lut => "lut",
            Self::Ff => "ff",
            Self::Dsp => "dsp",
            Self::Bram => "bram",
            Self::Cycles => "cycles",
            Self::Ii => "ii",
        }
    }
}

/// With clock periods below, sums are cut into several stages on every device.
const FAST_CLOCK_NS: f64 = 4.2;
/// A multiplier that serves this many outputs finds the sum by an index.
const INDEXED_OUTPUTS: usize = 3;
/// Reuse factors between these were not measured; the next in ratio decides: `sqrt(2 * 100)`.
const SERIAL_REUSE: usize = 14;
/// In all 27 runs with a reuse factor of 1,024 the tool built a multiplier more than 1,024 would need, and in all with 512
/// exactly what it would; any limit from 768 to 1,023 says so.
const LONGEST_SHARING: usize = 896;
/// With more constants in one sum of products than the tools unroll, adders are chained instead of balanced.
const LONGEST_BALANCED: f64 = 4096.0;
/// Wires to more outputs are longer: a doubling takes as long as half a level of adders.
const FAN_OUT_LEVELS: f64 = 0.5;
/// A factor of at most these bits is multiplied in LUTs.
const LOGIC_BITS: u32 = 4;
/// The inputs and outputs of the smallest layer with weights in memories that was measured.
const SMALLEST: f64 = 32.0;
/// The widths that the terms are in units of: those of the calibration.
const UNIT_BITS: f64 = 16.0;

impl DenseFacts {
    /// The law that holds.
    #[must_use]
    pub fn regime(&self) -> Regime {
        let fast = self.clock_ns < FAST_CLOCK_NS || self.family == Family::Series7;
        match (self.memory, self.reuse()) {
            (true, 1) => Regime::ResourceConstants,
            (true, reuse) if reuse < INDEXED_OUTPUTS * self.inputs => Regime::Memory,
            (true, _) => Regime::MemoryIndexed,
            (false, 1) if fast => Regime::StagedConstants,
            (false, reuse) if fast && reuse < SERIAL_REUSE => Regime::StagedConstantsShared,
            (false, _) if fast => Regime::StagedConstantsSerial,
            (false, reuse) if reuse == 1 || self.constants.hard.round() < 1.0 => Regime::Constants,
            (false, _) => Regime::ConstantsShared,
        }
    }

    /// All multiplications, those by zero included.
    #[must_use]
    pub fn products(&self) -> f64 {
        self.inputs as f64 * self.outputs as f64
    }

    fn reuse(&self) -> usize {
        self.reuse_factor.max(1)
    }

    /// The multipliers that the code asks for: one for `reuse_factor` multiplications, less those by zero; where weights lie
    /// in memories, less those with nothing but zeros.
    #[must_use]
    pub fn multiplier_limit(&self) -> f64 {
        let reuse = self.reuse();
        if self.memory {
            return ((self.products() / reuse as f64).ceil() - self.idle as f64).max(1.0);
        }
        let zeros = (self.products() - self.constants.nonzero).max(0.0);
        let reuse = reuse.min(LONGEST_SHARING) as f64;
        ((self.products() / reuse).ceil() - (zeros / reuse).floor()).max(1.0)
    }

    /// The levels of adders between an input and a result.
    fn levels(&self) -> f64 {
        let inside = self.constants.adders + self.constants.hard > 0.1 * self.constants.nonzero;
        (self.constants.nonzero / self.outputs.max(1) as f64).max(1.0).log2() + if inside { 1.0 } else { 0.0 }
    }

    /// The delay of a sum that is not cut into stages, in levels of adders for a nanosecond of the clock.
    pub(super) fn delay(&self) -> f64 {
        let inside = self.constants.adders + self.constants.hard > 0.1 * self.constants.nonzero;
        let outputs = self.outputs.max(1) as f64;
        let summands = (self.constants.nonzero / outputs).max(1.0).log2() + if inside { 1.0 } else { 0.0 };
        (summands + FAN_OUT_LEVELS * outputs.log2()) / self.clock_ns.max(0.1)
    }

    /// Products in each sum, where adders are chained.
    fn chain(&self) -> f64 {
        if self.constants.nonzero > LONGEST_BALANCED {
            self.constants.nonzero / self.outputs.max(1) as f64
        } else {
            0.0
        }
    }

    /// DSPs that one product takes.
    fn tiles(&self) -> f64 {
        self.family.dsp_tiles(self.input_bits, self.weight_bits)
    }

    /// DSPs: counted, not fitted.
    #[must_use]
    pub fn dsp(&self) -> f64 {
        if self.multipliers == Multipliers::Logic {
            return 0.0;
        }
        let narrow = self.weight_bits.min(self.input_bits) <= LOGIC_BITS;
        let count = match (self.memory && self.reuse() > 1, narrow) {
            (true, true) => 0.0,
            (true, false) => self.multiplier_limit() * self.tiles(),
            (false, _) => self.constants.hard.min(self.multiplier_limit()) * self.tiles(),
        };
        count.round()
    }

    /// Memories of 18 Kbit: counted, not fitted.
    #[must_use]
    pub fn bram(&self) -> f64 {
        if !self.memory || self.reuse() == 1 {
            return 0.0;
        }
        let word = self.multiplier_limit() * f64::from(self.weight_bits);
        let index = if self.regime() == Regime::MemoryIndexed { memory_blocks(8.0, self.reuse()) } else { 0.0 };
        memory_blocks(word, self.reuse()) + index
    }

    /// The clocks that follow from the code alone; what comes on top is fitted.
    #[must_use]
    pub(super) fn base_cycles(&self) -> f64 {
        match self.regime() {
            Regime::MemoryIndexed | Regime::Memory => self.reuse() as f64,
            Regime::ConstantsShared | Regime::StagedConstantsSerial => {
                (self.constants.hard.round() / self.multiplier_limit()).ceil()
            }
            _ => 0.0,
        }
    }

    /// The clocks of a sum with registers after every `budget` of [`DenseFacts::delay`].
    pub(super) fn staged_cycles(&self, budget: f64) -> f64 {
        let cuts = (self.delay() / budget.max(1e-3)).ceil() - 1.0;
        // A loop that could share multipliers takes one more, unless everything is one clock.
        if cuts < 1.0 { 0.0 } else { cuts + if self.memory || self.reuse() == 1 { 0.0 } else { 1.0 } }
    }

    /// The interval of a layer that takes this many clocks.
    #[must_use]
    pub(super) fn interval(&self, cycles: f64) -> f64 {
        let reuse = self.reuse() as f64;
        match self.regime() {
            Regime::MemoryIndexed | Regime::Memory | Regime::StagedConstantsShared => reuse,
            Regime::ResourceConstants => cycles + 1.0,
            Regime::StagedConstants => 1.0,
            Regime::Constants if self.reuse() == 1 => 1.0,
            Regime::Constants | Regime::ConstantsShared | Regime::StagedConstantsSerial => {
                // Nothing is shared where nothing is multiplied and everything fits into a clock.
                if cycles < 0.5 { 1.0 } else { (cycles + 1.0).min(reuse.max(2.0)) }
            }
        }
    }

    /// The factor by which adders wider or narrower than those of the calibration change logic that is fitted in logarithms.
    /// In a tree of exact sums half of the adders are a bit wider than a product, a quarter two bits, and so on: two bits
    /// on average, and never more than the result.
    pub(super) fn width_factor(&self) -> f64 {
        f64::from((self.input_bits + self.weight_bits + 2).min(self.sum_bits)) / UNIT_BITS
    }

    /// The law of a fitted figure, and its terms with their names; `None` for figures that are counted.
    #[must_use]
    pub(super) fn terms(&self, resource: Resource) -> Option<(Link, Vec<(&'static str, f64)>)> {
        let regime = self.regime();
        match resource {
            Resource::Lut | Resource::Ff => Some(self.logic_terms(regime, resource)),
            Resource::Cycles => {
                let dsp = if self.dsp() > 0.0 { 1.0 } else { 0.0 };
                let others = (self.constants.nonzero - self.constants.hard) / self.multiplier_limit();
                let terms = match regime {
                    Regime::MemoryIndexed | Regime::Memory => vec![("start", 1.0), ("dsp", dsp)],
                    Regime::ResourceConstants | Regime::Constants => {
                        return Some((Link::Stages, vec![("adder levels per nanosecond", self.delay())]));
                    }
                    Regime::ConstantsShared => vec![("start", 1.0), ("other products per multiplier", others)],
                    Regime::StagedConstantsSerial | Regime::StagedConstants | Regime::StagedConstantsShared => vec![
                        ("start", 1.0),
                        ("adder levels per nanosecond", self.levels() / self.clock_ns.max(0.1)),
                        ("dsp per nanosecond", dsp / self.clock_ns.max(0.1)),
                        ("chained products", self.chain()),
                    ],
                };
                Some((Link::Linear, terms))
            }
            Resource::Dsp | Resource::Bram | Resource::Ii => None,
        }
    }

    fn logic_terms(&self, regime: Regime, resource: Resource) -> (Link, Vec<(&'static str, f64)>) {
        let multipliers = self.multiplier_limit();
        let inputs = self.inputs as f64 * f64::from(self.input_bits) / UNIT_BITS;
        let sums = f64::from(self.sum_bits) / UNIT_BITS;
        let outputs = self.outputs as f64 * sums;
        let wide = if self.weight_bits.min(self.input_bits) > LOGIC_BITS { multipliers } else { 0.0 };
        // A layer smaller than any that was measured has less of what every layer has.
        let start = (self.products().sqrt() / SMALLEST).min(1.0);
        let address = self.outputs.max(1).next_power_of_two() as f64;
        match (regime, resource) {
            (Regime::MemoryIndexed, Resource::Lut) => (
                Link::Linear,
                vec![
                    ("start", start),
                    ("input words", inputs),
                    ("input address space", self.inputs.max(1).next_power_of_two() as f64),
                    ("input address bits", (self.inputs.max(1) as f64).log2().ceil()),
                    ("output words", outputs),
                    ("multipliers", multipliers),
                    ("multipliers in logic", multipliers - wide),
                    ("multipliers x output address space", multipliers * address * sums),
                    ("multipliers x output address space beyond 64", multipliers * (address - 64.0).max(0.0) * sums),
                ],
            ),
            (Regime::Memory, Resource::Lut) => (
                Link::Linear,
                vec![
                    ("start", start),
                    ("input words", inputs),
                    ("output words", outputs),
                    ("multipliers", multipliers),
                    ("multipliers in logic", multipliers - wide),
                ],
            ),
            (Regime::MemoryIndexed | Regime::Memory, _) => (
                Link::Linear,
                vec![
                    ("start", start),
                    ("output words", outputs),
                    ("input words", inputs),
                    ("multipliers", multipliers),
                    ("multipliers in DSPs", wide),
                    ("weight bits read in a clock", multipliers * f64::from(self.weight_bits)),
                ],
            ),
            (Regime::ResourceConstants | Regime::Constants | Regime::ConstantsShared, resource) => {
                let ConstantCounts { nonzero, .. } = self.constants;
                let shared = if regime == Regime::Constants && self.reuse() > 1 { 1.0 } else { 0.0 };
                let mut terms = vec![
                    ("start", 1.0),
                    ("ln nonzero weights", nonzero.max(1.0).ln()),
                    ("adders per weight", self.constants.adder_share()),
                    ("hard weights' share", self.constants.hard_share()),
                ];
                if resource == Resource::Ff {
                    terms.push(("reuse without multipliers", shared));
                }
                (Link::Log, terms)
            }
            (Regime::StagedConstants | Regime::StagedConstantsShared | Regime::StagedConstantsSerial, _) => {
                let logic = if self.multipliers == Multipliers::Logic { 1.0 } else { 0.0 };
                (
                    Link::Log,
                    vec![
                        ("start", 1.0),
                        ("ln nonzero weights", self.constants.nonzero.max(1.0).ln()),
                        ("hard weights' share", self.constants.hard_share()),
                        ("hard weights' share in logic", self.constants.hard_share() * logic),
                        ("ln clock in ns", self.clock_ns.max(0.1).ln()),
                    ],
                )
            }
        }
    }
}

/// Memories of 18 Kbit for so many words of so many bits: blocks of 1,024 x 18, the rest of at most 512 words in those of
/// 512 x 36.
pub(super) fn memory_blocks(bits: f64, words: usize) -> f64 {
    let (whole, rest) = (words / 1024, words % 1024);
    let last = match rest {
        0 => 0.0,
        1..=512 => (bits / 36.0).ceil(),
        _ => (bits / 18.0).ceil(),
    };
    whole as f64 * (bits / 18.0).ceil() + last
}
