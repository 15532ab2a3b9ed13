//! The tests of templates, which follow the word `is`: Jinja's own, and `match`.

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, Value, tests};

use super::text::regex_match;
use crate::engine::tree::invalid;

type OfOne = fn(&Value) -> bool;
type OfTwo = fn(&Value, &Value) -> bool;

/// Registers all of them.
pub(super) fn register(env: &mut Environment<'_>) {
    let of_one: [(&str, OfOne); 17] = [
        ("boolean", tests::is_boolean),
        ("defined", tests::is_defined),
        ("escaped", tests::is_safe),
        ("false", tests::is_false),
        ("float", tests::is_float),
        ("int", tests::is_integer),
        ("integer", tests::is_integer),
        ("iterable", tests::is_iterable),
        ("lower", tests::is_lower),
        ("mapping", tests::is_mapping),
        ("none", tests::is_none),
        ("number", tests::is_number),
        ("safe", tests::is_safe),
        ("sequence", tests::is_sequence),
        ("string", tests::is_string),
        ("true", tests::is_true),
        ("upper", tests::is_upper),
    ];
    for (name, test) in of_one {
        env.add_test(name, test);
    }
    let of_two: [(&str, OfTwo); 16] = [
        ("!=", tests::is_ne),
        ("<", tests::is_lt),
        ("<=", tests::is_le),
        ("==", tests::is_eq),
        (">", tests::is_gt),
        (">=", tests::is_ge),
        ("eq", tests::is_eq),
        ("equalto", tests::is_eq),
        ("ge", tests::is_ge),
        ("greaterthan", tests::is_gt),
        ("gt", tests::is_gt),
        ("le", tests::is_le),
        ("lessthan", tests::is_lt),
        ("lt", tests::is_lt),
        ("ne", tests::is_ne),
        ("sameas", tests::is_sameas),
    ];
    for (name, test) in of_two {
        env.add_test(name, test);
    }
    env.add_test("divisibleby", divisible);
    env.add_test("endingwith", tests::is_endingwith);
    env.add_test("even", tests::is_even);
    env.add_test("filter", tests::is_filter);
    env.add_test("in", tests::is_in);
    env.add_test("match", regex_match);
    env.add_test("odd", tests::is_odd);
    env.add_test("startingwith", tests::is_startingwith);
    env.add_test("test", tests::is_test);
    env.add_test("undefined", tests::is_undefined);
}

/// Jinja's test `divisibleby`: nothing can be divided by zero.
fn divisible(value: &Value, by: &Value) -> Result<bool, Error> {
    if by.kind() == ValueKind::Number && !by.is_true() {
        return Err(invalid("`divisibleby` cannot divide by zero"));
    }
    Ok(tests::is_divisibleby(value, by))
}
