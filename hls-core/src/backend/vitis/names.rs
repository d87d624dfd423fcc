//! The identifiers of the firmware, and which names of layers and models collide in C++.

use std::collections::{BTreeMap, BTreeSet};

use super::wiring::{INPUT, Wiring};
use crate::backend::render::kernel;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::ir::{Graph, NodeId};
use crate::ops::OpTypes;
use crate::rules::IoType;

/// The type of a layer's result.
pub(super) fn ty(layer: &str) -> String {
    format!("{layer}_t")
}

/// The configuration of a layer's kernel.
pub(super) fn config(layer: &str) -> String {
    format!("config_{layer}")
}

/// The function that a layer is where it runs on its own.
pub(super) fn process(layer: &str) -> String {
    format!("process_{layer}")
}

/// An array of constants.
pub(super) fn array(role: &str, layer: &str) -> String {
    format!("{role}_{layer}")
}

/// Types that the C and C++ libraries and POSIX define in the global namespace and whose names end in `_t`.
const LIBRARY_TYPES: &str = "\
    blkcnt blksize char16 char32 char8 clock clockid dev div double error float fpos fsblkcnt fsfilcnt gid id \
    imaxdiv ino int16 int32 int64 int8 int_fast16 int_fast32 int_fast64 int_fast8 int_least16 int_least32 \
    int_least64 int_least8 intmax intptr key ldiv lldiv locale loff max_align mbstate mode nlink nullptr off \
    off64 pid ptrdiff pthread pthread_attr quad register sig_atomic sigset size socklen ssize suseconds time \
    timer u_int16 u_int32 u_int64 u_int8 u_quad uid uint16 uint32 uint64 uint8 uint_fast16 uint_fast32 \
    uint_fast64 uint_fast8 uint_least16 uint_least32 uint_least64 uint_least8 uintmax uintptr useconds wchar \
    wctrans wctype wint";

/// What a top function cannot be called: keywords of C++ and names that the firmware and its bench use.
const RESERVED_MODELS: &str = "\
    EOF HLS_LABEL HLS_PRAGMA NULL alignas alignof and and_eq ap_fixed ap_int ap_ufixed ap_uint argc argv asm assert auto bitand bitor bool break case catch char char16_t char32_t class compare \
    compl complete const const_cast constexpr continue decltype default defines delete directory do double drain dynamic_cast else enum errno \
    expected explicit export extern false find_data float for friend goto hls if inline input int is_empty limit load long main max_reports mismatches \
    mutable namespace new nnet noexcept not not_eq nullptr operator or or_eq parameters private protected public \
    read_table register reinterpret_cast result_t results results_path return row sample short signed sizeof static static_assert static_cast stderr stdin stdout \
    std struct switch table template this thread_local throw true try typedef typeid typename union unsigned \
    using vectors virtual void volatile wchar_t while xor xor_eq";

/// Reports names that would not compile or would hide one another. `emitted` is the graph after all passes, where it is
/// well-formed.
pub(super) fn check(graph: &Graph, emitted: Option<&Graph>, diagnostics: &mut Diagnostics) {
    let model = graph.name();
    if is_listed(RESERVED_MODELS, model) || is_implementation(model) || is_guarded(model) {
        diagnostics.push(
            Diagnostic::error(Code::Name, format!("the model's name `{model}` is reserved in C++"))
                .help("the name becomes the top function; choose another one"),
        );
    }
    let arrays = emitted.map(|emitted| wired(emitted, graph.io_type())).unwrap_or_default();
    let mut taken = BTreeMap::from([(model.to_owned(), "the model".to_owned())]);
    let guard = model.to_ascii_lowercase();
    let mut headers: BTreeMap<String, (String, String)> = BTreeMap::new();
    for node in graph.nodes() {
        let mut report = |message: String| {
            let error = Diagnostic::error(Code::Name, message).help("rename the layer");
            diagnostics.push(error.at(&node.name, node.source.as_ref()));
        };
        if is_listed(LIBRARY_TYPES, &node.name) {
            report(format!("its type would be called `{}`, which C++ already has", ty(&node.name)));
        }
        if is_implementation(&node.name) {
            report("names with two underscores or a leading one are reserved in C++".to_owned());
        }
        let types = graph.input_types(node);
        let code = node.op.code(&OpTypes { inputs: &types, output: &node.output }, &node.hardware);
        let constants: Vec<String> =
            code.iter().flat_map(|code| &code.arrays).map(|constants| array(constants.role, &node.name)).collect();
        let process = (graph.io_type() == IoType::IoStream).then(|| process(&node.name));
        let wired = arrays.get(&node.name).into_iter().flatten().cloned();
        let all = [ty(&node.name), config(&node.name)].into_iter().chain(process).chain(constants.iter().cloned());
        for identifier in all.chain(wired) {
            if let Some(other) = taken.get(&identifier) {
                report(format!("its identifier `{identifier}` in the firmware is also that of {other}"));
            }
            taken.insert(identifier, format!("layer `{}`", node.name));
        }
        // The guards of headers are in capitals, and file systems may know no case.
        for header in constants {
            let folded = header.to_ascii_lowercase();
            if guard == format!("weights_{folded}") {
                report(format!("its header `{header}.h` has the include guard of the model's"));
            }
            let known = headers.entry(folded).or_insert_with(|| (header.clone(), node.name.clone()));
            if known.0 != header {
                let (other, layer) = known;
                report(format!("its header `{header}.h` differs from `{other}.h` of layer `{layer}` in case alone"));
            }
        }
    }
}

/// The arrays or streams of the top function and its bench, by the layer whose values they hold. Under `io_parallel` both
/// those of a pipeline and those of a dataflow region: no setting makes a name illegal.
fn wired(graph: &Graph, io_type: IoType) -> BTreeMap<String, BTreeSet<String>> {
    let stream = io_type == IoType::IoStream;
    let mut arrays: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut push = |id: NodeId, name: String| {
        arrays.entry(graph.node(id).name.clone()).or_default().insert(name);
    };
    push(NodeId(0), INPUT.to_owned());
    let wirings: &[bool] = if stream { &[true] } else { &[false, true] };
    for &dataflow in wirings {
        let wiring = Wiring::new(graph, dataflow);
        wiring.outputs.iter().chain(&wiring.locals).for_each(|array| push(array.node, array.name.clone()));
        if stream {
            push(NodeId(0), values(INPUT));
            wiring.outputs.iter().for_each(|array| push(array.node, values(&array.name)));
        }
    }
    arrays
}

/// Whether the header of a model would have the include guard of one that is not a layer's, or the model the name of a guard.
fn is_guarded(model: &str) -> bool {
    let folded = model.to_ascii_lowercase();
    let is_kernel = folded.strip_prefix("nnet_").is_some_and(|name| kernel(name).is_some());
    is_kernel || folded == "defines" || folded == "parameters" || model.ends_with("_H_")
}

/// The bench's array with the elements of a stream.
pub(super) fn values(port: &str) -> String {
    format!("{port}_values")
}

fn is_listed(words: &str, name: &str) -> bool {
    words.split(' ').any(|word| word == name)
}

fn is_implementation(name: &str) -> bool {
    name.contains("__") || name.starts_with('_')
}
