//! A plan as a page: the steps in a table, then each with its reason, its commands to copy and its way back.

use super::{FILES, PRELUDE, downtime};
use crate::plan::{Command, Plan, Step};
use crate::report::html::{Html, page};

/// The page. `prelude` is a function that makes `kubectl` ask a certain cluster, or empty.
pub fn html(plan: &Plan, prelude: &str, out: &mut String) {
    let (class, title) = match (plan.is_possible(), plan.steps.len()) {
        (false, _) => ("danger", "There is no safe way".to_owned()),
        (true, 0) => ("fine", "Nothing to do".to_owned()),
        (true, 1) => ("", "Plan: 1 step".to_owned()),
        (true, count) => ("", format!("Plan: {count} steps")),
    };
    page(&title, out, |html| {
        html.element("main", &[], |html| {
            html.element(
                "header",
                &[("class", &format!("verdict {class}"))],
                |html| {
                    html.leaf("h1", &[], &title);
                    for obstacle in &plan.obstacles {
                        html.leaf("p", &[], obstacle);
                    }
                    if !plan.steps.is_empty() {
                        let verdict = plan.verdict.name();
                        let text =
                            format!("Without a plan, the verdict on this change is {verdict}.");
                        html.leaf("p", &[], &text);
                    }
                },
            );
            if !plan.steps.is_empty() {
                table(&plan.steps, html);
                before(plan, prelude, html);
                html.leaf("h2", &[], "Steps");
                for (place, step) in plan.steps.iter().enumerate() {
                    details(place + 1, step, html);
                }
            }
            if !plan.notes.is_empty() {
                html.leaf("h2", &[], "Notes");
            }
            for note in &plan.notes {
                html.leaf("p", &[], note);
            }
        });
    });
}

/// The heads of the columns.
const HEAD: [&str; 6] = [
    "",
    "step",
    "phase",
    "not available",
    "new pods",
    "can be undone",
];

fn table(steps: &[Step], html: &mut Html) {
    let region = [
        ("class", "wide"),
        ("tabindex", "0"),
        ("role", "region"),
        ("aria-label", "All steps"),
    ];
    html.element("div", &region, |html| {
        html.element("table", &[], |html| {
            html.element("thead", &[], |html| {
                html.element("tr", &[], |html| {
                    for head in HEAD {
                        html.leaf("th", &[], head);
                    }
                });
            });
            html.element("tbody", &[], |html| {
                for (place, step) in steps.iter().enumerate() {
                    html.element("tr", &[], |html| row(place + 1, step, html));
                }
            });
        });
    });
}

fn row(number: usize, step: &Step, html: &mut Html) {
    let down = downtime(&step.downtime);
    let undone = match (step.reversible, step.undo.is_empty()) {
        (true, true) => "nothing to undo",
        (true, false) => "yes",
        (false, _) => "not without a loss",
    };
    html.leaf("td", &[], &number.to_string());
    html.element("td", &[], |html| {
        html.leaf("a", &[("href", &format!("#{}", step.id))], &step.title);
    });
    html.leaf("td", &[], step.phase.name());
    html.leaf("td", &[], down.as_deref().unwrap_or("nothing"));
    let pods = step.restarts.join(", ");
    html.leaf("td", &[], if pods.is_empty() { "none" } else { &pods });
    let class = if step.reversible { "" } else { "loss" };
    html.leaf("td", &[("class", class)], undone);
}

/// What the commands need.
fn before(plan: &Plan, prelude: &str, html: &mut Html) {
    if !prelude.is_empty() {
        html.leaf("p", &[], PRELUDE);
        html.command(prelude.trim_end());
    }
    if plan.files.is_empty() {
        return;
    }
    html.leaf("h2", &[], "Files");
    html.leaf("p", &[], FILES);
    html.element("ul", &[], |html| {
        for file in &plan.files {
            html.element("li", &[], |html| {
                html.leaf("code", &[], &file.name);
                html.text(&format!(": {}", file.names().join(", ")));
            });
        }
    });
}

fn details(number: usize, step: &Step, html: &mut Html) {
    html.element("article", &[("id", &step.id)], |html| {
        html.element("h3", &[], |html| {
            html.text(&format!("{number}. {} ", step.title));
            html.leaf("span", &[("class", "badge soft")], step.phase.name());
        });
        html.leaf("p", &[], &step.why);
        if let Some(down) = downtime(&step.downtime) {
            html.leaf("p", &[], &format!("Not available: {down}"));
        }
        if !step.restarts.is_empty() {
            html.leaf("p", &[], &format!("New pods: {}", step.restarts.join(", ")));
        }
        commands(&step.commands, html);
        if !step.undo.is_empty() {
            html.element("details", &[("class", "commands")], |html| {
                html.leaf("summary", &[], &format!("The way back from step {number}"));
                commands(&step.undo, html);
            });
        }
    });
}

fn commands(commands: &[Command], html: &mut Html) {
    for command in commands {
        html.command(&command.line());
    }
}
