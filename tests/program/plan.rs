//! The script of a plan with a `kubectl` that writes down what it is asked: what it asks, when it stops, and that nothing
//! from manifests becomes a part of it.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use swanlab_render::yaml;
use tempfile::TempDir;

use crate::support::PROGRAM;
use crate::support::kubectl::{Recorded, after_apply, live, rendered};

/// A folder with a plan's script, and a `kubectl` that does nothing.
struct Place {
    folder: TempDir,
}

/// Writes its arguments down. What `refuses` matches fails with the text behind it.
const KUBECTL: &str = r#"#!/bin/sh
here=$(dirname "$0")/..
printf '%s\n' "$*" >> "$here/calls"
if [ -f "$here/refuses" ] && printf '%s\n' "$*" | grep -q -f "$here/refuses"; then
  cat "$here/refusal" >&2
  exit "$(cat "$here/code" 2> /dev/null || echo 1)"
fi
case "$*" in
  "config current-context") echo prod ;;
  *custom-columns*) cat "$here/columns" ;;
  # What a plan leads to is not there yet.
  *diff*/apply*) exit 1 ;;
esac
"#;

impl Place {
    /// The script of a plan with these arguments.
    fn new(args: &[&str]) -> Self {
        let output = Command::new(PROGRAM)
            .args(["plan", "-q", "-n", "swanlab", "-o", "script"])
            .args(args)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        Self::with(&output.stdout)
    }

    fn with(script: &[u8]) -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(place.path("bin")).unwrap();
        fs::write(place.path("bin/kubectl"), KUBECTL).unwrap();
        fs::set_permissions(place.path("bin/kubectl"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(place.path("plan.sh"), script).unwrap();
        place
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the script with answers on its standard input.
    fn run(&self, args: &[&str], answers: &str) -> Output {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let bin = std::iter::once(self.path("bin"));
        let path = std::env::join_paths(bin.chain(std::env::split_paths(&path))).unwrap();
        let mut child = Command::new("sh")
            .arg("plan.sh")
            .args(args)
            .current_dir(self.folder.path())
            .env("PATH", path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(answers.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }

    /// What kubectl was asked.
    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.path("calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }

    fn refuses(&self, call: &str, refusal: &str) {
        fs::write(self.path("refuses"), call).unwrap();
        fs::write(self.path("refusal"), refusal).unwrap();
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The plan for another image of the server, without backups.
const SERVER: [&str; 5] = [
    "--set",
    "service.server.image.tag=v2.8.0",
    "--from-values",
    "tests/values/none.yaml",
    "--backup=none",
];

#[test]
fn all_steps_are_carried_out_in_their_order() {
    let place = Place::new(&SERVER);
    let output = place.run(&["--yes"], "");
    assert!(output.status.success(), "{output:?}");
    let calls = place.calls();
    let place_of = |what: &str| {
        let found = calls.iter().position(|call| call.starts_with(what));
        found.unwrap_or_else(|| panic!("{what}: {calls:#?}"))
    };
    assert!(place_of("diff -n swanlab -f") < place_of("apply --dry-run=server"));
    assert!(place_of("apply --dry-run=server") < place_of("apply -n swanlab"));
    assert!(place_of("apply -n swanlab") < place_of("rollout status"));
    assert!(text(&output).contains("all steps are done"));
}

#[test]
fn every_step_is_asked_for() {
    let place = Place::new(&SERVER);
    let output = place.run(&[], "y\ns\nq\n");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    assert!(
        said.contains("stopped before apply; go on with: sh plan.sh --from apply"),
        "{said}"
    );
    let calls = place.calls().join("\n");
    assert!(
        calls.contains("diff -n swanlab") && !calls.contains("apply -"),
        "{calls}"
    );
    // Nobody is there to answer.
    let output = place.run(&[], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("stopped before check"));
}

#[test]
fn a_step_can_be_resumed_and_must_exist() {
    let place = Place::new(&SERVER);
    assert!(
        place
            .run(&["--yes", "--from", "verify"], "")
            .status
            .success()
    );
    let calls = place.calls().join("\n");
    assert!(
        calls.contains("rollout status") && !calls.contains("apply"),
        "{calls}"
    );
    let output = place.run(&["--from=nothing"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("there is no step nothing; there are: check try apply verify"));
    assert_eq!(place.run(&["--form", "verify"], "").status.code(), Some(2));
}

#[test]
fn it_stops_at_the_first_failure_and_says_what_to_do() {
    let place = Place::new(&SERVER);
    place.refuses("rollout status", "error: timed out\n");
    let output = place.run(&["--yes"], "");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    for line in [
        "error: timed out",
        "step verify has failed.",
        "go on with: sh plan.sh --from verify",
        "# apply\n",
        "kubectl apply -n swanlab -f before-apply.yaml",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("all steps are done"));
    // The folder with the manifests is gone.
    let used = place.calls().into_iter().find_map(|call| {
        let (_, file) = call.split_once(" -f ")?;
        Some(file.to_owned())
    });
    assert!(!std::path::Path::new(&used.unwrap()).exists());
}

#[test]
fn a_dry_run_asks_nothing() {
    let place = Place::new(&SERVER);
    let output = place.run(&["--dry-run"], "");
    assert!(output.status.success());
    assert_eq!(place.calls(), [] as [String; 0]);
    let said = text(&output);
    assert!(
        said.contains("quietly kubectl apply -n swanlab -f \"$work\"/apply.yaml"),
        "{said}"
    );
    assert!(said.contains("deployment.apps/swanlab-self-hosted-server"));
}

#[test]
fn what_the_server_refuses_is_not_repeated_with_its_secrets() {
    let place = Place::new(&[
        "--set",
        "dependencies.postgres.password=hunter2-and-more",
        "--from-values",
        "tests/values/none.yaml",
        "--backup=none",
    ]);
    place.refuses(
        "^apply --dry-run",
        "Error from server (Invalid): error when applying patch:\n{\"data\":{\"password\":\"aHVudGVyMi1hbmQtbW9yZQ==\"}}\nto:\n\
         Resource: \"/v1, Resource=secrets\"\nName: \"pg\", Namespace: \"swanlab\"\nObject: &{map[password:aHVudGVyMi1hbmQtbW9yZQ==]}\n\
         for: \"x.yaml\": Secret \"pg\" is invalid: type: field is immutable\n",
    );
    let output = place.run(&["--yes"], "");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    assert!(said.contains("type: field is immutable"), "{said}");
    assert!(!said.contains("aHVudGVyMi1hbmQtbW9yZQ"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_plan_that_was_carried_out_is_not_carried_out_again() {
    let place = Place::new(&SERVER);
    let kubectl = fs::read_to_string(place.path("bin/kubectl")).unwrap();
    fs::write(
        place.path("bin/kubectl"),
        kubectl.replace("*diff*/apply*) exit 1", "*diff*/apply*) exit 0"),
    )
    .unwrap();
    let output = place.run(&["--yes"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("it was carried out already"));
    let calls = place.calls();
    assert!(
        calls.iter().all(|call| !call.starts_with("apply")),
        "{calls:#?}"
    );
}

#[test]
fn a_cluster_that_differs_is_not_touched() {
    let place = Place::new(&SERVER);
    place.refuses("diff.*before", "");
    let output = place.run(&["--yes"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("these objects are not as planned:"));
    assert!(place.calls().iter().all(|call| !call.contains("apply ")));
}

#[test]
fn a_field_that_another_manager_owns_is_an_obstacle() {
    let recorded = Recorded::new();
    let mut objects: Vec<Value> = rendered(&["-n", "swanlab"]).iter().map(live).collect();
    let is_server = |object: &&mut Value| {
        object["kind"] == "Deployment" && object["metadata"]["name"] == "swanlab-self-hosted-server"
    };
    let server = objects.iter_mut().find(is_server).unwrap();
    server["spec"]["replicas"] = json!(5);
    server["metadata"]["managedFields"] = json!([{
        "manager": "keda", "operation": "Update", "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
        "fieldsV1": {"f:spec": {"f:replicas": {}}},
    }]);
    recorded.answers("named", &objects);
    let plan = |more: &[&str]| {
        let set = ["--set", "service.server.replicas=2"];
        let common = ["plan", "-n", "swanlab", "--against", "cluster"];
        recorded.run(&[&common[..], &set, more].concat())
    };
    let output = plan(&["--applier", "server-side"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("keda owns spec.replicas"), "{said}");
    // Client-side apply takes it over.
    assert_eq!(plan(&[]).status.code(), Some(0));
}

/// A plan from objects of a cluster, and their columns as kubectl prints them.
fn from_cluster() -> (Place, String) {
    let recorded = Recorded::new();
    let mut objects: Vec<Value> = rendered(&["-n", "swanlab"])
        .iter()
        .map(after_apply)
        .collect();
    let mut columns = String::new();
    for (place, object) in objects.iter_mut().enumerate() {
        object["metadata"]["uid"] = format!("uid-{place}").into();
        let has_spec = !object["spec"].is_null() && object["kind"] != "Service";
        if has_spec {
            object["metadata"]["generation"] = json!(3);
        }
        if object["kind"] == "Job" {
            continue;
        }
        let generation = if has_spec { "3" } else { "<none>" };
        columns.push_str(&format!(
            "{}   {}   uid-{place}   {generation}   4711\n",
            object["kind"].as_str().unwrap(),
            object["metadata"]["name"].as_str().unwrap()
        ));
    }
    recorded.answers("named", &objects);
    let output = recorded.run(&[
        "plan",
        "-n",
        "swanlab",
        "--set",
        "service.server.image.tag=v2.8.0",
        "--against",
        "cluster",
        "--backup",
        "none",
        "-o",
        "script",
    ]);
    assert!(output.status.success(), "{output:?}");
    (Place::with(&output.stdout), columns)
}

#[test]
fn objects_of_a_cluster_must_be_those_that_were_read() {
    let (place, columns) = from_cluster();
    fs::write(place.path("columns"), &columns).unwrap();
    let output = place.run(&["--yes"], "");
    assert!(output.status.success(), "{}", text(&output));

    let server = "Deployment   swanlab-self-hosted-server   ";
    let line = columns
        .lines()
        .find(|line| line.starts_with(server))
        .unwrap();
    for changed in [
        columns.replace(line, &line.replace("   3   ", "   4   ")),
        columns.replace(line, &line.replace("uid-", "other-uid-")),
        columns.replace(&format!("{line}\n"), ""),
    ] {
        fs::write(place.path("columns"), changed).unwrap();
        fs::remove_file(place.path("calls")).unwrap();
        let output = place.run(&["--yes"], "");
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output);
        assert!(
            said.contains("have changed since the plan was made, or are gone:\n  Deployment/swanlab-self-hosted-server\n"),
            "{said}"
        );
        assert!(place.calls().iter().all(|call| !call.contains("apply -n")));
    }
    // The status of a workload changes all the time.
    let seen = columns.replace(line, &line.replace("4711", "4712"));
    fs::write(place.path("columns"), seen).unwrap();
    assert!(place.run(&["--yes"], "").status.success());
}

#[test]
fn backups_that_are_there_are_not_overwritten() {
    let place = Place::new(&[&SERVER[..4], &["--backup=copy"]].concat());
    let kubectl = fs::read_to_string(place.path("bin/kubectl")).unwrap();
    let there = "*ignore-not-found*) echo job.batch/copy ;;\nesac";
    fs::write(place.path("bin/kubectl"), kubectl.replace("esac\n", there)).unwrap();
    let output = place.run(&["--yes"], "");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    assert!(
        said.contains("are there already, and nothing is overwritten:\njob.batch/copy"),
        "{said}"
    );
    assert!(place.calls().iter().all(|call| !call.contains("scale")));
}

/// Nothing in an object ends its here-document or is run.
#[test]
fn manifests_come_out_of_the_script_as_they_went_in() {
    let folder = tempfile::tempdir().unwrap();
    let object = |data: &Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data});
    let odd = json!({
        "plain": "END\nEND_\n$(touch owned)\n`touch owned`\n${HOME} \\ \"' \u{1b}[31m\n  END\n",
        "END": "END",
        "one": "$(touch owned)", "tabs": "\tEND\n\tEND\n", "crlf": "a\r\nEND\r\n", "last": "no line break",
        "trailing": "spaces  \n\n\n", "unicode": "\u{202e}\u{2028}文",
    });
    let (old, new) = (
        folder.path().join("old.json"),
        folder.path().join("new.json"),
    );
    fs::write(&old, object(&json!({"a": "b"})).to_string()).unwrap();
    fs::write(&new, object(&odd).to_string()).unwrap();
    let place = Place::new(&[
        "--manifests",
        new.to_str().unwrap(),
        "--against",
        old.to_str().unwrap(),
    ]);
    let output = place.run(&["--yes"], "");
    assert!(output.status.success(), "{}", text(&output));
    assert!(place.run(&["--write", "out"], "").status.success());
    let written = fs::read_to_string(place.path("out/apply.yaml")).unwrap();
    assert_eq!(yaml::read(&written).unwrap(), [object(&odd)]);
    assert!(!place.path("owned").exists());
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode("out"), mode("out/apply.yaml")], [0o700, 0o600]);
    // An existing folder is not written into.
    assert!(!place.run(&["--write", "out"], "").status.success());
}

#[test]
fn objects_with_impossible_names_have_no_plan() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.json");
    for name in ["a; touch owned", "-f", "$(touch owned)", "a\nb"] {
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
        fs::write(&file, object.to_string()).unwrap();
        let output = Command::new(PROGRAM)
            .args([
                "plan",
                "-o",
                "script",
                "--against",
                "tests/values/previous.yaml",
                "--manifests",
            ])
            .arg(&file)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert_eq!(output.stdout, b"", "{name}");
    }
}

#[test]
fn the_cluster_of_the_plan_is_that_of_the_script() {
    let place = Place::new(
        &[
            &SERVER[..],
            &["--kube-context", "a b", "--kubeconfig", "it's"],
        ]
        .concat(),
    );
    assert!(place.run(&["--yes"], "").status.success());
    let calls = place.calls();
    assert!(
        calls
            .iter()
            .all(|call| call.starts_with("--context=a b --kubeconfig=it's ")),
        "{calls:#?}"
    );
}
