//! What is hidden, and how it is found, on Secrets that are made by hand.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::hide::Hider;
use crate::manifest::Manifest;

fn manifest(object: Value) -> Manifest {
    Manifest {
        source: "c/templates/a.yaml".to_owned(),
        document: 0,
        object,
    }
}

/// A Secret named `swanlab-db` with these values.
fn hider(values: Value) -> Hider {
    let secret = manifest(json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "swanlab-db"}, "stringData": values,
    }));
    Hider::of(&[secret], &[], "ns-of-release")
}

#[test]
fn a_value_is_found_in_every_spelling() {
    let password = r#"p@ss "wörd"&'x'"#;
    let hider = hider(json!({"password": password}));
    let spellings = [
        password.to_owned(),
        "p%40ss%20%22w%C3%B6rd%22%26%27x%27".to_owned(),
        "p%40ss+%22w%c3%b6rd%22&'x'".to_owned(),
        r#"p@ss \"wörd\"\u0026'x'"#.to_owned(),
        r#"p@ss \"w\u00f6rd\"&\u0027x\u0027"#.to_owned(),
        r#"p@ss "wörd"&''x''"#.to_owned(),
        STANDARD.encode(password),
        STANDARD.encode(format!("user:{password}")),
        URL_SAFE_NO_PAD.encode(format!("{{\"auth\": \"{password}\"}}")),
    ];
    for text in spellings {
        assert_eq!(hider.text(&format!("a={text};b")), "a=secret#1;b", "{text}");
    }
    assert_eq!(hider.text("p@ss"), "p@ss");
}

#[test]
fn equal_values_have_equal_numbers_in_the_order_of_their_coming() {
    let hider = hider(json!({"a": "first-value", "b": "second-value", "c": "x"}));
    assert_eq!(hider.own("second-value", false), "secret#1");
    assert_eq!(hider.own(&STANDARD.encode("first-value"), true), "secret#2");
    assert_eq!(
        hider.text("second-value, first-value"),
        "secret#1, secret#2"
    );
    assert_eq!(hider.own("eA==", true), "secret#3");
    assert_eq!(hider.text("x second-value2"), "x (secret#1)2");
    assert_eq!(
        hider.own("", true),
        "",
        "it is empty, and that is worth knowing"
    );
}

#[test]
fn a_url_keeps_its_form() {
    let url = "postgresql://swanlab:p%40ssword@db:5432/app?schema=public";
    let hider = hider(json!({"url": url, "webhook": "https://hooks.example.org/T0001/B0002"}));
    let shown = "postgresql://swanlab:secret#1@db:5432/app?schema=public";
    assert_eq!(hider.own(url, false), shown);
    assert_eq!(hider.text(url), shown);
    assert_eq!(hider.text("PASSWORD=p@ssword"), "PASSWORD=secret#1");
    assert_eq!(
        hider.own("redis://u:pw@h/0", false),
        "redis://secret#2:secret#3@h/0"
    );
    assert_eq!(
        hider.own("https://hooks.example.org/T0001/B0002", false),
        "secret#4"
    );
}

#[test]
fn what_names_and_labels_hold_is_hidden_in_its_secret_alone() {
    let hider = hider(json!({
        "username": "swanlab", "password": "long-enough", "admin": "default", "space": "ns-of-release",
    }));
    assert_eq!(hider.own("swanlab", false), "secret#1");
    assert_eq!(hider.text("swanlab/server:v1"), "swanlab/server:v1");
    assert_eq!(hider.text("key password"), "key password");
    assert_eq!(
        hider.text("svc.default.local -n ns-of-release"),
        "svc.default.local -n ns-of-release"
    );
}

#[test]
fn the_parts_of_a_document_are_secret_one_by_one() {
    let config = r#"{"auths": {"r.example.org": {"password": "pull-me", "port": 1234567}}}"#;
    let hider = hider(json!({".dockerconfigjson": config, "ca.pem": "BEGIN-KEY\nabcdefgh\nxyz\n"}));
    assert_eq!(hider.text("pull-me"), "secret#1");
    assert_eq!(hider.text("1234567"), "secret#2");
    assert_eq!(hider.text("  abcdefgh\n  xyz"), "  secret#3\n  xyz");
}

#[test]
fn overlapping_values_leave_nothing_between_them() {
    let hider = hider(json!({"a": "abcdefgh", "b": "fghijklmnop"}));
    assert_eq!(hider.text("-abcdefghijklmnop-"), "-secret#1-");
}
