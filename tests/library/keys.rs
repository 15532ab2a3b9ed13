//! What is said of the chart's keys: the schema for editors, and `explain` against a list written by hand from the
//! manifests.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};
use swanlab_render::chart;
use swanlab_render::diff::Effect;
use swanlab_render::explain::explain;
use swanlab_render::keys::Keys;
use swanlab_render::release::{CompiledChart, Release, Request};
use swanlab_render::values::NoFiles;
use swanlab_render::yaml::{self, Path};

use crate::support::recorded;

struct Closed {
    schema: Value,
    compiled: Schemas,
    root: SchemaIndex,
}

impl Closed {
    fn new() -> Self {
        let chart = chart::embedded().unwrap();
        let schema = Keys::of(&chart).unwrap().closed_schema();
        let mut compiler = Compiler::new();
        compiler
            .add_resource("closed.json", schema.clone())
            .unwrap();
        let mut compiled = Schemas::new();
        let root = compiler.compile("closed.json", &mut compiled).unwrap();
        Self {
            schema,
            compiled,
            root,
        }
    }

    fn problem(&self, values: &Value) -> Option<String> {
        let error = self.compiled.validate(values, self.root).err();
        error.map(|error| format!("{error:#}"))
    }
}

#[test]
fn every_key_has_a_description_for_the_editor() {
    fn bare(node: &Value, path: &str, found: &mut Vec<String>) {
        for (key, below) in node["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            if below["description"].as_str().unwrap_or_default().is_empty() {
                found.push(path.clone());
            }
            bare(below, &path, found);
        }
    }
    let mut found = Vec::new();
    bare(&Closed::new().schema, "", &mut found);
    assert_eq!(found, [""; 0]);
}

#[test]
fn what_people_write_meets_the_schema_for_editors() {
    let closed = Closed::new();
    let chart = chart::embedded().unwrap();
    let defaults = yaml::read(chart.values.text()).unwrap().remove(0);
    assert_eq!(closed.problem(&defaults), None);
    for recorded in recorded() {
        let (_, text) = &recorded.case.files[0];
        let values = yaml::read(text)
            .unwrap()
            .into_iter()
            .next()
            .unwrap_or_default();
        if recorded.case.manifests().is_ok() && values.is_object() && recorded.case.validate {
            assert_eq!(closed.problem(&values), None, "{}", recorded.name);
        }
    }
}

#[test]
fn mistakes_do_not_meet_the_schema_for_editors() {
    let closed = Closed::new();
    for wrong in [
        json!({"service": {"sever": {}}}),
        json!({"service": {"server": {"replica": 2}}}),
        json!({"service": {"server": {"replicas": "two"}}}),
        json!({"service": {"server": {"replicas": -1}}}),
        json!({"gateway": {"image": {"pullPolicy": "Sometimes"}}}),
        json!({"global": {"podAntiAffinityPreset": "firm"}}),
        json!({"global": {"loginHost": "a"}}),
        json!({"dependencies": {"postgres": {"persistence": {"storageSize": "10G"}}}}),
        json!({"integrations": {"redis": {"enabled": "yes"}}}),
        json!({"ingress": {"enabled": true}}),
    ] {
        assert!(closed.problem(&wrong).is_some(), "{wrong}");
    }
    for right in [
        json!({}),
        json!({"x-anchors": {"a": 1}, "service": {"x-note": 1}}),
        json!({"service": {"server": {"replicas": null}}}),
    ] {
        assert_eq!(closed.problem(&right), None, "{right}");
    }
}

/// Key, default, the objects that it feeds without the release's name, and the worst that another value does.
const KEYS: [(&str, &str, &str, &str); 20] = [
    ("service.server.replicas", "2", "Deployment/server", "scale"),
    ("service.house.replicas", "2", "StatefulSet/house", "scale"),
    ("service.cloud.replicas", "1", "Deployment/cloud", "outage"),
    ("gateway.replicas", "2", "Deployment/", "scale"),
    (
        "service.next.image.tag",
        r#""""#,
        "Deployment/next",
        "restart",
    ),
    (
        "service.server.image.tag",
        r#""""#,
        "Deployment/server",
        "restart",
    ),
    (
        "service.cloud.image.repository",
        r#""repo.swanlab.cn/self-hosted/swanlab-cloud""#,
        "Deployment/cloud",
        "restart",
    ),
    (
        "gateway.image.pullPolicy",
        r#""IfNotPresent""#,
        "Deployment/",
        "restart",
    ),
    (
        "global.settings.loginHost",
        r#""""#,
        "Deployment/next",
        "restart",
    ),
    (
        "service.house.customAnnotations",
        "{}",
        "StatefulSet/house",
        "restart",
    ),
    (
        "service.next.customNodeSelector",
        "{}",
        "Deployment/next",
        "restart",
    ),
    (
        "service.cloud.customTolerations",
        "[]",
        "Deployment/cloud",
        "restart",
    ),
    (
        "service.house.logResources",
        "{}",
        "StatefulSet/house",
        "restart",
    ),
    (
        "dependencies.postgres.persistence.storageSize",
        r#""10Gi""#,
        "PersistentVolumeClaim/postgres-pvc",
        "rejected",
    ),
    (
        "dependencies.redis.persistence.storageClass",
        r#""""#,
        "PersistentVolumeClaim/redis-pvc",
        "in-place",
    ),
    (
        "service.house.persistence.storageSize",
        r#""10Gi""#,
        "StatefulSet/house",
        "rejected",
    ),
    (
        "dependencies.clickhouse.password",
        r#""""#,
        "Secret/clickhouse-credentials",
        "outage",
    ),
    (
        "dependencies.postgres.image.tag",
        r#""16.1""#,
        "Deployment/postgres",
        "outage",
    ),
    (
        "integrations.redis.enabled",
        "false",
        "Deployment/redis Deployment/server PersistentVolumeClaim/redis-pvc Secret/redis-credentials Service/redis \
         StatefulSet/house",
        "data-loss",
    ),
    (
        "integrations.postgres.existingSecret",
        r#""""#,
        "Deployment/server",
        "restart",
    ),
];

#[test]
fn keys_are_explained_as_the_manifests_have_them() {
    let chart = CompiledChart::new(chart::embedded().unwrap());
    let release = Release::new(chart, Request::default(), &NoFiles).unwrap();
    let mut wrong = Vec::new();
    for (key, default, objects, worst) in KEYS {
        let explanation = explain(&release, &Path::dotted(key)).unwrap();
        let feeds = explanation.feeds.unwrap();
        let mut fed: Vec<String> = feeds
            .iter()
            .map(|field| {
                let name = field.object.name.trim_start_matches("swanlab-self-hosted");
                format!("{}/{}", field.object.kind, name.trim_start_matches('-'))
            })
            .collect();
        fed.sort();
        fed.dedup();
        let effect = explanation.changes.iter().map(|change| change.effect).max();
        let found = (
            explanation.key.default.unwrap().to_string(),
            fed.join(" "),
            effect.map(Effect::name),
        );
        if found != (default.to_owned(), objects.to_owned(), Some(worst)) {
            wrong.push(format!("{key}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_key_that_is_not_there_is_an_error_with_the_one_that_is_meant() {
    let chart = CompiledChart::new(chart::embedded().unwrap());
    let release = Release::new(chart, Request::default(), &NoFiles).unwrap();
    for (typed, meant) in [
        ("server.replicas", "service.server.replicas"),
        ("service.server.replica", "service.server.replicas"),
        ("loginHost", "global.settings.loginHost"),
    ] {
        let error = explain(&release, &Path::dotted(typed)).unwrap_err();
        let help = error.0[0].help.clone().unwrap();
        assert!(help.contains(meant), "{typed}: {help}");
    }
}
