//! The text of an object, which is made without a tree, is what its tree is written as; and what is wrong is the same.

use proptest::prelude::*;
use serde_json::{Value, json};
use swanlab_render::diagnostics::Diagnostics;
use swanlab_render::manifest::documents;
use swanlab_render::release::Release;
use swanlab_render::report::{self, Style};

use crate::support::{Case, chart_folder};

fn drawn(result: Result<String, Diagnostics>) -> String {
    result.unwrap_or_else(|problems| report::draw(&problems, Style::PLAIN))
}

/// The texts of a chart with one template and one value `v`, checked against its trees.
fn text(template: &str, value: &Value) -> String {
    let values = json!({"v": value}).to_string();
    let folder = chart_folder(&[("values.yaml", &values), ("templates/a.yaml", template)]);
    let release: Release = Case::default().with_chart(folder.path()).release().unwrap();
    let written = drawn(release.texts().map(|texts| texts.into_all().concat()));
    let trees = release.render().map(|rendered| {
        let mut text = String::new();
        documents(&rendered.into_all(), &mut text);
        text
    });
    assert_eq!(written, drawn(trees), "{template}");
    written
}

/// Documents with a value in every kind of place.
const TEMPLATES: [&str; 12] = [
    "kind: A\nmetadata: {name: a}\nv: {{ Values.v }}\n",
    "kind: A\nlist:\n  - {{ Values.v }}\n  -\n    - {{ Values.v | optional }}\n  - a: {{ Values.v }}\n    b: x\n",
    "kind: A\nonly:\n  below:\n    v: {{ Values.v | optional }}\nempty: {}\nnone: []\nnothing:\n",
    "kind: A\nonly:\n  - {{ omit }}\nafter:\n  first: {{ omit }}\n  second: [{{ Values.v }}, {a: {{ Values.v }}}]\n",
    "kind: A\n? {{ Values.v | string }}\n: 1\n'quoted key': \"a\\tb\"\n010: 0x10\nyes: 1.0\n? |\n  long\n  key\n: 1\n",
    "kind: A\nanchored: &a\n  v: {{ Values.v }}\nagain: *a\nscript: |\n  #!/bin/sh\n\n  echo\n",
    "{{ {'kind': 'A', 'v': Values.v} }}\n",
    "{{ Values.v }}\n",
    "kind: A\n---\n{{ Values.v | optional }}\n---\nkind: B\nv: {{ Values.v }}\n",
    "kind: A\na: 1\na: {{ Values.v }}\nb: {x: 1, y: 2, x: 3}\n",
    "kind: A\nmany: {a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1, j: 1, k: 1, l: 1, m: 1, n: 1, o: 1, p: 1, q: 1, a: 1, q: 2}\n",
    "kind: A\nfirst: 'is {{ Values.v }}'\nsecond: .inf\n<<: {a: 1}\n# {{ Values.v }}\n{{ Values.v }}: 1\n",
];

#[test]
fn every_kind_of_document_has_the_text_of_its_tree() {
    let values = [
        json!(null),
        json!(true),
        json!(1.5),
        json!(2.0),
        json!("two words"),
        json!("- no list"),
        json!("several\nlines\n"),
        json!({}),
        json!([]),
        json!({"a": {"b": [1, {"c": []}]}, "~": "null", "e\n": ""}),
        json!([[{"a": 1}], [], "x"]),
    ];
    let mut good = 0;
    for template in TEMPLATES {
        for value in &values {
            good += usize::from(text(template, value).starts_with("---\n"));
        }
    }
    assert!((60..120).contains(&good), "{good}");
}

fn any_value() -> impl Strategy<Value = Value> {
    let text = "[a-z:#\\- \n\"'0-9~{}\u{e9}]{0,12}";
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text, inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_value_is_written_as_its_tree_is(value in any_value()) {
        for template in &TEMPLATES[..6] {
            text(template, &value);
        }
    }
}
