//! The identifiers of the firmware, and which names of layers and models collide in C++.

use std::collections::BTreeMap;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::ir::Graph;
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
    EOF NULL alignas alignof and and_eq ap_fixed ap_int ap_ufixed ap_uint asm assert auto bitand bitor bool break case catch char char16_t char32_t class compare \
    compl const const_cast constexpr continue decltype default defines delete do double drain dynamic_cast else enum errno \
    explicit export extern false find_data float for friend goto hls if inline int is_empty load long main max_reports \
    mutable namespace new nnet noexcept not not_eq nullptr operator or or_eq parameters private protected public \
    read_table register reinterpret_cast result_t return short signed sizeof static static_assert static_cast stderr stdin stdout \
    std struct switch table template this thread_local throw true try typedef typeid typename union unsigned \
    using virtual void volatile wchar_t while xor xor_eq";

/// Reports names that would not compile or would hide one another.
pub(super) fn check(graph: &Graph, diagnostics: &mut Diagnostics) {
    let model = graph.name();
    if is_listed(RESERVED_MODELS, model) || is_implementation(model) {
        diagnostics.push(
            Diagnostic::error(Code::Name, format!("the model's name `{model}` is reserved in C++"))
                .help("the name becomes the top function; choose another one"),
        );
    }
    let mut taken = BTreeMap::from([(model.to_owned(), "the model".to_owned())]);
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
        let arrays = code.iter().flat_map(|code| &code.arrays).map(|constants| array(constants.role, &node.name));
        let process = (graph.io_type() == IoType::IoStream).then(|| process(&node.name));
        for identifier in [ty(&node.name), config(&node.name)].into_iter().chain(process).chain(arrays) {
            if let Some(other) = taken.get(&identifier) {
                report(format!("its identifier `{identifier}` in the firmware is also that of {other}"));
            }
            taken.insert(identifier, format!("layer `{}`", node.name));
        }
    }
}

fn is_listed(words: &str, name: &str) -> bool {
    words.split(' ').any(|word| word == name)
}

fn is_implementation(name: &str) -> bool {
    name.contains("__") || name.starts_with('_')
}
