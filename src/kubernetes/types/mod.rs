//! The types of the Kubernetes API, 1.24 to 1.37: which kinds a version serves, and which fields they have. `lint`
//! checks objects with them.
//!
//! `tools/api-types/generate.py` generates the data from the OpenAPI documents of Kubernetes. It is decompressed when
//! it is first used.

mod constraints;
mod enums;
mod kinds;
mod table;

use std::sync::OnceLock;

pub use constraints::{Constraint, Union};
pub use kinds::{Absent, group_of};

use table::Table;

/// The API types of a minor version of Kubernetes. It is cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Types {
    /// The minor version: 24 to 37.
    pub minor: u8,
    /// Whether this is the requested version; else it is the nearest known one.
    pub exact: bool,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// A string.
    String,
    /// A string in base64 (`format: byte`).
    Bytes,
    /// A time in the format of RFC 3339 (`format: date-time`).
    Time,
    /// An integer between two limits, both included.
    Integer(i64, i64),
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A [`Quantity`](super::Quantity): a string or a number.
    Quantity,
    /// An integer of 32 bits or a string, as for ports and percentages.
    IntOrString,
    /// Any value.
    Any,
    /// A list of values of a type.
    List(Box<Type>),
    /// A map with arbitrary keys to values of a type.
    Map(Box<Type>),
    /// A map with known fields: see [`Types::fields`].
    Object(TypeId),
}

/// A type with fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeId(usize);

/// A field of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The name of the field.
    pub name: &'static str,
    /// Whether the API server refuses objects without it.
    pub required: bool,
    /// The type of its value.
    pub value: Type,
    /// The minor versions that have the field with this type.
    pub minors: Minors,
}

/// A range of minor versions, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minors {
    /// The first minor version.
    pub first: u8,
    /// The last minor version.
    pub last: u8,
}

impl Minors {
    /// Whether a minor version is in the range.
    pub fn contains(self, minor: u8) -> bool {
        (self.first..=self.last).contains(&minor)
    }
}

impl Types {
    /// The types of a Kubernetes version, or of the nearest known one.
    pub fn of(major: u64, minor: u64) -> Self {
        let Minors { first, last } = table().minors;
        let wanted = match major {
            0 => 0,
            1 => minor,
            _ => u64::MAX,
        };
        let nearest = u8::try_from(wanted).unwrap_or(u8::MAX).clamp(first, last);
        Self {
            minor: nearest,
            exact: u64::from(nearest) == wanted,
        }
    }

    /// The type of a kind.
    ///
    /// # Errors
    /// [`Absent`] if this version does not serve the kind under this API version.
    pub fn kind(self, api_version: &str, kind: &str) -> Result<TypeId, Absent> {
        kinds::find(table(), self.minor, api_version, kind)
    }

    /// The fields of a type in this version.
    pub fn fields(self, id: TypeId) -> impl Iterator<Item = &'static Field> {
        id.fields_of_all_versions()
            .filter(move |field| field.minors.contains(self.minor))
    }

    /// The field of a type with a name, in this version.
    pub fn field(self, id: TypeId, name: &str) -> Option<&'static Field> {
        id.fields_of_all_versions()
            .find(|field| field.name == name && field.minors.contains(self.minor))
    }
}

impl TypeId {
    /// The fields of the type in all versions. A field whose type changed is there several times.
    pub fn fields_of_all_versions(self) -> impl Iterator<Item = &'static Field> {
        let definition = table().definitions.get(self.0);
        let fields = definition.map_or(&[][..], |found| table().fields(found));
        fields.iter()
    }

    /// The name of the type without its group: `DeploymentSpec`.
    pub fn name(self) -> &'static str {
        let name = self.full_name();
        name.rsplit_once('.').map_or(name, |(_, kind)| kind)
    }

    /// The allowed values of a field that is a string or a list of strings, `None` if any value is allowed. An empty
    /// string means the default, and is allowed too.
    pub fn allowed(self, field: &str) -> Option<&'static [&'static str]> {
        enums::allowed(self.full_name(), field)
    }

    /// The constraints on the fields of the type, with the names of the fields.
    pub fn constraints(self) -> impl Iterator<Item = (&'static str, Constraint)> {
        let of = constraints::of(self.full_name()).iter();
        of.map(|(_, field, constraint)| (*field, *constraint))
    }

    /// The fields of the type that exclude each other.
    pub fn union(self) -> Option<Union> {
        constraints::union(self.full_name())
    }

    /// The name with group and version: `apps.v1.DeploymentSpec`.
    pub fn full_name(self) -> &'static str {
        let definition = table().definitions.get(self.0);
        definition.map_or("", |definition| definition.name)
    }
}

/// The table, decompressed at the first call.
fn table() -> &'static Table {
    static TEXT: OnceLock<String> = OnceLock::new();
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::parse(TEXT.get_or_init(table::unpack)))
}
