//! A comparison for people at a terminal: the verdict, the findings (worst first), and the changes. What several objects
//! have in common is written once.

mod findings;

use serde_json::Value;

use super::value::{CONTEXT, Paint, View, parts, sign, view};
use super::verdict::{Folded, verdict};
use super::{
    Detail, Extent, RANDOM, attribution, counted, coverage, effects, headline, random, title,
    value_lines,
};
use crate::diagnostics::visible;
use crate::diff::{Action, Change, Diff, Effect, ObjectDiff, Rename, Shown, ValueChange};
use crate::report::Style;

/// The report.
pub fn text(diff: &Shown<'_>, detail: Detail, style: Style, out: &mut String) {
    let mut report = Report {
        paint: Paint(style.colour),
        width: style.width.max(MIN_WIDTH),
        context: detail.context.unwrap_or(CONTEXT),
        extent: detail.extent,
        out,
    };
    report.verdict(diff);
    report.findings(diff);
    report.values(diff);
    match detail.extent {
        Extent::Lines => report.lines(diff),
        Extent::Folded | Extent::Whole => report.changes(diff),
    }
    report.notes(diff);
    report.random(diff);
}

/// A text of which more lines than these differ is folded.
const LONG: usize = 16;

/// The smallest width. A narrower report would be hard to read.
const MIN_WIDTH: usize = 40;

struct Report<'o> {
    paint: Paint,
    width: usize,
    context: usize,
    extent: Extent,
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

    /// The objects, a line each.
    fn lines(&mut self, diff: &Diff<'_>) {
        self.renames(diff);
        if !diff.objects.is_empty() {
            self.out.push('\n');
        }
        for object in &diff.objects {
            self.object(object, &[]);
        }
    }

    fn renames(&mut self, diff: &Diff<'_>) {
        for Rename { old, new, objects } in &diff.renames {
            self.out.push('\n');
            let objects = counted(*objects, "object");
            let (old, new) = (visible(old), visible(new));
            self.line(&format!("→ {objects} renamed: {old}… -> {new}…"));
        }
    }

    /// The changes of each object; those that many objects have in common once, before the others.
    fn changes(&mut self, diff: &Diff<'_>) {
        let folded = Folded::of(diff);
        self.renames(diff);
        if folded.following > 0 {
            let changes = counted(folded.following, "change");
            let verb = if folded.following == 1 { "s" } else { "" };
            self.line(&format!("    {changes} only follow{verb} a new name"));
        }
        for (change, objects) in &folded.common {
            self.out.push('\n');
            let count = counted(objects.len(), "object");
            self.line(&self.paint.bold(&format!("on {count}")));
            if self.extent == Extent::Whole {
                for object in objects {
                    self.line(&self.paint.faint(&format!("    {}", title(object))));
                }
            }
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
            View::Lines(lines) if self.folds(part, &lines) => {
                let count = |wanted| lines.iter().filter(|(sign, _)| *sign == wanted).count();
                let counts = [(count('-'), "removed"), (count('+'), "added")];
                let counts = counts.iter().filter(|(count, _)| *count > 0);
                let counts =
                    counts.map(|(count, what)| format!("{} {what}", counted(*count, "line")));
                let counts: Vec<String> = counts.collect();
                let counts = format!("{}; --full shows them", counts.join(", "));
                let place = self.paint.place(&path);
                self.line(&format!("  {sign} {place}: {}", self.paint.faint(&counts)));
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

    /// Whether a change is a text of which too many lines differ to be read among other changes.
    fn folds(&self, part: &Change, lines: &[(char, String)]) -> bool {
        let is_text = [&part.old, &part.new]
            .into_iter()
            .flatten()
            .all(Value::is_string);
        let changed = lines.iter().filter(|(sign, _)| "+-".contains(*sign));
        self.extent == Extent::Folded && is_text && changed.count() > LONG
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
}
