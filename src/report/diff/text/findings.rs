//! The findings of a comparison: what happens to which object, why, and what mends it.
//! It tells what several objects share once, and never leaves an object out.

use super::Report;
use crate::diagnostics::visible;
use crate::diff::{Certainty, Diff, Effect, Finding};
use crate::report::diff::{origin, title};

/// The lines that a terminal has at least, without the ones for the verdict and the prompt.
const SCREEN: usize = 20;
const COLUMNS: usize = 80;

/// Findings that say the same of several objects.
struct Group<'d> {
    first: &'d Finding,
    all: Vec<&'d Finding>,
}

/// All findings; what must not be applied stands on the first screen in any case.
pub(super) fn write(report: &mut Report<'_>, diff: &Diff<'_>) {
    let groups = groups(&diff.findings);
    let mut texts = Vec::new();
    for group in &groups {
        let mut text = String::new();
        let mut inner = Report {
            out: &mut text,
            ..*report
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
        // A terminal breaks long commands.
        .map(|line| line.chars().count().div_ceil(COLUMNS).max(1))
        .sum();
    if length > SCREEN {
        report.overview(
            &dangers
                .flat_map(|group| group.all.iter().copied())
                .collect::<Vec<_>>(),
        );
    }
    for text in texts {
        report.out.push_str(&text);
    }
}

fn is_danger(finding: &Finding) -> bool {
    finding.effect >= Effect::Rejected && finding.counts()
}

fn groups(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let same = |a: &Finding, b: &Finding| {
        a.effect == b.effect
            && a.certainty == b.certainty
            && a.accepted == b.accepted
            && a.condition == b.condition
            && a.message == b.message
            && a.path == b.path
            && a.origin == b.origin
    };
    for finding in findings {
        // Findings are sorted, so the same ones are near each other.
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
    /// The objects that are in danger, a line each.
    fn overview(&mut self, dangers: &[&Finding]) {
        self.out.push('\n');
        let mut rows: Vec<String> = dangers
            .iter()
            .map(|finding| format!("{:<10} {}", finding.effect.name(), title(&finding.object)))
            .collect();
        rows.dedup();
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
        if let Some(made) = &first.origin {
            self.line(&self.paint.faint(&format!("  <- {}", origin(made))));
        }
        let mut fixes: Vec<&str> = Vec::new();
        for fix in group.all.iter().flat_map(|finding| &finding.fix) {
            if !fixes.contains(&fix.as_str()) {
                fixes.push(fix);
            }
        }
        for fix in fixes {
            // Never broken: it is there to be copied.
            self.line(&format!("  $ {}", visible(fix)));
        }
    }
}
