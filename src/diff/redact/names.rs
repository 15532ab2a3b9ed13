//! What is shown instead of a secret value.

use std::cell::RefCell;

use foldhash::{HashMap, HashSet};

use super::fingerprint::fingerprint;

/// How values are named.
pub(super) enum Names {
    /// `secret#1`, counted in the order in which values are met.
    Numbers(RefCell<Numbers>),
    /// The same name for a value in every run: see [`fingerprint`].
    Fingerprints,
}

/// The numbers that were given out. Equal values have equal numbers, and no others have.
#[derive(Default)]
pub(super) struct Numbers {
    values: HashMap<Vec<u8>, usize>,
    /// Of the values in `told_apart`, by their numbers and their spelling in the text: a password in clear and in
    /// base64, or percent-encoded in two ways.
    spellings: HashMap<(usize, Vec<u8>), usize>,
    /// The values with two spellings that differ in nothing else.
    told_apart: HashSet<usize>,
    /// Those that were named since the last call of [`Names::forget`].
    recent: Vec<usize>,
    last: usize,
}

impl Names {
    /// What stands for a value that is written as `written`.
    pub(super) fn name(&self, value: &[u8], written: &[u8]) -> String {
        match self {
            Self::Fingerprints => fingerprint(value),
            Self::Numbers(numbers) => format!("secret#{}", numbers.borrow_mut().of(value, written)),
        }
    }

    /// Begins a new list of the values that are named.
    pub(super) fn forget(&self) {
        if let Self::Numbers(numbers) = self {
            numbers.borrow_mut().recent.clear();
        }
    }

    /// From now on each spelling of the values that were named has a number of its own.
    pub(super) fn tell_apart(&self) {
        if let Self::Numbers(numbers) = self {
            let numbers = &mut *numbers.borrow_mut();
            numbers.told_apart.extend(numbers.recent.drain(..));
        }
    }
}

impl Numbers {
    fn of(&mut self, value: &[u8], written: &[u8]) -> usize {
        let number = if let Some(number) = self.values.get(value) {
            *number
        } else {
            self.last += 1;
            self.values.insert(value.to_vec(), self.last);
            self.last
        };
        self.recent.push(number);
        if !self.told_apart.contains(&number) {
            return number;
        }
        let last = &mut self.last;
        let spelling = self.spellings.entry((number, written.to_vec()));
        *spelling.or_insert_with(|| {
            *last += 1;
            *last
        })
    }
}
