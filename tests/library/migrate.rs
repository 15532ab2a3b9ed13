//! Values files of older official charts: what they become renders, has no unknown key, and gives the objects what a real
//! Helm gave them with the old chart.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use swanlab_render::diagnostics::Source;
use swanlab_render::migrate::{How, Migration, migrate};
use swanlab_render::swanlab::versions::Version;
use swanlab_render::yaml;

use crate::support::{Case, root};

/// The values files, with the versions that they are for.
fn overrides() -> Vec<(String, String, Vec<Version>)> {
    let folder = root().join("tests/migrate/overrides");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap();
        let versions = first.strip_prefix("# charts: ").unwrap().split(' ');
        let versions = versions
            .map(|version| Version::parse(version).unwrap())
            .collect();
        found.push((name, text, versions));
    }
    found.sort();
    assert!(found.len() >= 20, "{}", found.len());
    found
}

fn defaults(version: &str) -> String {
    let path = root().join(format!("tests/migrate/values-{version}.json"));
    let values: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    yaml::to_string(&values)
}

fn migrated(text: &str, from: Option<&str>) -> Migration {
    let from = from.map(|version| Version::parse(version).unwrap());
    migrate(&Source::new("old.yaml", text.to_owned()), from).unwrap()
}

/// The fields of the objects by kind and name, in the form of objects.jsonl.
fn fields(values: &str) -> BTreeMap<(String, String), BTreeMap<String, Value>> {
    let mut case = Case::of(values);
    "swanlab".clone_into(&mut case.namespace);
    let release = case
        .release()
        .unwrap_or_else(|error| panic!("{error}\n{values}"));
    let unknown = release.warnings().into_iter();
    let unknown: Vec<_> = unknown
        .filter(|one| matches!(one.code.as_deref(), Some("SL001" | "SL002")))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}\n{values}");
    let objects = release.render().unwrap().into_all();
    let objects = objects.iter().map(|manifest| {
        let mut found = BTreeMap::new();
        flatten(&manifest.object, String::new(), &mut found);
        let name = manifest.object["metadata"]["name"]
            .as_str()
            .unwrap()
            .to_owned();
        ((manifest.kind().to_owned(), name), found)
    });
    objects.collect()
}

fn flatten(value: &Value, path: String, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                flatten(value, format!("{path}/{key}"), found);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for (index, value) in list.iter().enumerate() {
                let name = value["name"].as_str();
                let step = name.map_or(index.to_string(), |name| format!("[{name}]"));
                flatten(value, format!("{path}/{step}"), found);
            }
        }
        leaf => {
            found.insert(path, leaf.clone());
        }
    }
}

/// Why a field is not as the old chart had it: what changed between the versions for everybody.
fn is_changed_for_all(kind: &str, path: &str, value: &Value) -> bool {
    let is_own_label = path.contains("app.kubernetes.io~1");
    let is_gone = matches!(kind, "IngressRoute" | "Middleware" | "Pod");
    let is_retention = path.starts_with("/spec/persistentVolumeClaimRetentionPolicy");
    // The text has another form; what it is made of is in the Services.
    let is_gateway_text = kind == "ConfigMap" && path == "/data/dynamic.yaml";
    let is_old_release = path.ends_with("/image") && value.as_str().unwrap().ends_with(":v2.4")
        || path.ends_with("/image") && value.as_str().unwrap().ends_with(":v2.5.0");
    is_own_label || is_gone || is_retention || is_gateway_text || is_old_release
}

#[test]
fn objects_carry_what_they_did_with_the_old_chart() {
    let objects = fs::read_to_string(root().join("tests/migrate/objects.jsonl")).unwrap();
    let mut recorded: BTreeMap<(String, String), Vec<[Value; 4]>> = BTreeMap::new();
    for line in objects.lines() {
        let (file, version, kind, name, path, value): (String, String, Value, Value, Value, Value) =
            serde_json::from_str(line).unwrap();
        recorded
            .entry((file, version))
            .or_default()
            .push([kind, name, path, value]);
    }
    let (mut compared, mut tried) = (0, 0);
    for (file, text, versions) in overrides() {
        for version in versions {
            let version = version.to_string();
            let migration = migrated(&text, Some(&version));
            let ours = fields(&migration.text);
            tried += 1;
            for [kind, name, path, value] in recorded
                .remove(&(file.clone(), version.clone()))
                .unwrap_or_default()
            {
                let [kind, name, path] = [&kind, &name, &path].map(|text| text.as_str().unwrap());
                if is_changed_for_all(kind, path, &value) {
                    continue;
                }
                let object = ours.get(&(kind.to_owned(), name.to_owned()));
                let found = object.and_then(|object| object.get(path));
                assert_eq!(
                    found,
                    Some(&value),
                    "{file} {version}: {kind}/{name} {path}\n{}",
                    migration.text
                );
                compared += 1;
            }
        }
    }
    assert!(recorded.is_empty(), "{:?}", recorded.keys());
    assert!(tried >= 60 && compared >= 800, "{tried} {compared}");
}

#[test]
fn the_version_is_found_from_the_keys() {
    for (file, text, versions) in overrides() {
        let found = migrated(&text, None).from;
        for version in versions {
            assert!(
                found.fitting.contains(&version),
                "{file}: {version} is not in {found:?}"
            );
        }
        assert!(found.unfitting.is_empty(), "{file}: {found:?}");
    }
}

#[test]
fn default_values_of_each_version_become_those_of_the_chart() {
    let ours = fields("");
    for (version, oldest) in [
        ("0.1.0", "0.1.0"),
        ("0.1.5", "0.1.5"),
        ("0.2.0", "0.2.0"),
        ("0.2.6", "0.2.6"),
        ("0.3.0", "0.2.6"),
    ] {
        let migration = migrated(&defaults(version), None);
        assert_eq!(migration.from.fitting[0].to_string(), oldest, "{version}");
        assert!(
            migration
                .from
                .fitting
                .contains(&Version::parse(version).unwrap())
        );
        let theirs = fields(&migration.text);
        assert_eq!(
            ours.keys().collect::<Vec<_>>(),
            theirs.keys().collect::<Vec<_>>(),
            "{version}"
        );
        for ((kind, name), object) in &theirs {
            let own = &ours[&(kind.clone(), name.clone())];
            for (path, value) in object {
                // Charts 0.1 had classes of their own, and one pod of each service.
                let is_class = path.ends_with("/storageClassName") && version.starts_with("0.1");
                let is_replicas = path == "/spec/replicas" && version == "0.1.0";
                let is_same = own.get(path) == Some(value);
                assert!(
                    is_same || is_class || is_replicas,
                    "{version} {kind}/{name} {path}: {value}"
                );
            }
        }
    }
}

#[test]
fn what_is_current_stays_as_it_is() {
    let text = "# ours\r\nservice: {server: {replicas: 3}} # three\r\nglobal:\r\n    settings:\r\n        loginHost: 'x'";
    let migration = migrated(text, None);
    assert_eq!(migration.text, text);
    assert!(migration.moves.is_empty() && !migration.is_unfinished());
}

#[test]
fn what_cannot_be_moved_is_left_to_do_by_hand() {
    // The key comes from elsewhere, so that a change here would be one there.
    let text = "x-common: &common\n  replicaCount: 3\nservice:\n  server:\n    <<: *common\n  next: {replicaCount: 2}\n";
    let migration = migrated(text, Some("0.1.4"));
    let by_hand = migration
        .moves
        .iter()
        .find(|one| one.from == "service.server.replicaCount")
        .unwrap();
    assert_eq!(by_hand.how, How::Manual);
    assert!(by_hand.note.contains("merge key"), "{}", by_hand.note);
    assert!(
        migration.text.contains("next: {replicas: 2}"),
        "{}",
        migration.text
    );
    // Both are there: which of them counts is not known.
    let text = "env: {loginHost: a}\nglobal: {settings: {loginHost: b}}\n";
    let migration = migrated(text, Some("0.1.5"));
    assert!(migration.is_unfinished());
    assert!(
        migration.text.contains("loginHost: b"),
        "{}",
        migration.text
    );
}

#[test]
fn a_class_that_depends_on_the_version_is_not_guessed() {
    let migration = migrated("imagePullSecrets: [{name: a}]\n", None);
    assert!(migration.is_unfinished());
    assert!(
        !migration.text.contains("storageClass"),
        "{}",
        migration.text
    );
    let migration = migrated("imagePullSecrets: [{name: a}]\n", Some("0.1.2"));
    assert!(!migration.is_unfinished());
    assert_eq!(migration.text.matches("storageClass: standard").count(), 5);
}

#[test]
fn every_document_of_a_file_is_moved() {
    let text = "imagePullSecrets: [{name: a}]\n---\n# second\nenv:\n  loginHost: x\n";
    let migration = migrated(text, Some("0.1.5"));
    assert!(migration.text.starts_with("global:\n  imagePullSecrets: [{name: a}]\n---\nglobal:\n  settings:\n    # second\n    loginHost: x\n"), "{}", migration.text);
}
