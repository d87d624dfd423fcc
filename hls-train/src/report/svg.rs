//! SVG as text. Colours are classes, which the page's style gives a light and a dark meaning.

use std::fmt::Write;

use tera::escape_html;

/// A picture under construction, in units of about a pixel.
pub(super) struct Svg {
    size: [f64; 2],
    label: String,
    body: String,
}

fn escaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    // Writing to memory does not fail, and escaping keeps text valid.
    let _ = escape_html(text, &mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

/// One digit behind the point is a tenth of a pixel.
fn unit(value: f64) -> String {
    super::numbers::trimmed(if value.is_finite() { value + 0.0 } else { 0.0 }, 1)
}

/// At most so many characters, the last one an ellipsis where some are missing.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}\u{2026}")
}

impl Svg {
    /// The label is what is read out in place of the picture.
    pub fn new(width: f64, height: f64, label: &str) -> Self {
        Self { size: [width, height], label: label.to_owned(), body: String::new() }
    }

    fn element(&mut self, open: &str, name: &str, title: &str) {
        // Writing to a string does not fail.
        let _ = match title {
            "" => write!(self.body, "<{name} {open}/>"),
            title => write!(self.body, "<{name} {open}><title>{}</title></{name}>", escaped(title)),
        };
    }

    /// A rectangle by its corner and size; the title is shown to a pointer that rests on it, empty for none.
    pub fn rect(&mut self, class: &str, [x, y]: [f64; 2], [width, height]: [f64; 2], title: &str) {
        let [x, y, width, height] = [x, y, width.max(0.0), height.max(0.0)].map(unit);
        self.element(&format!(r#"class="{class}" x="{x}" y="{y}" width="{width}" height="{height}""#), "rect", title);
    }

    /// A circle.
    pub fn circle(&mut self, class: &str, [x, y]: [f64; 2], radius: f64, title: &str) {
        let [x, y, radius] = [x, y, radius].map(unit);
        self.element(&format!(r#"class="{class}" cx="{x}" cy="{y}" r="{radius}""#), "circle", title);
    }

    /// Straight lines from point to point.
    pub fn lines(&mut self, class: &str, points: &[[f64; 2]], title: &str) {
        let points: Vec<String> = points.iter().map(|[x, y]| format!("{},{}", unit(*x), unit(*y))).collect();
        self.element(&format!(r#"class="{class}" points="{}""#, points.join(" ")), "polyline", title);
    }

    /// Text from a point on: class `middle` centers it there, class `end` ends it there.
    pub fn text(&mut self, class: &str, [x, y]: [f64; 2], text: &str) {
        let _ = write!(self.body, r#"<text class="{class}" x="{}" y="{}">{}</text>"#, unit(x), unit(y), escaped(text));
    }

    /// The element.
    pub fn finish(self) -> String {
        let [width, height] = self.size.map(unit);
        format!(
            r#"<svg viewBox="0 0 {width} {height}" role="img" aria-label="{}">{}</svg>"#,
            escaped(&self.label),
            self.body
        )
    }
}
