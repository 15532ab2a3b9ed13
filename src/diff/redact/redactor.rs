//! Finds secrets in a text, by their values and in URLs, and replaces them by names.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use foldhash::HashSet;

use super::collect;
use super::encodings::{base64_runs, decode_base64, decode_percent, decode_run, views};
use super::keys::{self, is_reference};
use super::names::Names;
use super::needles::Needles;
use super::public::Public;
use super::url::{Url, is_url, urls};
use crate::manifest::Manifest;

/// Hides the secrets of a set of manifests in texts.
pub(super) struct Redactor {
    needles: Needles,
    /// Words that are no secrets where they are names of users.
    public: HashSet<String>,
    fields: Harmless,
    texts: Harmless,
    pub(super) names: Names,
}

/// Short texts without secrets, which are not searched again: keys, paths and labels are the same in many objects.
#[derive(Default)]
struct Harmless(RefCell<HashSet<String>>);

impl Harmless {
    /// The length in bytes of the longest text that is kept.
    const LONGEST: usize = 96;

    fn or_hidden<'t>(&self, text: &'t str, hidden: impl FnOnce() -> Cow<'t, str>) -> Cow<'t, str> {
        if text.len() > Self::LONGEST {
            return hidden();
        }
        if self.0.borrow().contains(text) {
            return Cow::Borrowed(text);
        }
        let shown = hidden();
        if let Cow::Borrowed(_) = shown {
            self.0.borrow_mut().insert(text.to_owned());
        }
        shown
    }
}

impl fmt::Debug for Redactor {
    /// Writes no secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

/// How deeply base64 in base64 is searched.
const NESTED: usize = 2;

impl Redactor {
    /// A redactor for the Secrets among some manifests. `namespace` is that of the release.
    pub(super) fn of<'m>(
        manifests: impl Iterator<Item = &'m Manifest> + Clone,
        namespace: &'m str,
        names: Names,
    ) -> Self {
        Self::new(manifests.clone(), Public::of(manifests, namespace), names)
    }

    /// A redactor for the Secrets among some manifests.
    pub(super) fn new<'m>(
        manifests: impl Iterator<Item = &'m Manifest>,
        public: Public<'_>,
        names: Names,
    ) -> Self {
        Self {
            needles: collect::needles(manifests, &public),
            public: public.words(),
            fields: Harmless::default(),
            texts: Harmless::default(),
            names,
        }
    }

    /// Hides a value of a Secret, given as it is written there. Empty values are shown, and URLs keep their form.
    pub(super) fn secret_value(&self, written: &str, encoded: bool) -> String {
        let value: Cow<'_, [u8]> = if encoded {
            decode_base64(written).into()
        } else {
            written.as_bytes().into()
        };
        if value.is_empty() {
            return String::new();
        }
        let shown = match std::str::from_utf8(&value) {
            Ok(text) if is_url(&value) => self.url(text),
            _ => self.names.name(&value, written.as_bytes()),
        };
        match self.names {
            // Stored manifests must be valid: `data` has base64.
            Names::Fingerprints if encoded => STANDARD.encode(shown),
            _ => shown,
        }
    }

    /// Hides another value that is secret because of its place. References such as `$(NAME)` are shown, and URLs keep
    /// their form.
    pub(super) fn secret(&self, text: &str) -> String {
        if is_reference(text) {
            text.to_owned()
        } else if is_url(text.as_bytes()) {
            self.url(text)
        } else {
            self.names.name(text.as_bytes(), text.as_bytes())
        }
    }

    /// Hides the secrets in any other value of a field. The text is borrowed if there are none.
    pub(super) fn field<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.fields.or_hidden(text, || {
            let mut secrets = self.secrets_in(text, NESTED);
            let by_key = keys::values(text).into_iter();
            secrets.extend(by_key.map(Secret::written));
            self.replace(text, secrets)
        })
    }

    /// Hides the secrets in a text that is no value of a field: a key, a path, a message.
    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.texts
            .or_hidden(text, || self.replace(text, self.secrets_in(text, NESTED)))
    }

    /// Hides the secrets in a value that is one URL.
    fn url(&self, text: &str) -> String {
        let mut secrets = self.secrets_in(text, NESTED);
        for url in urls(text) {
            secrets.extend(
                url.rest
                    .iter()
                    .map(|part| Secret::percent_encoded(text, part)),
            );
        }
        self.replace(text, secrets).into_owned()
    }

    /// The parts of a text that have to be hidden, in no order.
    fn secrets_in(&self, text: &str, nested: usize) -> Vec<Secret> {
        let mut found = Vec::new();
        for url in urls(text) {
            self.add_credentials(text, &url, &mut found);
        }
        if !self.needles.is_empty() {
            for view in views(text) {
                found.extend(
                    self.needles
                        .cover(&view.bytes)
                        .into_iter()
                        .map(|part| Secret {
                            range: view.source(&part),
                            value: Some(view.bytes[part].to_vec()),
                        }),
                );
            }
            for run in base64_runs(text) {
                let value = decode_run(&text[run.clone()], 0);
                if self.is_secret_base64(&text[run.clone()], &value, nested) {
                    let (range, value) = (run, Some(value));
                    found.push(Secret { range, value });
                }
            }
            let written = self.needles.cover(text.as_bytes()).into_iter();
            found.extend(written.map(Secret::written));
        }
        found
    }

    fn add_credentials(&self, text: &str, url: &Url, found: &mut Vec<Secret>) {
        let user = &text[url.user.clone()];
        let is_public = match self.names {
            Names::Numbers(_) => self
                .public
                .contains(&*String::from_utf8_lossy(&decode_percent(user))),
            Names::Fingerprints => false,
        };
        for part in [&url.user, &url.password] {
            let hidden = part != &url.user || !is_public;
            if hidden && !is_reference(&text[part.clone()]) {
                found.push(Secret::percent_encoded(text, part));
            }
        }
    }

    /// Whether base64 with the bytes `value` contains a secret. The base64 may begin anywhere in `run`.
    fn is_secret_base64(&self, run: &str, value: &[u8], nested: usize) -> bool {
        let holds = |bytes: &[u8]| !self.needles.cover(bytes).is_empty();
        let inside = || match (std::str::from_utf8(value), nested.checked_sub(1)) {
            (Ok(text), Some(nested)) => !self.secrets_in(text, nested).is_empty(),
            _ => holds(value),
        };
        inside() || (1..4).any(|skip| holds(&decode_run(run, skip)))
    }

    /// The text with names instead of some parts.
    fn replace<'t>(&self, text: &'t str, mut secrets: Vec<Secret>) -> Cow<'t, str> {
        if let Names::Numbers(_) = self.names {
            secrets.extend(lookalikes(text).map(Secret::written));
            for secret in &mut secrets {
                secret.include_digits(text);
            }
        }
        if secrets.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut shown = String::with_capacity(text.len());
        let mut copied = 0;
        for Secret { range, value } in disjoint(text, secrets) {
            let written = text[range.clone()].as_bytes();
            shown.push_str(&text[copied..range.start]);
            shown.push_str(
                &self
                    .names
                    .name(value.as_deref().unwrap_or(written), written),
            );
            copied = range.end;
        }
        shown.push_str(&text[copied..]);
        Cow::Owned(shown)
    }
}

/// A part of a text that is hidden.
struct Secret {
    range: Range<usize>,
    /// The decoded value; `None` if the part is not encoded.
    value: Option<Vec<u8>>,
}

impl Secret {
    /// A part that is not encoded.
    fn written(range: Range<usize>) -> Self {
        Self { range, value: None }
    }

    /// A part of a URL.
    fn percent_encoded(text: &str, part: &Range<usize>) -> Self {
        Self {
            range: part.clone(),
            value: Some(decode_percent(&text[part.clone()])),
        }
    }

    /// Extends the part by the digits after it, which would be read as digits of its number.
    fn include_digits(&mut self, text: &str) {
        let behind = text.as_bytes()[self.range.end..].iter();
        let digits = behind.take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            self.range.end += digits;
            self.value = None;
        }
    }
}

/// The parts of a text that look like a hidden value. They are hidden too, so that equal numbers always mean equal
/// values.
fn lookalikes(text: &str) -> impl Iterator<Item = Range<usize>> {
    const SIGN: &[u8] = b"secret#";
    let bytes = text.as_bytes();
    let ends = memchr::memchr_iter(b'#', bytes).map(|hash| hash + 1);
    let found = ends.filter(|end| {
        bytes[..*end].ends_with(SIGN) && bytes.get(*end).is_some_and(u8::is_ascii_digit)
    });
    found.map(|end| end - SIGN.len()..end)
}

/// The parts in order, without overlaps. Overlapping parts become one, which has no decoded value unless one of them
/// contains the others.
fn disjoint(text: &str, mut secrets: Vec<Secret>) -> Vec<Secret> {
    secrets.sort_by_key(|secret| (secret.range.start, usize::MAX - secret.range.end));
    let mut disjoint: Vec<Secret> = Vec::new();
    for mut secret in secrets {
        let written = secret.range.clone();
        // A value that is not UTF-8 may begin inside a character.
        while !text.is_char_boundary(secret.range.start) {
            secret.range.start -= 1;
        }
        while !text.is_char_boundary(secret.range.end) {
            secret.range.end += 1;
        }
        if secret.range != written {
            secret.value = None;
        }
        match disjoint.last_mut() {
            _ if secret.range.is_empty() => {}
            Some(last) if secret.range.start < last.range.end => {
                if secret.range.end > last.range.end {
                    last.range.end = secret.range.end;
                    last.value = None;
                }
            }
            _ => disjoint.push(secret),
        }
    }
    disjoint
}
