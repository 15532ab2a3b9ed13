//! A plan for other programs.

use serde_json::{Value, json};

use crate::plan::{Command, Plan, Step};
use crate::report::pretty;

/// `{"schemaVersion":1,"verdict","possible","reason","notes","steps":[…]}`
pub fn json(plan: &Plan, out: &mut String) {
    let steps: Vec<Value> = plan.steps.iter().map(step).collect();
    let reason = (!plan.is_possible()).then(|| plan.obstacles.join("\n"));
    let report = json!({
        "schemaVersion": 1,
        "verdict": plan.verdict.name(),
        "possible": plan.is_possible(),
        "reason": reason,
        "notes": plan.notes,
        "steps": steps,
    });
    pretty(&report, out);
}

fn step(step: &Step) -> Value {
    let lines =
        |commands: &[Command]| -> Vec<String> { commands.iter().map(Command::line).collect() };
    json!({
        "id": step.id,
        "phase": step.phase.name(),
        "title": step.title,
        "why": step.why,
        "objects": step.objects,
        "restarts": step.restarts,
        "commands": lines(&step.commands),
        "downtime": {"objects": step.downtime.objects, "estimate": step.downtime.estimate.name()},
        "reversible": step.reversible,
        "undo": lines(&step.undo),
    })
}
