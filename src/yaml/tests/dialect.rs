//! Texts that readers of YAML 1.2 take in another way than Helm's reader. What is expected was read by Helm itself,
//! with a chart whose only template is `{{ toJson .Values | quote }}`.

use serde_json::{Value, json};

use crate::yaml::{compose, read};

#[track_caller]
fn all_are_read(cases: &[(&str, Value)]) {
    for (text, value) in cases {
        let read = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read, std::slice::from_ref(value), "{text}");
    }
}

#[track_caller]
fn all_are_refused(texts: &[&str]) {
    for text in texts {
        assert!(read(text).is_err(), "{text}: {:?}", read(text));
    }
}

#[test]
fn a_single_quote_may_be_escaped() {
    all_are_read(&[
        // HRE5 of the YAML test suite.
        (
            "double: \"quoted \\' scalar\"\n",
            json!({"double": "quoted ' scalar"}),
        ),
        (
            "a: \"it\\'s\"\nb: \"\\'\\'\"\n",
            json!({"a": "it's", "b": "''"}),
        ),
        ("a: \"x\\'\\\n  y\"\n", json!({"a": "x'y"})),
        ("a: \"\\\\'\"\n", json!({"a": "\\'"})),
        (
            "c: [\"\\'\", 'x\\', \"\\'y\"]\n",
            json!({"c": ["'", "x\\", "'y"]}),
        ),
        ("a: it\\'s\n", json!({"a": "it\\'s"})),
    ]);
    all_are_refused(&["\"a\\'b\": 1\nc: \"\\q\"\n", "a: \"\\'"]);
    let many = |count| format!("a: [{}]\n", "\"\\'\", ".repeat(count));
    assert!(read(&many(90)).is_ok());
    assert!(read(&many(200)).is_err());
}

#[test]
fn in_brackets_a_question_mark_begins_a_key() {
    all_are_read(&[
        // 652Z of the YAML test suite.
        (
            "{ ?foo: bar,\nbar: 42\n}\n",
            json!({"foo": "bar", "bar": 42}),
        ),
        (
            "a: [?foo, ? b, ?c: d]\n",
            json!({"a": [{"foo": null}, {"b": null}, {"c": "d"}]}),
        ),
        (
            "a: [?foo: bar, \"x\": 1, ?y]\n",
            json!({"a": [{"foo": "bar"}, {"x": 1}, {"true": null}]}),
        ),
        (
            "a: {?foo: bar, ?\"q\": 1}\n",
            json!({"a": {"foo": "bar", "q": 1}}),
        ),
        (
            "a: {? foo : bar, ?\tx: 1}\n",
            json!({"a": {"foo": "bar", "x": 1}}),
        ),
        ("a: {?x, ?y: 1}\n", json!({"a": {"true": 1, "x": null}})),
        ("?foo: bar\n", json!({"?foo": "bar"})),
        ("a: what?\n", json!({"a": "what?"})),
        ("a: [\"x?\", 'y?']\n", json!({"a": ["x?", "y?"]})),
    ]);
    all_are_refused(&[
        "a: {x?y: 1}\n",
        "a: [x?, b]\n",
        "a: {x: y? z}\n",
        "a: {x: y ?z}\n",
        "a: {x: y\n ?z}\n",
        "a: {x: ?y}\n",
        "a: {??x: 1}\n",
        "a: {?}\n",
    ]);
}

#[test]
fn in_brackets_a_colon_without_a_blank_belongs_to_the_word() {
    all_are_read(&[
        // 4ABK of the YAML test suite, without its empty key.
        (
            "{\nunquoted : \"separate\",\nhttp://foo.com,\nomitted value:,\n}\n",
            json!({"unquoted": "separate", "http://foo.com": null, "omitted value:": null}),
        ),
        ("a: [b:, c]\n", json!({"a": ["b:", "c"]})),
        ("a: {it's b:}\n", json!({"a": {"it's b:": null}})),
        ("a: {b\n c:,}\n", json!({"a": {"b c:": null}})),
        ("a: {b::, c: 1}\n", json!({"a": {"b::": null, "c": 1}})),
        ("a: {b:,c: 1}\n", json!({"a": {"b:": null, "c": 1}})),
        ("a: {x: b:, y}\n", json!({"a": {"x": "b:", "true": null}})),
        ("a: [x: b:]\n", json!({"a": [{"x": "b:"}]})),
        ("a: {true:}\n", json!({"a": {"true:": null}})),
        (
            "a: {\"b\":, \"c\":[1]}\n",
            json!({"a": {"b": null, "c": [1]}}),
        ),
        ("a: {b:  # c\n }\n", json!({"a": {"b": null}})),
    ]);
    all_are_refused(&["{: omitted key}\n", "a: {b:[1]}\n", "a: {b:{c: 1}}\n"]);
}

#[test]
fn the_name_of_an_anchor_ends_before_a_sign() {
    all_are_read(&[
        // Y2GN of the YAML test suite.
        ("---\nkey: &an:chor value\n", json!({"key": ":chor value"})),
        ("a: &x?y 1\n", json!({"a": "?y 1"})),
        ("a: !!str &x:y 1\n", json!({"a": ":y 1"})),
        ("&a:b key: 1\n", json!({":b key": 1})),
        ("a: &x k\n*x: 2\n", json!({"a": "k", "k": 2})),
        ("a: &x k\nb: {*x: 2}\n", json!({"a": "k", "b": {"k": 2}})),
        (
            "a: &x-y_1 [&z, *z ]\nb: *x-y_1\n",
            json!({"a": [null, null], "b": [null, null]}),
        ),
        ("k: &a # &b:c\n  1\n", json!({"k": 1})),
        (
            "k: [&a 1, *a, {b: &c, d: *c}]\n",
            json!({"k": [1, 1, {"b": null, "d": null}]}),
        ),
    ]);
    all_are_refused(&[
        "a: &x:y 1\nb: *x:y\n",
        "a: &x: 1\nb: 2\n",
        "a: &x:y\n  c: 1\nb: *x\n",
        "a: &a.b 1\n",
        "a: &é 1\n",
        "k: &a\"x\"\n",
        "k: &a,b 1\n",
        "k: &a%b 1\n",
        "k: &a@b 1\n",
        "k: [&a:b c]\n",
        "k: {&a:b c: d}\n",
    ]);
}

#[test]
fn a_last_line_of_blanks_belongs_to_a_block() {
    all_are_read(&[
        // L24T/01 of the YAML test suite.
        ("foo: |\n  x\n   ", json!({"foo": "x\n \n"})),
        ("foo: |\n  x\n   \n", json!({"foo": "x\n \n"})),
        ("foo: |-\n  x\n   ", json!({"foo": "x\n "})),
        ("foo: >\n  x\n   ", json!({"foo": "x\n \n"})),
        ("foo: |\n  x\n  ", json!({"foo": "x\n"})),
        ("foo: |\n  x", json!({"foo": "x\n"})),
        ("foo: |\n   ", json!({"foo": ""})),
    ]);
}

#[test]
fn places_are_those_of_the_text_as_it_is_written() {
    let text = "a: [?b: \"\\'x\\'\", &c:, d:]\ne: y\n";
    let error = compose(text).unwrap_err();
    assert_eq!(&text[error.range], ":", "{}", error.message);
    let text = "a: [?b: \"\\'x\\'\", d:]\nkey: 'last'\n";
    let nodes = compose(text).unwrap();
    let last = crate::yaml::locate(
        &nodes[0],
        &crate::yaml::Path(vec![crate::yaml::Step::Key("key".to_owned())]),
    )
    .unwrap();
    assert_eq!(&text[last.key.unwrap()], "key");
    assert_eq!(&text[last.value], "'last'");
}
