//! What is hidden, and how it is found, on Secrets that are made by hand.

use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::names::Names;
use super::redactor::Redactor;
use super::{FieldPath, FieldStep, hide_in};
use crate::manifest::Manifest;

fn manifest(object: Value) -> Manifest {
    Manifest {
        source: "c/templates/a.yaml".to_owned(),
        document: 0,
        object,
    }
}

/// A Secret named `swanlab-db` with these values.
fn secret(values: Value) -> Manifest {
    manifest(json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "swanlab-db"}, "stringData": values,
    }))
}

fn redactor_of(manifests: &[Manifest]) -> Redactor {
    let names = Names::Numbers(RefCell::default());
    Redactor::of(manifests.iter(), "ns-of-release", names)
}

fn redactor(values: Value) -> Redactor {
    redactor_of(&[secret(values)])
}

#[test]
fn a_value_is_found_in_every_spelling() {
    let password = r#"p@ss "wörd"&'x'"#;
    let redactor = redactor(json!({"password": password}));
    let spellings = [
        password.to_owned(),
        "p%40ss%20%22w%C3%B6rd%22%26%27x%27".to_owned(),
        "p%40ss+%22w%c3%b6rd%22&'x'".to_owned(),
        r#"p@ss \"wörd\"\u0026'x'"#.to_owned(),
        r#"p@ss \"w\u00f6rd\"&\u0027x\u0027"#.to_owned(),
        r#"p@ss "wörd"&''x''"#.to_owned(),
        STANDARD.encode(password),
        URL_SAFE_NO_PAD.encode(password),
    ];
    for text in spellings {
        assert_eq!(
            redactor.text(&format!("a={text};b")),
            "a=secret#1;b",
            "{text}"
        );
    }
    assert_eq!(redactor.text("p@ss"), "p@ss");
}

#[test]
fn base64_of_a_text_that_holds_a_secret_is_hidden_whole_and_is_another_value() {
    let redactor = redactor(json!({"password": "p@ssw0rd/1"}));
    assert_eq!(redactor.text("p@ssw0rd/1"), "secret#1");
    let texts = [
        STANDARD.encode("user:p@ssw0rd/1"),
        URL_SAFE_NO_PAD.encode("{\"auth\": \"p@ssw0rd/1\"}"),
        STANDARD.encode("url: redis://:p%40ssw0rd%2F1@h/0"),
        STANDARD.encode(STANDARD.encode("user:p@ssw0rd/1")),
        format!("Basic{}", STANDARD.encode("a:p@ssw0rd/1")),
    ];
    for (index, text) in texts.iter().enumerate() {
        let shown = format!("a=secret#{};b", index + 2);
        assert_eq!(redactor.text(&format!("a={text};b")), shown, "{text}");
    }
}

#[test]
fn equal_values_have_equal_numbers_in_the_order_of_their_coming() {
    let redactor = redactor(json!({"a": "1st-value", "b": "2nd-value", "c": "x"}));
    assert_eq!(redactor.secret_value("2nd-value", false), "secret#1");
    assert_eq!(
        redactor.secret_value(&STANDARD.encode("1st-value"), true),
        "secret#2"
    );
    assert_eq!(redactor.text("2nd-value, 1st-value"), "secret#1, secret#2");
    assert_eq!(redactor.secret_value("eA==", true), "secret#3");
    assert_eq!(
        redactor.secret_value("", true),
        "",
        "it is empty, and that is worth knowing"
    );
}

#[test]
fn what_reads_like_a_number_has_one_of_its_own() {
    let redactor = redactor(json!({"a": "1st-value"}));
    assert_eq!(redactor.text("1st-value"), "secret#1");
    assert_eq!(redactor.text("secret#1"), "secret#2");
    assert_eq!(redactor.text("1st-value2"), "secret#3");
    assert_eq!(redactor.text("1st-value 2"), "secret#1 2");
}

#[test]
fn a_url_keeps_its_form() {
    let url = "postgresql://swanlab:p%40ssword@db:5432/app?schema=public";
    let redactor =
        redactor(json!({"url": url, "webhook": "https://hooks.example.org/T0001/B0002"}));
    let shown = "postgresql://swanlab:secret#1@db:5432/app?schema=public";
    assert_eq!(redactor.secret_value(url, false), shown);
    assert_eq!(redactor.text(url), shown);
    assert_eq!(redactor.text("PASSWORD=p@ssword"), "PASSWORD=secret#1");
    assert_eq!(
        redactor.secret_value("redis://u:pw@h/0", false),
        "redis://secret#2:secret#3@h/0"
    );
    assert_eq!(
        redactor.secret_value("https://hooks.example.org/T0001/B0002", false),
        "secret#4"
    );
    assert_eq!(
        redactor.secret_value(&format!("{url}\n"), false),
        format!("{shown}\n")
    );
}

#[test]
fn the_credentials_of_any_url_are_hidden() {
    let redactor = redactor(json!({}));
    assert_eq!(
        redactor.text("see http://u:pw@h:80/x and https://token@h, http://$USER:$PASSWORD@h"),
        "see http://secret#1:secret#2@h:80/x and https://secret#3@h, http://$USER:$PASSWORD@h"
    );
}

#[test]
fn public_words_are_hidden_only_in_their_secret() {
    let redactor = redactor_of(&[
        secret(json!({
            "username": "swanlab", "password": "long-enough-1", "admin": "default", "space": "ns-of-release",
            "host": "db.example.org", "image": "registry/db:v1.2.3", "team": "team-3", "key": "swanlab-s3",
            "endpoint": "http://minio.default.svc:9000",
        })),
        manifest(
            json!({"kind": "Ingress", "metadata": {"name": "a"}, "spec": {
            "rules": [{"host": "db.example.org"}], "image": "registry/db:v1.2.3", "long-enough-1": 1}}),
        ),
    ]);
    assert_eq!(redactor.secret_value("swanlab", false), "secret#1");
    for text in [
        "swanlab/server:v1",
        "key password long-enough-1",
        "svc.default.local -n ns-of-release",
        "http://db.example.org/x",
        "registry/db:v1.2.3",
        "ours/a/team-3.values.yaml",
        "http.services[\"swanlab-s3\"]",
        "http://minio.default.svc:9000/bucket",
    ] {
        assert_eq!(redactor.text(text), text);
    }
}

#[test]
fn the_parts_of_a_document_are_secret_one_by_one() {
    let config = r#"{"auths": {"r.example.org": {"password": "pull-me-1x", "port": 8080}}}"#;
    let certificate = "-----BEGIN KEY-----\nMIIEvQIBADAN\nxyz\n";
    let redactor = redactor(json!({".dockerconfigjson": config, "ca.pem": certificate}));
    assert_eq!(redactor.text("pull-me-1x 8080"), "secret#1 8080");
    assert_eq!(
        redactor.text("-----BEGIN KEY-----\n  MIIEvQIBADAN\n  xyz"),
        "-----BEGIN KEY-----\n  secret#2\n  xyz"
    );
}

#[test]
fn a_value_is_secret_by_its_key_and_by_the_name_of_its_variable() {
    let redactor = redactor(json!({}));
    let mut one = manifest(
        json!({"kind": "A", "metadata": {"name": "password", "annotations": {
            "x/password": "a", "note": "{\"secretKey\":\"b\",\"x\":1}"}},
        "spec": {"env": [{"name": "DB_PASSWORD", "value": "c"}, {"name": "X", "value": "d"},
                {"name": "PASSWORD", "value": "$(DB_PASSWORD)"},
                {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}],
            "args": ["--password=e", "--user=f"], "auth": {"username": {"name": "db", "key": "username"}},
            "passwords": [], "accessKey": ["g", 1]},
        "data": {"a.yaml": "x: 1\npassword: h\n", "b.xml": "<password>i</password>"}}),
    );
    hide_in(&mut one, &redactor);
    let expected = json!({"kind": "A", "metadata": {"name": "password", "annotations": {
            "x/password": "secret#1", "note": "{\"secretKey\":\"secret#2\",\"x\":1}"}},
        "spec": {"env": [{"name": "DB_PASSWORD", "value": "secret#3"}, {"name": "X", "value": "d"},
                {"name": "PASSWORD", "value": "$(DB_PASSWORD)"},
                {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}],
            "args": ["--password=secret#4", "--user=f"], "auth": {"username": {"name": "db", "key": "username"}},
            "passwords": [], "accessKey": ["secret#5", "secret#6"]},
        "data": {"a.yaml": "x: 1\npassword: secret#7\n", "b.xml": "<password>secret#8</password>"}});
    assert_eq!(one.object, expected);
}

#[test]
fn a_copy_of_a_secret_in_its_annotation_is_hidden() {
    let copy = r#"{"kind":"Secret","data":{"a":"eA=="}}"#;
    let annotations = json!({crate::kubernetes::LAST_APPLIED: copy});
    let mut one = manifest(
        json!({"kind": "Secret", "metadata": {"name": "a", "annotations": annotations}, "data": {"a": "eA=="}}),
    );
    hide_in(&mut one, &redactor(json!({})));
    assert!(!one.object.to_string().contains("eA=="), "{}", one.object);
}

#[test]
fn fingerprints_are_valid_data_and_keep_the_form_of_a_url() {
    let mut one = vec![
        manifest(
            json!({"kind": "Secret", "metadata": {"name": "a"}, "data": {
            "password": STANDARD.encode("pgpass-123"),
            "url": STANDARD.encode("postgres://swanlab:pgpass-123@swanlab-db:5432/app")},
            "stringData": {"password": "pgpass-123"}}),
        ),
        manifest(json!({"kind": "A", "metadata": {"name": "swanlab-db"}, "x": "--pw pgpass-123"})),
    ];
    super::fingerprint(&mut one, "default");
    let print = "fingerprint-9b99";
    let data = &one[0].object["data"];
    let decoded = |key: &str| STANDARD.decode(data[key].as_str().unwrap()).unwrap();
    assert_eq!(decoded("password"), print.as_bytes());
    let url = String::from_utf8(decoded("url")).unwrap();
    assert!(
        url.ends_with(&format!(":{print}@swanlab-db:5432/app")),
        "{url}"
    );
    assert!(!url.contains("//swanlab:"), "{url}");
    assert_eq!(one[0].object["stringData"]["password"], print);
    assert_eq!(one[1].object["x"], format!("--pw {print}"));
    assert_eq!(one[1].object["metadata"]["name"], "swanlab-db");
}

/// Texts with pieces that are hidden, and pieces that look like what is shown instead.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "1st-value",
        "2nd%value",
        "1st-value\n",
        "2nd%25value",
        "1st-",
        "secret#1",
        "secret#",
        "1",
        "2",
        "#",
        " ",
        "MXN0LXZhbHVl",
        "x",
        "http://a:",
        "@h",
        "password: ",
        "\n",
        "''",
        "\\n",
        "(",
        ")",
    ]);
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]
    #[test]
    fn two_texts_that_differ_never_read_the_same(old in texts(), new in texts(), key in "password|data|args") {
        prop_assume!(old != new);
        let redactor = redactor(json!({"a": "1st-value", "b": "2nd%value", "c": "1st-value\n"}));
        let side = |text: &str| Some(Value::from(text));
        let mut change = super::Change {
            op: crate::diff::Op::Replace,
            from: None,
            path: FieldPath(vec![FieldStep::Key("spec".into()), FieldStep::Key(key.into())]),
            pointer: String::new(),
            old: side(&old),
            new: side(&new),
            class: crate::diff::Class::Value,
            effect: crate::diff::Effect::InPlace,
            inside: Vec::new(),
            attribution: None,
        };
        super::change(&mut change, false, &redactor);
        prop_assert_ne!(change.old, change.new);
    }

    #[test]
    fn a_random_value_is_hidden_in_every_form(
        value in "[a-z]{10,20}|[a-zA-Z0-9]{12,40}|[0-9a-f]{16,64}|[!-~]{14,40}",
        before in "[a-z ]{0,5}", after in "[a-z ]{0,5}"
    ) {
        let redactor = redactor(json!({"a": value}));
        let percent: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let json = json!(value).to_string();
        let encoded = STANDARD.encode(format!("{before}{value}{after}"));
        for form in [&value, &percent, &json[1..json.len() - 1], &encoded, &STANDARD.encode(&encoded)] {
            let shown = redactor.text(&format!("{before}:{form}:{after}")).into_owned();
            prop_assert!(!shown.contains(form), "{} in {}", form, shown);
            prop_assert!(shown.contains("secret#"), "{} in {}", form, shown);
        }
    }
}
