//! `migrate --from-docker`: values that render, passwords that only their owner reads, and nothing of them anywhere else.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use swanlab_render::yaml;
use tempfile::TempDir;

use crate::support::{root, run_in};

/// The passwords in `tests/docker`.
const SECRETS: [&str; 7] = [
    "1uuYNzZa4p",
    "2jwnZiojEV",
    "qtllV4B9KZ",
    "ch#$1 x",
    "mi\"nio$9",
    "ss-word",
    "r3dis-word",
];

/// What a run says, without any secret.
#[track_caller]
fn says(folder: &Path, arguments: &[&str], code: i32) -> (String, String) {
    let output = run_in(folder, arguments);
    let [out, said] = [output.stdout, output.stderr].map(|one| String::from_utf8(one).unwrap());
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    for secret in SECRETS {
        assert!(
            !out.contains(secret) && !said.contains(secret),
            "{out}{said}"
        );
    }
    (out, said)
}

fn given(form: &str) -> String {
    let folder = root().join("tests/docker").join(form);
    folder.to_str().unwrap().to_owned()
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

fn values(folder: &Path, name: &str) -> Value {
    yaml::read(&read(folder, name)).unwrap().remove(0)
}

/// A deployment with changes in its files.
fn deployment(form: &str, changes: &[(&str, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["docker-compose.yaml", ".env"] {
        let mut text = read(Path::new(&given(form)), name);
        for (_, from, to) in changes.iter().filter(|(file, _, _)| *file == name) {
            assert!(text.contains(from), "{name} has no {from}");
            text = text.replace(from, to);
        }
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn both_forms_give_files_that_render_without_a_warning() {
    for (form, objects, is_external) in [("older", 24, false), ("newer", 18, true)] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let flags = ["--write", "--save-as", "v.yaml"];
        let (out, _) = says(
            folder,
            &[&["migrate", "--from-docker", &given(form)], &flags[..]].concat(),
            1,
        );
        let mut names = vec!["v.yaml", "v.data.yaml", "v.passwords.yaml"];
        if is_external {
            names.push("v.secrets.yaml");
        }
        names.push("swanlab-values.schema.json");
        let wrote: String = names.iter().map(|name| format!("wrote {name}\n")).collect();
        assert_eq!(out, wrote);
        let files = ["-f", "v.yaml", "-f", "v.passwords.yaml"];
        let lint = run_in(folder, &[&["lint", "--strict"], &files[..]].concat());
        assert!(lint.status.success(), "{lint:?}");
        let lint = run_in(folder, &["lint", "--strict", "--manifests", "v.data.yaml"]);
        assert!(lint.status.success(), "{lint:?}");
        let template = run_in(folder, &[&["template"], &files[..]].concat());
        let manifests = String::from_utf8(template.stdout).unwrap();
        assert_eq!(manifests.matches("\nkind: ").count(), objects, "{form}");
        assert_eq!(
            manifests.matches("-docker-pvc\n").count(),
            if is_external { 2 } else { 4 }
        );
        for name in names {
            let mode = fs::metadata(folder.join(name))
                .unwrap()
                .permissions()
                .mode();
            let is_private = name.contains("passwords") || name.contains("secrets");
            assert_eq!(mode & 0o777 == 0o600, is_private, "{name}");
        }
    }
}

#[test]
fn accounts_and_settings_are_carried_over() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for form in ["older", "newer"] {
        let file = format!("{form}.yaml");
        let flags = ["--write", "--save-as", &file, "--storage-class", "fast"];
        says(
            folder,
            &[&["migrate", "--from-docker", &given(form)], &flags[..]].concat(),
            1,
        );
    }
    let passwords = values(folder, "older.passwords.yaml");
    let stores = &passwords["dependencies"];
    assert_eq!(stores["postgres"]["username"], "swanlab");
    assert_eq!(stores["postgres"]["password"], "1uuYNzZa4p");
    assert_eq!(stores["clickhouse"]["password"], "2jwnZiojEV");
    assert_eq!(stores["s3"]["accessKey"], "swanlab");
    assert_eq!(stores["s3"]["secretKey"], "qtllV4B9KZ");
    let passwords = values(folder, "newer.passwords.yaml");
    assert_eq!(
        passwords["dependencies"]["clickhouse"]["password"],
        "ch#$1 x"
    );
    assert_eq!(passwords["dependencies"]["s3"]["secretKey"], "mi\"nio$9");
    let newer = values(folder, "newer.yaml");
    assert_eq!(newer["global"]["settings"]["loginHost"], "swan.example.org");
    assert_eq!(newer["service"]["server"]["replicas"], 3);
    assert_eq!(newer["service"]["house"]["replicas"], 4);
    assert_eq!(
        newer["service"]["house"]["persistence"]["storageClass"],
        "fast"
    );
    assert_eq!(newer["integrations"]["postgres"]["host"], "db.internal");
    assert_eq!(newer["integrations"]["postgres"]["port"], 5433);
    assert_eq!(newer["integrations"]["redis"]["database"], 2);
    assert_eq!(
        newer["helper"]["repository"],
        "mirror.internal:5000/swan/public/busybox"
    );
    let data = read(folder, "newer.data.yaml");
    assert_eq!(data.matches("storageClassName: fast").count(), 2);
    let image = "image: mirror.internal:5000/swan/public/busybox:1.37.0";
    assert_eq!(data.matches(image).count(), 2);
    // The Secrets are those that the values ask for.
    for store in ["postgres", "redis"] {
        let check = [
            "secret",
            store,
            "-f",
            "newer.yaml",
            "--check",
            "newer.secrets.yaml",
        ];
        assert!(run_in(folder, &check).status.success(), "{store}");
    }
}

#[test]
fn the_stream_has_the_values_first_and_then_the_objects() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let older = given("older");
    let sums = ["postgres", "redis", "clickhouse", "minio"]
        .map(|store| format!("{}  ./{store}-data.tar.gz\n", "a".repeat(64)));
    fs::write(folder.join("sums.txt"), sums.concat()).unwrap();
    let arguments = [
        "migrate",
        "--from-docker",
        &older,
        "--archives",
        "https://files.example.org/swan/",
        "--checksums",
        "sums.txt",
        "--size",
        "postgres=50Gi,redis=1Gi,clickhouse=1Ti,s3=1Ti",
    ];
    let (out, said) = says(folder, &arguments, 1);
    assert!(
        said.starts_with("wrote my-values.passwords.yaml\n"),
        "{said}"
    );
    let documents = yaml::read(&out).unwrap();
    let kinds: Vec<&str> = documents[1..]
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    let claims = ["PersistentVolumeClaim"; 4];
    assert_eq!(kinds, [&claims[..], &["Job"; 4]].concat());
    let claim = &documents[0]["dependencies"]["s3"]["persistence"]["existingClaim"];
    assert_eq!(*claim, documents[4]["metadata"]["name"]);
    assert_eq!(
        documents[3]["spec"]["resources"]["requests"]["storage"],
        "1Ti"
    );
    let env = &documents[5]["spec"]["template"]["spec"]["containers"][0]["env"];
    assert_eq!(
        env[0]["value"],
        "https://files.example.org/swan/postgres-data.tar.gz"
    );
    assert_eq!(env[1]["value"], "a".repeat(64));
    // Again: the file with passwords says the same.
    let (again, said) = says(folder, &arguments, 1);
    assert_eq!(again, out);
    assert!(said.starts_with("from the deployment"), "{said}");
    // And it is not replaced by another one.
    let other = deployment(
        "older",
        &[("docker-compose.yaml", "1uuYNzZa4p", "another-password")],
    );
    let other = other.path().to_str().unwrap();
    let (out, said) = says(folder, &["migrate", "--from-docker", other], 2);
    assert_eq!(out, "");
    assert!(
        said.contains("`my-values.passwords.yaml` is there already, and nothing is replaced"),
        "{said}"
    );
}

/// A deployment, what is changed in it, and what is left to do by hand then.
const BY_HAND: [(&str, (&str, &str, &str), &str); 13] = [
    (
        "older",
        (
            "docker-compose.yaml",
            "POSTGRES_PASSWORD: 1uuYNzZa4p",
            "POSTGRES_PASSWORD: older-word",
        ),
        "services.postgres.environment.POSTGRES_PASSWORD: it differs from \
             services.swanlab-server.environment.DATABASE_URL, which is taken",
    ),
    (
        "older",
        (
            ".env",
            "MINIO_ROOT_PASSWORD=qtllV4B9KZ",
            "MINIO_ROOT_PASSWORD=new-word-8",
        ),
        ".env:3:1: MINIO_ROOT_PASSWORD: it differs from what the compose file has",
    ),
    (
        "older",
        ("docker-compose.yaml", "5432/app?", "5432/other?"),
        "the chart's PostgreSQL uses the database `app`",
    ),
    (
        "older",
        ("docker-compose.yaml", "postgres:16.1", "postgres:15.4"),
        "PostgreSQL 16 of the chart cannot read the data of 15",
    ),
    (
        "older",
        (
            "docker-compose.yaml",
            "swanlab-server:v2.6.2",
            "swanlab-server:v2.8.0",
        ),
        "SwanLab runs as v2.8.0 here, and as v2.7.0 with this chart",
    ),
    (
        "older",
        (
            "docker-compose.yaml",
            "redis://default@",
            "redis://default:redis-word@",
        ),
        "the chart's Redis has no password",
    ),
    (
        "older",
        ("docker-compose.yaml", "      - ./data/redis:/data\n", ""),
        "the data of redis: no volume holds them",
    ),
    (
        "newer",
        (
            ".env",
            "COMPOSE_PROFILES=clickhouse,minio",
            "COMPOSE_FILE=a.yaml\nCOMPOSE_PROFILES=clickhouse,minio",
        ),
        "COMPOSE_FILE: Compose reads the files that it names",
    ),
    (
        "newer",
        (".env", "PUBLIC_HOST=swan.example.org\n", ""),
        "PUBLIC_HOST",
    ),
    (
        "newer",
        (".env", "UNUSED=1", "UNUSED=2"),
        "services.wiki: the chart has no such part",
    ),
    (
        "newer",
        (".env", "UNUSED=1", "UNUSED=2"),
        "environment.HTTPS_PROXY: the chart has no value",
    ),
    (
        "newer",
        (".env", "UNUSED=1", "UNUSED=2"),
        "services.clickhouse.mem_limit: write it as requests",
    ),
    (
        "newer",
        (".env", "UNUSED=1", "UNUSED=2"),
        "the chart's MinIO has the bucket swanlab-private instead",
    ),
];

#[test]
fn what_differs_and_what_has_no_place_is_left_to_do_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    for (form, change, says_so) in BY_HAND {
        let deployment = deployment(form, &[change]);
        let path = deployment.path().to_str().unwrap();
        let arguments = ["migrate", "--from-docker", path, "-o", "json"];
        let (report, _) = says(folder.path(), &arguments, 1);
        let report: Value = serde_json::from_str(&report).unwrap();
        let moves = report["moves"].as_array().unwrap();
        let manual = moves.iter().filter(|one| one["how"] == "manual");
        let lines: Vec<String> = manual
            .map(|one| {
                let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
                let file = text("file").rsplit('/').next().unwrap().to_owned();
                format!(
                    "{file}:{}:1: {}: {}",
                    one["line"],
                    text("from"),
                    text("note")
                )
            })
            .collect();
        if says_so == "PUBLIC_HOST" {
            // It has a default in the compose file.
            assert!(
                !lines.iter().any(|line| line.contains(says_so)),
                "{lines:#?}"
            );
        } else {
            assert!(
                lines.iter().any(|line| line.contains(says_so)),
                "{says_so}: {lines:#?}"
            );
        }
    }
    // A report writes nothing.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_read_is_an_error_at_its_place_that_shows_no_line() {
    let folder = tempfile::tempdir().unwrap();
    for (form, change, place, message) in [
        (
            "older",
            (".env", "EXPOSE_PORT=8000", "=s3cret"),
            ".env:5:1",
            "this is no name of a variable",
        ),
        (
            "older",
            (".env", "qtllV4B9KZ", "\"s3cret"),
            ".env:3:21",
            "this quote is not closed",
        ),
        (
            "newer",
            (".env", "REDIS_URL=redis", "REDIS_URL=${s3cret"),
            ".env:23:11",
            "`${` is not closed",
        ),
        (
            "newer",
            (
                "docker-compose.yaml",
                "SECRET_KEY=${S3_SECRET_KEY:-",
                "SECRET_KEY=s3cret$ ${S3_SECRET_KEY:-",
            ),
            "docker-compose.yaml:80:9",
            "`$` is not followed by a name",
        ),
        (
            "older",
            (
                "docker-compose.yaml",
                "SECRET_KEY=qtllV4B9KZ",
                "SECRET_KEY=${NO:?s3cret}",
            ),
            "docker-compose.yaml:81:9",
            "NO has no value, and the file requires one",
        ),
        (
            "older",
            (
                "docker-compose.yaml",
                "SECRET_KEY=qtllV4B9KZ",
                "SECRET_KEY: [s3cret",
            ),
            "docker-compose.yaml:",
            "",
        ),
        (
            "older",
            ("docker-compose.yaml", "services:", "service:"),
            "",
            "has no services",
        ),
        (
            "older",
            (
                "docker-compose.yaml",
                "POSTGRES_USER: swanlab",
                "POSTGRES_USER: swanlab\n   x: s3cret",
            ),
            "docker-compose.yaml:",
            "",
        ),
        (
            "newer",
            (".env", "clickhouse,minio", "minio"),
            "",
            "there is no ClickHouse",
        ),
        (
            "newer",
            (".env", "clickhouse,minio", "clickhouse"),
            "",
            "there is no MinIO",
        ),
    ] {
        let deployment = deployment(form, &[change]);
        let path = deployment.path().to_str().unwrap();
        let output = run_in(folder.path(), &["migrate", "--from-docker", path]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!said.contains("s3cret"), "{said}");
        assert_eq!(output.status.code(), Some(2), "{change:?}: {said}");
        assert!(output.stdout.is_empty());
        assert!(said.contains(place) && said.contains(message), "{said}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_folder_and_its_files_are_found_as_compose_finds_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let says_in = |arguments: &[&str], code| says(folder.path(), arguments, code).1;
    let arguments = ["migrate", "--from-docker", "swanlab"];
    assert!(says_in(&arguments, 2).contains("there is no such folder"));
    fs::write(at("swanlab"), "").unwrap();
    assert!(says_in(&arguments, 2).contains("it is no folder"));
    fs::remove_file(at("swanlab")).unwrap();
    fs::create_dir(at("swanlab")).unwrap();
    assert!(says_in(&arguments, 2).contains("there is no docker-compose.yaml in this folder"));
    // Without .env, and under the other name.
    let older = Path::new(&given("older")).join("docker-compose.yaml");
    fs::copy(&older, at("swanlab/docker-compose.yml")).unwrap();
    assert!(says_in(&arguments, 1).contains("docker-compose.yml:"));
    fs::copy(&older, at("swanlab/docker-compose.yaml")).unwrap();
    fs::write(at("swanlab/docker-compose.override.yaml"), "").unwrap();
    let said = says_in(&arguments, 1);
    assert!(
        said.contains(
            "`docker-compose.yml` is read, as by Compose, and docker-compose.yaml is not"
        )
    );
    assert!(said.contains("`docker-compose.override.yaml` is not read"));
    fs::create_dir(at("swanlab/.env")).unwrap();
    assert!(says_in(&arguments, 2).contains("cannot read `swanlab/.env`: it is a folder"));
}

#[test]
fn flags_that_cannot_be_used_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bad.txt"), "abc  postgres-data.tar.gz\n").unwrap();
    let older = given("older");
    for (flags, message) in [
        (
            &["--archives", "files.example.org"][..],
            "must begin with https:// or http://",
        ),
        (
            &["--archives", "https://me:s3cret@a.org/"],
            "a URL with a user, a query",
        ),
        (
            &["--archives", "https://a.org/x?sig=s3cret"],
            "a URL with a user, a query",
        ),
        (
            &["--checksums", "bad.txt"],
            "this line is none of sha256sum",
        ),
        (&["--checksums", "no.txt"], "there is no such file"),
        (
            &["--size", "postgres=big"],
            "--size postgres=big: not an amount of storage",
        ),
        (
            &["--size", "house=1Gi"],
            "the stores are postgres, redis, clickhouse and s3",
        ),
        (&["--storage-class", "A B"], "--storage-class:"),
        (&["--save-as", "-"], "write the name of a values file"),
        (&["-f", "old.yaml"], "cannot be used with"),
        (&["--from", "0.2.0"], "cannot be used with"),
    ] {
        let arguments = [&["migrate", "--from-docker", &older], flags].concat();
        let (out, said) = says(folder.path(), &arguments, 2);
        assert!(
            said.contains(message) && !said.contains("s3cret"),
            "{flags:?}: {said}"
        );
        assert_eq!(out, "");
    }
    for flags in [&["--archives", "https://a.org/"][..], &[]] {
        let arguments = [&["migrate"], flags].concat();
        assert_eq!(run_in(folder.path(), &arguments).status.code(), Some(2));
    }
}

#[test]
fn claims_have_room_for_the_data_that_are_there() {
    let deployment = deployment("older", &[]);
    let data = deployment.path().join("data");
    for folder in ["postgres/data", "redis", "clickhouse"] {
        fs::create_dir_all(data.join(folder)).unwrap();
    }
    fs::write(data.join("redis/dump.rdb"), vec![1; 100_000]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = deployment.path().to_str().unwrap();
    let (_, said) = says(folder.path(), &["migrate", "--from-docker", path], 1);
    // MinIO's folder is not there.
    assert_eq!(
        said.matches("they could not be measured").count(),
        1,
        "{said}"
    );
    assert!(said.contains("--size s3=SIZE"), "{said}");
    let pack = format!("-czf postgres-data.tar.gz -C {path}/data/postgres data\n");
    assert!(said.contains(&pack), "{said}");
}
