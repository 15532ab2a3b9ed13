//! What goes wrong in a template, told in the template's own lines: which expression, which name
//! was meant, which partial. It never prints a value.

use std::error::Error as StdError;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use minijinja::{Error, ErrorKind, Value};
use regex::Regex;

use super::CompiledTemplate;
use super::context::Shared;
use super::fill::Problem;
use super::functions::FILTERS;
use super::spans::Spans;
use crate::diagnostics::{Diagnostic, Label, nearest};

/// A problem in a template, and the value that its expression speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What, where in the template, what to do.
    pub diagnostic: Diagnostic,
    /// The keys below `Values` that the failing expression names, if it names one directly.
    pub value: Option<Vec<String>>,
    /// The dotted paths of the values that have to change, as `fail` was told them.
    pub refused: Vec<String>,
}

/// What `fail` was told beside its message; travels as the source of its error.
#[derive(Debug)]
pub(super) struct Refusal {
    /// Dotted paths below `Values`.
    pub(super) values: Vec<String>,
    /// The stable name of the rule that is broken.
    pub(super) code: Option<Box<str>>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the template refuses the values")
    }
}

impl StdError for Refusal {}

/// Why a partial has no value; travels as the source of the error of whoever asked for it.
#[derive(Debug)]
pub(super) struct PartialFailure(pub(super) Vec<Failure>);

impl fmt::Display for PartialFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the partial cannot be rendered")
    }
}

impl StdError for PartialFailure {}

/// A syntax error, as the template's author sees it.
pub(super) fn syntax(template: &CompiledTemplate, error: &Error) -> Diagnostic {
    let range = error
        .range()
        .map_or(0..0, |range| template.checks.original(&range));
    Diagnostic::error(format!("the template cannot be read: {}", message(error)))
        .at(Label::new(&template.source, range))
}

/// An error of rendering the template at `path`. One that came through a partial is told where it
/// arose.
pub(super) fn explain(shared: &Arc<Shared>, path: &str, error: &Error) -> Vec<Failure> {
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
        .and_then(|(name, range)| {
            let template = shared.compiled.templates.get(name)?;
            Some((template, template.checks.original(&range)))
        })
        // What ends a whole template, such as running out of steps, has no expression.
        .or_else(|| Some((shared.compiled.templates.get(path)?, 0..0)));
    let mut diagnostic = Diagnostic::error(message(deepest));
    diagnostic.code = code;
    let mut value = None;
    if let Some((template, range)) = place {
        let range = narrow(template.source.text(), range, &diagnostic.message);
        value = template
            .source
            .text()
            .get(range.clone())
            .and_then(value_path);
        diagnostic = diagnostic.at(Label::new(&template.source, range));
    }
    if deepest.kind() == ErrorKind::UndefinedError {
        value = None;
        if let Some(help) = suggestion(shared, &diagnostic.message) {
            diagnostic = diagnostic.with_help(help);
        }
    }
    if deepest.kind() == ErrorKind::UnknownFilter
        && let Some(unknown) = diagnostic.message.split_whitespace().nth(1)
        && let Some(near) = nearest_filter(unknown)
    {
        diagnostic = diagnostic.with_help(format!("did you mean `{near}`?"));
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
            "the template does not come to an end: it has used up its ten million steps".to_owned()
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

/// The place of the undefined name inside the expression, and of other expressions the place
/// without the keyword or bracket before them: minijinja counts the token before an operation in.
fn narrow(text: &str, range: Range<usize>, message: &str) -> Range<usize> {
    let Some(expression) = text.get(range.clone()) else {
        return range;
    };
    if let Some(name) = message.split('`').nth(1)
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

/// The keys of the first `Values.a.b` in an expression.
fn value_path(expression: &str) -> Option<Vec<String>> {
    static PATH: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\bValues((?:\.[A-Za-z_][A-Za-z0-9_]*)+)").ok());
    let captures = PATH.as_ref()?.captures(expression)?;
    let keys = captures.get(1)?.as_str().split('.').skip(1);
    Some(keys.map(str::to_owned).collect())
}

/// The filter that a name stands for, also under Jinja's or Helm's name for it.
fn nearest_filter(unknown: &str) -> Option<&'static str> {
    let same = |filter: &&&str| filter.replace('_', "") == unknown.replace('_', "").to_lowercase();
    FILTERS
        .iter()
        .find(same)
        .copied()
        .or_else(|| nearest(unknown, FILTERS))
}

/// The name nearest to the one that is undefined, among those that stand beside it.
fn suggestion(shared: &Arc<Shared>, message: &str) -> Option<String> {
    let path = message.split('`').nth(1)?;
    let mut parts = path.split('.');
    let root = parts.next()?;
    let roots = shared
        .objects
        .keys()
        .copied()
        .chain(["Template", "omit"])
        .chain(shared.compiled.partials.keys().map(String::as_str));
    let Some(mut value) = shared.objects.get(root).cloned() else {
        let mut names: Vec<&str> = roots.collect();
        names.sort_unstable();
        return nearest(root, names).map(|name| format!("did you mean `{name}`?"));
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

/// Problems of the rendered text, taken back to the template's lines.
pub(super) fn explain_text(spans: &Spans, problems: Vec<Problem>) -> Vec<Failure> {
    problems
        .into_iter()
        .map(|problem| {
            let mut diagnostic = Diagnostic::error(problem.message);
            if let Some(place) = spans.label(&problem.range) {
                diagnostic = diagnostic.at(place);
            }
            if let Some(place) = problem.earlier.and_then(|range| spans.label(&range)) {
                diagnostic = diagnostic.at(place.with_text("it stands here already"));
            }
            diagnostic.help = problem.help;
            Failure {
                diagnostic,
                value: None,
                refused: Vec::new(),
            }
        })
        .collect()
}
