//! Files that are read and written: their modes, what is left after a failure or an interrupt, what is no file, and
//! what lies outside.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::PROGRAM;
use tempfile::TempDir;

/// A folder in which commands run.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.at(name).parent().unwrap()).unwrap();
        fs::write(self.at(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).unwrap()
    }

    fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.at(name)).unwrap().permissions().mode() & 0o7777
    }

    fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.at(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A chart with one template that gives this many ConfigMaps, or so many templates.
    fn chart(&self, templates: &[(&str, &str)]) {
        self.write(
            "chart/Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 1.0.0\n",
        );
        for (name, text) in templates {
            self.write(&format!("chart/templates/{name}"), text);
        }
    }

    /// Runs the program behind words of a shell, with at most 2 GiB of memory.
    fn shell(&self, before: &str, args: &str) -> Output {
        Command::new("bash")
            .arg("-c")
            .arg(format!(
                "ulimit -v 2000000; {before} exec \"$PROGRAM\" {args}"
            ))
            .env("PROGRAM", PROGRAM)
            .env_remove("CI")
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn run(&self, args: &str) -> Output {
        self.shell("", args)
    }

    /// Runs it where it has to end with exit code 2 and a sentence, soon.
    #[track_caller]
    fn refuses(&self, before: &str, args: &str, sentence: &str) {
        let started = Instant::now();
        let output = self.shell(before, args);
        assert!(started.elapsed() < Duration::from_secs(10), "{args}");
        assert_eq!(
            (output.status.code(), text(&output.stdout)),
            (Some(2), String::new()),
            "{args}: {output:?}"
        );
        assert!(
            text(&output.stderr).contains(sentence),
            "{args}: {}",
            text(&output.stderr)
        );
    }

    /// All names below the folder, hidden ones too.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        walk(self.0.path(), &mut names);
        names.sort();
        names
    }
}

fn walk(folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            walk(&path, names);
        } else {
            names.push(path.display().to_string());
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

#[test]
fn new_files_have_the_mode_of_the_umask_and_old_ones_keep_theirs() {
    for (umask, mode) in [
        ("077", 0o600),
        ("022", 0o644),
        ("027", 0o640),
        ("002", 0o664),
    ] {
        let place = Place::new();
        let secret = "out/self-hosted/templates/postgres/secret.yaml";
        let umask = format!("umask {umask};");
        let output = place.shell(&umask, "template --output-dir out");
        assert!(output.status.success(), "{output:?}");
        assert_eq!(place.mode(secret), mode, "{umask}");
        place.set_mode(secret, 0o440);
        let output = place.shell(&umask, "template --output-dir out");
        assert!(output.status.success(), "{output:?}");
        assert_eq!(place.mode(secret), 0o440, "{umask}");

        place.write("a.values.yaml", "{}\n");
        place.shell(&umask, "check --update");
        assert_eq!(place.mode("a.golden.yaml"), mode);
        place.set_mode("a.golden.yaml", 0o600);
        place.write("a.values.yaml", "service: {server: {replicas: 3}}\n");
        place.shell("umask 000;", "check --update");
        assert_eq!(place.mode("a.golden.yaml"), 0o600);
        assert!(place.read("a.golden.yaml").contains("replicas: 3"));
    }
}

#[test]
fn more_files_are_written_than_may_be_open_at_once() {
    let place = Place::new();
    let templates: Vec<String> = (0..300).map(|index| format!("t{index}.yaml")).collect();
    let templates: Vec<(&str, String)> = templates
        .iter()
        .map(|name| {
            (
                name.as_str(),
                MAP.replace("name: a", &format!("name: {}", &name[..name.len() - 5])),
            )
        })
        .collect();
    let templates: Vec<(&str, &str)> = templates
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    place.chart(&templates);
    let output = place.shell("ulimit -n 40;", "template x ./chart --output-dir out");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stdout).lines().count(), 300);

    let place = Place::new();
    place.write(
        "chart/Chart.yaml",
        "apiVersion: v2\nname: c\nversion: 1.0.0\n",
    );
    place.write("chart/templates/a.yaml", MAP);
    let cases: String = (0..300)
        .map(|index| format!("- {{chart: chart, golden: g{index}.yaml}}\n"))
        .collect();
    place.write("swanlab-render.yaml", &format!("cases:\n{cases}"));
    let output = place.shell("ulimit -n 40;", "check --update");
    assert!(output.status.success(), "{output:?}");
    assert!(text(&output.stdout).ends_with("300 ok\n"));
    assert!(
        !place
            .names()
            .iter()
            .any(|name| name.contains(".swanlab-render-"))
    );
}

#[test]
fn a_file_that_cannot_be_written_is_named_and_nothing_is_left_over() {
    let place = Place::new();
    let output = place.shell("ulimit -f 1;", "template --output-dir out");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = text(&output.stderr);
    assert!(
        said.contains("cannot write `out/self-hosted/templates/"),
        "{said}"
    );
    assert!(
        !said.contains(".swanlab-render-") && !said.contains(".tmp"),
        "{said}"
    );
    assert_eq!(place.names(), Vec::<String>::new());
    assert!(!place.at("out").exists());
}

#[test]
fn an_interrupt_leaves_no_temporary_files() {
    for signal in ["INT", "TERM"] {
        for delay in [5, 20, 40, 80, 160] {
            let place = Place::new();
            place.shell("", "template --output-dir out");
            let before: Vec<String> = place.names();
            let mut child = Command::new(PROGRAM)
                .args([
                    "template",
                    "--output-dir",
                    "out",
                    "--set",
                    "gateway.replicas=7",
                ])
                .current_dir(place.0.path())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(delay));
            Command::new("kill")
                .args([format!("-{signal}"), child.id().to_string()])
                .output()
                .unwrap();
            child.wait().unwrap();
            assert_eq!(place.names(), before, "{signal} after {delay} ms");
        }
    }
}

#[test]
fn files_are_not_written_through_linked_folders() {
    let place = Place::new();
    fs::create_dir_all(place.at("out/self-hosted")).unwrap();
    fs::create_dir_all(place.at("elsewhere")).unwrap();
    symlink(place.at("elsewhere"), place.at("out/self-hosted/templates")).unwrap();
    place.refuses(
        "",
        "template --output-dir out",
        "`out/self-hosted/templates` is a link",
    );
    assert_eq!(fs::read_dir(place.at("elsewhere")).unwrap().count(), 0);
    // The folder itself may be a link: whoever names it knows where it leads.
    symlink("elsewhere", place.at("named")).unwrap();
    assert!(place.run("template --output-dir named").status.success());
    assert!(place.at("elsewhere/self-hosted").is_dir());
}

const EXTERNAL: &str = "template -n swanlab --output-dir out --set integrations.postgres.enabled=true \
    --set integrations.postgres.existingSecret=pg";

#[test]
fn files_of_an_earlier_run_are_named_and_pruned() {
    let place = Place::new();
    let output = place.run("template -n swanlab --output-dir out");
    assert_eq!(text(&output.stderr), "");
    let again = place.run("template -n swanlab --output-dir out");
    assert_eq!(text(&again.stderr), "");
    // Somebody's own files, and one that was changed.
    place.write("out/kustomization.yaml", "resources: []\n");
    place.write("out/self-hosted/templates/postgres/mine.yaml", MAP);
    let secret = "out/self-hosted/templates/postgres/secret.yaml";
    let copy = place.read(secret);
    place.write("out/self-hosted/templates/postgres/copy.yaml", &copy);
    place.write(secret, &format!("{copy}# mine\n"));

    place.refuses(
        "",
        &format!("{EXTERNAL} --strict"),
        "out/self-hosted/templates/postgres/secret.yaml",
    );
    let output = place.run(EXTERNAL);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = text(&output.stderr);
    assert!(
        said.starts_with("warning: earlier runs wrote files that are no longer rendered: "),
        "{said}"
    );
    assert!(said.contains(secret) && said.contains("--prune"), "{said}");
    assert!(
        !said.contains("mine.yaml") && !said.contains("copy.yaml"),
        "{said}"
    );
    assert_eq!(text(&place.run(&format!("{EXTERNAL} -q")).stderr), "");

    let output = place.run(&format!("{EXTERNAL} --prune"));
    let (listed, said) = (text(&output.stdout), text(&output.stderr));
    assert!(
        listed.contains("removed out/self-hosted/templates/postgres/"),
        "{listed}"
    );
    assert!(
        said.contains(secret) && said.contains("and stay: "),
        "{said}"
    );
    for kept in [
        "out/kustomization.yaml",
        "out/self-hosted/templates/postgres/mine.yaml",
        "out/self-hosted/templates/postgres/copy.yaml",
        secret,
    ] {
        assert!(place.at(kept).exists(), "{kept}");
    }
    for removed in listed
        .lines()
        .filter_map(|line| line.strip_prefix("removed "))
    {
        assert!(!place.at(removed).exists(), "{removed}");
    }
    fs::remove_file(place.at(secret)).unwrap();
    assert_eq!(text(&place.run(&format!("{EXTERNAL} --prune")).stderr), "");
    // A part of the render says nothing of the rest.
    let output = place.run("template --output-dir out -s 'templates/postgres/*'");
    assert_eq!(text(&output.stderr), "");
    place.refuses(
        "",
        "template --output-dir out --prune -s 'templates/postgres/*'",
        "cannot be used with",
    );
}

#[test]
fn endless_and_special_files_are_refused_by_name() {
    let place = Place::new();
    place.write("a.yaml", MAP);
    for args in [
        "template -f /dev/zero",
        "values -f /dev/zero",
        "diff --against /dev/zero",
        "diff --against a.yaml --manifests /dev/zero",
        "diff --from-values /dev/zero",
        "secret redis --username u --password-file /dev/zero -f /dev/null --set integrations.redis.enabled=true,integrations.redis.host=h,integrations.redis.existingSecret=s",
        "secret redis --check /dev/zero --set integrations.redis.enabled=true,integrations.redis.host=h,integrations.redis.existingSecret=s",
    ] {
        place.refuses("", args, "/dev/zero`: it is larger than");
    }
    // The key in place of the file: what is given for a file may be a password.
    place.refuses(
        "",
        "template --set-file gateway.annotations.a=/dev/zero",
        "the file for `gateway.annotations.a`: it is larger than",
    );
    place.refuses("cat /dev/zero |", "template -f -", "`-`: it is larger than");
    place.refuses("cat /dev/zero |", "krm", "it is larger than");
    for args in ["template -f .", "diff --against a.yaml -f ."] {
        place.refuses("", args, "`.`: it is a folder");
    }
}

#[test]
fn pipes_are_read_where_a_person_names_them() {
    let place = Place::new();
    place.write("a.yaml", MAP);
    for args in [
        "template -f <(echo '{}')",
        "template -f /dev/null",
        "template --set-file gateway.annotations.a=<(echo x)",
        "diff --against <(cat a.yaml) --manifests <(cat a.yaml)",
    ] {
        let output = place.run(args);
        assert_eq!(output.status.code(), Some(0), "{args}: {output:?}");
    }
    let output = place.shell(
        "echo 'service: {server: {replicas: 9}}' |",
        "template -f /dev/stdin",
    );
    assert!(text(&output.stdout).contains("replicas: 9"), "{output:?}");
}

#[test]
fn special_files_in_a_chart_are_refused_by_name() {
    for file in [
        "templates/a.yaml",
        "templates/_p.yaml",
        "values.yaml",
        "Chart.yaml",
        "crds/a.yaml",
        "values.schema.json",
        "README.md",
        ".helmignore",
    ] {
        for make in ["ln -sf /dev/zero", "mkfifo"] {
            let place = Place::new();
            place.chart(&[("b.yaml", MAP)]);
            fs::create_dir_all(place.at("chart/crds")).unwrap();
            let _ = fs::remove_file(place.at("chart").join(file));
            assert!(
                Command::new("sh")
                    .args(["-c", &format!("{make} chart/{file}")])
                    .current_dir(place.0.path())
                    .status()
                    .unwrap()
                    .success()
            );
            let output = place.run("template x ./chart");
            assert_eq!(output.status.code(), Some(2), "{file} {make}: {output:?}");
            assert!(
                text(&output.stderr).contains(file),
                "{file} {make}: {output:?}"
            );
        }
    }
    let place = Place::new();
    place.chart(&[(
        "a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: {{ Files.get(\"x\") }}}\n",
    )]);
    symlink("/dev/zero", place.at("chart/x")).unwrap();
    place.refuses(
        "",
        "template x ./chart",
        "it is a device, a pipe or a socket",
    );
}

#[test]
fn text_of_powershell_is_named() {
    let place = Place::new();
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("a: 1\n".bytes().flat_map(|byte| [byte, 0]))
        .collect();
    fs::write(place.at("v.yaml"), utf16).unwrap();
    for args in [
        "template -f v.yaml",
        "diff --against v.yaml",
        "diff --from-values v.yaml",
    ] {
        place.refuses("", args, "`v.yaml`: it is UTF-16 text");
    }
}

#[test]
fn many_long_lists_of_set_are_refused() {
    let place = Place::new();
    let sets = |count: usize| -> Vec<String> {
        (0..count)
            .map(|index| format!("a[{index}][65535]=1"))
            .collect()
    };
    let sentence = "the indices of all flags together";
    place.refuses(
        "",
        &format!("template --set '{}'", sets(400).join(",")),
        sentence,
    );
    let flags = |count| format!("values -q --set '{}'", sets(count).join("' --set '"));
    place.refuses("", &flags(400), sentence);
    place.refuses("", &flags(5), sentence);
    assert!(place.run(&flags(4)).status.success());
}

#[test]
fn a_values_file_called_command_line_is_a_file() {
    let place = Place::new();
    place.write("command line", "gateway:\n  replicas: 3\n  typo: 1\n");
    place.write("old.yaml", "{}\n");
    let output = place.run("diff --from-values old.yaml -f 'command line' --fail-on never");
    let report = text(&output.stdout);
    assert!(
        report.contains("gateway.replicas  command line:2"),
        "{report}"
    );
    let output = place.run("lint -f 'command line' -o json");
    assert!(text(&output.stdout).contains("\"line\": 3"), "{output:?}");
}

/// A folder with a case that names files elsewhere, and what they hold.
fn listed(entry: &str) -> Place {
    let place = Place::new();
    place.write("outside/x", "root:x:0:0\n");
    place.write("outside/v.yaml", "{}\n");
    place.write("in/notes.md", "# Notes\n");
    place.write("in/v.yaml", "{}\n");
    place.write("in/swanlab-render.yaml", &format!("cases:\n- {entry}\n"));
    symlink("../outside", place.at("in/link")).unwrap();
    symlink("../outside/x", place.at("in/linked.yaml")).unwrap();
    place
}

#[test]
fn update_replaces_golden_files_alone() {
    for (golden, sentence) in [
        ("../outside/x", "outside the folder of this file"),
        ("../outside/new.yaml", "outside the folder of this file"),
        ("a/../../outside/x", "outside the folder of this file"),
        (
            "../../../../../../../../tmp/x",
            "outside the folder of this file",
        ),
        ("/etc/passwd", "outside the folder of this file"),
        ("/dev/null", "outside the folder of this file"),
        ("link/x", "outside the folder of this file"),
        ("link/new.yaml", "outside the folder of this file"),
        ("linked.yaml", "it is a link"),
        ("notes.md", "notes.md is not a golden file"),
        (
            "swanlab-render.yaml",
            "swanlab-render.yaml is not a golden file",
        ),
        (".", "it is a folder"),
    ] {
        for (folder, path) in [("in", "."), (".", "in"), (".", "in/swanlab-render.yaml")] {
            let place = listed(&format!("golden: {golden}"));
            let before: Vec<(String, String)> = place
                .names()
                .into_iter()
                .map(|name| (name.clone(), fs::read_to_string(&name).unwrap_or_default()))
                .collect();
            place.refuses(
                &format!("cd {folder};"),
                &format!("check --update {path}"),
                sentence,
            );
            let after: Vec<(String, String)> = place
                .names()
                .into_iter()
                .map(|name| (name.clone(), fs::read_to_string(&name).unwrap_or_default()))
                .collect();
            assert_eq!(before, after, "{golden}");
        }
    }
}

#[test]
fn a_linked_list_of_cases_shows_nothing_of_where_it_leads() {
    let place = listed("golden: g.yaml");
    fs::remove_file(place.at("in/swanlab-render.yaml")).unwrap();
    symlink("../outside/x", place.at("in/swanlab-render.yaml")).unwrap();
    for path in ["in", "in/swanlab-render.yaml"] {
        let output = place.run(&format!("check {path}"));
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = text(&output.stderr);
        assert!(
            said.contains("in/swanlab-render.yaml`: it is, or leads, outside"),
            "{said}"
        );
        assert!(!said.contains("root:x"), "{said}");
    }
}

#[test]
fn an_empty_file_and_a_new_one_are_filled() {
    for golden in ["new.yaml", "deep/new.yaml", "empty.yaml"] {
        let place = listed(&format!("golden: {golden}"));
        place.write("in/empty.yaml", "");
        let output = place.run("check --update in");
        assert_eq!(
            text(&output.stdout),
            format!("updated in/{golden}\n1 ok\n"),
            "{output:?}"
        );
    }
}

#[test]
fn charts_and_values_outside_are_read_where_that_is_wanted() {
    for entry in [
        "{golden: g.yaml, values: [../outside/v.yaml]}",
        "{golden: g.yaml, values: [link/v.yaml]}",
        "{golden: g.yaml, values: [/etc/passwd]}",
        "{golden: g.yaml, chart: ../outside/chart}",
        "{golden: g.yaml, chart: link/chart}",
        "{golden: ../outside/g.yaml}",
    ] {
        let place = listed(entry);
        place.chart(&[("a.yaml", MAP)]);
        fs::rename(place.at("chart"), place.at("outside/chart")).unwrap();
        place.refuses("", "check in", "outside the folder of this file");
        if entry.contains("passwd") {
            continue;
        }
        let output = place.run("check --update --allow-outside in");
        assert_eq!(output.status.code(), Some(0), "{entry}: {output:?}");
    }
}

#[test]
fn a_link_out_of_a_chart_is_not_read_by_check() {
    let place = listed("{golden: g.yaml, chart: chart}");
    place.chart(&[("b.yaml", MAP)]);
    fs::rename(place.at("chart"), place.at("in/chart")).unwrap();
    symlink("../../../outside/x", place.at("in/chart/templates/a.yaml")).unwrap();
    let output = place.run("check in");
    let said = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(
        said.contains("in/chart/templates/a.yaml`: it is, or leads, outside"),
        "{said}"
    );
    assert!(!said.contains("root:x"), "{said}");
}

#[test]
fn plugins_read_nothing_outside_the_folder_they_work_in() {
    let function = |spec: &str| {
        format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig:\n  \
             apiVersion: swanlab-render/v1\n  kind: SwanLab\n  metadata: {{name: a}}\n  spec: {{{spec}}}\n"
        )
    };
    let place = Place::new();
    place.write("outside/v.yaml", "secretword: 1\n");
    place.chart(&[("b.yaml", MAP)]);
    symlink(
        "../../../outside/v.yaml",
        place.at("chart/templates/a.yaml"),
    )
    .unwrap();
    fs::create_dir_all(place.at("in")).unwrap();
    fs::rename(place.at("chart"), place.at("in/chart")).unwrap();
    symlink("../outside/v.yaml", place.at("in/link.yaml")).unwrap();
    place.write("in/v.yaml", "{}\n");
    for spec in [
        "valuesFiles: [../outside/v.yaml]",
        "valuesFiles: [/etc/passwd]",
        "valuesFiles: [link.yaml]",
        "valuesFiles: [/dev/zero]",
        "chart: ./chart",
        "chart: ../in/../outside",
    ] {
        place.write("list.yaml", &function(spec));
        let output = place.shell("cd in; exec < ../list.yaml;", "krm");
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{spec}: {output:?}");
        assert!(said.contains("outside"), "{spec}: {said}");
        assert!(
            !said.contains("secretword") && !said.contains("root:"),
            "{spec}: {said}"
        );
    }
    place.write("list.yaml", &function("valuesFiles: [v.yaml]"));
    let output = place.shell("cd in; exec < ../list.yaml;", "krm");
    assert_eq!(output.status.code(), Some(0), "{output:?}");

    for args in [
        "template --within . -f ../outside/v.yaml",
        "template --within . -f link.yaml",
        "template x ./chart --within .",
        "template x ../outside --within .",
        "template --within . --set-file a=/etc/hostname",
    ] {
        place.refuses(
            "cd in;",
            args,
            "outside the folder that files may be read from",
        );
    }
    let output = place.shell("cd in; echo '{}' |", "template --within . -f v.yaml -f -");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_chart_name_with_a_line_break_is_refused_at_its_place() {
    let place = Place::new();
    place.chart(&[("a.yaml", MAP)]);
    place.write(
        "chart/Chart.yaml",
        "apiVersion: v2\nname: \"a\\nb: c\"\nversion: 1.0.0\n",
    );
    place.refuses("", "template x ./chart", "chart/Chart.yaml:2:1");
}
