//! The objects of a render by identity, and the pod templates in them.
//! It finds; what is to be found it refuses to judge.

use std::collections::HashMap;

use serde_json::Value;

use super::{Place, Render};
use crate::kubernetes;

/// What can be looked up in a render.
pub(super) struct Index<'a> {
    render: Render<'a>,
    /// The first object of each group, kind, namespace and name.
    objects: HashMap<[&'a str; 4], usize>,
    templates: Vec<Template<'a>>,
}

/// A pod template in its workload, or a Pod itself.
#[derive(Debug)]
pub(super) struct Template<'a> {
    /// The object that has it.
    pub(super) owner: Place<'a>,
    /// The part with `metadata` and `spec`.
    pub(super) pod: Place<'a>,
    pub(super) namespace: &'a str,
}

impl<'a> Index<'a> {
    pub(super) fn new(render: Render<'a>) -> Self {
        let mut index = Self {
            render,
            objects: HashMap::new(),
            templates: Vec::new(),
        };
        for (place, object) in render.objects.iter().enumerate() {
            if let Some(identity) = index.identity(object) {
                index.objects.entry(identity).or_insert(place);
            }
            let owner = Place::root(place, object);
            if let Some(pod) = pod_template(&owner) {
                index.templates.push(Template {
                    owner,
                    pod,
                    namespace: index.namespace(object),
                });
            }
        }
        index
    }

    /// Group, kind, namespace and name; none without a name.
    pub(super) fn identity(&self, object: &'a Value) -> Option<[&'a str; 4]> {
        let name = object["metadata"]["name"].as_str()?;
        Some([group(object), kind(object), self.namespace(object), name])
    }

    /// The namespace that an object goes to.
    pub(super) fn namespace(&self, object: &'a Value) -> &'a str {
        match object["metadata"]["namespace"].as_str() {
            None | Some("") => self.render.namespace,
            Some(namespace) => namespace,
        }
    }

    /// The place of the first object with an identity.
    pub(super) fn first(&self, identity: [&str; 4]) -> Option<usize> {
        self.objects.get(&identity).copied()
    }

    pub(super) fn find(&self, identity: [&str; 4]) -> Option<&'a Value> {
        self.render.objects.get(self.first(identity)?).copied()
    }

    pub(super) fn is_external(&self, kind: &str, name: &str) -> bool {
        self.render.external.contains(kind, name)
    }

    pub(super) fn templates(&self) -> &[Template<'a>] {
        &self.templates
    }
}

pub(super) fn group(object: &Value) -> &str {
    let api_version = object["apiVersion"].as_str().unwrap_or_default();
    api_version.split_once('/').map_or("", |(group, _)| group)
}

pub(super) fn kind(object: &Value) -> &str {
    object["kind"].as_str().unwrap_or_default()
}

/// The pod template of an object; a Pod is its own.
fn pod_template<'a>(object: &Place<'a>) -> Option<Place<'a>> {
    let path = kubernetes::pod_template(group(object.value), kind(object.value))?;
    Some(path.iter().fold(object.clone(), |place, key| place.at(key)))
}
