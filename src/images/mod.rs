//! The images that a render needs, each once, with the containers that run it.
//! Only names are read; no registry is asked.

mod containers;
mod mirror;
mod reference;

use std::collections::BTreeMap;

use crate::manifest::Manifest;

pub use containers::{Container, containers};
pub use mirror::Mirror;
pub use reference::FullName;

/// An image and who uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// As rendered.
    pub image: String,
    /// `Deployment/swanlab-gateway: traefik`, in the order of the objects.
    pub users: Vec<String>,
}

/// Every image of the objects once, sorted.
pub fn used<'a>(manifests: impl IntoIterator<Item = &'a Manifest>) -> Vec<Used> {
    let mut images: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for manifest in manifests {
        let name = manifest.object["metadata"]["name"]
            .as_str()
            .unwrap_or_default();
        for container in containers(&manifest.object) {
            let user = format!("{}/{name}: {}", manifest.kind(), container.name);
            images
                .entry(container.image.to_owned())
                .or_default()
                .push(user);
        }
    }
    images
        .into_iter()
        .map(|(image, users)| Used { image, users })
        .collect()
}
