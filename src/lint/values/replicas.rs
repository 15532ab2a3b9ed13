//! How many pods of a service there are, against what SwanLab's documentation recommends.
//! It speaks only of what the user set: the chart's own numbers are not the user's to answer for.

use super::given::Given;
use crate::diagnostics::Diagnostic;

/// SwanLab's page "Deploying with Kubernetes", 3.3; one replica of cloud is enough.
const RECOMMENDED: [(&str, u64); 3] = [("server", 3), ("house", 3), ("next", 2)];

/// SL113: one pod where more are recommended.
pub(super) fn single(given: &Given<'_>) -> Vec<Diagnostic> {
    RECOMMENDED
        .into_iter()
        .filter_map(|(service, recommended)| {
            let path = format!("service.{service}.replicas");
            if !given.is_given(&path) || given.value(&path).as_u64() != Some(1) {
                return None;
            }
            let rule = Diagnostic::warning(format!(
                "{path} is 1: whenever that pod restarts or its node is drained, the service is away"
            ));
            Some(
                given
                    .found(rule, "SL113", &path)
                    .with_help(format!("SwanLab recommends {recommended}")),
            )
        })
        .collect()
}
