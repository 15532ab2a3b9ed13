//! A plan as a shell script that carries it out. It needs nothing but a POSIX shell, `kubectl` and the usual programs, and
//! holds the manifests that it applies.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::downtime;
use crate::commands::quote;
use crate::diagnostics::visible;
use crate::plan::{COLUMNS, Command, File, Phase, Plan, Print, Same, Step, Version, by_namespace};
use crate::yaml;

/// The functions that every script has.
const FRAME: &str = include_str!("frame.sh");

/// Writes the script. `prelude` is a function that makes `kubectl` ask a certain cluster, or empty; `namespace` is that of
/// objects that name none.
pub fn script(plan: &Plan, prelude: &str, namespace: &str, out: &mut String) {
    let steps: Vec<&str> = plan.steps.iter().map(|step| step.id.as_str()).collect();
    out.push_str(&format!(
        "#!/bin/sh
# Carries out the plan that swanlab-render {} has made; sh FILE --help says how. It needs kubectl.
#
# It holds the manifests that it applies, with the values of their Secrets: keep it as you keep passwords.
# shellcheck disable=SC2016 # what is in single quotes is for another shell, or for people
# shellcheck disable=SC2034 # not every plan uses all of the functions
# shellcheck disable=SC2329 # the same
set -eu
umask 077

namespace={}
steps={}
columns={}

{prelude}{FRAME}",
        env!("CARGO_PKG_VERSION"),
        quote(namespace),
        quote(&steps.join(" ")),
        quote(COLUMNS),
    ));
    remarks(plan, out);
    for (name, lines) in [("about", about as fn(&Step) -> Vec<String>), ("undo", undo)] {
        texts(name, &plan.steps, lines, out);
    }
    reached(plan, out);
    for step in &plan.steps {
        carry_out(step, plan, namespace, out);
    }
    files(plan, out);
    out.push_str("\nmain \"$@\"\n");
}

/// The function that says what is to be known at the end.
fn remarks(plan: &Plan, out: &mut String) {
    out.push_str("\n# What is to be known besides.\nremarks() {\n  :\n");
    for obstacle in &plan.obstacles {
        say(
            &format!("the upgrade is not done: {}", visible(obstacle)),
            out,
        );
    }
    for note in &plan.notes {
        say(&format!("note: {}", visible(note)), out);
    }
    out.push_str("}\n");
}

/// The function that says whether the cluster has what the plan leads to.
fn reached(plan: &Plan, out: &mut String) {
    if plan.reached.is_empty() {
        return;
    }
    out.push_str("\n# Whether the cluster has what the plan leads to.\nreached() {\n");
    let commands = plan.reached.iter().map(|command| match &command.file {
        None => format!("  {}", command.text),
        Some(file) => format!("  {} \"$work\"/{file} > /dev/null 2>&1", command.text),
    });
    let commands: Vec<String> = commands.collect();
    out.push_str(&commands.join(" &&\n"));
    out.push_str("\n}\n");
}

fn say(line: &str, out: &mut String) {
    let _ = writeln!(out, "  printf '%s\\n' {}", quote(line));
}

/// A function that prints lines about a step.
fn texts(name: &str, steps: &[Step], lines: fn(&Step) -> Vec<String>, out: &mut String) {
    let _ = write!(out, "\n{name}() {{\n  case $1 in\n");
    for step in steps {
        let lines = lines(step);
        if !lines.is_empty() {
            let text = lines.join("\n") + "\n";
            let end = end_of(&text);
            let _ = write!(
                out,
                "  {})\n    cat <<'{end}'\n{text}{end}\n    ;;\n",
                step.id
            );
        }
    }
    out.push_str("  esac\n}\n");
}

fn about(step: &Step) -> Vec<String> {
    let mut lines = vec![
        visible(&step.title).into_owned(),
        format!("  why: {}", visible(&step.why)),
    ];
    if let Some(downtime) = downtime(&step.downtime) {
        lines.push(format!("  not available: {}", visible(&downtime)));
    }
    if !step.restarts.is_empty() {
        let restarts = step.restarts.join(", ");
        lines.push(format!("  new pods: {}", visible(&restarts)));
    }
    if !step.reversible {
        lines.push("  it cannot be undone without a loss".to_owned());
    }
    lines
}

fn undo(step: &Step) -> Vec<String> {
    step.undo.iter().map(Command::line).collect()
}

/// The function that carries out a step.
fn carry_out(step: &Step, plan: &Plan, namespace: &str, out: &mut String) {
    let _ = writeln!(out, "\ndo_{}() {{", step.id.replace('-', "_"));
    if step.phase == Phase::Check && step.id == "check" {
        check(plan, namespace, out);
    } else {
        for command in &step.commands {
            let _ = writeln!(out, "  {}", line(command));
        }
    }
    let _ = writeln!(out, "}} # {}", step.id);
}

/// A command as a line of the script.
fn line(command: &Command) -> String {
    if let Some(text) = command.text.strip_prefix("# ") {
        return format!("by_hand {}", quote(&visible(text)));
    }
    match &command.file {
        None => command.text.clone(),
        Some(file) if command.text.starts_with("kubectl diff ") => {
            format!("same {} \"$work\"/{file}", command.text)
        }
        Some(file) => format!("quietly {} \"$work\"/{file}", command.text),
    }
}

fn check(plan: &Plan, namespace: &str, out: &mut String) {
    let _ = writeln!(out, "  has_namespace {}", quote(namespace));
    if !plan.reached.is_empty() {
        out.push_str("  if reached; then\n    carried_out\n  fi\n");
    }
    let before = &plan.before;
    match &before.same {
        Same::Nothing => {}
        Same::Manifests(commands) => {
            for command in commands {
                let _ = writeln!(out, "  {}", line(command));
            }
        }
        Same::Prints(prints) => {
            out.push_str("  {\n    :\n");
            let addresses = prints.iter().map(|print| &print.address);
            for (namespace, names) in by_namespace(addresses, namespace) {
                let _ = writeln!(out, "    prints {} {}", quote(&namespace), names.join(" "));
            }
            out.push_str("  } | unchanged\n");
        }
    }
    for (test, files) in [
        ("is_new", &before.new_files),
        ("is_there", &before.needed_files),
    ] {
        for file in files {
            let _ = writeln!(out, "  {test} {}", quote(file));
        }
    }
    for (namespace, names) in by_namespace(before.present.iter(), namespace) {
        let _ = writeln!(
            out,
            "  kubectl get -n {} {} -o name",
            quote(&namespace),
            names.join(" ")
        );
    }
    for (namespace, names) in by_namespace(before.absent.iter(), namespace) {
        let _ = writeln!(out, "  absent {} {}", quote(&namespace), names.join(" "));
    }
}

/// The function that writes the manifests into a folder.
fn files(plan: &Plan, out: &mut String) {
    out.push_str("\n# Writes the manifests into a folder.\nfiles() {\n  :\n");
    if let Same::Prints(prints) = &plan.before.same {
        let lines: BTreeSet<String> = prints.iter().map(print).collect();
        let lines: Vec<String> = lines.into_iter().collect();
        document("prints", &(lines.join("\n") + "\n"), out);
    }
    for File { name, objects } in &plan.files {
        let mut text = String::new();
        for object in objects {
            text.push_str("---\n");
            yaml::write(object, &mut text);
        }
        document(name, &text, out);
    }
    out.push_str("}\n");
}

fn print(print: &Print) -> String {
    let name = print.address.to_string();
    let name = name.split_once('/').map_or("", |(_, name)| name);
    let version = match &print.version {
        Version::Generation(generation) => generation.to_string(),
        Version::Resource(version) => format!("version {version}"),
    };
    format!("{}/{name} {} {version}", print.kind, print.uid)
}

/// A file as a here-document.
fn document(name: &str, text: &str, out: &mut String) {
    let end = end_of(text);
    let _ = write!(out, "cat > \"$1\"/{name} <<'{end}'\n{text}{end}\n");
}

/// A line that is not in a text, to end it as a here-document.
fn end_of(text: &str) -> String {
    let mut end = "END".to_owned();
    while text.lines().any(|line| line == end) {
        end.push('_');
    }
    end
}
