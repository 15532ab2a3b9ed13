//! Passwords from the system's random source.

use anyhow::Context as _;

/// Letters and digits, which no shell, URL or YAML reads in another way.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// With 62 characters to choose from, 190 bits.
const LENGTH: usize = 32;

/// A new password.
pub(super) fn password() -> anyhow::Result<String> {
    let mut password = String::with_capacity(LENGTH);
    while password.len() < LENGTH {
        let mut bytes = [0; 64];
        getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
        // Larger ones would make some characters more likely.
        let bytes = bytes.iter().map(|byte| usize::from(byte & 63));
        let letters = bytes.filter_map(|index| ALPHABET.get(index));
        let room = LENGTH - password.len();
        password.extend(letters.take(room).map(|letter| char::from(*letter)));
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn passwords_are_long_and_never_the_same() {
        let all: BTreeSet<String> = (0..200).map(|_| password().unwrap()).collect();
        assert_eq!(all.len(), 200);
        assert!(all.iter().all(|one| one.len() == LENGTH));
        let letters: BTreeSet<char> = all.iter().flat_map(|one| one.chars()).collect();
        assert_eq!(letters.len(), ALPHABET.len());
    }
}
