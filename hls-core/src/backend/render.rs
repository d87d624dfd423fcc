//! The templates, embedded and compiled once.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::Serialize;
use tera::{Context, Tera};

use super::EmitError;

/// Name and text of every template.
const TEMPLATES: &[(&str, &str)] = &[
    ("vitis/top.h", include_str!("../../../templates/vitis/top.h.tera")),
    ("vitis/top.cpp", include_str!("../../../templates/vitis/top.cpp.tera")),
    ("vitis/defines.h", include_str!("../../../templates/vitis/defines.h.tera")),
    ("vitis/parameters.h", include_str!("../../../templates/vitis/parameters.h.tera")),
    ("vitis/test.cpp", include_str!("../../../templates/vitis/test.cpp.tera")),
    ("vitis/project.tcl", include_str!("../../../templates/vitis/project.tcl.tera")),
    ("vitis/hls_config.cfg", include_str!("../../../templates/vitis/hls_config.cfg.tera")),
    ("vitis/build.sh", include_str!("../../../templates/vitis/build.sh.tera")),
];

/// A list of kernels and the text of their headers.
macro_rules! kernels {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../templates/common/", $name, ".h")))),*]
    };
}

/// The C++ kernels, by name: copied as they are.
const KERNELS: &[(&str, &str)] = kernels![
    "add",
    "argmax",
    "average",
    "clip",
    "concatenate",
    "copy",
    "dense_latency",
    "dense_latency_adders",
    "dense_pruned_resource",
    "dense_resource",
    "dense_unrolled",
    "dot",
    "hls_stream",
    "maximum",
    "minimum",
    "multiply",
    "hard_sigmoid",
    "leaky_relu",
    "dense_unrolled_adders",
    "platform",
    "product",
    "product_binary",
    "product_multiply",
    "product_power_of_two",
    "product_shifted",
    "product_ternary",
    "product_xnor",
    "quantize",
    "relu",
    "slice",
    "scale_shift",
    "sign",
    "softmax",
    "stream",
    "subtract",
    "transpose",
    "softmax_argmax",
    "normalization",
    "embedding",
    "embedding_memory",
    "table",
    "thresholded_relu",
    "global_average",
    "global_average_stream",
    "global_max",
    "global_max_stream",
    "mean",
    "pool_average",
    "pool_max",
    "windows",
    "windows_stream",
    "pad",
    "pad_stream",
    "upsample",
    "upsample_stream",
    "upsample_bilinear",
    "upsample_bilinear_stream",
    "concatenate_stream",
];

/// A template filled with the fields of `data`.
pub(super) fn render(template: &str, data: &impl Serialize) -> Result<String, EmitError> {
    let context = Context::from_serialize(data).map_err(|error| EmitError::Template(error.to_string()))?;
    engine()?.render(template, &context).map_err(|error| EmitError::Template(error.to_string()))
}

/// The header of a kernel.
pub(super) fn kernel(name: &str) -> Option<&'static str> {
    KERNELS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// These kernels and all that their headers include, each once, in the order of their names.
pub(super) fn with_includes<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut open: Vec<String> = names.map(str::to_owned).collect();
    while let Some(name) = open.pop() {
        let text = kernel(&name).unwrap_or_default();
        let included = text.lines().filter_map(|line| line.strip_prefix("#include \"")?.strip_suffix(".h\""));
        if all.insert(name.clone()) {
            open.extend(included.map(str::to_owned));
        }
    }
    all
}

fn engine() -> Result<&'static Tera, EmitError> {
    static ENGINE: OnceLock<Result<Tera, String>> = OnceLock::new();
    let build = || {
        let mut tera = Tera::new();
        // The templates are no HTML.
        tera.autoescape_on(Vec::<&str>::new());
        tera.add_raw_templates(TEMPLATES.iter().copied()).map_err(|error| error.to_string())?;
        Ok(tera)
    };
    ENGINE.get_or_init(build).as_ref().map_err(|message| EmitError::Template(message.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_compiles() {
        assert!(engine().is_ok(), "{:?}", engine().err());
    }

    #[test]
    fn a_missing_variable_is_an_error() {
        let error = render("vitis/top.h", &serde_json::json!({ "name": "x" })).unwrap_err();
        assert!(error.to_string().contains("internal error"), "{error}");
    }
}
