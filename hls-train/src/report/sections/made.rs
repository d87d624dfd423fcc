//! What made the report.

use super::super::Report;
use super::super::page::{Cell, Row, Section, Table};

pub(super) fn section(report: &Report) -> Section {
    let mut section = Section::new("made", "Versions and seeds");
    let made = &report.provenance;
    let row = |(name, value): (&String, String)| Row::new(name.clone(), vec![Cell::code(value)]);
    let versions = made.versions.iter().map(|(name, version)| (name, version.clone()));
    let seeds = made.seeds.iter().map(|(name, seed)| (name, seed.to_string()));
    let settings = made.settings.iter().map(|(name, setting)| (name, setting.clone()));
    for (caption, rows) in [
        ("Versions", versions.map(row).collect::<Vec<_>>()),
        ("Seeds", seeds.map(row).collect()),
        ("Settings", settings.map(row).collect()),
    ] {
        if !rows.is_empty() {
            section.tables.push(Table::new(caption.to_owned(), ["name", "value"], rows));
        }
    }
    section.texts.push(format!("Graph, SHA-256: {}. Equal graphs give equal bits.", made.graph_sha256));
    section
}
