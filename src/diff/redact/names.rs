//! The names that are shown instead of secret values: numbers, and fingerprints for manifests that are stored.

use std::cell::RefCell;

use foldhash::{HashMap, HashSet};
use sha2::{Digest as _, Sha256};

/// How values are named.
pub(super) enum Names {
    /// `secret#1`, numbered in the order in which values are named.
    Numbers(RefCell<Numbers>),
    /// Names that are the same in every run: see [`fingerprint`].
    Fingerprints,
}

/// The numbers of values. Two values have the same number only if they are equal.
#[derive(Default)]
pub(super) struct Numbers {
    values: HashMap<Vec<u8>, usize>,
    /// The numbers of the spellings of the values in `distinguished`, by the number of the value and the spelling: a
    /// password plain and in base64, or percent-encoded in two ways.
    spellings: HashMap<(usize, Vec<u8>), usize>,
    /// The numbers of values whose spellings have numbers of their own.
    distinguished: HashSet<usize>,
    /// The numbers of values that were named since the last call of [`Names::clear_recent`].
    recent: Vec<usize>,
    last: usize,
}

impl Names {
    /// The name of a value that is written as `written`.
    pub(super) fn name(&self, value: &[u8], written: &[u8]) -> String {
        match self {
            Self::Fingerprints => fingerprint(value),
            Self::Numbers(numbers) => format!("secret#{}", numbers.borrow_mut().of(value, written)),
        }
    }

    /// Clears the list of recently named values.
    pub(super) fn clear_recent(&self) {
        if let Self::Numbers(numbers) = self {
            numbers.borrow_mut().recent.clear();
        }
    }

    /// Gives each spelling of the recently named values a number of its own, from now on.
    pub(super) fn distinguish_spellings(&self) {
        if let Self::Numbers(numbers) = self {
            let numbers = &mut *numbers.borrow_mut();
            numbers.distinguished.extend(numbers.recent.drain(..));
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
        if !self.distinguished.contains(&number) {
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

/// Makes the digests differ from digests of the same values for other purposes.
const CONTEXT: &[u8] = b"swanlab-render fingerprint 1\0";

/// The fingerprint of a value: the first 16 bits of a digest, as `fingerprint-3fa9`.
///
/// No key is stored anywhere, so everybody can compute fingerprints, and a whole digest would confirm a guess. Sixteen
/// bits confirm next to nothing: one of 65,536 passwords has the same ones. There is no salt, so a value has the same
/// fingerprint everywhere: each salt would reveal 16 more bits.
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
