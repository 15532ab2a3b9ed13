//! Objects that the API server refuses, whether they are created or updated: what [`validation`](crate::validation)
//! finds in them, and API versions that it does not serve.

use serde_json::Value;

use super::context::Context;
use super::notice::Notice;
use super::{merged, services, stored};
use crate::diagnostics::Severity;
use crate::diff::applier::OnServer;
use crate::diff::object::Object;
use crate::diff::{Applier, Effect, FieldPath, FieldStep};
use crate::kubernetes::types::{Absent, Types};
use crate::validation::{self, Problem, Violation, structure};
use crate::yaml::Step;

/// Notices about an object that is created, or one that replaces `old`.
pub(in crate::diff) fn notices(
    new: &Object<'_>,
    old: Option<&Object<'_>>,
    context: &Context<'_>,
) -> Vec<Notice> {
    let types = context.options.types;
    let object = stored::of(old, new);
    let mut found = match old {
        None => validation::check(types, &object),
        Some(old) => validation::check_update(types, &old.manifest.object, &object),
    };
    let applier = context.options.applier;
    found.retain(|one| is_refused(one, &object, old.is_some(), applier));
    let on_server = applier.on_server();
    let is_merged = |one: &Violation| {
        let before = old.map(|old| &old.manifest.object);
        before.is_some_and(|before| merged::is_merged(one, &object, before))
    };
    if on_server == OnServer::Never {
        found.retain(|one| !is_merged(one));
    }
    let mut notices: Vec<Notice> = found
        .into_iter()
        .map(|one| {
            let on_server = match on_server {
                OnServer::If(condition) if is_undeclared(&one) || is_merged(&one) => {
                    Some(condition)
                }
                _ => None,
            };
            let condition = condition(&one, types, on_server);
            let mut message = one.problem.message();
            if let Some(help) = one.problem.help().filter(|_| condition.is_none()) {
                message = format!("{message}; {help}");
            }
            let mut notice = Notice::new(Effect::Rejected, new, message).grouped();
            notice.path = field_path(&one);
            notice.condition = condition;
            if is_unreadable(&one) {
                notice.unreadable()
            } else {
                notice
            }
        })
        .collect();
    notices.extend(old.and_then(|old| services::kept_node_ports(old, new)));
    notices
}

/// Whether the API server refuses an object for what was found.
fn is_refused(found: &Violation, object: &Value, is_update: bool, applier: Applier) -> bool {
    match &found.problem {
        // The API versions that are not served have notices of their own. The rules of a failure policy are required by
        // the document, and not by the API server.
        Problem::Structure(
            structure::Problem::Kind { .. }
            | structure::Problem::Missing {
                field: "rules",
                of: "PodFailurePolicy",
            },
        ) => false,
        // kubectl asks for strict validation (`--validate`), and server-side apply knows declared fields only, whoever
        // asks. Otherwise the API server drops the field, and a null is none to kubectl.
        Problem::Structure(_) if is_undeclared(found) => {
            let is_null = || found.path.get(object).is_none_or(Value::is_null);
            applier.on_server() != OnServer::Never || (applier == Applier::Kubectl && !is_null())
        }
        Problem::Structure(problem) => problem.severity() == Severity::Error,
        Problem::Rule(refusal) => !(is_update && refusal.is_about_creation),
    }
}

/// Whether it is about a field that the type does not have in this version.
fn is_undeclared(found: &Violation) -> bool {
    matches!(&found.problem, Problem::Structure(problem) if problem.is_about_key())
}

/// Whether programs that apply the object cannot read it: they decode its metadata, and leave the rest to the API server.
fn is_unreadable(found: &Violation) -> bool {
    matches!(
        found.problem,
        Problem::Structure(structure::Problem::WrongType { .. })
    ) && matches!(found.path.0.first(), Some(Step::Key(key)) if key == "metadata")
}

/// The condition under which it is refused, if there is one; `on_server` is that under which the server applies, where only
/// the server refuses it.
fn condition(found: &Violation, types: Types, on_server: Option<&str>) -> Option<String> {
    let own = match &found.problem {
        Problem::Structure(structure::Problem::FieldOfOtherVersions { .. }) if !types.exact => {
            Some("the cluster has the same types as this version")
        }
        Problem::Structure(_) => None,
        Problem::Rule(refusal) => refusal.condition,
    };
    let conditions: Vec<&str> = on_server.into_iter().chain(own).collect();
    (!conditions.is_empty()).then(|| conditions.join(", and "))
}

fn field_path(found: &Violation) -> FieldPath {
    let steps = found.path.0.iter().map(|step| match step {
        Step::Key(key) => FieldStep::Key(key.as_str().into()),
        Step::Index(place) => FieldStep::Index(*place),
    });
    FieldPath(steps.collect())
}

/// Notices about API versions that the cluster does not serve: objects of the new side are refused, and Helm cannot
/// read those of the old side. Kinds that are not built in are not judged, because only the cluster knows its CRDs.
pub(in crate::diff) fn unserved_notices(context: &Context<'_>) -> Vec<Notice> {
    let types = context.options.types;
    let version = format!("Kubernetes 1.{}", types.minor);
    let mut notices = unserved(context.new, types, |object, instead| {
        let message = format!("{version} does not serve {}{instead}", name(object));
        let notice = Notice::new(Effect::Rejected, object, message)
            .about(&["apiVersion"])
            .grouped()
            .unreadable();
        if types.exact {
            notice
        } else {
            notice.when("the cluster serves the same APIs as this version")
        }
    });
    notices.extend(unserved(context.old, types, |object, _| {
        let message = format!(
            "{version} does not serve {} of the old manifests: Helm cannot read the previous release, and the \
             upgrade fails",
            name(object)
        );
        let notice = Notice::new(Effect::Rejected, object, message).about(&["apiVersion"]).grouped();
        notice.when("Helm upgrades a release with this object")
    }));
    notices
}

fn name(object: &Object<'_>) -> String {
    format!("{} {}", object.api_version, object.kind)
}

fn unserved<'a>(
    side: &[Object<'a>],
    types: Types,
    notice: impl Fn(&Object<'a>, &str) -> Notice,
) -> Vec<Notice> {
    // A side is sorted by kind.
    let runs =
        side.chunk_by(|one, other| (one.kind, one.api_version) == (other.kind, other.api_version));
    let unserved = runs.filter_map(|run| {
        let first = run.first()?;
        Some((run, instead(types, first.api_version, first.kind)?))
    });
    let mut notices = Vec::new();
    for (run, instead) in unserved {
        notices.extend(run.iter().map(|object| notice(object, &instead)));
    }
    notices
}

/// The advice for a kind that is not served in an API version; `None` if it is served.
fn instead(types: Types, api_version: &str, kind: &str) -> Option<String> {
    let instead = match types.kind(api_version, kind) {
        Ok(_) | Err(Absent::NotBuiltIn) => return None,
        Err(Absent::OtherVersions { instead, .. }) => instead,
        Err(Absent::OtherApiVersion { instead }) => Some(instead),
        Err(Absent::UnknownKind { .. }) => None,
    };
    Some(instead.map_or(String::new(), |instead| {
        format!("; write apiVersion: {instead}")
    }))
}
