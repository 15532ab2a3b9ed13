//! The results of checking golden manifests, for people and CI services. Differences are shown as `diff` shows them,
//! with the values of Secrets hidden.

mod github;
mod html;
mod junit;

use serde_json::{Value, json as object};

use super::diagnostics::{Style, draw};
use super::{diff, pretty};
use crate::diagnostics::visible;
use crate::diff::{Shown, redact};
use crate::golden::{Checked, Status};

pub use github::github;
pub use html::html;
pub use junit::junit;

/// Differences are written out in full: who reads them may not be able to ask for more.
const WHOLE: diff::Detail = diff::Detail {
    context: None,
    extent: diff::Extent::Whole,
};

/// Every case that is not ok, and a line with counts at the end.
pub fn text(checked: &[Checked], style: Style, out: &mut String) {
    for one in checked.iter().filter(|one| one.status != Status::Ok) {
        let status = one.status.name();
        let name = visible(&one.case.name);
        out.push_str(&format!("{name}: {status}: {}\n", message(one)));
        for line in body(one, style).lines() {
            out.push_str(format!("  {line}").trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
    out.push_str(&summary(checked));
    out.push('\n');
}

fn summary(checked: &[Checked]) -> String {
    let of = |is: &dyn Fn(&Status) -> bool| checked.iter().filter(|one| is(&one.status)).count();
    let counts = [
        (of(&|status| *status == Status::Ok), "ok"),
        (of(&|status| status.name() == "differs"), "differ"),
        (of(&|status| *status == Status::Format), "in form only"),
        (of(&|status| *status == Status::Missing), "missing"),
        (of(&|status| *status == Status::Orphan), "orphaned"),
        (of(&|status| matches!(status, Status::Error(_))), "in error"),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let stale = of(&Status::is_stale);
    let hint = if stale > 0 {
        "; look at it, and accept it with --update"
    } else {
        ""
    };
    format!("{}{hint}", counts.join(", "))
}

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

/// What is wrong with a case, on one line.
fn message(checked: &Checked) -> String {
    let golden = checked.case.golden.display().to_string();
    let golden = visible(&golden);
    match &checked.status {
        Status::Ok => String::new(),
        Status::Differs => format!("{golden} is not what the values give"),
        Status::Unreadable(_) => {
            format!("{golden} has no manifests to compare with what the values give")
        }
        Status::Format => {
            format!("{golden} has the same objects, but not as `template` writes them")
        }
        Status::Missing => format!("there is no {golden}"),
        Status::Orphan => {
            format!("{golden} is not the golden file of any case: its values file is gone")
        }
        Status::Error(problems) => match &problems.0[..] {
            [problem] => visible(&problem.message).into_owned(),
            problems => format!("{} problems", problems.len()),
        },
    }
}

/// The details of a case that is not ok.
fn body(checked: &Checked, style: Style) -> String {
    let mut body = String::new();
    match &checked.status {
        Status::Differs => with_diff(checked, |shown| diff::text(shown, WHOLE, style, &mut body)),
        Status::Error(problems) | Status::Unreadable(problems) => {
            body.push_str(&draw(problems, style));
        }
        _ => {}
    }
    body
}

/// Shows the comparison of a case with its secrets hidden.
fn with_diff<T>(checked: &Checked, show: impl FnOnce(&Shown<'_>) -> T) -> T {
    let namespace = &checked.case.namespace;
    let comparison = checked.diff();
    let shown = redact(comparison, &checked.old, &checked.new, namespace);
    show(&shown)
}
