//! What is wrong with values before anything is rendered: types and patterns by the chart's values.schema.json, keys
//! that the chart does not know, amounts that the API server refuses together; and the numbers that become strings where
//! the schema asks for strings. Every problem has its path and its place in the user's text.

mod compiled;
mod keys;
mod known;
mod meets;
pub(crate) mod node;
mod resources;
mod strings;
mod subcharts;
mod text;
mod violation;
mod words;

use std::collections::HashSet;

use serde_json::Value;

use crate::chart::Chart;
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::values::{Origins, Values};
use crate::yaml::{self, Edit, Path};
use compiled::{Broken, Compiled};
use meets::meets;
use text::built_in;
use violation::{Violation, violations};
use words::Slip;

pub use known::{Advice, Renamed, unknown_keys};
pub use strings::{Converted, convert_to_strings, restore};
pub(crate) use words::type_name;

/// The code of a value that violates the schema, unless the schema names another one.
const CODE: &str = "SL003";

/// Checks the values of a chart by its schema, and those of the charts inside it by theirs. As in Helm, charts that are not
/// enabled are left out.
///
/// # Errors
/// All problems, in the order of the texts.
pub fn validate(chart: &Chart, values: &Values, origins: &Origins) -> Result<(), Diagnostics> {
    if chart.is_embedded && values.user.is_empty() {
        // The chart's own values meet its schema: a test checks that.
        return Ok(());
    }
    let defaults = &values.defaults;
    let values = &values.tree;
    // Most values are right, and the validator takes longer to be made than all manifests take to be rendered.
    let schema = built_in(chart);
    let is_right = schema.is_some_and(|schema| meets(schema, values, defaults) == Some(true));
    let mut violations = if is_right {
        Vec::new()
    } else {
        violations_of(chart, values)?
    };
    subcharts::add_violations(chart, values, &Path::default(), &mut violations)?;
    let conflicts = match &chart.schema {
        Some(_) => resources::problems(chart, values),
        None => Vec::new(),
    };
    if violations.is_empty() && conflicts.is_empty() {
        return Ok(());
    }
    let of_schema = violations.into_iter().map(|one| {
        let edit = edit(&one, values, origins);
        diagnostic(one, origins).with_edit(edit)
    });
    let conflicts = conflicts.iter();
    let of_amounts = conflicts.map(|conflict| conflict.diagnostic(values, origins));
    let mut known = HashSet::new();
    let mut diagnostics: Vec<Diagnostic> = of_schema
        .filter(|diagnostic| known.insert(diagnostic.message.clone()))
        .collect();
    diagnostics.extend(of_amounts);
    // In the order of the texts; what has no place comes last.
    diagnostics.sort_by_cached_key(|diagnostic| {
        diagnostic
            .labels
            .first()
            .map_or((1, String::new(), 0), |label| {
                (0, label.source.name().to_owned(), label.range.start)
            })
    });
    Err(Diagnostics(diagnostics))
}

/// What violates the schema itself.
fn violations_of(chart: &Chart, values: &Value) -> Result<Vec<Violation>, Diagnostics> {
    let Some(source) = &chart.schema else {
        return Ok(Vec::new());
    };
    let schema = read(source)?;
    let compiled = Compiled::new(&schema).map_err(|error| broken(source, &schema, &error))?;
    Ok(violations(&compiled, values, &schema))
}

/// The edit that puts a value right: a key with a slip of the finger, and quotes too many or too few.
fn edit(violation: &Violation, values: &Value, origins: &Origins) -> Option<Edit> {
    let path = violation.path.clone();
    if let Some(key) = violation.slip_of.clone() {
        return Some(Edit::Rename { path, key });
    }
    let value = path.get(values)?;
    let value = match violation.slip.as_ref()? {
        Slip::Unquoted => quoted(value, &origins.given(&path)?)?,
        Slip::Quoted => unquoted(value)?,
        Slip::Divided(_) => return None,
    };
    Some(Edit::Replace { path, value })
}

/// The string that a number or boolean is written as, if there is only one way to write it: `010` means 8.
fn quoted(value: &Value, place: &Label) -> Option<Value> {
    let written = place.source.text().get(place.range.clone())?;
    let usual = value.to_string();
    (written == usual).then(|| written.into())
}

/// The number or boolean that a string spells, if it is spelled as usual.
fn unquoted(value: &Value) -> Option<Value> {
    let text = value.as_str()?;
    let meant: Value = serde_json::from_str(text).ok()?;
    let is_scalar = meant.is_number() || meant.is_boolean();
    let usual = meant.to_string();
    (is_scalar && usual == text).then_some(meant)
}

fn diagnostic(violation: Violation, origins: &Origins) -> Diagnostic {
    let path = &violation.path;
    let message = if path.0.is_empty() {
        violation.message
    } else {
        format!("{path}: {}", violation.message)
    };
    let key = origins.key(path).filter(|_| violation.is_of_key);
    let label = key.or_else(|| origins.nearest(path));
    let given = label.as_ref().map(|label| &label.source);
    let slip = violation.slip.as_ref();
    let help = violation
        .help
        .or_else(|| slip.and_then(|slip| slip.help(path, given)));
    Diagnostic::error(message)
        .about(path)
        .with_code(violation.code.as_deref().unwrap_or(CODE))
        .at(label)
        .with_help(help)
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
fn broken(source: &Source, schema: &Value, error: &Broken) -> Diagnostics {
    let path = Path::from_pointer(&error.pointer, schema);
    // JSON is YAML, and the YAML reader knows the places.
    let nodes = source.documents().unwrap_or_default();
    let place = nodes.first().and_then(|node| yaml::locate(node, &path));
    let message = &error.message;
    Diagnostic::error(format!("the values schema cannot be used: {message}"))
        .at(place.map(|located| Label::new(source, located.value)))
        .into()
}
