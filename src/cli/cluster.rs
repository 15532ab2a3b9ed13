//! What `diff --against` asks of a cluster: the objects as last applied, or what Helm keeps of a release.
//! What the answers mean is read in the library.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, anyhow, bail};
use serde_json::{Value, json};
use swanlab_render::diagnostics::{Diagnostic, Source};
use swanlab_render::kubernetes::CLUSTER_SCOPED;
use swanlab_render::manifest::{
    Identity, Manifest, as_applied, is_applied, newest_revision, previous, release_manifests,
};
use swanlab_render::release::{NameError, check_name};

use super::args::Diff as Arguments;
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
        streams: &Streams,
    ) -> anyhow::Result<Option<Self>> {
        let subject = match (argument, argument.strip_prefix("helm:")) {
            ("cluster", _) => Subject::Instance(match new.release() {
                Some(name) => name.to_owned(),
                None => load(&command.target, streams)?.0,
            }),
            (_, Some(release)) => {
                check_name(release, false)
                    .map_err(|NameError(why)| anyhow!("--against {argument}: {why}"))?;
                Subject::Helm(release.to_owned())
            }
            _ => return Ok(None),
        };
        let namespace = command.render.namespace.clone();
        Ok(Some(Self {
            argument: argument.to_owned(),
            subject,
            kubectl: Kubectl {
                context: command.kube_context.clone(),
                kubeconfig: command.kubeconfig.clone(),
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
        let mut live = Vec::new();
        for (namespace, names) in self.names(rendered) {
            let kubectl = Kubectl {
                namespace: Some(namespace),
                ..self.kubectl.clone()
            };
            let mut arguments = vec!["get", "--ignore-not-found"];
            arguments.extend(names.iter().map(String::as_str));
            live.extend(items(kubectl.get_json(&arguments)?));
        }
        let kinds = kinds(rendered).join(",");
        let selector = format!("{INSTANCE}={instance}");
        let labelled =
            self.kubectl
                .get_json(&["get", &kinds, "-l", &selector, "--show-managed-fields"])?;
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
    fn names(&self, rendered: &[Manifest]) -> BTreeMap<String, Vec<String>> {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for identity in rendered.iter().filter_map(Manifest::identity) {
            let name = format!("{}/{}", resource(&identity), identity.name);
            let namespace = match identity.namespace.as_str() {
                "" => self.namespace.clone(),
                namespace => namespace.to_owned(),
            };
            names.entry(namespace).or_default().push(name);
        }
        names
    }

    fn helm(&self, release: &str) -> anyhow::Result<String> {
        let selector = format!("owner=helm,name={release},status=deployed");
        let secrets = items(self.kubectl.get_json(&["get", "secret", "-l", &selector])?);
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
fn items(mut answer: Value) -> Vec<Value> {
    match answer.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => items,
        _ if answer.is_object() && answer["kind"] != "List" => vec![answer],
        _ => Vec::new(),
    }
}

/// What kubectl calls the type of an object: `deployment.apps`.
fn resource(identity: &Identity) -> String {
    let kind = identity.kind.to_lowercase();
    match identity.group.as_str() {
        "" => kind,
        group => format!("{kind}.{group}"),
    }
}

/// The types in which objects may be that are no longer rendered.
fn kinds(rendered: &[Manifest]) -> Vec<String> {
    let rendered = rendered.iter().filter_map(Manifest::identity);
    let namespaced = rendered.filter(|one| !CLUSTER_SCOPED.contains(&one.kind.as_str()));
    let mut kinds: BTreeSet<String> = namespaced.map(|one| resource(&one)).collect();
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
