//! A comparison for people at a terminal: the verdict, then findings, worst first, then what changes.
//! It tells what many objects have in common once.

mod findings;

use super::fold::Folded;
use super::paint::Paint;
use super::value::{View, parts, sign, view};
use super::verdict::verdict;
use super::{attribution, counted, coverage, effects, headline, lines};
use crate::diagnostics::visible;
use crate::diff::{Action, Change, Diff, Effect, ObjectDiff, Rename, Shown};
use crate::report::Style;

/// The report, with so many unchanged lines around each change of a text.
pub fn text(diff: &Shown<'_>, context: Option<usize>, style: Style, out: &mut String) {
    let mut report = Report {
        paint: Paint(style.colour),
        width: style.width.max(MIN_WIDTH),
        context: context.unwrap_or(lines::CONTEXT),
        out,
    };
    report.verdict(diff);
    findings::write(&mut report, diff);
    report.changes(diff);
    findings::notes(&mut report, diff);
}

/// Narrower than that, nothing can be read anyway.
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

    /// A sentence behind an indentation, broken at spaces.
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
        let mut alone = 0;
        let mut apart = true;
        for (object, own) in diff.objects.iter().zip(&folded.own) {
            let told_above = own.is_empty() && !object.changes.is_empty();
            if told_above && object.action == Action::Changed {
                alone += 1;
                continue;
            }
            // Names alone stand close together.
            if apart || !own.is_empty() {
                self.out.push('\n');
            }
            apart = !own.is_empty();
            self.object(object, own);
        }
        if alone > 0 {
            let objects = counted(alone, "object");
            let verb = if alone == 1 { "s" } else { "" };
            self.out.push('\n');
            self.line(&self.paint.faint(&format!(
                "{objects} differ{verb} in nothing but what is told above"
            )));
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
