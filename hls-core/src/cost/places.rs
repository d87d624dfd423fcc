//! How often a layer's kernel stands in the design, and how often it runs for a sample: what the firmware's loops say.

use super::analytic::{line_buffers, row_memories};
use super::figure::{Basis, Cost, Figure};
use crate::dataflow::{Turns, is_whole_window};
use crate::ir::{Node, TensorType};
use crate::ops::Op;
use crate::rules::{Interpolation, Plane, ShapeRule, Strategy, Window};
use crate::shape::Shape;

/// Clocks of a step of a loop without pipeline beside its kernel: under `io_parallel` to the next place, under `io_stream`
/// to read a position and to write one.
const STEP: (f64, f64) = (1.0, 2.0);
/// Alternatives that a LUT selects from.
const LUT_CHOICES: f64 = 4.0;

/// The places at which a kernel runs.
///
/// Under `io_parallel` a convolution is a loop over the places of its window (`windows.h`), `parallelization_factor` of them
/// at once, each with a kernel of its own; everything else is done once, all elements at the same time. Under `io_stream`
/// there is one kernel; its loop walks over positions and padding (`windows_stream.h`), or takes a packet a turn. A convolution
/// that cannot walk reads the whole tensor and is a loop over places there as well.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Places {
    /// Kernels side by side.
    copies: usize,
    /// Steps of the loop that a kernel computes something in.
    turns: usize,
    /// Steps that only move the window on.
    idle: usize,
    /// Clocks of a step that are not the kernel's, where the loop is no pipeline.
    step: f64,
    /// Clocks of a sample for reading and writing tensors that come in several packets.
    packets: usize,
    /// Whether a step waits for the one before it.
    is_loop: bool,
    /// Clocks between two steps of a pipeline.
    interval: usize,
    /// LUTs that select what a kernel sees from registers, and registers of the results of other places.
    around: Cost,
    /// What a kernel reads and writes in a step.
    pub inputs: Vec<TensorType>,
    pub output: TensorType,
}

impl Places {
    pub fn new(node: &Node, inputs: Vec<TensorType>, turns: Option<&Turns>) -> Self {
        let output = node.output;
        let shares = node.op.shape_rule().is_some_and(|rule| rule.multiplications().is_some());
        let mut places = Self {
            copies: 1,
            turns: 1,
            idle: 0,
            step: STEP.0,
            packets: 0,
            is_loop: shares && node.hardware.strategy == Strategy::Resource,
            interval: if shares { node.hardware.reuse_factor.max(1) } else { 1 },
            around: Cost::default(),
            inputs,
            output,
        };
        match turns {
            Some(turns) => places.of_stream(node, turns),
            None => places.side_by_side(node),
        }
        if let Op::Embedding(embedding) = &node.op
            && embedding.is_in_memory()
        {
            // A vector after the other.
            places.turns *= places.inputs.iter().map(|input| input.shape.size()).sum::<usize>().max(1);
        }
        places
    }

    fn side_by_side(&mut self, node: &Node) {
        let Op::Conv(conv) = &node.op else { return };
        let (Some(input), outputs) = (self.inputs.first().copied(), conv.matrix.bias.raw.len().max(1)) else { return };
        let positions = (self.output.shape.size() / outputs).max(1);
        self.copies = node.hardware.parallelization_factor;
        self.turns = positions.div_ceil(self.copies);
        if self.turns > 1 {
            let seen = (conv.window.taps() * input.shape.channels() * self.copies) as f64;
            let choices = seen * f64::from(input.ty.format.width) * self.turns as f64 / LUT_CHOICES;
            let kept = ((positions - self.copies) * outputs) as f64 * f64::from(self.output.ty.format.width);
            self.around = Cost { lut: Figure::analytic(choices), ff: Figure::analytic(kept), ..Cost::default() };
        }
        self.output.shape = Shape::new([outputs]);
    }

    fn of_stream(&mut self, node: &Node, turns: &Turns) {
        (self.inputs, self.output) = (turns.inputs.clone(), turns.output);
        self.step = STEP.1;
        self.turns = turns.count;
        let Some(walk) = turns.walk else {
            if turns.sequence {
                return;
            }
            let is_places = is_whole_window(node, turns);
            if is_places {
                self.step = STEP.0;
                self.side_by_side(node);
            }
            if turns.reads.iter().chain([&turns.writes]).any(|&packets| packets > 1) {
                self.packets = turns.count * (turns.reads.iter().sum::<usize>() + turns.writes);
                // The places are a loop of their own, between reading and writing.
                self.is_loop |= !is_places;
            }
            return;
        };
        let Some(input) = self.inputs.first_mut() else { return };
        let channels = input.shape.channels();
        let window = window(node);
        if let Some(window) = window {
            let written = walk.rows.writes.count * walk.columns.writes.count;
            (self.turns, self.idle) = (written, walk.len().saturating_sub(written));
            self.around = line_buffers(&window, walk.columns.count, channels, input.ty.format.width);
        }
        if let Op::Upsample(upsample) = &node.op
            && let Some(plane) = Plane::of(&input.shape, upsample.upsampling.dims)
        {
            let lines = match upsample.upsampling.interpolation {
                // Every row is new: there is none to be kept.
                Interpolation::Nearest if upsample.upsampling.factor[0] == 1 => 0,
                Interpolation::Nearest => 1,
                Interpolation::Bilinear => 2,
            };
            self.around = row_memories(lines, plane.columns, channels, input.ty.format.width);
        }
        // What a step computes.
        input.shape = Shape::new([channels * window.map_or(1, |window| window.taps())]);
        self.output.shape = Shape::new([self.output.shape.channels()]);
    }

    /// The cost of all places, where one kernel alone has this cost.
    pub fn cost(&self, kernel: Cost) -> Cost {
        let copies = self.copies as f64;
        let cost = Cost {
            lut: kernel.lut.times(copies) + self.around.lut,
            ff: kernel.ff.times(copies) + self.around.ff,
            dsp: kernel.dsp.times(copies),
            bram: kernel.bram.times(copies) + self.around.bram,
            uram: kernel.uram.times(copies),
            ..kernel
        };
        if self.turns + self.idle + self.packets <= 1 {
            return cost;
        }
        let (steps, packets) = ((self.turns + self.idle) as f64, self.packets as f64);
        let plus = |figure: Figure, clocks: f64| Figure {
            estimate: figure.estimate + clocks,
            low: figure.low + clocks,
            high: figure.high + clocks,
            basis: if figure.high > 0.0 { figure.basis } else { Basis::Analytic },
        };
        let cycles = if self.is_loop {
            let turns = self.turns as f64;
            plus(kernel.cycles.times(turns), (turns - 1.0) * self.step + self.idle as f64 * STEP.1 + packets)
        } else {
            plus(kernel.cycles, (steps - 1.0) * self.interval as f64 + packets)
        };
        // The loop ends before it begins anew.
        Cost { cycles, ii: plus(cycles, 1.0), ..cost }
    }
}

/// The window of a layer that walks with one.
fn window(node: &Node) -> Option<Window> {
    match node.op.shape_rule()? {
        ShapeRule::Convolution { window, .. } | ShapeRule::Pool { window: Some(window), .. } => Some(window),
        _ => None,
    }
}
