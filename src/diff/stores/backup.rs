//! Backups before an upgrade: when to make one, and the commands.
//!
//! PostgreSQL is dumped while it runs. Other stores are stopped, and their claims are copied by another pod: the files
//! are consistent only while the store is stopped, and the image of the store may have no `tar`.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::{Context, Program, Store};
use crate::diff::effects::notice::Notice;
use crate::diff::effects::{kubectl, rollout};
use crate::diff::{Direction, Effect, ObjectRef};
use crate::kubernetes::field;
use crate::stores::inside::PG_DUMP;

/// Adds advice to back up the stores whose pods are replaced: to the notice about the rollout, if there is one. Stores
/// are left out if `others` has the commands for them.
pub(super) fn advise(
    context: &Context<'_>,
    stores: &[Store<'_, '_>],
    others: &[Notice],
    notices: &mut Vec<Notice>,
) {
    if stores.is_empty() {
        return;
    }
    let known: HashSet<&String> = others.iter().flat_map(|notice| &notice.fix).collect();
    let rollouts = notices.iter().enumerate();
    let rollouts: HashMap<ObjectRef, usize> = rollouts
        .filter(|(_, notice)| notice.message == rollout::RECREATE)
        .map(|(place, notice)| (notice.object.clone(), place))
        .collect();
    for store in stores.iter().filter(|store| store.workload.rolls) {
        let effect = rollout::of(store.object()).effect;
        let commands = commands(store, context);
        if effect < Effect::Restart || commands.iter().all(|command| known.contains(command)) {
            continue;
        }
        let advice = match store.program {
            Program::Postgres => "dump the database first",
            _ => {
                "copy the data first. The store is stopped while they are copied; with a snapshot of the volume, if \
                 the storage supports it, it need not be stopped"
            }
        };
        let rollout = rollouts.get(&store.object().reference());
        if let Some(notice) = rollout.and_then(|place| notices.get_mut(*place)) {
            notice.message.push_str(&format!("; {advice}"));
            notice.fix.extend(commands);
        } else {
            let message = format!("its pods are replaced while its data stay: {advice}");
            let notice = Notice::new(effect, store.object(), message).about(&["spec", "template"]);
            notices.push(notice.fixes(commands).grouped());
        }
    }
}

/// The commands that back up a store. They do not overwrite files.
pub(super) fn commands(store: &Store<'_, '_>, context: &Context<'_>) -> Vec<String> {
    match store.program {
        Program::Postgres => vec![dump(store, context)],
        _ => copy(store, context),
    }
}

fn dump(store: &Store<'_, '_>, context: &Context<'_>) -> String {
    let command = inside(store, "exec", &[], PG_DUMP);
    saved(&command, store.object().name, "dump", context)
}

/// The command that runs a shell script in the container of a store, with arguments.
pub(super) fn inside(
    store: &Store<'_, '_>,
    verb: &str,
    arguments: &[&str],
    script: &str,
) -> String {
    let mut rest = format!(
        "-c {} -- sh -c {}",
        kubectl::quote(store.container_name()),
        kubectl::quote(script)
    );
    if !arguments.is_empty() {
        rest.push_str(" sh ");
        rest.push_str(&arguments.join(" "));
    }
    kubectl::at(verb, store.object(), &rest)
}

/// A command whose output becomes a new file; its name has the direction of the comparison and the object.
fn saved(command: &str, object: &str, extension: &str, context: &Context<'_>) -> String {
    let moment = match context.options.direction {
        Direction::Forward => "before-upgrade",
        Direction::Back => "before-rollback",
    };
    kubectl::into_new_file(command, moment, object, extension)
}

fn copy(store: &Store<'_, '_>, context: &Context<'_>) -> Vec<String> {
    let mut commands: Vec<String> = kubectl::stop(&store.running()).into_iter().collect();
    for claim in &store.claims {
        let pod = CopyPod::of(store, claim);
        let tar = pod.exec("", "tar -C /data -cf - .");
        let file = saved(&tar, claim, "tar", context);
        commands.push(format!("{} && {file}", pod.start()));
        commands.push(pod.delete());
    }
    commands.extend(kubectl::start(&store.running()));
    commands
}

/// A pod that mounts the claim of a stopped store, to copy its data.
pub(super) struct CopyPod {
    name: String,
    /// Quoted for a shell.
    namespace: String,
    image: String,
    spec: Value,
}

/// The name of a pod that copies the data of a claim, no longer than a host name can be.
pub(super) fn copy_pod_name(claim: &str) -> String {
    const LONGEST: usize = 63;
    let mut name = format!("copy-{}", kubectl::plain(claim));
    name.truncate(LONGEST);
    name.trim_end_matches(['-', '.']).to_owned()
}

impl CopyPod {
    pub(super) fn of(store: &Store<'_, '_>, claim: &str) -> Self {
        let image = store.copy_image.to_owned();
        let name = copy_pod_name(claim);
        let mut spec = json!({
            "containers": [{
                "name": "copy",
                "image": image,
                "command": ["sleep", "86400"],
                "volumeMounts": [{"name": "data", "mountPath": "/data"}],
            }],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": claim}}],
        });
        // The pod may need what the store needs to be scheduled, and to pull its image.
        let pod = field(store.workload.pod, "spec");
        for key in ["imagePullSecrets", "nodeSelector", "tolerations"] {
            let needed = field(pod, key);
            if !needed.is_null() {
                spec[key] = needed.clone();
            }
        }
        Self {
            name,
            namespace: kubectl::quote(store.object().namespace),
            image,
            spec,
        }
    }

    /// The command that creates the pod and waits until it runs.
    pub(super) fn start(&self) -> String {
        let overrides = json!({"apiVersion": "v1", "spec": self.spec}).to_string();
        let (name, namespace) = (&self.name, &self.namespace);
        format!(
            "kubectl run {name} -n {namespace} --restart=Never --image={} --overrides={} && kubectl wait -n \
             {namespace} --for=condition=Ready pod/{name} --timeout=10m",
            kubectl::quote(&self.image),
            kubectl::quote(&overrides),
        )
    }

    /// The command that runs a command in the pod.
    pub(super) fn exec(&self, flag: &str, command: &str) -> String {
        let (name, namespace) = (&self.name, &self.namespace);
        let flag = if flag.is_empty() {
            String::new()
        } else {
            format!("{flag} ")
        };
        format!("kubectl exec {flag}{name} -n {namespace} -- {command}")
    }

    /// The command that deletes the pod.
    pub(super) fn delete(&self) -> String {
        format!("kubectl delete pod {} -n {}", self.name, self.namespace)
    }
}
