//! Parsing of `#[hls_model(..)]` and `#[hls(..)]`. An error in one option does not hide errors in the others.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, Lit, Meta, Result, Token, Type, UnOp, bracketed, parenthesized, token};

use crate::model::{LayerSettings, ModelSettings, Word};

const MODEL_OPTIONS: &[&str] = &["input", "io_type", "strategy", "reuse_factor"];
const LAYER_OPTIONS: &[&str] = &["input", "output", "reuse_factor", "strategy", "fifo_depth", "parallelization_factor"];
const IO_TYPES: &[(&str, &str)] = &[("io_parallel", "IoParallel"), ("io_stream", "IoStream")];
const STRATEGIES: &[(&str, &str)] = &[("latency", "Latency"), ("resource", "Resource"), ("unrolled", "Unrolled")];
// Words of the field that a declaration may use one day: the error must not call them unknown.
const FUTURE_STRATEGIES: &[&str] = &["distributed_arithmetic"];
// What a user of other tools looks for in the declaration; it belongs to the emission.
const TARGET_OPTIONS: &[&str] = &["part", "clock", "clock_ns", "clock_period", "backend"];

/// The options of one `#[hls(..)]`, names not resolved.
#[derive(Default)]
pub struct LayerOptions {
    /// The names in `input(..)`, where it is given.
    pub inputs: Option<Vec<Ident>>,
    /// Whether `output` is given.
    pub output: bool,
    /// The hardware options.
    pub hardware: LayerSettings,
}

/// Parses the tokens in the parentheses of `#[hls_model(..)]`; `None` where the input is missing or wrong.
pub fn parse_model(tokens: TokenStream, errors: &mut Vec<Error>) -> Option<ModelSettings> {
    let mut input = None;
    let mut input_given = false;
    let mut io_type = None;
    let mut strategy = None;
    let mut reuse_factor = None;
    let before = errors.len();
    parse_options("hls_model", MODEL_OPTIONS, tokens, errors, |option, stream| {
        match option.to_string().as_str() {
            "input" => {
                input_given = true;
                input = Some(parse_input(option, stream)?);
            }
            "io_type" => io_type = Some(parse_word(option, IO_TYPES, stream)?),
            "strategy" => strategy = Some(parse_word(option, STRATEGIES, stream)?),
            _ => reuse_factor = Some(parse_number(option, stream)?),
        }
        Ok(())
    });
    // After another error the missing input may be a misspelled one; one message is enough then.
    if !input_given && errors.len() == before {
        errors.push(Error::new(
            Span::call_site(),
            "`#[hls_model]` needs the type and the dimensions of the input: `input = [Fixed<16, 6>; 16]`",
        ));
    }
    let (input_type, input_dims) = input?;
    Some(ModelSettings { input_type, input_dims, io_type, strategy, reuse_factor })
}

/// Parses one `#[hls(..)]`.
pub fn parse_layer(attribute: &Attribute, errors: &mut Vec<Error>) -> LayerOptions {
    let mut options = LayerOptions::default();
    let tokens = match &attribute.meta {
        Meta::List(list) if matches!(list.delimiter, syn::MacroDelimiter::Paren(_)) && !list.tokens.is_empty() => {
            list.tokens.clone()
        }
        meta => {
            let message = format!("expected `#[hls(..)]` with one or more of {}", listed(LAYER_OPTIONS));
            errors.push(Error::new(meta.path().span(), message));
            return options;
        }
    };
    parse_options("hls", LAYER_OPTIONS, tokens, errors, |option, stream| {
        match option.to_string().as_str() {
            "input" => options.inputs = Some(parse_names(option, stream)?),
            "output" => {
                if !stream.is_empty() && !stream.peek(Token![,]) {
                    return Err(stream.error("`output` takes no value"));
                }
                options.output = true;
            }
            "reuse_factor" => options.hardware.reuse_factor = Some(parse_number(option, stream)?),
            "strategy" => options.hardware.strategy = Some(parse_word(option, STRATEGIES, stream)?),
            "fifo_depth" => options.hardware.fifo_depth = Some(parse_number(option, stream)?),
            _ => options.hardware.parallelization_factor = Some(parse_number(option, stream)?),
        }
        Ok(())
    });
    options
}

/// Walks over `name ..., name ...`, calling `parse` behind each known name; after an error it goes on behind the next
/// comma.
fn parse_options(
    attribute: &str,
    known: &[&str],
    tokens: TokenStream,
    errors: &mut Vec<Error>,
    mut parse: impl FnMut(&Ident, ParseStream<'_>) -> Result<()>,
) {
    let mut seen: Vec<String> = Vec::new();
    let before = errors.len();
    let walk = |stream: ParseStream<'_>| {
        while !stream.is_empty() {
            if let Err(error) = parse_option(attribute, known, &mut seen, stream, &mut parse) {
                errors.push(error);
                while !stream.is_empty() && !stream.peek(Token![,]) {
                    stream.parse::<TokenTree>()?;
                }
            }
            if !stream.is_empty() {
                stream.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    let walked = walk.parse2(tokens);
    // What an option left unread in its brackets is no second mistake.
    if let Err(error) = walked
        && errors.len() == before
    {
        errors.push(error);
    }
}

fn parse_option(
    attribute: &str,
    known: &[&str],
    seen: &mut Vec<String>,
    stream: ParseStream<'_>,
    parse: &mut impl FnMut(&Ident, ParseStream<'_>) -> Result<()>,
) -> Result<()> {
    let choices = listed(known);
    if !stream.peek(syn::Ident::peek_any) {
        return Err(stream.error(format!("expected an `{attribute}` option; expected one of {choices}")));
    }
    let option = stream.call(Ident::parse_any)?;
    let name = option.to_string();
    if !known.contains(&name.as_str()) {
        let mut message = format!("unknown `{attribute}` option `{name}`; expected one of {choices}");
        if TARGET_OPTIONS.contains(&name.as_str()) {
            message.push_str(" (back end, part and clock are chosen when the firmware is written)");
        }
        return Err(Error::new(option.span(), message));
    }
    if seen.contains(&name) {
        return Err(Error::new(option.span(), format!("the option `{name}` is given twice")));
    }
    seen.push(name);
    parse(&option, stream)?;
    if !stream.is_empty() && !stream.peek(Token![,]) {
        return Err(stream.error(format!("expected `,` behind the value of `{option}`")));
    }
    Ok(())
}

/// `= [Fixed<16, 6>; 28, 28, 1]`: a type and at least one dimension.
fn parse_input(option: &Ident, stream: ParseStream<'_>) -> Result<(Type, Vec<Expr>)> {
    const FORM: &str = "a type and its dimensions, for example `input = [Fixed<16, 6>; 16]`";
    if !stream.peek(Token![=]) {
        return Err(Error::new(option.span(), format!("`input` takes {FORM}")));
    }
    stream.parse::<Token![=]>()?;
    if !stream.peek(token::Bracket) {
        let error = stream.error(format!("expected {FORM}"));
        // A type without brackets is read to its end, so that the walk does not go on between its parameters.
        let _ = stream.parse::<Type>();
        return Err(error);
    }
    let content;
    let bracket = bracketed!(content in stream);
    let ty = content.parse::<Type>()?;
    if content.is_empty() {
        return Err(Error::new(bracket.span.close(), format!("the dimensions are missing; expected {FORM}")));
    }
    if !content.peek(Token![;]) {
        return Err(content.error("expected `;` between the type and the dimensions: `[Fixed<16, 6>; 16]`"));
    }
    content.parse::<Token![;]>()?;
    let dims: Vec<Expr> = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?.into_iter().collect();
    match dims.len() {
        0 => Err(Error::new(bracket.span.close(), format!("the dimensions are missing; expected {FORM}"))),
        1..=4 => Ok((ty, dims)),
        _ => Err(Error::new(dims[4].span(), "a tensor has at most four dimensions; the batch is not one of them")),
    }
}

/// `= word`, the word one of a closed list.
fn parse_word(option: &Ident, words: &[(&str, &str)], stream: ParseStream<'_>) -> Result<Word> {
    let spellings: Vec<&str> = words.iter().map(|(spelling, _)| *spelling).collect();
    let choices = listed(&spellings);
    parse_equals(option, &format!("one of {choices}"), stream)?;
    if !stream.peek(syn::Ident::peek_any) {
        return Err(stream.error(format!("`{option}` takes a bare word; expected one of {choices}")));
    }
    let word = stream.call(Ident::parse_any)?;
    if let Some((_, variant)) = words.iter().find(|(spelling, _)| word == spelling) {
        return Ok(Word::new(&word, variant));
    }
    let message = if option == "strategy" && FUTURE_STRATEGIES.iter().any(|future| word == future) {
        format!("`strategy = {word}` is not available yet; expected one of {choices}")
    } else {
        format!("unknown `{option}` `{word}`; expected one of {choices}")
    };
    Err(Error::new(word.span(), message))
}

/// `= N`: an integer or a constant expression, which the compiler evaluates.
fn parse_number(option: &Ident, stream: ParseStream<'_>) -> Result<Expr> {
    let form = format!("an integer or a constant expression, for example `{option} = 4`");
    parse_equals(option, &form, stream)?;
    if stream.is_empty() || stream.peek(Token![,]) {
        return Err(Error::new(option.span(), format!("`{option}` takes {form}")));
    }
    let number = stream.parse::<Expr>()?;
    let is_integer = match &number {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Int(_)),
        Expr::Unary(unary) => !matches!(unary.op, UnOp::Neg(_)),
        _ => true,
    };
    if is_integer { Ok(number) } else { Err(Error::new(number.span(), format!("`{option}` takes {form}"))) }
}

/// `(a, b)`: at least one name.
fn parse_names(option: &Ident, stream: ParseStream<'_>) -> Result<Vec<Ident>> {
    if !stream.peek(token::Paren) {
        return Err(Error::new(option.span(), "`input` takes the names of earlier layers: `input(a, b)`"));
    }
    let content;
    let parenthesis = parenthesized!(content in stream);
    if content.is_empty() {
        let message = "`input` names no layer; expected the names of earlier layers: `input(a, b)`";
        return Err(Error::new(parenthesis.span.join(), message));
    }
    match Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, Ident::parse_any) {
        Ok(names) => Ok(names.into_iter().collect()),
        Err(error) => Err(Error::new(error.span(), "expected names of earlier layers between commas: `input(a, b)`")),
    }
}

fn parse_equals(option: &Ident, form: &str, stream: ParseStream<'_>) -> Result<()> {
    if stream.peek(Token![=]) {
        stream.parse::<Token![=]>()?;
        return Ok(());
    }
    Err(Error::new(option.span(), format!("expected `{option} = ..` with {form}")))
}

/// `` `a`, `b`, `c` ``.
pub fn listed<T: AsRef<str>>(words: &[T]) -> String {
    words.iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>().join(", ")
}
