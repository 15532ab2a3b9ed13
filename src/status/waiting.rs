//! Init containers that wait for other services: which ones, and how it is with them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Cluster, Reason, Status, items, key, text};
use crate::manifest::Identity;
use crate::yaml::Step;

/// The reason for a pod whose init container runs.
pub(super) fn reason(
    identity: &Identity,
    object: &Value,
    name: &str,
    cluster: &Cluster<'_>,
) -> Reason {
    let hosts = hosts(identity, object, name, cluster);
    let mut waits: Vec<String> = Vec::new();
    let mut field = None;
    for (place, host) in hosts {
        let state = state(&host, identity, cluster);
        if let Some(state) = state {
            let said = format!("{host} ({state})");
            if !waits.contains(&said) {
                waits.push(said);
            }
            field = field.or(Some(place));
        }
    }
    let text = if waits.is_empty() {
        format!("its init container {name} has not ended yet")
    } else {
        format!("its init container {name} waits for {}", waits.join(", "))
    };
    let reason = Reason::new(Status::Progressing, text);
    match field.zip(super::container(object, name)) {
        Some((place, mut steps)) => {
            steps.extend([key("env"), Step::Index(place)]);
            reason.field(steps, &["host", "endpoint", "existingSecret"])
        }
        None => reason,
    }
}

/// How it is with the server of a host name; `None` if it is ready.
fn state(host: &str, client: &Identity, cluster: &Cluster<'_>) -> Option<String> {
    let mut parts = host.split('.');
    let (name, namespace) = (parts.next()?, parts.next().unwrap_or(&client.namespace));
    let service = Identity {
        group: String::new(),
        kind: "Service".to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    };
    let rendered = cluster
        .manifests
        .iter()
        .map(|one| &one.object)
        .find(|object| {
            let identity = Identity::of(object).map(|one| one.applied_to(cluster.namespace));
            identity.as_ref() == Some(&service)
        });
    let Some(rendered) = rendered else {
        return Some("not in these manifests".to_owned());
    };
    if !cluster.live.contains_key(&service) {
        return Some("its Service is not in the cluster".to_owned());
    }
    let selector = rendered["spec"]["selector"].as_object()?;
    let server = cluster
        .manifests
        .iter()
        .map(|one| &one.object)
        .find(|object| {
            let labels = &object["spec"]["template"]["metadata"]["labels"];
            !labels.is_null() && selector.iter().all(|(key, value)| labels[key] == *value)
        })?;
    let identity = Identity::of(server)?.applied_to(cluster.namespace);
    let Some(live) = cluster.live.get(&identity) else {
        return Some(format!(
            "{}/{} is not in the cluster",
            identity.kind, identity.name
        ));
    };
    if identity.name == client.name && identity.kind == client.kind {
        return None;
    }
    // Only its own state: what it waits for itself has a reason of its own.
    let is_ready = match identity.kind.as_str() {
        "Deployment" => number_of(live, "availableReplicas") > 0,
        _ => number_of(live, "readyReplicas") > 0,
    };
    (!is_ready).then(|| format!("no pod of {}/{} is ready", identity.kind, identity.name))
}

fn number_of(live: &Value, field: &str) -> i64 {
    live["status"][field].as_i64().unwrap_or_default()
}

/// The hosts that the variables of a container name, each with the place of its variable.
fn hosts(
    identity: &Identity,
    object: &Value,
    name: &str,
    cluster: &Cluster<'_>,
) -> Vec<(usize, String)> {
    let spec = &object["spec"]["template"]["spec"];
    let Some(container) = items(&spec["initContainers"]).find(|one| one["name"] == name) else {
        return Vec::new();
    };
    let mut hosts = Vec::new();
    for (place, variable) in items(&container["env"]).enumerate() {
        let from = &variable["valueFrom"]["secretKeyRef"];
        let value = match variable["value"].as_str() {
            Some(value) => value.to_owned(),
            None => secret(identity, text(&from["name"]), text(&from["key"]), cluster)
                .unwrap_or_default(),
        };
        let is_host = text(&variable["name"]).ends_with("_HOST");
        if let Some(host) = host(&value, is_host)
            && !hosts.iter().any(|(_, known)| *known == host)
        {
            hosts.push((place, host));
        }
    }
    hosts
}

/// The host of a URL, without credentials and port; or the whole text, if it is one.
fn host(value: &str, is_host: bool) -> Option<String> {
    let Some((_, rest)) = value.split_once("://") else {
        return (is_host && !value.is_empty()).then(|| value.to_owned());
    };
    let authority = rest.split(['/', '?']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(address) => address.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then(|| host.to_owned())
}

/// The value of a rendered Secret; only the host of a URL in it is used.
fn secret(identity: &Identity, name: &str, key: &str, cluster: &Cluster<'_>) -> Option<String> {
    let mut objects = cluster.manifests.iter().map(|one| &one.object);
    let secret = objects.find(|object| {
        object["kind"] == "Secret"
            && object["metadata"]["name"] == name
            && Identity::of(object).is_some_and(|one| {
                one.applied_to(cluster.namespace).namespace == identity.namespace
            })
    })?;
    if let Some(plain) = secret["stringData"][key].as_str() {
        return Some(plain.to_owned());
    }
    let bytes = STANDARD.decode(secret["data"][key].as_str()?).ok()?;
    String::from_utf8(bytes).ok()
}
