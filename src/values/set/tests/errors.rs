//! What is refused, where, and in which words.

use serde_json::json;

use super::over;
use crate::values::set::Kind;

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
