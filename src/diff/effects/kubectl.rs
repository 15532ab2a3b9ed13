//! Shell commands for operators, with the names of objects.

use serde_json::Value;

use crate::diff::object::{Object, items};

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
    let selector = workload.at(&["spec", "selector"]);
    let labels = selector["matchLabels"].as_object();
    let equal = labels
        .into_iter()
        .flatten()
        .map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    let terms: Option<Vec<String>> = equal
        .chain(items(&selector["matchExpressions"]).map(term))
        .collect();
    let terms = terms.filter(|terms| !terms.is_empty())?;
    let selector = quote(&terms.join(","));
    Some(format!("-n {} -l {selector}", quote(workload.namespace)))
}

/// A requirement of a selector in the syntax of `kubectl -l`.
fn term(requirement: &Value) -> Option<String> {
    let key = requirement["key"].as_str()?;
    let values: Option<Vec<&str>> = items(&requirement["values"]).map(Value::as_str).collect();
    let values = values?.join(",");
    match requirement["operator"].as_str()? {
        "In" => Some(format!("{key} in ({values})")),
        "NotIn" => Some(format!("{key} notin ({values})")),
        "Exists" => Some(key.to_owned()),
        "DoesNotExist" => Some(format!("!{key}")),
        _ => None,
    }
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

/// A name with only letters, digits, hyphens and dots, for names of files and for comments after `#`.
pub(in crate::diff) fn plain(name: &str) -> String {
    name.replace(
        |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.',
        "-",
    )
}

/// Quotes a word for a POSIX shell, if necessary.
pub(in crate::diff) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
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

    #[test]
    fn odd_names_are_quoted() {
        assert_eq!(quote("swanlab-house"), "swanlab-house");
        assert_eq!(quote("a; rm -rf /"), "'a; rm -rf /'");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote(""), "''");
    }
}
