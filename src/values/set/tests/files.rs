//! `--set-file`: paths in, text out.

use serde_json::json;

use super::{over, same};
use crate::values::set::{Action, Assignment, Error, Kind, Leaf};
use crate::yaml::Step;

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
