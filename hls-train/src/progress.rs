//! A training on the terminal.
#![allow(clippy::print_stderr)] // this is the renderer: printing is what it is for

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::training::{EpochReport, Observer, Progress, Report, Stop};

/// Shows a training on standard error: a bar with metrics on a terminal, plain lines elsewhere.
#[derive(Debug)]
pub struct TerminalProgress {
    label: String,
    bar: Option<ProgressBar>,
    epochs: usize,
    /// The last epoch's line, beside which the steps of the next one are shown.
    line: String,
    shown: Instant,
}

impl TerminalProgress {
    /// A renderer; `label` names the training, for example the model.
    #[must_use]
    pub fn new(label: &str) -> Self {
        Self { label: label.to_owned(), bar: None, epochs: 0, line: String::new(), shown: Instant::now() }
    }

    fn start(&mut self, epochs: usize, completed: usize, samples: usize, parameters: usize) {
        self.epochs = epochs;
        let resumed = if completed > 0 { format!(", resumed after epoch {completed}") } else { String::new() };
        eprintln!("{}: {parameters} parameters, {samples} samples, {epochs} epochs{resumed}", self.label);
        if std::io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(Some(epochs as u64), ProgressDrawTarget::stderr());
            let template = "{prefix} [{bar:30}] {pos}/{len} {elapsed_precise} {msg}";
            // A template that indicatif does not take leaves its default style.
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_prefix(self.label.clone());
            bar.set_position(completed as u64);
            self.bar = Some(bar);
        }
    }

    /// A sign of life within a long epoch: at most five a second on a terminal, elsewhere a line every half minute.
    fn step(&mut self, epoch: usize, step: usize, steps: usize, loss: f32) {
        let pause = if self.bar.is_some() { Duration::from_millis(200) } else { Duration::from_secs(30) };
        if self.shown.elapsed() < pause {
            return;
        }
        self.shown = Instant::now();
        let line = format!("step {step}/{steps}, loss {loss:.4}");
        match &self.bar {
            Some(bar) if self.line.is_empty() => bar.set_message(line),
            Some(bar) => bar.set_message(format!("{} | {line}", self.line)),
            None => eprintln!("{}: epoch {epoch}/{}: {line}", self.label, self.epochs),
        }
    }

    fn epoch(&mut self, report: &EpochReport) {
        let line = format!(
            "loss {:.4}, validation {:.4}, accuracy {:.2} %{}",
            report.loss,
            report.validation_loss,
            report.validation_accuracy() * 100.0,
            if report.best { " *" } else { "" },
        );
        self.shown = Instant::now();
        match &self.bar {
            Some(bar) => {
                bar.set_message(line.clone());
                bar.set_position(report.epoch as u64);
            }
            None => eprintln!("{}: epoch {}/{}: {line}", self.label, report.epoch, self.epochs),
        }
    }

    fn finish(&mut self, report: &Report) {
        if let Some(bar) = self.bar.take() {
            bar.abandon();
        }
        let why = match report.stop {
            Stop::Complete => "complete",
            Stop::Patience => "stopped early",
            Stop::Observer => "interrupted",
        };
        let best = report.epochs.iter().find(|epoch| epoch.epoch == report.best_epoch);
        let accuracy = best.map_or(0.0, EpochReport::validation_accuracy) * 100.0;
        let count = report.epochs.len();
        eprintln!("{}: {why} after {count} epochs, best {} with {accuracy:.2} %", self.label, report.best_epoch);
    }
}

impl Observer for TerminalProgress {
    fn observe(&mut self, progress: &Progress<'_>) -> ControlFlow<()> {
        match *progress {
            Progress::Started { epochs, completed, samples, parameters } => {
                self.start(epochs, completed, samples, parameters);
            }
            // Ten thousand steps a second would only blur.
            Progress::Step { epoch, step, steps, loss } => self.step(epoch, step, steps, loss),
            Progress::Epoch(report) => self.epoch(report),
            Progress::Finished(report) => self.finish(report),
        }
        ControlFlow::Continue(())
    }
}
