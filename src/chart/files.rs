//! The files of a chart that templates can read (`Files`), and those that .helmignore hides.
//! A file is read when a template uses it: the folder of a chart may have many other files.

use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};

use crate::diagnostics::{Diagnostic, Label, Source};
use crate::files::Access;

/// The largest file in a chart, in bytes: Helm's limit.
pub(super) const LARGEST_FILE: u64 = 5 * 1024 * 1024;

/// The files of a chart.
#[derive(Clone, Debug)]
pub enum Files {
    /// In the binary: path and text.
    Embedded(&'static [(&'static str, &'static str)]),
    /// In the folder of a chart.
    Directory {
        /// The chart's root.
        root: PathBuf,
        /// Its .helmignore.
        ignore: Ignore,
        /// Where links may lead.
        access: Access,
    },
}

/// Why a file cannot be read.
#[derive(Debug)]
pub enum FileError {
    /// It does not exist, or templates must not read it (`.helmignore`, values, templates).
    Missing,
    /// It cannot be read, for this reason.
    Unreadable(String),
}

impl Files {
    /// The text of a file, by its path from the chart's root. Bytes that are not UTF-8 are replaced.
    pub fn get(&self, path: &str) -> Result<String, FileError> {
        match self {
            Self::Embedded(files) => files
                .iter()
                .find(|(name, _)| *name == path)
                .map(|(_, text)| (*text).to_owned())
                .ok_or(FileError::Missing),
            Self::Directory {
                root,
                ignore,
                access,
            } => read(root, ignore, access, path),
        }
    }
}

fn read(root: &Path, ignore: &Ignore, access: &Access, path: &str) -> Result<String, FileError> {
    let inside = !path.is_empty()
        && path
            .split('/')
            .all(|part| !matches!(part, "" | "." | "..") && !part.contains('\\'));
    if !inside || is_chart_file(path) || ignore.hides_file(path) {
        return Err(FileError::Missing);
    }
    let file = root.join(path);
    if !file.exists() || file.is_dir() {
        return Err(FileError::Missing);
    }
    let bytes = access.regular(&file, LARGEST_FILE);
    let bytes = bytes.map_err(FileError::Unreadable)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Files that Helm leaves out of `.Files`, because they have a meaning of their own.
fn is_chart_file(path: &str) -> bool {
    matches!(
        path,
        "Chart.yaml" | "values.yaml" | "values.schema.json" | ".helmignore"
    ) || path.starts_with("templates/")
        || path.starts_with("charts/")
}

/// Go's `path.Match`: a `*` does not cross a `/`.
const GO_MATCH: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// The patterns of a .helmignore, by Helm's rules, which differ from git's: the first pattern that matches decides, and
/// `!pattern` hides everything that it does not match.
#[derive(Clone, Debug, Default)]
pub struct Ignore(Vec<Rule>);

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
        Ok(Self(rules))
    }

    /// Whether a path (from the chart's root, with `/`) is hidden, apart from the folders it is in.
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
    fn a_file_outside_the_chart_is_not_given() {
        let files = Files::Directory {
            root: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src"),
            ignore: Ignore::default(),
            access: Access::default(),
        };
        for path in [
            "../Cargo.toml",
            "/etc/passwd",
            "",
            "chart/../lib.rs",
            "nope",
        ] {
            assert!(matches!(files.get(path), Err(FileError::Missing)), "{path}");
        }
        assert!(files.get("lib.rs").is_ok());
    }
}
