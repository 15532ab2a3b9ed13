//! Recognises charts written in Go templates, which only Helm can render.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::{Role, Template};
use crate::diagnostics::{Diagnostic, Diagnostics, Label};

/// What only Go templates have: an action that begins with a field, a variable, a pipeline word
/// of Go or Sprig, or Go's comments.
static GO_ACTION: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| {
    Regex::new(
        r#"\{\{-?\s*(\.|\$|/\*|(end|else)\s*-?\}\}|(if|else if|with|range|define|template|include|block|toYaml|printf|print|quote|required|fail|tpl|default)\s+["$.(])"#,
    )
});

/// Refuses a chart with a template that only Helm can render, at the place that shows it.
pub(super) fn refuse_go_templates(root: &Path, templates: &[Template]) -> Result<(), Diagnostics> {
    let found = templates.iter().find_map(|template| {
        if template.role == Role::Include
            && Path::new(&template.path)
                .extension()
                .is_some_and(|extension| extension == "tpl")
        {
            return Some((template, 0..0));
        }
        let action = GO_ACTION.as_ref().ok()?.find(template.source.text())?;
        Some((template, action.range()))
    });
    let Some((template, range)) = found else {
        return Ok(());
    };
    Err(Diagnostic::error(format!(
        "`{}` is written in Go templates, which only Helm can render",
        root.display()
    ))
    .at(Label::new(&template.source, range))
    .with_help(
        "templates here are Jinja; for SwanLab's own chart leave the CHART argument out: it is built in",
    )
    .into())
}
