//! The texts to search for outside of Secrets: the values of all Secrets and parts of them, if they are so long and
//! random that they are not words that other texts use too.

use serde_json::Value;

use super::encodings::{decode_base64, decode_percent};
use super::needles::{Needles, SHORTEST};
use super::objects::{ENCODED, PLAIN, SECRET};
use super::public::Public;
use super::url::{is_address, is_url, urls};
use crate::manifest::Manifest;
use crate::yaml;

/// The texts to search for, without those that are a part of a public text.
pub(super) fn needles<'m>(
    manifests: impl Iterator<Item = &'m Manifest>,
    public: &Public<'_>,
) -> Needles {
    let mut secrets = Secrets::default();
    for manifest in manifests.filter(|manifest| manifest.kind() == SECRET) {
        for (field, encoded) in [(ENCODED, true), (PLAIN, false)] {
            let values = manifest.object[field].as_object();
            for value in values.into_iter().flatten().map(|(_, value)| value) {
                match value {
                    Value::String(text) if encoded => secrets.add_encoded(text),
                    Value::String(text) => secrets.add_value(text.as_bytes()),
                    other => secrets.add_value(other.to_string().as_bytes()),
                }
            }
        }
    }
    let mut needles = secrets.0;
    needles.sort();
    if !needles.is_empty() {
        needles.remove_parts_of(public.lines().as_bytes());
    }
    needles
}

#[derive(Default)]
struct Secrets(Needles);

impl Secrets {
    /// Adds a value in base64, decoded and as it is written.
    fn add_encoded(&mut self, text: &str) {
        let bytes = decode_base64(text);
        self.add_value(&bytes);
        if !is_url(&bytes) && is_distinctive_value(text.as_bytes()) {
            self.0.add(text.as_bytes());
        }
    }

    /// Adds a value, and the parts of it that other texts may have: its lines, its strings if it is a document, the
    /// credentials of its URLs.
    fn add_value(&mut self, bytes: &[u8]) {
        if !is_url(bytes) && !is_address(bytes) {
            for value in either(bytes, bytes.trim_ascii()) {
                if is_distinctive_value(value) {
                    self.0.add(value);
                }
            }
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        for url in urls(text) {
            for part in url.rest.iter().chain([&url.user, &url.password]) {
                let written = &text[part.clone()];
                self.add_part(written);
                if let Ok(decoded) = String::from_utf8(decode_percent(written)) {
                    self.add_part(&decoded);
                }
            }
        }
        if text.trim().contains(['\n', '\r']) {
            self.add_lines(text);
        }
        if text.contains([':', '{', '[', '-']) {
            for document in yaml::read(text).unwrap_or_default() {
                // A document that is one string was added as the value.
                if !document.is_string() {
                    self.add_leaves(&document);
                }
            }
        }
    }

    fn add_leaves(&mut self, value: &Value) {
        match value {
            Value::Array(list) => list.iter().for_each(|item| self.add_leaves(item)),
            Value::Object(map) => map.values().for_each(|item| self.add_leaves(item)),
            Value::String(text) if is_url(text.as_bytes()) => {}
            Value::String(text) => {
                self.add_part(text);
                self.add_lines(text);
            }
            Value::Number(number) => self.add_part(&number.to_string()),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn add_lines(&mut self, text: &str) {
        for line in text.split(['\n', '\r']).map(str::trim) {
            self.add_part(line);
        }
    }

    fn add_part(&mut self, part: &str) {
        if is_distinctive_part(part) && !is_address(part.as_bytes()) {
            self.0.add(part.as_bytes());
        }
    }
}

/// Both texts, or one of them if they are equal.
fn either<'b>(one: &'b [u8], other: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
    [one].into_iter().chain((one != other).then_some(other))
}

/// The length from which a value of a Secret is always searched for.
const LONG: usize = 14;

/// The length from which a single word, or a word with hyphens, is searched for: `correcthorse`, `pgpass-123`.
const LONG_WORD: usize = 10;

/// The length from which a text with two kinds of characters is searched for: `hunter42`.
const LONG_MIXED: usize = 8;

/// Characters between words, and characters in words.
const SEPARATORS: [char; 3] = [' ', '/', ':'];
const HYPHENS: [char; 3] = ['-', '_', '.'];

/// Whether a value of a Secret is searched for outside of Secrets.
///
/// - Values of 14 characters or more always are.
/// - Several words with spaces, `/` or `:` between them are not: `Asia/Shanghai`. (A word has lower-case letters,
///   perhaps after a capital; or capitals; or digits.)
/// - A single word, or words joined by `-`, `_` or `.`, is from 10 characters on. So `us-east-1` is not.
/// - Other values are from 6, 8 or 10 characters on, if they have characters of at least three, two or one of these
///   kinds: lower-case letters, capitals, digits, others.
/// - Bytes that are not UTF-8 are from 8 bytes on.
fn is_distinctive_value(value: &[u8]) -> bool {
    match std::str::from_utf8(value) {
        Ok(text) => is_longer(text, LONG) || is_distinctive_part(text),
        Err(_) => value.len() >= LONG_MIXED,
    }
}

/// Whether a part of such a value is searched for: a line, a string of a document, a password of a URL. Sentences and
/// paths are not, however long they are: `-----BEGIN CERTIFICATE-----`, `/etc/clickhouse-server`.
fn is_distinctive_part(text: &str) -> bool {
    let between = |c: char| HYPHENS.contains(&c) || SEPARATORS.contains(&c);
    if text.split(between).all(is_word) {
        let is_prose = text.contains(' ') || text.starts_with('/');
        let shortest = if text.contains(SEPARATORS) {
            LONG
        } else {
            LONG_WORD
        };
        return !is_prose && is_longer(text, shortest);
    }
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_lowercase(),
        |c| c.is_uppercase(),
        |c| c.is_ascii_digit(),
        |c| {
            !c.is_lowercase()
                && !c.is_uppercase()
                && !c.is_ascii_digit()
                && !HYPHENS.contains(&c)
                && !SEPARATORS.contains(&c)
        },
    ];
    let shortest = match kinds.iter().filter(|kind| text.contains(**kind)).count() {
        0 | 1 => LONG_WORD,
        2 => LONG_MIXED,
        _ => SHORTEST,
    };
    is_longer(text, shortest)
}

fn is_longer(text: &str, shortest: usize) -> bool {
    text.chars().nth(shortest - 1).is_some()
}

fn is_word(word: &str) -> bool {
    let after_first = word.trim_start_matches(char::is_uppercase);
    let all = |is: fn(char) -> bool| word.chars().all(is);
    all(|c| c.is_ascii_digit())
        || all(char::is_uppercase)
        || word.len() - after_first.len() <= char::MAX.len_utf8()
            && word.chars().take_while(|c| c.is_uppercase()).count() <= 1
            && after_first.chars().all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_or_random_texts_are_looked_for() {
        for text in [
            "aB3$xy",
            "hunter42",
            "p@ssword",
            "correcthorse",
            "old-password",
            "pgpass-123",
            "renewed:one/new",
            "AKIAEXAMPLEKEY",
            "correct horse battery staple",
            "密码密码密码密码abcd",
        ] {
            assert!(is_distinctive_value(text.as_bytes()), "{text}");
        }
        assert!(is_distinctive_value(&[0xff; 8]));
    }

    #[test]
    fn words_are_not() {
        for text in [
            "",
            "team-3",
            "hunter2",
            "swanlab",
            "postgres",
            "Password",
            "us-east-1",
            "12345678",
            "8080",
            "Asia/Shanghai",
            "1.35.0",
        ] {
            assert!(!is_distinctive_value(text.as_bytes()), "{text}");
        }
        assert!(!is_distinctive_value(&[0xff; 7]));
    }

    #[test]
    fn a_line_of_words_is_not_however_long_it_is() {
        for text in [
            "-----BEGIN CERTIFICATE-----",
            "a sentence of a comment that is long",
            "/etc/clickhouse-server/config",
        ] {
            assert!(!is_distinctive_part(text), "{text}");
        }
        assert!(is_distinctive_part("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"));
    }
}
