//! Charts in Go templates, written on the spot and rendered by the real Helm: what another version does with the same
//! values, the values behind findings, and the schemas of subcharts.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::PROGRAM;
use crate::support::tools::tool;

struct Place {
    helm: PathBuf,
    folder: tempfile::TempDir,
}

impl Place {
    fn new(files: &[(&str, &str)]) -> Option<Self> {
        let helm = tool("helm", "versions of charts in Go templates")?;
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        Some(Self { helm, folder })
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

    fn said(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let output = self.run(args);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    }
}

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n";

/// Two versions of a chart, and values for the first.
fn two_versions() -> Option<Place> {
    let old = format!(
        "{CONFIG}data: {{host: {{{{ .Values.loginHost | quote }}}}, level: {{{{ .Values.level }}}}, size: a}}\n"
    );
    let new = format!(
        "{CONFIG}data: {{host: {{{{ .Values.host | quote }}}}, level: {{{{ .Values.level }}}}}}\n"
    );
    Place::new(&[
        (
            "old/Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 1.0.0\n",
        ),
        (
            "old/values.yaml",
            "loginHost: ''\nunused: 1\nlevel: info\nadminPassword: aaaaaa\n",
        ),
        ("old/templates/c.yaml", &old),
        (
            "new/Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 2.0.0\n",
        ),
        (
            "new/values.yaml",
            "host: ''\nlevel: debug\nadminPassword: bbbbbb\n",
        ),
        ("new/templates/c.yaml", &new),
        (
            "v.yaml",
            "loginHost: swanlab.example.org\nunused: 2\nneverKnown: 1\n",
        ),
    ])
}

/// Compares them.
const DIFF: [&str; 9] = [
    "diff",
    "web",
    "./new",
    "-f",
    "v.yaml",
    "--from-chart",
    "./old",
    "--from-values",
    "v.yaml",
];

#[test]
fn what_the_new_version_does_with_the_values_is_in_the_report() {
    let Some(place) = two_versions() else { return };
    let (code, report, _) = place.said(&[&DIFF[..], &["-o", "json"]].concat());
    assert_eq!(code, Some(1));
    let report: Value = serde_json::from_str(&report).unwrap();
    let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "namespace": "", "name": "web"});
    let found: Vec<Value> = report["values"].as_array().unwrap().clone();
    let brief: Vec<Value> = found
        .iter()
        .map(|one| {
            json!([
                one["change"],
                one["value"],
                one["file"],
                one["line"],
                one["fields"]
            ])
        })
        .collect();
    assert_eq!(
        json!(brief),
        json!([
            [
                "unknown",
                "loginHost",
                "v.yaml",
                1,
                [{"object": config, "path": "data.host"}]
            ],
            ["unknown", "unused", "v.yaml", 2, []],
            [
                "default",
                "level",
                "./new/values.yaml",
                2,
                [{"object": config, "path": "data.level"}]
            ],
            ["default", "adminPassword", "./new/values.yaml", 3, []],
        ])
    );
    assert_eq!(
        found[0]["message"],
        "c 2.0.0 does not know this value; in c 1.0.0 it decides these fields"
    );
    assert_eq!(
        found[2]["message"],
        "the default was \"info\", and is \"debug\""
    );
}

#[test]
fn people_read_what_the_new_version_does_with_the_values() {
    let Some(place) = two_versions() else { return };
    let (_, text, _) = place.said(&[&DIFF[..], &["--color", "never"]].concat());
    for line in [
        "unknown    loginHost  v.yaml:1",
        "    ConfigMap/web  data.host",
        "default    level  ./new/values.yaml:2",
        "  the default was \"info\", and is \"debug\"",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    assert!(
        !text.contains("aaaaaa") && !text.contains("bbbbbb"),
        "{text}"
    );
    let (_, markdown, _) = place.said(&[&DIFF[..], &["-o", "markdown"]].concat());
    assert!(markdown.contains("**unknown**"), "{markdown}");
    // Without values of its own, the old side has the chart's defaults; what the values did in it is known all the same.
    let (_, text, _) = place.said(&DIFF[..7]);
    assert!(text.contains("ConfigMap/web  data.host"), "{text}");
}

#[test]
fn the_old_values_of_swanlab_lose_their_mirror_and_host_in_a_later_chart() {
    let Some(place) = Place::new(&[
        (
            "new/Chart.yaml",
            "apiVersion: v2\nname: self-hosted\nversion: 0.4.4\n",
        ),
        (
            "new/values.yaml",
            "global: {settings: {host: ''}}\nhelper: {image: {repository: r, tag: t}}\n",
        ),
        ("new/templates/c.yaml", CONFIG),
        (
            "v.yaml",
            "global:\n  settings: {loginHost: 'https://swanlab.example.org'}\nhelper:\n  repository: mirror.example.org/helper\n",
        ),
    ]) else {
        return;
    };
    let (code, findings, _) = place.said(&["lint", "web", "./new", "-f", "v.yaml"]);
    assert_eq!(code, Some(0), "{findings}");
    for line in [
        "global.settings.loginHost: the chart does not know this key",
        "since SwanLab 3 it is `global.settings.host`",
        "helper.repository: the chart does not know this key",
        "since SwanLab 3 it is `helper.image.repository`",
        "v.yaml:2:14",
        "v.yaml:4:3",
    ] {
        assert!(findings.contains(line), "{line}\n{findings}");
    }
}

#[test]
fn a_finding_on_an_object_names_the_value_behind_it() {
    let workload = |name: &str, comment: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, annotations: {{a: {comment}}}}}\nspec:\n  replicas: {{{{ .Values.replicas }}}}\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec: {{containers: [{{name: a, image: a:1}}]}}\n"
        )
    };
    let outer = workload("outer", "x");
    let inner = workload("inner", "'{{ randAlpha 5 }}'");
    let Some(place) = Place::new(&[
        ("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        ("c/values.yaml", "replicas: 1\nother: 1\n"),
        ("c/templates/s.yaml", &outer),
        (
            "c/charts/inner/Chart.yaml",
            "apiVersion: v2\nname: inner\nversion: 1.0.0\n",
        ),
        ("c/charts/inner/values.yaml", "replicas: 1\n"),
        ("c/charts/inner/templates/s.yaml", &inner),
        (
            "v.yaml",
            "other: 2\nreplicas: many\ninner:\n  replicas: some\n",
        ),
    ]) else {
        return;
    };
    let (code, findings, _) = place.said(&["lint", "web", "./c", "-f", "v.yaml", "-o", "json"]);
    assert_eq!(code, Some(1), "{findings}");
    let findings: Value = serde_json::from_str(&findings).unwrap();
    let of = |code: &str| -> Vec<Value> {
        let findings = findings["findings"].as_array().unwrap().iter();
        findings
            .filter(|finding| finding["code"] == code)
            .map(|finding| json!([finding["file"], finding["line"]]))
            .collect()
    };
    assert_eq!(
        json!(of("SA020")),
        json!([["v.yaml", 2], ["v.yaml", 4]]),
        "{findings:#}"
    );
    // Where no value is tried, the template is named.
    let (_, text, _) = place.said(&["lint", "web", "./c", "-f", "v.yaml", "--origins", "none"]);
    assert!(text.contains("./c/templates/s.yaml"), "{text}");
    assert!(text.contains("./c/charts/inner/templates/s.yaml"), "{text}");
}

#[test]
fn the_schema_of_a_subchart_is_for_its_part_of_the_values() {
    let schema = r#"{"type": "object", "properties": {"port": {"type": "integer"}, "mode": {"enum": ["a", "b"]}}, "required": ["port"]}"#;
    let Some(place) = Place::new(&[
        (
            "c/Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies:\n- {name: db, version: '*', condition: db.enabled}\n- {name: db, alias: cache, version: '*', condition: cache.enabled}\n",
        ),
        (
            "c/values.yaml",
            "db: {enabled: true}\ncache: {enabled: false}\n",
        ),
        ("c/templates/c.yaml", CONFIG),
        (
            "c/charts/db/Chart.yaml",
            "apiVersion: v2\nname: db\nversion: 1.0.0\n",
        ),
        ("c/charts/db/values.yaml", "port: 1\nmode: a\nextra: null\n"),
        ("c/charts/db/values.schema.json", schema),
        ("v.yaml", "db:\n  port: x\n  mode: c\ncache:\n  port: y\n"),
        ("missing.yaml", "db: {port: null}\n"),
        ("text.yaml", "db: text\n"),
    ]) else {
        return;
    };
    let (code, out, said) = place.said(&["template", "web", "./c", "-f", "v.yaml"]);
    assert_eq!((code, &*out), (Some(2), ""), "{said}");
    for line in ["db.port: ", "db.mode: ", "v.yaml:2:9", "v.yaml:3:9"] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert!(!said.contains("cache"), "{said}");
    let enabled = [
        "template",
        "web",
        "./c",
        "-f",
        "v.yaml",
        "--set",
        "cache.enabled=true",
    ];
    let (_, _, said) = place.said(&enabled);
    assert!(
        said.contains("cache.port: ") && said.contains("v.yaml:5:9"),
        "{said}"
    );
    let (code, _, said) = place.said(&["template", "web", "./c", "-f", "missing.yaml"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("db.port: is required and missing"), "{said}");
    let (code, _, said) = place.said(&["template", "web", "./c", "-f", "text.yaml"]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("db: must be a map") && said.contains("text.yaml:1:5"),
        "{said}"
    );
    // What is null in the defaults of a subchart is not there, unless all its values were taken away.
    let (_, values, _) = place.said(&["values", "web", "./c"]);
    assert!(!values.contains("extra"), "{values}");
    let (_, values, _) = place.said(&["values", "web", "./c", "--set", "db=null"]);
    assert!(values.contains("extra: null"), "{values}");
}

#[test]
fn a_chart_in_jinja_has_no_subcharts() {
    let Some(place) = Place::new(&[
        ("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        (
            "c/templates/c.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ Release.Name }}}\n",
        ),
        (
            "c/charts/inner/Chart.yaml",
            "apiVersion: v2\nname: inner\nversion: 1.0.0\n",
        ),
    ]) else {
        return;
    };
    let (code, _, said) = place.said(&["template", "web", "./c"]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("the chart c is written in Jinja and depends on other charts")
            && said.contains("c/templates/c.yaml:3:18"),
        "{said}"
    );
}

#[test]
fn the_built_in_chart_can_be_the_old_side() {
    let Some(place) = Place::new(&[
        (
            "new/Chart.yaml",
            "apiVersion: v2\nname: self-hosted\nversion: 0.4.4\n",
        ),
        (
            "new/values.yaml",
            "global: {settings: {host: ''}}\nfullnameOverride: ''\n",
        ),
        (
            "new/templates/c.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-traefik-config}\ndata: {a: b}\n",
        ),
        (
            "v.yaml",
            "global:\n  settings: {loginHost: 'https://swanlab.example.org'}\n",
        ),
    ]) else {
        return;
    };
    let (code, report, said) = place.said(&[
        "diff",
        "./new",
        "-f",
        "v.yaml",
        "--from-chart",
        "built-in",
        "--from-values",
        "v.yaml",
        "-o",
        "json",
    ]);
    // The claims are gone.
    assert_eq!(code, Some(3), "{said}");
    let report: Value = serde_json::from_str(&report).unwrap();
    let lost = &report["values"][0];
    assert_eq!(lost["value"], "global.settings.loginHost", "{report:#}");
    assert_eq!(lost["help"], "since SwanLab 3 it is `global.settings.host`");
    let fields = lost["fields"].as_array().unwrap();
    assert!(!fields.is_empty(), "{lost:#}");
    // Both sides have the same release name.
    let config = |one: &&Value| one["name"] == "release-name-traefik-config";
    let objects = report["objects"].as_array().unwrap();
    let config = objects.iter().find(config).unwrap();
    assert_eq!(config["action"], "changed");
}

#[test]
fn a_value_that_only_the_new_version_requires_is_said_to_be_new() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n";
    let schema = r#"{"type": "object", "required": ["host"]}"#;
    let Some(place) = Place::new(&[
        (
            "old/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        ),
        ("old/templates/c.yaml", config),
        (
            "new/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 2.0.0\n",
        ),
        ("new/templates/c.yaml", config),
        ("new/values.schema.json", schema),
        (
            "call/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 2.0.0\n",
        ),
        (
            "call/templates/c.yaml",
            &format!(
                "{config}data: {{host: {{{{ required \"host must be set\" .Values.host }}}}}}\n"
            ),
        ),
        ("v.yaml", "{}\n"),
    ]) else {
        return;
    };
    for (chart, error) in [
        ("./new", "error[SL003]: host: is required and missing"),
        ("./call", "host must be set"),
    ] {
        let args = ["diff", "web", chart, "-f", "v.yaml", "--from-chart"];
        let (code, printed, said) = place.said(&[&args[..], &["./old"]].concat());
        assert_eq!((code, &*printed), (Some(2), ""));
        assert!(said.contains(error), "{said}");
        let note =
            "note: web 1.0.0 renders with the same values: what is wrong is new in the other chart";
        assert!(said.contains(note), "{said}");
        // Both require it: it is not new.
        let (_, _, said) = place.said(&[&args[..], &["./call"]].concat());
        assert!(!said.contains("renders with the same values"), "{said}");
    }
}

#[test]
fn a_value_in_a_map_that_it_makes_is_named_between_two_charts() {
    let Some(place) = Place::new(&[
        (
            "web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        ),
        ("web/values.yaml", "resources: {}\nselector: {}\n"),
        (
            "web/templates/p.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  \
             nodeSelector: {{ toJson .Values.selector }}\n  \
             containers: [{name: web, image: web, resources: {{ toJson .Values.resources }}}]\n",
        ),
        (
            "v.yaml",
            "resources: {limits: {memory: 1Gi}}\nselector: {disk: ssd}\n",
        ),
    ]) else {
        return;
    };
    let args = ["diff", "web", "./web", "-f", "v.yaml", "--from-chart"];
    let (_, report, said) = place.said(&[&args[..], &["./web", "-o", "json"]].concat());
    let report: Value = serde_json::from_str(&report).unwrap_or_else(|_| panic!("{said}"));
    let findings = report["findings"].as_array().unwrap();
    let origins = findings.iter().map(|one| &one["origin"]["value"]);
    let origins: Vec<&Value> = origins.collect();
    assert_eq!(origins, ["resources.limits.memory", "selector.disk"]);
}
