//! Standard output and standard error: results on the one, whatever is said about them on the
//! other. Output is kept until the command has succeeded; a closed pipe ends quietly.

use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use anyhow::Context as _;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics, Severity};
use swanlab_render::report::{Style, draw};

use super::args::Color;

/// The two streams of a command.
pub(super) struct Streams {
    output: String,
    style: Style,
    quiet: bool,
}

impl Streams {
    pub(super) fn new(color: Color, quiet: bool) -> Self {
        let colour = match color {
            Color::Always => true,
            Color::Never => false,
            // NO_COLOR, CLICOLOR_FORCE, TERM=dumb and whether it is a terminal.
            Color::Auto => AutoStream::choice(&io::stderr()) != ColorChoice::Never,
        };
        let width = if io::stderr().is_terminal() {
            terminal_size::terminal_size_of(io::stderr())
                .map_or(Style::PLAIN.width, |(width, _)| usize::from(width.0))
        } else {
            Style::PLAIN.width
        };
        Self {
            // A default render, so that it need not be moved while it grows.
            output: String::with_capacity(64 * 1024),
            style: Style { colour, width },
            quiet,
        }
    }

    /// What the command prints when it succeeds.
    pub(super) fn output(&mut self) -> &mut String {
        &mut self.output
    }

    /// Notes and warnings; an error among them, or a warning under `--strict`, ends the command.
    pub(super) fn warn(&self, warnings: Vec<Diagnostic>, strict: bool) -> anyhow::Result<()> {
        if warnings.is_empty() {
            return Ok(());
        }
        let found = Diagnostics(warnings);
        if found.has_errors() {
            return Err(found.into());
        }
        let Diagnostics(warnings) = found;
        if strict && warnings.iter().any(|w| w.severity == Severity::Warning) {
            let errors = warnings.into_iter().map(|mut warning| {
                if warning.severity == Severity::Warning {
                    warning.severity = Severity::Error;
                }
                warning
            });
            return Err(Diagnostics(errors.collect()).into());
        }
        if !self.quiet {
            self.report(&Diagnostics(warnings));
        }
        Ok(())
    }

    /// Draws diagnostics on standard error.
    pub(super) fn report(&self, diagnostics: &Diagnostics) {
        // Nobody could be told if standard error is closed.
        let _ = io::stderr().write_all(draw(diagnostics, self.style).as_bytes());
    }

    /// An error that has no place in a text.
    pub(super) fn report_error(&self, error: &anyhow::Error) {
        self.report(&Diagnostic::error(format!("{error:#}")).into());
    }

    /// Prints the output.
    pub(super) fn commit(&self) -> anyhow::Result<()> {
        let mut stdout = io::stdout().lock();
        let written = stdout
            .write_all(self.output.as_bytes())
            .and_then(|()| stdout.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.context("cannot write to standard output"),
        }
    }
}
