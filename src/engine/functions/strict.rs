//! Jinja's built-in filters, made to refuse what they would let pass in silence: an undefined
//! value, also inside a list, and none or a boolean where text is wanted (`None`, `True`).

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, State, Value, filters};

use super::{Arguments, call};
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
            arguments.iter().try_for_each(defined)?;
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
            arguments.iter().try_for_each(defined)?;
            if let Some(subject) = arguments.first()
                && !matches!(subject.kind(), ValueKind::String | ValueKind::Number)
            {
                return Err(invalid(format!(
                    "the filter `{name}` is for text, not for {}",
                    subject.kind()
                )));
            }
            call(&filter, state, &arguments)
        });
    }
}

/// Refuses an undefined value, and a list that holds one.
pub(super) fn defined(value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::Undefined | ValueKind::Invalid => Err(unusable(value)),
        // Other iterables may be used up by looking at them.
        ValueKind::Seq => value
            .try_iter()?
            .find(|element| matches!(element.kind(), ValueKind::Undefined | ValueKind::Invalid))
            .map_or(Ok(()), |element| Err(unusable(&element))),
        _ => Ok(()),
    }
}
