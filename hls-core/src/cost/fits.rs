//! Whether a model fits a device.

use std::fmt;

use serde::Serialize;

use super::{Cost, Device, Figure};

/// The share of one resource of a device.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The resource: `LUT`, `FF`, `DSP`, `BRAM_18K` or `URAM`.
    pub resource: &'static str,
    /// What the model takes.
    pub used: Figure,
    /// What the device has.
    pub available: u64,
}

impl Share {
    /// The share that is used: 1 is all of it, infinite where the device has none.
    #[must_use]
    pub fn share(&self) -> f64 {
        share(self.used.estimate, self.available)
    }
}

fn share(used: f64, available: u64) -> f64 {
    match (used > 0.0, available) {
        (false, _) => 0.0,
        (true, 0) => f64::INFINITY,
        (true, available) => used / available as f64,
    }
}

/// A model on a device.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fit {
    /// The device.
    pub device: &'static Device,
    /// The shares of all resources.
    pub shares: [Share; 5],
    /// The smallest known device that holds the estimate, by look-up tables; `None` where none does.
    pub smallest: Option<&'static str>,
}

impl Fit {
    pub(super) fn new(cost: &Cost, device: &'static Device) -> Self {
        let smallest = Device::by_size().into_iter().find(|device| holds(cost, device, |figure| figure.estimate));
        Self { device, shares: shares(cost, device), smallest: smallest.map(|device| device.name) }
    }

    /// Whether the estimate fits.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.shares.iter().all(|share| share.share() <= 1.0)
    }

    /// Whether the upper ends of all intervals fit.
    #[must_use]
    pub fn surely_fits(&self) -> bool {
        self.shares.iter().all(|entry| share(entry.used.high, entry.available) <= 1.0)
    }

    /// The resource that breaks first: the one of which the largest share is used.
    #[must_use]
    pub fn tightest(&self) -> &Share {
        let mut tightest = &self.shares[0];
        for share in &self.shares {
            if share.share() > tightest.share() {
                tightest = share;
            }
        }
        tightest
    }
}

fn available(device: &Device) -> [u64; 5] {
    [device.lut, device.ff, device.dsp, device.bram, device.uram]
}

fn shares(cost: &Cost, device: &Device) -> [Share; 5] {
    let (resources, available) = (cost.resources(), available(device));
    std::array::from_fn(|i| Share { resource: resources[i].0, used: resources[i].1, available: available[i] })
}

fn holds(cost: &Cost, device: &Device, end: impl Fn(&Figure) -> f64) -> bool {
    shares(cost, device).iter().all(|entry| share(end(&entry.used), entry.available) <= 1.0)
}

impl fmt::Display for Fit {
    /// `xcvu13p: fits, LUT first with 3.1 %; the smallest device that holds it is xczu9`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tightest = self.tightest();
        let verdict = match (self.fits(), self.surely_fits()) {
            (true, true) => "fits",
            (true, false) => "fits by the estimate, not by its upper end",
            (false, _) => "does NOT fit",
        };
        write!(f, "{}: {verdict}, {} first with ", self.device.name, tightest.resource)?;
        match tightest.share() {
            share if share.is_finite() => write!(f, "{:.1} %", 100.0 * share)?,
            _ => write!(f, "{} of none", tightest.used.estimate)?,
        }
        match self.smallest {
            Some(name) => write!(f, "; the smallest known device that holds it is {name}"),
            None => write!(f, "; no known device holds it"),
        }
    }
}
