//! What is shown instead of a secret value.

use std::cell::RefCell;

use foldhash::{HashMap, HashSet};
use sha2::{Digest as _, Sha256};

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

/// Set apart from digests of the same value that were made for something else.
const CONTEXT: &[u8] = b"swanlab-render fingerprint 1\0";

/// `fingerprint-3fa9`: the first 16 bits of a digest of the value.
///
/// It has to be the same without a key that is kept anywhere, so everybody can compute it, and a whole digest would
/// confirm a guess. Sixteen bits confirm next to nothing: of any list of passwords one in 65,536 has the same ones. A
/// value has one fingerprint wherever it stands (no salt), since each further salt would give 16 bits more of it
/// away.
fn fingerprint(value: &[u8]) -> String {
    let digest = Sha256::new().chain_update(CONTEXT).chain_update(value);
    let digest = digest.finalize();
    format!("fingerprint-{:02x}{:02x}", digest[0], digest[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_the_same_fingerprint_on_every_machine_and_in_every_version() {
        assert_eq!(fingerprint(b"pgpass-123"), "fingerprint-9b99");
        assert_eq!(fingerprint(b""), "fingerprint-bfbe");
    }

    #[test]
    fn of_many_values_only_a_few_have_the_same() {
        let names: std::collections::HashSet<String> = (0..10_000)
            .map(|n| fingerprint(format!("password-{n}").as_bytes()))
            .collect();
        assert!(names.len() > 9_000, "{}", names.len());
        assert!(names.len() < 10_000, "a list of passwords could be tried");
    }
}
