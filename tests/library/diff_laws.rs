//! The laws of comparing, on generated pairs of renders: nothing differs from itself, the changes applied to the
//! old side give the new one, and the order of the input means nothing.

use std::sync::OnceLock;

use crate::support::patch::{apply, without_nulls};
use crate::support::{Case, count_of_defaults, options};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::Config;
use serde_json::{Value, json};
use swanlab_render::diagnostics::Source;
use swanlab_render::diff::{Action, Change, Class, Op, compare};
use swanlab_render::kubernetes::types::Types;
use swanlab_render::manifest::Manifest;
use swanlab_render::previous;
use swanlab_render::validation;
use swanlab_render::yaml;

fn manifest(object: Value) -> Manifest {
    Manifest {
        source: "chart/templates/a.yaml".to_owned(),
        document: 0,
        object,
    }
}

/// All objects of several renders.
fn rendered() -> &'static [Value] {
    static OBJECTS: OnceLock<Vec<Value>> = OnceLock::new();
    OBJECTS.get_or_init(|| {
        let values = [
            "",
            "global: {podAntiAffinityPreset: hard, imagePullSecrets: [{name: a}, {name: b}]}",
            "service: {server: {resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m}}}}",
        ];
        let renders = values.map(|values| Case::of(values).manifests().unwrap());
        let manifests = renders.into_iter().flatten();
        manifests.map(|manifest| manifest.object).collect()
    })
}

/// The objects of the default render.
fn defaults() -> &'static [Value] {
    &rendered()[..count_of_defaults()]
}

/// Any tree; keys and values come from few, so that they meet again.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..4_i64).prop_map(Value::from),
        select(vec![
            "a",
            "b",
            "1",
            "x: 1\ny: [1]\n",
            "x: 2\ny: []\n",
            "{\"a/b\": 1}",
            "{\"a/b\":1}",
            "--f=1",
            "--f=2"
        ])
        .prop_map(Value::from),
    ];
    let key = select(vec!["name", "a", "b", "a/b", "m~n", "key", "x.yaml"]);
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..5).prop_map(|entries| {
                let entries = entries
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value));
                Value::Object(entries.collect())
            }),
        ]
    })
}

/// One thing that is done to a tree: what, where, with what.
#[derive(Clone, Debug)]
enum Edit {
    Remove,
    Replace(Value),
    Insert(Value),
    Swap,
    Reverse,
    Repeat,
    Rotate,
}

fn edit() -> impl Strategy<Value = (Edit, Index, Index)> {
    let scalar = || {
        select(vec![
            json!("changed"),
            json!(77),
            json!(true),
            json!({"name": "new", "value": "x"}),
            json!(["new"]),
            json!({}),
            json!("500m"),
        ])
    };
    let edit = prop_oneof![
        Just(Edit::Remove),
        scalar().prop_map(Edit::Replace),
        scalar().prop_map(Edit::Insert),
        Just(Edit::Swap),
        Just(Edit::Reverse),
        Just(Edit::Repeat),
        Just(Edit::Rotate),
    ];
    (edit, any::<Index>(), any::<Index>())
}

/// Does it to some node below the root.
fn edited(object: &mut Value, (edit, place, index): &(Edit, Index, Index)) {
    let mut places = Vec::new();
    collect(object, "", &mut places);
    if places.is_empty() {
        return;
    }
    let place = place.get(&places).clone();
    let (parent, token) = place.rsplit_once('/').unwrap();
    match edit {
        Edit::Remove => match object.pointer_mut(parent) {
            Some(Value::Object(map)) => {
                map.shift_remove(&token.replace("~1", "/").replace("~0", "~"));
            }
            Some(Value::Array(items)) => {
                items.remove(token.parse().unwrap());
            }
            _ => unreachable!(),
        },
        Edit::Replace(value) => *object.pointer_mut(&place).unwrap() = value.clone(),
        _ => match (object.pointer_mut(&place).unwrap(), edit) {
            (Value::Array(items), Edit::Insert(value)) => {
                items.insert(index.index(items.len() + 1), value.clone());
            }
            (Value::Object(map), Edit::Insert(value)) => {
                map.insert("inserted".to_owned(), value.clone());
            }
            (Value::Array(items), edit) if !items.is_empty() => {
                let at = index.index(items.len());
                match edit {
                    Edit::Swap => items.swap(0, at),
                    Edit::Reverse => items.reverse(),
                    Edit::Repeat => items.push(items[at].clone()),
                    _ => items.rotate_left(at),
                }
            }
            _ => {}
        },
    }
}

/// The pointers of everything in `data`, `spec`, and the metadata but the name.
fn collect(value: &Value, pointer: &str, places: &mut Vec<String>) {
    let identity = [
        "/apiVersion",
        "/kind",
        "/metadata/name",
        "/metadata",
        "/metadata/namespace",
    ];
    if !pointer.is_empty() && !identity.contains(&pointer) {
        places.push(pointer.to_owned());
    }
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let token = key.replace('~', "~0").replace('/', "~1");
                collect(value, &format!("{pointer}/{token}"), places);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                collect(item, &format!("{pointer}/{place}"), places);
            }
        }
        _ => {}
    }
}

/// The changes from one object to another of the same identity.
fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let (old, new) = ([manifest(old.clone())], [manifest(new.clone())]);
    let mut objects = compare(&old, &new, &options(35)).objects;
    match objects.pop() {
        None => Vec::new(),
        Some(object) => {
            assert_eq!(object.action, Action::Changed);
            object.changes
        }
    }
}

/// What the changes say is there before is there, and applied they give the new object.
fn applied(old: &Value, changes: &[Change]) -> Value {
    let mut object = old.clone();
    for change in changes {
        apply(&mut object, change);
    }
    object
}

/// Values that may differ between what is patched and what is wanted: the default of a field is on one side alone,
/// or an amount is written in two ways. Written down here anew, not asked of the program.
fn mean_the_same(key: &str, a: Option<&Value>, b: Option<&Value>) -> bool {
    let empty = [json!(null), json!({}), json!([])];
    match (a, b) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let keys = a.keys().chain(b.keys());
            keys.into_iter()
                .all(|key| mean_the_same(key, a.get(key), b.get(key)))
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| mean_the_same(key, Some(a), Some(b)))
        }
        (Some(a), Some(b)) => {
            let amounts = [[json!("500m"), json!("0.5")], [json!("1"), json!(1)]];
            a == b
                || ["cpu", "memory"].contains(&key)
                    && amounts.iter().any(|two| two.contains(a) && two.contains(b))
        }
        (Some(one), None) | (None, Some(one)) => {
            empty.contains(one)
                || match key {
                    "restartPolicy" => one == "Always",
                    "imagePullPolicy" => one == "IfNotPresent" || one == "Always",
                    "type" => one == "ClusterIP" || one == "Opaque" || one == "RollingUpdate",
                    "strategy" | "updateStrategy" => one == &json!({"type": "RollingUpdate"}),
                    "protocol" => one == "TCP",
                    "replicas" | "completions" | "parallelism" => one == 1,
                    "name" | "value" | "subPath" | "serviceName" => one == "",
                    "cpu" | "memory" => true,
                    _ => false,
                }
        }
        (None, None) => true,
    }
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config(5000))]

    /// A kind that nothing is known of has no defaults and no amounts: the result is the new object exactly, but
    /// for nulls, which mean that nothing is there.
    #[test]
    fn changes_of_unknown_objects_give_exactly_the_new_one(
        old in tree(), new in tree(), edits in prop::collection::vec(edit(), 0..4), same in any::<bool>(),
    ) {
        let widget = |spec: Value| json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": spec});
        let old = widget(old);
        let mut new = if same { old.clone() } else { widget(new) };
        for edit in &edits {
            edited(&mut new, edit);
        }
        let found = changes(&old, &new);
        prop_assert_eq!(without_nulls(&applied(&old, &found)), without_nulls(&new));
        prop_assert_eq!(found.is_empty(), without_nulls(&old) == without_nulls(&new));
        prop_assert_eq!(changes(&old, &old), []);
    }
}

proptest! {
    // Each case is two pairs: there and back.
    #![proptest_config(config(2500))]

    #[test]
    fn changes_of_rendered_objects_give_the_new_one_but_for_defaults(
        index in any::<Index>(), edits in prop::collection::vec(edit(), 1..5),
    ) {
        let old = index.get(rendered());
        let mut new = old.clone();
        for edit in &edits {
            edited(&mut new, edit);
        }
        let there = changes(old, &new);
        let result = applied(old, &there);
        prop_assert!(mean_the_same("", Some(&result), Some(&new)), "{result}\n{new}\n{there:?}");
        // And back.
        let back = changes(&new, old);
        let result = applied(&new, &back);
        prop_assert!(mean_the_same("", Some(&result), Some(old)), "{result}\n{old}\n{back:?}");
        prop_assert_eq!(there.is_empty(), back.is_empty());
    }
}

proptest! {
    #![proptest_config(config(3000))]

    /// Only parts that differ are checked, and nothing is missed for it.
    #[test]
    fn an_update_violates_what_its_object_violates_and_the_one_before_does_not(
        index in any::<Index>(),
        before in prop::collection::vec(edit(), 0..4),
        after in prop::collection::vec(edit(), 0..4),
    ) {
        let mut old = index.get(rendered()).clone();
        for edit in &before {
            edited(&mut old, edit);
        }
        let mut new = old.clone();
        for edit in &after {
            edited(&mut new, edit);
        }
        let types = Types::of(1, 35);
        let known = validation::check(types, &old);
        let mut expected = validation::check(types, &new);
        expected.retain(|one| !known.contains(one));
        prop_assert_eq!(validation::check_update(types, &old, &new), expected);
    }
}

proptest! {
    #![proptest_config(config(200))]

    /// Whole renders: objects edited, renamed, left out and shuffled.
    #[test]
    fn the_order_of_the_objects_means_nothing(
        edits in prop::collection::vec((any::<Index>(), edit()), 0..6),
        gone in prop::collection::vec(any::<Index>(), 0..4),
        rename in any::<bool>(),
        old_order in Just(()).prop_perturb(|(), mut random| random.random::<u64>()),
        new_order in Just(()).prop_perturb(|(), mut random| random.random::<u64>()),
    ) {
        let old: Vec<Manifest> = defaults().iter().cloned().map(manifest).collect();
        let mut new = old.clone();
        for (index, edit) in &edits {
            let at = index.index(new.len());
            edited(&mut new[at].object, edit);
        }
        for index in &gone {
            new.remove(index.index(new.len()));
        }
        if rename {
            for manifest in &mut new {
                let name = manifest.object["metadata"]["name"].as_str().unwrap();
                let name = name.replace("swanlab-self-hosted", "other");
                manifest.object["metadata"]["name"] = name.into();
            }
        }
        let diff = compare(&old, &new, &options(35));
        let (mut shuffled_old, mut shuffled_new) = (old.clone(), new.clone());
        shuffle(&mut shuffled_old, old_order);
        shuffle(&mut shuffled_new, new_order);
        prop_assert_eq!(&compare(&shuffled_old, &shuffled_new, &options(35)), &diff);
        let counts = diff.summary;
        prop_assert_eq!(counts.removed + counts.changed + counts.renamed + counts.unchanged, old.len());
        prop_assert_eq!(counts.added + counts.changed + counts.renamed + counts.unchanged, new.len());
    }
}

fn shuffle(manifests: &mut [Manifest], seed: u64) {
    manifests.sort_by_cached_key(|manifest| {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (seed, manifest.object.to_string()).hash(&mut hasher);
        hasher.finish()
    });
}

#[test]
fn what_is_written_is_read_back_the_same() {
    let text: String = defaults()
        .iter()
        .map(|object| {
            format!(
                "---\n# Source: chart/templates/a.yaml\n{}",
                yaml::to_string(object)
            )
        })
        .collect();
    let read = previous::read(&[Source::new("old.yaml", text)], "default").unwrap();
    assert_eq!(read.notes, []);
    let all: Vec<Manifest> = defaults().iter().cloned().map(manifest).collect();
    assert_eq!(read.manifests, all);
}

/// A law that no generated pair ever tested would hold as well.
#[test]
fn the_generated_pairs_reach_every_operation() {
    let widget = |list: Value| {
        let metadata = json!({"name": "a"});
        json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": metadata, "list": list})
    };
    let old = widget(json!([1, 2, 3, {"name": "x"}, "end"]));
    let new = widget(json!([{"name": "x"}, 1, 2, "last", "more"]));
    let found = changes(&old, &new);
    let ops: Vec<Op> = found.iter().map(|change| change.op).collect();
    assert_eq!(ops, [Op::Remove, Op::Move, Op::Add, Op::Replace]);
    assert_eq!(found[1].class, Class::Order);
    assert_eq!(applied(&old, &found), new);
}

/// Every object has another name, told as one cause: nothing else is left to read, but for Traefik's own files.
#[test]
fn another_release_name_or_fullname_renames_every_object() {
    let old = Case::of("").manifests().unwrap();
    for new in [
        Case::of("").named("prod"),
        Case::of("fullnameOverride: shop"),
    ] {
        let new = new.manifests().unwrap();
        let diff = compare(&old, &new, &options(35));
        let counts = (diff.summary.added, diff.summary.removed);
        assert_eq!(counts, (0, 0), "{:?}", diff.renames);
        assert!(diff.summary.renamed >= 27, "{:?}", diff.renames);
        for object in &diff.objects {
            for change in &object.changes {
                let path = change.path.to_string();
                let told = change.class == Class::Renamed || path.starts_with("data");
                assert!(
                    told,
                    "{} {path} {:?} {:?}",
                    object.object.name, change.old, change.new
                );
            }
        }
    }
}
