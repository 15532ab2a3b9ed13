//! Where a value of the merged tree comes from: which flag, which line of which file, or the chart.
//! It is worked out when somebody asks, from the texts; the merged tree carries nothing of it.

use std::cell::OnceCell;
use std::sync::Arc;

use super::overrides::{Flag, Overrides};
use super::set::{Action, Leaf};
use crate::diagnostics::{Label, Source};
use crate::yaml::{Content, Index, Located, Node, Path, Step, value_at};

/// Where a value was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In a values file.
    File(Label),
    /// By a flag of the `--set` family; the source is the flag as it was typed.
    Flag(Label),
    /// By the chart's values.yaml.
    Chart(Label),
}

impl Origin {
    /// The place of the value.
    pub fn label(&self) -> &Label {
        match self {
            Self::File(label) | Self::Flag(label) | Self::Chart(label) => label,
        }
    }
}

/// Where the values of a release come from. The texts are looked into when the first question comes.
#[derive(Debug)]
pub struct Origins {
    overrides: Arc<Overrides>,
    defaults: Source,
    layers: OnceCell<Layers>,
}

#[derive(Debug)]
struct Layers {
    /// In order of precedence, the weakest first.
    user: Vec<Layer>,
    defaults: Vec<Document>,
}

#[derive(Debug)]
enum Layer {
    Document(Document),
    /// A flag, and which of its assignments.
    Assignment(Flag, usize),
}

/// A document of a text.
#[derive(Debug)]
struct Document {
    source: Source,
    part: usize,
    index: Index,
}

/// What a layer says of a path.
enum Found {
    /// It gives the value.
    Here(Label),
    /// It put something else in the place of a map above: nothing weaker of the user's counts.
    Replaced,
    Nothing,
}

impl Document {
    /// The documents of a text; of one that cannot be read there are none.
    fn all(source: &Source) -> impl Iterator<Item = Self> {
        let parts = source.parts().map_or(0, <[_]>::len);
        let document = |part| Self {
            source: source.clone(),
            part,
            index: Index::default(),
        };
        (0..parts)
            .map(document)
            .filter(|document| document.node().is_some())
    }

    fn node(&self) -> Option<&Node<'static>> {
        let part = self.source.parts().ok()?.get(self.part)?;
        part.node.as_ref().ok()?.as_ref()
    }

    fn locate(&self, path: &Path) -> Option<Located> {
        self.index.locate(self.node()?, path)
    }
}

impl Origins {
    /// The origins of what these overrides give over a chart's values.yaml.
    pub fn new(overrides: Arc<Overrides>, defaults: Source) -> Self {
        Self {
            overrides,
            defaults,
            layers: OnceCell::new(),
        }
    }

    fn layers(&self) -> &Layers {
        self.layers.get_or_init(|| {
            let files = self.overrides.files.iter();
            let documents = files.flat_map(Document::all).map(Layer::Document);
            let flags = self.overrides.ordered_flags().into_iter();
            let assignments = flags.flat_map(|flag| {
                (0..flag.assignments().len()).map(|index| Layer::Assignment(flag.clone(), index))
            });
            Layers {
                user: documents.chain(assignments).collect(),
                defaults: Document::all(&self.defaults).collect(),
            }
        })
    }

    /// Where the value at a path was given last.
    pub fn of(&self, path: &Path) -> Option<Origin> {
        self.of_user(path).or_else(|| {
            let mut documents = self.layers().defaults.iter().rev();
            let located = documents.find_map(|document| document.locate(path))?;
            Some(Origin::Chart(Label::new(&self.defaults, located.value)))
        })
    }

    /// The place of a value that the user gave.
    pub fn given(&self, path: &Path) -> Option<Label> {
        self.of_user(path).map(|origin| origin.label().clone())
    }

    /// Where the user gave it; none if only the chart did.
    fn of_user(&self, path: &Path) -> Option<Origin> {
        for layer in self.layers().user.iter().rev() {
            match layer.find(path) {
                Found::Here(label) => {
                    return Some(match layer {
                        Layer::Document(_) => Origin::File(label),
                        Layer::Assignment(..) => Origin::Flag(label),
                    });
                }
                Found::Replaced => return None,
                Found::Nothing => {}
            }
        }
        None
    }

    /// The place to point at when something is wrong at a path: the value itself where the user
    /// gave it, else the nearest thing above it that the user gave, else the chart's.
    pub fn nearest(&self, path: &Path) -> Option<Label> {
        let mut above = path.clone();
        while !above.0.is_empty() {
            if let Some(origin) = self.of_user(&above) {
                let label = origin.label().clone();
                // For a missing value, the nearest key above it is shown, without what is below that key.
                return Some(if above == *path {
                    label
                } else {
                    self.key_label(&above).unwrap_or(label)
                });
            }
            above.0.pop();
        }
        self.of(path).map(|origin| origin.label().clone())
    }

    /// The place of a key that the user gave: in the file, or the flag that sets it.
    pub fn key(&self, path: &Path) -> Option<Label> {
        self.key_label(path)
            .or_else(|| self.of_user(path).map(|origin| origin.label().clone()))
    }

    fn key_label(&self, path: &Path) -> Option<Label> {
        let mut layers = self.layers().user.iter().rev();
        layers.find_map(|layer| match layer {
            Layer::Document(document) => {
                let key = document.locate(path)?.key?;
                Some(Label::new(&document.source, key))
            }
            Layer::Assignment(..) => None,
        })
    }
}

impl Layer {
    fn find(&self, path: &Path) -> Found {
        match self {
            Self::Document(document) => document.find(path),
            Self::Assignment(flag, index) => {
                let Some(assignment) = flag.assignments().get(*index) else {
                    return Found::Nothing;
                };
                let label = || flag.label(&assignment.range);
                match &assignment.action {
                    Action::Merge(document) => {
                        let gives = path.0.split_first().is_some_and(|(first, rest)| {
                            let Step::Key(key) = first else { return false };
                            let value = document.get(key);
                            value.is_some_and(|value| value_at(value, rest).is_some())
                        });
                        if gives {
                            Found::Here(label())
                        } else {
                            Found::Nothing
                        }
                    }
                    Action::Visit => Found::Nothing,
                    Action::Write(_) | Action::WriteEmpty => {
                        find_written(&assignment.path, &assignment.action, path, label)
                    }
                }
            }
        }
    }
}

impl Document {
    fn find(&self, path: &Path) -> Found {
        let Some(mut node) = self.node() else {
            return Found::Nothing;
        };
        for step in &path.0 {
            match self.index.below(node, step) {
                Some((_, value)) => node = value,
                None if matches!(node.target().content, Content::Map(_)) => return Found::Nothing,
                None => return Found::Replaced,
            }
        }
        Found::Here(Label::new(&self.source, node.range.clone()))
    }
}

fn find_written(
    written: &[Step],
    action: &Action<Leaf>,
    path: &Path,
    label: impl Fn() -> Label,
) -> Found {
    let common = written
        .iter()
        .zip(&path.0)
        .take_while(|(written, asked)| written == asked)
        .count();
    if common == path.0.len() {
        // The flag writes the value itself or something inside it.
        return Found::Here(label());
    }
    if common < written.len() {
        return Found::Nothing;
    }
    match action {
        Action::Write(Leaf::Value(value)) if value_at(value, &path.0[common..]).is_some() => {
            Found::Here(label())
        }
        Action::Write(Leaf::Files(files)) if matches!(&path.0[common..], [Step::Index(index)] if *index < files.len()) => {
            Found::Here(label())
        }
        _ => Found::Replaced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::set::Kind;

    fn origin(files: &[&str], flags: &[(Kind, &str)], path: &[&str]) -> Option<String> {
        let overrides = Overrides {
            files: files
                .iter()
                .enumerate()
                .map(|(index, text)| Source::new(format!("f{index}"), (*text).to_owned()))
                .collect(),
            flags: flags
                .iter()
                .map(|(kind, text)| Flag::new(*kind, text))
                .collect(),
        };
        let defaults = Source::new("chart", "a: 1\nm:\n  x: 1\n  w: 2\n");
        let path = Path(
            path.iter()
                .map(|key| Step::Key((*key).to_owned()))
                .collect(),
        );
        let origins = Origins::new(Arc::new(overrides), defaults);
        let origin = origins.of(&path)?;
        let label = origin.label();
        let (line, _) = label.source.line_column(label.range.start);
        Some(format!("{}:{line}", label.source.name()))
    }

    #[test]
    fn the_last_layer_that_gives_a_value_is_its_origin() {
        let files = ["m:\n  x: 5\n", "m: {w: 7}\n"];
        assert_eq!(origin(&files, &[], &["m", "x"]).as_deref(), Some("f0:2"));
        assert_eq!(origin(&files, &[], &["m", "w"]).as_deref(), Some("f1:1"));
        assert_eq!(origin(&files, &[], &["a"]).as_deref(), Some("chart:1"));
        let flags = [(Kind::Set, "m.x=9"), (Kind::Json, "{\"m\":{\"w\":1}}")];
        assert_eq!(
            origin(&files, &flags, &["m", "x"]).as_deref(),
            Some("command line:1")
        );
        assert_eq!(
            origin(&files, &flags, &["m", "w"]).as_deref(),
            Some("command line:1")
        );
        assert_eq!(origin(&files, &flags, &["nope"]), None);
    }

    #[test]
    fn a_map_that_was_replaced_and_came_back_is_the_charts() {
        let files = ["m: {x: 5}\n", "m: null\n", "m: {z: 1}\n"];
        assert_eq!(origin(&files, &[], &["m", "x"]).as_deref(), Some("chart:3"));
    }
}
