//! A comparison for people at a terminal: the verdict, the findings (worst first), and the changes. What several objects
//! have in common is written once.

use std::collections::BTreeSet;

use super::value::{CONTEXT, Paint, View, parts, sign, view};
use super::verdict::{Folded, verdict};
use super::{
    RANDOM, attribution, counted, coverage, effects, headline, random, title, value_lines,
};
use crate::diagnostics::visible;
use crate::diff::{
    Action, Certainty, Change, Diff, Effect, Finding, ObjectDiff, Rename, Shown, ValueChange,
};
use crate::report::Style;

/// The report, with `context` unchanged lines around each change of a text.
pub fn text(diff: &Shown<'_>, context: Option<usize>, style: Style, out: &mut String) {
    let mut report = Report {
        paint: Paint(style.colour),
        width: style.width.max(MIN_WIDTH),
        context: context.unwrap_or(CONTEXT),
        out,
    };
    report.verdict(diff);
    report.findings(diff);
    report.values(diff);
    report.changes(diff);
    report.notes(diff);
    report.random(diff);
}

/// The smallest width. A narrower report would be hard to read.
const MIN_WIDTH: usize = 40;

struct Report<'o> {
    paint: Paint,
    width: usize,
    context: usize,
    out: &'o mut String,
}

impl Report<'_> {
    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// An indented sentence, wrapped at spaces.
    fn wrapped(&mut self, indent: usize, sentence: &str) {
        let sentence = visible(sentence);
        let mut line = String::new();
        for word in sentence.split_whitespace() {
            let length = line.chars().count() + 1 + word.chars().count();
            if !line.is_empty() && indent + length > self.width {
                self.line(&format!("{:indent$}{}", "", visible(&line)));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&format!("{:indent$}{}", "", visible(&line)));
    }

    fn verdict(&mut self, diff: &Diff<'_>) {
        let verdict = verdict(diff);
        let painted = match diff.summary.verdict {
            Effect::Rejected | Effect::DataLoss => self.paint.danger(&verdict),
            Effect::Stale | Effect::Rerun | Effect::Restart | Effect::Outage => {
                self.paint.warning(&verdict)
            }
            Effect::None | Effect::InPlace | Effect::Scale => self.paint.fine(&verdict),
        };
        self.line(&painted);
        self.line(&self.paint.faint(&coverage(diff)));
    }

    fn changes(&mut self, diff: &Diff<'_>) {
        let folded = Folded::of(diff);
        for Rename { old, new, objects } in &diff.renames {
            self.out.push('\n');
            let objects = counted(*objects, "object");
            let (old, new) = (visible(old), visible(new));
            self.line(&format!("→ {objects} renamed: {old}… -> {new}…"));
        }
        if folded.following > 0 {
            let changes = counted(folded.following, "change");
            let verb = if folded.following == 1 { "s" } else { "" };
            self.line(&format!("    {changes} only follow{verb} a new name"));
        }
        for (change, count) in &folded.common {
            self.out.push('\n');
            self.line(
                &self
                    .paint
                    .bold(&format!("on {}", counted(*count, "object"))),
            );
            self.change(change);
        }
        let mut others = 0;
        let mut apart = true;
        for (object, own) in diff.objects.iter().zip(&folded.own) {
            let is_shown_above = own.is_empty() && !object.changes.is_empty();
            if is_shown_above && object.action == Action::Changed {
                others += 1;
                continue;
            }
            // There are no empty lines between objects without changes of their own.
            if apart || !own.is_empty() {
                self.out.push('\n');
            }
            apart = !own.is_empty();
            self.object(object, own);
        }
        if others > 0 {
            let objects = counted(others, "object");
            let verb = if others == 1 { "s" } else { "" };
            self.out.push('\n');
            self.line(
                &self
                    .paint
                    .faint(&format!("{objects} differ{verb} only in the changes above")),
            );
        }
    }

    fn object(&mut self, object: &ObjectDiff<'_>, own: &[&Change]) {
        let effects = effects(object);
        let headline = self.paint.bold(&headline(object));
        self.line(&format!("{headline}  {effects}"));
        for change in own {
            self.change(change);
        }
    }

    fn change(&mut self, change: &Change) {
        for part in parts(change) {
            self.part(part);
        }
        if let Some(made) = &change.attribution {
            self.line(&self.paint.faint(&format!("      <- {}", attribution(made))));
        }
    }

    fn part(&mut self, part: &Change) {
        let path = visible(&part.path.to_string()).into_owned();
        let sign = sign(part);
        let taken = 4 + path.chars().count() + 2;
        match view(part, self.context, self.width.saturating_sub(taken)) {
            View::Line(line) if line.is_empty() => {
                self.line(&format!("  {sign} {}", self.paint.place(&path)));
            }
            View::Line(line) => {
                let line = self.paint.line(sign, &line);
                self.line(&format!("  {sign} {}: {line}", self.paint.place(&path)));
            }
            View::Lines(lines) => {
                self.line(&format!("  {sign} {}", self.paint.place(&path)));
                for (sign, line) in lines {
                    let line = format!("{sign} {line}");
                    let line = if sign == '@' {
                        self.paint.faint(&line)
                    } else {
                        self.paint.line(sign, &line)
                    };
                    self.line(&format!("      {line}"));
                }
            }
        }
    }
}

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
    fn findings(&mut self, diff: &Diff<'_>) {
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
    fn notes(&mut self, diff: &Diff<'_>) {
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

    /// What another version of the chart does with the values, and the fields that it is about.
    fn values(&mut self, diff: &Diff<'_>) {
        /// So many fields show what a value is about.
        const MOST: usize = 8;
        for finding in &diff.values {
            let (place, message, fields) = value_lines(finding);
            self.out.push('\n');
            let word = match finding.change {
                ValueChange::Unknown => self.paint.danger("unknown   "),
                _ => self
                    .paint
                    .warning(&format!("{:<10}", finding.change.name())),
            };
            self.line(&format!("{word} {}", self.paint.bold(&place)));
            self.wrapped(2, &message);
            if let Some(help) = &finding.help {
                self.wrapped(2, help);
            }
            for field in fields.iter().take(MOST) {
                self.line(&format!("    {field}"));
            }
            if let Some(more) = fields.len().checked_sub(MOST).filter(|more| *more > 0) {
                self.line(&format!("    and {}", counted(more, "more field")));
            }
        }
    }

    /// The fields that differ from render to render, a line each.
    fn random(&mut self, diff: &Diff<'_>) {
        let objects = random(diff);
        if !objects.is_empty() {
            self.out.push('\n');
            self.line(&self.paint.faint(&format!("{RANDOM}:")));
        }
        for (object, paths) in objects {
            for path in paths {
                self.line(&self.paint.faint(&format!("  {object}  {path}")));
            }
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
