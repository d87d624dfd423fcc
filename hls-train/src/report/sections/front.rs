//! The designs of a search: what they cost, and how good they are.

use super::super::axis::Axis;
use super::super::numbers::{count, number, percent, trimmed};
use super::super::page::{Cell, Figure, Key, Listing, Row, Section, Table};
use super::super::plot::{ACROSS, Named, Plot, UP, with_room};
use super::super::{Front, FrontPoint, Report};

pub(super) fn section(report: &Report) -> Section {
    let mut section = Section::new("search", "Search");
    let Some(front) = &report.front else {
        return section.missing("no search for better designs", "--search");
    };
    let found = format!("{} designs that no other one beats, of {} trainings.", front.points.len(), front.trials);
    section.texts.push([Some(found), against_uniform(front)].into_iter().flatten().collect::<Vec<_>>().join(" "));
    section.figures.push(scatter(front, "EBOPs", |point| Some(point.objectives.ebops as f64)));
    type Cost = fn(&FrontPoint) -> Option<f64>;
    let (lut, latency): (Cost, Cost) = (|point| point.objectives.lut, |point| point.objectives.latency_ns);
    for (name, cost) in [("LUT, estimated", lut), ("latency in ns, estimated", latency)] {
        if front.points.iter().any(|point| cost(point).is_some()) {
            section.figures.push(scatter(front, name, cost));
        }
    }
    section.tables.push(table("Designs that no other one beats", &front.points, Some(front.winner)));
    if !front.uniform.is_empty() {
        section.tables.push(table("The same width everywhere", &front.uniform, None));
    }
    if !front.declaration.is_empty() {
        let distance = match front.allowance {
            None => "the allowed distance".to_owned(),
            Some(allowance) => format!("{} percentage points", trimmed(100.0 * allowance, 4)),
        };
        section.listings.push(Listing {
            caption: format!(
                "The design with the fewest EBOPs within {distance} of the best validation accuracy, to paste"
            ),
            text: front.declaration.clone(),
        });
    }
    section
}

/// What was compared with uniform quantization, and how it came out; nothing where there was none.
fn against_uniform(front: &Front) -> Option<String> {
    let mut known = front.points.iter().chain(&front.uniform).map(|point| point.objectives.lut.is_some());
    let lut = match (known.clone().all(|known| known), known.any(|known| known)) {
        (true, _) => " and no more LUT",
        (false, true) => " and, where both are known, no more LUT",
        (false, false) => "",
    };
    let yes = if front.dominates_uniform { "yes" } else { "NO" };
    (!front.uniform.is_empty()).then(|| {
        format!(
            "For every uniform width there is one as accurate or more, on validation, with fewer EBOPs{lut}: {yes}."
        )
    })
}

/// The least accuracy that is drawn, in percent: somewhat below all uniform widths, or ten points below the best. What is
/// far worse would press everything else together.
fn least(front: &Front) -> f64 {
    let highest = front.points.iter().chain(&front.uniform).map(|point| point.validation).fold(0.0, f64::max);
    let uniform = front.uniform.iter().map(|point| point.validation).fold(f64::INFINITY, f64::min);
    let room = if uniform.is_finite() { (highest - uniform) * 1.5 } else { 0.1 };
    100.0 * (highest - room.max(0.01))
}

fn scatter(front: &Front, name: &str, cost: fn(&FrontPoint) -> Option<f64>) -> Figure {
    let all = || front.points.iter().chain(&front.uniform);
    let ends_of_cost = with_room(all().filter_map(cost), 0.0);
    // Powers of ten only where there are some.
    let across = if ends_of_cost[0] > 0.0 && ends_of_cost[1] > 4.0 * ends_of_cost[0] {
        let powers = with_room(ends_of_cost.map(f64::log10), 0.04);
        Axis::log(powers.map(|power| 10_f64.powf(power)), ACROSS)
    } else {
        Axis::linear(with_room(ends_of_cost, 0.06), ACROSS)
    };
    let least = least(front);
    let ends = with_room(all().map(|point| 100.0 * point.validation).filter(|value| *value >= least), 0.06);
    let below = all().filter(|point| 100.0 * point.validation < least).count();
    let mut plot = Plot::new(
        &format!("Accuracy against {name}"),
        &Named { axis: across, name, tick: number },
        &Named { axis: Axis::linear(ends, UP), name: "accuracy in percent, validation", tick: |v| trimmed(v, 2) },
    );
    let title = |point: &FrontPoint| {
        let cost = cost(point).map_or_else(String::new, |cost| format!(", {} {name}", number(cost.round())));
        format!("{}: {}{cost}", point.name, percent(point.validation))
    };
    let uniform = front.uniform.iter().filter_map(|point| Some([cost(point)?, 100.0 * point.validation]));
    plot.curve("line two dashed", uniform, "");
    let placed = |plot: &Plot, point: &FrontPoint| {
        let accuracy = Some(100.0 * point.validation).filter(|accuracy| *accuracy >= least)?;
        Some(plot.at(cost(point)?, accuracy))
    };
    for point in &front.uniform {
        if let Some([x, y]) = placed(&plot, point) {
            plot.svg.rect("point two", [x - 3.5, y - 3.5], [7.0, 7.0], &title(point));
        }
    }
    for (index, point) in front.points.iter().enumerate() {
        if let Some(at) = placed(&plot, point) {
            if index == front.winner {
                plot.svg.circle("ring", at, 8.0, "");
            }
            plot.svg.circle("point one", at, 3.6, &title(point));
        }
    }
    let keys = [("point one", "not beaten"), ("point two", "uniform width"), ("ring", "winner")];
    Figure {
        caption: match below {
            0 => format!("Accuracy against {name}; up and to the left is better"),
            below => format!("Accuracy against {name}; up and to the left is better; {below} designs lie below"),
        },
        keys: keys.map(|(class, text)| Key { class, text: text.to_owned() }).into(),
        svg: plot.svg.finish(),
    }
}

fn table(caption: &str, points: &[FrontPoint], winner: Option<usize>) -> Table {
    let known = |figure: Option<f64>| figure.map_or_else(|| "\u{2013}".to_owned(), |figure| number(figure.round()));
    let row = |(index, point): (usize, &FrontPoint)| {
        let objectives = &point.objectives;
        let wins = winner == Some(index);
        Row {
            name: if wins { format!("{} (winner)", point.name) } else { point.name.clone() },
            class: if wins { "good" } else { "" },
            cells: vec![
                Cell::number(percent(point.validation)),
                Cell::number(point.test.map_or_else(|| "\u{2013}".to_owned(), percent)),
                Cell::number(count(objectives.ebops)),
                Cell::number(known(objectives.lut)),
                Cell::number(known(objectives.dsp)),
                Cell::number(known(objectives.latency_ns)),
                Cell::number(count(objectives.interval)),
            ],
        }
    };
    Table::new(
        caption.to_owned(),
        ["design", "validation", "test", "EBOPs", "LUT", "DSP", "latency, ns", "interval"],
        points.iter().enumerate().map(row),
    )
}
