//! The places of keys and values.

use std::ops::Range;

use serde_json::json;

use crate::yaml::{Path, Step, compose, locate};

fn keys(path: &[&str]) -> Path {
    Path(
        path.iter()
            .map(|key| Step::Key((*key).to_owned()))
            .collect(),
    )
}

/// The text of an entry's key and value.
fn at<'t>(text: &'t str, path: &Path) -> Option<(Option<&'t str>, &'t str)> {
    let nodes = compose(text).unwrap();
    let place = locate(&nodes[0], path)?;
    let word = |range: Range<usize>| &text[range];
    Some((place.key.map(word), word(place.value)))
}

#[test]
fn a_value_in_maps_and_lists() {
    let text = "\u{feff}é: 1\na:\n- b: [x, 'y z']\n";
    let path = Path(vec![
        Step::Key("a".into()),
        Step::Index(0),
        Step::Key("b".into()),
        Step::Index(1),
    ]);
    assert_eq!(at(text, &path), Some((None, "'y z'")));
    assert_eq!(at(text, &keys(&["é"])), Some((Some("é"), "1")));
    assert_eq!(at(text, &keys(&["a", "b"])), None);
    assert_eq!(at(text, &keys(&["é", "b"])), None);
}

#[test]
fn the_entry_that_wins() {
    let text = "yes: 1\ntrue: 2\nx: &x {k: from_x}\ne: {k: before, <<: *x}\nf: {<<: *x, k: after}\ng: *x\n";
    assert_eq!(at(text, &keys(&["true"])), Some((Some("true"), "2")));
    assert_eq!(at(text, &keys(&["e", "k"])), Some((Some("k"), "from_x")));
    assert_eq!(at(text, &keys(&["f", "k"])), Some((Some("k"), "after")));
    assert_eq!(at(text, &keys(&["g", "k"])), Some((Some("k"), "from_x")));
    assert_eq!(at(text, &keys(&["g"])), Some((Some("g"), "*x")));
}

#[test]
fn the_first_of_several_merged_maps() {
    let text = "<<: [{k: first}, {k: second, l: only}]\n";
    assert_eq!(at(text, &keys(&["k"])), Some((Some("k"), "first")));
    assert_eq!(at(text, &keys(&["l"])), Some((Some("l"), "only")));
}

#[test]
fn a_missing_value_is_an_empty_place_between_key_and_colon() {
    let nodes = compose("a: 1\nb:\nc: 2\n").unwrap();
    assert_eq!(locate(&nodes[0], &keys(&["b"])).unwrap().value, 6..6);
}

#[test]
fn collections_end_with_their_last_element() {
    let text = "a:\n  b: 1\n  c: [x,\n   y ]\n\n# comment\nd: 1\n";
    assert_eq!(
        at(text, &keys(&["a"])),
        Some((Some("a"), "b: 1\n  c: [x,\n   y ]"))
    );
}

#[test]
fn paths_for_people() {
    let path = Path(vec![
        Step::Key("list".into()),
        Step::Index(0),
        Step::Key("key".into()),
        Step::Key("a.b\"".into()),
        Step::Key(String::new()),
    ]);
    assert_eq!(path.to_string(), r#"list[0].key["a.b\""][""]"#);
    assert_eq!(Path::default().to_string(), "");
}

#[test]
fn json_pointers() {
    let root = json!({"a": [{"0": {"x/y~": 1}}]});
    let path = Path::from_pointer("/a/0/0/x~1y~0", &root);
    assert_eq!(path.to_string(), r#"a[0].0["x/y~"]"#);
    assert_eq!(Path::from_pointer("", &root), Path::default());
    assert_eq!(Path::from_pointer("/gone/0", &root), keys(&["gone", "0"]));
}
