//! What is no longer rendered: what can be deleted, and what stays because it holds data.

use std::collections::BTreeSet;

use serde_json::Value;

use super::apply::by_applier;
use super::check::gone;
use super::model::{Command, File, Phase, Step};
use super::sides::{Sides, all_named};
use crate::diff::{Action, Effect, Finding};
use crate::manifest::ObjectRef;

/// Whether data go with an object when it is deleted.
pub(super) fn holds_data(object: &Value) -> bool {
    matches!(
        object["kind"].as_str().unwrap_or_default(),
        "PersistentVolumeClaim" | "PersistentVolume" | "Namespace" | "CustomResourceDefinition"
    )
}

/// What becomes of the objects that are no longer rendered.
pub(super) struct Removed<'p> {
    /// They can be deleted.
    pub(super) deleted: Vec<&'p Value>,
    /// They stay, because they hold data or because a mark keeps them.
    pub(super) kept: Vec<&'p Value>,
}

impl<'p> Removed<'p> {
    pub(super) fn of(sides: &Sides<'p>) -> Self {
        let mut removed = Self {
            deleted: Vec::new(),
            kept: Vec::new(),
        };
        let dangerous: BTreeSet<_> = sides
            .diff
            .findings
            .iter()
            .filter(|finding| finding.effect == Effect::DataLoss)
            .flat_map(Finding::objects)
            .cloned()
            .collect();
        for pair in &sides.pairs {
            let Some(old) = pair.old else { continue };
            if !matches!(pair.diff.action, Action::Removed | Action::Renamed) {
                continue;
            }
            // The claims of a StatefulSet are made to stay.
            let is_set = old.tree["kind"] == "StatefulSet";
            let reference = ObjectRef::of(&old.manifest.object);
            let stays = holds_data(old.tree)
                || old.manifest.is_marked()
                || !is_set && dangerous.contains(&reference);
            if stays {
                removed.kept.push(old.tree);
            } else {
                removed.deleted.push(old.tree);
            }
        }
        removed
    }

    /// What stays although it is no longer rendered.
    pub(super) fn note(&self, sides: &Sides<'p>) -> Option<String> {
        let kept = all_named(self.kept.iter().copied());
        let deletes = sides.options.applier.deletes_removed();
        let fate = if deletes {
            "is marked first, so that it is not deleted"
        } else {
            "stays, and is not deleted"
        };
        (!kept.is_empty()).then(|| {
            format!(
                "what holds data or is kept by a mark {fate}: {}",
                kept.join(", ")
            )
        })
    }

    /// The step that deletes, if the applier does not.
    pub(super) fn step(&self, sides: &Sides<'p>, files: &mut Vec<File>) -> Option<Step> {
        if self.deleted.is_empty() || sides.options.applier.deletes_removed() {
            return None;
        }
        let mut step = Step::new("delete", Phase::Delete, "Delete what is no longer rendered");
        step.why.push_str("The applier keeps objects that the manifests leave out. Claims, volumes, Namespaces and definitions of \
                    kinds are never deleted.");
        step.objects = all_named(self.deleted.iter().copied());
        for object in &self.deleted {
            if Sides::deletes_claims(object) {
                step.commands.extend(sides.retain_claims(object));
            }
        }
        step.commands
            .extend(sides.delete(self.deleted.iter().copied()));
        step.undo = sides.with_files(
            sides.apply_words(),
            "before-delete",
            self.deleted.iter().copied(),
            files,
        );
        Some(step)
    }

    /// Lets the step in which another program applies wait until that has deleted what is no longer rendered.
    pub(super) fn wait(&self, sides: &Sides<'p>, steps: &mut Vec<Step>) {
        if self.deleted.is_empty() || !sides.options.applier.deletes_removed() {
            return;
        }
        if !steps.iter().any(|step| step.id == "apply") {
            let mut step = Step::new("apply", Phase::Apply, "Apply the new manifests");
            step.why
                .push_str("Nothing is changed; what is no longer rendered is deleted.");
            step.commands.push(by_applier(sides));
            steps.push(step);
        }
        let apply = steps.iter_mut().find(|step| step.id == "apply");
        if let Some(step) = apply {
            step.objects.extend(all_named(self.deleted.iter().copied()));
            let waits = gone(sides, &self.deleted).into_iter().map(|command| {
                let text = command.text;
                let said = "echo 'what is no longer rendered is still there' >&2";
                Command::new(format!("{text} || {{ {said}; false; }}"))
            });
            step.commands.extend(waits);
        }
    }

    /// The step that marks what an applier would delete with its data.
    pub(super) fn keep(&self, sides: &Sides<'p>) -> Option<Step> {
        if !sides.options.applier.deletes_removed() {
            return None;
        }
        let applier = sides.options.applier;
        let marked = self.kept.iter().filter(|object| {
            let pair = sides.pair_of_old(object);
            pair.is_some_and(|pair| pair.old.is_some_and(|old| !applier.keeps(old.manifest)))
        });
        let marked: Vec<&Value> = marked.copied().collect();
        let sets: Vec<&Value> = self
            .deleted
            .iter()
            .copied()
            .filter(|one| Sides::deletes_claims(one))
            .collect();
        if marked.is_empty() && sets.is_empty() {
            return None;
        }
        let mut step = Step::new(
            "keep",
            Phase::Backup,
            "Keep the data of what is no longer rendered",
        );
        step.why = format!(
            "{} deletes what the new manifests leave out, with the data, unless it is marked in the cluster before.",
            applier.title()
        );
        step.objects = all_named(marked.iter().chain(&sets).copied());
        let rest = format!("--overwrite {}", applier.mark());
        step.commands.extend(
            marked
                .iter()
                .filter_map(|one| sides.kubectl("annotate", one, &rest)),
        );
        for set in sets {
            step.commands.extend(sides.retain_claims(set));
        }
        let key = applier.mark().split('=').next().unwrap_or_default();
        step.undo.extend(
            marked
                .iter()
                .filter_map(|one| sides.kubectl("annotate", one, &format!("{key}-"))),
        );
        Some(step)
    }
}
