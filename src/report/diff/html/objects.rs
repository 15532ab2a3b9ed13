//! The objects, each in a fold, and the filters of their list.

use std::collections::BTreeSet;

use super::super::value::{CONTEXT, View, parts, sign, view};
use super::super::{counted, headline};
use super::{Sheet, badge};
use crate::diff::{Action, Change, Class, Effect, ObjectDiff};
use crate::report::html::Html;
use crate::yaml;

impl Sheet<'_, '_> {
    /// The objects in the order of the comparison.
    pub(in crate::report) fn objects(&self, html: &mut Html) {
        if self.diff.objects.is_empty() {
            return;
        }
        let label = format!("{}objects", self.prefix);
        html.element("section", &[("aria-labelledby", &label)], |html| {
            html.leaf("h2", &[("id", &label)], "Objects");
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
        let values: BTreeSet<&str> = self.causes.iter().map(|cause| &*cause.value).collect();
        let choices: [(&str, &str, Vec<&str>); 3] = [
            (
                "effect",
                "Effect",
                effects.iter().rev().map(|effect| effect.name()).collect(),
            ),
            ("kind", "Kind", kinds.into_iter().collect()),
            ("value", "Value", values.into_iter().collect()),
        ];
        html.element(
            "form",
            &[("class", "filters"), ("aria-label", "Filter objects")],
            |html| {
                html.element("label", &[("class", "needs-script")], |html| {
                    html.text("Text");
                    html.void("input", &[("type", "search"), ("name", "text")]);
                });
                for (name, word, all) in choices {
                    html.element("label", &[("class", "needs-script")], |html| {
                        html.text(word);
                        html.element("select", &[("name", name)], |html| {
                            html.leaf("option", &[("value", "")], "all");
                            for one in all {
                                html.leaf("option", &[("value", one)], one);
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
        let values: BTreeSet<&str> = object
            .changes
            .iter()
            .filter_map(|change| Some(&*change.attribution.as_ref()?.value))
            .collect();
        // A dotted path has no line break.
        let values = values.into_iter().collect::<Vec<_>>().join("\n");
        let attributes = [
            ("class", "object"),
            ("id", &*format!("{}o{at}", self.prefix)),
            ("data-effects", &*effects.join(" ")),
            ("data-kind", &*object.object.kind),
            ("data-values", &*values),
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
            for part in parts(change) {
                html.element("p", &[], |html| {
                    html.leaf("code", &[], &part.path.to_string());
                });
                match view(part, CONTEXT, usize::MAX) {
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
            if change.effect != Effect::None {
                html.element("p", &[], |html| {
                    badge(change.effect, change.effect.name(), html);
                });
            }
            self.origin(change.attribution.as_ref(), html);
        });
    }
}

/// A change that fits on one line.
fn short(part: &Change, line: &str, html: &mut Html) {
    html.element("p", &[("class", "mono")], |html| match sign(part) {
        '+' => html.leaf("ins", &[], line),
        '-' => html.leaf("del", &[], line),
        _ => html.text(line),
    });
}
