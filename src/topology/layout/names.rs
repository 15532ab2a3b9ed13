//! Names on one line or two: behind what most names begin with, which is the release, or else near the middle.

use std::collections::BTreeMap;

use super::super::Node;
use crate::diagnostics::visible;

/// A name that is not longer is on one line.
const SHORT: usize = 20;

/// The lines of each name.
pub(super) fn lines(nodes: &[Node]) -> Vec<Vec<String>> {
    let names: Vec<String> = nodes
        .iter()
        .map(|node| visible(&node.name).into_owned())
        .collect();
    let common = common(&names);
    names.iter().map(|name| broken(name, common)).collect()
}

/// The longest text that ends with `-` and that at least half of the names begin with; or an empty one.
fn common(names: &[String]) -> &str {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        for (at, _) in name.match_indices('-') {
            *counts.entry(&name[..=at]).or_default() += 1;
        }
    }
    let frequent = counts
        .into_iter()
        .filter(|(_, count)| 2 * count >= names.len());
    let longest = frequent.max_by_key(|(start, _)| start.len());
    longest.map_or("", |(start, _)| start)
}

fn broken(name: &str, common: &str) -> Vec<String> {
    let count = name.chars().count();
    let rest = name.strip_prefix(common).filter(|rest| !rest.is_empty());
    let at = match rest {
        _ if count <= SHORT => None,
        Some(rest) if !common.is_empty() => Some(name.len() - rest.len()),
        _ => middle(name, count),
    };
    match at {
        Some(at) => vec![name[..at].to_owned(), name[at..].to_owned()],
        None => vec![name.to_owned()],
    }
}

/// Where the signs of a name leave two parts of nearly the same length.
fn middle(name: &str, count: usize) -> Option<usize> {
    let signs = name.char_indices().enumerate();
    let signs = signs.filter(|(_, (_, sign))| "-./:".contains(*sign));
    // The places behind them.
    let places = signs.map(|(before, (at, _))| (before + 1, at + 1));
    let inside = places.filter(|(before, _)| *before < count);
    let best = inside.min_by_key(|(before, _)| (*before).max(count - before));
    best.map(|(_, at)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Vec<Vec<String>> {
        let node = |name: &&str| Node {
            id: String::new(),
            kind: "Service".to_owned(),
            name: (*name).to_owned(),
            is_external: false,
        };
        lines(&names.iter().map(node).collect::<Vec<_>>())
    }

    #[test]
    fn the_second_line_is_what_distinguishes_the_objects_of_a_release() {
        let broken = of(&[
            "swanlab-self-hosted",
            "swanlab-self-hosted-server",
            "swanlab-self-hosted-postgres-pvc",
            "house-swanlab-self-hosted-house-0",
        ]);
        assert_eq!(broken[0], ["swanlab-self-hosted"]);
        assert_eq!(broken[1], ["swanlab-self-hosted-", "server"]);
        assert_eq!(broken[2], ["swanlab-self-hosted-", "postgres-pvc"]);
        assert_eq!(broken[3], ["house-swanlab-", "self-hosted-house-0"]);
    }

    #[test]
    fn a_long_name_without_signs_is_on_one_line() {
        let whole = "ä".repeat(40);
        let ends = format!("{whole}-");
        assert_eq!(of(&[&whole, &ends, "a", "b", "c"])[..2], [[whole], [ends]]);
    }
}
