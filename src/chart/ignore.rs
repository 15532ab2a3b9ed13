//! .helmignore, by Helm's own rules, which are not git's: the first pattern that matches decides,
//! and a `!pattern` hides whatever it does not match.

use glob::{MatchOptions, Pattern};

/// Go's `path.Match`: a `*` does not cross a `/`.
const GO_MATCH: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// The patterns of a .helmignore, in their order.
#[derive(Clone, Debug, Default)]
pub struct Ignore(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    pattern: Pattern,
    /// Hides what does not match.
    negated: bool,
    directories_only: bool,
    /// Compared with the whole path, not with its last part alone.
    whole_path: bool,
}

impl Ignore {
    /// Reads a .helmignore; an error names the line (from 1) and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut rules = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            rules.push(Rule::parse(line).map_err(|problem| (index + 1, problem))?);
        }
        Ok(Self(rules))
    }

    /// Whether a path (from the chart's root, with `/`) is hidden by itself.
    pub fn hides(&self, path: &str, is_directory: bool) -> bool {
        for rule in &self.0 {
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
        self.hides(path, false)
            || path
                .match_indices('/')
                .any(|(end, _)| self.hides(&path[..end], true))
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
        Some(Ignore::parse(text).ok()?.hides_file(path))
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
        assert_eq!(
            Ignore::parse("a\n**/b\n").err().map(|(line, _)| line),
            Some(2)
        );
    }
}
