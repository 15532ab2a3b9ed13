//! The objects, each in a fold, and the filters of their list.

use std::collections::BTreeSet;

use super::super::value::{CONTEXT, View, parts, sign, view};
use super::super::{counted, headline};
use super::{Sheet, badge};
use crate::diff::{Action, Change, Class, Effect, ObjectDiff, Rename};
use crate::report::html::Html;
use crate::yaml;

/// A longer value is on lines of its own.
const COLUMNS: usize = 100;

/// What an object has in its attribute, and what is shown.
type Choice = (String, String);

impl Sheet<'_, '_> {
    /// The objects in the order of the comparison.
    pub(in crate::report) fn objects(&self, html: &mut Html) {
        if self.diff.objects.is_empty() {
            return;
        }
        let label = format!("{}objects", self.prefix);
        html.element("section", &[("aria-labelledby", &label)], |html| {
            html.leaf("h2", &[("id", &label)], "Objects");
            for Rename { old, new, objects } in &self.diff.renames {
                let objects = counted(*objects, "object");
                html.element("p", &[], |html| {
                    html.text(&format!("{objects} renamed: "));
                    html.leaf("code", &[], &format!("{old}… -> {new}…"));
                });
            }
            self.filters(html);
            for (at, object) in self.diff.objects.iter().enumerate() {
                self.object(object, at, html);
            }
        });
    }

    fn filters(&self, html: &mut Html) {
        let kinds: BTreeSet<&str> = self
            .diff
            .objects
            .iter()
            .map(|object| &*object.object.kind)
            .collect();
        let effects: BTreeSet<Effect> = self
            .diff
            .objects
            .iter()
            .flat_map(|object| &object.effects)
            .copied()
            .collect();
        let same = |name: &str| (name.to_owned(), name.to_owned());
        let values = self.touching.iter();
        let choices: [(&str, &str, Vec<Choice>); 3] = [
            (
                "effect",
                "Effect",
                effects
                    .iter()
                    .rev()
                    .map(|effect| same(effect.name()))
                    .collect(),
            ),
            ("kind", "Kind", kinds.into_iter().map(same).collect()),
            (
                "value",
                "Value",
                values
                    .map(|(value, number)| (number.to_string(), (*value).to_owned()))
                    .collect(),
            ),
        ];
        html.element(
            "form",
            &[("class", "filters"), ("aria-label", "Filter objects")],
            |html| {
                html.element("label", &[("class", "needs-script")], |html| {
                    html.text("Text");
                    html.void("input", &[("type", "search"), ("name", "text")]);
                });
                for (name, word, all) in choices.into_iter().filter(|(.., all)| !all.is_empty()) {
                    html.element("label", &[("class", "needs-script")], |html| {
                        html.text(word);
                        html.element("select", &[("name", name)], |html| {
                            html.leaf("option", &[("value", "")], "all");
                            for (value, text) in all {
                                html.leaf("option", &[("value", &value)], &text);
                            }
                        });
                    });
                }
                for (name, word) in [("open", "Unfold all"), ("fold", "Fold all")] {
                    html.leaf(
                        "button",
                        &[
                            ("type", "button"),
                            ("class", &format!("{name} needs-script")),
                        ],
                        word,
                    );
                }
                if self.prefix.is_empty() {
                    html.element("label", &[("class", "check")], |html| {
                        html.void("input", &[("type", "checkbox"), ("id", "side")]);
                        html.text("Side by side");
                    });
                }
                html.leaf("output", &[("class", "soft needs-script")], "");
            },
        );
    }

    fn object(&self, object: &ObjectDiff<'_>, at: usize, html: &mut Html) {
        let effects: Vec<&str> = object.effects.iter().map(|effect| effect.name()).collect();
        let values = values(object).filter_map(|value| self.touching.get(value));
        let values: BTreeSet<usize> = values.copied().collect();
        let values: Vec<String> = values.iter().map(usize::to_string).collect();
        let attributes = [
            ("class", "object"),
            ("id", &*format!("{}o{at}", self.prefix)),
            ("data-effects", &*effects.join(" ")),
            ("data-kind", &*object.object.kind),
            ("data-values", &*values.join(" ")),
        ];
        html.element("details", &attributes, |html| {
            html.element("summary", &[], |html| {
                html.leaf("code", &[], &headline(object));
                for effect in object
                    .effects
                    .iter()
                    .rev()
                    .filter(|effect| **effect != Effect::None)
                {
                    html.text(" ");
                    let accepted = object.accepted.contains(effect);
                    badge(
                        *effect,
                        &format!("{effect}{}", if accepted { ", accepted" } else { "" }),
                        html,
                    );
                }
            });
            match object.action {
                Action::Added | Action::Removed => self.whole(object, html),
                Action::Changed | Action::Renamed => {
                    let renamed = object
                        .changes
                        .iter()
                        .filter(|change| change.class == Class::Renamed);
                    let renamed = renamed.count();
                    for change in object
                        .changes
                        .iter()
                        .filter(|change| change.class != Class::Renamed)
                    {
                        self.change(change, html);
                    }
                    if renamed > 0 {
                        let changes = counted(renamed, "change");
                        html.leaf(
                            "p",
                            &[("class", "soft")],
                            &format!("{changes} that follow a new name"),
                        );
                    }
                }
            }
        });
    }

    /// An object that is on one side only.
    fn whole(&self, object: &ObjectDiff<'_>, html: &mut Html) {
        let side = self.diff.sides(object).into_iter().flatten().next();
        let text = side
            .map(|side| yaml::to_string(&side.object))
            .unwrap_or_default();
        html.element("pre", &[], |html| html.lines(&text));
    }

    fn change(&self, change: &Change, html: &mut Html) {
        html.element("div", &[("class", "change")], |html| {
            for (place, part) in parts(change).into_iter().enumerate() {
                html.element("p", &[], |html| {
                    html.leaf("code", &[], &part.path.to_string());
                    if place == 0 && change.effect != Effect::None {
                        html.text(" ");
                        badge(change.effect, change.effect.name(), html);
                    }
                });
                match view(part, CONTEXT, COLUMNS) {
                    View::Line(line) => short(part, &line, html),
                    View::Lines(lines) => html.element("div", &[("class", "lines mono")], |html| {
                        for (sign, line) in &lines {
                            match sign {
                                '-' => html.leaf("del", &[], line),
                                '+' => html.leaf("ins", &[], line),
                                '@' => html.leaf("i", &[("class", "gap")], line),
                                _ => html.leaf("span", &[], line),
                            }
                        }
                    }),
                }
            }
            self.origin(change.attribution.as_ref(), html);
        });
    }
}

/// The values that made an object's changes.
pub(super) fn values<'d>(object: &'d ObjectDiff<'_>) -> impl Iterator<Item = &'d str> {
    let changes = object.changes.iter();
    changes.filter_map(|change| Some(&*change.attribution.as_ref()?.value))
}

/// A change that fits on one line.
fn short(part: &Change, line: &str, html: &mut Html) {
    html.element("p", &[("class", "mono")], |html| match sign(part) {
        '+' => html.leaf("ins", &[], line),
        '-' => html.leaf("del", &[], line),
        _ => html.text(line),
    });
}
