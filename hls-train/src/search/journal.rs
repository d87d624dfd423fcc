//! The finished trials of a search on disk: each a file that is there whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hls_core::disk::write_atomically;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::SearchError;
use crate::seal::{self, sealed, unsealed};

/// The file that says which search a directory holds.
const IDENTITY: &str = "search.json";

/// A search's directory.
#[derive(Clone, Debug)]
pub(super) struct Journal {
    directory: PathBuf,
}

impl Journal {
    /// The directory of a search, new or of the same one.
    pub fn open(directory: &Path, identity: &str) -> Result<Self, SearchError> {
        let journal = Self { directory: directory.to_owned() };
        match journal.bytes(IDENTITY)? {
            None => journal.write(IDENTITY, identity.as_bytes())?,
            Some(found) if found == identity.as_bytes() => {}
            Some(_) => return Err(SearchError::Mismatch { directory: directory.to_owned() }),
        }
        Ok(journal)
    }

    /// The place of a file or directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The content of a file; `None` where there is none.
    pub fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, SearchError> {
        let path = self.path(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(SearchError::Io { path, source }),
        }
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), SearchError> {
        let path = self.path(name);
        write_atomically(&path, |file| file.write_all(bytes)).map_err(|source| SearchError::Io { path, source })
    }

    pub fn corrupt(&self, name: &str, message: &dyn ToString) -> SearchError {
        SearchError::Corrupt { path: self.path(name), message: message.to_string() }
    }

    /// A finished trial, from disk or by running it; whether it was run.
    pub fn once<T: Serialize + DeserializeOwned>(
        &self,
        name: &str,
        run: impl FnOnce() -> Result<T, SearchError>,
    ) -> Result<(T, bool), SearchError> {
        if let Some(bytes) = self.bytes(name)? {
            return parse(&bytes).map(|trial| (trial, false)).map_err(|message| self.corrupt(name, &message));
        }
        let trial = run()?;
        let text = serde_json::to_string(&trial).map_err(|error| self.corrupt(name, &error))?;
        let text = sealed(&text);
        self.write(name, text.as_bytes())?;
        // As it would be read, so that a resumed search sees the same numbers.
        parse(text.as_bytes()).map(|trial| (trial, true)).map_err(|message| self.corrupt(name, &message))
    }
}

/// A trial from its file: the JSON object with a hash of it as last field.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let body = unsealed(text).ok_or("not a whole trial: its end is not the hash of what is before it")?;
    seal::object(body).map_err(|error| error.to_string())
}
