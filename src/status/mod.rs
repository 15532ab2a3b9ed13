//! The state of what was applied: whether objects are in the cluster and as rendered, whether workloads are ready, and if
//! not, the reason in words with the field behind it. No cluster is asked here; its answers come in as data.

mod images;
mod pods;
mod scheduling;
mod waiting;
mod workloads;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::diagnostics::without_userinfo;
use crate::diff::{Action, Shown, hide};
use crate::kubernetes::items;
use crate::manifest::{Identity, Manifest, ObjectRef};
use crate::release::{Field, Part, Release};
use crate::yaml::{Path, Step};

/// The answers of a cluster, each a list of objects in Kubernetes' JSON form.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// The objects of the manifests, as they are.
    pub objects: Vec<Value>,
    /// The pods of their namespaces.
    pub pods: Vec<Value>,
    /// The ReplicaSets, which stand between Deployments and pods.
    pub replica_sets: Vec<Value>,
    /// The claims, also those that are made from claim templates.
    pub claims: Vec<Value>,
    /// The events.
    pub events: Vec<Value>,
}

/// How it is with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It is as rendered, and its pods are ready.
    Ready,
    /// It is on the way.
    Progressing,
    /// Something must be done.
    Stuck,
    /// It is not what was rendered.
    Differs,
    /// It is not there.
    Missing,
}

impl Status {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Progressing => "progressing",
            Self::Stuck => "stuck",
            Self::Differs => "differs",
            Self::Missing => "missing",
        }
    }
}

/// An object and how it is with it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct State {
    /// The object.
    pub object: ObjectRef,
    /// How it is with it.
    pub status: Status,
    /// Why, in words; empty if it is ready.
    pub reason: String,
    /// The dotted path of the user's value behind it, where that is known.
    pub value: Option<String>,
    /// What to do; empty if nothing is to be done, or only to wait.
    pub remedy: String,
    /// The field of the rendered object behind it.
    field: Option<Cause>,
    /// The log that tells more.
    pub log: Option<Log>,
}

/// A log of a container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Log {
    /// The namespace of the pod.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// Whether the container has ended, and the log of its last run is meant.
    pub is_previous: bool,
    /// What the log is read for.
    purpose: Purpose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    /// Its last lines say why the container has ended.
    Ended,
    /// Its last line says what the container waits for.
    Waits,
    /// Its last line may say that a migration runs.
    Migrates,
}

/// A field of a rendered object, and which of the values that feed it is meant.
#[derive(Clone, Debug, PartialEq)]
struct Cause {
    path: Path,
    /// The last keys of values, those that are meant first. If there are none, any value is meant.
    keys: &'static [&'static str],
}

/// Values that cannot be found by rendering with another one, because templates refuse most: the last key, and the path.
const CHOICES: [(&str, &str); 1] = [("podAntiAffinityPreset", "global.podAntiAffinityPreset")];

/// The reason why something is not ready.
#[derive(Clone, Debug, PartialEq)]
struct Reason {
    status: Status,
    text: String,
    remedy: String,
    field: Option<Cause>,
    log: Option<Log>,
}

impl Reason {
    fn new(status: Status, text: impl Into<String>) -> Self {
        Self {
            status,
            text: text.into(),
            remedy: String::new(),
            field: None,
            log: None,
        }
    }

    fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    fn field(mut self, steps: Vec<Step>, keys: &'static [&'static str]) -> Self {
        self.field = Some(Cause {
            path: Path(steps),
            keys,
        });
        self
    }

    fn log(mut self, log: Log) -> Self {
        self.log = Some(log);
        self
    }
}

/// Judges the objects of some manifests, in their order. `diff` compares what is in the cluster with the manifests.
pub fn states(
    manifests: &[Manifest],
    namespace: &str,
    answers: &Answers,
    diff: &Shown<'_>,
) -> Vec<State> {
    let identity = |object: &Value| Some(Identity::of(object)?.applied_to(namespace));
    let live: BTreeMap<Identity, &Value> = answers
        .objects
        .iter()
        .filter_map(|object| Some((identity(object)?, object)))
        .collect();
    let cluster = Cluster {
        answers,
        namespace,
        manifests,
        live: &live,
    };
    let mut states = Vec::new();
    for manifest in manifests {
        let Some(identity) = identity(&manifest.object) else {
            continue;
        };
        let reason = match live.get(&identity) {
            None => missing(&identity, &manifest.object, &cluster),
            Some(live) => workloads::reason(&identity, &manifest.object, live, &cluster)
                .or_else(|| differs(&manifest.object, diff)),
        };
        let object = ObjectRef::of(&manifest.object);
        states.push(match reason {
            None => State {
                object,
                status: Status::Ready,
                reason: String::new(),
                value: None,
                remedy: String::new(),
                field: None,
                log: pods::migration(&identity, &manifest.object, &cluster),
            },
            Some(reason) => State {
                object,
                status: reason.status,
                reason: reason.text,
                value: None,
                remedy: reason.remedy,
                field: reason.field,
                log: reason.log,
            },
        });
    }
    states
}

/// What the rules look up.
struct Cluster<'a> {
    answers: &'a Answers,
    namespace: &'a str,
    manifests: &'a [Manifest],
    live: &'a BTreeMap<Identity, &'a Value>,
}

impl<'a> Cluster<'a> {
    /// The messages of warnings about an object, newest last.
    fn warnings(&self, kind: &str, namespace: &str, name: &str) -> Vec<&'a Value> {
        let events = self.answers.events.iter().filter(|event| {
            let about = &event["involvedObject"];
            event["type"] == "Warning"
                && about["kind"] == kind
                && about["name"] == name
                && (about["namespace"] == namespace || about["namespace"].is_null())
        });
        let mut events: Vec<&Value> = events.collect();
        events.sort_by_key(|event| time(event));
        events
    }
}

fn time(event: &Value) -> String {
    let times = ["lastTimestamp", "eventTime", "firstTimestamp"];
    let mut times = times.iter().filter_map(|key| event[*key].as_str());
    times.next().unwrap_or_default().to_owned()
}

/// A finished Job whose TTL has deleted it is not missing.
fn missing(identity: &Identity, object: &Value, cluster: &Cluster<'_>) -> Option<Reason> {
    if identity.kind == "Job" && object["spec"]["ttlSecondsAfterFinished"].is_u64() {
        // It would be there, or its pods, if it had not finished.
        let others = cluster.live.keys().any(|one| one.kind != "Job");
        if others {
            return None;
        }
    }
    Some(
        Reason::new(Status::Missing, "it is not in the cluster")
            .remedy("apply the manifests; `diff --against cluster` shows what that changes"),
    )
}

/// The first field in which an object is not what was rendered.
fn differs(object: &Value, diff: &Shown<'_>) -> Option<Reason> {
    let reference = ObjectRef::of(object);
    let changed = diff
        .objects
        .iter()
        .find(|one| one.object == reference && one.action == Action::Changed)?;
    let change = changed.changes.first()?;
    let shown = |value: &Option<Value>| match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => format!("`{text}`"),
        Some(Value::Object(_) | Value::Array(_)) => "another value".to_owned(),
        Some(value) => format!("`{value}`"),
    };
    let more = match changed.changes.len() {
        1 => String::new(),
        all => format!(", and {} more", all - 1),
    };
    let mut reason = Reason::new(
        Status::Differs,
        format!(
            "it is not as rendered: {} is {} in the cluster and {} in the manifests{more}",
            change.path,
            shown(&change.old),
            shown(&change.new)
        ),
    )
    .remedy("apply the manifests, or take the change over into the values");
    reason.field = pointer(&change.pointer, object).map(|path| Cause { path, keys: &[] });
    Some(reason)
}

/// The path that a JSON pointer leads along in a tree.
fn pointer(pointer: &str, tree: &Value) -> Option<Path> {
    let mut at = tree;
    let mut steps = Vec::new();
    for step in pointer.strip_prefix('/')?.split('/') {
        let step = step.replace("~1", "/").replace("~0", "~");
        if at.is_array() {
            let index: usize = step.parse().ok()?;
            steps.push(Step::Index(index));
            at = &at[index];
        } else {
            at = &at[step.as_str()];
            steps.push(Step::Key(step));
        }
    }
    Some(Path(steps))
}

/// Says which values of a release the reasons come from.
pub fn explain(states: &mut [State], release: &Release, manifests: &[Manifest]) {
    let of = |state: &State| {
        let manifest = manifests
            .iter()
            .find(|one| ObjectRef::of(&one.object) == state.object)?;
        Some((manifest, state.field.clone()?))
    };
    let causes: Vec<(usize, &Manifest, Cause)> = states
        .iter()
        .enumerate()
        .filter_map(|(place, state)| of(state).map(|(manifest, cause)| (place, manifest, cause)))
        .collect();
    let fields: Vec<Field<'_>> = causes
        .iter()
        .map(|(_, manifest, cause)| Field {
            source: &manifest.source,
            document: manifest.document,
            path: &cause.path,
            part: Part::Value,
        })
        .collect();
    if fields.is_empty() {
        return;
    }
    let feeding = release.feeding(&fields);
    for ((place, _, cause), values) in causes.iter().zip(feeding) {
        let last = |path: &Path| match path.0.last() {
            Some(Step::Key(key)) => key.clone(),
            _ => String::new(),
        };
        let mut keys = cause.keys.iter();
        let named = keys.find_map(|key| values.iter().find(|path| last(path) == **key));
        let chosen = CHOICES.iter().find(|(key, path)| {
            cause.keys.contains(key) && Path::dotted(path).get(&release.values().tree).is_some()
        });
        let only = values
            .first()
            .filter(|_| cause.keys.is_empty() || values.len() == 1);
        let value = match (named, chosen) {
            (None, Some((_, path))) => Some((*path).to_owned()),
            (named, _) => named.or(only).map(Path::to_string),
        };
        if let Some(state) = states.get_mut(*place) {
            state.value = value;
        }
    }
}

/// The logs that tell more, each once.
pub fn logs(states: &[State]) -> BTreeSet<Log> {
    states
        .iter()
        .filter_map(|state| state.log.clone())
        .collect()
}

/// So many of the last lines of a log are shown.
const LINES: usize = 6;

/// Adds what logs say. Secrets of the manifests are hidden in them, and what stands before the `@` of a URL.
pub fn add_logs(
    states: &mut [State],
    logs: &BTreeMap<Log, String>,
    manifests: &[Manifest],
    namespace: &str,
) {
    for state in states {
        let Some((log, text)) = state
            .log
            .as_ref()
            .and_then(|log| Some((log, logs.get(log)?)))
        else {
            continue;
        };
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
            .collect();
        let Some(last) = lines.last() else { continue };
        let shown = |text: &str| hide(&without_userinfo(text), manifests, namespace);
        match log.purpose {
            Purpose::Ended => {
                let from = lines.len().saturating_sub(LINES);
                let tail = lines.get(from..).unwrap_or_default().join("\n");
                state
                    .reason
                    .push_str(&format!("; the last lines of its log:\n{}", shown(&tail)));
            }
            Purpose::Waits => {
                state
                    .reason
                    .push_str(&format!("; it says: {}", shown(last)));
            }
            Purpose::Migrates => {
                if last.to_lowercase().contains("migrat") && !last.contains("successfully") {
                    state.status = Status::Progressing;
                    state.reason = format!(
                        "container {} migrates the database; it says: {}",
                        log.container,
                        shown(last)
                    );
                }
            }
        }
    }
}

/// Whether nothing changes any more without somebody's doing.
pub fn is_settled(states: &[State]) -> bool {
    states
        .iter()
        .all(|state| state.status != Status::Progressing)
}

/// Whether all is well.
pub fn is_ready(states: &[State]) -> bool {
    states.iter().all(|state| state.status == Status::Ready)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// `spec.template.spec` and more steps.
fn in_pod(more: impl IntoIterator<Item = Step>) -> Vec<Step> {
    let keys = ["spec", "template", "spec"].map(|key| Step::Key(key.to_owned()));
    keys.into_iter().chain(more).collect()
}

fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

/// The steps to a container of a rendered object's pod template, by its name.
fn container(object: &Value, name: &str) -> Option<Vec<Step>> {
    let spec = &object["spec"]["template"]["spec"];
    ["containers", "initContainers"]
        .into_iter()
        .find_map(|list| {
            let place = items(&spec[list]).position(|one| one["name"] == name)?;
            Some(in_pod([key(list), Step::Index(place)]))
        })
}
