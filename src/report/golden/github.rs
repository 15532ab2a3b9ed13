//! Cases as workflow commands of GitHub Actions: a change is shown at the value that causes it, an error at its place,
//! everything else at the golden file.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::{WHOLE, message, with_diff};
use crate::diagnostics::visible;
use crate::diff::{Attribution, Effect, ObjectRef, Shown};
use crate::golden::{Checked, Status};
use crate::report::workflow::{Place, command};
use crate::report::{Style, diff};

/// One or more lines for each case that is not ok.
pub fn github(checked: &[Checked], out: &mut String) {
    for one in checked {
        let title = Some(&*one.case.name);
        let golden = one.case.golden.display().to_string();
        let mut error = |place: Place, message: &str| {
            out.push_str(&command("error", place, title, message));
            out.push('\n');
        };
        match &one.status {
            Status::Ok => {}
            Status::Error(problems) | Status::Unreadable(problems) => {
                for problem in &problems.0 {
                    let mut labels = problem.labels.iter();
                    let place = labels.find(|label| !label.source.is_typed());
                    error(
                        place.map_or_else(|| Place::of_file(&golden), Place::at),
                        &problem.message,
                    );
                }
            }
            Status::Differs => with_diff(one, |shown| {
                let mut text = message(one) + "\n";
                diff::text(shown, WHOLE, Style::PLAIN, &mut text);
                error(Place::of_file(&golden), text.trim_end());
                for (place, message) in behind(shown) {
                    error(place, &message);
                }
            }),
            _ => error(Place::of_file(&golden), &message(one)),
        }
    }
}

/// The changes that each value causes, at the line of the value.
fn behind<'d>(diff: &'d Shown<'_>) -> Vec<(Place, String)> {
    let mut values: BTreeMap<(&str, usize, &str), Vec<String>> = BTreeMap::new();
    let mut add = |attribution: &'d Option<Attribution>,
                   effect: Effect,
                   of: &ObjectRef,
                   what: &dyn Display| {
        if let Some(Attribution {
            value,
            file,
            line: Some(line),
        }) = attribution
        {
            let what = format!("{effect}: {}/{}: {what}", of.kind, of.name);
            let what = visible(&what).into_owned();
            values.entry((file, *line, value)).or_default().push(what);
        }
    };
    for one in &diff.findings {
        add(&one.attribution, one.effect, &one.object, &one.message);
    }
    for object in &diff.objects {
        for one in &object.changes {
            add(&one.attribution, one.effect, &object.object, &one.path);
        }
    }
    values
        .into_iter()
        .map(|((file, line, value), what)| {
            (
                Place::of_line(file, line),
                format!("{} changes\n{}", visible(value), what.join("\n")),
            )
        })
        .collect()
}
