//! The text of a values file, written value by value: keys that follow each other share their parents.

use serde_json::Value;

use crate::yaml;

/// A values file, as far as it is written.
#[derive(Default)]
pub(crate) struct Document {
    text: String,
    /// The keys of the value that was written last.
    open: Vec<String>,
    /// Comments for the next key, at its indentation.
    notes: Vec<String>,
    /// Comments for the next key that is not below one that is open.
    section: Vec<String>,
}

impl Document {
    /// A comment at the left.
    pub(crate) fn comment(&mut self, text: &str) {
        self.text.push_str(&format!("# {text}\n"));
    }

    /// The line that names the schema's file to the language server.
    pub(crate) fn schema(&mut self, file: &str) {
        self.comment(&format!("yaml-language-server: $schema={file}"));
    }

    /// An empty line and a comment, ahead of the next value.
    pub(crate) fn section(&mut self, lines: &[&str]) {
        self.section = lines.iter().map(|line| (*line).to_owned()).collect();
    }

    /// A comment ahead of the next value, below its parents.
    pub(crate) fn note(&mut self, lines: &[&str]) {
        self.notes = lines.iter().map(|line| (*line).to_owned()).collect();
    }

    /// A value by its dotted path, and what is said about it on its line.
    pub(crate) fn value(&mut self, path: &str, value: &Value, why: &str) {
        let keys: Vec<&str> = path.split('.').collect();
        let shared = keys
            .iter()
            .zip(&self.open)
            .take_while(|(key, open)| *key == open)
            .count()
            .min(keys.len() - 1);
        if shared == 0 {
            self.text.push('\n');
        }
        let section = std::mem::take(&mut self.section);
        self.lines(&section, shared);
        for (depth, key) in keys.iter().enumerate().skip(shared) {
            let notes = std::mem::take(&mut self.notes);
            self.lines(&notes, depth);
            self.text.push_str(&"  ".repeat(depth));
            self.text.push_str(key);
            self.text.push(':');
            if depth + 1 < keys.len() {
                self.text.push('\n');
            }
        }
        self.text.push(' ');
        self.text.push_str(yaml::to_string(value).trim_end());
        if !why.is_empty() {
            self.text.push_str(&format!(" # {why}"));
        }
        self.text.push('\n');
        self.open = keys.into_iter().map(str::to_owned).collect();
    }

    fn lines(&mut self, lines: &[String], depth: usize) {
        for line in lines {
            self.text.push_str(&"  ".repeat(depth));
            self.text.push_str(&format!("# {line}\n"));
        }
    }

    pub(crate) fn text(self) -> String {
        self.text
    }
}
