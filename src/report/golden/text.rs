//! Cases for people: what is wrong with which, and at the end how many are fine.

use super::{body, message};
use crate::diagnostics::visible;
use crate::golden::{Checked, Status};
use crate::report::Style;

/// Everything that is not fine, and a last line that counts.
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
