//! Fits the cost model and says what it is worth: `cargo xtask fit-cost` and `cargo xtask validate-cost` run this.
//!
//! ```text
//! cost_model fit --data DIR --write FILE
//! cost_model validate --data DIR --write FILE
//! ```

// A command line prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hls_core::cost::fit::{HeldOut, Sample, calibrate, cross_validate, symmetric_error};
use hls_core::cost::{ConstantCounts, DenseFacts, Family, Multipliers, Resource};
use serde_json::{Value, json};

const USAGE: &str = "usage: cost_model fit|validate --data DIR --write FILE";

/// The source's names in tables and files.
const SINGLE: &str = "wa_hls4ml";
const TRAINED: &str = "mlp_layers";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), String> {
    let [task, "--data", data, "--write", out] = *words else { return Err(USAGE.to_owned()) };
    let data = PathBuf::from(data);
    let mut samples = single_layers(&data.join("results_resource.csv"))?;
    samples.extend(single_layers(&data.join("results_latency.csv"))?);
    samples.extend(trained_layers(&data.join("mlp_layers.csv"))?);
    let text = match task {
        "fit" => fit(&samples)?,
        "validate" => validate(&samples, &whole_projects(&data.join("mlp_layers.csv"))?)?,
        _ => return Err(USAGE.to_owned()),
    };
    if let Some(directory) = Path::new(out).parent() {
        std::fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    }
    std::fs::write(out, text).map_err(|error| format!("{out}: {error}"))?;
    println!("wrote {out}");
    Ok(())
}

fn fit(samples: &[Sample]) -> Result<String, String> {
    let count = |source| samples.iter().filter(|sample| sample.source == source).count();
    let fitted_on = vec![
        format!(
            "{} C-synthesis runs of single dense layers of hls4ml: results_resource.csv and results_latency.csv of \
             wa-hls4ml-search (Apache-2.0), xcu250-figd2104-2L-e, 5 ns, inputs and sums ap_fixed<16,6>, weights of 2 to \
             14 bits drawn from Glorot's uniform distribution",
            count(SINGLE)
        ),
        format!(
            "{} dense layers of 35 projects of six trained networks of hls4ml: mlp_layers.csv, tabulated from \
             hls4ml_MLP_estimator, Vitis HLS 2021.1, xc7z007s-clg225-2, 3.33 and 5 ns, weights of 8 bits",
            count(TRAINED)
        ),
        "the kernels are hls4ml's; those of hls4rs are alike, not the same".to_owned(),
    ];
    let calibration = calibrate(samples, fitted_on, "cargo xtask fit-cost");
    let text = serde_json::to_string_pretty(&calibration).map_err(|error| error.to_string())?;
    Ok(compact_pairs(&text) + "\n")
}

/// Pairs on one line: `["input words", 30.1]`.
fn compact_pairs(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        let opens_pair = line.trim_end().ends_with('[') && {
            let mut ahead = lines.clone();
            let (first, second, third) = (ahead.next(), ahead.next(), ahead.next());
            first.is_some_and(|line| line.ends_with(',') && !line.trim_end_matches(',').ends_with(']'))
                && second.is_some_and(|line| !line.ends_with(',') && !line.ends_with('[') && !line.ends_with('{'))
                && third.is_some_and(|line| line.trim().trim_end_matches(',') == "]")
        };
        if opens_pair {
            let parts: Vec<&str> = (0..3).filter_map(|_| lines.next()).map(str::trim).collect();
            out.push_str(&format!("{} {}{}", parts[0], parts[1], parts[2]));
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}

fn validate(samples: &[Sample], projects_of_layers: &[Assembled]) -> Result<String, String> {
    let held_out = cross_validate(samples);
    let all: Vec<&HeldOut> = held_out.iter().collect();
    println!("sMAPE in percent: the mean of 200 |estimated - measured| / (estimated + measured); zero for zero is 0,");
    println!(
        "zero for anything else 200. Held out: each layer shape (wa_hls4ml), each network (mlp_layers; all of its"
    );
    println!("projects at once, and its weights are unknown: how many take a multiplier is itself estimated).\n");
    println!(
        "{:<40} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "held out", "layers", "LUT", "FF", "DSP", "BRAM", "cycles", "II"
    );
    let mut tables = BTreeMap::new();
    let mut row = |name: String, held: &[&HeldOut]| {
        if held.is_empty() {
            return;
        }
        let errors = Resource::ALL.map(|resource| mean(held.iter().map(|held| error(samples, held, resource))));
        let cells: Vec<String> = errors.iter().map(|error| format!("{error:>8.2}")).collect();
        println!("{name:<40} {:>6} {}", held.len(), cells.join(" "));
        let mut object: BTreeMap<String, Value> = Resource::ALL
            .iter()
            .zip(errors)
            .map(|(resource, error)| (resource.name().to_owned(), json!(round(error))))
            .collect();
        object.insert("layers".to_owned(), json!(held.len()));
        tables.insert(name, object);
    };
    row("overall".to_owned(), &all);
    let by = |keep: &dyn Fn(&Sample, &HeldOut) -> bool| -> Vec<&HeldOut> {
        held_out.iter().filter(|held| keep(&samples[held.sample], held)).collect()
    };
    for source in [SINGLE, TRAINED] {
        row(source.to_owned(), &by(&|sample, _| sample.source == source));
    }
    let strategies = [("resource", true), ("latency", false)];
    for (strategy, memory) in strategies {
        for (name, serial) in [("reuse factor 1", false), ("reuse factor over 1", true)] {
            for source in [SINGLE, TRAINED] {
                let keep = |sample: &Sample, _: &HeldOut| {
                    sample.source == source
                        && sample.facts.memory == memory
                        && (sample.facts.reuse_factor > 1) == serial
                };
                row(format!("{source}, {strategy}, {name}"), &by(&keep));
            }
        }
    }
    let networks: std::collections::BTreeSet<&str> =
        samples.iter().filter(|sample| sample.source == TRAINED).map(|sample| sample.group.as_str()).collect();
    for network in networks {
        row(format!("mlp_layers, {network}"), &by(&|sample, _| sample.group == network));
    }
    // What an estimate of a graph is worth, whose weights are there to be counted. DSPs are then no estimate.
    let known: Vec<Sample> = samples.iter().map(|sample| Sample { weights_known: true, ..sample.clone() }).collect();
    let known_held = cross_validate(&known);
    let known_held: Vec<&HeldOut> = known_held.iter().filter(|held| known[held.sample].source == TRAINED).collect();
    row("mlp_layers, a network of 6, weights known".to_owned(), &known_held);
    // One project of a network held out; the others of the same network are known, and with them its weights.
    let by_project: Vec<Sample> = samples
        .iter()
        .map(|sample| Sample {
            group: if sample.source == TRAINED { project(&sample.name).to_owned() } else { sample.group.clone() },
            weights_known: true,
            ..sample.clone()
        })
        .collect();
    let projects = cross_validate(&by_project);
    let projects: Vec<&HeldOut> = projects.iter().filter(|held| by_project[held.sample].source == TRAINED).collect();
    row("mlp_layers, a project of 35, weights known".to_owned(), &projects);

    let assembled = Resource::ALL.map(|resource| {
        let of = |project: &Assembled| symmetric_error(project.assembled[&resource], project.top[&resource]);
        mean(projects_of_layers.iter().map(of))
    });
    println!(
        "{:<40} {:>6} {}",
        "whole projects from their layers' reports",
        projects_of_layers.len(),
        assembled.map(|error| format!("{error:>8.2}")).join(" ")
    );
    println!("\nmeasured coverage of the 90 % intervals in percent");
    let mut coverage = BTreeMap::new();
    for source in [SINGLE, TRAINED] {
        let held = by(&|sample, _| sample.source == source);
        let shares = Resource::ALL.map(|resource| {
            mean(
                held.iter()
                    .filter_map(|held| held.covered.get(&resource))
                    .map(|&inside| if inside { 100.0 } else { 0.0 }),
            )
        });
        let cells: Vec<String> = shares.iter().map(|share| format!("{share:>8.1}")).collect();
        println!("{source:<40} {:>6} {}", held.len(), cells.join(" "));
        let object: BTreeMap<&str, f64> =
            Resource::ALL.iter().zip(shares).map(|(resource, share)| (resource.name(), round(share))).collect();
        coverage.insert(source, object);
    }
    let mut worst = BTreeMap::new();
    for resource in Resource::ALL {
        let mut order = all.clone();
        order.sort_by(|a, b| error(samples, b, resource).total_cmp(&error(samples, a, resource)));
        println!("\nthe worst ten, {}", resource.name());
        let cases: Vec<Value> = order
            .iter()
            .take(10)
            .map(|held| {
                let sample = &samples[held.sample];
                let (estimated, measured) = (held.estimated[&resource], sample.measured[&resource]);
                println!("  {:<60} estimated {estimated:>8} measured {measured:>8}", sample.name);
                json!({"layer": sample.name, "estimated": estimated, "measured": measured})
            })
            .collect();
        worst.insert(resource.name(), cases);
    }
    println!();
    let overall = tables.remove("overall").unwrap_or_default();
    let goals = json!({"lut": 15, "ff": 15, "dsp": 15, "cycles": 5, "ii": 5});
    for (name, goal) in goals.as_object().into_iter().flatten() {
        let reached = overall.get(name).and_then(Value::as_f64).zip(goal.as_f64());
        let verdict = if reached.is_some_and(|(error, goal)| error <= goal) { "reached" } else { "MISSED" };
        println!("goal {name} at most {goal} %: {verdict}");
    }
    let report = json!({
        "overall": overall,
        "tables": tables,
        "assembly": Resource::ALL.iter().zip(assembled).map(|(resource, error)| (resource.name(), round(error)))
            .collect::<BTreeMap<_, _>>(),
        "coverage": coverage,
        "worst": worst,
        "goals": goals,
        "smape": "mean of 200 |estimated - measured| / (estimated + measured) in percent; zero for zero is 0",
        "held_out": "whole layer shapes (wa_hls4ml), whole networks (mlp_layers)",
    });
    serde_json::to_string_pretty(&report).map_err(|error| error.to_string())
}

fn error(samples: &[Sample], held: &HeldOut, resource: Resource) -> f64 {
    symmetric_error(held.estimated[&resource], samples[held.sample].measured[&resource])
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0_usize, 0.0), |(count, sum), value| (count + 1, sum + value));
    if count == 0 { 0.0 } else { sum / count as f64 }
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// The project of a trained layer: the name up to the first space.
fn project(name: &str) -> &str {
    name.split(' ').next().unwrap_or_default()
}

type Row = BTreeMap<String, String>;

fn read(path: &Path) -> Result<Vec<Row>, String> {
    let name = path.display();
    let mut reader = csv::Reader::from_path(path).map_err(|error| format!("{name}: {error}"))?;
    let rows: Result<Vec<Row>, csv::Error> = reader.deserialize().collect();
    rows.map_err(|error| format!("{name}: {error}"))
}

fn text<'a>(row: &'a Row, column: &str) -> Result<&'a str, String> {
    row.get(column).map(String::as_str).ok_or_else(|| format!("there is no column `{column}`"))
}

fn number(row: &Row, column: &str) -> Result<f64, String> {
    let text = text(row, column)?;
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| format!("column `{column}`: `{text}` is no figure"))
}

fn count(row: &Row, column: &str) -> Result<usize, String> {
    number(row, column).map(|number| number as usize)
}

fn measured(row: &Row, columns: [&str; 6]) -> Result<BTreeMap<Resource, f64>, String> {
    Resource::ALL.into_iter().zip(columns).map(|(resource, column)| Ok((resource, number(row, column)?))).collect()
}

/// Single layers: untrained weights, uniform between the limits of Glorot's initializer.
fn single_layers(path: &Path) -> Result<Vec<Sample>, String> {
    let mut samples = Vec::new();
    for row in read(path)? {
        if text(&row, "hls_synth_success")? != "True" {
            continue;
        }
        let (inputs, outputs, bits) = (count(&row, "d_in")?, count(&row, "d_out")?, count(&row, "prec")?);
        let limit = (6.0 / (inputs + outputs).max(1) as f64).sqrt() * f64::from(bits as u32 - 1).exp2();
        let (strategy, reuse_factor) = (text(&row, "strategy")?, count(&row, "rf")?);
        samples.push(Sample {
            name: format!("{inputs}x{outputs}, {bits} bits, reuse factor {reuse_factor}, {strategy}"),
            group: format!("{inputs}x{outputs}"),
            source: SINGLE,
            facts: DenseFacts {
                inputs,
                outputs,
                reuse_factor,
                memory: strategy == "resource",
                input_bits: 16,
                weight_bits: bits as u32,
                sum_bits: 16,
                constants: ConstantCounts::expected(inputs as f64 * outputs as f64, limit),
                clock_ns: number(&row, "TargetClockPeriod_hls")?,
                family: Family::UltraScalePlus,
                multipliers: Multipliers::Auto,
                idle: 0,
            },
            weights_known: true,
            measured: measured(
                &row,
                ["LUT_hls", "FF_hls", "DSP_hls", "BRAM_18K_hls", "WorstLatency_hls", "IntervalMax_hls"],
            )?,
        });
    }
    Ok(samples)
}

/// Layers of trained networks. Their hard constants are the DSPs of the same layer where nothing is shared.
fn trained_layers(path: &Path) -> Result<Vec<Sample>, String> {
    let rows: Vec<Row> = read(path)?.into_iter().filter(is_dense).collect();
    let mut hard: BTreeMap<(String, usize, usize), f64> = BTreeMap::new();
    for row in &rows {
        let (network, configuration) = text(row, "project")?.split_once('/').unwrap_or_default();
        if configuration.starts_with("DSP") && count(row, "reuse_factor")? <= 2 {
            let dsp = hard.entry((network.to_owned(), count(row, "n_in")?, count(row, "n_out")?)).or_default();
            *dsp = dsp.max(number(row, "dsp")?);
        }
    }
    let mut samples = Vec::new();
    for row in &rows {
        let (network, configuration) = text(row, "project")?.split_once('/').unwrap_or_default();
        let (inputs, outputs, reuse_factor) = (count(row, "n_in")?, count(row, "n_out")?, count(row, "reuse_factor")?);
        let nonzero = (inputs * outputs).saturating_sub(count(row, "n_zeros")?) as f64;
        let logic = configuration.starts_with("LUT");
        samples.push(Sample {
            name: format!("{} {inputs}x{outputs}", text(row, "project")?),
            group: network.to_owned(),
            source: TRAINED,
            facts: DenseFacts {
                inputs,
                outputs,
                reuse_factor,
                memory: text(row, "strategy")? == "resource",
                input_bits: 8,
                // Without the integer bits, which the weights of one network have and those of another do not use.
                weight_bits: fraction(text(row, "weight_t")?)? + 1,
                sum_bits: 16,
                constants: ConstantCounts {
                    nonzero,
                    adders: 0.0,
                    hard: hard.get(&(network.to_owned(), inputs, outputs)).copied().unwrap_or_default(),
                },
                clock_ns: number(row, "clock_ns")?,
                family: Family::Series7,
                multipliers: if logic { Multipliers::Logic } else { Multipliers::Auto },
                idle: 0,
            },
            weights_known: false,
            measured: measured(row, ["lut", "ff", "dsp", "bram18", "lat_max", "ii"])?,
        });
    }
    Ok(samples)
}

/// A whole project as its report states it, and as an estimate puts it together from its layers.
struct Assembled {
    top: BTreeMap<Resource, f64>,
    assembled: BTreeMap<Resource, f64>,
}

/// The rule of `Estimate` for `io_parallel`, on reported layers: resources add up; a layer starts the clock after the one
/// before it, and where a sample enters every clock, a matrix product takes one more.
fn whole_projects(path: &Path) -> Result<Vec<Assembled>, String> {
    let mut projects: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in read(path)? {
        projects.entry(text(&row, "project")?.to_owned()).or_default().push(row);
    }
    let columns = ["lut", "ff", "dsp", "bram18", "lat_max", "ii"];
    let mut all = Vec::new();
    for rows in projects.values() {
        let (tops, layers): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row["module"] == "myproject");
        let [top] = tops[..] else { continue };
        let top = measured(top, columns)?;
        let layers_measured = layers.iter().map(|row| measured(row, columns)).collect::<Result<Vec<_>, _>>()?;
        let every_clock = layers_measured.iter().all(|layer| layer[&Resource::Ii] <= 1.0);
        let products = layers.iter().filter(|row| is_dense(row)).count() as f64;
        let assembled = Resource::ALL.map(|resource| {
            let figures = layers_measured.iter().map(|layer| layer[&resource]);
            let figure = match resource {
                Resource::Ii => figures.fold(0.0, f64::max),
                Resource::Cycles => {
                    figures.sum::<f64>() + layers.len() as f64 - 1.0 + if every_clock { products } else { 0.0 }
                }
                _ => figures.sum(),
            };
            (resource, figure)
        });
        all.push(Assembled { top, assembled: assembled.into_iter().collect() });
    }
    Ok(all)
}

fn is_dense(row: &Row) -> bool {
    let module = row.get("module").map(String::as_str).unwrap_or_default();
    row.get("kind").is_some_and(|kind| kind == "dense_config") && module.starts_with("dense")
}

/// Fractional bits of `ap_fixed<8,2>`.
fn fraction(ty: &str) -> Result<u32, String> {
    let numbers = ty.split_once('<').and_then(|(_, rest)| rest.split_once(',')).and_then(|(width, rest)| {
        let integer = rest.trim_end_matches('>').split(',').next()?;
        Some((width.parse::<u32>().ok()?, integer.parse::<u32>().ok()?))
    });
    numbers.and_then(|(width, integer)| width.checked_sub(integer)).ok_or_else(|| format!("`{ty}` is no type"))
}
