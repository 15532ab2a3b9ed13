//! From a text to a request: the list, its items, its functionConfig.
//! A text that is not a ResourceList is an error; problems of the functionConfig are a part of the request.

use serde_json::Value;

use super::{CONFIG, Request, config};
use crate::diagnostics::{Diagnostic, Diagnostics, Source};
use crate::yaml::{self, Node, Step};

/// The group of the protocol; its versions are read alike.
const GROUP: &str = "config.kubernetes.io/";

/// Reads what a function gets on standard input.
///
/// # Errors
/// A text that is no YAML, or no ResourceList.
pub fn read(source: &Source) -> Result<Request, Diagnostics> {
    // Without excerpts: items may hold Secrets.
    let refuse = |what: &str| {
        Diagnostics::from(Diagnostic::error(what).with_help(
            "this command is run by kustomize or kpt, which give it a ResourceList on standard input",
        ))
    };
    let unread = |error: yaml::Error| {
        let (line, column) = source.line_column(error.range.start);
        refuse(&format!(
            "{}:{line}:{column}: {}",
            source.name(),
            error.message
        ))
    };
    let nodes = yaml::compose(source.text()).map_err(unread)?;
    let [root] = nodes.as_slice() else {
        return Err(refuse(match nodes.len() {
            0 => "there is nothing on standard input",
            _ => "there are several documents on standard input",
        }));
    };
    let mut list = yaml::tree(root).map_err(unread)?;
    let api_version = list["apiVersion"].as_str().unwrap_or_default().to_owned();
    if list["kind"] != "ResourceList" || !api_version.starts_with(GROUP) {
        return Err(refuse("standard input is not a ResourceList"));
    }
    let items = match list.get_mut("items").map(Value::take) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(refuse("the `items` of the ResourceList are no list")),
    };
    let below = yaml::below(root, &Step::Key(CONFIG.to_owned()));
    let config = match below {
        Some((_, node)) if !list[CONFIG].is_null() => {
            let text = text_of(source.text(), node, &list[CONFIG]);
            config::read(&Source::new(CONFIG, text))
        }
        _ => Err(Diagnostic::error("the ResourceList has no functionConfig").into()),
    };
    Ok(Request {
        api_version,
        items,
        config,
    })
}

/// The functionConfig as a text of its own: as it was written, moved to the left, or written again where that would mean
/// something else (an alias of an anchor elsewhere).
fn text_of(text: &str, node: &Node<'_>, tree: &Value) -> String {
    let range = node.target().range.clone();
    let line = text[..range.start]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let is_block = text[line..range.start].chars().all(|c| c == ' ');
    let indent = if is_block { range.start - line } else { 0 };
    let mut moved = String::with_capacity(range.len());
    for line in text[range].split_inclusive('\n') {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        // The first line begins at the first key already.
        let cut = if moved.is_empty() {
            0
        } else {
            spaces.min(indent)
        };
        moved.push_str(&line[cut..]);
    }
    match yaml::read(&moved) {
        Ok(read) if read.len() == 1 && read[0] == *tree => moved,
        _ => yaml::to_string(tree),
    }
}
