//! Images that cannot be pulled: what the registry or the node says, and which value that is.

use serde_json::Value;

use super::{Reason, Status, container, in_pod, key};
use crate::kubernetes::Image;

/// The reason for a container whose image cannot be pulled; `message` is all that the kubelet says.
pub(super) fn reason(object: &Value, name: &str, image: &str, message: &str) -> Reason {
    let said = message.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let host = registry(image);
    let is_name = has(&[
        "invalidimagename",
        "invalid reference",
        "couldn't parse image",
    ]);
    let is_refused = has(&[
        "unauthorized",
        "denied",
        "authentication required",
        "authorization failed",
        "forbidden",
        "no basic auth",
    ]);
    let is_unreachable = has(&[
        "no such host",
        "i/o timeout",
        "connection refused",
        "deadline exceeded",
        "no route to host",
        "network is unreachable",
        "server misbehaving",
    ]);
    let (what, remedy, keys): (String, &str, &'static [&'static str]) = if is_name {
        (
            "its name is not valid".to_owned(),
            "correct the repository and the tag",
            &["tag", "repository"],
        )
    } else if is_refused {
        let reason = Reason::new(
            Status::Stuck,
            format!(
                "image {image} of container {name} cannot be pulled: the registry {host} refuses it without other credentials"
            ),
        );
        return reason
            .remedy("create a Secret of type kubernetes.io/dockerconfigjson and name it in imagePullSecrets; or correct the image, which some registries refuse if it does not exist")
            .field(in_pod([key("imagePullSecrets")]), &["imagePullSecrets", "name"]);
    } else if has(&["x509", "certificate"]) {
        (
            format!("the nodes do not trust the certificate of the registry {host}"),
            "let the nodes trust it, or take the image from another registry",
            &["repository", "tag"],
        )
    } else if is_unreachable {
        (
            format!("the nodes cannot reach the registry {host}"),
            "give the nodes access to it, or take the image from a mirror (--image-registry)",
            &["repository", "tag"],
        )
    } else if has(&["not found", "manifest unknown", "does not exist"]) {
        (
            format!("the registry {host} does not have it"),
            "correct the tag or the repository, or copy the image there (`images --mirror`)",
            &["tag", "repository"],
        )
    } else if has(&["toomanyrequests", "rate limit"]) {
        (
            format!("the registry {host} limits how often it is asked"),
            "wait, log in with imagePullSecrets, or take the image from a mirror",
            &["repository", "tag"],
        )
    } else {
        (
            format!("from the registry {host}"),
            "see what the kubelet says: `kubectl describe pod`",
            &["tag", "repository"],
        )
    };
    let reason = Reason::new(
        Status::Stuck,
        format!("image {image} of container {name} cannot be pulled: {what}"),
    )
    .remedy(remedy);
    match container(object, name) {
        Some(mut steps) => {
            steps.push(key("image"));
            reason.field(steps, keys)
        }
        None => reason,
    }
}

/// The host of a reference (`ParseNormalizedNamed` of the distribution project).
fn registry(image: &str) -> &str {
    match Image::of(image).repository.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}
