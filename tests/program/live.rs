//! `diff` against what a cluster has, through a `kubectl` with recorded answers: as last applied, and as Helm keeps it.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use crate::support::PROGRAM;
use crate::support::kubectl::{Recorded, after_apply, live, rendered};
use crate::support::tools::tool;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

const CLUSTER: [&str; 7] = [
    "diff",
    "-n",
    "swanlab",
    "--against",
    "cluster",
    "-o",
    "names",
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn assert_says(output: &Output, code: i32, stdout: &str) {
    assert_eq!(
        (output.status.code(), text(&output.stdout).as_str()),
        (Some(code), stdout),
        "{output:?}"
    );
}

fn applied() -> Vec<Value> {
    rendered(&["-n", "swanlab"])
        .iter()
        .map(after_apply)
        .collect()
}

#[test]
fn what_was_applied_is_no_change() {
    let cluster = Recorded::new();
    cluster.answers("named", &applied());
    let output = cluster.run(&CLUSTER);
    assert_says(&output, 0, "");
    assert_eq!(text(&output.stderr), "");
    let calls = cluster.calls();
    let calls: Vec<&str> = calls.lines().collect();
    assert_eq!(calls.len(), 3, "{calls:?}");
    assert!(calls[0].starts_with(
        "--namespace=swanlab --request-timeout=15s get --output=json --ignore-not-found --show-managed-fields -- "
    ));
    assert!(
        calls[0].contains(" deployment.apps/swanlab-self-hosted-server "),
        "{calls:?}"
    );
    assert!(
        calls[0].contains(" secret/swanlab-self-hosted-s3-credentials "),
        "{calls:?}"
    );
    assert!(
        calls[1].contains(" --selector=app.kubernetes.io/instance=swanlab-self-hosted "),
        "{calls:?}"
    );
}

/// Runs a program on a terminal of its own and prints what comes out of it.
const TERMINAL: &str = "
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
";

#[test]
fn a_line_on_the_terminal_says_that_kubectl_is_waited_for() {
    let Some(python) = tool("python3", "the line while kubectl is waited for") else {
        return;
    };
    let cluster = Recorded::new();
    cluster.answers("named", &applied());
    let shown = |flags: &[&str]| {
        let output = Command::new(&python)
            .args(["-c", TERMINAL, PROGRAM])
            .args(CLUSTER)
            .args(flags)
            .env("PATH", cluster.search_path())
            .current_dir(cluster.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        text(&output.stdout)
    };
    let waits = "\r\u{1b}[Kwaiting for kubectl get\r\u{1b}[K";
    // Nothing of it stays.
    assert_eq!(shown(&[]).replace(waits, ""), "");
    assert!(shown(&[]).contains(waits));
    assert_eq!(shown(&["-q"]), "");
}

#[test]
fn a_line_on_the_terminal_says_what_is_read_while_it_takes_long() {
    let Some(python) = tool("python3", "what a terminal shows") else {
        return;
    };
    let place = Recorded::new();
    let stream = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    place.write("new.yaml", stream);
    let shown = |seconds: &str, flags: &[&str]| {
        let script = format!(
            "(sleep {seconds}; cat new.yaml) | swanlab-render diff --against new.yaml --manifests - {}",
            flags.join(" ")
        );
        let output = Command::new(&python)
            .args(["-c", TERMINAL, "sh", "-c", &script])
            .env("PATH", place.search_path())
            .current_dir(place.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        text(&output.stdout)
    };
    let line = "\r\u{1b}[Kreading standard input\r\u{1b}[K";
    assert_eq!(shown("2", &["-o", "names"]), line);
    assert_eq!(shown("0", &["-o", "names"]), "");
    assert_eq!(shown("2", &["-o", "names", "-q"]), "");
    assert_eq!(shown("2", &["-o", "names", "2> said; cat said"]), "");
}

#[test]
fn what_was_changed_by_hand_since_the_last_apply_goes_back() {
    let cluster = Recorded::new();
    let mut objects = applied();
    for object in &mut objects {
        if object["kind"] == "Deployment" {
            object["spec"]["replicas"] = 9.into();
        }
    }
    cluster.answers("named", &objects);
    let scaled = ["", "-cloud", "-next", "-server"]
        .map(|part| format!("changed\tDeployment.apps/swanlab-self-hosted{part}\n"));
    assert_says(&cluster.run(&CLUSTER), 1, &scaled.concat());
    let report = text(&cluster.run(&CLUSTER[..5]).stdout);
    assert!(report.starts_with("scales 4 workloads"), "{report}");
    assert!(
        report.contains("scaled by hand to 9, goes back to 2"),
        "{report}"
    );
}

#[test]
fn a_claim_that_was_marked_in_the_cluster_is_kept() {
    let cluster = Recorded::new();
    let mut objects = applied();
    let claim =
        |object: &&mut Value| object["metadata"]["name"] == "swanlab-self-hosted-postgres-pvc";
    cluster.answers("named", &objects);
    let mut removed = objects.clone();
    removed.retain(|object| object["metadata"]["name"] == "swanlab-self-hosted-postgres-pvc");
    cluster.answers("labelled", &removed);
    let mut args = CLUSTER[..5].to_vec();
    args.extend([
        "--set",
        "dependencies.postgres.persistence.existingClaim=mine",
    ]);
    assert_eq!(cluster.run(&args).status.code(), Some(3));
    let marked = objects.iter_mut().find(claim).unwrap();
    marked["metadata"]["annotations"]["helm.sh/resource-policy"] = "keep".into();
    cluster.answers("labelled", std::slice::from_ref(marked));
    cluster.answers("named", &objects);
    let output = cluster.run(&args);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    args.extend(["--removed", "--include-data"]);
    assert_says(&cluster.run(&args), 0, "");
}

#[test]
fn objects_are_added_changed_and_removed() {
    let cluster = Recorded::new();
    let mut objects = applied();
    objects.retain(|object| object["metadata"]["name"] != "swanlab-self-hosted-next");
    cluster.answers("named", &objects);
    let labelled = |name: &str| {
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name,
        "labels": {"app.kubernetes.io/instance": "swanlab-self-hosted"}}})
    };
    let mut claim = live(&labelled("of-a-statefulset"));
    claim["kind"] = "PersistentVolumeClaim".into();
    // Some come in both answers.
    let mut found = vec![after_apply(&labelled("old")), claim];
    found.extend(objects[..5].iter().cloned());
    cluster.answers("labelled", &found);
    let mut args = CLUSTER.to_vec();
    args.extend(["--set", "service.server.replicas=3"]);
    assert_says(
        &cluster.run(&args),
        1,
        "removed\tConfigMap/old\nadded\tService/swanlab-self-hosted-next\nadded\tDeployment.apps/swanlab-self-hosted-next\n\
         changed\tDeployment.apps/swanlab-self-hosted-server\n",
    );
}

#[test]
fn objects_without_a_record_are_compared_as_they_are_with_a_note() {
    let cluster = Recorded::new();
    let objects: Vec<Value> = rendered(&["-n", "swanlab"]).iter().map(live).collect();
    cluster.answers("named", &objects);
    let output = cluster.run(&CLUSTER);
    assert_says(&output, 0, "");
    let told = text(&output.stderr);
    let more = objects.len() - 1;
    assert!(
        told.contains(&format!(
            "and {more} more have no record of what was last applied"
        )),
        "{told}"
    );
    let mut quiet = CLUSTER.to_vec();
    quiet.push("-q");
    assert_eq!(text(&cluster.run(&quiet).stderr), "");
}

#[test]
fn an_empty_cluster_gets_everything() {
    let cluster = Recorded::new();
    let output = cluster.run(&CLUSTER);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stdout)
            .lines()
            .filter(|line| line.starts_with("added\t"))
            .count(),
        rendered(&[]).len()
    );
    assert!(
        text(&output.stderr)
            .contains("there is nothing of `swanlab-self-hosted` in namespace swanlab")
    );
}

#[test]
fn an_installation_in_another_namespace_would_come_up_a_second_time() {
    let cluster = Recorded::new();
    let mut running = live(&rendered(&[])[20]);
    running["metadata"]["namespace"] = "prod".into();
    cluster.answers("everywhere", &[running]);
    let output = cluster.run(&CLUSTER[..5]);
    assert_eq!(output.status.code(), Some(1));
    let (report, told) = (text(&output.stdout), text(&output.stderr));
    assert!(report.contains("data-loss? Namespace/prod"), "{report}");
    assert!(report.contains("\n  # use -n prod, as before"), "{report}");
    assert!(
        told.contains("in namespace swanlab, but in namespace prod"),
        "{told}"
    );
}

#[test]
fn objects_of_helms_record_are_found_without_labels() {
    let cluster = Recorded::new();
    cluster.answers("named", &applied());
    let route = json!({"apiVersion": "traefik.io/v1alpha1", "kind": "IngressRoute",
        "metadata": {"name": "old-route", "namespace": "swanlab"}});
    let hook = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "old-test",
        "annotations": {"helm.sh/hook": "test"}}});
    let record = json!({"manifest": format!("---\n{route}\n---\n{hook}\n"), "hooks": []});
    cluster.answers("helm", &[helm_secret(1, record.to_string().as_bytes())]);
    let mut there = applied();
    there.push(live(&route));
    cluster.answers("named", &there);
    assert_says(
        &cluster.run(&CLUSTER),
        1,
        "removed\tIngressRoute.traefik.io/old-route\n",
    );
    let calls = cluster.calls();
    assert!(
        calls.contains(" -- ingressroute.traefik.io/old-route"),
        "{calls}"
    );
    assert!(!calls.contains("old-test"), "{calls}");
}

#[test]
fn context_and_kubeconfig_are_passed_on() {
    let cluster = Recorded::new();
    let mut args = CLUSTER.to_vec();
    args.extend(["--kube-context", "prod", "--kubeconfig", "kc"]);
    cluster.run(&args);
    let calls = cluster.calls();
    assert!(
        calls
            .lines()
            .all(|call| call.starts_with("--context=prod --kubeconfig=kc --namespace=swanlab ")),
        "{calls}"
    );
}

#[test]
fn a_context_in_the_place_of_a_number_of_lines_is_answered_with_the_right_flag() {
    let cluster = Recorded::new();
    let output = cluster.run(&["diff", "--context", "prod", "--against", "cluster"]);
    assert_says(&output, 2, "");
    let said = text(&output.stderr);
    assert!(said.contains("--kube-context"), "{said}");
    assert!(!said.contains("invalid digit"), "{said}");
    assert_eq!(cluster.calls(), "");
}

#[test]
fn a_question_that_is_not_answered_ends_the_command() {
    for (question, said, told) in [
        (
            "labelled",
            "Error from server (Forbidden): secrets is forbidden: User \"dev\" cannot list resource \"secrets\"",
            "error: --against cluster: kubectl: Error from server (Forbidden): secrets is forbidden",
        ),
        (
            "named",
            "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
            "error: --against cluster: the cluster cannot be reached",
        ),
    ] {
        let cluster = Recorded::new();
        cluster.write(&format!("{question}.err"), said);
        let output = cluster.run(&CLUSTER);
        assert_says(&output, 2, "");
        assert!(text(&output.stderr).starts_with(told), "{output:?}");
    }
    let nothing = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM)
        .args(CLUSTER)
        .env("PATH", nothing.path())
        .output()
        .unwrap();
    assert_says(&output, 2, "");
    assert!(
        text(&output.stderr).contains("there is no `kubectl` on the PATH"),
        "{output:?}"
    );
}

#[test]
fn other_flags_do_not_read_clusters() {
    let output = Recorded::new().run(&["diff", "--manifests", "cluster", "--against", "x"]);
    assert_says(&output, 2, "");
    assert!(
        text(&output.stderr).contains("only --against reads clusters"),
        "{output:?}"
    );
}

/// A Secret of Helm's storage, encoded as Helm encodes it.
fn helm_secret(version: u32, release: &[u8]) -> Value {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(release).unwrap();
    let packed = encoder.finish().unwrap();
    json!({"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1",
        "metadata": {"name": format!("sh.helm.release.v1.lab.v{version}"), "namespace": "swanlab",
            "labels": {"owner": "helm", "name": "lab", "status": "deployed", "version": version.to_string()}},
        "data": {"release": STANDARD.encode(STANDARD.encode(packed))}})
}

fn release(flags: &[&str]) -> String {
    let output = Command::new(PROGRAM)
        .args(["template", "lab", "-n", "swanlab"])
        .args(flags)
        .output()
        .unwrap();
    json!({"name": "lab", "namespace": "swanlab", "version": 2, "info": {"status": "deployed"},
        "config": {"password": "hunter2"}, "manifest": text(&output.stdout), "hooks": []})
    .to_string()
}

const HELM: [&str; 8] = [
    "diff",
    "lab",
    "-n",
    "swanlab",
    "--against",
    "helm:lab",
    "-o",
    "names",
];

#[test]
fn the_newest_deployed_revision_of_helm_is_the_previous_side() {
    let cluster = Recorded::new();
    let other = release(&["--set", "service.cloud.replicas=5"]);
    let secrets = [
        helm_secret(10, release(&[]).as_bytes()),
        helm_secret(9, other.as_bytes()),
    ];
    cluster.answers("helm", &secrets);
    assert_says(&cluster.run(&HELM), 0, "");
    let calls = cluster.calls();
    assert!(
        calls.contains(
            " get --output=json --selector=owner=helm,name=lab,status=deployed -- secret\n"
        ),
        "{calls}"
    );
    let mut args = HELM.to_vec();
    args.extend(["--set", "service.server.replicas=3"]);
    assert_says(
        &cluster.run(&args),
        1,
        "changed\tDeployment.apps/lab-self-hosted-server\n",
    );
}

#[test]
fn a_release_that_is_not_there_or_damaged_is_told_without_what_it_holds() {
    let cluster = Recorded::new();
    let none = cluster.run(&HELM);
    assert_says(&none, 2, "");
    assert!(
        text(&none.stderr).contains("no deployed revision of it in namespace swanlab"),
        "{none:?}"
    );

    let whole = helm_secret(1, release(&[]).as_bytes());
    let with = |data: &str| {
        let mut secret = whole.clone();
        secret["data"]["release"] = data.into();
        secret
    };
    let packed = whole["data"]["release"].as_str().unwrap();
    let broken = r#"{"manifest": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter2\n"}"#;
    for (secret, problem) in [
        (
            with("hunter2!"),
            "the Secret sh.helm.release.v1.lab.v1 is damaged: its `release` is not base64",
        ),
        (with(&STANDARD.encode("hunter2!")), "is not base64"),
        (
            with(&STANDARD.encode(STANDARD.encode("hunter2"))),
            "it is not gzip, or not whole",
        ),
        (
            with(&packed[..packed.len() / 2 / 16 * 16]),
            "it is not gzip, or not whole",
        ),
        (helm_secret(1, b"{\"manifest\": \"hunter2"), "is not JSON"),
        (
            helm_secret(1, b"{\"password\": \"hunter2\"}"),
            "has no manifest",
        ),
        (helm_secret(1, broken.as_bytes()), "helm:lab:"),
    ] {
        cluster.answers("helm", &[secret]);
        let output = cluster.run(&HELM);
        assert_says(&output, 2, "");
        let told = text(&output.stderr);
        assert!(told.contains(problem), "{problem}: {told}");
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[test]
fn a_name_that_is_no_release_is_not_asked_for() {
    let cluster = Recorded::new();
    let output = cluster.run(&["diff", "--against", "helm:a,b=c"]);
    assert_says(&output, 2, "");
    assert!(
        text(&output.stderr).contains("release name `a,b=c` is not valid"),
        "{output:?}"
    );
    assert_eq!(cluster.calls(), "");
}
