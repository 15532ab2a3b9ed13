//! What database servers do with a changed environment: the credentials that they take only when they start, or only
//! the first time, and the migrations that a new image runs. It knows programs by their variables and commands.

use serde_json::Value;

use super::fact::Fact;
use super::kubectl;
use super::rollout;
use super::scene::{Scene, Workload};
use crate::diff::Effect;
use crate::diff::subject::{containers, items};

/// A variable that the official image of a server reads.
struct Variable {
    name: &'static str,
    server: &'static str,
    /// Whether it counts only while the data directory is empty.
    first_start_only: bool,
}

const fn variable(name: &'static str, server: &'static str, first_start_only: bool) -> Variable {
    Variable {
        name,
        server,
        first_start_only,
    }
}

/// Postgres: `docker-entrypoint.sh` runs initdb with them if PG_VERSION is missing. ClickHouse: its `entrypoint.sh`
/// writes users.d/default-user.xml at every start. MinIO: the root credentials are read at every start. None is
/// read in a cluster here, so what follows from them is conditional.
const VARIABLES: [Variable; 8] = [
    variable("POSTGRES_USER", "Postgres", true),
    variable("POSTGRES_PASSWORD", "Postgres", true),
    variable("POSTGRES_DB", "Postgres", true),
    variable("CLICKHOUSE_USER", "ClickHouse", false),
    variable("CLICKHOUSE_PASSWORD", "ClickHouse", false),
    variable("CLICKHOUSE_DB", "ClickHouse", false),
    variable("MINIO_ROOT_USER", "MinIO", false),
    variable("MINIO_ROOT_PASSWORD", "MinIO", false),
];

/// Changed credentials of servers that keep their data: workloads that both sides have and that run on.
pub(super) fn credentials(scene: &Scene<'_>) -> Vec<Fact> {
    let running = scene
        .workloads
        .iter()
        .filter(|one| !matches!(one.subject.kind, "Job" | "CronJob"));
    running
        .flat_map(|workload| changed_variables(workload, scene))
        .collect()
}

fn changed_variables(workload: &Workload<'_>, scene: &Scene<'_>) -> Vec<Fact> {
    let Some((_, before)) = workload.before.and_then(|before| before.pod()) else {
        return Vec::new();
    };
    let mut facts: Vec<Fact> = Vec::new();
    for container in containers(workload.pod) {
        // Who names the host of a server is its client.
        if items(&container["env"]).any(|entry| entry["name"] == "CLICKHOUSE_HOST") {
            continue;
        }
        let name = &container["name"];
        let old = containers(before).find(|old| old["name"] == *name);
        for entry in items(&container["env"]) {
            let Some(known) = VARIABLES.iter().find(|known| entry["name"] == known.name) else {
                continue;
            };
            let was = old.and_then(|old| items(&old["env"]).find(|old| old["name"] == known.name));
            if was.is_some_and(|was| was != entry) || source_changed(entry, workload, scene) {
                facts.push(fact(known, name.as_str().unwrap_or_default(), workload));
            }
        }
    }
    facts
}

/// Whether the key of the Secret or ConfigMap that a variable comes from changed.
fn source_changed(entry: &Value, workload: &Workload<'_>, scene: &Scene<'_>) -> bool {
    let source = &entry["valueFrom"];
    [("Secret", "secretKeyRef"), ("ConfigMap", "configMapKeyRef")]
        .iter()
        .any(|(kind, field)| {
            let name = source[*field]["name"].as_str().unwrap_or_default();
            let key = source[*field]["key"].as_str();
            let changed = scene
                .changed_keys
                .get(&[*kind, workload.subject.namespace, name]);
            changed.is_some_and(|changed| changed.have(key))
        })
}

fn fact(known: &Variable, container: &str, workload: &Workload<'_>) -> Fact {
    let Variable { name, server, .. } = known;
    let subject = &workload.subject;
    let what = if known.first_start_only {
        format!(
            "{server} takes {name} only while its data directory is empty: the database keeps the old one, and \
             clients with the new one are locked out"
        )
    } else {
        format!(
            "{server} takes {name} when it starts: the server and its clients do not agree until all of them have \
             restarted"
        )
    };
    let fact = Fact::new(Effect::Outage, subject, what);
    let mut fact = fact
        .about(&["spec", "template", "spec", "containers", "env"])
        .when(if known.first_start_only {
            "the data directory is not empty, as after every earlier start"
        } else {
            "the server or a client runs on with the old one"
        });
    if *name == "POSTGRES_PASSWORD" {
        let script =
            r#"psql -U "$POSTGRES_USER" -d "${POSTGRES_DB:-$POSTGRES_USER}" -c "\password""#;
        fact = fact.fix(inside("exec -it", workload, container, script));
    }
    fact
}

/// A shell command in a container.
fn inside(verb: &str, workload: &Workload<'_>, container: &str, script: &str) -> String {
    let rest = format!(
        "-c {} -- sh -c {}",
        kubectl::quote(container),
        kubectl::quote(script)
    );
    kubectl::at(verb, &workload.subject, &rest)
}

/// New images of containers whose command migrates a database when they start.
pub(super) fn migrations(scene: &Scene<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    for workload in &scene.workloads {
        let Some((_, before)) = workload.before.and_then(|before| before.pod()) else {
            continue;
        };
        for container in containers(workload.pod).filter(|one| migrates(one)) {
            let old = containers(before).find(|old| old["name"] == container["name"]);
            if old.is_none_or(|old| old["image"] == container["image"]) {
                continue;
            }
            let what = "the new image migrates the database when it starts: going back to the old manifests does \
                        not take the migration back, so make a backup first";
            let fact = Fact::new(Effect::Restart, &workload.subject, what);
            let mut fact = fact
                .about(&["spec", "template", "spec", "containers", "image"])
                .folded();
            if rollout::of(&workload.subject).effect == Effect::None {
                fact = fact.when("its pods run again");
            }
            fact.fix.extend(backup(scene));
            facts.push(fact);
        }
    }
    facts
}

fn migrates(container: &Value) -> bool {
    let words = items(&container["command"]).chain(items(&container["args"]));
    words
        .filter_map(Value::as_str)
        .any(|word| word.contains("migrate"))
}

/// A dump of the Postgres that the manifests hold, if they hold one.
fn backup(scene: &Scene<'_>) -> Option<String> {
    scene.workloads.iter().find_map(|workload| {
        let has = |container: &&Value| {
            items(&container["env"]).any(|one| one["name"] == "POSTGRES_PASSWORD")
        };
        let container = containers(workload.pod).find(has)?;
        let script = r#"pg_dump -U "$POSTGRES_USER" "${POSTGRES_DB:-$POSTGRES_USER}""#;
        let name = container["name"].as_str()?;
        Some(format!(
            "{} > before-upgrade.sql",
            inside("exec", workload, name, script)
        ))
    })
}
