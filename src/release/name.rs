//! What releases and namespaces may be called.

use crate::diagnostics::Diagnostic;

/// Helm's limit: names of objects are made from the release's.
const LONGEST_NAME: usize = 53;

/// Kubernetes' limit for a DNS label.
const LONGEST_LABEL: usize = 63;

/// Helm's rule for release names: lower-case words with `-`, joined by dots, 53 characters.
pub fn check_name(name: &str) -> Result<(), Diagnostic> {
    let problem = if name.is_empty() {
        "a release needs a name".to_owned()
    } else if name.len() > LONGEST_NAME {
        format!(
            "release name `{name}` has {} characters, {LONGEST_NAME} are allowed",
            name.len()
        )
    } else if !name.split('.').all(is_label) {
        format!(
            "release name `{name}` is not valid: lower-case letters, digits, `-` and `.`, with a letter or digit at both ends"
        )
    } else {
        return Ok(());
    };
    Err(Diagnostic::error(problem))
}

/// What the name of a Service needs beyond that (RFC 1035): a letter first, no dots.
pub fn check_service_name(name: &str) -> Result<(), Diagnostic> {
    if name.contains('.') || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(Diagnostic::error(format!(
            "release name `{name}` cannot name a Service: it must begin with a letter and have no dots"
        )));
    }
    Ok(())
}

/// Kubernetes' rule for namespaces: one DNS label (RFC 1123).
pub fn check_namespace(name: &str) -> Result<(), Diagnostic> {
    if is_label(name) && name.len() <= LONGEST_LABEL {
        return Ok(());
    }
    Err(Diagnostic::error(format!(
        "namespace `{name}` is not valid: lower-case letters, digits and `-`, with a letter or digit at both ends, at most {LONGEST_LABEL} characters"
    )))
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    let end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    end(bytes.first())
        && end(bytes.last())
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn release_names_follow_helms_rule() {
        for name in ["a", "a-b", "1a", "a.b-c.d", &"a".repeat(53)] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for name in [
            "",
            "A",
            "-a",
            "a-",
            "a..b",
            ".a",
            "a_b",
            "a b",
            &"a".repeat(54),
        ] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn names_of_services_are_stricter() {
        for name in ["1a", "a.b"] {
            assert!(check_service_name(name).is_err(), "{name}");
        }
        assert_eq!(check_service_name("swanlab-2"), Ok(()));
    }

    #[test]
    fn a_namespace_is_a_dns_label() {
        assert_eq!(check_namespace("9-lives"), Ok(()));
        for name in ["", "a.b", "NS", "a_b", &"a".repeat(64)] {
            assert!(check_namespace(name).is_err(), "{name}");
        }
    }
}
