//! Golden manifests and what became of them, for people and for CI services. Differences are shown
//! as `diff` shows them, without the values of Secrets.

mod github;
mod json;
mod junit;
mod text;

use super::diagnostics::{Style, draw};
use super::diff;
use crate::diagnostics::visible;
use crate::diff::{Shown, redact};
use crate::golden::{Checked, Status};

pub use github::github;
pub use json::json;
pub use junit::junit;
pub use text::text;

/// What is wrong with a case, in one line.
fn message(checked: &Checked) -> String {
    let golden = checked.case.golden.display().to_string();
    let golden = visible(&golden);
    match &checked.status {
        Status::Ok => String::new(),
        Status::Differs => format!("{golden} is not what the values give"),
        Status::Unreadable(_) => {
            format!("{golden} holds no manifests that could be compared with what the values give")
        }
        Status::Format => {
            format!("{golden} has the same objects, written otherwise than `template` writes them")
        }
        Status::Missing => format!("there is no {golden}"),
        Status::Orphan => format!("{golden} is no case's golden file: its values file is gone"),
        Status::Error(problems) => match &problems.0[..] {
            [problem] => visible(&problem.message).into_owned(),
            problems => format!("{} problems", problems.len()),
        },
    }
}

/// All that can be said of a case that is not fine.
fn body(checked: &Checked, style: Style) -> String {
    let mut body = String::new();
    match &checked.status {
        Status::Differs => with_diff(checked, |shown| diff::text(shown, None, style, &mut body)),
        Status::Error(problems) | Status::Unreadable(problems) => {
            body.push_str(&draw(problems, style));
        }
        _ => {}
    }
    body
}

/// Does something with the comparison of a case, its secrets hidden.
fn with_diff<T>(checked: &Checked, show: impl FnOnce(&Shown<'_>) -> T) -> T {
    let namespace = &checked.case.namespace;
    let comparison = checked.diff();
    let shown = redact(comparison, &checked.old, &checked.new, namespace);
    show(&shown)
}
