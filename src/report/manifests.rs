//! Manifests as Helm prints them: documents with their source, or one JSON List.
//! It prints what it is given, in the order it is given.

use serde_json::{Value, json};

use crate::manifest::Manifest;
use crate::yaml;

/// Documents as canonical YAML, each under `---` and the template it comes from.
pub fn yaml(manifests: &[Manifest], out: &mut String) {
    for manifest in manifests {
        out.push_str("---\n# Source: ");
        out.push_str(&manifest.source);
        out.push('\n');
        // A string takes everything.
        let _ = yaml::write(&manifest.object, out);
    }
}

/// The texts of CRDs as they stand in the chart, by path.
pub fn crds(crds: &[(String, &str)], out: &mut String) {
    for (path, text) in crds {
        out.push_str("---\n# Source: ");
        out.push_str(path);
        out.push('\n');
        out.push_str(text.trim_end());
        out.push('\n');
    }
}

/// Everything as one `v1` List. The error names the CRD that is not YAML, and why.
pub fn json(
    crds: &[(String, &str)],
    manifests: &[Manifest],
    out: &mut String,
) -> Result<(), (String, yaml::Error)> {
    let mut items: Vec<Value> = Vec::new();
    for (path, text) in crds {
        items.extend(yaml::read(text).map_err(|error| (path.clone(), error))?);
    }
    items.extend(manifests.iter().map(|manifest| manifest.object.clone()));
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    out.push_str(&format!("{list:#}\n"));
    Ok(())
}
