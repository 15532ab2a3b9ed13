//! The functions and filters of templates: Jinja's own, made strict, and those for YAML and Kubernetes, under the names
//! that Ansible and Helm use. None of them reads files, the time or random numbers: a render depends only on its inputs.

mod data;
mod is;
mod text;

use minijinja::value::{Kwargs, Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, State, Value, filters, functions};

use super::tree::{Omit, check_count, check_length, check_text, invalid, unusable};

pub(super) use data::Refusal;

/// The text of a value in NOTES.txt.
pub(super) use text::string as notes_text;

/// The names of all filters, for suggestions.
pub(super) const FILTERS: [&str; 58] = [
    "abs",
    "b64decode",
    "b64encode",
    "batch",
    "bool",
    "capitalize",
    "chain",
    "combine",
    "count",
    "d",
    "default",
    "dictsort",
    "first",
    "float",
    "format",
    "from_json",
    "from_yaml",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "optional",
    "percent_encode",
    "regex_replace",
    "reject",
    "rejectattr",
    "repeat",
    "replace",
    "required",
    "reverse",
    "round",
    "select",
    "selectattr",
    "semver_match",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "to_json",
    "to_yaml",
    "trim",
    "trim_prefix",
    "trim_suffix",
    "trunc",
    "unique",
    "upper",
    "zip",
];

/// An environment with every function, filter, test and constant of templates, and with nothing else.
pub(super) fn environment() -> Environment<'static> {
    let mut env = Environment::empty();
    env.add_global("omit", Value::from_object(Omit));
    env.add_function("dict", functions::dict);
    env.add_function("fail", data::fail);
    env.add_function("namespace", functions::namespace);
    env.add_function("range", functions::range);

    is::register(&mut env);
    register_strict(&mut env);

    env.add_filter("default", filters::default);
    env.add_filter("d", filters::default);
    env.add_filter("optional", data::optional);
    env.add_filter("required", data::required);
    env.add_filter(
        "combine",
        |state: &State<'_, '_>, maps: Rest<ValueOrKwargs>| -> Result<Value, Error> {
            let maps = maps.into_values();
            let (maps, options) = minijinja::value::from_args::<(&[Value], Kwargs)>(&maps)?;
            let recursive = options.get::<Option<bool>>("recursive")?.unwrap_or(false);
            options.assert_all_used()?;
            data::combine(state, maps, recursive)
        },
    );
    env.add_filter("to_yaml", data::to_yaml);
    env.add_filter("to_json", data::to_json);
    env.add_filter("from_yaml", data::from_yaml);
    env.add_filter("from_json", data::from_json);

    // Inserted by `Checks`.
    env.add_filter("joinable", text::joinable);
    env.add_filter("addend", text::addend);
    env.add_filter("factor", text::factor);
    env.add_filter("kept", data::kept);

    env.add_filter("repeat", text::repeat);
    env.add_filter("string", text::string);
    env.add_filter("join", text::join);
    env.add_filter("trunc", text::trunc);
    env.add_filter("trim_prefix", text::trim_prefix);
    env.add_filter("trim_suffix", text::trim_suffix);
    env.add_filter("b64encode", text::b64encode);
    env.add_filter("b64decode", text::b64decode);
    env.add_filter("percent_encode", text::percent_encode);
    env.add_filter("regex_replace", text::regex_replace);
    env.add_filter("semver_match", text::semver_match);
    env
}

/// The arguments of a filter, keywords included.
type Arguments = Rest<ValueOrKwargs>;

/// Registers minijinja's own filters with stricter arguments: those that take any value, then those that take text.
/// minijinja accepts undefined values, also in a list, and none or a boolean where text is expected (`None`, `True`).
fn register_strict(env: &mut Environment<'_>) {
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
            filter.call(state, &arguments)
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
            filter.call(state, &arguments)
        });
    }
}

/// Checks the number of elements that an argument asks for.
fn count(number: &Value) -> Result<(), Error> {
    number.as_usize().map_or(Ok(()), check_count)
}

/// Checks the length of the result of `replace`.
fn replaced(arguments: &[Value]) -> Result<(), Error> {
    let text = |index: usize| arguments.get(index).and_then(Value::as_str);
    let [Some(text), Some(from), Some(to)] = [0, 1, 2].map(text) else {
        return Ok(());
    };
    let grown = text.matches(from).count().saturating_mul(to.len());
    check_length(text.len().saturating_add(grown))
}

/// Checks the length of the result of `indent`.
fn indented(arguments: &[Value]) -> Result<(), Error> {
    let Some(text) = arguments.first().and_then(Value::as_str) else {
        return Ok(());
    };
    let lines = text.split('\n').count();
    // The width may be a keyword argument. No other argument is a number.
    let named = arguments
        .last()
        .and_then(|last| last.get_attr("width").ok());
    let widths = arguments.iter().skip(1).chain(&named);
    let width = widths.filter_map(Value::as_usize).max().unwrap_or(0);
    check_length(text.len().saturating_add(lines.saturating_mul(width)))
}

/// Checks the widths and precisions of a format: `%1000000000d`, or `*` with such a number.
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
    check_length(widths)
}

/// Checks an argument: undefined values, also in a list, and texts that are too long are errors.
fn usable(value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::String => check_text(value),
        ValueKind::Undefined | ValueKind::Invalid => Err(unusable(value)),
        // Other iterables may be consumed by iterating over them.
        ValueKind::Seq => value
            .try_iter()?
            .find(|element| matches!(element.kind(), ValueKind::Undefined | ValueKind::Invalid))
            .map_or(Ok(()), |element| Err(unusable(&element))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in a list of an environment, which only its `Debug` shows.
    fn names(env: &Environment<'_>, list: &str) -> Vec<String> {
        let debug = format!("{env:?}");
        let (_, list) = debug.split_once(&format!("{list}: [")).unwrap();
        let (list, _) = list.split_once(']').unwrap();
        let names = list.split(", ").map(|name| name.trim_matches('"'));
        names.map(str::to_owned).collect()
    }

    #[test]
    fn the_list_names_every_filter_that_is_registered() {
        let inserted_by_checks = ["joinable", "addend", "factor", "kept"];
        let registered: Vec<String> = names(&environment(), "filters")
            .into_iter()
            .filter(|name| !inserted_by_checks.contains(&name.as_str()))
            .collect();
        assert_eq!(registered, FILTERS);
    }

    #[test]
    fn filters_and_tests_are_those_of_jinja_without_a_few_and_with_our_own() {
        let (ours, jinja) = (environment(), Environment::new());
        let missing = |list| -> Vec<String> {
            let known = names(&ours, list);
            let all = names(&jinja, list).into_iter();
            all.filter(|name| !known.contains(name)).collect()
        };
        assert_eq!(
            missing("filters"),
            ["attr", "e", "escape", "pprint", "safe"]
        );
        assert_eq!(missing("tests"), [""; 0]);
        let mut tests = names(&jinja, "tests");
        tests.push("match".to_owned());
        tests.sort();
        assert_eq!(names(&ours, "tests"), tests);
    }

    #[test]
    fn nothing_is_divisible_by_zero() {
        let env = environment();
        let rendered = |text: &str| env.render_str(text, ());
        assert_eq!(
            rendered("{{ 6 is divisibleby 3 }} {{ 7 is divisibleby 3 }}").unwrap(),
            "True False"
        );
        assert!(rendered("{{ 6 is divisibleby 0 }}").is_err());
    }
}
