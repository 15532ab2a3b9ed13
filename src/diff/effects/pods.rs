//! Changes in pod templates that have another result than the manifest says, because of the applier or the API server.

use std::collections::BTreeMap;

use serde_json::Value;

use super::context::Context;
use super::kubectl;
use super::notice::Notice;
use crate::diff::object::Object;
use crate::diff::{Applier, Change, Effect, FieldStep};
use crate::kubernetes::{at, containers, field, items};

/// The notice that pods keep a service account that the new manifest does not have.
pub(super) fn account(old: &Object<'_>, new: &Object<'_>) -> Notice {
    let template = new.pod().map_or(&[][..], |(keys, _)| keys);
    let account = at(old.at(template), &["spec", "serviceAccountName"]);
    let message = format!(
        "the pods keep the service account {}: the API server has copied it to the deprecated field serviceAccount, \
         which stays. Set `serviceAccountName: default` to remove it",
        account.as_str().unwrap_or_default()
    );
    let mut path = template.to_vec();
    path.extend(["spec", "serviceAccountName"]);
    Notice::new(Effect::None, new, message).about(&path)
}

/// The condition that there is no record of an apply.
pub(in crate::diff) const NOT_APPLIED: &str =
    "kubectl has not applied the object before, as when Helm created it";

/// Whether a change may be one of a variable of a container, or of a list with variables.
pub(super) fn may_change_variables(change: &Change) -> bool {
    change.path.keys().any(|key| key == "env") || change.old.as_ref().is_some_and(Value::is_array)
}

/// Notices about variables that change from a value to a reference, or back. `kubectl apply` removes the old one only
/// if it has applied it. Otherwise the variable has both, which the API server refuses (ValidateEnv in
/// `pkg/apis/core/validation`).
pub(super) fn notices(old: &Object<'_>, new: &Object<'_>, context: &Context<'_>) -> Vec<Notice> {
    // Helm and Flux know what they have applied.
    if matches!(context.options.applier, Applier::Helm | Applier::Flux) {
        return Vec::new();
    }
    let (Some((_, pod)), Some((_, before))) = (new.pod(), old.pod()) else {
        return Vec::new();
    };
    let mut notices = Vec::new();
    for container in containers(pod) {
        let Some(was) =
            containers(before).find(|old| field(old, "name") == field(container, "name"))
        else {
            continue;
        };
        let turned: Vec<&str> = items(field(container, "env"))
            .filter(|is| {
                let mut old =
                    items(field(was, "env")).filter(|was| field(was, "name") == field(is, "name"));
                old.next().is_some_and(|was| turns(was, is))
            })
            .filter_map(|variable| field(variable, "name").as_str())
            .collect();
        if !turned.is_empty() {
            let name = field(container, "name").as_str().unwrap_or_default();
            let notice = both(new, name, &turned);
            notices.push(notice.when(NOT_APPLIED));
        }
    }
    notices
}

/// Notices about variables that have a value or reference in the cluster that no apply has set, besides that of the
/// manifest.
pub(super) fn kept_variables(new: &Object<'_>, stays: &[Change]) -> Vec<Notice> {
    let mut by_container: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for change in stays {
        let element = |step: &'_ FieldStep| matches!(step, FieldStep::Element(_));
        let mut names = change.path.0.iter().filter(|step| element(step));
        let (Some(container), Some(variable)) = (names.next(), names.next()) else {
            continue;
        };
        let keys: Vec<&str> = change.path.keys().collect();
        if let (Some(container), Some(variable)) = (named(container), named(variable))
            && matches!(keys.as_slice(), [.., "env", "value" | "valueFrom"])
        {
            by_container.entry(container).or_default().push(variable);
        }
    }
    let containers = by_container.into_iter();
    containers
        .map(|(container, variables)| both(new, container, &variables))
        .collect()
}

/// The name in the key of an element, as `name=server`.
fn named(step: &FieldStep) -> Option<&str> {
    match step {
        FieldStep::Element(key) => key.strip_prefix("name="),
        _ => None,
    }
}

fn both(new: &Object<'_>, container: &str, names: &[&str]) -> Notice {
    let message = format!(
        "a variable cannot have both `value` and `valueFrom`, and kubectl does not remove the old one of {}, because \
         it has not applied it: remove the variables first, which restarts the pods",
        names.join(", ")
    );
    let mut path = new.pod().map_or(&[][..], |(keys, _)| keys).to_vec();
    path.extend(["spec", "containers", "env"]);
    let notice = Notice::new(Effect::Rejected, new, message).about(&path);
    notice.fix(unset(new, container, names))
}

/// Whether a variable changes from `value` to `valueFrom`, or back.
fn turns(was: &Value, is: &Value) -> bool {
    let literal = |one: &Value| {
        field(one, "value")
            .as_str()
            .is_some_and(|text| !text.is_empty())
    };
    let reference = |one: &Value| field(one, "valueFrom").is_object();
    literal(was) && reference(is) || reference(was) && literal(is)
}

fn unset(new: &Object<'_>, container: &str, names: &[&str]) -> String {
    let names = names.iter().map(|name| kubectl::quote(&format!("{name}-")));
    let names: Vec<String> = names.collect();
    let rest = format!("-c {} {}", kubectl::quote(container), names.join(" "));
    kubectl::at("set env", new, &rest)
}
