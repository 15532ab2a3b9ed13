//! Upgrades of the embedded chart, from values to values: what `diff` says each will do, with the source of the rule.

#[cfg(unix)]
mod advice;
mod appliers;
mod lost;
mod objects;
#[cfg(unix)]
mod plans;
mod replaced;

use std::cmp::Reverse;
use std::sync::LazyLock;

use crate::support::{Case, RELEASE, options};
use serde::Deserialize;
use swanlab_render::diff::{Action, Certainty, Diff, Effect, Finding, compare};
use swanlab_render::manifest::Manifest;
use swanlab_render::report::{self, Style};
use swanlab_render::yaml;

/// An upgrade of `tests/upgrades.yaml`, and what it is expected to do; the file says what the fields mean.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Upgrade {
    name: String,
    source: String,
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
    /// The release name afterwards, if it is another.
    release: Option<String>,
    #[serde(default = "newest")]
    minor: u64,
    expected: String,
}

fn newest() -> u64 {
    35
}

impl Upgrade {
    /// What is rendered before and after.
    fn sides(&self) -> [Vec<Manifest>; 2] {
        let release = self.release.as_deref().unwrap_or(RELEASE);
        [render(&self.before, RELEASE), render(&self.after, release)]
    }
}

static UPGRADES: LazyLock<Vec<Upgrade>> = LazyLock::new(|| {
    let mut documents = yaml::read(include_str!("../../upgrades.yaml")).unwrap();
    serde_json::from_value(documents.remove(0)).unwrap()
});

/// What a comparison says, in the form of [`Upgrade::expected`].
fn told(diff: &Diff<'_>, renamed: Option<&str>) -> String {
    let mut alike: Vec<(String, Vec<String>)> = Vec::new();
    for object in &diff.objects {
        let sign = match object.action {
            Action::Added => '+',
            Action::Removed => '-',
            Action::Changed => '~',
            Action::Renamed => '>',
        };
        let effects: Vec<&str> = object.effects.iter().map(|effect| effect.name()).collect();
        let head = format!("{sign} {}:", effects.join(", "));
        let name = format!("{}/{}", object.object.kind, object.object.name);
        match alike.iter_mut().find(|(known, _)| *known == head) {
            Some((_, names)) => names.push(name),
            None => alike.push((head, vec![name])),
        }
    }
    let mut lines = vec![diff.summary.verdict.to_string()];
    lines.extend(
        alike
            .iter()
            .map(|(head, names)| format!("{head} {}", names.join(" "))),
    );
    for finding in &diff.findings {
        let sign = match finding.certainty {
            Certainty::Certain => '!',
            Certainty::Conditional => '?',
        };
        let (kind, name, path) = (&finding.object.kind, &finding.object.name, &finding.path);
        let line = format!("{sign} {} {kind}/{name} {path}", finding.effect);
        lines.push(line.trim_end().to_owned());
    }
    let text = lines.join("\n").replace(RELEASE, "@");
    match renamed {
        Some(renamed) => text.replace(renamed, "@"),
        None => text,
    }
}

fn render(values: &str, release: &str) -> Vec<Manifest> {
    let case = Case::of(values).named(release);
    let rendered = case.manifests();
    rendered.unwrap_or_else(|problems| panic!("{}", report::draw(&problems, Style::PLAIN)))
}

#[test]
fn every_upgrade_does_what_the_table_says() {
    assert!(UPGRADES.len() >= 60);
    let mut problems = Vec::new();
    for upgrade in UPGRADES.iter() {
        let [old, new] = upgrade.sides();
        let options = options(upgrade.minor);
        let diff = compare(&old, &new, &options);
        let found = told(&diff, upgrade.release.as_deref());
        if found != upgrade.expected.trim() {
            let Upgrade { name, source, .. } = upgrade;
            problems.push(format!("{name} ({source}):\n{found}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn going_nowhere_has_no_effect() {
    for upgrade in UPGRADES.iter() {
        let there = render(&upgrade.after, RELEASE);
        let diff = compare(&there, &there, &options(upgrade.minor));
        assert_eq!(told(&diff, None), "none", "{}", &upgrade.name);
    }
}

/// The findings of an upgrade from the defaults that have an effect: messages and commands.
fn findings(values: &str, effect: Effect) -> Vec<(String, Vec<String>)> {
    let (old, new) = (render("", RELEASE), render(values, RELEASE));
    let options = options(35);
    let diff = compare(&old, &new, &options);
    let of_effect = diff
        .findings
        .into_iter()
        .filter(|finding| finding.effect == effect);
    of_effect
        .map(|finding| (finding.message, finding.fix))
        .collect()
}

fn hold_law(diff: &Diff<'_>, name: &str) {
    for object in &diff.objects {
        let effects = &object.effects;
        assert!(!effects.is_empty(), "{name}: {:?}", object.object);
        assert!(
            effects.windows(2).all(|pair| pair[0] < pair[1]),
            "{name}: {effects:?}"
        );
        for change in &object.changes {
            let effect = change.effect;
            assert!(
                effect == Effect::None || effects.contains(&effect),
                "{name}: {change:?}"
            );
            assert!(
                change.inside.iter().all(|inside| inside.effect == effect),
                "{name}"
            );
        }
    }
    let mut worst = diff
        .objects
        .iter()
        .flat_map(|object| &object.effects)
        .copied()
        .max();
    for finding in &diff.findings {
        let conditional = finding.certainty == Certainty::Conditional;
        assert_eq!(
            conditional,
            finding.condition.is_some(),
            "{name}: {finding:?}"
        );
        if !conditional {
            worst = worst.max(Some(finding.effect));
        }
        assert!(
            !finding.message.is_empty() && !finding.message.contains('\n'),
            "{name}: {finding:?}"
        );
        assert!(
            finding.fix.iter().all(|fix| fix.starts_with("# ")
                || fix.starts_with("pg_restore ")
                || fix.contains("kubectl ")),
            "{name}: {finding:?}"
        );
    }
    assert_eq!(diff.summary.verdict, worst.unwrap_or_default(), "{name}");
    let rank = |finding: &Finding| (Reverse(finding.effect), finding.certainty);
    assert!(diff.findings.is_sorted_by_key(rank), "{name}");
}

/// In both directions: what a rollback does is asked too.
#[test]
fn effects_of_objects_changes_and_findings_agree() {
    for upgrade in UPGRADES.iter() {
        let [old, new] = upgrade.sides();
        let options = options(upgrade.minor);
        hold_law(&compare(&old, &new, &options), &upgrade.name);
        hold_law(&compare(&new, &old, &options), &upgrade.name);
    }
}

#[test]
fn the_order_of_the_objects_means_nothing() {
    for upgrade in UPGRADES.iter() {
        let [mut old, mut new] = upgrade.sides();
        let options = options(upgrade.minor);
        let (expected, verdict) = {
            let diff = compare(&old, &new, &options);
            (diff.findings, diff.summary.verdict)
        };
        old.reverse();
        new.reverse();
        let diff = compare(&old, &new, &options);
        assert_eq!(diff.findings, expected, "{}", &upgrade.name);
        assert_eq!(diff.summary.verdict, verdict, "{}", &upgrade.name);
    }
}

#[test]
fn growing_claims_of_a_stateful_set_come_with_the_recipe() {
    let values = "service: {house: {persistence: {storageSize: 20Gi}}}";
    let (message, fix) = findings(values, Effect::Rejected).remove(0);
    assert_eq!(
        message,
        "spec.volumeClaimTemplates of a StatefulSet cannot be changed; delete it without its pods and apply again. \
         Existing claims keep their class and size, except for the sizes that are patched here; kubectl still applies the \
         other objects, so the upgrade is left half done"
    );
    let patch = r#"--type merge -p '{"spec":{"resources":{"requests":{"storage":"20Gi"}}}}'"#;
    assert_eq!(
        fix,
        [
            "kubectl delete statefulset swanlab-self-hosted-house -n default --cascade=orphan"
                .to_owned(),
            format!("kubectl patch pvc house-swanlab-self-hosted-house-0 -n default {patch}"),
            format!("kubectl patch pvc house-swanlab-self-hosted-house-1 -n default {patch}"),
        ]
    );
}

#[test]
fn stale_pods_come_with_what_restarts_them() {
    let found = findings("global: {clusterDomain: other.local}", Effect::Stale);
    let (message, fix) = &found[0];
    assert_eq!(
        message,
        "running pods keep the old data until they restart, because they use it in environment variables or mount it with \
         subPath: Deployment/swanlab-self-hosted"
    );
    assert_eq!(
        *fix,
        ["kubectl rollout restart deployment/swanlab-self-hosted -n default"]
    );
}

#[test]
fn no_finding_holds_a_secret() {
    let values = "dependencies: {postgres: {password: tell-nobody, username: nor-this}, s3: {secretKey: hush-hush}}";
    let (old, new) = (render("", RELEASE), render(values, RELEASE));
    let options = options(35);
    let diff = compare(&old, &new, &options);
    let text = format!("{:?}", diff.findings);
    assert!(diff.findings.len() > 4);
    for secret in ["tell-nobody", "nor-this", "hush-hush", "dGVsbC1ub2JvZHk"] {
        assert!(!text.contains(secret), "{secret}");
    }
}
