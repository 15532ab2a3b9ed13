//! The two sides of a plan: the objects as they are and as they will be, which correspond, and what happens to each.

use std::collections::{BTreeMap, HashMap, HashSet};

use indexmap::IndexSet;
use serde_json::Value;

use super::Options;
use super::check::by_namespace;
use super::model::{Command, File};
use crate::backup::copy_image;
use crate::commands::{kubectl, quote, selector};
use crate::diff::{Action, Applier, Effect, ObjectDiff, Shown};
use crate::kubernetes::CLUSTER_SCOPED;
use crate::manifest::{Address, Identity, Manifest, ObjectRef};
use crate::stores::replicas;

/// An object of a side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'p> {
    pub(super) manifest: &'p Manifest,
    pub(super) tree: &'p Value,
}

/// An object that differs, or that only one side has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'p> {
    pub(super) diff: &'p ObjectDiff<'p>,
    pub(super) old: Option<Object<'p>>,
    pub(super) new: Option<Object<'p>>,
}

pub(super) struct Sides<'p> {
    pub(super) old: &'p [Manifest],
    pub(super) new: &'p [Manifest],
    by_identity: [BTreeMap<Identity, &'p Manifest>; 2],
    /// The objects that differ, in the order of the comparison.
    pub(super) pairs: Vec<Pair<'p>>,
    /// The indexes of the pairs, by their old objects.
    of_old: HashMap<*const Value, usize>,
    /// The same by what the comparison calls the objects.
    named: HashMap<&'p ObjectRef, Vec<usize>>,
    pub(super) diff: &'p Shown<'p>,
    pub(super) options: &'p Options<'p>,
    /// The image of pods that copy data: one that the new side has, if there is a new side.
    pub(super) copy_image: &'p str,
}

impl<'p> Sides<'p> {
    pub(super) fn of(
        old: &'p [Manifest],
        new: &'p [Manifest],
        diff: &'p Shown<'p>,
        options: &'p Options<'p>,
    ) -> Self {
        let by_identity = [old, new].map(|side| {
            let objects = side
                .iter()
                .filter_map(|one| Some((one.identity()?.applied_to(options.namespace), one)));
            objects.collect::<BTreeMap<_, _>>()
        });
        let pairs = diff.objects.iter().map(|diff| {
            let new = diff.object.identity().applied_to(options.namespace);
            let mut old = new.clone();
            if let Some(name) = &diff.old_name {
                old.name.clone_from(name);
            }
            let find = |side: usize, identity: &Identity| {
                let found: Option<&&'p Manifest> = by_identity[side].get(identity);
                found.map(|one| Object {
                    manifest: one,
                    tree: &one.object,
                })
            };
            Pair {
                diff,
                old: find(0, &old).filter(|_| diff.action != Action::Added),
                new: find(1, &new).filter(|_| diff.action != Action::Removed),
            }
        });
        let pairs: Vec<Pair<'p>> = pairs.collect();
        let olds = pairs.iter().enumerate();
        let olds =
            olds.filter_map(|(place, pair)| Some((std::ptr::from_ref(pair.old?.tree), place)));
        let mut named: HashMap<&ObjectRef, Vec<usize>> = HashMap::new();
        for (place, pair) in pairs.iter().enumerate() {
            named.entry(&pair.diff.object).or_default().push(place);
        }
        Self {
            of_old: olds.collect(),
            named,
            pairs,
            old,
            new,
            by_identity,
            diff,
            options,
            copy_image: copy_image(if new.is_empty() { old } else { new }),
        }
    }

    /// The object on the new side that takes the place of one of the old side.
    pub(super) fn successor(&self, old: &Value) -> Option<&'p Value> {
        if let Some(pair) = self.pair_of_old(old) {
            return pair.new.map(|new| new.tree);
        }
        self.same(1, old)
    }

    /// The object of the same identity on a side: 0 for the old one, 1 for the new one.
    pub(super) fn same(&self, side: usize, object: &Value) -> Option<&'p Value> {
        let identity = Identity::of(object)?.applied_to(self.options.namespace);
        self.by_identity[side].get(&identity).map(|one| &one.object)
    }

    /// The pair of an object of the old side, if it differs.
    pub(super) fn pair_of_old(&self, old: &Value) -> Option<&Pair<'p>> {
        let place = self.of_old.get(&std::ptr::from_ref(old))?;
        self.pairs.get(*place)
    }

    /// The pairs of an object that the comparison names.
    pub(super) fn pairs_of(&self, object: &ObjectRef) -> impl Iterator<Item = &Pair<'p>> {
        let places = self.named.get(object).into_iter().flatten();
        places.filter_map(|place| self.pairs.get(*place))
    }

    pub(super) fn address(object: &Value) -> Option<Address> {
        Address::of(&Identity::of(object)?).ok()
    }

    /// `kubectl VERB -n NAMESPACE RESOURCE/NAME REST`; none for objects whose names no cluster can have.
    pub(super) fn kubectl(&self, verb: &str, object: &Value, rest: &str) -> Option<Command> {
        let address = Self::address(object)?;
        Some(Command::new(kubectl(
            verb,
            &address,
            self.options.namespace,
            rest,
        )))
    }

    /// Commands that delete objects, one for each namespace.
    pub(super) fn delete<'v>(&self, objects: impl Iterator<Item = &'v Value>) -> Vec<Command> {
        let addresses: Vec<Address> = objects.filter_map(Self::address).collect();
        by_namespace(addresses.iter(), self.options.namespace)
            .into_iter()
            .map(|(namespace, names)| {
                let names = names.join(" ");
                Command::new(format!(
                    "kubectl delete -n {} {names} --ignore-not-found",
                    quote(&namespace)
                ))
            })
            .collect()
    }

    /// The namespace of an object, as the cluster has it.
    pub(super) fn namespace_of(&self, object: &Value) -> String {
        Identity::of(object)
            .map(|one| one.applied_to(self.options.namespace).namespace)
            .unwrap_or_default()
    }

    /// Commands that stop a workload and wait until its pods are gone. The claims of a StatefulSet that are deleted with
    /// its pods are made to stay first.
    pub(super) fn stop(&self, workload: &Value) -> Vec<Command> {
        let mut commands = Vec::new();
        if workload["spec"]["persistentVolumeClaimRetentionPolicy"]["whenScaled"] == "Delete" {
            commands.extend(self.retain_claims(workload));
        }
        commands.extend(self.kubectl("scale", workload, "--replicas=0"));
        commands.extend(self.wait_for_end(workload));
        commands
    }

    /// The command that waits until the pods of a workload are gone.
    pub(super) fn wait_for_end(&self, workload: &Value) -> Option<Command> {
        let pods = selector(&workload["spec"]["selector"])?;
        Some(Command::new(format!(
            "kubectl wait -n {} --for=delete pod -l {} --timeout=10m",
            quote(&self.namespace_of(workload)),
            quote(&pods)
        )))
    }

    /// The command that gives a workload as many pods as its manifest says.
    pub(super) fn start(&self, workload: &Value) -> Option<Command> {
        let count = format!("--replicas={}", replicas(workload));
        self.kubectl("scale", workload, &count)
    }

    /// Commands after which the claims of a StatefulSet are not deleted with it or its pods: the policy, and what the
    /// controller has written into the claims because of it.
    pub(super) fn retain_claims(&self, set: &Value) -> Vec<Command> {
        let policy = r#"--type=merge -p '{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Retain","whenScaled":"Retain"}}}'"#;
        let namespace = quote(&self.namespace_of(set));
        let mut commands = Vec::new();
        if let (Some(address), Some(patch)) =
            (Self::address(set), self.kubectl("patch", set, policy))
        {
            commands.push(Command::new(format!(
                "test -z \"$(kubectl get -n {namespace} {} --ignore-not-found -o name)\" || {}",
                quote(&address.to_string()),
                patch.text
            )));
        }
        let Some(pods) = selector(&set["spec"]["selector"]) else {
            return commands;
        };
        // The controller gives claims the labels of the selector.
        commands.push(Command::new(format!(
            "for claim in $(kubectl get pvc -n {namespace} -l {} -o name); do kubectl patch -n {namespace} \"$claim\" \
             --type=merge -p '{{\"metadata\":{{\"ownerReferences\":null}}}}'; done",
            quote(&pods)
        )));
        commands
    }

    /// Whether a StatefulSet deletes the claims of its pods when it is deleted, or when it gets fewer pods.
    pub(super) fn deletes_claims(set: &Value) -> bool {
        let policy = &set["spec"]["persistentVolumeClaimRetentionPolicy"];
        set["kind"] == "StatefulSet"
            && ["whenDeleted", "whenScaled"]
                .iter()
                .any(|when| policy[when] == "Delete")
    }

    /// The words of the command that applies manifests: `kubectl apply`, and what the applier adds.
    pub(super) fn apply_words(&self) -> &'static str {
        match self.options.applier {
            Applier::ServerSide => "kubectl apply --server-side",
            _ => "kubectl apply",
        }
    }

    /// Files of objects, one for each namespace that they name, and a command with `words` for each.
    pub(super) fn with_files<'v>(
        &self,
        words: &str,
        stem: &str,
        objects: impl IntoIterator<Item = &'v Value>,
        files: &mut Vec<File>,
    ) -> Vec<Command> {
        let mut by_namespace: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for object in objects {
            let written = object["metadata"]["namespace"].as_str().unwrap_or_default();
            let is_clusters = object["kind"]
                .as_str()
                .is_some_and(|kind| CLUSTER_SCOPED.contains(&kind));
            let namespace = match written {
                "" => self.options.namespace,
                _ if is_clusters => self.options.namespace,
                own => own,
            };
            by_namespace
                .entry(namespace.to_owned())
                .or_default()
                .push(object.clone());
        }
        let mut commands = Vec::new();
        for (namespace, objects) in by_namespace {
            let name = if namespace == self.options.namespace {
                format!("{stem}.yaml")
            } else {
                format!("{stem}-{}.yaml", crate::commands::plain(&namespace))
            };
            commands.push(Command {
                text: format!("{words} -n {} -f", quote(&namespace)),
                file: Some(name.clone()),
            });
            if !files.iter().any(|file| file.name == name) {
                files.push(File { name, objects });
            }
        }
        commands
    }

    /// The worst effect on an object of the old side.
    pub(super) fn effect_on(&self, old: &Value) -> Effect {
        let pair = self.pair_of_old(old);
        let effects = pair.map(|pair| pair.diff.effects.iter().copied().max());
        effects.flatten().unwrap_or_default()
    }
}

/// Which objects these are, not what they are like.
pub(super) fn same<'v>(objects: impl IntoIterator<Item = &'v Value>) -> HashSet<*const Value> {
    objects.into_iter().map(std::ptr::from_ref).collect()
}

/// `Kind/name`, for reports.
pub(super) fn named(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!(
        "{}/{}",
        text(&object["kind"]),
        text(&object["metadata"]["name"])
    )
}

/// The same without repetitions, in the order given.
pub(super) fn all_named<'v>(objects: impl IntoIterator<Item = &'v Value>) -> Vec<String> {
    let names: IndexSet<String> = objects.into_iter().map(named).collect();
    names.into_iter().collect()
}
