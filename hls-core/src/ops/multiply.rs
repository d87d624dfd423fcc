//! The product of tensors of one shape.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, Workload, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::Kernel;
use crate::fixed::{FixedType, Interval, Real, SliceQuantizer};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;
use crate::simd;

/// The exact product of all inputs, element by element, then an assignment to `ty`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Multiply {
    /// The result type.
    pub ty: FixedType,
}

/// The products of the first two inputs, of the first three and so on: what every execution computes on its way.
fn products(inputs: &[TensorType]) -> Vec<Interval> {
    let (first, rest) = (inputs[0].range, &inputs[1..]);
    let next = |product: &mut Interval, input: &TensorType| {
        *product = product.product(input.range);
        Some(*product)
    };
    rest.iter().scan(first, next).collect()
}

fn product(inputs: &[TensorType]) -> Interval {
    inputs[1..].iter().fold(inputs[0].range, |product, input| product.product(input.range))
}

impl OpDef for Multiply {
    const NAME: &'static str = "multiply";
    const PER_POSITION: bool = true;
    const PER_ELEMENT: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Merge)
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        // Not the width alone: an exponent beyond a format's may be beyond a float's as well.
        for (index, product) in products(inputs).into_iter().enumerate() {
            let format = product.narrowest_format();
            if let Some(violation) = format.violation() {
                let message = format!("the exact product of {} inputs is {format}: {violation}", index + 2);
                return Err(Diagnostic::error(Code::TooWide, message).help("quantize an input (`Quantize<..>`)"));
            }
        }
        Ok(TensorType::new(shape, self.ty, product(inputs).quantized(&self.ty)))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some((product(inputs), self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let fraction = types.inputs.iter().map(TensorType::fraction).sum();
        for (index, result) in output.iter_mut().enumerate() {
            let product = inputs.iter().map(|values| i128::from(values[index])).product();
            *result = self.ty.quantize(product, fraction);
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        let widths = products(types.inputs).into_iter().map(|product| product.narrowest_format().width);
        widths.chain([edge_bits(types)]).max().unwrap_or_default()
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let fraction = types.inputs.iter().map(TensorType::fraction).sum();
        let quantizer = SliceQuantizer::<F>::raw(fraction, &self.ty);
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            output.copy_from_slice(inputs[0]);
            for values in &inputs[1..] {
                simd::dispatch(
                    #[inline(always)]
                    || output.iter_mut().zip(*values).for_each(|(product, &value)| *product = *product * value),
                );
            }
            quantizer.apply_in_place(output);
        })
    }

    fn workload(&self, types: &OpTypes<'_>) -> Workload {
        let mut width = types.inputs[0].ty.format.width;
        let mut workload = Workload::default();
        for (input, product) in types.inputs[1..].iter().zip(products(types.inputs)) {
            workload.multiplications += types.output.shape.size() as u64;
            workload.ebops += types.output.shape.size() as u64 * u64::from(width * input.ty.format.width);
            width = product.narrowest_format().width;
        }
        Workload { nonzero_multiplications: workload.multiplications, ..workload }
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let constants = vec![("n_in", types.output.shape.size() as i64)];
        let product = FixedType::exact(product(types.inputs).narrowest_format());
        Some(LayerCode { types: vec![("product_t", product)], ..LayerCode::plain("multiply", constants) })
    }
}
