//! A pod by itself: what may stand there once only, mounts without a volume, probes of a port that has no
//! such name. Objects outside of the pod are not looked at.

use std::collections::HashSet;
use std::hash::Hash;

use serde_json::Value;

use super::index::Template;
use super::routes::names_port;
use super::{Findings, Place, Problem, Twice};

pub(super) fn check(template: &Template<'_>, findings: &mut Findings) {
    let spec = template.pod.at("spec");
    let containers: Vec<Place<'_>> = ["initContainers", "containers", "ephemeralContainers"]
        .iter()
        .flat_map(|list| spec.at(list).items().collect::<Vec<_>>())
        .collect();
    let names = containers.iter().map(|container| container.at("name"));
    once(names, Twice::ContainerName, findings);
    let volumes: Vec<Place<'_>> = spec
        .at("volumes")
        .items()
        .map(|volume| volume.at("name"))
        .collect();
    once(volumes.iter().cloned(), Twice::VolumeName, findings);
    let claims: Vec<Place<'_>> = template
        .owner
        .at("spec.volumeClaimTemplates")
        .items()
        .collect();
    let known: HashSet<&str> = volumes
        .iter()
        .filter_map(Place::text)
        .chain(
            claims
                .iter()
                .filter_map(|claim| claim.at("metadata.name").text()),
        )
        .collect();
    for container in &containers {
        check_container(container, findings);
        for list in ["volumeMounts", "volumeDevices"] {
            for name in container.at(list).items().map(|mount| mount.at("name")) {
                if let Some(volume) = name.text().filter(|volume| !known.contains(volume)) {
                    let volume = volume.to_owned();
                    findings.add(&name, Problem::NoSuchVolume { name: volume });
                }
            }
        }
    }
}

fn check_container(container: &Place<'_>, findings: &mut Findings) {
    let field = |list: &str, field: &str| -> Vec<Place<'_>> {
        let items = container.at(list);
        items.items().map(|item| item.at(field)).collect()
    };
    once(field("env", "name"), Twice::EnvName, findings);
    once(field("ports", "name"), Twice::PortName, findings);
    once(
        field("volumeMounts", "mountPath"),
        Twice::MountPath,
        findings,
    );
    let ports = container.at("ports");
    let numbers = ports.items().map(|port| {
        let protocol = port.at("protocol").text().unwrap_or("TCP");
        let number = port.at("containerPort");
        (
            number.value.as_u64().map(|number| (number, protocol)),
            number,
        )
    });
    once_by(
        numbers,
        |number| number.value.to_string(),
        Twice::Port,
        findings,
    );
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
                findings.add(&port, Problem::NoSuchPort { name });
            }
        }
    }
}

/// Reports every text that stood before.
fn once<'a>(places: impl IntoIterator<Item = Place<'a>>, what: Twice, findings: &mut Findings) {
    let keyed = places.into_iter().map(|place| (place.text(), place));
    once_by(
        keyed,
        |place| place.text().unwrap_or_default().to_owned(),
        what,
        findings,
    );
}

fn once_by<'a, K: Eq + Hash>(
    places: impl Iterator<Item = (Option<K>, Place<'a>)>,
    name: impl Fn(&Place<'a>) -> String,
    what: Twice,
    findings: &mut Findings,
) {
    let mut seen = HashSet::new();
    for (key, place) in places {
        if let Some(key) = key
            && !seen.insert(key)
        {
            let name = name(&place);
            findings.add(&place, Problem::Twice { what, name });
        }
    }
}

/// The ports of a Service: each once, and named if there are several.
pub(super) fn check_service_ports(ports: &Place<'_>, findings: &mut Findings) {
    once(
        ports.items().map(|port| port.at("name")),
        Twice::PortName,
        findings,
    );
    let numbers = ports.items().map(|port| {
        let protocol = port.at("protocol").text().unwrap_or("TCP");
        let number = port.at("port");
        (
            number.value.as_u64().map(|number| (number, protocol)),
            number,
        )
    });
    once_by(
        numbers,
        |number| number.value.to_string(),
        Twice::ServicePort,
        findings,
    );
    let several = ports.value.as_array().is_some_and(|ports| ports.len() > 1);
    for port in ports
        .items()
        .filter(|port| several && port.value.is_object())
    {
        if matches!(port.at("name").value, Value::Null) || port.at("name").value == "" {
            findings.add(&port, Problem::UnnamedPort);
        }
    }
}
