//! A comparison as a page to look at: the verdict and the findings first, then the map with what changes, the values with
//! all that each touches, and every object in a fold.

mod findings;
mod objects;
mod values;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::class::{Classes, class};
use super::effects::meaning;
use super::verdict::verdict;
use crate::diff::{Attribution, Effect, ObjectRef, Shown};
use crate::report::html::{Html, page};
use crate::report::topology::picture;
use crate::topology::Topology;

/// The page. `sums` is what the upgrade changes of the installation's size, if it does.
pub fn html(diff: &Shown<'_>, topology: &Topology, sums: Option<&str>, out: &mut String) {
    let sheet = Sheet::new(diff, "");
    let title = sheet.sentence();
    page(&title, out, |html| {
        html.element("main", &[], |html| {
            sheet.verdict("h1", &title, sums, html);
            sheet.findings(html);
            map(diff, topology, html);
            sheet.values(html);
            sheet.objects(html);
            sheet.legend(html);
        });
    });
}

/// A comparison on a page, with the numbers by which its parts link to each other.
pub(in crate::report) struct Sheet<'d, 'a> {
    diff: &'d Shown<'a>,
    /// What its anchors begin with, since a page can have several.
    prefix: &'d str,
    /// The values that made changes, in their order on the page.
    causes: Vec<&'d Attribution>,
    /// The place of each value in `causes`.
    numbers: HashMap<Key<'d>, usize>,
    /// The values that made changes of objects, numbered in the order of their names.
    touching: BTreeMap<&'d str, usize>,
    /// The place of each object in the comparison, by kind, namespace, and its name before or after.
    places: HashMap<[&'d str; 3], usize>,
}

/// Value, file and line.
type Key<'d> = (&'d str, &'d str, Option<usize>);

fn key(made: &Attribution) -> Key<'_> {
    (&made.value, &made.file, made.line)
}

/// Kind, namespace and name.
fn name(object: &ObjectRef) -> [&str; 3] {
    [&object.kind, &object.namespace, &object.name]
}

impl<'d, 'a> Sheet<'d, 'a> {
    pub(in crate::report) fn new(diff: &'d Shown<'a>, prefix: &'d str) -> Self {
        let of_changes = diff.objects.iter().flat_map(|object| &object.changes);
        let of_changes = of_changes.filter_map(|change| change.attribution.as_ref());
        let of_findings = diff
            .findings
            .iter()
            .filter_map(|finding| finding.attribution.as_ref());
        let mut causes: Vec<&Attribution> = of_findings.chain(of_changes).collect();
        causes.sort_by_key(|one| (&one.file, one.line, &one.value));
        causes.dedup_by(|one, before| key(one) == key(before));
        let touching: BTreeSet<&str> = diff.objects.iter().flat_map(objects::values).collect();
        let places = diff.objects.iter().enumerate().flat_map(|(at, object)| {
            let [kind, namespace, name] = name(&object.object);
            let names = object.old_name.as_deref().into_iter().chain([name]);
            names.map(move |name| ([kind, namespace, name], at))
        });
        Self {
            diff,
            prefix,
            numbers: causes
                .iter()
                .enumerate()
                .map(|(at, one)| (key(one), at))
                .collect(),
            causes,
            touching: (0..).zip(touching).map(|(at, value)| (value, at)).collect(),
            places: places.collect(),
        }
    }

    /// The verdict in words.
    pub(in crate::report) fn sentence(&self) -> String {
        verdict(self.diff)
    }

    /// What the effects mean that are on the page.
    pub(in crate::report) fn legend(&self, html: &mut Html) {
        let of_objects = self.diff.objects.iter().flat_map(|object| &object.effects);
        let of_findings = self.diff.findings.iter().map(|finding| &finding.effect);
        let effects: BTreeSet<Effect> = of_objects.chain(of_findings).copied().collect();
        if effects.is_empty() {
            return;
        }
        html.element("section", &[("aria-labelledby", "effects")], |html| {
            html.leaf("h2", &[("id", "effects")], "What the effects mean");
            html.element("dl", &[], |html| {
                for effect in effects.into_iter().rev() {
                    html.element("dt", &[], |html| badge(effect, effect.name(), html));
                    html.leaf("dd", &[], &meaning(effect));
                }
            });
        });
    }

    /// A link to the value that made a change.
    fn origin(&self, made: Option<&Attribution>, html: &mut Html) {
        let Some((made, at)) = made.and_then(|made| Some((made, self.numbers.get(&key(made))?)))
        else {
            return;
        };
        let target = format!("#{}v{at}", self.prefix);
        html.element("p", &[], |html| {
            html.text("from ");
            html.leaf(
                "a",
                &[("class", "mono"), ("href", &target)],
                &super::attribution(made),
            );
        });
    }
}

fn badge(effect: Effect, text: &str, html: &mut Html) {
    html.leaf(
        "span",
        &[("class", &format!("badge {}", class(effect)))],
        text,
    );
}

/// The map of what is there before or after, with what changes in the colour of its effect.
fn map(diff: &Shown<'_>, topology: &Topology, html: &mut Html) {
    if topology.edges.is_empty() || topology.nodes.len() > MOST_NODES {
        return;
    }
    let classes = Classes::of(diff);
    html.element("section", &[("aria-labelledby", "map")], |html| {
        html.leaf("h2", &[("id", "map")], "Map");
        html.element("details", &[], |html| {
            html.leaf(
                "summary",
                &[],
                "Show what talks to what; what changes is coloured",
            );
            let role = [
                ("class", "map"),
                ("tabindex", "0"),
                ("role", "region"),
                ("aria-label", "Map"),
            ];
            html.element("div", &role, |html| {
                html.markup(&picture(topology, &|node| classes.get(node)));
            });
        });
    });
}

/// A larger map shows nothing.
const MOST_NODES: usize = 300;
