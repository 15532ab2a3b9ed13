//! Jinja's built-in filters, made to refuse what they would let pass in silence: an undefined
//! value, also inside a list, and none or a boolean where text is wanted (`None`, `True`).

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, State, Value, filters};

use super::{Arguments, call};
use crate::engine::limits;
use crate::engine::tree::{invalid, unusable};

/// Registers the filters that are usable with any value, then those that take text.
pub(super) fn register(env: &mut Environment<'_>) {
    for (name, filter) in [
        ("length", Value::from_function(filters::length)),
        ("count", Value::from_function(filters::length)),
        ("first", Value::from_function(filters::first)),
        ("last", Value::from_function(filters::last)),
        ("list", Value::from_function(filters::list)),
        ("items", Value::from_function(filters::items)),
        ("dictsort", Value::from_function(filters::dictsort)),
        ("reverse", Value::from_function(filters::reverse)),
        ("sort", Value::from_function(filters::sort)),
        ("unique", Value::from_function(filters::unique)),
        ("min", Value::from_function(filters::min)),
        ("max", Value::from_function(filters::max)),
        ("sum", Value::from_function(filters::sum)),
        ("select", Value::from_function(filters::select)),
        ("reject", Value::from_function(filters::reject)),
        ("selectattr", Value::from_function(filters::selectattr)),
        ("rejectattr", Value::from_function(filters::rejectattr)),
        ("map", Value::from_function(filters::map)),
        ("groupby", Value::from_function(filters::groupby)),
        ("batch", Value::from_function(filters::batch)),
        ("slice", Value::from_function(filters::slice)),
        ("chain", Value::from_function(filters::chain)),
        ("zip", Value::from_function(filters::zip)),
        ("abs", Value::from_function(filters::abs)),
        ("round", Value::from_function(filters::round)),
        ("int", Value::from_function(filters::int)),
        ("float", Value::from_function(filters::float)),
        ("bool", Value::from_function(filters::bool)),
    ] {
        env.add_filter(name, move |state: &mut State, arguments: Arguments| {
            let arguments = arguments.into_values();
            arguments.iter().try_for_each(usable)?;
            if matches!(name, "batch" | "slice") {
                arguments.get(1).map_or(Ok(()), count)?;
            }
            call(&filter, state, &arguments)
        });
    }
    for (name, filter) in [
        ("upper", Value::from_function(filters::upper)),
        ("lower", Value::from_function(filters::lower)),
        ("title", Value::from_function(filters::title)),
        ("capitalize", Value::from_function(filters::capitalize)),
        ("trim", Value::from_function(filters::trim)),
        ("replace", Value::from_function(filters::replace)),
        ("split", Value::from_function(filters::split)),
        ("lines", Value::from_function(filters::lines)),
        ("indent", Value::from_function(filters::indent)),
        ("format", Value::from_function(filters::format)),
    ] {
        env.add_filter(name, move |state: &mut State, arguments: Arguments| {
            let arguments = arguments.into_values();
            arguments.iter().try_for_each(usable)?;
            if let Some(subject) = arguments.first()
                && !matches!(subject.kind(), ValueKind::String | ValueKind::Number)
            {
                return Err(invalid(format!(
                    "the filter `{name}` is for text, not for {}",
                    subject.kind()
                )));
            }
            match name {
                "replace" => replaced(&arguments)?,
                "indent" => indented(&arguments)?,
                "format" => formatted(&arguments)?,
                _ => {}
            }
            call(&filter, state, &arguments)
        });
    }
}

/// Refuses as many elements as a number asks for, if they are too many.
fn count(number: &Value) -> Result<(), Error> {
    number.as_usize().map_or(Ok(()), limits::check_count)
}

/// Refuses a replacement that makes a text too long.
fn replaced(arguments: &[Value]) -> Result<(), Error> {
    let text = |index: usize| arguments.get(index).and_then(Value::as_str);
    let [Some(text), Some(from), Some(to)] = [0, 1, 2].map(text) else {
        return Ok(());
    };
    let grown = text.matches(from).count().saturating_mul(to.len());
    limits::check_length(text.len().saturating_add(grown))
}

/// Refuses an indentation that makes a text too long.
fn indented(arguments: &[Value]) -> Result<(), Error> {
    let Some(text) = arguments.first().and_then(Value::as_str) else {
        return Ok(());
    };
    let lines = text.split('\n').count();
    // The width may be given by its name too; no other argument is a number.
    let named = arguments
        .last()
        .and_then(|last| last.get_attr("width").ok());
    let widths = arguments.iter().skip(1).chain(&named);
    let width = widths.filter_map(Value::as_usize).max().unwrap_or(0);
    limits::check_length(text.len().saturating_add(lines.saturating_mul(width)))
}

/// Refuses a width or precision that makes a text too long: `%1000000000d`, or `*` with such a number.
fn formatted(arguments: &[Value]) -> Result<(), Error> {
    let Some(format) = arguments.first().and_then(Value::as_str) else {
        return Ok(());
    };
    let mut widths: usize = format
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(|digits| digits.parse().unwrap_or(usize::MAX))
        .fold(0, usize::saturating_add);
    if format.contains('*') {
        let numbers = arguments[1..].iter().filter_map(Value::as_i64);
        let numbers =
            numbers.map(|number| usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX));
        widths = numbers.fold(widths, usize::saturating_add);
    }
    limits::check_length(widths)
}

/// Refuses an undefined value, a list that holds one, and a text that is too long.
fn usable(value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::String => limits::check_text(value),
        ValueKind::Undefined | ValueKind::Invalid => Err(unusable(value)),
        // Other iterables may be used up by looking at them.
        ValueKind::Seq => value
            .try_iter()?
            .find(|element| matches!(element.kind(), ValueKind::Undefined | ValueKind::Invalid))
            .map_or(Ok(()), |element| Err(unusable(&element))),
        _ => Ok(()),
    }
}
