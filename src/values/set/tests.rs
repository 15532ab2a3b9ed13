//! Situations of the `--set` family, each with what Helm 4.1.4 makes of it.

use serde_json::{Map, Value, json};

use super::*;
use crate::yaml::Step;

/// The user's map after these arguments, on top of `user`.
fn over(user: Value, arguments: &[(Kind, &str)]) -> Result<Value, Error> {
    let mut user: Map<String, Value> = user.as_object().cloned().unwrap_or_default();
    let mut room = Room::default();
    for (kind, argument) in arguments {
        for assignment in parse(*kind, argument)? {
            let loaded = assignment
                .load(|path| Ok::<_, Error>(format!("content of {path}").into_bytes()))?;
            apply(&mut user, loaded, &mut room)?;
        }
    }
    Ok(user.into())
}

fn set(argument: &str) -> Result<Value, Error> {
    over(json!({}), &[(Kind::Set, argument)])
}

fn set_json(argument: &str) -> Result<Value, Error> {
    over(json!({}), &[(Kind::Json, argument)])
}

#[track_caller]
fn same(cases: &[(&str, Value)], run: impl Fn(&str) -> Result<Value, Error>) {
    for (argument, expected) in cases {
        assert_eq!(run(argument).as_ref(), Ok(expected), "{argument}");
    }
}

#[track_caller]
fn refused(arguments: &[&str], run: impl Fn(&str) -> Result<Value, Error>) {
    for argument in arguments {
        assert!(run(argument).is_err(), "{argument}: {:?}", run(argument));
    }
}

#[test]
fn errors_point_at_the_bytes_and_repeat_no_value() {
    for (kind, argument, culprit) in [
        (Kind::Set, "password=hunter,secret", "secret"),
        (Kind::Set, "a[secret]=1", "secret"),
        (Kind::Set, "a[0]secret=1", "secret"),
        (Kind::Set, "a={secret", "{"),
        (Kind::Json, "a=secret", "s"),
        (Kind::Json, "é=[1,\n\"secret\" 2]", "2"),
        (Kind::Json, r#"{"a": "secret" 1}"#, "1"),
        (Kind::Set, "b=1,a=secret,a.b=1", "a.b=1"),
    ] {
        let error = over(json!({}), &[(kind, argument)]).err();
        let pointed = error.as_ref().map(|error| &argument[error.range.clone()]);
        assert_eq!(pointed, Some(culprit), "{argument}");
        assert!(
            !error.is_some_and(|error| error.message.contains("secret")),
            "{argument}"
        );
    }
}

#[test]
fn a_conflict_names_the_place_and_both_shapes() {
    let error = over(json!({"a": {"b.c": "x"}}), &[(Kind::Set, r"a.b\.c[0]=1")]).err();
    assert_eq!(
        error.map(|error| error.message).as_deref(),
        Some(
            r"`a.b\.c[0]` needs a list at `a.b\.c`, but an earlier values file or flag made it text; set `a.b\.c` as a whole instead"
        )
    );
}

#[test]
fn set_file_reads_each_path_and_an_empty_end_reads_none() {
    same(
        &[
            (r"a=x\,y.txt", json!({"a": "content of x,y.txt"})),
            (
                "a={f1,f2}",
                json!({"a": ["content of f1", "content of f2"]}),
            ),
            ("a=", json!({"a": ""})),
            ("a=,b=f", json!({"a": "content of ", "b": "content of f"})),
        ],
        |argument| over(json!({}), &[(Kind::File, argument)]),
    );
}

#[test]
fn bytes_that_are_not_utf8_become_one_replacement_character_each() {
    let assignment = Assignment {
        path: vec![Step::Key("a".to_owned())],
        action: Action::Write(Leaf::File("f".to_owned())),
        range: 0..3,
    };
    let loaded = assignment.load(|_| Ok::<_, Error>(b"\xef\xbb\xbfx\xe4\xb8y\r\n".to_vec()));
    assert_eq!(
        loaded.map(|loaded| loaded.action),
        Ok(Action::Write("\u{feff}x\u{fffd}\u{fffd}y\r\n".into()))
    );
}

#[test]
fn kinds_stand_in_order_of_precedence() {
    let mut kinds = [
        Kind::Literal,
        Kind::Set,
        Kind::File,
        Kind::Json,
        Kind::String,
    ];
    kinds.sort();
    assert_eq!(
        kinds.map(Kind::flag),
        [
            "--set-json",
            "--set",
            "--set-string",
            "--set-file",
            "--set-literal"
        ]
    );
}

#[test]
fn values_of_set_are_typed_by_their_looks() {
    same(
        &[
            ("v=0", json!({"v": 0})),
            ("v=-0", json!({"v": 0})),
            ("v=+5", json!({"v": 5})),
            ("v=-007", json!({"v": -7})),
            ("v=007", json!({"v": "007"})),
            ("v=1.5", json!({"v": "1.5"})),
            ("v=1e3", json!({"v": "1e3"})),
            ("v=9223372036854775807", json!({"v": i64::MAX})),
            ("v=9223372036854775808", json!({"v": "9223372036854775808"})),
            ("v=tRUE", json!({"v": true})),
            ("v=Null", json!({"v": null})),
            ("v= true", json!({"v": " true"})),
            ("v={1,true,,x}", json!({"v": [1, true, "", "x"]})),
            (r"v=\1", json!({"v": 1})),
        ],
        set,
    );
}

#[test]
fn set_string_keeps_text() {
    same(
        &[
            ("v=null", json!({"v": "null"})),
            ("v={1,null}", json!({"v": ["1", "null"]})),
        ],
        |argument| over(json!({}), &[(Kind::String, argument)]),
    );
}

#[test]
fn a_backslash_takes_the_next_character() {
    same(
        &[
            (r"a\.b\=c\[0]\,d=1", json!({"a.b=c[0],d": 1})),
            (r"a=x\,y,b=C:\new", json!({"a": "x,y", "b": "C:new"})),
            (r"a=x\", json!({"a": "x"})),
            (r"a={x\},y}", json!({"a": ["x}", "y"]})),
            (r"\", json!({})),
        ],
        set,
    );
}

#[test]
fn a_list_ends_at_its_brace_and_the_comma_is_optional() {
    same(
        &[
            ("a={}", json!({"a": [""]})),
            ("a={x,}b=1", json!({"a": ["x", ""], "b": 1})),
            ("a={x},b=1", json!({"a": ["x"], "b": 1})),
            ("a[0]={x}", json!({"a": [["x"]]})),
        ],
        set,
    );
    refused(&["a={x", r"a={x\}", "a={x},,", "a={{1},{2}}"], set);
}

#[test]
fn keys_need_values() {
    refused(&["a", ",", "a,b=1", "a=1,,b=2", "a.b", " ", "a.,b"], set);
    same(&[("", json!({})), ("a=1,", json!({"a": 1}))], set);
}

#[test]
fn set_literal_takes_the_rest_as_it_stands() {
    same(
        &[
            (r"a=1,b=\{2}", json!({"a": r"1,b=\{2}"})),
            (r"a\.b,c=x", json!({r"a\": {"b,c": "x"}})),
            ("a[0].b=", json!({"a": [{"b": ""}]})),
            ("a[0]", json!({"a": []})),
        ],
        |argument| over(json!({}), &[(Kind::Literal, argument)]),
    );
}

#[test]
fn assignments_know_their_bytes() {
    let argument = r"a\,b=1,l={x,y},c[0].d=z";
    let parts: Result<Vec<_>, _> = parse(Kind::Set, argument)
        .map(|all| all.into_iter().map(|one| &argument[one.range]).collect());
    assert_eq!(parts, Ok(vec![r"a\,b=1", "l={x,y}", "c[0].d=z"]));
}

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
