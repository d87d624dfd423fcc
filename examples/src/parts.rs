//! Which pictures train, which decide when to stop, and which are held out.

use std::fmt;

use hls_train::training::Generator;

/// The seed of the split. No option changes it, so results on the held-out part can be compared.
pub const SEED: u64 = 20_26;

/// Percent of the pictures of a class that are held out, where the data have no test part of their own.
pub const HELD_OUT: usize = 20;

/// Percent of the pictures of a class, those of a test part aside, that decide which epoch is kept.
pub const VALIDATION: usize = 10;

/// Pictures by their index, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// What weights are fitted to.
    pub train: Vec<usize>,
    /// What decides which epoch is kept.
    pub validation: Vec<usize>,
    /// What the results are measured on; empty where the data have a test part of their own.
    pub held_out: Vec<usize>,
}

/// A class without enough pictures for all parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartsError {
    /// The class.
    pub class: String,
    /// Its pictures.
    pub found: usize,
    /// The pictures that it needs.
    pub needed: usize,
}

impl fmt::Display for PartsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { class, found, needed } = self;
        write!(
            f,
            "the class `{class}` has {found} pictures; it needs at least {needed}, one for each part (training, \
             validation and, without a test part of the data's own, the held-out part)"
        )
    }
}

impl std::error::Error for PartsError {}

impl Parts {
    /// Splits pictures by their labels, so that every class is in every part: shares are rounded, and at least one.
    ///
    /// # Errors
    /// A class with fewer pictures than parts.
    pub fn of(labels: &[u8], classes: &[String], hold_out: bool) -> Result<Self, PartsError> {
        let mut parts = Self::default();
        for (class, name) in classes.iter().enumerate() {
            let mut members: Vec<usize> =
                (0..labels.len()).filter(|&index| usize::from(labels[index]) == class).collect();
            let (found, needed) = (members.len(), 2 + usize::from(hold_out));
            if found < needed {
                return Err(PartsError { class: name.clone(), found, needed });
            }
            let order = Generator::new(&[SEED, class as u64]).permutation(found);
            members = order.into_iter().map(|position| members[position]).collect();
            let share = |percent: usize| ((found * percent + 50) / 100).max(1);
            if hold_out {
                parts.held_out.extend(members.drain(..share(HELD_OUT)));
            }
            parts.validation.extend(members.drain(..share(VALIDATION)));
            parts.train.extend(members);
        }
        for part in [&mut parts.train, &mut parts.validation, &mut parts.held_out] {
            part.sort_unstable();
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|index| format!("c{index}")).collect()
    }

    #[test]
    fn every_picture_is_in_one_part_and_every_class_in_each() {
        let labels: Vec<u8> = (0..203).map(|index| if index < 3 { 2 } else { (index % 2) as u8 }).collect();
        for hold_out in [true, false] {
            let parts = Parts::of(&labels, &names(3), hold_out).unwrap();
            let mut all = [parts.train.clone(), parts.validation.clone(), parts.held_out.clone()].concat();
            all.sort_unstable();
            assert_eq!(all, (0..203).collect::<Vec<_>>());
            let sizes = [parts.train.len(), parts.validation.len(), parts.held_out.len()];
            assert_eq!(sizes, if hold_out { [141, 21, 41] } else { [182, 21, 0] });
            for part in [&parts.train, &parts.validation] {
                assert!((0..3).all(|class| part.iter().any(|&index| labels[index] == class)));
            }
            assert_eq!(Parts::of(&labels, &names(3), hold_out).unwrap(), parts);
        }
    }

    #[test]
    fn a_class_needs_a_picture_a_part() {
        let error = Parts::of(&[0, 0, 0, 1, 1], &names(2), true).unwrap_err();
        assert_eq!(error, PartsError { class: "c1".to_owned(), found: 2, needed: 3 });
        assert!(Parts::of(&[0, 0, 0, 1, 1], &names(2), false).is_ok());
        assert!(Parts::of(&[0, 0], &names(2), false).unwrap_err().to_string().contains("`c1` has 0 pictures"));
    }
}
