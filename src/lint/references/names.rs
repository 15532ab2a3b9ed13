//! Names in an object. Its own must exist and be unique in the render. They must be spelled as Kubernetes requires, as
//! must those of labels, annotations, containers, volumes, ports, variables and keys.

use super::index::{Index, group, kind};
use super::{Cursor, NameRule, Problem, Violations};

pub(super) fn check(object: &Cursor<'_>, index: &Index<'_>, violations: &mut Violations) {
    check_identity(object, index, violations);
    let (group, kind) = (group(object.value), kind(object.value));
    let mut spelling = Spelling(violations);
    let name = object.at("metadata.name");
    spelling.text("name", &name, NameRule::of_name(group, kind));
    let namespace = object.at("metadata.namespace");
    spelling.text("namespace", &namespace, NameRule::DnsLabel);
    spelling.metadata(&object.at("metadata"));
    let spec = object.at("spec");
    match (group, kind) {
        ("", "Service") => {
            if name
                .text()
                .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_digit()))
            {
                spelling.0.add(&name, Problem::ServiceNameBeginsWithDigit);
            }
            spelling.labels(&spec.at("selector"));
            for port in spec.at("ports").items() {
                spelling.text("port name", &port.at("name"), NameRule::DnsLabel);
                spelling.text("port name", &port.at("targetPort"), NameRule::PortName);
            }
        }
        ("", "ConfigMap" | "Secret") => {
            for field in ["data", "binaryData", "stringData"] {
                for (key, entry) in object.at(field).entries() {
                    spelling.word("key", key, &entry, NameRule::DataKey);
                }
            }
        }
        ("", "Pod") => spelling.pod(&spec),
        ("apps" | "batch", _) => {
            spelling.labels(&spec.at("selector.matchLabels"));
            spelling.metadata(&spec.at("jobTemplate.metadata"));
            if let Some(template) = object.pod_template() {
                spelling.metadata(&template.at("metadata"));
                spelling.pod(&template.at("spec"));
            }
            for claim in spec.at("volumeClaimTemplates").items() {
                spelling.text("name", &claim.at("metadata.name"), NameRule::DnsSubdomain);
                spelling.metadata(&claim.at("metadata"));
            }
        }
        _ => {}
    }
}

/// Two objects with the same group, kind, namespace and name overwrite each other.
fn check_identity(object: &Cursor<'_>, index: &Index<'_>, violations: &mut Violations) {
    let metadata = object.at("metadata");
    if metadata.at("name").text().is_none() {
        if metadata.at("generateName").text().is_none() {
            violations.add(&metadata, Problem::NoName);
        }
        return;
    }
    let first = index
        .identity(object.value)
        .and_then(|identity| index.first(identity));
    if let Some(first) = first
        && first != object.object
    {
        violations.add(&metadata.at("name"), Problem::DuplicateObject { first });
    }
}

/// Checks how names are spelled. Empty ones are skipped: other rules report that they are missing.
struct Spelling<'v>(&'v mut Violations);

impl Spelling<'_> {
    fn word(&mut self, what: &'static str, text: &str, at: &Cursor<'_>, rule: NameRule) {
        if !rule.allows(text) {
            let text = text.to_owned();
            self.0.add(at, Problem::InvalidName { what, text, rule });
        }
    }

    fn text(&mut self, what: &'static str, at: &Cursor<'_>, rule: NameRule) {
        if let Some(text) = at.text() {
            self.word(what, text, at, rule);
        }
    }

    fn metadata(&mut self, metadata: &Cursor<'_>) {
        self.labels(&metadata.at("labels"));
        for (key, entry) in metadata.at("annotations").entries() {
            // Annotations' keys are compared in lower case: ValidateAnnotations.
            if !NameRule::QualifiedName.allows(&key.to_lowercase()) {
                self.word("annotation key", key, &entry, NameRule::QualifiedName);
            }
        }
    }

    fn labels(&mut self, labels: &Cursor<'_>) {
        for (key, value) in labels.entries() {
            self.word("label key", key, &value, NameRule::QualifiedName);
            self.text("label value", &value, NameRule::LabelValue);
        }
    }

    fn pod(&mut self, spec: &Cursor<'_>) {
        self.labels(&spec.at("nodeSelector"));
        for volume in spec.each("volumes", "name") {
            self.text("volume name", &volume, NameRule::DnsLabel);
        }
        for container in spec.containers() {
            self.text("container name", &container.at("name"), NameRule::DnsLabel);
            for port in container.each("ports", "name") {
                self.text("port name", &port, NameRule::PortName);
            }
            for variable in container.each("env", "name") {
                self.text("variable name", &variable, NameRule::EnvName);
            }
        }
    }
}
