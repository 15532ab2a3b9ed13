//! What the rules look up: the workloads of the new side, what refers to what, which keys of which ConfigMap or Secret
//! changed. It is built once for a comparison.

use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt};
use serde_json::Value;

use super::references::{Keys, References, is_config};
use super::selections::{self, Selection};
use super::{fields, rollout};
use crate::diff::object::Object;
use crate::diff::pair::Pair;
use crate::diff::{Action, ObjectDiff, Options};
use crate::kubernetes::{Image, containers, field};

/// A workload of the new side.
#[derive(Debug)]
pub(in crate::diff) struct Workload<'a> {
    pub(in crate::diff) object: Object<'a>,
    /// The template of its pods: the part with their `metadata` and `spec`.
    pub(in crate::diff) pod: &'a Value,
    /// The object on the old side: the same one if nothing changed, `None` if the workload is new in the cluster.
    pub(in crate::diff) before: Option<Object<'a>>,
    /// Whether the template of its pods changed.
    pub(in crate::diff) rolls: bool,
    /// Whether pods from before the upgrade keep running.
    pub(in crate::diff) keeps_pods: bool,
}

impl Workload<'_> {
    /// Whether it is the same object on both sides.
    pub(in crate::diff) fn is_unchanged(&self) -> bool {
        let before = self.before.map(|before| before.manifest);
        before.is_some_and(|before| std::ptr::eq(before, self.object.manifest))
    }
}

/// What the rules look up.
pub(in crate::diff) struct Context<'a> {
    pub(in crate::diff) options: Options<'a>,
    pub(in crate::diff) old: &'a [Object<'a>],
    pub(in crate::diff) new: &'a [Object<'a>],
    pub(in crate::diff) workloads: Vec<Workload<'a>>,
    /// Read when a rule first asks for them, for it takes a walk through all workloads.
    references: OnceLock<References<'a>>,
    /// What happens to the pods of the changed Services, by namespace and name.
    pub(in crate::diff) selections: HashMap<[&'a str; 2], Selection>,
    /// The claims of the new side, by namespace and name.
    pub(in crate::diff) claims: HashMap<[&'a str; 2], Object<'a>>,
    /// The first workload of the old side that mounts a claim, by namespace and name of the claim. Empty if no claim is
    /// removed.
    pub(in crate::diff) old_users: HashMap<[&'a str; 2], &'a Object<'a>>,
    /// The indexes of the workloads, by kind, namespace and name. Empty if no claim is removed.
    pub(in crate::diff) indexes: HashMap<[&'a str; 3], usize>,
    /// The image of pods that copy data. `None` if no claim is removed.
    pub(in crate::diff) copy_image: Option<&'a str>,
    /// The keys that changed in ConfigMaps and Secrets, by kind, namespace and name.
    pub(in crate::diff) changed_keys: HashMap<[&'a str; 3], Keys>,
}

impl<'a> Context<'a> {
    pub(in crate::diff) fn new(
        objects: &[ObjectDiff<'_>],
        pairs: &[Pair<'a>],
        [old, new]: [&'a [Object<'a>]; 2],
        options: Options<'a>,
    ) -> Self {
        let mut changed_keys = HashMap::new();
        let mut workloads = Vec::new();
        for pair in pairs {
            let Some(object) = pair.new else { continue };
            let differing = pair.differing.and_then(|place| objects.get(place));
            if let Some(changed) = differing
                && pair.action == Action::Changed
                && is_config(&object)
            {
                let keys = Keys::changed(&changed.changes, &object);
                changed_keys.insert([object.kind, object.namespace, object.name], keys);
            }
            workloads.extend(workload(object, pair, differing, options));
        }
        let is_claim = |object: &&Object<'_>| object.is("", "PersistentVolumeClaim");
        let is_lost = |pair: &Pair<'_>| {
            pair.differing.is_some()
                && pair.action != Action::Changed
                && pair.old.as_ref().is_some_and(|old| is_claim(&old))
        };
        let loses_claims = pairs.iter().any(is_lost);
        let mut old_users = HashMap::new();
        let mut indexes = HashMap::new();
        if loses_claims {
            // In reverse order, so that the first of several users is kept.
            for one in old.iter().rev() {
                old_users.extend(one.claims().map(|claim| ([one.namespace, claim], one)));
            }
            let named = workloads.iter().map(|one: &Workload<'a>| one.object);
            indexes.extend(
                named
                    .enumerate()
                    .map(|(place, one)| ([one.kind, one.namespace, one.name], place)),
            );
        }
        Self {
            copy_image: loses_claims.then(|| copy_image_of(&workloads)),
            old_users,
            indexes,
            selections: selections::of(pairs, old, new),
            claims: new
                .iter()
                .filter(is_claim)
                .map(|claim| ([claim.namespace, claim.name], *claim))
                .collect(),
            options,
            old,
            new,
            workloads,
            references: OnceLock::new(),
            changed_keys,
        }
    }

    /// What refers to what on the new side.
    pub(in crate::diff) fn references(&self) -> &References<'a> {
        let workloads = self.workloads.iter().map(|one| (one.object, one.pod));
        self.references.get_or_init(|| References::of(workloads))
    }

    pub(in crate::diff) fn minor(&self) -> u8 {
        self.options.types.minor
    }

    /// An image with `cp`, `tar` and `sleep`: the BusyBox of the init containers in the manifests, because the cluster
    /// can pull it.
    pub(in crate::diff) fn copy_image(&self) -> &'a str {
        self.copy_image
            .unwrap_or_else(|| copy_image_of(&self.workloads))
    }
}

fn workload<'a>(
    object: Object<'a>,
    pair: &Pair<'a>,
    differing: Option<&ObjectDiff<'_>>,
    options: Options<'a>,
) -> Option<Workload<'a>> {
    let (keys, pod) = object.pod()?;
    let changed = differing.filter(|_| pair.action == Action::Changed);
    let before = match (differing, changed) {
        // It did not change, or the filter leaves its changes out.
        (None, _) => Some(object),
        (Some(_), changed) => changed.and(pair.old),
    };
    let changes = changed.map_or(&[][..], |diff| diff.changes.as_slice());
    let rolls = changes.iter().any(|change| {
        fields::touches(change, keys)
            && !fields::only_removes_account(change, pair.old, &object)
            && fields::needed_feature(change, &object, options.types.minor).is_none()
    });
    // If a change is refused, the object and its pods stay as they are.
    let refused = before
        .is_some_and(|before| fields::are_refused(changes, &before, &object, options.types.minor));
    let replaced = before.is_none() || (rolls && !refused && !rollout::of(&object).keeps);
    Some(Workload {
        object,
        pod,
        before,
        rolls,
        keeps_pods: !replaced && rollout::is_permanent(&object),
    })
}

/// The image for copying data in some workloads; this may have to look at all of them.
fn copy_image_of<'a>(workloads: &[Workload<'a>]) -> &'a str {
    let containers = workloads.iter().flat_map(|one| containers(one.pod));
    let mut images = containers.filter_map(|container| field(container, "image").as_str());
    let busybox = images.find(|image| Image::of(image).name() == "busybox");
    busybox.unwrap_or("busybox")
}
