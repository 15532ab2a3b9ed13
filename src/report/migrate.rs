//! What `migrate` did, for people and machines.

use serde_json::json;

use super::pretty;
use crate::diagnostics::visible;
use crate::migrate::{How, Migration, Move};

/// A line for each value: first what was changed, then what is left to do by hand.
pub fn text(migration: &Migration) -> String {
    let mut out = version(migration);
    moves(&migration.moves, &mut out);
    if !migration.notes.is_empty() {
        out.push_str("\nbefore the upgrade:\n");
    }
    for note in &migration.notes {
        out.push_str(&format!("  {note}\n"));
    }
    out
}

/// A line for each value: first what was changed, then what is left to do by hand.
pub(super) fn moves(moves: &[Move], out: &mut String) {
    let (by_hand, done): (Vec<&Move>, Vec<&Move>) =
        moves.iter().partition(|one| one.how == How::Manual);
    for (title, moves) in [("changed", done), ("left to do by hand", by_hand)] {
        if !moves.is_empty() {
            out.push_str(&format!("\n{title}:\n"));
        }
        for one in moves {
            out.push_str(&format!("  {}\n", visible(&line(one))));
        }
    }
}

fn version(migration: &Migration) -> String {
    let found = &migration.from;
    let (from, to) = (found.version, migration.to());
    let mut out = match &*found.fitting {
        _ if found.is_given => format!("from chart {from} to {to}\n"),
        [oldest, .., latest] => format!(
            "from chart {from} to {to}: the keys fit the charts {oldest} to {latest}, and the latest of them is assumed; give \
             another one with --from\n"
        ),
        _ => format!("from chart {from} to {to}: the keys fit this version\n"),
    };
    if !found.unfitting.is_empty() {
        let keys = found.unfitting.join(", ");
        out.push_str(&visible(&format!("chart {from} does not have {keys}")));
        out.push('\n');
    }
    out
}

fn line(one: &Move) -> String {
    let place = one.place.as_ref().map(|place| {
        let (line, column) = place.source.line_column(place.range.start);
        format!("{}:{line}:{column}: ", place.source.name())
    });
    let place = place.unwrap_or_default();
    let what = match (&one.to, one.how) {
        (Some(to), How::Move | How::Rename | How::Transform) if *to != one.from => {
            format!("{} is now {to}", one.from)
        }
        (_, How::Drop) => format!("{} is removed", one.from),
        _ => one.from.clone(),
    };
    format!("{place}{what}: {}", one.note)
}

/// `{"schemaVersion":1,"from":…,"to":…,"moves":[…]}`
pub fn json(migration: &Migration, out: &mut String) {
    let found = &migration.from;
    let fitting: Vec<String> = found.fitting.iter().map(ToString::to_string).collect();
    let report = json!({
        "schemaVersion": 1,
        "from": found.version.to_string(),
        "to": migration.to().to_string(),
        "fitting": fitting,
        "moves": migration.moves,
        "notes": migration.notes,
    });
    pretty(&report, out);
}
