//! The size of an installation as text, JSON and Markdown, and in one line what an upgrade changes of it.

use serde_json::{Value, json};

use super::pretty;
use crate::diagnostics::visible;
use crate::kubernetes::Quantity;
use crate::summary::{Amounts, Storage, Summary, Sums, Workload};

/// The sums, then the ports, then a row for each workload.
pub fn text(summary: &Summary, out: &mut String) {
    for (name, amount) in sums(summary) {
        out.push_str(&format!("{name:8} {amount}\n"));
    }
    for port in &summary.ports {
        let service = visible(&port.service);
        out.push_str(&format!(
            "port     {} of Service/{service}, {}\n",
            port.port,
            visible(&port.of_type)
        ));
    }
    if summary.workloads.is_empty() {
        return;
    }
    let rows: Vec<[String; 6]> = std::iter::once(HEAD.map(str::to_owned))
        .chain(summary.workloads.iter().map(row))
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; 6] = std::array::from_fn(|column| width(column).unwrap_or_default());
    out.push('\n');
    for row in &rows {
        let cells = row.iter().zip(widths);
        let line: String = cells
            .map(|(cell, width)| format!("{cell:width$}  "))
            .collect();
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// The same as a list and a table.
pub fn markdown(summary: &Summary, out: &mut String) {
    for (name, amount) in sums(summary) {
        out.push_str(&format!(
            "- **{name}**: {}\n",
            super::markup::plain(&amount)
        ));
    }
    out.push_str("\n| ");
    out.push_str(&HEAD.join(" | "));
    out.push_str(" |\n|---|--:|--:|--:|--:|--:|\n");
    for workload in &summary.workloads {
        let cells = row(workload).map(|cell| super::markup::plain(&cell));
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

/// `{"schemaVersion":1,"pods":…}`; an amount that nobody sets is null.
pub fn json(summary: &Summary, out: &mut String) {
    let storage = summary.sums.storage.iter().map(|storage| {
        json!({
            "class": storage.class,
            "size": storage.size.binary(),
            "claims": storage.claims,
        })
    });
    let ports = summary
        .ports
        .iter()
        .map(|port| json!({"service": port.service, "port": port.port, "type": port.of_type}));
    let workloads = summary.workloads.iter().map(|workload| {
        json!({
            "object": workload.object,
            "pods": workload.pods,
            "onEveryNode": workload.on_every_node,
            "cpu": amounts(workload.cpu, Quantity::decimal),
            "memory": amounts(workload.memory, Quantity::binary),
        })
    });
    let report = json!({
        "schemaVersion": 1,
        "pods": summary.sums.pods,
        "cpu": amounts(summary.sums.cpu, Quantity::decimal),
        "memory": amounts(summary.sums.memory, Quantity::binary),
        "storage": storage.collect::<Vec<Value>>(),
        "images": summary.images.len(),
        "minimumNodes": summary.minimum_nodes,
        "ports": ports.collect::<Vec<Value>>(),
        "workloads": workloads.collect::<Vec<Value>>(),
    });
    pretty(&report, out);
}

/// What is more and what is less, requests and claims: `+2 pods, +4 CPU, -1Gi memory, +40Gi storage`. None if all sums
/// are equal.
pub fn difference(old: &Sums, new: &Sums) -> Option<String> {
    let mut parts = Vec::new();
    if new.pods != old.pods {
        let sign = if new.pods > old.pods { '+' } else { '-' };
        let count = new.pods.abs_diff(old.pods);
        parts.push(format!(
            "{sign}{count} pod{}",
            if count == 1 { "" } else { "s" }
        ));
    }
    let size = |sums: &Sums| {
        let sizes = sums.storage.iter().map(|storage| storage.size);
        sizes.fold(Quantity::default(), |sum, size| sum + size)
    };
    let or_none = Option::unwrap_or_default;
    let pairs: [(Quantity, Quantity, Write, &str); 3] = [
        (
            or_none(old.cpu.requests),
            or_none(new.cpu.requests),
            Quantity::decimal,
            "CPU",
        ),
        (
            or_none(old.memory.requests),
            or_none(new.memory.requests),
            Quantity::binary,
            "memory",
        ),
        (size(old), size(new), Quantity::binary, "storage"),
    ];
    for (old, new, write, name) in pairs {
        if new > old {
            parts.push(format!("+{} {name}", write(new - old)));
        } else if new < old {
            parts.push(format!("-{} {name}", write(old - new)));
        }
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// How an amount is written.
type Write = fn(Quantity) -> String;

const HEAD: [&str; 6] = [
    "WORKLOAD",
    "PODS",
    "CPU",
    "CPU LIMIT",
    "MEMORY",
    "MEMORY LIMIT",
];

fn row(workload: &Workload) -> [String; 6] {
    let pods = if workload.on_every_node {
        "1 on each node".to_owned()
    } else {
        workload.pods.to_string()
    };
    let Workload { cpu, memory, .. } = workload;
    [
        visible(&workload.object).into_owned(),
        pods,
        or_dash(cpu.requests, Quantity::decimal),
        or_dash(cpu.limits, Quantity::decimal),
        or_dash(memory.requests, Quantity::binary),
        or_dash(memory.limits, Quantity::binary),
    ]
}

fn or_dash(amount: Option<Quantity>, write: Write) -> String {
    amount.map_or_else(|| "-".to_owned(), write)
}

/// The sums, a line each.
fn sums(summary: &Summary) -> Vec<(&'static str, String)> {
    let single: Vec<&str> = summary
        .workloads
        .iter()
        .filter(|workload| workload.pods == 1 && !workload.on_every_node)
        .map(|workload| &*workload.object)
        .collect();
    let both = |amounts: Amounts, write: Write| {
        let said = |amount: Option<Quantity>, word: &str| {
            amount.map_or_else(
                || format!("no {word}"),
                |amount| format!("{word} {}", write(amount)),
            )
        };
        format!(
            "{}, {}",
            said(amounts.requests, "requests"),
            said(amounts.limits, "limits")
        )
    };
    let mut lines = vec![
        ("pods", summary.sums.pods.to_string()),
        ("cpu", both(summary.sums.cpu, Quantity::decimal)),
        ("memory", both(summary.sums.memory, Quantity::binary)),
    ];
    lines.extend(
        summary
            .sums
            .storage
            .iter()
            .map(|one| ("storage", storage(one))),
    );
    lines.push(("images", summary.images.len().to_string()));
    lines.push(("nodes", format!("at least {}", summary.minimum_nodes)));
    if !single.is_empty() {
        lines.push(("single", visible(&single.join(", ")).into_owned()));
    }
    lines
}

fn storage(storage: &Storage) -> String {
    let class = match &*storage.class {
        "" => "the default class".to_owned(),
        class => format!("class {}", visible(class)),
    };
    let claims = match storage.claims {
        1 => "1 claim".to_owned(),
        claims => format!("{claims} claims"),
    };
    format!("{} in {claims} of {class}", storage.size.binary())
}

/// `{"requests":"…","limits":"…"}`
fn amounts(amounts: Amounts, write: Write) -> Value {
    json!({
        "requests": amounts.requests.map(write),
        "limits": amounts.limits.map(write),
    })
}
