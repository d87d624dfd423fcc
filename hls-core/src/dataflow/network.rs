//! Processes, the FIFOs between them, and when each process reads and writes.

use std::fmt;

use super::simulator::RESTART;
use crate::rules::Walk;

/// The position of a process in its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProcessId(pub usize);

/// The position of a FIFO in its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FifoId(pub usize);

/// How the turns of a process follow one another. All numbers are clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// A pipeline: a turn reads at most one packet of each FIFO, all in the same clock, and writes at most one to each,
    /// all in the same clock. It stalls as a whole while it cannot write, and empties itself while it cannot read.
    Pipeline {
        /// From one turn to the next; at least 1.
        interval: u64,
        /// From reading to writing; at least 1.
        latency: u64,
        /// Whether the first turn of a sample follows the last turn of the sample before it like any other: a function
        /// that is a pipeline. A loop that is one empties itself first.
        continuous: bool,
    },
    /// Loops one after the other: one that reads for each FIFO, a packet a clock, the kernel, one that writes. A turn
    /// begins when the turn before it has written everything.
    Loops {
        /// From the last packet that is read to the first that is written; at least 1. A turn that writes nothing takes a
        /// clock beside those of reading.
        kernel: u64,
    },
}

/// A function of the firmware, or the world outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    /// What messages call it: for example `` `fc1` ``, or ``the copies of `fc1` ``.
    pub name: String,
    /// Turns of a sample.
    pub turns: usize,
    /// Which of the turns read and which write, where that is not all of them; as many as `turns`.
    pub walk: Option<Walk>,
    /// The FIFOs that it reads, in order, and how many packets of each in a turn.
    pub reads: Vec<(FifoId, usize)>,
    /// In how many turns it reads each of these FIFOs, one after the other; nothing where a turn reads all of them.
    pub parts: Vec<usize>,
    /// The FIFOs that it writes, in order, and how many packets to each in a turn.
    pub writes: Vec<(FifoId, usize)>,
    /// How its turns follow one another.
    pub body: Body,
}

/// Packets on their way from one process to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fifo {
    /// Who writes it.
    pub writer: ProcessId,
    /// Who reads it.
    pub reader: ProcessId,
    /// The depth, in packets, of a FIFO that is not ours: a port. `None` where the depth is to be found.
    pub port: Option<usize>,
}

/// Processes that run at the same time, joined by FIFOs, without a cycle.
///
/// A process without FIFOs to read is a source, one without FIFOs to write a sink; the packets that sinks take are what
/// a sample is finished by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    processes: Vec<Process>,
    fifos: Vec<Fifo>,
}

impl Network {
    /// A network of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a process that reads and writes nothing yet; those that write must come before those that read them.
    pub fn add(&mut self, name: impl Into<String>, turns: usize, body: Body) -> ProcessId {
        let (name, reads, writes, parts) = (name.into(), Vec::new(), Vec::new(), Vec::new());
        self.processes.push(Process { name, turns, walk: None, reads, parts, writes, body });
        ProcessId(self.processes.len() - 1)
    }

    /// Lets a process read and write in some of its turns only; it then has as many turns as the walk.
    ///
    /// # Panics
    /// With an id of another network, as all methods that take one.
    pub fn walk(&mut self, process: ProcessId, walk: Walk) {
        let process = &mut self.processes[process.0];
        process.turns = walk.len();
        process.walk = Some(walk);
    }

    /// Lets a process read one FIFO after the other, each in so many of its turns; together they are its turns.
    pub fn in_parts(&mut self, process: ProcessId, parts: Vec<usize>) {
        self.processes[process.0].parts = parts;
    }

    /// Joins two processes by a FIFO: who writes it and who reads it, each with the packets of a turn.
    pub fn join(&mut self, writer: (ProcessId, usize), reader: (ProcessId, usize)) -> FifoId {
        let id = FifoId(self.fifos.len());
        self.fifos.push(Fifo { writer: writer.0, reader: reader.0, port: None });
        self.processes[writer.0.0].writes.push((id, writer.1));
        self.processes[reader.0.0].reads.push((id, reader.1));
        id
    }

    /// Makes a FIFO a port, whose depth is not ours.
    pub fn port(&mut self, fifo: FifoId, depth: usize) {
        self.fifos[fifo.0].port = Some(depth);
    }

    /// All processes.
    #[must_use]
    pub fn processes(&self) -> &[Process] {
        &self.processes
    }

    /// All FIFOs.
    #[must_use]
    pub fn fifos(&self) -> &[Fifo] {
        &self.fifos
    }

    /// One process.
    #[must_use]
    pub fn process(&self, id: ProcessId) -> &Process {
        &self.processes[id.0]
    }

    /// One FIFO.
    #[must_use]
    pub fn fifo(&self, id: FifoId) -> &Fifo {
        &self.fifos[id.0]
    }

    /// The FIFOs with their ids.
    pub fn iter_fifos(&self) -> impl Iterator<Item = (FifoId, &Fifo)> {
        self.fifos.iter().enumerate().map(|(index, fifo)| (FifoId(index), fifo))
    }

    /// The packets of a sample that go through a FIFO.
    #[must_use]
    pub fn packets(&self, id: FifoId) -> usize {
        let writer = self.process(self.fifo(id).writer);
        writer.written(id)
    }

    /// The packets of a sample that go through all FIFOs.
    #[must_use]
    pub fn total_packets(&self) -> usize {
        self.iter_fifos().fold(0, |sum, (id, _)| sum.saturating_add(self.packets(id)))
    }

    /// Clocks between samples of the slowest process, were it never blocked: no network has a shorter interval, and one
    /// with FIFOs without a limit has this one.
    #[must_use]
    pub fn period(&self) -> u64 {
        self.processes.iter().map(Process::period).max().unwrap_or(0)
    }

    /// Whether every FIFO is empty after every sample: as many packets are read as are written. Else the first that is
    /// not, with the packets that are written and read.
    ///
    /// # Errors
    /// The FIFO, what is written and what is read.
    pub fn is_balanced(&self) -> Result<(), (FifoId, usize, usize)> {
        let unbalanced = |(id, fifo): (FifoId, &Fifo)| {
            let (written, read) = (self.process(fifo.writer).written(id), self.process(fifo.reader).read(id));
            (written != read).then_some((id, written, read))
        };
        self.iter_fifos().find_map(unbalanced).map_or(Ok(()), Err)
    }

    /// ``from `fc1` to `relu1` ``.
    #[must_use]
    pub fn ends(&self, id: FifoId) -> Ends<'_> {
        let fifo = self.fifo(id);
        Ends { writer: &self.process(fifo.writer).name, reader: &self.process(fifo.reader).name }
    }
}

impl Process {
    /// Whether a turn reads and whether it writes.
    #[must_use]
    pub fn at(&self, turn: usize) -> (bool, bool) {
        self.walk.map_or((true, true), |walk| walk.at(turn))
    }

    /// The FIFOs that a turn reads, where it reads.
    #[must_use]
    pub fn reading(&self, turn: usize) -> &[(FifoId, usize)] {
        if self.parts.is_empty() {
            return &self.reads;
        }
        let mut end = 0;
        let part = self.parts.iter().position(|&turns| {
            end += turns;
            turn < end
        });
        part.map_or(&[], |at| &self.reads[at..=at])
    }

    /// Clocks between samples, where nothing blocks it.
    fn period(&self) -> u64 {
        let turns = self.turns as u64;
        let sum = |fifos: &[(FifoId, usize)]| fifos.iter().map(|(_, packets)| *packets as u64).sum::<u64>();
        match self.body {
            Body::Pipeline { interval, continuous: true, .. } => turns * interval,
            Body::Pipeline { interval, latency, .. } => {
                turns.saturating_sub(1) * interval + interval.max(latency + RESTART)
            }
            Body::Loops { kernel } => {
                let (reads, writes) = self.walk.map_or((turns, turns), |walk| (reads(&walk), writes(&walk)));
                let read = match self.parts[..] {
                    [] => reads * sum(&self.reads),
                    _ => self.reads.iter().map(|&(fifo, _)| self.read(fifo) as u64).sum(),
                };
                let copied = read + writes * sum(&self.writes);
                copied + writes * (kernel - 1) + (turns - writes) + RESTART - 1
            }
        }
    }

    /// The packets of a sample that it writes to a FIFO.
    fn written(&self, id: FifoId) -> usize {
        let packets = self.writes.iter().find(|(fifo, _)| *fifo == id).map_or(0, |(_, packets)| *packets);
        packets * self.walk.map_or(self.turns, |walk| writes(&walk) as usize)
    }

    /// The packets of a sample that it reads from a FIFO.
    fn read(&self, id: FifoId) -> usize {
        let Some(at) = self.reads.iter().position(|(fifo, _)| *fifo == id) else { return 0 };
        let turns = self.walk.map_or(self.turns, |walk| reads(&walk) as usize);
        self.reads[at].1 * self.parts.get(at).copied().unwrap_or(turns)
    }

    /// The packets of each FIFO in one turn: those that it reads, then those that it writes.
    fn most_a_turn(&self) -> usize {
        self.reads.iter().chain(&self.writes).map(|(_, packets)| *packets).max().unwrap_or(0)
    }

    /// Whether its turns fit its body.
    pub(super) fn is_well_formed(&self) -> bool {
        let steps = self.walk.is_none_or(|walk| walk.len() == self.turns);
        let in_parts = self.parts.len() == self.reads.len() && self.parts.iter().sum::<usize>() == self.turns;
        self.turns > 0
            && steps
            && (self.parts.is_empty() || in_parts)
            && match self.body {
                Body::Pipeline { interval, latency, .. } => interval > 0 && latency > 0 && self.most_a_turn() <= 1,
                Body::Loops { kernel } => kernel > 0,
            }
    }
}

/// The steps of a walk that read.
fn reads(walk: &Walk) -> u64 {
    (walk.rows.reads.count * walk.columns.reads.count) as u64
}

/// The steps of a walk that write.
fn writes(walk: &Walk) -> u64 {
    (walk.rows.writes.count * walk.columns.writes.count) as u64
}

/// The names of the two ends of a FIFO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends<'a> {
    /// Who writes.
    pub writer: &'a str,
    /// Who reads.
    pub reader: &'a str,
}

impl fmt::Display for Ends<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "from {} to {}", self.writer, self.reader)
    }
}
