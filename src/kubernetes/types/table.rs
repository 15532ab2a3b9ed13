//! Reads the data file of the API types; `tools/api-types/generate.py` describes its format. Unknown lines are ignored:
//! the file is part of the program, and a test checks that all its lines are read.

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::OnceLock;

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
    /// The definitions by name.
    ids: Ids,
}

type Ids = HashMap<&'static str, TypeId, foldhash::fast::RandomState>;

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
    /// The lines of its fields, which are read when they are first needed: of 700 definitions a render needs a few.
    lines: &'static str,
    fields: OnceLock<Vec<Field>>,
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
        let mut table = Self {
            minors: Minors { first: 0, last: 0 },
            kinds: Vec::new(),
            definitions: Vec::new(),
            ids: Ids::default(),
        };
        // The kinds name definitions that may come later.
        let mut kinds = Vec::new();
        for (line, below) in lines(text) {
            if let Some(name) = line.strip_suffix(':') {
                let id = TypeId(table.definitions.len());
                table.ids.insert(name, id);
                table.definitions.push(Definition {
                    name,
                    lines: below,
                    fields: OnceLock::new(),
                });
            } else if line.starts_with("kind ") || line.starts_with("minors ") {
                match words(line) {
                    ["minors", first, last, "", ""] => table.minors = minors(first, last),
                    // A field may have the name `kind`; its line is shorter.
                    ["kind", .., run] if !run.is_empty() => kinds.push(line),
                    _ => {}
                }
            }
        }
        table.kinds = kinds.into_iter().map(|line| table.kind(line)).collect();
        table
    }

    fn kind(&self, line: &'static str) -> Kind {
        let [_, name, api_version, definition, run] = words(line);
        Kind {
            name,
            api_version,
            id: self.ids.get(definition).copied(),
            minors: run_of(run),
        }
    }

    /// The fields of a definition.
    pub(super) fn fields<'t>(&'t self, definition: &'t Definition) -> &'t [Field] {
        definition.fields.get_or_init(|| {
            let mut fields = Vec::new();
            for (line, _) in lines(definition.lines) {
                let [field, notation, run, "", ""] = words(line) else {
                    break;
                };
                if notation.is_empty() {
                    break;
                }
                fields.push(Field {
                    name: field.trim_end_matches('!'),
                    required: field.ends_with('!'),
                    value: value(notation, &self.ids),
                    minors: run_of(run),
                });
            }
            fields
        })
    }
}

/// Each line of a text without its end, and what is below it.
fn lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, below) = match memchr::memchr(b'\n', rest.as_bytes()) {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, ""),
        };
        rest = below;
        Some((line, below))
    })
}

/// The words of a line, of which none has more.
fn words(line: &str) -> [&str; 5] {
    let mut rest = line;
    std::array::from_fn(|_| match memchr::memchr(b' ', rest.as_bytes()) {
        Some(end) => {
            let word = &rest[..end];
            rest = &rest[end + 1..];
            word
        }
        None => std::mem::take(&mut rest),
    })
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

fn value(notation: &str, ids: &Ids) -> Type {
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
            .map(|definition| table.fields(definition).len())
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
            .flat_map(|definition| table.fields(definition))
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
