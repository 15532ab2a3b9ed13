//! `check`, whole: every failure with its report and exit code, what `--update` writes and leaves, the reports for
//! programs, and the golden files of this repository.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

use crate::support::report_schema::ReportSchema;
use crate::support::tools::tool;
use crate::support::{PROGRAM, count_of_defaults, read_strictly, root};
use junit_parser::TestStatus;
use proptest::prelude::*;
use serde_json::{Value, json};
use swanlab_render::golden::{self, Setup};
use swanlab_render::report::{Style, golden as report};
use tempfile::TempDir;

/// What three replicas of the server change against the defaults.
fn scaled() -> String {
    let all = count_of_defaults();
    format!(
        "\
prod: differs: prod.golden.yaml is not what the values give
  scales 1 workload
  compared {all} objects with {all}: 1 changed, {} unchanged

  ~ Deployment/swanlab-self-hosted-server  scale
      spec.replicas: 2 -> 3
        <- service.server.replicas  prod.values.yaml:3

",
        all - 1
    )
}

const THREE: &str = "service:\n  server:\n    replicas: 3\n";

/// A folder of files.
struct Folder(TempDir);

/// Exit code, standard output, standard error.
type Answer = (i32, String, String);

impl Folder {
    fn of(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn check(&self, arguments: &[&str]) -> Answer {
        self.check_where(None, arguments)
    }

    /// With the variable CI.
    fn check_where(&self, ci: Option<&str>, arguments: &[&str]) -> Answer {
        let mut command = Command::new(PROGRAM);
        command.current_dir(&self.0).arg("check").args(arguments);
        match ci {
            Some(ci) => command.env("CI", ci),
            None => command.env_remove("CI"),
        };
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    #[track_caller]
    fn assert(&self, arguments: &[&str], code: i32, report: &str) {
        let (found, stdout, stderr) = self.check(arguments);
        assert_eq!(stdout, report, "{stderr}");
        assert_eq!((found, &*stderr), (code, ""));
    }

    #[track_caller]
    fn assert_refused(&self, arguments: &[&str], message: &str) {
        let (found, stdout, stderr) = self.check(arguments);
        assert_eq!(stderr, message);
        assert_eq!((found, &*stdout), (2, ""));
    }
}

/// What the defaults give.
fn defaults() -> &'static str {
    static DEFAULTS: OnceLock<String> = OnceLock::new();
    DEFAULTS.get_or_init(|| {
        let output = Command::new(PROGRAM).arg("template").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    })
}

/// One case of each kind.
fn mixed() -> Folder {
    Folder::of(&[
        (
            "broken.values.yaml",
            "service:\n  server:\n    replicas: two\n",
        ),
        ("broken.golden.yaml", defaults()),
        ("fine.values.yaml", "{}\n"),
        ("fine.golden.yaml", defaults()),
        ("form.values.yaml", "{}\n"),
        ("form.golden.yaml", &format!("# reviewed\n{}", defaults())),
        ("gone.golden.yaml", defaults()),
        ("new.values.yaml", "{}\n"),
        ("prod.values.yaml", THREE),
        ("prod.golden.yaml", defaults()),
        ("torn.values.yaml", "{}\n"),
        ("torn.golden.yaml", "---\nkind: [\n"),
    ])
}

#[test]
fn what_the_values_give_is_fine() {
    let folder = Folder::of(&[("a.values.yaml", "{}\n"), ("a.golden.yaml", defaults())]);
    folder.assert(&[], 0, "1 ok\n");
}

#[test]
fn other_ends_of_lines_are_fine() {
    let windows = defaults().replace('\n', "\r\n");
    let folder = Folder::of(&[("a.values.yaml", "{}\r\n"), ("a.golden.yaml", &windows)]);
    folder.assert(&[], 0, "1 ok\n");
    folder.assert(&["--update"], 0, "1 ok\n");
    assert_eq!(folder.read("a.golden.yaml"), windows);
}

#[test]
fn other_manifests_differ_and_the_value_behind_it_is_named() {
    let folder = Folder::of(&[
        ("prod.values.yaml", THREE),
        ("prod.golden.yaml", defaults()),
    ]);
    let last = "1 differ; look at it, and accept it with --update\n";
    folder.assert(&[], 1, &(scaled() + last));
}

#[test]
fn the_same_objects_in_another_form_are_told_apart() {
    let golden = format!("# reviewed\n{}", defaults());
    let folder = Folder::of(&[("a.values.yaml", "{}\n"), ("a.golden.yaml", &golden)]);
    folder.assert(
        &[],
        1,
        "a: format: a.golden.yaml has the same objects, but not as `template` writes them\n\n\
         1 in form only; look at it, and accept it with --update\n",
    );
}

#[test]
fn a_golden_file_may_be_missing() {
    let folder = Folder::of(&[("a.values.yaml", "{}\n")]);
    folder.assert(
        &[],
        1,
        "a: missing: there is no a.golden.yaml\n\n1 missing; look at it, and accept it with --update\n",
    );
}

#[test]
fn a_golden_file_without_its_values_is_no_case_and_update_does_not_delete_it() {
    let folder = Folder::of(&[("d/a.golden.yaml", defaults())]);
    let report = "d/a.golden.yaml: orphan: d/a.golden.yaml is not the golden file of any case: its values file is gone\n\n1 orphaned\n";
    folder.assert(&[], 1, report);
    folder.assert(&["--update"], 1, report);
    assert_eq!(folder.read("d/a.golden.yaml"), defaults());
}

#[test]
fn a_case_that_does_not_render_is_an_error_that_update_does_not_mend() {
    let folder = Folder::of(&[
        ("a.values.yaml", "service:\n  server:\n    replicas: two\n"),
        ("a.golden.yaml", "kept\n"),
    ]);
    let report = "\
a: error: service.server.replicas: got string, want integer
  error[SL003]: service.server.replicas: got string, want integer
   --> a.values.yaml:3:15
    |
  3 |     replicas: two
    |               ^^^

1 in error
";
    folder.assert(&[], 1, report);
    folder.assert(&["--update"], 1, report);
    assert_eq!(folder.read("a.golden.yaml"), "kept\n");
}

#[test]
fn a_golden_file_that_cannot_be_compared_differs_and_update_mends_it() {
    let folder = Folder::of(&[("a.values.yaml", "{}\n"), ("a.golden.yaml", "kind: [\n")]);
    folder.assert(
        &[],
        1,
        "\
a: differs: a.golden.yaml has no manifests to compare with what the values give
  error: unclosed bracket '['
   --> a.golden.yaml:1:7
    |
  1 | kind: [
    |       ^

1 differ; look at it, and accept it with --update
",
    );
    fs::write(folder.path("a.golden.yaml"), b"\xff").unwrap();
    let (code, report, _) = folder.check(&[]);
    assert_eq!(code, 1);
    assert!(
        report.contains("a.golden.yaml: it is not UTF-8 text"),
        "{report}"
    );
    folder.assert(&["--update"], 0, "updated a.golden.yaml\n1 ok\n");
    folder.assert(&[], 0, "1 ok\n");
}

#[test]
fn cases_with_one_golden_file_are_errors_at_both_places() {
    let folder = Folder::of(&[(
        "swanlab-render.yaml",
        "cases:\n- name: a\n  golden: x.golden.yaml\n- name: b\n  golden: ./d/../x.golden.yaml\n",
    )]);
    let (code, report, _) = folder.check(&["--update"]);
    assert_eq!(code, 1);
    assert_eq!(
        report,
        "\
a: error: `a` and `b` have one golden file: x.golden.yaml
  error: `a` and `b` have one golden file: x.golden.yaml
   --> swanlab-render.yaml:2:3
    |
  2 | - name: a
    |   ^^^^^^^
  3 |   golden: x.golden.yaml
  4 | - name: b
    |   -------
    |
    = help: give each case a golden file of its own

b: error: `a` and `b` have one golden file: x.golden.yaml
  error: `a` and `b` have one golden file: x.golden.yaml
   --> swanlab-render.yaml:4:3
    |
  2 | - name: a
    |   -------
  3 |   golden: x.golden.yaml
  4 | - name: b
    |   ^^^^^^^
    |
    = help: give each case a golden file of its own

2 in error
"
    );
    assert!(!folder.path("x.golden.yaml").exists());
}

#[test]
fn a_golden_file_that_is_a_values_file_is_never_overwritten() {
    let folder = Folder::of(&[
        (
            "swanlab-render.yaml",
            "cases:\n- {golden: v.yaml, values: [v.yaml]}\n",
        ),
        ("v.yaml", "{}\n"),
    ]);
    let (code, report, _) = folder.check(&["--update"]);
    assert_eq!(code, 1);
    assert!(
        report.starts_with(
            "v.yaml: error: v.yaml is a values file, so it cannot hold the manifests\n"
        ),
        "{report}"
    );
    assert_eq!(folder.read("v.yaml"), "{}\n");
}

#[test]
fn where_there_is_nothing_to_check_nothing_passes() {
    let folder = Folder::of(&[("a/a.values.yaml", "{}\n"), ("b/target/x.values.yaml", "")]);
    fs::create_dir(folder.path("empty")).unwrap();
    let no_case = |place| {
        format!(
            "error: no case below {place}\n |\n = help: a case is a NAME.values.yaml, or an entry of a swanlab-render.yaml\n"
        )
    };
    folder.assert_refused(&["empty"], &no_case("empty"));
    folder.assert_refused(&["a", "b"], &no_case("b"));
    folder.assert_refused(&["c"], "error: c: there is no such file or folder\n");
    folder.assert_refused(
        &["a/a.golden.yaml", "a/../a"],
        "error: a/a.golden.yaml: there is no such file or folder\n",
    );
}

#[test]
fn whatever_is_wrong_in_a_list_of_cases_is_told_at_its_place() {
    let folder = Folder::of(&[(
        "d/swanlab-render.yaml",
        "cases:\n- golden: a.yaml\n  value: [x.yaml]\n- values: [x.yaml]\n",
    )]);
    folder.assert_refused(
        &["./d"],
        "\
error: cases[0].value: unknown key
 --> d/swanlab-render.yaml:3:3
  |
3 |   value: [x.yaml]
  |   ^^^^^
  |
  = help: did you mean `values`?

error: cases[1]: the case has no `golden`, the file with its manifests
 --> d/swanlab-render.yaml:4:3
  |
4 | - values: [x.yaml]
  |   ^^^^^^^^^^^^^^^^
",
    );
}

#[test]
fn a_values_file_that_is_not_there_is_an_error_where_the_case_is_listed() {
    let folder = Folder::of(&[(
        "d/swanlab-render.yaml",
        "cases:\n- name: a\n  values: [none.yaml]\n  golden: a.yaml\n",
    )]);
    folder.assert(
        &["d"],
        1,
        "\
a: error: cannot read `d/none.yaml`: there is no such file
  error: cannot read `d/none.yaml`: there is no such file
   --> d/swanlab-render.yaml:2:3
    |
  2 | - name: a
    |   ^^^^^^^

1 in error
",
    );
}

#[test]
fn a_list_of_cases_tells_what_names_cannot() {
    let folder = Folder::of(&[
        (
            "d/swanlab-render.yaml",
            "cases:\n- {release: web, namespace: ml, kubeVersion: \"1.30.0\", values: [../a.yaml, b.yaml], \
             set: [gateway.replicas=5], golden: ../golden/x.golden.yaml}\n",
        ),
        ("a.yaml", THREE),
        ("d/b.yaml", "service:\n  server:\n    replicas: 4\n"),
        ("d/unlisted.values.yaml", "{}\n"),
        ("d/below/unlisted.values.yaml", "{}\n"),
    ]);
    folder.assert(&["--update"], 0, "updated golden/x.golden.yaml\n1 ok\n");
    let template = Command::new(PROGRAM)
        .current_dir(&folder.0)
        .args(["template", "web", "-n", "ml", "--kube-version", "1.30.0"])
        .args([
            "-f",
            "a.yaml",
            "-f",
            "d/b.yaml",
            "--set",
            "gateway.replicas=5",
        ])
        .output()
        .unwrap();
    assert_eq!(
        folder.read("golden/x.golden.yaml").as_bytes(),
        template.stdout
    );
    // No orphan: a list in another folder gives it.
    folder.assert(&[], 0, "1 ok\n");
    folder.assert_refused(
        &["d/unlisted.values.yaml"],
        "error: d/unlisted.values.yaml: its folder has a swanlab-render.yaml: name that one\n",
    );
}

#[test]
fn paths_that_overlap_give_each_case_once() {
    let folder = Folder::of(&[
        ("d/a.values.yaml", "{}\n"),
        ("d/a.golden.yaml", defaults()),
        ("d/e/b.values.yaml", "{}\n"),
        ("d/e/b.golden.yaml", defaults()),
    ]);
    let absolute = folder.path("d/e");
    let paths = [
        ".",
        "d",
        "./d/",
        "d/e/../e",
        "d/a.values.yaml",
        absolute.to_str().unwrap(),
    ];
    folder.assert(&paths, 0, "2 ok\n");
}

#[test]
fn hidden_folders_target_and_links_are_not_entered() {
    let folder = Folder::of(&[
        ("a.values.yaml", "{}\n"),
        ("a.golden.yaml", defaults()),
        (".git/b.values.yaml", "{}\n"),
        ("target/c.values.yaml", "{}\n"),
    ]);
    std::os::unix::fs::symlink(folder.path("."), folder.path("around")).unwrap();
    folder.assert(&[], 0, "1 ok\n");
}

#[test]
fn update_writes_what_differs_and_touches_nothing_else() {
    let folder = mixed();
    let age = |name: &str| fs::metadata(folder.path(name)).unwrap().modified().unwrap();
    let old = SystemTime::UNIX_EPOCH;
    for name in ["fine", "broken", "gone", "prod"] {
        let path = folder.path(&format!("{name}.golden.yaml"));
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(old).unwrap();
    }
    let (code, report, _) = folder.check(&["--update"]);
    assert_eq!(code, 1, "an orphan and an error are left");
    let updated: Vec<&str> = report
        .lines()
        .filter(|line| line.starts_with("updated "))
        .collect();
    assert_eq!(
        updated,
        [
            "updated form.golden.yaml",
            "updated new.golden.yaml",
            "updated prod.golden.yaml",
            "updated torn.golden.yaml"
        ]
    );
    assert!(
        report.ends_with("\n5 ok, 1 orphaned, 1 in error\n"),
        "{report}"
    );
    for name in ["fine", "broken", "gone"] {
        assert_eq!(age(&format!("{name}.golden.yaml")), old, "{name}");
    }
    assert_ne!(age("prod.golden.yaml"), old);
    let files = fs::read_dir(&folder.0).unwrap().count();
    assert_eq!(files, 13, "a file is left over or gone");
}

#[test]
fn an_update_that_cannot_write_everything_writes_nothing() {
    let folder = Folder::of(&[(
        "swanlab-render.yaml",
        "cases:\n- golden: a.yaml\n- golden: b/c.yaml\n",
    )]);
    // A file is no folder, and none can be made there.
    fs::write(folder.path("b"), "").unwrap();
    let (code, report, said) = folder.check(&["--update"]);
    assert_eq!((code, &*report), (2, ""));
    assert!(said.contains("cannot write `b/c.yaml`"), "{said}");
    assert!(!folder.path("a.yaml").exists());
}

#[test]
fn ci_refuses_to_update_unless_it_is_forced() {
    let folder = Folder::of(&[("a.values.yaml", "{}\n")]);
    for ci in ["true", "1", "yes"] {
        let (code, stdout, stderr) = folder.check_where(Some(ci), &["--update"]);
        assert_eq!((code, &*stdout), (2, ""), "{ci}");
        assert!(stderr.contains("--force"), "{stderr}");
        assert!(!folder.path("a.golden.yaml").exists());
    }
    for ci in ["", "0", "false"] {
        let (code, ..) = folder.check_where(Some(ci), &["--update"]);
        assert_eq!(code, 0, "{ci}");
        fs::remove_file(folder.path("a.golden.yaml")).unwrap();
    }
    let (code, ..) = folder.check_where(Some("true"), &["--update", "--force"]);
    assert_eq!(code, 0);
    let (code, ..) = folder.check_where(Some("true"), &[]);
    assert_eq!(code, 0, "to look is always allowed");
}

#[test]
fn warnings_are_told_beside_the_report_and_fail_nothing() {
    let folder = Folder::of(&[
        ("a.values.yaml", "service:\n  sever: {}\n"),
        ("a.golden.yaml", defaults()),
    ]);
    let (code, stdout, stderr) = folder.check(&[]);
    assert_eq!((code, &*stdout), (0, "1 ok\n"));
    assert!(
        stderr.contains("service.sever: the chart does not know this key\n --> a.values.yaml:2:3"),
        "{stderr}"
    );
    folder.assert(&["-q"], 0, "1 ok\n");
}

#[test]
fn github_gets_annotations_at_the_lines_that_are_to_blame() {
    let (code, report, _) = mixed().check(&["-o", "github"]);
    assert_eq!(code, 1);
    let all = "prod.golden.yaml is not what the values give%0Ascales 1 workload%0A";
    let lines: Vec<&str> = report
        .lines()
        .map(|line| line.find(all).map_or(line, |at| &line[..at + all.len()]))
        .collect();
    assert_eq!(
        lines,
        [
            "::error file=broken.values.yaml,line=3,col=15,endColumn=18,title=broken::service.server.replicas: got string, want integer",
            "::error file=form.golden.yaml,title=form::form.golden.yaml has the same objects, but not as `template` writes them",
            "::error file=new.golden.yaml,title=new::there is no new.golden.yaml",
            &format!("::error file=prod.golden.yaml,title=prod::{all}"),
            "::error file=prod.values.yaml,line=3,title=prod::service.server.replicas changes%0Ascale: Deployment/swanlab-self-hosted-server: spec.replicas",
            TORN,
            "::error file=gone.golden.yaml,title=gone.golden.yaml::gone.golden.yaml is not the golden file of any case: its values file is gone",
        ]
    );
}

const TORN: &str =
    "::error file=torn.golden.yaml,line=2,col=7,endColumn=8,title=torn::unclosed bracket '['";

#[test]
fn junit_is_read_back_by_a_reader_of_junit() {
    let (code, report, _) = mixed().check(&["-o", "junit"]);
    assert_eq!(code, 1);
    let suites = junit_parser::from_reader(report.as_bytes()).unwrap();
    let [suite] = &suites.suites[..] else {
        panic!("{suites:?}")
    };
    assert_eq!((suite.tests, suite.failures, suite.errors), (7, 5, 1));
    let TestStatus::Failure(prod) = &suite.cases[4].status else {
        panic!("{suite:?}")
    };
    assert!(
        prod.text.trim().ends_with(
            "spec.replicas: 2 -> 3\n      <- service.server.replicas  prod.values.yaml:3"
        ),
        "{prod:?}"
    );
    let cases: Vec<(&str, String, &str)> = suite
        .cases
        .iter()
        .map(|case| {
            let (kind, text) = match &case.status {
                TestStatus::Success => ("ok".to_owned(), ""),
                TestStatus::Failure(failure) => {
                    (format!("failure {}", failure.failure_type), &*failure.text)
                }
                TestStatus::Error(error) => (format!("error {}", error.error_type), &*error.text),
                TestStatus::Skipped(_) => panic!("{case:?}"),
            };
            (
                &*case.original_name,
                kind,
                text.lines().next().unwrap_or_default(),
            )
        })
        .collect();
    let expected = [
        (
            "broken",
            "error error",
            "error[SL003]: service.server.replicas: got string, want integer",
        ),
        ("fine", "ok", ""),
        ("form", "failure format", ""),
        ("new", "failure missing", ""),
        ("prod", "failure differs", "scales 1 workload"),
        ("torn", "failure differs", "error: unclosed bracket '['"),
        ("gone.golden.yaml", "failure orphan", ""),
    ];
    let expected = expected.map(|(name, kind, text)| (name, kind.to_owned(), text));
    assert_eq!(cases, expected);
}

#[test]
fn json_has_the_status_of_every_case_and_the_diff_of_those_that_differ() {
    let (code, report, _) = mixed().check(&["-o", "json"]);
    assert_eq!(code, 1);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["schemaVersion"], 1);
    let cases = report["cases"].as_array().unwrap();
    let statuses: Vec<(&str, &str)> = cases
        .iter()
        .map(|case| {
            (
                case["name"].as_str().unwrap(),
                case["status"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        statuses,
        [
            ("broken", "error"),
            ("fine", "ok"),
            ("form", "format"),
            ("new", "missing"),
            ("prod", "differs"),
            ("torn", "differs"),
            ("gone.golden.yaml", "orphan"),
        ]
    );
    assert_eq!(
        cases[1],
        json!({"name": "fine", "values": ["fine.values.yaml"], "golden": "fine.golden.yaml",
               "status": "ok", "message": null, "diff": null})
    );
    assert_eq!(
        cases[0]["message"],
        "broken.values.yaml:3:15: service.server.replicas: got string, want integer"
    );
    assert_eq!(ReportSchema::read().problem(&cases[4]["diff"]), None);
    assert_eq!(cases[4]["diff"]["summary"]["verdict"], "scale");
    assert!(
        cases
            .iter()
            .all(|case| case["diff"].is_null() || case["name"] == "prod")
    );
}

#[test]
fn the_report_does_not_depend_on_the_threads() {
    let folder = mixed();
    let found = golden::find(&[folder.path("")], golden::Reach::Below).unwrap();
    let reports = [1, 2, 7].map(|threads| {
        let setup = Setup {
            mirror: None,
            helm: None,
            threads: NonZeroUsize::new(threads).unwrap(),
            progress: &|_| {},
        };
        let checked = golden::check(&found, &setup);
        let mut out = String::new();
        report::text(&checked, Style::PLAIN, &mut out);
        report::json(&checked, &mut out);
        out
    });
    assert!(
        reports[0].contains("<- service.server.replicas"),
        "{}",
        reports[0]
    );
    assert_eq!(reports[0], reports[1]);
    assert_eq!(reports[0], reports[2]);
}

fn values() -> impl Strategy<Value = String> {
    // No word that YAML 1.1 takes for a boolean.
    let server = (1..5u8, "x[a-z]{1,8}").prop_map(|(replicas, team)| {
        format!(
            "service:\n  server:\n    replicas: {replicas}\n    customLabels: {{team: {team}}}\n"
        )
    });
    let host =
        "[a-z]{1,8}".prop_map(|host| format!("global:\n  settings:\n    loginHost: {host}.org\n"));
    prop_oneof![Just("{}\n".to_owned()), server, host]
}

fn golden_file() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        "[ -~\n]{0,20}".prop_map(Some),
        Just(Some(defaults().to_owned())),
        Just(Some(defaults().replace('\n', "\r\n"))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_an_update_everything_is_fine(
        cases in prop::collection::btree_map("([a-c]/){0,2}[a-e]", (values(), golden_file()), 1..5)
    ) {
        let folder = Folder::of(&[]);
        for (name, (values, golden)) in &cases {
            folder.write(&format!("{name}.values.yaml"), values);
            if let Some(golden) = golden {
                folder.write(&format!("{name}.golden.yaml"), golden);
            }
        }
        let (_, _, before) = folder.check(&["--update"]);
        prop_assert_eq!(before, "");
        let (code, report, _) = folder.check(&[]);
        prop_assert_eq!((code, report), (0, format!("{} ok\n", cases.len())));
    }
}

#[test]
fn the_golden_files_of_this_repository_are_what_their_values_give() {
    let output = Command::new(PROGRAM)
        .current_dir(root())
        .args(["check", "--allow-outside", "tests/golden"])
        .output()
        .unwrap();
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "`just golden` accepts this:\n{report}"
    );
    assert_eq!(report, "6 ok\n");
}

/// The PATH, with the program first.
fn path() -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let ours = Path::new(PROGRAM).parent().unwrap().to_owned();
    std::env::join_paths(std::iter::once(ours).chain(std::env::split_paths(&path))).unwrap()
}

/// What a shell makes of a line: whether it succeeds, and all that it prints.
fn shell(folder: &Folder, line: &str) -> (bool, String) {
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{line}")])
        .current_dir(&folder.0)
        .env("PATH", path())
        .env_remove("CI")
        .env("HOME", folder.0.path())
        .output()
        .unwrap();
    (
        output.status.success(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn the_readme_leads_from_two_values_files_to_a_green_and_a_red_check() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let section = readme
        .split("\n## ")
        .find(|section| section.starts_with("Golden manifests"));
    let folder = Folder::of(&[]);
    let mut ran = Vec::new();
    for block in section.unwrap().split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let (command, expected) = block.strip_prefix("$ ").unwrap().split_once('\n').unwrap();
        if let Some(file) = command.strip_prefix("cat ") {
            folder.write(file, expected);
            continue;
        }
        let (succeeded, printed) = shell(&folder, command);
        assert_eq!(printed, expected, "{command}");
        ran.push((command, succeeded));
    }
    assert_eq!(
        ran,
        [
            ("swanlab-render check --update", true),
            (
                "echo '    customLabels: {team: ml}' >> production.values.yaml",
                true
            ),
            ("swanlab-render check", false),
        ]
    );
    // The list that the section shows is one that can be read.
    let list = section.unwrap().split("```yaml\n").nth(1).unwrap();
    folder.write("l/swanlab-render.yaml", list.split("```").next().unwrap());
    folder.write("l/common.yaml", "{}\n");
    folder.write("l/production.yaml", THREE);
    folder.assert(
        &["l", "--update"],
        0,
        "updated l/production.golden.yaml\n1 ok\n",
    );
}

#[test]
fn the_workflow_for_github_runs_green_and_red() {
    let text = fs::read_to_string(root().join("docs/ci/check.yml")).unwrap();
    let workflow = read_strictly(&text).remove(0);
    // GitHub's YAML has no `on` for true, unlike Helm's.
    assert_eq!(workflow["true"], json!({"pull_request": null}));
    let steps = workflow["jobs"]["check"]["steps"].as_array().unwrap();
    assert_eq!(steps[0]["uses"], "actions/checkout@v4");
    let runs: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["run"].as_str())
        .collect();
    let [install, check] = runs[..] else {
        panic!("{runs:?}")
    };
    let folder = Folder::of(&[("a.values.yaml", "{}\n"), ("a.golden.yaml", defaults())]);
    assert!(shell(&folder, install).0, "the program is there");
    assert_eq!(shell(&folder, check), (true, String::new()));
    folder.write("a.values.yaml", THREE);
    let (succeeded, annotations) = shell(&folder, check);
    assert!(!succeeded);
    assert!(
        annotations.contains(
            "\n::error file=a.values.yaml,line=3,title=a::service.server.replicas changes"
        ),
        "{annotations}"
    );
}

#[test]
fn the_git_hook_refuses_a_commit_whose_golden_files_are_stale() {
    if tool("git", "the git hook").is_none() {
        return;
    }
    let folder = Folder::of(&[("a.values.yaml", "{}\n"), ("a.golden.yaml", defaults())]);
    let (made, said) = shell(
        &folder,
        "git init -q && git config user.name n && git config user.email e@example.org",
    );
    assert!(made, "{said}");
    let hook = folder.path(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::copy(root().join("docs/ci/pre-commit"), hook).unwrap();
    let commit = "git add -A && git commit -q -m x";
    let (committed, said) = shell(&folder, commit);
    assert!(committed, "{said}");
    folder.write("a.values.yaml", THREE);
    let (committed, said) = shell(&folder, commit);
    assert!(!committed);
    assert!(
        said.starts_with("a: differs: a.golden.yaml is not what the values give\n")
            && said.contains("swanlab-render check --update"),
        "{said}"
    );
    folder.assert(&["--update"], 0, "updated a.golden.yaml\n1 ok\n");
    // What is not added is not committed, so it does not count.
    let (committed, _) = shell(&folder, "git commit -q -m x");
    assert!(!committed);
    let (committed, said) = shell(&folder, commit);
    assert!(committed, "{said}");
    assert_eq!(shell(&folder, "git log --oneline").1.lines().count(), 2);
}

const PASSWORD: &str = "dependencies:\n  postgres:\n    password: correct-horse-1\n";

/// Everything that a text says in clear or in base64.
fn decoded(text: &str) -> String {
    use base64::Engine as _;
    let words = text.split([' ', '\n']);
    words.fold(text.to_owned(), |mut all, word| {
        if let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(word) {
            all.push_str(&String::from_utf8_lossy(&bytes));
            all.push('\n');
        }
        all
    })
}

#[test]
fn a_password_in_a_golden_file_is_told_with_its_key_and_place() {
    let folder = Folder::of(&[("prod.values.yaml", PASSWORD), ("other.values.yaml", "")]);
    let warning = "\
warning: prod.golden.yaml shows the value of dependencies.postgres.password to everyone who can read the file
 --> prod.values.yaml:3:15
  |
3 |     password: ***
  |               ^^^
  |
  = help: to keep a fingerprint there instead, write `hideSecrets: true` in swanlab-render.yaml or use --hide-secrets
";
    let missing = folder.check(&[]);
    assert_eq!(
        (missing.0, &*missing.2),
        (1, ""),
        "there is no such file yet"
    );
    let (code, _, stderr) = folder.check(&["--update"]);
    assert_eq!((code, &*stderr), (0, warning));
    let (code, _, stderr) = folder.check(&[]);
    assert_eq!((code, &*stderr), (0, warning));
    let (code, _, stderr) = folder.check(&["-q"]);
    assert_eq!((code, &*stderr), (0, ""));
    assert!(decoded(&folder.read("prod.golden.yaml")).contains("correct-horse-1"));
}

#[test]
fn with_hidden_secrets_a_golden_file_holds_fingerprints_and_a_change_still_shows() {
    let folder = Folder::of(&[("prod.values.yaml", PASSWORD)]);
    let hidden: &[&str] = &["--hide-secrets"];
    let (code, _, stderr) = folder.check(&["--update", "--hide-secrets"]);
    assert_eq!((code, &*stderr), (0, ""));
    let golden = folder.read("prod.golden.yaml");
    let all = decoded(&golden);
    for secret in ["correct-horse-1", "swanlab-clickhouse", "//swanlab:"] {
        assert!(!all.contains(secret), "{secret}");
    }
    assert_eq!(
        all.matches("fingerprint-443c").count(),
        3,
        "in the password and in two URLs"
    );
    folder.assert(hidden, 0, "1 ok\n");
    // The same on every machine, and wherever the value stands.
    let again = Folder::of(&[("other.values.yaml", PASSWORD)]);
    again.check(&["--update", "--hide-secrets"]);
    assert_eq!(again.read("other.golden.yaml"), golden);

    folder.write("prod.values.yaml", &PASSWORD.replace("horse-1", "horse-2"));
    let (code, report, stderr) = folder.check(hidden);
    assert_eq!((code, &*stderr), (1, ""));
    assert!(
        report.contains("data.password: secret#1 -> secret#2\n"),
        "{report}"
    );
    assert!(!decoded(&report).contains("fingerprint"), "{report}");
    assert!(!report.contains("data.username"), "{report}");
    // Without the switch the file would hold the password again.
    let (code, report, _) = folder.check(&[]);
    assert_eq!(code, 1, "{report}");
}

#[test]
fn secrets_are_hidden_as_a_swanlab_render_yaml_says() {
    let config = "hideSecrets: true\ncases:\n- {name: a, values: [v.yaml], golden: a.yaml}\n\
        - {name: b, values: [v.yaml], golden: b.yaml, hideSecrets: false}\n";
    let folder = Folder::of(&[("swanlab-render.yaml", config), ("v.yaml", PASSWORD)]);
    let (code, _, stderr) = folder.check(&["--update"]);
    assert_eq!(code, 0);
    assert!(
        stderr.starts_with("warning: b.yaml shows the value of"),
        "{stderr}"
    );
    assert_eq!(stderr.matches("warning").count(), 1, "{stderr}");
    assert!(!decoded(&folder.read("a.yaml")).contains("correct-horse-1"));
    assert!(decoded(&folder.read("b.yaml")).contains("correct-horse-1"));
    // A golden file with fingerprints can be read as manifests.
    let output = Command::new(PROGRAM)
        .current_dir(&folder.0)
        .args(["diff", "--against", "a.yaml", "--manifests", "a.yaml"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
