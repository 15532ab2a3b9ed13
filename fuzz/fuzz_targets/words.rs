//! The small languages: versions and their ranges, paths for `--ignore`, mirrors, names, Chart.yaml, `--show-only`.
//! Texts: one of any of them, and something to try it on.
#![no_main]

use laws::{check_diagnostics, source, texts};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use swanlab_render::chart::{KubeVersion, Metadata, Version, VersionRange};
use swanlab_render::diff::Pattern;
use swanlab_render::images::Mirror;
use swanlab_render::manifest::{Manifest, select};
use swanlab_render::release::{check_name, check_namespace};

/// `=V` has V in it, and a version is in `<=R` if it is in `=R`.
fn check_versions(text: &str, other: &str) {
    let range = |operator: &str| VersionRange::parse(&format!("{operator}{text}"));
    let words = text.split([' ', ',', '\t']).count();
    for tried in [text, other, "1.35.0"] {
        let Some(version) = Version::parse(tried) else {
            continue;
        };
        if let Some(range) = VersionRange::parse(other) {
            range.contains(&version);
        }
        let (Some(equal), Some(at_most)) = (range("="), range("<=")) else {
            continue;
        };
        let is_equal = equal.contains(&version);
        assert!(
            words > 1 || !is_equal || at_most.contains(&version),
            "{text} {tried}"
        );
        assert!(tried != text || is_equal, "{text} is not in ={text}");
    }
    if let (Some(version), Some(range)) = (KubeVersion::parse(text), VersionRange::parse(other)) {
        version.matches(&range);
    }
}

fuzz_target!(|data: &[u8]| {
    let Some([text, other]) = texts(data) else {
        return;
    };
    check_versions(text, other);
    if let Ok(mirror) = Mirror::parse(text) {
        mirror.target(other);
    }
    let _ = Pattern::parse(text);
    let _ = check_name(text);
    let _ = check_namespace(text);
    match Metadata::parse(&source("Chart.yaml", text)) {
        Ok(metadata) => {
            metadata.supports(&KubeVersion::default());
        }
        Err(problems) => {
            check_diagnostics(&problems);
        }
    }
    let manifest = Manifest {
        source: other.to_owned(),
        document: 0,
        object: json!({}),
    };
    let _ = select(&[manifest], &[text.to_owned()]);
});
