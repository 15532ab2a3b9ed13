//! Requests against limits, which the API server compares when it gets a pod.
//! Amounts that cannot be read are the schema's work.

use super::given::{Given, to_path};
use crate::diagnostics::Diagnostic;
use crate::kubernetes::Quantity;
use crate::yaml::{Path, Step};

/// SL114: a request above its limit.
pub(super) fn requests_above_limits(given: &Given<'_>) -> Vec<Diagnostic> {
    let house = ["logResources", "fbResources"].map(|key| format!("service.house.{key}"));
    let all = given.parts().map(|part| format!("{part}.resources"));
    let mut found = Vec::new();
    for resources in all.chain(house) {
        let value = given.value(&resources);
        for (name, request) in value["requests"].as_object().into_iter().flatten() {
            let limit = &value["limits"][name];
            let (Some(asked), Some(allowed)) = (Quantity::of(request), Quantity::of(limit)) else {
                continue;
            };
            if asked <= allowed {
                continue;
            }
            let path = |kind: &str| below(&resources, kind, name);
            let [at, limits] = ["requests", "limits"].map(path);
            // The render goes on, as it does in Helm; the pods are what will be missing.
            let rule = Diagnostic::warning(format!(
                "{at} ({}) is above the limit ({}): the API server refuses such a pod",
                plain(request),
                plain(limit)
            ));
            let mut rule = given.found_at(rule, "SL114", &at);
            let limit = given.origins.of(&limits);
            rule.labels
                .extend(limit.map(|origin| origin.label().clone().with_text("the limit")));
            found.push(rule.with_help("lower the request, or raise the limit"));
        }
    }
    found
}

fn below(resources: &str, kind: &str, name: &str) -> Path {
    let mut path = to_path(resources);
    path.0
        .extend([kind, name].map(|key| Step::Key(key.to_owned())));
    path
}

/// A quantity as it is written, without quotes.
fn plain(value: &serde_json::Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
