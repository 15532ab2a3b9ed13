//! What the integration tests share: rendering through the library, and comparing trees.
#![allow(dead_code, unreachable_pub)] // every test binary uses a part of it

#[cfg(unix)]
pub mod kubectl;
pub mod patch;
pub mod report_schema;
#[cfg(unix)]
pub mod shells;
pub mod tools;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use swanlab_render::chart::{self, Chart};
use swanlab_render::diagnostics::{Diagnostics, Source};
use swanlab_render::diff::Options;
use swanlab_render::kubernetes::Quantity;
use swanlab_render::kubernetes::types::Types;
use swanlab_render::manifest::Manifest;
use swanlab_render::release::{Release, Rendered, Request};
use swanlab_render::report::{self, Style};
use swanlab_render::values::{Flag, NoFiles, Overrides, set};
use swanlab_render::yaml;
use tempfile::TempDir;

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_swanlab-render");

/// The release name that most tests use: the default one.
pub const RELEASE: &str = "swanlab-self-hosted";

/// Runs the program in a folder.
pub fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM)
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One rendering, as `template NAME [CHART] -n NAMESPACE -f … FLAGS` would do it.
pub struct Case {
    pub name: String,
    pub namespace: String,
    pub chart: Option<PathBuf>,
    pub files: Vec<(String, String)>,
    pub flags: Vec<String>,
    pub validate: bool,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            name: RELEASE.to_owned(),
            namespace: "default".to_owned(),
            chart: None,
            files: Vec::new(),
            flags: Vec::new(),
            validate: true,
        }
    }
}

impl Case {
    /// The embedded chart with one values file.
    pub fn of(values: &str) -> Self {
        Self {
            files: vec![("my-values.yaml".to_owned(), values.to_owned())],
            ..Self::default()
        }
    }

    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    pub fn with_chart(mut self, chart: impl Into<PathBuf>) -> Self {
        self.chart = Some(chart.into());
        self
    }

    /// The objects in output order.
    pub fn manifests(&self) -> Result<Vec<Manifest>, Diagnostics> {
        Ok(self.release()?.render()?.into_all())
    }

    /// The release, with valid values unless the case says not to look.
    pub fn release(&self) -> Result<Release, Diagnostics> {
        let release = Release::new(self.load()?, self.request(), &NoFiles)?;
        if self.validate {
            release.validate()?;
        }
        Ok(release)
    }

    /// What it asks of its chart.
    pub fn request(&self) -> Request {
        let mut request = Request::default()
            .named(&*self.name)
            .in_namespace(&*self.namespace);
        request.overrides = self.overrides();
        request
    }

    /// The texts of its values.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            files: self
                .files
                .iter()
                .map(|(name, text)| Source::new(name.clone(), text.clone()))
                .collect(),
            flags: self.set_flags(),
        }
    }

    pub fn load(&self) -> Result<Chart, Diagnostics> {
        match &self.chart {
            None => chart::embedded(),
            Some(folder) => chart::load(folder),
        }
    }

    fn set_flags(&self) -> Vec<Flag> {
        self.flags
            .chunks(2)
            .map(|pair| {
                let [flag, argument] = pair else {
                    panic!("a flag without its argument: {pair:?}")
                };
                let kinds = [
                    set::Kind::Json,
                    set::Kind::Set,
                    set::Kind::String,
                    set::Kind::File,
                    set::Kind::Literal,
                ];
                let kind = kinds.into_iter().find(|kind| kind.flag() == flag);
                Flag::new(kind.unwrap_or_else(|| panic!("{flag}?")), argument)
            })
            .collect()
    }

    /// The text on standard output.
    pub fn text(&self) -> Result<String, Diagnostics> {
        let mut text = String::new();
        report::manifests::yaml(&self.manifests()?, &mut text);
        Ok(text)
    }

    /// The objects by `Kind/name`.
    pub fn objects(&self) -> Objects {
        let manifests = self
            .manifests()
            .unwrap_or_else(|problems| panic!("{}", report::draw(&problems, Style::PLAIN)));
        let count = manifests.len();
        let objects: BTreeMap<String, Value> = manifests
            .into_iter()
            .map(|manifest| (key(&manifest.object), manifest.object))
            .collect();
        assert_eq!(objects.len(), count, "two objects of one name");
        Objects(objects)
    }

    /// What is printed on standard error instead of a result.
    pub fn error(&self) -> String {
        match self.manifests() {
            Ok(_) => panic!("it renders"),
            Err(problems) => report::draw(&problems, Style::PLAIN),
        }
    }
}

/// How many objects the defaults give.
pub fn count_of_defaults() -> usize {
    Case::default().manifests().unwrap().len()
}

/// Objects and hooks in output order.
pub fn all(rendered: &Rendered) -> Vec<Manifest> {
    rendered.all().cloned().collect()
}

/// `Kind/name`.
pub fn key(object: &Value) -> String {
    format!(
        "{}/{}",
        object["kind"].as_str().unwrap_or_default(),
        object["metadata"]["name"].as_str().unwrap_or_default()
    )
}

/// An upgrade with `kubectl apply` in the namespace `default` of Kubernetes 1.`minor`.
pub fn options(minor: u64) -> Options<'static> {
    Options::new("default", Types::of(1, minor))
}

/// Rendered objects by `Kind/name`.
pub struct Objects(pub BTreeMap<String, Value>);

impl Objects {
    pub fn get(&self, key: &str) -> &Value {
        self.0.get(key).unwrap_or_else(|| {
            let keys: Vec<&String> = self.0.keys().collect();
            panic!("no {key} among {keys:?}")
        })
    }

    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// A container of an object, init containers included.
    pub fn container(&self, key: &str, name: &str) -> &Value {
        let pod = &self.get(key)["spec"]["template"]["spec"];
        ["initContainers", "containers"]
            .iter()
            .filter_map(|list| pod[list].as_array())
            .flatten()
            .find(|container| container["name"] == name)
            .unwrap_or_else(|| panic!("{key} has no container {name}"))
    }

    /// What an environment variable is set to; null if it is not there or comes from elsewhere.
    pub fn env(&self, key: &str, container: &str, name: &str) -> &Value {
        self.container(key, container)["env"]
            .as_array()
            .and_then(|env| env.iter().find(|one| one["name"] == name))
            .map_or(&Value::Null, |one| &one["value"])
    }

    /// Everything that differs from `before`, a line each: `Kind/name` with `+` or `-`, or the
    /// path with both values.
    pub fn changes_since(&self, before: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (key, old) in &before.0 {
            match self.0.get(key) {
                None => lines.push(format!("- {key}")),
                Some(new) => changes(old, new, &mut key.clone(), &mut lines),
            }
        }
        for line in &mut lines {
            *line = line.replacen(" spec template ", " pod ", 1);
        }
        let added = self.0.keys().filter(|key| !before.0.contains_key(*key));
        lines.extend(added.map(|key| format!("+ {key}")));
        lines
    }
}

fn changes(old: &Value, new: &Value, path: &mut String, lines: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(a), Value::Object(b)) => {
            let new_keys = b.keys().filter(|key| !a.contains_key(*key));
            for key in a.keys().chain(new_keys) {
                step(path, &format!(" {key}"), |path| {
                    changes(&old[key], &new[key], path, lines);
                });
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (old, new)) in a.iter().zip(b).enumerate() {
                let name = match (old["name"].as_str(), new["name"].as_str()) {
                    (Some(old), Some(new)) if old == new => old.to_owned(),
                    _ => index.to_string(),
                };
                step(path, &format!(" {name}"), |path| {
                    changes(old, new, path, lines);
                });
            }
        }
        (Value::String(a), Value::String(b))
            if a != b && (path.ends_with(" traefik.yaml") || path.ends_with(" dynamic.yaml")) =>
        {
            let [a, b] = [a, b].map(|text| read_strictly(text).remove(0));
            changes(&a, &b, path, lines);
        }
        // An element more at the end.
        (Value::Array(a), Value::Array(b)) if b.len() == a.len() + 1 && b[..a.len()] == a[..] => {
            lines.push(format!("{path} [+]: {}", b[a.len()]));
        }
        (old, new) if old == new => {}
        (Value::Null, new) => lines.push(format!("{path}: + {new}")),
        (old, Value::Null) => lines.push(format!("{path}: - {old}")),
        (old, new) => lines.push(format!("{path}: {old} -> {new}")),
    }
}

fn step(path: &mut String, addition: &str, inside: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push_str(addition);
    inside(path);
    path.truncate(length);
}

/// Whether a text speaks of this dotted value, and not only of one above or below it.
pub fn names(text: &str, path: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + path.len()..]
            .chars()
            .take_while(|&c| is_word(c) || c == '.');
        !before.is_some_and(|c| is_word(c) || c == '.') && !after.any(is_word)
    })
}

/// The documents of a text, which must not repeat a key anywhere.
pub fn read_strictly(text: &str) -> Vec<Value> {
    let nodes = yaml::compose(text).unwrap_or_else(|error| panic!("not YAML: {error}"));
    nodes
        .iter()
        .map(|node| {
            assert_eq!(yaml::duplicates(node), [], "a key is repeated");
            yaml::tree(node).unwrap_or_else(|error| panic!("not Helm's YAML: {error}"))
        })
        .collect()
}

/// Equal, with numbers by value: Helm's are all floats.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x == y || x.as_f64() == y.as_f64(),
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len()
                && x.iter()
                    .all(|(key, value)| y.get(key).is_some_and(|other| same(value, other)))
        }
        (Value::Array(x), Value::Array(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y))
        }
        _ => a == b,
    }
}

/// One of the recorded cases.
pub struct Recorded {
    pub name: String,
    pub case: Case,
    pub expected: Value,
    /// Whether a container requests more than its limit. Helm renders that and the API server refuses it, so the values
    /// are refused; the case leaves their validation out.
    pub is_above_limits: bool,
}

/// All of `tests/conformance/cases`, by name.
pub fn recorded() -> Vec<Recorded> {
    let folder = root().join("tests/conformance/cases");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let read = |name: &str| std::fs::read_to_string(path.join(name)).unwrap();
            let json = |name: &str| -> Value { serde_json::from_str(&read(name)).unwrap() };
            let args = json("args.json");
            let or = |key: &str, usual: &str| args[key].as_str().unwrap_or(usual).to_owned();
            let mut case = Case::of(&read("values.yaml")).named(&or("name", RELEASE));
            case.namespace = or("namespace", "default");
            case.flags = args["flags"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|flag| flag.as_str().unwrap().to_owned())
                .collect();
            let expected = json("expected.json");
            let mut objects = expected["objects"].as_array().into_iter().flatten();
            let is_above_limits = objects.any(requests_above_limits);
            case.validate = !is_above_limits;
            Recorded {
                name: path.file_name().unwrap().to_string_lossy().into_owned(),
                case,
                expected,
                is_above_limits,
            }
        })
        .collect()
}

/// Whether a container of an object requests more than its limit.
fn requests_above_limits(object: &Value) -> bool {
    let pod = &object["spec"]["template"]["spec"];
    let lists = ["initContainers", "containers"].map(|list| pod[list].as_array());
    lists.into_iter().flatten().flatten().any(|container| {
        let resources = &container["resources"];
        let limit = |name: &str| Quantity::of(&resources["limits"][name]);
        let requests = resources["requests"].as_object().into_iter().flatten();
        requests
            .filter_map(|(name, request)| Some((Quantity::of(request)?, limit(name)?)))
            .any(|(request, limit)| request > limit)
    })
}

/// Holds what values change against the default render, and that they change nothing else.
#[track_caller]
pub fn assert_changes(values: &str, expected: &[&str]) {
    let found = Case::of(values)
        .objects()
        .changes_since(&Case::default().objects());
    assert!(
        found == expected,
        "these values change\n{}\nand not\n{}",
        found.join("\n"),
        expected.join("\n")
    );
}

/// The folder of a chart `c` with these files, which may include another Chart.yaml.
pub fn chart_folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let metadata = ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n");
    for (path, text) in [&metadata].into_iter().chain(files) {
        write_file(folder.path(), path, text);
    }
    folder
}

/// Writes a file and the folders that it is in.
pub fn write_file(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
