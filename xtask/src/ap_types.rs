//! Fetches the open Xilinx `ap_fixed` headers (Apache-2.0) out of a wheel on PyPI into the cache that every C
//! simulation finds.
//!
//! pip downloads the wheel and the same Python unpacks it, so nothing but Python is needed. Every header must have the
//! hash that is written here.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const WHEEL: &str = "da4ml==0.6.0";

/// The headers' directory in the wheel.
const INCLUDE: &str = "da4ml/codegen/hls/source/ap_types/include/";

/// Every header and its SHA-256.
const HEADERS: [(&str, &str); 11] = [
    ("ap_common.h", "d61258f6ebca39dc11492965e6e7a1508499478b6c4ac435cf83cd454738e0a5"),
    ("ap_decl.h", "cf51ec1fed914af4a8a1f4d947b4477aa21f02711856e1dc22efeeb5ef608c48"),
    ("ap_fixed.h", "de5778ab2178ef99c3b68e7b00772c2ddf8f7e827b765a650e864f2d7228e9de"),
    ("ap_fixed_base.h", "09dd402506631f154a6efa38c3d6bdca5904c8d8dd5c747b545f625281936f4a"),
    ("ap_fixed_ref.h", "4cef7266a7567f4564b17986e1237dfe7fc20d8415594e32ba36b461f92b402c"),
    ("ap_fixed_special.h", "c977d09e301cf2f26fe53e91f5ae0bfde03453f6b4ca9ccafd14a7f32ab3b7fb"),
    ("ap_int.h", "9d38b2ac537c20f08646ce516290a42d3f72e08c5aaa84541ed21ba5488e2cd0"),
    ("ap_int_base.h", "2ade108df516f39afc9718d8e044aa7a547f0a7a4cd2e6dbe0ae5dd86d3718c4"),
    ("ap_int_ref.h", "e6bb0e75a6e5c1e0bd84a1ad43c2a4b6bd3beec110f75833487e46e6133b9b96"),
    ("ap_int_special.h", "1c8bd146e88a1a90270a98a05115f470e4145fcf1d6e9de51a4516a5b8253022"),
    ("etc/ap_private.h", "4c37711885f4af70fa425f0a797a1c79198785d970140dc092bdfebef31502d9"),
];

/// Arguments: the wheel's directory, the target directory, the prefix in the wheel, then names and hashes in turn.
const UNPACK: &str = r"
import glob, hashlib, os, sys, zipfile
wheels, target, prefix, *headers = sys.argv[1:]
[wheel] = glob.glob(os.path.join(wheels, '*.whl'))
with zipfile.ZipFile(wheel) as archive:
    for name, expected in zip(headers[::2], headers[1::2]):
        data = archive.read(prefix + name)
        if hashlib.sha256(data).hexdigest() != expected:
            sys.exit(name + ' in ' + os.path.basename(wheel) + ' is not the expected file: its SHA-256 differs')
        path = os.path.join(target, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as file:
            file.write(data)
";

/// Fills the cache, unless it is filled.
pub fn run() -> Result<(), String> {
    let target = cache()?;
    if HEADERS.iter().all(|(name, _)| target.join(name).is_file()) {
        println!("the ap_fixed headers are in {}", target.display());
        return Ok(());
    }
    // The work is done beside the target, so that one rename publishes all headers or none.
    let work = target.with_extension(format!("{}.new", std::process::id()));
    let result = fetch(&work, &target);
    let _ = fs::remove_dir_all(&work);
    result.map_err(|reason| {
        format!(
            "cannot fetch the ap_fixed headers: {reason}\n\
             Without them C simulation needs a directory that holds ap_fixed.h: pass `--ap-types DIR`, or set \
             XILINX_HLS or XILINX_VITIS to an installed tool."
        )
    })?;
    println!("fetched the ap_fixed headers (from {WHEEL}) into {}", target.display());
    Ok(())
}

/// The same directory as `hls_core::csim::cache`, which this crate does not depend on to stay small.
fn cache() -> Result<PathBuf, String> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("HLS4RS_CACHE")
        .or_else(|| variable("XDG_CACHE_HOME").map(|path| path.join("hls4rs")))
        .or_else(|| variable("HOME").map(|path| path.join(".cache/hls4rs")))
        .map(|path| path.join("ap_types"))
        .ok_or_else(|| "set HLS4RS_CACHE to a directory: there is no HOME either".to_owned())
}

fn fetch(work: &Path, target: &Path) -> Result<(), String> {
    let (wheels, headers) = (work.join("wheels"), work.join("headers"));
    for directory in [&wheels, &headers] {
        fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    }
    let python = python()?;
    // The headers are the same in the wheels of every platform; naming one makes pip find it on any machine.
    let platform = ["--platform", "manylinux_2_28_x86_64", "--python-version", "3.11", "--implementation", "cp"];
    let mut download = Command::new(python);
    download.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]);
    download.args(platform).arg("--dest").arg(&wheels).arg(WHEEL);
    succeed(&mut download, "pip could not download the wheel; is pip installed and PyPI reachable?")?;

    let mut unpack = Command::new(python);
    unpack.arg("-c").arg(UNPACK).arg(&wheels).arg(&headers).arg(INCLUDE);
    unpack.args(HEADERS.iter().flat_map(|(name, hash)| [name, hash]));
    succeed(&mut unpack, "the wheel could not be unpacked")?;

    if target.exists() {
        fs::remove_dir_all(target).map_err(|error| format!("{}: {error}", target.display()))?;
    }
    fs::rename(&headers, target).map_err(|error| format!("{}: {error}", target.display()))
}

fn python() -> Result<&'static str, String> {
    let runs = |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    ["python3", "python"].into_iter().find(runs).ok_or_else(|| "Python is not installed (python3 with pip)".to_owned())
}

fn succeed(command: &mut Command, what: &str) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{what}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{what}\n{}", String::from_utf8_lossy(&output.stderr).trim_end()))
}
