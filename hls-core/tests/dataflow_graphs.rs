//! Graphs under `io_stream`: residual networks with line buffers, and RN07.
#![allow(clippy::print_stdout)] // figures of depths and clocks

mod common;

use std::time::Instant;

use common::{Model, Numbers, assert_csim_agrees, emit, fixed, rn07, target, ufixed};
use hls_core::backend::{Backend, Vitis};
use hls_core::dataflow::{self, Edge, Plan, Simulator, Task};
use hls_core::diagnostics::Severity;
use hls_core::fixed::{FixedFormat, Overflow, Rounding};
use hls_core::ir::{Graph, Hardware, NodeId};
use hls_core::ops::{Add, Conv, Dense, Flatten, Relu};
use hls_core::rules::{IoType, Padding, Strategy, Window};
use hls_core::shape::Shape;

/// Blocks of two convolutions of 3 by 3 and a way around them; every other block halves the image, with a convolution of 1
/// by 1 on the way around.
fn residual(size: usize, blocks: usize, strategy: Strategy, reuse: usize, depth: Option<usize>) -> Graph {
    let mut numbers = Numbers(7);
    let format = FixedFormat::signed(4, 1);
    let channels = 4;
    let plain = Hardware::default();
    let (mut model, mut last) = Model::streaming("residual", Shape::new([size, size, channels]), fixed(6, 2));
    let mut conv = |model: &mut Model, name: &str, from: NodeId, size: usize, stride: usize| {
        let weight = numbers.tensor(&[size * size * channels, channels], format);
        let matrix = Dense { weight, bias: numbers.tensor(&[channels], format), accum: None };
        let window = Window::new([size, size], [stride, stride]).padded(Padding::Same);
        let hardware = Hardware { strategy, reuse_factor: reuse, ..plain };
        model.add(name, Conv { matrix, window, dims: 2, groups: 1 }, &[from], hardware)
    };
    let ty = ufixed(5, 2, Rounding::Rnd, Overflow::Sat);
    for block in 1..=blocks {
        let stride = if block % 2 == 0 { 2 } else { 1 };
        let fifo = if block == 1 { depth } else { None };
        let hardware = Hardware { fifo_depth: fifo, ..plain };
        let first = model.add(&format!("relu{block}a"), Relu { ty }, &[last], hardware);
        let one = conv(&mut model, &format!("conv{block}a"), first, 3, stride);
        let one = model.add(&format!("relu{block}b"), Relu { ty }, &[one], plain);
        let two = conv(&mut model, &format!("conv{block}b"), one, 3, 1);
        let around = if stride > 1 { conv(&mut model, &format!("conv{block}c"), first, 1, stride) } else { first };
        last = model.add(&format!("sum{block}"), Add { ty: fixed(9, 4) }, &[two, around], plain);
    }
    let flat = model.add("flat", Flatten {}, &[last], plain);
    let inputs = model.0.output(flat).shape.size();
    let fc = numbers.dense(inputs, 3, format);
    let hardware = Hardware { strategy: Strategy::Resource, reuse_factor: inputs, ..plain };
    let fc = model.add("fc", fc, &[flat], hardware);
    model.0.finish(&[fc]).unwrap()
}

fn errors(graph: &Graph) -> Vec<String> {
    let found = Vitis.check(graph, &target());
    found.iter().filter(|found| found.severity == Severity::Error).map(ToString::to_string).collect()
}

#[test]
fn a_residual_network_with_line_buffers() {
    for (strategy, reuse) in [(Strategy::Latency, 1), (Strategy::Latency, 4), (Strategy::Resource, 4)] {
        let graph = residual(8, 2, strategy, reuse, None);
        if (strategy, reuse) == (Strategy::Latency, 4) {
            assert_csim_agrees(&emit(&graph, Numbers(5).input(&graph, 4)), 4);
        }

        // The first block's way around.
        let plan = Plan::new(&graph).unwrap();
        let id = |name: &str| NodeId(graph.nodes().iter().position(|node| node.name == name).unwrap());
        let edge = Edge::ToReader { from: id("relu1a"), to: id("sum1") };
        let depth = plan.depth(edge).unwrap();
        println!("{} {reuse}: {:?}, {depth} around the first block", strategy.name(), plan.run().unwrap().timing());
        assert_eq!(errors(&residual(8, 2, strategy, reuse, Some(depth))), [""; 0]);
        let found = errors(&residual(8, 2, strategy, reuse, Some(2)));
        assert!(
            found[0]
                .contains("layer `relu1a`: fifo_depth 2 locks the design: the FIFO from `relu1a` to `sum1` fills up")
        );
        assert_eq!(found.len(), 1, "{found:?}");
        let text = found[0].split("the least that works is ").nth(1).unwrap();
        let least: usize = text.split([',', ';']).next().unwrap().parse().unwrap();
        assert!(dataflow::simulate(&residual(8, 2, strategy, reuse, Some(least))).is_ok());
        assert!(dataflow::simulate(&residual(8, 2, strategy, reuse, Some(least - 1))).is_err());

        // A first result of a window needs a row and a pixel more than itself; of two windows twice that: 19 packets, and
        // what pipelines hold that stall.
        let (network, fifo) = (plan.design().network(), plan.design().fifo(edge).unwrap());
        let lives = |depth: usize| {
            let mut depths = plan.least().depths.clone();
            depths[fifo.0] = depth;
            Simulator::new(network).run(&Task::new(Some(&depths), 1)).is_ok()
        };
        assert_eq!((lives(18), lives(19)), (false, true));
        println!("{least} is the least that works");
        assert!((19..=depth).contains(&least), "{least}");
    }
}

/// Every FIFO that is deeper than the least: one packet less locks or delays, in the graph's own design.
#[test]
fn one_packet_less_locks_or_delays() {
    for graph in [
        residual(12, 3, Strategy::Latency, 1, None),
        residual(12, 3, Strategy::Resource, 4, None),
        rn07::graph(IoType::IoStream, Strategy::Resource, 64),
        rn07::graph(IoType::IoStream, Strategy::Latency, 1),
    ] {
        let start = Instant::now();
        let plan = Plan::new(&graph).unwrap();
        let (took, network, least) = (start.elapsed(), plan.design().network(), plan.least());
        let mut depths = least.depths.clone();
        let mut deep = Vec::new();
        for (id, fifo) in network.iter_fifos() {
            if fifo.port.is_none() && depths[id.0] > dataflow::LEAST {
                depths[id.0] -= 1;
                let run = Simulator::new(network).run(&Task::new(Some(&depths), least.run.finished.len()));
                let locks = run.is_err() || dataflow::deadlock(network, &depths).is_some();
                assert!(locks || run.unwrap().finished > least.unbounded.finished, "{}", network.ends(id));
                depths[id.0] += 1;
                deep.push(format!("{} {}", depths[id.0], network.ends(id)));
            }
        }
        println!(
            "{}: {} processes, {:?}, {took:?}: {deep:?}",
            graph.name(),
            network.processes().len(),
            least.run.timing()
        );
    }
}
