//! `--show-only`: the manifests that come from given templates, in the order they are asked for.
//! A pattern that matches nothing is an error, not an empty result.

use glob::{MatchOptions, Pattern};

use super::Manifest;
use crate::diagnostics::{Diagnostic, nearest};

/// As Helm: by pattern, then in output order; a manifest that two patterns match comes twice.
/// Patterns are Go's `path.Match` on the path below the chart's name.
///
/// # Errors
/// The first pattern that matches no manifest.
pub fn select(manifests: &[Manifest], patterns: &[String]) -> Result<Vec<Manifest>, Diagnostic> {
    let mut selected = Vec::new();
    for pattern in patterns {
        let matches = matcher(pattern);
        let before = selected.len();
        selected.extend(manifests.iter().filter(|m| matches(path(m))).cloned());
        if selected.len() == before {
            return Err(no_match(pattern, manifests));
        }
    }
    Ok(selected)
}

fn no_match(pattern: &str, manifests: &[Manifest]) -> Diagnostic {
    let error = Diagnostic::error(format!(
        "--show-only {pattern}: no manifest comes from there"
    ));
    match nearest(pattern, manifests.iter().map(path)) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error.with_help("give a path or pattern below the chart: `templates/s3/*`"),
    }
}

fn path(manifest: &Manifest) -> &str {
    manifest
        .source
        .split_once('/')
        .map_or("", |(_chart, path)| path)
}

/// A pattern that cannot be read matches nothing, as in Helm.
fn matcher(pattern: &str) -> impl Fn(&str) -> bool {
    const OPTIONS: MatchOptions = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let compiled = Pattern::new(&pattern.replace("**", "*").replace("[^", "[!")).ok();
    move |path| {
        compiled
            .as_ref()
            .is_some_and(|pattern| pattern.matches_with(path, OPTIONS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(patterns: &[&str]) -> Result<Vec<String>, Diagnostic> {
        let manifests: Vec<Manifest> = [
            "c/templates/a.yaml",
            "c/templates/s/b.yaml",
            "c/templates/s/c.yaml",
        ]
        .iter()
        .map(|source| Manifest {
            source: (*source).to_owned(),
            document: 0,
            object: serde_json::Value::Null,
        })
        .collect();
        let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
        Ok(select(&manifests, &patterns)?
            .into_iter()
            .map(|m| m.source)
            .collect())
    }

    #[test]
    fn the_order_is_that_of_the_patterns() {
        assert_eq!(
            selected(&["templates/s/*", "templates/*.yaml"]),
            Ok(vec![
                "c/templates/s/b.yaml".to_owned(),
                "c/templates/s/c.yaml".to_owned(),
                "c/templates/a.yaml".to_owned(),
            ])
        );
    }

    #[test]
    fn a_pattern_without_a_match_is_an_error() {
        for pattern in [
            "a.yaml",
            "templates",
            "./templates/a.yaml",
            "c/templates/a.yaml",
            "[",
            "templates/*/*/*",
        ] {
            let error = selected(&[pattern]).unwrap_err();
            assert!(error.message.contains(pattern), "{}", error.message);
        }
    }
}
