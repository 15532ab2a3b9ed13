//! Plans: the steps that lead from what is applied to other manifests, in an order that the cluster accepts and in which
//! no data are lost. Nothing is run here.
//!
//! [`make`] takes both sides and their comparison. It finds out what becomes of the data of each store (`data`), which
//! pods have to stop meanwhile (`pods`), and how each object is changed (`recreate`, `apply`, `removed`). A plan never
//! deletes what holds data: claims, volumes, Namespaces, definitions of kinds.

mod apply;
mod backups;
mod check;
mod data;
mod model;
mod moves;
mod pods;
mod recreate;
mod removed;
mod sides;

use std::hash::{BuildHasher as _, Hasher as _};

use indexmap::IndexSet;
use serde_json::Value;

use crate::backup::Method;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::diff::{Applier, Direction, Effect, Shown};
use crate::manifest::{Manifest, addresses};
use apply::{Waves, apply};
use data::{Data, Fate};
use pods::Stopped;
use removed::Removed;
use sides::Sides;

pub use check::{COLUMNS, by_namespace, print};
pub use model::{
    Before, Command, Downtime, Estimate, File, Phase, Plan, Print, Same, Step, Version,
};

/// What a plan has to know besides the two sides.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The namespace of objects that name none.
    pub namespace: &'a str,
    /// The program that applies the new objects.
    pub applier: Applier,
    /// Whether the plan is about an upgrade or the way back from it.
    pub direction: Direction,
    /// How stores are backed up; not at all if there is no method.
    pub backup: Option<Method>,
    /// The end of the names of backups, which the way forth and the way back share; [`suffix`] gives one.
    pub suffix: &'a str,
    /// The prints of the objects of a cluster, if the old side was read from one.
    pub prints: Option<&'a [Print]>,
}

/// A suffix for the names of backups. It depends on the two sides, but not on which of them is the old one, so that the
/// way back finds the backups of the way forth.
pub fn suffix(sides: [&[Manifest]; 2]) -> String {
    let mut both = sides.map(|side| {
        let mut hasher = foldhash::fast::FixedState::with_seed(0).build_hasher();
        for one in side.iter().filter(|one| one.kind() != "Secret") {
            hasher.write(one.object.to_string().as_bytes());
        }
        hasher.finish()
    });
    both.sort_unstable();
    let mut hasher = foldhash::fast::FixedState::with_seed(0).build_hasher();
    for one in both {
        hasher.write_u64(one);
    }
    format!("plan-{:08x}", hasher.finish() & 0xffff_ffff)
}

/// The plan that leads from the old to the new objects; `diff` is their comparison.
///
/// # Errors
/// Objects whose names no cluster can have, claims whose size is not known, and no new objects at all.
pub fn make<'p>(
    old: &'p [Manifest],
    new: &'p [Manifest],
    diff: &'p Shown<'p>,
    options: &'p Options<'p>,
) -> Result<Plan, Diagnostics> {
    addresses(old.iter().chain(new))?;
    if new.is_empty() && !old.is_empty() {
        // What should have made the manifests has failed, mostly.
        let problem = Diagnostic::error(
            "there are no new manifests: the plan would delete all that is applied",
        );
        return Err(problem
            .with_help("`kubectl delete` does that, if it is wanted")
            .into());
    }
    let sides = Sides::of(old, new, diff, options);
    let data = data::all(&sides);
    let mut plan = Plan {
        verdict: diff.summary.verdict,
        obstacles: Vec::new(),
        notes: Vec::new(),
        steps: Vec::new(),
        files: Vec::new(),
        before: Before::default(),
        reached: Vec::new(),
    };
    if diff.objects.is_empty() {
        return Ok(plan);
    }
    for one in &data {
        if let Some((step, obstacle)) = moves::new_claims(one, &sides, &mut plan.files) {
            plan.obstacles.push(obstacle);
            plan.steps
                .extend(Some(step).filter(|step| !step.commands.is_empty()));
        }
    }
    plan.obstacles.extend(refusals(&sides, &data));
    if plan.is_possible() {
        steps(&sides, &data, &mut plan)?;
    }
    if !plan.steps.is_empty() {
        check::before(&sides, &mut plan.before, &mut plan.files);
        let check = check::step(&sides, &plan.before);
        plan.steps.insert(0, check);
    }
    Ok(plan)
}

/// All steps but the first check.
fn steps<'p>(sides: &Sides<'p>, data: &[Data<'p>], plan: &mut Plan) -> Result<(), Diagnostics> {
    let applied = apply::applied(sides);
    let removed = Removed::of(sides);
    plan.notes.extend(removed.note(sides));
    plan.notes.extend(data.iter().filter_map(moves::note));
    if applied.is_empty() && removed.deleted.is_empty() {
        plan.steps.extend(removed.keep(sides));
        return Ok(());
    }
    let by_other = sides.options.applier.deletes_removed();
    if by_other {
        moves::refuse(sides, data)?;
    } else {
        plan.steps
            .extend(check::dry_run(sides, &applied, &mut plan.files));
    }
    plan.steps.extend(removed.keep(sides));
    let stopped = Stopped::of(sides, data);
    secure(sides, data, &stopped, plan)?;
    plan.steps.extend(recreate::steps(sides, &mut plan.files));
    change(sides, data, plan)?;
    stopped.take_back(&mut plan.steps);
    removed.wait(sides, &mut plan.steps);
    plan.steps.extend(recreate::grow_claims(sides));
    plan.steps.extend(stopped.start(sides, &applied));
    plan.steps.extend(pods::follow(sides));
    plan.steps.extend(stopped.verify(sides, &applied));
    plan.steps.extend(removed.step(sides, &mut plan.files));
    plan.reached = check::reached(sides, &plan.steps, &removed.deleted);
    Ok(())
}

/// The steps after which the data are where they have to be: backed up, brought back, copied.
fn secure<'p>(
    sides: &Sides<'p>,
    data: &[Data<'p>],
    stopped: &Stopped<'p>,
    plan: &mut Plan,
) -> Result<(), Diagnostics> {
    let Plan {
        files,
        before,
        steps,
        ..
    } = plan;
    let required = data
        .iter()
        .flat_map(|one| moves::required_claims(one, sides));
    before.present.extend(required);
    let is_offline = |one: &&Data<'_>| backups::method(one, sides) == Some(Method::Copy);
    // What is written after a backup is missing in it: so the clients stop first, where they have to stop anyway.
    steps.extend(stopped.step(sides, false));
    for one in data.iter().filter(|one| !is_offline(one)) {
        steps.extend(backups::backup(one, sides, files, before)?);
    }
    // A dump is restored by the store that runs, a copy while it is stopped.
    let while_it_runs = matches!(sides.options.backup, Some(Method::Dump) | None);
    if while_it_runs {
        for one in data {
            steps.extend(backups::restore(one, sides, files, before)?);
        }
    }
    steps.extend(stopped.step(sides, true));
    for one in data.iter().filter(is_offline) {
        steps.extend(backups::backup(one, sides, files, before)?);
    }
    for one in data {
        if !while_it_runs {
            steps.extend(backups::restore(one, sides, files, before)?);
        }
        steps.extend(moves::copy_move(one, sides, files, before));
        steps.extend(moves::hand_over(one, sides));
    }
    Ok(())
}

/// The steps that apply, and that bring dumps into stores that are applied.
fn change<'p>(sides: &Sides<'p>, data: &[Data<'p>], plan: &mut Plan) -> Result<(), Diagnostics> {
    let Plan { files, steps, .. } = plan;
    let waves = Waves::of(sides, data);
    let foundation = [
        "apply-foundation",
        "Apply Namespaces and definitions of kinds",
        "Other objects are accepted only when these are there.",
    ];
    steps.extend(apply(sides, foundation, &waves.foundation, files));
    let stores = [
        "apply-stores",
        "Apply the stores, with what they need",
        "What uses them may migrate their data when it starts: they have to be ready before.",
    ];
    let mut stores = apply(sides, stores, &waves.stores, files);
    if let Some(step) = &mut stores {
        let wait = waves
            .stores
            .iter()
            .filter_map(|one| pods::ready(sides, one));
        step.commands.extend(wait);
    }
    let why = match &stores {
        None => "These objects differ from what is applied; all others stay as they are.",
        Some(_) => "These objects differ too; all others stay as they are.",
    };
    steps.extend(stores);
    steps.extend(data.iter().filter_map(|one| moves::dump_move(one, sides)));
    let rest = ["apply", "Apply the new manifests", why];
    let mut rest = apply(sides, rest, &waves.rest, files);
    if let Some(step) = &mut rest {
        back_with_data(step, sides, data, files)?;
        if let Some(follow) = pods::follow(sides) {
            // They follow the old manifests in the same way.
            step.undo.extend(follow.commands);
        }
    }
    steps.extend(rest);
    Ok(())
}

/// Adds the way back of the data to the way back of the step after which programs may migrate them.
fn back_with_data(
    step: &mut Step,
    sides: &Sides<'_>,
    data: &[Data<'_>],
    files: &mut Vec<File>,
) -> Result<(), Diagnostics> {
    if sides.options.direction == Direction::Back {
        return Ok(());
    }
    let [mut stops, mut restores, mut starts] = [Vec::new(), Vec::new(), Vec::new()];
    for one in data
        .iter()
        .filter(|one| one.is_migrated && matches!(one.fate, Fate::Stays))
    {
        if sides.options.backup.is_none() {
            step.reversible = false;
        }
        let mut stopped: Vec<&Value> = one.clients().collect();
        if matches!(sides.options.backup, Some(Method::Copy | Method::Snapshot)) {
            stopped.push(one.store.workload);
        }
        for workload in stopped {
            if let Some(new) = sides.successor(workload) {
                stops.extend(sides.stop(new));
                starts.extend(sides.start(workload));
            }
        }
        restores.extend(backups::restore_commands(one, sides, files)?);
    }
    // What was stopped starts with the old manifests, not before, and stores start first.
    starts.reverse();
    let own = std::mem::take(&mut step.undo);
    let all = stops.into_iter().chain(restores).chain(own).chain(starts);
    let all: IndexSet<Command> = all.collect();
    step.undo = all.into_iter().collect();
    Ok(())
}

/// Why the cluster refuses changes that no step can make, without those of the claims of stores.
fn refusals(sides: &Sides<'_>, data: &[Data<'_>]) -> Vec<String> {
    let is_stuck = |name: &str| {
        data.iter().any(|one| match &one.fate {
            Fate::Stuck { claims, .. } => claims.iter().any(|(claim, _)| claim == name),
            _ => false,
        })
    };
    let refused = sides
        .diff
        .findings
        .iter()
        .filter(|finding| finding.effect == Effect::Rejected && finding.counts());
    refused
        .filter(|finding| {
            let of_claim = finding.object.kind == "PersistentVolumeClaim"
                && finding.objects().all(|object| is_stuck(&object.name));
            !of_claim && !recreate::is_solved(sides, finding)
        })
        .map(|finding| {
            let objects: Vec<String> = finding
                .objects()
                .map(|object| format!("{}/{}", object.kind, object.name))
                .collect();
            format!("{}: {}", objects.join(", "), finding.message)
        })
        .collect()
}
