//! What the pods of a workload need: claims, Secrets and ConfigMaps, and the Services whose addresses they are given.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::requests::Texts;
use super::services::Services;
use super::{Map, Point, Relation};
use crate::kubernetes::{containers, items, pod_of};
use crate::manifest::Manifest;

pub(super) fn add(manifest: &Manifest, from: &Point, services: &Services<'_>, map: &mut Map<'_>) {
    let Some(template) = pod_of(&manifest.object) else {
        return;
    };
    let mut texts = Texts::default();
    own_claims(manifest, from, template, map);
    for volume in items(&template["spec"]["volumes"]) {
        mount(volume, template, from, &mut texts, map);
    }
    for secret in items(&template["spec"]["imagePullSecrets"]) {
        read(from, "Secret", secret, map);
    }
    for container in containers(template) {
        let variables = variables(container, from, map);
        texts.containers.push(variables);
        for key in ["command", "args"] {
            texts
                .files
                .extend(items(&container[key]).filter_map(|one| Some(one.as_str()?.to_owned())));
        }
    }
    texts.requests(from, services, map);
}

/// The claims that a StatefulSet makes, one node for all replicas: `data-web-0`, `data-web-{0..2}`.
fn own_claims(manifest: &Manifest, from: &Point, template: &Value, map: &mut Map<'_>) {
    let spec = &manifest.object["spec"];
    let replicas = spec["replicas"].as_u64().unwrap_or(1);
    for claim in items(&spec["volumeClaimTemplates"]) {
        let Some(name) = claim["metadata"]["name"].as_str() else {
            continue;
        };
        let numbers = match replicas {
            0 | 1 => "0".to_owned(),
            replicas => format!("{{0..{}}}", replicas - 1),
        };
        let claims = from.beside(
            "PersistentVolumeClaim",
            &format!("{name}-{}-{numbers}", from.name),
        );
        map.own(claims.clone());
        map.add(from, Relation::Owns, claims.clone(), "");
        for folder in folders(template, name) {
            map.add(from, Relation::Mounts, claims.clone(), folder);
        }
    }
}

/// Where containers mount a volume.
fn folders<'t>(template: &'t Value, volume: &str) -> impl Iterator<Item = &'t str> {
    let mounts = containers(template).flat_map(|container| items(&container["volumeMounts"]));
    mounts
        .filter(move |mount| mount["name"] == volume)
        .filter_map(|mount| mount["mountPath"].as_str())
}

fn mount(volume: &Value, template: &Value, from: &Point, texts: &mut Texts, map: &mut Map<'_>) {
    let name = volume["name"].as_str().unwrap_or_default();
    if let Some(claim) = volume["persistentVolumeClaim"]["claimName"].as_str() {
        let claim = from.beside("PersistentVolumeClaim", claim);
        let mut is_mounted = false;
        for folder in folders(template, name) {
            map.add(from, Relation::Mounts, claim.clone(), folder);
            is_mounted = true;
        }
        if !is_mounted {
            map.add(from, Relation::Mounts, claim, "");
        }
    }
    let projected = items(&volume["projected"]["sources"]);
    for source in std::iter::once(volume).chain(projected) {
        for (key, kind, names) in [
            ("configMap", "ConfigMap", "name"),
            ("secret", "Secret", "secretName"),
        ] {
            let reference = &source[key];
            // A projected Secret has a `name`.
            let Some(name) = reference[names].as_str().or(reference["name"].as_str()) else {
                continue;
            };
            let point = from.beside(kind, name);
            let keys: Vec<&str> = items(&reference["items"])
                .filter_map(|item| item["key"].as_str())
                .collect();
            let data = map.tree(&point).map(data).unwrap_or_default();
            let is_used = |key: &str| keys.is_empty() || keys.contains(&key);
            texts.files.extend(
                data.into_iter()
                    .filter(|(key, _)| is_used(key))
                    .map(|(_, text)| text),
            );
            map.add(from, Relation::Reads, point, "");
        }
    }
}

/// Names and values of a container's variables.
fn variables(container: &Value, from: &Point, map: &mut Map<'_>) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for source in items(&container["envFrom"]) {
        for (key, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
            if let Some(point) = read(from, kind, &source[key], map) {
                let prefix = source["prefix"].as_str().unwrap_or_default();
                let data = map.tree(&point).map(data).unwrap_or_default();
                let data = data
                    .into_iter()
                    .map(|(name, text)| (format!("{prefix}{name}"), text));
                variables.extend(data);
            }
        }
    }
    for variable in items(&container["env"]) {
        let name = variable["name"].as_str().unwrap_or_default();
        if let Some(text) = variable["value"].as_str() {
            variables.push((name.to_owned(), text.to_owned()));
        }
        for (key, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
            let reference = &variable["valueFrom"][key];
            if let Some(point) = read(from, kind, reference, map) {
                let data = map.tree(&point).map(data).unwrap_or_default();
                let found = data
                    .into_iter()
                    .find(|(key, _)| reference["key"] == key.as_str());
                variables.extend(found.map(|(_, text)| (name.to_owned(), text)));
            }
        }
    }
    variables
}

/// What a `{name: …}` refers to.
fn read(from: &Point, kind: &str, reference: &Value, map: &mut Map<'_>) -> Option<Point> {
    let point = from.beside(kind, reference["name"].as_str()?);
    map.add(from, Relation::Reads, point.clone(), "");
    Some(point)
}

/// The texts of a ConfigMap or Secret by key.
fn data(object: &Value) -> Vec<(String, String)> {
    let is_secret = object["kind"] == "Secret";
    let encoded = object["data"].as_object().into_iter().flatten();
    let encoded = encoded.filter_map(|(key, value)| {
        let text = value.as_str()?;
        let text = if is_secret {
            String::from_utf8(STANDARD.decode(text).ok()?).ok()?
        } else {
            text.to_owned()
        };
        Some((key.clone(), text))
    });
    let plain = object["stringData"].as_object().into_iter().flatten();
    let plain = plain.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    encoded.chain(plain).collect()
}
