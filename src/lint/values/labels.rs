//! Labels of one's own against those by which Deployments and Services find their pods.
//! What a label may consist of is the schema's work.

use super::given::{Given, to_path};
use crate::diagnostics::Diagnostic;
use crate::yaml::Step;

/// The labels of every selector of the chart (its templates/_components.yaml).
const SELECTOR: [&str; 4] = [
    "app.kubernetes.io/provider",
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/component",
];

/// SL120: a label that pods do not get, because they are found by it.
pub(super) fn of_selectors(given: &Given<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for part in given.parts() {
        let labels = format!("{part}.customLabels");
        let Some(custom) = given.value(&labels).as_object() else {
            continue;
        };
        for label in custom.keys().filter(|key| SELECTOR.contains(&key.as_str())) {
            let mut path = to_path(&labels);
            path.0.push(Step::Key(label.clone()));
            let rule = Diagnostic::warning(format!(
                "{labels}: {label} belongs to the selector, so objects get this value and pods keep the chart's"
            ));
            found.push(
                given
                    .found_at(rule, "SL120", &path)
                    .with_help("use a label of your own, with your domain before the `/`"),
            );
        }
    }
    found
}
