//! Standard output and standard error: results on the one, whatever is said about them on the
//! other. Output is kept until the command has succeeded; a closed pipe ends quietly.

use std::cell::RefCell;
use std::io::{self, IoSlice, Write as _};
use std::iter;
use std::sync::Arc;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anyhow::Context as _;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics};
use swanlab_render::report::{Style, draw};
use terminal_size::{Height, Width, terminal_size_of};

use super::args::Color;
use super::pager;
use super::progress::Progress;

/// The two streams of a command.
pub(super) struct Streams {
    output: String,
    /// What comes after the output.
    texts: Vec<Arc<str>>,
    color: Color,
    /// Of standard error.
    style: Style,
    quiet: bool,
    paged: bool,
    /// What is said, where it is kept instead of written to standard error.
    kept: Option<RefCell<String>>,
}

impl Streams {
    pub(super) fn new(color: Color, quiet: bool) -> Self {
        Self {
            output: String::new(),
            texts: Vec::new(),
            color,
            style: style(color, &io::stderr(), terminal_size_of(io::stderr())),
            quiet,
            paged: false,
            kept: None,
        }
    }

    /// Streams that only keep what is written to them, for reports inside of other texts.
    pub(super) fn kept() -> Self {
        Self {
            output: String::new(),
            texts: Vec::new(),
            color: Color::Never,
            style: Style::PLAIN,
            quiet: false,
            paged: false,
            kept: Some(RefCell::default()),
        }
    }

    /// What was said and kept, which is no longer kept then.
    pub(super) fn said(&self) -> String {
        let kept = self.kept.as_ref().map(RefCell::take);
        kept.unwrap_or_default()
    }

    /// How a report for people looks on standard output.
    pub(super) fn output_style(&self) -> Style {
        style(self.color, &io::stdout(), terminal_size_of(io::stdout()))
    }

    /// Leaves what a command no longer needs to the end of the process, where nothing has to be freed piece by piece. Where
    /// the process goes on after the command, it is freed.
    pub(super) fn leave<T>(&self, value: T) {
        if self.kept.is_none() {
            std::mem::forget(value);
        }
    }

    /// A line that says what is done while it takes long.
    pub(super) fn progress(&self) -> Progress {
        Progress::new(!self.quiet && self.kept.is_none())
    }

    /// Whether notes and warnings are not wanted.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Lets people page through the output, where they would with git.
    pub(super) fn page(&mut self) {
        self.paged = true;
    }

    /// What the command prints when it succeeds.
    pub(super) fn output(&mut self) -> &mut String {
        &mut self.output
    }

    /// Adds a text behind the output, without a copy of it.
    pub(super) fn add(&mut self, text: Arc<str>) {
        self.texts.push(text);
    }

    /// Notes and warnings; an error among them, or a warning under `--strict`, ends the command.
    pub(super) fn warn(&self, warnings: Vec<Diagnostic>, strict: bool) -> anyhow::Result<()> {
        let found = Diagnostics(warnings);
        let found = if strict { found.strict() } else { found };
        if found.has_errors() {
            return Err(found.into());
        }
        if !self.quiet {
            self.report(&found);
        }
        Ok(())
    }

    /// Draws diagnostics on standard error.
    pub(super) fn report(&self, diagnostics: &Diagnostics) {
        self.write(&draw(diagnostics, self.style));
    }

    /// What a command says about its work, unless it is to be quiet.
    pub(super) fn say(&self, text: &str) {
        if !self.quiet {
            self.write(text);
        }
    }

    fn write(&self, text: &str) {
        match &self.kept {
            Some(kept) => kept.borrow_mut().push_str(text),
            // If standard error is closed, it cannot be said.
            None => drop(io::stderr().write_all(text.as_bytes())),
        }
    }

    /// An error that has no place in a text.
    pub(super) fn report_error(&self, error: &anyhow::Error) {
        self.report(&Diagnostic::error(format!("{error:#}")).into());
    }

    /// Prints the output.
    pub(super) fn commit(&self) -> anyhow::Result<()> {
        if self.paged && pager::show(&self.output) {
            return Ok(());
        }
        let texts = self.texts.iter().map(|text| &**text);
        let texts = iter::once(self.output.as_str()).chain(texts);
        match write_all(&mut io::stdout().lock(), texts) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.context("cannot write to standard output"),
        }
    }
}

/// Writes texts one after the other, as many at once as the system takes.
fn write_all<'t>(
    stdout: &mut io::StdoutLock<'_>,
    texts: impl Iterator<Item = &'t str>,
) -> io::Result<()> {
    let texts = texts.filter(|text| !text.is_empty());
    let mut texts: Vec<IoSlice<'_>> = texts.map(|text| IoSlice::new(text.as_bytes())).collect();
    let mut rest = texts.as_mut_slice();
    while !rest.is_empty() {
        match stdout.write_vectored(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(bytes) => IoSlice::advance_slices(&mut rest, bytes),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    stdout.flush()
}

/// Colours and width of a stream: NO_COLOR, CLICOLOR_FORCE and TERM=dumb count, and whether it is a
/// terminal (only those have a size).
fn style(color: Color, stream: &impl RawStream, size: Option<(Width, Height)>) -> Style {
    let colour = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => AutoStream::choice(stream) != ColorChoice::Never,
    };
    let width = size.map_or(Style::PLAIN.width, |(Width(columns), _)| columns.into());
    Style { colour, width }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    #[test]
    fn what_is_left_is_freed_where_the_process_goes_on() {
        let value = Rc::new(());
        Streams::kept().leave(Rc::clone(&value));
        assert_eq!(Rc::strong_count(&value), 1);
        Streams::new(Color::Never, true).leave(Rc::clone(&value));
        assert_eq!(Rc::strong_count(&value), 2);
    }
}
