//! The schema in a Parquet footer, checked before the parquet crate builds its tree.
//!
//! The crate builds it by recursion and reserves as many children as a group declares: a footer of a few kilobytes
//! could exhaust the stack or the memory. So the footer (one struct in Thrift's compact encoding) is walked first.

use super::compact::{Compact, DEEPEST_VALUE, LIST, STRUCT};
use super::layout::check_footer;
use crate::table::error::Problem;

/// Groups within groups; a table has one.
const DEEPEST_GROUP: usize = 32;

/// Field `2: list<SchemaElement>` of the footer, and field `5: i32 num_children` of an element.
const SCHEMA_FIELD: i64 = 2;
const CHILDREN_FIELD: i64 = 5;

/// Checks the footer of a whole file, which ends with its length and `PAR1`.
pub(super) fn check(file: &[u8]) -> Result<(), Problem> {
    let (rest, _magic) = file.split_last_chunk::<4>().ok_or_else(cut)?;
    let (rest, length) = rest.split_last_chunk::<4>().ok_or_else(cut)?;
    let start = rest.len().checked_sub(u32::from_le_bytes(*length) as usize).ok_or_else(cut)?;
    let mut footer = Compact::new(&rest[start..], "the footer");
    check_footer(footer)?;
    footer.fields(DEEPEST_VALUE, |footer, id, kind| match (id, kind) {
        (SCHEMA_FIELD, LIST) => footer.schema().map(|()| true),
        (SCHEMA_FIELD, _) => Err(footer.corrupt("has a schema that is no list of columns")),
        _ => Ok(false),
    })
}

fn cut() -> Problem {
    Problem::Truncated { message: "the footer of the Parquet file is cut off".to_owned() }
}

impl Compact<'_> {
    /// The schema: a tree in depth-first order, each element with the number of its children.
    fn schema(&mut self) -> Result<(), Problem> {
        let (size, kind) = self.list()?;
        if kind != STRUCT {
            return Err(self.corrupt("has a schema that is no list of columns"));
        }
        // Children that each open group still waits for.
        let mut open: Vec<u64> = Vec::new();
        for index in 0..size {
            let mut children = 0;
            self.fields(DEEPEST_VALUE, |element, id, kind| {
                if id == CHILDREN_FIELD {
                    children = element.integer(kind)?;
                }
                Ok(id == CHILDREN_FIELD)
            })?;
            match open.last_mut() {
                Some(waiting) => *waiting -= 1,
                None if index > 0 => return Err(self.corrupt("has a schema with columns outside its root")),
                None => {}
            }
            let children =
                u64::try_from(children).map_err(|_| self.corrupt("has a group with less than no columns"))?;
            if children > size - index - 1 {
                return Err(self.corrupt("has a group with more columns than the schema"));
            }
            if children > 0 {
                open.push(children);
            }
            if open.len() > DEEPEST_GROUP {
                let message = format!("groups of columns are nested more than {DEEPEST_GROUP} deep");
                return Err(Problem::Unsupported { message });
            }
            while open.last() == Some(&0) {
                open.pop();
            }
        }
        if open.is_empty() { Ok(()) } else { Err(self.corrupt("has a group with fewer columns than it declares")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that is nothing but a footer with a schema of these numbers of children.
    fn file(children: &[u32]) -> Vec<u8> {
        let mut footer = vec![0x15, 2, 0x19, 0xfc];
        varint(children.len() as u64, &mut footer);
        for count in children {
            // Field 4, the name "x"; field 5, the children; the end.
            footer.extend([0x48, 1, b'x', 0x15]);
            varint(u64::from(*count) << 1, &mut footer);
            footer.push(0);
        }
        footer.push(0);
        let length = (footer.len() as u32).to_le_bytes();
        [b"PAR1", footer.as_slice(), &length, b"PAR1"].concat()
    }

    fn varint(mut value: u64, out: &mut Vec<u8>) {
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }

    #[track_caller]
    fn check_children(children: &[u32], expected: Option<&str>) {
        let outcome = check(&file(children)).map_err(|problem| problem.to_string());
        assert_eq!(outcome.err().as_deref(), expected);
    }

    #[test]
    fn trees_are_followed() {
        check_children(&[], None);
        check_children(&[0], None);
        check_children(&[3, 0, 0, 0], None);
        check_children(&[2, 2, 0, 1, 0, 0], None);
    }

    #[test]
    fn a_footer_cannot_exhaust_stack_or_memory() {
        let mut deep = vec![1; 1_000_000];
        deep.push(0);
        check_children(&deep, Some("groups of columns are nested more than 32 deep"));
        let more = Some("the footer of the Parquet file has a group with more columns than the schema");
        check_children(&[i32::MAX as u32], more);
        check_children(&[2, 2, 0], more);
        check_children(
            &[2, 1, 0],
            Some("the footer of the Parquet file has a group with fewer columns than it declares"),
        );
        check_children(&[1, 0, 0], Some("the footer of the Parquet file has a schema with columns outside its root"));
        // Lists within lists within lists, in a field that nobody reads.
        let nested = [b"PAR1".as_slice(), &[0xf9], &[0x19; 999], &1000_u32.to_le_bytes(), b"PAR1"].concat();
        let message = "the footer of the Parquet file is nested too deeply".to_owned();
        assert_eq!(check(&nested), Err(Problem::Corrupt { message }));
    }

    #[test]
    fn a_cut_footer_is_named() {
        for bytes in [b"PAR1".to_vec(), [b"PAR1".as_slice(), &u32::MAX.to_le_bytes(), b"PAR1"].concat()] {
            assert_eq!(check(&bytes), Err(cut()));
        }
    }
}
