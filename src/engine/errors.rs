//! Errors of templates, explained at the place in the template: which expression failed, which name was meant, which
//! partial is at fault. Values are never printed.

use std::error::Error as StdError;
use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

use minijinja::{Error, ErrorKind, Value};
use regex::Regex;

use super::functions::{FILTERS, Refusal};
use super::holes::Problem;
use super::{ByName, LazyObject, Templates};
use crate::diagnostics::{Diagnostic, Label, nearest};

/// A problem in a template, and the value that its expression names.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Failure {
    /// The message, its place in the template, and what to do.
    pub diagnostic: Diagnostic,
    /// The keys below `Values`, if the failing expression names a value directly.
    pub value: Option<Vec<String>>,
    /// The dotted paths of the values that have to change: the argument `values` of `fail`.
    pub refused: Vec<String>,
}

impl Failure {
    /// A problem that no value is known to cause.
    pub fn of(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostic,
            value: None,
            refused: Vec::new(),
        }
    }
}

/// Why a partial has no value: the source of the error in the template that uses it.
#[derive(Debug)]
pub(super) struct PartialFailure(pub(super) Vec<Failure>);

impl fmt::Display for PartialFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the partial cannot be rendered")
    }
}

impl StdError for PartialFailure {}

/// The names that templates can use, to suggest the one that was meant.
pub(super) struct Names<'n> {
    /// The objects by name: `Values`, `Release`, …
    pub(super) objects: &'n ByName<&'static str, LazyObject>,
    /// The partials: name and path.
    pub(super) partials: &'n ByName<String, String>,
}

/// A syntax error of a template.
pub(super) fn syntax(templates: &Templates, name: &str, error: &Error) -> Diagnostic {
    let range = error.range().unwrap_or_default();
    let message = format!("the template cannot be read: {}", message(error));
    Diagnostic {
        labels: templates.label(name, &range).into_iter().collect(),
        ..Diagnostic::error(message)
    }
}

/// An error of rendering the template at `path`. An error that came through a partial is explained in the partial.
pub(super) fn explain(
    error: &Error,
    path: &str,
    templates: &Templates,
    names: &Names<'_>,
) -> Vec<Failure> {
    let mut deepest = error;
    let mut refused = Vec::new();
    let mut code = None;
    let mut next: Option<&dyn StdError> = Some(error);
    while let Some(current) = next {
        if let Some(PartialFailure(failures)) = current.downcast_ref() {
            return failures.clone();
        }
        if let Some(refusal) = current.downcast_ref::<Refusal>() {
            refused.clone_from(&refusal.values);
            code.clone_from(&refusal.code);
        }
        if let Some(inner) = current.downcast_ref::<Error>() {
            deepest = inner;
        }
        next = current.source();
    }
    let place = deepest
        .name()
        .zip(deepest.range())
        .or_else(|| error.name().zip(error.range()))
        .and_then(|(name, range)| templates.label(name, &range))
        // An error of the whole template, such as running out of steps, has no expression.
        .or_else(|| templates.label(path, &(0..0)));
    let mut diagnostic = Diagnostic::error(message(deepest));
    diagnostic.code = code;
    let mut value = None;
    if let Some(mut label) = place {
        let text = label.source.text();
        label.range = narrow(text, label.range, &diagnostic.message);
        let failed = text.get(label.range.clone()).unwrap_or_default();
        match deepest.kind() {
            ErrorKind::UndefinedError => diagnostic.help = suggestion(names, &diagnostic.message),
            ErrorKind::UnknownFilter => diagnostic.help = nearest_filter(failed),
            _ => value = value_path(failed),
        }
        diagnostic = diagnostic.at(label);
    }
    vec![Failure {
        diagnostic,
        value,
        refused,
    }]
}

fn message(error: &Error) -> String {
    match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => {
            "the template does not end: it has used its ten million steps".to_owned()
        }
        (ErrorKind::UndefinedError, None) => {
            "the expression has no value here (an `if` without `else`?)".to_owned()
        }
        (
            ErrorKind::InvalidOperation
            | ErrorKind::UnknownFilter
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownTest
            | ErrorKind::SyntaxError
            | ErrorKind::UndefinedError
            | ErrorKind::TemplateNotFound,
            Some(detail),
        ) => detail.to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    }
}

/// The place of the undefined name in the expression. Otherwise the expression without the keyword or bracket before
/// it: minijinja includes the token before an operation.
fn narrow(text: &str, range: Range<usize>, message: &str) -> Range<usize> {
    let Some(expression) = text.get(range.clone()) else {
        return range;
    };
    if let Some(name) = quoted(message)
        && let Some(at) = expression.find(name)
    {
        return range.start + at..range.start + at + name.len();
    }
    let first = expression.split_whitespace().next().unwrap_or_default();
    let is_before = [
        "{{", "if", "else", "in", "and", "or", "not", "=", "~", "+", "(", "[", ",",
    ]
    .contains(&first);
    let rest = expression[first.len()..].trim_start();
    if is_before && !rest.is_empty() {
        range.end - rest.len()..range.end
    } else {
        range
    }
}

/// The first name or expression that a message quotes. For an undefined value this is where the value came from, which
/// may be another line than the one that failed: `{% set x = Values.nope %}`.
fn quoted(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

/// The keys of the first `Values.a.b` in an expression.
fn value_path(expression: &str) -> Option<Vec<String>> {
    static PATH: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\bValues((?:\.[A-Za-z_][A-Za-z0-9_]*)+)").ok());
    let captures = PATH.as_ref()?.captures(expression)?;
    let keys = captures.get(1)?.as_str().split('.').skip(1);
    Some(keys.map(str::to_owned).collect())
}

/// The filter that a name means, in Jinja's or Helm's spelling too.
/// The expression begins with that name.
fn nearest_filter(expression: &str) -> Option<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let unknown = expression.split(|c| !is_part(c)).next()?;
    let same = |filter: &&&str| filter.replace('_', "") == unknown.replace('_', "").to_lowercase();
    let same = FILTERS.iter().find(same).copied();
    // `map("uper")` fails at `map`, which is known.
    let near = same.or_else(|| nearest(unknown, FILTERS));
    let near = near.filter(|near| *near != unknown)?;
    Some(format!("did you mean `{near}`?"))
}

/// The known name that is nearest to the undefined one, at the step of the path where it is undefined.
fn suggestion(names: &Names<'_>, message: &str) -> Option<String> {
    let path = quoted(message)?;
    let mut parts = path.split('.');
    let root = parts.next()?;
    let Some(mut value) = names
        .objects
        .get(root)
        .map(|object| LazyObject::force(object).clone())
    else {
        let mut roots: Vec<&str> = names
            .objects
            .keys()
            .copied()
            .chain(["Template", "omit"])
            .chain(names.partials.keys().map(String::as_str))
            .collect();
        roots.sort_unstable();
        return nearest(root, roots).map(|name| format!("did you mean `{name}`?"));
    };
    let mut walked = root.to_owned();
    for part in parts {
        let next = value.get_attr(part).unwrap_or(Value::UNDEFINED);
        if next.is_undefined() {
            let keys: Vec<String> = value.try_iter().ok()?.map(|key| key.to_string()).collect();
            return nearest(part, keys.iter().map(String::as_str))
                .map(|key| format!("did you mean `{walked}.{key}`?"));
        }
        walked = format!("{walked}.{part}");
        value = next;
    }
    None
}

/// Problems of a rendered text, at the places in the templates that wrote it.
pub(super) fn explain_text(
    problems: Vec<Problem>,
    label: impl Fn(&Range<usize>) -> Option<Label>,
) -> Vec<Failure> {
    problems
        .into_iter()
        .map(|problem| {
            let place = label(&problem.range);
            let earlier = problem.earlier.and_then(|range| label(&range));
            let earlier = earlier.map(|label| label.with_text("first given here"));
            Failure::of(Diagnostic {
                labels: place.into_iter().chain(earlier).collect(),
                help: problem.help,
                ..Diagnostic::error(problem.message)
            })
        })
        .collect()
}
