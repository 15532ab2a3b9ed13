//! Charts in Go templates where helm is missing, hangs or misbehaves: exit code 2, one sentence, nothing on standard
//! output.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use crate::support::{PROGRAM, root};

/// Renders the chart with a `helm` that is this script.
fn with_helm(script: &str, args: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let helm = folder.path().join("helm");
    fs::write(&helm, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&helm, fs::Permissions::from_mode(0o755)).unwrap();
    Command::new(PROGRAM)
        .args(args)
        .arg(root().join("tests/charts/go-templates"))
        .env("HELM_BIN", &helm)
        .env("KUBECONFIG", "/home/someone/.kube/config")
        .current_dir(folder.path())
        .output()
        .unwrap()
}

#[track_caller]
fn fails(script: &str, sentence: &str) {
    let output = with_helm(script, &["template", "web"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty());
    assert!(said.contains(sentence), "{said}");
}

#[test]
fn every_command_says_so_where_helm_cannot_be_used() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("old.yaml"), "").unwrap();
    fs::write(place.path().join("v.yaml"), "replicas: 2\n").unwrap();
    let garbage = place.path().join("garbage");
    fs::write(&garbage, "#!/bin/sh\nprintf 'a: [ {{'\n").unwrap();
    fs::set_permissions(&garbage, fs::Permissions::from_mode(0o755)).unwrap();
    let chart = root().join("tests/charts/go-templates");
    let chart = chart.to_str().unwrap();
    for helm in ["/nonexistent/helm", garbage.to_str().unwrap()] {
        for args in [
            &["template", "web", chart][..],
            &["template", "web", chart, "--validate"],
            &["images", "web", chart],
            &["lint", "web", chart],
            &["lint", "web", chart, "-o", "json", "-f", "v.yaml"],
            &["show", "notes", "web", chart],
            &["diff", "web", chart, "--against", "old.yaml"],
            &["diff", "web", chart, "-f", "v.yaml", "--from-chart", chart],
            &["preflight", "web", chart],
            &["template", "web", "swanlab/self-hosted"],
        ] {
            let output = Command::new(PROGRAM)
                .args(args)
                .env("HELM_BIN", helm)
                .env("XDG_CACHE_HOME", place.path().join("cache"))
                .current_dir(place.path())
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
            assert!(output.stdout.is_empty(), "{args:?}");
            assert_eq!(said.matches("error: ").count(), 1, "{args:?}: {said}");
            assert!(said.contains("helm"), "{args:?}: {said}");
        }
    }
    assert!(!place.path().join("cache").exists());
}

#[test]
fn a_helm_that_misbehaves_is_one_sentence() {
    fails(
        "exit 1",
        "helm cannot render go-templates and does not say why",
    );
    fails(
        "echo 'Error: no such thing' >&2; exit 1",
        "helm cannot render go-templates: no such thing",
    );
    fails("printf 'a: [\n'", "helm template:");
    fails("printf '\\377\\376'", "not text");
    fails(
        "head -c 300000000 /dev/zero",
        "helm has written more than 128 MiB",
    );
    fails("printf '\\033[31mError: x\\033[0m' >&2; exit 1", "\\e[31m");
}

#[test]
fn helm_sees_the_values_and_no_cluster() {
    let script = r#"
[ "$KUBECONFIG" = /nonexistent/swanlab-render ] || { echo "Error: $KUBECONFIG" >&2; exit 1; }
case "$*" in
  version) exit 1 ;;
  "template web /"*"/go-templates --namespace=default --kube-version=v1.35.0 --values=- --set=replicas=2") ;;
  *) echo "Error: $*" >&2; exit 1 ;;
esac
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  values: |\n'
sed 's/^/    /'
"#;
    let output = with_helm(script, &["template", "--set", "replicas=2", "web"]);
    let said = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(
        printed.contains("  values: |\n    replicas: 2\n"),
        "{printed}"
    );
}

#[test]
fn what_needs_no_render_needs_no_helm() {
    let output = with_helm("exit 1", &["values", "web"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("replicas: 1\n"));
}

/// A `helm` that brings an archive, and counts how often it is asked.
const PULLS: &str = r#"
case "$1" in
  pull) echo "$*" >> "$COUNT"; cp "$ARCHIVE" "$4/chart-1.0.0.tgz" ;;
  *) echo "Error: $*" >&2; exit 1 ;;
esac
"#;

#[test]
fn a_chart_of_a_repository_is_fetched_once_for_each_version() {
    let place = tempfile::tempdir().unwrap();
    let helm = place.path().join("helm");
    fs::write(&helm, format!("#!/bin/sh\n{PULLS}")).unwrap();
    fs::set_permissions(&helm, fs::Permissions::from_mode(0o755)).unwrap();
    let count = place.path().join("count");
    let run = |args: &[&str]| {
        let output = Command::new(PROGRAM)
            .args(["show", "chart", "web", "repo/chart"])
            .args(args)
            .env("HELM_BIN", &helm)
            .env("XDG_CACHE_HOME", place.path().join("cache"))
            .env("COUNT", &count)
            .env("ARCHIVE", root().join("tests/charts/packaged-0.1.0.tgz"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said)
    };
    let asked = || fs::read_to_string(&count).unwrap_or_default();
    let (code, said) = run(&["--offline", "--version", "1.0.0"]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("is not in the cache, and --offline fetches nothing"),
        "{said}"
    );
    for args in [
        &["--version", "1.0.0"][..],
        &["--version", "1.0.0"],
        &["--version", "1.0.0", "--offline"],
    ] {
        assert_eq!(run(args), (Some(0), String::new()));
    }
    assert_eq!(asked().lines().count(), 1, "{}", asked());
    assert!(
        asked().starts_with("pull repo/chart --destination /")
            && asked().ends_with(" --version=1.0.0\n")
    );
    // The newest version may be another one each time.
    run(&[]);
    run(&[]);
    assert_eq!(asked().lines().count(), 3);
}

/// A `helm` that renders a ConfigMap of its values, and counts how often.
const RENDERS: &str = r#"
case "$1" in
  version) echo "version.BuildInfo{Version:\"v$(cat "$(dirname "$0")/version")\"}" ;;
  template)
    echo render >> "$(dirname "$0")/count"
    printf -- '---\n# Source: go-templates/templates/config.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  values: |\n'
    sed 's/^/    /' ;;
esac
"#;

struct Cached {
    place: tempfile::TempDir,
}

impl Cached {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let helm = place.path().join("helm");
        fs::write(&helm, format!("#!/bin/sh\n{RENDERS}")).unwrap();
        fs::set_permissions(&helm, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(
            place.path().join("v.yaml"),
            "replicas: 2\nconfig: {level: debug}\n",
        )
        .unwrap();
        fs::write(place.path().join("old.yaml"), "").unwrap();
        let cached = Self { place };
        cached.is_version("4.1.4");
        cached
    }

    fn is_version(&self, version: &str) {
        fs::write(self.place.path().join("version"), version).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let chart = root().join("tests/charts/go-templates");
        let mut command = Command::new(PROGRAM);
        command
            .args(["diff", "web"])
            .arg(chart)
            .args(["-f", "v.yaml", "--against", "old.yaml", "-q"])
            .args(args)
            .env("HELM_BIN", self.place.path().join("helm"))
            .env("XDG_CACHE_HOME", self.place.path().join("cache"))
            .current_dir(self.place.path());
        command
    }

    /// How often helm renders while the command runs.
    fn renders(&self, command: &mut Command) -> usize {
        let count = self.place.path().join("count");
        // Nothing was counted before the first run.
        let _ = fs::remove_file(&count);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        fs::read_to_string(&count)
            .unwrap_or_default()
            .lines()
            .count()
    }

    fn entries(&self) -> Vec<std::path::PathBuf> {
        let folder = self.place.path().join("cache/swanlab-render/renders");
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

#[test]
fn renders_that_only_explain_are_kept_for_the_next_run() {
    let cached = Cached::new();
    // The render, a second one because the chart has a random password, and one for each of two values.
    assert_eq!(cached.renders(&mut cached.command(&[])), 4);
    assert_eq!(cached.renders(&mut cached.command(&[])), 1);
    // Another value changes all renders but the one in which it is set back.
    fs::write(
        cached.place.path().join("v.yaml"),
        "replicas: 3\nconfig: {level: debug}\n",
    )
    .unwrap();
    assert_eq!(cached.renders(&mut cached.command(&[])), 3);
    // So does another helm.
    cached.is_version("3.15.0");
    assert_eq!(cached.renders(&mut cached.command(&[])), 4);
    assert_eq!(
        cached.renders(&mut cached.command(&["--origins", "none"])),
        1
    );
}

#[test]
fn what_is_kept_is_private_and_tells_nothing() {
    let cached = Cached::new();
    fs::write(
        cached.place.path().join("v.yaml"),
        "replicas: 2\npassword: hunter2hunter2\n",
    )
    .unwrap();
    cached.renders(&mut cached.command(&[]));
    let entries = cached.entries();
    assert_eq!(entries.len(), 3);
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(entries[0].parent().unwrap()), 0o700);
    for entry in &entries {
        assert_eq!(mode(entry), 0o600);
        let bytes = fs::read(entry).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("hunter2"));
        // Not even packed.
        assert_ne!(bytes.get(24..26), Some(&[0x1f, 0x8b][..]));
    }
    // What is damaged is rendered again.
    for (entry, damaged) in entries.iter().zip([&b""[..], b"x", &[7; 500]]) {
        fs::write(entry, damaged).unwrap();
    }
    assert_eq!(cached.renders(&mut cached.command(&[])), 4);
    assert_eq!(cached.renders(&mut cached.command(&[])), 1);
}

#[test]
fn without_a_cache_all_is_rendered() {
    let cached = Cached::new();
    let without = || {
        let mut command = cached.command(&[]);
        command.env_remove("XDG_CACHE_HOME").env_remove("HOME");
        cached.renders(&mut command)
    };
    assert_eq!((without(), without()), (4, 4));
    // A folder that cannot be made is no error either.
    fs::write(cached.place.path().join("cache"), "").unwrap();
    assert_eq!(cached.renders(&mut cached.command(&[])), 4);
}

#[test]
fn a_helm_that_is_too_old_or_too_new_is_refused() {
    let cached = Cached::new();
    for (version, is_supported) in [
        ("3.8.2", false),
        ("3.9.0", true),
        ("3.18.4", true),
        ("4.1.4", true),
        ("5.0.0", false),
    ] {
        cached.is_version(version);
        let output = cached.command(&[]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(if is_supported { 1 } else { 2 }),
            "{said}"
        );
        let refused = said.contains("is installed, which is not supported");
        assert_eq!(refused, !is_supported, "{version}: {said}");
    }
}
