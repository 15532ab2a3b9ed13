//! Public texts: names, labels, images, hosts and keys of manifests, and the default passwords in the chart. A value of
//! a Secret that is a part of one of them is not searched for outside of Secrets.

use foldhash::{HashSet, HashSetExt as _};
use serde_json::Value;

use crate::kubernetes::field;
use crate::manifest::Manifest;

/// Words that may be values of Secrets (a user, a host, a database) and are in many other texts too.
const COMMON: [&str; 6] = [
    "default",
    "localhost",
    "postgresql",
    "clickhouse",
    "public",
    "disabled",
];

/// The default passwords of the embedded chart, in the order of its templates/_credentials.yaml. They are documented,
/// and one of them is also the name of a Service.
const PUBLISHED: [&str; 3] = ["swanlab-postgres", "swanlab-clickhouse", "swanlab-s3"];

/// The public texts of a set of manifests.
pub(super) struct Public<'m>(HashSet<&'m str>);

impl<'m> Public<'m> {
    /// The public texts of some manifests. `namespace` is that of the release.
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
        let metadata = field(&manifest.object, "metadata");
        let names = [
            field(&manifest.object, "kind"),
            field(metadata, "name"),
            field(metadata, "namespace"),
        ];
        self.0.extend(names.into_iter().filter_map(Value::as_str));
        let labels = field(metadata, "labels").as_object().into_iter().flatten();
        self.0
            .extend(labels.filter_map(|(_, value)| value.as_str()));
        self.add_keys(&manifest.object);
    }

    /// Adds the keys of a tree, and its images and hosts.
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

    /// All texts, one per line, sorted: what is found in them must not depend on the run.
    pub(super) fn lines(&self) -> String {
        let mut texts: Vec<&str> = self.0.iter().copied().collect();
        texts.sort_unstable();
        texts.join("\n")
    }

    /// The words in the texts, and the texts themselves.
    pub(super) fn words(&self) -> HashSet<String> {
        let parts = self.0.iter().flat_map(|text| {
            let words = text.split(|c: char| !c.is_alphanumeric());
            words.chain([*text])
        });
        parts.map(str::to_owned).collect()
    }
}
