//! Reads the data file of the API types; `tools/api-types/generate.py` describes its format. Unknown lines are ignored:
//! the file is part of the program, and a test checks that all its lines are read.

use std::collections::HashMap;
use std::io::Read as _;

use flate2::read::DeflateDecoder;

use super::{Field, Minors, Type, TypeId};

/// The content of the file.
#[derive(Debug)]
pub(super) struct Table {
    /// The minor versions whose types are known.
    pub(super) minors: Minors,
    /// Sorted by kind, API version and minor versions.
    pub(super) kinds: Vec<Kind>,
    pub(super) definitions: Vec<Definition>,
}

/// A kind in one of its API versions.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) api_version: &'static str,
    /// `None` if only versions before the first known one serve it.
    pub(super) id: Option<TypeId>,
    pub(super) minors: Minors,
}

/// A type with fields.
#[derive(Debug)]
pub(super) struct Definition {
    /// The name with group and version: `apps.v1.DeploymentSpec`.
    pub(super) name: &'static str,
    pub(super) fields: Vec<Field>,
}

/// The decompressed text of the file.
pub(super) fn unpack() -> String {
    let mut text = String::new();
    let mut file = DeflateDecoder::new(&include_bytes!("api-types.deflate")[..]);
    file.read_to_string(&mut text)
        .map(|_| text)
        .unwrap_or_default()
}

impl Table {
    pub(super) fn parse(text: &'static str) -> Self {
        let ids: HashMap<&str, TypeId> = text
            .lines()
            .filter_map(|line| line.strip_suffix(':'))
            .enumerate()
            .map(|(place, name)| (name, TypeId(place)))
            .collect();
        let mut table = Self {
            minors: Minors { first: 0, last: 0 },
            kinds: Vec::new(),
            definitions: Vec::with_capacity(ids.len()),
        };
        for line in text.lines() {
            table.read(line, &ids);
        }
        table
    }

    fn read(&mut self, line: &'static str, ids: &HashMap<&str, TypeId>) {
        let mut words = line.split(' ');
        let words: [&str; 5] = std::array::from_fn(|_| words.next().unwrap_or_default());
        match words {
            ["minors", first, last, "", ""] => self.minors = minors(first, last),
            [definition, "", "", "", ""] => self.definitions.push(Definition {
                name: definition.trim_end_matches(':'),
                fields: Vec::new(),
            }),
            [field, notation, run, "", ""] => {
                if let Some(definition) = self.definitions.last_mut() {
                    definition.fields.push(Field {
                        name: field.trim_end_matches('!'),
                        required: field.ends_with('!'),
                        value: value(notation, ids),
                        minors: run_of(run),
                    });
                }
            }
            // After the fields, because a field may have the name `kind`.
            ["kind", name, api_version, definition, run] => self.kinds.push(Kind {
                name,
                api_version,
                id: ids.get(definition).copied(),
                minors: run_of(run),
            }),
            _ => {}
        }
    }
}

/// `24-37`
fn run_of(run: &str) -> Minors {
    let (first, last) = run.split_once('-').unwrap_or_default();
    minors(first, last)
}

fn minors(first: &str, last: &str) -> Minors {
    Minors {
        first: first.parse().unwrap_or_default(),
        last: last.parse().unwrap_or_default(),
    }
}

fn value(notation: &str, ids: &HashMap<&str, TypeId>) -> Type {
    if let Some(element) = notation.strip_prefix("[]") {
        return Type::List(Box::new(value(element, ids)));
    }
    if let Some(element) = notation.strip_prefix("{}") {
        return Type::Map(Box::new(value(element, ids)));
    }
    match notation {
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "time" => Type::Time,
        "integer" | "int64" => Type::Integer(i64::MIN, i64::MAX),
        "int32" => Type::Integer(i32::MIN.into(), i32::MAX.into()),
        "number" => Type::Number,
        "boolean" => Type::Boolean,
        "quantity" => Type::Quantity,
        "int-or-string" => Type::IntOrString,
        _ => ids.get(notation).copied().map_or(Type::Any, Type::Object),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word of the file is understood, so that nothing is silently left unchecked.
    #[test]
    fn the_whole_file_is_read() {
        let text: &'static str = unpack().leak();
        let table = Table::parse(text);
        assert_eq!((table.minors.first, table.minors.last), (24, 37));
        let fields: usize = table
            .definitions
            .iter()
            .map(|definition| definition.fields.len())
            .sum();
        let lines = 1 + table.kinds.len() + table.definitions.len() + fields;
        assert_eq!(lines, text.lines().count());
        let free = text
            .lines()
            .filter(|line| {
                line.split(' ')
                    .nth(1)
                    .is_some_and(|word| word.ends_with("any"))
            })
            .count();
        let any = |value: &Type| {
            let mut value = value;
            while let Type::List(inner) | Type::Map(inner) = value {
                value = inner;
            }
            *value == Type::Any
        };
        let read_as_free = table
            .definitions
            .iter()
            .flat_map(|definition| &definition.fields)
            .filter(|field| any(&field.value))
            .count();
        assert_eq!(read_as_free, free);
        let known = 20..=37;
        for kind in &table.kinds {
            assert!(known.contains(&kind.minors.first) && known.contains(&kind.minors.last));
            assert_eq!(kind.id.is_none(), kind.minors.last < 24, "{kind:?}");
        }
    }
}
