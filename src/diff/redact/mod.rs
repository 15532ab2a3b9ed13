//! Hides secrets in a comparison: a value is replaced by `secret#1`, and equal numbers mean equal values. Reports
//! accept only the result, [`Shown`].
//!
//! A value is secret because of its place: in `data` and `stringData` of a Secret (`objects`), under a key such as
//! `password` (`keys`), as credentials in a URL (`url`). A value of a Secret is hidden everywhere else too, plain or
//! encoded (`encodings`), if it is long and random enough (`collect`) and no word that manifests use elsewhere
//! (`public`).
//!
//! Names of objects and files are never changed.

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
pub use keys::names_a_secret;
use names::Names;
use objects::{ENCODED, PLAIN, SECRET, hide_in, secret_values, value};
use public::Public;
use redactor::Redactor;

/// A comparison that may be shown: its secrets are hidden, or the user asked to see them. It is a [`Diff`] that can be
/// serialized, as `docs/diff.schema.json` describes.
#[derive(Debug)]
pub struct Shown<'a> {
    diff: Diff<'a>,
    /// Hides the secrets of whole objects; `None` if all secrets are shown.
    redactor: Option<Redactor>,
}

impl<'a> Shown<'a> {
    /// The comparison with its secrets. Use it only if the user asks for them.
    pub fn with_secrets(diff: Diff<'a>) -> Self {
        Self {
            diff,
            redactor: None,
        }
    }

    /// Copies of the old and the new side of one of its objects, without secrets; `None` for a side that does not
    /// exist.
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

/// Hides the secrets of a comparison of `old` with `new`. `namespace` is that of the release.
pub fn redact<'a>(
    mut diff: Diff<'a>,
    old: &[Manifest],
    new: &[Manifest],
    namespace: &str,
) -> Shown<'a> {
    if diff.objects.is_empty() && diff.findings.is_empty() {
        return Shown::with_secrets(diff);
    }
    // Objects that do not differ have the same public texts on both sides.
    let before = diff.objects.iter().filter_map(|object| object.old);
    let public = Public::of(new.iter().chain(before), namespace);
    let names = Names::Numbers(RefCell::default());
    let redactor = Redactor::new(old.iter().chain(new), public, names);
    for one in &mut diff.findings {
        finding(one, &redactor);
    }
    for one in &mut diff.values {
        text(&mut one.message, &redactor);
        for field in one.fields.iter_mut().flatten() {
            path(&mut field.path, &redactor);
        }
    }
    for field in &mut diff.random {
        path(&mut field.path, &redactor);
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

/// Replaces all secrets of manifests that will be stored by fingerprints, by the rules of [`redact`]. Users in URLs are
/// hidden too. A value has the same fingerprint in every run; in `data` of a Secret the fingerprint is in base64.
///
/// A fingerprint has 16 bits. So one of 65,536 changes of a value does not show. And somebody who compares a list of
/// passwords with a fingerprint excludes all but one of 65,536: a password of a short list can be guessed.
pub fn fingerprint(manifests: &mut [Manifest], namespace: &str) {
    let redactor = Redactor::of(manifests.iter(), namespace, Names::Fingerprints);
    for one in manifests {
        hide_in(one, &redactor);
    }
}

/// Copies of manifests without their secrets, by the rules of [`redact`].
pub fn without_secrets(manifests: &[Manifest], namespace: &str) -> Vec<Manifest> {
    let names = Names::Numbers(RefCell::default());
    let redactor = Redactor::of(manifests.iter(), namespace, names);
    let mut hidden = manifests.to_vec();
    for one in &mut hidden {
        hide_in(one, &redactor);
    }
    hidden
}

/// A text that comes from elsewhere, such as a line of a log, without the secrets of some manifests.
pub fn hide(text: &str, manifests: &[Manifest], namespace: &str) -> String {
    let names = Names::Numbers(RefCell::default());
    let redactor = Redactor::of(manifests.iter(), namespace, names);
    redactor.text(text).into_owned()
}

fn text(text: &mut String, redactor: &Redactor) {
    if let Cow::Owned(shown) = redactor.text(text) {
        *text = shown;
    }
}

fn change(change: &mut Change, in_secret: bool, redactor: &Redactor) {
    // Whether the field is `data` or `stringData` of a Secret, and if so, whether its values are encoded.
    let encoded = match change.path.0.first() {
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
        match encoded {
            None => value(&mut side, secret, redactor),
            Some(encoded) => secret_values(&mut side, encoded, redactor),
        }
        Some(side)
    };
    redactor.names.clear_recent();
    let mut shown = [hidden(&change.old), hidden(&change.new)];
    // The sides are one value in two spellings: what differs must look different.
    if shown[0] == shown[1] && change.old != change.new {
        redactor.names.distinguish_spellings();
        shown = [hidden(&change.old), hidden(&change.new)];
    }
    [change.old, change.new] = shown;
    // All parts of a document in a Secret are secret.
    if encoded.is_some() {
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
        attribution(one, redactor);
    }
}

/// Whether the value at a path is secret because of its key, or of the name of its variable.
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
        attribution(one, redactor);
    }
}

/// The text of a flag may have secrets in it. The name of a file is not changed, so that the file can be opened.
fn attribution(attribution: &mut Attribution, redactor: &Redactor) {
    text(&mut attribution.value, redactor);
    if attribution.line.is_none() {
        text(&mut attribution.file, redactor);
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
