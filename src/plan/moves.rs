//! Steps that move data: into other claims, into another version of a program, or to where a person brings them.

use serde_json::{Value, json};

use super::backups::{
    STARTED, address, copying, create, is_stopped, method, names, suffix, wait_for_jobs,
    while_running,
};
use super::data::{Data, Fate, Move};
use super::model::{Before, Command, File, Phase, Step};
use super::sides::{Sides, all_named, named};
use crate::backup::{self, Method, dump};
use crate::diagnostics::Diagnostic;
use crate::diff::Direction;
use crate::manifest::{Address, Identity};
use crate::stores::{Program, Store};

/// Data cannot be moved where another program applies and deletes: it would refuse claims that are there already.
///
/// # Errors
/// There are data that would have to be moved.
pub(super) fn refuse(sides: &Sides<'_>, data: &[Data<'_>]) -> Result<(), Diagnostic> {
    let mut moved = data.iter().filter(|one| matches!(one.fate, Fate::Moves(_)));
    let Some(one) = moved.next() else {
        return Ok(());
    };
    let problem = Diagnostic::error(format!(
        "the data of {} have to be moved while {} applies: that cannot be planned",
        one.store.program.name(),
        sides.options.applier.title()
    ));
    let help = "keep the claims (existingClaim), or plan with --applier kubectl";
    Err(problem.with_help(help))
}

/// What becomes of data that neither move nor stay, for the notes of a plan.
pub(super) fn note(data: &Data<'_>) -> Option<String> {
    let claims = |store: &Store<'_>| {
        let names: Vec<&str> = store.claims.iter().map(|one| one.name.as_str()).collect();
        names.join(", ")
    };
    let next = data
        .next
        .as_ref()
        .filter(|_| matches!(data.fate, Fate::Returns))?;
    Some(format!(
        "{} goes back to the data that it had before the upgrade, in {}; what was written since stays in {}",
        named(next.workload),
        claims(next),
        claims(&data.store)
    ))
}

/// The step that copies data into the claims that the new side uses.
pub(super) fn copy_move(
    data: &Data<'_>,
    sides: &Sides<'_>,
    files: &mut Vec<File>,
    before: &mut Before,
) -> Option<Step> {
    let (Fate::Moves(Move::Copies(claims)), Some(next)) = (&data.fate, &data.next) else {
        return None;
    };
    let suffix = format!("move-{}", sides.options.suffix);
    let names = names(sides, &suffix);
    let mut targets = Vec::new();
    let mut jobs = Vec::new();
    let mut elsewhere = Vec::new();
    for (from, to) in claims {
        let claim = target(sides, next, to);
        match claim {
            Some(claim) => targets.push(claim),
            None => elsewhere.push(to.clone()),
        }
        jobs.push(backup::move_job(&data.store, [from, to], &names));
    }
    let name = data.store.program.name();
    let mut step = Step::new(
        format!("move-{}", data.id),
        Phase::Backup,
        format!("Copy the data of {name} into the claims that it will use"),
    );
    let pairs: Vec<String> = claims
        .iter()
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect();
    step.why = format!(
        "{} will use other claims, which are empty: {}. The old claims and their data stay as they are.",
        named(next.workload),
        pairs.join(", ")
    );
    if !elsewhere.is_empty() {
        step.why.push_str(&format!(
            " If {} has the data already, the Job copies nothing and fails: then leave this step out.",
            elsewhere.join(", ")
        ));
    }
    step.objects = all_named(targets.iter().chain(&jobs));
    if !targets.is_empty() {
        step.commands
            .extend(create(sides, &data.id, "claims", &targets, files));
    }
    step.commands
        .extend(create(sides, &data.id, "move", &jobs, files));
    step.commands.extend(wait_for_jobs(sides, &jobs));
    step.downtime = copying(data);
    before.absent.extend(jobs.iter().filter_map(address));
    Some(step)
}

/// The claims into which data move and that no step creates.
pub(super) fn required_claims(data: &Data<'_>, sides: &Sides<'_>) -> Vec<Address> {
    let next = data
        .next
        .as_ref()
        .filter(|_| matches!(data.fate, Fate::Moves(_)));
    let claims = next
        .into_iter()
        .flat_map(|next| next.claims.iter().map(move |one| (next, one)));
    claims
        .filter(|(next, claim)| target(sides, next, &claim.name).is_none())
        .filter_map(|(next, claim)| {
            let identity = Identity {
                group: String::new(),
                kind: "PersistentVolumeClaim".to_owned(),
                namespace: next.address.namespace().to_owned(),
                name: claim.name.clone(),
            };
            Address::of(&identity).ok()
        })
        .collect()
}

/// The claim with this name on the new side: one that is rendered, or that a StatefulSet would make from its template.
fn target(sides: &Sides<'_>, next: &Store<'_>, name: &str) -> Option<Value> {
    let claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": next.address.namespace()},
    });
    if let Some(rendered) = sides.same(1, &claim) {
        return Some(rendered.clone());
    }
    if !next.has_claim_template() {
        return None;
    }
    let spec = next
        .claims
        .iter()
        .find(|claim| claim.name == name)?
        .spec?
        .clone();
    let mut metadata = json!({"name": name});
    if !next.address.namespace().is_empty() {
        metadata["namespace"] = next.address.namespace().into();
    }
    let labels = &next.workload["spec"]["selector"]["matchLabels"];
    if !labels.is_null() {
        metadata["labels"] = labels.clone();
    }
    let mut spec = spec;
    if let Some(spec) = spec.as_object_mut() {
        spec.retain(|_, value| !value.is_null());
    }
    Some(json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec,
    }))
}

/// The step that restores a dump of the old server into the new one.
pub(super) fn dump_move(data: &Data<'_>, sides: &Sides<'_>) -> Option<Step> {
    let (Fate::Moves(Move::Dump), Some(next)) = (&data.fate, &data.next) else {
        return None;
    };
    let suffix = suffix(sides);
    let dump = dump::between(&data.store, next, &names(sides, &suffix))?;
    let name = data.store.program.name();
    let mut step = Step::new(
        format!("move-{}", data.id),
        Phase::Backup,
        format!("Restore {} into the new {name}", dump.file),
    );
    step.why = format!(
        "{} starts with a new, empty claim, because its version cannot read the data of the old one. The old claim and its \
         data stay as they are.",
        named(next.workload)
    );
    step.objects = vec![named(next.workload)];
    let commands = dump.restore.into_iter().map(Command::new).collect();
    step.commands = while_running(next, commands, sides);
    if is_stopped(next) {
        step.why.push_str(STARTED);
    }
    step.downtime = copying(data);
    Some(step)
}

/// What a person does with the data of a store that is no longer rendered.
pub(super) fn hand_over(data: &Data<'_>, sides: &Sides<'_>) -> Option<Step> {
    if !matches!(data.fate, Fate::Leaves)
        || sides.options.direction == Direction::Back
        || data.store.program == Program::House
    {
        return None;
    }
    let name = data.store.program.name();
    let claims: Vec<&str> = data
        .store
        .claims
        .iter()
        .map(|claim| claim.name.as_str())
        .collect();
    let mut step = Step::new(
        format!("hand-over-{}", data.id),
        Phase::Backup,
        format!("Bring the data of {name} to where they are from now on"),
    );
    step.why = format!(
        "{} is no longer rendered, and its users see what the other server has. Its data stay in {}.",
        named(data.store.workload),
        claims.join(", ")
    );
    step.objects = vec![named(data.store.workload)];
    let suffix = suffix(sides);
    let text = match (
        method(data, sides),
        dump::of(&data.store, &names(sides, &suffix)),
    ) {
        (Some(Method::Dump), Some(dump)) => format!(
            "restore {} on the other server, unless it has the data already",
            dump.file
        ),
        _ => "bring the data to the other server, unless it has them already".to_owned(),
    };
    step.commands = vec![Command::by_hand(text)];
    Some(step)
}

/// The step that makes claims which the new side could use instead of those that it cannot.
pub(super) fn new_claims(
    data: &Data<'_>,
    sides: &Sides<'_>,
    files: &mut Vec<File>,
) -> Option<(Step, String)> {
    let Fate::Stuck { why, claims } = &data.fate else {
        return None;
    };
    let key = data.store.program.key();
    let mut objects = Vec::new();
    for (name, spec) in claims {
        let mut new = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"name": backup::name(name, sides.options.suffix)}, "spec": spec});
        let namespace = data.store.address.namespace();
        if !namespace.is_empty() {
            new["metadata"]["namespace"] = namespace.into();
        }
        if let Some(spec) = new["spec"].as_object_mut() {
            spec.shift_remove("volumeName");
            spec.retain(|_, value| !value.is_null());
        }
        objects.push(new);
    }
    let new: Vec<String> = objects
        .iter()
        .filter_map(|one| one["metadata"]["name"].as_str().map(str::to_owned))
        .collect();
    let obstacle = match new.as_slice() {
        [] => format!("{why}; give it another claim, and make a plan again: it moves the data"),
        new => format!(
            "{why}. Give it another claim: create {} as in the step claim-{}, set the claim in the values (in SwanLab's: \
             dependencies.{key}.persistence.existingClaim), and make a plan again: that moves the data",
            new.join(", "),
            data.id
        ),
    };
    let mut step = Step::new(
        format!("claim-{}", data.id),
        Phase::Backup,
        format!("Create another claim for {}", data.store.program.name()),
    );
    step.why = format!(
        "{why}. It is empty, and nothing uses it until the values name it; then another plan moves the data into it."
    );
    step.objects = all_named(&objects);
    step.commands = create(sides, &data.id, "claim", &objects, files);
    step.undo = objects
        .iter()
        .filter_map(|one| sides.kubectl("delete", one, ""))
        .collect();
    Some((step, obstacle))
}
