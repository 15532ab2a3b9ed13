//! Claims that the new side does not have: what happens to their data, and how to move them to the new place.

use serde_json::Value;

use super::restore;
use crate::diff::Effect;
use crate::diff::effects::context::Context;
use crate::diff::effects::kubectl;
use crate::diff::effects::notice::{self, Notice};
use crate::diff::object::Object;
use crate::kubernetes::{at, field, items};

/// A removed claim, and what takes its place.
struct Lost<'l> {
    claim: &'l Object<'l>,
    /// The workload of the old side that mounts it.
    user: Option<&'l Object<'l>>,
    instead: Instead<'l>,
}

/// What takes the place of a removed claim.
enum Instead<'l> {
    /// Nothing: these workloads of the new side still mount it.
    Nothing(Vec<String>),
    /// A claim of the new side, which is empty.
    NewClaim(&'l str),
    /// A claim that is not in the manifests.
    OtherClaim(&'l str),
    /// Another store: the workload was removed too.
    OtherStore,
    /// Nothing: no workload is known to have used it.
    Unused,
}

/// What an operator should know about a removed claim; `new` is the claim under its new name, if it was renamed.
pub(in crate::diff) fn notice(
    claim: &Object<'_>,
    new: Option<&Object<'_>>,
    context: &Context<'_>,
) -> Option<Notice> {
    if context.options.applier.keeps(claim.manifest) {
        left_behind(claim, new, context)
    } else {
        (!claim.is_test()).then(|| lost(claim, new, context))
    }
}

/// The notice about a claim that is deleted with the object.
fn lost(claim: &Object<'_>, new: Option<&Object<'_>>, context: &Context<'_>) -> Notice {
    let lost = Lost::of(claim, new, context);
    let applier = context.options.applier;
    let deletes = applier.deletes_removed();
    let size = claim.text(&["spec", "resources", "requests", "storage"]);
    let size = size.map_or(String::new(), |size| format!(" ({size})"));
    let message = if deletes {
        format!(
            "the claim is deleted with its data{size}{}. {} keeps it only if it is annotated in the cluster before \
             the upgrade",
            lost.if_deleted(),
            applier.title()
        )
    } else {
        format!(
            "{} keeps the claim and its data{size}{}",
            applier.title(),
            lost.if_left()
        )
    };
    let mut notice = Notice::new(Effect::DataLoss, claim, message);
    // With this annotation, the claim is neither deleted nor listed for deletion.
    notice
        .fix
        .push(kubectl::on("annotate", claim, applier.mark()));
    if deletes {
        notice.fix.push(retain(claim));
    }
    notice.fix.extend(lost.move_data(context));
    notice
}

/// The notice about a claim that is kept: which data its users see instead.
fn left_behind(
    claim: &Object<'_>,
    new: Option<&Object<'_>>,
    context: &Context<'_>,
) -> Option<Notice> {
    let lost = Lost::of(claim, new, context);
    let instead = match &lost.instead {
        Instead::NewClaim(name) => format!("{name} is empty at first"),
        Instead::OtherClaim(name) => format!("its users see the data of {name}"),
        Instead::OtherStore => "its users see the data of the other store".to_owned(),
        Instead::Nothing(_) | Instead::Unused => return None,
    };
    let message = format!("{instead}; the data stay in {}, which is kept", claim.name);
    let mut notice = Notice::new(Effect::Outage, new.unwrap_or(claim), message)
        .when("the data are needed and nobody moves them");
    notice.fix = lost.move_data(context);
    Some(notice)
}

/// The command that keeps the volume of a claim that is deleted.
fn retain(claim: &Object<'_>) -> String {
    let name = kubectl::quote(claim.name);
    let namespace = kubectl::quote(claim.namespace);
    let volume =
        format!("\"$(kubectl get pvc {name} -n {namespace} -o jsonpath='{{.spec.volumeName}}')\"");
    format!(
        "kubectl patch pv {volume} -p '{{\"spec\":{{\"persistentVolumeReclaimPolicy\":\"Retain\"}}}}'"
    )
}

impl<'l> Lost<'l> {
    fn of(claim: &'l Object<'l>, new: Option<&'l Object<'l>>, context: &'l Context<'_>) -> Self {
        let mounting = context.references().of_claim(claim).iter();
        let mut mounting: Vec<String> = mounting
            .filter_map(|place| context.workloads.get(*place))
            .map(|workload| notice::name(&workload.object.reference()))
            .collect();
        mounting.sort();
        mounting.dedup();
        let user = context
            .old_users
            .get(&[claim.namespace, claim.name])
            .copied();
        let instead = if !mounting.is_empty() {
            Instead::Nothing(mounting)
        } else if let Some(new) = new {
            Instead::NewClaim(new.name)
        } else if let Some(user) = user {
            let place = context.indexes.get(&[user.kind, user.namespace, user.name]);
            let same = place.and_then(|place| context.workloads.get(*place));
            let mounted = same.and_then(|same| {
                let volume = volume(user, claim)?;
                let volumes = items(at(same.pod, &["spec", "volumes"]));
                let mut named = volumes.filter(|one| field(one, "name") == volume);
                named.find_map(|one| at(one, &["persistentVolumeClaim", "claimName"]).as_str())
            });
            match mounted {
                Some(name) if context.claims.contains_key(&[claim.namespace, name]) => {
                    Instead::NewClaim(name)
                }
                Some(name) => Instead::OtherClaim(name),
                None => Instead::OtherStore,
            }
        } else {
            Instead::Unused
        };
        Self {
            claim,
            user,
            instead,
        }
    }

    fn user(&self) -> String {
        self.user.map_or_else(
            || "its users".to_owned(),
            |user| notice::name(&user.reference()),
        )
    }

    fn if_deleted(&self) -> String {
        match &self.instead {
            Instead::Nothing(mounting) => {
                format!(", although {} still mounts it", mounting.join(", "))
            }
            Instead::NewClaim(name) => format!("; the new claim {name} is empty"),
            Instead::OtherClaim(name) => {
                format!(
                    "; {} mounts {name} instead, and sees only the data of that claim",
                    self.user()
                )
            }
            Instead::OtherStore => format!(
                ", and so is {}: its replacement is empty until the data are moved",
                self.user()
            ),
            Instead::Unused => String::new(),
        }
    }

    fn if_left(&self) -> String {
        match &self.instead {
            Instead::Nothing(mounting) => format!(
                ", and {} still mounts it; but it is no longer in the manifests, and deleting removed objects would \
                 delete the data",
                mounting.join(", ")
            ),
            Instead::NewClaim(name) => format!(
                ", but it is no longer used: {} mounts the new claim {name}, which is empty. Users see an empty store \
                 until the data are moved",
                self.renamed_user()
            ),
            Instead::OtherClaim(name) => format!(
                ", but it is no longer used: {} mounts {name} instead. If that is new, users see an empty store until \
                 the data are moved",
                self.user()
            ),
            Instead::OtherStore => format!(
                ", but it is no longer used: {} is no longer in the manifests either. Users see an empty store until \
                 the data are moved",
                self.user()
            ),
            Instead::Unused => {
                ", but it is no longer in the manifests: nothing uses it, and deleting removed objects would delete \
                 the data"
                    .to_owned()
            }
        }
    }

    fn renamed_user(&self) -> String {
        match self.user {
            Some(user) => format!("the replacement of {}", notice::name(&user.reference())),
            None => "its successor".to_owned(),
        }
    }

    /// The commands that move the data to the new place.
    fn move_data(&self, context: &Context<'_>) -> Vec<String> {
        let Some(user) = self.user else {
            return Vec::new();
        };
        match &self.instead {
            Instead::NewClaim(_) => {
                let mut commands = vec!["# to keep using these data, before you apply:".to_owned()];
                commands.extend(kubectl::stop(user));
                commands.push(format!(
                    "# let the new store mount {} (in SwanLab's values: persistence.existingClaim)",
                    kubectl::plain(self.claim.name)
                ));
                commands
            }
            Instead::OtherClaim(name) => {
                let mut commands =
                    vec!["# to move the data into an empty claim, before you apply:".to_owned()];
                commands.extend(kubectl::stop(user));
                commands.extend(restore::copy_claim(self.claim, name, context));
                commands
            }
            Instead::OtherStore => restore::move_database(user).unwrap_or_default(),
            Instead::Nothing(_) | Instead::Unused => Vec::new(),
        }
    }
}

/// The name of the volume of a workload that is the claim.
fn volume<'v>(workload: &Object<'v>, claim: &Object<'_>) -> Option<&'v Value> {
    let (_, pod) = workload.pod()?;
    let mounts =
        |volume: &&Value| at(volume, &["persistentVolumeClaim", "claimName"]) == claim.name;
    let found = items(at(pod, &["spec", "volumes"])).find(mounts)?;
    (workload.namespace == claim.namespace).then_some(field(found, "name"))
}
