//! The header of an NPY file: a Python dictionary with the element type, the order and the shape.

use super::error::Problem;

/// How one element is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    pub kind: Kind,
    /// Bytes of one element.
    pub size: usize,
    pub big_endian: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Float,
    Signed,
    Unsigned,
    /// Bytes, filled up with zeros.
    Bytes,
    /// UTF-32, filled up with zeros.
    Unicode,
}

/// The element type of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Elements {
    Plain(Element),
    /// Field names and types of a structured array.
    Record(Vec<(String, Element)>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub elements: Elements,
    pub fortran_order: bool,
    pub shape: Vec<u64>,
}

impl Header {
    /// The header and the bytes that follow it.
    pub fn read(bytes: &[u8]) -> Result<(Self, &[u8]), Problem> {
        let truncated = || Problem::Truncated { message: "the NPY file ends inside its header".to_owned() };
        let version = bytes.get(6..8).ok_or_else(truncated)?;
        let (length, start) = match version {
            [1, _] => (u32::from(u16::from_le_bytes(array(bytes, 8).ok_or_else(truncated)?)), 10_usize),
            [2 | 3, _] => (u32::from_le_bytes(array(bytes, 8).ok_or_else(truncated)?), 12),
            _ => {
                let message = format!("NPY version {} is not read; legal are 1 to 3", version[0]);
                return Err(Problem::Unsupported { message });
            }
        };
        let end = start.checked_add(length as usize).ok_or_else(truncated)?;
        let text = bytes.get(start..end).ok_or_else(truncated)?;
        let text = std::str::from_utf8(text).map_err(|_| corrupt("is not text"))?;
        Ok((Self::parse(text)?, &bytes[end..]))
    }

    fn parse(text: &str) -> Result<Self, Problem> {
        let mut parser = Parser { rest: text };
        let Value::Dictionary(entries) = parser.value(0)? else {
            return Err(corrupt("is not a dictionary"));
        };
        if !parser.rest.trim().is_empty() {
            return Err(corrupt("goes on after its dictionary"));
        }
        let entry = |key: &str| {
            let mut found = entries.iter().filter(|(k, _)| k == key);
            match (found.next(), found.next()) {
                (Some((_, value)), None) => Ok(value),
                _ => Err(corrupt(&format!("must name `{key}` once"))),
            }
        };
        let Value::Boolean(fortran_order) = *entry("fortran_order")? else {
            return Err(corrupt("has a `fortran_order` that is neither True nor False"));
        };
        let shape = match entry("shape")? {
            Value::List(items) => items.iter().map(|item| match item {
                Value::Integer(number) => Ok(*number),
                _ => Err(corrupt("has a `shape` that is no tuple of whole numbers")),
            }),
            _ => return Err(corrupt("has a `shape` that is no tuple of whole numbers")),
        };
        let shape = shape.collect::<Result<_, _>>()?;
        let elements = match entry("descr")? {
            Value::Text(text) => Elements::Plain(element(text)?),
            Value::List(fields) => Elements::Record(fields.iter().map(field).collect::<Result<_, _>>()?),
            _ => return Err(corrupt("has a `descr` that is neither a type nor a list of fields")),
        };
        Ok(Self { elements, fortran_order, shape })
    }
}

fn field(value: &Value) -> Result<(String, Element), Problem> {
    match value {
        Value::List(parts) => match parts.as_slice() {
            [Value::Text(name), Value::Text(kind)] => Ok((name.clone(), element(kind)?)),
            [Value::Text(name), ..] => Err(Problem::Unsupported {
                message: format!("the field {name:?} is an array or a record; each field must be one number or string"),
            }),
            _ => Err(corrupt("has a field without a name")),
        },
        _ => Err(corrupt("has a field that is no tuple")),
    }
}

/// The element type from its name: `<f4`, `|S7`, ..
fn element(name: &str) -> Result<Element, Problem> {
    let unsupported = || Problem::Unsupported {
        message: format!(
            "elements of type {name:?} are not read; legal are f4, f8, i1 to i8, u1 to u8, S and U (a column of Python \
             objects: use array.astype)"
        ),
    };
    let mut characters = name.chars();
    let big_endian = match characters.next() {
        Some('<' | '|' | '=') => false,
        Some('>') => true,
        _ => return Err(unsupported()),
    };
    let letter = characters.next().ok_or_else(unsupported)?;
    let size: u32 = characters.as_str().parse().map_err(|_| unsupported())?;
    let (kind, size) = match (letter, size) {
        ('f', 4 | 8) => (Kind::Float, size),
        ('i', 1 | 2 | 4 | 8) => (Kind::Signed, size),
        ('u', 1 | 2 | 4 | 8) => (Kind::Unsigned, size),
        ('S' | 'a', 1..) => (Kind::Bytes, size),
        ('U', 1..) => (Kind::Unicode, size.checked_mul(4).ok_or_else(unsupported)?),
        _ => return Err(unsupported()),
    };
    Ok(Element { kind, size: size as usize, big_endian })
}

fn corrupt(message: &str) -> Problem {
    Problem::Corrupt { message: format!("the header of the NPY file {message}") }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// The Python literals that occur in headers; tuples and lists are the same here.
#[derive(Debug)]
enum Value {
    Text(String),
    Integer(u64),
    Boolean(bool),
    List(Vec<Value>),
    Dictionary(Vec<(String, Value)>),
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    /// Deeper than any header that numpy writes for a table; a file must not choose how deep the parser goes.
    const DEEPEST: usize = 6;

    fn value(&mut self, depth: usize) -> Result<Value, Problem> {
        if depth > Self::DEEPEST {
            return Err(corrupt("is nested too deeply"));
        }
        self.rest = self.rest.trim_start();
        match self.rest.chars().next() {
            Some('\'' | '"') => self.text().map(Value::Text),
            Some('(') => self.items(')', depth).map(Value::List),
            Some('[') => self.items(']', depth).map(Value::List),
            Some('{') => self.dictionary(depth),
            Some('0'..='9') => self.integer(),
            _ if self.take("True") => Ok(Value::Boolean(true)),
            _ if self.take("False") => Ok(Value::Boolean(false)),
            _ => Err(corrupt("is no dictionary of strings, numbers, True, False and tuples")),
        }
    }

    /// Takes `token` and the blanks before it, if it is next.
    fn take(&mut self, token: &str) -> bool {
        match self.rest.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn text(&mut self) -> Result<String, Problem> {
        let quote = if self.take("'") {
            '\''
        } else if self.take("\"") {
            '"'
        } else {
            return Err(corrupt("has a key that is no string"));
        };
        let end = self.rest.find(quote).ok_or_else(|| corrupt("has a string without an end"))?;
        let text = &self.rest[..end];
        if text.contains('\\') {
            return Err(corrupt("has an escape in a string"));
        }
        self.rest = &self.rest[end + 1..];
        Ok(text.to_owned())
    }

    fn integer(&mut self) -> Result<Value, Problem> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let number = self.rest[..end].parse().map_err(|_| corrupt("has a number beyond 64 bits"))?;
        self.rest = &self.rest[end..];
        // Python 2 wrote long integers with an L.
        self.take("L");
        Ok(Value::Integer(number))
    }

    fn items(&mut self, close: char, depth: usize) -> Result<Vec<Value>, Problem> {
        let close = close.to_string();
        self.rest = &self.rest[1..];
        let mut items = Vec::new();
        while !self.take(&close) {
            items.push(self.value(depth + 1)?);
            if !self.take(",") {
                if self.take(&close) {
                    break;
                }
                return Err(corrupt("has a list without an end"));
            }
        }
        Ok(items)
    }

    fn dictionary(&mut self, depth: usize) -> Result<Value, Problem> {
        self.rest = &self.rest[1..];
        let mut entries = Vec::new();
        while !self.take("}") {
            let key = self.text()?;
            if !self.take(":") {
                return Err(corrupt("has a key without a value"));
            }
            entries.push((key, self.value(depth + 1)?));
            if !self.take(",") {
                if self.take("}") {
                    break;
                }
                return Err(corrupt("has a dictionary without an end"));
            }
        }
        Ok(Value::Dictionary(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const F4: Element = Element { kind: Kind::Float, size: 4, big_endian: false };

    #[track_caller]
    fn check(text: &str, expected: Option<Header>) {
        assert_eq!(Header::parse(text).ok(), expected, "{text}");
    }

    #[test]
    fn headers_as_numpy_writes_them() {
        let plain = Header { elements: Elements::Plain(F4), fortran_order: false, shape: vec![3, 17] };
        check("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 17), }      \n", Some(plain.clone()));
        check("{\"shape\":(3L,17L),\"fortran_order\":False,\"descr\":\"<f4\"}", Some(plain));
        let label = Element { kind: Kind::Unicode, size: 8, big_endian: true };
        let record = Elements::Record(vec![("a".to_owned(), F4), ("class".to_owned(), label)]);
        check(
            "{'descr': [('a', '<f4'), ('class', '>U2')], 'fortran_order': True, 'shape': (5,), }\n",
            Some(Header { elements: record, fortran_order: true, shape: vec![5] }),
        );
    }

    #[test]
    fn headers_that_are_wrong() {
        for text in [
            "",
            "{",
            "{}",
            "[]",
            "{'descr': '<f4', 'fortran_order': False}",
            "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': 3}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<f2', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<é4', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<U4294967295', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '|S0', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': [('a', '<f4', (2,))], 'fortran_order': False, 'shape': (1,)}",
            "{'descr': [('a', [('b', '<f4')])], 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
            "{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}",
        ] {
            check(text, None);
        }
        check(&"(".repeat(1 << 16), None);
    }
}
