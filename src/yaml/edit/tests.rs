//! Edits in situations that people meet: what becomes of comments, indentation, quotes and anchors.

use serde_json::{Value, json};

use super::{Edit, edit};
use crate::yaml::{Path, Step};

fn at(path: &str) -> Path {
    let step = |key: &str| match key.parse::<usize>() {
        Ok(index) => Step::Index(index),
        Err(_) => Step::Key(key.to_owned()),
    };
    path.split('.').map(step).collect()
}

fn moved(text: &str, from: &str, to: &str) -> Result<String, String> {
    let (from, to) = (at(from), at(to));
    edit(text, 0, &Edit::Move { from, to }).map_err(|error| error.message)
}

fn removed(text: &str, path: &str) -> Result<String, String> {
    edit(text, 0, &Edit::Remove { path: at(path) }).map_err(|error| error.message)
}

fn renamed(text: &str, path: &str, key: &str) -> Result<String, String> {
    let key = key.to_owned();
    edit(
        text,
        0,
        &Edit::Rename {
            path: at(path),
            key,
        },
    )
    .map_err(|error| error.message)
}

fn replaced(text: &str, path: &str, value: Value) -> Result<String, String> {
    edit(
        text,
        0,
        &Edit::Replace {
            path: at(path),
            value,
        },
    )
    .map_err(|error| error.message)
}

fn inserted(text: &str, path: &str, value: Value) -> Result<String, String> {
    edit(
        text,
        0,
        &Edit::Insert {
            path: at(path),
            value,
        },
    )
    .map_err(|error| error.message)
}

#[track_caller]
fn is(edited: Result<String, String>, expected: &str) {
    assert_eq!(edited.as_deref().map_err(String::as_str), Ok(expected));
}

#[test]
fn a_key_is_renamed_in_its_place_and_quoted_as_before() {
    is(
        renamed("a: &x 1 # c\nb: *x\n", "a", "z"),
        "z: &x 1 # c\nb: *x\n",
    );
    is(
        renamed("'a': 1\r\n\"b\":\r\n- c: 1\r\n", "a", "it's"),
        "'it''s': 1\r\n\"b\":\r\n- c: 1\r\n",
    );
    is(
        renamed("b:\n- c: 1\n", "b.0.c", "yes"),
        "b:\n- \"yes\": 1\n",
    );
    is(
        renamed("{a: {b: 1}, c: 2}", "a.b", "d"),
        "{a: {d: 1}, c: 2}",
    );
    is(renamed("? a\n: 1\n", "a", "b"), "? b\n: 1\n");
}

#[test]
fn a_moved_entry_keeps_its_comments_and_takes_the_place_of_the_old_one() {
    is(
        moved(
            "x: 1\n\n# two\n# lines\nold: # here\n    - name: a # b\n    # c\n\ny: 2\n",
            "old",
            "new.list",
        ),
        "x: 1\n\nnew:\n  # two\n  # lines\n  list: # here\n      - name: a # b\n      # c\n\ny: 2\n",
    );
    is(
        moved(
            "env:\n    # host\n    a: 1\nb: 2\n",
            "env.a",
            "global.settings.a",
        ),
        "global:\n    settings:\n        # host\n        a: 1\nb: 2\n",
    );
}

#[test]
fn a_moved_entry_goes_behind_what_is_there() {
    is(
        moved(
            "global:\n  x: 1\n  # more\n\nold: |\n  a\n\n    b\nz: 1\n",
            "old",
            "global.new",
        ),
        "global:\n  x: 1\n  # more\n  new: |\n    a\n\n      b\n\nz: 1\n",
    );
    is(
        moved("global: {}\nold: 1\n", "old", "global.new"),
        "global:\n  new: 1\n",
    );
    is(
        moved("old: 1\nglobal: # c\n", "old", "global.new"),
        "global: # c\n  new: 1\n",
    );
    is(
        moved("old: [1, 2] \nglobal: {x: 1}\n", "old", "global.new"),
        "global: {x: 1, new: [1, 2]}\n",
    );
    is(
        moved("{old: 1, global: {x: 1}}", "old", "global.new"),
        "{global: {x: 1, new: 1}}",
    );
    is(moved("a: {old: 1}\n", "a.old", "b.new"), "b:\n  new: 1\n");
    is(
        moved("old: 1\n\na: 1\n", "old", "b.new"),
        "b:\n  new: 1\n\na: 1\n",
    );
}

#[test]
fn comments_of_maps_that_go_are_kept() {
    is(
        moved(
            "# Environment\nenv: # all of it\n\n  # The host\n  loginHost: a # b\n  # apiHost: c\n",
            "env.loginHost",
            "global.settings.loginHost",
        ),
        "global:\n  settings:\n    # Environment\n    # all of it\n\n    # The host\n    loginHost: a # b\n    # apiHost: c\n",
    );
}

#[test]
fn comments_for_programs_stay_at_the_top() {
    is(
        moved(
            "# yaml-language-server: $schema=x\n# c\nold: 1\n",
            "old",
            "a.b",
        ),
        "# yaml-language-server: $schema=x\na:\n  # c\n  b: 1\n",
    );
}

#[test]
fn an_entry_is_removed_with_its_comments_and_empty_maps() {
    is(
        removed("a: 1\n# b\nb:\n  c:\n    d: 1\n    # e\nf: 1\n", "b.c.d"),
        "a: 1\nf: 1\n",
    );
    is(removed("a:\n- b: 1\n  c: 2\n", "a.0.c"), "a:\n- b: 1\n");
    is(removed("{a: 1, b: 2, c: 3}", "a"), "{b: 2, c: 3}");
    is(removed("{a: 1, b: 2, c: 3}", "b"), "{a: 1, c: 3}");
    is(removed("{a: {b: 2}, c: 3}", "a.b"), "{c: 3}");
    is(
        removed("a: 1\r\nb: |+\r\n  x\r\n\r\nc: 1", "b"),
        "a: 1\r\nc: 1",
    );
    is(removed("a: 1 # only", "a"), "");
    is(removed("a:\nb: 1\n", "a"), "b: 1\n");
}

#[test]
fn an_entry_becomes_a_comment() {
    let edited = edit(
        "a: 1\ning:\n  # the host\n  host: x # y\n  z: |\n    # t\n\n    u\nb: 1\n",
        0,
        &Edit::CommentOut {
            path: at("ing.host"),
        },
    );
    is(
        edited.map_err(|error| error.message),
        "a: 1\ning:\n  # the host\n  # host: x # y\n  z: |\n    # t\n\n    u\nb: 1\n",
    );
    let edited = edit(
        "a: 1\ning:\n  h: x\nb: 1\n",
        0,
        &Edit::CommentOut { path: at("ing.h") },
    );
    is(
        edited.map_err(|error| error.message),
        "a: 1\n# ing:\n#   h: x\nb: 1\n",
    );
    let edited = edit("b:\n  - c\n  # d\n", 0, &Edit::CommentOut { path: at("b") });
    is(
        edited.map_err(|error| error.message),
        "# b:\n#   - c\n#   # d\n",
    );
}

#[test]
fn an_entry_in_brackets_becomes_a_comment_above_them() {
    for (text, path, expected) in [
        (
            "{\"a\":1,\"b\":{\"c\":2}}\n",
            "b",
            "# \"b\":{\"c\":2}\n{\"a\":1}\n",
        ),
        (
            "x: 1\ns:\n  h: {a: 1, b: [2]} # c\n",
            "s.h.b",
            "x: 1\ns:\n  # b: [2]\n  h: {a: 1} # c\n",
        ),
        (
            "s: {\r\n  a: 1,\r\n  b: {c: 2,\r\n    d: 3}}\r\n",
            "s.b",
            "# b: {c: 2,\r\n# d: 3}\r\ns: {\r\n  a: 1}\r\n",
        ),
        (
            "s: {a: 1, b: {c: 2}}\n",
            "s.b.c",
            "# b: {c: 2}\ns: {a: 1}\n",
        ),
    ] {
        let edited = edit(text, 0, &Edit::CommentOut { path: at(path) });
        is(edited.map_err(|error| error.message), expected);
    }
}

#[test]
fn a_scalar_is_replaced_with_the_right_quotes() {
    is(replaced("a: 3 # c\n", "a", json!("3")), "a: \"3\" # c\n");
    is(replaced("a: '3'\n", "a", json!(3)), "a: 3\n");
    is(replaced("a: 'x'\n", "a", json!("it's")), "a: 'it''s'\n");
    is(
        replaced("a:\n- x\n- y\n", "a.1", json!(true)),
        "a:\n- x\n- true\n",
    );
    is(replaced("a: # c\n", "a", json!("x")), "a: x # c\n");
    is(
        replaced("a: {b: 1}\n", "a.b", json!("x, y")),
        "a: {b: \"x, y\"}\n",
    );
    assert!(replaced("a: |\n  x\n", "a", json!("y")).is_err());
}

#[test]
fn values_are_inserted_below_maps_that_are_made_for_them() {
    is(inserted("", "a.b", json!("x")), "a:\n  b: x\n");
    is(
        inserted("# c\n", "a.b", json!([1])),
        "# c\na:\n  b:\n  - 1\n",
    );
    is(
        inserted("a:\n    b: 1", "a.c", json!("x")),
        "a:\n    b: 1\n    c: x\n",
    );
    is(
        inserted("a:\r\n  b: 1\r\n", "c.d", json!("x")),
        "a:\r\n  b: 1\r\nc:\r\n  d: x\r\n",
    );
    is(inserted("{}\n", "a", json!(1)), "\na: 1\n");
    is(
        inserted("a: {b: {}}\n", "a.b.c", json!(1)),
        "a: {b: {c: 1}}\n",
    );
    is(
        inserted("a:\n- x\n", "a.1", json!({"w": 1, "z": 2})),
        "a:\n- x\n- w: 1\n  z: 2\n",
    );
    is(
        inserted("a: [x]\n", "a.1", json!({"y": 1})),
        "a: [x, {\"y\":1}]\n",
    );
    is(
        inserted("a: []\n", "a.0", json!({"y": 1})),
        "a: [{\"y\":1}]\n",
    );
}

#[test]
fn what_is_shared_is_not_changed() {
    let text = "a: &a {x: 1, z: 2}\nb: *a\nc:\n  <<: *a\n  y: 1\n";
    for refused in [
        renamed(text, "a.x", "w"),
        removed(text, "a"),
        renamed(text, "b.x", "w"),
        renamed(text, "c.x", "w"),
        moved(text, "a", "c.a"),
        inserted(text, "b.q", json!(1)),
        inserted(text, "a.q", json!(1)),
    ] {
        assert!(refused.is_err(), "{refused:?}");
    }
    is(renamed(text, "b", "w"), &text.replace("b: *a", "w: *a"));
    is(
        moved(text, "b", "d.b"),
        "a: &a {x: 1, z: 2}\nd:\n  b: *a\nc:\n  <<: *a\n  y: 1\n",
    );
    is(
        replaced("a: &a 1\nb: *a\n", "b", json!(2)),
        "a: &a 1\nb: 2\n",
    );
}

#[test]
fn what_is_not_clear_is_left_alone() {
    for refused in [
        renamed("a: 1\na: 2\n", "a", "b"),
        renamed("a: 1\nb: 2\n", "a", "b"),
        moved("a: 1\nb: 2\n", "a", "b"),
        moved("a: 1\nb: 2\n", "a", "b.c"),
        removed("- a: 1\n", "0.a"),
        moved("- a: 1\n  b: 1\n", "0.a", "0.c"),
        moved("? a\n: 1\nb: 2\n", "a", "c"),
        moved("a: # c\n  b: 1\nd: {e: 1}\n", "a", "d.a"),
        removed("a: 1\n", "b"),
        inserted("a: 1\n", "a", json!(1)),
    ] {
        assert!(refused.is_err(), "{refused:?}");
    }
}

#[test]
fn only_the_part_that_is_asked_for_is_changed() {
    let text = "# top\n---\na: 1\n---\na: 2\n...\n";
    let path = at("a");
    let edited = edit(
        text,
        2,
        &Edit::Rename {
            path,
            key: "b".to_owned(),
        },
    );
    is(
        edited.map_err(|error| error.message),
        "# top\n---\na: 1\n---\nb: 2\n...\n",
    );
    let error = edit(text, 1, &Edit::Remove { path: at("x") });
    assert_eq!(error.map_err(|error| error.range.start), Err(10));
}
