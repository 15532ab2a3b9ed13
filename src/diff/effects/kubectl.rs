//! Shell commands for operators, with the names of objects.

use crate::commands::selector;
use crate::diff::object::Object;

pub(in crate::diff) use crate::commands::{plain, quote};

/// `kubectl VERB RESOURCE NAME -n NAMESPACE REST`.
pub(in crate::diff) fn on(verb: &str, object: &Object<'_>, rest: &str) -> String {
    // As a word of its own, kubectl would read this name as a flag.
    if object.name.starts_with('-') {
        return at(verb, object, rest);
    }
    let resource = resource(object);
    let name = quote(object.name);
    finish(format!("kubectl {verb} {resource} {name}"), object, rest)
}

/// `kubectl VERB RESOURCE/NAME -n NAMESPACE REST`.
pub(in crate::diff) fn at(verb: &str, object: &Object<'_>, rest: &str) -> String {
    let name = quote(&format!("{}/{}", resource(object), object.name));
    finish(format!("kubectl {verb} {name}"), object, rest)
}

fn finish(mut command: String, object: &Object<'_>, rest: &str) -> String {
    if !object.namespace.is_empty() {
        command.push_str(" -n ");
        command.push_str(&quote(object.namespace));
    }
    if !rest.is_empty() {
        command.push(' ');
        command.push_str(rest);
    }
    command
}

/// The flags that select the pods of a workload: `-n NAMESPACE -l SELECTOR`. `None` if it has no selector.
pub(in crate::diff) fn pods(workload: &Object<'_>) -> Option<String> {
    let selector = quote(&selector(workload.at(&["spec", "selector"]))?);
    Some(format!("-n {} -l {selector}", quote(workload.namespace)))
}

/// Whether a workload can be stopped by scaling it to zero.
pub(in crate::diff) fn can_stop(workload: &Object<'_>) -> bool {
    matches!(workload.kind, "Deployment" | "StatefulSet" | "ReplicaSet")
}

/// Stops a workload, and waits until its pods are gone, so that no two programs write to one volume. `None` if it
/// cannot be stopped by scaling.
pub(in crate::diff) fn stop(workload: &Object<'_>) -> Option<String> {
    let scale = can_stop(workload).then(|| on("scale", workload, "--replicas=0"))?;
    let pods = pods(workload)?;
    Some(format!(
        "{scale} && kubectl wait --for=delete pod {pods} --timeout=10m"
    ))
}

/// Starts a workload that was stopped.
pub(in crate::diff) fn start(workload: &Object<'_>) -> Option<String> {
    let replicas = format!("--replicas={}", workload.replicas());
    can_stop(workload).then(|| on("scale", workload, &replicas))
}

/// The name of a kind for kubectl. Kinds that are not built in have their group, because `service` is the kind of the
/// core group for kubectl.
fn resource(object: &Object<'_>) -> String {
    let is_own = !object.group.contains('.') || object.group.ends_with(".k8s.io");
    match object.kind {
        "PersistentVolumeClaim" if is_own => "pvc".to_owned(),
        "CustomResourceDefinition" if is_own => "crd".to_owned(),
        kind if is_own => quote(&kind.to_lowercase()),
        kind => quote(&format!("{}.{}", kind.to_lowercase(), object.group)),
    }
}

/// A command whose output becomes a new file `BEGINNING-NAME-TIME.EXTENSION` in the current folder. No file is
/// overwritten: the name has the time at which the command runs, and the shell does not overwrite files (`set -C`).
/// `name` may come from a manifest; it cannot lead to another folder.
pub(in crate::diff) fn into_new_file(
    command: &str,
    beginning: &str,
    name: &str,
    extension: &str,
) -> String {
    let name = plain(name).replace('.', "-");
    format!("(set -C; {command} > \"{beginning}-{name}-$(date -u +%Y%m%d-%H%M%S).{extension}\")")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::manifest::Manifest;

    #[test]
    fn a_kind_of_another_group_is_named_with_it() {
        let named = |api_version: &str, kind: &str| {
            let manifest = Manifest {
                source: String::new(),
                document: 0,
                object: json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}}),
            };
            on("delete", &Object::of(&manifest, "prod"), "")
        };
        assert_eq!(
            named("serving.knative.dev/v1", "Service"),
            "kubectl delete service.serving.knative.dev web -n prod"
        );
        assert_eq!(named("v1", "Service"), "kubectl delete service web -n prod");
        assert_eq!(
            named("apps/v1", "Deployment"),
            "kubectl delete deployment web -n prod"
        );
        assert_eq!(
            named("networking.k8s.io/v1", "Ingress"),
            "kubectl delete ingress web -n prod"
        );
    }

    #[test]
    fn a_file_for_output_stays_in_the_folder() {
        let command = into_new_file("true", "before", "../a b.c$(x)", "sql");
        assert_eq!(
            command,
            "(set -C; true > \"before----a-b-c--x--$(date -u +%Y%m%d-%H%M%S).sql\")"
        );
    }
}
