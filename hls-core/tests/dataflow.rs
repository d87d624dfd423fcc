//! Networks by hand, whose clocks and depths are known, and random ones.
#![allow(clippy::print_stdout)] // figures of depths and clocks

mod common;

use hls_core::dataflow::{
    Body, Depths, FifoId, LEAST, Network, ProcessId, Run, Simulator, Stop, Task, deadlock, least_live, minimal,
};
use hls_core::rules::{Progression, Steps, Walk};

use self::common::Numbers;

const WIRE: Body = Body::Pipeline { interval: 1, latency: 1, continuous: true };

fn pipeline(interval: u64, latency: u64) -> Body {
    Body::Pipeline { interval, latency, continuous: false }
}

/// A line buffer: a window of `size` over `rows` and `columns`, as large an image as it reads, a result for every
/// `stride`-th position.
fn window(rows: usize, columns: usize, size: usize, stride: usize) -> Walk {
    let axis = |length: usize| {
        let reads = Progression { start: size / 2, stride: 1, count: length };
        let writes = Progression { start: size - 1, stride, count: length.div_ceil(stride) };
        Steps { count: reads.end().max(writes.end()), reads, writes }
    };
    Walk { rows: axis(rows), columns: axis(columns) }
}

/// A chain of processes with a source before them and a sink behind; turns and packets that each reads and writes.
fn chain(source: usize, processes: &[(usize, usize, usize, Body)]) -> Network {
    let mut network = Network::new();
    let mut last = (network.add("the input", source, WIRE), 1);
    for (index, &(turns, reads, writes, body)) in processes.iter().enumerate() {
        let process = network.add(format!("`layer{index}`"), turns, body);
        let fifo = network.join(last, (process, reads));
        if index == 0 {
            network.port(fifo, 2);
        }
        last = (process, writes);
    }
    let packets = network.process(last.0).turns * last.1;
    let sink = network.add("the output", packets, WIRE);
    let fifo = network.join(last, (sink, 1));
    network.port(fifo, 2);
    network
}

/// A tensor that two read: a layer, and the sum of both.
fn skip(packets: usize, body: Body, walk: Option<Walk>) -> (Network, FifoId) {
    let mut network = Network::new();
    let source = network.add("the input", packets, WIRE);
    let copies = network.add("the copies of `first`", packets, pipeline(1, 1));
    let layer = network.add("`conv`", packets, body);
    if let Some(walk) = walk {
        network.walk(layer, walk);
    }
    let sum = network.add("`sum`", packets, pipeline(1, 2));
    let sink = network.add("the output", packets, WIRE);
    let input = network.join((source, 1), (copies, 1));
    network.join((copies, 1), (layer, 1));
    let around = network.join((copies, 1), (sum, 1));
    network.join((layer, 1), (sum, 1));
    let output = network.join((sum, 1), (sink, 1));
    network.port(input, 2);
    network.port(output, 2);
    (network, around)
}

fn run(network: &Network, depths: &[usize], samples: usize) -> Result<Run, Stop> {
    Simulator::new(network).run(&Task::new(Some(depths), samples))
}

/// The depths of a network: no sample is late, and one packet less anywhere above the least locks or makes one late.
/// How often it locks, how often only where pipelines stall, and how often a sample is late.
#[track_caller]
fn check(network: &Network) -> (Depths, [usize; 3]) {
    assert_eq!(network.is_balanced(), Ok(()));
    let found = minimal(network).unwrap();
    let finished = &found.unbounded.finished;
    assert_eq!(&found.run.finished, finished);
    assert_eq!(deadlock(network, &found.depths), None);
    let (mut locked, mut stalled, mut late) = (0, 0, 0);
    let mut depths = found.depths.clone();
    for (id, _) in network.iter_fifos().filter(|(_, fifo)| fifo.port.is_none()) {
        if depths[id.0] == LEAST {
            continue;
        }
        depths[id.0] -= 1;
        match run(network, &depths, finished.len()) {
            Err(_) => locked += 1,
            Ok(_) if deadlock(network, &depths).is_some() => stalled += 1,
            Ok(run) => {
                assert!(
                    run.finished > *finished,
                    "{} packets {} are not needed: {network:#?}",
                    depths[id.0] + 1,
                    network.ends(id)
                );
                late += 1;
            }
        }
        depths[id.0] += 1;
    }
    (found, [locked, stalled, late])
}

/// Latency, interval and depths without those of the ports.
#[track_caller]
fn check_chain(source: usize, processes: &[(usize, usize, usize, Body)], expected: (u64, u64, &[usize])) {
    let network = chain(source, processes);
    let (found, _) = check(&network);
    let depths = &found.depths[1..processes.len()];
    assert_eq!((found.run.latency(), found.run.interval(), depths), expected);
}

#[test]
fn the_clocks_of_a_chain() {
    // The source writes in clock 1, the layer reads in 2 and writes in 7, the output takes it in 8.
    check_chain(1, &[(1, 1, 1, Body::Pipeline { interval: 1, latency: 5, continuous: true })], (9, 1, &[]));
    // Ten turns, a clock each; the loop empties itself (5 clocks) and is called again (2) before the next sample.
    check_chain(10, &[(10, 1, 1, pipeline(1, 5))], (18, 16, &[]));
    check_chain(10, &[(10, 1, 1, pipeline(3, 5))], (36, 34, &[]));
    // Four packets read, seven clocks, two written; a turn after the other.
    check_chain(8, &[(2, 4, 2, Body::Loops { kernel: 7 })], (27, 25, &[]));
    // A burst in clocks 21 to 24, of which one packet is gone when the last comes: without room for the other three the
    // next burst would be late, though the reader is fast enough.
    let (burst, slow) = (Body::Loops { kernel: 16 }, Body::Pipeline { interval: 5, latency: 1, continuous: true });
    check_chain(4, &[(1, 4, 4, burst), (4, 1, 1, slow)], (40, 24, &[3]));
    check_chain(4, &[(4, 1, 1, slow), (4, 1, 1, slow), (4, 1, 1, slow)], (24, 20, &[2, 2]));
}

#[test]
fn a_skip_around_a_line_buffer() {
    // The first result needs a row and two pixels of the image: ten pixels around, whatever the clocks are. A pipeline that
    // stalls gives it only when it has made as many more steps as it holds, of which those in the padding read nothing.
    for (interval, latency, stalling) in [(1, 1, 11), (1, 9, 17), (4, 9, 12)] {
        let (network, around) = skip(64, pipeline(interval, latency), Some(window(8, 8, 3, 1)));
        let (found, _) = check(&network);
        let mut depths = found.depths.clone();
        let mut lives = |depth: usize, stalling: bool| {
            depths[around.0] = depth;
            let mut simulator = if stalling { Simulator::stalling(&network) } else { Simulator::new(&network) };
            simulator.run(&Task::new(Some(&depths), 1)).is_ok()
        };
        assert_eq!((lives(9, false), lives(10, false)), (false, true));
        assert_eq!((lives(stalling - 1, true), lives(stalling, true)), (false, true));
        assert_eq!(least_live(&network, &found.depths, &[around], 64), Some(stalling.max(10)));
        // The layer is as fast as it were alone.
        assert_eq!(found.run.interval(), 99 * interval + latency + 2);

        let mut depths = found.depths.clone();
        depths[around.0] = 9;
        let Err(Stop::Deadlock(deadlock)) = run(&network, &depths, 1) else { panic!("nothing locks") };
        assert_eq!(
            deadlock.describe(&network),
            "the copies of `first` waits for room in the FIFO to `sum`, `sum` waits for a packet from `conv`, \
             `conv` waits for a packet from the copies of `first`"
        );
    }
}

#[test]
fn a_skip_around_a_layer_that_needs_everything() {
    for packets in [1, 5, 64] {
        // A packet a turn: one, and one more for pipelines that stall, where there are more.
        let (mut network, around) = skip(packets, pipeline(1, 1), None);
        let found = check(&network).0;
        assert_eq!(least_live(&network, &found.depths, &[around], packets), Some(packets.min(2)));
        // All in one turn.
        network = {
            let mut network = Network::new();
            let source = network.add("the input", packets, WIRE);
            let copies = network.add("the copies", packets, pipeline(1, 1));
            let layer = network.add("`fc`", 1, Body::Loops { kernel: 9 });
            let sum = network.add("`sum`", packets, pipeline(1, 2));
            let sink = network.add("the output", packets, WIRE);
            let ports = [network.join((source, 1), (copies, 1)), network.join((sum, 1), (sink, 1))];
            ports.into_iter().for_each(|port| network.port(port, 2));
            network.join((copies, 1), (layer, packets));
            network.join((copies, 1), (sum, 1));
            network.join((layer, packets), (sum, 1));
            network
        };
        let around = FifoId(3);
        let (found, _) = check(&network);
        assert_eq!(least_live(&network, &found.depths, &[around], 2 * packets), Some(packets));
    }
}

/// Two copies of a tensor, one after the other: the second one waits until the first is through.
#[test]
fn inputs_one_after_the_other() {
    for packets in [3, 8] {
        let mut network = Network::new();
        let source = network.add("the input", packets, WIRE);
        let copies = network.add("the copies", packets, pipeline(1, 1));
        let rows = network.add("`rows`", 2 * packets, pipeline(1, 2));
        let sink = network.add("the output", 2 * packets, WIRE);
        let input = network.join((source, 1), (copies, 1));
        let first = network.join((copies, 1), (rows, 1));
        let second = network.join((copies, 1), (rows, 1));
        let output = network.join((rows, 1), (sink, 1));
        network.in_parts(rows, vec![packets; 2]);
        [input, output].into_iter().for_each(|port| network.port(port, 2));
        let (found, _) = check(&network);
        assert_eq!(least_live(&network, &found.depths, &[second], 64), Some(packets));
        assert_eq!(least_live(&network, &found.depths, &[first], 64), Some(1));
        let reads = |turn: usize| network.process(rows).reading(turn).iter().map(|(fifo, _)| *fifo).collect::<Vec<_>>();
        assert_eq!((reads(packets - 1), reads(packets), reads(2 * packets)), (vec![first], vec![second], vec![]));
    }
}

#[test]
fn fifos_that_nobody_empties_are_found() {
    let network = chain(4, &[(2, 2, 3, Body::Loops { kernel: 1 })]);
    assert_eq!(network.is_balanced(), Ok(()));
    let network = chain(4, &[(3, 2, 3, Body::Loops { kernel: 1 })]);
    assert_eq!(network.is_balanced(), Err((FifoId(0), 4, 6)));
    assert!(minimal(&network).is_err());
}

/// A tensor of a random network.
struct Tensor {
    writer: (ProcessId, usize),
    rows: usize,
    columns: usize,
    readers: Vec<(ProcessId, usize)>,
}

/// A random network without a cycle: series, parallel ways and skips of line buffers, strides, layers that need
/// everything, bursts and pipelines.
fn random(seed: u64) -> Network {
    let mut numbers = Numbers(seed);
    let mut below = |bound: usize| numbers.below(bound as u64) as usize;
    // Written down first: how many read a tensor decides whether it is copied.
    let mut network = Network::new();
    let (rows, columns) = (1 + below(6), 1 + below(6));
    let source = network.add("source", rows * columns, WIRE);
    let mut tensors = vec![Tensor { writer: (source, 1), rows, columns, readers: Vec::new() }];
    for index in 0..2 + below(9) {
        // The later ones more often.
        let at = tensors.len() - 1 - below(tensors.len()).min(below(tensors.len()));
        let (mut rows, mut columns) = (tensors[at].rows, tensors[at].columns);
        let packets = rows * columns;
        let name = format!("layer{index}");
        let (interval, latency) = ([1, 1, 1, 2, 5][below(5)], 1 + below(12) as u64);
        let body = Body::Pipeline { interval, latency, continuous: packets == 1 };
        let loops = Body::Loops { kernel: 1 + below(20) as u64 };
        let twins: Vec<usize> = (0..tensors.len())
            .filter(|&other| other != at && tensors[other].rows * tensors[other].columns == packets)
            .collect();
        let writer = match below(8) {
            0 | 1 if packets > 1 => {
                let process = network.add(name, 1, body);
                let stride = 1 + below(2);
                network.walk(process, window(rows, columns, [1, 3][below(2)], stride));
                (rows, columns) = (rows.div_ceil(stride), columns.div_ceil(stride));
                tensors[at].readers.push((process, 1));
                (process, 1)
            }
            2 => {
                let process = network.add(name, 1, loops);
                tensors[at].readers.push((process, packets));
                (process, packets)
            }
            3 => {
                let process = network.add(name, rows, loops);
                tensors[at].readers.push((process, columns));
                (process, columns)
            }
            4..=6 if !twins.is_empty() => {
                let process = network.add(name, packets, body);
                let other = twins[below(twins.len())];
                tensors[at].readers.push((process, 1));
                tensors[other].readers.push((process, 1));
                (process, 1)
            }
            _ => {
                let process = network.add(name, packets, body);
                tensors[at].readers.push((process, 1));
                (process, 1)
            }
        };
        tensors.push(Tensor { writer, rows, columns, readers: Vec::new() });
    }
    for (index, tensor) in tensors.iter_mut().enumerate() {
        let packets = tensor.rows * tensor.columns;
        let is_output = tensor.readers.is_empty();
        if is_output {
            tensor.readers.push((network.add(format!("sink{index}"), packets, WIRE), 1));
        }
        if tensor.readers.len() > 1 {
            let copies = network.add(format!("copies{index}"), packets, pipeline(1, 1));
            let fifo = network.join(tensor.writer, (copies, 1));
            if index == 0 {
                network.port(fifo, 2);
            }
            tensor.readers.iter().for_each(|&reader| {
                network.join((copies, 1), reader);
            });
        } else {
            let fifo = network.join(tensor.writer, tensor.readers[0]);
            if index == 0 || is_output {
                network.port(fifo, 2);
            }
        }
    }
    network
}

#[test]
fn random_networks_get_the_least_depths() {
    let (mut found_out, mut deep, mut fifos, mut slower) = ([0; 3], 0, 0, 0);
    for seed in 0..400 {
        let network = random(seed);
        let (found, counts) = check(&network);
        found_out.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        deep += usize::from(counts != [0; 3]);
        fifos += network.fifos().iter().filter(|fifo| fifo.port.is_none()).count();
        // The interval stays what it was over the samples of the search.
        let (long, unbounded) =
            (run(&network, &found.depths, 100), Simulator::new(&network).run(&Task::new(None, 100)));
        let (long, unbounded) = (long.unwrap(), unbounded.unwrap());
        let gap = |run: &Run| run.finished[99] - run.finished[98];
        assert_eq!((gap(&long), gap(&unbounded)), (network.period(), network.period()), "seed {seed}");
        assert_eq!(found.run.interval(), network.period(), "seed {seed}");
        let least = vec![LEAST; network.fifos().len()];
        slower += usize::from(run(&network, &least, 4).is_err());
    }
    let [locked, stalled, late] = found_out;
    let all = locked + stalled + late;
    println!(
        "{fifos} FIFOs of 400 networks, {all} of which, in {deep} networks, need more than {LEAST} packets: one less"
    );
    println!(
        "locks {locked}, locks {stalled} with pipelines that stall, delays {late}; {slower} networks lock where all are {LEAST}"
    );
    assert!(locked >= 50 && stalled >= 20 && late >= 200 && slower >= 50, "{found_out:?} {slower}");
}
