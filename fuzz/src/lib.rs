//! What the fuzz targets share: how an input is divided into texts, the embedded chart, and what must be true of every
//! diagnostic and every render.

use std::sync::{Arc, LazyLock};

use serde_json::Value;
use swanlab_render::chart;
use swanlab_render::diagnostics::{Diagnostics, Source};
use swanlab_render::manifest::{self, Manifest};
use swanlab_render::release::{CompiledChart, Release, Rendered, Request};
use swanlab_render::report::{Style, draw};
use swanlab_render::values::{Flag, Overrides, set};
use swanlab_render::yaml;

/// A text that seeds carry as a secret, and that nothing else contains.
pub const SECRET: &str = "Zq9Zq9Zq";

/// The line between two texts of one input.
const BETWEEN: &str = "\n====\n";

/// The namespace of everything that is rendered.
pub const NAMESPACE: &str = "swanlab";

/// The embedded chart and its templates, compiled once.
pub static EMBEDDED: LazyLock<Arc<CompiledChart>> = LazyLock::new(|| {
    chart::embedded()
        .expect("the embedded chart is whole")
        .into()
});

/// The texts of an input; as many as are asked for, empty where the input has fewer. None if it is not UTF-8.
pub fn texts<const N: usize>(data: &[u8]) -> Option<[&str; N]> {
    let mut all = [""; N];
    let text = std::str::from_utf8(data).ok()?;
    for (one, found) in all.iter_mut().zip(text.splitn(N, BETWEEN)) {
        *one = found;
    }
    Some(all)
}

/// The first document of a text, null if there is none.
pub fn document(text: &str) -> Value {
    let documents = yaml::read(text).unwrap_or_default();
    documents.into_iter().next().unwrap_or_default()
}

/// One flag of each line: `--set a=1`, `--set-json a=[]`, … Other lines are arguments of `--set`.
pub fn flags(text: &str) -> Vec<Flag> {
    const KINDS: [set::Kind; 5] = [
        set::Kind::Json,
        set::Kind::Set,
        set::Kind::String,
        set::Kind::File,
        set::Kind::Literal,
    ];
    let flag = |line: &str| {
        let typed = line.split_once(' ').and_then(|(word, argument)| {
            let kind = KINDS.into_iter().find(|kind| kind.flag() == word)?;
            Some(Flag::new(kind, argument))
        });
        typed.unwrap_or_else(|| Flag::new(set::Kind::Set, line))
    };
    text.lines().take(20).map(flag).collect()
}

/// The one file that `--set-file` finds.
pub fn load(path: &str) -> Result<Vec<u8>, String> {
    match path {
        "a.txt" => Ok("first line\nsecond line\n".into()),
        _ => Err("there is no such file".to_owned()),
    }
}

/// Every place of a diagnostic is in its source, between characters; it can be drawn, and what is drawn without colour
/// has no control character. The drawing is returned.
pub fn check_diagnostics(diagnostics: &Diagnostics) -> String {
    for diagnostic in &diagnostics.0 {
        for label in &diagnostic.labels {
            let text = label.source.text();
            assert!(
                text.get(label.range.clone()).is_some(),
                "{:?} is no part of {} ({} bytes): {}",
                label.range,
                label.source.name(),
                text.len(),
                diagnostic.message
            );
        }
    }
    let colour = Style {
        colour: true,
        width: 60,
    };
    let _ = draw(diagnostics, colour);
    let drawn = draw(diagnostics, Style::PLAIN);
    let is_control = |c: char| c.is_control() && c != '\n';
    assert!(!drawn.contains(is_control), "{drawn:?}");
    drawn
}

/// A release of a chart for the default cluster.
pub fn release(
    chart: impl Into<Arc<CompiledChart>>,
    overrides: Overrides,
) -> Result<Release, Diagnostics> {
    let mut request = Request::default().in_namespace(NAMESPACE);
    request.overrides = overrides;
    Release::new(chart, request, &load)
}

/// What is printed of a render reads back as the same objects, key by key in the same order.
pub fn check_rendered(rendered: &Rendered) {
    let manifests: Vec<Manifest> = rendered.all().cloned().collect();
    let mut printed = String::new();
    manifest::documents(&manifests, &mut printed);
    let read = yaml::read(&printed)
        .unwrap_or_else(|error| panic!("{} in what is printed:\n{printed}", error.message));
    let objects = |values: &[&Value]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
    let printed: Vec<&Value> = read.iter().collect();
    let rendered: Vec<&Value> = manifests.iter().map(|one| &one.object).collect();
    assert_eq!(objects(&printed), objects(&rendered));
}

/// How often [`SECRET`] occurs in a tree: under a key whose values are never shown, and elsewhere.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Occurrences {
    /// Under `password`, `secretKey`, `accessKey` or `username`.
    pub hidden: usize,
    /// In other values, and in keys.
    pub shown: usize,
}

impl Occurrences {
    /// Counts them in a tree.
    pub fn of(tree: &Value) -> Self {
        let mut found = Self::default();
        found.count(tree, false);
        found
    }

    fn count(&mut self, tree: &Value, is_hidden: bool) {
        match tree {
            Value::String(text) if text.contains(SECRET) && is_hidden => self.hidden += 1,
            Value::String(text) if text.contains(SECRET) => self.shown += 1,
            Value::Array(elements) => {
                for element in elements {
                    self.count(element, is_hidden);
                }
            }
            Value::Object(pairs) => {
                for (key, value) in pairs {
                    self.shown += usize::from(key.contains(SECRET));
                    let key = key.to_ascii_lowercase();
                    let names = ["password", "secretkey", "accesskey", "username"];
                    self.count(value, is_hidden || names.contains(&key.as_str()));
                }
            }
            _ => {}
        }
    }
}

/// A text under a name, as a file or a template has one.
pub fn source(name: &'static str, text: &str) -> Source {
    Source::new(name, text.to_owned())
}
