//! One rendering of a chart: the names that templates see, and the partials. A partial is rendered when it is first
//! used. A run belongs to one thread, because the search for circles between partials does.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Enumerator, Object};
use minijinja::{Error, Output, State, Value};

use super::errors::{Failure, Names, PartialFailure, explain, explain_text};
use super::form::Document;
use super::functions::notes_text;
use super::holes::Holes;
use super::kept::LONGEST;
use super::memo::{Made, Reads, are_never_used, current};
use super::object_text::ObjectText;
use super::trace::{Spans, Trace};
use super::tree::{Tree, invalid};
use super::{ByName, Compiled, Engine, LazyObject};
use crate::chart::{FileError, Files, Template};

/// A name that is defined only where values become text (NOTES.txt). No template can use it.
const TEXT: &str = "\u{10FFFD}text";

/// The longest text of a whole template, in bytes.
const LONGEST_OUTPUT: usize = 96 << 20;

/// Makes the tree of an object when a template first asks for it.
pub type MakeTree = Box<dyn FnOnce() -> serde_json::Value + Send>;

/// The objects that a chart is rendered with, by Helm's names.
pub struct Scope<'a> {
    /// `Values`.
    pub values: &'a serde_json::Value,
    /// `Release`, `Chart` and `Capabilities`: what makes the tree of each.
    pub objects: Vec<(&'static str, MakeTree)>,
    /// The chart's files (`Files.get`).
    pub files: Files,
}

/// One rendering of a chart.
pub struct Run(Arc<Shared>);

/// What the contexts of all templates of a run have in common.
struct Shared {
    compiled: Arc<Compiled>,
    objects: ByName<&'static str, LazyObject>,
    partials: Mutex<ByName<String, Slot>>,
    chart: String,
    /// Whether results are kept for other runs, and taken from them.
    is_repeated: bool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

fn lazy(make: impl FnOnce() -> Value + Send + 'static) -> LazyObject {
    LazyObject::new(Box::new(make))
}

enum Slot {
    InProgress,
    Done(Value),
}

impl Engine {
    /// Starts a rendering. The chart's name is part of `Template.Name`.
    pub fn run(&self, chart: &str, scope: Scope<'_>) -> Run {
        self.0.kept.begin_run();
        let mut objects: ByName<_, _> = scope
            .objects
            .into_iter()
            .map(|(name, make)| (name, lazy(move || Tree::from_json(&make()).into_value())))
            .collect();
        let values = self.0.kept.values(scope.values);
        objects.insert("Values", lazy(move || values.into_value()));
        objects.insert(
            "Files",
            lazy(|| Value::from_object(ChartFiles(scope.files))),
        );
        Run(Arc::new(Shared {
            compiled: Arc::clone(&self.0),
            objects,
            partials: Mutex::default(),
            chart: chart.to_owned(),
            is_repeated: !self.0.kept.is_first_run(),
        }))
    }
}

impl Run {
    /// The documents that a template makes, without empty ones.
    pub fn manifests(&self, template: &Template) -> Result<Vec<serde_json::Value>, Vec<Failure>> {
        let mut documents = Vec::new();
        self.each_manifest(template, |document| documents.push(document))?;
        Ok(documents)
    }

    /// The same, each as soon as it is made; those before an error too.
    pub fn each_manifest(
        &self,
        template: &Template,
        mut take: impl FnMut(serde_json::Value),
    ) -> Result<(), Vec<Failure>> {
        self.0
            .documents(&template.path, |document: serde_json::Value| {
                if !document.is_null() {
                    take(document);
                }
            })
    }

    /// What a caller makes of the texts of the documents of a template, without empty ones, each as soon as it is made; those
    /// before an error too. It is made once for all runs in which the documents are the same.
    pub fn each_made_of_text<T: Clone + Send + Sync + 'static>(
        &self,
        template: &Template,
        make: impl Fn(ObjectText) -> T,
        mut take: impl FnMut(T),
    ) -> Result<(), Vec<Failure>> {
        let made = |document: ObjectText| (!document.head.is_null()).then(|| make(document));
        let kept = self.0.kept_or(&template.path, |document| {
            made(document).into_iter().for_each(&mut take);
        })?;
        if let Some(kept) = kept {
            let further = |documents: &[ObjectText]| -> Vec<T> {
                documents.iter().cloned().filter_map(made).collect()
            };
            kept.further(further).iter().cloned().for_each(take);
        }
        Ok(())
    }

    /// The text that a template makes, with values written as text.
    pub fn text(&self, template: &Template) -> Result<String, Vec<Failure>> {
        let (shared, path) = (&self.0, &template.path);
        let memo = &shared.compiled.kept.notes;
        let known = memo.known(path);
        if let Some(made) = current(&known, |name| shared.object(name)) {
            return Ok(made.documents.concat());
        }
        let reads = shared.reads(are_never_used(&known));
        let context = shared.context(path, true, reads.clone());
        let (text, _) = shared
            .compiled
            .render(path, context)
            .map_err(|error| shared.explain(path, &error))?;
        if let Some(reads) = reads {
            memo.keep(path, reads.take(), vec![text.clone()]);
        }
        Ok(text)
    }

    /// The value of a partial, without what is omitted in it.
    pub fn partial(&self, name: &str) -> Result<serde_json::Value, Vec<Failure>> {
        self.0
            .partial(name)
            .ok_or_else(|| invalid(format!("there is no partial `{name}`")))
            .and_then(|value| Tree::of(&value))
            .map(|tree| tree.into_json().unwrap_or_default())
            .map_err(|error| self.0.explain("", &error))
    }

    /// Renders a template again, to find out where its fields were written; none if it fails.
    pub fn trace(&self, template: &Template) -> Option<Trace> {
        let path = &template.path;
        let (text, holes) = self.0.text_and_holes(path, None).ok()?;
        Trace::new(&text, &holes, self.0.spans(path))
    }
}

impl Shared {
    /// What a template sees. `reads` notes what it reads.
    fn context(self: &Arc<Self>, path: &str, text: bool, reads: Option<Arc<Reads>>) -> Value {
        Value::from_object(Context {
            shared: Arc::clone(self),
            path: path.to_owned(),
            text,
            reads,
        })
    }

    /// Renders a template: its text, and the values of the tokens in it.
    fn text_and_holes(
        self: &Arc<Self>,
        path: &str,
        reads: Option<Arc<Reads>>,
    ) -> Result<(String, Holes), Error> {
        let context = self.context(path, false, reads);
        let (text, holes) = self.compiled.render(path, context)?;
        if text.len() > LONGEST_OUTPUT {
            let limit = LONGEST_OUTPUT >> 20;
            return Err(invalid(format!(
                "the template writes more than {limit} MiB"
            )));
        }
        Ok((text, holes))
    }

    /// Takes the documents of a template, one after the other; those before an error too.
    fn documents<D: Document>(
        self: &Arc<Self>,
        path: &str,
        mut take: impl FnMut(D),
    ) -> Result<(), Vec<Failure>> {
        if let Some(made) = self.kept_or(path, &mut take)? {
            made.documents.iter().cloned().for_each(take);
        }
        Ok(())
    }

    /// The documents of a template, if they are kept. Those that are not kept are taken, and so are those before an error.
    fn kept_or<D: Document>(
        self: &Arc<Self>,
        path: &str,
        take: impl FnMut(D),
    ) -> Result<Option<Arc<Made<D>>>, Vec<Failure>> {
        let memo = D::memo(&self.compiled.kept);
        let known = memo.known(path);
        if let Some(current) = current(&known, |name| self.object(name)) {
            return Ok(Some(current));
        }
        let reads = self.reads(!D::IS_READ && are_never_used(&known));
        let (text, holes) = self
            .text_and_holes(path, reads.clone())
            .map_err(|error| self.explain(path, &error))?;
        let Some(reads) = reads.filter(|_| text.len() <= LONGEST) else {
            return self.filled(path, &text, holes, take).map(|()| None);
        };
        let earlier = known.last().map_or(&[][..], |made| &made.documents);
        let mut documents = Vec::new();
        let filled = self.filled(path, &text, holes, |document: D| {
            documents.push(match earlier.get(documents.len()) {
                Some(earlier) => document.sharing(earlier),
                None => document,
            });
        });
        match filled {
            Ok(()) => Ok(Some(memo.keep(path, reads.take(), documents))),
            Err(failures) => {
                documents.into_iter().for_each(take);
                Err(failures)
            }
        }
    }

    /// Notes what a template reads, if its result is to be kept.
    fn reads(&self, is_never_used: bool) -> Option<Arc<Reads>> {
        (self.is_repeated && !is_never_used).then(Arc::default)
    }

    /// Takes the documents of a rendered text.
    fn filled<D: Document>(
        self: &Arc<Self>,
        path: &str,
        text: &str,
        holes: Holes,
        take: impl FnMut(D),
    ) -> Result<(), Vec<Failure>> {
        holes
            .documents(text, &self.compiled.kept, take)
            .map_err(|problems| {
                let spans = self.spans(path);
                explain_text(problems, |range| spans.label(range))
            })
    }

    /// The spans of a template that was rendered before.
    fn spans(self: &Arc<Self>, path: &str) -> Spans {
        Spans::of(&self.compiled, path, self.context(path, false, None))
    }

    /// An object or partial.
    fn object(self: &Arc<Self>, name: &str) -> Option<Value> {
        match self.objects.get(name) {
            Some(object) => Some(LazyObject::force(object).clone()),
            None => self.partial(name),
        }
    }

    fn explain(&self, path: &str, error: &Error) -> Vec<Failure> {
        let names = Names {
            objects: &self.objects,
            partials: &self.compiled.partials,
        };
        explain(error, path, &self.compiled.templates, &names)
    }

    fn partial(self: &Arc<Self>, name: &str) -> Option<Value> {
        let path = self.compiled.partials.get(name)?;
        let slots = || self.partials.lock().unwrap_or_else(PoisonError::into_inner);
        match slots().get(name) {
            Some(Slot::Done(value)) => return Some(value.clone()),
            Some(Slot::InProgress) => {
                return Some(Value::from(invalid(format!(
                    "the partial `{name}` uses its own value, directly or through other partials"
                ))));
            }
            None => {}
        }
        slots().insert(name.to_owned(), Slot::InProgress);
        let mut documents = Vec::new();
        let value = match self.documents(path, |tree| documents.push(tree)) {
            Ok(()) if documents.len() <= 1 => documents
                .pop()
                .map_or_else(|| Value::from(()), Tree::into_value),
            Ok(()) => Value::from(invalid(format!(
                "the partial `{name}` has {} documents, not one",
                documents.len()
            ))),
            Err(failures) => Value::from(
                invalid(format!("the partial `{name}` cannot be rendered"))
                    .with_source(PartialFailure(failures)),
            ),
        };
        slots().insert(name.to_owned(), Slot::Done(value.clone()));
        Some(value)
    }
}

/// Writes the value of an expression: a token, or text in NOTES.txt.
pub(super) fn format(output: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let holes = Holes::of(state);
    let are_text = match holes.are_text {
        Some(false) => return holes.put_aside(output, value),
        Some(true) => true,
        None => state.lookup(TEXT).is_some(),
    };
    let holes = Holes::of(state);
    holes.are_text = Some(are_text);
    if are_text {
        output.write_str(&notes_text(value)?).map_err(Error::from)
    } else {
        holes.put_aside(output, value)
    }
}

/// The root of the names that one template sees.
#[derive(Debug)]
struct Context {
    shared: Arc<Shared>,
    /// Of the template.
    path: String,
    text: bool,
    /// Notes what the template reads, if its result is kept.
    reads: Option<Arc<Reads>>,
}

impl Context {
    /// `Template`: its name and the folder of all templates.
    fn template(&self) -> Value {
        let (chart, path) = (&self.shared.chart, &self.path);
        Value::from_pairs([
            ("Name", format!("{chart}/{path}")),
            ("BasePath", format!("{chart}/templates")),
        ])
    }
}

impl Object for Context {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "Template" => Some(self.template()),
            TEXT => self.text.then(|| Value::from(true)),
            name => {
                let value = self.shared.object(name)?;
                match &self.reads {
                    // The chart's files are those of all runs.
                    Some(reads) if name != "Files" => Some(reads.watch(name, value)),
                    _ => Some(value),
                }
            }
        }
    }

    /// Enumerating the names would render every partial.
    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}

/// `Files`: the chart's other files.
#[derive(Debug)]
struct ChartFiles(Files);

impl Object for ChartFiles {
    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        match (method, arguments) {
            ("get", [path]) => {
                let path = path
                    .as_str()
                    .ok_or_else(|| invalid("`Files.get` takes the path of a file"))?;
                self.0.get(path).map(Value::from).map_err(|error| {
                    invalid(match error {
                        FileError::Missing => format!("the chart has no file `{path}`"),
                        FileError::Unreadable(why) => format!("cannot read `{path}`: {why}"),
                    })
                })
            }
            _ => Err(invalid(format!(
                "`Files` has no method `{method}`: use `Files.get(\"path\")`"
            ))),
        }
    }
}
