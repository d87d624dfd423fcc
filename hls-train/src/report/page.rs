//! The page: sections of pictures and tables, filled into a template that only repeats.

use std::sync::OnceLock;

use serde::Serialize;
use tera::{Context, Tera};

use super::{Report, Verdict, WriteReportError, sections};

/// Name and text of every template; `.html` is escaped.
const TEMPLATES: &[(&str, &str)] = &[
    ("page.html", include_str!("../../../templates/report/page.html.tera")),
    ("style.css", include_str!("../../../templates/report/style.css")),
];

/// A part of the page.
#[derive(Default, Serialize)]
pub(super) struct Section {
    pub id: &'static str,
    pub title: &'static str,
    /// `beside`: pictures beside tables where there is room.
    pub layout: &'static str,
    pub texts: Vec<String>,
    /// What was not run, and how to run it.
    pub missing: Vec<Missing>,
    pub figures: Vec<Figure>,
    pub tables: Vec<Table>,
    pub listings: Vec<Listing>,
}

#[derive(Serialize)]
pub(super) struct Missing {
    pub text: String,
    pub flag: String,
}

#[derive(Serialize)]
pub(super) struct Figure {
    pub caption: String,
    /// What the colours mean.
    pub keys: Vec<Key>,
    /// An element that is already escaped.
    pub svg: String,
}

#[derive(Serialize)]
pub(super) struct Key {
    pub class: &'static str,
    pub text: String,
}

/// Text to copy.
#[derive(Serialize)]
pub(super) struct Listing {
    pub caption: String,
    pub text: String,
}

#[derive(Serialize)]
pub(super) struct Table {
    pub caption: String,
    pub head: Vec<Cell>,
    pub rows: Vec<Row>,
    /// `long` for more rows than are shown at once.
    pub class: &'static str,
}

/// Rows that are shown at once.
const ROWS: usize = 24;

impl Table {
    /// A table with a head for every column; that of numbers stands to the right, as they do.
    pub fn new<T: Into<String>>(
        caption: impl Into<String>,
        head: impl IntoIterator<Item = T>,
        rows: impl IntoIterator<Item = Row>,
    ) -> Self {
        let rows: Vec<Row> = rows.into_iter().collect();
        let is_number = |column: usize| {
            let cell = rows.first().zip(column.checked_sub(1)).and_then(|(row, index)| row.cells.get(index));
            cell.is_some_and(|cell| cell.class.starts_with("number"))
        };
        let cell = |(column, name): (usize, T)| {
            if is_number(column) { Cell::number(name) } else { Cell::words(name) }
        };
        let head = head.into_iter().enumerate().map(cell).collect();
        let class = if rows.len() > ROWS { "long" } else { "" };
        Self { caption: caption.into(), head, rows, class }
    }
}

#[derive(Serialize)]
pub(super) struct Row {
    pub name: String,
    pub class: &'static str,
    pub cells: Vec<Cell>,
}

#[derive(Default, Serialize)]
pub(super) struct Cell {
    pub text: String,
    pub class: &'static str,
    /// Shown to a pointer that rests on the cell.
    pub title: String,
    /// How much of the first colour is behind the text, 0 to 100.
    pub heat: u32,
}

impl Cell {
    /// A number, to the right.
    pub fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), class: "number", ..Self::default() }
    }

    /// Words, to the left.
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A type or a formula.
    pub fn code(text: impl Into<String>) -> Self {
        Self { text: text.into(), class: "code", ..Self::default() }
    }
}

impl Row {
    pub fn new(name: impl Into<String>, cells: Vec<Cell>) -> Self {
        Self { name: name.into(), class: "", cells }
    }
}

impl Section {
    pub fn new(id: &'static str, title: &'static str) -> Self {
        Self { id, title, ..Self::default() }
    }

    /// Says that something was not run.
    pub fn missing(mut self, text: &str, flag: &str) -> Self {
        self.missing.push(Missing { text: text.to_owned(), flag: flag.to_owned() });
        self
    }
}

#[derive(Serialize)]
struct Page<'a> {
    model: &'a str,
    verdict: Verdict,
    facts: Vec<sections::Fact>,
    sections: Vec<Section>,
    notes: &'a [String],
}

/// The page of a report.
pub(super) fn render(report: &Report) -> Result<String, WriteReportError> {
    let text = |error: tera::Error| WriteReportError::Text(error.to_string());
    let page = Page {
        model: &report.model,
        verdict: report.verdict(),
        facts: sections::facts(report),
        sections: sections::all(report),
        notes: &report.notes,
    };
    let context = Context::from_serialize(&page).map_err(text)?;
    engine()?.render("page.html", &context).map_err(text)
}

fn engine() -> Result<&'static Tera, WriteReportError> {
    static ENGINE: OnceLock<Result<Tera, String>> = OnceLock::new();
    let build = || {
        let mut tera = Tera::new();
        tera.autoescape_on(vec![".html"]);
        tera.add_raw_templates(TEMPLATES.iter().copied()).map_err(|error| error.to_string())?;
        Ok(tera)
    };
    ENGINE.get_or_init(build).as_ref().map_err(|reason| WriteReportError::Text(reason.clone()))
}
