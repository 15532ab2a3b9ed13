//! Flags, escapes, lists and the types of values.

use serde_json::json;

use super::{over, refused, same, set};
use crate::values::set::{Kind, parse};

#[test]
fn kinds_stand_in_order_of_precedence() {
    let mut kinds = [
        Kind::Literal,
        Kind::Set,
        Kind::File,
        Kind::Json,
        Kind::String,
    ];
    kinds.sort();
    assert_eq!(
        kinds.map(Kind::flag),
        [
            "--set-json",
            "--set",
            "--set-string",
            "--set-file",
            "--set-literal"
        ]
    );
}

#[test]
fn values_of_set_are_typed_by_their_looks() {
    same(
        &[
            ("v=0", json!({"v": 0})),
            ("v=-0", json!({"v": 0})),
            ("v=+5", json!({"v": 5})),
            ("v=-007", json!({"v": -7})),
            ("v=007", json!({"v": "007"})),
            ("v=1.5", json!({"v": "1.5"})),
            ("v=1e3", json!({"v": "1e3"})),
            ("v=9223372036854775807", json!({"v": i64::MAX})),
            ("v=9223372036854775808", json!({"v": "9223372036854775808"})),
            ("v=tRUE", json!({"v": true})),
            ("v=Null", json!({"v": null})),
            ("v= true", json!({"v": " true"})),
            ("v={1,true,,x}", json!({"v": [1, true, "", "x"]})),
            (r"v=\1", json!({"v": 1})),
        ],
        set,
    );
}

#[test]
fn set_string_keeps_text() {
    same(
        &[
            ("v=null", json!({"v": "null"})),
            ("v={1,null}", json!({"v": ["1", "null"]})),
        ],
        |argument| over(json!({}), &[(Kind::String, argument)]),
    );
}

#[test]
fn a_backslash_takes_the_next_character() {
    same(
        &[
            (r"a\.b\=c\[0]\,d=1", json!({"a.b=c[0],d": 1})),
            (r"a=x\,y,b=C:\new", json!({"a": "x,y", "b": "C:new"})),
            (r"a=x\", json!({"a": "x"})),
            (r"a={x\},y}", json!({"a": ["x}", "y"]})),
            (r"\", json!({})),
        ],
        set,
    );
}

#[test]
fn a_list_ends_at_its_brace_and_the_comma_is_optional() {
    same(
        &[
            ("a={}", json!({"a": [""]})),
            ("a={x,}b=1", json!({"a": ["x", ""], "b": 1})),
            ("a={x},b=1", json!({"a": ["x"], "b": 1})),
            ("a[0]={x}", json!({"a": [["x"]]})),
        ],
        set,
    );
    refused(&["a={x", r"a={x\}", "a={x},,", "a={{1},{2}}"], set);
}

#[test]
fn keys_need_values() {
    refused(&["a", ",", "a,b=1", "a=1,,b=2", "a.b", " ", "a.,b"], set);
    same(&[("", json!({})), ("a=1,", json!({"a": 1}))], set);
}

#[test]
fn set_literal_takes_the_rest_as_it_stands() {
    same(
        &[
            (r"a=1,b=\{2}", json!({"a": r"1,b=\{2}"})),
            (r"a\.b,c=x", json!({r"a\": {"b,c": "x"}})),
            ("a[0].b=", json!({"a": [{"b": ""}]})),
            ("a[0]", json!({"a": []})),
        ],
        |argument| over(json!({}), &[(Kind::Literal, argument)]),
    );
}

#[test]
fn assignments_know_their_bytes() {
    let argument = r"a\,b=1,l={x,y},c[0].d=z";
    let parts: Result<Vec<_>, _> = parse(Kind::Set, argument)
        .map(|all| all.into_iter().map(|one| &argument[one.range]).collect());
    assert_eq!(parts, Ok(vec![r"a\,b=1", "l={x,y}", "c[0].d=z"]));
}
