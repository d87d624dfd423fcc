//! What the model takes of a part.

use hls_core::cost::{Beside, Estimate, Fit};

use super::super::Report;
use super::super::axis::Axis;
use super::super::numbers::{number, percent, trimmed};
use super::super::page::{Cell, Figure, Key, Row, Section, Table};
use super::super::plot::WIDTH;
use super::super::svg::Svg;

pub(super) fn section(report: &Report) -> Section {
    let mut section = Section { layout: "beside", ..Section::new("cost", "Cost") };
    let Some(estimate) = &report.estimate else {
        return section.missing("the cost was not estimated", "--report");
    };
    let fit = estimate.fits(&estimate.part);
    if let Some(fit) = &fit {
        section.texts.push(format!("{fit}."));
        section.figures.push(Figure {
            caption: format!("Share of {}; the whisker holds nine of ten", fit.device.name),
            keys: vec![
                Key { class: "bar", text: "estimate".to_owned() },
                Key { class: "line whisker", text: "interval".to_owned() },
            ],
            svg: bars(fit),
        });
    }
    section.texts.extend(estimate.notes.iter().map(|note| format!("Note: {note}.")));
    section.tables.push(total(estimate, fit.as_ref()));
    match &report.csynth {
        Some(beside) => {
            section.texts.extend(beside.differences.iter().map(|difference| format!("Note: {difference}.")));
            section.tables.push(compared(beside));
        }
        None => section = section.missing("no report of an HLS tool to compare with", "--csynth FILE"),
    }
    section
}

const ROW: f64 = 46.0;

fn bars(fit: &Fit) -> String {
    let known = fit.shares.iter().filter(|share| share.available > 0);
    let upper = |share: &&hls_core::cost::Share| share.used.high / share.available as f64;
    let most = known.clone().map(|share| upper(&share)).fold(0.0, f64::max);
    let axis = Axis::linear([0.0, (100.0 * most * 1.05).max(1e-3)], [16.0, WIDTH - 16.0]);
    let bottom = 8.0 + ROW * known.clone().count() as f64;
    let mut svg = Svg::new(WIDTH, bottom + 40.0, &format!("{fit}"));
    for tick in axis.ticks(5) {
        let at = axis.at(tick);
        svg.lines("grid", &[[at, 4.0], [at, bottom]], "");
        svg.text("tick middle", [at, bottom + 16.0], &trimmed(tick, 3));
    }
    if axis.at(100.0) < axis.at(f64::MAX) {
        svg.lines("limit", &[[axis.at(100.0), 4.0], [axis.at(100.0), bottom]], "all of the part");
    }
    svg.text("tick middle", [WIDTH / 2.0, bottom + 34.0], "percent of the part");
    for (index, share) in known.enumerate() {
        let y = 8.0 + ROW * index as f64;
        let of = |used: f64| 100.0 * used / share.available as f64;
        let figure = share.used;
        let ends = format!("{} to {}", number(figure.low.round()), number(figure.high.round()));
        svg.text("name", [16.0, y + 13.0], share.resource);
        let text = format!("{} of {}", number(figure.estimate.round()), number(share.available as f64));
        svg.text("tick end", [WIDTH - 16.0, y + 13.0], &format!("{text}, {}", percent(share.share())));
        let left = axis.at(0.0);
        let class = if share.share() > 1.0 { "bar over" } else { "bar" };
        svg.rect(class, [left, y + 20.0], [axis.at(of(figure.estimate)) - left, 14.0], &ends);
        if figure.high > 0.0 {
            let [low, high] = [figure.low, figure.high].map(|end| axis.at(of(end)));
            let middle = y + 27.0;
            svg.lines("line whisker", &[[low, middle], [high, middle]], &ends);
            for end in [low, high] {
                svg.lines("line whisker", &[[end, middle - 5.0], [end, middle + 5.0]], "");
            }
        }
    }
    svg.finish()
}

fn total(estimate: &Estimate, fit: Option<&Fit>) -> Table {
    let total = &estimate.total;
    let mut rows: Vec<Row> = Vec::new();
    let figures = total.resources().into_iter().chain([("clocks", total.cycles), ("interval", total.ii)]);
    for (name, figure) in figures.chain([("latency, ns", estimate.latency_ns)]) {
        let mark = if figure.high == 0.0 { "" } else { figure.basis.mark() };
        let share = fit.and_then(|fit| fit.shares.iter().find(|share| share.resource == name));
        let dash = || "\u{2013}".to_owned();
        rows.push(Row::new(
            name,
            vec![
                Cell::number(format!("{}{mark}", number(figure.estimate))),
                Cell::number(format!("{} to {}", number(figure.low), number(figure.high))),
                Cell::number(share.map_or_else(dash, |share| number(share.available as f64))),
                Cell::number(share.map_or_else(dash, |share| percent(share.share()))),
            ],
        ));
    }
    Table::new(
        format!("Estimate for {} at {} ns, before synthesis", estimate.part, estimate.clock_ns),
        ["", "estimate", "nine of ten", "part has", "share"],
        rows,
    )
}

fn compared(beside: &Beside) -> Table {
    let row = |row: &hls_core::cost::BesideRow| {
        let figure = row.estimated;
        let error = row.error().map_or_else(|| "\u{2013}".to_owned(), |error| format!("{:+.1} %", 100.0 * error));
        let inside = match row.is_within() {
            None => "\u{2013}",
            Some(true) => "inside",
            Some(false) => "outside",
        };
        Row::new(
            row.name.clone(),
            vec![
                Cell::number(number(figure.estimate.round())),
                Cell::number(format!("{} to {}", number(figure.low.round()), number(figure.high.round()))),
                Cell::number(row.reported.map_or_else(|| "not stated".to_owned(), number)),
                Cell::number(error),
                Cell::words(inside),
            ],
        )
    };
    Table::new(
        format!("Estimate beside {}", beside.tool),
        ["", "estimate", "nine of ten", "tool", "error", "interval"],
        beside.rows.iter().map(row),
    )
}
