//! Changed users, passwords and database names of stores. PostgreSQL keeps the old ones in its data directory;
//! other programs use the new ones when they start.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::{Context, Program, Store, backup, variable};
use crate::diff::Effect;
use crate::diff::compare::content;
use crate::diff::effects::context::Workload;
use crate::diff::effects::kubectl;
use crate::diff::effects::notice::Notice;
use crate::diff::finding::AFTER_APPLY;
use crate::diff::object::{Object, find};
use crate::kubernetes::{at, field};
use crate::stores::VARIABLES;

/// Adds notices about changed credentials. Their commands restart pods in the right order, so they are removed from
/// other notices.
pub(super) fn add_notices(
    context: &Context<'_>,
    stores: &[Store<'_, '_>],
    notices: &mut Vec<Notice>,
) {
    let mut added = Vec::new();
    let keys_change = context.changed_keys.values().any(|keys| !keys.is_empty());
    let may_change = |store: &&Store<'_, '_>| keys_change || !store.workload.is_unchanged();
    for store in stores.iter().filter(may_change) {
        let changed = ChangedVariables::of(store, context);
        if !changed.names.is_empty() {
            added.push(notice(store, &changed, context));
        }
    }
    let commands: HashSet<&String> = added.iter().flat_map(|notice| &notice.fix).collect();
    for notice in notices
        .iter_mut()
        .filter(|notice| notice.effect == Effect::Stale)
    {
        notice.fix.retain(|command| !commands.contains(command));
    }
    notices.extend(added);
}

/// The variables of a store that change.
#[derive(Default)]
struct ChangedVariables {
    names: BTreeSet<&'static str>,
    /// Whether the values of a variable are known on both sides, and differ.
    certain: bool,
}

impl ChangedVariables {
    fn of(store: &Store<'_, '_>, context: &Context<'_>) -> Self {
        let mut changed = Self::default();
        for (name, program) in VARIABLES {
            if program != store.program {
                continue;
            }
            let [was, is] = [store.before, store.container].map(|one| variable(one, name));
            let (Some(was), Some(is)) = (was, is) else {
                continue;
            };
            let namespace = store.object().namespace;
            if was == is && !source_changes(is, namespace, context) {
                continue;
            }
            let values = [
                value(was, context.old, namespace),
                value(is, context.new, namespace),
            ];
            match values {
                [Some(was), Some(is)] if was != is => {
                    changed.names.insert(name);
                    changed.certain = true;
                }
                [Some(_), Some(_)] => {}
                // A value comes from an object that is not in the manifests.
                _ if was != is => drop(changed.names.insert(name)),
                _ => {}
            }
        }
        changed
    }
}

/// Whether the key of a Secret or ConfigMap from which a variable comes changes.
fn source_changes(entry: &Value, namespace: &str, context: &Context<'_>) -> bool {
    let source = field(entry, "valueFrom");
    let kinds = [("Secret", "secretKeyRef"), ("ConfigMap", "configMapKeyRef")];
    kinds.iter().any(|(kind, field)| {
        let name = at(source, &[field, "name"]).as_str().unwrap_or_default();
        let changed = context.changed_keys.get(&[*kind, namespace, name]);
        changed.is_some_and(|changed| changed.contains(at(source, &[field, "key"]).as_str()))
    })
}

/// The value of a variable, if it is in the manifests.
fn value<'a>(entry: &'a Value, side: &'a [Object<'_>], namespace: &str) -> Option<Cow<'a, [u8]>> {
    if let Some(text) = field(entry, "value").as_str() {
        // References to other variables are only resolved in the pod.
        return (!text.contains("$(")).then_some(Cow::Borrowed(text.as_bytes()));
    }
    let source = field(entry, "valueFrom");
    let (kind, reference) = match (
        field(source, "secretKeyRef"),
        field(source, "configMapKeyRef"),
    ) {
        (Value::Object(_), _) => ("Secret", field(source, "secretKeyRef")),
        (_, Value::Object(_)) => ("ConfigMap", field(source, "configMapKeyRef")),
        _ => return None,
    };
    let (name, key) = (
        field(reference, "name").as_str()?,
        field(reference, "key").as_str()?,
    );
    let object = find(side, [kind, namespace, name])?;
    match kind {
        "Secret" => content(&object.manifest.object, key).map(Cow::Owned),
        _ => object
            .text(&["data", key])
            .map(|text| Cow::Borrowed(text.as_bytes())),
    }
}

fn notice(store: &Store<'_, '_>, changed: &ChangedVariables, context: &Context<'_>) -> Notice {
    let names: Vec<&str> = changed.names.iter().copied().collect();
    let names = names.join(" and ");
    let program = store.program.name();
    let message = match store.program {
        Program::Postgres => format!(
            "new {names}: {program} reads it only while its data directory is empty, and the claim {} has one. The \
             database keeps the old values, and clients with the new ones cannot log in until it is changed too",
            store.claims.join(", "),
        ),
        _ => format!(
            "new {names}: {program} reads it when it starts, so clients cannot log in until the server and all clients \
             have restarted"
        ),
    };
    let mut notice = Notice::new(Effect::Outage, store.object(), message).about(&[
        "spec",
        "template",
        "spec",
        "containers",
        "env",
    ]);
    if !changed.certain {
        notice = notice.when("the new value differs from the old one");
    } else if !store.is_named {
        notice = notice.when(format!("the container runs {program}"));
    }
    notice.fix = match store.program {
        Program::Postgres => in_database(store, changed, context),
        _ => restarts(store, context),
    };
    notice
}

/// The commands that restart the server, and then its clients.
fn restarts(store: &Store<'_, '_>, context: &Context<'_>) -> Vec<String> {
    let mut commands = vec![format!("{AFTER_APPLY} restart all of them")];
    commands.push(restart(store.object()));
    commands.extend(clients(store, context));
    commands
}

fn clients(store: &Store<'_, '_>, context: &Context<'_>) -> Vec<String> {
    let clients = store.clients(context);
    clients
        .filter(|client| can_restart(client))
        .map(|client| restart(&client.object))
        .collect()
}

fn can_restart(workload: &Workload<'_>) -> bool {
    matches!(
        workload.object.kind,
        "Deployment" | "StatefulSet" | "DaemonSet"
    )
}

fn restart(workload: &Object<'_>) -> String {
    kubectl::at("rollout restart", workload, "")
}

/// The commands that change the user or the password in the database. They run in the restarted pod and read the new
/// values from its environment, so that no secret is an argument of a command. The image trusts connections over the
/// local socket.
fn in_database(
    store: &Store<'_, '_>,
    changed: &ChangedVariables,
    context: &Context<'_>,
) -> Vec<String> {
    let has = |name| changed.names.contains(name);
    let mut commands = vec![format!("{AFTER_APPLY}:"), restart(store.object())];
    commands.push(kubectl::at(
        "rollout status",
        store.object(),
        "--timeout=10m",
    ));
    if has("POSTGRES_USER") {
        let old = r#""${OLD_USER:?set OLD_USER to the user before the change}""#;
        let statement = r#"CREATE ROLE :\"user\" LOGIN SUPERUSER PASSWORD :'password';"#;
        commands.push(backup::inside(
            store,
            "exec",
            &[old],
            &script("$1", statement),
        ));
    } else if has("POSTGRES_PASSWORD") {
        let statement = r#"ALTER ROLE :\"user\" PASSWORD :'password';"#;
        commands.push(backup::inside(
            store,
            "exec",
            &[],
            &script("$POSTGRES_USER", statement),
        ));
    }
    if has("POSTGRES_DB") {
        commands.push(
            "# set the old POSTGRES_DB again, or rename the database to the new one".to_owned(),
        );
    }
    commands.extend(clients(store, context));
    commands
}

/// A shell script that runs a statement with the user and the password of the environment.
fn script(role: &str, statement: &str) -> String {
    let lines = [
        r#""\\set user \`printenv POSTGRES_USER\`""#.to_owned(),
        r#""\\set password \`printenv POSTGRES_PASSWORD\`""#.to_owned(),
        format!("\"{statement}\""),
    ];
    format!(
        r#"printf "%s\n" {} | psql -v ON_ERROR_STOP=1 -U "{role}" -d postgres"#,
        lines.join(" ")
    )
}
