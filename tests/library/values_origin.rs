//! `values --origin` against what `values` prints: the comments say where values come from and change none.

use std::sync::Arc;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use swanlab_render::diagnostics::Source;
use swanlab_render::report::values::yaml_with_origins;
use swanlab_render::values::{Flag, Origins, Overrides, set};
use swanlab_render::yaml;

/// The output for values that one file and some flags give.
fn with_origins(file: &str, flags: &[(set::Kind, String)], values: &Value) -> String {
    let overrides = Overrides {
        files: vec![Source::new("m.yaml", file.to_owned())],
        flags: flags
            .iter()
            .map(|(kind, text)| Flag::new(*kind, text))
            .collect(),
    };
    let chart = Source::new("values.yaml", "");
    let mut out = String::new();
    yaml_with_origins(values, &Origins::new(Arc::new(overrides), chart), &mut out);
    out
}

#[test]
fn the_comment_of_a_text_stands_beside_its_bar() {
    let values =
        json!({"note": "line one\nline two\n", "list": ["\n\n x\ny", "a"], "n": null, "e": {}});
    let file = yaml::to_string(&values);
    assert_eq!(
        with_origins(&file, &[], &values),
        "note: | # m.yaml:2
  line one
  line two
list:
- |2- # m.yaml:8


   x
  y
- a # m.yaml:10
\"n\": null # m.yaml:11
e: {} # m.yaml:12
"
    );
}

#[test]
fn four_thousand_values_are_told_at_once() {
    let entries = (0..4000).map(|index| (format!("key{index}"), Value::from(index)));
    let values = Value::Object(entries.collect());
    let file = yaml::to_string(&values);
    let begin = std::time::Instant::now();
    let text = with_origins(&file, &[], &values);
    assert!(text.contains("key3999: 3999 # m.yaml:4000\n"), "{text}");
    // Quadratic work took more than twenty seconds in a debug build.
    assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
}

/// Texts that YAML finds hard, in keys as in values.
fn hard_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z #:|>\n\t\r'\"-]{0,16}",
        "[a\n #\u{0}\u{7}\u{8}\u{1b}\u{7f}\u{85}\u{9b}\u{a0}\u{2028}\u{202e}\u{feff}\u{fffe}😀]{0,10}",
        any::<String>(),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        hard_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(hard_text(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn what_is_printed_with_origins_reads_back_as_the_values(
        map in btree_map(hard_text(), tree(), 1..5),
        given in hard_text(),
    ) {
        let mut values: Map<String, Value> = map.into_iter().collect();
        values.insert("given".to_owned(), given.clone().into());
        let values = Value::Object(values);
        let file = yaml::to_string(&values);
        let flags = [(set::Kind::Literal, format!("given={given}"))];
        let text = with_origins(&file, &flags, &values);
        let read = yaml::read(&text);
        prop_assert_eq!(read, yaml::read(&yaml::to_string(&values)), "{}", text);
        prop_assert!(text.contains("# m.yaml:") || text.contains("# --set-literal"), "{}", text);
    }
}
