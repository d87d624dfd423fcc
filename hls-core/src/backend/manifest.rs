//! `model.json`: what a project is, and the hashes that tell whether it still is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Target;
use crate::dataflow::Timing;
use crate::ir::{Graph, Node};
use crate::ops::Workload;

/// The name of the manifest in a project.
pub const MANIFEST: &str = "model.json";

/// What the manifest's `format` says.
const FORMAT: &str = "hls4rs project";

/// Raised whenever a field changes its meaning.
const FORMAT_VERSION: u32 = 1;

/// The part of a manifest that tells a project from any other directory.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Inventory {
    format: String,
    /// The hash of every file but the manifest, by relative path.
    pub files: BTreeMap<String, String>,
}

impl Inventory {
    /// The inventory of a manifest, or `None` where the text is none.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let inventory: Self = serde_json::from_slice(text).ok()?;
        (inventory.format == FORMAT).then_some(inventory)
    }
}

#[derive(Serialize)]
struct Manifest<'a> {
    format: &'static str,
    format_version: u32,
    hls4rs_version: &'static str,
    backend: &'a str,
    name: &'a str,
    io_type: &'static str,
    part: &'a str,
    clock_ns: f64,
    clock_uncertainty_percent: f64,
    test_vectors: usize,
    input: &'a str,
    outputs: Vec<&'a str>,
    #[serde(flatten)]
    workload: Workload,
    layers: Vec<Layer<'a>>,
    #[serde(skip_serializing_if = "<[Stream]>::is_empty")]
    streams: &'a [Stream],
    /// Of a design of streams, as it is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    clocks: Option<Timing>,
    files: BTreeMap<&'a str, String>,
}

#[derive(Serialize)]
struct Layer<'a> {
    name: &'a str,
    op: &'static str,
    inputs: Vec<&'a str>,
    shape: &'a [usize],
    r#type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    formats: String,
    #[serde(flatten)]
    multipliers: Option<Multipliers>,
}

/// A stream of the top function.
#[derive(Debug, Serialize)]
pub(super) struct Stream {
    pub name: String,
    /// The layer whose result travels here.
    pub layer: String,
    /// Packets of a sample.
    pub packets: usize,
    /// Elements of a packet.
    pub elements: usize,
    /// A port has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fifo_depth: Option<usize>,
}

/// Only layers that multiply have them.
#[derive(Serialize)]
struct Multipliers {
    strategy: &'static str,
    reuse_factor: usize,
    #[serde(flatten)]
    workload: Workload,
}

/// The manifest's text for a project of these files.
pub(super) fn manifest(
    backend: &str,
    graph: &Graph,
    target: &Target,
    test_vectors: usize,
    streams: &[Stream],
    clocks: Option<Timing>,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<Vec<u8>, serde_json::Error> {
    let name = |id| graph.node(id).name.as_str();
    let multipliers = |node: &Node| {
        let multiplies = node.op.shape_rule().is_some_and(|rule| rule.multiplications().is_some());
        multiplies.then(|| Multipliers {
            strategy: node.hardware.strategy.name(),
            reuse_factor: node.hardware.reuse_factor,
            workload: graph.workload(node),
        })
    };
    let layers = graph.nodes().iter().map(|node| Layer {
        name: &node.name,
        op: node.op.name(),
        inputs: node.inputs.iter().map(|&id| name(id)).collect(),
        shape: node.output.shape.dims(),
        r#type: node.output.ty.to_string(),
        formats: node.op.details(),
        multipliers: multipliers(node),
    });
    let manifest = Manifest {
        format: FORMAT,
        format_version: FORMAT_VERSION,
        hls4rs_version: env!("CARGO_PKG_VERSION"),
        backend,
        name: graph.name(),
        io_type: graph.io_type().name(),
        part: target.part(),
        clock_ns: target.clock_ns(),
        clock_uncertainty_percent: target.clock_uncertainty(),
        test_vectors,
        input: &graph.nodes()[0].name,
        outputs: graph.outputs().iter().map(|&id| name(id)).collect(),
        workload: graph.total_workload(),
        layers: layers.collect(),
        streams,
        clocks,
        files: files.iter().map(|(path, bytes)| (path.as_str(), hash(bytes))).collect(),
    };
    let mut text = serde_json::to_vec_pretty(&manifest)?;
    text.push(b'\n');
    Ok(text)
}

/// The manifest with one more file in its list, which is its last field; `None` where the text is no manifest as it is
/// written here.
pub(super) fn with_file(manifest: &[u8], path: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    const FIELD: &str = "\n  \"files\": ";
    let text = std::str::from_utf8(manifest).ok()?;
    let head = &text[..text.rfind(FIELD)?];
    let mut files = Inventory::parse(manifest)?.files;
    let with = |files: &BTreeMap<String, String>| {
        let list = serde_json::to_string_pretty(files).ok()?.replace('\n', "\n  ");
        Some(format!("{head}{FIELD}{list}\n}}\n"))
    };
    // Text after the list would be lost.
    if with(&files)? != text {
        return None;
    }
    files.insert(path.to_owned(), hash(bytes));
    with(&files).map(String::into_bytes)
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
