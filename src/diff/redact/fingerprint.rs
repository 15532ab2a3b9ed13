//! Names for secret values that stay the same from run to run and from machine to machine.

use sha2::{Digest as _, Sha256};

/// Set apart from digests of the same value that were made for something else.
const CONTEXT: &[u8] = b"swanlab-render fingerprint 1\0";

/// `fingerprint-3fa9`: the first 16 bits of a digest of the value.
///
/// It has to be the same without a key that is kept anywhere, so everybody can compute it, and a whole digest would
/// confirm a guess. Sixteen bits confirm next to nothing: of any list of passwords one in 65,536 has the same ones. A
/// value has one fingerprint wherever it stands (no salt), since each further salt would give 16 bits more of it
/// away.
pub(super) fn fingerprint(value: &[u8]) -> String {
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
