//! Requests and limits of a container that the API server refuses together, each correct by itself: a request above its
//! limit, for example. Amounts that cannot be read are left to the schema.
//!
//! A schema marks the values that become a container's `resources` with `x-resources: true`. A map whose key `x-unused-if`
//! holds `{part: path}` names parts that are not rendered where the value at the path is true.
//!
//! Source: `ValidateResourceRequirements` in `pkg/apis/core/validation/validation.go`.

use serde_json::{Map, Value};

use super::node;
use crate::chart::Chart;
use crate::diagnostics::Diagnostic;
use crate::kubernetes::{
    Quantity, huge_page_size, is_extended, is_huge_pages, may_be_overcommitted,
};
use crate::values::Origins;
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

fn walk<'v>(value: &'v Value, walked: &mut Vec<&'v str>, found: &mut Vec<Problem>) {
    let Value::Object(map) = value else { return };
    if [REQUESTS, LIMITS].iter().any(|key| map.contains_key(*key)) {
        of_container(map, walked, found);
    }
    for (key, below) in map {
        walked.push(key);
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
    Path::dotted(dotted).get(values) == Some(&Value::Bool(true))
}

fn of_container(container: &Map<String, Value>, walked: &[&str], found: &mut Vec<Problem>) {
    let mut add = |list: &'static str, resource: &str, reason: Reason| {
        found.push(Problem {
            resources: walked.iter().copied().map(Step::from).collect(),
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

/// The code of a request that its limit does not allow.
const REQUEST: &str = "SL114";

/// The code of an amount that is wrong by itself.
const AMOUNT: &str = "SL003";

impl Problem {
    /// The same in words, at what the user wrote of it.
    pub(super) fn diagnostic(&self, values: &Value, origins: &Origins) -> Diagnostic {
        let mut at = self.path(self.list);
        let mut other = self.path(LIMITS);
        let is_of_two = matches!(self.reason, Reason::Above { .. } | Reason::Unequal { .. });
        // The request is at fault, unless it is the chart's and the limit is not.
        let is_of_limit =
            is_of_two && origins.given(&at).is_none() && origins.given(&other).is_some();
        if is_of_limit {
            std::mem::swap(&mut at, &mut other);
        }
        let code = match self.reason {
            Reason::Above { .. } | Reason::Unequal { .. } | Reason::NoLimit => REQUEST,
            _ => AMOUNT,
        };
        let word = if is_of_limit {
            "the request"
        } else {
            "the limit"
        };
        let beside = origins.of(&other).filter(|_| is_of_two);
        Diagnostic::error(format!("{at}: {}", self.message(is_of_limit)))
            .with_code(code)
            .about(&at)
            .at(origins.nearest(&at))
            .at(beside.map(|origin| origin.label().clone().with_text(word)))
            .with_help(self.help(values, is_of_limit))
    }

    /// The path of the amount in a list.
    fn path(&self, list: &str) -> Path {
        self.resources.join(list).join(self.resource.as_str())
    }

    fn message(&self, is_of_limit: bool) -> String {
        let name = &self.resource;
        match &self.reason {
            Reason::Above { request, limit } if is_of_limit => {
                format!(
                    "the limit of {limit} is below the chart's request of {request}, and Kubernetes refuses such a pod"
                )
            }
            Reason::Above { request, limit } => {
                format!(
                    "the request of {request} is above the limit of {limit}, and Kubernetes refuses such a pod"
                )
            }
            Reason::Unequal { request, limit } => {
                format!(
                    "the requests and limits of {name} must be equal, and are {request} and {limit}"
                )
            }
            Reason::NoLimit => format!("a request of {name} needs a limit of the same amount"),
            Reason::NotWhole => format!("must be a whole number: {name} is counted in pieces"),
            Reason::NotInPages => "must be a multiple of the page size in the name".to_owned(),
            Reason::PagesAlone => {
                "huge pages need a request or limit of cpu or memory beside them".to_owned()
            }
        }
    }

    fn help(&self, values: &Value, is_of_limit: bool) -> String {
        let resources = &self.resources;
        match &self.reason {
            Reason::Above { limit, .. } if is_of_limit => {
                format!(
                    "raise the limit, or write {}: {limit} too",
                    self.path(REQUESTS)
                )
            }
            Reason::Above { .. } => "lower the request, or raise the limit".to_owned(),
            Reason::Unequal { .. } => {
                "write only the limit: Kubernetes uses it for the request too".to_owned()
            }
            Reason::NoLimit => {
                let request = self.path(REQUESTS);
                let amount = request.get(values).map(plain).unwrap_or_default();
                let limit = self.path(LIMITS);
                format!("write {limit}: {amount}; the request can then be left out")
            }
            Reason::NotWhole => "round it up".to_owned(),
            Reason::NotInPages => "round it up to whole pages".to_owned(),
            Reason::PagesAlone => format!("add {resources}.limits.memory"),
        }
    }
}
