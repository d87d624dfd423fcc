//! Estimates as a table for people.

use std::fmt::{Formatter, Result};

use super::{Estimate, Figure, LayerEstimate};

const HEADER: [&str; 9] =
    ["layer", "strategy", "LUT", "FF", "DSP", "BRAM", "II", "cycles", "L_mult + (R-1) II + L_act"];

pub(super) fn write(f: &mut Formatter<'_>, estimate: &Estimate) -> Result {
    let mut rows = vec![HEADER.map(str::to_owned)];
    rows.extend(estimate.layers.iter().map(row));
    let total = &estimate.total;
    let end = |name: &str, end: fn(&Figure) -> f64| {
        let [lut, ff, dsp, bram, _] = total.resources().map(|(_, figure)| number(end(&figure)));
        let (ii, cycles) = (number(end(&total.ii)), number(end(&total.cycles)));
        [name.to_owned(), String::new(), lut, ff, dsp, bram, ii, cycles, String::new()]
    };
    rows.push([
        "total".to_owned(),
        String::new(),
        cell(total.lut),
        cell(total.ff),
        cell(total.dsp),
        cell(total.bram),
        cell(total.ii),
        cell(total.cycles),
        format!("{:.0} ns at {} ns", estimate.latency_ns.estimate, estimate.clock_ns),
    ]);
    rows.push(end("  9 of 10 above", |figure| figure.low));
    rows.push(end("  9 of 10 below", |figure| figure.high));
    let widths: Vec<usize> =
        (0..HEADER.len()).map(|i| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0)).collect();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(
                |(i, (text, &width))| {
                    if (2..8).contains(&i) { format!("{text:>width$}") } else { format!("{text:<width$}") }
                },
            )
            .collect();
        writeln!(f, "{}", cells.join("  ").trim_end())?;
        if index == 0 || index == estimate.layers.len() {
            writeln!(f, "{}", "-".repeat(widths.iter().sum::<usize>() + 2 * (widths.len() - 1)))?;
        }
    }
    write!(
        f,
        "~ extrapolated, ? counted and never measured; calibrated on hls4ml's kernels, to which these are alike"
    )?;
    if let Some(fit) = estimate.fits(&estimate.part) {
        write!(f, "\n{fit}")?;
    }
    estimate.notes.iter().try_for_each(|note| write!(f, "\nnote: {note}"))
}

fn row(layer: &LayerEstimate) -> [String; 9] {
    let schedule = &layer.schedule;
    let strategy = layer.strategy.map_or_else(String::new, |strategy| match layer.reuse_factor {
        1 => strategy.name().to_owned(),
        reuse => format!("{} / {reuse}", strategy.name()),
    });
    let cost = &layer.cost;
    [
        format!("{} ({})", layer.name, layer.op),
        strategy,
        cell(cost.lut),
        cell(cost.ff),
        cell(cost.dsp),
        cell(cost.bram),
        cell(cost.ii),
        cell(cost.cycles),
        format!(
            "{} + ({} - 1) {} + {}",
            number(schedule.multiply),
            number(schedule.groups),
            number(schedule.interval),
            number(schedule.activation)
        ),
    ]
}

fn cell(figure: Figure) -> String {
    format!("{}{}", number(figure.estimate), if figure.high == 0.0 { "" } else { figure.basis.mark() })
}

fn number(value: f64) -> String {
    format!("{:.0}", value.round() + 0.0)
}
