//! Values against their types: box plots on powers of two, with what a type represents behind.

use hls_core::fixed::WeightType;

use super::super::Report;
use super::super::axis::Axis;
use super::super::numbers::{number, percent, trimmed};
use super::super::page::{Cell, Figure, Key, Row, Section, Table};
use super::super::plot::WIDTH;
use super::super::svg::{Svg, shortened};
use super::super::traced::TracedDifference;
use crate::profile::{Fitted, Profile, Range};

pub(super) fn section(report: &Report) -> Section {
    let mut section = Section { layout: "beside", ..Section::new("ranges", "Ranges") };
    match &report.profile {
        None => section = section.missing("the values were not compared with their types", "--profile"),
        Some(profile) => {
            let keys = [("band", "type"), ("bar", "25 to 75 %"), ("line whisker", "5 to 95 %"), ("dot", "ends")];
            section.figures.push(Figure {
                caption: format!(
                    "Magnitudes on {} samples against the range of their types",
                    number(profile.samples as f64)
                ),
                keys: keys.map(|(class, text)| Key { class, text: text.to_owned() }).into(),
                svg: boxes(profile),
            });
            section.tables.push(bits(profile));
            if !profile.fitted.is_empty() {
                section.tables.push(fitted(profile));
            }
        }
    }
    if let Some(trace) = &report.trace {
        section.tables.push(traced(trace));
    }
    section
}

const ROW: f64 = 40.0;

fn boxes(profile: &Profile) -> String {
    let types = profile.ranges.iter().map(|range| range.log2_range);
    let [least, most] = types.fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], [c, d]| [a.min(c), b.max(d)]);
    let values = || profile.ranges.iter().filter_map(|range| range.log2);
    // Values far below every type are drawn at the edge.
    let low = values().map(|log2| log2[0]).fold(least, f64::min).max(least - 6.0).floor();
    let high = values().map(|log2| log2[6]).fold(most, f64::max).ceil();
    let axis = Axis::linear([low, high], [10.0, WIDTH - 10.0]);
    let bottom = 4.0 + ROW * profile.ranges.len() as f64;
    let mut svg = Svg::new(WIDTH, bottom + 40.0, "Magnitudes of all values on a logarithmic axis");
    for tick in axis.ticks(7) {
        let at = axis.at(tick);
        svg.lines("grid", &[[at, 2.0], [at, bottom]], "");
        svg.text("tick middle", [at.clamp(14.0, WIDTH - 14.0), bottom + 16.0], &trimmed(tick, 1));
    }
    svg.text("tick middle", [WIDTH / 2.0, bottom + 34.0], "log2 of the magnitude");
    for (index, range) in profile.ranges.iter().enumerate() {
        row(&mut svg, &axis, 4.0 + ROW * index as f64, range);
    }
    svg.finish()
}

fn row(svg: &mut Svg, axis: &Axis, y: f64, range: &Range) {
    let ty = range.ty.to_string();
    // Both lie on one line; a letter of the name is at most 9 wide, one of the type 7.
    let name = format!("{}.{}", range.layer, range.what);
    let letters = (WIDTH - 30.0 - 7.0 * ty.chars().count() as f64) / 9.0;
    svg.text("name", [10.0, y + 12.0], &shortened(&name, letters.max(4.0) as usize));
    svg.text("type end", [WIDTH - 10.0, y + 12.0], &ty);
    let [low, high] = range.log2_range.map(|end| axis.at(end));
    let title = format!("{} represents 2^{:.1} to 2^{:.1}", range.ty, range.log2_range[0], range.log2_range[1]);
    svg.rect("band", [low, y + 17.0], [high - low, 18.0], &title);
    let Some(log2) = range.log2 else { return };
    let [least, five, quarter, median, three, most_of, most] = log2.map(|value| axis.at(value));
    let middle = y + 26.0;
    let title = format!(
        "smallest 2^{:.1}, 5 % 2^{:.1}, 25 % 2^{:.1}, median 2^{:.1}, 75 % 2^{:.1}, 95 % 2^{:.1}, largest 2^{:.1}",
        log2[0], log2[1], log2[2], log2[3], log2[4], log2[5], log2[6]
    );
    svg.lines("line whisker", &[[five, middle], [most_of, middle]], "");
    svg.rect("bar", [quarter, middle - 6.0], [(three - quarter).max(1.0), 12.0], &title);
    svg.lines("median", &[[median, middle - 6.0], [median, middle + 6.0]], "");
    for end in [five, most_of] {
        svg.lines("line whisker", &[[end, middle - 4.0], [end, middle + 4.0]], "");
    }
    for end in [least, most] {
        svg.circle("dot", [end, middle], 2.2, &title);
    }
}

/// A share that should be zero.
fn share(share: f64) -> Cell {
    match share {
        0.0 => Cell::number("\u{2013}"),
        share => Cell { class: "number warn", ..Cell::number(percent(share)) },
    }
}

/// A share that may be anything.
fn vanished(share: f64) -> Cell {
    Cell::number(if share == 0.0 { "\u{2013}".to_owned() } else { percent(share) })
}

/// Why weights of these numbers have no row among the ranges.
fn reason(ty: WeightType) -> &'static str {
    match ty {
        WeightType::PerChannel { .. } => "fit: every output has the binary point that its largest weight needs",
        WeightType::Binary { .. } => "fit: only the sign is kept",
        WeightType::PowerOfTwo { .. } => "the nearest power of two, or zero",
        WeightType::Fixed(_) => "",
    }
}

fn fitted(profile: &Profile) -> Table {
    let row = |fitted: &Fitted| {
        let [low, high] = fitted.ends.map(|end| trimmed(end, 3));
        Row::new(
            format!("{}.{}", fitted.layer, fitted.what),
            vec![
                Cell::code(fitted.ty.to_string()),
                Cell::number(format!("{low} to {high}")),
                share(fitted.saturated),
                vanished(fitted.vanished),
                Cell::words(reason(fitted.ty)),
            ],
        )
    };
    Table::new(
        "Weights without a range, as their numbers follow from themselves".to_owned(),
        ["weights", "numbers", "values", "saturate", "vanish", "why"],
        profile.fitted.iter().map(row),
    )
}

fn bits(profile: &Profile) -> Table {
    let row = |range: &Range| {
        let [low, high] = range.ends.map(|end| trimmed(end, 3));
        Row::new(
            format!("{}.{}", range.layer, range.what),
            vec![
                Cell::code(range.ty.to_string()),
                Cell::number(format!("{low} to {high}")),
                share(range.saturated),
                share(range.wrapped),
                vanished(range.vanished),
                Cell::number(format!("{} + {}", range.unused_top, range.unused_bottom)),
                Cell::code(range.narrowest.to_string()),
            ],
        )
    };
    Table::new(
        "Values and types; unused bits at the top + at the bottom".to_owned(),
        ["range", "type", "values", "saturate", "wrap", "vanish", "unused", "narrowest"],
        profile.ranges.iter().map(row),
    )
}

fn traced(trace: &TracedDifference) -> Table {
    let row = |(layer, element, float, fixed): &(String, usize, f64, f64)| {
        let difference = (float - fixed).abs();
        let class = if difference > trace.tolerance { "number warn" } else { "number" };
        let cells = vec![
            Cell::number(element.to_string()),
            Cell::number(trimmed(*float, 6)),
            Cell::number(trimmed(*fixed, 6)),
            Cell { class, ..Cell::number(trimmed(difference, 6)) },
        ];
        Row::new(layer.clone(), cells)
    };
    let first = trace.first.as_deref().unwrap_or("none");
    Table::new(
        format!(
            "Test sample {}, float beside fixed, where they differ most; first layer that differs by more than {}: {first}",
            trace.sample, trace.tolerance
        ),
        ["layer", "element", "float", "fixed", "difference"],
        trace.layers.iter().map(row),
    )
}
