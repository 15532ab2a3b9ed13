//! Values behind a flag that takes manifests. They are known by their keys.

use serde_json::Value;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics, Source};
use swanlab_render::yaml;

/// Nothing if no file holds values; else the error for `flag`, where manifests belong.
pub(super) fn no_values(flag: &str, sources: &[Source]) -> Result<(), Diagnostics> {
    let mistaken = sources.iter().filter(|source| {
        // What cannot be read is another error.
        let documents = yaml::read(source.text()).unwrap_or_default();
        let mut documents = documents.iter().filter(|one| !one.is_null()).peekable();
        documents.peek().is_some() && documents.all(is_values)
    });
    let errors: Vec<Diagnostic> = mistaken
        .map(|source| {
            let name = source.name();
            let error = format!("{flag} {name}: these are values, not manifests");
            Diagnostic::error(error).with_help(match flag {
                "--manifests" => format!("`-f {name}` renders them"),
                _ => {
                    format!("`--from-values {name}` renders them, and compares with what they give")
                }
            })
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Diagnostics(errors))
    }
}

fn is_values(document: &Value) -> bool {
    let keys = ["apiVersion", "kind", "metadata", "items"];
    document.is_object() && keys.iter().all(|key| document.get(key).is_none())
}
