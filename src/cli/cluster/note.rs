//! What an operator is told about a cluster's answers.

use swanlab_render::diagnostics::Diagnostic;
use swanlab_render::manifest::Identity;

/// That nothing of an instance is in the namespace, but perhaps in another one.
pub(super) fn nothing(instance: &str, namespace: &str, elsewhere: Option<&str>) -> Diagnostic {
    let nothing = format!("there is nothing of `{instance}` in namespace {namespace}");
    match elsewhere {
        Some(other) => Diagnostic::warning(format!("{nothing}, but in namespace {other}"))
            .with_help(format!("use -n {other}, if that is the installation")),
        None => Diagnostic::warning(format!("{nothing}; is it another one, or another cluster?")),
    }
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
