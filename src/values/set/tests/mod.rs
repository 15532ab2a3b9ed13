//! Situations of the `--set` family, each with what Helm 4.1.4 makes of it.

mod errors;
mod files;
mod flags;
mod json;
mod paths;

use serde_json::{Map, Value, json};

use super::{Error, Kind, Room, apply, parse};

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
