//! Another key or another scalar in the place of one.

use serde_json::Value;

use super::lines;
use super::place::{Link, Way};
use crate::yaml::{Content, Error, Node, Scalar, Style};

/// The text with another key for an entry.
pub(super) fn key(text: &str, way: &Way<'_, '_>, new: &str) -> Result<String, Error> {
    let link = last(way)?;
    let key = link.key().ok_or_else(|| {
        let message = "elements of lists have no key";
        Error::new(message, link.value().range.clone())
    })?;
    let spelled = key_like(key, new, link.in_flow);
    Ok(with(text, key, &spelled))
}

/// A key, quoted like another one.
pub(super) fn key_like(old: &Node<'_>, new: &str, in_flow: bool) -> String {
    let style = scalar(old).map_or(Style::Plain, |scalar| scalar.style);
    lines::string_like(new, style, in_flow)
}

/// The text with another scalar for an entry or element.
pub(super) fn value(text: &str, way: &Way<'_, '_>, new: &Value) -> Result<String, Error> {
    let link = last(way)?;
    let node = link.value();
    let refused = |message: &str| Err(Error::new(message, node.range.clone()));
    if matches!(new, Value::Array(_) | Value::Object(_)) {
        return refused("only a scalar can replace a value");
    }
    if let (true, Some(key)) = (node.range.is_empty(), link.key()) {
        let colon = text[key.range.end..].find(':');
        let Some(colon) = colon.map(|colon| key.range.end + colon + 1) else {
            return refused("the key has no value");
        };
        let spelled = lines::scalar(new, link.in_flow);
        return Ok([&text[..colon], " ", &spelled, &text[colon..]].concat());
    }
    let style = match scalar(node) {
        _ if node.is_alias() => Style::Plain,
        Some(Scalar {
            style: Style::Literal | Style::Folded,
            ..
        }) => {
            return refused("a block scalar cannot be replaced");
        }
        Some(scalar) => scalar.style,
        None if text[node.range.clone()].starts_with(['{', '[']) => Style::Plain,
        None => return refused("a list or map in block style cannot be replaced"),
    };
    let spelled = match new {
        Value::String(text) => lines::string_like(text, style, link.in_flow),
        other => lines::scalar(other, link.in_flow),
    };
    Ok(with(text, node, &spelled))
}

fn scalar<'n, 'a>(node: &'n Node<'a>) -> Option<&'n Scalar<'a>> {
    match &node.target().content {
        Content::Scalar(scalar) => Some(scalar),
        _ => None,
    }
}

fn last<'w, 'n, 'a>(way: &'w Way<'n, 'a>) -> Result<&'w Link<'n, 'a>, Error> {
    way.last()
        .ok_or_else(|| Error::new("the whole document cannot be edited", 0..0))
}

fn with(text: &str, node: &Node<'_>, spelled: &str) -> String {
    [&text[..node.range.start], spelled, &text[node.range.end..]].concat()
}
