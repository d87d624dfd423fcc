//! What an emitted project asks the tools to unroll and to split, as numbers.

use std::collections::BTreeMap;

use hls_core::backend::Project;

/// The copies of an unrolled loop's body, or the parts of a split array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// File, kernel's configuration and line.
    pub place: String,
    pub count: i64,
}

type Numbers = BTreeMap<String, i64>;

/// Everything that the firmware asks for: its own source, and every kernel with the configuration of each layer.
pub fn asks(project: &Project) -> Vec<Ask> {
    let source = project.text(&format!("firmware/{}.cpp", project.name)).unwrap();
    let mut found = scan(&format!("{}.cpp", project.name), source, &Numbers::new());
    for packet in source.split("nnet::array<").skip(1) {
        let size = packet.split('>').next().unwrap().rsplit(", ").next().unwrap();
        found.push(Ask { place: "a packet".to_owned(), count: size.parse().unwrap() });
    }
    for (config, numbers) in configurations(project.text("firmware/parameters.h").unwrap()) {
        let call = source.lines().find(|line| line.contains(&format!("{config}>("))).unwrap();
        let kernel = call.trim().strip_prefix("nnet::").unwrap().split('<').next().unwrap();
        let text = project.text(&format!("firmware/nnet/{kernel}.h")).unwrap();
        found.extend(scan(&format!("{kernel}.h, {config}"), text, &numbers));
    }
    found
}

/// The constants of every configuration; `N` is the whole length of its lists of sizes.
fn configurations(text: &str) -> Vec<(String, Numbers)> {
    let mut found: Vec<(String, Numbers)> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("struct ") {
            found.push((name.trim_end_matches(" {").to_owned(), Numbers::new()));
        } else if let (Some(constant), Some((_, numbers))) =
            (line.strip_prefix("static const unsigned "), found.last_mut())
        {
            let (name, value) = constant.trim_end_matches(';').split_once(" = ").unwrap();
            numbers.insert(name.to_owned(), value.parse().unwrap());
        } else if let (Some(list), Some((_, numbers))) = (line.strip_prefix("typedef nnet::sizes<"), found.last_mut()) {
            let sizes = list.split('>').next().unwrap().split(", ");
            numbers.insert("N".to_owned(), sizes.map(|size| size.parse::<i64>().unwrap()).sum());
        }
    }
    found
}

/// A loop that is open: the depth of its braces, its trips and whether it is unrolled.
struct Loop {
    depth: usize,
    trips: Option<i64>,
    unrolled: bool,
}

fn scan(place: &str, text: &str, configuration: &Numbers) -> Vec<Ask> {
    let mut numbers = configuration.clone();
    let mut found = Vec::new();
    let mut loops: Vec<Loop> = Vec::new();
    let mut depth = 0;
    let before = |end: usize| text.lines().take(end).collect::<Vec<_>>();
    for (index, line) in text.lines().enumerate() {
        let line = line.split("//").next().unwrap().trim();
        let mut ask = |count: Option<i64>| {
            let place = format!("{place}: {line}");
            let count = count.unwrap_or_else(|| panic!("{place}: the number cannot be told"));
            found.push(Ask { place, count });
        };
        if let Some((name, value)) = line.strip_prefix("static const unsigned ").and_then(|rest| rest.split_once(" = "))
        {
            numbers.extend(
                value
                    .strip_suffix(';')
                    .and_then(|value| evaluate(value, &numbers))
                    .map(|value| (name.to_owned(), value)),
            );
        }
        if let Some(header) = line.strip_prefix("for (unsigned ") {
            let start = header.split(" = ").nth(1).and_then(|rest| evaluate(rest.split(';').next()?, &numbers));
            let end = header.split(" < ").nth(1).and_then(|rest| evaluate(rest.split(';').next()?, &numbers));
            loops.push(Loop { depth, trips: start.zip(end).map(|(start, end)| end - start), unrolled: false });
        }
        if line == "HLS_PRAGMA(UNROLL)" {
            loops.last_mut().unwrap().unrolled = true;
            let copies = loops.iter().rev().take_while(|open| open.unrolled).map(|open| open.trips);
            ask(copies.product());
        }
        if line.contains("ARRAY_PARTITION variable=") || line.contains("ARRAY_RESHAPE variable=") {
            let pragma = line.split("variable=").nth(1).unwrap().trim_end_matches(')');
            let (variable, how) = pragma.split_once(' ').unwrap();
            match how.split_once("factor=") {
                Some((_, factor)) => ask(evaluate(factor, &numbers)),
                None => {
                    let declared = format!("{variable}[");
                    let size = before(index).iter().rev().find_map(|line| line.split_once(&declared)).unwrap().1;
                    ask(evaluate(size.split(']').next().unwrap(), &numbers));
                }
            }
        }
        depth = depth + line.matches('{').count() - line.matches('}').count();
        loops.retain(|open| open.depth < depth || line.starts_with("for ") && open.depth + 1 >= depth);
    }
    found
}

/// A sum of products of constants; `None` where one is unknown.
fn evaluate(text: &str, numbers: &Numbers) -> Option<i64> {
    let term = |term: &str| -> Option<i64> {
        let mut value = 1;
        let mut operator = "*";
        for word in term.split(' ').filter(|word| !word.is_empty()) {
            if word == "*" || word == "/" {
                operator = word;
                continue;
            }
            let name = word.trim_start_matches("CONFIG_T::");
            let number = name.parse().ok().or_else(|| numbers.get(name).copied())?;
            value = if operator == "*" { value * number } else { i64::checked_div(value, number)? };
        }
        Some(value)
    };
    text.split(" + ").map(term).sum()
}
