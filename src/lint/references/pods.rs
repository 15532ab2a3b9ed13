//! A pod by itself: duplicates in it, mounts of volumes that it does not have, probes of ports that it does not have.

use std::collections::HashSet;
use std::hash::Hash;

use super::index::Template;
use super::selectors::names_port;
use super::{Cursor, Duplicate, Problem, Violations};

pub(super) fn check(template: &Template<'_>, violations: &mut Violations) {
    let spec = template.pod.at("spec");
    let containers: Vec<Cursor<'_>> = spec.containers().collect();
    let names = containers.iter().map(|container| container.at("name"));
    unique_texts(names, Duplicate::Container, violations);
    let volumes = spec.each("volumes", "name");
    unique_texts(volumes.iter().cloned(), Duplicate::Volume, violations);
    let claims = template
        .owner
        .each("spec.volumeClaimTemplates", "metadata.name");
    let known: HashSet<&str> = volumes
        .iter()
        .chain(&claims)
        .filter_map(Cursor::text)
        .collect();
    for container in &containers {
        check_container(container, violations);
        for list in ["volumeMounts", "volumeDevices"] {
            for name in container.each(list, "name") {
                if let Some(volume) = name.text().filter(|volume| !known.contains(volume)) {
                    let volume = volume.to_owned();
                    violations.add(&name, Problem::NoSuchVolume { name: volume });
                }
            }
        }
    }
}

fn check_container(container: &Cursor<'_>, violations: &mut Violations) {
    for (list, field, what) in [
        ("env", "name", Duplicate::Variable),
        ("ports", "name", Duplicate::PortName),
        ("volumeMounts", "mountPath", Duplicate::MountPath),
    ] {
        unique_texts(container.each(list, field), what, violations);
    }
    let ports = port_keys(&container.at("ports"), "containerPort");
    unique(ports, Duplicate::Port, violations);
    for probe in [
        "livenessProbe",
        "readinessProbe",
        "startupProbe",
        "lifecycle.postStart",
        "lifecycle.preStop",
    ] {
        for action in ["httpGet", "tcpSocket"] {
            let port = container.at(probe).at(action).at("port");
            if let Some(name) = port.text().filter(|name| !names_port(container, name)) {
                let name = name.to_owned();
                violations.add(&port, Problem::NoSuchPort { name });
            }
        }
    }
}

/// Adds every text that occurs earlier.
pub(super) fn unique_texts<'a>(
    texts: impl IntoIterator<Item = Cursor<'a>>,
    what: Duplicate,
    violations: &mut Violations,
) {
    let keyed = texts.into_iter().map(|text| (text.text(), text));
    unique(keyed, what, violations);
}

/// Adds every value whose key occurs earlier.
pub(super) fn unique<'a, K: Eq + Hash>(
    keyed: impl Iterator<Item = (Option<K>, Cursor<'a>)>,
    what: Duplicate,
    violations: &mut Violations,
) {
    let mut seen = HashSet::new();
    for (key, at) in keyed {
        if let Some(key) = key
            && !seen.insert(key)
        {
            let text = at.text().map(str::to_owned);
            let name = text.unwrap_or_else(|| at.value.to_string());
            violations.add(&at, Problem::Duplicate { what, name });
        }
    }
}

/// The numbers in a list of ports. They are equal only under the same protocol.
pub(super) fn port_keys<'a>(
    ports: &Cursor<'a>,
    field: &'static str,
) -> impl Iterator<Item = (Option<(u64, &'a str)>, Cursor<'a>)> + use<'a> {
    ports.items().map(move |port| {
        let protocol = port.at("protocol").text().unwrap_or("TCP");
        let number = port.at(field);
        let key = number.value.as_u64().map(|number| (number, protocol));
        (key, number)
    })
}
