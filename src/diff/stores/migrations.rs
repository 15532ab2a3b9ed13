//! New images of programs that migrate a database when they start, and rollbacks to older images.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::version::{image, is_older};
use super::{Context, Program, Store, backup, ends, restore, secrets};
use crate::diff::Effect;
use crate::diff::effects::context::Workload;
use crate::diff::effects::notice::{self, Notice};
use crate::diff::effects::references::References;
use crate::diff::effects::{kubectl, rollout};
use crate::kubernetes::{containers, field, items};

const IMAGE: [&str; 5] = ["spec", "template", "spec", "containers", "image"];

/// SwanLab's services with tables in a database, which may migrate them even if their commands do not say so.
const SERVICES: [&str; 2] = ["swanlab-server", "swanlab-house"];

/// `moved` are the stores that use other claims on the new side.
pub(super) fn notices(
    context: &Context<'_>,
    stores: &[Store<'_, '_>],
    moved: &[Store<'_, '_>],
) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut databases = None;
    for (place, workload) in context.workloads.iter().enumerate() {
        let changed = workload.before.filter(|_| !workload.is_unchanged());
        let Some((_, before)) = changed.and_then(|before| before.pod()) else {
            continue;
        };
        for container in containers(workload.pod).filter(|one| migrates(one)) {
            let old = containers(before).find(|old| field(old, "name") == field(container, "name"));
            let Some(old) = old.filter(|old| field(old, "image") != field(container, "image"))
            else {
                continue;
            };
            let databases = databases.get_or_insert_with(|| Databases::of(stores, moved));
            let own = databases.of_application(place, workload);
            let notice = match is_older([&image(old), &image(container)], context.options.direction)
            {
                Some(true) => back(workload, &own, context),
                _ => forth(workload, container, &own, context),
            };
            notices.push(notice.about(&IMAGE));
        }
    }
    notices
}

fn migrates(container: &Value) -> bool {
    SERVICES.contains(&image(container).name()) || has_migrate_command(container)
}

/// Whether the command of a container says that it migrates a database.
fn has_migrate_command(container: &Value) -> bool {
    let words = items(field(container, "command")).chain(items(field(container, "args")));
    let mut words = words.filter_map(Value::as_str);
    words.any(|word| word.contains("migrate"))
}

/// The databases among the stores.
struct Databases<'c, 's, 'a> {
    all: Vec<&'c Store<'s, 'a>>,
    /// The indexes of those whose variables come from a Secret, by its namespace and name.
    by_secret: HashMap<[&'a str; 2], Vec<usize>>,
    /// All PostgreSQL databases, by namespace.
    by_namespace: HashMap<&'a str, Vec<&'c Store<'s, 'a>>>,
}

impl<'c, 's, 'a> Databases<'c, 's, 'a> {
    fn of(stores: &'c [Store<'s, 'a>], moved: &'c [Store<'s, 'a>]) -> Self {
        let is_database = |store: &&Store<'_, '_>| {
            matches!(store.program, Program::Postgres | Program::ClickHouse)
        };
        let mut databases = Self {
            all: stores.iter().chain(moved).filter(is_database).collect(),
            by_secret: HashMap::new(),
            by_namespace: HashMap::new(),
        };
        for (number, store) in databases.all.iter().enumerate() {
            let namespace = store.object().namespace;
            for secret in secrets(store.workload.pod) {
                let near = databases.by_secret.entry([namespace, secret]);
                near.or_default().push(number);
            }
            if store.program == Program::Postgres {
                let near = databases.by_namespace.entry(namespace);
                near.or_default().push(store);
            }
        }
        databases
    }

    /// The databases whose Secrets an application reads, or else the only PostgreSQL of its namespace.
    fn of_application(&self, place: usize, workload: &Workload<'a>) -> Vec<&'c Store<'s, 'a>> {
        let mut own: BTreeSet<usize> = BTreeSet::new();
        if !ends(workload) {
            let references = References::of(std::iter::once((workload.object, workload.pod)));
            let databases = references
                .secrets()
                .filter_map(|name| self.by_secret.get(&name));
            own.extend(databases.flatten());
        }
        let own = own.into_iter().filter_map(|number| self.all.get(number));
        let own: Vec<_> = own.filter(|store| store.place != place).copied().collect();
        if !own.is_empty() {
            return own;
        }
        match self.by_namespace.get(workload.object.namespace) {
            Some(near) if near.len() == 1 && !is_service(workload) => near.clone(),
            _ => Vec::new(),
        }
    }
}

/// Whether a workload is one of SwanLab's services, whose databases are known from their Secrets.
fn is_service(workload: &Workload<'_>) -> bool {
    containers(workload.pod).any(|container| SERVICES.contains(&image(container).name()))
}

/// Added to messages if the database is not in the manifests.
const ELSEWHERE: &str = ". The database is not in these manifests: do this where the database runs";

fn forth(
    workload: &Workload<'_>,
    container: &Value,
    databases: &[&Store<'_, '_>],
    context: &Context<'_>,
) -> Notice {
    let migrates = if has_migrate_command(container) {
        "migrates"
    } else {
        "may migrate"
    };
    let mut message = format!(
        "the new image {migrates} the database when it starts, and a rollback to the old manifests does not undo that: \
         make a backup first"
    );
    if databases.is_empty() {
        message.push_str(ELSEWHERE);
    }
    for store in databases.iter().filter(|store| store.is_moved) {
        let name = notice::name(&store.object().reference());
        message.push_str(&format!(
            ". {name} uses another claim afterwards: the backup is of the data that it has now"
        ));
    }
    let mut notice = Notice::new(Effect::Restart, &workload.object, message).grouped();
    if rollout::of(&workload.object).effect == Effect::None {
        notice = notice.when("its pods run again");
    } else if workload
        .before
        .is_some_and(|before| rollout::starts(&before, &workload.object))
    {
        notice = notice.when("an older image has used the database");
    }
    for store in databases {
        notice.fix.extend(backup::commands(store, context));
    }
    notice
}

fn back(workload: &Workload<'_>, databases: &[&Store<'_, '_>], context: &Context<'_>) -> Notice {
    let (moved, same): (Vec<&Store<'_, '_>>, Vec<_>) =
        databases.iter().copied().partition(|store| store.is_moved);
    let mut message = if same.is_empty() && !moved.is_empty() {
        "an older image: it cannot use a database that the newer one has migrated".to_owned()
    } else {
        "an older image with a database that the newer one has migrated: restore the dump from before the upgrade first; \
         data that were written since are not in it"
            .to_owned()
    };
    let mut explained: Vec<&str> = Vec::new();
    for store in &same {
        let explanation = restore::explanation(store.program);
        if !explained.contains(&explanation) {
            message.push_str(&format!(". {explanation}"));
            explained.push(explanation);
        }
    }
    for store in &moved {
        let name = notice::name(&store.object().reference());
        message.push_str(&format!(
            ". {name} uses another claim then, whose data no newer image may have migrated; data that were written since \
             are not in it"
        ));
    }
    if databases.is_empty() {
        message.push_str(ELSEWHERE);
    }
    let notice = Notice::new(Effect::Outage, &workload.object, message);
    let mut notice = notice.when("the newer image has run and has changed the tables");
    for store in databases {
        notice.fix.extend(backup::commands(store, context));
    }
    for store in same {
        notice.fix.push(format!(
            "# restore {} from before the upgrade, then apply",
            store.program.name()
        ));
        let restore = restore::commands(store, context);
        let stopped = kubectl::stop(&workload.before.unwrap_or(workload.object));
        notice
            .fix
            .extend(stopped.filter(|stopped| !restore.contains(stopped)));
        notice.fix.extend(restore);
    }
    notice
}
