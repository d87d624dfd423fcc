//! Turns the panics of a decoder into values.
//!
//! The parquet crate returns errors for most files that are damaged, and panics on some (slices out of range in its
//! plain and level decoders). A damaged file is the user's input, so it must end in an error here.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// The result of `decode`, or `None` where it panics; nothing is printed then.
///
/// `decode` must own or only read what it works on: after a panic all of it is dropped.
pub(super) fn quietly<T>(decode: impl FnOnce() -> T) -> Option<T> {
    // The hook is the process's; panics elsewhere reach the one that was there.
    HOOK.call_once(|| {
        let others = take_hook();
        set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                others(panic);
            }
        }));
    });
    QUIET.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(decode));
    QUIET.set(false);
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_none() {
        let empty: Vec<u8> = Vec::new();
        assert_eq!(quietly(|| 1), Some(1));
        assert_eq!(quietly(|| empty[std::hint::black_box(3)]), None);
        assert!(!QUIET.get());
    }
}
