//! Values are computed as Helm computes them: every recorded vector, through the program itself.

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::support::{PROGRAM, root, same, tools::feed};
use serde_json::Value;

#[test]
fn set_flags_give_what_helm_computes() {
    hold("set.json", 251);
}

#[test]
fn merging_gives_what_helm_computes() {
    hold("merge.json", 219);
}

#[test]
fn numbers_are_equal_by_value_and_booleans_are_no_numbers() {
    let value = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    assert!(same(&value("1"), &value("1.0")));
    assert!(same(
        &value("9223372036854775807"),
        &value("9.223372036854775807e18")
    ));
    assert!(!same(
        &value("9223372036854775807"),
        &value("9223372036854775807000")
    ));
    assert!(!same(&value("1"), &value("true")));
    assert!(!same(&value("1"), &value("\"1\"")));
    assert!(!same(&value("{\"a\":null}"), &value("{}")));
}

fn hold(file: &str, at_least: usize) {
    let text = fs::read_to_string(root().join("tests/helm_values").join(file)).unwrap();
    let vectors: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(vectors.len() >= at_least, "only {} vectors", vectors.len());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut problems = Vec::new();
        while let Some(vector) = vectors.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Some(problem) = problem(vector) {
                problems.push(format!("{} {}: {problem}", vector["name"], vector["args"]));
            }
        }
        problems
    };
    let threads = thread::available_parallelism().map_or(2, usize::from);
    let problems: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn problem(vector: &Value) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("t/Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\n");
    write(
        "t/templates/o.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: o\n",
    );
    match &vector["base"] {
        Value::Null => {}
        Value::String(text) => write("t/values.yaml", text),
        tree => write("t/values.yaml", &tree.to_string()),
    }
    for (name, text) in vector["aux"].as_object().into_iter().flatten() {
        write(name, text.as_str().unwrap());
    }
    let mut command = Command::new(PROGRAM);
    command
        .args(["values", "t", "./t"])
        .current_dir(folder.path());
    for (index, text) in vector["files"].as_array().into_iter().flatten().enumerate() {
        let name = format!("f{index}.yaml");
        write(&name, text.as_str().unwrap());
        command.args(["-f", &name]);
    }
    let args = vector["args"].as_array().unwrap();
    command.args(args.iter().map(|arg| arg.as_str().unwrap()));
    command.args(["-o", "json"]);
    let output = feed(
        &mut command,
        vector["stdin"].as_str().unwrap_or_default().as_bytes(),
    );
    let stdout = String::from_utf8_lossy(&output.stdout);
    if vector["error"] == true {
        let refused = output.status.code() == Some(2) && stdout.trim().is_empty();
        return (!refused).then(|| format!("Helm refuses it; {}, {stdout}", output.status));
    }
    let Ok(found) = serde_json::from_str::<Value>(&stdout) else {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Some(format!("{}, {stderr}", output.status));
    };
    (!same(&found, &vector["expect"]))
        .then(|| format!("{found}, and Helm gives {}", vector["expect"]))
}
