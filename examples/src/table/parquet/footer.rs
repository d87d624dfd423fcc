//! The schema in a Parquet footer, checked before the parquet crate builds its tree.
//!
//! The crate builds it by recursion and reserves as many children as a group declares: a footer of a few kilobytes
//! could exhaust the stack or the memory. So the footer (one struct in Thrift's compact encoding) is walked first.

use crate::table::error::Problem;

/// Groups within groups; a table has one.
const DEEPEST_GROUP: usize = 32;

/// Structs within structs and lists; the format's own need about eight.
const DEEPEST_VALUE: usize = 24;

/// Field `2: list<SchemaElement>` of the footer, and field `5: i32 num_children` of an element.
const SCHEMA_FIELD: i64 = 2;
const CHILDREN_FIELD: i64 = 5;

const BYTE: u8 = 3;
const INTEGERS: [u8; 3] = [4, 5, 6];
const I32: u8 = 5;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

/// Checks the footer of a whole file, which ends with its length and `PAR1`.
pub(super) fn check(file: &[u8]) -> Result<(), Problem> {
    let (rest, _magic) = file.split_last_chunk::<4>().ok_or_else(cut)?;
    let (rest, length) = rest.split_last_chunk::<4>().ok_or_else(cut)?;
    let start = rest.len().checked_sub(u32::from_le_bytes(*length) as usize).ok_or_else(cut)?;
    let mut footer = Compact { rest: &rest[start..] };
    footer.fields(DEEPEST_VALUE, |footer, id, kind| {
        if (id, kind) == (SCHEMA_FIELD, LIST) { footer.schema().map(|()| true) } else { Ok(false) }
    })
}

fn cut() -> Problem {
    Problem::Truncated { message: "the footer of the Parquet file is cut off".to_owned() }
}

fn corrupt(message: &str) -> Problem {
    Problem::Corrupt { message: format!("the footer of the Parquet file {message}") }
}

/// What is left of a text in Thrift's compact encoding.
struct Compact<'a> {
    rest: &'a [u8],
}

impl Compact<'_> {
    fn take(&mut self, count: u64) -> Result<(), Problem> {
        self.rest = usize::try_from(count).ok().and_then(|count| self.rest.get(count..)).ok_or_else(cut)?;
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, Problem> {
        let (first, rest) = self.rest.split_first().ok_or_else(cut)?;
        self.rest = rest;
        Ok(*first)
    }

    fn varint(&mut self) -> Result<u64, Problem> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(corrupt("has a number beyond 64 bits"))
    }

    fn zigzag(&mut self) -> Result<i64, Problem> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// Walks the fields of a struct; `field` gets the number and type of each and tells whether it has read it.
    fn fields(
        &mut self,
        depth: usize,
        mut field: impl FnMut(&mut Self, i64, u8) -> Result<bool, Problem>,
    ) -> Result<(), Problem> {
        let mut id = 0_i64;
        loop {
            let header = self.byte()?;
            if header == 0 {
                return Ok(());
            }
            id = match header >> 4 {
                0 => self.zigzag()?,
                step => id.wrapping_add(i64::from(step)),
            };
            let kind = header & 0x0f;
            if !field(self, id, kind)? {
                // A boolean field has its value in its type.
                self.skip(kind, depth, false)?;
            }
        }
    }

    fn skip(&mut self, kind: u8, depth: usize, in_list: bool) -> Result<(), Problem> {
        let deeper = depth.checked_sub(1).ok_or_else(|| corrupt("is nested too deeply"))?;
        match kind {
            1 | 2 => self.take(u64::from(in_list)),
            BYTE => self.take(1),
            DOUBLE => self.take(8),
            BINARY => {
                let length = self.varint()?;
                self.take(length)
            }
            LIST | SET => {
                let (size, element) = self.list()?;
                (0..size).try_for_each(|_| self.skip(element, deeper, true))
            }
            MAP => {
                let size = self.varint()?;
                let kinds = if size == 0 { 0 } else { self.byte()? };
                (0..size).try_for_each(|_| {
                    self.skip(kinds >> 4, deeper, true)?;
                    self.skip(kinds & 0x0f, deeper, true)
                })
            }
            STRUCT => self.fields(deeper, |_, _, _| Ok(false)),
            _ if INTEGERS.contains(&kind) => self.varint().map(drop),
            _ => Err(corrupt("has a value of unknown type")),
        }
    }

    /// The size and the element type of a list.
    fn list(&mut self) -> Result<(u64, u8), Problem> {
        let header = self.byte()?;
        let size = match header >> 4 {
            15 => self.varint()?,
            size => u64::from(size),
        };
        Ok((size, header & 0x0f))
    }

    /// The schema: a tree in depth-first order, each element with the number of its children.
    fn schema(&mut self) -> Result<(), Problem> {
        let (size, kind) = self.list()?;
        if kind != STRUCT {
            return Err(corrupt("has a schema that is no list of columns"));
        }
        // Children that each open group still waits for.
        let mut open: Vec<u64> = Vec::new();
        for index in 0..size {
            let mut children = 0;
            self.fields(DEEPEST_VALUE, |element, id, kind| {
                let wanted = (id, kind) == (CHILDREN_FIELD, I32);
                if wanted {
                    children = element.zigzag()?;
                }
                Ok(wanted)
            })?;
            match open.last_mut() {
                Some(waiting) => *waiting -= 1,
                None if index > 0 => return Err(corrupt("has a schema with columns outside its root")),
                None => {}
            }
            let children = u64::try_from(children).map_err(|_| corrupt("has a group with less than no columns"))?;
            if children > size - index - 1 {
                return Err(corrupt("has a group with more columns than the schema"));
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
        if open.is_empty() { Ok(()) } else { Err(corrupt("has a group with fewer columns than it declares")) }
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
        let nested = [b"PAR1".as_slice(), &[0x19; 1000], &1000_u32.to_le_bytes(), b"PAR1"].concat();
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
