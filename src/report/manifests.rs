//! Manifests as Helm prints them: documents with their source, or one JSON List.

use serde_json::{Value, json};

use super::pretty;
use crate::diagnostics::visible;
pub use crate::manifest::documents as yaml;
use crate::manifest::{Manifest, begin_document};
use crate::yaml as text;

/// CRDs as they are written in the chart: path and text.
pub fn crds(crds: &[(String, &str)], out: &mut String) {
    for (path, text) in crds {
        begin_document(path, out);
        out.push_str(text.trim_end());
        out.push('\n');
    }
}

/// Whether a file of `--output-dir` has a `# Source:` line with this template: `CHART/templates/PATH`.
pub fn is_from(text: &str, source: &str) -> bool {
    let mut lines = text.lines();
    lines.next() == Some("---")
        && lines
            .next()
            .and_then(|line| line.strip_prefix("# Source: "))
            == Some(&visible(source))
}

/// Whether a file of `--output-dir` is exactly what this program writes for its objects.
pub fn is_unchanged(file: &str, source: &str) -> bool {
    let Ok(objects) = text::read(file) else {
        return false;
    };
    let documents = objects.into_iter().enumerate();
    let manifests: Vec<Manifest> = documents
        .map(|(document, object)| Manifest {
            source: source.to_owned(),
            document,
            object,
        })
        .collect();
    let mut written = String::with_capacity(file.len());
    yaml(&manifests, &mut written);
    !manifests.is_empty() && written == file
}

/// CRDs and manifests as one `v1` List.
///
/// # Errors
/// The path of a CRD that is not YAML, and what is wrong with it.
pub fn json(
    crds: &[(String, &str)],
    manifests: &[Manifest],
    out: &mut String,
) -> Result<(), (String, text::Error)> {
    let mut items: Vec<Value> = Vec::new();
    for (path, text) in crds {
        items.extend(text::read(text).map_err(|error| (path.clone(), error))?);
    }
    items.extend(manifests.iter().map(|manifest| manifest.object.clone()));
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    pretty(&list, out);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_recognised_by_its_template_and_by_every_byte() {
        let manifest = Manifest {
            source: "c/templates/a.yaml".to_owned(),
            document: 0,
            object: json!({"kind": "ConfigMap", "data": {"a": "yes", "b": "1\n2\n"}}),
        };
        let mut text = String::new();
        yaml(&[manifest.clone(), manifest], &mut text);
        assert!(is_unchanged(&text, "c/templates/a.yaml"), "{text}");
        for (changed, source, is_from_it) in [
            (text.clone(), "c/templates/b.yaml", false),
            (
                text.replace("ConfigMap", "\"ConfigMap\""),
                "c/templates/a.yaml",
                true,
            ),
            (text.clone() + "# more\n", "c/templates/a.yaml", true),
            (text.clone() + "a: [\n", "c/templates/a.yaml", true),
            (String::new(), "c/templates/a.yaml", false),
        ] {
            assert!(!is_unchanged(&changed, source), "{changed}");
            assert_eq!(is_from(&changed, source), is_from_it, "{changed}");
        }
    }
}
