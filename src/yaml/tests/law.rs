//! Laws: what is written is read back, whatever it is.

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::yaml::scalar::integral;
use crate::yaml::{compose, read, to_string};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ \t\n:#'\"{}\\[\\]|>~yn0_.e+-]{0,8}",
        "[0-9_.eExob:+-]{1,6}",
        "(yes|no|on|off|null|true|~|<<|=|---|\\.\\.\\.|\\.inf|x)( |\n|:|#|\t)?",
        "[a-z\n \t\r\u{85}\u{2028}\u{feff}\u{7f}\u{0}\u{1b}\u{a0}é中😀]{0,12}",
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
