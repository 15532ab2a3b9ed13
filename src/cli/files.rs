//! Files as they are named on the command line: values files, `-` for standard input, the files
//! of `--set-file`. Standard input is read once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use swanlab_render::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use swanlab_render::files::{Access, LARGEST, bounded, reason, text};
use swanlab_render::swanlab::secret::flaw;

use super::args::Render;

/// Reads files, and standard input for whoever asks for it first.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Who has taken standard input.
    taken: RefCell<Option<&'static str>>,
    /// Where files may be.
    access: Access,
    /// Texts that are named like files.
    texts: BTreeMap<String, String>,
}

impl Files {
    /// Reads files only below a folder, if one is given.
    pub(super) fn within(folder: Option<&Path>) -> anyhow::Result<Self> {
        let Some(folder) = folder else {
            return Ok(Self::default());
        };
        let access = Access::within(&[folder.to_owned()]);
        Ok(Self {
            access: access
                .map_err(|error| anyhow!("--within {}: {}", folder.display(), reason(&error)))?,
            ..Self::default()
        })
    }

    /// Reads what the flags of a command name.
    pub(super) fn of(render: &Render) -> anyhow::Result<Self> {
        let mut files = Self::within(render.within.as_deref())?;
        files.texts.clone_from(&render.texts);
        Ok(files)
    }

    /// Whether a name is that of a text.
    pub(super) fn has_text(&self, name: &str) -> bool {
        self.texts.contains_key(name)
    }

    /// Where files may be.
    pub(super) fn access(&self) -> &Access {
        &self.access
    }

    /// The bytes of a file or pipe that the command line names.
    fn named(&self, name: &str) -> Result<Vec<u8>, String> {
        if let Some(text) = self.texts.get(name) {
            return Ok(text.clone().into_bytes());
        }
        self.access.any(Path::new(name), LARGEST)
    }

    /// The texts of `-f` flags, in order. A flag may name several files, separated by commas; a
    /// second `-` finds nothing more to read, as in Helm.
    pub(super) fn values(&self, flags: &[String]) -> anyhow::Result<Vec<Source>> {
        let mut sources = Vec::new();
        let mut problems = Vec::new();
        for flag in flags {
            for name in split(flag)? {
                match self.values_file(&name) {
                    Ok(Some(source)) => sources.push(source),
                    Ok(None) => {}
                    Err(problem) => problems.push(problem),
                }
            }
        }
        if problems.is_empty() {
            Ok(sources)
        } else {
            Err(Diagnostics(problems).into())
        }
    }

    /// The text of one values file, or of standard input, that a flag names.
    pub(super) fn values_of(&self, flag: &'static str, name: &str) -> anyhow::Result<Source> {
        let source = self.values_file(name).map_err(Diagnostics::from)?;
        source.with_context(|| format!("{flag}: standard input was read already"))
    }

    fn values_file(&self, name: &str) -> Result<Option<Source>, Diagnostic> {
        let failed = |why: String| Diagnostic::error(format!("cannot read `{name}`: {why}"));
        let bytes = if name.trim() == "-" {
            if self.taken.borrow().is_some_and(|by| by == "-f") {
                return Ok(None);
            }
            self.stdin("-f").map_err(failed)?
        } else {
            if let Some(problem) = location_problem(name) {
                return Err(failed(problem.to_owned()));
            }
            self.named(name).map_err(failed)?
        };
        match text(bytes) {
            Ok(text) => Ok(Some(Source::new(name.to_owned(), text))),
            Err((bytes, why)) => {
                let at =
                    std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), str::len);
                let readable = String::from_utf8_lossy(&bytes).into_owned();
                let source = Source::new(name.to_owned(), readable);
                Err(failed(why.to_owned()).at(Label::new(&source, at..at)))
            }
        }
    }

    /// The text of a file of manifests, or of standard input, that a flag names.
    pub(super) fn manifests(&self, flag: &'static str, name: &str) -> anyhow::Result<Source> {
        let bytes = if name == "-" {
            self.stdin(flag)
        } else {
            self.named(name)
        };
        let bytes = bytes.map_err(|why| anyhow!("{flag}: cannot read `{name}`: {why}"))?;
        // Without an excerpt: it could show a Secret.
        let text =
            text(bytes).map_err(|(_, why)| anyhow!("{flag}: cannot read `{name}`: {why}"))?;
        Ok(Source::new(name.to_owned(), text))
    }

    /// The text of a file that was found in a folder that a flag names.
    pub(super) fn found(&self, flag: &'static str, path: &Path) -> anyhow::Result<Source> {
        let name = path.display().to_string();
        let bytes = self.access.regular(path, LARGEST);
        let text = bytes.and_then(|bytes| text(bytes).map_err(|(_, why)| why.to_owned()));
        let text = text.map_err(|why| anyhow!("{flag}: cannot read `{name}`: {why}"))?;
        Ok(Source::new(name, text))
    }

    /// The password or key in a file that a flag names, without the line break behind it.
    pub(super) fn secret(&self, flag: &'static str, name: &str) -> Result<String, Diagnostic> {
        let bytes = if name == "-" {
            self.stdin(flag)
        } else {
            self.named(name)
        };
        let failed = |why: &str| Diagnostic::error(format!("{flag}: cannot use `{name}`: {why}"));
        let text = text(bytes.map_err(|why| failed(&why))?);
        let text = text.map_err(|(_, why)| failed(why))?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        match flaw(line) {
            Some(why) => Err(failed(why)),
            None => Ok(line.to_owned()),
        }
    }

    /// The bytes of a file that `--set-file` names.
    pub(super) fn set_file(&self, name: &str) -> Result<Vec<u8>, String> {
        if name == "-" {
            return self.stdin("--set-file");
        }
        self.named(name)
    }

    fn stdin(&self, by: &'static str) -> Result<Vec<u8>, String> {
        if let Some(first) = self.taken.replace(Some(by)) {
            return Err(format!("{first} has read standard input already"));
        }
        bounded(std::io::stdin().lock(), LARGEST)
    }
}

/// Names in one flag: `a.yaml,b.yaml`, with `"…"` around a name that holds a comma (CSV, as in Helm).
fn split(flag: &str) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = flag;
    while !rest.is_empty() {
        let (name, after) = match rest.strip_prefix('"') {
            None => match rest.split_once(',') {
                Some((name, after)) => (name.to_owned(), after),
                None => (rest.to_owned(), ""),
            },
            Some(quoted) => {
                let (name, after) =
                    unquote(quoted).with_context(|| format!("-f {flag}: a quote is not closed"))?;
                match (after, after.strip_prefix(',')) {
                    ("", _) => (name, ""),
                    (_, Some(after)) => (name, after),
                    (_, None) => bail!("-f {flag}: after a quoted name comes a comma or nothing"),
                }
            }
        };
        names.push(name);
        rest = after;
    }
    Ok(names)
}

/// The text up to the closing quote (`""` is a quote inside), and what comes after it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"')?;
        name.push_str(part);
        match after.strip_prefix('"') {
            Some(inside) => {
                name.push('"');
                rest = inside;
            }
            None => return Some((name, after)),
        }
    }
}

/// Why Helm would not take a name for a file: it reads every name as a URL first.
fn location_problem(name: &str) -> Option<&'static str> {
    if name.starts_with("http://") || name.starts_with("https://") {
        return Some("values are not fetched from the network; download the file first");
    }
    if name.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return Some("the name has a control character");
    }
    let escapes_are_whole = name.match_indices('%').all(|(at, _)| {
        name.as_bytes()
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if !escapes_are_whole {
        return Some("Helm reads names as URLs, and a `%` there needs two hexadecimal digits");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_may_name_several_files() {
        let names = |flag| split(flag).unwrap_or_default();
        assert_eq!(names("a,b"), ["a", "b"]);
        assert_eq!(names("\"a,b.yaml\",c"), ["a,b.yaml", "c"]);
        assert_eq!(names("\"a\"\"b\""), ["a\"b"]);
        assert!(names("").is_empty());
        assert!(split("\"a").is_err());
    }

    #[test]
    fn names_that_helm_cannot_read_as_urls_are_refused() {
        assert!(location_problem("%a.yaml").is_some());
        assert!(location_problem("a%20b.yaml").is_none());
        assert!(location_problem("a:b.yaml").is_none());
        assert!(location_problem("https://x/v.yaml").is_some());
    }
}
