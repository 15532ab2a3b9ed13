//! Copies of texts in which Secrets cannot be read, for excerpts of broken manifests.
//! It works on lines, because the text may be too broken to be parsed; in doubt it hides too much.

use crate::diagnostics::Source;

/// A copy of a text for excerpts, of the same length: in documents that may hold a Secret nothing but keys and
/// the kind can be read.
pub(super) fn without_secrets(source: &Source) -> Source {
    let mut text = String::with_capacity(source.text().len());
    let mut secret = false;
    let documents = source.text().split_inclusive("\n---").flat_map(|document| {
        secret = document.contains("Secret");
        document
            .split_inclusive('\n')
            .map(move |line| (secret, line))
    });
    for (secret, line) in documents {
        if !secret
            || line
                .trim_start()
                .trim_start_matches("- ")
                .starts_with("kind:")
        {
            text.push_str(line);
            continue;
        }
        let shown = line.find(": ").map_or(0, |colon| colon + 1);
        text.push_str(&line[..shown]);
        text.extend(line[shown..].chars().map(hidden));
    }
    Source::new(source.name().to_owned(), text)
}

/// A character of the same length that tells nothing.
fn hidden(c: char) -> char {
    match c.len_utf8() {
        _ if c.is_whitespace() => c,
        1 => '*',
        2 => '·',
        3 => '…',
        _ => '🔒',
    }
}
