//! The cost of layers of which there is no data: counted from what their kernels do, and said to be no more than that.

use super::Family;
use super::dense::memory_blocks;
use super::figure::{Cost, Figure};
use crate::ops::{LayerCode, Op, OpTypes, Workload};
use crate::rules::Window;

/// What a kernel does to a sample, in operations of known size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Work {
    /// Bits that are added, compared or selected: a LUT each.
    logic: f64,
    /// Bits of results that are kept a clock.
    registers: f64,
    multipliers: f64,
    blocks: f64,
    /// Levels of such operations behind one another.
    levels: f64,
    /// Clocks that are there for memories and multipliers.
    clocks: f64,
}

/// Levels that fit into a nanosecond of the clock, about.
const LEVELS_PER_NS: f64 = 1.0;
/// Tables of at most so many bits are LUTs.
const LOGIC_TABLE_BITS: usize = 1024;
/// A LUT holds as many bits of a table.
const LUT_BITS: f64 = 64.0;
/// LUTs for a bit of an element that is rounded and limited: 43 for 16 bits in the 60 reports of hls4ml's relu (29 to 56).
const LIMITED: f64 = 2.7;

/// As many memories of so many words of so many bits: LUTs where they are small.
fn memories(copies: f64, words: usize, bits: usize) -> Work {
    if words * bits <= LOGIC_TABLE_BITS {
        let logic = 2.0 * copies * ((words * bits) as f64 / LUT_BITS).ceil();
        return Work { logic, ..Work::default() };
    }
    Work { blocks: copies * memory_blocks(bits as f64, words), ..Work::default() }
}

/// What a walk with a window keeps: a memory for each channel of every row under the window but the last, and registers for
/// all that is under it.
pub(super) fn line_buffers(window: &Window, columns: usize, channels: usize, width: u32) -> Cost {
    let extent = |axis: usize| (window.size[axis].max(1) - 1) * window.dilation[axis].max(1) + 1;
    let registers = (extent(0) * extent(1) * channels) as f64 * f64::from(width);
    Cost { ff: Figure::analytic(registers), ..row_memories(extent(0) - 1, columns, channels, width) }
}

/// What a walk over rows keeps of so many of them: a memory for each channel.
pub(super) fn row_memories(rows: usize, columns: usize, channels: usize, width: u32) -> Cost {
    let lines = memories((rows * channels) as f64, columns, width as usize);
    Cost { lut: Figure::analytic(lines.logic), bram: Figure::analytic(lines.blocks), ..Cost::default() }
}

impl Work {
    pub fn new(op: &Op, types: &OpTypes<'_>, code: &LayerCode, workload: Workload, family: Family) -> Self {
        let output = types.output;
        let elements = output.shape.size() as f64;
        let width = f64::from(types.inputs.first().map_or(1, |input| input.ty.format.width));
        let widest = types.inputs.iter().map(|input| input.ty.format.width).max().unwrap_or(1);
        let out = f64::from(output.ty.format.width);
        let readers = types.inputs.len().max(1) as f64;
        let read: f64 = types.inputs.iter().map(|input| input.shape.size() as f64).sum();
        let channels = types.inputs.first().map_or(1, |input| input.shape.channels()).max(1) as f64;
        let plain = Self { registers: elements * out, ..Self::default() };
        let tables = Self::tables(code, elements);
        let multiplied = |count: f64| count * family.dsp_tiles(widest, widest.min(output.ty.format.width));
        match op.name() {
            // Wires.
            "concatenate" | "transpose" | "slice" | "reshape" | "flatten" | "input" | "sign" => Self::default(),
            "relu" | "quantize" | "clip" | "thresholded_relu" => {
                Self { logic: LIMITED * elements * width, levels: 3.0, ..plain }
            }
            "leaky_relu" | "hard_sigmoid" | "scale_shift" => {
                Self { logic: 2.0 * LIMITED * elements * width, levels: 4.0, ..plain }
            }
            "add" | "subtract" | "average" => Self {
                logic: elements * (readers - 1.0).max(1.0) * (f64::from(widest) + 1.0) + elements * out,
                levels: readers.log2().ceil() + 1.0,
                ..plain
            },
            "maximum" | "minimum" => Self {
                logic: 1.5 * elements * (readers - 1.0).max(1.0) * f64::from(widest),
                levels: 2.0 * readers.log2().ceil().max(1.0),
                ..plain
            },
            "argmax" => Self {
                logic: (read - 1.0).max(0.0) * (1.5 * width + out),
                levels: 2.0 * channels.log2().ceil(),
                ..plain
            },
            "table" | "embedding" => Self { clocks: 1.0, ..tables.with(plain) },
            "softmax" => {
                // The maximum, a table for each element, their sum, a reciprocal, and a product for each element.
                let logic = read * (1.5 * width + 2.0 * out) + read * 24.0;
                let levels = 3.0 * channels.log2().ceil() + 6.0;
                let multipliers = read + 2.0 * read / channels;
                tables.with(Self { logic, levels, multipliers, clocks: 6.0, registers: 4.0 * plain.registers, ..plain })
            }
            "layer_norm" | "rms_norm" => {
                let logic = 4.0 * read * (width + out);
                let levels = 2.0 * channels.log2().ceil() + 8.0;
                let multipliers = multiplied(3.0 * read) + 4.0 * read / channels;
                tables.with(Self {
                    logic,
                    levels,
                    multipliers,
                    clocks: 10.0,
                    registers: 6.0 * plain.registers,
                    ..plain
                })
            }
            _ => {
                let products = workload.nonzero_multiplications as f64;
                let narrow = products > 0.0 && widest <= 4;
                let multipliers = if narrow { 0.0 } else { multiplied(products) };
                let logic = read.max(elements) * (width + out) + if narrow { products * width * 2.0 } else { 0.0 };
                let levels = 2.0 + (products / elements.max(1.0)).max(1.0).log2().ceil();
                let clocks = if multipliers > 0.0 { 1.0 } else { 0.0 };
                tables.with(Self { logic, multipliers, levels, clocks, ..plain })
            }
        }
    }

    /// The tables of a kernel, as often as elements are looked up in the same clock: a memory has two ports.
    fn tables(code: &LayerCode, elements: f64) -> Self {
        let mut work = Self::default();
        for array in code.arrays.iter().filter(|array| array.tensor.raw.len() > 1) {
            // A table in a memory of its own holds whole vectors, of which it is asked for one a clock.
            let vector = code.constants.iter().find(|(name, _)| *name == "n_out" && code.kernel.ends_with("_memory"));
            let vector = vector.map_or(1, |&(_, elements)| elements.max(1) as usize);
            let (words, bits) = (array.tensor.raw.len() / vector, array.tensor.format.width as usize * vector);
            let shared = vector > 1 || array.role.contains("reciprocal");
            let copies = if shared { 1.0 } else { (elements / 2.0).ceil() };
            let memories = memories(copies, words, bits);
            work.logic += memories.logic;
            work.blocks += memories.blocks;
        }
        work
    }

    fn with(self, other: Self) -> Self {
        Self {
            logic: self.logic + other.logic,
            registers: self.registers + other.registers,
            multipliers: self.multipliers + other.multipliers,
            blocks: self.blocks + other.blocks,
            levels: self.levels + other.levels,
            clocks: self.clocks + other.clocks,
        }
    }

    pub fn cost(self, clock_ns: f64) -> Cost {
        let stages = (self.levels / (LEVELS_PER_NS * clock_ns.max(0.1))).floor();
        let cycles = if self == Self::default() { 0.0 } else { stages + self.clocks };
        Cost {
            lut: Figure::analytic(self.logic),
            ff: Figure::analytic(self.registers * cycles.max(if self.levels > 0.0 { 0.5 } else { 0.0 })),
            dsp: Figure::analytic(self.multipliers),
            bram: Figure::analytic(self.blocks),
            uram: Figure::ZERO,
            cycles: if self == Self::default() { Figure::ZERO } else { Figure::analytic_clocks(cycles) },
            ii: Figure { estimate: 1.0, low: 1.0, high: 1.0, basis: super::Basis::Analytic },
        }
    }
}
