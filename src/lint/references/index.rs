//! Looking things up in a render: its objects by identity, the pod templates in them, and the values in an object together
//! with their paths.

use std::rc::Rc;

use foldhash::{HashMap, HashMapExt};
use serde_json::{Map, Value};

use super::{Problem, Render, Violations};
use crate::kubernetes::{CONTAINER_LISTS, Labels, at, field, pod_template, types::group_of};
use crate::yaml::{Path, StepRef};

/// A value in an object, and the path to it. A value that does not exist is null.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    /// The object's index in the render.
    pub(super) object: usize,
    /// Cursors into one object share the way that they came.
    way: Option<Rc<Way<'a>>>,
    pub(super) value: &'a Value,
}

/// The last step to a value, and the steps before it.
#[derive(Debug)]
struct Way<'a> {
    before: Option<Rc<Way<'a>>>,
    last: StepRef<'a>,
}

impl<'a> Cursor<'a> {
    pub(super) fn root(object: usize, value: &'a Value) -> Self {
        Self {
            object,
            way: None,
            value,
        }
    }

    fn step(&self, last: StepRef<'a>, value: &'a Value) -> Self {
        let before = self.way.clone();
        Self {
            object: self.object,
            way: Some(Rc::new(Way { before, last })),
            value,
        }
    }

    /// The path to the value.
    pub(super) fn path(&self) -> Path {
        let mut steps = Vec::new();
        let mut way = self.way.as_ref();
        while let Some(here) = way {
            steps.push(here.last.into());
            way = here.before.as_ref();
        }
        steps.reverse();
        Path(steps)
    }

    /// The value below, by keys without dots: `spec.template`.
    pub(super) fn at(&self, keys: &'static str) -> Self {
        keys.split('.').fold(self.clone(), |cursor, key| {
            cursor.step(StepRef::Key(key), field(cursor.value, key))
        })
    }

    /// The elements of a list; none if it is not a list.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> + use<'a> {
        let list = self.clone();
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(move |(index, item)| list.step(StepRef::Index(index), item))
    }

    /// One field of every element of the list under a key.
    pub(super) fn each(&self, list: &'static str, field: &'static str) -> Vec<Self> {
        self.at(list).items().map(|item| item.at(field)).collect()
    }

    /// The pod template of an object; a Pod is its own.
    pub(super) fn pod_template(&self) -> Option<Self> {
        let keys = pod_template(group(self.value), kind(self.value))?;
        Some(keys.iter().fold(self.clone(), |cursor, key| cursor.at(key)))
    }

    /// The containers of a pod's `spec`.
    pub(super) fn containers(&self) -> impl Iterator<Item = Self> + use<'a> {
        let spec = self.clone();
        let lists = CONTAINER_LISTS.iter();
        lists.flat_map(move |list| spec.at(list).items())
    }

    /// The text, if it is one and not empty: for the API an empty string is an absent one.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.value.as_str().filter(|text| !text.is_empty())
    }

    pub(super) fn is_true(&self) -> bool {
        self.value == &Value::Bool(true)
    }
}

/// The objects of a render, by identity.
pub(super) struct Index<'a> {
    render: Render<'a>,
    /// The first object of each group, kind, namespace and name.
    objects: HashMap<[&'a str; 4], usize>,
    templates: Vec<Template<'a>>,
    /// The labels of the templates.
    labels: Labels<'a>,
}

/// A pod template in its workload, or a Pod itself.
#[derive(Debug)]
pub(super) struct Template<'a> {
    /// The object that has it.
    pub(super) owner: Cursor<'a>,
    /// The part with `metadata` and `spec`.
    pub(super) pod: Cursor<'a>,
    pub(super) namespace: &'a str,
}

impl<'a> Index<'a> {
    pub(super) fn new(render: Render<'a>) -> Self {
        let mut index = Self {
            render,
            objects: HashMap::new(),
            templates: Vec::new(),
            labels: Labels::default(),
        };
        for (place, object) in render.objects.iter().enumerate() {
            if let Some(identity) = index.identity(object) {
                index.objects.entry(identity).or_insert(place);
            }
            let owner = Cursor::root(place, object);
            if let Some(pod) = owner.pod_template() {
                let namespace = index.namespace(object);
                let labels = at(pod.value, &["metadata", "labels"]);
                index.labels.add(namespace, labels);
                index.templates.push(Template {
                    owner,
                    pod,
                    namespace,
                });
            }
        }
        index
    }

    /// Group, kind, namespace and name; none without a name.
    pub(super) fn identity(&self, object: &'a Value) -> Option<[&'a str; 4]> {
        let name = at(object, &["metadata", "name"]).as_str()?;
        Some([group(object), kind(object), self.namespace(object), name])
    }

    /// The namespace that an object goes to.
    pub(super) fn namespace(&self, object: &'a Value) -> &'a str {
        match at(object, &["metadata", "namespace"]).as_str() {
            None | Some("") => self.render.namespace,
            Some(namespace) => namespace,
        }
    }

    /// The index in the render of the first object with an identity.
    pub(super) fn first(&self, identity: [&str; 4]) -> Option<usize> {
        self.objects.get(&identity).copied()
    }

    /// The object that a reference names; none if it is external. One that is neither rendered nor external is a
    /// violation.
    pub(super) fn resolve(
        &self,
        group: &str,
        kind: &'static str,
        namespace: &str,
        name: &Cursor<'_>,
        violations: &mut Violations,
    ) -> Option<&'a Value> {
        let reference = name;
        let name = reference.text()?;
        if self.render.external.contains(kind, name) {
            return None;
        }
        let found = self.first([group, kind, namespace, name]);
        if found.is_none() {
            let name = name.to_owned();
            violations.add(reference, Problem::NoSuchObject { kind, name });
        }
        found.map(|place| self.render.objects[place])
    }

    pub(super) fn templates(&self) -> &[Template<'a>] {
        &self.templates
    }

    /// The templates in a namespace with all labels of a selector.
    pub(super) fn selected<'s>(
        &'s self,
        namespace: &'s str,
        selector: &'s Map<String, Value>,
    ) -> impl Iterator<Item = &'s Template<'a>> {
        let numbers = self.labels.selected(namespace, selector);
        numbers.filter_map(|number| self.templates.get(number))
    }
}

pub(super) fn group(object: &Value) -> &str {
    group_of(field(object, "apiVersion").as_str().unwrap_or_default())
}

pub(super) fn kind(object: &Value) -> &str {
    field(object, "kind").as_str().unwrap_or_default()
}
