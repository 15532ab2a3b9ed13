//! A pod by itself: duplicates that are allowed but useless, probes of ports that it does not have.

use std::collections::HashSet;
use std::hash::Hash;

use super::index::Template;
use super::selectors::names_port;
use super::{Cursor, Duplicate, Problem, Violations};

pub(super) fn check(template: &Template<'_>, violations: &mut Violations) {
    for container in template.pod.at("spec").containers() {
        check_container(&container, violations);
    }
}

fn check_container(container: &Cursor<'_>, violations: &mut Violations) {
    let names = container.each("env", "name");
    let named = names.into_iter().map(|name| (name.text(), name));
    unique(named, Duplicate::Variable, violations);
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

/// Adds every value whose key occurs earlier.
fn unique<'a, K: Eq + Hash>(
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
fn port_keys<'a>(
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
