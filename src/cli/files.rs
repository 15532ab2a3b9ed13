//! Files as they are named on the command line: values files, `-` for standard input, the files
//! of `--set-file`. Standard input is read once.

use std::cell::RefCell;
use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use swanlab_render::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use swanlab_render::secret::flaw;
use tempfile::NamedTempFile;

/// Reads files, and standard input for whoever asks for it first.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Who has taken standard input.
    taken: RefCell<Option<&'static str>>,
}

impl Files {
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
            std::fs::read(name).map_err(|error| failed(reason(&error)))?
        };
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(Source::new(name.to_owned(), text))),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let readable = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let source = Source::new(name.to_owned(), readable);
                Err(Diagnostic::error("the file is not UTF-8 text").at(Label::new(&source, at..at)))
            }
        }
    }

    /// The text of a file of manifests, or of standard input, that a flag names.
    pub(super) fn manifests(&self, flag: &'static str, name: &str) -> anyhow::Result<Source> {
        let bytes = if name == "-" {
            self.stdin(flag)
        } else {
            std::fs::read(name).map_err(|error| reason(&error))
        };
        let bytes = bytes.map_err(|why| anyhow!("{flag}: cannot read `{name}`: {why}"))?;
        // Without an excerpt: it could show a Secret.
        let text = String::from_utf8(bytes);
        let text = text.map_err(|_| anyhow!("{flag}: `{name}` is not UTF-8 text"))?;
        Ok(Source::new(name.to_owned(), text))
    }

    /// The password or key in a file that a flag names, without the line break behind it.
    pub(super) fn secret(&self, flag: &'static str, name: &str) -> Result<String, Diagnostic> {
        let bytes = if name == "-" {
            self.stdin(flag)
        } else {
            std::fs::read(name).map_err(|error| reason(&error))
        };
        let failed = |why: &str| Diagnostic::error(format!("{flag}: cannot use `{name}`: {why}"));
        let text = String::from_utf8(bytes.map_err(|why| failed(&why))?);
        let text = text.map_err(|_| failed("it is not UTF-8 text"))?;
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
        std::fs::read(name).map_err(|error| reason(&error))
    }

    fn stdin(&self, by: &'static str) -> Result<Vec<u8>, String> {
        if let Some(first) = self.taken.replace(Some(by)) {
            return Err(format!("{first} has read standard input already"));
        }
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| reason(&error))?;
        Ok(bytes)
    }
}

/// An operating system's reason, without its number.
pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        std::io::ErrorKind::NotADirectory => "a part of the path is no folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
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

/// Writes files: all of them to temporary names first, so that a failure leaves everything as it was.
pub(super) fn replace_all<'a>(
    texts: impl IntoIterator<Item = (&'a Path, &'a str)>,
) -> anyhow::Result<()> {
    let failed = |path: &Path, error: &std::io::Error| {
        anyhow!("cannot write `{}`: {}", path.display(), reason(error))
    };
    let mut ready = Vec::new();
    for (path, text) in texts {
        let staged = stage(path, text).map_err(|error| failed(path, &error))?;
        ready.push((path, staged));
    }
    for (path, staged) in ready {
        let persisted = staged.persist(path);
        persisted.map_err(|error| failed(path, &error.error))?;
    }
    Ok(())
}

fn stage(path: &Path, text: &str) -> std::io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    readable(&file)?;
    if path.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}

/// A temporary file is its owner's alone; a manifest is as readable as other files.
fn readable(file: &NamedTempFile) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    let _ = file;
    Ok(())
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
