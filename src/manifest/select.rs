//! `--show-only`: the manifests that come from given templates, in the order they are asked for.
//! A pattern that matches nothing is an error, not an empty result.

use glob::{MatchOptions, Pattern};

use super::Manifest;

/// The first pattern that matched no manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoMatch(pub String);

/// As Helm: by pattern, then in output order; a manifest that two patterns match comes twice.
/// Patterns are Go's `path.Match` on the path below the chart's name.
pub fn select(manifests: &[Manifest], patterns: &[String]) -> Result<Vec<Manifest>, NoMatch> {
    let mut selected = Vec::new();
    for pattern in patterns {
        let matches = matcher(pattern);
        let before = selected.len();
        selected.extend(manifests.iter().filter(|m| matches(path(m))).cloned());
        if selected.len() == before {
            return Err(NoMatch(pattern.clone()));
        }
    }
    Ok(selected)
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

    fn selected(patterns: &[&str]) -> Result<Vec<String>, NoMatch> {
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
            assert_eq!(
                selected(&[pattern]),
                Err(NoMatch(pattern.to_owned())),
                "{pattern}"
            );
        }
    }
}
