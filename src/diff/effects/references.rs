//! Which workloads of the new side use which ConfigMaps, Secrets and claims, and which keys of ConfigMaps and Secrets
//! change. Workloads are read once, and uses are looked up by name.

use foldhash::{HashMap, HashMapExt, HashSet};
use serde_json::Value;

use super::fields::{self, Field};
use crate::diff::object::Object;
use crate::diff::{Change, Class};
use crate::kubernetes::{at, containers, field, items};

/// A use of a ConfigMap or Secret by a workload.
#[derive(Clone, Copy, Debug)]
pub(in crate::diff) struct Use<'a> {
    /// The index of the workload.
    pub(in crate::diff) workload: usize,
    /// The key that it uses, `None` for all keys.
    pub(in crate::diff) key: Option<&'a str>,
    /// Whether running pods see a change: they do for files of volumes, and for Secrets that the kubelet reads again.
    /// They do not for environment variables and for files that are mounted with `subPath` (kubernetes#50345).
    pub(in crate::diff) live: bool,
}

/// The uses of objects by workloads.
#[derive(Debug, Default)]
pub(in crate::diff) struct References<'a> {
    configs: HashMap<[&'a str; 3], Vec<Use<'a>>>,
    claims: HashMap<[&'a str; 2], Vec<usize>>,
}

impl<'a> References<'a> {
    /// Reads the pod templates of workloads.
    pub(in crate::diff) fn of(workloads: impl Iterator<Item = (Object<'a>, &'a Value)>) -> Self {
        let mut references = Self::default();
        for (workload, (object, pod)) in workloads.enumerate() {
            let mut reading = Reading {
                references: &mut references,
                namespace: object.namespace,
                workload,
            };
            containers(pod).for_each(|container| reading.variables(container));
            reading.volumes(pod);
            for secret in items(at(pod, &["spec", "imagePullSecrets"])) {
                reading.add("Secret", field(secret, "name"), None, true);
            }
        }
        references
    }

    /// The uses of a ConfigMap or Secret.
    pub(in crate::diff) fn of_config<'s>(&'s self, config: &Object<'s>) -> &'s [Use<'a>] {
        let found = self
            .configs
            .get(&[config.kind, config.namespace, config.name]);
        found.map_or(&[], Vec::as_slice)
    }

    /// The indexes of the workloads that use a Secret.
    pub(in crate::diff) fn of_secret<'s>(
        &'s self,
        namespace: &'s str,
        name: &'s str,
    ) -> impl Iterator<Item = usize> + use<'s, 'a> {
        let found = self.configs.get(&["Secret", namespace, name]);
        let uses = found.map_or(&[][..], Vec::as_slice);
        uses.iter().map(|found| found.workload)
    }

    /// The namespaces and names of the Secrets that are used.
    pub(in crate::diff) fn secrets(&self) -> impl Iterator<Item = [&'a str; 2]> {
        let configs = self.configs.keys();
        configs.filter_map(|[kind, namespace, name]| {
            (*kind == "Secret").then_some([*namespace, *name])
        })
    }

    /// The indexes of the workloads that mount a claim.
    pub(in crate::diff) fn of_claim<'s>(&'s self, claim: &Object<'s>) -> &'s [usize] {
        let found = self.claims.get(&[claim.namespace, claim.name]);
        found.map_or(&[], Vec::as_slice)
    }
}

struct Reading<'r, 'a> {
    references: &'r mut References<'a>,
    namespace: &'a str,
    workload: usize,
}

impl<'a> Reading<'_, 'a> {
    fn add(&mut self, kind: &'static str, name: &'a Value, key: Option<&'a str>, live: bool) {
        if let Some(name) = name.as_str() {
            let uses = self.references.configs.entry([kind, self.namespace, name]);
            uses.or_default().push(Use {
                workload: self.workload,
                key,
                live,
            });
        }
    }

    fn variables(&mut self, container: &'a Value) {
        for variable in items(field(container, "env")) {
            let source = field(variable, "valueFrom");
            for (key, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
                let reference = field(source, key);
                let used = field(reference, "key").as_str();
                self.add(kind, field(reference, "name"), used, false);
            }
        }
        for source in items(field(container, "envFrom")) {
            self.add(
                "ConfigMap",
                at(source, &["configMapRef", "name"]),
                None,
                false,
            );
            self.add("Secret", at(source, &["secretRef", "name"]), None, false);
        }
    }

    fn volumes(&mut self, pod: &'a Value) {
        let mut mounts: HashMap<&str, Vec<&'a str>> = HashMap::new();
        for mount in containers(pod).flat_map(|container| items(field(container, "volumeMounts"))) {
            let text = |key| field(mount, key).as_str();
            let below = text("subPath").or(text("subPathExpr"));
            if let (Some(volume), Some(below)) = (text("name"), below)
                && !below.is_empty()
            {
                mounts.entry(volume).or_default().push(below);
            }
        }
        for volume in items(at(pod, &["spec", "volumes"])) {
            let name = field(volume, "name").as_str().unwrap_or_default();
            let below = mounts.get(name).map_or(&[][..], Vec::as_slice);
            self.files("ConfigMap", field(volume, "configMap"), "name", below);
            self.files("Secret", field(volume, "secret"), "secretName", below);
            for source in items(at(volume, &["projected", "sources"])) {
                self.files("ConfigMap", field(source, "configMap"), "name", below);
                self.files("Secret", field(source, "secret"), "name", below);
            }
            let claim = at(volume, &["persistentVolumeClaim", "claimName"]);
            if let Some(claim) = claim.as_str() {
                let users = self.references.claims.entry([self.namespace, claim]);
                users.or_default().push(self.workload);
            }
        }
    }

    /// Adds the uses of a volume: a live one of all keys, and others of the keys whose files are mounted with the
    /// `subPath`s `below` it.
    fn files(&mut self, kind: &'static str, source: &'a Value, name: &str, below: &[&'a str]) {
        let name = field(source, name);
        self.add(kind, name, None, true);
        for below in below {
            // A path with a variable may be that of any key.
            let file = below.split('/').next().filter(|file| !file.contains('$'));
            let mut renamed = items(field(source, "items")).filter(|item| {
                let path = field(item, "path").as_str().unwrap_or_default();
                path == *below || path.split('/').next() == file
            });
            let key = match renamed.next() {
                Some(item) if renamed.next().is_none() => field(item, "key").as_str(),
                Some(_) => None,
                None => file,
            };
            self.add(kind, name, key, false);
        }
    }
}

pub(super) fn is_config(object: &Object<'_>) -> bool {
    object.is("", "ConfigMap") || object.is("", "Secret")
}

const DATA: [&str; 3] = ["data", "binaryData", "stringData"];

/// A set of keys of a ConfigMap or Secret.
#[derive(Clone, Debug, Default)]
pub(in crate::diff) struct Keys {
    /// Whether all keys are in the set.
    all: bool,
    named: HashSet<String>,
}

impl Keys {
    /// The keys whose values change; not those whose documents are only written differently, nor those that stay in the
    /// cluster.
    pub(in crate::diff) fn changed(changes: &[Change], new: &Object<'_>) -> Self {
        let mut keys = Self::default();
        for field in changes.iter().flat_map(fields::of) {
            let same = field.class == Class::Format || stays(&field, new).is_some();
            if let Some(key) = key(&field).filter(|_| !same) {
                keys.add(key);
            }
        }
        keys
    }

    pub(in crate::diff) fn add(&mut self, key: Option<&str>) {
        match key {
            None => self.all = true,
            Some(key) => drop(self.named.insert(key.to_owned())),
        }
    }

    pub(in crate::diff) fn is_empty(&self) -> bool {
        !self.all && self.named.is_empty()
    }

    /// Whether a key is in the set; for `None`, which means all keys, whether any is.
    pub(in crate::diff) fn contains(&self, key: Option<&str>) -> bool {
        match key {
            None => !self.is_empty(),
            Some(key) => self.all || self.named.contains(key),
        }
    }
}

/// The key whose value a field is: `Some(None)` if the field is the whole data, `None` if it is not in the data.
#[allow(clippy::option_option)]
pub(super) fn key<'c>(field: &Field<'c>) -> Option<Option<&'c str>> {
    let data = field.keys.first().is_some_and(|first| DATA.contains(first));
    data.then(|| field.keys.get(1).copied())
}

/// The key of a field of `stringData` that was removed. The key stays in `data`, to which the API server has copied it
/// (`pkg/apis/core/v1/conversion.go`, Convert_v1_Secret_To_core_Secret).
pub(super) fn stays<'c>(field: &Field<'c>, new: &Object<'_>) -> Option<&'c str> {
    let ["stringData", key] = field.keys.as_slice() else {
        return None;
    };
    let is_gone = ["data", "stringData"]
        .iter()
        .all(|data| new.at(&[data, key]).is_null());
    is_gone.then_some(*key)
}
