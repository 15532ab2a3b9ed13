//! The spelling of names in an object: its own, its labels' and annotations', those of its containers,
//! volumes, ports, variables and keys. Empty names are left to the rules that miss them.

use super::index::{group, kind};
use super::pods::check_service_ports;
use super::{Findings, Place, Problem};
use crate::kubernetes::Rule;

pub(super) fn check(object: &Place<'_>, findings: &mut Findings) {
    let (group, kind) = (group(object.value), kind(object.value));
    let mut spelling = Spelling(findings);
    let name = object.at("metadata.name");
    spelling.text("name", &name, Rule::of_name(group, kind));
    spelling.text(
        "namespace",
        &object.at("metadata.namespace"),
        Rule::DnsLabel,
    );
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
                spelling.text("port name", &port.at("name"), Rule::DnsLabel);
                spelling.text("port name", &port.at("targetPort"), Rule::PortName);
            }
            check_service_ports(&spec.at("ports"), spelling.0);
        }
        ("", "ConfigMap" | "Secret") => {
            for field in ["data", "binaryData", "stringData"] {
                for (key, place) in object.at(field).entries() {
                    spelling.word("key", key, &place, Rule::DataKey);
                }
            }
        }
        ("", "Pod") => spelling.pod(&spec),
        ("apps" | "batch", _) => {
            spelling.labels(&spec.at("selector.matchLabels"));
            spelling.metadata(&spec.at("jobTemplate.metadata"));
            for template in [spec.at("template"), spec.at("jobTemplate.spec.template")] {
                spelling.metadata(&template.at("metadata"));
                spelling.pod(&template.at("spec"));
            }
            for claim in spec.at("volumeClaimTemplates").items() {
                spelling.text("name", &claim.at("metadata.name"), Rule::DnsSubdomain);
                spelling.metadata(&claim.at("metadata"));
            }
        }
        _ => {}
    }
}

struct Spelling<'f>(&'f mut Findings);

impl Spelling<'_> {
    fn word(&mut self, what: &'static str, text: &str, place: &Place<'_>, rule: Rule) {
        if !rule.allows(text) {
            let text = text.to_owned();
            self.0.add(place, Problem::BadName { what, text, rule });
        }
    }

    fn text(&mut self, what: &'static str, place: &Place<'_>, rule: Rule) {
        if let Some(text) = place.text() {
            self.word(what, text, place, rule);
        }
    }

    fn metadata(&mut self, metadata: &Place<'_>) {
        self.labels(&metadata.at("labels"));
        for (key, place) in metadata.at("annotations").entries() {
            // Annotations' keys are compared in lower case: ValidateAnnotations.
            if !Rule::QualifiedName.allows(&key.to_lowercase()) {
                self.word("annotation key", key, &place, Rule::QualifiedName);
            }
        }
    }

    fn labels(&mut self, labels: &Place<'_>) {
        for (key, value) in labels.entries() {
            self.word("label key", key, &value, Rule::QualifiedName);
            self.text("label value", &value, Rule::LabelValue);
        }
    }

    fn pod(&mut self, spec: &Place<'_>) {
        self.labels(&spec.at("nodeSelector"));
        for volume in spec.at("volumes").items() {
            self.text("volume name", &volume.at("name"), Rule::DnsLabel);
        }
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            for container in spec.at(list).items() {
                self.text("container name", &container.at("name"), Rule::DnsLabel);
                for port in container.at("ports").items() {
                    self.text("port name", &port.at("name"), Rule::PortName);
                }
                for variable in container.at("env").items() {
                    self.text("variable name", &variable.at("name"), Rule::EnvName);
                }
            }
        }
    }
}
