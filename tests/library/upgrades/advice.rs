//! What findings advise: messages and commands, for databases above all. The commands are run by a shell, with a
//! `kubectl` that stands in for the real one, and where PostgreSQL is installed against a real database.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use swanlab_render::diff::{Certainty, Direction, Effect, Finding, compare};
use swanlab_render::manifest::Manifest;

use super::{UPGRADES, render};
use crate::support::tools::{
    feed, give_to_unprivileged, postgres_programs, skipped, tool, unprivileged,
};
use crate::support::{RELEASE, options};

fn between(old: &[Manifest], new: &[Manifest], direction: Direction) -> Vec<Finding> {
    compare(old, new, &options(35).in_direction(direction)).findings
}

fn change(before: &str, after: &str, direction: Direction) -> Vec<Finding> {
    let [old, new] = [before, after].map(|values| render(values, RELEASE));
    between(&old, &new, direction)
}

fn upgrade(before: &str, after: &str) -> Vec<Finding> {
    change(before, after, Direction::Forward)
}

/// The finding of an effect about an object, by a part of its message.
#[track_caller]
fn find<'f>(findings: &'f [Finding], name: &str, part: &str) -> &'f Finding {
    let found = findings
        .iter()
        .find(|one| one.object.name.ends_with(name) && one.message.contains(part));
    found.unwrap_or_else(|| panic!("{name}: {part}\n{findings:#?}"))
}

const OLD: &str = "service: {server: {image: {tag: v2.7.0}}, house: {image: {tag: v2.7.0}}}";
const NEW: &str = "service: {server: {image: {tag: v2.8.0}}, house: {image: {tag: v2.8.0}}}";

#[test]
fn a_migrating_upgrade_dumps_each_database_first() {
    let findings = upgrade(OLD, NEW);
    let server = find(&findings, "server", "migrates the database");
    assert_eq!(server.effect, Effect::Restart);
    assert!(server.fix[0].contains("pg_dump"), "{:?}", server.fix);
    let house = find(&findings, "house", "may migrate the database");
    let all = house.fix.join("\n");
    assert!(all.contains("swanlab-self-hosted-clickhouse-pvc"), "{all}");
    // The log files of house are in claims of their own.
    let own = find(&findings, "house", "copy the data first")
        .fix
        .join("\n");
    for pod in 0..2 {
        assert!(own.contains(&format!("house-swanlab-self-hosted-house-{pod}")));
    }
}

#[test]
fn an_older_server_needs_the_dump_from_before_the_upgrade() {
    for findings in [
        upgrade(NEW, OLD),
        change(NEW, OLD, Direction::Back),
        // Tags without a version: the direction decides.
        change(
            "service: {server: {image: {tag: b}}, house: {image: {tag: b}}}",
            "service: {server: {image: {tag: a}}, house: {image: {tag: a}}}",
            Direction::Back,
        ),
    ] {
        for name in ["server", "house"] {
            let part = "an older image with a database that the newer one has migrated: restore the dump from before \
                        the upgrade first";
            let finding = find(&findings, name, part);
            assert_eq!(finding.effect, Effect::Outage);
            assert_eq!(finding.certainty, Certainty::Conditional);
        }
        let server = find(&findings, "server", "an older image").fix.join("\n");
        let (dump, restore) = (server.find("pg_dump"), server.find("pg_restore"));
        assert!(dump.unwrap() < restore.unwrap(), "{server}");
        assert!(server.contains("${DUMP:?"), "{server}");
        assert!(
            !findings
                .iter()
                .any(|one| one.message.contains("make a backup first"))
        );
    }
}

#[test]
fn going_back_to_a_newer_image_is_an_upgrade() {
    let findings = change(OLD, NEW, Direction::Back);
    find(&findings, "server", "make a backup first");
}

#[test]
fn a_database_elsewhere_is_backed_up_there() {
    let external = "integrations: {postgres: {enabled: true, existingSecret: pg, host: db}}";
    let newer = format!("{external}\nservice: {{server: {{image: {{tag: v2.8.0}}}}}}");
    let there = upgrade(external, &newer);
    let finding = find(&there, "server", "do this where the database runs");
    assert!(finding.fix.is_empty());
    find(
        &upgrade(&newer, external),
        "server",
        "do this where the database runs",
    );
}

#[test]
fn a_database_that_gets_another_claim_is_backed_up_where_it_is() {
    let moved = format!(
        "{NEW}\ndependencies: {{postgres: {{persistence: {{existingClaim: fresh}}}}, clickhouse: {{persistence: \
         {{existingClaim: other}}}}}}"
    );
    let findings = upgrade(OLD, &moved);
    for (name, store, command) in [
        ("server", "postgres", "pg_dump"),
        ("house", "clickhouse", "swanlab-self-hosted-clickhouse-pvc"),
    ] {
        let finding = find(&findings, name, "make a backup first");
        let says = format!(
            "Deployment/swanlab-self-hosted-{store} uses another claim afterwards: the backup is of the data that it has now"
        );
        assert!(finding.message.ends_with(&says), "{}", finding.message);
        let all = finding.fix.join("\n");
        assert!(all.contains(command) && !all.contains("other"), "{all}");
    }
    // On the way back, the claim that it had before has data of its own.
    for findings in [upgrade(&moved, OLD), change(&moved, OLD, Direction::Back)] {
        for (name, command) in [("server", "pg_dump"), ("house", "claimName\":\"other")] {
            let finding = find(&findings, name, "an older image");
            let says = "uses another claim then, whose data no newer image may have migrated";
            assert!(finding.message.contains(says), "{}", finding.message);
            assert_eq!(finding.certainty, Certainty::Conditional);
            let all = finding.fix.join("\n");
            assert!(all.contains(command), "{all}");
            assert!(
                !all.contains("pg_restore") && !all.contains("COPY:?"),
                "{all}"
            );
        }
    }
    // One that stays is restored.
    let both =
        format!("{NEW}\ndependencies: {{postgres: {{persistence: {{existingClaim: fresh}}}}}}");
    let findings = change(&both, OLD, Direction::Back);
    let house = find(
        &findings,
        "house",
        "restore the dump from before the upgrade first",
    );
    assert!(house.fix.join("\n").contains("COPY:?"));
}

#[test]
fn another_major_version_of_postgres_does_not_start_in_both_directions() {
    let tag = |tag| format!("dependencies: {{postgres: {{image: {{tag: '{tag}'}}}}}}");
    for (before, after) in [
        ("16.1", "17.2"),
        ("17.2", "16.1"),
        ("v16", "15-alpine"),
        ("9.6", "9.5"),
    ] {
        for direction in [Direction::Forward, Direction::Back] {
            let findings = change(&tag(before), &tag(after), direction);
            let finding = find(
                &findings,
                "postgres",
                "does not start on the data directory",
            );
            assert_eq!(
                (finding.effect, finding.certainty),
                (Effect::Outage, Certainty::Certain)
            );
            let fix = finding.fix.join("\n");
            let steps = [
                "--replicas=0",
                "pg_dump",
                "resource-policy=keep",
                "kubectl create",
                "# set dependencies.postgres.persistence.existingClaim to",
                "# then apply",
                "pg_restore",
                "--replicas=2",
            ];
            let places: Vec<usize> = steps.iter().map(|step| fix.find(step).unwrap()).collect();
            assert!(places.is_sorted(), "{fix}");
        }
    }
    // The same series, whatever else the tag says.
    for (before, after) in [
        ("16.1", "16.4"),
        ("16.4", "16-alpine"),
        ("v16.1", "16.1-bookworm"),
    ] {
        let findings = upgrade(&tag(before), &tag(after));
        assert!(
            !findings
                .iter()
                .any(|one| one.message.contains("data directory")),
            "{after}"
        );
    }
    let findings = upgrade(&tag("16.1"), &tag("latest"));
    let finding = find(
        &findings,
        "postgres",
        "major versions of these PostgreSQL images are not known",
    );
    assert_eq!(finding.certainty, Certainty::Conditional);
}

#[test]
fn a_new_claim_begins_a_new_data_directory() {
    let values = "dependencies: {postgres: {image: {tag: '17.2'}, password: another, persistence: {existingClaim: fresh}}}";
    let findings = upgrade("", values);
    assert!(
        !findings
            .iter()
            .any(|one| one.message.contains("does not start"))
    );
    assert!(
        !findings
            .iter()
            .any(|one| one.message.contains("cannot log in"))
    );
}

#[test]
fn an_older_store_may_not_read_what_a_newer_one_has_written() {
    for (service, older, newer) in [
        ("clickhouse", "23.8", "24.3"),
        ("redis", "7.2.0-v18", "7.4.0-v8"),
        (
            "s3",
            "RELEASE.2024-12-18T13-15-44Z",
            "RELEASE.2025-09-07T16-13-09Z",
        ),
    ] {
        let tag = |tag| format!("dependencies: {{{service}: {{image: {{tag: '{tag}'}}}}}}");
        let findings = upgrade(&tag(newer), &tag(older));
        let finding = find(&findings, service, "with data of a newer one");
        assert_eq!(
            (finding.effect, finding.certainty),
            (Effect::Outage, Certainty::Conditional)
        );
        let fix = finding.fix.join("\n");
        assert!(
            fix.find("tar -C /data -cf").unwrap() < fix.find("tar -xpf").unwrap(),
            "{fix}"
        );
        assert!(fix.contains("${COPY:?"), "{fix}");
        let findings = upgrade(&tag(older), &tag(newer));
        assert!(
            !findings
                .iter()
                .any(|one| one.message.contains("data of a newer one")),
            "{service}"
        );
        let finding = find(&findings, service, "copy the data first");
        assert!(finding.fix.join("\n").contains("tar -C /data -cf"));
    }
}

#[test]
fn a_password_that_the_database_keeps_is_an_outage_with_the_statement_that_changes_it() {
    let findings = upgrade("", "dependencies: {postgres: {password: another-password}}");
    let finding = find(&findings, "postgres", "cannot log in");
    assert_eq!(
        (finding.effect, finding.certainty),
        (Effect::Outage, Certainty::Certain)
    );
    let fix = finding.fix.join("\n");
    assert!(fix.contains("ALTER ROLE"), "{fix}");
    let (statement, clients) = (
        fix.find("ALTER ROLE"),
        fix.find("restart deployment/swanlab-self-hosted-server"),
    );
    assert!(statement.unwrap() < clients.unwrap(), "{fix}");
    assert!(!fix.contains("another-password"));
    // No other advice restarts them in another order.
    let others = findings.iter().filter(|one| one.effect == Effect::Stale);
    assert!(others.flat_map(|one| &one.fix).next().is_none());

    let findings = upgrade("", "dependencies: {postgres: {username: another}}");
    let fix = find(&findings, "postgres", "cannot log in").fix.join("\n");
    assert!(
        fix.contains("CREATE ROLE") && fix.contains("${OLD_USER:?"),
        "{fix}"
    );
}

#[test]
fn the_same_password_in_another_secret_changes_nothing() {
    let old = render("", RELEASE);
    let mut new = old.clone();
    for manifest in &mut new {
        let text = manifest.object.to_string();
        manifest.object =
            serde_json::from_str(&text.replace("postgres-credentials", "postgres-login")).unwrap();
    }
    let findings = between(&old, &new, Direction::Forward);
    assert!(
        !findings
            .iter()
            .any(|one| one.message.contains("cannot log in")),
        "{findings:#?}"
    );
}

#[test]
fn the_class_of_a_claim_is_the_old_one_and_is_kept_by_its_value() {
    let before = "dependencies: {postgres: {persistence: {storageClass: slow}}}";
    let after = "dependencies: {postgres: {persistence: {storageClass: fast, storageSize: 20Gi}}}";
    let findings = upgrade(before, after);
    let grows = find(&findings, "postgres-pvc", "a claim grows only");
    assert_eq!(
        grows.fix,
        ["kubectl get storageclass slow -o jsonpath='{.allowVolumeExpansion}'"]
    );
    find(
        &findings,
        "postgres-pvc",
        "set dependencies.postgres.persistence.storageClass to slow",
    );
    let findings = upgrade(
        "service: {house: {persistence: {storageClass: slow}}}",
        "service: {house: {persistence: {storageClass: fast}}}",
    );
    find(
        &findings,
        "house",
        "Existing claims keep their class and size. Or set service.house.persistence.storageClass back to its old value",
    );
    let findings = upgrade("", "dependencies: {s3: {persistence: {storageSize: 1Gi}}}");
    find(
        &findings,
        "s3-pvc",
        "set dependencies.s3.persistence.storageSize back to 20Gi",
    );
}

#[test]
fn the_bucket_job_is_mentioned_only_where_its_object_storage_changes() {
    let told = |values| {
        let findings = upgrade("", values);
        findings.iter().any(|one| one.effect == Effect::Rerun)
    };
    assert!(!told("service: {server: {replicas: 3}}"));
    assert!(!told(
        "dependencies: {postgres: {password: another-password}}"
    ));
    assert!(told("dependencies: {s3: {secretKey: another-secret}}"));
    assert!(told(
        "dependencies: {s3: {persistence: {existingClaim: fresh}}}"
    ));
}

/// Every command of every upgrade, in both directions.
fn commands() -> Vec<String> {
    let mut commands = BTreeSet::new();
    for upgrade in UPGRADES.iter() {
        let [old, new] = upgrade.sides();
        let there = between(&old, &new, Direction::Forward);
        let back = between(&new, &old, Direction::Back);
        commands.extend(
            there
                .into_iter()
                .chain(back)
                .flat_map(|finding| finding.fix),
        );
    }
    commands.into_iter().collect()
}

#[test]
fn every_command_is_read_by_every_shell() {
    let commands = commands();
    assert!(commands.iter().any(|command| command.contains("tar -xpf")));
    let script = commands.join("\n");
    for (shell, arguments) in [
        ("sh", &["-n"][..]),
        ("dash", &["-n"]),
        ("bash", &["-n"]),
        ("busybox", &["sh", "-n"]),
    ] {
        let Some(shell) = tool(shell, "one of the shells that commands are for") else {
            continue;
        };
        let output = feed(Command::new(&shell).args(arguments), script.as_bytes());
        assert!(
            output.status.success(),
            "{shell:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.stderr.is_empty(), "{shell:?}");
    }
}

/// A folder with a `kubectl`.
struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    fn new(kubectl: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kubectl");
        fs::write(&file, kubectl).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    /// Runs a command; whether it ended well.
    fn run(&self, script: &str, variables: &[(&str, &str)]) -> bool {
        self.run_by(Command::new("sh"), script, variables)
    }

    fn run_by(&self, mut shell: Command, script: &str, variables: &[(&str, &str)]) -> bool {
        let path = std::env::var("PATH").unwrap_or_default();
        let output = shell
            .args(["-c", script])
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{path}", self.folder.path().display()))
            .env_remove("DUMP")
            .env_remove("COPY")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        output.status.success()
    }

    fn files(&self, end: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.to_string_lossy().ends_with(end));
        files.sort();
        files
    }
}

#[test]
fn no_command_overwrites_an_earlier_dump() {
    let dumps = |findings: Vec<Finding>| -> Vec<String> {
        let fixes = findings.into_iter().flat_map(|finding| finding.fix);
        fixes.filter(|command| command.contains(" > ")).collect()
    };
    let there = dumps(upgrade(OLD, NEW));
    let back = dumps(change(NEW, OLD, Direction::Back));
    assert!(there.len() > 2 && there.len() == back.len());
    assert!(
        there
            .iter()
            .all(|command| command.contains("> \"before-upgrade-"))
    );
    assert!(
        back.iter()
            .all(|command| command.contains("> \"before-rollback-"))
    );
    // The time stands still: what was written at that time stays.
    let scratch = Scratch::new("#!/bin/sh\necho more\n");
    fs::write(
        scratch.folder.path().join("date"),
        "#!/bin/sh\necho 20261126-101010\n",
    )
    .unwrap();
    fs::set_permissions(
        scratch.folder.path().join("date"),
        fs::Permissions::from_mode(0o755),
    )
    .unwrap();
    for command in there.iter().chain(&back) {
        assert!(scratch.run(command, &[]), "{command}");
        assert!(!scratch.run(command, &[]), "{command}");
    }
    let files = scratch.files(".dump").len() + scratch.files(".tar").len();
    assert_eq!(files, there.len() + back.len());
}

#[test]
fn a_restore_names_no_file_of_its_own() {
    let scratch = Scratch::new("#!/bin/sh\necho \"$@\" >> ran\n");
    let findings = change(NEW, OLD, Direction::Back);
    let fixes = findings.into_iter().flat_map(|finding| finding.fix);
    let restores: Vec<String> = fixes.filter(|command| command.contains(" < ")).collect();
    assert!(restores.len() > 1);
    for command in restores {
        assert!(!scratch.run(&command, &[]), "{command}");
    }
    assert!(scratch.files("ran").is_empty());
}

/// Runs what follows `--` here, as if this were the pod.
const HERE: &str = "#!/bin/sh\n[ \"$1\" = exec ] || exit 0\nwhile [ \"$1\" != -- ]; do shift; done\nshift\nexec \"$@\"\n";

#[test]
fn a_copy_is_put_back_and_what_it_replaces_stays() {
    let findings = upgrade(
        "dependencies: {redis: {image: {tag: '7.4'}}}",
        "dependencies: {redis: {image: {tag: '7.2'}}}",
    );
    let fix = &find(&findings, "redis", "with data of a newer one").fix;
    let scratch = Scratch::new(HERE);
    let data = scratch.folder.path().join("claim");
    let files = |names: &[&str]| {
        for name in names {
            fs::write(data.join(name), name).unwrap();
        }
    };
    fs::create_dir(&data).unwrap();
    files(&["dump.rdb", ".hidden", "with space"]);
    let here = |command: &str| command.replace("/data", &data.display().to_string());
    let copy = fix
        .iter()
        .find(|command| command.contains("-cf -"))
        .unwrap();
    assert!(scratch.run(&here(copy), &[]));
    let copies = scratch.files(".tar");
    fs::remove_file(data.join("dump.rdb")).unwrap();
    files(&["newer", "with space"]);
    let restore = fix
        .iter()
        .find(|command| command.contains("-xpf -"))
        .unwrap();
    assert!(scratch.run(&here(restore), &[("COPY", copies[0].to_str().unwrap())]));
    let list = |folder: &Path| -> BTreeSet<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let mut there = list(&data);
    let replaced = there
        .iter()
        .find(|name| name.starts_with(".replaced-"))
        .unwrap()
        .clone();
    there.remove(&replaced);
    let expected = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(there, expected(&["dump.rdb", ".hidden", "with space"]));
    assert_eq!(
        list(&data.join(replaced)),
        expected(&["newer", ".hidden", "with space"])
    );
}

/// A PostgreSQL of our own, where one is installed. It does not run as root, so all runs as `nobody` then.
struct Postgres {
    scratch: Scratch,
    programs: PathBuf,
}

impl Postgres {
    fn start() -> Option<Self> {
        let what = "dumps and restores of a real PostgreSQL";
        let programs = postgres_programs(what)?;
        let scratch = Scratch::new(HERE);
        give_to_unprivileged(scratch.folder.path());
        let server = Self { scratch, programs };
        let started = server.run("initdb -U swanlab -A trust -D data && pg_ctl -D data -o \"-k $PWD -c listen_addresses=''\" -l log -w start && createdb app", &[]);
        if !started {
            skipped(what, "PostgreSQL does not start here");
            return None;
        }
        Some(server)
    }

    fn run(&self, script: &str, variables: &[(&str, &str)]) -> bool {
        let folder = self.scratch.folder.path().display().to_string();
        let script = format!("PATH={}:$PATH; {script}", self.programs.display());
        let mut all = vec![
            ("PGHOST", folder.as_str()),
            ("PGUSER", "swanlab"),
            ("POSTGRES_USER", "swanlab"),
            ("POSTGRES_DB", "app"),
        ];
        all.extend(variables);
        self.scratch.run_by(unprivileged("sh"), &script, &all)
    }

    fn holds(&self, condition: &str) -> bool {
        self.run(
            &format!("psql -At -d app -c \"select {condition}\" | grep -qx t"),
            &[],
        )
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.run("pg_ctl -D data -m immediate stop", &[]);
    }
}

#[test]
fn a_real_database_is_dumped_restored_and_given_another_password() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let there = upgrade(OLD, NEW);
    let back = change(NEW, OLD, Direction::Back);
    let command = |findings: &[Finding], part: &str| {
        let mut fixes = findings.iter().flat_map(|finding| &finding.fix);
        fixes
            .find(|command| command.contains(part))
            .unwrap()
            .clone()
    };
    assert!(server.run("psql -d app -c 'create table a as select 1 as x'", &[]));
    assert!(server.run(&command(&there, "pg_dump"), &[]));
    let dump = server.scratch.files(".dump").remove(0);
    let dump = dump.to_str().unwrap();
    assert!(server.run(
        "psql -d app -c 'alter table a add y int' -c 'create table b ()'",
        &[]
    ));
    assert!(server.run(&command(&back, "pg_dump"), &[]));
    let restore = command(&back, "pg_restore");
    assert!(server.run("head -c 300 \"$FULL\" > broken", &[("FULL", dump)]));
    assert!(!server.run(&restore, &[("DUMP", "broken")]));
    assert!(
        server.holds("to_regclass('b') is not null"),
        "a broken dump has replaced the database"
    );
    assert!(server.run(&restore, &[("DUMP", dump)]));
    assert!(server.holds("to_regclass('b') is null and (select count(*) = 1 from a)"));
    assert!(server.holds("count(*) = 1 from pg_database where datname like 'app_replaced_%'"));

    let odd = [
        ("POSTGRES_USER", "o'd\"d"),
        ("POSTGRES_PASSWORD", "p'w\\\"d$(x)`x`"),
        ("OLD_USER", "swanlab"),
    ];
    let findings = upgrade(
        "",
        "dependencies: {postgres: {username: another, password: another-password}}",
    );
    assert!(server.run(&command(&findings, "CREATE ROLE"), &odd));
    assert!(server.holds("rolsuper and rolcanlogin from pg_authid where rolname = 'o''d\\\"d'"));
    let findings = upgrade("", "dependencies: {postgres: {password: another-password}}");
    let before = server.run(
        "psql -At -d app -c \"select rolpassword from pg_authid where rolname like 'o%'\" > before",
        &[],
    );
    assert!(
        before
            && server.run(
                &command(&findings, "ALTER ROLE"),
                &[("POSTGRES_USER", "o'd\"d"), ("POSTGRES_PASSWORD", "x")]
            )
    );
    assert!(server.run("psql -At -d app -c \"select rolpassword from pg_authid where rolname like 'o%'\" > after; ! cmp before after", &[]));
}

#[test]
fn no_name_leads_out_of_a_comment() {
    let sides = ["16.1", "17.2"].map(|tag| {
        let values = format!("dependencies: {{postgres: {{image: {{tag: '{tag}'}}}}}}");
        let mut side = render(&values, RELEASE);
        for manifest in &mut side {
            let text = manifest.object.to_string();
            let text = text.replace("swanlab-self-hosted-postgres-pvc", r"a\nreboot");
            manifest.object = serde_json::from_str(&text).unwrap();
        }
        side
    });
    let findings = between(&sides[0], &sides[1], Direction::Forward);
    let fix = &find(&findings, "postgres", "does not start").fix;
    let comments: Vec<&String> = fix.iter().filter(|one| one.starts_with('#')).collect();
    assert_eq!(comments.len(), 2, "{fix:?}");
    assert!(
        comments.iter().all(|one| !one.contains('\n')),
        "{comments:?}"
    );
}
