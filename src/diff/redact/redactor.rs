//! Finds what is secret in a text, by value and in URLs, and puts names in its place.

use std::borrow::Cow;
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

/// Knows the secrets of a comparison, or of one render.
pub(super) struct Redactor {
    needles: Needles,
    /// Names of users that are no secrets.
    public: HashSet<String>,
    pub(super) names: Names,
}

impl fmt::Debug for Redactor {
    /// Says nothing of what it hides.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

/// How often base64 may hold base64.
const NESTED: usize = 2;

impl Redactor {
    /// For the Secrets among some objects. `namespace` is the release's.
    pub(super) fn of<'m>(
        manifests: impl Iterator<Item = &'m Manifest> + Clone,
        namespace: &'m str,
        names: Names,
    ) -> Self {
        let public = Public::of(manifests.clone(), namespace);
        Self {
            needles: collect::needles(manifests, &public),
            public: public.words(),
            names,
        }
    }

    /// A value of a Secret, given as it is written there. An empty one is shown; a URL keeps its form.
    pub(super) fn own(&self, written: &str, encoded: bool) -> String {
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
            // What lasts is read as a manifest again.
            Names::Fingerprints if encoded => STANDARD.encode(shown),
            _ => shown,
        }
    }

    /// A value that its place makes secret, anywhere else. A URL keeps its form; `$(NAME)` is shown.
    pub(super) fn secret(&self, text: &str) -> String {
        if is_reference(text) {
            text.to_owned()
        } else if is_url(text.as_bytes()) {
            self.url(text)
        } else {
            self.names.name(text.as_bytes(), text.as_bytes())
        }
    }

    /// Any other value of a field; as it is if there is nothing to hide in it.
    pub(super) fn field<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut places = self.places(text, NESTED);
        let by_key = keys::values(text).into_iter();
        places.extend(by_key.map(Place::written));
        self.without(text, places)
    }

    /// A text that is no field's value: a key, a path, a message.
    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.without(text, self.places(text, NESTED))
    }

    /// A value that is one URL.
    fn url(&self, text: &str) -> String {
        let mut places = self.places(text, NESTED);
        for url in urls(text) {
            places.extend(
                url.rest
                    .iter()
                    .map(|part| Place::percent_encoded(text, part)),
            );
        }
        self.without(text, places).into_owned()
    }

    /// What gives a secret away, in no order.
    fn places(&self, text: &str, nested: usize) -> Vec<Place> {
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
                        .map(|part| Place {
                            range: view.origin(&part),
                            value: Some(view.bytes[part].to_vec()),
                        }),
                );
            }
            for run in base64_runs(text) {
                let value = decode_run(&text[run.clone()], 0);
                if self.is_told_by(&text[run.clone()], &value, nested) {
                    let (range, value) = (run, Some(value));
                    found.push(Place { range, value });
                }
            }
            let written = self.needles.cover(text.as_bytes()).into_iter();
            found.extend(written.map(Place::written));
        }
        found
    }

    fn add_credentials(&self, text: &str, url: &Url, found: &mut Vec<Place>) {
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
                found.push(Place::percent_encoded(text, part));
            }
        }
    }

    /// Whether base64 that means `value` holds a secret. It may begin anywhere in its run of characters.
    fn is_told_by(&self, run: &str, value: &[u8], nested: usize) -> bool {
        let holds = |bytes: &[u8]| !self.needles.cover(bytes).is_empty();
        let inside = || match (std::str::from_utf8(value), nested.checked_sub(1)) {
            (Ok(text), Some(nested)) => !self.places(text, nested).is_empty(),
            _ => holds(value),
        };
        inside() || (1..4).any(|skip| holds(&decode_run(run, skip)))
    }

    /// The text with names in some places.
    fn without<'t>(&self, text: &'t str, mut places: Vec<Place>) -> Cow<'t, str> {
        if let Names::Numbers(_) = self.names {
            places.extend(numbers(text).map(Place::written));
            for place in &mut places {
                place.take_digits(text);
            }
        }
        if places.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut shown = String::with_capacity(text.len());
        let mut copied = 0;
        for Place { range, value } in disjoint(text, places) {
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
struct Place {
    range: Range<usize>,
    /// What stands there, with its encoding undone; none if it is what is written.
    value: Option<Vec<u8>>,
}

impl Place {
    /// A part that means what is written.
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

    /// Digits right behind it would be read as a part of its number, so they are hidden with it.
    fn take_digits(&mut self, text: &str) {
        let behind = text.as_bytes()[self.range.end..].iter();
        let digits = behind.take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            self.range.end += digits;
            self.value = None;
        }
    }
}

/// What looks like a hidden value and is none. It is hidden too: equal numbers mean equal values, without exception.
fn numbers(text: &str) -> impl Iterator<Item = Range<usize>> {
    const SIGN: &str = "secret#";
    let found = text.match_indices(SIGN);
    let ends = found.map(|(start, _)| start..start + SIGN.len());
    ends.filter(|range| text[range.end..].starts_with(|c: char| c.is_ascii_digit()))
}

/// The places in order; those that overlap are one, of which nothing is decoded unless one holds the others.
fn disjoint(text: &str, mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by_key(|place| (place.range.start, usize::MAX - place.range.end));
    let mut disjoint: Vec<Place> = Vec::new();
    for mut place in places {
        let written = place.range.clone();
        // A value that is no UTF-8 may begin inside a character.
        while !text.is_char_boundary(place.range.start) {
            place.range.start -= 1;
        }
        while !text.is_char_boundary(place.range.end) {
            place.range.end += 1;
        }
        if place.range != written {
            place.value = None;
        }
        match disjoint.last_mut() {
            _ if place.range.is_empty() => {}
            Some(last) if place.range.start < last.range.end => {
                if place.range.end > last.range.end {
                    last.range.end = place.range.end;
                    last.value = None;
                }
            }
            _ => disjoint.push(place),
        }
    }
    disjoint
}
