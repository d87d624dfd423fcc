//! Runs a loop with the widest vector instructions of the machine.

use std::sync::LazyLock;

static ARCH: LazyLock<pulp::Arch> = LazyLock::new(pulp::Arch::new);

/// Runs `loops` compiled for the widest vector unit that the machine has.
///
/// The closure and what it calls must be `#[inline(always)]`, or it is compiled for the baseline.
#[inline(always)]
pub fn dispatch<R>(loops: impl FnOnce() -> R) -> R {
    ARCH.dispatch(loops)
}

/// Whether the machine has fused multiply-add; without it `mul_add` is a slow library call.
#[must_use]
pub fn has_fused_multiply_add() -> bool {
    static FUSED: LazyLock<bool> = LazyLock::new(|| !matches!(*ARCH, pulp::Arch::Scalar));
    *FUSED || cfg!(target_arch = "aarch64")
}
