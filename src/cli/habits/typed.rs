//! What a command line names: a release, its chart, namespace, cluster and values. Answers repeat it, so that their
//! commands work on the same release.

use std::ffi::OsString;

use clap::Command;
use swanlab_render::commands::quote;
use swanlab_render::diagnostics::{secrets_in_text, visible};

use super::{accepted, reference};
use crate::cli::input::is_chart;

/// A command line, taken apart as far as flags are known.
pub(super) struct Typed {
    /// The words that are neither flags nor operands of flags: the command first.
    words: Vec<String>,
    /// The flags, each with its operand.
    flags: Vec<(String, Option<String>)>,
}

impl Typed {
    pub(super) fn read(command: &Command, arguments: &[OsString]) -> Self {
        let mut words = Vec::new();
        let mut flags = Vec::new();
        let mut rest = arguments
            .iter()
            .skip(1)
            .map(|argument| argument.to_string_lossy().into_owned());
        while let Some(argument) = rest.next() {
            if argument == "--" {
                words.extend(rest.by_ref());
            } else if argument.len() < 2 || !argument.starts_with('-') {
                words.push(argument);
            } else {
                let of = words.first().and_then(|name| command.find_subcommand(name));
                let takes = |flag: &str| accepted::takes_operand(flag, of, command);
                let (flag, mut operand) = apart(&argument, takes);
                if operand.is_none() && takes(&flag) {
                    operand = rest.next();
                }
                flags.push((flag, operand));
            }
        }
        // `help VERB` asks for the same answer.
        if words.first().is_some_and(|word| word == "help") {
            words.remove(0);
        }
        Self { words, flags }
    }

    /// The command's name.
    pub(super) fn command(&self) -> Option<&str> {
        self.word(0)
    }

    /// A word by its place; the command's is 0.
    pub(super) fn word(&self, place: usize) -> Option<&str> {
        self.words.get(place).map(String::as_str)
    }

    /// The command and the word behind it, as a command of helm has them.
    pub(super) fn plain_words(&self) -> String {
        /// Commands that another one follows.
        const GROUPS: [&str; 6] = ["repo", "registry", "search", "dependency", "dep", "plugin"];
        let is_group = self.word(0).is_some_and(|word| GROUPS.contains(&word));
        let count = if is_group { 2 } else { 1 };
        let words = self.words.iter().take(count);
        words
            .filter_map(|word| shown(word))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The shell behind the command.
    pub(super) fn shell(&self) -> &str {
        const SHELLS: [&str; 4] = ["bash", "zsh", "fish", "powershell"];
        let shell = SHELLS.iter().find(|shell| self.word(1) == Some(shell));
        shell.copied().unwrap_or("bash")
    }

    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.flags.iter().any(|(flag, _)| names.contains(&&**flag))
    }

    /// Whether Helm would take the values that it has recorded.
    pub(super) fn reuses_values(&self) -> bool {
        self.has(&["--reuse-values", "--reset-then-reuse-values"])
    }

    /// The last operand of a flag, by its long and short name.
    pub(super) fn operand(&self, names: &[&str]) -> Option<&str> {
        let mut flags = self.flags.iter().rev();
        let (_, operand) = flags.find(|(flag, _)| names.contains(&&**flag))?;
        operand.as_deref()
    }

    /// `-n NAMESPACE`.
    pub(super) fn namespace(&self) -> String {
        let named = self.operand(&["--namespace", "-n"]);
        format!(
            "-n {}",
            named
                .and_then(shown)
                .unwrap_or_else(|| "NAMESPACE".to_owned())
        )
    }

    /// The flags that name the cluster, each with a space ahead, as swanlab-render takes them.
    pub(super) fn cluster(&self) -> String {
        self.flags_of_the_cluster("--kube-context")
    }

    /// The same for kubectl.
    pub(super) fn cluster_for_kubectl(&self) -> String {
        self.flags_of_the_cluster("--context")
    }

    fn flags_of_the_cluster(&self, context: &str) -> String {
        let of = [
            (context, self.operand(&["--kube-context"])),
            ("--kubeconfig", self.operand(&["--kubeconfig"])),
        ];
        let given = of
            .iter()
            .filter_map(|(flag, operand)| Some(format!(" {flag} {}", shown((*operand)?)?)));
        given.collect()
    }

    /// The release's name; `place` is that of the first word that may be it.
    pub(super) fn name(&self, place: usize) -> String {
        let name = self.word(place).filter(|word| !is_chart(word));
        name.and_then(shown).unwrap_or_else(|| "NAME".to_owned())
    }

    /// `NAME CHART -n NAMESPACE -f FILE …` for a command that renders. SwanLab's chart is left out, since it is built in.
    pub(super) fn given(&self, place: usize, has_values: bool) -> String {
        let words = self.words.get(place..).unwrap_or_default();
        let (name, chart) = match words {
            [only] if is_chart(only) => (None, Some(only)),
            [name, chart, ..] => (Some(name), Some(chart)),
            [name] => (Some(name), None),
            [] => (None, None),
        };
        let mut given = Vec::new();
        if name.is_some() || chart.is_none() {
            given.push(self.name(place));
        }
        let version = self.operand(&["--version"]);
        let is_built_in = |chart: &str| {
            reference::is_built_in(chart)
                && (reference::is_reference(chart) || self.has(&["--repo"]))
                && version.is_none_or(|version| version == "0.3.0")
        };
        if let Some(chart) = chart.filter(|chart| !is_built_in(chart)) {
            given.push(shown(chart).unwrap_or_else(|| "CHART".to_owned()));
            let version = version.and_then(shown);
            given.extend(version.map(|version| format!("--version {version}")));
        }
        given.push(self.namespace());
        let mut values = self.values();
        if self.reuses_values() {
            values.insert(0, "-f previous.yaml".to_owned());
        }
        if values.is_empty() && (!has_values || words.is_empty()) {
            given.push("-f my-values.yaml".to_owned());
        }
        given.extend(values);
        given.join(" ")
    }

    /// The flags with values. What could be a secret is left to fill in.
    fn values(&self) -> Vec<String> {
        let values = self.flags.iter().filter_map(|(flag, operand)| {
            let operand = operand.as_deref()?;
            match &**flag {
                "-f" | "--values" => Some(format!(
                    "-f {}",
                    shown(operand).unwrap_or_else(|| "FILE".to_owned())
                )),
                "--set" | "--set-string" | "--set-json" | "--set-file" | "--set-literal" => {
                    let is_secret = !secrets_in_text(operand).is_empty();
                    let operand = shown(operand).filter(|_| !is_secret);
                    Some(format!(
                        "{flag} {}",
                        operand.unwrap_or_else(|| "KEY=…".to_owned())
                    ))
                }
                _ => None,
            }
        });
        values.collect()
    }
}

/// A flag and the operand that is written in the same word.
fn apart(argument: &str, takes: impl Fn(&str) -> bool) -> (String, Option<String>) {
    if let Some((flag, operand)) = argument.split_once('=') {
        return (flag.to_owned(), Some(operand.to_owned()));
    }
    let short: String = argument.chars().take(2).collect();
    if !argument.starts_with("--") && argument.len() > short.len() && takes(&short) {
        let operand = argument[short.len()..].to_owned();
        return (short, Some(operand));
    }
    (argument.to_owned(), None)
}

/// A word of a command that is printed; none if a terminal would not show it as it is.
pub(super) fn shown(word: &str) -> Option<String> {
    (visible(word) == word && !word.is_empty()).then(|| quote(word))
}

/// The command that was typed, without a word; none if a shell would read another one there, or if a word could be a
/// secret.
pub(super) fn without(word: &str) -> Option<String> {
    let arguments: Option<Vec<String>> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.into_string().ok())
        .collect();
    let arguments: Vec<String> = arguments?.into_iter().filter(|one| one != word).collect();
    let is_plain = |text: &String| {
        !text.starts_with("--set")
            && !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-/:=,@%+".contains(c))
    };
    arguments
        .iter()
        .all(is_plain)
        .then(|| format!("`swanlab-render {}`", arguments.join(" ")))
}
