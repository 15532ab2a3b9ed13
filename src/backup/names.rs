//! What backups are called: names of objects and files, which all end with a suffix.

use std::hash::{BuildHasher as _, Hasher as _};

use crate::commands::plain;
use crate::diagnostics::Diagnostic;
use crate::kubernetes::NameRule;
use crate::stores::Store;

/// The longest suffix: the names of Jobs have room for 63 characters.
const LONGEST: usize = 30;

/// Kubernetes' limit for the names of Jobs, which become labels of their pods.
const LONGEST_LABEL: usize = 63;

/// Kubernetes' limit for the names of claims.
const LONGEST_NAME: usize = 253;

/// Whether a suffix can end the names of objects and files.
///
/// # Errors
/// What is wrong with it.
pub fn check_suffix(suffix: &str) -> Result<(), Diagnostic> {
    if suffix.len() <= LONGEST && NameRule::DnsLabel.allows(suffix) {
        return Ok(());
    }
    Err(Diagnostic::error(format!(
        "--suffix {suffix}: it must have at most {LONGEST} lower-case letters, digits and `-`, with a letter or digit at \
         both ends"
    )))
}

/// The name of the backup of a claim.
pub fn backup(claim: &str, suffix: &str) -> String {
    joined("", claim, suffix, LONGEST_NAME)
}

/// The name of the Job that copies a claim.
pub(super) fn job(verb: &str, claim: &str, suffix: &str) -> String {
    joined(verb, &claim.replace('.', "-"), suffix, LONGEST_LABEL)
}

/// `BEGINNING` `MIDDLE-END`; if that is too long, the middle is cut and a fingerprint keeps the name apart from others.
fn joined(beginning: &str, middle: &str, end: &str, longest: usize) -> String {
    let whole = format!("{beginning}{middle}-{end}");
    if whole.len() <= longest {
        return whole;
    }
    let mut hasher = foldhash::fast::FixedState::with_seed(0).build_hasher();
    hasher.write(middle.as_bytes());
    let fingerprint = format!("{:06x}", hasher.finish() & 0xff_ffff);
    let room = longest.saturating_sub(beginning.len() + end.len() + fingerprint.len() + 2);
    let cut = middle.get(..room).unwrap_or(middle);
    format!(
        "{beginning}{}-{fingerprint}-{end}",
        cut.trim_end_matches(['-', '.'])
    )
}

/// The name of the file with a dump of a store: `WORKLOAD-VERSION-SUFFIX.EXTENSION`. The version is that of the program,
/// because a dump can be restored by it and by newer ones.
pub fn file_name(store: &Store<'_>, suffix: &str, extension: &str) -> String {
    let name = store.workload["metadata"]["name"].as_str();
    let name = plain(name.unwrap_or_default()).replace('.', "-");
    let version = plain(store.image().tag.unwrap_or("unknown"));
    format!("{name}-{version}-{suffix}{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let claims = ["a".repeat(60) + "x", "a".repeat(60) + "y"];
        let names = claims.map(|claim| job("copy-", &claim, "20261127-1530"));
        assert_eq!(names[0].len(), 63);
        assert_ne!(names[0], names[1]);
        assert!(names[0].starts_with("copy-aaaa") && names[0].ends_with("-20261127-1530"));
        assert_eq!(job("copy-", "data", "x"), "copy-data-x");
    }

    #[test]
    fn a_suffix_is_part_of_a_name() {
        for good in ["20261127-1530", "a", "before-upgrade"] {
            assert!(check_suffix(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a b", "../a", "A", "a.b", &"a".repeat(31)] {
            assert!(check_suffix(bad).is_err(), "{bad}");
        }
    }
}
