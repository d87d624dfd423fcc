//! Which executions agree in every bit.

use super::super::Report;
use super::super::numbers::count;
use super::super::page::{Cell, Row, Section, Table};

pub(super) fn section(report: &Report) -> Section {
    let mut section = Section::new("exactness", "Bit-exactness");
    if report.ledger.is_empty() {
        return section.missing("no executions were compared", "--csim");
    }
    section.texts.push(
        "Executions of one model agree bit for bit, without tolerance. A vector is all outputs for one sample."
            .to_owned(),
    );
    let rows = report.ledger.iter().map(|entry| {
        let (class, cells) = match entry.compared {
            None => ("open", [format!("not run: {}", entry.how), "\u{2013}".to_owned(), "\u{2013}".to_owned()]),
            Some(compared) => {
                let (class, text) = match (compared.mismatches, compared.vectors) {
                    (_, 0) => ("open", "nothing to compare"),
                    (0, _) => ("good", "\u{2713} agree"),
                    _ => ("bad", "\u{2717} DIFFER"),
                };
                (class, [text.to_owned(), count(compared.vectors), count(compared.mismatches)])
            }
        };
        let [text, vectors, mismatches] = cells;
        let cells = vec![Cell::words(text), Cell::number(vectors), Cell::number(mismatches)];
        Row { name: entry.claim.clone(), class, cells }
    });
    section.tables.push(Table::new(
        "Executions compared".to_owned(),
        ["claim", "result", "vectors", "different"],
        rows,
    ));
    section
}
