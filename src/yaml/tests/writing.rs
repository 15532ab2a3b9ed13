//! The canonical form.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::yaml::scalar::integral;
use crate::yaml::write::serialize;
use crate::yaml::{compose, read, to_string};

#[test]
fn a_tree_in_canonical_form() {
    let tree = json!({
        "list": [{"a": 1, "b": [1, [2, 3]]}, "x", [], {}],
        "script": "a\n  b\n",
        "no end": "a\nb",
        "nothing": null,
        "empty": "",
    });
    let text = "list:\n- a: 1\n  b:\n  - 1\n  - - 2\n    - 3\n- x\n- []\n- {}\nscript: |\n  a\n    b\nno end: |-\n  a\n  b\nnothing: null\nempty: \"\"\n";
    assert_eq!(to_string(&tree), text);
}

#[test]
fn strings_that_a_reader_would_take_for_something_else_are_quoted() {
    for text in [
        "yes",
        "n",
        "~",
        "null",
        "1_000",
        "0o7",
        "012",
        "0b-1",
        ".5_0",
        "1e3",
        "12:30:45",
        "2001-01-01",
        "=",
        "<<",
        ".inf",
        "- a",
        "a: b",
        "a #b",
        "@a",
        " a",
        "a ",
        "\u{85}",
        "\u{feff}",
        "\u{7f}",
        "\ta\nb",
        "\n\ta",
        "%a",
    ] {
        let written = to_string(&json!({ text: text }));
        let quote = |c: Option<char>| matches!(c, Some('"' | '\''));
        assert!(
            quote(written.chars().next()) && quote(written.trim_end().chars().last()),
            "{written}"
        );
        assert_eq!(
            read(&written).unwrap(),
            [json!({ text: text })],
            "{written}"
        );
    }
}

#[test]
fn nothing_that_cuts_documents_starts_a_line() {
    for tree in [
        json!("---a"),
        json!("---a\n---b\n"),
        json!({"---#": {"---a": ["---"]}}),
    ] {
        let written = to_string(&tree);
        assert!(
            written.lines().all(|line| !line.starts_with("---")),
            "{written}"
        );
        assert_eq!(read(&written).unwrap(), [tree], "{written}");
    }
}

#[test]
fn numbers_are_read_alike_by_all_readers() {
    for (number, text) in [
        (json!(1.0), "1\n"),
        (json!(-0.0), "0\n"),
        (json!(1e18), "1000000000000000000\n"),
        (json!(u64::MAX), "18446744073709551615\n"),
        (json!(1e-7), "1.0e-7\n"),
        (json!(1.5), "1.5\n"),
        (json!(5e-324), "5.0e-324\n"),
        (json!(1e100), "1.0e+100\n"),
    ] {
        assert_eq!(to_string(&number), text);
    }
}

#[test]
fn long_lines_are_not_folded() {
    let line = "word ".repeat(100) + "end";
    assert_eq!(to_string(&json!({ "a": line })), format!("a: {line}\n"));
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z/][a-zA-Z0-9 ._:/-]{0,8}",
        "[yntfYNTFoO]|[a-zA-Z]{2,5}",
        "[ \t\n:#'\"{}\\[\\]|>~yn0_.e+-]{0,8}",
        "[0-9_.eExob:+-]{1,6}",
        "(yes|no|on|off|null|true|~|<<|=|---|\\.\\.\\.|\\.inf|x)( |\n|:|#|\t)?",
        "[a-z\n \t\r\u{85}\u{2028}\u{feff}\u{7f}\u{0}\u{1b}\u{a0}é中😀]{0,12}",
        "([ -~]{0,6}\n){1,4}[ -~]{0,3}",
        "([a-z#:.'-][ -~]{0,4}[a-z]\n\n?){1,4}[a-z]{0,3}",
        ".{0,20}",
        Just("long ".repeat(300)),
    ]
}

/// Floats without fraction are integers to a reader, so they are none here.
fn float() -> impl Strategy<Value = Value> {
    any::<f64>()
        .prop_filter("finite", |float| float.is_finite())
        .prop_map(|float| integral(float).map_or(Value::from(float), Value::from))
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => text().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => float(),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..5)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_what_the_serializer_writes(value in value()) {
        let mut text = String::new();
        serialize(&value, &mut text);
        prop_assert_eq!(to_string(&value), text);
    }

    #[test]
    fn what_is_written_is_read_back(value in value()) {
        let text = to_string(&value);
        prop_assert!(text.ends_with('\n'));
        prop_assert_eq!(read(&text).map_err(|error| error.message), Ok(vec![value]), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused_inside_its_bounds(text in "([ \t\n:#'\"{}\\[\\]|>~&*!%?,a0é\u{85}\u{feff}\r-]|---\n|<<: |: ){0,40}") {
        match compose(&text) {
            Ok(nodes) => for node in nodes {
                prop_assert!(text.get(node.range).is_some());
            },
            Err(error) => prop_assert!(text.get(error.range).is_some(), "{}", error.message),
        }
    }
}
