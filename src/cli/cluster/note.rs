//! What an operator is told about a cluster's answers.

use swanlab_render::diagnostics::Diagnostic;
use swanlab_render::manifest::Identity;

/// That nothing of an instance is in the namespace.
pub(super) fn nothing(instance: &str, namespace: &str) -> Diagnostic {
    Diagnostic::warning(format!(
        "there is nothing of `{instance}` in namespace {namespace}; is it another one, or another cluster?"
    ))
}

/// That it is not known of some objects what was last applied.
pub(super) fn unknown(live: &[Identity]) -> Option<Diagnostic> {
    let [first, others @ ..] = live else {
        return None;
    };
    let message = match others.len() {
        0 => format!(
            "{first} has no record of what was last applied: fields that the manifests leave out stay"
        ),
        more => format!(
            "{first} and {more} more have no record of what was last applied: fields that the manifests leave out stay"
        ),
    };
    Some(Diagnostic::note(message).with_help(
        "Helm, server-side apply and `kubectl create` leave none; the next `kubectl apply` adds it",
    ))
}
