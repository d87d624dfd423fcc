//! A hash as the last field of a JSON object, so that no bit of the file can change unseen, and no cut.

use crate::training::samples::hash;

/// What stands between the object and its hash, and after it.
const SEAL: (&str, &str) = (",\n  \"sha256\": \"", "\"\n}\n");

/// The text of an object, without the brace at its end, with the SHA-256 of all text before it.
pub(crate) fn sealed(body: &str) -> String {
    let hash = hash(body.as_bytes());
    format!("{body}{}{hash}{}", SEAL.0, SEAL.1)
}

/// The text that a seal is of; `None` where it is not the text that was sealed.
pub(crate) fn unsealed(text: &str) -> Option<&str> {
    let (body, found) = text.strip_suffix(SEAL.1)?.rsplit_once(SEAL.0)?;
    (hash(body.as_bytes()) == found).then_some(body)
}

/// A seal's length in bytes.
pub(crate) const LENGTH: usize = SEAL.0.len() + 64 + SEAL.1.len();
