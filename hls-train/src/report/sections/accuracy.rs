//! How good the model is, float and quantized.

use super::super::axis::Axis;
use super::super::numbers::{percent, trimmed};
use super::super::page::{Cell, Figure, Key, Row, Section, Table};
use super::super::plot::{ACROSS, Named, Plot, UP};
use super::super::{Execution, Quality, Report};

/// The colours of executions.
const LINES: [&str; 3] = ["line one", "line two", "line three"];

pub(super) fn section(report: &Report) -> Section {
    let mut section = Section::new("accuracy", "Accuracy");
    let Some(quality) = &report.quality else {
        return section.missing("accuracy was not measured", "--report");
    };
    section.tables.push(figures(quality));
    let executions = &quality.executions;
    let classes = executions.iter().map(|execution| execution.roc.len()).max().unwrap_or_default();
    for class in 0..classes {
        if executions.iter().any(|execution| execution.roc.get(class).is_some_and(|curve| curve.len() > 1)) {
            section.figures.push(curves(quality, class));
        }
    }
    section.tables.extend(executions.iter().map(|execution| confusion(quality, execution)));
    section
}

fn class_name(quality: &Quality, class: usize) -> String {
    quality.classes.get(class).cloned().unwrap_or_else(|| format!("output {class}"))
}

fn figures(quality: &Quality) -> Table {
    let executions = &quality.executions;
    let samples = executions.first().map_or(0, |execution| execution.metrics.samples);
    let row = |name: String, value: &dyn Fn(&Execution) -> String| {
        Row::new(name, executions.iter().map(|execution| Cell::number(value(execution))).collect())
    };
    let area = |area: Option<f64>| area.map_or_else(|| "\u{2013}".to_owned(), |area| format!("{area:.4}"));
    let mut rows = vec![
        row("accuracy".to_owned(), &|execution| percent(execution.metrics.accuracy())),
        row("mean AUC".to_owned(), &|execution| area(execution.metrics.mean_auc())),
    ];
    let classes = executions.iter().map(|execution| execution.metrics.auc.len()).max().unwrap_or_default();
    rows.extend((0..classes).map(|class| {
        row(format!("AUC {}", class_name(quality, class)), &|execution| {
            area(execution.metrics.auc.get(class).copied().flatten())
        })
    }));
    let names = executions.iter().map(|execution| execution.name.clone());
    let head = std::iter::once(String::new()).chain(names);
    Table::new(format!("{} test samples", super::count(samples as u64)), head, rows)
}

/// The least background efficiency that is drawn.
const LEAST: f64 = 1e-4;

fn curves(quality: &Quality, class: usize) -> Figure {
    let name = class_name(quality, class);
    let mut plot = Plot::new(
        &format!("Background efficiency of {name} against signal efficiency"),
        &Named { axis: Axis::linear([0.0, 1.0], ACROSS), name: "signal efficiency", tick: |v| trimmed(v, 1) },
        &Named { axis: Axis::log([LEAST, 1.0], UP), name: "background efficiency", tick: |v| trimmed(v, 4) },
    );
    let mut keys = Vec::new();
    for (execution, class_of_line) in quality.executions.iter().zip(LINES) {
        let Some(curve) = execution.roc.get(class).filter(|curve| curve.len() > 1) else { continue };
        // From the last point that is below the plot on.
        let start = curve.iter().rposition(|point| point[1] < LEAST).unwrap_or(0);
        plot.curve(class_of_line, curve[start..].iter().copied(), &execution.name);
        let area = execution.metrics.auc.get(class).copied().flatten();
        let area = area.map_or_else(String::new, |area| format!(", AUC {area:.4}"));
        keys.push(Key { class: class_of_line, text: format!("{}{area}", execution.name) });
    }
    Figure { caption: format!("ROC of {name} against the others; lower is better"), keys, svg: plot.svg.finish() }
}

fn confusion(quality: &Quality, execution: &Execution) -> Table {
    let matrix = &execution.metrics.confusion;
    let rows = matrix.iter().enumerate().map(|(class, answers)| {
        let all: usize = answers.iter().sum();
        let cells = answers.iter().map(|&samples| {
            let share = samples as f64 / all.max(1) as f64;
            Cell {
                text: format!("{:.1}", 100.0 * share),
                class: "number",
                title: format!("{samples} of {all} samples"),
                heat: (55.0 * share).round() as u32,
            }
        });
        Row::new(class_name(quality, class), cells.collect())
    });
    let names = (0..matrix.len()).map(|class| class_name(quality, class));
    let head = std::iter::once("true class".to_owned()).chain(names);
    Table::new(format!("Confusion, {}: answers in percent of each true class", execution.name), head, rows)
}
