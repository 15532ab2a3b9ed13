//! Changed users, passwords and databases of stores whose data stay: a server that keeps the old one in its data, and
//! servers that take the new one when they start.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::{Context, Program, Store, backup, variable};
use crate::diff::Effect;
use crate::diff::compare::content;
use crate::diff::effects::context::Workload;
use crate::diff::effects::kubectl;
use crate::diff::effects::notice::Notice;
use crate::diff::object::{Object, find, items};

/// A variable that the official image of a server reads.
/// PostgreSQL: `docker-entrypoint.sh` gives them to initdb, and does nothing with them where there is a data
/// directory. ClickHouse: its `entrypoint.sh` writes `users.d/default-user.xml` at every start. MinIO: the root
/// credentials are read at every start.
const VARIABLES: [(&str, Program); 7] = [
    ("POSTGRES_USER", Program::Postgres),
    ("POSTGRES_PASSWORD", Program::Postgres),
    ("POSTGRES_DB", Program::Postgres),
    ("CLICKHOUSE_USER", Program::ClickHouse),
    ("CLICKHOUSE_PASSWORD", Program::ClickHouse),
    ("MINIO_ROOT_USER", Program::Minio),
    ("MINIO_ROOT_PASSWORD", Program::Minio),
];

/// The program that a container's variables speak of.
pub(super) fn program(container: &Value) -> Option<Program> {
    let mut found = None;
    for name in items(&container["env"]).filter_map(|variable| variable["name"].as_str()) {
        // What names the host of a server is its client.
        if name.ends_with("_HOST") {
            return None;
        }
        let known = VARIABLES.iter().find(|(variable, _)| *variable == name);
        found = found.or(known.map(|(_, program)| *program));
    }
    found
}

/// Adds the notices. Pods that are restarted in their order are restarted by no other notice.
pub(super) fn tell(context: &Context<'_>, stores: &[Store<'_, '_>], notices: &mut Vec<Notice>) {
    let mut told = Vec::new();
    for store in stores {
        let changed = Changed::of(store, context);
        if !changed.names.is_empty() {
            told.push(notice(store, &changed, context));
        }
    }
    let commands: HashSet<&String> = told.iter().flat_map(|notice| &notice.fix).collect();
    for notice in notices
        .iter_mut()
        .filter(|notice| notice.effect == Effect::Stale)
    {
        notice.fix.retain(|command| !commands.contains(command));
    }
    notices.extend(told);
}

/// The variables of a store that change.
#[derive(Default)]
struct Changed {
    names: BTreeSet<&'static str>,
    /// Whether the values of both sides are known, and are others.
    certain: bool,
}

impl Changed {
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
                // It comes from an object that is not in the manifests.
                _ if was != is => drop(changed.names.insert(name)),
                _ => {}
            }
        }
        changed
    }
}

/// Whether the key of the Secret or ConfigMap that a variable comes from changes.
fn source_changes(entry: &Value, namespace: &str, context: &Context<'_>) -> bool {
    let source = &entry["valueFrom"];
    let kinds = [("Secret", "secretKeyRef"), ("ConfigMap", "configMapKeyRef")];
    kinds.iter().any(|(kind, field)| {
        let name = source[*field]["name"].as_str().unwrap_or_default();
        let changed = context.changed_keys.get(&[*kind, namespace, name]);
        changed.is_some_and(|changed| changed.have(source[*field]["key"].as_str()))
    })
}

/// What a variable holds, if the manifests tell.
fn value<'a>(entry: &'a Value, side: &'a [Object<'_>], namespace: &str) -> Option<Cow<'a, [u8]>> {
    if let Some(text) = entry["value"].as_str() {
        // What refers to another variable is only known in the pod.
        return (!text.contains("$(")).then_some(Cow::Borrowed(text.as_bytes()));
    }
    let source = &entry["valueFrom"];
    let (kind, reference) = match (&source["secretKeyRef"], &source["configMapKeyRef"]) {
        (Value::Object(_), _) => ("Secret", &source["secretKeyRef"]),
        (_, Value::Object(_)) => ("ConfigMap", &source["configMapKeyRef"]),
        _ => return None,
    };
    let (name, key) = (reference["name"].as_str()?, reference["key"].as_str()?);
    let object = find(side, [kind, namespace, name])?;
    match kind {
        "Secret" => content(&object.manifest.object, key).map(Cow::Owned),
        _ => object
            .text(&["data", key])
            .map(|text| Cow::Borrowed(text.as_bytes())),
    }
}

fn notice(store: &Store<'_, '_>, changed: &Changed, context: &Context<'_>) -> Notice {
    let names: Vec<&str> = changed.names.iter().copied().collect();
    let names = names.join(" and ");
    let program = store.program.name();
    let what = match store.program {
        Program::Postgres => format!(
            "another {names}: {program} takes that only while its data directory is empty, and the claim {} has one. \
             The database keeps what it has, and clients with the new values are locked out until the database is \
             changed too",
            store.claims.join(", "),
        ),
        _ => format!(
            "another {names}: {program} takes that when it starts, so the server and its clients do not agree until \
             all of them have restarted"
        ),
    };
    let mut notice = Notice::new(Effect::Outage, store.object(), what).about(&[
        "spec",
        "template",
        "spec",
        "containers",
        "env",
    ]);
    if !changed.certain {
        notice = notice.when("the new value is not the old one");
    } else if !store.is_named {
        notice = notice.when(format!("the container runs {program}"));
    }
    notice.fix = match store.program {
        Program::Postgres => in_database(store, changed, context),
        _ => restarts(store, context),
    };
    notice
}

/// Restarts the server and its clients, one right after the other.
fn restarts(store: &Store<'_, '_>, context: &Context<'_>) -> Vec<String> {
    let mut commands = vec!["# apply, then restart all of them".to_owned()];
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

/// The statements run in the restarted pod, whose environment has the new values: neither is an argument of a command.
/// The image trusts connections over the local socket.
fn in_database(store: &Store<'_, '_>, changed: &Changed, context: &Context<'_>) -> Vec<String> {
    let has = |name| changed.names.contains(name);
    let mut commands = vec!["# apply, then:".to_owned(), restart(store.object())];
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

/// A script for the shell that runs a statement with the user and the password of the environment.
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
