//! Where the files of a case may be. A swanlab-render.yaml comes with a pull request: what it names is not to be read or
//! replaced just because it says so.

use super::case::Case;
use super::path::not_replaceable;
use crate::diagnostics::Diagnostic;
use crate::yaml::Step;

/// Paths that lead away, and a golden file that is no file, with the key of the case that names each.
pub(super) fn misplaced(case: &Case) -> Vec<(Vec<Step>, Diagnostic)> {
    let key = |key: &str| vec![Step::Key(key.to_owned())];
    let golden = [(key("golden"), &case.golden)];
    let chart = case.chart.iter().map(|chart| (key("chart"), chart));
    let values = (case.values.iter().enumerate()).map(|(index, file)| {
        let mut steps = key("values");
        steps.push(Step::Index(index));
        (steps, file)
    });
    let mut problems: Vec<(Vec<Step>, Diagnostic)> = golden
        .into_iter()
        .chain(chart)
        .chain(values)
        .filter(|(_, file)| !case.access.permits(file))
        .map(|(steps, file)| {
            let problem = Diagnostic::error(format!(
                "`{}` is, or leads, outside the folder of this file and the folders that are checked",
                file.display()
            ));
            let help = "if it is meant to be there, add --allow-outside";
            (steps, problem.with_help(help))
        })
        .collect();
    if let Some(why) = not_replaceable(&case.golden) {
        let problem = Diagnostic::error(format!(
            "`{}` cannot be a golden file: it is {why}",
            case.golden.display()
        ));
        problems.push((key("golden"), problem));
    }
    problems
}
