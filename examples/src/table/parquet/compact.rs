//! Thrift's compact encoding, walked without belief: every value must be there, and nothing is reserved for it.

use crate::table::error::Problem;

/// Structs within structs and lists; the format's own need about eight.
pub(super) const DEEPEST_VALUE: usize = 24;

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const INTEGERS: [u8; 3] = [4, 5, 6];
const I32: u8 = 5;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
pub(super) const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
pub(super) const STRUCT: u8 = 12;

/// What is left of a text in Thrift's compact encoding.
#[derive(Clone, Copy)]
pub(super) struct Compact<'a> {
    pub rest: &'a [u8],
    /// What it is, for errors.
    what: &'static str,
}

impl<'a> Compact<'a> {
    pub fn new(rest: &'a [u8], what: &'static str) -> Self {
        Self { rest, what }
    }

    pub fn cut(&self) -> Problem {
        Problem::Truncated { message: format!("{} of the Parquet file is cut off", self.what) }
    }

    pub fn corrupt(&self, message: &str) -> Problem {
        Problem::Corrupt { message: format!("{} of the Parquet file {message}", self.what) }
    }

    /// Steps over so many bytes.
    pub fn take(&mut self, count: u64) -> Result<(), Problem> {
        self.rest = usize::try_from(count).ok().and_then(|count| self.rest.get(count..)).ok_or_else(|| self.cut())?;
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, Problem> {
        let (first, rest) = self.rest.split_first().ok_or_else(|| self.cut())?;
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
        Err(self.corrupt("has a number beyond 64 bits"))
    }

    /// The number in a field of this type, which must be that of a 32-bit one, and it must be one: the crate reads
    /// it as one anyway, and drops the other bits.
    pub fn integer(&mut self, kind: u8) -> Result<i32, Problem> {
        if kind != I32 {
            return Err(self.corrupt("has a field of another type"));
        }
        i32::try_from(self.zigzag()?).map_err(|_| self.corrupt("has a number beyond 32 bits"))
    }

    fn zigzag(&mut self) -> Result<i64, Problem> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// Walks the fields of a struct; `field` gets the number and type of each and tells whether it has read it.
    pub fn fields(
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
            // As narrow as the crate takes it, so that no field has another number there.
            id = i64::from(id as i16);
            let kind = header & 0x0f;
            if !field(self, id, kind)? {
                self.skip(kind, depth)?;
            }
        }
    }

    /// Steps over a value of this type.
    pub fn skip(&mut self, kind: u8, depth: usize) -> Result<(), Problem> {
        let deeper = depth.checked_sub(1).ok_or_else(|| self.corrupt("is nested too deeply"))?;
        match kind {
            // The value of a field is in its type.
            TRUE | FALSE => Ok(()),
            BYTE => self.take(1),
            DOUBLE => self.take(8),
            BINARY => {
                let length = self.varint()?;
                self.take(length)
            }
            LIST | SET => {
                let (size, element) = self.list()?;
                // The format's headers have none; and the crate takes each for a value of no bytes, so that a few bytes
                // could keep it busy for ever.
                if matches!(element, TRUE | FALSE) {
                    return Err(self.corrupt("has a list of truth values"));
                }
                (0..size).try_for_each(|_| self.skip(element, deeper))
            }
            MAP => match self.varint()? {
                0 => Ok(()),
                _ => Err(self.corrupt("has a map, which the format has nowhere")),
            },
            STRUCT => self.fields(deeper, |_, _, _| Ok(false)),
            _ if INTEGERS.contains(&kind) => self.varint().map(drop),
            _ => Err(self.corrupt("has a value of unknown type")),
        }
    }

    /// The size and the element type of a list.
    pub fn list(&mut self) -> Result<(u64, u8), Problem> {
        let header = self.byte()?;
        let size = match header >> 4 {
            15 => self.varint()?,
            size => u64::from(size),
        };
        Ok((size, header & 0x0f))
    }
}
