//! The values of all Secrets, and the texts by which each can be found elsewhere.
//! It refuses texts that are too short, or that are a part of a name or label: those say nothing.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use serde_json::Value;

use super::encodings::base64_inside;
use super::hide::{decode, decode_percent};
use super::url::urls;
use super::{ENCODED, PLAIN, SECRET};
use crate::manifest::Manifest;
use crate::yaml;

/// The length in bytes from which a value is looked for outside its Secret.
pub(super) const SHORTEST: usize = 6;

/// What to look for, and which value each text belongs to.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    /// Texts as they are, each with its value.
    plain: HashMap<Vec<u8>, Vec<u8>>,
    /// Base64 as it was written.
    written: HashMap<String, Vec<u8>>,
}

/// A text that gives a value away.
pub(super) struct Pattern {
    /// The text.
    pub(super) text: Vec<u8>,
    /// The value that it stands for.
    pub(super) value: Vec<u8>,
    /// Whether it is a piece of base64: then all of that base64 has to go.
    pub(super) is_base64: bool,
}

impl Secrets {
    /// The values of the Secrets among the objects.
    pub(super) fn of<'m>(manifests: impl Iterator<Item = &'m Manifest>) -> Self {
        let mut secrets = Self::default();
        for manifest in manifests.filter(|manifest| manifest.kind() == SECRET) {
            for (field, encoded) in [(ENCODED, true), (PLAIN, false)] {
                let values = manifest.object[field].as_object();
                for value in values.into_iter().flatten().map(|(_, value)| value) {
                    let text = match value {
                        Value::String(text) => text.clone(),
                        other => other.to_string(),
                    };
                    let bytes = if encoded {
                        decode(&text)
                    } else {
                        text.clone().into_bytes()
                    };
                    secrets.add_value(&bytes);
                    if encoded && text.len() >= SHORTEST && !is_url(&bytes) {
                        secrets.written.entry(text).or_insert(bytes);
                    }
                }
            }
        }
        secrets
    }

    /// A whole value, and what can stand alone elsewhere: its lines, the texts in it if it is a document,
    /// credentials in its URLs.
    fn add_value(&mut self, bytes: &[u8]) {
        if !is_url(bytes) {
            self.add(bytes, bytes);
            self.add(bytes.trim_ascii(), bytes);
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        for url in urls(text) {
            for part in url.secrets.iter().chain([&url.user]) {
                let written = &text.as_bytes()[part.clone()];
                let decoded = decode_percent(&text[part.clone()]);
                self.add(&decoded, &decoded);
                self.add(written, &decoded);
            }
        }
        if text.trim().contains(['\n', '\r']) {
            for line in text.split(['\n', '\r']).map(str::trim) {
                self.add(line.as_bytes(), line.as_bytes());
            }
        }
        if text.contains([':', '{', '[', '-']) {
            for document in yaml::read(text).unwrap_or_default() {
                self.add_leaves(&document);
            }
        }
    }

    fn add_leaves(&mut self, value: &Value) {
        match value {
            // A document that is one string is what is there already.
            Value::Array(list) => list.iter().for_each(|item| self.add_leaf(item)),
            Value::Object(map) => map.values().for_each(|item| self.add_leaf(item)),
            _ => {}
        }
    }

    fn add_leaf(&mut self, value: &Value) {
        match value {
            Value::String(text) if is_url(text.as_bytes()) => {}
            Value::String(text) => {
                self.add(text.as_bytes(), text.as_bytes());
                for line in text.lines().map(str::trim) {
                    self.add(line.as_bytes(), line.as_bytes());
                }
            }
            Value::Number(number) => {
                let text = number.to_string();
                self.add(text.as_bytes(), text.as_bytes());
            }
            nested => self.add_leaves(nested),
        }
    }

    fn add(&mut self, text: &[u8], value: &[u8]) {
        if text.len() >= SHORTEST {
            self.plain
                .entry(text.to_vec())
                .or_insert_with(|| value.to_vec());
        }
    }

    /// Leaves out what is a part of a public text, and gives the rest in all forms, sorted.
    pub(super) fn patterns(mut self, public: &str) -> Vec<Pattern> {
        let mut texts: Vec<Vec<u8>> = self.plain.keys().cloned().collect();
        texts.sort();
        if let Ok(finder) = AhoCorasick::new(&texts) {
            for found in finder.find_overlapping_iter(public) {
                self.plain.remove(&texts[found.pattern().as_usize()]);
            }
        }
        let mut patterns: HashMap<Vec<u8>, Pattern> = HashMap::new();
        let mut insert = |text: &[u8], value: &[u8], is_base64| {
            let pattern = Pattern {
                text: text.to_vec(),
                value: value.to_vec(),
                is_base64,
            };
            patterns.entry(text.to_vec()).or_insert(pattern);
        };
        // In a fixed order: what two values have in common belongs to the first.
        for (text, value) in texts
            .iter()
            .filter_map(|text| self.plain.get_key_value(text))
        {
            if std::str::from_utf8(text).is_ok() {
                insert(text, value, false);
            }
        }
        for (text, value) in texts
            .iter()
            .filter_map(|text| self.plain.get_key_value(text))
        {
            for form in base64_inside(text) {
                insert(form.as_bytes(), value, true);
            }
        }
        let mut written: Vec<_> = self.written.iter().collect();
        written.sort();
        for (text, value) in written {
            // Of short and of public values it is the value's own form alone.
            insert(text.as_bytes(), value, false);
        }
        let mut patterns: Vec<Pattern> = patterns.into_values().collect();
        patterns.sort_by(|a, b| a.text.cmp(&b.text));
        patterns
    }
}

/// Whether a value is a URL with credentials and nothing else. Its form may be seen; its secrets are looked for.
pub(super) fn is_url(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes.trim_ascii()).is_ok_and(|text| {
        let found = urls(text);
        found.len() == 1 && found[0].whole == (0..text.len())
    })
}
