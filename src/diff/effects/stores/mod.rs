//! Programs that keep data in the pods of the manifests: databases, object storage, and house with its log files.
//! Which container is one, which version it has, and where its data are; what follows from a change is told by the
//! modules below, one subject each.

mod backup;
mod credentials;
mod data;
mod migrations;
mod restore;
mod version;
mod versions;

pub(super) use backup::PG_DUMP;

use std::cmp::Ordering;

use serde_json::Value;

use super::fact::Fact;
use super::scene::{Scene, Workload};
use super::{kubectl, move_data};
use crate::diff::Direction;
use crate::diff::subject::{Subject, containers, items};
use crate::kubernetes::Image;

/// Adds what is to be told about the stores of a comparison.
pub(super) fn judge(scene: &Scene<'_>, facts: &mut Vec<Fact>) {
    let stores = Store::all(scene);
    let told = [
        migrations::facts(scene, &stores),
        versions::facts(scene, &stores),
    ];
    backup::advise(scene, &stores, &told.concat(), facts);
    facts.extend(told.into_iter().flatten());
    credentials::tell(scene, &stores, facts);
}

/// A program that keeps data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    Postgres,
    ClickHouse,
    Minio,
    Redis,
    /// The log files that wait for ClickHouse.
    House,
}

/// The names of the images, whatever registry or mirror they come from.
const IMAGES: [(&str, Program); 13] = [
    ("postgres", Program::Postgres),
    ("postgresql", Program::Postgres),
    ("postgis", Program::Postgres),
    ("pgvector", Program::Postgres),
    ("timescaledb", Program::Postgres),
    ("timescaledb-ha", Program::Postgres),
    ("clickhouse-server", Program::ClickHouse),
    ("clickhouse", Program::ClickHouse),
    ("minio", Program::Minio),
    ("redis", Program::Redis),
    ("redis-stack", Program::Redis),
    ("redis-stack-server", Program::Redis),
    ("swanlab-house", Program::House),
];

impl Program {
    fn of(image: &Image<'_>) -> Option<Self> {
        let known = IMAGES.iter().find(|(name, _)| *name == image.name());
        known.map(|(_, program)| *program)
    }

    /// What people call it.
    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::ClickHouse => "ClickHouse",
            Self::Minio => "MinIO",
            Self::Redis => "Redis",
            Self::House => "house",
        }
    }
}

/// A store that both sides have, with data that the new side finds.
struct Store<'s, 'a> {
    program: Program,
    /// Whether its image says so, and not only its variables.
    is_named: bool,
    workload: &'s Workload<'a>,
    /// The container before and after.
    before: &'a Value,
    container: &'a Value,
    /// The names of the claims that hold the data: all that the container mounts on both sides.
    claims: Vec<String>,
    /// The places of the workloads that use it: they have variables from one of its Secrets.
    clients: Vec<usize>,
    /// An image with `sleep` and `tar`.
    helper: &'a str,
}

impl<'s, 'a> Store<'s, 'a> {
    fn all(scene: &'s Scene<'a>) -> Vec<Self> {
        let mut stores = Vec::new();
        for (place, workload) in scene.workloads.iter().enumerate() {
            for container in containers(workload.pod) {
                if let Some(mut store) = Self::of(workload, container) {
                    store.clients = clients(place, workload, scene);
                    stores.push(store);
                }
            }
        }
        if !stores.is_empty() {
            let helper = move_data::helper(scene);
            for store in &mut stores {
                store.helper = helper;
            }
        }
        stores
    }

    fn of(workload: &'s Workload<'a>, container: &'a Value) -> Option<Self> {
        if !kubectl::can_stop(&workload.subject) {
            return None;
        }
        let named = Program::of(&image(container));
        let program = named.or_else(|| credentials::program(container))?;
        let old = workload.before?;
        let (_, pod) = old.pod()?;
        let before = containers(pod).find(|old| old["name"] == container["name"])?;
        let was = Program::of(&image(before));
        let claims = data::claims(&old, before, &workload.subject, container);
        let stays = was.is_none_or(|was| was == program) && !claims.is_empty();
        stays.then_some(Self {
            program,
            is_named: named.is_some() && was.is_some(),
            workload,
            before,
            container,
            claims,
            clients: Vec::new(),
            helper: "",
        })
    }

    fn subject(&self) -> &Subject<'a> {
        &self.workload.subject
    }

    /// The workload as it runs until the new side is applied.
    fn running(&self) -> Subject<'a> {
        self.workload.before.unwrap_or(self.workload.subject)
    }

    fn container_name(&self) -> &'a str {
        self.container["name"].as_str().unwrap_or_default()
    }

    fn images(&self) -> [Image<'a>; 2] {
        [self.before, self.container].map(image)
    }

    fn clients<'c>(&'c self, scene: &'c Scene<'a>) -> impl Iterator<Item = &'c Workload<'a>> {
        let clients = self.clients.iter();
        clients.filter_map(|place| scene.workloads.get(*place))
    }
}

/// The workloads that read a Secret of a store's; a Job is none, for it ends by itself.
fn clients<'a>(place: usize, store: &Workload<'a>, scene: &Scene<'a>) -> Vec<usize> {
    let namespace = store.subject.namespace;
    let mut clients: Vec<usize> = secrets(store.pod)
        .flat_map(|name| scene.references.of_secret(namespace, name))
        .filter(|other| {
            let workload = scene.workloads.get(*other);
            let ends = workload.is_none_or(|one| matches!(one.subject.kind, "Job" | "CronJob"));
            *other != place && !ends
        })
        .collect();
    clients.sort_unstable();
    clients.dedup();
    clients
}

fn image(container: &Value) -> Image<'_> {
    Image::of(container["image"].as_str().unwrap_or_default())
}

/// The Secrets that variables of a pod come from.
fn secrets(pod: &Value) -> impl Iterator<Item = &str> {
    let variables = containers(pod).flat_map(|container| items(&container["env"]));
    variables.filter_map(|variable| variable["valueFrom"]["secretKeyRef"]["name"].as_str())
}

fn variable<'v>(container: &'v Value, name: &str) -> Option<&'v Value> {
    items(&container["env"]).find(|variable| variable["name"] == name)
}

/// Whether an image is older than the one before it: by the versions in their tags, else by the direction of the
/// comparison. None if neither tells.
fn is_older([was, is]: [&Image<'_>; 2], scene: &Scene<'_>) -> Option<bool> {
    match version::order(was, is) {
        Some(order) => Some(order == Ordering::Greater),
        None if scene.options.direction == Direction::Back => Some(true),
        None => None,
    }
}
