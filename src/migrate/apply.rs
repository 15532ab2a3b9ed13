//! The edits of a migration, made in the text. One that cannot be made is left to do by hand.

use serde_json::Value;

use super::given::Given;
use super::rules::{Item, Order};
use super::{How, Move, release};
use crate::diagnostics::{Diagnostics, Source};
use crate::yaml::{Edit, Path, edit, leaves, parts, tree};

/// Makes the edits of all items.
pub(super) fn apply(given: &Given<'_>, mut items: Vec<Item>) -> (String, Vec<Move>) {
    let mut text = given.source.text().to_owned();
    items.sort_by_key(|item| item.order);
    let mut moves = Vec::with_capacity(items.len());
    let is_by_hand = |item: &Item| item.order == Order::ByHand;
    let (by_hand, items): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_by_hand);
    for item in items {
        match edited(&text, &item) {
            Ok(edited) => {
                text = edited;
                moves.push(Move::of(item));
            }
            Err(why) => moves.push(Move {
                how: How::Manual,
                note: format!("this could not be done here: {why}. {}", item.note),
                ..Move::of(item)
            }),
        }
    }
    for document in &given.documents {
        let here = by_hand.iter().filter(|item| item.part == document.part);
        let paths: Vec<&Path> = here.map(|item| &item.from).collect();
        text = commented_out(text, document.part, &paths);
    }
    moves.extend(by_hand.into_iter().map(Move::of));
    (text, moves)
}

/// The text with entries as comments: of a map, if all that is left in it becomes one. What cannot become one stays.
fn commented_out(mut text: String, part: usize, paths: &[&Path]) -> String {
    let mut whole: Vec<Path> = Vec::new();
    let tree = tree_of(&text, part);
    for path in paths {
        let is_all = |above: &Path| {
            let below = above.get(&tree).map(leaves).unwrap_or_default();
            below.iter().all(|(below, _)| {
                let leaf: Path = above.0.iter().chain(&below.0).cloned().collect();
                paths.iter().any(|path| leaf.0.starts_with(&path.0))
            })
        };
        let mut path = (*path).clone();
        while let Some(above) = path
            .parent()
            .filter(|above| !above.0.is_empty() && is_all(above))
        {
            path = above;
        }
        if !whole.contains(&path) {
            whole.push(path);
        }
    }
    for path in whole {
        if let Ok(edited) = edit(&text, part, &Edit::CommentOut { path }) {
            text = edited;
        }
    }
    text
}

/// What a part of a text means.
fn tree_of(text: &str, part: usize) -> Value {
    let part = parts(text).ok().and_then(|mut parts| parts.nth(part));
    let node = part.and_then(|part| part.node.ok().flatten());
    node.and_then(|node| tree(&node).ok()).unwrap_or_default()
}

fn edited(text: &str, item: &Item) -> Result<String, String> {
    item.edits.iter().try_fold(text.to_owned(), |text, one| {
        edit(&text, item.part, one).map_err(|error| error.message)
    })
}

/// Turns the keys that the chart does not know into comments: they have no effect.
pub(super) fn leftovers(
    given: &Given<'_>,
    mut text: String,
) -> Result<(String, Vec<Move>), Diagnostics> {
    let release = release(Source::new(given.source.name().to_owned(), text.clone()))?;
    let warnings = release.warnings().into_iter();
    let unknown = warnings.filter(|one| matches!(one.code.as_deref(), Some("SL001" | "SL002")));
    let mut moves = Vec::new();
    let mut paths = Vec::new();
    for warning in unknown {
        let path = Path::dotted(&warning.path);
        let note = match warning.help {
            Some(help) => format!("the chart does not know this key; {help}"),
            None => "the chart does not know this key".to_owned(),
        };
        moves.push(Move {
            from: warning.path,
            to: None,
            how: How::Manual,
            place: given.place_of(&path),
            note,
        });
        paths.push(path);
    }
    for document in &given.documents {
        text = commented_out(text, document.part, &paths.iter().collect::<Vec<_>>());
    }
    Ok((text, moves))
}

impl Move {
    fn of(item: Item) -> Self {
        Self {
            from: item.from.to_string(),
            to: item.to.as_ref().map(Path::to_string),
            how: item.how,
            place: item.place,
            note: item.note,
        }
    }
}
