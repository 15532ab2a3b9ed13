//! The services of a compose file, with variables replaced.

use std::collections::BTreeSet;

use super::env::{Variable, Variables};
use super::expand::expand;
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::yaml::{Content, Node, Step, below, is_merge, key};

/// A service of a compose file.
pub(super) struct Service {
    pub(super) name: String,
    pub(super) place: Label,
    pub(super) image: String,
    /// Another name by which services find it.
    pub(super) container: String,
    pub(super) variables: Variables,
    pub(super) mounts: Vec<Mount>,
    /// The published ports, as written.
    pub(super) ports: Vec<Variable>,
    pub(super) replicas: Option<Variable>,
    /// Whether Compose starts it.
    pub(super) is_active: bool,
    /// Its keys in the file.
    pub(super) keys: Vec<(String, Label)>,
}

/// A volume of a service.
pub(super) struct Mount {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) place: Label,
}

/// What a compose file says.
pub(super) struct Compose {
    pub(super) services: Vec<Service>,
    /// Variables that it uses and that nothing sets, with the places.
    pub(super) unset: Vec<(String, Label)>,
    /// The variables of `.env` that it uses.
    pub(super) used: BTreeSet<String>,
}

/// Reads a compose file.
pub(super) fn read(source: &Source, env: &Variables) -> Result<Compose, Diagnostics> {
    let documents = source.documents()?;
    let services = documents
        .first()
        .and_then(|node| below(node, &Step::Key("services".to_owned())));
    let Some((_, services)) = services.filter(|(_, node)| !entries(node).is_empty()) else {
        return Err(Diagnostic::error(format!(
            "`{}` has no services: it is no compose file",
            source.name()
        ))
        .into());
    };
    let mut reader = Reader {
        source,
        env,
        problems: Vec::new(),
        unset: Vec::new(),
        used: BTreeSet::new(),
    };
    let read = entries(services)
        .into_iter()
        .map(|(name, label, node)| reader.service(name, source_label(source, label), node))
        .collect();
    if !reader.problems.is_empty() {
        return Err(Diagnostics(reader.problems));
    }
    Ok(Compose {
        services: read,
        unset: reader.unset,
        used: reader.used,
    })
}

fn source_label(source: &Source, node: &Node<'_>) -> Label {
    Label::new(source, node.range.clone())
}

/// The entries of a map, also those that merge keys bring in: the name, the key and the value.
fn entries<'n, 'a>(node: &'n Node<'a>) -> Vec<(String, &'n Node<'a>, &'n Node<'a>)> {
    let mut found: Vec<(String, &Node<'a>, &Node<'a>)> = Vec::new();
    let mut merged = Vec::new();
    let Content::Map(pairs) = &node.target().content else {
        return found;
    };
    for (name, value) in pairs {
        if is_merge(name) {
            match &value.target().content {
                Content::List(items) => merged.extend(items.iter().flat_map(entries)),
                _ => merged.extend(entries(value)),
            }
        } else if let Ok(text) = key(name) {
            found.retain(|(known, _, _)| *known != text);
            found.push((text.into_owned(), name, value));
        }
    }
    for one in merged {
        if !found.iter().any(|(known, _, _)| *known == one.0) {
            found.push(one);
        }
    }
    found
}

fn items<'n, 'a>(node: &'n Node<'a>) -> &'n [Node<'a>] {
    match &node.target().content {
        Content::List(items) => items,
        _ => &[],
    }
}

struct Reader<'r> {
    source: &'r Source,
    env: &'r Variables,
    problems: Vec<Diagnostic>,
    unset: Vec<(String, Label)>,
    used: BTreeSet<String>,
}

impl Reader<'_> {
    fn label(&self, node: &Node<'_>) -> Label {
        source_label(self.source, node)
    }

    /// The text of a scalar, with variables replaced: what is written, not what YAML makes of it.
    fn text(&mut self, node: &Node<'_>) -> String {
        let Content::Scalar(scalar) = &node.target().content else {
            return String::new();
        };
        let mut unset = BTreeSet::new();
        let used = std::cell::RefCell::new(BTreeSet::new());
        let lookup = |name: &str| {
            used.borrow_mut().insert(name.to_owned());
            self.env.get(name).map(|one| one.value.clone())
        };
        let text = expand(&scalar.text, &lookup, &mut unset);
        self.used.append(&mut used.into_inner());
        let place = self.label(node);
        for name in unset {
            if !self.unset.iter().any(|(known, _)| *known == name) {
                self.unset.push((name, place.clone()));
            }
        }
        text.unwrap_or_else(|problem| {
            self.problems
                .push(Diagnostic::error(problem.message).at(place));
            String::new()
        })
    }

    fn service(&mut self, name: String, place: Label, node: &Node<'_>) -> Service {
        let mut service = Service {
            name,
            place,
            image: String::new(),
            container: String::new(),
            variables: Variables::default(),
            mounts: Vec::new(),
            ports: Vec::new(),
            replicas: None,
            is_active: true,
            keys: Vec::new(),
        };
        for (key, at, value) in entries(node) {
            match key.as_str() {
                "image" => service.image = self.text(value),
                "container_name" => service.container = self.text(value),
                "environment" => service.variables = self.variables(value),
                "volumes" => {
                    service.mounts = items(value)
                        .iter()
                        .filter_map(|item| self.mount(item))
                        .collect();
                }
                "ports" => {
                    service.ports = items(value).iter().map(|item| self.port(item)).collect();
                }
                "profiles" => {
                    let profiles: Vec<String> =
                        items(value).iter().map(|item| self.text(item)).collect();
                    service.is_active = profiles.is_empty() || self.has_profile(&profiles);
                }
                "deploy" => {
                    let replicas = below(value, &Step::Key("replicas".to_owned()));
                    service.replicas = replicas.map(|(_, node)| self.variable("replicas", node));
                }
                _ => {}
            }
            let place = self.label(at);
            if key == "deploy" {
                for (inner, at, _) in entries(value) {
                    service
                        .keys
                        .push((format!("deploy.{inner}"), self.label(at)));
                }
            } else {
                service.keys.push((key, place));
            }
        }
        service
    }

    fn has_profile(&mut self, profiles: &[String]) -> bool {
        self.used.insert("COMPOSE_PROFILES".to_owned());
        let active = self.env.get("COMPOSE_PROFILES");
        let mut active = active.into_iter().flat_map(|one| one.value.split(','));
        active.any(|one| one.trim() == "*" || profiles.iter().any(|own| own == one.trim()))
    }

    fn variable(&mut self, name: &str, node: &Node<'_>) -> Variable {
        Variable {
            name: name.to_owned(),
            value: self.text(node),
            place: self.label(node),
        }
    }

    /// `environment`: a map, or a list of `NAME=VALUE`. A name alone has the value that `.env` gives.
    fn variables(&mut self, node: &Node<'_>) -> Variables {
        let mut found = Vec::new();
        let given = |name: &str, env: &Variables| {
            env.get(name)
                .map_or_else(String::new, |one| one.value.clone())
        };
        for (name, at, value) in entries(node) {
            let is_missing = matches!(&value.target().content, Content::Scalar(scalar)
                if scalar.text.is_empty() && value.range.is_empty());
            let mut variable = self.variable(&name, value);
            if is_missing {
                self.used.insert(name.clone());
                variable.value = given(&name, self.env);
                variable.place = self.label(at);
            }
            found.push(variable);
        }
        for item in items(node) {
            let mut variable = self.variable("", item);
            let whole = std::mem::take(&mut variable.value);
            if let Some((name, value)) = whole.split_once('=') {
                name.clone_into(&mut variable.name);
                value.clone_into(&mut variable.value);
            } else {
                self.used.insert(whole.clone());
                variable.value = given(&whole, self.env);
                variable.name = whole;
            }
            found.push(variable);
        }
        Variables(found)
    }

    /// `FROM:TO[:MODE]`, or a map with `source` and `target`.
    fn mount(&mut self, node: &Node<'_>) -> Option<Mount> {
        let place = self.label(node);
        if let Some((_, to)) = below(node, &Step::Key("target".to_owned())) {
            let from = below(node, &Step::Key("source".to_owned()));
            return Some(Mount {
                from: from.map(|(_, from)| self.text(from)).unwrap_or_default(),
                to: self.text(to),
                place,
            });
        }
        let text = self.text(node);
        let (from, rest) = text.split_once(':')?;
        let to = rest.split_once(':').map_or(rest, |(to, _)| to);
        Some(Mount {
            from: from.to_owned(),
            to: to.to_owned(),
            place,
        })
    }

    fn port(&mut self, node: &Node<'_>) -> Variable {
        let published = below(node, &Step::Key("published".to_owned()));
        let node = published.map_or(node, |(_, published)| published);
        self.variable("ports", node)
    }
}
