//! The smallest FIFOs with which a network is as fast as with FIFOs without a limit.

use super::deadlock::Deadlock;
use super::network::{FifoId, Network};
use super::simulator::{Run, Simulator, Stop, Task};

/// The least depth that is tried: a FIFO of one packet is written and read in turns, at half the speed.
pub const LEAST: usize = 2;

/// Samples over which depths are searched; they are proven over twice as many.
const SAMPLES: usize = 4;

/// Samples over which depths are searched at most, where fewer do not tell all.
const MOST_SAMPLES: usize = 64;

/// With more packets than this a sample, half as many samples do, and with four times as many one: what there is to see is
/// inside of a sample.
const MANY_PACKETS: usize = 1 << 18;

/// The depths of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depths {
    /// The depth of each FIFO, that of a port among them.
    pub depths: Vec<usize>,
    /// What FIFOs without a limit would do, over a few samples.
    pub unbounded: Run,
    /// What these do.
    pub run: Run,
}

/// The smallest depths, at least [`LEAST`], with which nothing locks, whether pipelines empty themselves or not (see
/// [`deadlock`]), and every sample leaves as early as through FIFOs without a limit.
///
/// The result is minimal in each FIFO: with one packet less in any one of those above [`LEAST`], and all others as they
/// are, the network locks or one of the first samples leaves later. It need not be the smallest sum: another vector that is
/// minimal as well may have one FIFO deeper and another one less deep.
///
/// More room never makes anything later (every clock is a maximum of earlier clocks plus constants), and so does one FIFO
/// after another get the least depth that suits those before it, by bisection. It starts from depths that suffice:
/// the peaks where the source spreads a sample over the interval that the slowest process dictates, deeper where that
/// delays a sample.
///
/// # Errors
/// Where a network locks whatever its FIFOs hold: one that is not balanced (see [`Network::is_balanced`]).
pub fn minimal(network: &Network) -> Result<Depths, Deadlock> {
    let mut simulator = Simulator::new(network);
    let mut samples = match network.total_packets() {
        0..=MANY_PACKETS => SAMPLES,
        packets if packets <= 4 * MANY_PACKETS => SAMPLES / 2,
        _ => 1,
    };
    loop {
        let unbounded = run(&mut simulator, &Task::new(None, 2 * samples))?;
        let mut search = Search {
            simulator: &mut simulator,
            stalling: Simulator::stalling(network),
            deadlines: &unbounded.finished,
            samples,
        };
        let mut depths = search.sufficient(network, &unbounded)?;
        search.reduce(network, &mut depths);
        let run = run(&mut simulator, &Task::new(Some(&depths), 2 * samples))?;
        if run.finished == unbounded.finished || samples >= MOST_SAMPLES {
            return Ok(Depths { depths, unbounded, run });
        }
        // A FIFO that fills a little with every sample, or the slowest process is not yet the one that all wait for.
        samples *= 2;
    }
}

/// Why a network with FIFOs of these depths locks, whether its pipelines empty themselves or stall as a whole; `None`
/// where it never does.
///
/// One sample tells about any number: what is read and written in which order depends on the network only, and one sample
/// that gets through leaves all FIFOs empty.
#[must_use]
pub fn deadlock(network: &Network, depths: &[usize]) -> Option<Deadlock> {
    let locks = |mut simulator: Simulator<'_>| run(&mut simulator, &Task::new(Some(depths), 1)).err();
    locks(Simulator::new(network)).or_else(|| locks(Simulator::stalling(network)))
}

/// The least depth, at most `most`, of some FIFOs of a network with which it does not lock; `None` where that does.
#[must_use]
pub fn least_live(network: &Network, depths: &[usize], fifos: &[FifoId], most: usize) -> Option<usize> {
    let mut depths = depths.to_vec();
    let mut lives = |depth: usize| {
        fifos.iter().for_each(|fifo| depths[fifo.0] = depth);
        deadlock(network, &depths).is_none()
    };
    lives(most).then(|| least(1, most, lives))
}

/// The least number from `low` on that suits; `high` does.
fn least(mut low: usize, mut high: usize, mut suits: impl FnMut(usize) -> bool) -> usize {
    while low < high {
        let middle = low.midpoint(high);
        if suits(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    high
}

/// A run without deadlines.
fn run(simulator: &mut Simulator<'_>, task: &Task<'_>) -> Result<Run, Deadlock> {
    simulator.run(task).map_err(|stop| match stop {
        Stop::Deadlock(deadlock) => deadlock,
        Stop::Late(_) => Deadlock { blocked: Vec::new(), stalls: false },
    })
}

struct Search<'a, 'n> {
    simulator: &'a mut Simulator<'n>,
    stalling: Simulator<'n>,
    deadlines: &'a [u64],
    samples: usize,
}

impl Search<'_, '_> {
    fn suits(&mut self, depths: &[usize]) -> Result<(), Stop> {
        let task = Task { deadlines: Some(self.deadlines), ..Task::new(Some(depths), self.samples) };
        self.simulator.run(&task)?;
        self.stalling.run(&Task::new(Some(depths), 1))?;
        Ok(())
    }

    /// Depths with which no sample is late.
    fn sufficient(&mut self, network: &Network, unbounded: &Run) -> Result<Vec<usize>, Deadlock> {
        let pace = Some(unbounded.period);
        let paced = run(self.simulator, &Task { pace, ..Task::new(None, self.samples) })?;
        let mut depths: Vec<usize> = network
            .fifos()
            .iter()
            .zip(&paced.peaks)
            .map(|(fifo, &peak)| fifo.port.unwrap_or(peak.max(LEAST)))
            .collect();
        while let Err(stop) = self.suits(&depths) {
            // Where only stalling pipelines lock, what was refused before tells nothing.
            let mut refused = vec![0; depths.len()];
            if let Stop::Late(_) = stop {
                refused = self.simulator.refused();
            }
            if let Stop::Deadlock(deadlock) = stop {
                deadlock.full().for_each(|fifo| refused[fifo.0] += 1);
            }
            for (id, fifo) in network.iter_fifos() {
                // As many packets as there are need no more room.
                let most = (network.packets(id) * self.samples).max(LEAST);
                if fifo.port.is_none() && refused[id.0] > 0 {
                    depths[id.0] = (depths[id.0] * 2).min(most);
                }
            }
        }
        Ok(depths)
    }

    /// Makes one FIFO after another as small as it can be.
    fn reduce(&mut self, network: &Network, depths: &mut [usize]) {
        for (id, _) in network.iter_fifos().filter(|(_, fifo)| fifo.port.is_none()) {
            let enough = depths[id.0];
            if enough <= LEAST {
                continue;
            }
            let mut suits = |depth: usize| {
                depths[id.0] = depth;
                self.suits(depths).is_ok()
            };
            // Most peaks are needed, and most that are not are accidents.
            let found = if !suits(enough - 1) {
                enough
            } else if suits(LEAST) {
                LEAST
            } else {
                least(LEAST + 1, enough - 1, suits)
            };
            depths[id.0] = found;
        }
    }
}
