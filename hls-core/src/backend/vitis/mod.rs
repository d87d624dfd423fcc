//! Vivado HLS and Vitis HLS: C++ with `ap_fixed`, one call, one configuration and one set of types a layer.

mod data;
mod fifos;
mod limits;
mod names;
mod parallel;
mod stream;
mod wiring;

use std::collections::BTreeMap;

use self::data::{Firmware, layers};
use super::manifest::{MANIFEST, manifest};
use super::render::{kernel, render, with_includes};
use super::{Backend, EmitError, Project, Target, TestVectors, integers};
use crate::dataflow::Flow;
use crate::diagnostics::Diagnostics;
use crate::emulator::Emulator;
use crate::fixed::FixedType;
use crate::ir::Graph;
use crate::ops::ConstantArray;
use crate::passes::{self, Pass, RemoveIdentities};
use crate::rules::IoType;

/// The back end for `vivado_hls`, `vitis_hls`, `vitis-run` and `v++`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vitis;

impl Backend for Vitis {
    fn name(&self) -> &'static str {
        "vitis"
    }

    fn check(&self, graph: &Graph, _target: &Target) -> Diagnostics {
        let mut diagnostics = graph.verify().err().unwrap_or_default();
        let well_formed = !diagnostics.has_errors();
        // The design that is emitted: a process less makes a difference.
        let emitted = well_formed.then(|| self.rewritten(graph));
        names::check(graph, emitted.as_ref().and_then(|emitted| emitted.as_ref().ok()), &mut diagnostics);
        if well_formed {
            limits::check(graph, &mut diagnostics);
        }
        match emitted {
            Some(Ok(emitted)) if graph.io_type() == IoType::IoStream => fifos::check(&emitted, &mut diagnostics),
            Some(Err(found)) => diagnostics.extend(found),
            _ => {}
        }
        diagnostics
    }

    fn passes(&self) -> Vec<Box<dyn Pass>> {
        vec![Box::new(RemoveIdentities)]
    }

    fn spell_type(&self, ty: &FixedType) -> String {
        let (format, sign) = (ty.format, if ty.format.signed { "" } else { "u" });
        let (rounding, overflow) = (ty.rounding.ap_name(), ty.overflow.ap_name());
        format!("ap_{sign}fixed<{}, {}, {rounding}, {overflow}, 0>", format.width, format.integer)
    }

    fn emit(&self, graph: &Graph, target: &Target, vectors: &TestVectors) -> Result<Project, EmitError> {
        self.check(graph, target).into_result(())?;
        if vectors.input.is_empty() {
            return Err(EmitError::NoVectors);
        }
        let graph = self.rewritten(graph)?;

        let flow = if graph.io_type() == IoType::IoStream { Flow::new(&graph) } else { Flow::default() };
        let layers = layers(&graph, &flow);
        let firmware = Firmware::new(&graph, target, &layers, &flow, |ty| self.spell_type(ty));
        let name = graph.name();
        let mut files = BTreeMap::new();
        for (path, template) in [
            (format!("firmware/{name}.h"), "vitis/top.h"),
            (format!("firmware/{name}.cpp"), "vitis/top.cpp"),
            ("firmware/defines.h".to_owned(), "vitis/defines.h"),
            ("firmware/parameters.h".to_owned(), "vitis/parameters.h"),
            (format!("{name}_test.cpp"), "vitis/test.cpp"),
            ("project.tcl".to_owned(), "vitis/project.tcl"),
            ("hls_config.cfg".to_owned(), "vitis/hls_config.cfg"),
            ("build.sh".to_owned(), "vitis/build.sh"),
        ] {
            files.insert(path, render(template, &firmware)?.into_bytes());
        }
        let tcl = include_bytes!("../../../../templates/vitis/build_prj.tcl");
        files.insert("build_prj.tcl".to_owned(), tcl.to_vec());
        let tcl = include_bytes!("../../../../templates/vitis/vivado_synth.tcl");
        files.insert("vivado_synth.tcl".to_owned(), tcl.to_vec());
        for kernel_name in with_includes(["platform"].into_iter().chain(firmware.headers())) {
            let header = kernel(&kernel_name);
            let header = header.ok_or_else(|| EmitError::Template(format!("there is no kernel `{kernel_name}`")))?;
            files.insert(format!("firmware/nnet/{kernel_name}.h"), header.as_bytes().to_vec());
        }
        for layer in &layers {
            for array in &layer.code.arrays {
                let identifier = names::array(array.role, layer.name);
                files.insert(
                    format!("firmware/weights/{identifier}.h"),
                    constant_array(&identifier, array, layer.code.encoding(array)),
                );
            }
        }
        let samples = test_data(&graph, vectors, &mut files)?;
        let text = manifest(self.name(), &graph, target, samples, firmware.streams(), firmware.clocks(), &files)
            .map_err(|error| EmitError::Template(error.to_string()))?;
        files.insert(MANIFEST.to_owned(), text);
        Ok(Project { name: name.to_owned(), files })
    }
}

impl Vitis {
    /// The graph after all passes.
    fn rewritten(self, graph: &Graph) -> Result<Graph, Diagnostics> {
        let passes = self.passes();
        let passes: Vec<&dyn Pass> = passes.iter().map(AsRef::as_ref).collect();
        passes::run(graph, &passes)
    }
}

/// A header with one array of mantissas.
fn constant_array(identifier: &str, array: &ConstantArray, encoding: Option<&str>) -> Vec<u8> {
    let tensor = &array.tensor;
    let dims: Vec<String> = tensor.dims.iter().map(ToString::to_string).collect();
    let guard = identifier.to_uppercase();
    let sign = if tensor.format.signed { "signed" } else { "unsigned" };
    let meaning = match encoding {
        Some(encoding) => format!("{}, in {} bits each: {encoding}.", dims.join(" x "), tensor.format.width),
        None => format!(
            "{} mantissas of {}, {} of them zero; value = mantissa * 2^{}.",
            dims.join(" x "),
            tensor.format,
            tensor.zeros(),
            -tensor.format.fraction(),
        ),
    };
    let head = format!(
        "#ifndef WEIGHTS_{guard}_H_\n#define WEIGHTS_{guard}_H_\n\n#include \"../nnet/platform.h\"\n\n\
         // {meaning}\n\
         static const nnet::{sign}_raw<{}>::type {identifier}[{}] = {{\n",
        tensor.format.width,
        tensor.raw.len(),
    );
    let mut text = head.into_bytes();
    text.reserve(tensor.raw.len() * 4);
    // A line for each of the last dimension's rows would be too long for some tools.
    integers::push_rows(&mut text, &tensor.raw, 32, b", ", b",\n");
    text.extend_from_slice(b"};\n\n#endif\n");
    text
}

/// Writes the bench's inputs and, from the emulator, its expected outputs; returns the number of vectors.
fn test_data(graph: &Graph, vectors: &TestVectors, files: &mut BTreeMap<String, Vec<u8>>) -> Result<usize, EmitError> {
    let outputs = Emulator::new(graph).run(&vectors.input)?;
    let features = graph.input().shape.size();
    let samples = vectors.input.len() / features;
    let mut text = format!("{samples} {features}\n").into_bytes();
    integers::push_rows(&mut text, &vectors.input, features, b" ", b"\n");
    files.insert("tb_data/input.dat".to_owned(), text);

    let mut text = format!("{samples} {}\n", outputs.features.iter().sum::<usize>()).into_bytes();
    for sample in 0..samples {
        for (index, (raw, &features)) in outputs.raw.iter().zip(&outputs.features).enumerate() {
            if index > 0 {
                text.push(b' ');
            }
            integers::push_rows(&mut text, &raw[sample * features..][..features], features, b" ", b"");
        }
        text.push(b'\n');
    }
    files.insert("tb_data/expected.dat".to_owned(), text);
    Ok(samples)
}
