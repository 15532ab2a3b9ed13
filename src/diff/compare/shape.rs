//! What is known about the value at a path from the API types: its type, and the field that it is the value of.

use serde_json::Value;

use crate::kubernetes::types::{Type, TypeId, Types};

/// The type of a value, and the field that it is the value of.
#[derive(Clone, Copy, Debug)]
pub(in crate::diff) struct Shape {
    types: Types,
    kind: Kind,
    /// The type that has the field, and the field; both empty if they are not known.
    pub(super) owner: (&'static str, &'static str),
    /// Whether the field is a map with arbitrary keys, and this is one of its values.
    pub(super) is_entry: bool,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A map with known fields.
    Fields(TypeId),
    /// A map with arbitrary keys.
    Map(&'static Type),
    List(&'static Type),
    Scalar(&'static Type),
    /// An object of a kind that is not built in.
    Custom,
    /// Any value of a field of an object.
    Free,
    /// A value in a document in a string, which has no meaning for a cluster.
    Document,
}

impl Shape {
    /// The shape of two objects that correspond: that of the new API version, or of the old one if the new one is not
    /// known.
    pub(in crate::diff) fn of(types: Types, old: &Value, new: &Value) -> Self {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let find = |object| types.kind(&text(object, "apiVersion"), &text(object, "kind"));
        let kind = find(new).or_else(|_| find(old));
        Self::new(types, kind.map_or(Kind::Custom, Kind::Fields))
    }

    /// The shape of the document in a string.
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

    /// The shape of the value of a key.
    pub(in crate::diff) fn field(self, key: &str) -> Self {
        let (types, free) = (self.types, Self::new(self.types, Kind::Free));
        match self.kind {
            Kind::Fields(id) => {
                let of_others = || id.fields_of_all_versions().find(|field| field.name == key);
                let field = types.field(id, key).or_else(of_others);
                field.map_or(free, |field| Self {
                    owner: (id.name(), field.name),
                    ..Self::new(types, Kind::of(&field.value))
                })
            }
            Kind::Map(inner) => Self {
                owner: self.owner,
                is_entry: true,
                ..Self::new(types, Kind::of(inner))
            },
            // All kinds have the same metadata.
            Kind::Custom if key == "metadata" => types
                .kind("v1", "ConfigMap")
                .map_or(free, |id| Self::new(types, Kind::Fields(id)).field(key)),
            Kind::Document => self,
            Kind::List(_) | Kind::Scalar(_) | Kind::Custom | Kind::Free => free,
        }
    }

    /// The shape of the elements of a list.
    pub(in crate::diff) fn element(self) -> Self {
        let kind = match self.kind {
            Kind::List(inner) => Kind::of(inner),
            Kind::Document => Kind::Document,
            _ => Kind::Free,
        };
        Self::new(self.types, kind)
    }

    /// The name of the type, if it is one with fields.
    pub(in crate::diff) fn type_name(self) -> Option<&'static str> {
        match self.kind {
            Kind::Fields(id) => Some(id.name()),
            _ => None,
        }
    }

    /// Whether null means the same as no value, as for the API server and both appliers.
    pub(super) fn is_nullable(self) -> bool {
        !matches!(self.kind, Kind::Document)
    }

    /// Whether an empty list or map means the same as no value: Go's slices and maps are left out of JSON if they are
    /// empty (`omitempty`).
    pub(super) fn is_emptiable(self) -> bool {
        matches!(self.kind, Kind::Map(_) | Kind::List(_))
    }

    pub(super) fn is_quantity(self) -> bool {
        matches!(self.kind, Kind::Scalar(Type::Quantity))
    }

    /// Whether it is base64.
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
