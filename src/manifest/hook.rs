//! Helm's hooks: objects that Helm applies at an event instead of with the others.
//! Hooks are recognised here; nothing runs them.

use super::Manifest;
use crate::diagnostics::Diagnostic;
use crate::kubernetes::at;

/// What the annotation `helm.sh/hook` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// The events, in lower case.
    pub events: Vec<String>,
}

/// The events that Helm knows.
const EVENTS: [&str; 10] = [
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

impl Hook {
    /// The hook that an object is, if it is one.
    ///
    /// # Errors
    /// A warning about an event that Helm does not know: Helm leaves the whole object out.
    pub fn of(manifest: &Manifest) -> Result<Option<Self>, Diagnostic> {
        let annotation = at(
            &manifest.object,
            &["metadata", "annotations", "helm.sh/hook"],
        );
        let Some(events) = annotation.as_str() else {
            return Ok(None);
        };
        let events: Vec<String> = events
            .split(',')
            .map(|event| event.trim().to_ascii_lowercase())
            .collect();
        match events
            .iter()
            .find(|event| !EVENTS.contains(&event.as_str()))
        {
            Some(unknown) => Err(Diagnostic::warning(format!(
                "{}: left out, because Helm knows no hook `{unknown}`",
                manifest.source
            ))
            .with_code("SL008")),
            None => Ok(Some(Self { events })),
        }
    }

    /// Whether it is a test.
    pub fn is_test(&self) -> bool {
        self.events.iter().any(|event| event.starts_with("test"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn hook(annotation: &str) -> Result<Option<Hook>, Diagnostic> {
        Hook::of(&Manifest {
            source: String::new(),
            document: 0,
            object: json!({"metadata": {"annotations": {"helm.sh/hook": annotation}}}),
        })
    }

    #[test]
    fn events_are_trimmed_and_case_does_not_matter() {
        let events =
            hook("Pre-Install , test").map(|hook| hook.map(|hook| (hook.is_test(), hook.events)));
        assert_eq!(
            events,
            Ok(Some((
                true,
                vec!["pre-install".to_owned(), "test".to_owned()]
            )))
        );
    }

    #[test]
    fn an_unknown_event_is_a_warning() {
        for event in ["crd-install", ""] {
            let warning = hook(event).unwrap_err();
            assert!(warning.message.ends_with(&format!("no hook `{event}`")));
        }
    }
}
