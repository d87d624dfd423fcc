//! Which designs no other design beats.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Genome, Objectives};
use crate::design::Design;

/// Where a design came from; as text a line for tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The same width everywhere.
    Uniform(u32),
    /// Learned widths.
    Learned {
        /// The training, in the order of the settings, from 1.
        training: usize,
        /// The epoch, from 1.
        epoch: usize,
    },
    /// A candidate of the search.
    Searched(Genome),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uniform(width) => write!(f, "uniform {width} bits"),
            Self::Learned { training, epoch } => write!(f, "learned {training}, epoch {epoch}"),
            Self::Searched(genome) => {
                f.write_str("searched")?;
                genome.widths.values().try_for_each(|width| write!(f, " {width}"))
            }
        }
    }
}

/// A design with what it is good for and what it costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchPoint {
    /// Where it came from.
    pub origin: Origin,
    /// The validation samples that it classifies correctly.
    pub correct: usize,
    /// Its cost.
    pub objectives: Objectives,
    /// The design itself.
    pub design: Design,
}

impl SearchPoint {
    /// Whether this is at least as good in everything, and better in something.
    #[must_use]
    pub fn beats(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.figures(), other.figures());
        dominates(&ours, &theirs)
    }

    /// Errors and costs, all the smaller the better.
    fn figures(&self) -> Vec<f64> {
        let mut figures = vec![-(self.correct as f64)];
        figures.extend(self.objectives.vector());
        figures
    }
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The validation samples.
    pub samples: usize,
    /// The designs that no other one beats, those with uniform widths apart, from the fewest EBOPs.
    pub points: Vec<SearchPoint>,
    /// The same width everywhere, from the fewest bits; widths that cannot be built are absent.
    pub uniform: Vec<SearchPoint>,
    /// For each of [`Found::uniform`] the position in [`Found::points`] of a design that classifies as many samples correctly
    /// or more, with fewer EBOPs and, where they are known, no more look-up tables.
    pub better: Vec<Option<usize>>,
    /// The position of the design with the fewest EBOPs within the allowed distance of the best accuracy.
    pub winner: usize,
    /// Candidates of the search that were built or could not be.
    pub candidates: usize,
    /// Trainings that this front is made of.
    pub trials: usize,
}

impl Found {
    /// Whether for every uniform width there is a design that costs less and is as accurate or more.
    #[must_use]
    pub fn dominates_uniform(&self) -> bool {
        self.better.iter().all(Option::is_some)
    }
}

pub(super) fn dominates(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a <= b) && a.iter().zip(b).any(|(a, b)| a < b)
}

/// The points that no other one beats, in the order of their EBOPs; of equal ones the first.
pub(super) fn undominated(points: Vec<SearchPoint>) -> Vec<SearchPoint> {
    let figures: Vec<Vec<f64>> = points.iter().map(SearchPoint::figures).collect();
    let stays = |index: usize| {
        let mut others = figures.iter().enumerate().filter(|(other, _)| *other != index);
        !others
            .any(|(other, theirs)| dominates(theirs, &figures[index]) || (other < index && *theirs == figures[index]))
    };
    let mut front: Vec<SearchPoint> =
        (0..points.len()).filter(|&index| stays(index)).map(|i| points[i].clone()).collect();
    front.sort_by(|a, b| a.objectives.ebops.cmp(&b.objectives.ebops).then(a.correct.cmp(&b.correct)));
    front
}

/// Ranks by how many times the better ones have to be taken away (NSGA-II), and the crowding distance in each rank.
pub(super) fn ranked(figures: &[Vec<f64>]) -> Vec<(usize, f64)> {
    let mut ranks = vec![usize::MAX; figures.len()];
    let mut crowding = vec![0.0_f64; figures.len()];
    let mut rank = 0;
    while ranks.contains(&usize::MAX) {
        let open: Vec<usize> = (0..figures.len()).filter(|&index| ranks[index] == usize::MAX).collect();
        let beaten = |index: usize| open.iter().any(|&other| dominates(&figures[other], &figures[index]));
        let members: Vec<usize> = open.iter().copied().filter(|&index| !beaten(index)).collect();
        for &member in &members {
            ranks[member] = rank;
        }
        let dimensions = figures.first().map_or(0, Vec::len);
        (0..dimensions).for_each(|dimension| {
            let mut sorted = members.clone();
            let figure = |index: usize| figures[index][dimension];
            sorted.sort_by(|&a, &b| figure(a).total_cmp(&figure(b)).then(a.cmp(&b)));
            let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else { return };
            let span = figure(last) - figure(first);
            crowding[first] = f64::INFINITY;
            crowding[last] = f64::INFINITY;
            for three in sorted.windows(3) {
                if span > 0.0 {
                    crowding[three[1]] += (figure(three[2]) - figure(three[0])) / span;
                }
            }
        });
        rank += 1;
    }
    ranks.into_iter().zip(crowding).collect()
}
