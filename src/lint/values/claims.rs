//! The claims of the built-in dependencies: whose they are, and who deletes them.
//! It cannot see which claims a cluster has.

use super::given::{Given, to_path};
use crate::diagnostics::Diagnostic;

/// Helm's annotation: with `keep` it leaves an object where it would delete it.
const RESOURCE_POLICY: &str = "helm.sh/resource-policy";

/// SL102: class or size of a claim that is not made.
pub(super) fn beside_an_existing_one(given: &Given<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for one in given.built_in() {
        let persistence = format!("dependencies.{one}.persistence");
        let existing = existing_claim(one);
        if given.text(&existing).is_empty() {
            continue;
        }
        for key in ["storageClass", "storageSize"] {
            let path = format!("{persistence}.{key}");
            if !given.is_given(&path) {
                continue;
            }
            let rule = Diagnostic::warning(format!(
                "{path} has no effect beside {existing}: no claim is made"
            ));
            let mut rule = given.found(rule, "SL102", &path);
            rule.labels
                .extend(given.label(&existing, "this claim is used"));
            found.push(rule.with_help(format!("remove {key}, or existingClaim")));
        }
    }
    found
}

/// SL121: one claim for two dependencies. Objects of one name are refused by the render.
pub(super) fn shared(given: &Given<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let used: Vec<&str> = given.built_in().collect();
    for (index, one) in used.iter().enumerate() {
        let path = existing_claim(one);
        let claim = given.text(&path);
        let first = used[..index]
            .iter()
            .map(|other| existing_claim(other))
            .find(|other| !claim.is_empty() && given.text(other) == claim);
        if let Some(first) = first {
            let rule = Diagnostic::error(format!(
                "{path} and {first} name the same claim: their data would mix"
            ));
            let mut rule = given.found(rule, "SL121", &path);
            rule.labels.extend(given.label(&first, "used here already"));
            found.push(rule.with_help("give each dependency a claim of its own"));
        }
    }
    found
}

/// SL118: claims that Helm deletes with the release. One note for all: it is true of every plain
/// installation.
pub(super) fn not_kept(given: &Given<'_>) -> Option<Diagnostic> {
    let lost: Vec<&str> = given
        .built_in()
        .filter(|one| given.text(&existing_claim(one)).is_empty())
        .filter(|one| {
            given.value(&format!("dependencies.{one}.customAnnotations"))[RESOURCE_POLICY] != "keep"
        })
        .collect();
    let (claims, path) = match lost.as_slice() {
        [] => return None,
        [one] => (
            format!("the claim of {one}"),
            format!("dependencies.{one}.customAnnotations"),
        ),
        [all @ .., last] => (
            format!("the claims of {} and {last}", all.join(", ")),
            "dependencies".to_owned(),
        ),
    };
    let mut rule = Diagnostic::note(format!(
        "Helm deletes {claims}, with the data, on uninstall or when an integration replaces the dependency"
    ))
    .with_code("SL118")
    .about(path);
    for one in lost {
        rule.labels
            .extend(given.key_in_file(&to_path(&format!("dependencies.{one}"))));
    }
    Some(rule.with_help(format!(
        "set customAnnotations: {{{RESOURCE_POLICY}: keep}} (the pod restarts once), or use an existingClaim"
    )))
}

fn existing_claim(dependency: &str) -> String {
    format!("dependencies.{dependency}.persistence.existingClaim")
}
