//! Keys, indices, and what they meet.

use serde_json::json;

use super::{over, refused, same, set, set_json};
use crate::values::set::{Kind, spell};
use crate::yaml::Step;

#[test]
fn empty_keys_set_nothing() {
    same(
        &[
            ("=v", json!({})),
            ("[0]=v", json!({})),
            (".a=v", json!({})),
            ("a.b=1,a.=v", json!({"a": {"b": 1}})),
            ("a[0].=v", json!({"a": [{}]})),
        ],
        set,
    );
    refused(&["a.=v", "a..b=1", ".=1", "a[0].b..c=1"], set);
    let walked = over(json!({"": {"x": 1}}), &[(Kind::Set, ".a=1")]);
    assert_eq!(walked, Ok(json!({"": {"x": 1, "a": 1}})));
}

#[test]
fn an_argument_that_ends_early_creates_what_stands_on_the_way() {
    same(
        &[
            ("a.", json!({})),
            ("a[", json!({})),
            ("a[0", json!({})),
            ("a[0]", json!({"a": []})),
            ("a[0].", json!({"a": []})),
            ("a.b[0][1", json!({"a": {"b": []}})),
            ("a[70000]", json!({"a": []})),
            ("a={x},a[0].", json!({"a": [{}]})),
        ],
        set,
    );
}

#[test]
fn an_empty_value_at_the_end_is_lost_in_a_new_list_item() {
    same(
        &[
            ("a=", json!({"a": ""})),
            ("a.b=", json!({"a": {"b": ""}})),
            ("a[0]=", json!({"a": [""]})),
            ("a[0].b=", json!({"a": []})),
            ("a[0].b=,", json!({"a": [{"b": ""}]})),
            (r"a[0].b=\", json!({"a": [{"b": ""}]})),
            ("a[0].c=1,a[0].b=", json!({"a": [{"c": 1, "b": ""}]})),
        ],
        set,
    );
    assert_eq!(set_json("a[0].b="), Ok(json!({"a": [{"b": null}]})));
}

#[test]
fn an_index_is_a_whole_number_up_to_65536() {
    same(
        &[
            ("a[2]=x", json!({"a": [null, null, "x"]})),
            ("a[+1]=x,a[01]=y", json!({"a": [null, "y"]})),
            ("a[-0]=x", json!({"a": ["x"]})),
        ],
        set,
    );
    refused(
        &[
            "a[]=1",
            "a[ 0]=1",
            "a[x]=1",
            "a[1_0]=1",
            "a[-1]=1",
            "a[65537]=1",
            "a[99999999999999999999]=1",
        ],
        set,
    );
    assert!(set("a[65536]=1").is_ok());
    refused(&["a[0]b=1", "a[0],b=1", "a[0]{"], set);
}

#[test]
fn a_path_has_at_most_30_counted_dots() {
    let path = |dots: usize| vec!["k"; dots + 1].join(".");
    assert!(set(&format!("{}=1,{}=2", path(30), path(30))).is_ok());
    assert!(set(&format!("{}=1", path(31))).is_err());
    assert!(set(&format!("{}[0].{}=1", path(15), path(15))).is_ok());
    assert!(set(&format!("{}[0].{}=1", path(15), path(16))).is_err());
}

#[test]
fn a_path_of_thousands_of_indices_is_refused() {
    assert!(set(&format!("a{}=1", "[0]".repeat(100))).is_ok());
    refused(&[&format!("a{}=1", "[0]".repeat(100_000))], set);
}

#[test]
fn paths_must_fit_what_is_there() {
    refused(
        &[
            "a=1,a.b=2",
            "a=1,a[0]=2",
            "a.b=1,a[0]=2",
            "a=null,a[0]=1",
            "a=null,a.b=1",
        ],
        set,
    );
    refused(&["a={x},a[0][0]=1"], set);
    same(
        &[
            ("a.b=1,a=2", json!({"a": 2})),
            ("a={x},a[0].b=1", json!({"a": [{"b": 1}]})),
            ("a[1]=x,a[0][0]=1", json!({"a": [[1], "x"]})),
        ],
        set,
    );
}

#[test]
fn paths_are_spelled_as_set_reads_them() {
    let path = [
        Step::Key("a.b".to_owned()),
        Step::Index(0),
        Step::Index(1),
        Step::Key("c".to_owned()),
    ];
    assert_eq!(spell(&path), r"a\.b[0][1].c");
}

#[test]
fn many_lists_of_allowed_indices_are_too_much_in_all() {
    let argument: Vec<String> = (0..400)
        .map(|index| format!("a[{index}][65535]=1"))
        .collect();
    let error = set(&argument.join(",")).unwrap_err();
    assert_eq!(
        error.message,
        "the indices of all flags together make lists of more than 262148 items"
    );
    let argument: Vec<String> = (0..3).map(|index| format!("a[{index}][65535]=1")).collect();
    assert!(set(&argument.join(",")).is_ok());
    let flags: Vec<(Kind, &str)> = vec![(Kind::Set, "a[65536]=1"); 400];
    assert!(
        over(json!({}), &flags).is_ok(),
        "the same items are made once"
    );
}
