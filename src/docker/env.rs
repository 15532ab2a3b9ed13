//! `.env`, as Compose reads it: quotes, comments, `export`, values of several lines, and variables of earlier lines.
//! Source: "Syntax for environment files" in the Compose manual.

use std::collections::BTreeSet;

use super::expand::expand;
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};

/// A variable with its value. It has no `Debug`: most of them are passwords.
#[derive(Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) place: Label,
}

/// The variables of a file, the last of several with one name.
#[derive(Clone, Default)]
pub(super) struct Variables(pub(super) Vec<Variable>);

impl Variables {
    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.0.iter().rev().find(|one| one.name == name)
    }

    /// Reads a file. Names without a value are left out: Compose takes them from its own environment.
    pub(super) fn read(source: &Source) -> Result<Self, Diagnostics> {
        let mut reader = Reader {
            source,
            text: source.text(),
            at: 0,
            found: Self::default(),
        };
        reader.all().map_err(Diagnostics::from)?;
        Ok(reader.found)
    }
}

struct Reader<'s> {
    source: &'s Source,
    text: &'s str,
    at: usize,
    found: Variables,
}

impl<'s> Reader<'s> {
    fn rest(&self) -> &'s str {
        &self.text[self.at..]
    }

    fn wrong(&self, at: usize, message: impl Into<String>) -> Diagnostic {
        let end = self.text[at..].chars().next().map_or(0, char::len_utf8);
        Diagnostic::error(message).at(Label::new(self.source, at..at + end))
    }

    fn skip(&mut self, skips: impl Fn(char) -> bool) {
        self.at = self.text.len() - self.rest().trim_start_matches(skips).len();
    }

    fn end_of_line(&self) -> usize {
        let line = self.rest().find(['\n', '\r']);
        line.map_or(self.text.len(), |end| self.at + end)
    }

    fn all(&mut self) -> Result<(), Diagnostic> {
        self.skip(|c| c == '\u{feff}');
        loop {
            self.skip(char::is_whitespace);
            match self.rest().chars().next() {
                None => return Ok(()),
                Some('#') => self.at = self.end_of_line(),
                Some(_) => self.line()?,
            }
        }
    }

    fn line(&mut self) -> Result<(), Diagnostic> {
        if let Some(after) = self.rest().strip_prefix("export")
            && after.starts_with([' ', '\t'])
        {
            self.at += "export".len();
            self.skip(|c| matches!(c, ' ' | '\t'));
        }
        let start = self.at;
        self.skip(|c| c.is_ascii_alphanumeric() || "_.-[]".contains(c));
        let place = Label::new(self.source, start..self.at);
        let name = self.text[start..self.at].to_owned();
        self.skip(|c| matches!(c, ' ' | '\t'));
        match self.rest().chars().next() {
            Some('=' | ':') if !name.is_empty() => self.at += 1,
            None | Some('\n' | '\r' | '#') if !name.is_empty() => {
                self.at = self.end_of_line();
                return Ok(());
            }
            _ => {
                let help = "write NAME=VALUE, and a value of several lines in quotes";
                let problem = self.wrong(self.at, "this is no name of a variable");
                return Err(problem.with_help(help));
            }
        }
        let value = self.value()?;
        self.found.0.push(Variable { name, value, place });
        Ok(())
    }

    fn value(&mut self) -> Result<String, Diagnostic> {
        let behind = self.at;
        self.skip(|c| matches!(c, ' ' | '\t'));
        if let Some(quote @ ('\'' | '"')) = self.rest().chars().next() {
            return self.quoted(quote);
        }
        self.at = behind;
        self.unquoted()
    }

    fn unquoted(&mut self) -> Result<String, Diagnostic> {
        let (start, end) = (self.at, self.end_of_line());
        self.at = end;
        let line = &self.text[start..end];
        // A comment begins with ` #`.
        let comment = line
            .match_indices('#')
            .map(|(at, _)| at)
            .find(|at| line[..*at].ends_with([' ', '\t']));
        let line = &line[..comment.unwrap_or(line.len())];
        let value = line.trim();
        let start = start + line.len() - line.trim_start().len();
        self.expanded(value, start)
    }

    fn quoted(&mut self, quote: char) -> Result<String, Diagnostic> {
        let open = self.at;
        let start = open + 1;
        let mut is_escaped = false;
        let end = self.text[start..].char_indices().find(|(_, c)| {
            let ends = *c == quote && !is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            ends
        });
        let Some((length, _)) = end else {
            return Err(self.wrong(open, "this quote is not closed"));
        };
        let inside = &self.text[start..start + length];
        self.at = start + length + 1;
        let end = self.end_of_line();
        let after = self.text[self.at..end].trim();
        if !(after.is_empty() || after.starts_with('#')) {
            let at = end - self.text[self.at..end].trim_start().len();
            return Err(self.wrong(at, "nothing but a comment may follow a closing quote"));
        }
        self.at = end;
        if quote == '\'' {
            return Ok(inside.replace("\\'", "'"));
        }
        self.expanded(&unescaped(inside), open)
    }

    /// A value with the variables of earlier lines replaced.
    fn expanded(&self, value: &str, start: usize) -> Result<String, Diagnostic> {
        let lookup = |name: &str| self.found.get(name).map(|one| one.value.clone());
        let value = expand(value, &lookup, &mut BTreeSet::new());
        value.map_err(|problem| self.wrong(start, problem.message))
    }
}

/// Escapes in double quotes. An escaped dollar sign is one that no variable begins with.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('$') => out.push_str("$$"),
            Some(c @ ('"' | '\\')) => out.push(c),
            Some(c) => {
                out.push('\\');
                out.push(c);
            }
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let source = Source::new(".env", text.to_owned());
        let Ok(found) = Variables::read(&source) else {
            unreachable!("it can be read: {text}")
        };
        let pairs = found.0.into_iter().map(|one| (one.name, one.value));
        pairs.collect()
    }

    #[test]
    fn values_are_read_as_compose_reads_them() {
        for (text, value) in [
            ("A=b", "b"),
            ("A = b c  ", "b c"),
            ("A: b", "b"),
            ("export A=b # a comment", "b"),
            ("A=b#c", "b#c"),
            ("A=#b", "#b"),
            ("A= # nothing", ""),
            ("A=", ""),
            ("A='$x # \"y\"' # z", "$x # \"y\""),
            ("A='it\\'s'", "it's"),
            ("A=\"a\\n\\\"b\\\" \\\\ \\$c\" ", "a\n\"b\" \\ $c"),
            ("A=\"two\nlines\"", "two\nlines"),
            ("A=a=b==", "a=b=="),
            ("A=b\r\n", "b"),
            ("\u{feff}A=b", "b"),
            ("A=a$$b", "a$b"),
        ] {
            assert_eq!(read(text), [("A".to_owned(), value.to_owned())], "{text}");
        }
    }

    #[test]
    fn variables_of_earlier_lines_are_replaced_and_the_last_of_a_name_counts() {
        let source = Source::new(
            ".env",
            "# first\nA=1\n\nB=\"${A}x\"\nC='${A}'\nD=$NO\nA=2\nE\nF=${A:-3}\n",
        );
        let Ok(found) = Variables::read(&source) else {
            unreachable!("it can be read")
        };
        let value = |name: &str| found.get(name).map(|one| one.value.as_str());
        assert_eq!(value("A"), Some("2"));
        assert_eq!(value("B"), Some("1x"));
        assert_eq!(value("C"), Some("${A}"));
        assert_eq!(value("D"), Some(""));
        assert_eq!(value("E"), None);
        assert_eq!(value("F"), Some("2"));
    }

    #[test]
    fn what_is_no_env_file_is_an_error_at_its_place() {
        for (text, line, column, message) in [
            ("A=1\n=b\n", 2, 1, "this is no name of a variable"),
            ("A=1\nB C=1\n", 2, 3, "this is no name of a variable"),
            ("A=\"open\nB=1\n", 1, 3, "this quote is not closed"),
            ("A=\"x\" y\n", 1, 7, "nothing but a comment may follow"),
            ("A=x$\n", 1, 3, "`$` is not followed by a name"),
        ] {
            let source = Source::new(".env", text.to_owned());
            let Err(Diagnostics(problems)) = Variables::read(&source) else {
                unreachable!("it is an error: {text}")
            };
            let place = &problems[0].labels[0];
            assert_eq!(
                source.line_column(place.range.start),
                (line, column),
                "{text}"
            );
            assert!(problems[0].message.starts_with(message), "{text}");
        }
    }
}
