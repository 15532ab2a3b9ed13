//! A comparison as a comment on a pull request: a table of findings, and each object in a fold. To limit the size, the
//! details of mild changes are dropped first. Findings are never dropped.

use super::class::Classes;
use super::total::sums;
use super::value::{CONTEXT, View, parts, sign, view};
use super::verdict::{Folded, verdict};
use super::{
    Detail, Extent, RANDOM, attribution, counted, coverage, effects, headline, random, title,
    value_lines,
};
use crate::diagnostics::visible;
use crate::diff::{Certainty, Change, Diff, Effect, Finding, ObjectDiff, Rename, Shown};
use crate::report::markup::{code, fence, plain};
use crate::report::topology::flowchart;
use crate::topology::Topology;

/// Marks the comment, so that it can be found and replaced.
const MARKER: &str = "<!-- swanlab-render diff -->\n";

/// Room for the line about what was left out.
const NOTE_BYTES: usize = 160;

/// The comment, at most `max_bytes` long if that is possible without dropping findings. `size` is what is more and what
/// is less of the installation. With a `map`, what changes is drawn.
pub fn markdown(
    diff: &Shown<'_>,
    detail: Detail,
    max_bytes: Option<usize>,
    size: Option<&str>,
    map: Option<&Topology>,
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
    table(&diff.findings, out);
    values(diff, out);
    out.push_str(&format!("{}\n", plain(&coverage(diff))));
    let mut items: Vec<Item> = map.and_then(|map| drawn(diff, map)).into_iter().collect();
    items.extend(changes(diff, detail));
    let total = total(diff, size);
    let room = max_bytes.map(|max| max.saturating_sub(out.len() - start + total.len()));
    let dropped = write_items(items, room, out);
    if dropped > 0 {
        let parts = counted(dropped, "part");
        out.push_str(&format!(
            "\n_{parts} left out to limit the size; `swanlab-render diff` shows everything._\n"
        ));
    }
    out.push_str(&total);
}

/// The last lines: how much there is to do, and what changes of the size.
fn total(diff: &Diff<'_>, size: Option<&str>) -> String {
    if diff.objects.is_empty() {
        return String::new();
    }
    let size = size.map_or_else(String::new, |size| format!("<br>Size: {}", plain(size)));
    format!("\n{}{size}\n", plain(&sums(diff)))
}

/// What another version of the chart does with the values.
fn values(diff: &Diff<'_>, out: &mut String) {
    for finding in &diff.values {
        let (place, message, fields) = value_lines(finding);
        let help = finding
            .help
            .as_ref()
            .map_or_else(String::new, |help| format!(" — {help}"));
        let line = format!("{} {}{}", code(&place), plain(&message), plain(&help));
        out.push_str(&format!("- **{}** {line}\n", finding.change.name()));
        for field in fields {
            out.push_str(&format!("  - {}\n", code(&field)));
        }
    }
    if !diff.values.is_empty() {
        out.push('\n');
    }
}

/// What changes and what is beside it, for Mermaid.
fn drawn(diff: &Diff<'_>, map: &Topology) -> Option<Item> {
    /// With more, nothing can be seen on it, and Mermaid does not draw it.
    const MOST_EDGES: usize = 200;
    let classes = Classes::of(diff);
    let part = map.around(|node| classes.get(node).is_some());
    if part.edges.is_empty() || part.edges.len() > MOST_EDGES {
        return None;
    }
    let mut picture = String::new();
    flowchart(&part, &|node| classes.get(node), &mut picture);
    Some(Item {
        effect: Effect::None,
        full: format!(
            "\n<details><summary>map of what changes</summary>\n\n```mermaid\n{picture}```\n\n</details>\n"
        ),
        short: String::new(),
    })
}

/// A part of the comment that can be shortened.
struct Item {
    effect: Effect,
    full: String,
    /// The text to use instead if there is no room.
    short: String,
}

fn changes(diff: &Diff<'_>, detail: Detail) -> Vec<Item> {
    let context = detail.context.unwrap_or(CONTEXT);
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
            // It explains the other changes, so it is kept longest.
            effect: Effect::DataLoss,
            full: line.clone(),
            short: line,
        });
    }
    if detail.extent == Extent::Lines {
        items.extend(diff.objects.iter().map(|object| one(object, &[], context)));
        return items;
    }
    for (change, objects) in &folded.common {
        let names = objects
            .iter()
            .map(|object| format!("# {}\n", title(object)));
        let names = names.filter(|_| detail.extent == Extent::Whole);
        let body = names.collect::<String>() + &body(&[change], context);
        items.push(Item {
            effect: change.effect,
            full: folds(&format!("on {}", counted(objects.len(), "object")), &body),
            short: String::new(),
        });
    }
    for (object, own) in diff.objects.iter().zip(&folded.own) {
        if own.is_empty() && !object.changes.is_empty() && object.old_name.is_none() {
            continue;
        }
        items.push(one(object, own, context));
    }
    let random = random(diff).into_iter().flat_map(|(object, paths)| {
        let paths = paths.into_iter();
        paths.map(move |path| format!("{object}  {path}\n"))
    });
    let random: String = random.collect();
    if !random.is_empty() {
        items.push(Item {
            effect: Effect::None,
            full: folds(RANDOM, &random),
            short: String::new(),
        });
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

/// The lines of a fence with the language `diff`.
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
                            let mut one_side = part.clone();
                            if old {
                                one_side.new = None;
                            } else {
                                one_side.old = None;
                            }
                            one(view(&one_side, context, usize::MAX))
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

/// Writes the items and returns how many were shortened. The mildest are shortened first, until all fit.
fn write_items(items: Vec<Item>, room: Option<usize>, out: &mut String) -> usize {
    let mut total: usize = items.iter().map(|item| item.full.len()).sum();
    let mut texts: Vec<&str> = items.iter().map(|item| item.full.as_str()).collect();
    let mut shortened = vec![false; items.len()];
    if let Some(room) = room.filter(|room| total > *room) {
        let room = room.saturating_sub(NOTE_BYTES);
        let mut order: Vec<usize> = (0..items.len()).rev().collect();
        order.sort_by_key(|place| items[*place].effect);
        // First the details are dropped, then the remaining lines.
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

/// The table of findings, if there are any.
fn table(findings: &[Finding], out: &mut String) {
    if findings.is_empty() {
        return;
    }
    out.push_str("| Effect | Object | What happens |\n|---|---|---|\n");
    for finding in findings {
        let object = code(&title(&finding.object));
        let place = if finding.path.0.is_empty() {
            String::new()
        } else {
            format!("<br>{}", code(&finding.path.to_string()))
        };
        out.push_str(&format!(
            "| {} | {object}{place} | {} |\n",
            table_effect(finding),
            what(finding)
        ));
    }
    out.push('\n');
}

fn table_effect(finding: &Finding) -> String {
    let mark = match finding.effect {
        _ if finding.accepted => "☑️",
        _ if finding.certainty == Certainty::Conditional => "❔",
        Effect::Rejected | Effect::DataLoss => "🔴",
        Effect::Stale | Effect::Rerun | Effect::Restart | Effect::Outage => "🟠",
        Effect::None | Effect::InPlace | Effect::Scale => "🟢",
    };
    let accepted = if finding.accepted { ", accepted" } else { "" };
    format!("{mark} {}{accepted}", finding.effect.name())
}

fn what(finding: &Finding) -> String {
    let mut text = plain(&finding.message);
    if let Some(condition) = &finding.condition {
        text.push_str(&format!("<br>only if {}", plain(condition)));
    }
    if let Some(made) = &finding.attribution {
        text.push_str(&format!("<br>from {}", code(&attribution(made))));
    }
    for fix in &finding.fix {
        text.push_str(&format!("<br>{}", code(fix)));
    }
    text
}
