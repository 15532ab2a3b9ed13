//! The findings, worst first; what is lost is on the first screen. Equal findings about several objects are written once.

use std::collections::BTreeSet;

use super::super::{attribution, title};
use super::Report;
use crate::diagnostics::visible;
use crate::diff::{Certainty, Diff, Effect, Finding};

/// The lines of a small terminal, without those for the verdict and the prompt.
const SCREEN: usize = 20;
const COLUMNS: usize = 80;

/// Equal findings about several objects.
struct Group<'d> {
    first: &'d Finding,
    all: Vec<&'d Finding>,
}

fn is_danger(finding: &Finding) -> bool {
    finding.effect >= Effect::Rejected && finding.counts()
}

/// Whether a finding needs no action: an unchanged Job that may run again.
fn is_note(finding: &Finding) -> bool {
    finding.effect == Effect::Rerun && finding.certainty == Certainty::Conditional
}

fn groups<'d>(findings: impl Iterator<Item = &'d Finding>) -> Vec<Group<'d>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let same = |a: &Finding, b: &Finding| {
        a.effect == b.effect
            && a.certainty == b.certainty
            && a.accepted == b.accepted
            && a.condition == b.condition
            && a.message == b.message
            && a.path == b.path
            && a.attribution == b.attribution
    };
    for finding in findings {
        // Findings are sorted, so equal ones are close to each other.
        let near = groups.iter_mut().rev().take(8);
        match near.into_iter().find(|group| same(group.first, finding)) {
            Some(group) => group.all.push(finding),
            None => groups.push(Group {
                first: finding,
                all: vec![finding],
            }),
        }
    }
    groups
}

impl Report<'_> {
    /// All findings. If the dangerous ones do not fit on the first screen, they are listed first.
    pub(super) fn findings(&mut self, diff: &Diff<'_>) {
        let groups = groups(diff.findings.iter().filter(|finding| !is_note(finding)));
        let mut texts = Vec::new();
        for group in &groups {
            let mut text = String::new();
            let mut inner = Report {
                out: &mut text,
                ..*self
            };
            inner.group(group);
            texts.push(text);
        }
        let dangers = groups.iter().filter(|group| is_danger(group.first));
        let length: usize = groups
            .iter()
            .zip(&texts)
            .filter(|(group, _)| is_danger(group.first))
            .flat_map(|(_, text)| text.lines())
            // A terminal wraps long commands.
            .map(|line| line.chars().count().div_ceil(COLUMNS).max(1))
            .sum();
        if length > SCREEN {
            self.overview(
                &dangers
                    .flat_map(|group| group.all.iter().copied())
                    .collect::<Vec<_>>(),
            );
        }
        for text in texts {
            self.out.push_str(&text);
        }
    }

    /// The findings that need no action, a line each.
    pub(super) fn notes(&mut self, diff: &Diff<'_>) {
        for (place, finding) in diff.findings.iter().filter(|one| is_note(one)).enumerate() {
            if place == 0 {
                self.out.push('\n');
            }
            let Finding {
                object, message, ..
            } = finding;
            let condition = finding.condition.as_deref().unwrap_or_default();
            let line = format!(
                "rerun?     {}: {message}, only if {condition}",
                title(object)
            );
            self.line(&self.paint.faint(&visible(&line)));
        }
    }

    /// The objects of dangerous findings, a line each.
    fn overview(&mut self, dangers: &[&Finding]) {
        self.out.push('\n');
        let mut rows: Vec<String> = dangers
            .iter()
            .flat_map(|finding| {
                let objects = std::iter::once(&finding.object).chain(&finding.others);
                objects.map(|object| format!("{:<10} {}", finding.effect.name(), title(object)))
            })
            .collect();
        let mut seen = BTreeSet::new();
        rows.retain(|row| seen.insert(row.clone()));
        let shown = if rows.len() > SCREEN {
            SCREEN - 1
        } else {
            rows.len()
        };
        for row in &rows[..shown] {
            self.line(&self.paint.danger(row));
        }
        if shown < rows.len() {
            self.line(&format!("and {} more, below", rows.len() - shown));
        }
    }

    fn group(&mut self, group: &Group<'_>) {
        let first = group.first;
        self.out.push('\n');
        for finding in &group.all {
            let conditional = finding.certainty == Certainty::Conditional;
            let mark = if conditional { "?" } else { "" };
            let effect = format!("{:<10}", format!("{}{mark}", finding.effect.name()));
            let effect = match finding.effect {
                _ if finding.accepted => effect,
                _ if conditional => self.paint.warning(&effect),
                Effect::Rejected | Effect::DataLoss => self.paint.danger(&effect),
                Effect::None | Effect::InPlace | Effect::Scale => effect,
                _ => self.paint.warning(&effect),
            };
            let mut object = self.paint.bold(&title(&finding.object));
            if finding.accepted {
                object.push_str("  (accepted)");
            }
            let path = visible(&first.path.to_string()).into_owned();
            let room = self
                .width
                .saturating_sub(12 + title(&finding.object).chars().count());
            if path.chars().count() < room {
                self.line(&format!("{effect} {object}  {}", self.paint.place(&path)));
            } else {
                self.line(&format!("{effect} {object}"));
                self.line(&format!("  {}", self.paint.place(&path)));
            }
        }
        self.wrapped(2, &first.message);
        if let Some(condition) = &first.condition {
            self.wrapped(2, &format!("only if {condition}"));
        }
        if let Some(made) = &first.attribution {
            self.line(&self.paint.faint(&format!("  <- {}", attribution(made))));
        }
        let mut fixes: Vec<&str> = Vec::new();
        for finding in &group.all {
            let mut fix = finding.fix.iter().map(String::as_str);
            if !fix.clone().all(|command| fixes.contains(&command)) {
                fixes.extend(&mut fix);
            }
        }
        for fix in fixes {
            // A command is not wrapped, so that it can be copied.
            if fix.starts_with('#') {
                self.line(&format!("  {}", visible(fix)));
            } else {
                self.line(&format!("  $ {}", visible(fix)));
            }
        }
    }
}
