//! What a label selector's requirements mean (k8s.io/apimachinery, LabelSelectorRequirement).
//! Where selectors stand, and what follows from one that does not match, is for others to say.

use serde_json::Value;

/// Whether a requirement of `matchExpressions` holds for the label that it names. One whose
/// operator is not known holds.
pub fn requirement_holds(requirement: &Value, label: Option<&Value>) -> bool {
    let values = requirement["values"].as_array();
    let listed = || label.is_some_and(|label| values.is_some_and(|list| list.contains(label)));
    match requirement["operator"].as_str() {
        Some("In") => listed(),
        Some("NotIn") => !listed(),
        Some("Exists") => label.is_some(),
        Some("DoesNotExist") => label.is_none(),
        _ => true,
    }
}
