//! What `diff --against` asks of a cluster: the objects as last applied, or what Helm keeps of a release.
//! What the answers mean is read in the library.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, anyhow, bail};
use serde_json::{Value, json};
use swanlab_render::diagnostics::{Diagnostic, Source};
use swanlab_render::kubernetes::CLUSTER_SCOPED;
use swanlab_render::manifest::{
    Address, Identity, Manifest, addresses, as_applied, is_applied, newest_revision, previous,
    release_manifests,
};
use swanlab_render::release::{NameError, check_name, check_namespace};

use super::args::Diff as Arguments;
use super::files::Files;
use super::input::load;
use super::kubectl::Kubectl;
use super::sides::Side;
use super::streams::Streams;

/// The label of all objects of an instance.
const INSTANCE: &str = "app.kubernetes.io/instance";

/// Where objects are looked for that are no longer rendered, beside the kinds that are: what a chart for an
/// application holds, and what the role `edit` may list.
const KINDS: [&str; 14] = [
    "configmap",
    "cronjob.batch",
    "daemonset.apps",
    "deployment.apps",
    "horizontalpodautoscaler.autoscaling",
    "ingress.networking.k8s.io",
    "job.batch",
    "networkpolicy.networking.k8s.io",
    "persistentvolumeclaim",
    "poddisruptionbudget.policy",
    "secret",
    "service",
    "serviceaccount",
    "statefulset.apps",
];

/// What an argument of `--against` asks.
pub(super) struct Question {
    argument: String,
    subject: Subject,
    kubectl: Kubectl,
    namespace: String,
}

enum Subject {
    /// The objects of this instance.
    Instance(String),
    /// Helm's record of this release.
    Helm(String),
}

impl Question {
    /// None if the argument names no cluster but a file.
    pub(super) fn of(
        argument: &str,
        command: &Arguments,
        new: &Side,
        files: &Files,
        streams: &Streams,
    ) -> anyhow::Result<Option<Self>> {
        let not_valid = |NameError(why)| anyhow!("--against {argument}: {why}");
        let subject = match (argument, argument.strip_prefix("helm:")) {
            ("cluster", _) => {
                let name = match new.release() {
                    Some(name) => name.to_owned(),
                    None => load(&command.target, files, streams)?.0,
                };
                check_name(&name, false).map_err(not_valid)?;
                Subject::Instance(name)
            }
            (_, Some(release)) => {
                check_name(release, false).map_err(not_valid)?;
                Subject::Helm(release.to_owned())
            }
            _ => return Ok(None),
        };
        let namespace = command.render.namespace.clone();
        check_namespace(&namespace).map_err(not_valid)?;
        Ok(Some(Self {
            argument: argument.to_owned(),
            subject,
            kubectl: Kubectl {
                context: command.cluster.kube_context.clone(),
                kubeconfig: command.cluster.kubeconfig.clone(),
                namespace: Some(namespace.clone()),
            },
            namespace,
        }))
    }

    /// The objects in the cluster that belong to what is rendered now.
    pub(super) fn ask(
        &self,
        rendered: &[Manifest],
        streams: &Streams,
    ) -> anyhow::Result<Vec<Manifest>> {
        let text = match &self.subject {
            Subject::Instance(name) => self.applied(name, rendered, streams),
            Subject::Helm(release) => self.helm(release),
        };
        let text = text.with_context(|| format!("--against {}", self.argument))?;
        let found = previous(&[Source::new(self.argument.clone(), text)], &self.namespace)?;
        streams.warn(found.notes, false)?;
        Ok(found.manifests)
    }

    /// All objects as one List.
    fn applied(
        &self,
        instance: &str,
        rendered: &[Manifest],
        streams: &Streams,
    ) -> anyhow::Result<String> {
        let addresses = addresses(rendered)?;
        let mut live = Vec::new();
        for (namespace, names) in self.names(&addresses) {
            let kubectl = Kubectl {
                namespace: Some(namespace),
                ..self.kubectl.clone()
            };
            live.extend(items(
                kubectl.get(&["--ignore-not-found".to_owned()], &names)?,
            ));
        }
        let flags = [
            format!("--selector={INSTANCE}={instance}"),
            "--show-managed-fields".to_owned(),
        ];
        let labelled = self
            .kubectl
            .get(&flags, &[kinds(rendered, &addresses).join(",")])?;
        live.extend(items(labelled).into_iter().filter(is_applied));
        if live.is_empty() {
            let nothing = Diagnostic::warning(format!(
                "there is nothing of `{instance}` in namespace {}; is it another one, or another cluster?",
                self.namespace
            ));
            streams.warn(vec![nothing], false)?;
        }
        let applied = as_applied(live);
        if let Some(note) = note(&applied.live) {
            streams.warn(vec![note], false)?;
        }
        Ok(json!({"apiVersion": "v1", "kind": "List", "items": applied.objects}).to_string())
    }

    /// `TYPE/NAME` of every rendered object, by the namespace that it lives in.
    fn names(&self, addresses: &[Address]) -> BTreeMap<String, Vec<String>> {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for address in addresses {
            let namespace = match address.namespace() {
                "" => self.namespace.clone(),
                namespace => namespace.to_owned(),
            };
            names
                .entry(namespace)
                .or_default()
                .push(address.to_string());
        }
        names
    }

    fn helm(&self, release: &str) -> anyhow::Result<String> {
        let selector = format!("--selector=owner=helm,name={release},status=deployed");
        let secrets = items(self.kubectl.get(&[selector], &["secret"])?);
        let Some(secret) = newest_revision(&secrets) else {
            bail!(
                "Helm has no deployed revision of it in namespace {}; `helm list -A -a` tells where it is and how it stands",
                self.namespace
            );
        };
        release_manifests(secret).map_err(|damage| {
            let name = secret["metadata"]["name"].as_str().unwrap_or("of Helm");
            anyhow!("the Secret {name} is damaged: {damage}")
        })
    }
}

/// The objects of an answer: a list, one object, or nothing.
fn items(answer: Option<Value>) -> Vec<Value> {
    let Some(mut answer) = answer else {
        return Vec::new();
    };
    match answer.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => vec![answer],
    }
}

/// The types in which objects may be that are no longer rendered.
fn kinds(rendered: &[Manifest], addresses: &[Address]) -> Vec<String> {
    let identities = rendered.iter().filter_map(Manifest::identity);
    let namespaced = identities
        .zip(addresses)
        .filter(|(one, _)| !CLUSTER_SCOPED.contains(&one.kind.as_str()));
    let mut kinds: BTreeSet<String> = namespaced
        .map(|(_, address)| address.resource().to_owned())
        .collect();
    kinds.extend(KINDS.map(str::to_owned));
    kinds.into_iter().collect()
}

fn note(live: &[Identity]) -> Option<Diagnostic> {
    let [first, others @ ..] = live else {
        return None;
    };
    let message = match others.len() {
        0 => format!("{first} has no record of what was applied; it is compared as it is now"),
        more => format!(
            "{first} and {more} more have no record of what was applied; they are compared as they are now"
        ),
    };
    Some(Diagnostic::note(message).with_help(
        "Helm, server-side apply and `kubectl create` leave none; the next `kubectl apply` adds it",
    ))
}
