//! How good the model is by the number of bits.

use super::super::Report;
use super::super::axis::Axis;
use super::super::numbers::{count, percent, trimmed};
use super::super::page::{Cell, Figure, Key, Row, Section, Table};
use super::super::plot::{ACROSS, Named, Plot, UP, with_room};
use crate::scan::{Bits, Scan, ScanPoint};

pub(super) fn section(report: &Report) -> Section {
    let mut section = Section::new("scans", "Scans");
    if report.scans.is_empty() {
        return section.missing("accuracy was not scanned against bits", "--scan");
    }
    for scan in &report.scans {
        let area: fn(&ScanPoint) -> Option<f64> = |point| point.mean_auc;
        if scan.points.iter().any(|point| point.mean_auc.is_some()) {
            section.figures.push(curve(scan, "mean AUC", area, scan.float_auc, |v| trimmed(v, 3)));
        }
        section.figures.push(curve(
            scan,
            "accuracy in percent",
            |point| Some(100.0 * point.accuracy),
            Some(100.0 * scan.float_accuracy),
            |v| trimmed(v, 2),
        ));
        section.tables.push(table(scan));
    }
    section
}

fn name(scan: &Scan) -> String {
    let of = scan.layer.as_ref().map_or_else(String::new, |layer| format!(" of {layer} alone"));
    format!("{}{of}", scan.vary)
}

fn curve(
    scan: &Scan,
    what: &str,
    value: fn(&ScanPoint) -> Option<f64>,
    float: Option<f64>,
    tick: fn(f64) -> String,
) -> Figure {
    let known = || scan.points.iter().filter_map(|point| Some((point, value(point)?)));
    let bits = [scan.points.first(), scan.points.last()].map(|point| point.map_or(0.0, |point| f64::from(point.bits)));
    let x = match scan.vary {
        Bits::Fraction { .. } => "fractional bits",
        Bits::Integer { .. } => "integer bits, the sign included",
    };
    let ends = with_room(known().map(|(_, value)| value).chain(float), 0.06);
    let mut plot = Plot::new(
        &format!("{what} against {}", name(scan)),
        &Named { axis: Axis::linear(bits, ACROSS), name: x, tick: |v| trimmed(v, 1) },
        &Named { axis: Axis::linear(ends, UP), name: what, tick },
    );
    let mut keys = Vec::new();
    if let Some(plateau) = scan.plateau {
        let [left, right] = [f64::from(plateau), bits[1]].map(|bits| plot.x.at(bits));
        let [bottom, top] = plot.y.places();
        let text = format!("plateau from {plateau} bits");
        plot.svg.rect("band", [left, top], [(right - left).max(2.0), bottom - top], &text);
        keys.push(Key { class: "band", text });
    }
    if let Some(float) = float {
        plot.level("line two dashed", float, &format!("float {}", tick(float)));
        keys.push(Key { class: "line two dashed", text: "float".to_owned() });
    }
    plot.curve("line one", known().map(|(point, value)| [f64::from(point.bits), value]), "");
    for (point, value) in known() {
        let at = plot.at(point.bits.into(), value);
        plot.svg.circle("point one", at, 3.2, &format!("{} bits: {}", point.bits, trimmed(value, 4)));
    }
    keys.insert(0, Key { class: "line one", text: "quantized after training".to_owned() });
    Figure { caption: format!("{what} against {}", name(scan)), keys, svg: plot.svg.finish() }
}

fn table(scan: &Scan) -> Table {
    let dash = || "\u{2013}".to_owned();
    let row = |point: &ScanPoint| {
        let on_plateau = scan.plateau.is_some_and(|plateau| point.bits >= plateau);
        let cells = vec![
            Cell::number(point.width.to_string()),
            Cell::number(percent(point.accuracy)),
            Cell::number(point.mean_auc.map_or_else(dash, |area| format!("{area:.4}"))),
            Cell::number(point.ebops.map_or_else(dash, count)),
            Cell::words(if on_plateau { "plateau" } else { "" }),
        ];
        Row::new(point.bits.to_string(), cells)
    };
    Table::new(
        format!("{}, quantized after training; float {}", name(scan), percent(scan.float_accuracy)),
        ["bits", "width", "accuracy", "mean AUC", "EBOPs", ""],
        scan.points.iter().map(row),
    )
}
