//! What everybody may see of a render: names, labels, images, hosts, keys, and the passwords that the chart itself
//! publishes. A value of a Secret that is a part of one of these is a word of the render.

use foldhash::{HashSet, HashSetExt as _};
use serde_json::Value;

use crate::manifest::Manifest;

/// Words that are values of Secrets at times (a user, a host, a database) and stand in many other places.
const COMMON: [&str; 6] = [
    "default",
    "localhost",
    "postgresql",
    "clickhouse",
    "public",
    "disabled",
];

/// The passwords that the embedded chart uses where none is set, in the order of its templates/_credentials.yaml.
/// They are documented, and one of them is the name of a Service.
const PUBLISHED: [&str; 3] = ["swanlab-postgres", "swanlab-clickhouse", "swanlab-s3"];

/// The public texts of both sides of a comparison.
pub(super) struct Public<'m>(HashSet<&'m str>);

impl<'m> Public<'m> {
    /// `namespace` is the release's.
    pub(super) fn of(manifests: impl Iterator<Item = &'m Manifest>, namespace: &'m str) -> Self {
        let mut texts = HashSet::new();
        texts.insert(namespace);
        texts.extend(COMMON);
        texts.extend(PUBLISHED);
        let mut public = Self(texts);
        for manifest in manifests {
            public.add_object(manifest);
        }
        public
    }

    fn add_object(&mut self, manifest: &'m Manifest) {
        let metadata = &manifest.object["metadata"];
        let names = [
            &manifest.object["kind"],
            &metadata["name"],
            &metadata["namespace"],
        ];
        self.0.extend(names.into_iter().filter_map(Value::as_str));
        let labels = metadata["labels"].as_object().into_iter().flatten();
        self.0
            .extend(labels.filter_map(|(_, value)| value.as_str()));
        self.add_keys(&manifest.object);
    }

    /// The keys of a tree, and the images and hosts in it.
    fn add_keys(&mut self, value: &'m Value) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    self.0.insert(key);
                    match (key.as_str(), value) {
                        ("image" | "host" | "hostname", Value::String(text)) => {
                            self.0.insert(text);
                        }
                        ("hosts" | "hostnames", Value::Array(hosts)) => {
                            self.0.extend(hosts.iter().filter_map(Value::as_str));
                        }
                        _ => {}
                    }
                    self.add_keys(value);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.add_keys(item)),
            _ => {}
        }
    }

    /// All texts, a line each, in a fixed order: what is found in them must not depend on the run.
    pub(super) fn lines(&self) -> String {
        let mut texts: Vec<&str> = self.0.iter().copied().collect();
        texts.sort_unstable();
        texts.join("\n")
    }

    /// The words in them: between signs, and the texts as a whole.
    pub(super) fn words(&self) -> HashSet<String> {
        let parts = self.0.iter().flat_map(|text| {
            let words = text.split(|c: char| !c.is_alphanumeric());
            words.chain([*text])
        });
        parts.map(str::to_owned).collect()
    }
}
