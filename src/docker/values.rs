//! The values of a deployment as text: those that the chart's files may show, and the accounts.

use serde_json::{Value, json};

use super::data::claim_name;
use super::deployment::Deployment;
use super::migration::Options;
use crate::diagnostics::Diagnostics;
use crate::images::Mirror;
use crate::init::{Document, Store};
use crate::kubernetes::Image;
use crate::migrate::{How, Move};
use crate::release::Release;
use crate::yaml::Path;

/// The values file.
pub(super) fn values(
    deployment: &Deployment,
    options: &Options,
    mirror: Option<&Mirror>,
    release: &Release,
) -> Result<String, Diagnostics> {
    let mut values: Vec<(String, Value)> = Vec::new();
    let mut value = |path: String, value: Value| values.push((path, value));
    for (path, one) in &deployment.values {
        value((*path).to_owned(), one.clone());
    }
    if let Some(mirror) = mirror {
        let images = release.partial("images")?;
        for image in images
            .as_object()
            .into_iter()
            .flatten()
            .map(|(_, image)| image)
        {
            let path = format!("{}.repository", image["path"].as_str().unwrap_or_default());
            let is_unused = deployment.external.iter().any(|external| {
                path.starts_with(&format!("dependencies.{}.", external.store.name()))
            });
            if is_unused {
                continue;
            }
            let usual = Path::dotted(&path).get(&release.values().tree);
            if let Some(usual) = usual.and_then(Value::as_str) {
                value(path, json!(mirror.target(usual)));
            }
        }
    }
    if let Some(class) = &options.storage_class {
        value(
            "service.house.persistence.storageClass".to_owned(),
            json!(class),
        );
    }
    for found in &deployment.stores {
        let path = format!(
            "dependencies.{}.persistence.existingClaim",
            found.store.name()
        );
        value(path, json!(claim_name(found.store)));
    }
    for external in &deployment.external {
        let path = |key: &str| format!("integrations.{}.{key}", external.store.name());
        value(path("enabled"), json!(true));
        for (key, one) in &external.values {
            value(path(key), one.clone());
        }
        value(path("existingSecret"), json!(secret_name(external.store)));
    }

    let mut document = Document::default();
    if !options.schema.is_empty() {
        document.schema(&options.schema);
    }
    document.comment("Values of a self-hosted SwanLab that ran in Docker, made by `swanlab-render migrate --from-docker`.");
    let mut begun: Vec<String> = Vec::new();
    for (path, value) in together(values) {
        let top = path.split('.').next().unwrap_or_default().to_owned();
        if !begun.contains(&top) {
            match &*top {
                "dependencies" if !deployment.stores.is_empty() => document.section(&[
                    "The data of Docker are in claims of their own, which stay when the installation is removed.",
                ]),
                "integrations" => document.section(&[
                    "Stores that run elsewhere. The Secrets must be in the namespace before the pods start.",
                ]),
                _ => {}
            }
            begun.push(top);
        }
        document.value(&path, &value, "");
    }
    Ok(document.text())
}

/// Values in the chart's order, with those of one part together.
fn together(mut values: Vec<(String, Value)>) -> Vec<(String, Value)> {
    const TOPS: [&str; 6] = [
        "global",
        "gateway",
        "helper",
        "service",
        "dependencies",
        "integrations",
    ];
    let part = |path: &str| {
        path.split('.')
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut parts: Vec<Vec<String>> = Vec::new();
    for (path, _) in &values {
        if !parts.contains(&part(path)) {
            parts.push(part(path));
        }
    }
    values.sort_by_key(|(path, _)| {
        let top = path.split('.').next();
        let top = TOPS.iter().position(|one| Some(*one) == top);
        (top, parts.iter().position(|one| *one == part(path)))
    });
    values
}

/// The registry that all images come from, if it has them under the chart's own paths.
pub(super) fn mirror(
    deployment: &Deployment,
    images: &Value,
    moves: &mut Vec<Move>,
) -> Option<Mirror> {
    /// SwanLab's own registries.
    const USUAL: [&str; 3] = [
        "repo.swanlab.cn/",
        "ccr.ccs.tencentyun.com/self-hosted/",
        "swanlab/",
    ];
    let (_, server) = deployment
        .images
        .iter()
        .find(|(name, _)| *name == "server")?;
    let repository = Image::of(&server.value).repository;
    let own = Image::of(images["server"]["reference"].as_str()?).repository;
    if USUAL.iter().any(|usual| repository.starts_with(usual)) {
        return None;
    }
    let (_, path) = own.split_once('/')?;
    let found = repository
        .strip_suffix(path)
        .and_then(|place| Mirror::parse(place.trim_end_matches('/')).ok());
    let (how, note) = match found {
        Some(_) => (
            How::Move,
            "all images are taken from there; `swanlab-render images` lists those that it must have",
        ),
        None => (
            How::Manual,
            "it is no registry of SwanLab: if the cluster must take images from there, set the repositories, or render with \
             --image-registry",
        ),
    };
    moves.push(Move {
        from: server.name.clone(),
        to: found
            .as_ref()
            .map(|_| "service.server.image.repository".to_owned()),
        how,
        place: Some(server.place.clone()),
        note: note.to_owned(),
    });
    found
}

/// The values file with the accounts of the built-in stores, if there is one.
pub(super) fn passwords(deployment: &Deployment) -> Option<String> {
    let mut document = Document::default();
    document.comment("Accounts of the built-in stores, as they were in Docker. Keep this file out of Git, and keep a copy: the");
    document.comment("data are of no use without them.");
    let mut is_any = false;
    for found in &deployment.stores {
        for (key, value) in &found.account {
            let path = format!("dependencies.{}.{key}", found.store.name());
            document.value(&path, &json!(value), "");
            is_any = true;
        }
    }
    is_any.then(|| document.text())
}

fn secret_name(store: Store) -> String {
    format!("integration-{}", store.name())
}
