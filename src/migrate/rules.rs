//! What is to be done about each value: the rows of the table, and the rules that they name.

use serde_json::{Value, json};

use super::How;
use super::detect::Found;
use super::given::{Document, Given, Visit, visit};
use crate::diagnostics::Label;
use crate::swanlab::versions::{
    Became, CHANGED, DEFAULTS, Default, OnUpgrade, RENAMED, Row, Rule, Version, matches,
    matches_below,
};
use crate::yaml::{Edit, Path};

/// What is to be done about a value.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) from: Path,
    pub(super) to: Option<Path>,
    pub(super) how: How,
    pub(super) place: Option<Label>,
    pub(super) note: String,
    /// The part of the text that is edited.
    pub(super) part: usize,
    /// All of them, or none.
    pub(super) edits: Vec<Edit>,
    /// When: the smallest number comes first.
    pub(super) order: Order,
}

/// When the edits of an item are made. A key that goes may be in the place of one that comes, and what has become a comment
/// cannot be edited any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    Removed,
    Moved,
    /// What is added to something that has been moved.
    Added,
    ByHand,
}

/// What is to be done about all values.
pub(super) fn items(given: &Given<'_>, from: &Found) -> Vec<Item> {
    let mut items = Vec::new();
    for document in &given.documents {
        let rules = Rules {
            given,
            document,
            version: from.version,
        };
        let mut ask = |path: &Path, value| rules.ask(path, value);
        visit(&document.tree, &mut Path::default(), &mut ask, &mut items);
        items.extend(DEFAULTS.iter().filter_map(|default| rules.copied(default)));
    }
    items.extend(
        DEFAULTS
            .iter()
            .filter_map(|default| left_out(default, given, from)),
    );
    items
}

/// What to know about an upgrade from a version, whatever the values are.
pub(super) fn notes(given: &Given<'_>, from: &Found) -> Vec<&'static str> {
    let mut notes = Vec::new();
    let is_one_up_to = |last: Version| from.fitting.iter().any(|version| *version <= last);
    let has_own_postgres =
        given.value(&Path::dotted("integrations.postgres.enabled")) == Some(&json!(true));
    if is_one_up_to(Version(0, 1, 2)) && from.version < Version(0, 2, 0) && !has_own_postgres {
        notes.push(
            "charts 0.1.0 to 0.1.2 do not keep PostgreSQL's data on its claim: dump the database with pg_dump before the pod \
             is deleted, and restore it afterwards",
        );
    }
    if from.version < Version(0, 2, 0) {
        notes.push(
            "since chart 0.2.0 all selectors and the Service of the gateway are different: the workloads have to be deleted \
             before the new ones are applied, and the external address changes; `swanlab-render diff --against \
             helm:RELEASE` shows what happens",
        );
    }
    notes
}

struct Rules<'r> {
    given: &'r Given<'r>,
    document: &'r Document<'r>,
    version: Version,
}

impl Rules<'_> {
    fn ask(&self, path: &Path, value: &Value) -> Visit<Item> {
        let dotted = path.to_string();
        let rows = || {
            let rows = RENAMED.iter().chain(&CHANGED);
            rows.filter(|row| row.charts.contains(&self.version) && row.became != Became::Same)
        };
        let patterns =
            || rows().flat_map(|row| row.keys.iter().map(move |pattern| (row, *pattern)));
        let exact =
            patterns().find(|(_, pattern)| !pattern.ends_with('.') && matches(pattern, &dotted));
        let is_map = value.as_object().is_some_and(|map| !map.is_empty());
        let found = exact.or_else(|| {
            if is_map && patterns().any(|(_, pattern)| matches_below(pattern, &dotted)) {
                return None;
            }
            patterns().find(|(_, pattern)| matches(pattern, &dotted))
        });
        match found {
            Some((row, pattern)) => {
                let item = self.item(row, pattern, path, value);
                item.map_or(Visit::Nothing, Visit::Found)
            }
            None if is_map => Visit::Below,
            None => Visit::Nothing,
        }
    }

    fn item(&self, row: &Row, pattern: &str, path: &Path, value: &Value) -> Option<Item> {
        let dotted = path.to_string();
        let item = Item {
            from: path.clone(),
            to: None,
            how: How::Drop,
            place: self.given.place(self.document, path),
            note: row.note_for(&dotted),
            part: self.document.part,
            edits: vec![Edit::Remove { path: path.clone() }],
            order: Order::Removed,
        };
        match row.became {
            Became::Same => None,
            Became::Nothing => Some(item),
            Became::Key(_) => {
                let to = Path::dotted(&row.key_for(pattern, &dotted)?);
                Some(item.moved(to))
            }
            Became::ByHand if is_empty(value) => Some(item),
            Became::ByHand => Some(item.by_hand()),
            Became::Depends(rule) => self.depends(rule, item, value),
        }
    }

    fn depends(&self, rule: Rule, item: Item, value: &Value) -> Option<Item> {
        match rule {
            Rule::RetainClaims => {
                // In 0.2.0 it means the reverse.
                let were_deleted = self.version < Version(0, 2, 0) && *value == json!(true);
                if !were_deleted {
                    return Some(item);
                }
                let note = "in chart 0.1.5 Kubernetes deleted house's claims with their pods; now they are kept: delete them \
                            yourself when they are no longer needed";
                Some(Item {
                    note: note.to_owned(),
                    ..item.by_hand()
                })
            }
            Rule::Integration if *value == json!(true) => {
                let name = item.from.keys().nth(1)?;
                let note = integration(name)?.to_owned();
                Some(Item {
                    to: item.from.parent(),
                    how: How::Manual,
                    note,
                    edits: Vec::new(),
                    ..item
                })
            }
            Rule::Integration => None,
            Rule::SharedTag | Rule::UnreadTag if is_empty(value) => None,
            Rule::SharedTag | Rule::UnreadTag => Some(Item {
                to: Some(item.from.clone()),
                how: How::Manual,
                edits: Vec::new(),
                ..item
            }),
            Rule::GatewayImage => Some(self.gateway_image(item)),
            Rule::IdentifyImage => Some(identify_image(item, value)),
            Rule::PullSecrets if is_empty(value) => Some(item),
            Rule::PullSecrets => Some(self.pull_secrets(item, value)),
        }
    }

    /// Registry and repository, joined. The item of the one that is alone, or of the repository, does it for both.
    fn gateway_image(&self, item: Item) -> Item {
        const REGISTRY: &str = "ingress.traefik.image.registry";
        const REPOSITORY: &str = "ingress.traefik.image.repository";
        let to = Path::dotted("gateway.image.repository");
        let text = |path: &str| {
            let value = Path::dotted(path).get(&self.document.tree);
            value.map(|value| value.as_str().unwrap_or_default().to_owned())
        };
        let (registry, repository) = (text(REGISTRY), text(REPOSITORY));
        let is_done_there =
            registry.is_some() && repository.is_some() && item.from == Path::dotted(REGISTRY);
        if is_done_there {
            return Item {
                to: Some(to),
                how: How::Transform,
                edits: Vec::new(),
                ..item
            };
        }
        let registry_removed = registry.is_some() && repository.is_some();
        let registry = registry.unwrap_or_else(|| "repo.swanlab.cn".to_owned());
        let repository = repository.unwrap_or_else(|| "self-hosted/traefik".to_owned());
        let joined = match registry.trim_end_matches('/') {
            "" => repository,
            registry => format!("{registry}/{repository}"),
        };
        let mut edits = Vec::new();
        if registry_removed {
            edits.push(Edit::Remove {
                path: Path::dotted(REGISTRY),
            });
        }
        edits.push(Edit::Move {
            from: item.from.clone(),
            to: to.clone(),
        });
        let value = renewed("gateway.image.repository", &joined).into();
        edits.push(Edit::Replace {
            path: to.clone(),
            value,
        });
        Item {
            to: Some(to),
            how: How::Transform,
            edits,
            order: Order::Moved,
            ..item
        }
    }

    /// The pull secrets of the gateway, added to those of all pods.
    fn pull_secrets(&self, item: Item, value: &Value) -> Item {
        let old = Path::dotted("imagePullSecrets");
        let to = Path::dotted("global.imagePullSecrets");
        let others = old.get(&self.document.tree);
        let edits = match (others.and_then(Value::as_array), value.as_array()) {
            (Some(others), Some(own)) if !others.is_empty() => {
                let new = own.iter().filter(|one| !others.contains(one));
                let inserted = new.enumerate().map(|(index, one)| Edit::Insert {
                    path: to.join(others.len() + index),
                    value: one.clone(),
                });
                [Edit::Remove {
                    path: item.from.clone(),
                }]
                .into_iter()
                .chain(inserted)
                .collect()
            }
            // The empty list of all pods has moved before.
            (Some(_), _) => vec![
                Edit::Remove { path: to.clone() },
                Edit::Move {
                    from: item.from.clone(),
                    to: to.clone(),
                },
            ],
            _ => vec![Edit::Move {
                from: item.from.clone(),
                to: to.clone(),
            }],
        };
        Item {
            to: Some(to),
            how: How::Transform,
            edits,
            order: Order::Added,
            ..item
        }
    }

    /// A copy of an old default, renewed.
    fn copied(&self, default: &Default) -> Option<Item> {
        let OnUpgrade::Replace(new) = default.on_upgrade else {
            return None;
        };
        let path = Path::dotted(default.path);
        let is_copy = *path.get(&self.document.tree)? == default.value;
        (is_copy && default.charts.contains(&self.version)).then(|| Item {
            to: Some(path.clone()),
            how: How::Transform,
            place: self.given.place(self.document, &path),
            note: default.note.to_owned(),
            part: self.document.part,
            edits: vec![Edit::Replace {
                path: path.clone(),
                value: new.into(),
            }],
            order: Order::Moved,
            from: path,
        })
    }
}

impl Item {
    fn moved(self, to: Path) -> Self {
        let is_same_map = self.from.parent() == to.parent();
        let from = self.from.clone();
        let key = to.keys().last().unwrap_or_default().to_owned();
        let (how, edit) = if is_same_map {
            (How::Rename, Edit::Rename { path: from, key })
        } else {
            (
                How::Move,
                Edit::Move {
                    from,
                    to: to.clone(),
                },
            )
        };
        Self {
            to: Some(to),
            how,
            edits: vec![edit],
            order: Order::Moved,
            ..self
        }
    }

    /// The key becomes a comment, and is left to do by hand.
    pub(super) fn by_hand(self) -> Self {
        Self {
            how: How::Manual,
            edits: vec![Edit::CommentOut {
                path: self.from.clone(),
            }],
            order: Order::ByHand,
            ..self
        }
    }
}

/// The image of the one init container that chart 0.1.5 has.
fn identify_image(item: Item, value: &Value) -> Item {
    const NAME: &str = "download-identify";
    let container = match value.as_array().map(Vec::as_slice) {
        Some([container]) if container["name"] == NAME => container,
        _ if is_empty(value) => return item,
        _ => return item.by_hand(),
    };
    let Some(image) = container["image"].as_str() else {
        return item.by_hand();
    };
    let (repository, tag) = match image.rsplit_once(':') {
        Some((repository, tag)) if !image.contains('@') && !tag.contains('/') => (repository, tag),
        _ => (image, ""),
    };
    let to = Path::dotted("gateway.identifyImage");
    let repository = renewed("gateway.identifyImage.repository", repository);
    let insert = |key: &str, value: &str| Edit::Insert {
        path: to.join(key),
        value: value.into(),
    };
    Item {
        how: How::Transform,
        edits: vec![
            Edit::Remove {
                path: item.from.clone(),
            },
            insert("repository", repository),
            insert("tag", tag),
        ],
        order: Order::Moved,
        to: Some(to),
        ..item
    }
}

/// The current default in the place of an old one.
fn renewed<'v>(path: &str, value: &'v str) -> &'v str {
    let mut defaults = DEFAULTS.iter();
    let default = defaults.find(|default| default.path == path && default.value == value);
    match default.map(|default| default.on_upgrade) {
        Some(OnUpgrade::Replace(new)) => new,
        _ => value,
    }
}

/// An old default that has to be written down.
fn left_out(default: &Default, given: &Given<'_>, from: &Found) -> Option<Item> {
    let is_written_down =
        default.on_upgrade == OnUpgrade::WriteDown && default.charts.contains(&from.version);
    let path = Path::dotted(default.path);
    if !is_written_down || given.value(&path).is_some() || !has_claim(given, &path) {
        return None;
    }
    let mut others = DEFAULTS
        .iter()
        .filter(|other| other.path == default.path && other.value != default.value);
    let other = others.find(|other| {
        from.fitting
            .iter()
            .any(|version| other.charts.contains(version))
    });
    let item = Item {
        from: path.clone(),
        to: Some(path.clone()),
        how: How::Transform,
        place: None,
        note: default.note.to_owned(),
        part: given.last_part(),
        edits: vec![Edit::Insert {
            path,
            value: default.value.into(),
        }],
        order: Order::Added,
    };
    let Some(other) = other else {
        return Some(item);
    };
    let note = format!(
        "the storage class of a claim cannot change, and this one was left out: it was `{}` in the charts {} to {} and `{}` in \
         {} to {}; give the version with --from, or write down the class that the claim has",
        other.value,
        other.charts.start(),
        other.charts.end(),
        default.value,
        default.charts.start(),
        default.charts.end(),
    );
    Some(Item {
        how: How::Manual,
        note,
        edits: Vec::new(),
        ..item
    })
}

/// Whether the chart makes the claim that a value below `persistence` is about.
fn has_claim(given: &Given<'_>, path: &Path) -> bool {
    let mut keys = path.keys();
    let (Some("dependencies"), Some(name)) = (keys.next(), keys.next()) else {
        return true;
    };
    let value = |path: &str| given.value(&Path::dotted(path));
    let is_external = value(&format!("integrations.{name}.enabled")) == Some(&json!(true));
    let own = value(&format!("dependencies.{name}.persistence.existingClaim"));
    !is_external && own.is_none_or(is_empty)
}

/// Whether a value asks for nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What an integration needs since chart 0.2.0.
fn integration(name: &str) -> Option<&'static str> {
    Some(match name {
        "postgres" => {
            "since chart 0.2.0 host, port and database are values: set `integrations.postgres.host` (and port, database); the \
             Secret needs username, password, primaryUrl and replicaUrl"
        }
        "redis" => {
            "since chart 0.2.0 host, port and database are values: set `integrations.redis.host` (and port, database); the \
             Secret needs url"
        }
        "clickhouse" => {
            "host, httpPort, tcpPort and database were keys of the Secret, and are values since chart 0.2.0: set \
             `integrations.clickhouse.host` (and the others); the Secret needs username and password"
        }
        "s3" => {
            "endpoint, region and the two buckets were keys of the Secret, and are values since chart 0.2.0: set \
             `integrations.s3.public` and `integrations.s3.private`; the Secret needs accessKey and secretKey"
        }
        _ => return None,
    })
}
