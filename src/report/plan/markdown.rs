//! A plan as a change request: a table of the steps, the reason and the commands of each in a fold, and the way back.

use super::{FILES, PRELUDE, downtime};
use crate::plan::{Command, Plan, Step};
use crate::report::markup::{code, fence, plain};

/// The whole plan. `prelude` is a function that makes `kubectl` ask a certain cluster, or empty.
pub fn markdown(plan: &Plan, prelude: &str, out: &mut String) {
    let (mark, title) = match (plan.is_possible(), plan.steps.is_empty()) {
        (false, _) => ("🔴", "There is no safe way".to_owned()),
        (true, true) => ("🟢", "Nothing to do".to_owned()),
        (true, false) => ("📋", format!("{} steps", plan.steps.len())),
    };
    out.push_str(&format!("### {mark} {title}\n\n"));
    for obstacle in &plan.obstacles {
        out.push_str(&format!("- {}\n", plain(obstacle)));
    }
    if !plan.obstacles.is_empty() {
        out.push('\n');
    }
    if !plan.steps.is_empty() {
        out.push_str(&format!(
            "Without a plan, the verdict on this change is {}.\n\n",
            code(plan.verdict.name())
        ));
        table(&plan.steps, out);
        before(plan, prelude, out);
        for (place, step) in plan.steps.iter().enumerate() {
            details(place + 1, step, out);
        }
        back(&plan.steps, out);
    }
    for note in &plan.notes {
        out.push_str(&format!("\n> {}\n", plain(note)));
    }
}

fn table(steps: &[Step], out: &mut String) {
    out.push_str("| | step | phase | not available | new pods | can be undone |\n|---|---|---|---|---|---|\n");
    for (place, step) in steps.iter().enumerate() {
        let down =
            downtime(&step.downtime).map_or_else(|| "nothing".to_owned(), |down| plain(&down));
        let undone = match (step.reversible, step.undo.is_empty()) {
            (true, true) => "nothing to undo",
            (true, false) => "yes",
            (false, _) => "**not without a loss**",
        };
        out.push_str(&format!(
            "| {} | {} | {} | {down} | {} | {undone} |\n",
            place + 1,
            plain(&step.title),
            step.phase.name(),
            match step.restarts.as_slice() {
                [] => "none".to_owned(),
                restarts => plain(&restarts.join(", ")),
            }
        ));
    }
}

/// What the commands need.
fn before(plan: &Plan, prelude: &str, out: &mut String) {
    if !prelude.is_empty() {
        out.push_str(&format!("\n{PRELUDE}\n\n"));
        block(prelude.trim_end(), out);
    }
    if plan.files.is_empty() {
        return;
    }
    out.push_str(&format!(
        "\n<details><summary>The files</summary>\n\n{FILES}\n\n"
    ));
    for file in &plan.files {
        let names = file.names().join(", ");
        out.push_str(&format!("- {}: {}\n", code(&file.name), plain(&names)));
    }
    out.push_str("\n</details>\n");
}

fn details(number: usize, step: &Step, out: &mut String) {
    out.push_str(&format!(
        "\n<details><summary>{number}. {} ({})</summary>\n\n{}\n\n",
        plain(&step.title),
        code(&step.id),
        plain(&step.why)
    ));
    commands(step.commands.iter(), out);
    out.push_str("\n</details>\n");
}

/// The commands of all steps that undo something, the last step first.
fn back(steps: &[Step], out: &mut String) {
    let undone = || steps.iter().rev().filter(|step| !step.undo.is_empty());
    if undone().next().is_none() {
        return;
    }
    out.push_str(
        "\n<details><summary>The way back</summary>\n\nThe steps that were carried out are undone from the last one to \
         the first one.\n",
    );
    for step in undone() {
        out.push_str(&format!(
            "\n{} ({}):\n\n",
            plain(&step.title),
            code(&step.id)
        ));
        commands(step.undo.iter(), out);
    }
    out.push_str("\n</details>\n");
}

fn commands<'c>(commands: impl Iterator<Item = &'c Command>, out: &mut String) {
    let lines: Vec<String> = commands.map(Command::line).collect();
    block(&lines.join("\n"), out);
}

fn block(text: &str, out: &mut String) {
    let fence = fence(text);
    out.push_str(&format!("{fence}sh\n{text}\n{fence}\n"));
}
