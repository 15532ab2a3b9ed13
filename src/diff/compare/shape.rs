//! What is known of the value at a place: its type in Kubernetes' API, and the field it stands in.
//! It looks at no values.

use serde_json::Value;

use crate::kubernetes::types::{Type, TypeId, Types};

/// A place's type and field.
#[derive(Clone, Copy, Debug)]
pub(in crate::diff) struct Shape {
    types: Types,
    kind: Kind,
    /// The type whose field this is (or whose field's entry), with the field; both empty where it is not known.
    pub(super) owner: (&'static str, &'static str),
    /// Whether it is an entry of that field, which is a map with free keys.
    pub(super) is_entry: bool,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A map with known fields.
    Fields(TypeId),
    /// A map with free keys.
    Map(&'static Type),
    List(&'static Type),
    Scalar(&'static Type),
    /// An object of a kind that is not built in.
    Custom,
    /// Anything, in an object of a cluster.
    Free,
    /// A part of a document that a string holds: nothing of it means anything to a cluster.
    Document,
}

impl Shape {
    /// The shape of a pair of objects: of the new API version, else of the old one.
    pub(in crate::diff) fn of(types: Types, old: &Value, new: &Value) -> Self {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let find = |object| types.kind(&text(object, "apiVersion"), &text(object, "kind"));
        let kind = find(new).or_else(|_| find(old));
        Self::new(types, kind.map_or(Kind::Custom, Kind::Fields))
    }

    /// The same walk inside a document that a string holds.
    pub(super) fn document(self) -> Self {
        Self::new(self.types, Kind::Document)
    }

    fn new(types: Types, kind: Kind) -> Self {
        Self {
            types,
            kind,
            owner: ("", ""),
            is_entry: false,
        }
    }

    /// The shape below a key.
    pub(in crate::diff) fn field(self, key: &str) -> Self {
        let (types, free) = (self.types, Self::new(self.types, Kind::Free));
        match self.kind {
            Kind::Fields(id) => {
                let fields = || types.fields(id).chain(id.fields_of_all_versions());
                fields()
                    .find(|field| field.name == key)
                    .map_or(free, |field| Self {
                        owner: (id.name(), field.name),
                        ..Self::new(types, Kind::of(&field.value))
                    })
            }
            Kind::Map(inner) => Self {
                owner: self.owner,
                is_entry: true,
                ..Self::new(types, Kind::of(inner))
            },
            // The metadata of all kinds are the same.
            Kind::Custom if key == "metadata" => types
                .kind("v1", "ConfigMap")
                .map_or(free, |id| Self::new(types, Kind::Fields(id)).field(key)),
            Kind::Document => self,
            Kind::List(_) | Kind::Scalar(_) | Kind::Custom | Kind::Free => free,
        }
    }

    /// The shape of a list's elements.
    pub(in crate::diff) fn element(self) -> Self {
        let kind = match self.kind {
            Kind::List(inner) => Kind::of(inner),
            Kind::Document => Kind::Document,
            _ => Kind::Free,
        };
        Self::new(self.types, kind)
    }

    /// The name of the type, if it has fields.
    pub(in crate::diff) fn type_name(self) -> Option<&'static str> {
        match self.kind {
            Kind::Fields(id) => Some(id.name()),
            _ => None,
        }
    }

    /// Whether null is the same as nothing: so the API server and both ways of applying have it.
    pub(super) fn is_nullable(self) -> bool {
        !matches!(self.kind, Kind::Document)
    }

    /// Whether an empty list or map is the same as none: they are Go's slices and maps, which are left out of
    /// JSON when they are empty (`omitempty`).
    pub(super) fn is_emptiable(self) -> bool {
        matches!(self.kind, Kind::Map(_) | Kind::List(_))
    }

    pub(super) fn is_quantity(self) -> bool {
        matches!(self.kind, Kind::Scalar(Type::Quantity))
    }

    /// Whether it is text in base64.
    pub(super) fn is_bytes(self) -> bool {
        matches!(self.kind, Kind::Scalar(Type::Bytes))
    }
}

impl Kind {
    fn of(value: &'static Type) -> Self {
        match value {
            Type::Object(id) => Self::Fields(*id),
            Type::Map(inner) => Self::Map(inner),
            Type::List(inner) => Self::List(inner),
            Type::Any => Self::Free,
            scalar => Self::Scalar(scalar),
        }
    }
}
