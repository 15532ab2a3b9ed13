//! The same values give the same objects as Helm with SwanLab's own chart: recorded cases, compared through the library.

use crate::support::{Case, Recorded, names, read_strictly, recorded};
use serde_json::{Map, Value, json};
use swanlab_render::report::{self, Style};

#[test]
fn every_recorded_case_gives_what_helm_gave() {
    let cases = recorded();
    assert!(cases.len() >= 100, "only {} cases", cases.len());
    let problems: Vec<String> = cases
        .iter()
        .filter_map(|recorded| {
            let problems = compare(recorded);
            (!problems.is_empty()).then(|| {
                let first = problems[..problems.len().min(5)].join("\n  ");
                format!("{}: {}\n  {first}", recorded.name, problems.len())
            })
        })
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_helm_renders_and_the_api_server_refuses_is_an_error_of_the_values() {
    let mut checked = 0;
    for recorded in recorded() {
        if !recorded.is_above_limits {
            continue;
        }
        checked += 1;
        let case = Case {
            validate: true,
            ..recorded.case
        };
        let Err(problems) = case.manifests() else {
            panic!("{}: it renders", recorded.name);
        };
        for problem in problems.0 {
            let (code, message) = (problem.code.as_deref(), &problem.message);
            assert_eq!(code, Some("SL114"), "{}: {message}", recorded.name);
        }
    }
    assert!(checked >= 20, "only {checked}");
}

#[test]
fn the_comparison_finds_what_differs() {
    let mut recorded = recorded();
    let defaults = recorded
        .iter_mut()
        .find(|recorded| recorded.name == "defaults")
        .unwrap();
    defaults.expected["objects"][0]["data"]["password"] = json!("other");
    assert_eq!(compare(defaults).len(), 1, "a changed value");
    defaults.expected["objects"]
        .as_array_mut()
        .unwrap()
        .swap(0, 1);
    assert_eq!(compare(defaults), ["the objects are not in Helm's order"]);
    defaults.expected["objects"].as_array_mut().unwrap().pop();
    assert_eq!(compare(defaults).len(), 1, "an object too many");
    defaults.expected = json!({"error": {"paths": []}});
    assert_eq!(compare(defaults), ["it renders, and must not"]);
}

fn compare(recorded: &Recorded) -> Vec<String> {
    let text = recorded.case.text();
    if let Some(paths) = recorded.expected["error"]["paths"].as_array() {
        let Err(problems) = text else {
            return vec!["it renders, and must not".to_owned()];
        };
        let shown = report::draw(&problems, Style::PLAIN);
        return paths
            .iter()
            .map(|pointer| pointer.as_str().unwrap()[1..].replace('/', "."))
            .filter(|path| !names(&shown, path))
            .map(|path| format!("the error does not name {path}: {shown}"))
            .collect();
    }
    let text = match text {
        Ok(text) => text,
        Err(problems) => return vec![report::draw(&problems, Style::PLAIN)],
    };
    let wanted = recorded.expected["objects"].as_array().unwrap();
    let found: Vec<Value> = read_strictly(&text).into_iter().map(normalise).collect();
    let wanted_names: Vec<String> = wanted.iter().map(identity).collect();
    let found_names: Vec<String> = found.iter().map(identity).collect();
    if wanted_names != found_names {
        let only = |some: &[String], others: &[String]| -> Vec<String> {
            let missing = some.iter().filter(|name| !others.contains(name));
            missing.cloned().collect()
        };
        let missing = only(&wanted_names, &found_names);
        let unexpected = only(&found_names, &wanted_names);
        return vec![if missing.is_empty() && unexpected.is_empty() {
            "the objects are not in Helm's order".to_owned()
        } else {
            format!("missing {missing:?}, unexpected {unexpected:?}")
        }];
    }
    let mut problems = Vec::new();
    for ((name, wanted), found) in wanted_names.iter().zip(wanted).zip(&found) {
        differences(wanted, found, name, &mut problems);
    }
    problems
}

fn identity(object: &Value) -> String {
    let metadata = &object["metadata"];
    format!(
        "{} {} {} {}",
        object["apiVersion"], object["kind"], metadata["namespace"], metadata["name"]
    )
}

fn differences(wanted: &Value, found: &Value, path: &str, problems: &mut Vec<String>) {
    match (wanted, found) {
        (Value::String(free), Value::String(text)) if free == "<free>" => {
            if text.trim().is_empty() {
                problems.push(format!("{path}: is empty"));
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            let more = b.keys().filter(|key| !a.contains_key(*key));
            for key in a.keys().chain(more) {
                differences(
                    &wanted[key],
                    &found[key],
                    &format!("{path}.{key}"),
                    problems,
                );
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(a, b, &format!("{path}[{index}]"), problems);
            }
        }
        _ if wanted == found => {}
        _ => problems.push(format!("{path}: {found}, and Helm gives {wanted}")),
    }
}

/// Brings an object into the form of the recorded ones (see the README beside them).
fn normalise(mut object: Value) -> Value {
    let kind = object["kind"].as_str().unwrap_or_default().to_owned();
    if kind == "ConfigMap" || kind == "Job" {
        let metadata = object["metadata"].as_object_mut().unwrap();
        metadata.shift_remove("labels");
    }
    if kind == "ConfigMap" {
        for (name, text) in object["data"].as_object_mut().unwrap() {
            if std::path::Path::new(name.as_str())
                .extension()
                .is_some_and(|extension| extension == "yaml")
            {
                let mut trees = read_strictly(text.as_str().unwrap());
                assert_eq!(trees.len(), 1, "{name}");
                *text = json!({"<yaml>": trees.remove(0)});
            }
        }
    }
    let mut empty_dirs = Vec::new();
    if let Some(pod) = object.pointer_mut("/spec/template/spec") {
        let pod = pod.as_object_mut().unwrap();
        if kind == "Job" {
            for field in ["imagePullSecrets", "nodeSelector", "tolerations"] {
                pod.shift_remove(field);
            }
        }
        for list in ["initContainers", "containers"] {
            for container in pod
                .get_mut(list)
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                normalise_container(container.as_object_mut().unwrap());
            }
        }
        let volumes = pod.get("volumes").and_then(Value::as_array);
        empty_dirs = volumes
            .into_iter()
            .flatten()
            .map(|volume| volume.get("emptyDir").is_some())
            .collect();
    }
    let mut object = pruned(object);
    for (index, _) in empty_dirs.iter().enumerate().filter(|(_, is)| **is) {
        object["spec"]["template"]["spec"]["volumes"][index]["emptyDir"] = json!({});
    }
    object
}

fn normalise_container(container: &mut Map<String, Value>) {
    /// Those whose pull policy the official chart drops.
    const WITHOUT_POLICY: [&str; 5] = [
        "init-postgres-fs",
        "traefik",
        "download-identify",
        "logrotate",
        "fluent-bit",
    ];
    let name = container["name"].as_str().unwrap().to_owned();
    if WITHOUT_POLICY.contains(&name.as_str()) {
        container.shift_remove("imagePullPolicy");
    }
    let script = match name.as_str() {
        "ping" | "wait-for-minio" | "minio-mc-job" => container.get_mut("args"),
        "init-postgres-fs" => container.get_mut("command"),
        _ => None,
    };
    let last = script
        .and_then(Value::as_array_mut)
        .and_then(|list| list.last_mut());
    if let Some(Value::String(text)) = last
        && !text.trim().is_empty()
    {
        "<free>".clone_into(text);
    }
}

/// Without null, `{}` and `[]`, which Kubernetes takes for absent.
fn pruned(value: Value) -> Value {
    let is_something =
        |value: &Value| !matches!(value, Value::Null) && *value != json!({}) && *value != json!([]);
    match value {
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| (key, pruned(value)))
            .filter(|(_, value)| is_something(value))
            .collect(),
        Value::Array(list) => list.into_iter().map(pruned).collect(),
        other => other,
    }
}
