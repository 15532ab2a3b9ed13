//! swanlab-render.yaml: cases that cannot be described by file names. Every unknown key, wrong type and
//! missing entry is an error with its place; all of them come at once.

mod entries;

use std::path::Path;

use serde_json::Value;

use entries::at;

use super::case::Case;
use super::places::misplaced;
use super::places::tidy;
use super::render;
use crate::chart::KubeVersion;
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::diff::Acceptance;
use crate::files::Access;
use crate::yaml::{self, Node, Path as Steps, Step};

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

/// The cases that a file lists; paths in it are relative to it, and lead to where files may be.
pub(super) fn read(path: &Path, access: &Access) -> Result<Vec<Case>, Diagnostics> {
    let path = tidy(path);
    let source = render::read(&path, access)?;
    cases(&source, path.parent().unwrap_or(Path::new("")), access)
}

fn cases(source: &Source, folder: &Path, paths: &Access) -> Result<Vec<Case>, Diagnostics> {
    let failed = |error: yaml::Error| {
        let mut problem = Diagnostic::error(error.message).at(Label::new(source, error.range));
        problem.help = error.help;
        problem
    };
    let nodes = yaml::compose(source.text()).map_err(failed)?;
    let [root] = &nodes[..] else {
        return Err(
            Diagnostic::error("one document with a list `cases` is wanted here")
                .at(Label::new(source, 0..0))
                .into(),
        );
    };
    let tree = yaml::tree(root).map_err(failed)?;
    let mut reader = Reader {
        source,
        root,
        paths,
        problems: Vec::new(),
    };
    for repeated in yaml::duplicates(root) {
        reader.problems.push(
            Diagnostic::error(format!("duplicate key `{}`", repeated.path))
                .at(Label::new(source, repeated.second))
                .at(Label::new(source, repeated.first).with_text("first given here")),
        );
    }
    let cases = reader.cases(&tree, folder);
    if reader.problems.is_empty() {
        Ok(cases)
    } else {
        Err(Diagnostics(reader.problems))
    }
}

struct Reader<'a> {
    source: &'a Source,
    root: &'a Node<'a>,
    paths: &'a Access,
    problems: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn cases(&mut self, tree: &Value, folder: &Path) -> Vec<Case> {
        let top = Steps::default();
        self.known_keys(tree, &["cases", "hideSecrets"], &top);
        let hide_secrets = self.hides(tree, &top);
        let list = at(&top, "cases");
        match &tree["cases"] {
            Value::Array(cases) if !cases.is_empty() => cases
                .iter()
                .enumerate()
                .map(|(index, case)| {
                    let mut path = list.clone();
                    path.0.push(Step::Index(index));
                    let mut made = self.case(case, &path, folder);
                    let own = self.hides(case, &path);
                    made.hide_secrets = own.or(hide_secrets).unwrap_or(false);
                    made
                })
                .collect(),
            _ => {
                self.problem(&list, "a list of cases is wanted here");
                Vec::new()
            }
        }
    }

    fn case(&mut self, case: &Value, path: &Steps, folder: &Path) -> Case {
        if !case.is_object() {
            self.problem(path, "a case is a map: name, values, golden …");
        }
        self.known_keys(case, &KEYS, path);
        let golden = self
            .text(case, path, "golden")
            .filter(|path| !path.is_empty());
        if golden.is_none() && case.is_object() {
            self.problem(
                path,
                "the case has no `golden`, the file with its manifests",
            );
        }
        let is_named = golden.is_some();
        let golden = tidy(&folder.join(golden.unwrap_or_default()));
        let name = self
            .text(case, path, "name")
            .unwrap_or_else(|| golden.display().to_string());
        let set = self.texts(case, path, "set");
        let files = self.texts(case, path, "values");
        let mut made = Case::by_convention(
            name,
            files.iter().map(|file| tidy(&folder.join(file))).collect(),
            golden,
        );
        made.set = set;
        made.accept = self.accepted(case, path);
        made.release = self.text(case, path, "release");
        made.chart = self
            .text(case, path, "chart")
            .map(|chart| tidy(&folder.join(chart)));
        if let Some(namespace) = self.text(case, path, "namespace") {
            made.namespace = namespace;
        }
        if let Some(version) = self.text(case, path, "kubeVersion") {
            match KubeVersion::parse(&version) {
                Some(version) => made.kube_version = version,
                None => self.problem(
                    &at(path, "kubeVersion"),
                    "not a Kubernetes version; write one such as 1.35.0",
                ),
            }
        }
        made.described = self.label(path);
        made.access = self.paths.clone();
        let misplaced = is_named.then(|| misplaced(&made));
        for (steps, problem) in misplaced.unwrap_or_default() {
            let mut place = path.clone();
            place.0.extend(steps);
            self.refuse(&place, problem);
        }
        made
    }

    fn accepted(&mut self, case: &Value, path: &Steps) -> Vec<Acceptance> {
        let mut accepted = Vec::new();
        for (index, text) in self.texts(case, path, "accept").into_iter().enumerate() {
            match text.parse::<Acceptance>() {
                Ok(one) => accepted.push(one),
                Err(error) => {
                    let mut path = at(path, "accept");
                    path.0.push(Step::Index(index));
                    self.problem(&path, &error.to_string());
                }
            }
        }
        accepted
    }
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
                "swanlab-render.yaml:1:14: write true or false",
                "swanlab-render.yaml:3:28: write true or false",
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
                "swanlab-render.yaml:8:1: `more` is not known here",
                "swanlab-render.yaml:2:3: `nam` is not known here",
                "swanlab-render.yaml:3:11: text is wanted here: put it in quotes",
                "swanlab-render.yaml:2:3: the case has no `golden`, the file with its manifests",
                "swanlab-render.yaml:4:3: a case is a map: name, values, golden …",
                "swanlab-render.yaml:7:11: a list is wanted here",
                "swanlab-render.yaml:6:16: not a Kubernetes version; write one such as 1.35.0",
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
                .starts_with("swanlab-render.yaml:4:5: unknown effect `lost`"),
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
