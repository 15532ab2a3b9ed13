//! Checks values before anything is rendered: against a chart's values.schema.json, and what the API server refuses
//! although each value by itself meets the schema. Every problem has its dotted path and its place in the user's own
//! text. It converts nothing.

use jsonschema::{PatternOptions, ValidationError};
use serde_json::Value;

use super::origin::Origins;
use super::overrides::Overrides;
use super::refusal::{Refusal, refusals};
use super::resources;
use crate::chart::Chart;
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::yaml::{self, Path};

/// The embedded chart's schema as code, made when this crate is compiled: a valid render does not
/// pay for reading it (0.9 ms and 7 MB). What is wrong is told by the schema itself.
#[jsonschema::validator(
    path = "values.schema.json",
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false }
)]
struct EmbeddedSchema;

/// The code of a value that the schema refuses, unless the schema names another one.
const CODE: &str = "SL003";

/// Checks the values of a chart that has a schema. The error holds all problems, in the order of the texts.
pub fn validate(chart: &Chart, overrides: &Overrides, values: &Value) -> Result<(), Diagnostics> {
    if chart.schema.is_none() || chart.is_embedded && overrides.is_empty() {
        // The chart's own values meet its schema: a test holds that.
        return Ok(());
    }
    let refused = refused(chart, values)?;
    let conflicts = resources::problems(chart, values);
    if refused.is_empty() && conflicts.is_empty() {
        return Ok(());
    }
    let origins = Origins::new(overrides, &chart.values);
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for refusal in refused {
        let diagnostic = diagnostic(refusal, &origins);
        if !diagnostics
            .iter()
            .any(|known| known.message == diagnostic.message)
        {
            diagnostics.push(diagnostic);
        }
    }
    let conflicts = conflicts.iter();
    diagnostics.extend(conflicts.map(|conflict| conflict.diagnostic(values, &origins)));
    // In the order of the texts; what has no place comes last.
    diagnostics.sort_by_key(|diagnostic| {
        diagnostic
            .labels
            .first()
            .map_or((1, String::new(), 0), |label| {
                (0, label.source.name().to_owned(), label.range.start)
            })
    });
    Err(Diagnostics(diagnostics))
}

/// What the schema itself refuses.
fn refused(chart: &Chart, values: &Value) -> Result<Vec<Refusal>, Diagnostics> {
    let Some(source) = &chart.schema else {
        return Ok(Vec::new());
    };
    if chart.is_embedded && EmbeddedSchema::is_valid(values) {
        return Ok(Vec::new());
    }
    let schema = read(source)?;
    let validator = jsonschema::options()
        // Helm's regular expressions are RE2: no look-around, no back-references.
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .map_err(|error| broken(source, &schema, &error))?;
    Ok(refusals(validator.iter_errors(values), values, &schema))
}

fn diagnostic(refusal: Refusal, origins: &Origins<'_>) -> Diagnostic {
    let path = &refusal.path;
    let message = if path.0.is_empty() {
        refusal.message
    } else {
        format!("{path}: {}", refusal.message)
    };
    let label = if refusal.is_of_key {
        origins.key(path).or_else(|| origins.nearest(path))
    } else {
        origins.nearest(path)
    };
    let mut diagnostic = Diagnostic::error(message).about(path);
    diagnostic = match refusal.code {
        Some(code) => diagnostic.with_code(code),
        None => diagnostic.with_code(CODE),
    };
    let slip = refusal.slip.as_ref();
    let given = label.as_ref().map(|label| &label.source);
    let help = refusal
        .help
        .or_else(|| slip.and_then(|slip| slip.help(path, given)));
    if let Some(label) = label {
        diagnostic = diagnostic.at(label);
    }
    if let Some(help) = help {
        diagnostic = diagnostic.with_help(help);
    }
    diagnostic
}

fn read(source: &Source) -> Result<Value, Diagnostics> {
    serde_json::from_str(source.text()).map_err(|error| {
        let at: usize = source
            .text()
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1))
            .map(str::len)
            .sum::<usize>()
            + error.column().saturating_sub(1);
        let at = at.min(source.text().len());
        Diagnostic::error(format!("the values schema is not JSON: {error}"))
            .at(Label::new(source, at..at))
            .into()
    })
}

/// A schema that breaks the rules of schemas.
fn broken(source: &Source, schema: &Value, error: &ValidationError<'_>) -> Diagnostics {
    let path = Path::from_pointer(error.instance_path().as_str(), schema);
    let diagnostic = Diagnostic::error(format!("the values schema cannot be used: {error}"));
    // JSON is YAML, and the YAML reader knows where things stand.
    let place = yaml::compose(source.text())
        .ok()
        .and_then(|nodes| yaml::locate(nodes.first()?, &path));
    match place {
        Some(located) => diagnostic.at(Label::new(source, located.value)),
        None => diagnostic,
    }
    .into()
}
