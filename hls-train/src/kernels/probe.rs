//! The gradients of trained widths: what backward passes of this thread have added since they were taken.
//!
//! A width is no tensor, as it decides the type of a result; so its gradient leaves the backward pass beside the tape.

use std::cell::RefCell;

thread_local! {
    static GRADIENTS: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
}

/// Adds to the gradient of a width.
pub(super) fn add(slot: u32, gradient: f64) {
    GRADIENTS.with_borrow_mut(|gradients| {
        let slot = slot as usize;
        if gradients.len() <= slot {
            gradients.resize(slot + 1, 0.0);
        }
        gradients[slot] += gradient;
    });
}

/// The gradients of the first `count` widths since they were last taken.
pub(crate) fn take(count: usize) -> Vec<f64> {
    let mut gradients = GRADIENTS.take();
    gradients.resize(count, 0.0);
    gradients
}
