//! The graph as a picture: a box a layer from top to bottom, types on the edges, skips at the side.

use super::super::plot::WIDTH;
use super::super::svg::{Svg, shortened};
use super::super::{LayerFacts, Report};

const BOX: [f64; 2] = [200.0, 38.0];
const LEFT: f64 = 108.0;
const STEP: f64 = 84.0;
/// How far apart lines at the side are, at most.
const LANE: f64 = 14.0;

/// A line at the side, from a layer to a later one that is not the next.
struct Skip {
    from: usize,
    to: usize,
    lane: usize,
}

/// Lines at the side; those that overlap have lanes of their own.
fn skips(layers: &[LayerFacts]) -> Vec<Skip> {
    let mut skips: Vec<Skip> = Vec::new();
    for (to, layer) in layers.iter().enumerate() {
        for &from in layer.inputs.iter().filter(|&&from| from + 1 < to) {
            let taken = |lane: usize| {
                skips.iter().any(|skip| skip.lane == lane && skip.from != from && skip.from < to && from < skip.to)
            };
            let lane = (0..).find(|&lane| !taken(lane)).unwrap_or_default();
            skips.push(Skip { from, to, lane });
        }
    }
    skips
}

pub(super) fn picture(report: &Report) -> String {
    let layers = &report.layers;
    let top = |index: usize| 6.0 + index as f64 * STEP;
    let height = top(layers.len());
    let mut svg = Svg::new(WIDTH, height, &format!("The {} layers of {}", layers.len(), report.model));
    let middle = LEFT + BOX[0] / 2.0;
    let skips = skips(layers);
    let lanes = skips.iter().map(|skip| skip.lane + 1).max().unwrap_or(1);
    let lane = ((LEFT - 20.0) / lanes as f64).min(LANE);
    for skip in &skips {
        let x = LEFT - 12.0 - lane * skip.lane as f64;
        let (from, to) = (top(skip.from) + BOX[1] - 10.0, top(skip.to) + 14.0);
        let title = format!("{} to {}: {}", layers[skip.from].name, layers[skip.to].name, layers[skip.from].ty);
        svg.lines("edge skip", &[[LEFT, from], [x, from], [x, to], [LEFT - 2.0, to]], &title);
        arrow(&mut svg, [LEFT, to], [-6.0, 0.0]);
    }
    for (index, layer) in layers.iter().enumerate() {
        let y = top(index);
        let is_output = report.outputs.contains(&index);
        let [low, high] = layer.range;
        let title = format!("{} {}, values from {low} to {high}", layer.op, layer.details);
        svg.rect(if is_output { "node output" } else { "node" }, [LEFT, y], BOX, title.trim());
        svg.text("name middle", [middle, y + 16.0], &shortened(&layer.name, 21));
        let output = if is_output { ", output" } else { "" };
        let op = match &layer.strategy {
            Some(strategy) => format!("{}, {strategy}, R {}{output}", layer.op, layer.reuse_factor),
            None => format!("{}{output}", layer.op),
        };
        svg.text("tick middle", [middle, y + 31.0], &shortened(&op, 30));
        if index + 1 < layers.len() {
            let end = top(index + 1);
            if layers[index + 1].inputs.contains(&index) {
                svg.lines("edge", &[[middle, y + BOX[1]], [middle, end - 2.0]], "");
                arrow(&mut svg, [middle, end], [0.0, -6.0]);
            }
        }
        let is_read = layers.iter().any(|reader| reader.inputs.contains(&index));
        if is_read {
            svg.text("type", [middle + 8.0, y + BOX[1] + 19.0], &layer.ty.to_string());
            svg.text("type", [middle + 8.0, y + BOX[1] + 34.0], &layer.shape);
        } else {
            svg.text("type middle", [middle, y + BOX[1] + 17.0], &layer.ty.to_string());
            svg.text("type middle", [middle, y + BOX[1] + 32.0], &layer.shape);
        }
    }
    svg.finish()
}

/// The head of an arrow that ends at a point and comes from a direction.
fn arrow(svg: &mut Svg, [x, y]: [f64; 2], [dx, dy]: [f64; 2]) {
    let side = [dy / 2.0, dx / 2.0];
    svg.lines("arrow", &[[x + dx + side[0], y + dy + side[1]], [x, y], [x + dx - side[0], y + dy - side[1]]], "");
}
