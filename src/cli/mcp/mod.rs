//! `mcp`: a server of the Model Context Protocol on standard input and output. Its tools are the commands that only read,
//! with flags that only read: nothing is written, no cluster is asked, no other program is run.

mod tools;

use std::collections::BTreeMap;
use std::io::{self, BufRead, IsTerminal as _, Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use clap::Parser as _;
use serde_json::{Map, Value};
use swanlab_render::diagnostics::Diagnostics;
use swanlab_render::diff::without_secrets;
use swanlab_render::manifest::select;
use swanlab_render::mcp::{self, Outcome, Tools};
use swanlab_render::report::manifests;

use super::args::{Arguments, Command, Format, Mcp, Render, Template};
use super::files::Files;
use super::sides::Side;
use super::streams::Streams;
use super::{diff, explain, lint, plan, summary};
use tools::{Call, TOOLS};

/// The longest message that is read, in bytes. Files may be larger.
const LONGEST: u64 = 16 << 20;

/// Answers messages until there are no more.
pub(super) fn run(command: &Mcp, streams: &Streams) -> anyhow::Result<()> {
    if let Some(folder) = &command.within {
        // Paths of a client begin there.
        std::env::set_current_dir(folder)
            .with_context(|| format!("--within {}", folder.display()))?;
    }
    let folder = std::env::current_dir().and_then(|folder| folder.canonicalize());
    let folder = folder.context("the working folder cannot be read")?;
    if folder.parent().is_none() {
        bail!(
            "`{}` is the working folder, and a client could read every file below it: name a folder with --within DIR",
            folder.display()
        );
    }
    if io::stdin().is_terminal() {
        streams.say("waiting for messages of an MCP client on standard input\n");
    }
    let mut input = io::stdin().lock();
    loop {
        let answer = match next(&mut input).context("cannot read standard input")? {
            Next::End => return Ok(()),
            Next::TooLong => Some(mcp::too_long(LONGEST)),
            Next::Line(line) if line.trim_ascii().is_empty() => None,
            Next::Line(line) => mcp::answer(line.trim_ascii(), &Commands),
        };
        let Some(answer) = answer else { continue };
        let mut output = io::stdout().lock();
        match writeln!(output, "{answer}").and_then(|()| output.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written.context("cannot write to standard output")?,
        }
    }
}

enum Next {
    Line(Vec<u8>),
    TooLong,
    End,
}

/// The next line. One that is too long is read to its end, and forgotten.
fn next(input: &mut impl BufRead) -> io::Result<Next> {
    let mut line = Vec::new();
    input.take(LONGEST + 1).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(Next::End);
    }
    if line.len() as u64 <= LONGEST || line.ends_with(b"\n") {
        return Ok(Next::Line(line));
    }
    loop {
        let bytes = input.fill_buf()?;
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(bytes.len(), |end| end + 1);
        let is_last = end.is_some() || bytes.is_empty();
        input.consume(used);
        if is_last {
            return Ok(Next::TooLong);
        }
    }
}

/// The tools.
struct Commands;

impl Tools for Commands {
    fn instructions(&self) -> &'static str {
        "Renders, checks and compares the Kubernetes manifests of a self-hosted SwanLab from values files of its Helm \
         chart, which is built in. Everything is read-only. Values of Secrets are shown as `secret#1`: equal numbers are \
         equal values. Messages name flags of the command line: `--from-values` is `fromValues` here."
    }

    fn list(&self) -> Vec<Value> {
        TOOLS.iter().map(tools::Tool::describe).collect()
    }

    fn call(&self, name: &str, arguments: &Map<String, Value>) -> Option<Outcome> {
        let tool = TOOLS.iter().find(|tool| tool.name == name)?;
        Some(match tool.read(arguments) {
            Err(why) => Outcome::failed(why),
            Ok(call) => outcome(call),
        })
    }
}

fn outcome(call: Call) -> Outcome {
    let mut streams = Streams::kept();
    let ran = command(&call.words, call.texts).and_then(|command| ran(&command, &mut streams));
    if let Err(error) = ran {
        match error.downcast_ref::<Diagnostics>() {
            Some(diagnostics) => streams.report(diagnostics),
            None => streams.report_error(&error),
        }
        return Outcome::failed(streams.said());
    }
    let output = std::mem::take(streams.output());
    let data = call.is_json.then(|| serde_json::from_str(&output).ok());
    let mut outcome = Outcome::of([output, streams.said()]);
    outcome.data = data.flatten();
    outcome
}

/// The command that words come to, with the texts that they name.
fn command(words: &[String], texts: BTreeMap<String, String>) -> anyhow::Result<Command> {
    let arguments = Arguments::try_parse_from(words).map_err(|error| {
        let text = error.to_string();
        let why = text.split("\n\n").next().unwrap_or_default();
        anyhow!("{}", why.trim_start_matches("error: ").trim_end())
    })?;
    let mut command = arguments.command;
    if let Some(render) = render(&mut command) {
        render.within = Some(Path::new(".").to_owned());
        render.texts = texts;
    }
    Ok(command)
}

fn render(command: &mut Command) -> Option<&mut Render> {
    match command {
        Command::Template(command) => Some(&mut command.render),
        Command::Lint(command) => Some(&mut command.render),
        Command::Diff(command) => Some(&mut command.render),
        Command::Plan(command) => Some(&mut command.render),
        Command::Explain(command) => Some(&mut command.render),
        Command::Summary(command) => Some(&mut command.render),
        _ => None,
    }
}

fn ran(command: &Command, streams: &mut Streams) -> anyhow::Result<()> {
    match command {
        Command::Template(command) => without_its_secrets(command, streams),
        Command::Lint(command) => lint::run(command, streams).map(|_| ()),
        Command::Diff(command) => diff::run(command, streams).map(|_| ()),
        Command::Plan(command) => plan::run(command, streams).map(|_| ()),
        Command::Explain(command) => explain::run(command, streams),
        Command::Summary(command) => summary::run(command, streams),
        _ => bail!("this command is no tool"),
    }
}

/// What `template` prints, with its secrets hidden.
fn without_its_secrets(command: &Template, streams: &mut Streams) -> anyhow::Result<()> {
    let files = Files::of(&command.render)?;
    let side = Side::rendered(&command.target, &command.render, &files, streams)?;
    let mut objects = without_secrets(side.manifests(), &command.render.namespace);
    if !command.show_only.is_empty() {
        objects = select(&objects, &command.show_only).map_err(Diagnostics::from)?;
    }
    match command.output {
        Format::Yaml => manifests::yaml(&objects, streams.output()),
        Format::Json => manifests::json(&[], &objects, streams.output())
            .map_err(|error| anyhow!("{}: {}", error.0, error.1))?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_forgotten_and_the_next_one_read() {
        let long = usize::try_from(LONGEST).unwrap() + 10;
        let mut bytes = vec![b'x'; long];
        bytes.extend(b"\nnext\nlast");
        let mut input = io::BufReader::new(&bytes[..]);
        assert!(matches!(next(&mut input).unwrap(), Next::TooLong));
        assert!(matches!(next(&mut input).unwrap(), Next::Line(line) if line == b"next\n"));
        assert!(matches!(next(&mut input).unwrap(), Next::Line(line) if line == b"last"));
        assert!(matches!(next(&mut input).unwrap(), Next::End));
    }
}
