//! What a pod needs to start: ConfigMaps and Secrets with their keys, claims, a service account. Each must be rendered or
//! declared external; what is marked `optional` may be missing.

use serde_json::Value;

use super::index::{Template, kind};
use super::{Cursor, Index, Problem, Violations};

pub(super) fn check(template: &Template<'_>, index: &Index<'_>, violations: &mut Violations) {
    let mut uses = Uses {
        index,
        namespace: template.namespace,
        violations,
    };
    let spec = template.pod.at("spec");
    for container in spec.containers() {
        uses.container(&container);
    }
    for volume in spec.at("volumes").items() {
        uses.volume(&volume, template);
    }
    for secret in spec.each("imagePullSecrets", "name") {
        uses.object("Secret", &secret);
    }
    for account in ["serviceAccountName", "serviceAccount"] {
        uses.object("ServiceAccount", &spec.at(account));
    }
}

struct Uses<'u, 'a> {
    index: &'u Index<'a>,
    namespace: &'a str,
    violations: &'u mut Violations,
}

impl<'a> Uses<'_, 'a> {
    fn container(&mut self, container: &Cursor<'_>) {
        for source in container.each("env", "valueFrom") {
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

    fn volume(&mut self, volume: &Cursor<'_>, template: &Template<'_>) {
        self.files("ConfigMap", &volume.at("configMap"), "name");
        self.files("Secret", &volume.at("secret"), "secretName");
        for source in volume.at("projected.sources").items() {
            self.files("ConfigMap", &source.at("configMap"), "name");
            self.files("Secret", &source.at("secret"), "name");
        }
        // A StatefulSet creates its claims itself, and they replace the volumes of their names.
        let claims = template
            .owner
            .each("spec.volumeClaimTemplates", "metadata.name");
        let name = volume.at("name").text();
        let is_replaced = kind(template.owner.value) == "StatefulSet"
            && claims.iter().any(|claim| claim.text() == name);
        if !is_replaced {
            let claim = volume.at("persistentVolumeClaim.claimName");
            self.object("PersistentVolumeClaim", &claim);
        }
    }

    /// A volume with the files of a ConfigMap or Secret: `items` lists the keys.
    fn files(&mut self, kind: &'static str, source: &Cursor<'_>, name: &'static str) {
        self.keys(kind, source, name, &source.each("items", "key"));
    }

    /// A reference to a ConfigMap or Secret, and to keys of it.
    fn keys(
        &mut self,
        kind: &'static str,
        reference: &Cursor<'_>,
        name: &'static str,
        keys: &[Cursor<'_>],
    ) {
        if reference.at("optional").is_true() {
            return;
        }
        let name = reference.at(name);
        let Some(object) = self.object(kind, &name) else {
            return;
        };
        for key in keys {
            if let (Some(name), Some(wanted)) = (name.text(), key.text())
                && !has_key(object, wanted)
            {
                let (name, wanted) = (name.to_owned(), wanted.to_owned());
                let problem = Problem::NoSuchKey {
                    kind,
                    name,
                    key: wanted,
                };
                self.violations.add(key, problem);
            }
        }
    }

    fn object(&mut self, kind: &'static str, name: &Cursor<'_>) -> Option<&'a Value> {
        self.index
            .resolve("", kind, self.namespace, name, self.violations)
    }
}

/// Whether a ConfigMap or Secret has a key. The cluster fills in those of a service account's token.
fn has_key(object: &Value, key: &str) -> bool {
    object["type"] == "kubernetes.io/service-account-token"
        || ["data", "binaryData", "stringData"]
            .iter()
            .any(|field| object[*field].get(key).is_some())
}
