//! Hides secrets in a comparison: `secret#1` stands for a value, and equal numbers mean equal values.
//! What comes out is the only thing that reports take.
//!
//! A value is secret by its place: in the `data` and `stringData` of a Secret, under a key that names one
//! (`keys`), as the credentials of a URL (`url`). A value of a Secret is hidden elsewhere too, in clear or encoded
//! (`encodings`), if it is long and random enough (`collect`) and no word of the render (`public`).
//!
//! Names of objects and of files are never changed.

mod collect;
mod encodings;
mod keys;
mod names;
mod needles;
mod objects;
mod public;
mod redactor;
mod url;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Deref;

use serde_json::Value;

use super::{Attribution, Change, Diff, FieldPath, FieldStep, Finding, ObjectDiff};
use crate::kubernetes::LAST_APPLIED;
use crate::manifest::Manifest;
use keys::names_a_secret;
use names::Names;
use objects::{ENCODED, PLAIN, SECRET, hide_in, own_values, value};
use redactor::Redactor;

/// A comparison that may leave the program.
#[derive(Debug)]
pub struct Shown<'a> {
    diff: Diff<'a>,
    /// Hides what the objects hold; none if everything is shown.
    redactor: Option<Redactor>,
}

impl<'a> Shown<'a> {
    /// The comparison as it is, with the values of Secrets: only for who asks for them.
    pub fn with_secrets(diff: Diff<'a>) -> Self {
        Self {
            diff,
            redactor: None,
        }
    }

    /// The old and the new side of one of its objects as they may be seen; none where there is no such side.
    pub fn sides(&self, object: &ObjectDiff<'a>) -> [Option<Cow<'a, Manifest>>; 2] {
        [object.old, object.new].map(|side| {
            side.map(|side| match &self.redactor {
                None => Cow::Borrowed(side),
                Some(redactor) => {
                    let mut side = side.clone();
                    hide_in(&mut side, redactor);
                    Cow::Owned(side)
                }
            })
        })
    }
}

impl<'a> Deref for Shown<'a> {
    type Target = Diff<'a>;

    fn deref(&self) -> &Self::Target {
        &self.diff
    }
}

/// The comparison without its secrets. `namespace` is the release's.
pub fn redact<'a>(
    mut diff: Diff<'a>,
    old: &[Manifest],
    new: &[Manifest],
    namespace: &str,
) -> Shown<'a> {
    if diff.objects.is_empty() && diff.findings.is_empty() {
        return Shown::with_secrets(diff);
    }
    let redactor = Redactor::of(
        old.iter().chain(new),
        namespace,
        Names::Numbers(RefCell::default()),
    );
    for one in &mut diff.findings {
        finding(one, &redactor);
    }
    for object in &mut diff.objects {
        let in_secret = object.object.kind == SECRET;
        for one in &mut object.changes {
            change(one, in_secret, &redactor);
        }
    }
    Shown {
        diff,
        redactor: Some(redactor),
    }
}

/// Puts fingerprints in the place of all secrets of a render that is to be kept, by the same rules. A value has the
/// same fingerprint in every run; in the `data` of a Secret it is in base64. In URLs the user is hidden too.
///
/// A fingerprint has 16 bits. So one change of a value in 65,536 does not show; and whoever tries a list of
/// passwords against it is left with one in 65,536 of the list, which a password from a short list does not survive.
pub fn fingerprint(manifests: &mut [Manifest], namespace: &str) {
    let redactor = Redactor::of(manifests.iter(), namespace, Names::Fingerprints);
    for one in manifests {
        hide_in(one, &redactor);
    }
}

fn text(text: &mut String, redactor: &Redactor) {
    if let Cow::Owned(shown) = redactor.text(text) {
        *text = shown;
    }
}

fn change(change: &mut Change, in_secret: bool, redactor: &Redactor) {
    let own = match change.path.0.first() {
        Some(FieldStep::Key(key)) if in_secret => match &**key {
            ENCODED => Some(true),
            PLAIN => Some(false),
            _ => None,
        },
        _ => None,
    };
    let secret = leads_to_secret(&change.path, in_secret);
    let hidden = |side: &Option<Value>| {
        let mut side = side.clone()?;
        match own {
            None => value(&mut side, secret, redactor),
            Some(encoded) => own_values(&mut side, encoded, redactor),
        }
        Some(side)
    };
    redactor.names.forget();
    let mut shown = [hidden(&change.old), hidden(&change.new)];
    // One value in two spellings: what differs has to look different.
    if shown[0] == shown[1] && change.old != change.new {
        redactor.names.tell_apart();
        shown = [hidden(&change.old), hidden(&change.new)];
    }
    [change.old, change.new] = shown;
    // Every part of a document in a Secret is secret.
    if own.is_some() {
        change.inside.clear();
    }
    for inside in &mut change.inside {
        self::change(inside, false, redactor);
    }
    path(&mut change.path, redactor);
    text(&mut change.pointer, redactor);
    if let Some(from) = &mut change.from {
        text(from, redactor);
    }
    if let Some(one) = &mut change.attribution {
        origin(one, redactor);
    }
}

/// Whether what stands at a path is secret by its key, or by the name of its variable.
fn leads_to_secret(path: &FieldPath, in_secret: bool) -> bool {
    let steps = path.0.iter().rev();
    let mut steps = steps.skip_while(|step| matches!(step, FieldStep::Index(_)));
    match (steps.next(), steps.next()) {
        (Some(FieldStep::Key(key)), _) if in_secret && **key == *LAST_APPLIED => true,
        (Some(FieldStep::Key(key)), _) if names_a_secret(key) => true,
        (Some(FieldStep::Key(key)), Some(FieldStep::Element(element))) if **key == *"value" => {
            element.strip_prefix("name=").is_some_and(names_a_secret)
        }
        _ => false,
    }
}

fn finding(finding: &mut Finding, redactor: &Redactor) {
    path(&mut finding.path, redactor);
    let texts = finding.fix.iter_mut().chain(&mut finding.condition);
    for one in texts.chain([&mut finding.message]) {
        text(one, redactor);
    }
    if let Some(one) = &mut finding.attribution {
        origin(one, redactor);
    }
}

/// The text of a flag may hold a value; the name of a file is shown as it is, so that it can be opened.
fn origin(origin: &mut Attribution, redactor: &Redactor) {
    text(&mut origin.value, redactor);
    if origin.line.is_none() {
        text(&mut origin.file, redactor);
    }
}

fn path(path: &mut FieldPath, redactor: &Redactor) {
    for step in &mut path.0 {
        match step {
            FieldStep::Key(key) | FieldStep::Element(key) => {
                if let Cow::Owned(shown) = redactor.text(key) {
                    *key = shown.into();
                }
            }
            FieldStep::Index(_) | FieldStep::Document => {}
        }
    }
}
