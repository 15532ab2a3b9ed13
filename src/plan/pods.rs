//! Steps about running pods: what has to stop meanwhile, starting it again, and waiting until all is ready.

use std::collections::HashSet;

use serde_json::Value;

use super::backups::{is_closed, is_copied};
use super::data::Data;
use super::model::{Command, Downtime, Estimate, Phase, Step};
use super::sides::{Sides, all_named, same};
use crate::commands::quote;
use crate::diff::{Action, Effect, Finding};
use crate::kubernetes::{at, claims, pod_of};
use crate::stores::{can_stop, replicas};

/// The workloads that have to stop, in two steps: first those that write to stores, then stores.
pub(super) struct Stopped<'p> {
    pub(super) clients: Vec<&'p Value>,
    pub(super) stores: Vec<&'p Value>,
}

impl<'p> Stopped<'p> {
    pub(super) fn of(sides: &Sides<'p>, data: &[Data<'p>]) -> Self {
        let mut clients = Vec::new();
        let mut copied = Vec::new();
        let stores = same(data.iter().map(|one| one.store.workload));
        for one in data {
            if is_closed(one, sides) {
                clients.extend(one.clients());
            }
            if is_copied(one, sides) {
                copied.push(one.store.workload);
            }
        }
        // House is a store, and a client of others: it stops with the clients.
        let with_clients = same(clients.iter().copied());
        copied.retain(|store| !with_clients.contains(&std::ptr::from_ref(*store)));
        let added = Added::of(sides);
        for pair in &sides.pairs {
            if let Some(old) = pair.old.filter(|old| {
                pair.diff.action == Action::Removed
                    && can_stop(old.tree)
                    && added.is_beside(sides, old.tree)
            }) {
                if stores.contains(&std::ptr::from_ref(old.tree)) {
                    copied.push(old.tree);
                } else {
                    clients.push(old.tree);
                }
            }
        }
        let running = |list: Vec<&'p Value>| -> Vec<&'p Value> {
            let running = once(list).into_iter();
            running.filter(|one| replicas(one) > 0).collect()
        };
        Self {
            clients: running(clients),
            stores: running(copied),
        }
    }

    fn all(&self) -> impl Iterator<Item = &'p Value> {
        self.clients.iter().chain(&self.stores).copied()
    }

    pub(super) fn step(&self, sides: &Sides<'p>, stores: bool) -> Option<Step> {
        let (list, id, title, why) = if stores {
            (
                &self.stores,
                "stop-stores",
                "Stop the stores whose claims are copied",
                "Files can be copied only while nothing writes them.",
            )
        } else {
            (
                &self.clients,
                "stop-clients",
                "Stop what writes to these stores",
                "What is written from now on would be missing in the copies or in the restored data.",
            )
        };
        if list.is_empty() {
            return None;
        }
        let mut step = Step::new(id, Phase::Stop, title);
        step.why.push_str(why);
        step.objects = all_named(list.iter().copied());
        step.restarts = all_named(list.iter().filter(|one| replicas(one) > 0).copied());
        step.commands = list.iter().flat_map(|one| sides.stop(one)).collect();
        step.undo = list.iter().filter_map(|one| sides.start(one)).collect();
        step.downtime = Downtime {
            objects: step.objects.clone(),
            estimate: Estimate::Minutes,
        };
        Some(step)
    }

    /// The step that starts what was stopped and is not applied, or whose manifest names no number of pods.
    pub(super) fn start(&self, sides: &Sides<'p>, applied: &[&Value]) -> Option<Step> {
        let applied = same(applied.iter().copied());
        let started: Vec<&Value> = self
            .all()
            .filter_map(|old| sides.same(1, old))
            .filter(|new| {
                let is_applied = applied.contains(&std::ptr::from_ref(*new));
                !is_applied || new["spec"]["replicas"].is_null()
            })
            .collect();
        if started.is_empty() {
            return None;
        }
        let mut step = Step::new("start", Phase::Apply, "Start what was stopped");
        step.why
            .push_str("These workloads are as before, and were stopped only for a while.");
        step.objects = all_named(started.iter().copied());
        step.commands = started.iter().filter_map(|one| sides.start(one)).collect();
        step.undo = started
            .iter()
            .filter_map(|one| sides.kubectl("scale", one, "--replicas=0"))
            .collect();
        Some(step)
    }

    /// Lets applies on the server take the number of pods back, which `kubectl scale` owns since it has stopped them.
    pub(super) fn take_back(&self, steps: &mut [Step]) {
        let names: HashSet<String> = all_named(self.all()).into_iter().collect();
        let applies = steps.iter_mut().filter(|step| {
            step.phase == Phase::Apply && step.objects.iter().any(|one| names.contains(one))
        });
        let commands = applies.flat_map(|step| step.commands.iter_mut().chain(&mut step.undo));
        for command in commands.filter(|command| command.file.is_some()) {
            let forced = "kubectl apply --server-side --force-conflicts ";
            command.text = command.text.replace("kubectl apply --server-side ", forced);
        }
    }

    /// The step that waits until all that was applied or started is ready.
    pub(super) fn verify(&self, sides: &Sides<'p>, applied: &[&'p Value]) -> Option<Step> {
        let started = self.all().filter_map(|old| sides.same(1, old));
        let started = started.chain(followers(sides));
        let all = applied.iter().copied().chain(started);
        let commands: Vec<(&Value, Command)> = once(all)
            .into_iter()
            .filter_map(|one| Some((one, ready(sides, one)?)))
            .collect();
        if commands.is_empty() {
            return None;
        }
        let mut step = Step::new("verify", Phase::Verify, "Wait until all is ready");
        step.why.push_str("Nothing is deleted before the new pods are ready. If one does not become ready, `swanlab-render status` \
                    says why.");
        step.objects = all_named(commands.iter().map(|(one, _)| *one));
        step.commands = commands.into_iter().map(|(_, command)| command).collect();
        Some(step)
    }
}

/// The step that makes running pods and databases follow, where they do not by themselves.
pub(super) fn follow(sides: &Sides<'_>) -> Option<Step> {
    let mut step = Step::new(
        "follow",
        Phase::Apply,
        "Let running pods and databases follow",
    );
    let mut known = HashSet::new();
    let findings = sides.diff.findings.iter();
    for finding in findings.filter(|one| one.counts() && !one.after_apply().is_empty()) {
        let named = finding
            .objects()
            .map(|one| format!("{}/{}", one.kind, one.name));
        let named: Vec<String> = named.collect();
        if !step.why.is_empty() {
            step.why.push(' ');
        }
        step.why
            .push_str(&format!("{}: {}.", named.join(", "), finding.message));
        if finding.effect >= Effect::Outage {
            step.downtime.objects.extend(named.iter().cloned());
            step.downtime.estimate = Estimate::Minutes;
        }
        step.objects.extend(named);
        for line in finding.after_apply() {
            if known.insert(line) {
                step.commands.push(Command::new(line.clone()));
            }
        }
    }
    step.restarts = all_named(followers(sides));
    (!step.commands.is_empty()).then_some(step)
}

/// The workloads that [`follow`] restarts.
fn followers<'p>(sides: &Sides<'p>) -> Vec<&'p Value> {
    let findings = sides.diff.findings.iter().filter(|one| one.counts());
    let commands = findings.flat_map(Finding::after_apply);
    let restarted = commands.filter_map(|command| {
        let rest = command.strip_prefix("kubectl rollout restart ")?;
        rest.split(' ').next()
    });
    let restarted: HashSet<&str> = restarted.collect();
    let restarts = |one: &Value| {
        let kind = one["kind"].as_str().unwrap_or_default().to_lowercase();
        let name = one["metadata"]["name"].as_str().unwrap_or_default();
        restarted.contains(quote(&format!("{kind}/{name}")).as_str())
    };
    let new = sides.new.iter().map(|one| &one.object);
    new.filter(|one| pod_of(one).is_some() && restarts(one))
        .collect()
}

/// The command that waits until a workload is ready; none for what is never ready.
pub(super) fn ready(sides: &Sides<'_>, one: &Value) -> Option<Command> {
    let spec = &one["spec"];
    match one["kind"].as_str()? {
        "Job" if spec["suspend"] != true => {
            sides.kubectl("wait", one, "--for=condition=complete --timeout=10m")
        }
        "Deployment" if spec["paused"] == true => None,
        "StatefulSet" | "DaemonSet" if spec["updateStrategy"]["type"] == "OnDelete" => None,
        "Deployment" | "StatefulSet" | "DaemonSet" if pod_of(one).is_some() => {
            sides.kubectl("rollout status", one, "--timeout=10m")
        }
        _ => None,
    }
}

/// The workloads that are added, by what a removed one must not run beside: a workload of its name, or one that uses its
/// claims.
struct Added<'p> {
    names: HashSet<(String, &'p str)>,
    claims: HashSet<(String, &'p str)>,
}

impl<'p> Added<'p> {
    fn of(sides: &Sides<'p>) -> Self {
        let mut added = Self {
            names: HashSet::new(),
            claims: HashSet::new(),
        };
        let pairs = sides.pairs.iter();
        let objects = pairs.filter(|pair| pair.diff.action == Action::Added);
        for object in objects.filter_map(|pair| Some(pair.new?.tree)) {
            if let Some(pod) = pod_of(object) {
                let namespace = sides.namespace_of(object);
                let claims = claims(pod).map(|claim| (namespace.clone(), claim));
                added.claims.extend(claims);
                added.names.insert((namespace, name(object)));
            }
        }
        added
    }

    fn is_beside(&self, sides: &Sides<'_>, old: &'p Value) -> bool {
        let namespace = sides.namespace_of(old);
        let mut claims =
            claims(pod_of(old).unwrap_or(&Value::Null)).map(|claim| (namespace.clone(), claim));
        claims.any(|claim| self.claims.contains(&claim))
            || self.names.contains(&(namespace, name(old)))
    }
}

fn name(object: &Value) -> &str {
    let name = at(object, &["metadata", "name"]).as_str();
    name.unwrap_or_default()
}

/// The same objects without repetitions.
fn once<'v>(objects: impl IntoIterator<Item = &'v Value>) -> Vec<&'v Value> {
    let mut known = HashSet::new();
    let objects = objects.into_iter();
    objects
        .filter(|one| known.insert(std::ptr::from_ref(*one)))
        .collect()
}
