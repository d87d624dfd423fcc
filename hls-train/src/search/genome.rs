//! What a candidate is: a width for every precision, a reuse factor for every layer that has multipliers.

use std::collections::BTreeMap;
use std::fmt;

use hls_core::fixed::{FixedFormat, WeightType};
use hls_core::ir::Graph;
use hls_core::ops::Op;
use hls_core::rules::{LayerAttributes, is_legal_reuse};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::SearchSettings;
use crate::Precision;
use crate::calibration::declared;
use crate::design::{HardwareSettings, Multiplying, multiplying};
use crate::random::Generator;
use crate::training::samples::hex;
use crate::{HlsModel, design};

/// A candidate of a search.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Genome {
    /// Bits by precision: `fc1.weight`, `relu1.result`.
    pub widths: BTreeMap<String, u32>,
    /// Reuse factors by layer.
    pub reuse: BTreeMap<String, usize>,
}

impl fmt::Display for Genome {
    /// `fc1.weight 4, relu1.result 6; fc1 reuse_factor 2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths: Vec<String> = self.widths.iter().map(|(name, width)| format!("{name} {width}")).collect();
        f.write_str(&widths.join(", "))?;
        let shared = self.reuse.iter().filter(|(_, factor)| **factor > 1);
        let shared: Vec<String> = shared.map(|(name, factor)| format!("{name} reuse_factor {factor}")).collect();
        if shared.is_empty() { Ok(()) } else { write!(f, "; {}", shared.join(", ")) }
    }
}

impl Genome {
    /// A name for the precisions alone: what a training depends on.
    pub(super) fn training_hash(&self) -> String {
        let text: Vec<String> = self.widths.iter().map(|(name, width)| format!("{name}={width}")).collect();
        hex(&Sha256::digest(text.join("\n")))[..16].to_owned()
    }
}

/// All genomes of a model.
#[derive(Clone, Debug)]
pub(super) struct Space {
    precisions: BTreeMap<String, Precision>,
    /// The searched precisions; a bias goes with its weight.
    names: Vec<String>,
    /// The legal reuse factors of each layer.
    reuse: BTreeMap<String, Vec<usize>>,
    attributes: BTreeMap<String, LayerAttributes>,
    widths: (u32, u32),
}

impl Space {
    /// Those of a model with its declared precisions, which is `graph`.
    pub fn new<M: HlsModel>(model: &M, graph: &Graph, settings: &SearchSettings) -> Self {
        let precisions = declared::<M>();
        let softmax =
            |layer: &str| graph.nodes().iter().any(|node| node.name == layer && matches!(node.op, Op::Softmax(_)));
        let names = precisions.iter().filter_map(|(name, precision)| {
            let (layer, what) = name.split_once('.')?;
            let is_range = matches!(precision, Precision::Fixed(_))
                && !precision.weight().is_some_and(WeightType::is_ternary)
                && ["weight", "result"].contains(&what)
                && !softmax(layer);
            is_range.then(|| name.clone())
        });
        let names = names.collect();
        let (mut reuse, mut attributes) = (BTreeMap::new(), BTreeMap::new());
        for Multiplying { name, matrix: (inputs, outputs), hardware } in multiplying(model, graph) {
            let most = settings.max_reuse.min(inputs * outputs);
            let legal = (1..=most).filter(|&factor| is_legal_reuse(inputs, outputs, factor)).collect();
            reuse.insert(name.clone(), legal);
            // Settings replace those of the declaration as a whole; 1 is what no setting means.
            let declared = LayerAttributes {
                reuse_factor: None,
                strategy: Some(hardware.strategy),
                fifo_depth: hardware.fifo_depth,
                parallelization_factor: Some(hardware.parallelization_factor).filter(|&factor| factor > 1),
            };
            attributes.insert(name, declared);
        }
        Self { precisions, names, reuse, attributes, widths: settings.widths }
    }

    /// The same width everywhere, no reuse.
    pub fn uniform(&self, width: u32) -> Genome {
        Genome {
            widths: self.names.iter().map(|name| (name.clone(), width)).collect(),
            reuse: self.reuse.keys().map(|name| (name.clone(), 1)).collect(),
        }
    }

    pub fn random(&self, generator: &mut Generator) -> Genome {
        let (least, most) = self.widths;
        // Around a common width, so that sensible designs are among them.
        let common = least + generator.below((most - least + 1) as usize) as u32;
        let mut genome = self.uniform(common);
        for width in genome.widths.values_mut() {
            *width = (*width + generator.below(3) as u32).saturating_sub(1).clamp(least, most);
        }
        self.change_reuse(&mut genome, generator);
        genome
    }

    /// A child of two genomes with some changes.
    pub fn child(&self, a: &Genome, b: &Genome, generator: &mut Generator) -> Genome {
        let (least, most) = self.widths;
        let mut genome = a.clone();
        for (name, width) in &mut genome.widths {
            if generator.below(2) == 1 {
                *width = b.widths[name];
            }
            match generator.below(6) {
                0 => *width = (*width + 1).min(most),
                1 => *width = (*width - 1).max(least),
                _ => {}
            }
        }
        if generator.below(2) == 1 {
            genome.reuse.clone_from(&b.reuse);
        }
        if generator.below(3) == 0 {
            self.change_reuse(&mut genome, generator);
        }
        genome
    }

    /// One factor for all layers, as far as it is legal, or another one for one of them.
    fn change_reuse(&self, genome: &mut Genome, generator: &mut Generator) {
        let most = self.reuse.values().map(Vec::len).max().unwrap_or(1);
        let (index, all) = (generator.below(most), generator.below(2) == 0);
        let only = generator.below(self.reuse.len().max(1));
        for (position, (name, legal)) in self.reuse.iter().enumerate() {
            if (all || position == only)
                && let Some(&factor) = legal.get(index.min(legal.len().saturating_sub(1)))
            {
                genome.reuse.insert(name.clone(), factor);
            }
        }
    }

    /// The precisions of a genome; the integer bits are those that are declared.
    pub fn precisions(&self, genome: &Genome) -> BTreeMap<String, Precision> {
        let mut precisions = self.precisions.clone();
        for (name, precision) in &mut precisions {
            let weight = name.strip_suffix(".bias").map(|layer| format!("{layer}.weight"));
            let width = genome.widths.get(name).or_else(|| genome.widths.get(&weight?));
            if let (Precision::Fixed(ty), Some(&width)) = (&mut *precision, width) {
                ty.format = FixedFormat { width, ..ty.format };
            }
        }
        precisions
    }

    /// The hardware settings of a genome.
    pub fn hardware(&self, genome: &Genome) -> HardwareSettings {
        let settings = genome.reuse.iter().filter_map(|(name, &factor)| {
            let attributes = LayerAttributes { reuse_factor: Some(factor), ..*self.attributes.get(name)? };
            Some((name.clone(), attributes))
        });
        settings.collect()
    }

    /// The model with the precisions of a genome and fresh weights.
    pub fn fresh<M: HlsModel>(&self, genome: &Genome, seed: u64) -> M {
        let mut model = M::seeded(seed, &burn::tensor::Device::default().autodiff());
        design::set_precisions(&mut model, &self.precisions(genome));
        model
    }
}
