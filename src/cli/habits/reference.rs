//! Charts of repositories and registries: what else to do where one cannot be fetched.

use super::typed;

/// The name of SwanLab's chart.
const BUILT_IN: &str = "self-hosted";

/// Whether a CHART is a URL or `REPO/CHART`.
pub(super) fn is_reference(chart: &str) -> bool {
    let is_url = chart.contains("://") && chart.starts_with(|c: char| c.is_ascii_alphanumeric());
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
    is_url || is_in_repository
}

/// Whether a CHART has the name of SwanLab's.
pub(super) fn is_built_in(chart: &str) -> bool {
    let file = chart.rsplit('/').next().unwrap_or_default();
    let name = file.split([':', '@']).next().unwrap_or_default();
    name.strip_prefix(BUILT_IN)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("-0") || rest.starts_with("-1"))
}

/// What else to do where a CHART cannot be fetched; none for what is neither a URL nor `REPO/CHART`.
pub(in crate::cli) fn help_for_reference(chart: &str) -> Option<String> {
    if !is_reference(chart) {
        return None;
    }
    Some(if is_built_in(chart) {
        let command = typed::without(chart).unwrap_or_else(|| "the command without it".to_owned());
        format!(
            "leave it out for version 0.3.0 of SwanLab's chart, which is built in: {command}; for others, \
             `helm repo add swanlab https://helm.swanlab.cn` and give `swanlab/self-hosted --version V`"
        )
    } else {
        "CHART can also be a folder with a Chart.yaml or an archive (.tgz)".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(chart: &str) -> Option<String> {
        help_for_reference(chart)
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
            assert!(
                help.starts_with("CHART can also be a folder"),
                "{chart}: {help}"
            );
        }
        for chart in ["./charts/nope", "../x", "a/b/c", "chart", "/x/y"] {
            assert_eq!(help(chart), None, "{chart}");
        }
    }
}
