//! Cases as one JSON document. Its form is stable: `schemaVersion` counts what breaks readers.

use serde_json::{Value, json as object};

use super::{message, with_diff};
use crate::golden::{Checked, Status};
use crate::report::diff;
use crate::report::json::pretty;

/// `{"schemaVersion":1,"cases":[…]}`; the differences are those of `diff -o json`.
pub fn json(checked: &[Checked], out: &mut String) {
    let cases: Vec<Value> = checked.iter().map(case).collect();
    let report = object!({"schemaVersion": 1, "cases": cases});
    pretty(&report, out);
}

fn case(checked: &Checked) -> Value {
    let case = &checked.case;
    let values: Vec<String> = case
        .values
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    let problems = match &checked.status {
        Status::Error(problems) => problems.to_string(),
        Status::Unreadable(problems) => format!("{}\n{problems}", message(checked)),
        _ => message(checked),
    };
    let is_fine = checked.status == Status::Ok;
    object!({
        "name": case.name,
        "values": values,
        "golden": case.golden.display().to_string(),
        "status": checked.status.name(),
        "message": if is_fine { Value::Null } else { problems.into() },
        "diff": if checked.status == Status::Differs {
            with_diff(checked, diff::tree)
        } else {
            Value::Null
        },
    })
}
