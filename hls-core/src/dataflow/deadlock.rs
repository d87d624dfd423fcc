//! Processes that wait for one another.

use std::fmt;

use super::network::{FifoId, Network, ProcessId};

/// What a process waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A packet in an empty FIFO.
    Packet,
    /// Room in a full FIFO.
    Room,
}

/// A process that cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// Who waits.
    pub process: ProcessId,
    /// At which FIFO.
    pub fifo: FifoId,
    /// For what.
    pub missing: Missing,
}

/// All processes that wait where nothing goes on: at least two, the one for packets, the other for room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlock {
    /// In the order of the network.
    pub blocked: Vec<Blocked>,
    /// Whether this happens only where pipelines that wait for packets keep what they hold.
    pub stalls: bool,
}

impl Deadlock {
    /// The FIFOs that are full.
    pub fn full(&self) -> impl Iterator<Item = FifoId> {
        self.blocked.iter().filter(|blocked| blocked.missing == Missing::Room).map(|blocked| blocked.fifo)
    }

    /// Those of the blocked processes that wait in a circle, each for the next one: why all others wait as well.
    #[must_use]
    pub fn circle(&self, network: &Network) -> Vec<Blocked> {
        let other = |blocked: &Blocked| match blocked.missing {
            Missing::Packet => network.fifo(blocked.fifo).writer,
            Missing::Room => network.fifo(blocked.fifo).reader,
        };
        let mut way: Vec<Blocked> = Vec::new();
        let mut next = self.blocked.first().copied();
        while let Some(blocked) = next {
            if let Some(start) = way.iter().position(|before| before.process == blocked.process) {
                return way.split_off(start);
            }
            way.push(blocked);
            let waited_for = other(&blocked);
            next = self.blocked.iter().find(|blocked| blocked.process == waited_for).copied();
        }
        way
    }

    /// Who of the circle waits for whom: `` `sum` waits for a packet from `fc`, `fc` for ..``.
    #[must_use]
    pub fn describe(&self, network: &Network) -> String {
        let parts: Vec<String> =
            self.circle(network).iter().map(|blocked| Waits { blocked: *blocked, network }.to_string()).collect();
        parts.join(", ")
    }
}

struct Waits<'a> {
    blocked: Blocked,
    network: &'a Network,
}

impl fmt::Display for Waits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, ends) = (&self.network.process(self.blocked.process).name, self.network.ends(self.blocked.fifo));
        match self.blocked.missing {
            Missing::Packet => write!(f, "{name} waits for a packet from {}", ends.writer),
            Missing::Room => write!(f, "{name} waits for room in the FIFO to {}", ends.reader),
        }
    }
}
