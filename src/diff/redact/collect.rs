//! The values of all Secrets, and the texts by which each can be found elsewhere.
//! Which of them are looked for is decided in `random` and `public`.

use serde_json::Value;

use super::encodings::{decode_base64, decode_percent};
use super::needles::Needles;
use super::objects::{ENCODED, PLAIN, SECRET};
use super::public::Public;
use super::random::{is_part_telling, is_value_telling};
use super::url::{is_address, is_url, urls};
use crate::manifest::Manifest;
use crate::yaml;

/// The texts to look for: of all Secrets, without those that are a part of a public text.
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
    /// A value in base64, which may stand elsewhere as it is written.
    fn add_encoded(&mut self, text: &str) {
        let bytes = decode_base64(text);
        self.add_value(&bytes);
        if !is_url(&bytes) && is_value_telling(text.as_bytes()) {
            self.0.add(text.as_bytes());
        }
    }

    /// A whole value, and what can stand alone elsewhere: its lines, the strings in it if it is a document,
    /// credentials in its URLs.
    fn add_value(&mut self, bytes: &[u8]) {
        if !is_url(bytes) && !is_address(bytes) {
            for value in either(bytes, bytes.trim_ascii()) {
                if is_value_telling(value) {
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
                // A document that is one string is what is there already.
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
        if is_part_telling(part) && !is_address(part.as_bytes()) {
            self.0.add(part.as_bytes());
        }
    }
}

/// Both, or one if they are the same.
fn either<'b>(one: &'b [u8], other: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
    [one].into_iter().chain((one != other).then_some(other))
}
