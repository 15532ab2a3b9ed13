//! Documents that strings hold: YAML or JSON in a ConfigMap's entry or an annotation.
//! It takes a text for a document only if it is one as a whole, and a map or list; all others stay texts.

use serde_json::Value;

use crate::yaml;

/// The longest text that is looked into.
const LONGEST: usize = 1 << 20;

/// Endings of names that say the text is YAML or JSON.
const KNOWN: [&str; 3] = [".yaml", ".yml", ".json"];

/// The map or list that a text is; `key` is the name that it stands under. A text whose name does not tell is tried
/// if it looks like a document: brackets, or several lines.
pub(super) fn parse(text: &str, key: &str) -> Option<Value> {
    if text.len() > LONGEST {
        return None;
    }
    let known = KNOWN.iter().any(|ending| key.ends_with(ending));
    if !known && !text.trim_end().contains('\n') && !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut found = None;
    for part in yaml::parts(text).ok()? {
        if let Some(node) = part.node.ok()? {
            let rest = text.get(node.range.end..part.range.end)?;
            let comments = |line: &str| {
                let line = line.trim();
                line.is_empty() || line.starts_with('#')
            };
            if found.is_some() || !rest.lines().all(comments) {
                return None;
            }
            found = Some(yaml::tree(&node).ok()?);
        }
    }
    found.filter(|tree| tree.is_object() || tree.is_array())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_a_map_or_list_as_a_whole() {
        assert!(parse("a: 1", "x.yaml").is_some());
        assert!(parse("---\na: 1\n# end\n", "x").is_some());
        assert!(parse(r#"{"a": [1]}"#, "x").is_some());
        assert!(parse("a: |\n  text\n\n# end\n", "x.yml").is_some());
        assert!(parse("a: 1", "note").is_none(), "a single line of text");
        assert!(parse("a: 1\n---\nb: 2\n", "x.yaml").is_none());
        assert!(parse("a: 1\n...\nb: 2\n", "x.yaml").is_none());
        assert!(parse("[mysqld]\nport = 1\n", "my.cnf").is_none());
        assert!(parse("set -e\necho done\n", "run.sh").is_none());
        assert!(parse("a: {{ b }}\n", "x.yaml").is_none());
    }
}
