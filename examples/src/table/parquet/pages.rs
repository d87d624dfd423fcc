//! Pages of a Parquet column, checked before they are decoded.

use ::parquet::basic::Encoding;
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result};

/// Hands on the pages of a column whose declared sizes can be true.
///
/// The decoders reserve what a page declares: a page of a few bytes could ask for all memory.
pub(super) struct CheckedPages {
    pages: Box<dyn PageReader>,
    /// Rows of the row group that no page has held yet.
    rows_left: u64,
}

impl CheckedPages {
    pub fn new(pages: Box<dyn PageReader>, rows: u64) -> Self {
        Self { pages, rows_left: rows }
    }

    fn check(&mut self, page: &Page) -> Result<()> {
        let values = u64::from(page.num_values());
        if matches!(page, Page::DictionaryPage { .. }) {
            // The smallest plain value has four bytes, so this is generous.
            let bytes = page.buffer().len();
            return if values <= bytes as u64 {
                Ok(())
            } else {
                Err(error(format!("a dictionary declares {values} values and has {bytes} bytes")))
            };
        }
        if matches!(page.encoding(), Encoding::DELTA_LENGTH_BYTE_ARRAY | Encoding::DELTA_BYTE_ARRAY) {
            // They declare a second, unchecked number of values inside their data.
            return Err(error(format!(
                "the encoding {} is not read; write plain or dictionary pages",
                page.encoding()
            )));
        }
        self.rows_left = self.rows_left.checked_sub(values).ok_or_else(|| {
            error(format!("the pages declare {} values more than the rows of their row group", values - self.rows_left))
        })?;
        Ok(())
    }
}

fn error(message: String) -> ParquetError {
    ParquetError::General(message)
}

impl PageReader for CheckedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        if let Some(page) = &page {
            self.check(page)?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}

impl Iterator for CheckedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use bytes::Bytes;

    use super::*;

    struct Pages(VecDeque<Page>);

    impl PageReader for Pages {
        fn get_next_page(&mut self) -> Result<Option<Page>> {
            Ok(self.0.pop_front())
        }

        fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
            Ok(None)
        }

        fn skip_next_page(&mut self) -> Result<()> {
            Ok(())
        }
    }

    impl Iterator for Pages {
        type Item = Result<Page>;

        fn next(&mut self) -> Option<Self::Item> {
            self.get_next_page().transpose()
        }
    }

    fn data(num_values: u32, encoding: Encoding) -> Page {
        Page::DataPage {
            buf: Bytes::from_static(&[0; 40]),
            num_values,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        }
    }

    fn dictionary(num_values: u32) -> Page {
        let buf = Bytes::from_static(&[0; 40]);
        Page::DictionaryPage { buf, num_values, encoding: Encoding::PLAIN, is_sorted: false }
    }

    #[track_caller]
    fn check(pages: impl IntoIterator<Item = Page>, expected: Option<&str>) {
        let mut checked = CheckedPages::new(Box::new(Pages(pages.into_iter().collect())), 10);
        let error = checked.find_map(Result::err).map(|error| error.to_string());
        assert_eq!(error.as_deref(), expected);
    }

    #[test]
    fn pages_hold_what_their_headers_can_mean() {
        check([dictionary(40), data(4, Encoding::PLAIN), data(6, Encoding::RLE_DICTIONARY)], None);
        check([dictionary(41)], Some("Parquet error: a dictionary declares 41 values and has 40 bytes"));
        check(
            [data(4, Encoding::PLAIN), data(7, Encoding::PLAIN)],
            Some("Parquet error: the pages declare 1 values more than the rows of their row group"),
        );
        for encoding in [Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY] {
            let message =
                format!("Parquet error: the encoding {encoding} is not read; write plain or dictionary pages");
            check([data(1, encoding)], Some(&message));
        }
    }
}
