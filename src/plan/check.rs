//! What is looked at before anything is changed: that the cluster still has what the plan was made from, and that the
//! server accepts what can be tried beforehand.

use std::collections::HashSet;

use serde_json::Value;

use super::model::{Before, Command, Phase, Print, Same, Step, Version};
use super::recreate::recreation;
use super::removed::holds_data;
use super::sides::{Sides, all_named, same};
use crate::commands::quote;
use crate::diff::Action;
use crate::kubernetes::CLUSTER_SCOPED;
use crate::manifest::{Address, Identity};

/// What shows that an object of a cluster has not changed; none for Jobs and Pods, which come and go by themselves, and
/// for objects that were not read from a cluster.
pub fn print(object: &Value, namespace: &str) -> Option<Print> {
    let identity = Identity::of(object)?.applied_to(namespace);
    if comes_and_goes(&identity.kind) {
        return None;
    }
    let metadata = &object["metadata"];
    let version = match metadata["generation"].as_u64() {
        Some(generation) => Version::Generation(generation),
        None => Version::Resource(metadata["resourceVersion"].as_str()?.to_owned()),
    };
    Some(Print {
        address: Address::of(&identity).ok()?,
        kind: identity.kind,
        uid: metadata["uid"].as_str()?.to_owned(),
        version,
    })
}

fn comes_and_goes(kind: &str) -> bool {
    matches!(kind, "Job" | "Pod")
}

/// Whether an object is a hook of Helm.
pub(super) fn is_hook(one: &Value) -> bool {
    !one["metadata"]["annotations"]["helm.sh/hook"].is_null()
}

/// The command that shows what an apply would change.
fn diff_words(sides: &Sides<'_>) -> &'static str {
    match sides.apply_words() {
        "kubectl apply" => "kubectl diff",
        _ => "kubectl diff --server-side",
    }
}

/// The commands that all end well only where the plan was carried out: what is applied would change nothing, and what is
/// deleted is gone.
pub(super) fn reached(sides: &Sides<'_>, steps: &[Step], deleted: &[&Value]) -> Vec<Command> {
    let applies = steps.iter().filter(|step| step.phase == Phase::Apply);
    let commands = applies.flat_map(|step| &step.commands);
    let mut reached: Vec<Command> = Vec::new();
    for command in commands.filter(|command| command.file.is_some()) {
        let Some((_, rest)) = command.text.split_once(" -n ") else {
            continue;
        };
        let command = Command {
            text: format!("{} -n {rest}", diff_words(sides)),
            file: command.file.clone(),
        };
        if !reached.contains(&command) {
            reached.push(command);
        }
    }
    reached.extend(gone(sides, deleted));
    reached
}

/// The commands that fail while one of these objects is there.
pub(super) fn gone(sides: &Sides<'_>, deleted: &[&Value]) -> Vec<Command> {
    let deleted: Vec<Address> = deleted.iter().copied().filter_map(Sides::address).collect();
    by_namespace(deleted.iter(), sides.options.namespace)
        .into_iter()
        .map(|(namespace, names)| Command::new(none_of(&namespace, &names)))
        .collect()
}

/// The command that fails if there is one of these objects.
fn none_of(namespace: &str, names: &[String]) -> String {
    format!(
        "test -z \"$(kubectl get -n {} {} --ignore-not-found -o name)\"",
        quote(namespace),
        names.join(" ")
    )
}

/// The commands that show whether applying the old side would change anything.
fn manifests(sides: &Sides<'_>, files: &mut Vec<super::File>) -> Same {
    let objects = sides.old.iter().map(|one| &one.object);
    let lasting = objects
        .filter(|one| !comes_and_goes(one["kind"].as_str().unwrap_or_default()) && !is_hook(one));
    let commands = sides.with_files(diff_words(sides), "before", lasting, files);
    if commands.is_empty() {
        Same::Nothing
    } else {
        Same::Manifests(commands)
    }
}

/// Adds what has to be true before, of the old side and of what is created.
pub(super) fn before(sides: &Sides<'_>, before: &mut Before, files: &mut Vec<super::File>) {
    before.same = sides.options.prints.map_or_else(
        || manifests(sides, files),
        |prints| Same::Prints(prints.to_vec()),
    );
    let created = sides
        .pairs
        .iter()
        .filter(|pair| matches!(pair.diff.action, Action::Added | Action::Renamed))
        .filter_map(|pair| Some(pair.new?.tree));
    let created = created.filter(|one| {
        let kind = one["kind"].as_str().unwrap_or_default();
        !holds_data(one) && !comes_and_goes(kind) && !is_hook(one)
    });
    before.absent.extend(created.filter_map(Sides::address));
}

/// The step that looks whether the cluster still is what the plan was made from.
pub(super) fn step(sides: &Sides<'_>, before: &Before) -> Step {
    let namespace = sides.options.namespace;
    let mut step = Step::new(
        "check",
        Phase::Check,
        "Look whether the cluster still is what the plan was made from",
    );
    step.why.push_str(
        "A plan leads from one state to another. From a third one, its steps could do harm.",
    );
    step.objects = all_named(sides.old.iter().map(|one| &one.object));
    step.commands = vec![
        Command::new("kubectl config current-context"),
        Command::new(format!("kubectl get namespace {}", quote(namespace))),
    ];
    match &before.same {
        Same::Nothing => {}
        Same::Manifests(commands) => step.commands.extend(commands.iter().cloned()),
        Same::Prints(prints) => {
            for (namespace, names) in by_namespace(prints.iter().map(|one| &one.address), namespace)
            {
                step.commands.push(Command::new(format!(
                    "kubectl get -n {} {} --no-headers -o {COLUMNS}",
                    quote(&namespace),
                    names.join(" ")
                )));
            }
        }
    }
    let file = |test: &str, name: &String| Command::new(format!("{test} {}", quote(name)));
    let new = before.new_files.iter().map(|name| file("! test -e", name));
    let needed = before.needed_files.iter().map(|name| file("test -e", name));
    step.commands.extend(new.chain(needed));
    for (namespace, names) in by_namespace(before.present.iter(), namespace) {
        step.commands.push(Command::new(format!(
            "kubectl get -n {} {} -o name",
            quote(&namespace),
            names.join(" ")
        )));
    }
    for (namespace, names) in by_namespace(before.absent.iter(), namespace) {
        step.commands
            .push(Command::new(none_of(&namespace, &names)));
    }
    step
}

/// The columns of a print, for `kubectl get -o`.
pub const COLUMNS: &str = "custom-columns=KIND:.kind,NAME:.metadata.name,UID:.metadata.uid,\
                           GENERATION:.metadata.generation,VERSION:.metadata.resourceVersion";

/// Addresses as words of a shell, by namespace; `namespace` is that of objects that name none.
pub fn by_namespace<'a>(
    addresses: impl Iterator<Item = &'a Address>,
    namespace: &str,
) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for address in addresses {
        let own = match address.namespace() {
            "" => namespace,
            own => own,
        };
        let word = quote(&address.to_string());
        match found.iter_mut().find(|(known, _)| known == own) {
            Some((_, words)) if words.contains(&word) => {}
            Some((_, words)) => words.push(word),
            None => found.push((own.to_owned(), vec![word])),
        }
    }
    found
}

/// The step in which the server tries what can be applied as it is.
pub(super) fn dry_run(
    sides: &Sides<'_>,
    applied: &[&Value],
    files: &mut Vec<super::File>,
) -> Option<Step> {
    let of_kind = |kind: &'static str| applied.iter().filter(move |one| one["kind"] == kind);
    let new_kinds: HashSet<&str> = of_kind("CustomResourceDefinition")
        .filter_map(|one| one["spec"]["names"]["kind"].as_str())
        .collect();
    let new_namespaces: HashSet<&str> = of_kind("Namespace")
        .filter_map(|one| one["metadata"]["name"].as_str())
        .collect();
    let recreated = sides.pairs.iter().filter(|pair| recreation(pair).is_some());
    let recreated = same(recreated.filter_map(|pair| Some(pair.new?.tree)));
    let tried: Vec<&Value> = applied
        .iter()
        .copied()
        .filter(|one| {
            let kind = one["kind"].as_str().unwrap_or_default();
            let there = CLUSTER_SCOPED.contains(&kind)
                || !new_namespaces.contains(&*sides.namespace_of(one));
            let is_recreated = recreated.contains(&std::ptr::from_ref(*one));
            !is_recreated && there && !new_kinds.contains(kind)
        })
        .collect();
    if tried.is_empty() {
        return None;
    }
    let mut step = Step::new("try", Phase::Check, "Let the server try the new manifests");
    step.why
        .push_str("What it would refuse is known before anything is changed. Nothing is written.");
    step.objects = all_named(tried.iter().copied());
    let words = format!("{} --dry-run=server", sides.apply_words());
    step.commands = sides.with_files(&words, "try", tried, files);
    Some(step)
}
