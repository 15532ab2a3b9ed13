//! Manifests as Helm prints them: documents with their source, or one JSON List.
//! It prints what it is given, in the order it is given.

use serde_json::{Value, json};

use super::json::pretty;
use crate::diagnostics::visible;
use crate::manifest::Manifest;
pub use crate::manifest::documents as yaml;
use crate::yaml as text;

/// The texts of CRDs as they stand in the chart, by path.
pub fn crds(crds: &[(String, &str)], out: &mut String) {
    for (path, text) in crds {
        out.push_str("---\n# Source: ");
        out.push_str(&visible(path));
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
