//! Runs a network packet by packet.

use std::collections::VecDeque;

use super::channel::Channel;
use super::deadlock::{Blocked, Deadlock, Missing};
use super::network::{Body, FifoId, Network, Process, ProcessId};

/// Clocks from the last packet that a loop writes for a sample to the first that it reads of the next: the function
/// returns and is called again.
pub(super) const RESTART: u64 = 2;

/// What happens in a network: a deterministic result, whatever the order in which the simulator looks at processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The clock in which the last packet of each sample leaves, the first clock being 0.
    pub finished: Vec<u64>,
    /// The most packets that each FIFO holds at a time.
    pub peaks: Vec<usize>,
    /// The packets for which each FIFO had no room when its writer had them.
    pub refused: Vec<usize>,
    /// What [`Network::period`] says.
    pub period: u64,
}

impl Run {
    /// Clocks until the first sample has left.
    #[must_use]
    pub fn latency(&self) -> u64 {
        self.finished.first().map_or(0, |clock| clock + 1)
    }

    /// Clocks between samples: the mean of those in the second half of the run, rounded up, but at least the period of
    /// the slowest process, which the first samples may not know yet. Where there is one sample only, those that it took.
    #[must_use]
    pub fn interval(&self) -> u64 {
        let Some(last) = self.finished.len().checked_sub(1).filter(|&last| last > 0) else { return self.latency() };
        let middle = last / 2;
        (self.finished[last] - self.finished[middle]).div_ceil((last - middle) as u64).max(self.period)
    }
}

/// Why there is no [`Run`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Nothing can go on, and not everything is done.
    Deadlock(Deadlock),
    /// A sample leaves later than it may; the sample, from 0.
    Late(usize),
}

/// What a run is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The depth of each FIFO that is no port, at least 1; without depths no FIFO is ever full.
    pub depths: Option<&'a [usize]>,
    /// Samples, back to back; at least 1.
    pub samples: usize,
    /// When each sample must have left; the run ends where one is late.
    pub deadlines: Option<&'a [u64]>,
    /// Clocks over which a source spreads a sample, where it does not give what it has as fast as it is taken.
    pub pace: Option<u64>,
}

impl<'a> Task<'a> {
    /// This many samples through FIFOs of these depths.
    #[must_use]
    pub fn new(depths: Option<&'a [usize]>, samples: usize) -> Self {
        Self { depths, samples, deadlines: None, pace: None }
    }
}

/// Where a process is.
#[derive(Clone, Debug, Default)]
struct State {
    sample: usize,
    turn: usize,
    /// Packets of the turn that are done, over all FIFOs that are read, then all that are written.
    done: usize,
    /// The clock of what it did last.
    clock: u64,
    /// When its last turn began.
    start: u64,
    /// When the last turn ended.
    end: Option<u64>,
    /// When the last turns ended, as many as a pipeline holds: a ring.
    ends: Vec<u64>,
    /// The place of the next one in the ring: of the one that left the pipeline last.
    oldest: usize,
    waits: Option<(FifoId, Missing)>,
}

/// Runs a network: memory is used again from run to run.
///
/// # How a network behaves
///
/// A packet that is written in a clock can be read in the next; the room of a packet that is read in a clock can be
/// written in the next. An empty FIFO blocks its reader, a full one its writer. The turns of a process come one after
/// another; a turn first reads and then writes. So what is read and written in which order is given by the network
/// alone, and with it whether it locks: timing decides only when. See [`Body`] for the timing.
///
/// Reading before writing, turn by turn, is the most careful order for pipelines that empty themselves: such a pipeline
/// reads ahead of what it has not written yet, which can only make room earlier. Those that do not are another order:
/// [`Simulator::stalling`].
#[derive(Clone, Debug)]
pub struct Simulator<'a> {
    network: &'a Network,
    channels: Vec<Channel>,
    states: Vec<State>,
    /// Which turns read and write, by process, where that is not all; then there are as many turns.
    walks: Vec<Vec<(bool, bool)>>,
    /// Whether pipelines stall.
    stalls: bool,
}

impl<'a> Simulator<'a> {
    /// A simulator of this network.
    ///
    /// # Panics
    /// Where a pipeline has turns of several packets or a body takes no clock.
    #[must_use]
    pub fn new(network: &'a Network) -> Self {
        let walk = |process: &Process| {
            assert!(process.is_well_formed(), "the turns of {} do not fit its body", process.name);
            process.walk.map_or_else(Vec::new, |walk| (0..walk.len()).map(|turn| walk.at(turn)).collect())
        };
        Self {
            network,
            channels: vec![Channel::default(); network.fifos().len()],
            states: vec![State::default(); network.processes().len()],
            walks: network.processes().iter().map(walk).collect(),
            stalls: false,
        }
    }

    /// A simulator of this network with loops that stall as a whole while they cannot read: what is inside leaves only
    /// as more comes in, or at the end of the sample. So do some releases of the tools build pipelines. It shows what
    /// is read and written in which order, not when.
    ///
    /// # Panics
    /// As [`Simulator::new`].
    #[must_use]
    pub fn stalling(network: &'a Network) -> Self {
        let mut simulator = Self { stalls: true, ..Self::new(network) };
        for (walk, process) in simulator.walks.iter_mut().zip(network.processes()) {
            let Body::Pipeline { interval, latency, continuous: false } = process.body else { continue };
            let (lag, turns) = ((latency / interval) as usize, process.turns);
            let at = |turn: usize| if turn < turns { process.at(turn) } else { (false, false) };
            *walk = (0..turns + lag).map(|turn| (at(turn).0, turn >= lag && at(turn - lag).1)).collect();
        }
        simulator
    }

    /// Runs samples back to back.
    ///
    /// # Errors
    /// Where the network locks, or a sample is late.
    pub fn run(&mut self, task: &Task<'_>) -> Result<Run, Stop> {
        let network = self.network;
        for (index, (channel, fifo)) in self.channels.iter_mut().zip(network.fifos()).enumerate() {
            let ours = task.depths.map_or(usize::MAX, |depths| depths[index]);
            channel.reset(fifo.port.unwrap_or(ours).max(1));
        }
        for (state, process) in self.states.iter_mut().zip(network.processes()) {
            let mut ends = std::mem::take(&mut state.ends);
            ends.clear();
            if let Body::Pipeline { interval, latency, .. } = process.body {
                ends.resize((latency / interval) as usize + 1, 0);
            }
            *state = State { ends, ..State::default() };
        }
        let mut finished = vec![0; task.samples];
        let mut ready: VecDeque<usize> = (0..self.states.len()).collect();
        while let Some(at) = ready.pop_front() {
            self.advance(ProcessId(at), task, &mut finished)?;
            let process = &network.processes()[at];
            let readers = process.writes.iter().map(|&(fifo, _)| (network.fifo(fifo).reader, fifo, Missing::Packet));
            let writers = process.reads.iter().map(|&(fifo, _)| (network.fifo(fifo).writer, fifo, Missing::Room));
            for (other, fifo, missing) in readers.chain(writers) {
                let waits = &mut self.states[other.0].waits;
                let channel = &self.channels[fifo.0];
                let there = match missing {
                    Missing::Packet => channel.readable(),
                    Missing::Room => channel.writable(),
                };
                if *waits == Some((fifo, missing)) && there.is_some() {
                    *waits = None;
                    ready.push_back(other.0);
                }
            }
        }
        let blocked: Vec<Blocked> = self.blocked().collect();
        if !blocked.is_empty() {
            return Err(Stop::Deadlock(Deadlock { blocked, stalls: self.stalls }));
        }
        let peaks = self.channels.iter().map(Channel::peak).collect();
        Ok(Run { finished, peaks, refused: self.refused(), period: network.period() })
    }

    /// The packets for which each FIFO had no room when its writer had them, in the last run, whatever its end.
    #[must_use]
    pub fn refused(&self) -> Vec<usize> {
        self.channels.iter().map(|channel| channel.refused).collect()
    }

    fn blocked(&self) -> impl Iterator<Item = Blocked> {
        let blocked = |(index, state): (usize, &State)| {
            let (fifo, missing) = state.waits?;
            Some(Blocked { process: ProcessId(index), fifo, missing })
        };
        self.states.iter().enumerate().filter_map(blocked)
    }

    /// Runs a process until it is done or blocked.
    fn advance(&mut self, id: ProcessId, task: &Task<'_>, finished: &mut [u64]) -> Result<(), Stop> {
        let process = &self.network.processes()[id.0];
        let walk = &self.walks[id.0];
        let state = &mut self.states[id.0];
        let channels = &mut self.channels[..];
        while state.sample < task.samples {
            let (reads, writes) = if walk.is_empty() { (true, true) } else { walk[state.turn] };
            let reads = if reads { process.reading(state.turn) } else { &[] };
            let writes = if writes { &process.writes[..] } else { &[] };
            let blocked = match process.body {
                Body::Pipeline { interval, latency, continuous } => {
                    let paced = process.reads.is_empty().then_some(task.pace).flatten();
                    let paced = paced.map_or(0, |clocks| {
                        let before = state.turn as u64 * clocks / process.turns as u64;
                        state.sample as u64 * clocks + before
                    });
                    pipeline(state, channels, reads, writes, [interval, latency, paced], continuous)
                }
                Body::Loops { kernel } => loops(state, channels, reads, writes, kernel),
            };
            if blocked.is_some() {
                state.waits = blocked;
                return Ok(());
            }
            state.turn += 1;
            state.done = 0;
            if state.turn == process.turns.max(walk.len()) {
                if process.writes.is_empty() {
                    let last = &mut finished[state.sample];
                    *last = (*last).max(state.clock);
                    if task.deadlines.is_some_and(|deadlines| *last > deadlines[state.sample]) {
                        return Err(Stop::Late(state.sample));
                    }
                }
                state.turn = 0;
                state.sample += 1;
            }
        }
        Ok(())
    }
}

/// What a process waits for.
type Wait = Option<(FifoId, Missing)>;

/// One turn of a pipeline, or what is left of it.
fn pipeline(
    state: &mut State,
    channels: &mut [Channel],
    reads: &[(FifoId, usize)],
    writes: &[(FifoId, usize)],
    [interval, latency, paced]: [u64; 3],
    continuous: bool,
) -> Wait {
    if state.done == 0 {
        let mut start = paced;
        if let Some(end) = state.end {
            let emptied = if state.turn == 0 && !continuous { end + RESTART } else { 0 };
            start = start.max(state.start + interval).max(emptied);
        }
        // As many turns are under way as begin within the latency. No turn ends in clock 0: that is a free place.
        let left = state.ends[state.oldest];
        if left > 0 {
            start = start.max(left + state.ends.len() as u64 * interval - latency);
        }
        for &(fifo, _) in reads {
            match channels[fifo.0].readable() {
                Some(clock) => start = start.max(clock),
                None => return Some((fifo, Missing::Packet)),
            }
        }
        reads.iter().for_each(|&(fifo, _)| channels[fifo.0].take(start));
        state.start = start;
        state.clock = start;
        state.done = 1;
    }
    let wanted = state.end.map_or(0, |end| end + interval).max(state.start + latency);
    let mut clock = wanted;
    for &(fifo, _) in writes {
        match channels[fifo.0].writable() {
            Some(first) => clock = clock.max(first),
            None => return Some((fifo, Missing::Room)),
        }
    }
    for &(fifo, _) in writes {
        channels[fifo.0].write(wanted, clock);
    }
    if !writes.is_empty() {
        state.clock = clock;
    }
    state.end = Some(clock);
    state.ends[state.oldest] = clock;
    state.oldest = if state.oldest + 1 == state.ends.len() { 0 } else { state.oldest + 1 };
    None
}

/// One turn of loops, or what is left of it.
fn loops(
    state: &mut State,
    channels: &mut [Channel],
    reads: &[(FifoId, usize)],
    writes: &[(FifoId, usize)],
    kernel: u64,
) -> Wait {
    if state.done == 0 {
        // The clock of the last thing done, which is before the turn.
        if state.turn == 0 && state.sample > 0 {
            state.clock += RESTART - 1;
        }
        state.done = 1;
    }
    let mut done = 1;
    for &(fifo, packets) in reads {
        while state.done < done + packets {
            let Some(first) = channels[fifo.0].readable() else { return Some((fifo, Missing::Packet)) };
            state.clock = first.max(state.clock + 1);
            channels[fifo.0].take(state.clock);
            state.done += 1;
        }
        done += packets;
    }
    if state.done == done {
        // The first packet is written a clock later; in a turn of a walk that writes nothing the kernel does not run.
        state.clock += if writes.is_empty() { 1 } else { kernel - 1 };
        state.done += 1;
    }
    done += 1;
    for &(fifo, packets) in writes {
        while state.done < done + packets {
            let Some(first) = channels[fifo.0].writable() else { return Some((fifo, Missing::Room)) };
            let wanted = state.clock + 1;
            state.clock = wanted.max(first);
            channels[fifo.0].write(wanted, state.clock);
            state.done += 1;
        }
        done += packets;
    }
    None
}
