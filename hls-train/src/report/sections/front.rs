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
    section.texts.push(format!(
        "{} designs that no other one beats, of {} trainings. Fewer EBOPs and LUT than uniform quantization at every \
         accuracy: {}.",
        front.points.len(),
        front.trials,
        if front.dominates_uniform { "yes" } else { "NO" }
    ));
    section.figures.push(scatter(front, "EBOPs", |point| Some(point.objectives.ebops as f64)));
    type Cost = fn(&FrontPoint) -> Option<f64>;
    let (lut, latency): (Cost, Cost) = (|point| point.objectives.lut, |point| point.objectives.latency_ns);
    for (name, cost) in [("LUT, estimated", lut), ("latency in ns, estimated", latency)] {
        if front.points.iter().any(|point| cost(point).is_some()) {
            section.figures.push(scatter(front, name, cost));
        }
    }
    section.tables.push(table("Designs that no other one beats", &front.points, Some(front.winner)));
    section.tables.push(table("The same width everywhere", &front.uniform, None));
    if !front.declaration.is_empty() {
        section.listings.push(Listing {
            caption: "The smallest design within half a point of the best, to paste".to_owned(),
            text: front.declaration.clone(),
        });
    }
    section
}

fn scatter(front: &Front, name: &str, cost: fn(&FrontPoint) -> Option<f64>) -> Figure {
    let all = || front.points.iter().chain(&front.uniform);
    let costs = with_room(all().filter_map(|point| Some(cost(point)?.max(1e-3).log10())), 0.04);
    let ends = with_room(all().map(|point| 100.0 * point.validation), 0.06);
    let mut plot = Plot::new(
        &format!("Accuracy against {name}"),
        &Named { axis: Axis::log(costs.map(|power| 10_f64.powf(power)), ACROSS), name, tick: number },
        &Named { axis: Axis::linear(ends, UP), name: "accuracy in percent, validation", tick: |v| trimmed(v, 2) },
    );
    let title = |point: &FrontPoint| {
        let cost = cost(point).map_or_else(String::new, |cost| format!(", {} {name}", number(cost.round())));
        format!("{}: {}{cost}", point.name, percent(point.validation))
    };
    let uniform = front.uniform.iter().filter_map(|point| Some([cost(point)?, 100.0 * point.validation]));
    plot.curve("line two dashed", uniform, "");
    let placed = |plot: &Plot, point: &FrontPoint| Some(plot.at(cost(point)?, 100.0 * point.validation));
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
        caption: format!("Accuracy against {name}; up and to the left is better"),
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
    Table {
        caption: caption.to_owned(),
        head: vec!["design", "validation", "test", "EBOPs", "LUT", "DSP", "latency, ns", "interval"],
        rows: points.iter().enumerate().map(row).collect(),
        ..Table::default()
    }
}
