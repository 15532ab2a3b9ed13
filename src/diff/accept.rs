//! Effects that an operator accepts: they stay in the report and do not count for the verdict.

use std::fmt;
use std::str::FromStr;

use super::{Diff, Effect, ObjectRef};

/// An accepted effect on an object, written as `data-loss:PersistentVolumeClaim/web-data`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Acceptance {
    /// The effect.
    pub effect: Effect,
    /// The kind, with or without its group: `Deployment`, `Deployment.apps`.
    pub kind: String,
    /// The name of the object; for a renamed object, the old or the new one.
    pub name: String,
}

/// Why a text cannot be read as an [`Acceptance`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AcceptanceError {
    /// The text has not the form `EFFECT:KIND/NAME`.
    Form,
    /// No effect has this name.
    Effect(String),
}

impl fmt::Display for AcceptanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str(
                "not EFFECT:KIND/NAME, for example data-loss:PersistentVolumeClaim/old-data",
            ),
            Self::Effect(name) => {
                let known = Effect::ALL.map(Effect::name).join(", ");
                write!(f, "unknown effect `{name}`; the effects are {known}")
            }
        }
    }
}

impl std::error::Error for AcceptanceError {}

impl FromStr for Acceptance {
    type Err = AcceptanceError;

    fn from_str(text: &str) -> Result<Self, AcceptanceError> {
        let (effect, object) = text.split_once(':').ok_or(AcceptanceError::Form)?;
        let (kind, name) = object.split_once('/').ok_or(AcceptanceError::Form)?;
        if kind.is_empty() || name.is_empty() || name.contains('/') {
            return Err(AcceptanceError::Form);
        }
        let known = Effect::ALL.iter().find(|known| known.name() == effect);
        Ok(Self {
            effect: *known.ok_or_else(|| AcceptanceError::Effect(effect.to_owned()))?,
            kind: kind.to_owned(),
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for Acceptance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}/{}", self.effect, self.kind, self.name)
    }
}

impl Acceptance {
    /// Whether it is about this object.
    fn matches(&self, object: &ObjectRef) -> bool {
        let group = object.api_version.split_once('/').map(|(group, _)| group);
        let kind_matches = match self.kind.split_once('.') {
            None => self.kind == object.kind,
            Some((kind, wanted)) => kind == object.kind && Some(wanted) == group,
        };
        kind_matches && self.name == object.name
    }
}

/// Marks accepted effects and findings of a comparison, and computes the verdict without them. Returns the acceptances
/// that match nothing.
pub fn accept<'a>(diff: &mut Diff<'_>, accepted: &'a [Acceptance]) -> Vec<&'a Acceptance> {
    let mut unmatched = Vec::new();
    for one in accepted {
        let mut is_matched = false;
        for object in &mut diff.objects {
            let is_named = one.matches(&object.object)
                || object.old_name.as_ref().is_some_and(|name| {
                    let name = name.clone();
                    one.matches(&ObjectRef {
                        name,
                        ..object.object.clone()
                    })
                });
            if is_named && object.effects.contains(&one.effect) {
                object.accepted.insert(one.effect);
                is_matched = true;
            }
        }
        is_matched |= diff.findings.iter().any(|finding| {
            finding.effect == one.effect && finding.objects().any(|object| one.matches(object))
        });
        if !is_matched {
            unmatched.push(one);
        }
    }
    for finding in &mut diff.findings {
        let is_accepted = |object: &ObjectRef| {
            let of_effect = accepted.iter().filter(|one| one.effect == finding.effect);
            of_effect.into_iter().any(|one| one.matches(object))
        };
        // A finding about several objects counts until all of them are accepted.
        let all = finding.objects().all(is_accepted);
        finding.accepted = all;
    }
    diff.summary.verdict = verdict(diff);
    unmatched
}

/// The worst effect that is certain and not accepted.
pub(super) fn verdict(diff: &Diff<'_>) -> Effect {
    let objects = diff.objects.iter();
    let effects = objects.flat_map(|object| {
        let effects = object.effects.iter().copied();
        effects.filter(|effect| !object.accepted.contains(effect))
    });
    let findings = diff.findings.iter();
    let certain = findings.filter(|one| one.counts());
    let worst = effects.chain(certain.map(|one| one.effect)).max();
    worst.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{Applier, Direction, Options, compare};
    use crate::kubernetes::types::Types;
    use crate::manifest::Manifest;
    use serde_json::{Value, json};

    fn manifest(object: Value) -> Manifest {
        Manifest {
            source: String::new(),
            document: 0,
            object,
        }
    }

    fn claim(name: &str) -> Manifest {
        manifest(
            json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
            "spec": {"resources": {"requests": {"storage": "1Gi"}}}}),
        )
    }

    fn options() -> Options<'static> {
        Options {
            namespace: "default",
            types: Types::of(1, 35),
            applier: Applier::Kubectl,
            direction: Direction::Forward,
        }
    }

    fn accepted(texts: &[&str]) -> Vec<Acceptance> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn an_accepted_loss_is_listed_and_does_not_count() {
        let old = [claim("a"), claim("b")];
        let mut diff = compare(&old, &[], &options());
        assert_eq!(diff.summary.verdict, Effect::DataLoss);
        let one = accepted(&["data-loss:PersistentVolumeClaim/a"]);
        assert!(accept(&mut diff, &one).is_empty());
        assert_eq!(diff.summary.verdict, Effect::DataLoss, "b is lost too");
        let both = accepted(&[
            "data-loss:PersistentVolumeClaim/a",
            "data-loss:PersistentVolumeClaim/b",
        ]);
        assert!(accept(&mut diff, &both).is_empty());
        assert_eq!(diff.summary.verdict, Effect::None);
        assert_eq!(diff.findings.len(), 2);
        assert!(diff.findings.iter().all(|finding| finding.accepted));
    }

    #[test]
    fn a_finding_about_several_objects_counts_until_all_are_accepted() {
        let service = |name| {
            manifest(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}}))
        };
        let old = [service("a"), service("b")];
        let mut diff = compare(&old, &[], &options());
        assert_eq!(diff.findings.len(), 1, "{:?}", diff.findings);
        let one = accepted(&["outage:Service/b"]);
        assert!(accept(&mut diff, &one).is_empty());
        assert_eq!(diff.summary.verdict, Effect::Outage);
        let both = accepted(&["outage:Service/a", "outage:Service/b"]);
        assert!(accept(&mut diff, &both).is_empty());
        assert_eq!(diff.summary.verdict, Effect::None);
    }

    #[test]
    fn what_matches_nothing_is_returned() {
        let old = [claim("a")];
        let mut diff = compare(&old, &[], &options());
        let wrong = accepted(&[
            "outage:PersistentVolumeClaim/a",
            "data-loss:PersistentVolumeClaim/x",
            "data-loss:Secret/a",
            "data-loss:PersistentVolumeClaim.apps/a",
        ]);
        assert_eq!(accept(&mut diff, &wrong).len(), 4);
        assert_eq!(diff.summary.verdict, Effect::DataLoss);
    }

    #[test]
    fn a_text_of_another_form_is_refused() {
        for text in [
            "",
            "data-loss",
            "data-loss:a",
            "data-loss:/a",
            "data-loss:Kind/",
            "outage:a/b/c",
        ] {
            assert_eq!(text.parse::<Acceptance>(), Err(AcceptanceError::Form));
        }
        let unknown = "bad:Kind/a".parse::<Acceptance>();
        assert_eq!(unknown, Err(AcceptanceError::Effect("bad".to_owned())));
    }
}
