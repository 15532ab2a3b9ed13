//! Workflow commands of GitHub Actions, which are shown at the lines of a pull request. The syntax is described on
//! GitHub's page "Workflow commands".

use crate::diagnostics::{Label, visible, visible_lines};

/// Where an annotation is shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    properties: Vec<String>,
}

impl Place {
    /// No file.
    pub(super) fn nowhere() -> Self {
        Self::default()
    }

    /// The beginning of a file.
    pub(super) fn of_file(file: &str) -> Self {
        Self {
            properties: vec![format!("file={}", property(file))],
        }
    }

    /// A line of a file.
    pub(super) fn of_line(file: &str, line: usize) -> Self {
        let mut place = Self::of_file(file);
        place.properties.push(format!("line={line}"));
        place
    }

    /// The first line of a label; no file if the label is in a flag.
    pub(super) fn at(label: &Label) -> Self {
        if label.source.is_typed() {
            return Self::nowhere();
        }
        let mut place = Self::of_file(label.source.name());
        let range = label.first_line();
        let (line, column) = label.source.line_column(range.start);
        let (_, end) = label.source.line_column(range.end);
        place.properties.push(format!("line={line},col={column}"));
        if end > column {
            place.properties.push(format!("endColumn={end}"));
        }
        place
    }
}

/// One command without its newline: `kind` is `error`, `warning` or `notice`.
pub(super) fn command(kind: &str, place: Place, title: Option<&str>, message: &str) -> String {
    let mut properties = place.properties;
    properties.extend(title.map(|title| format!("title={}", property(title))));
    let space = if properties.is_empty() { "" } else { " " };
    format!("::{kind}{space}{}::{}", properties.join(","), data(message))
}

/// A message of one or more lines, with GitHub's escapes for line breaks.
fn data(text: &str) -> String {
    visible_lines(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property, with escapes for the commas and colons that would end it.
fn property(text: &str) -> String {
    data(&visible(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Source;

    #[test]
    fn nothing_in_a_message_or_a_property_ends_it_early() {
        let source = Source::new("a,b:c.yaml", "x: 1\ny: 2\n");
        let place = Place::at(&Label::new(&source, 5..6));
        assert_eq!(
            command("warning", place, Some("SL001"), "100 %\nof it::"),
            "::warning file=a%2Cb%3Ac.yaml,line=2,col=1,endColumn=2,title=SL001::100 %25%0Aof it::"
        );
        assert_eq!(command("error", Place::nowhere(), None, "x"), "::error::x");
    }
}
