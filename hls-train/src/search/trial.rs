//! One trained candidate.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::genome::{Genome, Space};
use super::{SearchError, SearchSettings};
use crate::calibration::quantize_as;
use crate::design::{Design, HardwareSettings};
use crate::training::trainer::evaluate;
use crate::training::{Samples, Trainer};
use crate::{Calibration, HlsModel};

/// What a training of a candidate gave; its hardware settings play no part in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Trial {
    pub design: Design,
    /// Validation samples that it classifies correctly.
    pub correct: usize,
}

/// The training samples that integer bits are chosen from.
const RANGE_SAMPLES: usize = 4096;

impl Trial {
    fn of<M: HlsModel>(model: &M, validation: &Samples) -> Self {
        Self { design: Design::new(model, HardwareSettings::new()), correct: evaluate(model, validation).correct }
    }

    /// The float model with the widths of a genome, trained for a few epochs.
    pub fn searched<M: HlsModel>(
        float: &M,
        space: &Space,
        genome: &Genome,
        (training, validation): (&Samples, &Samples),
        settings: &SearchSettings,
    ) -> Result<Self, SearchError> {
        let (few, _) = training.split_at(RANGE_SAMPLES);
        let model = quantize_as(float, &space.precisions(genome), &Calibration::new(&few))?;
        let trainer = Trainer::new(settings.training(settings.seed));
        let trained = trainer.train(model.valid().train(), training, validation, &mut ())?;
        Ok(Self::of(&trained.model, validation))
    }

    /// The declared integer bits with one width everywhere, trained from fresh weights.
    pub fn uniform<M: HlsModel>(
        space: &Space,
        width: u32,
        (training, validation): (&Samples, &Samples),
        settings: &SearchSettings,
        checkpoints: &Path,
    ) -> Result<Self, SearchError> {
        let model: M = space.fresh(&space.uniform(width), settings.uniform_training.seed);
        // Before it is trained.
        model.graph()?;
        // Long enough to be worth going on with.
        let trainer = Trainer::new(settings.uniform_training.clone()).checkpoints(checkpoints);
        let trained = trainer.train(model, training, validation, &mut ())?;
        Ok(Self::of(&trained.model, validation))
    }
}
