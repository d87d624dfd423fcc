//! Any function of one number, by a table of its results.

use serde::{Deserialize, Serialize};

use super::{ConstantArray, LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::{Kernel, QuantizeKernel};
use crate::fixed::{FixedFormat, FixedTensor, FixedType, Interval, MAX_WIDTH, Overflow, Real};
use crate::functions::{Function, entry};
use crate::ir::{Hardware, TensorType};
use crate::rules::{MAX_INDEX_WIDTH, ShapeRule};
use crate::shape::Shape;

/// Wider inputs are not indexed by all their bits: an index type has to be named.
const MAX_INPUT_WIDTH: u32 = 12;

/// `entries[bits of x]` for every element `x`: the table is the function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The function's name, for people only.
    pub function: String,
    /// The result type.
    pub ty: FixedType,
    /// Whose bits are the index.
    pub index: TableIndex,
    /// The raw result for every bit pattern of the index, read as an unsigned number: for a signed one the negative half
    /// comes last.
    pub entries: Vec<i64>,
    /// The results that can occur, rounded but not limited to the type: what warnings are about.
    pub unlimited: Interval,
}

/// The number whose bits index a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableIndex {
    /// The input itself, which has this format of at most 12 bits.
    Input(FixedFormat),
    /// The input after an assignment to this type of at most 16 bits.
    Assigned(FixedType),
}

impl TableIndex {
    /// The format of the index.
    #[must_use]
    pub const fn format(self) -> FixedFormat {
        match self {
            Self::Input(format) => format,
            Self::Assigned(ty) => ty.format,
        }
    }

    /// The raw numbers that index the table, for inputs of this type.
    fn reached(self, input: &TensorType) -> Interval {
        match self {
            Self::Input(_) => input.range,
            Self::Assigned(ty) => input.range.quantized(&ty),
        }
    }

    fn check(self) -> Result<(), Diagnostic> {
        let width = self.format().width;
        let (limit, what, help) = match self {
            Self::Input(_) => (MAX_INPUT_WIDTH, "the input", "name an index type behind the result type"),
            Self::Assigned(_) => (MAX_INDEX_WIDTH, "the index type", "narrow it"),
        };
        if width <= limit {
            return Ok(());
        }
        let message = format!("{what} {} indexes a table of 2^{width} entries, the limit is 2^{limit}", self.format());
        Err(Diagnostic::error(Code::Type, message).help(format!("{help}: for example `Fixed<10, 4, Rnd, Sat>`")))
    }
}

impl Table {
    /// The table of `F` for inputs of this type, with results of type `ty`; without an `index` type the input's own bits
    /// are the index.
    ///
    /// # Errors
    /// Where a type cannot be used or the index is too wide.
    pub fn new<F: Function>(ty: FixedType, index: Option<FixedType>, input: &TensorType) -> Result<Self, Diagnostic> {
        let index = index.map_or(TableIndex::Input(input.ty.format), TableIndex::Assigned);
        let format = index.format();
        if let Some(violation) = format.violation().or(ty.format.violation()) {
            return Err(Diagnostic::error(Code::Type, format!("{format} to {ty}: {violation}")));
        }
        index.check()?;
        let patterns = 0..1_i64 << format.width;
        // The bit pattern as a two's complement number where the format is signed.
        let value = |bits: i64| format.value(if bits > format.max_raw() { bits - (1 << format.width) } else { bits });
        let entries = patterns.map(|bits| entry(F::value, &ty, value(bits))).collect();
        let wide = FixedFormat::signed(MAX_WIDTH, MAX_WIDTH as i32 - ty.format.fraction());
        let wide = FixedType::new(wide, ty.rounding, Overflow::Sat);
        let reached = index.reached(input);
        let unlimited = (reached.min..=reached.max).map(|raw| entry(F::value, &wide, format.value(raw as i64)));
        let unlimited = hull(unlimited, ty.format.fraction());
        Ok(Self { function: F::NAME.to_owned(), ty, index, entries, unlimited })
    }

    fn at(&self, raw: i64) -> i64 {
        self.entries[raw as usize & (self.entries.len() - 1)]
    }

    fn check(&self, input: &TensorType) -> Result<(), Diagnostic> {
        let malformed = |message: String| Err(Diagnostic::error(Code::Malformed, message));
        self.index.check()?;
        if let TableIndex::Input(format) = self.index
            && format != input.ty.format
        {
            return malformed(format!("the table is for inputs of {format}, but reads {}", input.ty.format));
        }
        let expected = 1 << self.index.format().width;
        if self.entries.len() != expected {
            return malformed(format!("the table has {} entries, its index needs {expected}", self.entries.len()));
        }
        let range = self.ty.min_raw()..=self.ty.format.max_raw();
        if let Some(at) = self.entries.iter().position(|raw| !range.contains(raw)) {
            return malformed(format!("entry {at} is {}, outside {}", self.entries[at], self.ty));
        }
        self.check_unlimited(input)
    }

    /// What the type makes of the results before their limits must be the results.
    fn check_unlimited(&self, input: &TensorType) -> Result<(), Diagnostic> {
        let (unlimited, fraction) = (self.unlimited, self.ty.format.fraction());
        let wide = Interval::of(FixedFormat::signed(MAX_WIDTH, MAX_WIDTH as i32 - fraction));
        let results = self.results(input);
        let is_sound = unlimited.fraction == fraction
            && unlimited.min <= unlimited.max
            && wide.hull(unlimited) == wide
            && unlimited.quantized(&self.ty).hull(results) == unlimited.quantized(&self.ty);
        if is_sound {
            return Ok(());
        }
        let (min, max) = (unlimited.min, unlimited.max);
        let message = format!(
            "results in {results} are none of unlimited ones from {min} to {max} with {} fractional bits",
            unlimited.fraction
        );
        Err(Diagnostic::error(Code::Malformed, message))
    }

    /// The results that inputs of this type reach.
    fn results(&self, input: &TensorType) -> Interval {
        let reached = self.index.reached(input);
        hull((reached.min..=reached.max).map(|raw| self.at(raw as i64)), self.ty.format.fraction())
    }
}

/// The interval from the least to the largest.
fn hull(raws: impl Iterator<Item = i64>, fraction: i32) -> Interval {
    let ends = raws.fold(None, |ends: Option<(i64, i64)>, raw| {
        Some(ends.map_or((raw, raw), |(low, high)| (low.min(raw), high.max(raw))))
    });
    let (low, high) = ends.unwrap_or_default();
    Interval::new(low.into(), high.into(), fraction)
}

impl OpDef for Table {
    const NAME: &'static str = "table";
    const PER_POSITION: bool = true;
    const PER_ELEMENT: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Elementwise)
    }

    fn declared_types(&self) -> Vec<FixedType> {
        match self.index {
            TableIndex::Input(_) => vec![self.ty],
            TableIndex::Assigned(index) => vec![self.ty, index],
        }
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        self.check(&inputs[0])?;
        Ok(TensorType::new(shape, self.ty, self.results(&inputs[0])))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        match self.index {
            TableIndex::Assigned(index) if !inputs[0].range.fits(&index) => Some((inputs[0].range, index)),
            _ => Some((self.unlimited, self.ty)),
        }
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        for (&x, result) in inputs[0].iter().zip(output) {
            *result = self.at(match self.index {
                TableIndex::Input(_) => x,
                TableIndex::Assigned(index) => index.quantize(x.into(), types.inputs[0].fraction()),
            });
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        self.index.format().width.max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let input = &types.inputs[0];
        let assign = match self.index {
            TableIndex::Input(_) => None,
            TableIndex::Assigned(index) => Some(QuantizeKernel::new(input.fraction(), input.range, &index)),
        };
        let entries: Vec<F> = self.entries.iter().map(|&raw| F::from_i64(raw)).collect();
        let mask = entries.len() - 1;
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            match &assign {
                Some(assign) => assign.run(inputs, output),
                None => output.copy_from_slice(inputs[0]),
            }
            for value in output {
                *value = entries[value.to_i64() as usize & mask];
            }
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let index = match self.index {
            TableIndex::Input(_) => types.inputs[0].ty,
            TableIndex::Assigned(index) => index,
        };
        let entries = self.entries.len();
        let tensor = FixedTensor { dims: vec![entries], format: self.ty.format, raw: self.entries.clone() };
        Some(LayerCode {
            kernel: "table",
            constants: vec![("n_in", types.output.shape.size() as i64), ("n_entries", entries as i64)],
            lists: Vec::new(),
            types: vec![("index_t", index)],
            arrays: vec![ConstantArray { role: "table", tensor }],
            products: None,
            inner: None,
        })
    }

    fn details(&self) -> String {
        match self.index {
            TableIndex::Input(_) => self.function.clone(),
            TableIndex::Assigned(index) => format!("{}, index {index}", self.function),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::Rounding;
    use crate::functions::{Reciprocal, Sigmoid};
    use crate::ops::Op;

    fn rounded(signed: bool, width: u32, integer: i32) -> FixedType {
        FixedType::new(FixedFormat { signed, width, integer }, Rounding::Rnd, Overflow::Sat)
    }

    fn input(width: u32, integer: i32) -> TensorType {
        TensorType::full(Shape::new([3]), rounded(true, width, integer))
    }

    #[test]
    fn entries_are_in_the_order_of_bit_patterns() {
        let table = Table::new::<Reciprocal>(rounded(true, 8, 4), None, &input(3, 2)).unwrap();
        // 0, 0.5, 1, 1.5, -2, -1.5, -1, -0.5, in steps of 1/16; zero has the largest number.
        assert_eq!(table.entries, [127, 32, 16, 11, -8, -11, -16, -32]);
        let types = OpTypes { inputs: &[input(3, 2)], output: &input(3, 2) };
        let mut output = [0; 4];
        table.evaluate(&[&[0, 3, -4, -1]], &types, &mut output);
        assert_eq!(output, [127, 11, -8, -32]);
    }

    #[test]
    fn the_range_is_that_of_the_entries_that_can_be_reached() {
        let mut narrow = input(8, 4);
        narrow.range = Interval::new(-16, 32, 4);
        let ty = rounded(false, 8, 0);
        let table = Table::new::<Sigmoid>(ty, None, &narrow).unwrap();
        let output = Op::from(table).infer(&[narrow]).unwrap();
        // sigmoid(-1) = 0.26894, sigmoid(2) = 0.88080.
        assert_eq!(output.range, Interval::new(69, 225, 8));
        let table = Table::new::<Sigmoid>(ty, Some(rounded(true, 4, 4)), &narrow).unwrap();
        assert_eq!(table.entries.len(), 16);
        assert_eq!(Op::from(table).infer(&[narrow]).unwrap().range, Interval::new(69, 225, 8));
    }

    #[track_caller]
    fn check_refused(change: impl FnOnce(&mut Table), expected: &str) {
        let mut table = Table::new::<Sigmoid>(rounded(false, 8, 0), None, &input(8, 4)).unwrap();
        change(&mut table);
        let error = Op::from(table).infer(&[input(8, 4)]).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn tables_that_do_not_fit_are_refused() {
        check_refused(|table| _ = table.entries.pop(), "the table has 255 entries, its index needs 256");
        check_refused(|table| table.entries[3] = 256, "entry 3 is 256, outside ufixed<8,0,RND,SAT>");
        check_refused(|table| table.entries[3] = -1, "entry 3 is -1, outside");
        let unlimited = |min, max, fraction| move |table: &mut Table| table.unlimited = Interval { min, max, fraction };
        check_refused(unlimited(0, 0, 8), "are none of unlimited ones from 0 to 0 with 8 fractional bits");
        check_refused(unlimited(0, 255, i32::MIN), "with -2147483648 fractional bits");
        check_refused(unlimited(0, 255, i32::MAX), "with 2147483647 fractional bits");
        check_refused(unlimited(255, 0, 8), "from 255 to 0");
        check_refused(unlimited(0, i128::MAX, 8), "are none of unlimited ones from 0 to 17014");
        let other = TableIndex::Input(FixedFormat::signed(8, 3));
        check_refused(|table| table.index = other, "is for inputs of fixed<8,3>, but reads fixed<8,4>");
        let wide = TableIndex::Assigned(rounded(true, 17, 4));
        check_refused(|table| table.index = wide, "the index type fixed<17,4> indexes a table of 2^17 entries");
        let error = Table::new::<Sigmoid>(rounded(false, 8, 0), None, &input(13, 4)).unwrap_err().to_string();
        assert!(error.contains("the input fixed<13,4> indexes a table of 2^13 entries, the limit is 2^12"), "{error}");
        assert!(error.contains("name an index type") && error.contains("Fixed<10, 4, Rnd, Sat>"), "{error}");
    }

    #[test]
    fn results_that_wrap_are_known() {
        let ty = FixedType { overflow: Overflow::Wrap, ..rounded(false, 8, 0) };
        let table = Table::new::<Sigmoid>(ty, None, &input(8, 5)).unwrap();
        // sigmoid(15.875) rounds to one, which the type does not have.
        assert_eq!(table.entries[127], 0);
        let (range, _) = table.assignment(&[input(8, 5)]).unwrap();
        assert_eq!(range, Interval::new(0, 256, 8));
    }
}
