//! Every assignment between narrow types: the definition of rounding and overflow against the real `ap_fixed`.

mod common;

use std::fmt::Write;
use std::fs;
use std::process::Command;

use common::headers;
use hls_core::backend;
use hls_core::fixed::{FixedFormat, FixedType, Overflow, Rounding};

/// Every mode of every target width up to 8 bits, signed and unsigned, with these integer bits; and formats whose binary
/// point is far from the source's.
fn targets(integers: &'static [i32]) -> impl Iterator<Item = FixedType> {
    let near = (1..=8).flat_map(move |width| integers.iter().map(move |&integer| (width, integer)));
    let formats = near
        .chain([(5, -6), (5, 14)])
        .flat_map(|(width, integer)| [FixedFormat::signed(width, integer), FixedFormat::unsigned(width, integer)]);
    formats.flat_map(|format| {
        Rounding::ALL.into_iter().flat_map(move |rounding| {
            Overflow::ALL.into_iter().map(move |overflow| FixedType::new(format, rounding, overflow))
        })
    })
}

const PROLOGUE: &str = r#"
#include "platform.h"
#include <cstdio>

template <class source_T, class target_T> void assign(long long first, long long last) {
    for (long long raw = first; raw <= last; raw++) {
        const source_T source = nnet::from_raw<source_T>(raw);
        const target_T target = nnet::assign<target_T>(source);
        std::putchar(static_cast<signed char>(nnet::to_raw(target).to_int64()));
    }
}

int main() {
"#;

/// The low eight bits of every result, as the compiled `ap_fixed` gives them.
fn ap_fixed(source: FixedFormat, integers: &'static [i32]) -> Vec<u8> {
    let vitis = backend::find("vitis").unwrap();
    let spelled = vitis.spell_type(&FixedType::exact(source));
    let mut program = PROLOGUE.to_owned();
    for target in targets(integers) {
        let target = vitis.spell_type(&target);
        writeln!(program, "    assign<{spelled}, {target} >({}, {});", source.min_raw(), source.max_raw()).unwrap();
    }
    program += "}\n";
    let directory = tempfile::tempdir().unwrap();
    let (text, binary) = (directory.path().join("modes.cpp"), directory.path().join("modes"));
    fs::write(&text, program).unwrap();
    let compiled = Command::new("g++")
        .args(["-std=c++14", "-O0", "-w", "-I"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../templates/common"))
        .arg("-isystem")
        .arg(headers())
        .arg(&text)
        .arg("-o")
        .arg(&binary)
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let output = Command::new(&binary).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[track_caller]
fn check(source: FixedFormat, integers: &'static [i32]) {
    let results = ap_fixed(source, integers);
    let mut results = results.iter();
    for target in targets(integers) {
        for raw in source.min_raw()..=source.max_raw() {
            let expected = target.quantize(raw.into(), source.fraction()) as u8;
            assert_eq!(results.next(), Some(&expected), "{raw} of {source} assigned to {target}");
        }
    }
    assert_eq!(results.next(), None);
}

#[test]
fn signed_sources() {
    check(FixedFormat::signed(8, 3), &[0, 4]);
}

#[test]
fn unsigned_sources() {
    check(FixedFormat::unsigned(8, 3), &[3]);
}
