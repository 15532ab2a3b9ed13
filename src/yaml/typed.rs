//! Small files with a fixed form, such as Chart.yaml, read as Rust types by serde_yaml. Errors have a place, like those
//! of all other texts. What Helm reads as values is not read here: its YAML is another dialect.

use std::ops::Range;

use serde::de::DeserializeOwned;

use super::{Content, Error, Node, compose};

/// Reads a document as a `T`.
///
/// # Errors
/// The first thing that is not YAML or does not fit, with its byte range.
pub fn typed<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    // The parser takes a byte order mark for a character of the first line.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_yaml::from_str(body).map_err(|error| {
        let at = error.location().map_or(0, |location| location.index());
        let at = text.len() - body.len() + at.min(body.len());
        let range = compose(text)
            .ok()
            .and_then(|nodes| nodes.iter().find_map(|node| smallest_at(node, at)));
        let message = error.to_string();
        let position = message.rfind(" at line ").unwrap_or(message.len());
        Error::new(&message[..position], range.unwrap_or(at..at))
    })
}

/// The range of the smallest node or key that begins at an offset.
fn smallest_at(node: &Node<'_>, at: usize) -> Option<Range<usize>> {
    let below = match &node.content {
        Content::Scalar(_) => None,
        Content::List(items) => items.iter().find_map(|item| smallest_at(item, at)),
        Content::Map(pairs) => pairs
            .iter()
            .find_map(|(key, value)| smallest_at(key, at).or_else(|| smallest_at(value, at))),
        Content::Shared(node) => smallest_at(node, at),
    };
    below.or_else(|| (node.range.start == at).then(|| node.range.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Form {
        name: String,
        #[serde(default)]
        list: Vec<bool>,
    }

    #[test]
    fn an_error_has_the_place_of_what_does_not_fit() {
        for (text, wrong) in [
            ("name: é\nlist: [true, x]\n", "x"),
            ("\u{feff}name: é\nnam: 1\n", "nam"),
            ("# 键\nname: {a: 1}\n", "{a: 1}"),
            ("list: []\n", "list"),
            ("name: [\n", ""),
        ] {
            let error = typed::<Form>(text).unwrap_err();
            assert_eq!(&text[error.range.clone()], wrong, "{text}: {error}");
            assert!(!error.message.contains(" at line "), "{error}");
        }
        assert!(typed::<Form>("name: x\n").is_ok());
    }
}
