//! A hash as the last field of a JSON object, so that no bit of the file can change unseen, and no cut.

use serde::de::DeserializeOwned;

use crate::training::samples::hash;

/// What stands between the object and its hash, and after it.
const SEAL: (&str, &str) = (",\n  \"sha256\": \"", "\"\n}\n");

/// The end of an object.
const END: &str = "}";

/// The text of a JSON object with the SHA-256 of all text before it as its last field.
pub(crate) fn sealed(object: &str) -> String {
    let body = object.strip_suffix(END).unwrap_or(object).trim_end();
    let hash = hash(body.as_bytes());
    format!("{body}{}{hash}{}", SEAL.0, SEAL.1)
}

/// What a sealed object holds beside its seal, without the brace at its end; `None` where it is not what was sealed.
pub(crate) fn unsealed(text: &str) -> Option<&str> {
    let (body, found) = text.strip_suffix(SEAL.1)?.rsplit_once(SEAL.0)?;
    (hash(body.as_bytes()) == found).then_some(body)
}

/// The object whose text without the brace at its end is `body`.
///
/// # Errors
/// Where it is another object.
pub(crate) fn object<T: DeserializeOwned>(body: &str) -> serde_json::Result<T> {
    serde_json::from_str(&format!("{body}{END}"))
}

/// A seal's length in bytes.
pub(crate) const LENGTH: usize = SEAL.0.len() + 64 + SEAL.1.len();
