//! The tools as a table: what a client may give to each, and the flag that it becomes. What is not in the table cannot be
//! given, so no tool writes a file, asks a cluster or reads standard input.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use swanlab_render::kubernetes::NameRule;

use crate::cli::input::is_chart;

/// A tool: a command with some of its flags.
pub(super) struct Tool {
    pub(super) name: &'static str,
    title: &'static str,
    about: &'static str,
    command: &'static str,
    arguments: &'static [Argument],
    required: &'static [&'static str],
}

struct Argument {
    name: &'static str,
    about: &'static str,
    kind: Kind,
}

/// What an argument is, and the flag that it becomes.
enum Kind {
    /// A file, by its path or its text.
    File(&'static str),
    /// Several of them.
    Files(&'static str),
    /// A text.
    Word(&'static str),
    /// Several of them.
    Words(&'static str),
    /// One of these.
    Choice(&'static str, &'static [&'static str]),
    /// Yes or no.
    Switch(&'static str),
    /// The name of the release, which has no flag.
    Release,
    /// A key of the values, which has none either.
    Key,
}

/// A command line, and the texts that its flags name.
pub(super) struct Call {
    pub(super) words: Vec<String>,
    pub(super) texts: BTreeMap<String, String>,
    /// Whether what is printed is JSON.
    pub(super) is_json: bool,
}

const VALUES: Argument = Argument {
    name: "values",
    about: "Values files, merged in this order over the chart's defaults.",
    kind: Kind::Files("--values"),
};
const SET: Argument = Argument {
    name: "set",
    about: "Single values, as Helm's --set: service.server.replicas=3. They count more than files.",
    kind: Kind::Words("--set"),
};
const SET_STRING: Argument = Argument {
    name: "setString",
    about: "Single values that are always text, as Helm's --set-string.",
    kind: Kind::Words("--set-string"),
};
const RELEASE: Argument = Argument {
    name: "release",
    about: "The release's name. All objects are named after it. Default: swanlab-self-hosted.",
    kind: Kind::Release,
};
const NAMESPACE: Argument = Argument {
    name: "namespace",
    about: "The namespace that the release is meant for. Default: default.",
    kind: Kind::Word("--namespace"),
};
const KUBE_VERSION: Argument = Argument {
    name: "kubeVersion",
    about: "The cluster's Kubernetes version, such as 1.33.0.",
    kind: Kind::Word("--kube-version"),
};
const IMAGE_REGISTRY: Argument = Argument {
    name: "imageRegistry",
    about: "A mirror that all images are taken from: HOST/PREFIX.",
    kind: Kind::Word("--image-registry"),
};
const STRICT: Argument = Argument {
    name: "strict",
    about: "Treat warnings as errors.",
    kind: Kind::Switch("--strict"),
};
const MANIFESTS: Argument = Argument {
    name: "manifests",
    about: "Finished manifests of any chart, instead of a render: then there are no values.",
    kind: Kind::File("--manifests"),
};
const AGAINST: Argument = Argument {
    name: "against",
    about: "The manifests that are applied now: what an earlier render, `helm get manifest` or `kubectl get -o yaml` printed.",
    kind: Kind::File("--against"),
};
const FROM_VALUES: Argument = Argument {
    name: "fromValues",
    about: "Instead of `against`: the older values files, which are rendered to compare with. An empty file stands for the defaults.",
    kind: Kind::Files("--from-values"),
};
const APPLIER: Argument = Argument {
    name: "applier",
    about: "What will apply the new manifests. It decides what becomes of removed objects. Default: kubectl.",
    kind: Kind::Choice(
        "--applier",
        &["kubectl", "server-side", "helm", "argocd", "flux"],
    ),
};
const REVERSE: Argument = Argument {
    name: "reverse",
    about: "The way back instead.",
    kind: Kind::Switch("--reverse"),
};

const fn format(about: &'static str, formats: &'static [&'static str]) -> Argument {
    Argument {
        name: "format",
        about,
        kind: Kind::Choice("--output", formats),
    }
}

const TEXT_OR_JSON: Argument = format("Default: text.", &["text", "json"]);
const TEXT_MARKDOWN_OR_JSON: Argument = format("Default: text.", &["text", "markdown", "json"]);

pub(super) const TOOLS: [Tool; 6] = [
    Tool {
        name: "render",
        title: "Render manifests",
        about: "The Kubernetes manifests that values give, with the values of Secrets hidden. All 28 objects are long: name \
                the ones that you want with showOnly.",
        command: "template",
        arguments: &[
            VALUES,
            SET,
            SET_STRING,
            RELEASE,
            NAMESPACE,
            KUBE_VERSION,
            IMAGE_REGISTRY,
            STRICT,
            Argument {
                name: "showOnly",
                about: "Only manifests of these templates: templates/s3/* or templates/swanlab-server/*.",
                kind: Kind::Words("--show-only"),
            },
            format("Default: yaml.", &["yaml", "json"]),
        ],
        required: &[],
    },
    Tool {
        name: "lint",
        title: "Check values and manifests",
        about: "Everything that is wrong with values and with what they render to: misspelt keys, wrong types, what has no \
                effect, default passwords, objects that an API server refuses. Each finding has a code, a place in the \
                values and what to do.",
        command: "lint",
        arguments: &[
            VALUES,
            SET,
            SET_STRING,
            RELEASE,
            NAMESPACE,
            KUBE_VERSION,
            STRICT,
            MANIFESTS,
            Argument {
                name: "external",
                about: "Objects that are in the cluster without being rendered: Secret/registry.",
                kind: Kind::Words("--external"),
            },
            TEXT_OR_JSON,
        ],
        required: &[],
    },
    Tool {
        name: "diff",
        title: "Compare with what is applied",
        about: "What an upgrade changes and what the cluster does about it: refused changes, lost data, outages, restarts, and \
                the value behind each change. Needs `against` or `fromValues`.",
        command: "diff",
        arguments: &[
            VALUES,
            SET,
            SET_STRING,
            RELEASE,
            NAMESPACE,
            KUBE_VERSION,
            IMAGE_REGISTRY,
            MANIFESTS,
            AGAINST,
            FROM_VALUES,
            APPLIER,
            REVERSE,
            Argument {
                name: "summary",
                about: "Shorten the report to the verdict, the findings and one line for each object; not with json.",
                kind: Kind::Switch("--summary"),
            },
            TEXT_MARKDOWN_OR_JSON,
        ],
        required: &[],
    },
    Tool {
        name: "plan",
        title: "Plan an upgrade",
        about: "The steps of an upgrade, in an order that the cluster accepts and that loses no data, each with its commands, \
                its downtime and its way back. Nothing is run. Needs `against` or `fromValues`.",
        command: "plan",
        arguments: &[
            VALUES,
            SET,
            SET_STRING,
            RELEASE,
            NAMESPACE,
            KUBE_VERSION,
            IMAGE_REGISTRY,
            MANIFESTS,
            AGAINST,
            FROM_VALUES,
            APPLIER,
            Argument {
                name: "backup",
                about: "How the stores that the upgrade touches are backed up. Default: dump.",
                kind: Kind::Choice("--backup", &["snapshot", "copy", "dump", "none"]),
            },
            REVERSE,
            TEXT_MARKDOWN_OR_JSON,
        ],
        required: &[],
    },
    Tool {
        name: "explain",
        title: "Explain a key of the values",
        about: "What a key of the values is for: type, default, allowed values, description, the fields that it feeds, and what \
                changing it does to what runs.",
        command: "explain",
        arguments: &[
            Argument {
                name: "key",
                about: "A key of the values: service.server.replicas.",
                kind: Kind::Key,
            },
            VALUES,
            SET,
            TEXT_OR_JSON,
        ],
        required: &["key"],
    },
    Tool {
        name: "summary",
        title: "Count what an installation needs",
        about: "Pods, CPU, memory, storage by class, images, ports and the least number of nodes.",
        command: "summary",
        arguments: &[
            VALUES,
            SET,
            SET_STRING,
            RELEASE,
            NAMESPACE,
            MANIFESTS,
            TEXT_MARKDOWN_OR_JSON,
        ],
        required: &[],
    },
];

impl Tool {
    /// As `tools/list` has it.
    pub(super) fn describe(&self) -> Value {
        let arguments = self.arguments.iter();
        let properties: Map<String, Value> = arguments
            .map(|argument| (argument.name.to_owned(), argument.schema()))
            .collect();
        let mut schema = json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        if !self.required.is_empty() {
            schema["required"] = json!(self.required);
        }
        json!({
            "name": self.name,
            "title": self.title,
            "description": self.about,
            "inputSchema": schema,
            "annotations": {"readOnlyHint": true, "openWorldHint": false},
        })
    }

    /// The command line for arguments of a client.
    pub(super) fn read(&self, given: &Map<String, Value>) -> Result<Call, String> {
        let known = |name: &str| self.arguments.iter().any(|one| one.name == name);
        if let Some(unknown) = given.keys().find(|name| !known(name)) {
            let names: Vec<&str> = self.arguments.iter().map(|one| one.name).collect();
            let unknown = Value::from(&**unknown);
            return Err(format!(
                "{} has no argument {unknown}; it has {}",
                self.name,
                names.join(", ")
            ));
        }
        if let Some(missing) = self
            .required
            .iter()
            .find(|name| !given.contains_key(**name))
        {
            return Err(format!("{} needs the argument `{missing}`", self.name));
        }
        if given.contains_key(MANIFESTS.name)
            && let Some(other) = [VALUES.name, SET.name, SET_STRING.name, FROM_VALUES.name]
                .into_iter()
                .find(|name| given.contains_key(*name))
        {
            return Err(format!(
                "`{}` and `{other}` exclude each other: finished manifests have no values",
                MANIFESTS.name
            ));
        }
        let mut line = Line {
            words: vec![env!("CARGO_PKG_NAME").to_owned(), self.command.to_owned()],
            texts: BTreeMap::new(),
            positional: None,
        };
        for argument in self.arguments {
            if let Some(value) = given.get(argument.name) {
                line.add(argument, value)
                    .map_err(|why| format!("`{}`: {why}", argument.name))?;
            }
        }
        // Behind this nothing is a flag.
        let positional = line.positional.into_iter();
        line.words
            .extend(positional.flat_map(|word| ["--".to_owned(), word]));
        Ok(Call {
            words: line.words,
            texts: line.texts,
            is_json: given.get("format").is_some_and(|format| format == "json"),
        })
    }
}

impl Argument {
    fn schema(&self) -> Value {
        let file = json!({
            "type": "object",
            "description": "Either `path` or `text`.",
            "properties": {
                "path": {"type": "string", "description": "A file below the folder that the server may read."},
                "text": {"type": "string", "description": "The text of the file itself."},
            },
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": false,
        });
        let mut schema = match self.kind {
            Kind::File(_) => file,
            Kind::Files(_) => json!({"type": "array", "items": file}),
            Kind::Word(_) | Kind::Release | Kind::Key => json!({"type": "string"}),
            Kind::Words(_) => json!({"type": "array", "items": {"type": "string"}}),
            Kind::Choice(_, choices) => json!({"type": "string", "enum": choices}),
            Kind::Switch(_) => json!({"type": "boolean"}),
        };
        schema["description"] = self.about.into();
        schema
    }
}

/// A command line that is put together.
struct Line {
    words: Vec<String>,
    texts: BTreeMap<String, String>,
    positional: Option<String>,
}

impl Line {
    fn add(&mut self, argument: &Argument, value: &Value) -> Result<(), String> {
        match argument.kind {
            Kind::File(flag) => {
                let file = self.file(argument.name, value)?;
                self.flag(flag, &file);
            }
            Kind::Files(flag) => {
                for (index, value) in list(value)?.iter().enumerate() {
                    let file = self.file(&format!("{}[{index}]", argument.name), value)?;
                    // Commas part names, as in Helm.
                    self.flag(flag, &format!("\"{}\"", file.replace('"', "\"\"")));
                }
            }
            Kind::Word(flag) => self.flag(flag, text(value)?),
            Kind::Words(flag) => {
                for value in list(value)? {
                    self.flag(flag, text(value)?);
                }
            }
            Kind::Choice(flag, choices) => {
                let text = text(value)?;
                if !choices.contains(&text) {
                    return Err(format!("it is one of {}", choices.join(", ")));
                }
                self.flag(flag, text);
            }
            Kind::Switch(flag) => match value {
                Value::Bool(true) => self.words.push(flag.to_owned()),
                Value::Bool(false) => {}
                _ => return Err("it is true or false".to_owned()),
            },
            Kind::Release => {
                // Anything else could be the path of a chart.
                let name = text(value)?;
                if !NameRule::DnsSubdomain.allows(name) || is_chart(name) {
                    return Err(NameRule::DnsSubdomain.words().to_owned());
                }
                self.positional = Some(name.to_owned());
            }
            Kind::Key => self.positional = Some(text(value)?.to_owned()),
        }
        Ok(())
    }

    fn flag(&mut self, flag: &str, value: &str) {
        self.words.push(format!("{flag}={value}"));
    }

    /// The name of a file for a flag. A path is never the name of a text, a cluster or standard input.
    fn file(&mut self, name: &str, value: &Value) -> Result<String, String> {
        let wrong = || Err("a file is an object with either `path` or `text`".to_owned());
        let Value::Object(file) = value else {
            return wrong();
        };
        let mut entries = file.iter();
        match (entries.next(), entries.next()) {
            (Some((key, Value::String(text))), None) if key == "text" => {
                self.texts.insert(name.to_owned(), text.clone());
                Ok(name.to_owned())
            }
            (Some((key, Value::String(path))), None) if key == "path" => {
                Ok(if std::path::Path::new(path).is_absolute() {
                    path.clone()
                } else {
                    format!("./{path}")
                })
            }
            _ => wrong(),
        }
    }
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "it is a text".to_owned())
}

fn list(value: &Value) -> Result<&Vec<Value>, String> {
    value.as_array().ok_or_else(|| "it is a list".to_owned())
}
