//! What the official chart gets wrong and this one does not: a test for each line of the list.

use crate::support::{Case, Objects, RELEASE, assert_changes, names, read_strictly};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

fn rendered(values: &str) -> Objects {
    Case::of(values).objects()
}

fn pod<'a>(objects: &'a Objects, key: &str) -> &'a Value {
    &objects.get(key)["spec"]["template"]["spec"]
}

fn deployment(part: &str) -> String {
    format!("Deployment/{RELEASE}{part}")
}

#[test]
fn no_key_is_ever_repeated_even_when_custom_labels_repeat_ours() {
    let values = "service: {house: {customLabels: {app.kubernetes.io/name: mine, team: ml}}}\n";
    let objects = read_strictly(&Case::of(values).text().unwrap());
    let house = objects
        .iter()
        .find(|object| object["kind"] == "StatefulSet")
        .unwrap();
    // A selector wins on pods, the user's label on the object.
    let pod_labels = &house["spec"]["template"]["metadata"]["labels"];
    assert_eq!(pod_labels["app.kubernetes.io/name"], "self-hosted");
    assert_eq!(pod_labels["team"], "ml");
    assert_eq!(
        house["metadata"]["labels"]["app.kubernetes.io/name"],
        "mine"
    );
}

#[test]
fn a_redis_database_may_be_digits_in_quotes_and_nothing_else_may() {
    let database =
        |text: &str| Case::of(&format!("integrations: {{redis: {{database: {text}}}}}\n"));
    for good in ["\"0\"", "\"15\"", "0", "15"] {
        assert!(database(good).manifests().is_ok(), "{good}");
    }
    for bad in [
        "\"16\"", "16", "-1", "\"-1\"", "x", "\"\"", "1.5", "true", "[0]",
    ] {
        let error = database(bad).error();
        assert!(
            names(&error, "integrations.redis.database"),
            "{bad}: {error}"
        );
    }
    let port = Case::of("integrations: {redis: {port: \"6379\"}}\n").error();
    assert!(names(&port, "integrations.redis.port"), "{port}");
}

#[test]
fn names_that_the_cut_makes_equal_are_an_error_with_the_value_to_shorten() {
    for (release, values, pair, advice) in [
        (
            "a-very-long-release-name-for-swanlab-x",
            "{}",
            "server and house",
            "the release name (a-very-long-release-name-for-swanlab-x)",
        ),
        (
            "r",
            "fullnameOverride: fffffffffffffffffffffffffffffffffffffff",
            "server and house",
            "shorten fullnameOverride",
        ),
        (
            "r",
            "nameOverride: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
            "server and house",
            "shorten nameOverride",
        ),
        (
            "r",
            "service: {server: {fullnameOverride: x}, next: {fullnameOverride: x}}",
            "server and next",
            "service.server.fullnameOverride or service.next.fullnameOverride",
        ),
        (
            "r",
            "service: {cloud: {fullnameOverride: r-self-hosted}}",
            "cloud and gateway",
            "shorten service.cloud.fullnameOverride",
        ),
    ] {
        let error = Case::of(values).named(release).error();
        assert!(
            error.contains(pair) && error.contains(advice),
            "{values}: {error}"
        );
    }
    // The longest name with which all are different.
    let longest = "fullnameOverride: ffffffffffffffffffffffffffffffffffff";
    assert!(Case::of(longest).named("r").manifests().is_ok());
}

#[test]
fn credentials_are_percent_encoded_in_urls_and_nowhere_else() {
    let objects =
        rendered("dependencies: {postgres: {username: 'us er', password: 'p:@/?#%é~-._'}}\n");
    let data = &objects.get(&format!("Secret/{RELEASE}-postgres-credentials"))["data"];
    let text = |key: &str| {
        let bytes = BASE64_STANDARD.decode(data[key].as_str().unwrap()).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(text("username"), "us er");
    assert_eq!(text("password"), "p:@/?#%é~-._");
    let url =
        format!("postgres://us%20er:p%3A%40%2F%3F%23%25%C3%A9~-._@{RELEASE}-postgres:5432/app");
    assert_eq!(text("primaryUrl"), url);
    assert_eq!(text("replicaUrl"), url);
}

#[test]
fn no_gateway_is_asked_for_and_none_is_made() {
    assert_changes(
        "gateway: {replicas: 0}\n",
        &["Deployment/swanlab-self-hosted spec replicas: 2 -> 0"],
    );
}

#[test]
fn replicas_of_null_are_left_to_an_autoscaler() {
    assert_changes(
        "gateway: {replicas: null}\nservice: {house: {replicas: null}}\n",
        &[
            "Deployment/swanlab-self-hosted spec replicas: - 2",
            "StatefulSet/swanlab-self-hosted-house spec replicas: - 2",
        ],
    );
}

#[test]
fn the_config_map_and_the_job_carry_labels() {
    let objects = rendered(
        "gateway: {customLabels: {team: g}}\ndependencies: {s3: {customLabels: {team: s}}}\n",
    );
    let labels = |key: &str| &objects.get(key)["metadata"]["labels"];
    let config = labels("ConfigMap/swanlab-self-hosted-traefik-config");
    assert_eq!(config, labels("Deployment/swanlab-self-hosted"));
    assert_eq!(config["team"], "g");
    let job = "Job/swanlab-self-hosted-s3-init-buckets";
    assert_eq!(labels(job), labels("Deployment/swanlab-self-hosted-s3"));
    assert_eq!(labels(job)["team"], "s");
    assert_eq!(objects.get(job)["spec"]["template"].get("metadata"), None);
}

#[test]
fn the_bucket_job_can_pull_and_run_where_minio_can() {
    let objects = rendered(
        "
global: {imagePullSecrets: [{name: registry}]}
dependencies:
  s3:
    customNodeSelector: {disk: ssd}
    customTolerations: [{key: storage, operator: Exists}]
",
    );
    let job = pod(&objects, "Job/swanlab-self-hosted-s3-init-buckets");
    assert_eq!(job["imagePullSecrets"], json!([{"name": "registry"}]));
    assert_eq!(job["nodeSelector"], json!({"disk": "ssd"}));
    assert_eq!(
        job["tolerations"],
        json!([{"key": "storage", "operator": "Exists"}])
    );
}

#[test]
fn anonymous_users_may_only_read_the_public_bucket() {
    let objects = rendered("{}");
    let job = "Job/swanlab-self-hosted-s3-init-buckets";
    let script = objects.container(job, "minio-mc-job")["args"][0]
        .as_str()
        .unwrap();
    let policies: Vec<&str> = script
        .lines()
        .filter_map(|line| line.strip_prefix("mc anonymous "))
        .map(|policy| policy.trim_end_matches(" >/dev/null"))
        .collect();
    assert_eq!(
        policies,
        [
            "set none \"swanlab/$MINIO_PRIVATE_BUCKET\"",
            "set download \"swanlab/$MINIO_PUBLIC_BUCKET\"",
        ]
    );
}

#[test]
fn s3_settings_and_images_stay_strings() {
    let objects = rendered(
        r#"
integrations:
  s3:
    enabled: true
    existingSecret: s
    public: {endpoint: e, region: "on", bucket: "~", domain: d}
    private: {endpoint: e, region: "1", bucket: "0x1"}
  clickhouse: {enabled: true, existingSecret: c, host: h, database: "1e3"}
service: {server: {image: {tag: "1.10"}}}
"#,
    );
    let server = deployment("-server");
    for (name, value) in [
        ("SS_PUBLIC_STORAGE_REGION", "on"),
        ("SS_PUBLIC_STORAGE_BUCKET", "~"),
        ("SS_PRIVATE_STORAGE_REGION", "1"),
        ("SS_PRIVATE_STORAGE_BUCKET", "0x1"),
        ("SS_PUBLIC_STORAGE_PORT", "443"),
    ] {
        assert_eq!(objects.env(&server, "server", name), value, "{name}");
    }
    let house = format!("StatefulSet/{RELEASE}-house");
    assert_eq!(objects.env(&house, "house", "SH_DB_NAME"), "1e3");
    assert_eq!(
        objects.container(&server, "server")["image"],
        "repo.swanlab.cn/self-hosted/swanlab-server:1.10"
    );
}

#[test]
fn an_image_may_have_a_digest() {
    let digest = format!("@sha256:{}", "0123456789abcdef".repeat(4));
    let objects = rendered(&format!(
        r#"
helper: {{repository: "reg:5000/busybox{digest}", tag: ""}}
service:
  server: {{image: {{repository: "reg/server{digest}"}}}}
  next: {{image: {{repository: "reg/next{digest}", tag: v1}}}}
"#
    ));
    let image = |object: &str, container: &str| {
        let object = deployment(object);
        objects.container(&object, container)["image"].clone()
    };
    assert_eq!(
        image("-server", "ping"),
        format!("reg:5000/busybox{digest}")
    );
    // Not the release's tag: the digest already says which image it is.
    assert_eq!(image("-server", "server"), format!("reg/server{digest}"));
    assert_eq!(image("-next", "server"), format!("reg/next:v1{digest}"));
}

#[test]
fn a_chosen_pull_policy_reaches_every_container() {
    let always = "{pullPolicy: Always}";
    assert_changes(
        &format!(
            "gateway: {{image: {always}, identifyImage: {always}}}\nservice: {{house: {{logImage: {always}, fbImage: {{pullPolicy: Never}}}}}}\n"
        ),
        &[
            r#"Deployment/swanlab-self-hosted pod spec initContainers download-identify imagePullPolicy: + "Always""#,
            r#"Deployment/swanlab-self-hosted pod spec containers traefik imagePullPolicy: + "Always""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers logrotate imagePullPolicy: + "Always""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers fluent-bit imagePullPolicy: + "Never""#,
        ],
    );
    let helper = rendered(&format!("helper: {always}\n"));
    let init = helper.container(&deployment("-postgres"), "init-postgres-fs");
    assert_eq!(init["imagePullPolicy"], "Always");
}

#[test]
fn the_gateways_own_name_changes_it_and_the_urls_to_it_alone() {
    let objects = rendered("gateway: {fullnameOverride: front-door}\n");
    let found = objects.changes_since(&rendered("{}"));
    assert_eq!(
        found,
        [
            "- Deployment/swanlab-self-hosted",
            r#"Deployment/swanlab-self-hosted-next pod spec containers server env API_URL value: "http://swanlab-self-hosted:80/api" -> "http://front-door:80/api""#,
            r#"Deployment/swanlab-self-hosted-next pod spec containers server env API_INTERNAL_URL value: "http://swanlab-self-hosted:80/api" -> "http://front-door:80/api""#,
            "- Service/swanlab-self-hosted",
            "+ Deployment/front-door",
            "+ Service/front-door",
        ]
    );
    let mut renamed = rendered("{}").get("Deployment/swanlab-self-hosted").clone();
    renamed["metadata"]["name"] = json!("front-door");
    assert_eq!(objects.get("Deployment/front-door"), &renamed);
}

#[test]
fn strings_that_look_like_other_types_come_out_as_strings() {
    let values = r#"
service:
  cloud:
    customLabels: {a: "yes", b: "0123", c: "1e3", d: "null"}
    customAnnotations: {e: "1_000", f: "on", g: "12:30:45", h: "0o17"}
"#;
    let text = Case::of(values).text().unwrap();
    for line in [
        "a: \"yes\"",
        "b: \"0123\"",
        "c: \"1e3\"",
        "d: \"null\"",
        "e: \"1_000\"",
        "f: \"on\"",
        "g: \"12:30:45\"",
        "h: \"0o17\"",
    ] {
        assert!(text.lines().any(|found| found.trim() == line), "{line}");
    }
}

#[test]
fn an_existing_claim_for_house_is_refused_and_an_empty_one_is_not() {
    let claim = |text: &str| {
        Case::of(&format!(
            "service: {{house: {{persistence: {{existingClaim: {text}}}}}}}\n"
        ))
    };
    let error = claim("mine").error();
    assert!(
        names(&error, "service.house.persistence.existingClaim"),
        "{error}"
    );
    assert!(error.contains("my-values.yaml:1:"), "{error}");
    for empty in ["\"\"", "null"] {
        assert!(claim(empty).manifests().is_ok(), "{empty}");
    }
}
