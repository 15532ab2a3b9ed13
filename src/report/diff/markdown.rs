//! A comparison as a comment on a pull request: a table of findings, and each object behind a fold.
//! It may leave out what objects hold, the mildest first, to keep a size; it never leaves out a finding.

mod escape;
mod table;

use super::fold::Folded;
use super::value::{View, parts, sign, view};
use super::verdict::verdict;
use super::{attribution, counted, coverage, effects, headline, lines};
use crate::diagnostics::visible;
use crate::diff::{Change, Diff, Effect, ObjectDiff, Rename, Shown};
use escape::{code, fence, plain};

/// Known to whoever wants to replace an earlier comment.
const MARKER: &str = "<!-- swanlab-render diff -->\n";

/// Room for the line that says what was left out.
const NOTE_BYTES: usize = 160;

/// The comment, at most `max_bytes` long if that is possible without leaving out findings.
pub fn markdown(
    diff: &Shown<'_>,
    context: Option<usize>,
    max_bytes: Option<usize>,
    out: &mut String,
) {
    let start = out.len();
    let mark = match diff.summary.verdict {
        Effect::Rejected | Effect::DataLoss => "🔴",
        Effect::Stale | Effect::Rerun | Effect::Restart | Effect::Outage => "🟠",
        Effect::None | Effect::InPlace | Effect::Scale => "🟢",
    };
    out.push_str(MARKER);
    out.push_str(&format!("### {mark} {}\n\n", plain(&verdict(diff))));
    table::write(&diff.findings, out);
    out.push_str(&format!("{}\n", plain(&coverage(diff))));
    let items = items(diff, context.unwrap_or(lines::CONTEXT));
    let room = max_bytes.map(|max| max.saturating_sub(out.len() - start));
    let dropped = write_items(items, room, out);
    if dropped > 0 {
        let parts = counted(dropped, "part");
        out.push_str(&format!(
            "\n_{parts} left out to keep the size; `swanlab-render diff` shows all of it._\n"
        ));
    }
}

/// A part of the comment that can be shortened.
struct Item {
    effect: Effect,
    full: String,
    /// What is left of it if there is no room.
    short: String,
}

fn items(diff: &Diff<'_>, context: usize) -> Vec<Item> {
    let folded = Folded::of(diff);
    let mut items = Vec::new();
    for Rename { old, new, objects } in &diff.renames {
        let line = format!(
            "\n{} renamed: {} → {}\n",
            counted(*objects, "object"),
            code(&format!("{old}…")),
            code(&format!("{new}…"))
        );
        items.push(Item {
            // It explains all the rest.
            effect: Effect::DataLoss,
            full: line.clone(),
            short: line,
        });
    }
    for (change, count) in &folded.common {
        let count = counted(*count, "object");
        items.push(Item {
            effect: change.effect,
            full: folds(&format!("on {count}"), &body(&[change], context)),
            short: String::new(),
        });
    }
    for (object, own) in diff.objects.iter().zip(&folded.own) {
        if own.is_empty() && !object.changes.is_empty() && object.old_name.is_none() {
            continue;
        }
        items.push(one(object, own, context));
    }
    items
}

fn one(object: &ObjectDiff<'_>, own: &[&Change], context: usize) -> Item {
    let effects = effects(object);
    let title = code(&headline(object));
    let title = match (own.len(), effects.as_str()) {
        (0, "") => title,
        (0, effects) => format!("{title} {effects}"),
        (count, effects) => format!("{title} {effects} ({})", counted(count, "change")),
    };
    let line = format!("\n- {title}\n");
    Item {
        effect: object.effects.iter().copied().max().unwrap_or_default(),
        full: if own.is_empty() {
            line.clone()
        } else {
            folds(&title, &body(own, context))
        },
        short: line,
    }
}

fn folds(title: &str, body: &str) -> String {
    let fence = fence(body);
    format!("\n<details><summary>{title}</summary>\n\n{fence}diff\n{body}{fence}\n\n</details>\n")
}

/// Lines for a fence with the language `diff`.
fn body(changes: &[&Change], context: usize) -> String {
    let mut body = String::new();
    for change in changes {
        for part in parts(change) {
            let path = part.path.to_string();
            let path = visible(&path);
            let line = match view(part, context, usize::MAX) {
                View::Line(line) => match (sign(part), &part.old, &part.new) {
                    (' ', Some(_), Some(_)) if line.contains(" -> ") => {
                        let one = |value| match value {
                            View::Line(line) => line,
                            View::Lines(_) => String::new(),
                        };
                        let side = |old: bool| {
                            let mut alone = part.clone();
                            if old {
                                alone.new = None;
                            } else {
                                alone.old = None;
                            }
                            one(view(&alone, context, usize::MAX))
                        };
                        format!("- {path}: {}\n+ {path}: {}\n", side(true), side(false))
                    }
                    (sign, ..) => format!("{sign} {path}: {line}\n"),
                },
                View::Lines(lines) => {
                    let lines = lines.iter().map(|(sign, line)| match sign {
                        '@' => format!("@@ {line} @@\n"),
                        sign => format!("{sign} {line}\n"),
                    });
                    format!("@@ {path} @@\n{}", lines.collect::<String>())
                }
            };
            body.push_str(&line);
        }
        if let Some(made) = &change.attribution {
            body.push_str(&format!("# {}\n", attribution(made)));
        }
    }
    body
}

/// Writes the items, shortened from the mildest up until they fit; tells how many were.
fn write_items(items: Vec<Item>, room: Option<usize>, out: &mut String) -> usize {
    let mut total: usize = items.iter().map(|item| item.full.len()).sum();
    let mut texts: Vec<&str> = items.iter().map(|item| item.full.as_str()).collect();
    let mut shortened = vec![false; items.len()];
    if let Some(room) = room.filter(|room| total > *room) {
        let room = room.saturating_sub(NOTE_BYTES);
        let mut order: Vec<usize> = (0..items.len()).rev().collect();
        order.sort_by_key(|place| items[*place].effect);
        // Bodies first, then the lines that stand for them.
        let shorts: Vec<(usize, &str)> = order
            .iter()
            .map(|place| (*place, items[*place].short.as_str()))
            .chain(order.iter().map(|place| (*place, "")))
            .collect();
        for (place, short) in shorts {
            if total <= room {
                break;
            }
            if short.len() < texts[place].len() {
                total = total + short.len() - texts[place].len();
                texts[place] = short;
                shortened[place] = true;
            }
        }
    }
    for text in texts {
        out.push_str(text);
    }
    shortened.into_iter().filter(|short| *short).count()
}
