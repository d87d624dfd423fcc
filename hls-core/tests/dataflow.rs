//! Hand-made networks whose clocks and depths are known, and random ones.

use hls_core::dataflow::{Body, Depths, FifoId, LEAST, Network, ProcessId, Simulator, Stop, Task, least_live, minimal};
use hls_core::rules::{Progression, Steps, Walk};

const SOURCE: Body = Body::Pipeline { interval: 1, latency: 1, continuous: true };

fn pipeline(interval: u64, latency: u64) -> Body {
    Body::Pipeline { interval, latency, continuous: false }
}

/// A convolution of `size` by `size` over an image of `width` by `height`, `same` padding: a line buffer.
fn convolution(width: usize, height: usize, size: usize) -> Walk {
    let axis = |length: usize| {
        let before = size / 2;
        let reads = Progression { start: before, stride: 1, count: length };
        let writes = Progression { start: size - 1, stride: 1, count: length };
        Steps { count: length + size - 1, reads, writes }
    };
    Walk { rows: axis(height), columns: axis(width) }
}

/// A source, a clone, a layer on one way and nothing on the other, a sum, a sink; and the FIFO of the other way.
fn skip(packets: usize, body: Body, walk: Option<Walk>) -> (Network, FifoId) {
    let mut network = Network::new();
    let source = network.add("source", packets, SOURCE);
    let clone = network.add("the copies of `input`", packets, pipeline(1, 1));
    let layer = network.add("`conv`", packets, body);
    if let Some(walk) = walk {
        network.walk(layer, walk);
    }
    let sum = network.add("`sum`", packets, pipeline(1, 2));
    let sink = network.add("sink", packets, SOURCE);
    let input = network.join((source, 1), (clone, 1));
    network.port(input, 2);
    network.join((clone, 1), (layer, 1));
    let around = network.join((clone, 1), (sum, 1));
    network.join((layer, 1), (sum, 1));
    let output = network.join((sum, 1), (sink, 1));
    network.port(output, 2);
    (network, around)
}

fn run(network: &Network, depths: &[usize], samples: usize) -> Result<hls_core::dataflow::Run, Stop> {
    Simulator::new(network).run(&Task::new(Some(depths), samples))
}

/// The depths of a network; one packet less anywhere above the least makes a sample later or locks.
#[track_caller]
fn check_minimal(network: &Network) -> Depths {
    assert_eq!(network.is_balanced(), Ok(()));
    let found = minimal(network).unwrap();
    let finished = &found.unbounded.finished;
    assert_eq!(&found.run.finished, finished);
    let mut depths = found.depths.clone();
    for (id, fifo) in network.iter_fifos() {
        if fifo.port.is_some() || depths[id.0] == LEAST {
            continue;
        }
        depths[id.0] -= 1;
        match run(network, &depths, finished.len()) {
            Err(_) => {}
            Ok(run) => {
                let late = run.finished.iter().zip(finished).any(|(a, b)| a > b);
                assert!(late, "{} of {} is not needed: {network:#?}", depths[id.0] + 1, network.ends(id));
            }
        }
        depths[id.0] += 1;
    }
    found
}

#[test]
fn a_skip_around_a_line_buffer() {
    let walk = convolution(8, 8, 3);
    let (network, around) = skip(64, pipeline(1, 3), Some(walk));
    let found = check_minimal(&network);
    eprintln!("{:?} {} {}", found.depths, found.run.latency(), found.run.interval());
    eprintln!("{:?}", least_live(&network, &found.depths, &[around], 64));
    let mut depths = found.depths.clone();
    depths[around.0] = 2;
    let Err(Stop::Deadlock(deadlock)) = run(&network, &depths, 1) else { panic!() };
    eprintln!("{}", deadlock.describe(&network));
}
