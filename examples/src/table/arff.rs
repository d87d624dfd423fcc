//! ARFF: `@relation`, one `@attribute` line a column, `@data`, then rows of comma-separated cells.

use std::borrow::Cow;

use super::error::{Fault, Problem};
use super::rows::{Rows, check_length};
use super::schema::{Layout, Role, Schema};
use super::{MAX_COLUMNS, Table};

/// The declared type of a column.
enum Kind {
    Number,
    Text,
    Nominal(Vec<String>),
    Other(String),
}

struct Attribute {
    name: String,
    kind: Kind,
    line: u64,
}

pub(super) fn read(text: &[u8], schema: &Schema) -> Result<Table, Fault> {
    let mut lines = (1..).zip(text.split(|byte| *byte == b'\n'));
    let attributes = header(&mut lines)?;
    let layout = Layout::new(attributes.iter().map(|attribute| attribute.name.clone()).collect(), schema)?;
    check_types(&attributes, &layout, schema)?;
    let nominal_label =
        attributes.iter().zip(&layout.roles).position(|(_, role)| *role == Role::Label).and_then(|i| match &attributes
            [i]
            .kind
        {
            Kind::Nominal(values) => Some((i, values)),
            _ => None,
        });
    let mut rows = Rows::new(layout, schema);
    for (number, line) in lines {
        let line = clean(number, line)?;
        if line.is_empty() || line.starts_with('%') {
            continue;
        }
        if line.starts_with('{') {
            let message = "sparse rows `{index value, ..}` are not read; write every cell".to_owned();
            return Err(Problem::Unsupported { message }.at_line(number));
        }
        let cells = cells(number, line)?;
        if let Some((i, values)) = nominal_label
            && cells.len() == attributes.len()
            && cells[i] != "?"
            && !values.iter().any(|value| *value == cells[i])
        {
            let message = format!("{:?} is not among the declared values {values:?}", cells[i]);
            return Err(Problem::Syntax { message }.at_line(number).in_column(&attributes[i].name));
        }
        rows.push(number, cells.iter().map(AsRef::as_ref))?;
    }
    rows.finish()
}

fn header<'a>(lines: &mut impl Iterator<Item = (u64, &'a [u8])>) -> Result<Vec<Attribute>, Fault> {
    let mut related = false;
    let mut attributes = Vec::new();
    for (number, line) in lines {
        let line = clean(number, line)?;
        if line.is_empty() || line.starts_with('%') {
            continue;
        }
        let syntax = |message: &str| Problem::Syntax { message: message.to_owned() }.at_line(number);
        let (word, rest) = line.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((line, ""));
        match word.to_ascii_lowercase().as_str() {
            "@relation" if related => return Err(syntax("a second `@relation`; a file holds one")),
            "@relation" => related = true,
            "@attribute" if related && attributes.len() as u64 == MAX_COLUMNS => {
                let found = MAX_COLUMNS + 1;
                return Err(Problem::TooLarge { what: "columns", found, limit: MAX_COLUMNS }.at_line(number));
            }
            "@attribute" if related => attributes.push(attribute(number, rest.trim())?),
            "@data" if related && rest.trim().is_empty() => return Ok(attributes),
            "@attribute" | "@data" => return Err(syntax("expected `@relation NAME` before this line")),
            _ => return Err(syntax("expected `@relation NAME`, `@attribute NAME TYPE`, `@data` or a `%` comment")),
        }
    }
    Err(Problem::Truncated { message: "the file ends before a line `@data`".to_owned() }.into())
}

fn attribute(line: u64, text: &str) -> Result<Attribute, Fault> {
    let syntax = |message: &str| Problem::Syntax { message: message.to_owned() }.at_line(line);
    let quoted = text.starts_with(['\'', '"']);
    let (name, rest) = if quoted {
        take_quoted(text).ok_or_else(|| syntax("the attribute's name has no closing quote"))?
    } else {
        let end = text.find(|c: char| c.is_ascii_whitespace() || c == '{').unwrap_or(text.len());
        (text[..end].to_owned(), &text[end..])
    };
    let kind = rest.trim();
    if name.is_empty() || kind.is_empty() {
        return Err(syntax("expected `@attribute NAME TYPE`"));
    }
    let kind = match kind.to_ascii_lowercase().as_str() {
        "numeric" | "real" | "integer" => Kind::Number,
        "string" => Kind::Text,
        _ if kind.starts_with('{') => {
            let values =
                kind[1..].strip_suffix('}').ok_or_else(|| syntax("the values of a nominal attribute end with `}`"))?;
            Kind::Nominal(cells(line, values)?.into_iter().map(Cow::into_owned).collect())
        }
        _ => Kind::Other(kind.to_owned()),
    };
    Ok(Attribute { name, kind, line })
}

fn check_types(attributes: &[Attribute], layout: &Layout, schema: &Schema) -> Result<(), Fault> {
    for (attribute, role) in attributes.iter().zip(&layout.roles) {
        let found = match (&attribute.kind, role) {
            (_, Role::Ignored) | (Kind::Number, _) | (Kind::Text, Role::Label) => continue,
            (Kind::Nominal(values), Role::Label) => {
                for value in values {
                    schema
                        .class_index(value)
                        .map_err(|problem| problem.at_line(attribute.line).in_column(&attribute.name))?;
                }
                continue;
            }
            (Kind::Text, Role::Feature(_)) => "string".to_owned(),
            (Kind::Nominal(_), Role::Feature(_)) => "nominal".to_owned(),
            (Kind::Other(found), _) => found.clone(),
        };
        let expected = match role {
            Role::Label => "a nominal, a string or a numeric attribute",
            _ => "numeric, real or integer",
        };
        let problem = Problem::ColumnType { found, expected };
        return Err(problem.at_line(attribute.line).in_column(&attribute.name));
    }
    Ok(())
}

/// The line as text, without the blanks around it.
fn clean(number: u64, line: &[u8]) -> Result<&str, Fault> {
    check_length(number, line)?;
    match std::str::from_utf8(line) {
        Ok(line) => Ok(line.trim()),
        Err(_) => Err(Problem::Syntax { message: "the line is not UTF-8 text".to_owned() }.at_line(number)),
    }
}

/// The comma-separated cells of a line, quotes and escapes undone.
fn cells(number: u64, line: &str) -> Result<Vec<Cow<'_, str>>, Fault> {
    if !line.contains(['\'', '"']) {
        return Ok(line.split(',').map(|cell| Cow::Borrowed(cell.trim())).collect());
    }
    let syntax = |message: &str| Problem::Syntax { message: message.to_owned() }.at_line(number);
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        if rest.starts_with(['\'', '"']) {
            let (cell, after) = take_quoted(rest).ok_or_else(|| syntax("a quote is never closed"))?;
            cells.push(Cow::Owned(cell));
            rest = after.trim_start();
            if !rest.is_empty() && !rest.starts_with(',') {
                return Err(syntax("expected a comma after a closing quote"));
            }
        } else {
            // Python's way to write bytes, `b'g'`, has its quotes inside the cell; they are the label's matter.
            let end = rest.find(',').unwrap_or(rest.len());
            cells.push(Cow::Borrowed(rest[..end].trim_end()));
            rest = &rest[end..];
        }
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None => return Ok(cells),
        }
    }
}

/// Splits a text that begins with a quote into what is quoted and what follows.
fn take_quoted(text: &str) -> Option<(String, &str)> {
    let mut characters = text.char_indices();
    let (_, quote) = characters.next()?;
    let mut content = String::new();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => content.push(characters.next()?.1),
            _ if character == quote => return Some((content, &text[at + quote.len_utf8()..])),
            _ => content.push(character),
        }
    }
    None
}
