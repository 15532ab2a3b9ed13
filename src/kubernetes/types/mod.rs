//! The types of Kubernetes' API, 1.24 to 1.37: which kinds a version serves and which fields they have.
//! It answers questions about types; it refuses to look at objects (`lint` does).
//!
//! The data is made by `tools/api-types/generate.py` from Kubernetes' OpenAPI documents. It is unpacked
//! when it is first asked for.

mod enums;
mod kinds;
mod table;

use std::sync::OnceLock;

pub use kinds::Absent;

use table::Table;

/// The API types of one minor version. Cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Types {
    /// The minor version that the answers are for: 24 to 37.
    pub minor: u8,
    /// Whether it is the version that was asked for, not only the nearest one.
    pub exact: bool,
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A string.
    String,
    /// A string in base64 (`format: byte`).
    Bytes,
    /// A string as in RFC 3339 (`format: date-time`).
    Time,
    /// A whole number from the first to the second.
    Integer(i64, i64),
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A number with a unit: a string or a number.
    Quantity,
    /// A whole number (32 bits) or a string: a port, a percentage.
    IntOrString,
    /// Anything.
    Any,
    /// A list of values of one type.
    List(Box<Type>),
    /// A map from free keys to values of one type.
    Map(Box<Type>),
    /// A map with known fields, for [`Types::fields`].
    Object(TypeId),
}

/// A type with fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeId(usize);

/// A field of an object, in the versions in which it has this type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether the API server refuses an object without it.
    pub required: bool,
    /// What its value may be.
    pub value: Type,
    /// The minor versions that have it.
    pub minors: Minors,
}

/// A run of minor versions, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minors {
    /// The first one.
    pub first: u8,
    /// The last one.
    pub last: u8,
}

impl Minors {
    /// Whether a minor version is one of them.
    pub fn contains(self, minor: u8) -> bool {
        (self.first..=self.last).contains(&minor)
    }
}

impl Types {
    /// The types of a Kubernetes version, or of the nearest one that is known.
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

    /// The type of a kind, or why there is none.
    pub fn kind(self, api_version: &str, kind: &str) -> Result<TypeId, Absent> {
        kinds::find(table(), self.minor, api_version, kind)
    }

    /// The fields of a type in this version.
    pub fn fields(self, id: TypeId) -> impl Iterator<Item = &'static Field> {
        id.fields_of_all_versions()
            .filter(move |field| field.minors.contains(self.minor))
    }
}

impl TypeId {
    /// The fields of the type in any version; a field that changed comes several times.
    pub fn fields_of_all_versions(self) -> impl Iterator<Item = &'static Field> {
        let definition = table().definitions.get(self.0);
        definition.into_iter().flat_map(|found| found.fields.iter())
    }

    /// Its name without the group: `DeploymentSpec`.
    pub fn name(self) -> &'static str {
        let name = self.full_name();
        name.rsplit_once('.').map_or(name, |(_, kind)| kind)
    }

    /// The values that a field of strings may have, where that is known. An empty string is none of
    /// them; it stands for the default.
    pub fn allowed(self, field: &str) -> Option<&'static [&'static str]> {
        enums::allowed(self.full_name(), field)
    }

    fn full_name(self) -> &'static str {
        let definition = table().definitions.get(self.0);
        definition.map_or("", |definition| definition.name)
    }
}

/// The one table, unpacked at the first question.
fn table() -> &'static Table {
    static TEXT: OnceLock<String> = OnceLock::new();
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::parse(TEXT.get_or_init(table::unpack)))
}
