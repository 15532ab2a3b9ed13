//! All cases on one page: a line for each that is fine, its comparison for each that differs.

use super::{message, with_diff};
use crate::golden::{Checked, Status};
use crate::report::diagnostics::{Style, draw};
use crate::report::diff::html::Sheet;
use crate::report::html::{Html, page};

/// The page.
pub fn html(checked: &[Checked], out: &mut String) {
    let summary = super::summary(checked);
    page(&summary, out, |html| {
        html.element("main", &[], |html| {
            let is_fine = checked.iter().all(|one| one.status == Status::Ok);
            let class = if is_fine {
                "verdict fine"
            } else {
                "verdict danger"
            };
            html.element("header", &[("class", class)], |html| {
                html.leaf("h1", &[], &summary);
            });
            for (at, one) in checked.iter().enumerate() {
                case(one, &format!("c{at}-"), html);
            }
        });
    });
}

fn case(checked: &Checked, prefix: &str, html: &mut Html) {
    let title = format!("{}: {}", checked.case.name, checked.status.name());
    match &checked.status {
        Status::Ok => html.leaf("p", &[], &title),
        Status::Differs => with_diff(checked, |diff| {
            let sheet = Sheet::new(diff, prefix);
            let title = format!("{title}: {}", sheet.sentence());
            sheet.verdict("h2", &title, None, html);
            sheet.findings(html);
            sheet.values(html);
            sheet.objects(html);
        }),
        status => html.element("article", &[("class", "danger")], |html| {
            html.leaf("h2", &[], &title);
            html.leaf("p", &[], &message(checked));
            if let Status::Error(problems) | Status::Unreadable(problems) = status {
                html.element("pre", &[], |html| html.lines(&draw(problems, Style::PLAIN)));
            }
        }),
    }
}
