//! The functions and filters that templates have: Jinja's own, made strict, and those that YAML
//! and Kubernetes need, under Ansible's and Helm's names.
//! None of them reads files, the clock or chance: a render depends on its inputs alone.

mod data;
mod strict;
mod text;

use minijinja::value::{Kwargs, Rest, ValueOrKwargs};
use minijinja::{Environment, Error, State, Value, filters};

use super::tree::Omit;

/// A value as NOTES.txt prints it.
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

/// Puts every function, filter and constant into the environment.
pub(super) fn register(env: &mut Environment<'_>) {
    // Escaping and debugging have no place where values never become text.
    for name in ["safe", "escape", "e", "pprint", "attr"] {
        env.remove_filter(name);
    }
    env.remove_global("debug");
    env.add_global("omit", Value::from_object(Omit));
    env.add_function("fail", data::fail);

    strict::register(env);

    env.add_filter("default", filters::default);
    env.add_filter("d", filters::default);
    env.add_filter("optional", data::optional);
    env.add_filter("required", data::required);
    env.add_filter(
        "combine",
        |maps: Rest<ValueOrKwargs>| -> Result<Value, Error> {
            let maps = maps.into_values();
            let (maps, options) = minijinja::value::from_args::<(&[Value], Kwargs)>(&maps)?;
            let recursive = options.get::<Option<bool>>("recursive")?.unwrap_or(false);
            options.assert_all_used()?;
            data::combine(maps, recursive)
        },
    );
    env.add_filter("to_yaml", data::to_yaml);
    env.add_filter("to_json", data::to_json);
    env.add_filter("from_yaml", data::from_yaml);
    env.add_filter("from_json", data::from_json);

    // What `Checks` inserts.
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
    env.add_test("match", text::regex_match);
}

/// A filter's arguments as they come, keywords included.
type Arguments = Rest<ValueOrKwargs>;

/// Calls a built-in filter with arguments that have been looked at.
fn call(filter: &Value, state: &mut State, arguments: &[Value]) -> Result<Value, Error> {
    filter.call(state, arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_every_filter_that_is_registered() {
        let mut env = Environment::new();
        register(&mut env);
        // Only the environment's `Debug` lists its filters.
        let debug = format!("{env:?}");
        let (_, list) = debug.split_once("filters: [").unwrap();
        let (list, _) = list.split_once(']').unwrap();
        let names = list.split(", ").map(|name| name.trim_matches('"'));
        let inserted_by_checks = ["joinable", "addend", "factor", "kept"];
        let registered: Vec<&str> = names
            .filter(|name| !inserted_by_checks.contains(name))
            .collect();
        assert_eq!(registered, FILTERS);
    }
}
