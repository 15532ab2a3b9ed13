//! Steps about running pods: what has to stop meanwhile, starting it again, and waiting until all is ready.

use serde_json::Value;

use super::backups::{is_closed, is_copied};
use super::data::Data;
use super::model::{Command, Downtime, Estimate, Phase, Step};
use super::sides::{Sides, all_named};
use crate::commands::quote;
use crate::diff::{Action, Effect, Finding};
use crate::kubernetes::pod_of;
use crate::stores::{can_stop, replicas};

/// The workloads that have to stop, in two steps: first those that write to stores, then stores.
pub(super) struct Stopped<'p> {
    pub(super) clients: Vec<&'p Value>,
    pub(super) stores: Vec<&'p Value>,
}

impl<'p> Stopped<'p> {
    pub(super) fn of(sides: &Sides<'p>, data: &[Data<'p>]) -> Self {
        let mut stopped = Self {
            clients: Vec::new(),
            stores: Vec::new(),
        };
        let add = |list: &mut Vec<&'p Value>, workload: &'p Value| {
            let is_known = list.iter().any(|one| std::ptr::eq(*one, workload));
            if !is_known && replicas(workload) > 0 {
                list.push(workload);
            }
        };
        let stores: Vec<&Value> = data.iter().map(|one| one.store.workload).collect();
        for one in data {
            if is_closed(one, sides) {
                for client in one.clients() {
                    // House is a store, and a client of others: it stops with the clients.
                    add(&mut stopped.clients, client);
                }
            }
            if is_copied(one, sides) {
                add(&mut stopped.stores, one.store.workload);
            }
        }
        stopped.stores.retain(|store| {
            !stopped
                .clients
                .iter()
                .any(|client| std::ptr::eq(*client, *store))
        });
        for pair in &sides.pairs {
            if let Some(old) = pair.old.filter(|old| {
                pair.diff.action == Action::Removed
                    && can_stop(old.tree)
                    && is_in_the_way(sides, old.tree)
            }) {
                let is_store = stores.iter().any(|store| std::ptr::eq(*store, old.tree));
                let list = if is_store {
                    &mut stopped.stores
                } else {
                    &mut stopped.clients
                };
                add(list, old.tree);
            }
        }
        stopped
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
        let started: Vec<&Value> = self
            .all()
            .filter_map(|old| sides.same(1, old))
            .filter(|new| {
                let is_applied = applied.iter().any(|one| std::ptr::eq(*one, *new));
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
        let names = all_named(self.all());
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
        let mut all: Vec<&Value> = Vec::new();
        for one in applied.iter().copied().chain(started) {
            if !all.iter().any(|known| std::ptr::eq(*known, one)) {
                all.push(one);
            }
        }
        let commands: Vec<(&Value, Command)> = all
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
            let command = Command::new(line.clone());
            if !step.commands.contains(&command) {
                step.commands.push(command);
            }
        }
    }
    step.restarts = all_named(followers(sides));
    (!step.commands.is_empty()).then_some(step)
}

/// The workloads that [`follow`] restarts.
fn followers<'p>(sides: &Sides<'p>) -> Vec<&'p Value> {
    let findings = sides.diff.findings.iter().filter(|one| one.counts());
    let commands: Vec<&String> = findings.flat_map(Finding::after_apply).collect();
    let restarts = |one: &Value| {
        let kind = one["kind"].as_str().unwrap_or_default().to_lowercase();
        let name = one["metadata"]["name"].as_str().unwrap_or_default();
        let object = quote(&format!("{kind}/{name}"));
        commands.iter().any(|command| {
            let rest = command.strip_prefix("kubectl rollout restart ");
            rest.is_some_and(|rest| rest.split(' ').next() == Some(&object))
        })
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

/// Whether a removed workload must not run beside what is added: another of its name, or one that uses its claims.
fn is_in_the_way(sides: &Sides<'_>, old: &Value) -> bool {
    let claims = |one: &Value| -> Vec<String> {
        let volumes = pod_of(one).map_or(&Value::Null, |pod| &pod["spec"]["volumes"]);
        let volumes = volumes.as_array().into_iter().flatten();
        let named = volumes.filter_map(|one| one["persistentVolumeClaim"]["claimName"].as_str());
        named.map(str::to_owned).collect()
    };
    let own = claims(old);
    let added = sides
        .pairs
        .iter()
        .filter(|pair| pair.diff.action == Action::Added)
        .filter_map(|pair| Some(pair.new?.tree));
    added.filter(|new| pod_of(new).is_some()).any(|new| {
        let same_place = sides.namespace_of(new) == sides.namespace_of(old);
        let same_name = new["metadata"]["name"] == old["metadata"]["name"];
        same_place && (same_name || claims(new).iter().any(|claim| own.contains(claim)))
    })
}
