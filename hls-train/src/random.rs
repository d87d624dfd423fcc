//! Random numbers that a seed determines: weights at the start, the order of samples, dropped elements.
//!
//! The generator belongs to the thread: two trainings in one process do not disturb each other, and a training is the
//! same whatever ran before it.

use std::cell::Cell;

thread_local! {
    static STATE: Cell<u64> = const { Cell::new(0) };
}

/// Starts the thread's generator. What [`HlsModel::init`](crate::HlsModel::init) and the dropout layers draw after it
/// depends on nothing but `seed`.
pub fn seed(seed: u64) {
    STATE.set(mix(seed));
}

/// The next 64 random bits of the thread.
pub(crate) fn next() -> u64 {
    let state = STATE.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
    STATE.set(state);
    mix(state)
}

/// A generator of its own, for a purpose that must not depend on what else is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Generator(u64);

impl Generator {
    /// The generator that `keys` determine.
    pub fn new(keys: &[u64]) -> Self {
        Self(keys.iter().fold(0, |state, &key| mix(state.wrapping_add(0x9E37_79B9_7F4A_7C15) ^ key)))
    }

    /// One drawn from the thread's generator.
    pub fn of_thread() -> Self {
        Self(next())
    }

    /// 64 random bits (SplitMix64).
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number in `[0, 1)`.
    pub fn unit(&mut self) -> f32 {
        // 24 bits: every value is exact in an f32.
        (self.bits() >> 40) as f32 / (1_u32 << 24) as f32
    }

    /// A number below `bound`, which is at least 1; the bias is below 2^-32 for bounds below 2^32.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// The numbers below `length` in random order (Fisher and Yates).
    pub fn permutation(&mut self, length: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..length).collect();
        for last in (1..length).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permutation_holds_every_number_and_depends_on_every_key() {
        let order = Generator::new(&[1, 2]).permutation(100);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
        assert_eq!(order, Generator::new(&[1, 2]).permutation(100));
        assert_ne!(order, Generator::new(&[1, 3]).permutation(100));
        assert_ne!(order, Generator::new(&[2, 2]).permutation(100));
    }

    #[test]
    fn units_are_spread_over_the_interval() {
        let mut generator = Generator::new(&[7]);
        let values: Vec<f32> = (0..10_000).map(|_| generator.unit()).collect();
        assert!(values.iter().all(|value| (0.0..1.0).contains(value)));
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        assert!((0.48..0.52).contains(&mean), "{mean}");
    }
}
