//! What the rules find, and making findings of it: equal notices about several objects become one, and the worst
//! come first. It adds no notice of its own.

use std::cmp::Reverse;
use std::collections::hash_map::{Entry, HashMap};

use crate::diff::object::Object;
use crate::diff::{
    Applier, Certainty, Diff, Effect, FieldPath, FieldStep, Finding, ObjectRef, accept,
};

/// A finding before folding.
#[derive(Clone, Debug)]
pub(in crate::diff) struct Notice {
    pub(in crate::diff) effect: Effect,
    /// What it depends on, if only the cluster knows.
    pub(in crate::diff) condition: Option<String>,
    pub(in crate::diff) object: ObjectRef,
    pub(in crate::diff) path: FieldPath,
    pub(in crate::diff) what: String,
    pub(in crate::diff) fix: Vec<String>,
    /// Whether equal notices about other objects are told together with it.
    pub(in crate::diff) folds: bool,
}

impl Notice {
    /// A notice about an object that is certain and told by itself.
    pub(in crate::diff) fn new(
        effect: Effect,
        object: &Object<'_>,
        what: impl Into<String>,
    ) -> Self {
        Self::of_object(effect, object.reference(), what)
    }

    /// The same about an object that neither side need have.
    pub(in crate::diff) fn of_object(
        effect: Effect,
        object: ObjectRef,
        what: impl Into<String>,
    ) -> Self {
        Self {
            effect,
            condition: None,
            object,
            path: FieldPath::default(),
            what: what.into(),
            fix: Vec::new(),
            folds: false,
        }
    }

    pub(in crate::diff) fn when(mut self, condition: impl Into<String>) -> Self {
        self.condition = Some(condition.into());
        self
    }

    pub(in crate::diff) fn about(mut self, keys: &[&str]) -> Self {
        let keys = keys.iter().map(|key| FieldStep::Key((*key).into()));
        self.path = FieldPath(keys.collect());
        self
    }

    pub(in crate::diff) fn fix(mut self, command: String) -> Self {
        self.fix.push(command);
        self
    }

    pub(in crate::diff) fn fixes(mut self, commands: impl IntoIterator<Item = String>) -> Self {
        self.fix.extend(commands);
        self
    }

    pub(in crate::diff) fn folded(mut self) -> Self {
        self.folds = true;
        self
    }

    fn key(&self) -> (Effect, Option<String>, FieldPath, String) {
        let condition = self.condition.clone();
        (self.effect, condition, self.path.clone(), self.what.clone())
    }
}

/// How many objects a finding names.
const NAMED: usize = 12;

/// Said once, with the first refusal. Helm's `pkg/kube/client.go` patches all, then gives up before it deletes;
/// `kubectl apply` goes on with the next object.
fn half_done(applier: Applier) -> &'static str {
    match applier {
        Applier::Helm => {
            "; Helm changes the other objects all the same and deletes none, so the upgrade stays half done"
        }
        Applier::Kubectl => {
            "; kubectl applies the other objects all the same, so the upgrade stays half done"
        }
    }
}

/// The findings, worst first.
pub(in crate::diff) fn findings(notices: Vec<Notice>, applier: Applier) -> Vec<Finding> {
    let mut groups: Vec<(Notice, Vec<ObjectRef>)> = Vec::new();
    let mut places = HashMap::new();
    for notice in notices {
        if !notice.folds {
            groups.push((notice, Vec::new()));
            continue;
        }
        match places.entry(notice.key()) {
            Entry::Vacant(place) => {
                place.insert(groups.len());
                groups.push((notice, Vec::new()));
            }
            Entry::Occupied(place) => {
                if let Some((first, others)) = groups.get_mut(*place.get()) {
                    // Commands belong together, in their order: all of them, or none if all are there.
                    if !notice.fix.iter().all(|command| first.fix.contains(command)) {
                        first.fix.extend(notice.fix);
                    }
                    others.push(notice.object);
                }
            }
        }
    }
    let mut findings: Vec<Finding> = groups
        .into_iter()
        .map(|(notice, others)| finding(notice, others))
        .collect();
    // Stable: within these, findings stay in the order of the objects.
    findings.sort_by_key(|finding| (Reverse(finding.effect), finding.certainty));
    let refused = |finding: &&mut Finding| {
        finding.effect == Effect::Rejected && finding.certainty == Certainty::Certain
    };
    if let Some(first) = findings.iter_mut().find(refused) {
        first.message.push_str(half_done(applier));
    }
    findings
}

/// Adds findings to a comparison that is judged already.
pub(super) fn add(diff: &mut Diff<'_>, findings: Vec<Finding>) {
    diff.findings.extend(findings);
    diff.findings
        .sort_by_key(|finding| (Reverse(finding.effect), finding.certainty));
    diff.summary.verdict = accept::verdict(diff);
}

fn finding(notice: Notice, others: Vec<ObjectRef>) -> Finding {
    let mut message = notice.what;
    if !others.is_empty() {
        let count = others.len() + 1;
        let all = std::iter::once(&notice.object).chain(&others);
        let named: Vec<String> = all.take(NAMED).map(name).collect();
        message = format!("{message} ({count} objects: {}", named.join(", "));
        if count > NAMED {
            message.push_str(&format!(" and {} more", count - NAMED));
        }
        message.push(')');
    }
    Finding {
        effect: notice.effect,
        certainty: match notice.condition {
            None => Certainty::Certain,
            Some(_) => Certainty::Conditional,
        },
        condition: notice.condition,
        object: notice.object,
        others,
        path: notice.path,
        message,
        fix: notice.fix,
        attribution: None,
        accepted: false,
    }
}

/// `Kind/name`.
pub(in crate::diff) fn name(object: &ObjectRef) -> String {
    format!("{}/{}", object.kind, object.name)
}
