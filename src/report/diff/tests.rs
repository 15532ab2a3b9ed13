//! Reports of comparisons that are made by hand: what no pair of charts shows all at once.

use super::*;
use crate::diff::{
    Certainty, Change, Class, Compared, Diff, Effect, FieldPath, FieldStep, Finding, Op, Shown,
    Summary,
};
use crate::manifest::Manifest;
use crate::report::Style;
use serde_json::{Value, json};

const NARROW: Style = Style {
    colour: false,
    width: 80,
};

fn manifest(kind: &str, name: &str) -> Manifest {
    Manifest {
        source: "c/templates/a.yaml".to_owned(),
        document: 0,
        object: json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}),
    }
}

fn empty() -> Diff<'static> {
    Diff {
        values: Vec::new(),
        random: Vec::new(),
        objects: Vec::new(),
        findings: Vec::new(),
        renames: Vec::new(),
        summary: Summary::default(),
        compared: Compared { old: 28, new: 28 },
    }
}

fn field(path: &str) -> FieldPath {
    FieldPath(
        path.split('.')
            .map(|key| FieldStep::Key(key.into()))
            .collect(),
    )
}

fn change(path: &str, old: Value, new: Value) -> Change {
    Change {
        op: Op::Replace,
        from: None,
        path: field(path),
        pointer: format!("/{}", path.replace('.', "/")),
        old: Some(old),
        new: Some(new),
        class: Class::Value,
        effect: Effect::InPlace,
        inside: Vec::new(),
        attribution: None,
    }
}

fn changed(manifest: &Manifest, effect: Effect, changes: Vec<Change>) -> ObjectDiff<'_> {
    let sides = [Some(manifest), Some(manifest)];
    let mut object = ObjectDiff::new(Action::Changed, sides, changes);
    object.effects = vec![effect];
    object
}

fn finding(effect: Effect, name: &str, message: &str) -> Finding {
    Finding {
        effect,
        certainty: Certainty::Certain,
        condition: None,
        object: ObjectRef::of(&manifest("PersistentVolumeClaim", name).object),
        others: Vec::new(),
        path: FieldPath::default(),
        message: message.to_owned(),
        fix: vec![format!(
            "kubectl annotate pvc {name} helm.sh/resource-policy=keep"
        )],
        attribution: None,
        accepted: false,
    }
}

fn shown_text(diff: Diff<'_>, style: Style) -> String {
    let mut out = String::new();
    text(
        &Shown::with_secrets(diff),
        Detail::default(),
        style,
        &mut out,
    );
    out
}

fn shown_markdown(diff: Diff<'_>, max_bytes: Option<usize>) -> String {
    let mut out = String::new();
    let shown = Shown::with_secrets(diff);
    markdown(
        &shown,
        Detail::default(),
        max_bytes,
        Some("+1 pod"),
        None,
        &mut out,
    );
    out
}

#[test]
fn the_first_line_says_what_happens() {
    let first = |verdict, objects: Vec<ObjectDiff<'_>>| {
        let mut diff = empty();
        diff.summary.verdict = verdict;
        diff.objects = objects;
        let text = shown_text(diff, NARROW);
        text.lines().next().unwrap_or_default().to_owned()
    };
    let [a, b, c] = ["a", "b", "c"].map(|name| manifest("Deployment", name));
    assert_eq!(first(Effect::None, Vec::new()), "no changes");
    let one = |effect| changed(&a, effect, Vec::new());
    assert_eq!(
        first(Effect::None, vec![one(Effect::None)]),
        "no effect: 1 object differs"
    );
    assert_eq!(
        first(Effect::InPlace, vec![one(Effect::InPlace)]),
        "nothing restarts: 1 object to apply"
    );
    let many = vec![
        one(Effect::Outage),
        changed(&b, Effect::Restart, Vec::new()),
        changed(&c, Effect::Restart, Vec::new()),
    ];
    assert_eq!(
        first(Effect::Outage, many),
        "outage of 1 object, restarts 2 workloads"
    );
    let lost = vec![
        one(Effect::DataLoss),
        changed(&b, Effect::Rejected, Vec::new()),
    ];
    assert_eq!(
        first(Effect::DataLoss, lost),
        "DO NOT APPLY: 1 loss of data, 1 rejection"
    );
}

#[test]
fn a_finding_tells_what_why_and_what_to_do() {
    let mut diff = empty();
    diff.summary.verdict = Effect::DataLoss;
    let mut lost = finding(
        Effect::DataLoss,
        "swanlab-postgres-pvc",
        "the claim is removed, and with it all that the database holds, because nothing says that it is to be kept",
    );
    lost.attribution = Some(Attribution {
        value: "dependencies.postgres.persistence.existingClaim".to_owned(),
        file: "my-values.yaml".to_owned(),
        line: Some(41),
    });
    let mut maybe = finding(
        Effect::Rejected,
        "job",
        "the template of a Job cannot change",
    );
    maybe.certainty = Certainty::Conditional;
    maybe.condition = Some("the Job is still there".to_owned());
    maybe.path = field("spec.template");
    maybe.fix.clear();
    diff.findings = vec![lost, maybe];
    assert_eq!(
        shown_text(diff, NARROW),
        "DO NOT APPLY: 1 loss of data
compared 28 objects with 28: nothing to compare

data-loss  PersistentVolumeClaim/swanlab-postgres-pvc
  the claim is removed, and with it all that the database holds, because nothing
  says that it is to be kept
  <- dependencies.postgres.persistence.existingClaim  my-values.yaml:41
  $ kubectl annotate pvc swanlab-postgres-pvc helm.sh/resource-policy=keep

rejected?  PersistentVolumeClaim/job  spec.template
  the template of a Job cannot change
  only if the Job is still there
"
    );
}

#[test]
fn what_is_lost_stands_on_the_first_screen() {
    for count in [1, 4, 12, 40] {
        let mut diff = empty();
        diff.summary.verdict = Effect::DataLoss;
        let names: Vec<String> = (0..count)
            .map(|place| format!("claim-{place:02}"))
            .collect();
        let messages = names.iter().map(|name| {
            finding(
                Effect::DataLoss,
                name,
                &format!("{name} is removed. {}", "It holds data. ".repeat(20)),
            )
        });
        diff.findings = messages.collect();
        let text = shown_text(diff, NARROW);
        let screen: Vec<&str> = text.lines().take(24).collect();
        let seen = names
            .iter()
            .filter(|name| screen.iter().any(|line| line.contains(*name)));
        assert_eq!(seen.count(), count.min(19), "{text}");
        if count > 20 {
            assert!(screen.contains(&"and 21 more, below"), "{text}");
        }
        assert!(
            names
                .iter()
                .all(|name| text.contains(&format!("{name} is removed")))
        );
    }
}

#[test]
fn findings_that_say_the_same_are_told_once() {
    let mut diff = empty();
    diff.findings = ["a", "b", "c"]
        .map(|name| finding(Effect::Stale, name, "they read it only once"))
        .into();
    let text = shown_text(diff, NARROW);
    assert_eq!(text.matches("they read it only once").count(), 1, "{text}");
    for name in [
        "PersistentVolumeClaim/a",
        "PersistentVolumeClaim/b",
        "pvc c ",
    ] {
        assert!(text.contains(name), "{text}");
    }
}

#[test]
fn what_many_objects_share_is_told_once() {
    let manifests = ["a", "b", "c"].map(|name| manifest("Service", name));
    let mut diff = empty();
    diff.objects = manifests
        .iter()
        .map(|manifest| {
            let label = change("metadata.labels.chart", json!("0.3.0"), json!("0.4.0"));
            changed(manifest, Effect::InPlace, vec![label])
        })
        .collect();
    diff.objects[1]
        .changes
        .push(change("spec.port", json!(80), json!("80")));
    let text = shown_text(diff.clone(), NARROW);
    assert!(
        text.ends_with(
            "
on 3 objects
    metadata.labels.chart: \"0.3.0\" -> \"0.4.0\"

~ Service/b  in-place
    spec.port: 80 -> \"80\"

2 objects differ only in the changes above
"
        ),
        "{text}"
    );
    let mut report = String::new();
    json(&Shown::with_secrets(diff), &mut report);
    assert_eq!(
        report.matches("\"0.4.0\"").count(),
        3,
        "JSON tells everything"
    );
}

#[test]
fn texts_are_compared_line_by_line() {
    let config = manifest("ConfigMap", "a");
    let old = "one\ntwo\nthree\nfour\nfive\nsix\n";
    let mut diff = empty();
    let script = change(
        "data.script",
        json!(old),
        json!(old.replace("six", "seven")),
    );
    diff.objects = vec![changed(&config, Effect::Stale, vec![script])];
    let shown = Shown::with_secrets(diff);
    let mut out = String::new();
    let detail = Detail {
        context: Some(1),
        ..Detail::default()
    };
    text(&shown, detail, NARROW, &mut out);
    assert!(
        out.ends_with(
            "    data.script\n      @ line 5\n        five\n      - six\n      + seven\n"
        ),
        "{out}"
    );
}

/// The same comparison to another extent.
fn shown_to(extent: Extent, diff: &Diff<'_>) -> String {
    let mut out = String::new();
    let detail = Detail {
        extent,
        ..Detail::default()
    };
    text(&Shown::with_secrets(diff.clone()), detail, NARROW, &mut out);
    out
}

#[test]
fn long_texts_are_folded_unless_all_is_wanted() {
    let config = manifest("ConfigMap", "a");
    let long = |count: usize| "line\n".repeat(count);
    let mut diff = empty();
    diff.objects = vec![changed(
        &config,
        Effect::Stale,
        vec![
            change("data.long", json!("short"), json!(long(16))),
            change("data.fits", json!(long(1)), json!(long(16))),
            change(
                "data.many",
                json!("a"),
                Value::from(vec!["text".repeat(9); 20]),
            ),
        ],
    )];
    let folded = shown_to(Extent::Folded, &diff);
    assert!(
        folded.contains("    data.long: 1 line removed, 16 lines added; --full shows them\n"),
        "{folded}"
    );
    assert!(folded.contains("    data.fits\n"), "{folded}");
    // A structure is no text.
    assert_eq!(folded.matches("      + - texttext").count(), 20, "{folded}");
    let whole = shown_to(Extent::Whole, &diff);
    assert!(!whole.contains("--full"), "{whole}");
    assert!(
        whole.contains("    data.long\n      - short\n      + line\n"),
        "{whole}"
    );
}

#[test]
fn a_long_text_with_few_changed_lines_is_not_folded() {
    let config = manifest("ConfigMap", "a");
    let old: String = (0..200).map(|line| format!("{line}\n")).collect();
    let new = old.replace("\n100\n", "\nhundred\n");
    let mut diff = empty();
    let script = change("data.script", json!(old), json!(new));
    diff.objects = vec![changed(&config, Effect::Stale, vec![script])];
    let text = shown_to(Extent::Folded, &diff);
    assert!(text.contains("      + hundred\n"), "{text}");
}

#[test]
fn the_objects_that_share_a_change_are_named_if_all_is_wanted() {
    let manifests = ["a", "b", "c"].map(|name| manifest("Service", name));
    let mut diff = empty();
    let label = || vec![change("metadata.labels.x", json!("1"), json!("2"))];
    let objects = manifests.iter();
    diff.objects = objects
        .map(|one| changed(one, Effect::InPlace, label()))
        .collect();
    let whole = shown_to(Extent::Whole, &diff);
    assert!(
        whole.contains(
            "on 3 objects\n    Service/a\n    Service/b\n    Service/c\n    metadata.labels.x: "
        ),
        "{whole}"
    );
    assert!(!shown_to(Extent::Folded, &diff).contains("Service/a\n"));
}

#[test]
fn a_short_report_has_one_line_for_each_object() {
    let manifests = ["a", "b", "c"].map(|name| manifest("Service", name));
    let mut diff = empty();
    let label = || vec![change("metadata.labels.x", json!("1"), json!("2"))];
    let objects = manifests.iter();
    diff.objects = objects
        .map(|one| changed(one, Effect::InPlace, label()))
        .collect();
    let text = shown_to(Extent::Lines, &diff);
    let lines = "\n\n~ Service/a  in-place\n~ Service/b  in-place\n~ Service/c  in-place\n";
    assert!(text.ends_with(lines), "{text}");
}

#[test]
fn the_end_says_what_there_is_to_do() {
    let at_the_end = |diff: Diff<'_>, size| {
        let mut out = String::new();
        total(&Shown::with_secrets(diff), size, NARROW, &mut out);
        out
    };
    assert_eq!(at_the_end(empty(), None), "");
    let deployment = manifest("Deployment", "a");
    let mut diff = empty();
    diff.objects = vec![changed(&deployment, Effect::Restart, Vec::new())];
    diff.summary.changed = 1;
    diff.summary.added = 2;
    diff.summary.verdict = Effect::Restart;
    assert_eq!(
        at_the_end(diff.clone(), Some("+1 pod")),
        "
Total: 2 to add, 1 to change, 0 to remove; restarts 1 workload
Size: +1 pod
`diff --explain restart` says what restart means, docs/effects.md all effects
"
    );
    diff.objects[0].effects = vec![Effect::InPlace];
    diff.summary.verdict = Effect::InPlace;
    diff.summary.renamed = 3;
    assert_eq!(
        at_the_end(diff, None),
        "\nTotal: 2 to add, 1 to change, 0 to remove, 3 to rename; nothing restarts: 1 object to apply\n"
    );
}

#[test]
fn colours_are_there_when_they_are_wanted() {
    let colourful = Style {
        colour: true,
        width: 80,
    };
    let deployment = manifest("Deployment", "a");
    let mut diff = empty();
    diff.objects = vec![changed(
        &deployment,
        Effect::Restart,
        vec![change("a", json!(1), json!(2))],
    )];
    assert!(shown_text(diff.clone(), colourful).contains("\u{1b}[1m~ Deployment/a\u{1b}[0m"));
    assert!(!shown_text(diff, NARROW).contains('\u{1b}'));
}

#[test]
fn markdown_escapes_whatever_a_text_says() {
    let mut diff = empty();
    let message = "a | b `c` <script> @everyone\nd";
    diff.findings = vec![finding(Effect::Stale, "x", message)];
    let config = manifest("ConfigMap", "a");
    let fenced = change("data.x", json!("```\n</details>\n"), json!("````\n"));
    diff.objects = vec![changed(&config, Effect::Stale, vec![fenced])];
    let text = shown_markdown(diff, None);
    let row = text
        .lines()
        .find(|line| line.contains("PersistentVolumeClaim"))
        .unwrap_or_default();
    assert_eq!(row.matches('|').count(), 4, "{row}");
    for forbidden in ["<script", "@everyone", "`c`"] {
        assert!(!text.contains(forbidden), "{text}");
    }
    assert!(
        text.contains("\n`````diff\n") && text.contains("\n`````\n"),
        "{text}"
    );
}

#[test]
fn a_small_comment_loses_bodies_from_the_mildest_up_and_no_finding() {
    let effects = [
        Effect::InPlace,
        Effect::DataLoss,
        Effect::Stale,
        Effect::Restart,
    ];
    let manifests =
        ["in-place", "lost", "stale", "restarts"].map(|name| manifest("ConfigMap", name));
    let mut diff = empty();
    diff.summary.verdict = Effect::DataLoss;
    diff.objects = manifests
        .iter()
        .zip(effects)
        .map(|(manifest, effect)| {
            let body = format!("body of {}", manifest.object["metadata"]["name"]);
            changed(
                manifest,
                effect,
                vec![change("data", json!(body.repeat(30)), json!(1))],
            )
        })
        .collect();
    diff.findings = (0..20)
        .map(|place| finding(Effect::DataLoss, &format!("claim-{place}"), "gone"))
        .collect();
    let full = shown_markdown(diff.clone(), None);
    let mut lost = Vec::new();
    for max in (0..=full.len()).rev().step_by(40) {
        let text = shown_markdown(diff.clone(), Some(max));
        let head = text.find("compared").unwrap_or_default();
        assert!(text.len() <= max.max(head + 400), "{} > {max}", text.len());
        assert!(
            (0..20).all(|place| text.contains(&format!("PersistentVolumeClaim/claim-{place}<")))
        );
        for name in ["in-place", "lost", "stale", "restarts"] {
            let body = text.contains(&format!("body of \"{name}\""))
                || text.contains(&format!("body of \\\"{name}"));
            if !body && !lost.contains(&name) {
                lost.push(name);
            }
        }
    }
    assert_eq!(lost, ["in-place", "stale", "restarts", "lost"]);
}

#[test]
fn what_can_be_deleted_is_named_and_data_only_if_wanted() {
    let mut kept = manifest("ConfigMap", "kept");
    kept.object["metadata"]["annotations"] = json!({"helm.sh/resource-policy": "keep"});
    // Helm reads it in any case, with spaces around it.
    let mut loud = manifest("ConfigMap", "loud");
    loud.object["metadata"]["annotations"] = json!({"helm.sh/resource-policy": " Keep "});
    let manifests = [
        manifest("PersistentVolumeClaim", "data"),
        manifest("Service", "old"),
        kept,
        loud,
    ];
    let mut diff = empty();
    diff.objects = manifests
        .iter()
        .map(|manifest| ObjectDiff::new(Action::Removed, [Some(manifest), None], Vec::new()))
        .collect();
    let shown = Shown::with_secrets(diff);
    let [mut few, mut all] = [String::new(), String::new()];
    removed(&shown, Data::LeftOut, "default", &mut few).unwrap();
    removed(&shown, Data::Listed, "default", &mut all).unwrap();
    assert_eq!(few, "Service/old\n");
    assert_eq!(all, "PersistentVolumeClaim/data\nService/old\n");
}

#[test]
fn the_headline_counts_what_the_list_names() {
    let names: Vec<String> = (0..12).map(|place| format!("claim-{place}")).collect();
    let mut first = finding(Effect::Rejected, &names[0], &"why ".repeat(400));
    let claim = |name: &String| ObjectRef::of(&manifest("PersistentVolumeClaim", name).object);
    first.others = names[1..].iter().map(claim).collect();
    let mut diff = empty();
    diff.summary.verdict = Effect::Rejected;
    diff.findings = vec![first];
    let text = shown_text(diff, NARROW);
    assert!(text.starts_with("DO NOT APPLY: 12 rejections"), "{text}");
    let listed = text
        .lines()
        .filter(|line| line.starts_with("rejected   PersistentVolumeClaim/claim-"));
    // Each once in the overview, and the first with what is to be told of all.
    assert_eq!(listed.count(), 13, "{text}");
}

#[test]
fn a_job_that_may_run_again_is_one_line_at_the_end() {
    let mut note = finding(Effect::Rerun, "buckets", "it runs again as it is");
    note.certainty = Certainty::Conditional;
    note.condition = Some("it was deleted since".to_owned());
    note.fix.clear();
    let mut diff = empty();
    let server = manifest("Deployment", "server");
    diff.objects = vec![changed(&server, Effect::Scale, Vec::new())];
    diff.summary.verdict = Effect::Scale;
    diff.findings = vec![note];
    let text = shown_text(diff, NARROW);
    let last = "\n\nrerun?     PersistentVolumeClaim/buckets: it runs again as it is, only if it was deleted since\n";
    assert!(text.ends_with(last), "{text}");
    assert_eq!(text.matches("rerun?").count(), 1);
}
