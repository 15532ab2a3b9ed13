//! Where a value of the merged tree comes from: which flag, which line of which file, or the chart.
//! It is worked out when somebody asks, from the texts; the merged tree carries nothing of it.

use super::overrides::{Flag, Overrides};
use super::set::{self, Action, Leaf, Segment};
use crate::diagnostics::{Label, Source};
use crate::yaml::{self, Content, Index, Node, Path, Step, value_at};

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

/// The texts of a release's values, ready to be asked.
#[derive(Debug)]
pub struct Origins<'a> {
    /// In order of precedence, the weakest first.
    layers: Vec<Layer<'a>>,
    defaults: (&'a Source, Vec<(Node<'a>, Index)>),
}

#[derive(Debug)]
enum Layer<'a> {
    Document(&'a Source, Node<'a>, Index),
    Assignment(&'a Flag, set::Assignment<Leaf>),
}

/// What a layer says of a path.
enum Found {
    /// It gives the value.
    Here(Label),
    /// It put something else in the place of a map above: nothing weaker of the user's counts.
    Replaced,
    Nothing,
}

impl<'a> Origins<'a> {
    /// Takes the texts apart. Texts that cannot be read have no values, and so no origins.
    pub fn new(overrides: &'a Overrides, defaults: &'a Source) -> Self {
        let mut layers = Vec::new();
        for file in &overrides.files {
            for node in yaml::compose(file.text()).unwrap_or_default() {
                layers.push(Layer::Document(file, node, Index::default()));
            }
        }
        for flag in overrides.ordered_flags() {
            for assignment in set::parse(flag.kind, flag.argument()).unwrap_or_default() {
                layers.push(Layer::Assignment(flag, assignment));
            }
        }
        let nodes = yaml::compose(defaults.text()).unwrap_or_default();
        let nodes = nodes.into_iter().map(|node| (node, Index::default()));
        Self {
            layers,
            defaults: (defaults, nodes.collect()),
        }
    }

    /// Where the value at a path was given last.
    pub fn of(&self, path: &Path) -> Option<Origin> {
        self.of_user(path).or_else(|| {
            let (source, nodes) = &self.defaults;
            nodes
                .iter()
                .rev()
                .find_map(|(node, index)| index.locate(node, path))
                .map(|located| Origin::Chart(Label::new(source, located.value)))
        })
    }

    /// The place of a value that the user gave.
    pub fn given(&self, path: &Path) -> Option<Label> {
        self.of_user(path).map(|origin| origin.label().clone())
    }

    /// Where the user gave it; none if only the chart did.
    fn of_user(&self, path: &Path) -> Option<Origin> {
        for layer in self.layers.iter().rev() {
            match layer.find(path) {
                Found::Here(label) => {
                    return Some(match layer {
                        Layer::Document(..) => Origin::File(label),
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
                // Of a missing value the key above it is shown, not all that stands below that.
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
        self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Document(source, node, index) => {
                let key = index.locate(node, path)?.key?;
                Some(Label::new(source, key))
            }
            Layer::Assignment(..) => None,
        })
    }
}

impl Layer<'_> {
    fn find(&self, path: &Path) -> Found {
        match self {
            Self::Document(source, node, index) => find_in_document(source, node, index, path),
            Self::Assignment(flag, assignment) => {
                let label = || flag.label(&assignment.range);
                match &assignment.action {
                    Action::Merge(document) => {
                        let document = serde_json::Value::Object(document.clone());
                        if value_at(&document, &path.0).is_some() {
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

fn find_in_document(source: &Source, document: &Node<'_>, index: &Index, path: &Path) -> Found {
    let mut node = document;
    for step in &path.0 {
        match index.below(node, step) {
            Some((_, value)) => node = value,
            None if matches!(node.target().content, Content::Map(_)) => return Found::Nothing,
            None => return Found::Replaced,
        }
    }
    Found::Here(Label::new(source, node.range.clone()))
}

fn find_written(
    written: &[Segment],
    action: &Action<Leaf>,
    path: &Path,
    label: impl Fn() -> Label,
) -> Found {
    let common = written
        .iter()
        .zip(&path.0)
        .take_while(|(segment, step)| same(segment, step))
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

fn same(segment: &Segment, step: &Step) -> bool {
    match (segment, step) {
        (Segment::Key(a), Step::Key(b)) => a == b,
        (Segment::Index(a), Step::Index(b)) => a == b,
        _ => false,
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
        let origins = Origins::new(&overrides, &defaults);
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
