//! What the templates of a chart are written in.

use std::sync::LazyLock;

use regex::Regex;

use super::Chart;
use crate::diagnostics::{Label, Source};

/// What the templates of a chart are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// Jinja, which [`engine`](crate::engine) renders.
    Jinja,
    /// Go templates, which only Helm renders.
    Go,
}

/// An action that only Go templates have: it begins with a field, a variable, a function of a field or a variable, a word
/// of Go or Sprig, or a comment of Go.
static GO_ACTION: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| {
    Regex::new(
        r#"\{\{-?\s*(\.|\$|/\*|(end|else)\s*-?\}\}|[A-Za-z]\w*\s+(\.[A-Za-z]|\$)|(if|else if|with|range|define|template|include|block|toYaml|printf|print|quote|required|fail|tpl|default)\s+["$.(])"#,
    )
});

/// What shows that a file below templates/ with this path is a Go template, if it is one.
pub(super) fn go_action(path: &str, source: &Source) -> Option<Label> {
    let base = path.rsplit('/').next().unwrap_or(path);
    let helpers = base
        .strip_prefix('_')
        .and_then(|name| name.strip_suffix(".tpl"));
    let range = if helpers.is_some() {
        0..0
    } else {
        GO_ACTION.as_ref().ok()?.find(source.text())?.range()
    };
    Some(Label::new(source, range))
}

/// An action that only Jinja templates of charts have: a statement, or one that begins with one of Helm's objects.
static JINJA_ACTION: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| {
    Regex::new(r"\{%|\{\{-?\s*(Values|Release|Chart|Capabilities|Files|Template)\b")
});

/// What shows that a file below templates/ is a Jinja template, if it is certain.
pub(super) fn jinja_action(source: &Source) -> Option<Label> {
    let found = JINJA_ACTION.as_ref().ok()?.find(source.text())?;
    Some(Label::new(source, found.range()))
}

impl Chart {
    /// The first place in the templates that shows that they are Go templates.
    pub fn go_action(&self) -> Option<Label> {
        let mut templates = self.templates.iter();
        templates.find_map(|template| go_action(&template.path, &template.source))
    }
}
