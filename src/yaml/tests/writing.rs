//! The canonical form.

use serde_json::json;

use crate::yaml::{read, to_string};

#[test]
fn a_tree_in_canonical_form() {
    let tree = json!({
        "list": [{"a": 1, "b": [1, [2, 3]]}, "x", [], {}],
        "script": "a\n  b\n",
        "no end": "a\nb",
        "nothing": null,
        "empty": "",
    });
    let text = "list:\n- a: 1\n  b:\n  - 1\n  - - 2\n    - 3\n- x\n- []\n- {}\nscript: |\n  a\n    b\nno end: |-\n  a\n  b\nnothing: null\nempty: \"\"\n";
    assert_eq!(to_string(&tree), text);
}

#[test]
fn strings_that_a_reader_would_take_for_something_else_are_quoted() {
    for text in [
        "yes",
        "n",
        "~",
        "null",
        "1_000",
        "0o7",
        "012",
        "0b-1",
        ".5_0",
        "1e3",
        "12:30:45",
        "2001-01-01",
        "=",
        "<<",
        ".inf",
        "- a",
        "a: b",
        "a #b",
        "@a",
        " a",
        "a ",
        "\u{85}",
        "\u{feff}",
        "\u{7f}",
        "\ta\nb",
        "\n\ta",
        "%a",
    ] {
        let written = to_string(&json!({ text: text }));
        let quote = |c: Option<char>| matches!(c, Some('"' | '\''));
        assert!(
            quote(written.chars().next()) && quote(written.trim_end().chars().last()),
            "{written}"
        );
        assert_eq!(
            read(&written).unwrap(),
            [json!({ text: text })],
            "{written}"
        );
    }
}

#[test]
fn nothing_that_cuts_documents_starts_a_line() {
    for tree in [
        json!("---a"),
        json!("---a\n---b\n"),
        json!({"---#": {"---a": ["---"]}}),
    ] {
        let written = to_string(&tree);
        assert!(
            written.lines().all(|line| !line.starts_with("---")),
            "{written}"
        );
        assert_eq!(read(&written).unwrap(), [tree], "{written}");
    }
}

#[test]
fn numbers_are_read_alike_by_all_readers() {
    for (number, text) in [
        (json!(1.0), "1\n"),
        (json!(-0.0), "0\n"),
        (json!(1e18), "1000000000000000000\n"),
        (json!(u64::MAX), "18446744073709551615\n"),
        (json!(1e-7), "1.0e-7\n"),
        (json!(1.5), "1.5\n"),
        (json!(5e-324), "5.0e-324\n"),
        (json!(1e100), "1.0e+100\n"),
    ] {
        assert_eq!(to_string(&number), text);
    }
}

#[test]
fn long_lines_are_not_folded() {
    let line = "word ".repeat(100) + "end";
    assert_eq!(to_string(&json!({ "a": line })), format!("a: {line}\n"));
}
