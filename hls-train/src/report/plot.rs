//! A plot with two axes.

use super::axis::Axis;
use super::svg::Svg;

/// The width of every picture: the page shows several beside one another where there is room.
pub(super) const WIDTH: f64 = 400.0;

/// The left, upper, right and lower edge of the plotted area.
pub(super) const AREA: [f64; 4] = [52.0, 14.0, 388.0, 236.0];

const HEIGHT: f64 = 286.0;

/// A plot whose axes are drawn.
pub(super) struct Plot {
    pub svg: Svg,
    pub x: Axis,
    pub y: Axis,
}

/// An axis with its name and the text of its ticks.
pub(super) struct Named<'a> {
    pub axis: Axis,
    pub name: &'a str,
    pub tick: fn(f64) -> String,
}

/// The place of the area from left to right, and from bottom to top.
pub(super) const ACROSS: [f64; 2] = [AREA[0], AREA[2]];
pub(super) const UP: [f64; 2] = [AREA[3], AREA[1]];

impl Plot {
    pub fn new(label: &str, x: &Named<'_>, y: &Named<'_>) -> Self {
        let mut svg = Svg::new(WIDTH, HEIGHT, label);
        let [left, top, right, bottom] = AREA;
        for tick in y.axis.ticks(5) {
            let at = y.axis.at(tick);
            svg.lines("grid", &[[left, at], [right, at]], "");
            svg.text("tick end", [left - 6.0, at + 4.0], &(y.tick)(tick));
        }
        for tick in x.axis.ticks(6) {
            let at = x.axis.at(tick);
            svg.lines("grid", &[[at, top], [at, bottom]], "");
            svg.text("tick middle", [at, bottom + 16.0], &(x.tick)(tick));
        }
        svg.lines("frame", &[[left, top], [left, bottom], [right, bottom]], "");
        svg.text("tick middle", [f64::midpoint(left, right), bottom + 34.0], x.name);
        svg.text("tick", [left + 4.0, top - 3.0], y.name);
        Self { svg, x: x.axis, y: y.axis }
    }

    /// The place of a point.
    pub fn at(&self, x: f64, y: f64) -> [f64; 2] {
        [self.x.at(x), self.y.at(y)]
    }

    /// A line through points.
    pub fn curve(&mut self, class: &str, points: impl IntoIterator<Item = [f64; 2]>, title: &str) {
        let places: Vec<[f64; 2]> = points.into_iter().map(|[x, y]| self.at(x, y)).collect();
        self.svg.lines(class, &places, title);
    }

    /// A horizontal line over the whole width.
    pub fn level(&mut self, class: &str, y: f64, title: &str) {
        let at = self.y.at(y);
        self.svg.lines(class, &[[AREA[0], at], [AREA[2], at]], title);
    }
}

/// The ends of values with some room on both sides.
pub(super) fn with_room(values: impl IntoIterator<Item = f64>, share: f64) -> [f64; 2] {
    let ends = values.into_iter().filter(|value| value.is_finite());
    let [low, high] = ends.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| [low.min(v), high.max(v)]);
    let room = (high - low).max(1e-3) * share;
    [low - room, high + room]
}
