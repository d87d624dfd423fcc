//! What made a report.

use std::collections::BTreeMap;

use hls_core::ir::Graph;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Versions, seeds and settings: with them, the same report is made again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Programs and libraries with their versions.
    pub versions: BTreeMap<String, String>,
    /// Seeds by what they are for.
    pub seeds: BTreeMap<String, u64>,
    /// Everything else that was chosen.
    pub settings: BTreeMap<String, String>,
    /// SHA-256 of the graph as JSON: two reports with the same one are about the same bits.
    pub graph_sha256: String,
}

impl Provenance {
    pub(super) fn new(graph: &Graph) -> Self {
        let hash = graph.to_json().map(|text| {
            let digest = Sha256::digest(text.as_bytes());
            digest.iter().map(|byte| format!("{byte:02x}")).collect()
        });
        Self {
            versions: BTreeMap::from([("hls4rs".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]),
            graph_sha256: hash.unwrap_or_default(),
            ..Self::default()
        }
    }
}
