//! Golden tests of the expansion: `golden/NAME.rs` holds a declaration, `golden/NAME.expanded.rs` what it expands to, and
//! `golden/errors.txt` what is said about wrong ones. `BLESS=1` rewrites them.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::expand::expand;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name)
}

#[track_caller]
fn compare(path: &Path, actual: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(expected == actual, "{} differs; BLESS=1 rewrites it. Now:\n{actual}", path.display());
}

/// The arguments of the `#[hls_model(..)]` that `source` starts with, and the item below it.
fn split(source: &str) -> (TokenStream, TokenStream) {
    let mut item = syn::parse_str::<syn::Item>(source).unwrap();
    let attributes = match &mut item {
        syn::Item::Struct(item) => &mut item.attrs,
        syn::Item::Enum(item) => &mut item.attrs,
        syn::Item::Fn(item) => &mut item.attrs,
        _ => panic!("not an item of these tests"),
    };
    let arguments = match attributes.remove(0).meta {
        syn::Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    (arguments, item.into_token_stream())
}

#[track_caller]
fn check(name: &str) {
    let source = fs::read_to_string(golden(&format!("{name}.rs"))).unwrap();
    let (arguments, item) = split(&source);
    let file = syn::parse2::<syn::File>(expand(arguments, item)).unwrap();
    compare(&golden(&format!("{name}.expanded.rs")), &prettyplease::unparse(&file));
}

#[test]
fn straight_line() {
    check("jet_tagger");
}

#[test]
fn generic_with_skip_and_two_outputs() {
    check("residual");
}

#[test]
fn streaming_image_with_expressions() {
    check("image");
}

/// The messages in the expansion of `source`, a line each.
fn errors(source: &str) -> Vec<String> {
    let (arguments, item) = split(source);
    let expansion = expand(arguments, item).to_string();
    let file = syn::parse_str::<syn::File>(&expansion).unwrap();
    let messages = file.items.iter().filter_map(|item| match item {
        syn::Item::Macro(item) => syn::parse2::<syn::LitStr>(item.mac.tokens.clone()).ok(),
        _ => None,
    });
    messages.map(|message| message.value()).collect()
}

#[test]
fn wrong_declarations() {
    let declarations = fs::read_to_string(golden("errors.txt")).unwrap();
    let mut actual = String::new();
    for case in declarations.split("\n\n").filter(|case| !case.trim().is_empty()) {
        let source: String =
            case.lines().filter(|line| !line.starts_with("error: ")).map(|line| line.to_owned() + "\n").collect();
        let messages = errors(&source);
        assert!(!messages.is_empty(), "no error for:\n{source}");
        actual.push_str(&source);
        for message in messages {
            actual.push_str(&format!("error: {message}\n"));
        }
        actual.push('\n');
    }
    compare(&golden("errors.txt"), &actual);
}

#[test]
fn a_wrong_declaration_keeps_the_struct() {
    let source = "#[hls_model(input = [A; 2], io = x)] pub struct M { #[hls(outptu)] a: Relu<A>, pub b: Relu<B> }";
    let (arguments, item) = split(source);
    let expansion = expand(arguments, item).to_string().replace(' ', "");
    assert!(expansion.starts_with("#[allow(dead_code)]pubstructM{a:Relu<A>,pubb:Relu<B>}"), "{expansion}");
    assert_eq!(expansion.matches("compile_error").count(), 2, "{expansion}");
}
