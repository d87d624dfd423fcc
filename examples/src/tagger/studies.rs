//! What can be asked about a trained tagger: its ranges, scans, pruning, learned widths, and a search.

use std::path::{Path, PathBuf};

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, Table};
use hls_train::core::rules::{LayerAttributes, Strategy, is_legal_reuse};
use hls_train::design::{HardwareSettings, Multiplying, multiplying, save_json};
use hls_train::learned::{LearnSettings, learn};
use hls_train::profile::{Fitted, profile, trace};
use hls_train::prune::{Pattern, PruneSettings, Pruned, prune};
use hls_train::report::{Front, Report, TracedDifference};
use hls_train::scan::{Bits, Scan, scan};
use hls_train::search::{Constraints, EstimateCost, Objectives, SearchPoint, SearchSettings, search};
use hls_train::training::Settings;
use hls_train::{Design, HlsModel};
use serde::Serialize;

use super::{Prepared, TaggerError};
use crate::arguments::Arguments;
use crate::summary::Summary;

/// Test samples whose values a profile looks at.
const PROFILED: usize = 4096;

/// The directory of results and designs: beside the project, which is replaced as a whole.
fn directory(out: &Path) -> PathBuf {
    super::beside(out, ".designs")
}

/// Everything that the arguments ask for; the texts and the names of the files go to the summary.
pub(super) fn run<M: HlsModel>(
    arguments: &Arguments,
    (float, quantized): (&M, &M),
    data: &Prepared,
    summary: &mut Summary,
    report: &mut Report,
) -> Result<(), TaggerError> {
    let mut studies = Studies { directory: directory(&arguments.out), arguments, data, summary, report };
    if arguments.profile {
        studies.profile(quantized)?;
    }
    if arguments.scan {
        studies.scan(float)?;
    }
    if arguments.prune {
        studies.prune(quantized)?;
    }
    if arguments.learn_bits {
        studies.learn(float)?;
    }
    if arguments.search {
        studies.search(float)?;
    }
    Ok(())
}

/// Multiplications that share a multiplier where multipliers are pruned.
const SHARING: usize = 4;

/// Weights in memories, [`SHARING`] of them or the next legal number below to a multiplier.
fn shared<M: HlsModel>(model: &M) -> HardwareSettings {
    // A model that cannot be built says so when it is pruned.
    let Ok(graph) = model.graph() else { return HardwareSettings::new() };
    let shared = |Multiplying { name, matrix: (inputs, outputs), hardware }| {
        let attributes = LayerAttributes {
            strategy: Some(Strategy::Resource),
            reuse_factor: (1..=SHARING).rev().find(|&reuse| is_legal_reuse(inputs, outputs, reuse)),
            fifo_depth: hardware.fifo_depth,
            parallelization_factor: None,
        };
        (name, attributes)
    };
    multiplying(model, &graph).into_iter().map(shared).collect()
}

struct Studies<'a> {
    directory: PathBuf,
    arguments: &'a Arguments,
    data: &'a Prepared,
    summary: &'a mut Summary,
    report: &'a mut Report,
}

impl Studies<'_> {
    /// Keeps the result as a file and its text for the end.
    fn keep(&mut self, name: &str, result: &impl Serialize, text: String) -> Result<(), TaggerError> {
        let path = self.directory.join(format!("{name}.json"));
        save_json(&path, result)?;
        let path = path.display().to_string();
        self.summary.texts.push(format!("{text}\n{path}"));
        self.summary.studies.insert(name.to_owned(), path);
        Ok(())
    }

    fn save(&self, name: &str, design: &Design) -> Result<String, TaggerError> {
        let path = self.directory.join(name);
        design.save(&path)?;
        Ok(path.display().to_string())
    }

    /// The share of the test samples that a design classifies correctly.
    fn test_accuracy<M: HlsModel>(&self, design: &Design) -> Result<f64, TaggerError> {
        let model: M = design.model()?;
        Ok(model.predict(self.data.test.inputs()).metrics(self.data.test.classes()).accuracy())
    }

    fn profile<M: HlsModel>(&mut self, quantized: &M) -> Result<(), TaggerError> {
        let features = self.data.test.features();
        let samples = PROFILED.min(self.data.test.len());
        let found = profile(quantized, &self.data.test.inputs()[..samples * features])?;
        let mut table =
            table(&["range", "type", "median", "largest", "saturates", "wraps", "vanishes", "unused", "narrowest"]);
        for range in &found.ranges {
            let power = |log2: Option<f64>| log2.map_or_else(|| "-".to_owned(), |log2| format!("2^{log2:.1}"));
            let share = |share: f64| if share == 0.0 { "-".to_owned() } else { format!("{:.2} %", 100.0 * share) };
            table.add_row(cells([
                format!("{}.{}", range.layer, range.what),
                range.ty.to_string(),
                power(range.log2.map(|log2| log2[3])),
                power(range.log2.map(|log2| log2[6])),
                share(range.saturated),
                share(range.wrapped),
                share(range.vanished),
                format!("{} + {}", range.unused_top, range.unused_bottom),
                range.narrowest.to_string(),
            ]));
        }
        let mut text = format!("{samples} test samples; unused bits at the top + at the bottom\n{table}");
        for fitted in &found.fitted {
            let share = |share: f64| format!("{:.2} %", 100.0 * share);
            let Fitted { layer, what, ty, saturated, vanished, .. } = fitted;
            let (saturated, vanished) = (share(*saturated), share(*vanished));
            text += &format!("\n{layer}.{what}: {}, saturates {saturated}, vanishes {vanished}", ty.declaration());
        }
        self.keep("profile", &found, text)?;
        self.report.profile = Some(found);

        // The same weights: the float twin of the same run has others, and other values on the way.
        let float = quantized.clone().into_float();
        let (sample, samples) = (self.arguments.sample, self.data.test.len());
        let traced = self.data.test.inputs().chunks(features.max(1)).nth(sample);
        let traced = traced.ok_or(TaggerError::NoSample { sample, samples })?;
        let traced = trace(&float, quantized, traced, self.arguments.tolerance)?;
        let head = format!("test sample {sample}");
        let mut table = self::table(&[&head, "largest difference", "float", "fixed"]);
        for layer in &traced.layers {
            let value =
                |values: &[f64]| values.get(layer.element).map_or_else(String::new, |value| format!("{value:.6}"));
            table.add_row(cells([
                layer.layer.clone(),
                format!("{:.6}", layer.difference),
                value(&layer.float),
                value(&layer.fixed),
            ]));
        }
        let first = traced.first.as_deref().unwrap_or("none");
        let text = format!("{table}\nfirst layer that differs by more than {}: {first}", traced.tolerance);
        self.report.trace = Some(TracedDifference::new(sample, &traced));
        self.keep("trace", &traced, text)
    }

    fn scan<M: HlsModel>(&mut self, float: &M) -> Result<(), TaggerError> {
        let layer = self.arguments.scan_layer.as_deref();
        let scans = [
            scan(float, &self.data.test, Bits::Fraction { integer: 6 }, 0..=12, layer)?,
            scan(float, &self.data.test, Bits::Integer { fraction: 8 }, 1..=10, layer)?,
        ];
        let text = scans.each_ref().map(scan_text).join("\n");
        self.keep("scan", &scans, text)?;
        self.report.scans = scans.into();
        Ok(())
    }

    fn prune<M: HlsModel>(&mut self, quantized: &M) -> Result<(), TaggerError> {
        let settings = |pattern, share| PruneSettings {
            pattern,
            share,
            epochs: self.arguments.epochs as usize * 6 / 10,
            batch_size: self.arguments.batch_size as usize,
            seed: self.arguments.seed,
            ..PruneSettings::default()
        };
        let shared = PruneSettings { hardware: shared(quantized), ..settings(Pattern::Multipliers, 0.5) };
        let asked = [settings(Pattern::Weights, 0.75), settings(Pattern::Neurons, 0.5), shared];
        let mut table = table(&[
            "pruned",
            "zero weights",
            "neurons",
            "multipliers",
            "EBOPs",
            "validation",
            "test",
            "declared: validation",
            "test",
        ]);
        let declared = self.test_accuracy::<M>(&Design::new(quantized, Default::default()))?;
        let mut results: Vec<Pruned> = Vec::new();
        for settings in asked {
            let found = prune(quantized, &self.data.train, &self.data.validation, &settings)?;
            let share = |correct: usize| format!("{:.2} %", 100.0 * correct as f64 / found.samples.max(1) as f64);
            let neurons: Vec<String> = found.neurons.iter().map(|(_, _, after)| after.to_string()).collect();
            let (name, what) = match settings.pattern {
                Pattern::Weights => ("weights", "weights".to_owned()),
                Pattern::Neurons => ("neurons", "neurons".to_owned()),
                Pattern::Multipliers => ("multipliers", format!("multipliers, {SHARING} weights each")),
            };
            table.add_row(cells([
                format!("{:.0} % of the {what}", 100.0 * settings.share),
                format!("{} of {}", found.zeros, found.weights),
                neurons.join("-"),
                format!("{} of {}", found.multipliers, found.multipliers_before),
                format!("{} of {}", found.ebops, found.ebops_before),
                share(found.correct),
                format!("{:.2} %", 100.0 * self.test_accuracy::<M>(&found.design)?),
                share(found.correct_before),
                format!("{:.2} %", 100.0 * declared),
            ]));
            self.save(&format!("pruned_{name}.json"), &found.design)?;
            results.push(found);
        }
        self.keep("pruned", &results, table.to_string())
    }

    fn learn_settings(&self) -> LearnSettings {
        LearnSettings {
            epochs: self.arguments.epochs as usize * 4,
            batch_size: self.arguments.batch_size as usize,
            seed: self.arguments.seed,
            ..LearnSettings::default()
        }
    }

    /// One training through all prices, and two that take their time where the front is steep: steps are noisy, and a front
    /// of several trainings is less so.
    fn searched_widths(&self) -> Vec<LearnSettings> {
        let whole = self.learn_settings();
        let slow = |seed| LearnSettings { seed, first_price: 8e-7, last_price: 4e-6, ..whole.clone() };
        vec![slow(whole.seed.wrapping_add(1)), slow(whole.seed.wrapping_add(2)), whole.clone()]
    }

    fn learn<M: HlsModel>(&mut self, float: &M) -> Result<(), TaggerError> {
        let front = learn(float, &self.data.train, &self.data.validation, &self.learn_settings())?;
        let mut table = table(&["epoch", "price of an EBOP", "EBOPs", "validation", "test"]);
        for point in &front.points {
            table.add_row(cells([
                point.epoch.to_string(),
                format!("{:.1e}", point.price),
                point.ebops.to_string(),
                format!("{:.2} %", 100.0 * point.correct as f64 / front.samples.max(1) as f64),
                format!("{:.2} %", 100.0 * self.test_accuracy::<M>(&point.design)?),
            ]));
        }
        self.keep("learned", &front, table.to_string())
    }

    fn search<M: HlsModel>(&mut self, float: &M) -> Result<(), TaggerError> {
        let arguments = self.arguments;
        let population = (arguments.trials as usize).clamp(2, 16);
        let settings = SearchSettings {
            seed: arguments.seed,
            population,
            generations: (arguments.trials as usize).div_ceil(population),
            candidates: Some(arguments.trials as usize),
            batch_size: arguments.batch_size as usize,
            uniform_training: Settings {
                epochs: arguments.epochs as usize,
                batch_size: arguments.batch_size as usize,
                seed: arguments.seed,
                learning_rate: arguments.learning_rate,
                ..Settings::default()
            },
            learned: self.searched_widths(),
            constraints: Constraints {
                latency_ns: arguments.max_latency_ns,
                fits: arguments.must_fit,
                ..Constraints::default()
            },
            ..SearchSettings::default()
        };
        #[allow(clippy::print_stderr)] // progress, as the bars of a training
        let tell = |text: &str| {
            if !arguments.quiet {
                eprintln!("search: {text}");
            }
        };
        let (train, validation) = (&self.data.train, &self.data.validation);
        let place = self.directory.join("search");
        let cost = EstimateCost(super::project::target(arguments)?);
        let found = search(float, train, validation, &settings, &cost, &place, &tell)?;
        let share = |correct: usize| format!("{:.2} %", 100.0 * correct as f64 / found.samples.max(1) as f64);
        let mut table = table(&["design", "validation", "test", "EBOPs", "LUT", "DSP", "latency", "interval", "beats"]);
        let mut accuracies = Vec::new();
        let mut front = Front { allowance: Some(settings.allowance), ..Front::from(&found) };
        for (index, point) in found.points.iter().enumerate() {
            let beaten = found.better.iter().zip(&found.uniform).filter(|(better, _)| **better == Some(index));
            let beaten: Vec<String> = beaten.map(|(_, uniform)| uniform.origin.to_string()).collect();
            let accuracy = self.test_accuracy::<M>(&point.design)?;
            accuracies.push((point.objectives, accuracy));
            front.points[index].test = Some(accuracy);
            table.add_row(cells(row(point, share(point.correct), accuracy, beaten.join(", "))));
        }
        let mut on_test = true;
        for (index, uniform) in found.uniform.iter().enumerate() {
            let accuracy = self.test_accuracy::<M>(&uniform.design)?;
            front.uniform[index].test = Some(accuracy);
            // From the fewest EBOPs, so the first one is the smallest.
            let tested =
                accuracies.iter().find(|(ours, more)| *more >= accuracy && ours.are_below(&uniform.objectives));
            on_test &= tested.is_some();
            let part = |ours: Option<&Objectives>| {
                let part = |ours: &Objectives| 100.0 * ours.ebops as f64 / uniform.objectives.ebops.max(1) as f64;
                ours.map_or_else(|| "not beaten".to_owned(), |ours| format!("{:.0} %", part(ours)))
            };
            let validated = found.better[index].map(|index| &found.points[index].objectives);
            let note =
                format!("as good with {} of its EBOPs, test {}", part(validated), part(tested.map(|(ours, _)| ours)));
            table.add_row(cells(row(uniform, share(uniform.correct), accuracy, note)));
        }
        let winner = &found.points[found.winner];
        let file = self.save("winner.json", &winner.design)?;
        let says = |yes: bool| if yes { "yes" } else { "NO" };
        let text = format!(
            "{table}\n{} designs that no other one beats, of {} candidates and {} trainings; fewer EBOPs and no more LUT than uniform \
             quantization at every accuracy: validation part {}, test part {}\nthe smallest within half a point of the best, --design {file} \
             loads it:\n\n{}",
            found.points.len(),
            found.candidates,
            found.trials,
            says(found.dominates_uniform()),
            says(on_test),
            winner.design.declaration,
        );
        self.report.front = Some(front);
        self.keep("front", &found, text)
    }
}

fn row(point: &SearchPoint, validation: String, test: f64, note: String) -> [String; 9] {
    let known =
        |figure: Option<f64>, unit: &str| figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.0}{unit}"));
    [
        point.origin.to_string(),
        validation,
        format!("{:.2} %", 100.0 * test),
        point.objectives.ebops.to_string(),
        known(point.objectives.lut, ""),
        known(point.objectives.dsp, ""),
        known(point.objectives.latency_ns, " ns"),
        point.objectives.interval.to_string(),
        note,
    ]
}

fn scan_text(scan: &Scan) -> String {
    let mut table = table(&["bits", "width", "accuracy", "mean AUC", "EBOPs", ""]);
    for point in &scan.points {
        let auc = point.mean_auc.map_or_else(|| "-".to_owned(), |auc| format!("{auc:.4}"));
        let on_plateau = scan.plateau.is_some_and(|plateau| point.bits >= plateau);
        table.add_row(cells([
            point.bits.to_string(),
            point.width.to_string(),
            format!("{:.2} %", 100.0 * point.accuracy),
            auc,
            point.ebops.map_or_else(|| "-".to_owned(), |ebops| ebops.to_string()),
            if on_plateau { "plateau" } else { "" }.to_owned(),
        ]));
    }
    let of = scan.layer.as_ref().map_or_else(String::new, |layer| format!(" of `{layer}` alone"));
    let float = scan.float_auc.map_or_else(String::new, |auc| format!(", mean AUC {auc:.4}"));
    format!("{}{of}, quantized after training; float {:.2} %{float}\n{table}", scan.vary, 100.0 * scan.float_accuracy)
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(header.to_vec());
    table
}

/// The first cell to the left, the others to the right.
fn cells<const N: usize>(texts: [String; N]) -> Vec<Cell> {
    let cell = |(index, text): (usize, String)| {
        let cell = Cell::new(text);
        if index == 0 { cell } else { cell.set_alignment(CellAlignment::Right) }
    };
    texts.into_iter().enumerate().map(cell).collect()
}
