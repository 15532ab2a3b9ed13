//! What an object is called where another program is asked about it: `deployment.apps/web`. An [`Address`] is made
//! only of names that a cluster can have, so that no part of it can be a flag, a path or the name of a second object.

use std::fmt;

use super::{Identity, Manifest};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::kubernetes::NameRule;

/// The checked name of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    namespace: String,
    resource: String,
    name: String,
}

impl Address {
    /// The address of the object with this identity.
    ///
    /// # Errors
    /// A part that no object in a cluster can have. The rules are Kubernetes' own, with two exceptions: a kind has
    /// only ASCII letters and digits, and where Kubernetes allows any name that fits into a URL, here it begins with
    /// a letter or digit and has only letters, digits and `-._:@`.
    pub fn of(identity: &Identity) -> Result<Self, Diagnostic> {
        let Identity {
            group,
            kind,
            namespace,
            name,
        } = identity;
        check("kind", kind, is_kind(kind), KIND_WORDS)?;
        if !group.is_empty() {
            check_rule("API group", group, NameRule::DnsSubdomain)?;
        }
        if !namespace.is_empty() {
            check_rule("namespace", namespace, NameRule::DnsLabel)?;
        }
        match NameRule::of_name(group, kind) {
            NameRule::PathSegment => check("name", name, is_plain(name), PLAIN_WORDS)?,
            rule => check_rule("name", name, rule)?,
        }
        let kind = kind.to_ascii_lowercase();
        Ok(Self {
            namespace: namespace.clone(),
            resource: match group.as_str() {
                "" => kind,
                group => format!("{kind}.{group}"),
            },
            name: name.clone(),
        })
    }

    /// The namespace; empty if the object names none.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The kind in lower case, with its group outside the core group: `deployment.apps`.
    pub fn resource(&self) -> &str {
        &self.resource
    }
}

impl fmt::Display for Address {
    /// `deployment.apps/web`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.resource, self.name)
    }
}

/// The addresses of all manifests that have a kind and a name.
///
/// # Errors
/// Every manifest with a part in its name that no cluster can have.
pub fn addresses<'m>(
    manifests: impl IntoIterator<Item = &'m Manifest>,
) -> Result<Vec<Address>, Diagnostics> {
    let mut addresses = Vec::new();
    let mut problems = Vec::new();
    for manifest in manifests {
        let Some(identity) = manifest.identity() else {
            continue;
        };
        match Address::of(&identity) {
            Ok(address) => addresses.push(address),
            Err(bad) => problems.push(Diagnostic::error(format!("{}: {bad}", manifest.source))),
        }
    }
    if problems.is_empty() {
        Ok(addresses)
    } else {
        Err(Diagnostics(problems))
    }
}

const KIND_WORDS: &str = "a letter, then letters and digits";
const PLAIN_WORDS: &str =
    "a letter or digit, then letters, digits, `-`, `.`, `_`, `:` and `@`, at most 253 in all";

fn check(
    part: &'static str,
    text: &str,
    is_valid: bool,
    rule: &'static str,
) -> Result<(), Diagnostic> {
    if is_valid {
        return Ok(());
    }
    Err(Diagnostic::error(format!(
        "the {part} `{text}` is not valid: it must be {rule}"
    )))
}

fn check_rule(part: &'static str, text: &str, rule: NameRule) -> Result<(), Diagnostic> {
    check(part, text, rule.allows(text), rule.words())
}

fn is_kind(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 63
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Narrower than Kubernetes' rule: kubectl takes names apart at commas, and shells at most other signs.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.len() <= 253
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._:@".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(group: &str, kind: &str, namespace: &str, name: &str) -> Result<String, String> {
        Address::of(&Identity {
            group: group.to_owned(),
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
        .map(|address| address.to_string())
        .map_err(|error| {
            let part = error.message.strip_prefix("the ").unwrap_or_default();
            part.split(" `").next().unwrap_or_default().to_owned()
        })
    }

    #[test]
    fn names_that_clusters_have_make_an_address() {
        for (group, kind, name, address) in [
            ("", "Secret", "a.b", "secret/a.b"),
            ("apps", "Deployment", "web", "deployment.apps/web"),
            (
                "rbac.authorization.k8s.io",
                "ClusterRole",
                "system:node",
                "clusterrole.rbac.authorization.k8s.io/system:node",
            ),
            (
                "example.org",
                "V1Thing",
                "Web_1@x",
                "v1thing.example.org/Web_1@x",
            ),
        ] {
            assert_eq!(of(group, kind, "n", name), Ok(address.to_owned()));
        }
    }

    #[test]
    fn a_part_that_is_no_name_makes_none() {
        let long = "a".repeat(254);
        for kind in [
            "",
            "-f",
            "--server=https://x",
            "a b",
            "A\nB",
            "A,B",
            "A/b",
            "1a",
            "Ä",
            "a.b",
        ] {
            assert_eq!(of("", kind, "", "a"), Err("kind".to_owned()), "{kind:?}");
        }
        for group in ["-x", "a b", "--kubeconfig=evil", "A", "a,b", "a\n"] {
            assert_eq!(
                of(group, "Thing", "", "a"),
                Err("API group".to_owned()),
                "{group:?}"
            );
        }
        for namespace in ["-n", "a b", "a.b", "a\n", "A"] {
            assert_eq!(
                of("", "Pod", namespace, "a"),
                Err("namespace".to_owned()),
                "{namespace:?}"
            );
        }
        for kind in ["Secret", "ClusterRole", "Job", "Thing"] {
            for name in [
                "",
                "-f",
                "--all",
                "@a",
                "a b",
                "a\nb",
                "a/b",
                "a,b",
                "a;b",
                "a\tb",
                ".",
                "..",
                "$a",
                "a\u{202e}b",
                &long,
            ] {
                assert_eq!(
                    of("", kind, "", name),
                    Err("name".to_owned()),
                    "{kind} {name:?}"
                );
            }
        }
    }
}
