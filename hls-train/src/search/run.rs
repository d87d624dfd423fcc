//! The search.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use super::front::{Found, Origin, SearchPoint, ranked, undominated};
use super::genome::{Genome, Space};
use super::journal::Journal;
use super::trial::Trial;
use super::{CostModel, SearchError, SearchSettings};
use crate::HlsModel;
use crate::calibration::declared;
use crate::design::{self, Design};
use crate::learned::{LearnedPoint, Learning};
use crate::random::Generator;
use crate::training::Samples;
use crate::training::checkpoint::declaration_digest;
use crate::training::trainer::check_samples;
use crate::weights::{parameters, separate};

/// Searches from a trained float model, on all cores; `directory` keeps what is finished, and `tell` hears about it.
///
/// A search of the same model, samples and settings goes on where it was; what it has finished is not run again.
///
/// # Errors
/// Impossible settings, limits of figures that the cost model does not know, samples that do not fit, a directory that holds
/// another search or cannot be used, and a training that fails. A design that cannot be built is left out, and `tell` hears
/// why; it is an error where nothing can be built.
pub fn search<M: HlsModel>(
    float: &M,
    training: &Samples,
    validation: &Samples,
    settings: &SearchSettings,
    cost: &dyn CostModel,
    directory: &Path,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Found, SearchError> {
    if let Some(violation) = settings.violation() {
        return Err(SearchError::Settings(violation));
    }
    check_samples(float, "training", training)?;
    check_samples(float, "validation", validation)?;
    let float = separate(float).into_float();
    let mut declared_model = separate(&float);
    design::set_precisions(&mut declared_model, &declared::<M>());
    // Before anything is trained for a limit that nobody can tell it keeps.
    let graph = declared_model.graph()?;
    if let Some(unknown) = settings.constraints.unknown(&cost.objectives(&graph), cost) {
        return Err(SearchError::Settings(unknown));
    }
    let space = Space::new(&declared_model, &graph, settings);
    let journal = Journal::open(directory, &identity(&float, training, validation, settings, cost)?)?;
    let unbuildable = Mutex::new(None);
    let search = Search { data: (training, validation), settings, cost, journal, space, tell, unbuildable };
    search.run(&float)
}

/// The form of a search's files: those of another one are not read.
const FILES: u32 = 2;

/// Which search a directory holds, as text.
fn identity<M: HlsModel>(
    float: &M,
    training: &Samples,
    validation: &Samples,
    settings: &SearchSettings,
    cost: &dyn CostModel,
) -> Result<String, SearchError> {
    let weights = serde_json::to_vec(&parameters(float)).map_err(|error| SearchError::Settings(error.to_string()))?;
    let mut declared_model = float.clone();
    design::set_precisions(&mut declared_model, &declared::<M>());
    let identity = serde_json::json!({
        "files": FILES,
        "declaration": declaration_digest(&declared_model),
        "weights": crate::training::samples::hash(&weights),
        "training": training.digest(),
        "validation": validation.digest(),
        "cost": cost.identity(),
        "settings": settings,
    });
    Ok(identity.to_string())
}

/// What is trained apart from the candidates.
enum Job {
    /// Widths, by a number from 1.
    Learned(usize),
    /// The same width everywhere.
    Uniform(u32),
}

struct Search<'a> {
    data: (&'a Samples, &'a Samples),
    settings: &'a SearchSettings,
    cost: &'a dyn CostModel,
    journal: Journal,
    space: Space,
    tell: &'a (dyn Fn(&str) + Sync),
    /// Why the first design that cannot be built cannot.
    unbuildable: Mutex<Option<SearchError>>,
}

impl Search<'_> {
    fn run<M: HlsModel>(&self, float: &M) -> Result<Found, SearchError> {
        let (mut uniform, learned) = self.uniform_and_learned(float)?;
        uniform.sort_by_key(|point| match point.origin {
            Origin::Uniform(width) => width,
            _ => 0,
        });
        let (mut points, candidates) = self.bred(float)?;
        let bred: BTreeSet<String> = points.iter().map(|point| self.hash(point)).collect();
        let trials = uniform.len() + learned.len() + bred.len();
        points.extend(learned.into_iter().flatten());
        if points.is_empty()
            && let Some(first) = lock(&self.unbuildable).take()
        {
            return Err(SearchError::Unbuildable(Box::new(first)));
        }
        points.retain(|point| self.settings.constraints.excess(&point.objectives) == 0.0);
        let points = undominated(points);
        let better = uniform.iter().map(|uniform| {
            let is_better = |point: &SearchPoint| {
                point.correct >= uniform.correct && point.objectives.are_below(&uniform.objectives)
            };
            points.iter().position(is_better)
        });
        let better = better.collect();
        let best = points.iter().map(|point| point.correct).max().ok_or(SearchError::Nothing)?;
        let enough = best as f64 - self.settings.allowance * self.data.1.len() as f64;
        let winner = points.iter().position(|point| point.correct as f64 >= enough).unwrap_or_default();
        Ok(Found { samples: self.data.1.len(), points, uniform, better, winner, candidates, trials })
    }

    fn hash(&self, point: &SearchPoint) -> String {
        match &point.origin {
            Origin::Searched(genome) => genome.training_hash(),
            _ => String::new(),
        }
    }

    /// A design with its cost.
    fn point<M: HlsModel>(&self, origin: Origin, correct: usize, design: Design) -> Result<SearchPoint, SearchError> {
        let objectives = self.cost.objectives(&design.graph::<M>()?);
        Ok(SearchPoint { origin, correct, objectives, design })
    }

    /// `None` in place of a design that cannot be built, which the listener hears of as `name`.
    fn or_told<T>(&self, name: &dyn fmt::Display, result: Result<T, SearchError>) -> Result<Option<T>, SearchError> {
        match result {
            Err(error) if error.is_of_a_design() => {
                (self.tell)(&format!("left out, as it cannot be built: {name}: {error}"));
                lock(&self.unbuildable).get_or_insert(error);
                Ok(None)
            }
            result => result.map(Some),
        }
    }

    /// Uniform quantization, and the fronts of learned widths; without what cannot be built.
    fn uniform_and_learned<M: HlsModel>(
        &self,
        float: &M,
    ) -> Result<(Vec<SearchPoint>, Vec<Vec<SearchPoint>>), SearchError> {
        // The longest ones first.
        let learned = (1..=self.settings.learned.len()).map(Job::Learned);
        let jobs: Vec<Job> = learned.chain(self.settings.uniform.iter().copied().map(Job::Uniform)).collect();
        let mut done = self.parallel(float, &jobs, |float, job| match *job {
            Job::Learned(training) => {
                self.or_told(&format!("learned widths {training}"), self.learned(float, training))
            }
            Job::Uniform(width) => {
                let point = self.or_told(&Origin::Uniform(width), self.uniform::<M>(width))?;
                Ok(point.map(|point| vec![point]))
            }
        })?;
        let uniform = done.split_off(self.settings.learned.len());
        Ok((uniform.into_iter().flatten().flatten().collect(), done.into_iter().flatten().collect()))
    }

    /// The front of a training of widths, which is saved every few epochs.
    fn learned<M: HlsModel>(&self, float: &M, training: usize) -> Result<Vec<SearchPoint>, SearchError> {
        let name = format!("learned-{training}.state");
        let settings = &self.settings.learned[training - 1];
        let (samples, validation) = self.data;
        let mut learning: Learning<M> = match self.journal.bytes(&name)? {
            Some(bytes) => {
                Learning::from_bytes(&bytes, settings).map_err(|error| self.journal.corrupt(&name, &error))?
            }
            None => Learning::new(float, samples, settings)?,
        };
        while !learning.is_complete() {
            learning = learning.train(samples, validation, self.settings.segment)?;
            self.journal.write(&name, &learning.to_bytes()?)?;
            (self.tell)(&format!("learned widths {training}: epoch {} of {}", learning.epoch(), settings.epochs));
        }
        let point = |point: &LearnedPoint| {
            let origin = Origin::Learned { training, epoch: point.epoch };
            self.point::<M>(origin, point.correct, point.design.clone())
        };
        let name = |point: &LearnedPoint| format!("learned widths {training}, epoch {}", point.epoch);
        let points = learning.front().points.iter().map(|found| self.or_told(&name(found), point(found)));
        points.filter_map(Result::transpose).collect()
    }

    /// The same width everywhere.
    fn uniform<M: HlsModel>(&self, width: u32) -> Result<SearchPoint, SearchError> {
        let name = format!("uniform-{width}.json");
        let checkpoints = self.journal.path(&format!("uniform-{width}.training"));
        let train = || Trial::uniform::<M>(&self.space, width, self.data, self.settings, &checkpoints);
        let (trial, ran) = self.journal.once(&name, train)?;
        // The trial is kept: what it was trained with is not needed any more.
        let _ = fs::remove_dir_all(&checkpoints);
        if ran {
            (self.tell)(&format!("uniform {width} bits: {} correct", trial.correct));
        }
        self.point::<M>(Origin::Uniform(width), trial.correct, trial.design)
    }

    /// The candidates that can be built, and how many were tried.
    fn bred<M: HlsModel>(&self, float: &M) -> Result<(Vec<SearchPoint>, usize), SearchError> {
        let mut trials: BTreeMap<String, Option<Trial>> = BTreeMap::new();
        let mut known: BTreeSet<Genome> = BTreeSet::new();
        let mut points: Vec<SearchPoint> = Vec::new();
        for generation in 0..self.settings.generations {
            let mut generator = Generator::new(&[self.settings.seed, generation as u64, 0x5EA2C4]);
            let left = self.settings.candidates.map_or(usize::MAX, |most| most.saturating_sub(known.len()));
            let most = self.settings.population.min(left);
            let mut candidates = Vec::new();
            // A small space may not have so many that are new.
            for _ in 0..self.settings.population * 8 {
                let candidate = self.candidate(&points, &mut generator);
                if candidates.len() < most && known.insert(candidate.clone()) {
                    candidates.push(candidate);
                }
            }
            let mut new: BTreeMap<String, Genome> = BTreeMap::new();
            for candidate in &candidates {
                let hash = candidate.training_hash();
                if !trials.contains_key(&hash) {
                    new.insert(hash, candidate.clone());
                }
            }
            let new: Vec<(String, Genome)> = new.into_iter().collect();
            let trained = self.parallel(float, &new, |float, (hash, genome)| {
                let name = format!("trials/{hash}.json");
                let run = || Trial::searched(float, &self.space, genome, self.data, self.settings);
                self.or_told(genome, self.journal.once(&name, run).map(|(trial, _)| trial))
            })?;
            trials.extend(new.into_iter().map(|(hash, _)| hash).zip(trained));
            for genome in candidates {
                let Some(trial) = &trials[&genome.training_hash()] else { continue };
                let name = genome.to_string();
                points.extend(self.or_told(&name, self.candidate_point::<M>(genome, trial))?);
            }
            let (done, of) = (generation + 1, self.settings.generations);
            (self.tell)(&format!("generation {done} of {of}: {} trainings", trials.values().flatten().count()));
        }
        Ok((points, known.len()))
    }

    /// A trained candidate with its hardware settings.
    fn candidate_point<M: HlsModel>(&self, genome: Genome, trial: &Trial) -> Result<SearchPoint, SearchError> {
        let hardware = self.space.hardware(&genome);
        let mut design = trial.design.clone();
        let model: M = design.model()?;
        design.declaration = design::declaration(&model, &hardware);
        design.hardware = hardware;
        self.point::<M>(Origin::Searched(genome), trial.correct, design)
    }

    /// A random genome at first, then a child of two of the best.
    fn candidate(&self, points: &[SearchPoint], generator: &mut Generator) -> Genome {
        let genomes: Vec<&Genome> = points
            .iter()
            .filter_map(|point| match &point.origin {
                Origin::Searched(genome) => Some(genome),
                _ => None,
            })
            .collect();
        if genomes.is_empty() {
            return self.space.random(generator);
        }
        let figures: Vec<Vec<f64>> = points
            .iter()
            .map(|point| {
                // What breaks a limit is worse than everything that does not, in every figure.
                let excess = self.settings.constraints.excess(&point.objectives) * 1e12;
                let costs = point.objectives.vector().into_iter().map(|cost| cost + excess);
                std::iter::once(excess - point.correct as f64).chain(costs).collect()
            })
            .collect();
        let ranks = ranked(&figures);
        let mut pick = || {
            let (a, b) = (generator.below(genomes.len()), generator.below(genomes.len()));
            let better =
                |a: usize, b: usize| ranks[a].0 < ranks[b].0 || (ranks[a].0 == ranks[b].0 && ranks[a].1 >= ranks[b].1);
            if better(a, b) { a } else { b }
        };
        let (a, b) = (pick(), pick());
        self.space.child(genomes[a], genomes[b], generator)
    }

    /// Runs the jobs on all cores; the results are in the order of the jobs.
    fn parallel<M: HlsModel, J: Sync, R: Send>(
        &self,
        float: &M,
        jobs: &[J],
        run: impl Fn(&M, &J) -> Result<R, SearchError> + Sync,
    ) -> Result<Vec<R>, SearchError> {
        let workers = thread::available_parallelism().map_or(1, usize::from).min(jobs.len().max(1));
        let next = Mutex::new(0_usize);
        let results: Mutex<BTreeMap<usize, Result<R, SearchError>>> = Mutex::new(BTreeMap::new());
        thread::scope(|scope| {
            for _ in 0..workers {
                let (float, next, results, run) = (separate(float), &next, &results, &run);
                scope.spawn(move || {
                    loop {
                        let mut position = lock(next);
                        let (index, failed) = (*position, lock(results).values().any(Result::is_err));
                        *position += 1;
                        drop(position);
                        let Some(job) = jobs.get(index).filter(|_| !failed) else { return };
                        let result = run(&float, job);
                        lock(results).insert(index, result);
                    }
                });
            }
        });
        results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).into_values().collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
