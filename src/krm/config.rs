//! The functionConfig: its keys and their types. All but the values are checked, and all problems reported at once.

use serde_json::Value;

use super::read::label;
use super::{Config, FUNCTION};
use crate::chart::KubeVersion;
use crate::diagnostics::{Diagnostic, Diagnostics, Source, nearest};
use crate::images::Mirror;
use crate::release::{check_name, check_namespace, check_service_name};
use crate::yaml::{self, Content, Node};

const KEYS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];
const SPEC_KEYS: [&str; 9] = [
    "release",
    "chart",
    "namespace",
    "kubeVersion",
    "apiVersions",
    "imageRegistry",
    "strict",
    "valuesFiles",
    "values",
];

/// Reads a functionConfig that is YAML.
pub(super) fn read(source: &Source) -> Result<Config, Diagnostics> {
    let not_read = |error: yaml::Error| Diagnostics::from(Diagnostic::error(error.message));
    let nodes = yaml::compose(source.text()).map_err(not_read)?;
    let Some(root) = nodes.first() else {
        return Err(Diagnostic::error("the functionConfig is empty").into());
    };
    let mut reader = Reader {
        source,
        problems: Vec::new(),
        config: Config::default(),
    };
    reader.root(root);
    if reader.problems.is_empty() {
        Ok(reader.config)
    } else {
        Err(Diagnostics(reader.problems))
    }
}

struct Reader<'s> {
    source: &'s Source,
    problems: Vec<Diagnostic>,
    config: Config,
}

impl Reader<'_> {
    fn root(&mut self, root: &Node<'_>) {
        let tree = yaml::tree(root).unwrap_or_default();
        let found = [tree["apiVersion"].as_str(), tree["kind"].as_str()];
        if found != FUNCTION.map(Some) {
            let [version, kind] = FUNCTION;
            let message =
                format!("this is not a functionConfig with apiVersion {version} and kind {kind}");
            return self.refuse("", message, root);
        }
        for (key, value) in self.entries("", root, &KEYS) {
            if key == "spec" && !is_null(value) {
                for (key, value) in self.entries("spec", value, &SPEC_KEYS) {
                    if !is_null(value) {
                        self.field(&key, value);
                    }
                }
            }
        }
        // A Service's name is stricter, and depends on the chart.
        if let Some(name) = &self.config.release
            && let Err(problem) = check_name(name).and_then(|()| match self.config.chart {
                None => check_service_name(name),
                Some(_) => Ok(()),
            })
        {
            self.problems.push(problem.about("spec.release"));
        }
    }

    /// The pairs of a map, without those that nobody knows.
    fn entries<'n, 'a>(
        &mut self,
        path: &str,
        node: &'n Node<'a>,
        known: &[&'static str],
    ) -> Vec<(String, &'n Node<'a>)> {
        let Content::Map(pairs) = &node.target().content else {
            self.refuse(path, "this is no map".to_owned(), node);
            return Vec::new();
        };
        let mut entries = Vec::new();
        for (key_node, value) in pairs {
            let key = yaml::key(key_node).unwrap_or_default().into_owned();
            if known.contains(&key.as_str()) {
                entries.push((key, value));
                continue;
            }
            let path = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            let unknown = Diagnostic::error(format!("{path}: no such key in a functionConfig"))
                .about(&path)
                .at(label(self.source, key_node));
            self.problems.push(match nearest(&key, known.to_vec()) {
                Some(near) => unknown.with_help(format!("did you mean `{near}`?")),
                None => unknown.with_help(format!(
                    "known are {}; the chart's values belong below `spec.values`",
                    known.join(", ")
                )),
            });
        }
        entries
    }

    fn field(&mut self, key: &str, node: &Node<'_>) {
        match key {
            "values" => self.values(node),
            "strict" => match yaml::tree(node) {
                Ok(Value::Bool(strict)) => self.config.strict = strict,
                _ => self.refuse("spec.strict", "write `true` or `false`".to_owned(), node),
            },
            "apiVersions" => self.config.api_versions = self.texts("spec.apiVersions", node),
            "valuesFiles" => self.config.values_files = self.texts("spec.valuesFiles", node),
            _ => self.text_field(key, node),
        }
    }

    fn text_field(&mut self, key: &str, node: &Node<'_>) {
        let path = format!("spec.{key}");
        let Some(text) = self.text(&path, node) else {
            return;
        };
        let problem = match key {
            "namespace" => check_namespace(&text).err().map(|error| error.message),
            "kubeVersion" if KubeVersion::parse(&text).is_none() => Some(format!(
                "not a Kubernetes version; write 1.{{minor}}, such as {}",
                KubeVersion::DEFAULT
            )),
            "imageRegistry" => Mirror::parse(&text).err(),
            _ => None,
        };
        if let Some(problem) = problem {
            return self.refuse(&path, problem, node);
        }
        let field = match key {
            "release" => &mut self.config.release,
            "chart" => &mut self.config.chart,
            "namespace" => &mut self.config.namespace,
            "kubeVersion" => &mut self.config.kube_version,
            _ => &mut self.config.image_registry,
        };
        *field = Some(text);
    }

    fn text(&mut self, path: &str, node: &Node<'_>) -> Option<String> {
        match yaml::tree(node) {
            Ok(Value::String(text)) if !text.is_empty() => Some(text),
            Ok(Value::Number(_) | Value::Bool(_)) => {
                self.refuse(path, "this is no text: put it in quotes".to_owned(), node);
                None
            }
            _ => {
                self.refuse(path, "this is no text".to_owned(), node);
                None
            }
        }
    }

    fn texts(&mut self, path: &str, node: &Node<'_>) -> Vec<String> {
        let Content::List(elements) = &node.target().content else {
            self.refuse(path, "this is no list".to_owned(), node);
            return Vec::new();
        };
        let elements = elements.iter().enumerate();
        elements
            .filter_map(|(index, element)| self.text(&format!("{path}[{index}]"), element))
            .collect()
    }

    /// The values, in a text in which everything else is blank.
    fn values(&mut self, node: &Node<'_>) {
        if !matches!(node.target().content, Content::Map(_)) {
            return self.refuse("spec.values", "this is no map".to_owned(), node);
        }
        let (text, range) = (self.source.text(), node.target().range.clone());
        let mut alone: String = text[..range.start]
            .chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect();
        alone.push_str(&text[range]);
        let wanted = yaml::tree(node).ok();
        let same = yaml::read(&alone).is_ok_and(|read| read.first() == wanted.as_ref());
        if !same {
            // It leans on an anchor outside: its places are lost, its meaning is not.
            alone = yaml::to_string(&wanted.unwrap_or_default());
        }
        self.config.values = Some(Source::new(self.source.name().to_owned(), alone));
    }

    fn refuse(&mut self, path: &str, message: String, node: &Node<'_>) {
        let message = if path.is_empty() {
            message
        } else {
            format!("{path}: {message}")
        };
        let problem = Diagnostic::error(message)
            .about(path)
            .at(label(self.source, node));
        self.problems.push(problem);
    }
}

fn is_null(node: &Node<'_>) -> bool {
    yaml::tree(node).is_ok_and(|tree| tree.is_null())
}
