//! Secrets for integrations: what the program makes is what others read, what it checks it finds, and nothing that is
//! secret is ever said.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use crate::support::tools::skipped;
use crate::support::{Case, PROGRAM, root};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use swanlab_render::swanlab::secret::{
    Account, Credentials, Difference, Integration, Settings, Url, check, secret,
};

/// The integrations of the embedded chart.
fn integrations() -> Vec<Integration> {
    let release = Case::default().release().unwrap();
    Integration::all(release.partial("integrations").unwrap())
}

fn settings(integration: &str) -> Settings {
    let mut integrations = integrations().into_iter();
    let integration = integrations.find(|one| one.name == integration).unwrap();
    let values = json!({"integrations": {&integration.name: {
        "existingSecret": format!("integration-{}", integration.name),
        "host": "db.example.org",
        "port": 5432,
        "database": "app",
    }}});
    Settings::read(&integration, &values).unwrap()
}

fn credentials() -> Credentials {
    let account = Account {
        username: "me@home".to_owned(),
        password: "hunter2/#?".to_owned(),
    };
    Credentials {
        primary: account.clone(),
        replica: account,
        replica_host: None,
    }
}

#[test]
fn a_secret_that_was_made_fits() {
    for (name, keys) in [
        (
            "postgres",
            &["username", "password", "primaryUrl", "replicaUrl"][..],
        ),
        ("redis", &["url"]),
        ("clickhouse", &["username", "password"]),
        ("s3", &["accessKey", "secretKey"]),
    ] {
        let settings = settings(name);
        let made = secret(&settings, &credentials());
        assert_eq!(check(&settings, &made), [], "{name}");
        let data = made["data"].as_object().unwrap();
        assert_eq!(data.keys().collect::<Vec<_>>(), keys);
    }
}

#[test]
fn the_subcommands_are_the_integrations_of_the_chart() {
    for integration in integrations() {
        let output = run(&["secret", &integration.name], "");
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!("integrations.{}.existingSecret is empty", integration.name);
        assert!(said.contains(&expected), "{said}");
    }
}

/// A Secret in plain text that fits, with one change.
fn changed(key: &str, value: Value) -> Vec<Difference> {
    let mut data = json!({
        "username": "me",
        "password": "hunter2",
        "primaryUrl": "postgresql://me:hunter2@db.example.org:5432/app?schema=public",
        "replicaUrl": "postgresql://reader:reads@ro.example.org:6432/app?schema=public",
    });
    match value {
        Value::Null => {
            data.as_object_mut().unwrap().shift_remove(key);
        }
        value => data[key] = value,
    }
    check(&settings("postgres"), &json!({"stringData": data}))
}

#[test]
fn each_difference_is_found() {
    assert_eq!(changed("username", "me".into()), []);
    for (key, value, expected) in [
        ("replicaUrl", Value::Null, "the key replicaUrl is missing"),
        ("more", "x".into(), "nothing reads the key more"),
        (
            "password",
            "".into(),
            "the key password cannot be used: it is empty",
        ),
        (
            "password",
            "hunter2\n".into(),
            "the key password cannot be used: it has a control character or more than one line",
        ),
        (
            "username",
            7.into(),
            "the key username cannot be used: it is not text",
        ),
        (
            "username",
            "you".into(),
            "primaryUrl has another username than the key username",
        ),
        (
            "password",
            "other".into(),
            "primaryUrl has another password than the key password",
        ),
        (
            "primaryUrl",
            "postgresql://me:hunter2@other:5432/app".into(),
            "primaryUrl names another host than integrations.postgres.host, which is db.example.org",
        ),
        (
            "primaryUrl",
            "postgresql://me:hunter2@db.example.org:1/app".into(),
            "primaryUrl names another port than integrations.postgres.port, which is 5432",
        ),
        (
            "primaryUrl",
            "postgresql://me:hunter2@db.example.org/".into(),
            "primaryUrl names another database than integrations.postgres.database, which is app",
        ),
        (
            "primaryUrl",
            "mysql://me:hunter2@db.example.org:5432/app".into(),
            "primaryUrl has another scheme than postgresql://",
        ),
        (
            "primaryUrl",
            "postgresql://me:hunt/er2@db.example.org:5432/app".into(),
            "primaryUrl is not a URL: special characters in it are not percent-encoded",
        ),
        (
            "replicaUrl",
            "postgresql://me:x@ro/other".into(),
            "replicaUrl names another database than integrations.postgres.database, which is app",
        ),
    ] {
        let found = changed(key, value.clone());
        let messages: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(messages, [expected], "{key}: {value}");
        assert!(!found[0].remedy.is_empty());
        assert_eq!(found[0].is_harmless, key == "more");
    }
}

#[test]
fn data_is_read_as_the_api_server_reads_it() {
    let redis = settings("redis");
    let url = "redis://:x@DB.example.org:5432/app";
    let of = |data: Value| check(&redis, &json!({"data": data})).len();
    let encoded = "cmVkaXM6Ly86eEBEQi5leGFtcGxlLm9yZzo1NDMyL2FwcA==";
    assert_eq!(of(json!({"url": encoded})), 0, "{url}");
    assert_eq!(
        of(json!({"url": format!("{}\n{}", &encoded[..8], &encoded[8..])})),
        0
    );
    for bad in ["not base64", "cmVkaXM", "/w==", ""] {
        let found = check(&redis, &json!({"data": {"url": bad}}));
        assert!(
            found[0].message.contains("cannot be used"),
            "{bad}: {found:?}"
        );
    }
    // What is written in plain text wins.
    let both = json!({"data": {"url": "not base64"}, "stringData": {"url": url}});
    assert_eq!(check(&redis, &both), []);
}

#[test]
fn a_misspelt_key_is_named_with_the_one_that_is_meant() {
    let found = check(
        &settings("redis"),
        &json!({"stringData": {"ur": "redis://:x@db.example.org:5432/app"}}),
    );
    assert_eq!(found[1].remedy, "call it url");
}

/// Reads URLs from standard input as others do, and prints their parts.
const PYTHON: &str = r"
import json, sys
from urllib.parse import urlsplit, unquote
for line in sys.stdin:
    url = urlsplit(json.loads(line))
    host = url.netloc.rpartition('@')[2].rpartition(':')[0].strip('[]')
    print(json.dumps([url.scheme, unquote(url.username), unquote(url.password), unquote(host), url.port, unquote(url.path[1:]), url.query]))
";

#[test]
fn ten_thousand_urls_are_read_back_by_another_reader() {
    let parts = (
        "\\PC{1,12}",
        "\\PC{1,24}",
        prop_oneof![
            "[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?",
            any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string()),
            any::<std::net::Ipv6Addr>().prop_map(|address| address.to_string()),
        ],
        1_u16..,
        "\\PC{1,8}",
    );
    let mut runner = TestRunner::deterministic();
    let urls: Vec<Url> = (0..10_000)
        .map(|_| {
            let (username, password, host, port, database) =
                parts.new_tree(&mut runner).unwrap().current();
            Url {
                scheme: "postgresql".to_owned(),
                username,
                password,
                host,
                port: Some(port),
                database,
                query: "schema=public".to_owned(),
            }
        })
        .collect();
    assert!(urls.iter().filter(|url| url.host.contains(':')).count() > 1000);
    let Ok(mut python) = Command::new("python3")
        .args(["-c", PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
    else {
        skipped("another reader of URLs", "there is no python3");
        return;
    };
    let lines: String = urls
        .iter()
        .map(|url| json!(url.to_string()).to_string() + "\n")
        .collect();
    let mut stdin = python.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let read = String::from_utf8(output.stdout).unwrap();
    assert_eq!(read.lines().count(), urls.len());
    for (line, url) in read.lines().zip(&urls) {
        let expected = json!([
            url.scheme,
            url.username,
            url.password,
            url.host,
            url.port,
            url.database,
            url.query
        ]);
        assert_eq!(serde_json::from_str::<Value>(line).unwrap(), expected);
    }
}

fn run(arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(PROGRAM)
        .current_dir(root().join("tests"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end before it has read anything.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

const FOR_POSTGRES: [&str; 5] = [
    "secret",
    "postgres",
    "-f",
    "values/integrations.yaml",
    "--username=me",
];

#[test]
fn one_line_break_behind_a_password_is_dropped() {
    let made = |stdin| run(&[&FOR_POSTGRES[..], &["--password-file=-"]].concat(), stdin);
    let plain = made("hunter2");
    assert!(plain.status.success(), "{plain:?}");
    for same in ["hunter2\n", "hunter2\r\n"] {
        assert_eq!(made(same).stdout, plain.stdout);
    }
}

#[test]
fn no_message_shows_a_secret() {
    let made = |stdin| run(&[&FOR_POSTGRES[..], &["--password-file=-"]].concat(), stdin);
    for bad in ["hunter2\n\n", "hun\tter2", "", "\n"] {
        let output = made(bad);
        assert_eq!(output.status.code(), Some(2), "{bad:?}");
        assert_eq!(output.stdout, b"");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("--password-file"), "{said}");
        assert!(!said.contains("hun"), "{said}");
    }
    // `hunter2` in base64 is `aHVudGVyMg==`.
    for text in [
        "kind: Secret\napiVersion: v1\nmetadata: {name: integration-postgres}\nstringData: {password: hunter2, primaryUrl: 'x://hunter2@h/hunter2', replicaUrl: hunter2}\n",
        "kind: Secret\napiVersion: v1\nmetadata: {name: integration-postgres}\ndata: {password: aHVudGVyMg==, primaryUrl: hunter2}\n",
        "kind: Secret\napiVersion: v1\nmetadata: {name: integration-postgres}\nstringData: {password: hunter2, password: [hunter2}\n",
    ] {
        let output = run(
            &[
                "secret",
                "postgres",
                "-f",
                "values/integrations.yaml",
                "--check",
                "-",
            ],
            text,
        );
        assert_ne!(output.status.code(), Some(0));
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(
            !said.contains("hunter2") && !said.contains("aHVudGVyMg"),
            "{said}"
        );
    }
}

#[test]
fn the_secret_of_that_name_is_found_among_others() {
    let settings = ["secret", "redis", "-f", "values/integrations.yaml"];
    let made = run(&[&settings[..], &["--password-file=-"]].concat(), "hunter2");
    let made = String::from_utf8(made.stdout).unwrap();
    let check = |text: &str| {
        let output = run(&[&settings[..], &["--check", "-"]].concat(), text);
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let fits = "Secret/integration-redis: agrees with integrations.redis\n";
    let other = "kind: Secret\napiVersion: v1\nmetadata: {name: other}\n";
    assert_eq!(
        check(&format!("{other}---\n{made}")),
        (Some(0), fits.to_owned())
    );
    let (code, said) = check(other);
    assert_eq!(code, Some(1));
    assert!(said.contains("it is not in `-`"), "{said}");
    let sealed = "kind: SealedSecret\napiVersion: bitnami.com/v1alpha1\nmetadata: {name: integration-redis}\n";
    let (code, said) = check(sealed);
    assert_eq!(code, Some(1));
    assert!(said.contains("only a SealedSecret of that name"), "{said}");
    let encoded = made.split("url: ").nth(1).unwrap().trim();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [{
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "integration-redis"}, "data": {"url": encoded}
    }]});
    assert_eq!(check(&list.to_string()), (Some(0), fits.to_owned()));
}

#[test]
fn on_a_terminal_the_password_is_asked_for_without_an_echo() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.yaml");
    let command = format!(
        "{PROGRAM} secret redis -f values/integrations.yaml > {}",
        out.display()
    );
    let child = Command::new("script")
        .current_dir(root().join("tests"))
        .args(["-qec", &command, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        skipped("the prompt", "there is no script(1)");
        return;
    };
    // The echo is off before the prompt is written: only then is there something to answer.
    let mut terminal = child.stdout.take().unwrap();
    let mut shown = Vec::new();
    let mut byte = [0];
    while !shown.ends_with(b"Password: ") {
        let read = std::io::Read::read(&mut terminal, &mut byte).unwrap();
        assert_eq!(read, 1, "{}", String::from_utf8_lossy(&shown));
        shown.push(byte[0]);
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    child.stdin.take().unwrap().write_all(b"hunter2\n").unwrap();
    std::io::Read::read_to_end(&mut terminal, &mut shown).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(!String::from_utf8_lossy(&shown).contains("hunter2"));
    let made = fs::read_to_string(out).unwrap();
    let piped = run(
        &[
            "secret",
            "redis",
            "-f",
            "values/integrations.yaml",
            "--password-file=-",
        ],
        "hunter2",
    );
    assert_eq!(made.as_bytes(), piped.stdout);
}
