//! The words for what is wrong with a container's resources, and the places: what the user wrote comes first.

use serde_json::Value;

use super::{LIMITS, Problem, REQUESTS, Reason, plain};
use crate::diagnostics::Diagnostic;
use crate::values::origin::Origins;
use crate::yaml::{Path, Step, value_at};

/// The code of a request that its limit does not allow.
const REQUEST: &str = "SL114";

/// The code of an amount that is wrong by itself.
const AMOUNT: &str = "SL003";

impl Problem {
    /// The same in words, at what the user wrote of it.
    pub(in crate::values) fn diagnostic(
        &self,
        values: &Value,
        origins: &Origins<'_>,
    ) -> Diagnostic {
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
        let mut diagnostic = Diagnostic::error(format!("{at}: {}", self.message(is_of_limit)))
            .with_code(code)
            .about(&at);
        diagnostic.labels.extend(origins.nearest(&at));
        if is_of_two && let Some(origin) = origins.of(&other) {
            let word = if is_of_limit {
                "the request"
            } else {
                "the limit"
            };
            diagnostic
                .labels
                .push(origin.label().clone().with_text(word));
        }
        diagnostic.with_help(self.help(values, is_of_limit))
    }

    /// Where the amount stands in a list.
    fn path(&self, list: &str) -> Path {
        let mut path = self.resources.clone();
        let steps = [list, &self.resource];
        path.0.extend(steps.map(|step| Step::Key(step.to_owned())));
        path
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
                "write the limit alone: Kubernetes takes it for the request too".to_owned()
            }
            Reason::NoLimit => {
                let amount = value_at(values, &self.path(REQUESTS).0)
                    .map(plain)
                    .unwrap_or_default();
                let limit = self.path(LIMITS);
                format!("write {limit}: {amount}; the request can then be left out")
            }
            Reason::NotWhole => "round it up".to_owned(),
            Reason::NotInPages => "round it up to whole pages".to_owned(),
            Reason::PagesAlone => format!("add {resources}.limits.memory"),
        }
    }
}
