//! Laws of the `--set` family that hold for every argument.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{Action, Assignment, Kind, Leaf, Room, apply, parse, spell};
use crate::yaml::Step;

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![
        Kind::Json,
        Kind::Set,
        Kind::String,
        Kind::File,
        Kind::Literal,
    ])
}

/// Anything at all, and anything made of the characters that mean something.
fn argument() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[ab.\\[\\]01,={}\\\\\" é+-]{0,24}"]
}

/// A path as it can be spelled: begins with a key.
fn path(key: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = Vec<Step>> {
    let key = || key.clone().prop_map(Step::Key);
    let index = (0..5_usize).prop_map(Step::Index);
    let rest = prop::collection::vec(prop_oneof![key(), index], 0..6);
    (key(), rest).prop_map(|(first, mut rest)| {
        rest.insert(0, first);
        rest
    })
}

proptest! {
    #[test]
    fn no_argument_panics(kind in kind(), argument in argument()) {
        let mut user = Map::new();
        for assignment in parse(kind, &argument).into_iter().flatten() {
            if let Ok(loaded) = assignment.load(|path| Ok::<_, ()>(path.into())) {
                let _ = apply(&mut user, loaded, &mut Room::default());
            }
        }
    }

    #[test]
    fn ranges_are_slices_of_the_argument_in_order(kind in kind(), argument in argument()) {
        match parse(kind, &argument) {
            Err(error) => prop_assert!(argument.get(error.range).is_some()),
            Ok(assignments) => {
                let mut end = 0;
                for Assignment { range, .. } in assignments {
                    prop_assert!(range.start >= end && argument.get(range.clone()).is_some());
                    end = range.end;
                }
            }
        }
    }

    #[test]
    fn an_escaped_path_and_text_read_back(path in path(any::<String>()), text in any::<String>()) {
        let escaped: String = text.chars().flat_map(|c| ['\\', c]).collect();
        let argument = format!("{}={escaped},", spell(&path));
        let read = parse(Kind::String, &argument);
        let written = Assignment {
            path,
            action: Action::Write(Leaf::Value(text.into())),
            range: 0..argument.len() - 1,
        };
        prop_assert_eq!(read, Ok(vec![written]));
    }

    #[test]
    fn what_is_written_stands_at_its_path(path in path("\\PC+"), text in any::<String>()) {
        let mut user = Map::new();
        let assignment = Assignment { path: path.clone(), action: Action::Write(text.clone().into()), range: 0..0 };
        prop_assert_eq!(apply(&mut user, assignment, &mut Room::default()), Ok(()));
        let user = Value::Object(user);
        let found = path.iter().try_fold(&user, |place, segment| match segment {
            Step::Key(key) => place.get(key),
            Step::Index(index) => place.get(index),
        });
        prop_assert_eq!(found, Some(&Value::String(text)));
    }
}
