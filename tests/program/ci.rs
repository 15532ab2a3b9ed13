//! What CI services run: the steps of action.yml, with their inputs in the environment as GitHub sets them, the template
//! for GitLab, and the hooks of pre-commit.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::kubectl::Recorded;
use crate::support::tools::tool;
use crate::support::{PROGRAM, read_strictly, root};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const THREE: &str = "service:\n  server:\n    replicas: 3\n";

fn document(path: &str) -> Value {
    read_strictly(&fs::read_to_string(root().join(path)).unwrap()).remove(0)
}

fn keys(map: &Value) -> BTreeSet<&str> {
    map.as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn script(place: &Recorded, name: &str, content: &str) {
    let file = place.path().join("bin").join(name);
    fs::write(&file, content).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The values of `${{ … }}` in action.yml, for a run with some inputs.
fn evaluated(expression: &str, inputs: &[(&str, &str)], base: &str) -> String {
    let action = document("action.yml");
    match expression {
        "github.event.pull_request.number" => {
            return if base.is_empty() { "" } else { "7" }.to_owned();
        }
        "github.event.pull_request.base.sha" => return base.to_owned(),
        "github.action_repository" => return "someone/swanlab-render".to_owned(),
        _ => {}
    }
    let name = expression.strip_prefix("inputs.").expect(expression);
    match inputs.iter().find(|(input, _)| *input == name) {
        Some((_, value)) => (*value).to_owned(),
        None => action["inputs"][name]["default"]
            .as_str()
            .expect(name)
            .to_owned(),
    }
}

/// Runs one step of action.yml in a folder, as a runner does.
fn step(place: &Recorded, index: usize, inputs: &[(&str, &str)], base: &str) -> Output {
    let step = &document("action.yml")["runs"]["steps"][index];
    assert_eq!(step["shell"], "bash");
    let mut command = Command::new("bash");
    command
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c"])
        .arg(step["run"].as_str().unwrap())
        .current_dir(place.path().join("work"))
        .env("PATH", place.search_path())
        .env("GITHUB_ACTION_PATH", root())
        .env("GITHUB_SERVER_URL", "https://git.example.org")
        .env("GITHUB_REPOSITORY", "team/cluster");
    for (name, file) in [
        ("GITHUB_OUTPUT", "output"),
        ("GITHUB_PATH", "path"),
        ("GITHUB_STEP_SUMMARY", "summary"),
        ("RUNNER_TEMP", ""),
    ] {
        command.env(name, place.path().join(file));
    }
    command.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64");
    for (name, value) in step["env"].as_object().unwrap() {
        let expression = value
            .as_str()
            .unwrap()
            .trim_start_matches("${{ ")
            .trim_end_matches(" }}");
        command.env(name, evaluated(expression, inputs, base));
    }
    command.output().unwrap()
}

/// A repository with a values file, its golden file and a commit; with it, the name of the commit.
fn repository() -> Option<(Recorded, String)> {
    let git = tool("git", "what CI services run")?;
    let place = Recorded::new();
    fs::create_dir(place.path().join("work")).unwrap();
    place.write("work/my-values.yaml", "{}\n");
    place.write("work/a.values.yaml", "{}\n");
    let golden = Command::new(PROGRAM).arg("template").output().unwrap();
    place.write("work/a.golden.yaml", &text(&golden.stdout));
    for arguments in [
        "init -q",
        "config user.name n",
        "config user.email e@example.org",
        "add -A",
        "commit -q -m x",
    ] {
        let status = Command::new(&git)
            .args(arguments.split(' '))
            .current_dir(place.path().join("work"))
            .status();
        assert!(status.unwrap().success());
    }
    let head = Command::new(git)
        .args(["rev-parse", "HEAD"])
        .current_dir(place.path().join("work"))
        .output();
    let head = text(&head.unwrap().stdout).trim().to_owned();
    Some((place, head))
}

#[test]
fn the_actions_inputs_have_types_and_never_become_part_of_a_script() {
    let (action, types) = (document("action.yml"), document("action-types.yml"));
    for kind in ["inputs", "outputs"] {
        assert_eq!(keys(&action[kind]), keys(&types[kind]));
    }
    let mut passed = BTreeSet::new();
    for step in action["runs"]["steps"].as_array().unwrap() {
        assert!(!step["run"].as_str().unwrap().contains("${{"), "{step}");
        for value in step["env"].as_object().unwrap().values() {
            let value = value.as_str().unwrap();
            if let Some(input) = value.strip_prefix("${{ inputs.") {
                passed.insert(input.trim_end_matches(" }}").to_owned());
            }
        }
    }
    let inputs: BTreeSet<String> = keys(&action["inputs"])
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(passed, inputs);
    // What action-types.yml allows is what the script allows.
    let run = fs::read_to_string(root().join("packaging/action/run")).unwrap();
    for (input, variable) in [("command", "COMMAND"), ("fail-on", "FAIL_ON")] {
        let allowed = types["inputs"][input]["allowed-values"].as_array().unwrap();
        let words: Vec<&str> = allowed
            .iter()
            .map(|value| value.as_str().unwrap())
            .collect();
        let line = format!("one_of {input} \"${variable}\" {}\n", words.join(" "));
        assert!(run.contains(&line), "{line}");
    }
}

#[test]
fn the_action_checks_golden_manifests() {
    let Some((place, _)) = repository() else {
        return;
    };
    let output = step(&place, 1, &[], "");
    assert!(output.status.success(), "{output:?}");
    place.write("work/a.values.yaml", THREE);
    let output = step(&place, 1, &[("paths", ".\n\na.values.yaml\n")], "");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let printed = text(&output.stdout);
    assert!(
        printed.contains("::error file=a.values.yaml,line=3,title=a::"),
        "{printed}"
    );
    let outputs = fs::read_to_string(place.path().join("output")).unwrap();
    assert!(outputs.ends_with("exit-code=1\n"), "{outputs}");
    let report = outputs
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("report="))
        .unwrap();
    assert_eq!(fs::read_to_string(report).unwrap(), printed);
}

#[test]
fn the_action_lints_values_files() {
    let Some((place, _)) = repository() else {
        return;
    };
    place.write("work/my-values.yaml", "service:\n  sever: {}\n");
    let lint = [
        ("command", "lint"),
        ("values", "a.values.yaml\nmy-values.yaml\n"),
    ];
    let output = step(&place, 1, &lint, "");
    assert!(output.status.success(), "{output:?}");
    let warning = "::warning file=my-values.yaml,line=2,";
    assert!(text(&output.stdout).contains(warning), "{output:?}");
    let output = step(&place, 1, &[lint[0], lint[1], ("strict", "true")], "");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

/// A `gh` that keeps one comment in a file.
const GH: &str = r#"#!/bin/sh
here=$(dirname "$0")/..
printf '%s\n' "$*" >> "$here/gh-calls"
case "$*" in
  *--jq*) [ ! -f "$here/comment" ] || echo 42 ;;
  *) for last; do :; done; cp "${last#body=@}" "$here/comment" ;;
esac
"#;

#[test]
fn the_action_comments_on_what_a_pull_request_changes_and_replaces_its_comment() {
    let Some((place, base)) = repository() else {
        return;
    };
    script(&place, "gh", GH);
    place.write("work/my-values.yaml", THREE);
    place.write("work/new.yaml", "gateway: {replicas: 2}\n");
    let diff = [("command", "diff"), ("values", "my-values.yaml\nnew.yaml")];
    for _ in 0..2 {
        let output = step(&place, 1, &diff, &base);
        assert!(output.status.success(), "{output:?}");
    }
    let comment = fs::read_to_string(place.path().join("comment")).unwrap();
    assert!(
        comment.starts_with("<!-- swanlab-render diff default/swanlab-self-hosted -->\n"),
        "{comment}"
    );
    for changed in ["Deployment/swanlab-self-hosted-server", "my-values.yaml:3"] {
        assert!(comment.contains(changed), "{comment}");
    }
    let summary = fs::read_to_string(place.path().join("summary")).unwrap();
    assert!(summary.contains("Deployment/swanlab-self-hosted-server"));
    let calls = fs::read_to_string(place.path().join("gh-calls")).unwrap();
    let wrote: Vec<&str> = calls
        .lines()
        .filter(|line| line.contains("--method"))
        .map(|line| line.split(" -F ").next().unwrap())
        .collect();
    assert_eq!(
        wrote,
        [
            "api --silent --method POST repos/team/cluster/issues/7/comments",
            "api --silent --method PATCH repos/team/cluster/issues/comments/42"
        ]
    );
    // What loses data fails, whether a comment can be written or not.
    script(&place, "gh", "#!/bin/sh\nexit 1\n");
    place.write(
        "work/my-values.yaml",
        "dependencies: {postgres: {persistence: {existingClaim: other}}}\n",
    );
    let output = step(&place, 1, &diff, &base);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(text(&output.stdout).contains("::warning::the comment cannot be written"));
    let output = step(&place, 1, &[diff[0], diff[1], ("fail-on", "never")], &base);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn wrong_inputs_of_the_action_are_errors_and_run_nothing() {
    let Some((place, base)) = repository() else {
        return;
    };
    script(&place, "gh", "#!/bin/sh\nexit 1\n");
    for (inputs, base, message) in [
        (
            &[("command", "template")][..],
            "",
            "::error::the input `command` is not one of: check lint diff",
        ),
        (
            &[("command", "lint"), ("strict", "yes")],
            "",
            "::error::the input `strict` is not one of: true false",
        ),
        (
            &[("command", "diff"), ("values", "my-values.yaml")],
            "",
            "::error::the command diff is for pull requests",
        ),
        (
            &[("command", "diff")],
            &base,
            "::error::the command diff needs the input `values`",
        ),
        (
            &[("paths", "")],
            "",
            "::error::the command check needs the input `paths`",
        ),
    ] {
        let output = step(&place, 1, inputs, base);
        assert_eq!(
            (output.status.code(), text(&output.stdout)),
            (Some(2), format!("{message}\n"))
        );
    }
    for hostile in [
        "$(touch pwned)",
        "`touch pwned`",
        "--help",
        "'; touch pwned; '",
        "../../etc/passwd",
    ] {
        for inputs in [
            [("command", "check"), ("paths", hostile)],
            [("command", "lint"), ("values", hostile)],
            [("command", "lint"), ("release", hostile)],
            [("command", "diff"), ("namespace", hostile)],
        ] {
            let mut inputs = inputs.to_vec();
            if inputs[0].1 == "diff" {
                inputs.push(("values", "my-values.yaml"));
            }
            let output = step(&place, 1, &inputs, &base);
            assert_eq!(output.status.code(), Some(2), "{inputs:?}: {output:?}");
            assert!(!text(&output.stdout).contains("Usage"), "{output:?}");
        }
    }
    assert!(!place.path().join("work/pwned").exists());
}

/// A folder with a release of one archive, in which is what a script prints.
fn release(place: &Recorded, version: &str) -> String {
    let top = format!("swanlab-render-{version}-x86_64-unknown-linux-gnu");
    let folder = place.path().join("release");
    fs::create_dir_all(folder.join(&top)).unwrap();
    let program = folder.join(&top).join("swanlab-render");
    fs::write(
        &program,
        format!("#!/bin/sh\necho swanlab-render {version}\n"),
    )
    .unwrap();
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    let packed = Command::new("tar")
        .arg("czf")
        .arg(format!("{top}.tar.gz"))
        .arg(&top)
        .current_dir(&folder)
        .status();
    assert!(packed.unwrap().success());
    let archive = fs::read(folder.join(format!("{top}.tar.gz"))).unwrap();
    let sum: String = Sha256::digest(archive)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    fs::write(folder.join("SHA256SUMS"), format!("{sum}  {top}.tar.gz\n")).unwrap();
    format!("file://{}", folder.display())
}

#[test]
fn the_action_installs_a_release_whose_checksum_is_right() {
    if tool("curl", "the installation of action.yml").is_none() {
        return;
    }
    let Some((place, _)) = repository() else {
        return;
    };
    let url = release(&place, "9.9.9");
    let inputs = [("url", &*url), ("version", "v9.9.9")];
    let output = step(&place, 0, &inputs, "");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stdout), "swanlab-render 9.9.9\n");
    let path = fs::read_to_string(place.path().join("path")).unwrap();
    assert!(
        Path::new(path.trim_end()).join("swanlab-render").is_file(),
        "{path}"
    );
    // Another file under the same name.
    let archive = place
        .path()
        .join("release/swanlab-render-9.9.9-x86_64-unknown-linux-gnu.tar.gz");
    fs::write(archive, "another").unwrap();
    let output = step(&place, 0, &inputs, "");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        text(&output.stdout).contains("::error::the checksum of swanlab-render-9.9.9-"),
        "{output:?}"
    );
    let output = step(&place, 0, &[("version", "1; touch pwned")], "");
    assert_eq!(
        text(&output.stdout),
        "::error::the input `version` is not a version\n"
    );
}

#[test]
fn the_action_uses_a_program_that_is_installed() {
    let Some((place, _)) = repository() else {
        return;
    };
    let output = step(&place, 0, &[], "");
    assert_eq!(
        text(&output.stdout),
        format!("swanlab-render {VERSION} is installed already\n")
    );
    assert!(!place.path().join("path").exists());
}

/// The job of the template for GitLab, with its inputs filled in as GitLab does it: a text for a text, JSON for a list.
fn gitlab(inputs: &[(&str, Value)]) -> (Value, Value) {
    let page = fs::read_to_string(root().join("docs/ci/gitlab.yml")).unwrap();
    let (header, template) = page.split_once("\n---\n").unwrap();
    let spec = read_strictly(header).remove(0)["spec"]["inputs"].clone();
    let mut template = template.to_owned();
    for (name, input) in spec.as_object().unwrap() {
        let place = format!("$[[ inputs.{name} ]]");
        assert!(template.contains(&place), "{name} is not used");
        let given = inputs
            .iter()
            .find(|(input, _)| input == name)
            .map(|(_, value)| value);
        let value = given.unwrap_or(&input["default"]);
        let written = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        template = template.replace(&place, &written);
    }
    assert!(!template.contains("$[["), "an input is not declared");
    (spec, read_strictly(&template).remove(0))
}

#[test]
fn the_template_for_gitlab_checks_lints_and_compares() {
    let Some((place, base)) = repository() else {
        return;
    };
    if tool("python3", "the template for GitLab").is_none() {
        return;
    }
    script(
        &place,
        "pip",
        "#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$(dirname \"$0\")/../pip-calls\"\n",
    );
    place.write("work/new.yaml", THREE);
    for (command, values, changed, code, report) in [
        ("check", json!([]), "{}\n", 0, "swanlab-render.xml"),
        ("check", json!([]), THREE, 1, "swanlab-render.xml"),
        ("lint", json!(["new.yaml"]), "{}\n", 0, "swanlab-render.txt"),
        (
            "lint",
            json!(["a.values.yaml"]),
            "service: 1\n",
            1,
            "swanlab-render.txt",
        ),
        (
            "diff",
            json!(["a.values.yaml", "new.yaml"]),
            "{}\n",
            0,
            "swanlab-render.md",
        ),
        (
            "diff",
            json!(["a.values.yaml"]),
            "dependencies: {redis: {persistence: {existingClaim: x}}}\n",
            3,
            "swanlab-render.md",
        ),
        (
            "diff",
            json!(["$(touch pwned)"]),
            "{}\n",
            2,
            "swanlab-render.md",
        ),
    ] {
        place.write("work/a.values.yaml", changed);
        let (_, template) = gitlab(&[("command", json!(command)), ("values", values)]);
        let job = &template[format!("swanlab-render {command}")];
        let words = |list: &Value| -> String {
            let lines = list.as_array().unwrap().iter();
            lines
                .map(|line| format!("{}\n", line.as_str().unwrap()))
                .collect()
        };
        let mut shell = Command::new("sh");
        shell
            .args([
                "-ec",
                &(words(&job["before_script"]) + &words(&job["script"])),
            ])
            .current_dir(place.path().join("work"))
            .env("PATH", place.search_path())
            .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base);
        for (name, value) in job["variables"].as_object().unwrap() {
            shell.env(
                name,
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            );
        }
        let output = shell.output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{command}: {output:?}");
        let written = fs::read(place.path().join("work").join(report)).unwrap();
        assert!(written.is_empty() == (code == 2), "{command}");
        let kept = job["artifacts"]["paths"].as_array().unwrap();
        assert!(kept.contains(&json!(report)), "{report}");
    }
    assert!(!place.path().join("work/pwned").exists());
    let calls = fs::read_to_string(place.path().join("pip-calls")).unwrap();
    let install = format!("install --quiet --disable-pip-version-check swanlab-render=={VERSION}");
    assert!(calls.lines().all(|line| line == install), "{calls}");
}

#[test]
fn pre_commit_runs_the_hooks_of_this_repository() {
    let Some(pre_commit) = tool("pre-commit", "the hooks for pre-commit") else {
        return;
    };
    let Some((place, _)) = repository() else {
        return;
    };
    // A repository that has the hooks, as a commit of this one has them.
    let hooks = place.path().join("hooks");
    fs::create_dir(&hooks).unwrap();
    fs::copy(
        root().join(".pre-commit-hooks.yaml"),
        hooks.join(".pre-commit-hooks.yaml"),
    )
    .unwrap();
    let commit = "git init -q && git add -A && git -c user.name=n -c user.email=e@example.org commit -q -m x";
    assert!(
        Command::new("sh")
            .args(["-c", commit])
            .current_dir(&hooks)
            .status()
            .unwrap()
            .success()
    );
    let run = |hook: &str, arguments: &str| {
        place.write(
            "work/.pre-commit-config.yaml",
            &format!(
                "repos:\n- repo: {}\n  rev: HEAD\n  hooks:\n  - id: {hook}\n{arguments}",
                hooks.display()
            ),
        );
        assert!(
            Command::new("git")
                .args(["add", "-A"])
                .current_dir(place.path().join("work"))
                .status()
                .unwrap()
                .success()
        );
        Command::new(&pre_commit)
            .args(["run", "--all-files", "--color=never"])
            .current_dir(place.path().join("work"))
            .env("PATH", place.search_path())
            .env("PRE_COMMIT_HOME", place.path().join("cache"))
            .env_remove("CI")
            .output()
            .unwrap()
    };
    let output = run("swanlab-render-check", "");
    assert!(output.status.success(), "{output:?}");
    place.write("work/a.values.yaml", THREE);
    let output = run("swanlab-render-check", "");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(
        text(&output.stdout).contains("a: differs: a.golden.yaml"),
        "{output:?}"
    );
    place.write("work/my-values.yaml", "service: 1\n");
    let lint = "    args: [-f, my-values.yaml]\n";
    let output = run("swanlab-render-lint", lint);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stdout).contains("error[SL003]"), "{output:?}");
    place.write("work/my-values.yaml", THREE);
    let output = run("swanlab-render-lint", lint);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_examples_install_this_version() {
    for page in [
        "docs/ci/check.yml",
        "docs/ci/gitlab.yml",
        "docs/ci/README.md",
    ] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let mut found = 0;
        for rest in text.split("swanlab-render==").skip(1) {
            assert!(
                rest.starts_with(VERSION),
                "{page}: {}",
                rest.lines().next().unwrap()
            );
            found += 1;
        }
        assert!(found > 0, "{page}");
    }
}
