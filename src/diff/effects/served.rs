//! API versions that the cluster does not serve.
//! Kinds that are not built in are not judged: only the cluster knows its CRDs.

use std::collections::HashMap;

use super::fact::Fact;
use super::scene::Scene;
use crate::diff::Effect;
use crate::diff::subject::Subject;
use crate::kubernetes::types::{Absent, Types};

/// Objects of the new side that are refused, and of the old side that Helm cannot read back.
pub(super) fn facts(scene: &Scene<'_>) -> Vec<Fact> {
    let types = scene.options.types;
    let version = format!("Kubernetes 1.{}", types.minor);
    let mut facts = unserved(scene.new, types, |subject, instead| {
        let what = format!("{version} does not serve {}{instead}", name(subject));
        let fact = Fact::new(Effect::Rejected, subject, what)
            .about(&["apiVersion"])
            .folded();
        if types.exact {
            fact
        } else {
            fact.when("the cluster is like the nearest version that is known here")
        }
    });
    facts.extend(unserved(scene.old, types, |subject, _| {
        let what = format!(
            "{version} does not serve {} of the old manifests: Helm cannot read the previous release, and refuses \
             the upgrade",
            name(subject)
        );
        let fact = Fact::new(Effect::Rejected, subject, what).about(&["apiVersion"]).folded();
        fact.when("Helm upgrades a release that has this object")
    }));
    facts
}

fn name(subject: &Subject<'_>) -> String {
    format!("{} {}", subject.api_version, subject.kind)
}

fn unserved<'a>(
    side: &[Subject<'a>],
    types: Types,
    fact: impl Fn(&Subject<'a>, &str) -> Fact,
) -> Vec<Fact> {
    let mut known: HashMap<[&str; 2], Option<String>> = HashMap::new();
    let mut facts = Vec::new();
    for subject in side {
        let api_version = subject.api_version;
        let answer = known.entry([api_version, subject.kind]);
        let answer = answer.or_insert_with(|| instead(types, api_version, subject.kind));
        if let Some(instead) = answer {
            facts.push(fact(subject, instead));
        }
    }
    facts
}

/// What to write instead, if it is not served.
fn instead(types: Types, api_version: &str, kind: &str) -> Option<String> {
    let instead = match types.kind(api_version, kind) {
        Ok(_) | Err(Absent::NotBuiltIn) => return None,
        Err(Absent::OtherVersions { instead, .. }) => instead,
        Err(Absent::OtherApiVersion { instead }) => Some(instead),
        Err(Absent::UnknownKind { .. }) => None,
    };
    Some(instead.map_or(String::new(), |instead| {
        format!("; write apiVersion: {instead}")
    }))
}
