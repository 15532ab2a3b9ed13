//! What Helm keeps of a release in the cluster, for a comparison.
//! How a record is packed, the library knows.

use anyhow::{anyhow, bail};
use serde_json::Value;
use swanlab_render::diagnostics::Source;
use swanlab_render::manifest::Manifest;
use swanlab_render::previous::{self, newest_revision, release_manifests};

use super::super::kubectl::{Failure, Kubectl, items};

/// The manifests of the newest deployed revision; none if Helm has none in the namespace.
pub(super) fn record(kubectl: &Kubectl, release: &str) -> anyhow::Result<Option<String>> {
    let secrets = secrets(kubectl, release)?;
    let Some(secret) = newest_revision(&secrets) else {
        return Ok(None);
    };
    let text = release_manifests(secret).map_err(|damage| {
        let name = secret["metadata"]["name"].as_str().unwrap_or("of Helm");
        anyhow!("the Secret {name} is damaged: {damage}")
    });
    text.map(Some)
}

/// The objects of Helm's record, as far as there is one that can be read: for a release that another applier may have
/// taken over long ago. Hooks are left out, for Helm does not keep them up to date.
pub(super) fn objects(kubectl: &Kubectl, release: &str, namespace: &str) -> Vec<Manifest> {
    let text = record(kubectl, release).ok().flatten();
    let source = text.map(|text| Source::new("Helm's record", text));
    let found = source.and_then(|source| previous::read(&[source], namespace).ok());
    let mut manifests = found.unwrap_or_default().manifests;
    manifests.retain(|one| one.object["metadata"]["annotations"]["helm.sh/hook"].is_null());
    manifests
}

/// The manifests of a release that has to be there.
pub(super) fn required(
    kubectl: &Kubectl,
    release: &str,
    namespace: &str,
) -> anyhow::Result<String> {
    match record(kubectl, release)? {
        Some(text) => Ok(text),
        None => bail!(
            "Helm has no deployed revision of it in namespace {namespace}; `helm list -A -a` shows where it is and \
             its status"
        ),
    }
}

fn secrets(kubectl: &Kubectl, release: &str) -> Result<Vec<Value>, Failure> {
    let selector = format!("--selector=owner=helm,name={release},status=deployed");
    items(kubectl.get(&[selector], &["secret"])?)
}
