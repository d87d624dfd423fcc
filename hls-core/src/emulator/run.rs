//! Runs a graph over batches, on all cores.

use std::fmt;
use std::ops::Range;

use rayon::prelude::*;

use super::{Kernel, LANES};
use crate::fixed::{FixedFormat, FixedType, Real};
use crate::ir::{Graph, NodeId, TensorType};
use crate::ops::OpTypes;

/// Blocks that one task works off, so that buffers are allocated rarely.
const TASK: usize = 16 * LANES;

/// A graph prepared for running.
///
/// Running is deterministic: the number of threads changes nothing.
pub struct Emulator {
    steps: Vec<Step>,
    /// Per node: elements of a block and the carrier's rows.
    input: TensorType,
    outputs: Vec<(NodeId, TensorType)>,
    names: Vec<String>,
    types: Vec<TensorType>,
}

struct Step {
    inputs: Vec<usize>,
    kernel: AnyKernel,
}

enum AnyKernel {
    F32(Box<dyn Kernel<f32>>),
    F64(Box<dyn Kernel<f64>>),
}

/// What a model returned for a batch: for each output the raw mantissas, `[samples][features]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// The mantissas of each output, row-major.
    pub raw: Vec<Vec<i64>>,
    /// The format of each output.
    pub formats: Vec<FixedFormat>,
    /// The elements of a sample of each output.
    pub features: Vec<usize>,
}

impl Outputs {
    /// The values of one output, `[samples][features]`; exact.
    #[must_use]
    pub fn values(&self, output: usize) -> Vec<f64> {
        self.raw[output].iter().map(|&raw| self.formats[output].value(raw)).collect()
    }
}

/// The result of one layer for one sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The layer.
    pub name: String,
    /// The format of the mantissas.
    pub format: FixedFormat,
    /// The raw mantissas, channels last.
    pub raw: Vec<i64>,
}

/// Input that a model does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmulatorError {
    /// The batch is not a whole number of samples.
    Ragged {
        /// The length of the batch.
        length: usize,
        /// The elements of a sample.
        features: usize,
    },
    /// A mantissa that the input's type never holds.
    OutOfRange {
        /// The sample, from 0.
        sample: usize,
        /// The feature, from 0.
        feature: usize,
        /// The mantissa.
        raw: i64,
        /// The input's type.
        ty: FixedType,
    },
}

impl fmt::Display for EmulatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ragged { length, features } => {
                write!(f, "{length} numbers are no whole number of samples of {features} features")
            }
            Self::OutOfRange { sample, feature, raw, ty } => {
                let (min, max) = (ty.min_raw(), ty.format.max_raw());
                write!(f, "sample {sample}, feature {feature}: raw value {raw} is outside {ty} ({min} to {max})")
            }
        }
    }
}

impl std::error::Error for EmulatorError {}

/// The rows of one node in a block; the other carrier's are made when a reader asks for them.
#[derive(Default)]
struct Rows {
    f32: Vec<f32>,
    f64: Vec<f64>,
    has_f32: bool,
    has_f64: bool,
}

impl Emulator {
    /// Prepares a verified graph.
    #[must_use]
    pub fn new(graph: &Graph) -> Self {
        let prepare = |node: &crate::ir::Node| {
            let types = graph.input_types(node);
            let types = OpTypes { inputs: &types, output: &node.output };
            let kernel = if node.op.carrier_bits(&types) <= f32::EXACT_BITS {
                AnyKernel::F32(node.op.kernel(&types))
            } else {
                AnyKernel::F64(node.op.kernel(&types))
            };
            Step { inputs: node.inputs.iter().map(|id| id.0).collect(), kernel }
        };
        Self {
            steps: graph.nodes().iter().map(prepare).collect(),
            input: *graph.input(),
            outputs: graph.outputs().iter().map(|&id| (id, graph.node(id).output)).collect(),
            names: graph.nodes().iter().map(|node| node.name.clone()).collect(),
            types: graph.nodes().iter().map(|node| node.output).collect(),
        }
    }

    /// The elements of one input sample.
    #[must_use]
    pub fn input_features(&self) -> usize {
        self.input.shape.size()
    }

    /// Real numbers to the input's raw mantissas, by the input type's rounding and overflow.
    #[must_use]
    pub fn quantize_input(&self, values: &[f32]) -> Vec<i64> {
        values.iter().map(|&value| self.input.ty.quantize_f64(value.into())).collect()
    }

    /// Runs raw mantissas, `[samples][features]`, on the current rayon pool.
    ///
    /// # Errors
    /// Where the batch is ragged or a mantissa is none of the input's type.
    pub fn run(&self, input: &[i64]) -> Result<Outputs, EmulatorError> {
        let features = self.input_features();
        let samples = self.check(input)?;
        let sizes: Vec<usize> = self.outputs.iter().map(|(_, ty)| ty.shape.size()).collect();
        let width: usize = sizes.iter().sum();
        // Tasks write rows of all outputs side by side, so that one split serves any number of outputs.
        let mut joined = vec![0_i64; samples * width];
        joined.par_chunks_mut(TASK * width.max(1)).zip(input.par_chunks(TASK * features)).for_each_init(
            || self.buffers(),
            |buffers, (output, input)| {
                let blocks = output.chunks_mut(LANES * width).zip(input.chunks(LANES * features));
                for (output, input) in blocks {
                    self.block(buffers, input);
                    self.gather(buffers, output, width);
                }
            },
        );
        let raw = if let [_] = sizes[..] {
            vec![joined]
        } else {
            let mut start = 0;
            let split = |&size: &usize| {
                let columns = start..start + size;
                start += size;
                joined.chunks(width).flat_map(|row| &row[columns.clone()]).copied().collect()
            };
            sizes.iter().map(split).collect()
        };
        let formats = self.outputs.iter().map(|(_, ty)| ty.ty.format).collect();
        Ok(Outputs { raw, formats, features: sizes })
    }

    /// Every layer's result for one sample of raw mantissas.
    ///
    /// # Errors
    /// As [`Emulator::run`]; exactly one sample is expected.
    pub fn trace(&self, sample: &[i64]) -> Result<Vec<Trace>, EmulatorError> {
        if self.check(sample)? != 1 {
            return Err(EmulatorError::Ragged { length: sample.len(), features: self.input_features() });
        }
        let mut buffers = self.buffers();
        self.block(&mut buffers, sample);
        let trace = |((rows, name), ty): ((&Rows, &String), &TensorType)| {
            let raw = (0..ty.shape.size()).map(|feature| rows.get(feature * LANES)).collect();
            Trace { name: name.clone(), format: ty.ty.format, raw }
        };
        Ok(buffers.iter().zip(&self.names).zip(&self.types).map(trace).collect())
    }

    fn check(&self, input: &[i64]) -> Result<usize, EmulatorError> {
        let features = self.input_features();
        if !input.len().is_multiple_of(features) {
            return Err(EmulatorError::Ragged { length: input.len(), features });
        }
        let ty = self.input.ty;
        let range: Range<i64> = ty.min_raw()..ty.format.max_raw() + 1;
        match input.iter().position(|raw| !range.contains(raw)) {
            None => Ok(input.len() / features),
            Some(at) => {
                let (sample, feature) = (at / features, at % features);
                Err(EmulatorError::OutOfRange { sample, feature, raw: input[at], ty })
            }
        }
    }

    fn buffers(&self) -> Vec<Rows> {
        self.types.iter().map(|_| Rows::default()).collect()
    }

    /// Runs one block of up to [`LANES`] samples; missing lanes are zero.
    fn block(&self, buffers: &mut [Rows], input: &[i64]) {
        let features = self.input_features();
        for rows in &mut *buffers {
            (rows.has_f32, rows.has_f64) = (false, false);
        }
        match self.steps[0].kernel {
            AnyKernel::F32(_) => scatter(buffers[0].write_f32(features), input, features),
            AnyKernel::F64(_) => scatter(buffers[0].write_f64(features), input, features),
        }
        for (index, step) in self.steps.iter().enumerate().skip(1) {
            let (before, after) = buffers.split_at_mut(index);
            let size = self.types[index].shape.size();
            match &step.kernel {
                AnyKernel::F32(kernel) => {
                    step.inputs.iter().for_each(|&input| before[input].make_f32());
                    let inputs: Vec<&[f32]> = step.inputs.iter().map(|&input| before[input].f32.as_slice()).collect();
                    kernel.run(&inputs, after[0].write_f32(size));
                }
                AnyKernel::F64(kernel) => {
                    step.inputs.iter().for_each(|&input| before[input].make_f64());
                    let inputs: Vec<&[f64]> = step.inputs.iter().map(|&input| before[input].f64.as_slice()).collect();
                    kernel.run(&inputs, after[0].write_f64(size));
                }
            }
        }
    }

    fn gather(&self, buffers: &[Rows], output: &mut [i64], width: usize) {
        let mut start = 0;
        for (id, ty) in &self.outputs {
            let rows = &buffers[id.0];
            let size = ty.shape.size();
            for (lane, row) in output.chunks_mut(width).enumerate() {
                let row = &mut row[start..start + size];
                if rows.has_f32 {
                    row.iter_mut().enumerate().for_each(|(at, raw)| *raw = rows.f32[at * LANES + lane] as i64);
                } else {
                    row.iter_mut().enumerate().for_each(|(at, raw)| *raw = rows.f64[at * LANES + lane] as i64);
                }
            }
            start += size;
        }
    }
}

impl Rows {
    fn write_f32(&mut self, features: usize) -> &mut [f32] {
        self.has_f32 = true;
        self.f32.resize(features * LANES, 0.0);
        &mut self.f32
    }

    fn write_f64(&mut self, features: usize) -> &mut [f64] {
        self.has_f64 = true;
        self.f64.resize(features * LANES, 0.0);
        &mut self.f64
    }

    fn make_f32(&mut self) {
        if !self.has_f32 {
            self.has_f32 = true;
            self.f32.clear();
            self.f32.extend(self.f64.iter().map(|&value| value as f32));
        }
    }

    fn make_f64(&mut self) {
        if !self.has_f64 {
            self.has_f64 = true;
            self.f64.clear();
            self.f64.extend(self.f32.iter().map(|&value| f64::from(value)));
        }
    }

    fn get(&self, at: usize) -> i64 {
        if self.has_f32 { self.f32[at] as i64 } else { self.f64[at] as i64 }
    }
}

fn scatter<F: Real>(rows: &mut [F], input: &[i64], features: usize) {
    let samples = input.len() / features;
    for (feature, row) in rows.chunks_mut(LANES).enumerate() {
        for (lane, value) in row.iter_mut().enumerate() {
            *value = if lane < samples { F::from_i64(input[lane * features + feature]) } else { F::default() };
        }
    }
}
