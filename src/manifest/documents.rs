//! Manifests as text, in Helm's form.

use super::Manifest;
use crate::diagnostics::visible;
use crate::yaml;

/// Documents as canonical YAML, each under `---` and the template it comes from.
pub fn documents(manifests: &[Manifest], out: &mut String) {
    for manifest in manifests {
        out.push_str("---\n# Source: ");
        // A file's name may hold a line break.
        out.push_str(&visible(&manifest.source));
        out.push('\n');
        // A string takes everything.
        let _ = yaml::write(&manifest.object, out);
    }
}
