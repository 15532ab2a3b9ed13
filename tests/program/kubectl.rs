//! What kubectl is asked, and what is believed of its answers: no name of an object becomes a flag, and what is no
//! object counts for none.

use std::fs;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::support::PROGRAM;
use crate::support::kubectl::Recorded;

/// Kinds that kubectl would take for a flag, a file, several kinds or another kind.
const KINDS: [&str; 12] = [
    "--kubeconfig=evil",
    "--server=https://127.0.0.1:1",
    "-f",
    "-",
    "--",
    "ConfigMap,Secret",
    "ConfigMap/x",
    "Config Map",
    "ConfigMap\\n--all",
    "@evil",
    "config.map",
    "",
];

/// The same for names.
const NAMES: [&str; 11] = [
    "-f", "--all", "-", "@evil", "a b", "a\\nb", "a/b", "../a", "a,b", "a\\tb", ".",
];

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn object(api_version: &str, kind: &str, namespace: &str, name: &str) -> String {
    format!(
        "apiVersion: \"{api_version}\"\nkind: \"{kind}\"\nmetadata: {{name: \"{name}\", namespace: \"{namespace}\"}}\n"
    )
}

/// Objects that no cluster can have, each with the part that is wrong.
fn impossible() -> Vec<(String, &'static str)> {
    let mut objects = Vec::new();
    for kind in KINDS {
        objects.push((object("v1", kind, "swanlab", "config"), "kind"));
    }
    for name in NAMES {
        objects.push((object("v1", "ConfigMap", "swanlab", name), "name"));
        let group = "rbac.authorization.k8s.io/v1";
        objects.push((object(group, "Role", "swanlab", name), "name"));
    }
    for namespace in ["-n", "--all", "a b", "a\\nb", "a/b"] {
        objects.push((object("v1", "ConfigMap", namespace, "a"), "namespace"));
    }
    for version in ["--server=x/v1", "-f/v1", "a b/v1", "a,b/v1"] {
        objects.push((object(version, "Thing", "swanlab", "a"), "API group"));
    }
    objects
}

#[test]
fn an_object_that_no_cluster_can_have_is_refused_before_kubectl_is_asked() {
    let good = object("v1", "ConfigMap", "swanlab", "good");
    for (object, part) in impossible() {
        let cluster = Recorded::new();
        cluster.write("m.yaml", &format!("{good}---\n{object}"));
        let output = cluster.run(&[
            "diff",
            "-n",
            "swanlab",
            "--against",
            "cluster",
            "--manifests",
            "m.yaml",
        ]);
        assert_eq!(output.status.code(), Some(2), "{object}\n{output:?}");
        assert_eq!(output.stdout, b"", "{object}");
        assert_eq!(cluster.calls(), "", "{object}");
        let said = said(&output);
        // An empty kind is no object at all.
        let wrong = if object.contains("kind: \"\"") {
            "it has no kind".to_owned()
        } else {
            format!("m.yaml: the {part} `")
        };
        assert!(said.contains(&wrong), "{object}\n{said}");
    }
}

#[test]
fn a_chart_cannot_give_kubectl_a_flag() {
    for command in [
        &["preflight", "x", "./chart", "-n", "swanlab"][..],
        &[
            "diff",
            "x",
            "./chart",
            "-n",
            "swanlab",
            "--against",
            "cluster",
        ],
    ] {
        for (object, part) in impossible() {
            let cluster = Recorded::new();
            fs::create_dir_all(cluster.path().join("chart/templates")).unwrap();
            cluster.write(
                "chart/Chart.yaml",
                "apiVersion: v2\nname: c\nversion: 1.0.0\n",
            );
            cluster.write("chart/templates/a.yaml", &object);
            let output = cluster.run(command);
            assert_eq!(output.status.code(), Some(2), "{object}\n{output:?}");
            assert_eq!(output.stdout, b"");
            assert_eq!(cluster.calls(), "", "{object}");
            let said = said(&output);
            assert!(
                said.contains(&format!("c/templates/a.yaml: the {part} `"))
                    || said.contains("chart/templates/a.yaml"),
                "{object}\n{said}"
            );
        }
    }
}

#[test]
fn a_claim_or_secret_that_pods_name_cannot_be_a_flag() {
    for volume in [
        r#"{name: d, persistentVolumeClaim: {claimName: "--kubeconfig=evil"}}"#,
        r#"{name: d, persistentVolumeClaim: {claimName: "a,b"}}"#,
    ] {
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  volumes: [{volume}]\n  \
             imagePullSecrets: [{{name: -f}}]\n  containers: [{{name: c, image: x}}]\n"
        );
        let cluster = Recorded::new();
        fs::create_dir_all(cluster.path().join("chart/templates")).unwrap();
        cluster.write(
            "chart/Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 1.0.0\n",
        );
        cluster.write("chart/templates/a.yaml", &pod);
        let output = cluster.run(&["preflight", "x", "./chart"]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert_eq!(cluster.calls(), "");
        let said = said(&output);
        assert!(
            said.contains("a PersistentVolumeClaim that the objects refer to"),
            "{said}"
        );
        assert!(
            said.contains("a Secret that the objects refer to: the name `-f`"),
            "{said}"
        );
    }
}

#[test]
fn a_namespace_or_instance_that_is_none_is_refused() {
    for more in [["-n", "--all"], ["-n", "a b"], ["-n", "swanlab"]] {
        let cluster = Recorded::new();
        cluster.write("m.yaml", &object("v1", "ConfigMap", "", "a"));
        let mut args = vec!["diff", "--against", "cluster", "--manifests", "m.yaml"];
        let namespace = format!("--namespace={}", more[1]);
        args.push(&namespace);
        args.extend(["--", "a,b=c"]);
        let output = cluster.run(&args);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert_eq!(cluster.calls(), "");
    }
}

#[test]
fn an_answer_that_is_no_object_and_no_list_of_them_is_no_empty_cluster() {
    let object = r#"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"}}"#;
    for answer in [
        "null".to_owned(),
        "1".to_owned(),
        "\"a\"".to_owned(),
        "[]".to_owned(),
        format!("[{object}]"),
        "{}".to_owned(),
        r#"{"items":1}"#.to_owned(),
        r#"{"items":[]}"#.to_owned(),
        r#"{"items":[1,null]}"#.to_owned(),
        r#"{"kind":"List"}"#.to_owned(),
        r#"{"kind":"List","items":null}"#.to_owned(),
        r#"{"kind":"List","items":{}}"#.to_owned(),
        format!(r#"{{"kind":"List","items":[{object},null]}}"#),
        r#"{"kind":"List","items":[{"kind":"ConfigMap"}]}"#.to_owned(),
        r#"{"kind":"ConfigMap","metadata":{"name":1}}"#.to_owned(),
        r#"{"kind":"Status","status":"Failure"}"#.to_owned(),
        format!("{object}{object}"),
    ] {
        for question in ["named", "labelled", "helm"] {
            let cluster = Recorded::new();
            cluster.write(&format!("{question}.json"), &answer);
            let against = if question == "helm" {
                "helm:lab"
            } else {
                "cluster"
            };
            let output = cluster.run(&["diff", "-n", "swanlab", "--against", against]);
            assert_eq!(
                output.status.code(),
                Some(2),
                "{question} {answer}\n{output:?}"
            );
            assert_eq!(output.stdout, b"");
            assert!(
                said(&output).contains("`kubectl get` has "),
                "{answer}: {output:?}"
            );
        }
    }
}

#[test]
fn an_interrupt_ends_kubectl_and_what_it_started() {
    for signal in ["-INT", "-TERM"] {
        let cluster = Recorded::new();
        let script = "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n(sleep 2; touch late) &\ntouch started\nsleep 30\n";
        cluster.write("bin/kubectl", script);
        let mut child = Command::new(PROGRAM)
            .args(["diff", "--against", "cluster"])
            .current_dir(cluster.path())
            .env("PATH", cluster.search_path())
            .spawn()
            .unwrap();
        while !cluster.path().join("bin/started").exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        let id = child.id().to_string();
        Command::new("kill").args([signal, &id]).status().unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.code(), None, "a signal ended it: {status}");
        std::thread::sleep(Duration::from_millis(2500));
        assert!(!cluster.path().join("bin/late").exists(), "{signal}");
    }
}

#[test]
fn an_endless_answer_is_cut_off() {
    for stream in ["", ">&2"] {
        let cluster = Recorded::new();
        let script = format!("#!/bin/sh\nexec cat /dev/zero {stream}\n");
        cluster.write("bin/kubectl", &script);
        let started = Instant::now();
        for args in [&["diff", "--against", "cluster"][..], &["preflight"]] {
            let output = cluster.run(args);
            assert_eq!(output.status.code(), Some(2), "{output:?}");
            assert!(
                said(&output).contains("kubectl has written more than"),
                "{output:?}"
            );
        }
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}
