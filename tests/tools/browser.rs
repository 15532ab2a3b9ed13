//! Reports and maps in a real browser: Chromium, driven by the scripts in `tests/browser`. Where Node, Chromium or what
//! `tests/browser/get` fetches is missing, a line says what is skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use crate::support::tools::{skipped, tool};
use crate::support::{PROGRAM, RELEASE, root};
use serde::Deserialize;
use serde_json::{Value, json};
use swanlab_render::yaml;

/// Node, the folder with the packages, and Chromium.
struct Browser {
    node: PathBuf,
    modules: PathBuf,
    chromium: PathBuf,
}

static BROWSER: LazyLock<Option<Browser>> = LazyLock::new(|| {
    let what = "reports and maps in a browser";
    let node = tool("node", what)?;
    let chromium = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(|name| tool(name, what))?;
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let modules = cache?.join("swanlab-render/browser");
    let fetched = Command::new("sh")
        .arg(root().join("tests/browser/get"))
        .arg(&modules)
        .output()
        .unwrap();
    if !fetched.status.success() {
        let why = String::from_utf8_lossy(&fetched.stderr).into_owned();
        skipped(
            what,
            why.lines().last().unwrap_or("tests/browser/get fails"),
        );
        return None;
    }
    Some(Browser {
        node,
        modules,
        chromium,
    })
});

impl Browser {
    /// Runs a script of `tests/browser`.
    fn run(&self, script: &str, arguments: &[&Path]) -> Output {
        let mut command = Command::new(&self.node);
        command.arg(root().join("tests/browser").join(script));
        command.args([&self.modules, &self.chromium]);
        command.args(arguments).output().unwrap()
    }
}

/// What the script has found, if that is nothing to complain about.
#[track_caller]
fn fine(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{error}");
    text
}

/// What the program prints.
fn printed(arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    assert!([0, 1, 3].contains(&code), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// An upgrade of `tests/upgrades.yaml`.
#[derive(Deserialize)]
struct Upgrade {
    name: String,
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
    release: Option<String>,
}

/// The upgrades whose reports are opened, and what is to be seen in each.
const UPGRADES: [(&str, &str); 6] = [
    ("nothing changed", "no changes"),
    (
        "object storage is switched to an integration",
        "DO NOT APPLY: 1 loss of data",
    ),
    ("the release is renamed", "objects renamed"),
    ("server's image changes", "1 restart"),
    ("postgres' password changes", "secret#1"),
    ("all at once: version, claims, names", "DO NOT APPLY"),
];

/// Writes the report of each upgrade, and what is to be seen in it.
fn write_upgrades(folder: &Path) {
    let mut documents = yaml::read(include_str!("../upgrades.yaml")).unwrap();
    let all: Vec<Upgrade> = serde_json::from_value(documents.remove(0)).unwrap();
    for (number, (name, shown)) in UPGRADES.into_iter().enumerate() {
        let upgrade = all.iter().find(|one| one.name == name).unwrap();
        fs::write(folder.join("before.yaml"), &upgrade.before).unwrap();
        fs::write(folder.join("after.yaml"), &upgrade.after).unwrap();
        let old = printed(&["template", RELEASE, "-f", "before.yaml"], folder);
        fs::write(folder.join("old.yaml"), old).unwrap();
        let release = upgrade.release.as_deref().unwrap_or(RELEASE);
        let arguments = [
            "diff",
            release,
            "-f",
            "after.yaml",
            "--against",
            "old.yaml",
            "-o",
            "html",
            "-q",
        ];
        write(
            folder,
            &format!("{number}-upgrade"),
            &printed(&arguments, folder),
            &[shown],
        );
    }
}

fn write(folder: &Path, name: &str, report: &str, shown: &[&str]) {
    fs::write(folder.join(format!("{name}.html")), report).unwrap();
    let expected = json!({ "shown": shown }).to_string();
    fs::write(folder.join(format!("{name}.json")), expected).unwrap();
}

/// The report of a chart installed by Helm that is taken over.
fn take_over(folder: &Path) -> String {
    let stream = root().join("tests/helm_streams/metadata-everywhere.yaml");
    let stream = stream.display().to_string();
    printed(&["diff", "--against", &stream, "-o", "html", "-q"], folder)
}

/// Objects whose names, keys and values are markup.
fn hostile(folder: &Path) -> (String, Vec<&'static str>) {
    const TEXTS: [&str; 6] = [
        "<script>hacked=1</script>",
        "<img src=x onerror=hacked=1>",
        "\"><svg onload=hacked=1>",
        "'-alert(1)-'",
        "javascript:hacked=1",
        "</style></script><iframe src=//example.org>",
    ];
    let objects = |version: &str| {
        let objects = TEXTS.iter().map(|text| {
            json!({
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": text, "annotations": {*text: version}},
                "data": {*text: format!("{text}\n{version}\n"), "other": version, version: text},
            })
        });
        let list =
            json!({"apiVersion": "v1", "kind": "List", "items": objects.collect::<Vec<_>>()});
        list.to_string()
    };
    fs::write(folder.join("old.yaml"), objects("1")).unwrap();
    fs::write(folder.join("new.yaml"), objects("2")).unwrap();
    let arguments = [
        "diff",
        "--manifests",
        "new.yaml",
        "--against",
        "old.yaml",
        "-o",
        "html",
        "-q",
    ];
    (printed(&arguments, folder), TEXTS.to_vec())
}

/// The page about two golden files, of which one is not what its values give.
fn golden(folder: &Path) -> String {
    let cases = folder.join("cases");
    fs::create_dir(&cases).unwrap();
    for (name, values) in [
        ("web", "service: {server: {replicas: 3}}\n"),
        ("fine", "{}\n"),
    ] {
        fs::write(cases.join(format!("{name}.values.yaml")), values).unwrap();
        let golden = printed(&["template"], folder);
        fs::write(cases.join(format!("{name}.golden.yaml")), golden).unwrap();
    }
    printed(&["check", "-o", "html", "-q", "cases"], folder)
}

#[test]
fn reports_are_readable_whatever_they_say() {
    let Some(browser) = BROWSER.as_ref() else {
        return;
    };
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    write_upgrades(folder);
    let report = take_over(folder);
    assert!(report.len() < 400_000, "{} bytes", report.len());
    write(folder, "take-over", &report, &["28 changed"]);
    let (report, shown) = hostile(folder);
    write(folder, "hostile", &report, &shown);
    let plan = [
        "plan",
        "--set",
        "service.server.image.tag=v3",
        "--from-values",
        "old",
        "-o",
        "html",
    ];
    fs::write(folder.join("old"), "").unwrap();
    write(
        folder,
        "plan",
        &printed(&plan, folder),
        &["Dump PostgreSQL into"],
    );
    write(
        folder,
        "check",
        &golden(folder),
        &["web: differs", "1 ok, 1 differ"],
    );
    // For review.
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reports");
    let said = fine(&browser.run("reports.mjs", &[folder, &pictures]));
    assert!(said.starts_with("10 reports, "), "{said}");
    let png = pictures.join("take-over-phone.png");
    assert!(png.metadata().unwrap().len() > 10_000);
}

#[test]
fn ten_thousand_objects_can_be_looked_through() {
    let Some(browser) = BROWSER.as_ref() else {
        return;
    };
    let place = tempfile::tempdir().unwrap();
    let objects = |version: usize| {
        let objects = (0..10_000).map(|number| {
            json!({
                "apiVersion": "v1",
                "kind": if number % 2 == 0 { "ConfigMap" } else { "Secret" },
                "metadata": {"name": format!("object-{number}"), "labels": {"version": version.to_string()}},
                "data": {"a": format!("{number}"), "b": version.to_string()},
            })
        });
        let list =
            json!({"apiVersion": "v1", "kind": "List", "items": objects.collect::<Vec<_>>()});
        list.to_string()
    };
    fs::write(place.path().join("old.yaml"), objects(1)).unwrap();
    fs::write(place.path().join("new.yaml"), objects(2)).unwrap();
    let arguments = [
        "diff",
        "--manifests",
        "new.yaml",
        "--against",
        "old.yaml",
        "-o",
        "html",
        "-q",
    ];
    let file = place.path().join("large.html");
    fs::write(&file, printed(&arguments, place.path())).unwrap();
    let text = Path::new("object-999");
    let said = fine(&browser.run("large.mjs", &[&file, text]));
    let measured: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(measured["objects"], 10_000, "{said}");
    assert_eq!(measured["found"], 11, "{said}");
    // An idle machine needs a tenth of that.
    for (what, most) in [("load", 60_000), ("filter", 10_000), ("jump", 5_000)] {
        assert!(measured[what].as_u64().unwrap() < most, "{said}");
    }
}

/// The maps that are drawn: the default, all stores outside, and names that are markup in one language or another.
fn write_maps(folder: &Path) {
    let hostile = json!({"apiVersion": "v1", "kind": "List", "items": HOSTILE_NAMES.map(|name| json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"template": {"spec": {
            "containers": [{"name": "c", "env": [{"name": "URL", "value": "http://example.org"}]}],
            "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": name}}],
        }}},
    }))});
    fs::write(folder.join("hostile"), hostile.to_string()).unwrap();
    let integrations = root()
        .join("tests/values/integrations.yaml")
        .display()
        .to_string();
    let maps: [(&str, &[&str]); 3] = [
        ("default", &[]),
        ("integrations", &["-f", &integrations]),
        ("names", &["--manifests", "hostile"]),
    ];
    for (name, flags) in maps {
        let draw = |format: &str, suffix: &str| {
            let text = printed(&[&["topology", "-q", "-o", format], flags].concat(), folder);
            fs::write(folder.join(format!("{name}.{suffix}")), &text).unwrap();
            text
        };
        for (format, suffix) in [("svg", "svg"), ("mermaid", "mmd"), ("dot", "dot")] {
            draw(format, suffix);
        }
        let map: Value = serde_json::from_str(&draw("json", "tree")).unwrap();
        let [nodes, edges] = ["nodes", "edges"].map(|what| map[what].as_array().unwrap());
        let names: Vec<&Value> = nodes.iter().map(|node| &node["name"]).collect();
        let expected = json!({"nodes": nodes.len(), "edges": edges.len(), "names": names});
        fs::write(folder.join(format!("{name}.json")), expected.to_string()).unwrap();
    }
}

const HOSTILE_NAMES: [&str; 5] = [
    "<img src=x onerror=alert(1)>",
    "a\"]; click n0 href \"javascript:alert(1)\"",
    "end",
    "\\\"label=\\\"x",
    "a-very-long-name-without-end-that-goes-on-and-on-until-it-has-sixty-three",
];

/// The map of what changes that a comment has: as Mermaid reads it, and how much is on it.
fn write_changes(folder: &Path) {
    fs::write(folder.join("old.yaml"), "").unwrap();
    let flags = [
        "--set",
        "service.server.replicas=3",
        "--from-values",
        "old.yaml",
    ];
    let arguments = [&["diff", "-o", "markdown", "--map"], &flags[..]].concat();
    let comment = printed(&arguments, folder);
    let (_, rest) = comment.split_once("```mermaid\n").unwrap();
    let (map, _) = rest.split_once("```\n").unwrap();
    fs::write(folder.join("changes.mmd"), map).unwrap();
    // The server with its Service, four Services that it asks, and three Secrets.
    let names = ["server", "house", "postgres", "redis", "s3"];
    let names = names.iter().map(|name| format!("{RELEASE}-{name}"));
    let expected = json!({"nodes": 9, "edges": 8, "names": names.collect::<Vec<_>>()});
    fs::write(folder.join("changes.json"), expected.to_string()).unwrap();
}

#[test]
fn maps_are_drawn_by_browsers_and_by_mermaid_without_overlapping_texts() {
    let Some(browser) = BROWSER.as_ref() else {
        return;
    };
    let place = tempfile::tempdir().unwrap();
    write_maps(place.path());
    write_changes(place.path());
    let said = fine(&browser.run("maps.mjs", &[place.path()]));
    assert_eq!(said, "4 maps, 0 problems\n");
}

#[test]
fn graphviz_reads_every_node_and_edge() {
    let Some(dot) = tool("dot", "maps for Graphviz") else {
        return;
    };
    let place = tempfile::tempdir().unwrap();
    write_maps(place.path());
    for name in ["default", "integrations", "names"] {
        let output = Command::new(&dot)
            .args(["-Tjson0", &format!("{name}.dot")])
            .current_dir(place.path())
            .output()
            .unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{name}: {output:?}"
        );
        let drawn: Value = serde_json::from_slice(&output.stdout).unwrap();
        let expected = fs::read_to_string(place.path().join(format!("{name}.json"))).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        let count = |what: &str| drawn[what].as_array().map_or(0, Vec::len);
        assert_eq!(count("objects"), expected["nodes"], "{name}");
        assert_eq!(count("edges"), expected["edges"], "{name}");
    }
}
