//! What texts mean.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::yaml::{MAX_BYTES, MAX_DEPTH, compose, duplicates, read, to_string, tree};

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

fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

/// On as small a stack as Rust's threads have, whatever `RUST_MIN_STACK` says.
fn on_a_small_stack(work: fn()) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work);
    thread.unwrap().join().unwrap();
}

#[test]
fn the_deepest_document_is_read_written_cloned_and_dropped() {
    on_a_small_stack(|| {
        let block: String = (0..MAX_DEPTH)
            .map(|level| format!("{:level$}a:\n", ""))
            .collect();
        let pairs = "{a: ".repeat(MAX_DEPTH) + &"}".repeat(MAX_DEPTH);
        for text in [nested(MAX_DEPTH), pairs, block] {
            let nodes = compose(&text).unwrap();
            assert_eq!(nodes.clone(), nodes);
            assert!(duplicates(&nodes[0]).is_empty());
            let value = tree(&nodes[0]).unwrap();
            assert_eq!(value.clone(), value);
            assert_eq!(read(&to_string(&value)).unwrap(), [value]);
        }
    });
}

#[test]
fn deeper_ones_are_refused() {
    on_a_small_stack(|| {
        for depth in [MAX_DEPTH + 1, 100_000] {
            assert_eq!(
                compose(&nested(depth)).unwrap_err().range,
                MAX_DEPTH..MAX_DEPTH + 1
            );
            assert!(compose(&"- ".repeat(depth)).is_err());
            assert!(compose(&"[a: ".repeat(depth)).is_err());
        }
    });
}

#[test]
fn depth_counts_through_aliases() {
    let half = MAX_DEPTH / 2;
    let chain = |more: usize| {
        let outer = "[".repeat(half + more - 1) + "*a" + &"]".repeat(half + more - 1);
        format!("[&a {}, {outer}]", nested(half))
    };
    assert!(compose(&chain(0)).is_ok());
    assert!(compose(&chain(1)).is_err());
}

#[test]
fn alias_bombs_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(text, "a{level}: &a{level} [{inner}]");
    }
    assert!(compose(&text).unwrap_err().message.contains("aliases"));
    let long = "x".repeat(1 << 20);
    assert!(compose(&format!("a: &a {long}\nb: [{}]", "*a, ".repeat(10))).is_err());
}

#[test]
fn ordinary_use_of_aliases_is_not() {
    let text = format!("a: &a {{b: 1, c: 2}}\nl: [{}]", "*a, ".repeat(10_000));
    assert!(compose(&text).is_ok());
}

#[test]
fn endless_tabs_take_no_endless_time() {
    let start = std::time::Instant::now();
    assert!(compose(&format!("a:{}1", "\t".repeat(100_000))).is_ok());
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn a_text_beyond_all_measure_is_refused_unread() {
    assert!(compose(&" ".repeat(MAX_BYTES + 1)).is_err());
}

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
