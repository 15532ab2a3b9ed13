//! Findings: a diagnostic, and the field of a rendered object if it is about one. Sorted as a user meets them, and each
//! mistake once.

use std::collections::HashMap;

use serde::ser::{Serialize, Serializer};

use crate::diagnostics::{Diagnostic, Severity};
use crate::manifest::ObjectRef;
use crate::release::{Field, Part};
use crate::values::Overrides;
use crate::yaml::Path;

/// What a rule finds; docs/lint.md explains its code.
///
/// Serialized as `lint -o json` prints it: a finding about a flag has no file but the key `flag`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What is wrong, where, and what to do.
    pub diagnostic: Diagnostic,
    /// The field of a rendered object that it is about; none if it is about values.
    pub object: Option<ObjectField>,
    /// The single value that determined that field, once [`locate`](super::locate) has found it.
    pub value: Option<Path>,
}

/// A field of a rendered object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectField {
    /// The object.
    pub object: ObjectRef,
    /// The template that rendered it, as in [`Manifest::source`](crate::manifest::Manifest::source).
    pub source: String,
    /// The index of the object in the template's output.
    pub document: usize,
    /// The path from the manifest's root to the field at fault; of a missing field, to the map that lacks it.
    pub path: Path,
    /// Whether the field's key or its value is at fault.
    pub part: Part,
}

impl ObjectField {
    pub(super) fn field(&self) -> Field<'_> {
        Field {
            source: &self.source,
            document: self.document,
            path: &self.path,
            part: self.part,
        }
    }
}

impl Finding {
    /// The same as an error if it is a warning.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.diagnostic = self.diagnostic.strict();
        self
    }

    /// The `--set` flag that is at fault, with its secrets hidden; none if a file is.
    pub fn flag(&self) -> Option<String> {
        let source = &self.diagnostic.labels.first()?.source;
        source
            .is_typed()
            .then(|| source.shown(0..source.text().len()))
    }
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostic,
            object: None,
            value: None,
        }
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Form<'a> {
            code: Option<&'a str>,
            severity: Severity,
            path: &'a str,
            message: &'a str,
            help: Option<&'a str>,
            file: Option<&'a str>,
            line: Option<usize>,
            column: Option<usize>,
            object: Option<&'a ObjectRef>,
            #[serde(skip_serializing_if = "Option::is_none")]
            flag: Option<String>,
        }
        let diagnostic = &self.diagnostic;
        let label = diagnostic.labels.first();
        let label = label.filter(|label| !label.source.is_typed());
        let place = label.map(|label| label.source.line_column(label.first_line().start));
        let form = Form {
            code: diagnostic.code.as_deref(),
            severity: diagnostic.severity,
            path: &diagnostic.path,
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            file: label.map(|label| label.source.name()),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            object: self.object.as_ref().map(|field| &field.object),
            flag: self.flag(),
        };
        form.serialize(serializer)
    }
}

/// Sorts findings as a user meets them: through the values files from top to bottom, then the flags, then those with a
/// place in the chart or none. Findings at one place keep their order.
pub fn sort(findings: &mut [Finding], overrides: &Overrides) {
    let rank = |finding: &Finding| {
        let Some(label) = finding.diagnostic.labels.first() else {
            return (usize::MAX, 0);
        };
        let files = overrides.files.iter();
        let flags = overrides.flags.iter().map(|flag| &flag.source);
        match files
            .chain(flags)
            .position(|source| *source == label.source)
        {
            Some(place) => (place, label.range.start),
            None => (usize::MAX, 0),
        }
    };
    findings.sort_by_key(rank);
}

/// Leaves out findings on objects that only repeat another finding about the same value: one that is about the value
/// itself, or one of the same rule on another object.
pub fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let reported: Vec<String> = findings
        .iter()
        .filter(|finding| finding.object.is_none() && condemns_its_value(finding))
        .map(|finding| finding.diagnostic.path.clone())
        .collect();
    let mut kept: Vec<Finding> = Vec::new();
    // How many more places the finding at this index has.
    let mut more: HashMap<usize, usize> = HashMap::new();
    let mut first: HashMap<(Option<Box<str>>, Path), usize> = HashMap::new();
    for finding in findings {
        let Some(value) = finding.value.clone().filter(|_| finding.object.is_some()) else {
            kept.push(finding);
            continue;
        };
        if reported.iter().any(|path| is_at_or_below(&value, path)) {
            continue;
        }
        let key = (finding.diagnostic.code.clone(), value);
        if let Some(&index) = first.get(&key) {
            *more.entry(index).or_default() += 1;
        } else {
            first.insert(key, kept.len());
            kept.push(finding);
        }
    }
    for (index, count) in more {
        let message = &mut kept[index].diagnostic.message;
        let places = if count == 1 { "place" } else { "places" };
        message.push_str(&format!(" (and in {count} more {places})"));
    }
    kept
}

/// Whether a finding on values says that the value must be changed. Then its consequences in objects need no finding.
/// Advice about a value is different.
fn condemns_its_value(finding: &Finding) -> bool {
    let diagnostic = &finding.diagnostic;
    let is_unknown = matches!(diagnostic.code.as_deref(), Some("SL001" | "SL002"));
    !diagnostic.path.is_empty() && (diagnostic.severity == Severity::Error || is_unknown)
}

fn is_at_or_below(value: &Path, path: &str) -> bool {
    value
        .to_string()
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Step;

    fn on_object(code: &'static str, value: &[&str]) -> Finding {
        Finding {
            diagnostic: Diagnostic::error("m").with_code(code),
            object: Some(ObjectField {
                object: ObjectRef::default(),
                source: String::new(),
                document: 0,
                path: Path::default(),
                part: Part::Value,
            }),
            value: Some(Path(
                value
                    .iter()
                    .map(|key| Step::Key((*key).to_owned()))
                    .collect(),
            )),
        }
    }

    #[test]
    fn a_value_that_the_schema_refuses_is_reported_once() {
        let schema = Finding::from(Diagnostic::error("s").with_code("SL003").about("a.b"));
        let found = once(vec![
            on_object("SA020", &["a", "b", "c"]),
            on_object("SA020", &["a", "bc"]),
            schema.clone(),
        ]);
        assert_eq!(found, [on_object("SA020", &["a", "bc"]), schema]);
    }

    #[test]
    fn a_value_that_is_wrong_in_many_places_is_reported_once() {
        let one = on_object("SR030", &["a"]);
        let found = once(vec![
            one.clone(),
            one.clone(),
            on_object("SA020", &["a"]),
            one,
        ]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].diagnostic.message, "m (and in 2 more places)");
    }

    #[test]
    fn advice_about_a_value_hides_nothing() {
        let advice = Finding::from(Diagnostic::warning("s").with_code("SL111").about("a"));
        assert_eq!(once(vec![advice, on_object("SA020", &["a"])]).len(), 2);
    }
}
