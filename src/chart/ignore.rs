//! The files that a chart's .helmignore hides.

use glob::{MatchOptions, Pattern};

use crate::diagnostics::{Diagnostic, Label, Source};

/// Go's `path.Match`: a `*` does not cross a `/`.
const GO_MATCH: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// The patterns of a .helmignore, by Helm's rules, which differ from git's: the first pattern that matches decides, and
/// `!pattern` hides everything that it does not match.
#[derive(Clone, Debug, Default)]
pub struct Ignore {
    rules: Vec<Rule>,
    /// The folder that paths start from, with a `/` behind it; empty for the folder of the .helmignore.
    start: String,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: Pattern,
    /// Whether it hides what does not match.
    negated: bool,
    directories_only: bool,
    /// Whether it is compared with the whole path instead of the file's name.
    whole_path: bool,
}

impl Ignore {
    /// Reads a .helmignore.
    ///
    /// # Errors
    /// The first line that is not a pattern.
    pub fn parse(source: &Source) -> Result<Self, Diagnostic> {
        let mut rules = Vec::new();
        for (index, line) in source.text().lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            rules.push(Rule::parse(line).map_err(|problem| {
                let start = source.line(index + 1).start;
                Diagnostic::error(problem).at(Label::new(source, start..start))
            })?);
        }
        Ok(Self {
            rules,
            start: String::new(),
        })
    }

    /// The same patterns, for paths that start from a folder below.
    pub(super) fn below(&self, folder: &str) -> Self {
        Self {
            rules: self.rules.clone(),
            start: format!("{}{folder}/", self.start),
        }
    }

    /// Whether a path (from the folder that paths start from, with `/`) is hidden, apart from the folders it is in.
    pub fn hides(&self, path: &str, is_directory: bool) -> bool {
        self.matches(&format!("{}{path}", self.start), is_directory)
    }

    fn matches(&self, path: &str, is_directory: bool) -> bool {
        for rule in &self.rules {
            let matches = rule.matches(path);
            if rule.negated {
                if !matches || (rule.directories_only && !is_directory) {
                    return true;
                }
            } else if matches && (is_directory || !rule.directories_only) {
                return true;
            }
        }
        false
    }

    /// Whether a file is hidden, by itself or by one of the folders it is in.
    pub fn hides_file(&self, path: &str) -> bool {
        let path = format!("{}{path}", self.start);
        self.matches(&path, false)
            || path
                .match_indices('/')
                .any(|(end, _)| self.matches(&path[..end], true))
    }
}

impl Rule {
    fn parse(line: &str) -> Result<Self, String> {
        if line.contains("**") {
            return Err("`**` is not supported in .helmignore".to_owned());
        }
        let (negated, line) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let (directories_only, line) = match line.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let pattern = line.strip_prefix('/').unwrap_or(line);
        Ok(Self {
            pattern: Pattern::new(&pattern.replace("[^", "[!"))
                .map_err(|error| format!("not a pattern: {error}"))?,
            negated,
            directories_only,
            whole_path: line.contains('/'),
        })
    }

    fn matches(&self, path: &str) -> bool {
        let subject = if self.whole_path {
            path
        } else {
            path.rsplit('/').next().unwrap_or(path)
        };
        self.pattern.matches_with(subject, GO_MATCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hides(text: &str, path: &str) -> Option<bool> {
        let source = Source::new(".helmignore", text.to_owned());
        Some(Ignore::parse(&source).ok()?.hides_file(path))
    }

    #[test]
    fn patterns_match_names_paths_and_folders() {
        for (text, path, expected) in [
            ("*.bak", "templates/a.bak", true),
            ("/a.txt", "a.txt", true),
            ("/a.txt", "b/a.txt", false),
            ("b/*.txt", "b/a.txt", true),
            ("b/*.txt", "b/c/a.txt", false),
            ("target/", "target/x/y", true),
            ("target/", "target", false),
            ("# a comment\n\n", "a", false),
            ("!*.yaml", "a.txt", true),
            ("!*.yaml", "a.yaml", false),
        ] {
            assert_eq!(hides(text, path), Some(expected), "{text:?} {path}");
        }
    }

    #[test]
    fn a_double_star_is_refused_with_its_line() {
        let source = Source::new(".helmignore", "a\n**/b\n");
        let error = Ignore::parse(&source).unwrap_err();
        assert_eq!(source.line_column(error.labels[0].range.start), (2, 1));
    }

    #[test]
    fn a_chart_inside_a_chart_has_the_patterns_of_the_outer_one() {
        let source = Source::new(".helmignore", "/charts/a/secret.txt\n*.bak\n");
        let ignore = Ignore::parse(&source).unwrap().below("charts/a");
        assert!(ignore.hides_file("secret.txt") && ignore.hides_file("b.bak"));
        assert!(!ignore.hides_file("open.txt"));
    }
}
