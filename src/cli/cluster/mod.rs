//! What `diff --against` asks of a cluster: the objects as they are and as they were last applied, or what Helm keeps
//! of a release.
//! What the answers mean is read in the library.

mod helm;
mod objects;

use std::collections::{BTreeMap, HashSet};

use anyhow::{Context as _, anyhow};
use serde_json::{Value, json};
use swanlab_render::diagnostics::{Diagnostic, Source};
use swanlab_render::diff::{
    Applier, Diff, Merges, Options, add_conflicts, add_namespace_finding, before_apply,
};
use swanlab_render::manifest::{Identity, Manifest, addresses};
use swanlab_render::plan::{Print, print};
use swanlab_render::previous::{self, Managed, is_applied, joined, last_applied, managed};
use swanlab_render::release::{check_name, check_namespace, default_name};

use super::args::{Cluster, Render, Target};
use super::files::Files;
use super::input::load;
use super::kubectl::{Kubectl, items};
use super::sides::Side;
use super::streams::Streams;
use objects::kinds;
pub(super) use objects::named;

/// The label of all objects of an instance.
const INSTANCE: &str = "app.kubernetes.io/instance";

/// What a cluster has.
pub(super) struct InCluster {
    /// The objects, as they are or as Helm has applied them.
    objects: Vec<Manifest>,
    /// Another namespace in which the instance is, if nothing of it is where it was looked for.
    elsewhere: Option<String>,
    /// What the applier has last applied, as far as that is known.
    last: BTreeMap<Identity, Value>,
    /// The fields that other managers have set.
    owners: BTreeMap<Identity, Vec<Managed>>,
    /// What shows whether the objects have changed since; none where Helm's record was read.
    pub(super) prints: Vec<Print>,
}

impl InCluster {
    /// The objects as a comparison with `new` takes them, and what else it says about them.
    pub(super) fn before_apply(
        self,
        new: &[Manifest],
        options: &Options<'_>,
    ) -> (Vec<Manifest>, Findings) {
        let before = before_apply(self.objects, &self.last, new, options);
        let findings = Findings {
            merges: before.merges,
            owners: self.owners,
            elsewhere: self.elsewhere,
        };
        (before.manifests, findings)
    }
}

/// What a cluster shows besides the differences.
pub(super) struct Findings {
    merges: Merges,
    owners: BTreeMap<Identity, Vec<Managed>>,
    elsewhere: Option<String>,
}

impl Findings {
    /// Adds it to a comparison of the objects with `new`.
    pub(super) fn add_to(&self, diff: &mut Diff<'_>, new: &[Manifest], options: &Options<'_>) {
        self.merges.add_findings(diff, new, options);
        add_conflicts(diff, &self.owners, new, options);
        if let Some(namespace) = &self.elsewhere {
            add_namespace_finding(namespace, diff, options);
        }
    }
}

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
        (target, render): (&Target, &Render),
        cluster: &Cluster,
        new: &Side,
        files: &Files,
        streams: &Streams,
    ) -> anyhow::Result<Option<Self>> {
        let not_valid = |error: Diagnostic| anyhow!("--against {argument}: {}", error.message);
        let subject = match (argument, argument.strip_prefix("helm:")) {
            ("cluster", _) => {
                let name = if let Some(name) = new.release() {
                    name.to_owned()
                } else {
                    let (name, chart) = load(target, render.fetch(), files, streams)?;
                    name.unwrap_or_else(|| default_name(&chart).to_owned())
                };
                check_name(&name).map_err(not_valid)?;
                Subject::Instance(name)
            }
            (_, Some(release)) => {
                check_name(release).map_err(not_valid)?;
                Subject::Helm(release.to_owned())
            }
            _ => return Ok(None),
        };
        let namespace = render.namespace.clone();
        check_namespace(&namespace).map_err(not_valid)?;
        Ok(Some(Self {
            argument: argument.to_owned(),
            subject,
            kubectl: Kubectl::of(cluster, Some(&namespace)).shown(!streams.is_quiet()),
            namespace,
        }))
    }

    /// What is in the cluster of that which is rendered now, as the applier sees it.
    pub(super) fn ask(
        &self,
        rendered: &[Manifest],
        applier: Applier,
        streams: &Streams,
    ) -> anyhow::Result<InCluster> {
        let found = match &self.subject {
            Subject::Instance(name) => self.instance(name, rendered, applier, streams),
            Subject::Helm(release) => self.release(release, rendered, applier, streams),
        };
        found.with_context(|| format!("--against {}", self.argument))
    }

    /// The objects as they are, and as they were last applied.
    fn instance(
        &self,
        instance: &str,
        rendered: &[Manifest],
        applier: Applier,
        streams: &Streams,
    ) -> anyhow::Result<InCluster> {
        let addresses = addresses(rendered)?;
        let mut live = self.named(&addresses)?;
        let flags = [
            format!("--selector={INSTANCE}={instance}"),
            "--show-managed-fields".to_owned(),
        ];
        let labelled = self
            .kubectl
            .get(&flags, &[kinds(rendered, &addresses).join(",")])?;
        live.extend(items(labelled)?.into_iter().filter(is_applied));
        let record = helm::objects(&self.kubectl, instance, &self.namespace);
        live.extend(self.owned(&record, rendered));
        let mut elsewhere = None;
        if live.is_empty() {
            elsewhere = self.elsewhere(instance);
            let nothing = objects::nothing(instance, &self.namespace, elsewhere.as_deref());
            streams.warn(vec![nothing], false)?;
        }
        let mut seen = HashSet::new();
        live.retain(|one| {
            self.identity(one)
                .is_some_and(|identity| seen.insert(identity))
        });
        let last = match applier {
            Applier::Helm => self.by_identity(record.iter().map(|one| one.object.clone())),
            Applier::Kubectl | Applier::ArgoCd => {
                self.by_identity(live.iter().filter_map(last_applied))
            }
            Applier::ServerSide | Applier::Flux => {
                self.by_identity(live.iter().filter_map(|one| applied_by(one, applier)))
            }
        };
        let owners = self.owners(&live, applier);
        let unknown = live.iter().filter_map(|one| self.identity(one));
        let unknown: Vec<Identity> = unknown.filter(|one| !last.contains_key(one)).collect();
        if let Some(note) = objects::unknown(&unknown) {
            streams.warn(vec![note], false)?;
        }
        let prints = live.iter().filter_map(|one| print(one, &self.namespace));
        let prints = prints.collect();
        let list = json!({"apiVersion": "v1", "kind": "List", "items": live}).to_string();
        let objects = self.read(list, streams)?;
        Ok(InCluster {
            objects,
            elsewhere,
            last,
            owners,
            prints,
        })
    }

    /// The objects as Helm has applied them, with the marks that they have now.
    fn release(
        &self,
        release: &str,
        rendered: &[Manifest],
        applier: Applier,
        streams: &Streams,
    ) -> anyhow::Result<InCluster> {
        let text = helm::required(&self.kubectl, release, &self.namespace)?;
        let mut objects = self.read(text, streams)?;
        let live = self.by_identity(self.owned(&objects, rendered));
        for one in &mut objects {
            if let Some(live) = self.identity(&one.object).and_then(|one| live.get(&one)) {
                one.keep_as(live);
            }
        }
        let last = match applier {
            Applier::Helm => self.by_identity(objects.iter().map(|one| one.object.clone())),
            // What Helm has applied is nothing to the others.
            Applier::Kubectl | Applier::ServerSide | Applier::ArgoCd | Applier::Flux => {
                BTreeMap::new()
            }
        };
        Ok(InCluster {
            objects,
            elsewhere: None,
            last,
            owners: BTreeMap::new(),
            prints: Vec::new(),
        })
    }

    fn read(&self, text: String, streams: &Streams) -> anyhow::Result<Vec<Manifest>> {
        let found = previous::read(&[Source::new(self.argument.clone(), text)], &self.namespace)?;
        streams.warn(found.notes, false)?;
        Ok(found.manifests)
    }

    /// What other managers than the applier have set, if it applies on the server.
    fn owners(&self, live: &[Value], applier: Applier) -> BTreeMap<Identity, Vec<Managed>> {
        let others = live.iter().filter_map(|one| {
            let (own, others): (Vec<Managed>, _) = managed(one)
                .into_iter()
                .partition(|part| applier.owns(part));
            // Helm applies on the server what it has applied so before.
            let on_server = applier == Applier::ServerSide || own.iter().any(|part| part.applies);
            Some((self.identity(one).filter(|_| on_server)?, others))
        });
        others.collect()
    }

    fn identity(&self, object: &Value) -> Option<Identity> {
        Some(Identity::of(object)?.applied_to(&self.namespace))
    }

    fn by_identity(&self, objects: impl IntoIterator<Item = Value>) -> BTreeMap<Identity, Value> {
        let objects = objects.into_iter();
        objects
            .filter_map(|object| Some((self.identity(&object)?, object)))
            .collect()
    }
}

/// What an applier has set on the server, if it has.
fn applied_by(live: &Value, applier: Applier) -> Option<Value> {
    let parts = managed(live).into_iter().filter(|part| applier.owns(part));
    parts.map(|part| part.fields).reduce(joined)
}
