//! Requests and limits of containers that the API server refuses, each correct by itself: an error ahead of rendering, at
//! what the user wrote.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Case, PROGRAM, root};
use swanlab_render::diagnostics::{Diagnostic, Label, Severity};

/// `CODE PLACE MESSAGE` of each error, with the places that explain it behind, as `+ PLACE`.
fn errors(case: &Case) -> Vec<String> {
    let Err(problems) = case.manifests() else {
        return Vec::new();
    };
    let place = |label: &Label| {
        let (line, column) = label.source.line_column(label.range.start);
        format!("{}:{line}:{column}", label.source.name())
    };
    let line = |problem: &Diagnostic| {
        assert_eq!(problem.severity, Severity::Error);
        let code = problem.code.as_deref().unwrap_or_default();
        let mut places = problem.labels.iter().map(place);
        let mut line = format!(
            "{code} {} {}",
            places.next().unwrap_or_default(),
            problem.message
        );
        places.for_each(|more| line += &format!(" + {more}"));
        line
    };
    problems.0.iter().map(line).collect()
}

fn refused(values: &str) -> Vec<String> {
    errors(&Case::of(values))
}

/// The words of the only error that resources of the gateway give.
fn of_gateway(resources: &str) -> String {
    let found = refused(&format!("gateway:\n  resources: {resources}\n"));
    assert_eq!(found.len(), 1, "{resources}: {found:#?}");
    found[0].clone()
}

fn accepted(resources: &str) {
    let found = refused(&format!("gateway:\n  resources: {resources}\n"));
    assert_eq!(found, [""; 0], "{resources}");
}

#[test]
fn a_request_above_its_limit_is_an_error_at_the_request() {
    let found = refused(
        "service:
  server: {resources: {limits: {cpu: 500m}, requests: {cpu: 1}}}
  house:
    resources: {requests: {memory: 2Gi}, limits: {memory: 2047Mi}}
    logResources: {requests: {ephemeral-storage: 1G}, limits: {ephemeral-storage: 1M}}
    fbResources: {requests: {cpu: 1}, limits: {cpu: 900m}}
dependencies:
  redis: {resources: {requests: {cpu: 2}, limits: {cpu: '1'}}}
",
    );
    assert_eq!(
        found,
        [
            "SL114 my-values.yaml:2:61 service.server.resources.requests.cpu: the request of 1 is above the limit of 500m, and Kubernetes refuses such a pod + my-values.yaml:2:38",
            "SL114 my-values.yaml:4:36 service.house.resources.requests.memory: the request of 2Gi is above the limit of 2047Mi, and Kubernetes refuses such a pod + my-values.yaml:4:59",
            "SL114 my-values.yaml:5:50 service.house.logResources.requests.ephemeral-storage: the request of 1G is above the limit of 1M, and Kubernetes refuses such a pod + my-values.yaml:5:83",
            "SL114 my-values.yaml:6:35 service.house.fbResources.requests.cpu: the request of 1 is above the limit of 900m, and Kubernetes refuses such a pod + my-values.yaml:6:53",
            "SL114 my-values.yaml:8:39 dependencies.redis.resources.requests.cpu: the request of 2 is above the limit of 1, and Kubernetes refuses such a pod + my-values.yaml:8:57",
        ]
    );
}

#[test]
fn amounts_are_compared_by_what_they_are() {
    for equal in [
        "{requests: {cpu: 1000m, memory: 1Gi}, limits: {cpu: 1, memory: 1024Mi}}",
        "{requests: {cpu: 0.5}, limits: {cpu: 500m}}",
        "{requests: {memory: 1e3}, limits: {memory: 1k}}",
        "{requests: {nvidia.com/gpu: 1000m}, limits: {nvidia.com/gpu: 1}}",
    ] {
        accepted(equal);
    }
    for lower in [
        "{requests: {cpu: 0, memory: 1M}, limits: {cpu: 100m, memory: 1Mi}}",
        "{requests: {cpu: 4}, limits: {memory: 1Gi}}",
        "{limits: {cpu: 4}}",
        "{requests: {cpu: 4}, limits: {cpu: null}}",
    ] {
        accepted(lower);
    }
    of_gateway("{requests: {cpu: 1001m}, limits: {cpu: 1.0}}");
    of_gateway("{requests: {memory: 1Gi}, limits: {memory: 1G}}");
}

#[test]
fn a_dependency_that_is_not_rendered_may_request_anything() {
    let redis = "dependencies: {redis: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}}}\n";
    assert_eq!(refused(redis).len(), 1);
    let own = "integrations: {redis: {enabled: true, host: h, existingSecret: s}}\n";
    assert_eq!(refused(&format!("{redis}{own}")), [""; 0]);
}

#[test]
fn each_amount_is_shown_where_it_was_given_last() {
    let files = |first: &str, second: &str, flags: &[&str]| Case {
        files: [("a.yaml", first), ("b.yaml", second)]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .to_vec(),
        flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
        ..Case::default()
    };
    let limit = "service: {next: {resources: {limits: {cpu: 1}}}}\n";
    let request = "service: {next: {resources: {requests: {cpu: 2}}}}\n";
    assert_eq!(
        errors(&files(limit, request, &[])),
        [
            "SL114 b.yaml:1:46 service.next.resources.requests.cpu: the request of 2 is above the limit of 1, and Kubernetes refuses such a pod + a.yaml:1:44"
        ]
    );
    assert_eq!(
        errors(&files(
            limit,
            "{}\n",
            &["--set", "service.next.resources.requests.cpu=3"]
        )),
        [
            "SL114 command line:1:7 service.next.resources.requests.cpu: the request of 3 is above the limit of 1, and Kubernetes refuses such a pod + a.yaml:1:44"
        ]
    );
}

#[test]
fn a_limit_below_the_charts_own_request_is_shown_itself() {
    let case = Case {
        files: vec![(
            "my-values.yaml".to_owned(),
            "worker: {limits: {cpu: 100m}}\n".to_owned(),
        )],
        ..Case::default()
    };
    let found = errors(&case.with_chart(root().join("tests/charts/resources")));
    let [found] = &*found else {
        panic!("{found:#?}")
    };
    assert!(
        found.starts_with("SL114 my-values.yaml:1:24 worker.limits.cpu: the limit of 100m is below the chart's request of 250m, and Kubernetes refuses such a pod + "),
        "{found}"
    );
    assert!(
        found.ends_with("tests/charts/resources/values.yaml:4:10"),
        "{found}"
    );
}

#[test]
fn what_is_counted_in_pieces_is_requested_as_it_is_limited() {
    assert_eq!(
        of_gateway("{requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 2}}"),
        "SL114 my-values.yaml:2:42 gateway.resources.requests[\"nvidia.com/gpu\"]: the requests and limits of nvidia.com/gpu must be equal, and are 1 and 2 + my-values.yaml:2:71"
    );
    assert_eq!(
        of_gateway("{requests: {nvidia.com/gpu: 1}}"),
        "SL114 my-values.yaml:2:42 gateway.resources.requests[\"nvidia.com/gpu\"]: a request of nvidia.com/gpu needs a limit of the same amount"
    );
    assert_eq!(
        of_gateway("{requests: {memory: 1Gi, hugepages-2Mi: 4Mi}, limits: {hugepages-2Mi: 8Mi}}"),
        "SL114 my-values.yaml:2:54 gateway.resources.requests.hugepages-2Mi: the requests and limits of hugepages-2Mi must be equal, and are 4Mi and 8Mi + my-values.yaml:2:84"
    );
    accepted("{limits: {nvidia.com/gpu: 2}}");
    accepted("{limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}");
    // What Kubernetes itself hands out may be promised in part, under its own domain too.
    accepted("{requests: {kubernetes.io/x: 1}, limits: {kubernetes.io/x: 2}}");
}

#[test]
fn devices_are_whole_and_huge_pages_are_many() {
    for part in ["0.5", "500m", "1500m"] {
        assert_eq!(
            of_gateway(&format!("{{limits: {{nvidia.com/gpu: {part}}}}}")),
            "SL003 my-values.yaml:2:40 gateway.resources.limits[\"nvidia.com/gpu\"]: must be a whole number: nvidia.com/gpu is counted in pieces"
        );
    }
    assert_eq!(
        of_gateway("{limits: {memory: 1Gi, hugepages-2Mi: 3Mi}}"),
        "SL003 my-values.yaml:2:52 gateway.resources.limits.hugepages-2Mi: must be a multiple of the page size in the name"
    );
    assert_eq!(
        of_gateway("{limits: {hugepages-2Mi: 4Mi}}"),
        "SL003 my-values.yaml:2:39 gateway.resources.limits.hugepages-2Mi: huge pages need a request or limit of cpu or memory beside them"
    );
    accepted("{limits: {hugepages-2Mi: 4Mi}, requests: {cpu: 100m}}");
}

#[test]
fn it_comes_with_what_the_schema_refuses_and_is_left_out_with_it() {
    let values = "gateway: {replicas: x, resources: {requests: {cpu: 2}, limits: {cpu: 1}}}\n";
    let found = refused(values);
    assert_eq!(found.len(), 2, "{found:#?}");
    let unchecked = Case {
        validate: false,
        ..Case::of("gateway: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}}\n")
    };
    assert_eq!(errors(&unchecked), [""; 0]);
}

/// Exit code, standard output and standard error of the program in a folder.
fn run(folder: &Path, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(PROGRAM);
    command.current_dir(folder).args(arguments).env_remove("CI");
    let (stdin, stdout, stderr) = (Stdio::piped(), Stdio::piped(), Stdio::piped());
    let mut child = command
        .stdin(stdin)
        .stdout(stdout)
        .stderr(stderr)
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn every_command_that_renders_refuses_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let wrong = "gateway:\n  resources: {requests: {cpu: 2}, limits: {cpu: 1}}\n";
    fs::write(folder.join("x.values.yaml"), wrong).unwrap();
    fs::write(folder.join("fine.yaml"), "{}\n").unwrap();
    let place = "x.values.yaml:2:31";
    for arguments in [
        &["template", "-f", "x.values.yaml"][..],
        &["images", "-f", "x.values.yaml"],
        &["show", "notes", "-f", "x.values.yaml"],
        &["diff", "-f", "x.values.yaml", "--from-values", "fine.yaml"],
        &["diff", "-f", "fine.yaml", "--from-values", "x.values.yaml"],
    ] {
        let (code, out, err) = run(folder, arguments, "");
        assert_eq!((code, &*out), (Some(2), ""), "{arguments:?}");
        assert!(
            err.contains("error[SL114]") && err.contains(place),
            "{arguments:?}: {err}"
        );
        let mut unchecked = arguments.to_vec();
        unchecked.push("--skip-schema-validation");
        let (code, out, _) = run(folder, &unchecked, "");
        // `diff` predicts that the API server refuses it.
        let done = [Some(0), Some(1), Some(3)].contains(&code);
        assert!(done && !out.is_empty(), "{unchecked:?}");
    }
    for arguments in [&["lint", "-f", "x.values.yaml"][..], &["check"]] {
        let (code, out, _) = run(folder, arguments, "");
        assert_eq!(code, Some(1), "{arguments:?}");
        assert!(
            out.contains("SL114") && out.contains(place),
            "{arguments:?}: {out}"
        );
    }
    let request = "apiVersion: config.kubernetes.io/v1
kind: ResourceList
items: []
functionConfig:
  apiVersion: swanlab-render/v1
  kind: SwanLab
  metadata: {name: swanlab}
  spec:
    values:
      gateway: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}}
";
    let (code, out, _) = run(folder, &["krm"], request);
    assert_eq!(code, Some(1), "{out}");
    assert!(
        out.contains("spec.values.gateway.resources.requests.cpu"),
        "{out}"
    );
}

#[test]
fn amounts_that_cannot_be_read_are_told_once() {
    let found = of_gateway("{requests: {cpu: lots}, limits: {cpu: 1}}");
    assert!(found.starts_with("SL003 my-values.yaml:2:31 "), "{found}");
}
