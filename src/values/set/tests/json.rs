//! What `--set-json` reads.

use serde_json::json;

use super::{over, refused, same, set_json};
use crate::values::set::Kind;

#[test]
fn set_json_replaces_at_a_key_and_merges_as_an_object() {
    let user = || json!({"m": {"x": 1}});
    let run = |argument| over(user(), &[(Kind::Json, argument)]);
    assert_eq!(run(r#"m={"y":2}"#), Ok(json!({"m": {"y": 2}})));
    assert_eq!(
        run(r#" {"m":{"y":2}} "#),
        Ok(json!({"m": {"x": 1, "y": 2}}))
    );
    assert!(run(r#"{"m":1},b=2"#).is_err());
}

#[test]
fn json_values_end_where_they_end() {
    same(
        &[
            (
                r#"a={"x":[1,"}"]},b= null ,c="#,
                json!({"a": {"x": [1, "}"]}, "b": null, "c": null}),
            ),
            ("a=1b=2", json!({"a": 1, "b": 2})),
            ("a=01=5", json!({"a": 0, "1": 5})),
            ("a=1  ,  b=2", json!({"a": 1, "  b": 2})),
            ("a=\u{a0}1", json!({"a": 1})),
        ],
        set_json,
    );
    refused(
        &[
            "a=1 x",
            "a=True",
            "a=[1,2",
            "a=[1]]",
            "a=[1}",
            "a=1.",
            "a=1e400",
            "a=.5",
            "a=-",
            "a='x'",
            "[1,2]",
            "null",
            "x\u{e9}=\"\\\u{e9}",
        ],
        set_json,
    );
}

#[test]
fn json_integers_keep_their_digits_and_floats_without_fraction_become_integers() {
    same(
        &[
            (
                "a=12345678901234567890",
                json!({"a": 12345678901234567890_u64}),
            ),
            ("a=-9007199254740993", json!({"a": -9007199254740993_i64})),
            ("a=100000000000000000000", json!({"a": 1e20})),
            (
                "a=[1.0,1e3,-0.0,1e19,0.5]",
                json!({"a": [1, 1000, 0, 10000000000000000000_u64, 0.5]}),
            ),
            // The nearest double: needs serde_json's `float_roundtrip`.
            ("a=7.038531e-26", json!({"a": 7.038531e-26})),
            (
                "a=123456789012345678901234567890",
                json!({"a": 123456789012345678901234567890.0}),
            ),
        ],
        set_json,
    );
}

#[test]
fn the_last_of_duplicate_json_keys_wins_whole() {
    same(
        &[(
            r#"a={"x":{"y":1},"x":{"z":2}}"#,
            json!({"a": {"x": {"z": 2}}}),
        )],
        set_json,
    );
}

#[test]
fn lone_surrogates_become_replacement_characters() {
    same(
        &[
            (r#"a="\ud83d""#, json!({"a": "\u{fffd}"})),
            (
                r#"a="\ud83d\ud83d\ude00\ude00""#,
                json!({"a": "\u{fffd}😀\u{fffd}"}),
            ),
            (r#"a="\\ud83d\n""#, json!({"a": "\\ud83d\n"})),
            (r#"{"\uDE00":1}"#, json!({"\u{fffd}": 1})),
        ],
        set_json,
    );
    refused(&[r#"a="\ud83""#, r#"a="\u+123""#], set_json);
}
