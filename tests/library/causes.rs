//! From a field of a rendered object back to the template's line that wrote it, and to the values
//! that feed it.

use crate::support::{Case, all, chart_folder, key};
use serde_json::{Value, json};
use swanlab_render::diagnostics::{Diagnostic, Label};
use swanlab_render::engine::Written;
use swanlab_render::manifest::Manifest;
use swanlab_render::release::{Cause, Field, Part};
use swanlab_render::report::{self, Style};
use swanlab_render::yaml::{self, Path, Step, value_at};
use tempfile::TempDir;

/// A chart of one template, `templates/o.yaml`, and values.
fn one(template: &str, values: &str) -> TempDir {
    chart_folder(&[("templates/o.yaml", template), ("values.yaml", values)])
}

fn path(steps: Value) -> Path {
    let steps = steps.as_array().unwrap().iter().map(|step| match step {
        Value::Number(index) => Step::Index(usize::try_from(index.as_u64().unwrap()).unwrap()),
        key => Step::Key(key.as_str().unwrap().to_owned()),
    });
    Path(steps.collect())
}

fn words(label: &Label) -> &str {
    &label.source.text()[label.range.clone()]
}

/// The file, of a chart from a folder without the folder.
fn file(label: &Label) -> &str {
    let name = label.source.name();
    name.find("templates/").map_or(name, |at| &name[at..])
}

/// The words that wrote the field of a document of `c/templates/o.yaml`.
fn written(chart: &TempDir, document: usize, steps: Value) -> Option<Written> {
    let path = path(steps);
    let field = Field {
        source: "c/templates/o.yaml",
        document,
        path: &path,
        part: Part::Value,
    };
    let case = Case::default().with_chart(chart.path());
    let release = case.release().unwrap();
    // The question is only fair about an object that is made.
    let mut manifests = all(&release.render().unwrap()).into_iter();
    assert!(manifests.any(|manifest| manifest.document == document));
    release.written(&[field]).pop().unwrap()
}

#[track_caller]
fn assert_written(chart: &TempDir, document: usize, steps: Value, value: &str, key: Option<&str>) {
    let written = written(chart, document, steps).unwrap();
    assert_eq!(words(&written.value), value);
    assert_eq!(written.key.as_ref().map(words), key);
    assert_eq!(file(&written.value), "templates/o.yaml");
}

/// The causes of fields, and what feeds them, of one rendering.
struct Answers {
    causes: Vec<Cause>,
    feeding: Vec<Vec<String>>,
}

fn ask(case: &Case, questions: &[(&str, Value, Part)]) -> Answers {
    let release = case.release().unwrap();
    let manifests = all(&release.render().unwrap());
    let paths: Vec<Path> = questions
        .iter()
        .map(|(_, steps, _)| path(steps.clone()))
        .collect();
    let fields: Vec<Field<'_>> = questions
        .iter()
        .zip(&paths)
        .map(|((name, _, part), path)| {
            let manifest = find(&manifests, name);
            assert!(
                value_at(&manifest.object, &path.0).is_some(),
                "{name} has no {path}"
            );
            field(manifest, path, *part)
        })
        .collect();
    let feeding = release.feeding(&fields);
    let names = |paths: Vec<Path>| paths.iter().map(ToString::to_string).collect();
    Answers {
        causes: release.causes(&fields),
        feeding: feeding.into_iter().map(names).collect(),
    }
}

fn find<'m>(manifests: &'m [Manifest], name: &str) -> &'m Manifest {
    manifests
        .iter()
        .find(|manifest| key(&manifest.object) == name)
        .unwrap_or_else(|| panic!("no {name}"))
}

fn field<'m>(manifest: &'m Manifest, path: &'m Path, part: Part) -> Field<'m> {
    Field {
        source: &manifest.source,
        document: manifest.document,
        path,
        part,
    }
}

/// `FILE:LINE words` of each label.
fn places(cause: &Cause) -> Vec<String> {
    let labels = cause.labels.iter();
    labels
        .map(|label| {
            let (line, _) = label.source.line_column(label.range.start);
            format!("{}:{line} {}", file(label), words(label))
        })
        .collect()
}

fn value(cause: &Cause) -> Option<String> {
    cause.value.as_ref().map(ToString::to_string)
}

const HEAD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: o\n";

#[test]
fn a_field_leads_to_its_text_or_expression() {
    let chart = one(
        &format!(
            "{HEAD}data:\n  a: fixed\n  b: {{{{ Values.b ~ '!' }}}}\n  c: \"{{{{ Values.b }}}}\"\n"
        ),
        "b: x\n",
    );
    assert_written(&chart, 0, json!(["data", "a"]), "fixed", Some("a"));
    assert_written(&chart, 0, json!(["data", "b"]), "Values.b ~ '!'", Some("b"));
    assert_written(&chart, 0, json!(["data", "c"]), "Values.b", Some("c"));
    assert_written(&chart, 0, json!(["data"]), "data", Some("data"));
}

#[test]
fn what_is_omitted_does_not_count() {
    let list = "data:\n  {{ omit }}: 0\n  list:\n    - first\n    - {{ omit }}\n    - third\n    - {{ Values.b }}\n  gone: {{ omit }}\n";
    let chart = one(&format!("{HEAD}{list}"), "b: x\n");
    assert_written(&chart, 0, json!(["data", "list", 0]), "first", None);
    assert_written(&chart, 0, json!(["data", "list", 1]), "third", None);
    assert_written(&chart, 0, json!(["data", "list", 2]), "Values.b", None);
    assert_written(&chart, 0, json!(["data", "gone"]), "data", None);
}

#[test]
fn a_field_that_is_not_there_leads_to_the_map_that_lacks_it() {
    let chart = one(&format!("{HEAD}data:\n  list:\n    - a: 1\n"), "");
    assert_written(&chart, 0, json!(["data", "list", 0, "b"]), "a: 1", None);
    assert_written(&chart, 0, json!(["data", "list", 7]), "list", None);
    assert_written(&chart, 0, json!(["spec", "x"]), "apiVersion: v1", None);
}

#[test]
fn below_an_expression_there_is_the_expression() {
    let chart = one(
        &format!("{HEAD}data: {{{{ Values.tree }}}}\n"),
        "tree: {a: [{b: 1}]}\n",
    );
    let deep = json!(["data", "a", 0, "b"]);
    assert_written(&chart, 0, deep, "Values.tree", None);
    assert_written(&chart, 0, json!(["data"]), "Values.tree", Some("data"));
}

#[test]
fn keys_can_be_expressions_also_in_a_loop() {
    let chart = one(
        &format!(
            "{HEAD}data:\n{{% for n in Values.names %}}\n  {{{{ n ~ '-key' }}}}: {{{{ n }}}}\n{{% endfor %}}\n"
        ),
        "names: [a, b]\n",
    );
    for name in ["a-key", "b-key"] {
        assert_written(&chart, 0, json!(["data", name]), "n", Some("n ~ '-key'"));
    }
}

#[test]
fn the_objects_of_a_template_are_counted_without_those_that_vanish() {
    let text = format!(
        "{HEAD}---\n{{{{ omit }}}}\n---\nnull\n---\n{{% if Values.b == 'y' %}}\na: 1\n{{% endif %}}\n---\n{}  labels: {{{{ Values.labels }}}}\n",
        HEAD.replace("name: o", "name: p")
    );
    let chart = one(&text, "b: x\nlabels: {l: v}\n");
    assert_written(&chart, 0, json!(["metadata", "name"]), "o", Some("name"));
    assert_written(&chart, 1, json!(["metadata", "name"]), "p", Some("name"));
    let label = json!(["metadata", "labels", "l"]);
    assert_written(&chart, 1, label, "Values.labels", None);
    let whole = one(
        "{{ Values.object }}\n",
        &format!(
            "object: {{{}}}\n",
            "apiVersion: v1, kind: ConfigMap, metadata: {name: o}"
        ),
    );
    let name = json!(["metadata", "name"]);
    assert_written(&whole, 0, name, "Values.object", None);
}

#[test]
fn an_alias_leads_to_itself_and_what_is_below_it_to_the_anchor() {
    let chart = one(
        &format!(
            "{HEAD}data:\n  a: &a\n    x: {{{{ Values.b }}}}\n  b: *a\n  c: &c one\n  d: *c\n"
        ),
        "b: x\n",
    );
    assert_written(&chart, 0, json!(["data", "b", "x"]), "Values.b", Some("x"));
    assert_written(&chart, 0, json!(["data", "b"]), "b", Some("b"));
    assert_written(&chart, 0, json!(["data", "d"]), "*c", Some("d"));
}

#[test]
fn an_included_template_is_named() {
    let chart = chart_folder(&[
        (
            "templates/o.yaml",
            "apiVersion: v1\n{% include 'templates/_head.txt' %}\n",
        ),
        (
            "templates/_head.txt",
            "kind: ConfigMap\nmetadata: {name: o}\n",
        ),
    ]);
    let written = written(&chart, 0, json!(["kind"])).unwrap();
    assert_eq!(file(&written.value), "templates/_head.txt");
    assert_eq!(words(&written.value), "ConfigMap");
}

#[test]
fn what_no_template_made_has_no_place() {
    let case = Case::default();
    let path = path(json!(["metadata", "name"]));
    let manifest = Manifest::namespace("self-hosted/namespace.yaml".to_owned(), "n");
    let field = field(&manifest, &path, Part::Value);
    let traced = case.release().unwrap().causes(&[field]);
    assert_eq!(traced, [Cause::default()]);
}

/// All paths into a tree.
fn paths(value: &Value, walked: &mut Vec<Step>, found: &mut Vec<Path>) {
    found.push(Path(walked.clone()));
    let below: Vec<(Step, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (Step::Key(key.clone()), value))
            .collect(),
        Value::Array(list) => (0..).map(Step::Index).zip(list).collect(),
        _ => Vec::new(),
    };
    for (step, value) in below {
        walked.push(step);
        paths(value, walked, found);
        walked.pop();
    }
}

#[test]
fn every_field_of_the_chart_leads_to_its_template() {
    let values =
        "service: {house: {resources: {limits: {cpu: 1}}, customTolerations: [{key: a}]}}\n";
    let release = Case::of(values).release().unwrap();
    let manifests = all(&release.render().unwrap());
    let mut asked = 0;
    for manifest in &manifests {
        let mut paths_in = Vec::new();
        paths(&manifest.object, &mut Vec::new(), &mut paths_in);
        let fields: Vec<Field<'_>> = paths_in
            .iter()
            .map(|path| field(manifest, path, Part::Value))
            .collect();
        for (written, field) in release.written(&fields).into_iter().zip(&fields) {
            let label = written.unwrap().value;
            let place = format!("{} {}", manifest.source, field.path);
            assert_eq!(label.source.name(), manifest.source);
            assert!(!words(&label).is_empty(), "{place}");
            // A scalar stands there itself, or an expression does.
            let scalar = value_at(&manifest.object, &field.path.0).unwrap();
            if !scalar.is_object() && !scalar.is_array() {
                let before = label.source.text()[..label.range.start].trim_end();
                let itself = yaml::read(words(&label)).is_ok_and(|read| read == [scalar.clone()]);
                assert!(
                    itself || before.ends_with("{{"),
                    "{place}: {}",
                    words(&label)
                );
            }
            asked += 1;
        }
    }
    assert!(asked > 1000);
}

const SERVER: &str = "Deployment/swanlab-self-hosted-server";
const HOUSE: &str = "StatefulSet/swanlab-self-hosted-house";
const GATEWAY: &str = "Deployment/swanlab-self-hosted";

#[track_caller]
fn assert_fed(case: &Case, table: &[(&str, Value, &str)]) {
    let questions: Vec<_> = table
        .iter()
        .map(|(object, steps, _)| (*object, steps.clone(), Part::Value))
        .collect();
    let answers = ask(case, &questions);
    for ((row, cause), feeding) in table.iter().zip(&answers.causes).zip(&answers.feeding) {
        assert_eq!(feeding, &[row.2], "{} {}", row.0, row.1);
        assert_eq!(value(cause).as_deref(), Some(row.2), "{} {}", row.0, row.1);
    }
}

#[test]
#[rustfmt::skip]
fn the_charts_own_value_behind_a_field_is_found() {
    let containers = |index: usize, field: &str| json!(["spec", "template", "spec", "containers", index, field]);
    let claim = "PersistentVolumeClaim/swanlab-self-hosted-postgres-pvc";
    assert_fed(&Case::default(), &[
        (SERVER, json!(["spec", "replicas"]), "service.server.replicas"),
        (GATEWAY, json!(["spec", "replicas"]), "gateway.replicas"),
        (HOUSE, containers(0, "imagePullPolicy"), "service.house.image.pullPolicy"),
        (HOUSE, json!(["spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"]), "service.house.persistence.storageSize"),
        (claim, json!(["spec", "resources", "requests", "storage"]), "dependencies.postgres.persistence.storageSize"),
        ("Secret/swanlab-self-hosted-postgres-credentials", json!(["data", "password"]), "dependencies.postgres.password"),
    ]);
}

#[test]
#[rustfmt::skip]
fn the_users_value_behind_a_field_is_found() {
    let pod = |field: Value| json!([&[json!("spec"), json!("template"), json!("spec")], field.as_array().unwrap().as_slice()].concat());
    let case = Case::of("\
fullnameOverride: lab
global:
  imagePullSecrets: [{name: pull}]
  settings: {loginHost: lab.example.org}
gateway:
  customNodeSelector: {gpu: \"true\"}
service:
  server:
    image: {tag: v9}
    resources: {limits: {cpu: 1}}
    customTolerations: [{key: a, effect: NoSchedule}, {key: b}]
    customLabels: {team: ml, cost: low}
    customAnnotations: {a/b: c}
dependencies:
  redis: {persistence: {storageClass: fast}}
");
    let (server, next) = ("Deployment/lab-server", "Deployment/lab-next");
    assert_fed(&case, &[
        (server, json!(["metadata", "name"]), "fullnameOverride"),
        (server, pod(json!(["imagePullSecrets", 0, "name"])), "global.imagePullSecrets[0].name"),
        (next, pod(json!(["containers", 0, "env", 4, "value"])), "global.settings.loginHost"),
        ("Deployment/lab", pod(json!(["nodeSelector", "gpu"])), "gateway.customNodeSelector.gpu"),
        (server, pod(json!(["containers", 0, "image"])), "service.server.image.tag"),
        (server, pod(json!(["containers", 0, "resources", "limits", "cpu"])), "service.server.resources.limits.cpu"),
        (server, pod(json!(["tolerations", 1, "key"])), "service.server.customTolerations[1].key"),
        (server, json!(["metadata", "labels", "team"]), "service.server.customLabels.team"),
        (server, json!(["spec", "template", "metadata", "labels", "cost"]), "service.server.customLabels.cost"),
        (server, json!(["spec", "template", "metadata", "annotations", "a/b"]), "service.server.customAnnotations[\"a/b\"]"),
        ("PersistentVolumeClaim/lab-redis-pvc", json!(["spec", "storageClassName"]), "dependencies.redis.persistence.storageClass"),
    ]);
}

#[test]
fn of_a_switch_and_what_it_lets_through_the_latter_is_the_cause() {
    let case = Case::of(
        "integrations:\n  clickhouse: {enabled: true, existingSecret: ch, host: ch.example.org, tcpPort: 9001}\n",
    );
    let variable = |index: usize| {
        json!([
            "spec",
            "template",
            "spec",
            "containers",
            0,
            "env",
            index,
            "value"
        ])
    };
    let answers = ask(
        &case,
        &[
            (HOUSE, variable(4), Part::Value),
            (HOUSE, variable(5), Part::Value),
        ],
    );
    let switch = "integrations.clickhouse.enabled";
    for (index, path) in [
        "integrations.clickhouse.host",
        "integrations.clickhouse.tcpPort",
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(answers.feeding[index], [switch, path]);
        assert_eq!(value(&answers.causes[index]).as_deref(), Some(path));
    }
}

#[test]
fn of_several_values_none_is_the_cause() {
    let image = json!(["spec", "template", "spec", "containers", 0, "image"]);
    let answers = ask(&Case::default(), &[(SERVER, image, Part::Value)]);
    assert_eq!(
        answers.feeding,
        [[
            "service.server.image.repository",
            "service.server.image.tag"
        ]]
    );
    assert_eq!(value(&answers.causes[0]), None);
    assert_eq!(
        places(&answers.causes[0]),
        ["templates/swanlab-server/deployment.yaml:50 images.server.reference"]
    );
}

#[test]
fn a_map_that_was_given_whole_is_the_cause_of_its_field() {
    let case = Case::of(
        "service:\n  server:\n    customTolerations:\n      - {effect: NoSchedule, operator: Exists}\n    resources: {limits: {cpu: 1}}\n",
    );
    let toleration = json!(["spec", "template", "spec", "tolerations", 0]);
    let container = json!(["spec", "template", "spec", "containers", 0]);
    let answers = ask(
        &case,
        &[
            (SERVER, toleration, Part::Value),
            (SERVER, container, Part::Value),
        ],
    );
    assert_eq!(
        value(&answers.causes[0]).as_deref(),
        Some("service.server.customTolerations[0]")
    );
    assert_eq!(
        places(&answers.causes[0])[0],
        "my-values.yaml:4 {effect: NoSchedule, operator: Exists}"
    );
    // One value goes into the container; that does not make the container.
    assert_eq!(value(&answers.causes[1]), None);
}

#[test]
fn a_key_at_fault_leads_to_the_key() {
    // The schema would refuse it first.
    let case = Case {
        validate: false,
        ..Case::of(
            "service:\n  server:\n    customTolerations:\n      - {key: a, operater: Exists}\n    resources:\n      reqests: {cpu: 1, memory: 1Gi}\n",
        )
    };
    let pod = ["spec", "template", "spec"];
    let field = |rest: Value| {
        let mut steps = json!(pod);
        let rest = rest.as_array().unwrap().clone();
        steps.as_array_mut().unwrap().extend(rest);
        steps
    };
    let answers = ask(
        &case,
        &[
            (
                SERVER,
                field(json!(["tolerations", 0, "operater"])),
                Part::Key,
            ),
            (
                SERVER,
                field(json!(["containers", 0, "resources", "reqests"])),
                Part::Key,
            ),
            (
                SERVER,
                field(json!(["containers", 0, "resources"])),
                Part::Key,
            ),
        ],
    );
    let places: Vec<_> = answers.causes.iter().map(places).collect();
    let template = "templates/swanlab-server/deployment.yaml";
    assert_eq!(
        places,
        [
            vec![
                "my-values.yaml:4 operater".to_owned(),
                format!("{template}:32 server.tolerations")
            ],
            vec![
                "my-values.yaml:6 reqests".to_owned(),
                format!("{template}:104 server.resources")
            ],
            vec![
                "my-values.yaml:5 resources".to_owned(),
                format!("{template}:104 resources")
            ],
        ]
    );
}

#[test]
fn a_key_of_the_templates_own_is_the_templates_fault() {
    let text =
        format!("{HEAD}data:\n  operater: {{{{ Values.b }}}}\n  {{{{ Values.key ~ '/x' }}}}: 1\n");
    let chart = one(&text, "");
    let case = Case::of("b: x\nkey: bad key\n").with_chart(chart.path());
    let answers = ask(
        &case,
        &[
            ("ConfigMap/o", json!(["data", "operater"]), Part::Key),
            ("ConfigMap/o", json!(["data", "bad key/x"]), Part::Key),
        ],
    );
    assert_eq!(places(&answers.causes[0]), ["templates/o.yaml:6 operater"]);
    assert_eq!(
        places(&answers.causes[1]),
        [
            "my-values.yaml:2 bad key",
            "templates/o.yaml:7 Values.key ~ '/x'"
        ]
    );
}

#[test]
fn a_value_that_only_lets_a_field_be_there_is_not_what_feeds_it() {
    let text = format!(
        "{HEAD}data:\n  always: y\n{{% if Values.extra %}}\n  port: {{{{ Values.port }}}}\n  fixed: z\n{{% endif %}}\n"
    );
    let chart = one(&text, "extra: false\nport: 80\n");
    let case = Case::of("extra: true\n").with_chart(chart.path());
    let question = |field: &str| ("ConfigMap/o", json!(["data", field]), Part::Value);
    let answers = ask(
        &case,
        &[question("port"), question("fixed"), question("always")],
    );
    assert_eq!(
        answers.feeding,
        [vec!["port".to_owned()], vec!["extra".to_owned()], vec![]]
    );
}

#[test]
fn elements_that_come_and_go_are_told_by_their_names() {
    let text = format!(
        "{HEAD}list:\n{{% if Values.extra %}}\n  - name: extra\n    value: 0\n{{% endif %}}\n  - name: own\n    value: {{{{ Values.port }}}}\n"
    );
    let chart = one(&text, "");
    let case = Case::of("extra: true\nport: 80\n").with_chart(chart.path());
    let question = ("ConfigMap/o", json!(["list", 1, "value"]), Part::Value);
    assert_eq!(ask(&case, &[question]).feeding, [["port"]]);
}

#[test]
fn objects_that_come_and_go_are_not_taken_for_each_other() {
    let text = format!(
        "{{% if Values.extra %}}\n{HEAD}{{% endif %}}\n---\n{}data: {{a: {{{{ Values.a }}}}}}\n",
        HEAD.replace("name: o", "name: p")
    );
    let chart = one(&text, "");
    let case = Case::of("extra: true\na: x\n").with_chart(chart.path());
    let question = ("ConfigMap/p", json!(["data", "a"]), Part::Value);
    assert_eq!(ask(&case, &[question]).feeding, [["a"]]);
}

#[test]
fn a_value_passes_through_partials() {
    let chart = chart_folder(&[
        (
            "templates/_app.yaml",
            "name: {{ Values.name ~ '-app' }}\nport: {{ Values.port | default(80) }}\n",
        ),
        (
            "templates/o.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ app.name }}\ndata: {{ app }}\n",
        ),
    ]);
    let case = Case {
        flags: ["--set", "port=1", "--set-string", "name=a"]
            .map(str::to_owned)
            .to_vec(),
        ..Case::default()
    }
    .with_chart(chart.path());
    let question = |field: Value| ("ConfigMap/a-app", field, Part::Value);
    let answers = ask(
        &case,
        &[
            question(json!(["data", "port"])),
            question(json!(["metadata", "name"])),
        ],
    );
    assert_eq!(answers.feeding, [["port"], ["name"]]);
    assert_eq!(
        places(&answers.causes[0]),
        ["command line:1 port=1", "templates/o.yaml:5 app"]
    );
}

#[test]
fn a_null_that_takes_a_default_away_feeds() {
    let chart = one(
        &format!("{HEAD}data:\n  a: {{{{ Values.a | default('none') }}}}\n"),
        "a: x\n",
    );
    let case = Case::of("a: null\n").with_chart(chart.path());
    let question = ("ConfigMap/o", json!(["data", "a"]), Part::Value);
    let answers = ask(&case, &[question]);
    assert_eq!(answers.feeding, [["a"]]);
    assert_eq!(places(&answers.causes[0])[0], "my-values.yaml:1 null");
}

#[test]
fn of_too_many_values_none_is_guessed() {
    let chart = one(&format!("{HEAD}data:\n  a: {{{{ Values.a }}}}\n"), "");
    let question = ("ConfigMap/o", json!(["data", "a"]), Part::Value);
    let values = |more: usize| format!("a: x\nlist: [{}]\n", vec!["1"; more].join(", "));
    let case = |more: usize| Case::of(&values(more)).with_chart(chart.path());
    assert_eq!(
        ask(&case(499), std::slice::from_ref(&question)).feeding,
        [["a"]]
    );
    let none: [Vec<String>; 1] = [Vec::new()];
    assert_eq!(ask(&case(500), &[question]).feeding, none);
}

#[test]
fn a_place_in_a_secret_is_drawn_without_it() {
    let chart = one(
        &format!("{HEAD}data:\n  a: {{{{ Values.db.password }}}}\n"),
        "",
    );
    let mut case = Case::default().with_chart(chart.path());
    let question = ("ConfigMap/o", json!(["data", "a"]), Part::Value);
    let drawn = |case: &Case| {
        let cause = ask(case, std::slice::from_ref(&question)).causes.remove(0);
        assert_eq!(value(&cause).as_deref(), Some("db.password"));
        let mut error = Diagnostic::error("no");
        error.labels = cause.labels;
        report::draw(&error.into(), Style::PLAIN)
    };
    case.flags = ["--set", "db.password=hunter2"].map(str::to_owned).to_vec();
    let flag = drawn(&case);
    assert!(flag.contains("--set db.password=***"), "{flag}");
    assert!(!flag.contains("hunter2"), "{flag}");
    case.flags.clear();
    case.files = vec![("v.yaml".to_owned(), "db:\n  password: hunter2\n".to_owned())];
    let file = drawn(&case);
    assert!(file.contains("password: ***"), "{file}");
    assert!(!file.contains("hunter2"), "{file}");
}
