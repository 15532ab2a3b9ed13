//! No output of a comparison shows a value of a Secret, or a piece of one.

use crate::support::{Case, options, recorded};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::Config;
use serde_json::{Value, json};
use swanlab_render::diff::{
    Attribution, Certainty, Effect, Finding, ObjectRef, Shown, compare, fingerprint, redact,
};
use swanlab_render::manifest::{Manifest, documents};
use swanlab_render::report::{Style, diff as report};
use swanlab_render::topology::Topology;

/// As long as a piece of a secret may not be.
const PIECE: usize = 6;

/// The credentials of one side.
#[derive(Clone, Debug)]
struct Credentials([String; 6]);

impl Credentials {
    fn values(&self) -> String {
        let [user, password, other_user, other_password, access, secret] = &self.0;
        json!({"dependencies": {
            "postgres": {"username": user, "password": password},
            "clickhouse": {"username": other_user, "password": other_password},
            "s3": {"accessKey": access, "secretKey": secret},
        }})
        .to_string()
    }

    fn case(&self, case: &Case) -> Option<Vec<Manifest>> {
        let mut files = case.files.clone();
        files.push(("credentials.yaml".to_owned(), self.values()));
        let case = Case {
            name: case.name.clone(),
            namespace: case.namespace.clone(),
            chart: None,
            files,
            flags: case.flags.clone(),
            validate: true,
        };
        case.manifests().ok()
    }

    /// Objects that hold the credentials where charts of one's own might have them.
    fn leaks(&self) -> Vec<Manifest> {
        let [user, password, other_user, other, access, secret] = &self.0;
        let percent: String = other.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let objects = [
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "own"},
                "stringData": {
                    "password": password,
                    "config.yaml": format!("# of {user}\nkey: {}\n", json!(secret)),
                    "url": format!("postgresql://{percent}:{percent}@db:5432/app?sslcert={percent}"),
                },
                "data": {"user": STANDARD.encode(user), "other": STANDARD.encode(other_user), "access": STANDARD.encode(access)}}),
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {
                "name": "leaks", "annotations": {"note": format!("{user}/{password}")}},
            "data": {
                "config.yaml": format!("a: {}\nb: {}\n", json!(password), json!(secret)),
                "config.json": json!({"auth": {"users": [user, other_user], "token": access}}).to_string(),
                "basic": STANDARD.encode(format!("{user}:{password}")),
                "url": format!("redis://{percent}@db/0"),
                "script": format!("set -eu\ncurl -u '{access}' x\necho {secret}\n"),
            }}),
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "leaks"},
                "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {
                    "metadata": {"labels": {"a": "b"}},
                    "spec": {"containers": [{"name": "c", "image": "i", "args": [password, access],
                        "env": [{"name": "P", "value": other}]}]}}}}),
        ];
        let manifest = |object| Manifest {
            source: "own".to_owned(),
            document: 0,
            object,
        };
        objects.map(manifest).into()
    }

    fn finding(&self) -> Finding {
        let [user, password, .., secret] = &self.0;
        let object = ObjectRef::of(&self.leaks()[1].object);
        let message = format!("{user} logs in with {password}");
        let mut finding = Finding::new(Effect::Stale, object, message);
        finding.certainty = Certainty::Conditional;
        finding.condition = Some(format!("it is {secret}"));
        finding.fix = vec![format!("login '{password}'")];
        finding.attribution = Some(Attribution {
            value: "password".to_owned(),
            file: format!("--set password={password}"),
            line: None,
        });
        finding
    }
}

/// Every report of a comparison.
fn reports(shown: &Shown<'_>) -> Vec<(&'static str, String)> {
    let narrow = Style {
        colour: true,
        width: 40,
    };
    let mut outs = vec![];
    let mut add = |name, write: &dyn Fn(&mut String)| {
        let mut out = String::new();
        write(&mut out);
        outs.push((name, out));
    };
    let whole = report::Detail {
        context: Some(9),
        extent: report::Extent::Whole,
    };
    let usual = report::Detail::default();
    add("text", &|out| report::text(shown, whole, Style::PLAIN, out));
    add("narrow text", &|out| {
        report::text(shown, usual, narrow, out);
    });
    add("total", &|out| report::total(shown, None, narrow, out));
    add("page", &|out| {
        let mut page = String::new();
        report::html(shown, &Topology::default(), None, &mut page);
        // Style and script are the same in every report.
        let (_, body) = page.split_once("</style>").unwrap();
        out.push_str(body.split_once("<script>").unwrap().0);
    });
    add("unified", &|out| {
        report::unified(shown, Some(99), Style::PLAIN, out);
    });
    add("markdown", &|out| {
        report::markdown(shown, whole, None, None, None, out);
    });
    add("small markdown", &|out| {
        report::markdown(shown, usual, Some(2000), None, None, out);
    });
    add("json", &|out| report::json(shown, out));
    add("names", &|out| {
        report::names(shown, "default", out).unwrap();
    });
    add("removed", &|out| {
        report::removed(shown, report::Data::Listed, "default", out).unwrap();
    });
    outs
}

/// The pieces of the credentials that stand in a text, in clear or encoded.
fn seen(text: &str, credentials: &[&Credentials]) -> Vec<String> {
    let mut found = Vec::new();
    for secret in credentials.iter().flat_map(|credentials| &credentials.0) {
        let percent =
            |piece: &str| -> String { piece.bytes().map(|byte| format!("%{byte:02X}")).collect() };
        let chars: Vec<char> = secret.chars().collect();
        for piece in chars.windows(PIECE) {
            let piece: String = piece.iter().collect();
            let escaped = json!(piece).to_string();
            for form in [&piece, &escaped[1..escaped.len() - 1], &percent(&piece)] {
                if let Some(at) = text.find(form) {
                    let line = text[at..].lines().next().unwrap_or_default();
                    let before = text[..at].lines().next_back().unwrap_or_default();
                    found.push(format!("`{form}` in `{before}{line}`"));
                }
            }
        }
        for before in ["", ":", "a:"] {
            let encoded = STANDARD.encode(format!("{before}{secret}"));
            // What does not depend on the text before and behind.
            let inside = &encoded[4..encoded.trim_end_matches('=').len() - 2];
            if inside.len() >= PIECE && text.contains(inside) {
                found.push(inside.to_owned());
            }
        }
    }
    found
}

/// What all reports of an upgrade from one's credentials to the other's show of them.
fn leaked(case: &Case, old: &Credentials, new: &Credentials) -> Option<Vec<String>> {
    let [mut before, mut after] = [old.case(case)?, new.case(case)?];
    before.extend(old.leaks());
    after.extend(new.leaks());
    // Something is added and something removed, whole.
    let added = before.pop();
    after.remove(0);
    drop(added);
    let mut diff = compare(&before, &after, &options(35));
    diff.findings.extend([old.finding(), new.finding()]);
    assert!(!diff.objects.is_empty());
    let open = Shown::with_secrets(diff.clone());
    let open: Vec<String> = reports(&open)
        .iter()
        .flat_map(|(_, text)| seen(text, &[old, new]))
        .collect();
    assert!(!open.is_empty(), "this test would not see a secret");
    let shown = redact(diff, &before, &after, "default");
    let leaks = reports(&shown).into_iter().flat_map(|(name, text)| {
        let pieces = seen(&text, &[old, new]).into_iter();
        pieces
            .map(move |piece| format!("{name}: {piece}"))
            .collect::<Vec<_>>()
    });
    Some(leaks.collect())
}

fn credentials() -> impl Strategy<Value = Credentials> {
    let one = r#"[a-zA-Z0-9@:/?#%&+=_.,;!$'"\\|<>äß键 -]{10,24}"#;
    let one = one.prop_map(|text: String| format!("{}{}", 'x', text.trim()));
    // Not the beginning or end of names, and not one inside the other.
    prop::array::uniform6(one)
        .prop_map(Credentials)
        .prop_filter("long", |credentials| {
            credentials.0.iter().all(|one| one.chars().count() >= 8)
        })
}

#[test]
fn no_recorded_case_shows_a_secret() {
    let name = |text: &str| text.to_owned();
    let old = Credentials([
        name("pg user@old"),
        name("p@ss/w:rd?old#1"),
        name("chUser-Öld"),
        name("ch%41\"quoted'\\old"),
        name("AKIAOLDOLDOLD"),
        name("s3+hidden=/old&x"),
    ]);
    let new = Credentials([
        name("pg user@new"),
        name("renewed:one/new"),
        name("chUser-Nëw"),
        name("<ch>|`new`$HOME"),
        name("AKIANEWNEWNEW"),
        name("==s3 hidden\tnew=="),
    ]);
    let mut problems = Vec::new();
    let mut compared = 0;
    for recorded in recorded() {
        let Some(leaks) = leaked(&recorded.case, &old, &new) else {
            continue;
        };
        compared += 1;
        problems.extend(
            leaks
                .iter()
                .map(|leak| format!("{}: {leak}", recorded.name)),
        );
    }
    // Cases that the API server would refuse do not render.
    assert!(compared >= 50, "only {compared}");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

proptest! {
    #![proptest_config(Config { cases: 16, max_shrink_iters: 20, ..Config::default() })]
    #[test]
    fn no_secret_is_seen_in_any_report(old in credentials(), new in credentials(), which: Index) {
        let cases = recorded();
        let case = &which.get(&cases).case;
        if let Some(leaks) = leaked(case, &old, &new) {
            prop_assert!(leaks.is_empty(), "{}", leaks.join("\n"));
        }
    }
}

#[test]
fn no_recorded_case_shows_a_secret_in_a_golden_file_that_hides_them() {
    let credentials = Credentials(
        [
            "pg user@old",
            "p@ss/w:rd?old#1",
            "chUser-Öld",
            "ch%41\"quoted'\\old",
            "AKIAOLDOLDOLD",
            "s3+hidden=/old&x",
        ]
        .map(str::to_owned),
    );
    for recorded in recorded() {
        let Some(mut manifests) = credentials.case(&recorded.case) else {
            continue;
        };
        manifests.extend(credentials.leaks());
        let mut text = String::new();
        documents(&manifests, &mut text);
        assert!(!seen(&text, &[&credentials]).is_empty());
        fingerprint(&mut manifests, "default");
        text.clear();
        documents(&manifests, &mut text);
        let seen = seen(&text, &[&credentials]);
        assert!(seen.is_empty(), "{}: {}", recorded.name, seen.join("\n"));
    }
}

#[test]
fn nothing_is_hidden_outside_of_secrets_where_the_chart_alone_speaks() {
    for recorded in recorded() {
        let Ok(manifests) = recorded.case.manifests() else {
            continue;
        };
        let shown = redact(
            compare(&manifests, &[], &options(35)),
            &manifests,
            &[],
            "default",
        );
        for object in &shown.objects {
            let [Some(old), _] = shown.sides(object) else {
                panic!("{}", object.object.name);
            };
            if old.kind() != "Secret" {
                let original = manifests
                    .iter()
                    .find(|one| one.identity() == old.identity());
                let lines = |one: &Manifest| format!("{:#}", one.object);
                let (shown, original) = (lines(&old), lines(original.unwrap()));
                for (shown, original) in shown.lines().zip(original.lines()) {
                    assert_eq!(shown, original, "{}", recorded.name);
                }
            }
        }
    }
}

#[test]
fn a_published_password_and_a_word_hide_neither_objects_nor_files() {
    let values = |replicas: u32| {
        Case::of(&format!(
            "dependencies: {{postgres: {{password: team-3}}}}\nservice: {{server: {{replicas: {replicas}}}}}"
        ))
    };
    let [old, new] = [2, 3].map(|replicas| values(replicas).manifests().unwrap());
    let mut diff = compare(&old, &new, &options(35));
    let origin = Attribution {
        value: "service.server.replicas".to_owned(),
        file: "ours/a/team-3.values.yaml".to_owned(),
        line: Some(6),
    };
    diff.objects[0].changes[0].attribution = Some(origin.clone());
    let shown = redact(diff, &old, &new, "default");
    assert_eq!(shown.objects[0].changes[0].attribution, Some(origin));
    let diff = compare(&old, &[], &options(35));
    let shown = redact(diff, &old, &[], "default");
    let mut report = String::new();
    report::unified(&shown, None, Style::PLAIN, &mut report);
    assert!(report.contains("service: swanlab-s3\n"), "{report}");
}

#[test]
fn a_password_that_changed_can_be_told_from_one_that_did_not() {
    let values = |password: &str| {
        Case::of(&format!(
            "dependencies: {{postgres: {{password: {password}}}}}"
        ))
    };
    let [old, new] =
        ["old-password", "new-password"].map(|password| values(password).manifests().unwrap());
    let diff = compare(&old, &new, &options(35));
    let shown = redact(diff, &old, &new, "default");
    let changes = &shown.objects[0].changes;
    let at = |path: &str| {
        let change = changes
            .iter()
            .find(|change| change.path.to_string() == path)
            .unwrap();
        let text = |side: &Option<Value>| side.as_ref().unwrap().as_str().unwrap().to_owned();
        (text(&change.old), text(&change.new))
    };
    assert_eq!(
        at("data.password"),
        ("secret#1".to_owned(), "secret#2".to_owned())
    );
    let (before, after) = at("data.primaryUrl");
    assert!(
        before.starts_with("postgres://swanlab:secret#1@"),
        "{before}"
    );
    assert!(after.starts_with("postgres://swanlab:secret#2@"), "{after}");
}
