//! The layers: as a picture and as a table.

use hls_core::cost::{Figure as Estimated, LayerEstimate};

use super::super::numbers::{count, number, trimmed};
use super::super::page::{Cell, Figure, Row, Section, Table};
use super::super::{LayerFacts, Report};

pub(super) fn section(report: &Report) -> Section {
    let mut section = Section { layout: "beside", ..Section::new("model", "Model") };
    section.figures.push(Figure {
        caption: format!("{}, {}", report.model, report.io_type),
        keys: Vec::new(),
        svg: super::graph::picture(report),
    });
    section.tables.push(operations(report));
    if let Some(estimate) = &report.estimate {
        section.tables.push(Table::new(
            "Cost of every layer, estimated; ~ extrapolated, ? counted and never measured".to_owned(),
            ["layer", "LUT", "FF", "DSP", "BRAM", "interval", "clocks", "L_mult + (R \u{2212} 1) II + L_act"],
            estimate.layers.iter().map(cost),
        ));
    } else {
        section = section.missing("the cost was not estimated", "--report");
    }
    section
}

fn operations(report: &Report) -> Table {
    let row = |layer: &LayerFacts| {
        let strategy = layer
            .strategy
            .as_ref()
            .map_or_else(|| "\u{2013}".to_owned(), |strategy| format!("{strategy}, R {}", layer.reuse_factor));
        let nonzero = layer.workload.nonzero_multiplications;
        let products = match layer.workload.multiplications {
            all if all == nonzero => count(all),
            all => format!("{} of {}", count(nonzero), count(all)),
        };
        let [low, high] = layer.range.map(|end| trimmed(end, 5));
        Row::new(
            layer.name.clone(),
            vec![
                Cell::words(layer.op.clone()),
                Cell::code(layer.shape.clone()),
                Cell::code(layer.ty.to_string()),
                Cell::number(format!("{low} to {high}")),
                Cell::words(strategy),
                Cell::number(products),
                Cell::number(count(layer.workload.ebops)),
            ],
        )
    };
    Table::new(
        "Layers: results, their types and the values that can occur; products by weights that are not zero".to_owned(),
        ["layer", "operation", "shape", "type", "values", "schedule", "products", "EBOPs"],
        report.layers.iter().map(row),
    )
}

fn cost(layer: &LayerEstimate) -> Row {
    let cell = |figure: Estimated| {
        let mark = if figure.high == 0.0 { "" } else { figure.basis.mark() };
        Cell {
            title: format!("{} to {}", number(figure.low.round()), number(figure.high.round())),
            ..Cell::number(format!("{}{mark}", number(figure.estimate.round())))
        }
    };
    let (cost, schedule) = (&layer.cost, &layer.schedule);
    let [multiply, groups, interval, activation] =
        [schedule.multiply, schedule.groups, schedule.interval, schedule.activation].map(|clocks| trimmed(clocks, 1));
    let formula = Cell {
        title: layer.outside.join("; "),
        ..Cell::code(format!("{multiply} + ({groups} \u{2212} 1) {interval} + {activation}"))
    };
    let mut cells: Vec<Cell> =
        [cost.lut, cost.ff, cost.dsp, cost.bram, cost.ii, cost.cycles].map(cell).into_iter().collect();
    cells.push(formula);
    Row::new(layer.name.clone(), cells)
}
