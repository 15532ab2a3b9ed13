//! The functionConfig: its keys and their types. Everything is checked except the values of the chart.

use super::{CONFIG, Config, FUNCTION};
use crate::chart::KubeVersion;
use crate::diagnostics::{Diagnostic, Diagnostics, Form, Source};
use crate::images::Mirror;
use crate::release::{check_name, check_namespace, check_service_name};
use crate::yaml::{self, Path};

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
    let Some(mut form) = Form::read(source)? else {
        return Err(Diagnostic::error("the functionConfig is not one document").into());
    };
    let (top, spec) = (Path::default(), Path::dotted("spec"));
    let found = ["apiVersion", "kind"].map(|key| form.get(&Path::dotted(key)));
    if found.map(|value| value.and_then(serde_json::Value::as_str)) != FUNCTION.map(Some) {
        let [version, kind] = FUNCTION;
        form.refuse(
            &top,
            &format!("expected a functionConfig with apiVersion {version} and kind {kind}"),
        );
        return form.finish(Config::default());
    }
    form.keys(&top, &KEYS);
    if form.get(&spec).is_some() {
        form.keys(&spec, &SPEC_KEYS);
    }
    let chart = text(&mut form, &spec.join("chart"), |_| Ok(()));
    let release = text(&mut form, &spec.join("release"), |name| {
        check_name(name)?;
        // The names of the built-in chart's Services begin with the release name.
        if chart.is_none() {
            check_service_name(name)
        } else {
            Ok(())
        }
    });
    let config = Config {
        namespace: text(&mut form, &spec.join("namespace"), check_namespace),
        kube_version: text(&mut form, &spec.join("kubeVersion"), |version| {
            let parsed = KubeVersion::parse(version).map(|_| ());
            parsed.ok_or_else(|| {
                Diagnostic::error(format!(
                    "expected a Kubernetes version, such as {}",
                    KubeVersion::DEFAULT
                ))
            })
        }),
        image_registry: text(&mut form, &spec.join("imageRegistry"), |registry| {
            Mirror::parse(registry).map(|_| ())
        }),
        api_versions: texts(&mut form, &spec.join("apiVersions")),
        strict: form.boolean(&spec.join("strict")).unwrap_or(false),
        values_files: texts(&mut form, &spec.join("valuesFiles")),
        values: values(&mut form, &spec.join("values"), source),
        release,
        chart,
    };
    form.finish(config)
}

/// A text that is not empty and passes a check.
fn text(
    form: &mut Form<'_>,
    path: &Path,
    check: impl Fn(&str) -> Result<(), Diagnostic>,
) -> Option<String> {
    let text = form.text(path)?;
    if text.is_empty() {
        form.refuse(path, "expected text");
    } else if let Err(problem) = check(&text) {
        form.refuse(path, &problem.message);
    } else {
        return Some(text);
    }
    None
}

fn texts(form: &mut Form<'_>, path: &Path) -> Vec<String> {
    let paths = form.list(path).into_iter();
    paths
        .filter_map(|path| text(form, &path, |_| Ok(())))
        .collect()
}

/// The values: a copy of the text in which everything else is blank, so that places stay the same.
fn values(form: &mut Form<'_>, path: &Path, source: &Source) -> Option<Source> {
    let values = form.get(path)?.clone();
    if !values.is_object() {
        form.refuse(path, "expected a map");
        return None;
    }
    let mut steps = path.0.iter();
    let node = steps.try_fold(form.root(), |node, step| {
        yaml::below(node, step).map(|(_, value)| value)
    });
    let range = node.map_or(0..0, |node| node.target().range.clone());
    let (before, _) = source.text().split_at(range.start);
    let mut text: String = before
        .chars()
        .map(|c| if c == '\n' { '\n' } else { ' ' })
        .collect();
    text.push_str(&source.text()[range]);
    if !yaml::read(&text).is_ok_and(|read| read == [values.clone()]) {
        // An alias of an anchor elsewhere: the meaning is kept, the places are lost.
        text = yaml::to_string(&values);
    }
    Some(Source::new(CONFIG, text))
}
