//! Requests and limits of a container that the API server refuses together, each correct by itself: a request above its
//! limit, for example. Amounts that cannot be read are left to the schema.
//!
//! A schema marks the values that become a container's `resources` with `x-resources: true`. A map whose key `x-unused-if`
//! holds `{part: path}` names parts that are not rendered where the value at the path is true.
//!
//! Source: `ValidateResourceRequirements` in `pkg/apis/core/validation/validation.go`.

mod words;

use serde_json::{Map, Value};

use super::node;
use crate::chart::Chart;
use crate::kubernetes::{
    Quantity, huge_page_size, is_extended, is_huge_pages, may_be_overcommitted,
};
use crate::yaml::{Path, Step};

/// The two lists of amounts.
const REQUESTS: &str = "requests";
const LIMITS: &str = "limits";

/// Something that the API server refuses.
pub(super) struct Problem {
    /// The container's resources.
    resources: Path,
    /// The list of amounts that is at fault, and the resource in it.
    list: &'static str,
    resource: String,
    reason: Reason,
}

enum Reason {
    /// The request is more than the limit.
    Above { request: String, limit: String },
    /// The request is another than the limit, and they have to be equal.
    Unequal { request: String, limit: String },
    /// The limit is missing, and has to be equal to the request.
    NoLimit,
    /// A part of a thing that is counted.
    NotWhole,
    /// An amount between two numbers of pages.
    NotInPages,
    /// Huge pages for a container that asks for neither processor nor memory.
    PagesAlone,
}

/// All problems, in the order of the values.
pub(super) fn problems(chart: &Chart, values: &Value) -> Vec<Problem> {
    let mut found = Vec::new();
    walk(values, &mut Vec::new(), &mut found);
    // The schema is only looked at where something would be wrong: most values have no resources at all.
    found.retain(|problem| is_rendered(chart, values, &problem.resources));
    found
}

fn walk(value: &Value, walked: &mut Vec<Step>, found: &mut Vec<Problem>) {
    let Value::Object(map) = value else { return };
    if [REQUESTS, LIMITS].iter().any(|key| map.contains_key(*key)) {
        of_container(map, walked, found);
    }
    for (key, below) in map {
        walked.push(Step::Key(key.clone()));
        walk(below, walked, found);
        walked.pop();
    }
}

/// Whether the values at a path become the resources of a container of this release.
fn is_rendered(chart: &Chart, values: &Value, path: &Path) -> bool {
    let schema = chart.schema_tree();
    let marked = node::at(schema, &path.0).is_some_and(|node| node["x-resources"] == true);
    marked
        && path.0.iter().enumerate().all(|(depth, step)| {
            let Step::Key(part) = step else { return true };
            let switch = node::at(schema, &path.0[..depth])
                .and_then(|node| node["x-unused-if"][part].as_str());
            !switch.is_some_and(|switch| is_true(values, switch))
        })
}

fn is_true(values: &Value, dotted: &str) -> bool {
    let value = dotted
        .split('.')
        .try_fold(values, |value, key| value.get(key));
    value == Some(&Value::Bool(true))
}

fn of_container(container: &Map<String, Value>, walked: &[Step], found: &mut Vec<Problem>) {
    let mut add = |list: &'static str, resource: &str, reason: Reason| {
        found.push(Problem {
            resources: Path(walked.to_vec()),
            list,
            resource: resource.to_owned(),
            reason,
        });
    };
    let amounts = |list: &str| {
        let amounts = container
            .get(list)
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        amounts.filter_map(|(name, amount)| Some((name, amount, Quantity::of(amount)?)))
    };
    for (name, written, request) in amounts(REQUESTS) {
        let limit = amounts(LIMITS).find(|(limited, _, _)| *limited == name);
        let as_written = |limit: &Value| (plain(written), plain(limit));
        match limit {
            Some((_, limit, allowed)) if request != allowed && !may_be_overcommitted(name) => {
                let (request, limit) = as_written(limit);
                add(REQUESTS, name, Reason::Unequal { request, limit });
            }
            Some((_, limit, allowed)) if request > allowed => {
                let (request, limit) = as_written(limit);
                add(REQUESTS, name, Reason::Above { request, limit });
            }
            None if !may_be_overcommitted(name) => add(REQUESTS, name, Reason::NoLimit),
            _ => {}
        }
    }
    for list in [REQUESTS, LIMITS] {
        for (name, _, amount) in amounts(list) {
            if is_extended(name) && !amount.is_whole() {
                add(list, name, Reason::NotWhole);
            }
            if huge_page_size(name).is_some_and(|size| !amount.is_multiple_of(size)) {
                add(list, name, Reason::NotInPages);
            }
        }
    }
    let named = |wanted: fn(&str) -> bool| {
        let of = |list| {
            amounts(list)
                .find(|(name, _, _)| wanted(name))
                .map(|(name, _, _)| (list, name))
        };
        of(LIMITS).or_else(|| of(REQUESTS))
    };
    if let (Some((list, name)), None) = (
        named(is_huge_pages),
        named(|name| matches!(name, "cpu" | "memory")),
    ) {
        add(list, name, Reason::PagesAlone);
    }
}

/// A quantity as it is written, without quotes.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), |text| text.trim().to_owned())
}
