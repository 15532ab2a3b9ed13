//! What texts mean.

use serde_json::{Value, json};

use crate::yaml::{compose, duplicates, read};

fn one(text: &str) -> Value {
    let mut values = read(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assert_eq!(values.len(), 1, "{text:?}");
    values.remove(0)
}

fn refused(text: &str) -> (String, std::ops::Range<usize>) {
    match read(text) {
        Ok(values) => panic!("{text:?} is read as {values:?}"),
        Err(error) => (error.message, error.range),
    }
}

#[test]
fn plain_scalars_follow_yaml_1_1() {
    for (text, value) in [
        ("yes", json!(true)),
        ("Off", json!(false)),
        ("n", json!(false)),
        ("tRue", json!("tRue")),
        ("~", Value::Null),
        ("nil", json!("nil")),
        ("+5", json!(5)),
        ("1_000", json!(1000)),
        ("0777", json!(511)),
        ("-0o17", json!(-15)),
        ("0xFF", json!(255)),
        ("-0x10", json!(-16)),
        ("0b101", json!(5)),
        ("089", json!(89)),
        ("0o9", json!("0o9")),
        ("_1", json!("_1")),
        (".5", json!(0.5)),
        ("5.", json!(5)),
        ("1.0", json!(1)),
        ("1e3", json!(1000)),
        ("1e", json!("1e")),
        ("1e400", json!("1e400")),
        ("0e1234", json!(0)),
        ("12:30:45", json!("12:30:45")),
        ("2001-01-01", json!("2001-01-01")),
        ("1Gi", json!("1Gi")),
        ("'yes'", json!("yes")),
    ] {
        assert_eq!(one(text), value, "{text}");
    }
}

#[test]
fn integers_keep_their_digits_unlike_in_helm() {
    assert_eq!(one("9007199254740993"), json!(9_007_199_254_740_993_i64));
    assert_eq!(one("18446744073709551615"), json!(u64::MAX));
    assert_eq!(one("-9223372036854775808"), json!(i64::MIN));
    assert_eq!(
        one("123456789012345678901234567890"),
        json!(1.234_567_890_123_456_8e29)
    );
}

#[test]
fn tags_cast_or_fail() {
    assert_eq!(
        one("[!!str 5, !!int \"5\", !!bool 'yes', !!float 1, !foo 5]"),
        json!(["5", 5, true, 1, "5"])
    );
    assert_eq!(
        one("[!!binary aGk=, !!null '', !!set {a, b}]"),
        json!(["hi", null, {"a": null, "b": null}])
    );
    assert_eq!(one("!!str"), json!(""));
    assert_eq!(
        refused("a: !!int x"),
        ("this is no !!int".to_owned(), 9..10)
    );
    assert_eq!(refused("a: !!binary '?'").1, 12..15);
}

#[test]
fn keys_become_strings() {
    let text = "{yes: a, n: b, 010: c, 1e3: d, 1.0: e, .inf: f, 1e6: g, 0.00001: h, 'on': i}";
    let keys = json!({"true": "a", "false": "b", "8": "c", "1000": "d", "1": "e", ".inf": "f", "1e+06": "g", "1e-05": "h", "on": "i"});
    assert_eq!(one(text), keys);
}

#[test]
fn what_is_no_key_is_refused_where_it_stands() {
    assert_eq!(refused("a: 1\n~: 2").1, 5..6);
    assert_eq!(refused("? [1]\n: 2").1, 2..5);
    assert_eq!(refused("a: {{ .Values.b }}").1, 4..17);
    assert_eq!(refused("12345678901234567890: a").1, 0..20);
}

#[test]
fn infinity_and_not_a_number_are_refused() {
    for text in [".inf", "-.INF", "+.Inf", ".NaN"] {
        assert_eq!(refused(text).1, 0..text.len());
    }
}

#[test]
fn the_last_of_equal_keys_wins_and_both_are_noted() {
    let text = "yes: 1\nb: {c: 1, 'c': 2}\ntrue: 2\n";
    assert_eq!(one(text), json!({"true": 2, "b": {"c": 2}}));
    let nodes = compose(text).unwrap();
    let found: Vec<_> = duplicates(&nodes[0])
        .into_iter()
        .map(|d| (d.path.to_string(), d.first, d.second))
        .collect();
    assert_eq!(
        found,
        [
            ("b.c".to_owned(), 11..12, 17..20),
            ("true".to_owned(), 0..3, 25..29)
        ]
    );
}

#[test]
fn duplicates_behind_an_alias_are_noted_once() {
    let nodes = compose("a: &x {b: 1, b: 2}\nc: *x\n").unwrap();
    assert_eq!(duplicates(&nodes[0]).len(), 1);
}

#[test]
fn merge_keys_overwrite_what_stands_before_them() {
    let base = "x: &x {k: 1, l: 1}\ny: &y {k: 2, m: 2}\n";
    let merged = |text: &str| one(&format!("{base}{text}"))["e"].take();
    assert_eq!(merged("e: {k: 0, <<: *x}"), json!({"k": 1, "l": 1}));
    assert_eq!(merged("e: {<<: *x, k: 0}"), json!({"k": 0, "l": 1}));
    assert_eq!(merged("e: {<<: [*x, *y]}"), json!({"k": 1, "m": 2, "l": 1}));
    assert_eq!(
        merged("e: {<<: *x, <<: *y}"),
        json!({"k": 2, "l": 1, "m": 2})
    );
    assert_eq!(merged("e: {'<<': *x}"), json!({"<<": {"k": 1, "l": 1}}));
}

#[test]
fn only_maps_can_be_merged() {
    assert_eq!(refused("<<: 5").1, 4..5);
    assert_eq!(refused("<<:").1, 2..2);
    assert_eq!(refused("l: &l [{a: 1}]\n<<: *l").1, 19..21);
}

#[test]
fn documents_are_cut_at_separator_lines() {
    assert_eq!(
        read("a: 1\n--- # c\n\n---\nb: 2\n").unwrap(),
        [json!({"a": 1}), json!({"b": 2})]
    );
    assert_eq!(read("").unwrap(), Vec::<Value>::new());
    assert_eq!(read("# only\n---\n").unwrap(), Vec::<Value>::new());
    assert_eq!(
        read("a: |\n  ---\n  x\n").unwrap(),
        [json!({"a": "---\nx\n"})]
    );
    assert_eq!(refused("a: 2\n--- {b: 3}\n").1, 5..15);
    assert_eq!(refused("a: 2\n----\n").1, 5..9);
}

#[test]
fn a_document_ends_with_its_root() {
    assert_eq!(one("a: 1\n...\nb: 2\n"), json!({"a": 1}));
}

#[test]
fn what_the_parser_accepts_and_helm_refuses() {
    for (text, range) in [
        ("\ta: 1", 0..1),
        ("a:\n- b\n-\tc", 8..9),
        ("a: [b: 1]\n\t\n", 10..11),
        ("%YAML 1.2\n---\na: 1", 0..1),
        ("a: &x [*x]", 7..9),
        ("a: *x", 3..4),
        ("a: \"é\\/\"", 6..8),
        ("a: \"\\ud83d\\ude00\"", 4..10),
        ("a: \u{1}", 3..4),
    ] {
        assert_eq!(refused(text).1, range, "{text:?}");
    }
}

#[test]
fn tabs_elsewhere_are_fine() {
    assert_eq!(
        one("a:\t1\t# c\nb: [1,\n\t2]\nc: \"x\n\ty\"\n"),
        json!({"a": 1, "b": [1, 2], "c": "x y"})
    );
    assert_eq!(one("{\n\t\"a\": [\n\t\t1\n\t]\n}\n"), json!({"a": [1]}));
    assert_eq!(one("a: |\n  x\n  \ty\n"), json!({"a": "x\n\ty\n"}));
}

#[test]
fn every_kind_of_line_break_is_read() {
    assert_eq!(one("\u{feff}a: |\r\n  x\r\n  y"), json!({"a": "x\ny\n"}));
    assert_eq!(one("a: x\rb: 1\r"), json!({"a": "x", "b": 1}));
    assert_eq!(one("a: x\u{85}b: 1"), json!({"a": "x", "b": 1}));
    let nodes = compose("a: x\u{85}b: .inf").unwrap();
    assert_eq!(super::super::tree(&nodes[0]).unwrap_err().range, 9..13);
}
