//! Backups of stores before an upgrade touches them: when one is due, and the commands that make it.
//!
//! PostgreSQL is dumped while it runs. Of the others the claims are copied while the store is stopped: only then is a
//! copy of the files whole, and it needs nothing of the store's image, which may have no `tar`.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::{Context, Program, Store};
use crate::diff::effects::notice::Notice;
use crate::diff::effects::{kubectl, rollout};
use crate::diff::{Direction, Effect, ObjectRef};

/// Advises a backup of the stores whose own pods are replaced, with what is told of the rollout already; not where
/// other notices about them have the commands.
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
        .filter(|(_, notice)| notice.what == rollout::RECREATE)
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
                "copy the data first. The store is stopped while they are copied; a snapshot of the volume, where the \
                 storage can make one, needs no stop"
            }
        };
        let told = rollouts.get(&store.object().reference());
        if let Some(notice) = told.and_then(|place| notices.get_mut(*place)) {
            notice.what.push_str(&format!("; {advice}"));
            notice.fix.extend(commands);
        } else {
            let what = format!("its pods are replaced while its data stay: {advice}");
            let notice = Notice::new(effect, store.object(), what).about(&["spec", "template"]);
            notices.push(notice.fixes(commands).folded());
        }
    }
}

/// The commands that back a store up. None of them overwrites a file: its name has the direction, the object and the
/// time, and the shell is told to overwrite none (`set -C`).
pub(super) fn commands(store: &Store<'_, '_>, context: &Context<'_>) -> Vec<String> {
    match store.program {
        Program::Postgres => vec![dump(store, context)],
        _ => copy(store, context),
    }
}

/// A dump of PostgreSQL's database on standard output, in the format of `pg_restore`; for a shell in its container.
pub(super) const PG_DUMP: &str = r#"pg_dump -Fc -U "${POSTGRES_USER:-postgres}" -d "${POSTGRES_DB:-${POSTGRES_USER:-postgres}}""#;

fn dump(store: &Store<'_, '_>, context: &Context<'_>) -> String {
    let command = inside(store, "exec", &[], PG_DUMP);
    saved(&command, store.object().name, "dump", context)
}

/// A shell command in the container of a store, with arguments for it.
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

/// A command whose output becomes a new file.
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
        commands.push(pod.end());
    }
    commands.extend(kubectl::start(&store.running()));
    commands
}

/// A pod that mounts the claim of a store that is stopped.
pub(super) struct CopyPod {
    name: String,
    namespace: String,
    image: String,
    spec: Value,
}

/// The longest name of a pod that is its host name too.
const NAME: usize = 63;

impl CopyPod {
    pub(super) fn of(store: &Store<'_, '_>, claim: &str) -> Self {
        let image = store.copy_image.to_owned();
        let name: String = format!("copy-{claim}").chars().take(NAME).collect();
        let name = name.trim_end_matches(['-', '.']).to_owned();
        let mut spec = json!({
            "containers": [{
                "name": "copy",
                "image": image,
                "command": ["sleep", "86400"],
                "volumeMounts": [{"name": "data", "mountPath": "/data"}],
            }],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": claim}}],
        });
        // What the store needs to be pulled and scheduled, the copy_image needs too.
        let pod = &store.workload.pod["spec"];
        for field in ["imagePullSecrets", "nodeSelector", "tolerations"] {
            if !pod[field].is_null() {
                spec[field] = pod[field].clone();
            }
        }
        Self {
            name,
            namespace: store.object().namespace.to_owned(),
            image,
            spec,
        }
    }

    /// Makes the pod and waits for it.
    pub(super) fn start(&self) -> String {
        let overrides = json!({"apiVersion": "v1", "spec": self.spec}).to_string();
        let (name, namespace) = (self.name(), self.namespace());
        format!(
            "kubectl run {name} -n {namespace} --restart=Never --image={} --overrides={} && kubectl wait -n \
             {namespace} --for=condition=Ready pod/{name} --timeout=10m",
            kubectl::quote(&self.image),
            kubectl::quote(&overrides),
        )
    }

    /// A command in the pod.
    pub(super) fn exec(&self, flag: &str, command: &str) -> String {
        let (name, namespace) = (self.name(), self.namespace());
        let flag = if flag.is_empty() {
            String::new()
        } else {
            format!("{flag} ")
        };
        format!("kubectl exec {flag}{name} -n {namespace} -- {command}")
    }

    pub(super) fn end(&self) -> String {
        format!("kubectl delete pod {} -n {}", self.name(), self.namespace())
    }

    fn name(&self) -> String {
        kubectl::quote(&self.name)
    }

    fn namespace(&self) -> String {
        kubectl::quote(&self.namespace)
    }
}
