//! Where one document ends and the next begins, by the rule of Kubernetes' reader: a line that starts with `---`.
//! It does not look at YAML at all, so such a line cuts even inside a block scalar.

use std::ops::Range;

use super::Error;

const SEPARATOR: &str = "---";

/// The byte ranges between separator lines; some may be empty.
pub(super) fn documents(text: &str) -> Result<Vec<Range<usize>>, Error> {
    let mut documents = Vec::new();
    let mut start = 0;
    let first = text.starts_with(SEPARATOR).then_some(0);
    let later = text.match_indices("\n---").map(|(newline, _)| newline + 1);
    for line in first.into_iter().chain(later) {
        let end = text[line..].find('\n').map_or(text.len(), |n| line + n + 1);
        let rest = text[line + SEPARATOR.len()..end].trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            return Err(Error::new(
                "invalid document separator",
                line..line + text[line..end].trim_end().len(),
            )
            .help("only a comment may follow `---`; the document starts on the next line"));
        }
        documents.push(start..line);
        start = end;
    }
    documents.push(start..text.len());
    Ok(documents)
}
