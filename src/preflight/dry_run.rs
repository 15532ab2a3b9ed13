//! What the API server says of the rendered objects when they are applied as a dry run, which writes nothing: those
//! that it would reject, and pods that Pod Security would not admit. kubectl's messages are read here
//! (`CheckErr` in `k8s.io/kubectl/pkg/cmd/util/helpers.go`, `pkg/cmd/apply`).

use std::collections::BTreeMap;

use super::{Answers, Check, Needs, NoAnswer};

const NAME: &str = "Dry run";

/// The label of a namespace that admits only pods of a Pod Security Standard.
const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

/// The checks that a dry run gives.
pub(super) fn checks(needs: &Needs, answers: &Answers) -> Vec<Check> {
    let said = match answers.dry_run.as_ref() {
        None => return Vec::new(),
        Some(Err(NoAnswer::NotFound)) => {
            let reason = "it is not possible before the namespace exists".to_owned();
            return vec![Check::unknown(NAME, &NoAnswer::Failed(reason))];
        }
        Some(Err(reason)) => return vec![Check::unknown(NAME, reason)],
        Some(Ok(said)) => said,
    };
    let mut found = Vec::new();
    let mut forbidden = Vec::new();
    // Equal reasons become one check, in the order of the first object.
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused: Vec<(String, Vec<String>)> = Vec::new();
    for Refusal { object, reason } in refusals(said) {
        if reason.starts_with("User ") || reason.contains(" is forbidden: User ") {
            forbidden.push(reason);
            continue;
        }
        let place = *places.entry(reason.clone()).or_insert_with(|| {
            refused.push((reason, Vec::new()));
            refused.len() - 1
        });
        if let Some((_, objects)) = refused.get_mut(place) {
            objects.push(object);
        }
    }
    for (reason, objects) in refused {
        let name = match objects.as_slice() {
            [] => NAME.to_owned(),
            [one] => one.clone(),
            [first, others @ ..] => format!("{first} and {} more", others.len()),
        };
        found.push(Check::missing(
            &name,
            format!("the server rejects it: {reason}"),
            "`swanlab-render diff --against cluster` shows what can be done about a rejected change",
        ));
    }
    if let Some(first) = forbidden.first() {
        let count = forbidden.len();
        let objects = if count == 1 { "object" } else { "objects" };
        found.push(Check::unknown(
            NAME,
            &NoAnswer::Failed(format!(
                "the server did not try {count} {objects}, because you may not apply them: {first}"
            )),
        ));
    }
    found.extend(pod_security(needs, answers, said));
    if found.is_empty() {
        let count = needs.objects;
        let objects = if count == 1 {
            "1 object".to_owned()
        } else {
            format!("all {count} objects")
        };
        found.push(Check::ok(NAME, format!("the server accepts {objects}")));
    }
    found
}

/// An object that the server rejects.
#[derive(Debug, PartialEq, Eq)]
struct Refusal {
    /// `Deployment/web`, `deployments.apps/web`
    object: String,
    reason: String,
}

/// The rejections in what kubectl has written.
fn refusals(said: &str) -> Vec<Refusal> {
    let mut blocks: Vec<Vec<&str>> = Vec::new();
    let mut is_warning = false;
    for line in said.lines() {
        let begins = line.starts_with("Error from server")
            || line.starts_with("error: ")
            || line.starts_with("The ") && line.contains(" is invalid:");
        if begins {
            blocks.push(vec![line]);
            is_warning = false;
        } else if line.starts_with("Warning: ") {
            is_warning = true;
        } else if let (Some(block), false) = (blocks.last_mut(), is_warning) {
            block.push(line);
        }
    }
    blocks.iter().filter_map(|block| refusal(block)).collect()
}

/// A rejection of the lines of a message. An update has the patch in front, which may hold a Secret: it is left out.
fn refusal(lines: &[&str]) -> Option<Refusal> {
    let first = lines.first()?;
    let text = lines
        .iter()
        .map(|line| line.trim().trim_start_matches("* ").trim())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ");
    if let Some(rest) = first.strip_prefix("The ") {
        let (kind, name) = quoted(rest)?;
        let (_, reason) = text
            .split_once(" is invalid: ")
            .or_else(|| text.split_once(" is invalid:"))?;
        return Some(Refusal {
            object: format!("{kind}/{name}"),
            reason: reason.trim_start_matches(';').trim().to_owned(),
        });
    }
    // `error when creating "STDIN": REASON`, `for: "STDIN": error when patching "STDIN": REASON`, and
    // `error when retrieving current configuration of: … from server for: "STDIN": REASON`
    let reason = match text.rsplit_once("\"STDIN\": ") {
        Some((_, reason)) => reason,
        None => text.split_once("): ").map_or(
            text.strip_prefix("error: ").unwrap_or(&text),
            |(_, reason)| reason,
        ),
    };
    // An unknown form may end with the patch.
    let reason = if reason.contains("error when ") || reason.is_empty() {
        "kubectl does not say why"
    } else {
        reason
    };
    let named = |key: &str| {
        let (_, after) = text.split_once(key)?;
        Some(after.split('"').next()?.to_owned())
    };
    let object =
        if let (Some(kind), Some(name)) = (named("no matches for kind \""), named("name: \"")) {
            format!("{kind}/{name}")
        } else if let Some((kind, name)) = quoted(reason) {
            format!("{kind}/{name}")
        } else if let (Some(resource), Some(name)) = (named("Resource="), named("Name: \"")) {
            format!("{resource}/{name}")
        } else {
            NAME.to_owned()
        };
    // The object is named already.
    let reason = match quoted(reason) {
        Some((_, name)) => reason
            .split_once(&format!("\"{name}\" is "))
            .and_then(|(_, after)| after.split_once(": "))
            .map_or(reason, |(_, after)| after),
        None => reason,
    };
    Some(Refusal {
        object,
        reason: reason.to_owned(),
    })
}

/// `KIND "NAME"` at the beginning of a text.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let (kind, after) = text.split_once(" \"")?;
    let (name, _) = after.split_once('"')?;
    let is_word = |word: &str| !word.is_empty() && !word.contains(char::is_whitespace);
    (is_word(kind) && is_word(name)).then_some((kind, name))
}

/// The check of Pod Security: the server warns of each workload whose pods a namespace does not admit, or would not.
fn pod_security(needs: &Needs, answers: &Answers, said: &str) -> Option<Check> {
    let warnings: Vec<&str> = said
        .lines()
        .filter_map(|line| line.strip_prefix("Warning: would violate PodSecurity "))
        .collect();
    let (standard, _) = warnings.first()?.strip_prefix('"')?.split_once('"')?;
    let level = standard.split(':').next().unwrap_or_default();
    // `"restricted:latest": allowPrivilegeEscalation != false (container "a" …), runAsNonRoot != true (pod …)`
    let mut reasons: Vec<&str> = Vec::new();
    for warning in &warnings {
        let (_, list) = warning.split_once("\": ").unwrap_or_default();
        for (place, part) in list.split(" (").enumerate() {
            let reason = if place == 0 {
                part
            } else {
                part.rsplit("), ").next().unwrap_or_default()
            };
            if !reason.is_empty() && !reason.ends_with(')') && !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    let count = warnings.len();
    let workloads = if count == 1 { "workload" } else { "workloads" };
    let why = reasons.join(", ");
    let enforced = answers
        .namespace
        .as_ref()
        .and_then(|answer| answer.as_ref().ok());
    let enforced = enforced.and_then(|namespace| namespace["metadata"]["labels"][ENFORCE].as_str());
    let namespace = &needs.namespace;
    let other = if level == "baseline" {
        "privileged"
    } else {
        "baseline"
    };
    Some(if enforced == Some(level) {
        Check::missing(
            "Pod Security",
            format!(
                "namespace {namespace} enforces {level} and admits no pod of {count} {workloads}: {why}"
            ),
            format!(
                "choose another namespace with -n, or relax this one and run preflight again: kubectl label namespace \
                 {namespace} {ENFORCE}={other} --overwrite"
            ),
        )
    } else {
        Check::warning(
            "Pod Security",
            format!(
                "{count} {workloads} would violate {level}, which this cluster warns of: {why}"
            ),
            "nothing is rejected; if the cluster enforces it later, no new pod of them is admitted",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejections_are_read_without_the_patch() {
        let said = r#"Warning: would violate PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "a" must set it)
The Deployment "web" is invalid: spec.selector: Invalid value: {}: field is immutable
The StatefulSet "db" is invalid: 
* spec.replicas: must be positive
* spec.serviceName: too long
Error from server (Forbidden): error when creating "STDIN": deployments.apps "api" is forbidden: exceeded quota: pods
Error from server (Invalid): error when applying patch:
{"data":{"password":"aHVzaA=="}}
to:
Resource: "/v1, Resource=secrets", GroupVersionKind: "/v1, Kind=Secret"
Name: "pg", Namespace: "lab"
for: "STDIN": error when patching "STDIN": Secret "pg" is invalid: type: field is immutable
Error from server (Forbidden): error when retrieving current configuration of:
Resource: "/v1, Resource=services", GroupVersionKind: "/v1, Kind=Service"
Name: "web", Namespace: "lab"
from server for: "STDIN": services "web" is forbidden: User "me" cannot get resource "services" in API group "" in the namespace "lab"
error: resource mapping not found for name: "route" namespace: "lab" from "STDIN": no matches for kind "IngressRoute" in version "traefik.io/v1alpha1"
ensure CRDs are installed first
"#;
        let found = refusals(said);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|one| (one.object.as_str(), one.reason.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (
                    "Deployment/web",
                    "spec.selector: Invalid value: {}: field is immutable"
                ),
                (
                    "StatefulSet/db",
                    "spec.replicas: must be positive; spec.serviceName: too long"
                ),
                ("deployments.apps/api", "exceeded quota: pods"),
                ("Secret/pg", "type: field is immutable"),
                (
                    "services/web",
                    "User \"me\" cannot get resource \"services\" in API group \"\" in the namespace \"lab\""
                ),
                (
                    "IngressRoute/route",
                    "no matches for kind \"IngressRoute\" in version \"traefik.io/v1alpha1\"; ensure CRDs are installed first"
                ),
            ]
        );
    }

    #[test]
    fn a_patch_without_a_reason_is_not_shown() {
        let said =
            "Error from server: error when applying patch:\n{\"data\":{\"p\":\"aHVzaA==\"}}\nto:\n";
        assert_eq!(refusals(said)[0].reason, "kubectl does not say why");
    }
}
