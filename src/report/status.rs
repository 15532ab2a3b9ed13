//! The state of what was applied, as text and JSON.

use serde_json::{Value, json};

use super::{Style, pretty};
use crate::diagnostics::{visible, visible_lines};
use crate::status::{State, Status, is_ready};

/// An object that is not ready with its reason, the value behind it and the remedy; then how many there are of each kind.
pub fn text(states: &[State], style: Style, out: &mut String) {
    for state in states.iter().filter(|state| state.status != Status::Ready) {
        let mut lines = state.reason.lines();
        out.push_str(&format!(
            "{}  {}: {}\n",
            painted(state.status, style),
            visible(&name(state)),
            visible_lines(lines.next().unwrap_or_default())
        ));
        for line in lines {
            out.push_str(&format!("             | {}\n", visible(line)));
        }
        if let Some(value) = &state.value {
            out.push_str(&format!("             value: {}\n", visible(value)));
        }
        if !state.remedy.is_empty() {
            out.push_str(&format!("             -> {}\n", visible(&state.remedy)));
        }
    }
    out.push_str(&summary(states));
    out.push('\n');
}

/// One line: how many objects are in which state.
pub fn summary(states: &[State]) -> String {
    if is_ready(states) {
        return format!("all {} objects are as rendered and ready", states.len());
    }
    let all = [
        Status::Ready,
        Status::Progressing,
        Status::Stuck,
        Status::Differs,
        Status::Missing,
    ];
    let counts: Vec<String> = all
        .iter()
        .filter_map(|status| {
            let count = states
                .iter()
                .filter(|state| state.status == *status)
                .count();
            (count > 0).then(|| format!("{count} {}", status.word()))
        })
        .collect();
    format!("{} objects: {}", states.len(), counts.join(", "))
}

fn name(state: &State) -> String {
    format!("{}/{}", state.object.kind, state.object.name)
}

fn painted(status: Status, style: Style) -> String {
    let word = format!("{:11}", status.word());
    let code = match status {
        Status::Ready => "32",
        Status::Progressing => "36",
        Status::Differs => "33",
        Status::Stuck | Status::Missing => "31",
    };
    if style.colour {
        format!("\u{1b}[{code}m{word}\u{1b}[0m")
    } else {
        word
    }
}

/// `{"schemaVersion":1,"ready":false,"objects":[{"object","status","reason","value","remedy"}]}`
pub fn json(states: &[State], out: &mut String) {
    let objects: Vec<Value> = states
        .iter()
        .map(|state| {
            json!({
                "object": name(state),
                "status": state.status.word(),
                "reason": state.reason,
                "value": state.value,
                "remedy": state.remedy,
            })
        })
        .collect();
    let report = json!({"schemaVersion": 1, "ready": is_ready(states), "objects": objects});
    pretty(&report, out);
}
