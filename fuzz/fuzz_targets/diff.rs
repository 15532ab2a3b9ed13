//! Any two streams of manifests: nothing changes from one to itself, every report is well-formed, and no report shows
//! what a Secret holds. Texts: the old stream, the new stream, patterns for `--ignore`.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use laws::{NAMESPACE, SECRET, check_diagnostics, source, texts};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use swanlab_render::diff::{Diff, Filter, Options, Pattern, Shown};
use swanlab_render::diff::{compare, compare_filtered, redact};
use swanlab_render::kubernetes::types::Types;
use swanlab_render::manifest::Manifest;
use swanlab_render::previous;
use swanlab_render::report::{Style, diff as report};

fn manifests(name: &'static str, text: &str) -> Option<Vec<Manifest>> {
    match previous::read(&[source(name, text)], NAMESPACE) {
        Ok(read) => Some(read.manifests),
        Err(problems) => {
            check_diagnostics(&problems);
            None
        }
    }
}

/// Every report of a comparison.
fn reports(shown: &Shown<'_>) -> [String; 6] {
    let mut all: [String; 6] = Default::default();
    let whole = report::Detail {
        context: Some(1),
        extent: report::Extent::Whole,
    };
    report::text(shown, whole, Style::PLAIN, &mut all[0]);
    report::total(shown, None, Style::PLAIN, &mut all[0]);
    report::unified(shown, None, Style::PLAIN, &mut all[1]);
    report::markdown(shown, whole, Some(2_000), None, None, &mut all[2]);
    report::json(shown, &mut all[3]);
    // Names that cannot be written in a line are refused.
    let _ = report::names(shown, NAMESPACE, &mut all[4]);
    let _ = report::removed(shown, report::Data::Listed, NAMESPACE, &mut all[5]);
    assert!(serde_json::from_str::<Value>(&all[3]).is_ok(), "{}", all[3]);
    all
}

/// Whether the secret is in the values of Secrets alone: what other objects say may be shown.
fn is_hidden(manifests: &[&[Manifest]]) -> bool {
    manifests
        .iter()
        .flat_map(|side| side.iter())
        .all(|manifest| {
            let mut rest = manifest.object.clone();
            if manifest.kind() == "Secret" {
                for field in ["data", "stringData"] {
                    for value in rest[field]
                        .as_object_mut()
                        .into_iter()
                        .flat_map(|map| map.values_mut())
                    {
                        *value = Value::Null;
                    }
                }
            }
            !rest.to_string().contains(SECRET) && !manifest.source.contains(SECRET)
        })
}

/// The values of Secrets that hold the marker, in clear and in base64.
fn secrets(side: &[Manifest]) -> Vec<String> {
    let mut found = Vec::new();
    for manifest in side.iter().filter(|manifest| manifest.kind() == "Secret") {
        for field in ["data", "stringData"] {
            for value in manifest.object[field]
                .as_object()
                .into_iter()
                .flat_map(|map| map.values())
            {
                let Some(text) = value.as_str() else { continue };
                let decoded = STANDARD
                    .decode(text)
                    .ok()
                    .and_then(|bytes| String::from_utf8(bytes).ok());
                let clear = if field == "data" {
                    decoded
                } else {
                    Some(text.to_owned())
                };
                if let Some(clear) = clear.filter(|clear| clear.contains(SECRET)) {
                    found.push(STANDARD.encode(&clear));
                    found.push(clear);
                }
            }
        }
    }
    found
}

fn check<'a>(diff: Diff<'a>, old: &'a [Manifest], new: &'a [Manifest]) {
    reports(&Shown::with_secrets(diff.clone()));
    let all = reports(&redact(diff, old, new, NAMESPACE));
    if !is_hidden(&[old, new]) {
        return;
    }
    for secret in secrets(old).into_iter().chain(secrets(new)) {
        for report in &all {
            assert!(!report.contains(&secret), "{secret:?} is shown:\n{report}");
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Some([old, new, ignored]) = texts(data) else {
        return;
    };
    let (Some(old), Some(new)) = (manifests("old.yaml", old), manifests("new.yaml", new)) else {
        return;
    };
    let options = Options::new(NAMESPACE, Types::of(1, 35));
    for side in [&old, &new] {
        assert!(
            compare(side, side, &options).objects.is_empty(),
            "a stream differs from itself"
        );
    }
    check(compare(&old, &new, &options), &old, &new);
    check(compare(&new, &old, &options), &new, &old);
    let ignored: Vec<Pattern> = ignored
        .lines()
        .take(4)
        .filter_map(|line| Pattern::parse(line).ok())
        .collect();
    if !ignored.is_empty() {
        let mut filter = Filter::default();
        filter.ignored = ignored;
        check(compare_filtered(&old, &new, &options, &filter), &old, &new);
    }
});
