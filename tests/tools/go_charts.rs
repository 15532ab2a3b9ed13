//! Charts in Go templates, rendered by the real Helm: the same objects, and what this program says beyond them.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::tools::tool;
use crate::support::{PROGRAM, key, read_strictly, root};

struct Place {
    helm: PathBuf,
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Option<Self> {
        let helm = tool("helm", "charts in Go templates")?;
        let folder = tempfile::tempdir().unwrap();
        Some(Self { helm, folder })
    }

    fn chart() -> PathBuf {
        root().join("tests/charts/go-templates")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(PROGRAM)
            .args(args)
            .env("HELM_BIN", &self.helm)
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    fn stdout(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() < Some(2), "{args:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }
}

fn sorted(mut objects: Vec<Value>) -> Vec<Value> {
    objects.sort_by_key(key);
    objects
}

const VALUES: &str = "\
replicas: 3
image: {tag: v2}
config:
  hosts: [{name: a}, {name: b}]
password: not-random
job: {enabled: true}
";

#[test]
fn the_objects_are_helms() {
    let Some(place) = Place::new() else { return };
    place.write("v.yaml", VALUES);
    let chart = Place::chart();
    let chart = chart.to_str().unwrap();
    let args = [
        "template",
        "web",
        chart,
        "-n",
        "prod",
        "-f",
        "v.yaml",
        "--set",
        "replicas=4",
    ];
    let ours = place.stdout(&args);
    let helms = Command::new(&place.helm)
        .args(args)
        .args(["--kube-version", "1.35.0"])
        .current_dir(place.folder.path())
        .output()
        .unwrap();
    let helms = String::from_utf8(helms.stdout).unwrap();
    // Helm repeats a label; the last one counts to every reader of Go's.
    let helms = helms.replacen("    app.kubernetes.io/name: go-templates\n", "", 1);
    assert_eq!(sorted(read_strictly(&ours)), sorted(read_strictly(&helms)));
    assert_eq!(
        ours.matches("# Source: go-templates/templates/web.yaml")
            .count(),
        3
    );
}

#[test]
fn integers_of_flags_are_integers_and_those_of_files_are_not() {
    let Some(place) = Place::new() else { return };
    let chart = place.folder.path().join("numbers");
    fs::create_dir_all(chart.join("templates")).unwrap();
    fs::write(
        chart.join("Chart.yaml"),
        "apiVersion: v2\nname: numbers\nversion: 0.1.0\n",
    )
    .unwrap();
    fs::write(chart.join("values.yaml"), "a: 1\nb: 1\nc: {d.e: [1]}\n").unwrap();
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: numbers}\ndata: {seen: {{ printf \"%T %v %T %v %v\" .Values.a .Values.a .Values.b .Values.b .Values.c | quote }}}\n";
    fs::write(chart.join("templates/n.yaml"), template).unwrap();
    place.write("v.yaml", "b: 1000000\n");
    let chart = chart.to_str().unwrap();
    let args = [
        "template",
        "n",
        chart,
        "-f",
        "v.yaml",
        "--set",
        r"a=1000000,c.d\.e[0]=2000000",
    ];
    let ours = read_strictly(&place.stdout(&args));
    let helms = Command::new(&place.helm)
        .args(args)
        .current_dir(place.folder.path())
        .output()
        .unwrap();
    let helms = read_strictly(&String::from_utf8(helms.stdout).unwrap());
    assert_eq!(ours, helms);
    assert!(
        ours[0]["data"]["seen"]
            .as_str()
            .unwrap()
            .starts_with("int64 1000000 float64 1e+06")
    );
}

#[test]
fn the_values_behind_changes_are_named() {
    let Some(place) = Place::new() else { return };
    place.write("old.yaml", "password: p4ssw0rd-of-old\n");
    place.write("new.yaml", VALUES);
    let chart = Place::chart();
    let chart = chart.to_str().unwrap();
    let report = place.stdout(&[
        "diff",
        "web",
        chart,
        "-f",
        "new.yaml",
        "--from-values",
        "old.yaml",
        "--color",
        "never",
    ]);
    for value in [
        "<- replicas",
        "<- image.tag",
        "<- config.hosts",
        "<- password",
    ] {
        assert!(report.contains(value), "{value}: {report}");
    }
    assert!(!report.contains("p4ssw0rd-of-old"), "{report}");
}

#[test]
fn what_is_random_is_no_change() {
    let Some(place) = Place::new() else { return };
    let chart = Place::chart();
    let chart = chart.to_str().unwrap();
    let render = place.stdout(&["template", "web", chart]);
    place.write("before.yaml", &render);
    let diff = |format: &str| {
        let output = place.run(&[
            "diff",
            "web",
            chart,
            "--against",
            "before.yaml",
            "-o",
            format,
        ]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        (String::from_utf8(output.stdout).unwrap(), said)
    };
    for format in ["text", "markdown"] {
        let (report, said) = diff(format);
        assert!(report.contains("different in every render"), "{report}");
        assert!(
            report.contains("Secret/web  stringData.password"),
            "{report}"
        );
        assert!(!said.contains("password"), "{said}");
    }
    let report: Value = serde_json::from_str(&diff("json").0).unwrap();
    assert_eq!(
        report["random"],
        json!([{
            "object": {"apiVersion": "v1", "kind": "Secret", "namespace": "", "name": "web"},
            "path": "stringData.password",
        }])
    );
    let (report, said) = diff("names");
    assert_eq!(report, "");
    assert!(
        said.contains("Secret/web: stringData.password differs from render to render"),
        "{said}"
    );
}

#[test]
fn another_version_of_the_chart_can_be_the_old_side() {
    let Some(place) = Place::new() else { return };
    let old = place.folder.path().join("old");
    Command::new("cp")
        .arg("-r")
        .arg(Place::chart())
        .arg(&old)
        .status()
        .unwrap();
    let values = fs::read_to_string(old.join("values.yaml")).unwrap();
    fs::write(
        old.join("values.yaml"),
        values.replace("level: info", "level: debug"),
    )
    .unwrap();
    place.write("v.yaml", "password: fixed\n");
    let chart = Place::chart();
    let report = place.stdout(&[
        "diff",
        "web",
        chart.to_str().unwrap(),
        "-f",
        "v.yaml",
        "--from-chart",
        "./old",
        "--from-values",
        "v.yaml",
        "-o",
        "json",
    ]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let changes = &report["objects"][0]["changes"];
    assert_eq!(changes[0]["path"], json!("data.level"), "{report}");
    assert_eq!(report["summary"]["changed"], json!(1));
}

#[test]
fn golden_files_hold_all_but_what_is_random() {
    let Some(place) = Place::new() else { return };
    Command::new("cp")
        .arg("-r")
        .arg(Place::chart())
        .arg(place.folder.path().join("chart"))
        .status()
        .unwrap();
    place.write("v.yaml", "replicas: 2\n");
    place.write(
        "swanlab-render.yaml",
        "cases: [{name: web, chart: chart, values: [v.yaml], golden: web.yaml}]\n",
    );
    let made = place.run(&["check", "--update", "--force"]);
    assert_eq!(
        made.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    assert_eq!(place.run(&["check"]).status.code(), Some(0));
    place.write("v.yaml", "replicas: 3\n");
    let report = place.stdout(&["check", "--color", "never"]);
    assert!(
        report.contains("spec.replicas") && report.contains("1 changed, 2 unchanged"),
        "{report}"
    );
    assert!(
        report.contains("different in every render, and not compared:\n    Secret/release-name  stringData.password"),
        "{report}"
    );
}

#[test]
fn values_reach_subcharts_as_in_helm() {
    let Some(place) = Place::new() else { return };
    let chart = place.folder.path().join("parent");
    // Prints all values that a chart sees.
    let dump = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Chart.Name }}}\ndata: {values: {{ .Values | toJson | quote }}}\n";
    for (folder, yaml, values) in [
        (
            "",
            "apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n- {name: db, version: '*', condition: db.enabled}\n- {name: db, alias: cache, version: '*', condition: cache.enabled}\n- {name: spare, version: '*', tags: [extra]}\n",
            "global: {zone: a}\ndb: {enabled: true, port: 1}\ncache: {enabled: false}\ntags: {extra: false}\n",
        ),
        (
            "charts/db",
            "apiVersion: v2\nname: db\nversion: 0.1.0\n",
            "port: 5\nsize: 1Gi\nglobal: {zone: b, own: 1}\n",
        ),
        (
            "charts/spare",
            "apiVersion: v2\nname: spare\nversion: 0.1.0\n",
            "a: 1\n",
        ),
    ] {
        let folder = chart.join(folder);
        fs::create_dir_all(folder.join("templates")).unwrap();
        fs::write(folder.join("Chart.yaml"), yaml).unwrap();
        fs::write(folder.join("values.yaml"), values).unwrap();
        fs::write(folder.join("templates/dump.yaml"), dump).unwrap();
    }
    let parent = chart.to_str().unwrap();
    for set in [
        "db.size=2Gi",
        "global.zone=c,global.more=1",
        "cache.enabled=true,cache.port=9",
        "tags.extra=true",
    ] {
        let computed: Value = serde_json::from_str(
            &place.stdout(&["values", "r", parent, "--set", set, "-o", "json"]),
        )
        .unwrap();
        let rendered = place.stdout(&["template", "r", parent, "--set", set]);
        let seen: Vec<Value> = read_strictly(&rendered);
        let of = |name: &str| {
            let found = seen
                .iter()
                .find(|object| object["metadata"]["name"] == name)?;
            Some(serde_json::from_str::<Value>(found["data"]["values"].as_str()?).unwrap())
        };
        assert_eq!(Some(computed.clone()), of("parent"), "{set}");
        for (key, chart) in [("db", "db"), ("cache", "cache"), ("spare", "spare")] {
            if let Some(values) = of(chart) {
                assert_eq!(computed[key], values, "{set}: {key}");
            }
        }
        let said = place.run(&["template", "r", parent, "--set", set]);
        assert!(
            !String::from_utf8_lossy(&said.stderr).contains("does not know"),
            "{set}"
        );
    }
}

#[test]
fn errors_lead_back_to_the_value_and_hide_secrets() {
    let Some(place) = Place::new() else { return };
    let chart = Place::chart();
    let chart = chart.to_str().unwrap();
    place.write("v.yaml", "config:\n  level: loud\n");
    let output = place.run(&["template", "web", chart, "-f", "v.yaml"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(
        said.contains("config.level") && said.contains("v.yaml:2:10"),
        "{said}"
    );
    place.write(
        "v.yaml",
        "password: hunter2hunter2\nconfig: {hosts: [{}]}\n",
    );
    let output = place.run(&["template", "web", chart, "-f", "v.yaml"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.contains("config.hosts needs names") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn a_packaged_chart_with_a_subchart_is_rendered_as_its_folder_is() {
    let Some(place) = Place::new() else { return };
    for (path, text) in [
        (
            "c/Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 0.1.0\ndependencies: [{name: inner, version: '*', alias: db, condition: db.enabled}]\n",
        ),
        ("c/values.yaml", "db: {enabled: true, port: 2}\n"),
        (
            "c/charts/inner/Chart.yaml",
            "apiVersion: v2\nname: inner\nversion: 1.0.0\n",
        ),
        ("c/charts/inner/values.yaml", "port: 1\n"),
        (
            "c/charts/inner/templates/_my-names.yaml",
            "{{ define \"name\" }}{{ .Release.Name }}-{{ .Values.port }}{{ end }}\n",
        ),
        (
            "c/charts/inner/templates/o.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include \"name\" . }}\n",
        ),
    ] {
        let file = place.folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let packed = Command::new("tar")
        .args(["czf", "c.tgz", "c"])
        .current_dir(place.folder.path())
        .status()
        .unwrap();
    assert!(packed.success());
    let of_folder = place.stdout(&["template", "web", "./c"]);
    assert!(
        of_folder.contains("# Source: c/charts/db/templates/o.yaml"),
        "{of_folder}"
    );
    assert!(of_folder.contains("name: web-2"), "{of_folder}");
    assert_eq!(place.stdout(&["template", "web", "./c.tgz"]), of_folder);
    let off = ["template", "web", "./c.tgz", "--set", "db.enabled=false"];
    assert!(!place.stdout(&off).contains("ConfigMap"));
}

#[test]
fn notes_are_helms() {
    let Some(place) = Place::new() else { return };
    let chart = Place::chart();
    let chart = chart.to_str().unwrap();
    assert_eq!(
        place.stdout(&["show", "notes", "web", chart]),
        "Installed web.\n"
    );
    // As an archive too, in which the notes are those of the outer chart.
    let copied = Command::new("cp")
        .arg("-r")
        .args([chart, "outer"])
        .current_dir(place.folder.path())
        .status();
    assert!(copied.unwrap().success());
    let copied = Command::new("cp")
        .arg("-r")
        .args([chart, "inner"])
        .current_dir(place.folder.path())
        .status();
    assert!(copied.unwrap().success());
    let outer = place.folder.path().join("outer");
    fs::create_dir(outer.join("charts")).unwrap();
    fs::rename(
        place.folder.path().join("inner"),
        outer.join("charts/inner"),
    )
    .unwrap();
    place.write(
        "outer/templates/NOTES.txt",
        "{{ .Values.config.level }} <&> {{ .Template.BasePath }}\n",
    );
    let packed = Command::new("tar")
        .args(["czf", "outer.tgz", "outer"])
        .current_dir(place.folder.path())
        .status();
    assert!(packed.unwrap().success());
    for chart in ["./outer", "./outer.tgz"] {
        assert_eq!(
            place.stdout(&["show", "notes", "web", chart, "--set", "config.level=debug"]),
            "debug <&> go-templates/templates\n"
        );
    }
    fs::remove_file(outer.join("templates/NOTES.txt")).unwrap();
    let output = place.run(&["show", "notes", "web", "./outer"]);
    assert_eq!(output.status.code(), Some(2));
    let left: Vec<_> = fs::read_dir(place.folder.path()).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}
