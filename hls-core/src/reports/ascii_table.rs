//! Tables drawn with `|` and `+---+`, as all of the vendor's text reports have them.

/// A table: what it stands under, its columns, its rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct AsciiTable<'a> {
    /// The last line of text before it.
    pub title: &'a str,
    /// The names of the columns, those of several lines joined by a space.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<&'a str>>,
}

impl<'a> AsciiTable<'a> {
    /// All tables of a text.
    pub fn all(text: &'a str) -> Vec<Self> {
        let mut tables = Vec::new();
        let mut title = "";
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let line = line.trim();
            if !is_rule(line) {
                if !line.is_empty() && !line.starts_with('|') {
                    title = line;
                }
                continue;
            }
            let mut header: Vec<Vec<&str>> = Vec::new();
            while let Some(cells) = lines.peek().and_then(|line| cells(line)) {
                header.push(cells);
                lines.next();
            }
            if lines.peek().is_none_or(|line| !is_rule(line.trim())) || header.is_empty() {
                continue;
            }
            let mut rows = Vec::new();
            // Rules part a table in groups; the next line that is neither ends it.
            while let Some(line) = lines.peek() {
                match cells(line) {
                    Some(cells) => rows.push(cells),
                    None if is_rule(line.trim()) => {}
                    None => break,
                }
                lines.next();
            }
            tables.push(Self { title, columns: columns(&header), rows });
        }
        tables
    }

    /// The position of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The row whose first cell is this.
    pub fn row(&self, name: &str) -> Option<&[&'a str]> {
        self.rows.iter().find(|row| row.first().is_some_and(|cell| *cell == name)).map(Vec::as_slice)
    }
}

fn is_rule(line: &str) -> bool {
    line.starts_with("+-") && line.ends_with("-+") && line.chars().all(|c| c == '+' || c == '-')
}

fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

/// The names of the columns: those of the last line, with what stands above. A line above with fewer cells names
/// groups of columns, and those are told apart by the order alone.
fn columns(header: &[Vec<&str>]) -> Vec<String> {
    let Some((last, above)) = header.split_last() else { return Vec::new() };
    let mut columns = vec![String::new(); last.len()];
    for line in above.iter().filter(|line| line.len() == last.len()).chain([last]) {
        for (column, cell) in columns.iter_mut().zip(line) {
            if !cell.is_empty() {
                if !column.is_empty() {
                    column.push(' ');
                }
                column.push_str(cell);
            }
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_found_under_their_titles() {
        let text = "* Summary:\n +---+----+\n | A | B |\n |   | c |\n +---+---+\n | x | 1 |\n +---+---+\n | y | 2 |\n +---+---+\n\nN/A\n";
        let tables = AsciiTable::all(text);
        assert_eq!(tables.len(), 1);
        assert_eq!((tables[0].title, &tables[0].columns[..]), ("* Summary:", &["A".to_owned(), "B c".to_owned()][..]));
        assert_eq!(tables[0].rows, [["x", "1"], ["y", "2"]]);
        assert_eq!((tables[0].column("B c"), tables[0].row("y")), (Some(1), Some(&["y", "2"][..])));
    }

    #[test]
    fn what_is_cut_off_is_no_table() {
        for text in ["", "+-+", "+---+\n", "+---+\n| a |", "+---+\n| a |\n| b", "| a |\n", "+--+\n+--+\n"] {
            assert!(AsciiTable::all(text).iter().all(|table| table.rows.is_empty()), "{text}");
        }
    }
}
