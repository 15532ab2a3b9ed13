//! Lists whose elements have to differ.

use std::collections::HashSet;
use std::hash::Hash;

use super::{Node, Report};
use crate::kubernetes::at;

/// Refuses every text that occurs earlier in the list.
pub(super) fn unique_texts(
    list: &Node<'_>,
    field: &[&str],
    what: &str,
    code: &'static str,
    report: &mut Report<'_>,
) {
    let mut seen = HashSet::new();
    for item in list.items() {
        let text = at(item.value, field);
        let name = text.as_str().filter(|name| !name.is_empty());
        if let Some(name) = name
            && !seen.insert(name)
        {
            report.refuse(&item.at(field), code, format!("duplicate {what} `{name}`"));
        }
    }
}

/// Refuses every element whose key occurs earlier. `key` gives the key and its text.
pub(super) fn unique<K: Eq + Hash>(
    list: &Node<'_>,
    field: &[&str],
    what: &str,
    code: &'static str,
    seen: &mut HashSet<K>,
    key: impl Fn(&Node<'_>) -> Option<(K, String)>,
    report: &mut Report<'_>,
) {
    for item in list.items() {
        if let Some((key, text)) = key(&item)
            && !seen.insert(key)
        {
            report.refuse(&item.at(field), code, format!("duplicate {what} `{text}`"));
        }
    }
}
