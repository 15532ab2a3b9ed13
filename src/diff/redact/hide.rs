//! Puts numbers in the place of secret values, and remembers which value has which number.
//! It hides what it was told to hide; what is secret is decided in `collect`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use foldhash::{HashMap, HashSet, HashSetExt};
use serde_json::Value;

use super::SECRET;
use super::collect::{Pattern, SHORTEST, Secrets, is_url};
use super::encodings::views;
use super::url::urls;
use crate::manifest::Manifest;

/// Knows the secrets of both sides.
pub(super) struct Hider {
    finder: Option<AhoCorasick>,
    patterns: Vec<Pattern>,
    /// All names and labels, a line each: what stands there is no secret.
    public: String,
    /// Given out as values are met.
    numbers: RefCell<HashMap<Vec<u8>, usize>>,
}

impl fmt::Debug for Hider {
    /// Says nothing of what it hides.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hider").finish_non_exhaustive()
    }
}

/// Words that are values of Secrets at times (a user, a host, a database) and stand in many other places.
const COMMON: &str = "default localhost postgresql clickhouse public enabled disabled";

/// A place to hide.
struct Place {
    range: Range<usize>,
    /// The index of the pattern that is there.
    pattern: usize,
}

impl Hider {
    /// For the Secrets among the objects of both sides.
    pub(super) fn of(old: &[Manifest], new: &[Manifest], namespace: &str) -> Self {
        let all = || old.iter().chain(new);
        let mut words: HashSet<&str> = HashSet::new();
        all().for_each(|manifest| add_public(manifest, &mut words));
        // In a fixed order: what is found in this text must not depend on the run.
        let mut words: Vec<&str> = words.into_iter().collect();
        words.sort_unstable();
        let mut public = format!("{namespace}\n{COMMON}\n");
        for word in words {
            public.push_str(word);
            public.push('\n');
        }
        let patterns = Secrets::of(all()).patterns(&public);
        let texts = patterns.iter().map(|pattern| &pattern.text);
        Self {
            finder: if patterns.is_empty() {
                None
            } else {
                AhoCorasick::new(texts).ok()
            },
            patterns,
            public,
            numbers: RefCell::default(),
        }
    }

    fn number(&self, value: &[u8]) -> String {
        let mut numbers = self.numbers.borrow_mut();
        let next = numbers.len() + 1;
        let number = numbers.entry(value.to_vec()).or_insert(next);
        format!("secret#{number}")
    }

    /// A value of a Secret, given as it is written there. An empty one is shown; a URL keeps its form.
    pub(super) fn own(&self, written: &str, encoded: bool) -> String {
        let bytes = if encoded {
            decode(written)
        } else {
            written.as_bytes().to_vec()
        };
        if bytes.is_empty() {
            return String::new();
        }
        match std::str::from_utf8(&bytes) {
            Ok(text) if is_url(&bytes) => self.own_url(text.trim()),
            _ => self.number(&bytes),
        }
    }

    fn own_url(&self, text: &str) -> String {
        let mut shown = String::new();
        let mut copied = 0;
        for url in urls(text) {
            let user = (!self.is_public(&text[url.user.clone()])).then_some(url.user);
            for part in user.into_iter().chain(url.secrets) {
                let before = self.text(&text[copied..part.start]);
                shown.push_str(&before);
                let number = self.number(&decode_percent(&text[part.clone()]));
                shown.push_str(&number);
                copied = part.end;
            }
        }
        shown.push_str(&self.text(&text[copied..]));
        shown
    }

    /// Whether a user's name is no secret: it is a word of a name or label.
    fn is_public(&self, user: &str) -> bool {
        let mut words = self.public.split(|c: char| !c.is_alphanumeric());
        user.is_empty()
            || words.any(|word| word == user)
            || user.len() >= SHORTEST && self.public.contains(user)
    }

    /// Any other text; as it is if there is nothing to hide in it.
    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let places = self.places(text);
        if places.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut shown = String::with_capacity(text.len());
        let mut copied = 0;
        for Place { range, pattern } in places {
            shown.push_str(text.get(copied..range.start).unwrap_or_default());
            let number = self.number(&self.patterns[pattern].value);
            // A digit right behind would be read as a part of the number.
            if text[range.end..].starts_with(|c: char| c.is_ascii_digit()) {
                shown.push_str(&format!("({number})"));
            } else {
                shown.push_str(&number);
            }
            copied = range.end;
        }
        shown.push_str(&text[copied..]);
        Cow::Owned(shown)
    }

    /// What to hide, in order; places that overlap are one.
    fn places(&self, text: &str) -> Vec<Place> {
        // No encoding makes a text shorter.
        let finder = self.finder.as_ref().filter(|_| text.len() >= SHORTEST);
        let Some(finder) = finder else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for one in finder.find_overlapping_iter(text) {
            let pattern = one.pattern().as_usize();
            let range = if self.patterns[pattern].is_base64 {
                whole_base64(text, one.range())
            } else {
                one.range()
            };
            found.push(Place { range, pattern });
        }
        for view in views(text) {
            for one in finder.find_overlapping_iter(&view.bytes) {
                let pattern = one.pattern().as_usize();
                if !self.patterns[pattern].is_base64 {
                    let range = view.starts[one.start()]..view.starts[one.end()];
                    found.push(Place { range, pattern });
                }
            }
        }
        found.retain(|place| {
            text.is_char_boundary(place.range.start) && text.is_char_boundary(place.range.end)
        });
        // The longest of several that begin together gives the number.
        found.sort_by_key(|place| {
            let length = self.patterns[place.pattern].text.len();
            (
                place.range.start,
                usize::MAX - place.range.end,
                usize::MAX - length,
            )
        });
        let mut places: Vec<Place> = Vec::new();
        for place in found {
            match places.last_mut() {
                Some(last) if place.range.start < last.range.end => {
                    last.range.end = last.range.end.max(place.range.end);
                }
                _ => places.push(place),
            }
        }
        places
    }
}

/// What everybody may see of an object: its kind, names, labels, and the keys of a Secret.
fn add_public<'m>(manifest: &'m Manifest, words: &mut HashSet<&'m str>) {
    let object = &manifest.object;
    let metadata = &object["metadata"];
    let names = [&object["kind"], &metadata["name"], &metadata["namespace"]];
    words.extend(names.into_iter().filter_map(Value::as_str));
    for (key, value) in metadata["labels"].as_object().into_iter().flatten() {
        words.insert(key);
        words.extend(value.as_str());
    }
    if manifest.kind() == SECRET {
        for field in [&object[super::ENCODED], &object[super::PLAIN]] {
            let keys = field.as_object().into_iter().flatten();
            words.extend(keys.map(|(key, _)| key.as_str()));
        }
    }
}

/// All of the base64 around a piece of it.
fn whole_base64(text: &str, piece: Range<usize>) -> Range<usize> {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    let before = text[..piece.start].trim_end_matches(is_base64);
    let after = text[piece.end..].trim_start_matches(is_base64);
    let after = after.trim_start_matches('=');
    before.len()..text.len() - after.len()
}

/// What base64 holds; the text itself if it is none. Line breaks count as nothing, as in Kubernetes.
pub(super) fn decode(text: &str) -> Vec<u8> {
    let joined: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD
        .decode(&joined)
        .unwrap_or_else(|_| text.as_bytes().to_vec())
}

/// The bytes that a part of a URL stands for.
pub(super) fn decode_percent(text: &str) -> Vec<u8> {
    let mut views = views(text);
    if text.contains('%') && !views.is_empty() {
        views.swap_remove(0).bytes
    } else {
        text.as_bytes().to_vec()
    }
}
