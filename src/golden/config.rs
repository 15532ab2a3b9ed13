//! swanlab-render.yaml: a list of cases that need more than a values file beside a golden file.

use std::path::Path;

use serde_json::Value;

use super::case::Case;
use super::places::{misplaced, tidy};
use super::render;
use crate::chart::KubeVersion;
use crate::diagnostics::{Diagnostic, Diagnostics, Form, Label, Source};
use crate::diff::Acceptance;
use crate::files::Access;
use crate::yaml::Path as Keys;

const KEYS: [&str; 10] = [
    "name",
    "release",
    "namespace",
    "chart",
    "kubeVersion",
    "values",
    "set",
    "golden",
    "hideSecrets",
    "accept",
];

/// Reads the cases of a file. Paths in it are relative to its folder.
pub(super) fn read(path: &Path, access: &Access) -> Result<Vec<Case>, Diagnostics> {
    let path = tidy(path);
    let source = render::read(&path, access)?;
    cases(&source, path.parent().unwrap_or(Path::new("")), access)
}

fn cases(source: &Source, folder: &Path, access: &Access) -> Result<Vec<Case>, Diagnostics> {
    let top = Keys::default();
    let Some(mut form) = Form::read(source)? else {
        let problem = Diagnostic::error("expected one document with a list `cases`");
        return Err(problem.at(Label::new(source, 0..0)).into());
    };
    form.no_duplicates();
    form.keys(&top, &["cases", "hideSecrets"]);
    let hide_secrets = form.boolean(&top.join("hideSecrets")).unwrap_or(false);
    let list = form.list(&top.join("cases"));
    if list.is_empty() {
        form.refuse(&top.join("cases"), "expected a list with at least one case");
    }
    let mut cases = Vec::new();
    for path in list {
        let mut case = read_case(&mut form, &path, folder, access);
        let own = form.boolean(&path.join("hideSecrets"));
        case.hide_secrets = own.unwrap_or(hide_secrets);
        cases.push(case);
    }
    form.finish(cases)
}

fn read_case(form: &mut Form<'_>, path: &Keys, folder: &Path, access: &Access) -> Case {
    form.keys(path, &KEYS);
    let golden = form.text(&path.join("golden"));
    let golden = golden.filter(|path| !path.is_empty());
    let is_named = golden.is_some();
    if !is_named && form.get(path).is_some_and(Value::is_object) {
        form.refuse(
            path,
            "the case has no `golden`, the file with its manifests",
        );
    }
    let golden = tidy(&folder.join(golden.unwrap_or_default()));
    let name = form.text(&path.join("name"));
    let name = name.unwrap_or_else(|| golden.display().to_string());
    let set = form.texts(&path.join("set")).into_iter();
    let set = set.map(|(_, text)| text).collect();
    let values = form.texts(&path.join("values")).into_iter();
    let values = values.map(|(_, file)| tidy(&folder.join(file))).collect();
    let mut case = Case::by_convention(name, values, golden);
    case.set = set;
    for (path, text) in form.texts(&path.join("accept")) {
        match text.parse::<Acceptance>() {
            Ok(acceptance) => case.accept.push(acceptance),
            Err(error) => form.refuse(&path, &error.to_string()),
        }
    }
    case.release = form.text(&path.join("release"));
    let chart = form.text(&path.join("chart"));
    case.chart = chart.map(|chart| tidy(&folder.join(chart)));
    if let Some(namespace) = form.text(&path.join("namespace")) {
        case.namespace = namespace;
    }
    let version = path.join("kubeVersion");
    if let Some(text) = form.text(&version) {
        match KubeVersion::parse(&text) {
            Some(version) => case.kube_version = version,
            None => form.refuse(&version, "expected a Kubernetes version, such as 1.35.0"),
        }
    }
    case.described = form.label(path);
    case.access = access.clone();
    if is_named {
        for (steps, problem) in misplaced(&case) {
            form.add(
                &steps
                    .into_iter()
                    .fold(path.clone(), |path, step| path.join(step)),
                problem,
            );
        }
    }
    case
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn read(text: &str) -> Result<Vec<Case>, Diagnostics> {
        cases(
            &Source::new("swanlab-render.yaml", text.to_owned()),
            Path::new("d"),
            &Access::default(),
        )
    }

    #[test]
    fn a_case_is_read_with_paths_relative_to_the_file() {
        let cases = read(
            "cases:\n- {name: a, release: r, namespace: ns, chart: ../c, kubeVersion: 1.30.0, values: [x.yaml], set: ['a=1'], golden: g/x.yaml}\n- golden: y.yaml\n",
        )
        .unwrap();
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].golden, PathBuf::from("d/g/x.yaml"));
        assert_eq!(cases[0].values, [PathBuf::from("d/x.yaml")]);
        assert_eq!(cases[0].chart, Some(PathBuf::from("c")));
        assert_eq!(cases[0].set, ["a=1"]);
        assert_eq!(cases[1].name, "d/y.yaml");
    }

    #[test]
    fn secrets_are_hidden_in_all_cases_or_in_one() {
        let hidden = |text: &str| -> Vec<bool> {
            let cases = read(text).unwrap();
            cases.iter().map(|case| case.hide_secrets).collect()
        };
        assert_eq!(
            hidden("cases:\n- golden: a\n- {golden: b, hideSecrets: true}\n"),
            [false, true]
        );
        assert_eq!(
            hidden("hideSecrets: true\ncases:\n- golden: a\n- {golden: b, hideSecrets: false}\n"),
            [true, false]
        );
        let problems =
            read("hideSecrets: 1\ncases:\n- {golden: b, hideSecrets: 'yes'}\n").unwrap_err();
        assert_eq!(
            problems.to_string().lines().collect::<Vec<_>>(),
            [
                "swanlab-render.yaml:1:14: hideSecrets: expected `true` or `false`",
                "swanlab-render.yaml:3:28: cases[0].hideSecrets: expected `true` or `false`",
            ]
        );
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_its_place() {
        let problems = read(
            "cases:\n- nam: a\n  golden: 1\n- x\n- golden: g\n  kubeVersion: new\n  values: v.yaml\nmore: 1\n",
        )
        .unwrap_err();
        let lines: Vec<String> = problems.to_string().lines().map(str::to_owned).collect();
        assert_eq!(
            lines,
            [
                "swanlab-render.yaml:8:1: more: unknown key",
                "swanlab-render.yaml:2:3: cases[0].nam: unknown key",
                "swanlab-render.yaml:3:11: cases[0].golden: expected text: put it in quotes",
                "swanlab-render.yaml:2:3: cases[0]: the case has no `golden`, the file with its manifests",
                "swanlab-render.yaml:4:3: cases[1]: expected a map",
                "swanlab-render.yaml:7:11: cases[2].values: expected a list",
                "swanlab-render.yaml:6:16: cases[2].kubeVersion: expected a Kubernetes version, such as 1.35.0",
            ]
        );
    }

    #[test]
    fn a_case_lists_what_it_accepts() {
        let cases =
            read("cases:\n- golden: g\n  accept: ['data-loss:PersistentVolumeClaim/a']\n").unwrap();
        let accepted: Vec<String> = cases[0].accept.iter().map(Acceptance::to_string).collect();
        assert_eq!(accepted, ["data-loss:PersistentVolumeClaim/a"]);
        let problems = read("cases:\n- golden: g\n  accept:\n  - lost:Secret/a\n").unwrap_err();
        assert!(
            problems
                .to_string()
                .starts_with("swanlab-render.yaml:4:5: cases[0].accept[0]: unknown effect `lost`"),
            "{problems}"
        );
    }

    #[test]
    fn a_list_without_cases_is_an_error() {
        for text in ["", "cases: []\n", "{}\n", "- a\n"] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }
}
