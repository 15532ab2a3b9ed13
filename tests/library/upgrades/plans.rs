//! Plans for the upgrades of the table, and what must be true of every plan.

use std::collections::BTreeSet;

use serde_json::Value;
use swanlab_render::backup::Method;
use swanlab_render::diagnostics::Source;
use swanlab_render::diff::{Applier, Direction, compare, redact};
use swanlab_render::manifest::{Identity, Manifest};
use swanlab_render::plan::{self, Command, Options, Phase, Plan, Same, Step};
use swanlab_render::previous;
use swanlab_render::report::plan as report;

use super::{UPGRADES, Upgrade, render};
use crate::support::{RELEASE, options, root};

/// A way to make a plan.
#[derive(Clone, Copy, Debug)]
struct How {
    direction: Direction,
    backup: Option<Method>,
    applier: Applier,
}

const FORWARD: How = How {
    direction: Direction::Forward,
    backup: Some(Method::Dump),
    applier: Applier::Kubectl,
};

fn plan(old: &[Manifest], new: &[Manifest], minor: u64, how: How) -> Plan {
    let [old, new] = match how.direction {
        Direction::Forward => [old, new],
        Direction::Back => [new, old],
    };
    let compared = options(minor)
        .applied_by(how.applier)
        .in_direction(how.direction);
    let diff = redact(compare(old, new, &compared), old, new, "default");
    let options = Options {
        namespace: "default",
        applier: how.applier,
        direction: how.direction,
        backup: how.backup,
        suffix: "plan-1",
        prints: None,
    };
    plan::make(old, new, &diff, &options).unwrap()
}

fn upgrade(name: &str) -> &'static Upgrade {
    let mut named = UPGRADES.iter().filter(|one| one.name == name);
    named.next().unwrap_or_else(|| panic!("no upgrade {name}"))
}

fn of(name: &str, how: How) -> Plan {
    let upgrade = upgrade(name);
    let [old, new] = upgrade.sides();
    plan(&old, &new, upgrade.minor, how)
}

fn ids(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

#[track_caller]
fn step<'p>(plan: &'p Plan, id: &str) -> &'p Step {
    let found = plan.steps.iter().find(|step| step.id == id);
    found.unwrap_or_else(|| panic!("no {id} among {:?}", ids(plan)))
}

fn lines(step: &Step) -> String {
    let lines: Vec<String> = step.commands.iter().map(Command::line).collect();
    lines.join("\n").replace(RELEASE, "@")
}

fn undo(step: &Step) -> String {
    let lines: Vec<String> = step.undo.iter().map(Command::line).collect();
    lines.join("\n").replace(RELEASE, "@")
}

/// The names of the objects in the files that steps of a phase apply.
fn applied(plan: &Plan) -> BTreeSet<Identity> {
    let apply = |one: &&Step| matches!(one.phase, Phase::Apply | Phase::Backup);
    let commands = plan
        .steps
        .iter()
        .filter(apply)
        .flat_map(|step| &step.commands);
    let names: BTreeSet<&String> = commands.filter_map(|one| one.file.as_ref()).collect();
    let files = plan.files.iter().filter(|file| names.contains(&file.name));
    files
        .flat_map(|file| &file.objects)
        .filter_map(Identity::of)
        .collect()
}

/// What is true of every plan.
fn hold_laws(plan: &Plan, sides: [&[Manifest]; 2], about: &str) {
    let names: BTreeSet<&str> = plan.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names.len(),
        plan.files.len(),
        "{about}: two files of a name"
    );
    let unique: BTreeSet<&str> = ids(plan).into_iter().collect();
    assert_eq!(unique.len(), plan.steps.len(), "{about}: {:?}", ids(plan));
    for step in &plan.steps {
        assert!(!step.title.is_empty() && !step.why.is_empty(), "{about}");
        assert!(
            step.id
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{about}: {}",
            step.id
        );
        assert!(!step.commands.is_empty(), "{about}: {}", step.id);
        for command in step.commands.iter().chain(&step.undo) {
            if let Some(file) = &command.file {
                assert!(names.contains(file.as_str()), "{about}: {file}");
                assert!(command.text.ends_with(" -f"), "{about}: {}", command.text);
            }
        }
        for command in &step.commands {
            let deletes = command.text.contains("kubectl delete");
            let data = [
                "persistentvolume",
                "pvc",
                "namespace/",
                "customresourcedefinition",
            ];
            assert!(
                !(deletes && data.iter().any(|kind| command.text.contains(kind))),
                "{about}: {}",
                command.text
            );
        }
    }
    if plan.is_possible() && !plan.steps.is_empty() {
        let applied = applied(plan);
        let [old, new] = sides;
        let objects = |side: &[Manifest]| -> Vec<Value> {
            side.iter().map(|one| one.object.clone()).collect()
        };
        let old = objects(old);
        for object in objects(new) {
            let identity = Identity::of(&object).unwrap();
            let stays = old.contains(&object);
            assert!(
                stays || applied.contains(&identity) || is_equal_to_kubernetes(&old, &object),
                "{about}: {identity} is not applied"
            );
        }
    }
    let mut text = String::new();
    report::json(plan, &mut text);
    for secret in [
        "swanlab-postgres\"",
        "another-password",
        "c3dhbmxhYi1wb3N0Z3Jlcw",
    ] {
        assert!(!text.contains(secret), "{about}: {secret}");
    }
}

/// Whether an object differs only in spelling.
fn is_equal_to_kubernetes(old: &[Value], object: &Value) -> bool {
    let as_manifest = |one: &Value| Manifest {
        source: String::new(),
        document: 0,
        object: one.clone(),
    };
    let same = old
        .iter()
        .find(|one| Identity::of(one) == Identity::of(object));
    same.is_some_and(|same| {
        let (old, new) = ([as_manifest(same)], [as_manifest(object)]);
        compare(&old, &new, &options(35)).objects.is_empty()
    })
}

#[test]
fn every_plan_deletes_no_data_and_applies_all_that_differs() {
    for upgrade in UPGRADES.iter() {
        let [old, new] = upgrade.sides();
        let methods = [None, Some(Method::Dump), Some(Method::Copy)];
        for direction in [Direction::Forward, Direction::Back] {
            for backup in methods {
                let how = How {
                    direction,
                    backup,
                    ..FORWARD
                };
                let plan = plan(&old, &new, upgrade.minor, how);
                let sides = match direction {
                    Direction::Forward => [&*old, &*new],
                    Direction::Back => [&*new, &*old],
                };
                hold_laws(&plan, sides, &format!("{} {how:?}", upgrade.name));
            }
        }
    }
}

#[test]
fn only_data_that_cannot_stay_make_a_plan_impossible() {
    let impossible: Vec<&str> = UPGRADES
        .iter()
        .filter(|upgrade| {
            let [old, new] = upgrade.sides();
            !plan(&old, &new, upgrade.minor, FORWARD).is_possible()
        })
        .map(|upgrade| upgrade.name.as_str())
        .collect();
    assert_eq!(
        impossible,
        [
            "storage shrinks",
            "storage shrinks, in a cluster that can take an expansion back",
            "storage class changes",
            "storage class is taken away",
            "storage class changes and the claim grows",
            "postgres' image changes",
            "postgres' password and image change",
        ]
    );
}

#[test]
fn nothing_to_do_is_an_empty_plan() {
    let plan = of("nothing changed", FORWARD);
    assert_eq!(plan.steps, []);
    let mut text = String::new();
    report::text(&plan, swanlab_render::report::Style::PLAIN, &mut text);
    assert_eq!(text, "nothing to do\n");
}

/// What a real Helm has made of the official chart 0.2.0.
fn official() -> Vec<Manifest> {
    let path = root().join("tests/older_streams/official-0.2.0.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    previous::read(&[Source::new("0.2.0", text)], "default")
        .unwrap()
        .manifests
}

#[test]
fn the_official_0_2_0_keeps_the_pods_and_claims_of_house() {
    let (old, new) = (official(), render("", RELEASE));
    let plan = plan(&old, &new, 35, FORWARD);
    hold_laws(&plan, [&old, &new], "0.2.0");
    assert_eq!(
        ids(&plan),
        [
            "check",
            "try",
            "backup-postgres",
            "backup-clickhouse",
            "recreate-jobs",
            "recreate-statefulsets",
            "apply-stores",
            "apply",
            "verify",
        ]
    );
    let recreate = step(&plan, "recreate-statefulsets");
    let commands: Vec<String> = lines(recreate).lines().map(str::to_owned).collect();
    assert!(commands[0].contains(r#""whenDeleted":"Retain","whenScaled":"Retain""#));
    assert!(commands[1].contains(r#"{"metadata":{"ownerReferences":null}}"#));
    assert_eq!(
        commands[2],
        "kubectl delete -n default statefulset.apps/@-house --cascade=orphan --ignore-not-found"
    );
    assert_eq!(commands.len(), 3);
    let apply = undo(step(&plan, "apply"));
    let place = |text: &str| {
        apply
            .find(text)
            .unwrap_or_else(|| panic!("{text}: {apply}"))
    };
    // A server that starts before the old manifests are there would migrate the restored tables again.
    assert!(place("--replicas=0") < place("pg_restore"));
    assert!(place("pg_restore") < place("before-apply.yaml"));
    assert!(
        place("before-apply.yaml")
            < apply
                .rfind("deployment.apps/@-server --replicas=2")
                .unwrap()
    );
}

#[test]
fn the_way_back_restores_what_was_migrated_before_the_old_image_starts() {
    let back = How {
        direction: Direction::Back,
        ..FORWARD
    };
    let name = "server's image changes";
    let (forth, back) = (of(name, FORWARD), of(name, back));
    assert_eq!(
        ids(&back),
        [
            "check",
            "try",
            "stop-clients",
            "backup-postgres",
            "restore-postgres",
            "apply",
            "verify"
        ]
    );
    let made = lines(step(&forth, "backup-postgres"));
    let file = made.rsplit(' ').next().unwrap().trim_end_matches(')');
    assert_eq!(file, "@-postgres-16.1-plan-1.dump");
    assert!(lines(step(&back, "restore-postgres")).contains(&format!("< {file}")));
    // What there is now is kept under another name.
    assert!(lines(step(&back, "backup-postgres")).contains("-plan-1-back.dump"));
}

#[test]
fn without_backups_somebody_has_to_restore() {
    let back = How {
        direction: Direction::Back,
        backup: None,
        ..FORWARD
    };
    let plan = of("server's image changes", back);
    let restore = step(&plan, "restore-postgres");
    assert!(restore.commands.iter().all(Command::is_by_hand));
    assert!(!restore.reversible);
    let forth = of(
        "server's image changes",
        How {
            backup: None,
            ..FORWARD
        },
    );
    assert!(!step(&forth, "apply").reversible);
}

#[test]
fn changed_selectors_delete_the_pods_and_nothing_else() {
    let how = How {
        backup: None,
        ..FORWARD
    };
    let plan = of("nameOverride changes under a pinned fullname", how);
    let recreate = step(&plan, "recreate-workloads");
    assert_eq!(recreate.objects.len(), 9);
    let commands = lines(recreate);
    assert_eq!(commands.matches("--cascade=foreground").count(), 9);
    assert_eq!(commands.matches("--for=delete pod").count(), 9);
    assert_eq!(recreate.downtime.objects.len(), 9);
}

#[test]
fn a_larger_template_keeps_the_pods_and_grows_the_claims() {
    let plan = of("house's claim template grows", FORWARD);
    assert_eq!(
        ids(&plan),
        [
            "check",
            "recreate-statefulsets",
            "apply",
            "grow-claims",
            "verify"
        ]
    );
    assert!(
        step(&plan, "recreate-statefulsets")
            .why
            .contains("No pod is replaced.")
    );
    assert_eq!(step(&plan, "grow-claims").commands.len(), 2);
}

#[test]
fn a_claim_that_shrinks_needs_another_one_which_the_plan_creates() {
    let plan = of("storage shrinks", FORWARD);
    assert_eq!(ids(&plan), ["check", "claim-postgres"]);
    assert!(plan.obstacles[0].contains("cannot become smaller (10Gi -> 5Gi)"));
    let file = plan
        .files
        .iter()
        .find(|file| file.name == "claim-postgres.yaml")
        .unwrap();
    let claim = &file.objects[0];
    assert_eq!(
        claim["metadata"]["name"],
        "swanlab-self-hosted-postgres-pvc-plan-1"
    );
    assert_eq!(claim["spec"]["resources"]["requests"]["storage"], "5Gi");
}

#[test]
fn another_major_version_of_postgres_gets_a_dump_into_another_claim() {
    let old = render("", RELEASE);
    let new = render(
        "dependencies: {postgres: {image: {tag: '17'}, persistence: {existingClaim: pg17}}}",
        RELEASE,
    );
    let how = How {
        backup: Some(Method::Copy),
        ..FORWARD
    };
    let plan = plan(&old, &new, 35, how);
    assert_eq!(
        ids(&plan),
        [
            "check",
            "try",
            "stop-clients",
            "backup-postgres",
            "apply-stores",
            "move-postgres",
            "start",
            "verify"
        ]
    );
    assert!(lines(step(&plan, "backup-postgres")).contains("pg_dump"));
    assert!(lines(step(&plan, "move-postgres")).contains("pg_restore"));
    assert!(lines(step(&plan, "start")).contains("deployment.apps/@-server --replicas=2"));
    let present: Vec<String> = plan
        .before
        .present
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(present, ["persistentvolumeclaim/pg17"]);
}

#[test]
fn another_claim_gets_a_copy_while_nothing_runs() {
    let plan = of("another claim is named", FORWARD);
    assert_eq!(
        ids(&plan),
        [
            "check",
            "try",
            "stop-clients",
            "stop-stores",
            "move-postgres",
            "apply",
            "start",
            "verify"
        ]
    );
    assert!(plan.notes[0].contains("PersistentVolumeClaim/swanlab-self-hosted-postgres-pvc"));
    let plan = of("the claim's own name is named", FORWARD);
    assert_eq!(plan.steps, []);
    assert_eq!(plan.notes.len(), 1);
}

#[test]
fn a_renamed_release_moves_the_data_of_all_stores() {
    let plan = of("the release is renamed", FORWARD);
    let moves: Vec<&str> = ids(&plan)
        .into_iter()
        .filter(|id| id.starts_with("move-"))
        .collect();
    assert_eq!(
        moves,
        [
            "move-postgres",
            "move-clickhouse",
            "move-redis",
            "move-s3",
            "move-house"
        ]
    );
    let files: Vec<&Value> = plan
        .files
        .iter()
        .filter(|file| file.name == "claims-house.yaml")
        .flat_map(|file| &file.objects)
        .collect();
    assert_eq!(
        files[1]["metadata"]["name"],
        "house-other-self-hosted-house-1"
    );
    let delete = step(&plan, "delete");
    assert_eq!(delete.objects.len(), 24);
    assert!(
        delete
            .objects
            .iter()
            .all(|one| !one.starts_with("PersistentVolumeClaim"))
    );
    let place = |id: &str| ids(&plan).iter().position(|one| *one == id).unwrap();
    assert!(place("verify") < place("delete"));
}

#[test]
fn helm_is_kept_from_deleting_claims() {
    let how = How {
        applier: Applier::Helm,
        ..FORWARD
    };
    let plan = of("an integration is switched on", how);
    assert_eq!(
        ids(&plan),
        [
            "check",
            "keep",
            "backup-postgres",
            "hand-over-postgres",
            "apply",
            "verify"
        ]
    );
    assert_eq!(
        lines(step(&plan, "keep")),
        "kubectl annotate -n default persistentvolumeclaim/@-postgres-pvc --overwrite helm.sh/resource-policy=keep"
    );
    let apply = lines(step(&plan, "apply"));
    assert!(apply.starts_with("# apply with Helm now"), "{apply}");
    assert!(
        apply.contains("\nkubectl diff -n default -f apply.yaml\ntest -z "),
        "{apply}"
    );
}

#[test]
fn helm_is_waited_for_where_it_only_deletes() {
    let how = How {
        applier: Applier::Helm,
        ..FORWARD
    };
    let mut old = render("", RELEASE);
    let new = old.clone();
    let extra = serde_json::json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "old-settings"}});
    old.push(Manifest {
        source: String::new(),
        document: 0,
        object: extra,
    });
    let plan = plan(&old, &new, 35, how);
    assert_eq!(ids(&plan), ["check", "apply"]);
    assert!(
        lines(step(&plan, "apply")).contains("configmap/old-settings --ignore-not-found -o name")
    );
}

#[test]
fn tests_of_helm_are_not_applied() {
    let old = render("", RELEASE);
    let mut new = render("service: {server: {replicas: 3}}", RELEASE);
    let hook = |name: &str, event: &str| Manifest {
        source: String::new(),
        document: 0,
        object: serde_json::json!({"apiVersion": "v1", "kind": "Pod",
            "spec": {"containers": [{"name": "a", "image": "busybox:1"}]},
            "metadata": {"name": name, "annotations": {"helm.sh/hook": event}}}),
    };
    new.extend([hook("check", "test"), hook("prepare", "pre-upgrade")]);
    let objects = |applier: Applier| {
        let how = How { applier, ..FORWARD };
        step(&plan(&old, &new, 35, how), "apply").objects.clone()
    };
    let server = "Deployment/swanlab-self-hosted-server";
    assert_eq!(objects(Applier::Kubectl), ["Pod/prepare", server]);
    assert_eq!(objects(Applier::Helm), [server]);
}

#[test]
fn the_server_gives_the_number_of_stopped_pods_back() {
    let how = How {
        applier: Applier::ServerSide,
        backup: Some(Method::Copy),
        ..FORWARD
    };
    let plan = of("server's image changes", how);
    let apply = lines(step(&plan, "apply"));
    assert_eq!(
        apply
            .matches("kubectl apply --server-side --force-conflicts ")
            .count(),
        2,
        "{apply}"
    );
    // Where nothing was stopped, the fields of others stay theirs.
    let how = How {
        backup: None,
        ..how
    };
    let apply = lines(step(&of("server's image changes", how), "apply"));
    assert!(!apply.contains("--force-conflicts"), "{apply}");
}

#[test]
fn no_new_manifests_are_no_plan() {
    let old = render("", RELEASE);
    let compared = options(35);
    let diff = redact(compare(&old, &[], &compared), &old, &[], "default");
    let options = Options {
        namespace: "default",
        applier: Applier::Kubectl,
        direction: Direction::Forward,
        backup: None,
        suffix: "plan-1",
        prints: None,
    };
    let problems = plan::make(&old, &[], &diff, &options).unwrap_err();
    assert!(problems.0[0].message.contains("there are no new manifests"));
}

#[test]
fn a_set_that_deletes_its_claims_is_kept_from_it_before_it_stops() {
    let retention = |text: &str| {
        let mut side = render("", text);
        for one in &mut side {
            if one.kind() == "StatefulSet" {
                one.object["spec"]["persistentVolumeClaimRetentionPolicy"] =
                    serde_json::json!({"whenDeleted": "Delete", "whenScaled": "Delete"});
            }
        }
        side
    };
    let plan = plan(&retention(RELEASE), &render("", "other"), 35, FORWARD);
    let stop = lines(step(&plan, "stop-clients"));
    let place = |text: &str| stop.find(text).unwrap_or_else(|| panic!("{text}: {stop}"));
    assert!(place("Retain") < place("statefulset.apps/@-house --replicas=0"));
    assert!(place("ownerReferences") < place("statefulset.apps/@-house --replicas=0"));
    assert!(lines(step(&plan, "delete")).contains("Retain"));
}

#[test]
fn the_cluster_must_be_what_the_plan_was_made_from() {
    let plan = of("the release is renamed", FORWARD);
    let Same::Manifests(commands) = &plan.before.same else {
        panic!("{:?}", plan.before)
    };
    assert_eq!(commands[0].line(), "kubectl diff -n default -f before.yaml");
    let file = plan.files.iter().find(|file| file.name == "before.yaml");
    // A finished Job may be gone.
    assert!(file.unwrap().objects.iter().all(|one| one["kind"] != "Job"));
    let absent: Vec<String> = plan.before.absent.iter().map(ToString::to_string).collect();
    assert!(absent.contains(&"deployment.apps/other-self-hosted-server".to_owned()));
    // It may be there from before, with data.
    assert!(
        absent
            .iter()
            .all(|one| !one.starts_with("persistentvolumeclaim/"))
    );
}

#[test]
fn both_ways_share_the_names_of_backups() {
    let [old, new] = upgrade("server's image changes").sides();
    assert_eq!(plan::suffix([&old, &new]), plan::suffix([&new, &old]));
    assert_ne!(plan::suffix([&old, &new]), plan::suffix([&new, &new]));
}

/// The names behind `-f` in the lines of commands.
fn files_in(text: &str) -> BTreeSet<&str> {
    let lines = text.lines().filter(|line| line.starts_with("kubectl "));
    let files = lines.filter_map(|line| line.split_once(" -f ").map(|(_, file)| file));
    files.filter(|file| !file.contains(' ')).collect()
}

#[test]
fn every_file_that_a_change_request_names_is_one_that_the_script_writes() {
    let mut seen = 0;
    for upgrade in UPGRADES.iter() {
        let [old, new] = upgrade.sides();
        for direction in [Direction::Forward, Direction::Back] {
            for backup in [Some(Method::Dump), Some(Method::Copy)] {
                let how = How {
                    direction,
                    backup,
                    ..FORWARD
                };
                let plan = plan(&old, &new, upgrade.minor, how);
                let [mut markdown, mut script, mut html, mut text] =
                    [(); 4].map(|()| String::new());
                report::markdown(&plan, "", &mut markdown);
                report::html(&plan, "", &mut html);
                report::script(&plan, "", "default", &mut script);
                report::text(&plan, swanlab_render::report::Style::PLAIN, &mut text);
                let files = files_in(&markdown);
                seen += files.len();
                for file in files {
                    let name = &upgrade.name;
                    assert!(
                        script.contains(&format!("\"$1\"/{file} <<")),
                        "{name}: {file}"
                    );
                    assert!(
                        markdown.contains(&format!("\n- <code>{file}</code>: ")),
                        "{name}: {file}"
                    );
                    assert!(
                        html.contains(&format!("<li><code>{file}</code>: ")),
                        "{name}: {file}"
                    );
                    assert!(
                        text.contains("files: `-o script` prints a script"),
                        "{name}"
                    );
                }
            }
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn commands_for_a_certain_cluster_begin_with_what_makes_them_so() {
    let plan = of("an integration is switched on", FORWARD);
    let prelude = "kubectl() { command kubectl --context=prod \"$@\"; }\n\n";
    let [mut markdown, mut html] = [(); 2].map(|()| String::new());
    report::markdown(&plan, prelude, &mut markdown);
    report::html(&plan, prelude, &mut html);
    let at = markdown
        .find("```sh\nkubectl() { command kubectl --context=prod")
        .unwrap();
    assert!(at < markdown.find("kubectl get").unwrap());
    assert!(html.contains("--context=prod"));
}

#[test]
fn a_store_without_replicas_is_started_for_its_dump_and_stopped_again() {
    let [mut old, new] =
        ["", "service: {server: {image: {tag: v2.8.0}}}"].map(|values| render(values, RELEASE));
    let is_postgres = |one: &&mut Manifest| {
        one.kind() == "Deployment"
            && one.object["metadata"]["name"] == "swanlab-self-hosted-postgres"
    };
    old.iter_mut().find(is_postgres).unwrap().object["spec"]["replicas"] = 0.into();
    let address = "-n default deployment.apps/@-postgres";
    for direction in [Direction::Forward, Direction::Back] {
        let plan = match direction {
            Direction::Forward => plan(&old, &new, 35, FORWARD),
            // Of the way back, the store of the new manifests is dumped and restored.
            Direction::Back => plan(
                &new,
                &old,
                35,
                How {
                    direction,
                    ..FORWARD
                },
            ),
        };
        let dump = step(&plan, "backup-postgres");
        let lines = lines(dump);
        let first = format!(
            "kubectl scale {address} --replicas=1\nkubectl rollout status {address} --timeout=10m\n"
        );
        assert!(lines.starts_with(&first), "{lines}");
        assert!(
            lines.ends_with(&format!("\nkubectl scale {address} --replicas=0")),
            "{lines}"
        );
        assert!(
            dump.why
                .ends_with("it is started for this, and stopped again."),
            "{}",
            dump.why
        );
    }
    // One that runs is not touched.
    let plan = plan(&render("", RELEASE), &new, 35, FORWARD);
    assert!(!lines(step(&plan, "backup-postgres")).contains("kubectl scale"));
}
