//! A plan for people.

use super::downtime;
use crate::diagnostics::visible;
use crate::plan::{Plan, Step};
use crate::report::Style;

/// All steps with their commands and the way back, then what else there is to know.
pub fn text(plan: &Plan, style: Style, out: &mut String) {
    for obstacle in &plan.obstacles {
        out.push_str(&format!("there is no safe way: {}\n", visible(obstacle)));
    }
    if plan.steps.is_empty() && plan.is_possible() {
        out.push_str("nothing to do\n");
    }
    for (place, step) in plan.steps.iter().enumerate() {
        if place > 0 || !plan.is_possible() {
            out.push('\n');
        }
        one(place + 1, step, style, out);
    }
    if !plan.notes.is_empty() || !plan.files.is_empty() {
        out.push('\n');
    }
    if !plan.files.is_empty() {
        let names: Vec<&str> = plan.files.iter().map(|file| file.name.as_str()).collect();
        out.push_str(&format!(
            "files: `-o script` prints a script that has the files of these commands, and that writes them with --write \
             FOLDER: {}\n",
            names.join(", ")
        ));
    }
    for note in &plan.notes {
        out.push_str(&format!("note: {}\n", visible(note)));
    }
}

fn one(number: usize, step: &Step, style: Style, out: &mut String) {
    let title = format!("{number}. {} ({})", visible(&step.title), step.id);
    if style.colour {
        out.push_str(&format!("\u{1b}[1m{title}\u{1b}[0m\n"));
    } else {
        out.push_str(&format!("{title}\n"));
    }
    out.push_str(&format!("   why: {}\n", visible(&step.why)));
    if let Some(downtime) = downtime(&step.downtime) {
        out.push_str(&format!("   not available: {}\n", visible(&downtime)));
    }
    if !step.restarts.is_empty() {
        out.push_str(&format!(
            "   new pods: {}\n",
            visible(&step.restarts.join(", "))
        ));
    }
    for command in &step.commands {
        lines("   $ ", &command.line(), out);
    }
    match (step.undo.is_empty(), step.reversible) {
        (true, true) => {}
        (true, false) => out.push_str("   it cannot be undone\n"),
        (false, true) => out.push_str("   to undo it:\n"),
        (false, false) => {
            out.push_str("   it cannot be undone without a loss; as far as it can:\n");
        }
    }
    for command in &step.undo {
        lines("   < ", &command.line(), out);
    }
}

/// A command of several lines, each below the first one.
fn lines(mark: &str, command: &str, out: &mut String) {
    for (place, line) in command.lines().enumerate() {
        let mark = if place == 0 { mark } else { "     " };
        out.push_str(&format!("{mark}{}\n", visible(line)));
    }
}
