//! Whether a file in the place of a golden file is one: `--update` replaces manifests, and nothing else that people
//! wrote.

use std::path::Path;

use super::discover::GOLDEN;
use crate::diagnostics::Diagnostics;
use crate::previous::Previous;

/// Whether a file is called `NAME.golden.yaml`, and so is a golden file whatever it holds.
pub(super) fn is_named_golden(path: &Path) -> bool {
    path.to_string_lossy().ends_with(GOLDEN)
}

/// Whether a text is empty or manifests. Manifests that cannot be read, such as after a merge with conflicts, are
/// recognised by a `# Source:` line.
pub(super) fn is_golden(text: &str, previous: &Result<Previous, Diagnostics>) -> bool {
    let holds_manifests = match previous {
        Ok(previous) => !previous.manifests.is_empty(),
        Err(_) => false,
    };
    holds_manifests || text.trim().is_empty() || text.lines().any(is_source_line)
}

/// `# Source: CHART/templates/PATH`
fn is_source_line(line: &str) -> bool {
    let path = line.trim_end().strip_prefix("# Source: ");
    path.is_some_and(|path| {
        !path.contains("://")
            && ["/templates/", "/crds/", "/namespace.yaml"]
                .iter()
                .any(|part| path.contains(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Source;
    use crate::previous;

    #[test]
    fn only_manifests_and_nothing_are_golden_files() {
        let golden = |text: &str| {
            let source = Source::new("a.yaml", text.to_owned());
            is_golden(text, &previous::read(&[source], "default"))
        };
        for text in [
            "",
            "\n",
            "---\n# Source: c/templates/a.yaml\n",
            "<<<<<<< HEAD\n---\n# Source: c/templates/a.yaml\r\na: [\n",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        ] {
            assert!(golden(text), "{text}");
        }
        for text in [
            "# Read me\n",
            "a: 1\n",
            "cases:\n- golden: a\n",
            "apiVersion: v2\nname: c\nversion: 1.0.0\n",
            "#!/bin/sh\n# Source: https://example.org/templates/x\n",
            "{",
        ] {
            assert!(!golden(text), "{text}");
        }
    }
}
