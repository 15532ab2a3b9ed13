//! Notices, which the rules return, and the findings made of them: equal notices about several objects become one
//! finding, and the findings are sorted, worst first.

use std::cmp::Reverse;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use crate::diff::object::Object;
use crate::diff::{
    Applier, Certainty, Diff, Effect, FieldPath, FieldStep, Finding, ObjectRef, accept,
};

/// What a rule says about one object.
#[derive(Clone, Debug)]
pub(in crate::diff) struct Notice {
    pub(in crate::diff) effect: Effect,
    /// The condition under which it holds, if it depends on the state of the cluster.
    pub(in crate::diff) condition: Option<String>,
    pub(in crate::diff) object: ObjectRef,
    pub(in crate::diff) path: FieldPath,
    pub(in crate::diff) message: String,
    pub(in crate::diff) fix: Vec<String>,
    /// Whether it becomes one finding with equal notices about other objects.
    is_grouped: bool,
    /// Whether the object is refused because it cannot be read.
    is_unreadable: bool,
}

impl Notice {
    /// A certain notice about a whole object, which is not grouped.
    pub(in crate::diff) fn new(
        effect: Effect,
        object: &Object<'_>,
        message: impl Into<String>,
    ) -> Self {
        Self::of_object(effect, object.reference(), message)
    }

    /// A certain notice about an object that may be on neither side.
    pub(in crate::diff) fn of_object(
        effect: Effect,
        object: ObjectRef,
        message: impl Into<String>,
    ) -> Self {
        Self {
            effect,
            condition: None,
            object,
            path: FieldPath::default(),
            message: message.into(),
            fix: Vec::new(),
            is_grouped: false,
            is_unreadable: false,
        }
    }

    /// Makes it conditional.
    pub(in crate::diff) fn when(mut self, condition: impl Into<String>) -> Self {
        self.condition = Some(condition.into());
        self
    }

    /// Says which field it is about.
    pub(in crate::diff) fn about(mut self, keys: &[&str]) -> Self {
        let keys = keys.iter().map(|key| FieldStep::Key((*key).into()));
        self.path = FieldPath(keys.collect());
        self
    }

    /// Adds a command.
    pub(in crate::diff) fn fix(mut self, command: String) -> Self {
        self.fix.push(command);
        self
    }

    /// Adds commands.
    pub(in crate::diff) fn fixes(mut self, commands: impl IntoIterator<Item = String>) -> Self {
        self.fix.extend(commands);
        self
    }

    /// Groups it with equal notices about other objects.
    pub(in crate::diff) fn grouped(mut self) -> Self {
        self.is_grouped = true;
        self
    }

    /// Says that the object cannot be read: what applies it knows that before it applies any.
    pub(in crate::diff) fn unreadable(mut self) -> Self {
        self.is_unreadable = true;
        self
    }

    /// Whether both say for certain that the same field is refused.
    pub(in crate::diff) fn is_same_refusal(&self, other: &Self) -> bool {
        let refuses = |one: &Self| one.effect == Effect::Rejected && one.condition.is_none();
        refuses(self) && refuses(other) && self.path == other.path
    }

    /// What equal notices share.
    fn key(&self) -> (Effect, Option<&str>, &FieldPath, &str) {
        (
            self.effect,
            self.condition.as_deref(),
            &self.path,
            &self.message,
        )
    }
}

/// The greatest number of objects that the message of a finding names.
const NAMED: usize = 12;

/// Makes findings of notices, worst first.
pub(in crate::diff) fn findings(notices: Vec<Notice>, applier: Applier) -> Vec<Finding> {
    let groups = groups(notices).into_iter();
    let findings = groups.map(|group| (group.first.is_unreadable, group.finding()));
    let mut findings: Vec<(bool, Finding)> = findings.collect();
    // The sort is stable: equally bad findings stay in the order of the objects.
    findings.sort_by_key(|(_, finding)| (Reverse(finding.effect), finding.certainty));
    let refused = findings.iter_mut().filter(|(_, finding)| {
        finding.effect == Effect::Rejected && finding.certainty == Certainty::Certain
    });
    let mut refused: Vec<&mut (bool, Finding)> = refused.collect();
    let unreadable = refused.iter().position(|(unreadable, _)| *unreadable);
    if let Some((_, finding)) = refused.get_mut(unreadable.unwrap_or(0)) {
        finding.message.push_str(match unreadable {
            Some(_) => applier.after_unreadable(),
            None => applier.after_rejection(),
        });
    }
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// Equal notices about several objects, or a single notice.
struct Group {
    first: Notice,
    others: Vec<ObjectRef>,
    /// The commands of the first notice, which has those of the others too; empty as long as there is one notice.
    commands: HashSet<String>,
}

/// The groups of notices, in the order of their first ones.
fn groups(notices: Vec<Notice>) -> Vec<Group> {
    let mut known = HashMap::new();
    let mut count = 0;
    let numbers = notices.iter().map(|notice| {
        let number = if notice.is_grouped {
            *known.entry(notice.key()).or_insert(count)
        } else {
            count
        };
        count = count.max(number + 1);
        number
    });
    let numbers: Vec<usize> = numbers.collect();
    let mut groups: Vec<Group> = Vec::new();
    for (notice, number) in notices.into_iter().zip(numbers) {
        match groups.get_mut(number) {
            Some(group) => group.add(notice),
            None => groups.push(Group {
                first: notice,
                others: Vec::new(),
                commands: HashSet::new(),
            }),
        }
    }
    groups
}

/// Adds findings to a comparison that was judged before.
pub(super) fn add(diff: &mut Diff<'_>, findings: Vec<Finding>) {
    diff.findings.extend(findings);
    diff.findings
        .sort_by_key(|finding| (Reverse(finding.effect), finding.certainty));
    diff.summary.verdict = accept::verdict(diff);
}

impl Group {
    fn add(&mut self, notice: Notice) {
        self.others.push(notice.object);
        if self.commands.is_empty() {
            self.commands.extend(self.first.fix.iter().cloned());
        }
        // The commands of a notice belong together: add all of them, unless all are there already.
        if !notice.fix.iter().all(|one| self.commands.contains(one)) {
            self.commands.extend(notice.fix.iter().cloned());
            self.first.fix.extend(notice.fix);
        }
    }

    fn finding(self) -> Finding {
        let Self {
            first: notice,
            others,
            ..
        } = self;
        let mut message = notice.message;
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
}

/// `Kind/name`.
pub(in crate::diff) fn name(object: &ObjectRef) -> String {
    format!("{}/{}", object.kind, object.name)
}
