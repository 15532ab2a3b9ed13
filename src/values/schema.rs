//! Checks values against a chart's values.schema.json, before anything is rendered: every problem,
//! with its dotted path and its place in the user's own text. It converts nothing.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{PatternOptions, ValidationError};
use serde_json::Value;

use super::origin::Origins;
use super::overrides::Overrides;
use crate::chart::Chart;
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source, nearest};
use crate::yaml::{self, Path, Step};

/// The embedded chart's schema as code, made when this crate is compiled: a valid render does not
/// pay for reading it (0.9 ms and 7 MB). What is wrong is told by the schema itself.
#[jsonschema::validator(
    path = "values.schema.json",
    methods = { is_valid = true, validate = false, iter_errors = false }
)]
struct EmbeddedSchema;

/// The code of a value that the schema refuses.
const CODE: &str = "SL003";

/// Holds the values to the chart's schema, if it has one.
pub fn validate(chart: &Chart, overrides: &Overrides, values: &Value) -> Result<(), Diagnostics> {
    let Some(source) = &chart.schema else {
        return Ok(());
    };
    if chart.is_embedded && EmbeddedSchema::is_valid(values) {
        return Ok(());
    }
    let schema = read(source)?;
    let validator = jsonschema::options()
        // Helm's regular expressions are RE2: no look-around, no back-references.
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .map_err(|error| broken(source, &schema, &error))?;
    let mut errors: Vec<(Path, String)> = Vec::new();
    for error in validator.iter_errors(values) {
        problems(&error, values, &schema, &mut errors);
    }
    if errors.is_empty() {
        return Ok(());
    }
    let origins = Origins::new(overrides, &chart.values);
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for (path, message) in errors {
        let shown = path.to_string();
        let message = if shown.is_empty() {
            message
        } else {
            format!("{shown}: {message}")
        };
        if diagnostics.iter().any(|known| known.message == message) {
            continue;
        }
        let diagnostic = Diagnostic::error(message).with_code(CODE).about(&path);
        diagnostics.push(match origins.nearest(&path) {
            Some(label) => diagnostic.at(label),
            None => diagnostic,
        });
    }
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

/// The problems that an error stands for, each at the path of the value that has to change.
fn problems(
    error: &ValidationError<'_>,
    values: &Value,
    schema: &Value,
    into: &mut Vec<(Path, String)>,
) {
    use ValidationErrorKind as Kind;
    let path = Path::from_pointer(error.instance_path().as_str(), values);
    let at = |key: &str| {
        let mut path = path.clone();
        path.0.push(Step::Key(key.to_owned()));
        path
    };
    match error.kind() {
        Kind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            into.push((at(key), "is required and missing".to_owned()));
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for key in unexpected {
                let known = known_properties(error, schema);
                let message = match nearest(key, known.iter().map(String::as_str)) {
                    Some(near) => format!("is not known here; did you mean `{near}`?"),
                    None => "is not known here".to_owned(),
                };
                into.push((at(key), message));
            }
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            let reasons: Vec<String> = context
                .iter()
                .flatten()
                .filter(|inner| inner.instance_path() == error.instance_path())
                .map(|inner| message(inner, values))
                .collect();
            // Alternatives that differ below the value: the one with the fewest problems is meant.
            match context.iter().min_by_key(|inner| inner.len()) {
                Some(nearest) if reasons.is_empty() => {
                    for inner in nearest {
                        problems(inner, values, schema, into);
                    }
                }
                _ => into.push((path, reasons.join(", or "))),
            }
        }
        Kind::PropertyNames { error: inner } => {
            into.push((path, format!("has a key that {}", message(inner, values))));
        }
        _ => into.push((path, message(error, values))),
    }
}

/// The names that the schema knows where an error arose: the properties beside the keyword.
fn known_properties(error: &ValidationError<'_>, schema: &Value) -> Vec<String> {
    let mut node = schema;
    let path = error.schema_path().as_str();
    let above = path.rsplit_once('/').map_or("", |(above, _keyword)| above);
    for token in above.split('/').skip(1) {
        let next = match token {
            "$ref" => node["$ref"]
                .as_str()
                .and_then(|target| schema.pointer(target.trim_start_matches('#'))),
            _ => node.pointer(&format!("/{token}")),
        };
        let Some(next) = next else {
            return Vec::new();
        };
        node = next;
    }
    let properties = node["properties"].as_object();
    properties.map_or_else(Vec::new, |known| known.keys().cloned().collect())
}

/// What is wrong, without the value itself, which may be a secret.
fn message(error: &ValidationError<'_>, values: &Value) -> String {
    use ValidationErrorKind as Kind;
    let found = values
        .pointer(error.instance_path().as_str())
        .map_or("nothing", type_name);
    match error.kind() {
        Kind::Type { kind } => {
            let wanted: Vec<String> = match kind {
                TypeKind::Single(kind) => vec![kind.to_string()],
                TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.to_string()).collect(),
            };
            format!("got {found}, want {}", wanted.join(" or "))
        }
        Kind::Enum { options } => format!("must be one of {}", list(options)),
        Kind::Constant { expected_value } => format!("must be {expected_value}"),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MinLength { limit: 1 } => "must not be empty".to_owned(),
        Kind::MinLength { limit } => format!("must have at least {limit} characters"),
        Kind::MaxLength { limit: 0 } => "must be empty".to_owned(),
        Kind::MaxLength { limit } => format!("must have at most {limit} characters"),
        Kind::MinItems { limit } => format!("must have at least {limit} elements"),
        Kind::MaxItems { limit } => format!("must have at most {limit} elements"),
        Kind::MinProperties { limit } => format!("must have at least {limit} keys"),
        Kind::MaxProperties { limit } => format!("must have at most {limit} keys"),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}"),
        Kind::UniqueItems => "must not have an element twice".to_owned(),
        Kind::Pattern { pattern } => format!("does not match the pattern `{pattern}`"),
        Kind::Format { format } => format!("is not a valid {format}"),
        Kind::FalseSchema => "must not be given".to_owned(),
        Kind::Not { .. } => "has a value that is not allowed".to_owned(),
        Kind::OneOfMultipleValid { .. } => "fits more than one of the allowed forms".to_owned(),
        Kind::Referencing(error) => format!("the schema refers to what cannot be found: {error}"),
        _ => format!("does not meet the schema's `{}`", error.kind().keyword()),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn list(options: &Value) -> String {
    match options {
        Value::Array(options) => {
            let options: Vec<String> = options.iter().map(ToString::to_string).collect();
            options.join(", ")
        }
        other => other.to_string(),
    }
}
