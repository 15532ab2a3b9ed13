//! Both sides as the rules need them: the workloads of the new side, what refers to what, which keys of which
//! ConfigMap or Secret changed. It is made once for a comparison and refuses to judge.

use std::collections::HashMap;
use std::ptr;

use serde_json::Value;

use super::references::References;
use super::selections::{self, Selection};
use super::subject::Subject;
use super::{config, fields, rollout};
use crate::diff::{Action, Diff, ObjectDiff, Options};
use crate::manifest::{Manifest, kind_order};

/// A workload of the new side.
#[derive(Debug)]
pub(super) struct Workload<'a> {
    pub(super) subject: Subject<'a>,
    /// The part with the `metadata` and `spec` of its pods.
    pub(super) pod: &'a Value,
    /// The same object on the old side: itself if nothing changed, none if it is new in the cluster.
    pub(super) before: Option<Subject<'a>>,
    /// Whether the template of its pods changed.
    pub(super) rolls: bool,
    /// Whether pods from before the upgrade run on after it.
    pub(super) keeps_pods: bool,
}

/// What the rules look things up in.
pub(super) struct Scene<'a> {
    pub(super) options: &'a Options,
    pub(super) old: Vec<Subject<'a>>,
    pub(super) new: Vec<Subject<'a>>,
    pub(super) workloads: Vec<Workload<'a>>,
    pub(super) references: References<'a>,
    /// What becomes of the pods of the Services that both sides have, by namespace and name.
    pub(super) selections: HashMap<[&'a str; 2], Selection>,
    /// The claims of the new side.
    pub(super) claims: HashMap<[&'a str; 2], Subject<'a>>,
    /// The keys that changed in ConfigMaps and Secrets that both sides have, by kind, namespace and name.
    pub(super) changed_keys: HashMap<[&'a str; 3], config::Keys>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        diff: &Diff<'a>,
        old: &'a [Manifest],
        new: &'a [Manifest],
        options: &'a Options,
    ) -> Self {
        let subject = |manifest| Subject::of(manifest, &options.namespace);
        let old = in_order(old.iter().map(subject).collect());
        let new = in_order(new.iter().map(subject).collect());
        let mut differing: HashMap<*const Manifest, &ObjectDiff<'a>> = HashMap::new();
        let mut changed_keys = HashMap::new();
        for object in &diff.objects {
            let Some(manifest) = object.new else { continue };
            differing.insert(ptr::from_ref(manifest), object);
            let subject = subject(manifest);
            if object.action == Action::Changed && config::is_config(&subject) {
                let keys = config::Keys::changed(&object.changes);
                changed_keys.insert([subject.kind, subject.namespace, subject.name], keys);
            }
        }
        let workloads: Vec<Workload<'a>> = new
            .iter()
            .filter_map(|subject| {
                let differing = differing.get(&ptr::from_ref(subject.manifest));
                workload(*subject, differing.copied(), options)
            })
            .collect();
        let references = References::of(workloads.iter().map(|one| (one.subject, one.pod)));
        let is_claim = |subject: &&Subject<'_>| subject.is("", "PersistentVolumeClaim");
        Self {
            selections: selections::of(&old, &new),
            claims: new
                .iter()
                .filter(is_claim)
                .map(|claim| ([claim.namespace, claim.name], *claim))
                .collect(),
            options,
            old,
            new,
            workloads,
            references,
            changed_keys,
        }
    }

    pub(super) fn subject<'s>(&'s self, manifest: &'s Manifest) -> Subject<'s> {
        Subject::of(manifest, &self.options.namespace)
    }

    pub(super) fn minor(&self) -> u8 {
        self.options.types.minor
    }
}

/// What is found does not depend on the order of the input.
fn in_order(side: Vec<Subject<'_>>) -> Vec<Subject<'_>> {
    // The place of a kind is looked up once for each object, not for each comparison.
    let mut ranked: Vec<_> = side
        .into_iter()
        .map(|subject| (kind_order(subject.kind), subject))
        .collect();
    ranked.sort_by(|(rank, a), (other, b)| rank.cmp(other).then_with(|| a.names().cmp(&b.names())));
    ranked.into_iter().map(|(_, subject)| subject).collect()
}

fn workload<'a>(
    subject: Subject<'a>,
    differing: Option<&ObjectDiff<'a>>,
    options: &'a Options,
) -> Option<Workload<'a>> {
    let (keys, pod) = subject.pod()?;
    let changed = differing.filter(|object| object.action == Action::Changed);
    let before = match (differing, changed) {
        (None, _) => Some(subject),
        (Some(_), changed) => changed
            .and_then(|object| object.old)
            .map(|old| Subject::of(old, &options.namespace)),
    };
    let changes = changed.map_or(&[][..], |object| object.changes.as_slice());
    let rolls = changes.iter().any(|change| fields::touches(change, &keys));
    // An object that is refused stays as it is, pods and all.
    let refused = before
        .is_some_and(|before| fields::are_refused(changes, &before, &subject, options.types.minor));
    let replaced = before.is_none() || (rolls && !refused && !rollout::of(&subject).keeps);
    Some(Workload {
        subject,
        pod,
        before,
        rolls,
        keeps_pods: !replaced && rollout::runs_on(&subject),
    })
}
