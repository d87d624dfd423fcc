//! The burn records of a checkpoint, checked before burn takes them.
//!
//! burn trusts what a record says about itself: it takes tensors of any element type, and builds a parameter's moments from
//! tensors of other dimensions by a panic. So types, shapes and owners are looked at first.

use std::collections::{BTreeMap, BTreeSet};

use burn::module::{ModuleVisitor, Param};
use burn::optim::ModuleOptimizer;
use burn::store::ModuleRecord;
use burn::tensor::{Bytes, DType, Tensor};
use burn_pack::{Reader, Scalar};

use crate::HlsModel;

/// What is saved of a parameter's state: tensors of its shape, and numbers.
const MOMENTS: [&str; 2] = ["momentum.moment_1", "momentum.moment_2"];
const STEPS: &str = "momentum.time";
const RANK: &str = "__rank";

/// The weights that a file holds, in the structure of `model`.
///
/// # Errors
/// Says what is wrong where the bytes are no record, or one of another structure or of other elements than `f32`.
pub fn read_model<M: HlsModel>(bytes: Vec<u8>, model: &M) -> Result<M, String> {
    let bytes = Bytes::from_bytes_vec(bytes);
    let owners: Vec<Option<u64>> = tensors(bytes.clone())?.into_values().map(|(_, owner)| owner).collect();
    if owners.contains(&None) || owners.iter().collect::<BTreeSet<_>>().len() < owners.len() {
        return Err("parameters without a number of their own".to_owned());
    }
    ModuleRecord::from_bytes(bytes)
        .and_then(|record| model.clone().try_load_record(record))
        .map_err(|error| error.to_string())
}

/// The optimizer's moments that a file holds, for the parameters of `model`.
///
/// # Errors
/// Says what is wrong where the bytes are no record, or one that is not made of the whole states of parameters of this
/// model.
pub fn read_optimizer<M: HlsModel>(
    bytes: Vec<u8>,
    optimizer: ModuleOptimizer,
    model: &M,
) -> Result<ModuleOptimizer, String> {
    let bytes = Bytes::from_bytes_vec(bytes);
    check_states(bytes.clone(), &Shapes::of(model).0)?;
    optimizer.from_bytes(bytes).map_err(|error| error.to_string())
}

/// The shape of a tensor in a record, and the number of the parameter that it belongs to.
type Entry = (Vec<usize>, Option<u64>);

/// Every tensor in a record by its name; all of them are `f32`.
fn tensors(bytes: Bytes) -> Result<BTreeMap<String, Entry>, String> {
    let tensors = Reader::from_bytes(bytes).and_then(Reader::into_tensors).map_err(|error| error.to_string())?;
    let entry = |tensor: burn_pack::Tensor| match tensor.dtype {
        DType::F32 => Ok((tensor.name, (tensor.shape.to_vec(), tensor.param_id))),
        other => Err(format!("{} holds {other:?}; only F32 is written", tensor.name)),
    };
    tensors.into_iter().map(entry).collect()
}

fn check_states(bytes: Bytes, shapes: &BTreeMap<u64, Vec<usize>>) -> Result<(), String> {
    let numbers = Reader::from_bytes(bytes.clone()).map_err(|error| error.to_string())?.scalars().clone();
    let tensors = tensors(bytes)?;
    let mut owners = BTreeSet::new();
    for name in tensors.keys().chain(numbers.keys()) {
        let part = name.split_once('.').and_then(|(owner, part)| Some((owner.parse::<u64>().ok()?, part)));
        match part {
            // As it is written: burn would not find `+7.__rank`.
            Some((owner, part))
                if shapes.contains_key(&owner)
                    && *name == format!("{owner}.{part}")
                    && (MOMENTS.contains(&part) || part == STEPS || part == RANK) =>
            {
                owners.insert(owner);
            }
            _ => return Err(format!("{name} is no part of the state of a parameter")),
        }
    }
    for (owner, shape) in owners.iter().filter_map(|owner| shapes.get_key_value(owner)) {
        let number = |name: &str| match numbers.get(&format!("{owner}.{name}")) {
            Some(Scalar::UInt(value)) => Some(*value),
            _ => None,
        };
        let moment = |name: &&str| tensors.get(&format!("{owner}.{name}")) == Some(&(shape.clone(), Some(*owner)));
        let whole = number(RANK) == Some(shape.len() as u64)
            && number(STEPS).is_some_and(|steps| steps <= u64::from(u32::MAX))
            && MOMENTS.iter().all(moment);
        if !whole {
            return Err(format!("the state of parameter {owner} is not whole, or not of its shape {shape:?}"));
        }
    }
    Ok(())
}

/// The shapes of a model's parameters.
struct Shapes(BTreeMap<u64, Vec<usize>>);

impl Shapes {
    fn of<M: HlsModel>(model: &M) -> Self {
        let mut shapes = Self(BTreeMap::new());
        model.visit(&mut shapes);
        shapes
    }
}

impl ModuleVisitor for Shapes {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.0.insert(parameter.id.val(), parameter.shape().to_vec());
    }
}

#[cfg(test)]
mod tests {
    use burn_pack::Writer;

    use super::*;
    use crate::prelude::*;
    use crate::training::adam;

    #[hls_model(input = [Fixed<8, 3>; 2])]
    struct Tiny {
        fc1: Dense<2, 2, Fixed<6, 2>>,
    }

    /// What a record is made of: tensors (name, type, shape, owner) and numbers.
    type Tensors = Vec<(String, DType, Vec<usize>, Option<u64>)>;
    type Numbers = BTreeMap<String, Scalar>;

    fn record(tensors: Tensors, numbers: Numbers) -> Vec<u8> {
        let entry = |(name, dtype, shape, owner): (String, DType, Vec<usize>, _)| {
            let bytes = vec![0; shape.iter().product::<usize>() * dtype.size()];
            burn_pack::Tensor::new(name, dtype, shape, owner, Bytes::from_bytes_vec(bytes))
        };
        let writer = Writer::new(tensors.into_iter().map(entry).collect());
        let writer = numbers.into_iter().fold(writer, |writer, (name, number)| writer.with_scalar(&name, number));
        writer.into_bytes().unwrap().to_vec()
    }

    /// Reads the states of all parameters after a change; `{}` stands for the weights' number.
    #[track_caller]
    fn check(change: impl FnOnce(&str, &mut Tensors, &mut Numbers), expected: Option<&str>) {
        let model = Tiny::seeded(1, &Device::default());
        let (mut tensors, mut numbers) = (Tensors::new(), Numbers::new());
        for (owner, shape) in Shapes::of(&model).0 {
            numbers.insert(format!("{owner}.{RANK}"), Scalar::UInt(shape.len() as u64));
            numbers.insert(format!("{owner}.{STEPS}"), Scalar::UInt(7));
            let moment = |name| (format!("{owner}.{name}"), DType::F32, shape.clone(), Some(owner));
            tensors.extend(MOMENTS.map(moment));
        }
        // The weights come first.
        tensors.sort_by_key(|(_, _, shape, _)| std::cmp::Reverse(shape.len()));
        let owner = tensors[0].3.unwrap().to_string();
        change(&owner, &mut tensors, &mut numbers);
        let outcome = read_optimizer(record(tensors, numbers), adam(), &model);
        assert_eq!(outcome.err(), expected.map(|text| text.replace("{}", &owner)));
    }

    #[test]
    fn moments_are_those_of_the_parameters() {
        check(|_, _, _| {}, None);
        let part = Some("the state of parameter {} is not whole, or not of its shape [2, 2]");
        let number = |name: &'static str, value| {
            move |owner: &str, _: &mut Tensors, numbers: &mut Numbers| {
                numbers.insert(format!("{owner}.{name}"), value);
            }
        };
        // Six dimensions of a tensor that has two: found by fuzzing.
        check(number(RANK, Scalar::UInt(6)), part);
        check(number(RANK, Scalar::UInt(1 << 40)), part);
        check(number(RANK, Scalar::Float(2.0)), part);
        check(number(STEPS, Scalar::UInt(u64::MAX)), part);
        check(|owner, _, numbers| numbers.retain(|name, _| *name != format!("{owner}.{STEPS}")), part);
        check(|_, tensors, _| tensors[1].2 = vec![4], part);
        check(|_, tensors, _| tensors[1].2 = vec![2, 3], part);
        check(|_, tensors, _| tensors[1].3 = None, part);
        check(|_, tensors, _| tensors[1].3 = Some(7), part);
        check(|_, tensors, _| drop(tensors.remove(1)), part);
        check(|_, tensors, _| tensors[0].1 = DType::I32, Some("{}.momentum.moment_1 holds I32; only F32 is written"));
        check(
            number("momentum.steps", Scalar::UInt(1)),
            Some("{}.momentum.steps is no part of the state of a parameter"),
        );
        let foreign = |owner: &str, _: &mut Tensors, numbers: &mut Numbers| {
            numbers.insert(format!("+{owner}.{RANK}"), Scalar::UInt(2));
        };
        check(foreign, Some("+{}.__rank is no part of the state of a parameter"));
        let third = |owner: &str, tensors: &mut Tensors, _: &mut Numbers| {
            tensors[1].0 = format!("{owner}.momentum.max_moment_2");
        };
        check(third, Some("{}.momentum.max_moment_2 is no part of the state of a parameter"));
    }

    #[test]
    fn weights_are_f32_and_have_numbers_of_their_own() {
        let model = Tiny::seeded(1, &Device::default());
        let read = |dtype, owners: [Option<u64>; 2]| {
            let tensors = vec![
                ("fc1.weight".into(), dtype, vec![2, 2], owners[0]),
                ("fc1.bias".into(), DType::F32, vec![2], owners[1]),
            ];
            read_model(record(tensors, Numbers::new()), &model).err()
        };
        let numbers = Some("parameters without a number of their own".to_owned());
        assert_eq!(read(DType::F32, [Some(3), Some(4)]), None);
        assert_eq!(read(DType::F32, [Some(3), Some(3)]), numbers);
        assert_eq!(read(DType::F32, [Some(3), None]), numbers);
        assert_eq!(read(DType::F64, [Some(3), Some(4)]), Some("fc1.weight holds F64; only F32 is written".to_owned()));
    }
}
