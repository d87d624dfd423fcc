//! The types of all fields that the parquet crate reads.
//!
//! The crate goes by a field's number and not by its type: a field of another type shifts all that follows, so that
//! checks of lengths would be checks of something else. So the types are checked first. A number that is not here is
//! stepped over by its type, here and there.

use super::compact::Compact;
use crate::table::error::Problem;

/// Structs within structs and lists; the format's own need about eight.
const DEEPEST: usize = 24;

/// The type of a value; all integers are written alike.
#[derive(Clone, Copy)]
enum Type {
    Boolean,
    Byte,
    Integer,
    Double,
    Binary,
    Struct(&'static [Field]),
    List(&'static Type),
}

type Field = (i64, Type);

use Type::{Binary, Boolean, Byte, Double, Integer, List, Struct};

const STATISTICS: &[Field] = &[
    (1, Binary),
    (2, Binary),
    (3, Integer),
    (4, Integer),
    (5, Binary),
    (6, Binary),
    (7, Boolean),
    (8, Boolean),
    (9, Integer),
];
const TIME: &[Field] = &[(1, Boolean), (2, Struct(&[(1, NOTHING), (2, NOTHING), (3, NOTHING)]))];
const NOTHING: Type = Struct(&[]);
const LOGICAL_TYPE: &[Field] = &[
    (1, NOTHING),
    (2, NOTHING),
    (3, NOTHING),
    (4, NOTHING),
    (5, Struct(&[(1, Integer), (2, Integer)])),
    (6, NOTHING),
    (7, Struct(TIME)),
    (8, Struct(TIME)),
    (10, Struct(&[(1, Byte), (2, Boolean)])),
    (11, NOTHING),
    (12, NOTHING),
    (13, NOTHING),
    (14, NOTHING),
    (15, NOTHING),
    (16, Struct(&[(1, Byte)])),
    (17, Struct(&[(1, Binary)])),
    (18, Struct(&[(1, Binary), (2, Integer)])),
];
const SCHEMA_ELEMENT: &[Field] = &[
    (1, Integer),
    (2, Integer),
    (3, Integer),
    (4, Binary),
    (5, Integer),
    (6, Integer),
    (7, Integer),
    (8, Integer),
    (9, Integer),
    (10, Struct(LOGICAL_TYPE)),
];
const KEY_VALUES: Type = List(&Struct(&[(1, Binary), (2, Binary)]));
const SIZES: &[Field] = &[(1, Integer), (2, List(&Integer)), (3, List(&Integer))];
const BOX: &[Field] =
    &[(1, Double), (2, Double), (3, Double), (4, Double), (5, Double), (6, Double), (7, Double), (8, Double)];
const COLUMN: &[Field] = &[
    (1, Integer),
    (2, List(&Integer)),
    (3, List(&Binary)),
    (4, Integer),
    (5, Integer),
    (6, Integer),
    (7, Integer),
    (8, KEY_VALUES),
    (9, Integer),
    (10, Integer),
    (11, Integer),
    (12, Struct(STATISTICS)),
    (13, List(&Struct(&[(1, Integer), (2, Integer), (3, Integer)]))),
    (14, Integer),
    (15, Integer),
    (16, Struct(SIZES)),
    (17, Struct(&[(1, Struct(BOX)), (2, List(&Integer))])),
];
const COLUMN_CHUNK: &[Field] = &[
    (1, Binary),
    (2, Integer),
    (3, Struct(COLUMN)),
    (4, Integer),
    (5, Integer),
    (6, Integer),
    (7, Integer),
    (8, Struct(&[(1, NOTHING), (2, Struct(&[(1, List(&Binary)), (2, Binary)]))])),
    (9, Binary),
];
const ROW_GROUP: &[Field] = &[
    (1, List(&Struct(COLUMN_CHUNK))),
    (2, Integer),
    (3, Integer),
    (4, List(&Struct(&[(1, Integer), (2, Boolean), (3, Boolean)]))),
    (5, Integer),
    (6, Integer),
    (7, Integer),
];
const CIPHER: &[Field] = &[(1, Binary), (2, Binary), (3, Boolean)];
const FOOTER: &[Field] = &[
    (1, Integer),
    (2, List(&Struct(SCHEMA_ELEMENT))),
    (3, Integer),
    (4, List(&Struct(ROW_GROUP))),
    (5, KEY_VALUES),
    (6, Binary),
    (7, List(&Struct(&[(1, NOTHING), (2, NOTHING)]))),
    (8, Struct(&[(1, Struct(CIPHER)), (2, Struct(CIPHER))])),
    (9, Binary),
];
const DATA_PAGE: &[Field] = &[(1, Integer), (2, Integer), (3, Integer), (4, Integer), (5, Struct(STATISTICS))];
const DATA_PAGE_V2: &[Field] = &[
    (1, Integer),
    (2, Integer),
    (3, Integer),
    (4, Integer),
    (5, Integer),
    (6, Integer),
    (7, Boolean),
    (8, Struct(STATISTICS)),
];
const PAGE_HEADER: &[Field] = &[
    (1, Integer),
    (2, Integer),
    (3, Integer),
    (4, Integer),
    (5, Struct(DATA_PAGE)),
    (6, NOTHING),
    (7, Struct(&[(1, Integer), (2, Integer), (3, Boolean)])),
    (8, Struct(DATA_PAGE_V2)),
];

/// Checks the types of a whole footer.
pub(super) fn check_footer(mut text: Compact<'_>) -> Result<(), Problem> {
    check(&mut text, FOOTER, DEEPEST)
}

/// Checks the types of the page header that `text` begins with.
pub(super) fn check_page_header(mut text: Compact<'_>) -> Result<(), Problem> {
    check(&mut text, PAGE_HEADER, DEEPEST)
}

impl Type {
    fn is(self, kind: u8) -> bool {
        match self {
            Boolean => matches!(kind, 1 | 2),
            Byte => kind == 3,
            Integer => matches!(kind, 4..=6),
            Double => kind == 7,
            Binary => kind == 8,
            List(_) => kind == 9,
            Struct(_) => kind == 12,
        }
    }
}

fn check(text: &mut Compact<'_>, fields: &'static [Field], depth: usize) -> Result<(), Problem> {
    let deeper = depth.checked_sub(1).ok_or_else(|| text.corrupt("is nested too deeply"))?;
    text.fields(deeper, |text, id, kind| match fields.iter().find(|(number, _)| *number == id) {
        Some((_, ty)) => value(text, *ty, kind, deeper).map(|()| true),
        None => Ok(false),
    })
}

fn value(text: &mut Compact<'_>, ty: Type, kind: u8, depth: usize) -> Result<(), Problem> {
    if !ty.is(kind) {
        return Err(text.corrupt("has a field of another type"));
    }
    match ty {
        Struct(fields) => check(text, fields, depth),
        List(element) => {
            let (size, kind) = text.list()?;
            (0..size).try_for_each(|_| value(text, *element, kind, depth))
        }
        _ => text.skip(kind, depth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_types(bytes: &[u8], expected: Option<&str>) {
        let outcome = check_footer(Compact::new(bytes, "the footer")).map_err(|problem| problem.to_string());
        assert_eq!(outcome.err().as_deref(), expected);
    }

    #[test]
    fn types_are_those_of_the_format() {
        check_types(&[0], None);
        // Version 2, no schema (a list of type 0, as some write it), 5 rows, the writer "x"; then a field of the future.
        check_types(&[0x15, 4, 0x19, 0x00, 0x16, 10, 0x38, 1, b'x', 0xd8, 1, b'y', 0], None);
        let other = Some("the footer of the Parquet file has a field of another type");
        check_types(&[0x18, 1, b'x', 0], other);
        // A list of numbers instead of columns.
        check_types(&[0x29, 0x15, 4, 0], other);
        check_types(&[0x61, 0], other);
        check_types(&[0x15], Some("the footer of the Parquet file is cut off"));
        check_types(&[0xfb, 1, 0x11], Some("the footer of the Parquet file has a map, which the format has nowhere"));
        check_types(&[0xf9, 0x21], Some("the footer of the Parquet file has a list of truth values"));
    }
}
