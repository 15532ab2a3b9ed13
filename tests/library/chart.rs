//! Charts: the embedded one is the repository's root, and folders are loaded by Helm's rules.

use std::fs;
use std::process::{Command, Output};

use crate::support::{Case, PROGRAM, chart_folder, read_strictly, root, write_file};
use serde_json::{Value, json};
use swanlab_render::chart::{self, Language, Role};
use swanlab_render::engine::Engine;
use tempfile::TempDir;

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: o\n";

fn render(folder: &TempDir) -> Result<Vec<String>, String> {
    Case::default()
        .with_chart(folder.path())
        .manifests()
        .map(|manifests| {
            manifests
                .into_iter()
                .map(|manifest| manifest.source)
                .collect()
        })
        .map_err(|problems| problems.to_string())
}

/// `template ARGUMENTS` in `tests/`.
fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM)
        .current_dir(root().join("tests"))
        .arg("template")
        .args(arguments)
        .output()
        .unwrap()
}

fn objects(arguments: &[&str]) -> Vec<Value> {
    let output = run(arguments);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    read_strictly(&String::from_utf8(output.stdout).unwrap())
}

fn kinds(arguments: &[&str]) -> Vec<String> {
    let objects = objects(arguments);
    let kinds = objects
        .iter()
        .map(|object| object["kind"].as_str().unwrap());
    kinds.map(str::to_owned).collect()
}

#[test]
fn the_embedded_chart_is_the_one_in_the_repository() {
    let embedded = chart::embedded().unwrap();
    let loaded = chart::load(root()).unwrap();
    let texts = |chart: &chart::Chart| -> Vec<(String, String)> {
        let templates = chart.templates.iter();
        templates
            .map(|template| (template.path.clone(), template.source.text().to_owned()))
            .collect()
    };
    assert_eq!(texts(&embedded), texts(&loaded));
    assert_eq!(embedded.values.text(), loaded.values.text());
    assert_eq!(embedded.chart_yaml.text(), loaded.chart_yaml.text());
    let text =
        |source: Option<&swanlab_render::diagnostics::Source>| source.map(|s| s.text().to_owned());
    assert_eq!(text(embedded.schema.as_ref()), text(loaded.schema.as_ref()));
    assert_eq!(text(embedded.readme.as_ref()), text(loaded.readme.as_ref()));
    for entry in fs::read_dir(root().join("scripts")).unwrap() {
        let name = entry.unwrap().file_name();
        let path = format!("scripts/{}", name.to_string_lossy());
        assert_eq!(
            embedded.files.get(&path).unwrap(),
            loaded.files.get(&path).unwrap()
        );
    }
}

#[test]
fn the_embedded_chart_and_the_folder_render_the_same_bytes() {
    for values in [
        "{}",
        "dependencies: {postgres: {password: p}}\nintegrations: {redis: {enabled: true, existingSecret: r}}\n",
    ] {
        let embedded = Case::of(values).text().unwrap();
        let folder = Case::of(values).with_chart(root()).text().unwrap();
        assert_eq!(embedded, folder);
    }
    let embedded = run(&["swanlab-self-hosted"]);
    let folder = run(&["swanlab-self-hosted", ".."]);
    assert!(embedded.status.success() && embedded.stdout.len() > 10_000);
    assert!(
        embedded.stdout == folder.stdout,
        "the program prints them differently"
    );
}

#[test]
fn what_helmignore_names_is_not_part_of_the_chart() {
    let chart = chart_folder(&[
        (
            ".helmignore",
            "# drafts\n*.draft.yaml\n/templates/old/\nsecret.txt\n",
        ),
        ("templates/a.yaml", CONFIG_MAP),
        ("templates/b.draft.yaml", "not: [closed"),
        ("templates/old/c.yaml", "not: [closed"),
        ("secret.txt", "hidden"),
        ("open.txt", "shown"),
    ]);
    assert_eq!(render(&chart), Ok(vec!["c/templates/a.yaml".to_owned()]));
    let loaded = chart::load(chart.path()).unwrap();
    assert_eq!(loaded.files.get("open.txt").unwrap(), "shown");
    assert!(loaded.files.get("secret.txt").is_err());
}

#[test]
fn a_byte_order_mark_is_taken_off() {
    let chart = chart_folder(&[
        ("values.yaml", "\u{feff}name: web\n"),
        (
            "templates/a.yaml",
            "\u{feff}apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ Values.name }}\n",
        ),
    ]);
    write_file(
        chart.path(),
        "Chart.yaml",
        "\u{feff}apiVersion: v2\nname: c\nversion: 0.1.0\n",
    );
    let objects = Case::default().with_chart(chart.path()).objects();
    assert_eq!(objects.get("ConfigMap/web")["apiVersion"], "v1");
}

#[test]
fn a_file_of_more_than_five_mebibytes_is_refused() {
    let largest = 5 * 1024 * 1024;
    let padded =
        |size: usize| format!("{CONFIG_MAP}#{}\n", "x".repeat(size - CONFIG_MAP.len() - 2));
    let chart = chart_folder(&[("templates/a.yaml", &padded(largest + 1))]);
    let error = render(&chart).unwrap_err();
    assert!(
        error.contains("templates/a.yaml") && error.contains("5 MiB"),
        "{error}"
    );
    let chart = chart_folder(&[
        ("templates/a.yaml", CONFIG_MAP),
        ("data.txt", &"x".repeat(largest)),
        ("more.txt", &"x".repeat(largest + 1)),
    ]);
    let loaded = chart::load(chart.path()).unwrap();
    assert_eq!(loaded.files.get("data.txt").unwrap().len(), largest);
    assert!(loaded.files.get("more.txt").is_err());
}

#[test]
fn dot_files_directly_below_templates_are_left_out() {
    let chart = chart_folder(&[
        ("templates/.hidden", "not: [closed"),
        ("templates/.hidden.yaml", "not: [closed"),
        ("templates/a/.seen.yaml", CONFIG_MAP),
    ]);
    assert_eq!(
        render(&chart),
        Ok(vec!["c/templates/a/.seen.yaml".to_owned()])
    );
}

#[test]
fn files_are_read_only_when_a_template_asks_for_them() {
    let chart = chart_folder(&[
        (
            "templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: o\ndata:\n  text: {{ Files.get(\"conf/a.txt\") }}\n",
        ),
        ("conf/a.txt", "one\ntwo\n"),
    ]);
    // Nobody asks for these: a link to nowhere, bytes that are no text, far too much of them.
    #[cfg(unix)]
    std::os::unix::fs::symlink("/nowhere", chart.path().join("dangling")).unwrap();
    fs::write(chart.path().join("bytes.bin"), [0xff, 0xfe, 0x00]).unwrap();
    let large = fs::File::create(chart.path().join("large.bin")).unwrap();
    large.set_len(1 << 33).unwrap();
    let objects = Case::default().with_chart(chart.path()).objects();
    assert_eq!(objects.get("ConfigMap/o")["data"]["text"], "one\ntwo\n");
}

#[test]
fn a_file_that_is_asked_for_and_missing_is_an_error_at_the_template() {
    for path in [
        "nope.txt",
        "../Chart.yaml",
        "values.yaml",
        "templates/a.yaml",
    ] {
        let text = format!("{CONFIG_MAP}data:\n  text: {{{{ Files.get(\"{path}\") }}}}\n");
        let chart = chart_folder(&[("templates/a.yaml", &text), ("values.yaml", "a: 1\n")]);
        let error = render(&chart).unwrap_err();
        assert!(
            error.contains("templates/a.yaml:6:") && error.contains(path),
            "{error}"
        );
    }
}

#[test]
fn the_embedded_templates_are_within_the_bounds_of_others() {
    let mut chart = chart::embedded().unwrap();
    chart.is_embedded = false;
    assert!(Engine::new(&chart).is_ok());
}

#[test]
fn what_is_missing_at_the_end_of_a_template_is_shown_there() {
    let template = "a: {{ 'text\nb: 1\n";
    let folder = chart_folder(&[("templates/o.yaml", template)]);
    let chart = chart::load(folder.path()).unwrap();
    let problems = Engine::new(&chart).err().unwrap().0;
    let label = &problems[0].labels[0];
    assert_eq!(label.source.text().get(label.range.clone()), Some(""));
    assert_eq!(label.range.start, template.len());
}

#[test]
fn templates_are_sorted_by_path_and_objects_by_kind() {
    let object = |kind: &str, name: &str| {
        format!("apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n")
    };
    let chart = chart_folder(&[
        ("templates/a/x.yaml", &object("Secret", "x")),
        ("templates/a-b.yaml", &object("Service", "ab")),
        (
            "templates/a.yaml",
            &format!("{}---\n{}", object("Service", "a"), object("Secret", "a")),
        ),
        ("templates/Z.yml", &object("Service", "z")),
        ("templates/_part.yaml", "name: p\n"),
        ("templates/NOTES.txt", "notes\n"),
    ]);
    let sources = render(&chart).unwrap();
    let paths: Vec<&str> = sources
        .iter()
        .map(|source| &source["c/templates/".len()..])
        .collect();
    assert_eq!(paths, ["a.yaml", "a/x.yaml", "Z.yml", "a-b.yaml", "a.yaml"]);
    let loaded = chart::load(chart.path()).unwrap();
    let role = |path: &str| {
        let template = loaded
            .templates
            .iter()
            .find(|template| template.path == path);
        template.unwrap().role.clone()
    };
    assert_eq!(
        role("templates/_part.yaml"),
        Role::Partial("part".to_owned())
    );
    assert_eq!(role("templates/NOTES.txt"), Role::Notes);
}

#[test]
fn custom_resource_definitions_come_first_as_they_stand_and_only_on_request() {
    let with = run(&["web", "./charts/small", "--include-crds"]);
    let text = String::from_utf8(with.stdout).unwrap();
    let crd = fs::read_to_string(root().join("tests/charts/small/crds/widget.yaml")).unwrap();
    assert!(
        text.starts_with(&format!(
            "---\n# Source: small/crds/widget.yaml\n{crd}---\n"
        )),
        "{text}"
    );
    assert!(!kinds(&["web", "./charts/small"]).contains(&"CustomResourceDefinition".to_owned()));
    let list = objects(&["web", "./charts/small", "--include-crds", "-o", "json"]);
    assert_eq!(list[0]["items"][0]["kind"], "CustomResourceDefinition");
}

#[test]
fn hooks_come_last_and_can_be_left_out() {
    let chart = "./charts/small";
    assert_eq!(
        kinds(&["web", chart]),
        ["ClusterRole", "Service", "Deployment", "Pod", "Job"]
    );
    assert_eq!(
        kinds(&["web", chart, "--skip-tests"]),
        ["ClusterRole", "Service", "Deployment", "Job"]
    );
    assert_eq!(
        kinds(&["web", chart, "--no-hooks"]),
        ["ClusterRole", "Service", "Deployment"]
    );
}

#[test]
fn a_namespace_is_made_and_set_where_one_belongs() {
    let chart = "./charts/small";
    let namespaces = |arguments: &[&str]| -> Vec<(String, Value)> {
        objects(arguments)
            .into_iter()
            .map(|object| {
                let namespace = object["metadata"]["namespace"].clone();
                (object["kind"].as_str().unwrap().to_owned(), namespace)
            })
            .collect()
    };
    let expected = |kinds: &[(&str, Value)]| -> Vec<(String, Value)> {
        kinds
            .iter()
            .map(|(kind, value)| ((*kind).to_owned(), value.clone()))
            .collect()
    };
    let objects = [
        ("ClusterRole", Value::Null),
        ("Service", json!("shop")),
        ("Deployment", json!("shop")),
    ];
    assert_eq!(
        namespaces(&["web", chart, "-n", "shop", "--no-hooks", "--with-namespace"]),
        expected(&objects)
    );
    let mut created = vec![("Namespace", Value::Null)];
    created.extend(objects);
    assert_eq!(
        namespaces(&[
            "web",
            chart,
            "-n",
            "shop",
            "--no-hooks",
            "--create-namespace"
        ]),
        expected(&created)
    );
    let plain = namespaces(&["web", chart, "-n", "shop", "--no-hooks"]);
    assert!(
        plain.iter().all(|(_, namespace)| namespace.is_null()),
        "{plain:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_back_to_a_folder_is_an_error_and_not_endless() {
    let chart = chart_folder(&[("templates/a.yaml", CONFIG_MAP)]);
    std::os::unix::fs::symlink("..", chart.path().join("templates/up")).unwrap();
    let error = render(&chart).unwrap_err();
    assert!(error.contains("nested too deeply"), "{error}");
}

#[test]
fn a_chart_inside_a_chart_is_left_to_helm() {
    let chart = chart_folder(&[
        ("templates/a.yaml", CONFIG_MAP),
        (
            "charts/inner/Chart.yaml",
            "apiVersion: v2\nname: i\nversion: 0.1.0\n",
        ),
    ]);
    let loaded = chart::load(chart.path()).unwrap();
    assert_eq!(loaded.language, Language::Go);
    assert_eq!(loaded.location.as_deref(), Some(chart.path()));
    let error = render(&chart).unwrap_err();
    assert!(error.contains("which only Helm can render"), "{error}");
}

#[test]
fn files_of_go_templates_may_have_any_name() {
    let chart = chart_folder(&[
        ("templates/_my-names.yaml", "a: 1\n"),
        ("templates/_helpers.tpl", ""),
        ("templates/a.yaml", CONFIG_MAP),
    ]);
    let loaded = chart::load(chart.path()).unwrap();
    assert_eq!(loaded.language, Language::Go);
    assert!(loaded.subcharts.is_empty());
    let roles: Vec<&Role> = loaded.templates.iter().map(|file| &file.role).collect();
    assert_eq!(roles, [&Role::Include, &Role::Include, &Role::Manifests]);
}
