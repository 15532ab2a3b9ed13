//! Charts that Helm would fetch: `REPO/CHART`, `oci://…`, `https://…`. They are recognised and answered, never fetched.

use swanlab_render::diagnostics::{Diagnostic, visible};

/// The answer to a CHART that is not there and that Helm would fetch: `REPO/CHART` or a URL.
pub(super) fn refusal(chart: &str, built_in: &str) -> Option<Diagnostic> {
    let is_url = chart.contains("://");
    let is_plain = |part: &str| {
        let mut letters = part.chars();
        letters
            .next()
            .is_some_and(|first| first.is_ascii_alphanumeric())
            && letters.all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
    };
    let is_in_repository = match chart.split_once('/') {
        Some((repository, name)) => is_plain(repository) && is_plain(name),
        None => false,
    };
    if !is_url && !is_in_repository {
        return None;
    }
    let file = chart.rsplit('/').next().unwrap_or_default();
    let name = file.split([':', '@']).next().unwrap_or_default();
    let is_built_in = name
        .strip_prefix(built_in)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("-0") || rest.starts_with("-1"));
    let shown = visible(chart);
    let error = Diagnostic::error(format!("the chart `{shown}` is not fetched"));
    Some(if is_built_in {
        let command = without(chart).unwrap_or_else(|| "the command without it".to_owned());
        error.with_help(format!(
            "leave it out, SwanLab's chart is built in: {command}"
        ))
    } else {
        error.with_help(
            "CHART is a folder with a Chart.yaml, or left out for SwanLab's chart, which is built in",
        )
    })
}

/// The command that was typed, without a word; none if a shell would read another one there, or if a word could be a
/// secret.
fn without(word: &str) -> Option<String> {
    let arguments: Option<Vec<String>> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.into_string().ok())
        .collect();
    let arguments: Vec<String> = arguments?.into_iter().filter(|one| one != word).collect();
    let is_plain = |text: &String| {
        !text.starts_with("--set")
            && !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-/:=,@%+".contains(c))
    };
    arguments
        .iter()
        .all(is_plain)
        .then(|| format!("`swanlab-render {}`", arguments.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(chart: &str) -> Option<String> {
        refusal(chart, "self-hosted")?.help
    }

    #[test]
    fn charts_of_repositories_are_recognised() {
        for chart in [
            "swanlab/self-hosted",
            "my-repo/self-hosted",
            "oci://registry.example.org/charts/self-hosted",
            "oci://registry.example.org/charts/self-hosted:0.3.0",
            "https://example.org/self-hosted-0.3.0.tgz",
        ] {
            let help = help(chart).unwrap_or_default();
            assert!(help.starts_with("leave it out"), "{chart}: {help}");
        }
        for chart in ["bitnami/nginx", "https://example.org/nginx-1.0.0.tgz"] {
            let help = help(chart).unwrap_or_default();
            assert!(help.starts_with("CHART is a folder"), "{chart}: {help}");
        }
        for chart in ["./charts/nope", "../x", "a/b/c", "chart", "/x/y"] {
            assert_eq!(help(chart), None, "{chart}");
        }
    }
}
