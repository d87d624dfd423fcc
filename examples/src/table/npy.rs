//! NPY: one numpy array, structured or two-dimensional.

use std::path::{Path, PathBuf};

use super::error::{Fault, Problem};
use super::npy_header::{Element, Elements, Header, Kind};
use super::rows::{finite, number};
use super::schema::{Layout, Role, Schema};
use super::{MAX_ROWS, Parsed, Table};

/// Reads a table, or features whose labels are elsewhere.
pub(super) fn read(bytes: &[u8], schema: &Schema) -> Result<Parsed, Fault> {
    let (header, data) = Header::read(bytes)?;
    match (&header.elements, header.shape.as_slice()) {
        (Elements::Record(fields), [_]) => structured(fields, &header, data, schema).map(Parsed::Table),
        (Elements::Plain(element), [_, columns]) => {
            let features = schema.features.len() as u64;
            if *columns != features && *columns != features + 1 {
                return Err(shape_problem(&header.shape, schema));
            }
            let grid = Grid::new(*element, &header, data)?;
            let mut values = Vec::new();
            let mut labels = Vec::new();
            for row in 0..grid.rows {
                for (column, name) in schema.features.iter().enumerate() {
                    let value = grid.cell(row, column).number();
                    values.push(value.map_err(|problem| problem.at_row(row as u64 + 1).in_column(name))?);
                }
                if *columns == features + 1 {
                    labels.push(grid.label(row, schema.features.len(), schema)?);
                }
            }
            Ok(if *columns == features {
                Parsed::Features(values)
            } else {
                Parsed::Table(Table { features: values, labels, ignored_columns: Vec::new() })
            })
        }
        _ => Err(shape_problem(&header.shape, schema)),
    }
}

/// The file with the labels of a file with features: `y_train.npy` for `X_train.npy`.
pub(super) fn partner(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let other = match name.strip_prefix('X') {
        Some(rest) => format!("y{rest}"),
        None => format!("y{}", name.strip_prefix('x')?),
    };
    Some(path.with_file_name(other))
}

/// Reads the labels of `rows` rows: `N` or `N x 1` names or indices, or `N x classes` one-hot.
pub(super) fn labels(bytes: &[u8], rows: usize, schema: &Schema) -> Result<Vec<u8>, Fault> {
    let not_labels = |shape: &[u64]| {
        let message = format!(
            "labels of shape {shape:?} are not read; legal are ({rows},), ({rows}, 1) and one-hot ({rows}, {})",
            schema.classes.len()
        );
        Fault::from(Problem::Unsupported { message })
    };
    if !bytes.starts_with(b"\x93NUMPY") {
        return Err(Problem::NotAsNamed { format: "NPY" }.into());
    }
    let (header, data) = Header::read(bytes)?;
    let Elements::Plain(element) = header.elements else {
        return Err(not_labels(&header.shape));
    };
    let columns = match header.shape.as_slice() {
        [n] | [n, 1] if *n == rows as u64 => 1,
        [n, columns] if *n == rows as u64 && *columns == schema.classes.len() as u64 => *columns as usize,
        _ => return Err(not_labels(&header.shape)),
    };
    let grid = Grid::new(element, &header, data)?;
    (0..rows).map(|row| if columns == 1 { grid.label(row, 0, schema) } else { grid.one_hot(row, schema) }).collect()
}

fn shape_problem(shape: &[u64], schema: &Schema) -> Fault {
    let features = schema.features.len();
    let message = format!(
        "an array of shape {shape:?} is not read; legal are a structured array (N,) with named fields, (N, {}) with the \
         label last, and (N, {features}) in a file `X..npy` with the labels in `y..npy` beside it",
        features + 1
    );
    Problem::Unsupported { message }.into()
}

/// Checks the declared size against the bytes that are there, before anything is made of it.
fn check_size(rows: u64, row_bytes: Option<u64>, available: usize) -> Result<usize, Fault> {
    if rows == 0 {
        return Err(Problem::Empty.into());
    }
    if rows > MAX_ROWS {
        return Err(Problem::TooLarge { what: "rows", found: rows, limit: MAX_ROWS }.into());
    }
    let available = available as u64;
    match row_bytes.and_then(|bytes| bytes.checked_mul(rows)) {
        Some(bytes) if bytes == available => Ok(rows as usize),
        Some(bytes) if bytes < available => {
            let message = format!("the NPY file declares {bytes} bytes of data and has {available}");
            Err(Problem::Corrupt { message }.into())
        }
        declared => {
            let declared = declared.map_or_else(|| "more than 2^64".to_owned(), |bytes| bytes.to_string());
            let message = format!("the NPY file declares {declared} bytes of data and has {available}");
            Err(Problem::Truncated { message }.into())
        }
    }
}

fn structured(fields: &[(String, Element)], header: &Header, data: &[u8], schema: &Schema) -> Result<Table, Fault> {
    let layout = Layout::new(fields.iter().map(|(name, _)| name.clone()).collect(), schema)?;
    let row_bytes = fields.iter().try_fold(0_u64, |sum, (_, element)| sum.checked_add(element.size as u64));
    let rows = check_size(header.shape[0], row_bytes, data.len())?;
    let mut row_values = vec![0.0; schema.features.len()];
    let mut table = Table { ignored_columns: layout.ignored(), ..Table::default() };
    for (row, mut record) in (1..).zip(data.chunks_exact(data.len() / rows)) {
        for ((name, element), role) in fields.iter().zip(&layout.roles) {
            let (bytes, rest) = record.split_at(element.size);
            record = rest;
            let cell = Cell::new(*element, bytes);
            match role {
                Role::Feature(index) => cell.number().map(|value| row_values[*index] = value),
                Role::Label => cell.class(schema).map(|class| table.labels.push(class)),
                Role::Ignored => Ok(()),
            }
            .map_err(|problem| problem.at_row(row).in_column(name))?;
        }
        table.features.extend_from_slice(&row_values);
    }
    Ok(table)
}

/// A two-dimensional array of one element type; a vector is one column.
struct Grid<'a> {
    element: Element,
    rows: usize,
    columns: usize,
    fortran_order: bool,
    data: &'a [u8],
}

impl<'a> Grid<'a> {
    fn new(element: Element, header: &Header, data: &'a [u8]) -> Result<Self, Fault> {
        let columns = header.shape.get(1).copied().unwrap_or(1);
        let rows = check_size(header.shape[0], columns.checked_mul(element.size as u64), data.len())?;
        Ok(Self { element, rows, columns: columns as usize, fortran_order: header.fortran_order, data })
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        let index = if self.fortran_order { column * self.rows + row } else { row * self.columns + column };
        Cell::new(self.element, &self.data[index * self.element.size..][..self.element.size])
    }

    fn label(&self, row: usize, column: usize, schema: &Schema) -> Result<u8, Fault> {
        let class = self.cell(row, column).class(schema);
        class.map_err(|problem| problem.at_row(row as u64 + 1).in_column(schema.label))
    }

    fn one_hot(&self, row: usize, schema: &Schema) -> Result<u8, Fault> {
        let mut hot = None;
        for column in 0..self.columns {
            let value = self.cell(row, column).number();
            match value.map_err(|problem| problem.at_row(row as u64 + 1).in_column(schema.label))? {
                0.0 => {}
                1.0 if hot.is_none() => hot = Some(column as u8),
                _ => hot = Some(u8::MAX),
            }
        }
        hot.filter(|class| usize::from(*class) < schema.classes.len()).ok_or_else(|| {
            let message = "a one-hot row must hold a single 1, and 0 elsewhere".to_owned();
            Problem::Corrupt { message }.at_row(row as u64 + 1).in_column(schema.label)
        })
    }
}

/// One element, decoded.
pub(crate) enum Cell {
    Number(f64),
    Text(String),
}

impl Cell {
    pub fn new(element: Element, bytes: &[u8]) -> Self {
        let mut word = [0; 8];
        let number = |word: [u8; 8]| u64::from_le_bytes(word);
        match element.kind {
            Kind::Float | Kind::Signed | Kind::Unsigned => {
                for (target, source) in word.iter_mut().zip(bytes) {
                    *target = *source;
                }
                if element.big_endian {
                    word[..element.size].reverse();
                }
                let unused = 64 - 8 * element.size as u32;
                Self::Number(match element.kind {
                    Kind::Float if element.size == 4 => f64::from(f32::from_bits(number(word) as u32)),
                    Kind::Float => f64::from_bits(number(word)),
                    Kind::Signed => ((number(word) << unused) as i64 >> unused) as f64,
                    _ => number(word) as f64,
                })
            }
            Kind::Bytes => Self::Text(String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned()),
            Kind::Unicode => {
                let scalars = bytes.chunks_exact(4).map(|scalar| {
                    let scalar = [scalar[0], scalar[1], scalar[2], scalar[3]];
                    let code = if element.big_endian { u32::from_be_bytes(scalar) } else { u32::from_le_bytes(scalar) };
                    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
                });
                Self::Text(scalars.collect::<String>().trim_end_matches('\0').to_owned())
            }
        }
    }

    fn number(&self) -> Result<f32, Problem> {
        match self {
            Self::Number(value) => finite(*value),
            Self::Text(text) => number(text),
        }
    }

    fn class(&self, schema: &Schema) -> Result<u8, Problem> {
        match self {
            Self::Number(value) => schema.class_from_number(*value),
            Self::Text(text) => schema.class_index(text),
        }
    }
}
