//! Steps that back data up, and that bring backups back.

use serde_json::Value;

use super::data::{Data, Fate, Move};
use super::model::{Before, Command, Downtime, Estimate, File, Phase, Step};
use super::sides::{Sides, all_named, named};
use crate::backup::{self, Method, Options as Names, Way, dump};
use crate::diagnostics::Diagnostic;
use crate::diff::Direction;
use crate::manifest::{Address, Identity};
use crate::stores::{Program, Store, replicas};

/// How backups are named in a direction: those of the way back do not meet those of the way forth.
pub(super) fn suffix(sides: &Sides<'_>) -> String {
    match sides.options.direction {
        Direction::Forward => sides.options.suffix.to_owned(),
        Direction::Back => format!("{}-back", sides.options.suffix),
    }
}

/// How backups are made, with this suffix.
pub(super) fn names<'n>(sides: &Sides<'n>, suffix: &'n str) -> Names<'n> {
    Names {
        namespace: sides.options.namespace,
        suffix,
        class: None,
        size: None,
        image: sides.copy_image,
    }
}

/// How a store is backed up. House has no dump, and its claims hold only log files that it has not written yet.
pub(super) fn method(data: &Data<'_>, sides: &Sides<'_>) -> Option<Method> {
    if !data.is_touched() || data.store.program == Program::House {
        return None;
    }
    match data.fate {
        // The dump is what the data are moved by.
        Fate::Moves(Move::Dump) => Some(Method::Dump),
        // The data stay where they are, and only other claims are written.
        Fate::Moves(Move::Copies(_)) | Fate::Returns | Fate::Stuck { .. } => None,
        Fate::Stays | Fate::Leaves => sides.options.backup,
    }
}

/// Whether a store must not run while its data are copied.
pub(super) fn is_copied(data: &Data<'_>, sides: &Sides<'_>) -> bool {
    method(data, sides) == Some(Method::Copy)
        || matches!(data.fate, Fate::Moves(Move::Copies(_)))
        || is_restored(data, sides)
            && matches!(sides.options.backup, Some(Method::Copy | Method::Snapshot))
}

/// Whether clients of a store must not write while its data are copied or replaced.
pub(super) fn is_closed(data: &Data<'_>, sides: &Sides<'_>) -> bool {
    is_copied(data, sides) || matches!(data.fate, Fate::Moves(_)) || is_restored(data, sides)
}

/// Whether the data from before the upgrade have to be brought back, because a newer image may have migrated them.
pub(super) fn is_restored(data: &Data<'_>, sides: &Sides<'_>) -> bool {
    sides.options.direction == Direction::Back
        && data.is_migrated
        && matches!(data.fate, Fate::Stays)
}

/// The backup of a store, while it runs or after it was stopped.
pub(super) fn backup(
    data: &Data<'_>,
    sides: &Sides<'_>,
    files: &mut Vec<File>,
    before: &mut Before,
) -> Result<Option<Step>, Diagnostic> {
    let Some(method) = method(data, sides) else {
        return Ok(None);
    };
    let store = &data.store;
    let suffix = suffix(sides);
    let names = names(sides, &suffix);
    let name = store.program.name();
    let mut step = Step::new(format!("backup-{}", data.id), Phase::Backup, String::new());
    step.objects = vec![named(store.workload)];
    step.why = why(data, sides);
    match method {
        Method::Dump => {
            let Some(dump) = dump::of(store, &names) else {
                return Ok(None);
            };
            step.title = format!("Dump {name} into {}", dump.file);
            before.new_files.push(dump.file);
            let commands = dump.make.into_iter().map(Command::new).collect();
            step.commands = while_running(store, commands, sides);
            if is_stopped(store) {
                step.why.push_str(STARTED);
                step.undo
                    .extend(sides.kubectl("scale", store.workload, "--replicas=0"));
            }
        }
        Method::Snapshot => {
            let objects = backup::objects(store, method, Way::Forth, &names)?;
            step.title = format!("Make snapshots of the claims of {name}");
            step.commands = create(sides, &data.id, "backup", &objects, files);
            let ready = "--for=jsonpath='{.status.readyToUse}'=true --timeout=30m";
            let waits = objects
                .iter()
                .filter_map(|one| sides.kubectl("wait", one, ready));
            step.commands.extend(waits);
            before.absent.extend(objects.iter().filter_map(address));
        }
        Method::Copy => {
            let objects = backup::objects(store, method, Way::Forth, &names)?;
            step.title = format!("Copy the claims of {name}");
            step.commands = create(sides, &data.id, "backup", &objects, files);
            step.commands.extend(wait_for_jobs(sides, &objects));
            step.downtime = copying(data);
            before.absent.extend(objects.iter().filter_map(address));
        }
    }
    Ok(Some(step))
}

/// Said of a step that starts a store whose manifests have 0 replicas.
pub(super) const STARTED: &str = " It has 0 replicas: it is started for this, and stopped again.";

/// Whether no pod of a store runs.
pub(super) fn is_stopped(store: &Store<'_>) -> bool {
    replicas(store.workload) == 0
}

/// Commands that need a pod of a store: one that is stopped is started before them, and stopped again.
pub(super) fn while_running(
    store: &Store<'_>,
    commands: Vec<Command>,
    sides: &Sides<'_>,
) -> Vec<Command> {
    if !is_stopped(store) {
        return commands;
    }
    let on = |verb: &str, rest: &str| sides.kubectl(verb, store.workload, rest);
    let start = [
        on("scale", "--replicas=1"),
        on("rollout status", "--timeout=10m"),
    ];
    let stop = on("scale", "--replicas=0");
    start
        .into_iter()
        .flatten()
        .chain(commands)
        .chain(stop)
        .collect()
}

fn why(data: &Data<'_>, sides: &Sides<'_>) -> String {
    if sides.options.direction == Direction::Back {
        return format!(
            "This keeps the data that {} has now, beside the backup from before the upgrade.",
            data.store.program.name()
        );
    }
    let store = &data.store;
    let object = named(store.workload);
    let claims: Vec<&str> = store
        .claims
        .iter()
        .map(|claim| claim.name.as_str())
        .collect();
    let claims = claims.join(", ");
    match &data.fate {
        Fate::Moves(_) => format!("The data of {object} move from {claims} into other claims."),
        Fate::Leaves => format!("{object} is no longer rendered; its data stay in {claims}."),
        _ if data.is_migrated => {
            "A program that uses the database gets another image, which may migrate the tables when it starts; going \
             back to the old manifests does not undo that."
                .to_owned()
        }
        _ => {
            format!("The pods of {object} are replaced while its data stay in {claims}.")
        }
    }
}

/// The command that creates objects. They are applied, so that a step that is carried out twice waits for the same Jobs.
pub(super) fn create(
    sides: &Sides<'_>,
    id: &str,
    what: &str,
    objects: &[Value],
    files: &mut Vec<File>,
) -> Vec<Command> {
    sides.with_files("kubectl apply", &format!("{what}-{id}"), objects, files)
}

/// Commands that wait until Jobs are complete.
pub(super) fn wait_for_jobs(sides: &Sides<'_>, objects: &[Value]) -> Vec<Command> {
    let jobs = objects.iter().filter(|one| one["kind"] == "Job");
    jobs.filter_map(|job| sides.kubectl("wait", job, "--for=condition=complete --timeout=2h"))
        .collect()
}

/// A store and its clients, while its data are copied or replaced.
pub(super) fn copying(data: &Data<'_>) -> Downtime {
    Downtime {
        objects: all_named(std::iter::once(data.store.workload).chain(data.clients())),
        estimate: Estimate::Unknown,
    }
}

pub(super) fn address(object: &Value) -> Option<Address> {
    Address::of(&Identity::of(object)?).ok()
}

/// Commands that bring back the data from before the upgrade, or what a person does for that.
pub(super) fn restore_commands(
    data: &Data<'_>,
    sides: &Sides<'_>,
    files: &mut Vec<File>,
) -> Result<Vec<Command>, Diagnostic> {
    let suffix = sides.options.suffix;
    let names = names(sides, suffix);
    let store = &data.store;
    let name = store.program.name();
    Ok(match sides.options.backup {
        Some(Method::Dump) => {
            let commands = dump::of(store, &names).map(|dump| dump.restore);
            let commands = commands.unwrap_or_default().into_iter();
            while_running(store, commands.map(Command::new).collect(), sides)
        }
        Some(method @ (Method::Copy | Method::Snapshot)) => {
            let mut objects = match method {
                Method::Snapshot => backup::objects(store, method, Way::Back, &names)?,
                _ => Vec::new(),
            };
            objects.extend(backup::replace_jobs(store, method, &names));
            let mut commands = create(sides, &data.id, "restore", &objects, files);
            commands.extend(wait_for_jobs(sides, &objects));
            commands
        }
        None => vec![Command::by_hand(format!(
            "restore {name} from a backup that was made before the upgrade"
        ))],
    })
}

/// The step that brings back the data from before the upgrade.
pub(super) fn restore(
    data: &Data<'_>,
    sides: &Sides<'_>,
    files: &mut Vec<File>,
    before: &mut Before,
) -> Result<Option<Step>, Diagnostic> {
    if !is_restored(data, sides) {
        return Ok(None);
    }
    let name = data.store.program.name();
    let mut step = Step::new(
        format!("restore-{}", data.id),
        Phase::Backup,
        format!("Restore {name} from the backup that was made before the upgrade"),
    );
    step.why = format!(
        "The newer image may have migrated the tables, and the older one cannot use them then. Data that were written since \
         the upgrade are not in the backup{}.",
        match sides.options.backup {
            Some(Method::Dump) => "; the present databases stay under other names",
            Some(_) => "; the present files stay in the claim, in a folder .replaced-*",
            None => "",
        }
    );
    if sides.options.backup == Some(Method::Dump) && is_stopped(&data.store) {
        step.why.push_str(STARTED);
    }
    step.objects = vec![named(data.store.workload)];
    step.commands = restore_commands(data, sides, files)?;
    // A Job from an earlier way back would be taken for this one.
    let own = step.commands.iter().filter_map(|one| one.file.as_ref());
    let own = own.filter_map(|name| files.iter().find(|file| file.name == *name));
    let objects = own.flat_map(|file| &file.objects);
    before.absent.extend(objects.filter_map(address));
    match sides.options.backup {
        Some(Method::Dump) => {
            let dump = dump::of(&data.store, &names(sides, sides.options.suffix));
            before.needed_files.extend(dump.map(|dump| dump.file));
        }
        Some(Method::Copy) => {
            let copies = data.store.claims.iter().filter_map(|claim| {
                let identity = Identity {
                    group: String::new(),
                    kind: "PersistentVolumeClaim".to_owned(),
                    namespace: data.store.address.namespace().to_owned(),
                    name: backup::name(&claim.name, sides.options.suffix),
                };
                Address::of(&identity).ok()
            });
            before.present.extend(copies);
        }
        Some(Method::Snapshot) | None => {}
    }
    step.downtime = copying(data);
    step.reversible = sides.options.backup.is_some();
    Ok(Some(step))
}
