//! What a pod needs to start: ConfigMaps, Secrets and their keys, claims, a service account. Each has to be
//! in the render or declared external; what is marked `optional` may be absent.

use serde_json::Value;

use super::index::{Template, kind};
use super::{Findings, Index, Place, Problem};

pub(super) fn check(template: &Template<'_>, index: &Index<'_>, findings: &mut Findings) {
    let mut uses = Uses {
        index,
        namespace: template.namespace,
        findings,
    };
    let spec = template.pod.at("spec");
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        for container in spec.at(list).items() {
            uses.container(&container);
        }
    }
    for volume in spec.at("volumes").items() {
        uses.volume(&volume, template);
    }
    for secret in spec.at("imagePullSecrets").items() {
        uses.object("Secret", &secret.at("name"));
    }
    for account in ["serviceAccountName", "serviceAccount"] {
        uses.object("ServiceAccount", &spec.at(account));
    }
}

struct Uses<'u, 'a> {
    index: &'u Index<'a>,
    namespace: &'a str,
    findings: &'u mut Findings,
}

impl<'a> Uses<'_, 'a> {
    fn container(&mut self, container: &Place<'_>) {
        for variable in container.at("env").items() {
            let source = variable.at("valueFrom");
            for (field, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
                let reference = source.at(field);
                self.keys(kind, &reference, "name", &[reference.at("key")]);
            }
        }
        for source in container.at("envFrom").items() {
            self.keys("ConfigMap", &source.at("configMapRef"), "name", &[]);
            self.keys("Secret", &source.at("secretRef"), "name", &[]);
        }
    }

    fn volume(&mut self, volume: &Place<'_>, template: &Template<'_>) {
        self.files("ConfigMap", &volume.at("configMap"), "name");
        self.files("Secret", &volume.at("secret"), "secretName");
        for source in volume.at("projected.sources").items() {
            self.files("ConfigMap", &source.at("configMap"), "name");
            self.files("Secret", &source.at("secret"), "name");
        }
        // A StatefulSet makes its claims itself, and its volume of that name is replaced.
        let made = template.owner.at("spec.volumeClaimTemplates");
        let name = volume.at("name").text();
        let replaced = kind(template.owner.value) == "StatefulSet"
            && made
                .items()
                .any(|claim| claim.at("metadata.name").text() == name);
        if !replaced {
            self.object(
                "PersistentVolumeClaim",
                &volume.at("persistentVolumeClaim.claimName"),
            );
        }
    }

    /// A volume of a ConfigMap or Secret: the keys are those of its `items`.
    fn files(&mut self, kind: &'static str, source: &Place<'_>, name: &str) {
        let keys: Vec<_> = source
            .at("items")
            .items()
            .map(|item| item.at("key"))
            .collect();
        self.keys(kind, source, name, &keys);
    }

    /// A reference to a ConfigMap or Secret, and to keys of it.
    fn keys(&mut self, kind: &'static str, reference: &Place<'_>, name: &str, keys: &[Place<'_>]) {
        if reference.at("optional").is_true() {
            return;
        }
        let place = reference.at(name);
        let Some(object) = self.object(kind, &place) else {
            return;
        };
        for key in keys {
            if let (Some(name), Some(wanted)) = (place.text(), key.text())
                && !has_key(object, wanted)
            {
                let (name, wanted) = (name.to_owned(), wanted.to_owned());
                self.findings.add(
                    key,
                    Problem::NoSuchKey {
                        kind,
                        name,
                        key: wanted,
                    },
                );
            }
        }
    }

    /// A reference by name. Gives the object if it is in the render and not external too.
    fn object(&mut self, kind: &'static str, place: &Place<'_>) -> Option<&'a Value> {
        let name = place.text()?;
        if self.index.is_external(kind, name) {
            return None;
        }
        let found = self.index.find(["", kind, self.namespace, name]);
        if found.is_none() {
            let name = name.to_owned();
            self.findings
                .add(place, Problem::NoSuchObject { kind, name });
        }
        found
    }
}

/// Whether a ConfigMap or Secret has a key. A service account's token is filled in by the cluster.
fn has_key(object: &Value, key: &str) -> bool {
    object["type"] == "kubernetes.io/service-account-token"
        || ["data", "binaryData", "stringData"]
            .iter()
            .any(|field| object[*field].get(key).is_some())
}
