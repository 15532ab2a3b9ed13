//! Taking over from Helm: what `helm template` printed of SwanLab's own chart, compared with our render of the same
//! values. Nothing may differ but the repairs and the scripts. `helm_streams/` holds Helm's output as it was
//! printed, repeated keys, nulls and comments included; the bodies of the scripts are a line each.

use std::fs;

use crate::support::{options, recorded, root};
use swanlab_render::diagnostics::Source;
use swanlab_render::diff::{Change, Class, Effect, Options, compare};
use swanlab_render::previous;

#[test]
fn only_repairs_and_scripts_differ_from_what_helm_printed() {
    let mut streams = 0;
    let mut problems = Vec::new();
    for recorded in recorded() {
        let name = &recorded.name;
        let path = root().join(format!("tests/helm_streams/{name}.yaml"));
        let Ok(text) = fs::read_to_string(path) else {
            continue;
        };
        streams += 1;
        let namespace = recorded.case.namespace.clone();
        let read = previous::read(&[Source::new("previous.yaml", text)], &namespace);
        let old = read.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(old.notes.len(), 1, "{name}: one note of all repeated keys");
        let new = recorded.case.manifests().unwrap();
        let options = Options::new(&namespace, options(35).types);
        let diff = compare(&old.manifests, &new, &options);
        assert_eq!(diff.compared.old, diff.compared.new, "{name}");
        let counts = diff.summary;
        assert_eq!(
            (counts.added, counts.removed, counts.renamed),
            (0, 0, 0),
            "{name}"
        );
        assert!(diff.summary.verdict < Effect::Rejected, "{name}");
        for object in &diff.objects {
            for change in &object.changes {
                let path = change.path.to_string();
                if !is_repair(&object.object.kind, change) {
                    let (kind, object) = (&object.object.kind, &object.object.name);
                    problems.push(format!(
                        "{name}: {kind}/{object} {path} {:?} {:?}",
                        change.old, change.new
                    ));
                }
            }
        }
    }
    assert_eq!(streams, 8);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The scripts, and what COMPATIBILITY.md lists.
fn is_repair(kind: &str, change: &Change) -> bool {
    let path = change.path.to_string();
    let script = [
        "[name=ping]",
        "[name=wait-for-minio]",
        "[name=minio-mc-job]",
        "[name=init-postgres-fs]",
    ];
    let is_script = script.iter().any(|name| path.contains(name))
        && (path.contains(".args") || path.contains(".command"));
    is_script
        || match kind {
            // Traefik's files say the same in canonical form.
            "ConfigMap" if path.starts_with("data[") => {
                change.class == Class::Format && change.inside.is_empty()
            }
            "ConfigMap" => path == "metadata.labels",
            "Job" => [
                "metadata.labels",
                "spec.template.spec.imagePullSecrets",
                "spec.template.spec.nodeSelector",
                "spec.template.spec.tolerations",
            ]
            .contains(&path.as_str()),
            _ => false,
        }
}
