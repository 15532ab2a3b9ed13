//! Commands and flags that people know from Helm, and what to type here instead. Tables, and looking them up.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use swanlab_render::diagnostics::Diagnostic;

/// How objects are applied and read before that, in the words of several answers.
const APPLY: &str = "`swanlab-render template NAME -n NAMESPACE -f my-values.yaml | kubectl apply -n NAMESPACE -f -`";

/// Commands, each with what to do instead.
const COMMANDS: [(&[&str], &str); 13] = [
    (
        &["install", "apply"],
        "swanlab-render installs nothing: {apply}",
    ),
    (
        &["upgrade"],
        "swanlab-render upgrades nothing: see what changes with `swanlab-render diff NAME -n NAMESPACE -f my-values.yaml --against cluster`, then {apply}",
    ),
    (
        &["rollback"],
        "there is no history to go back in: apply a render of the older values; see what that does with `swanlab-render diff NAME -n NAMESPACE -f older-values.yaml --against cluster`",
    ),
    (
        &["uninstall", "delete", "del", "un"],
        "swanlab-render deletes nothing: kubectl deletes what `template` prints; the claims among it hold the data",
    ),
    (
        &["list", "ls", "history", "hist"],
        "swanlab-render keeps no records: what Helm installed is listed by `helm list -n NAMESPACE`",
    ),
    (
        &["get"],
        "nothing is read from a cluster: `template` prints the manifests, `values` the values, `show notes` the notes",
    ),
    (
        &["test"],
        "swanlab-render runs nothing in a cluster: `swanlab-render preflight -n NAMESPACE -f my-values.yaml` asks it whether it has what is needed",
    ),
    (
        &["repo", "pull", "fetch", "push", "registry", "search"],
        "use helm for it: `swanlab-render` fetches a chart where CHART names one (`swanlab/self-hosted --version V`)",
    ),
    (
        &["dependency", "dep", "dependencies", "package", "verify"],
        "use helm for it: CHART is a folder or an archive that helm has made",
    ),
    (
        &["create"],
        "charts are written by hand; see docs/templates.md",
    ),
    (
        &["plugin", "env"],
        "there are no plugins, and Helm's environment variables are not read",
    ),
    (
        &["render", "build", "manifest", "manifests", "generate"],
        "the command is `template`",
    ),
    (&["completion"], "the command is `completions`"),
];

/// Flags, each with what to do instead.
const FLAGS: [(&[&str], &str); 14] = [
    (
        &[
            "--repo",
            "--devel",
            "--pass-credentials",
            "--ca-file",
            "--cert-file",
            "--key-file",
            "--insecure-skip-tls-verify",
            "--plain-http",
            "--verify",
            "--keyring",
            "--registry-config",
            "--repository-cache",
            "--repository-config",
            "--content-cache",
        ],
        "configure repositories with helm itself: charts are fetched by `helm pull` with its configuration",
    ),
    (
        &["--username", "--password"],
        "log in with helm itself: charts are fetched by `helm pull` with its configuration. A password for a database goes to `secret` in a file, with `--password-file`",
    ),
    (
        &["--post-renderer", "--post-renderer-args"],
        "write a pipe instead: `swanlab-render template … | PROGRAM | kubectl apply -f -`",
    ),
    (&["--no-color"], "write `--color never`, or set NO_COLOR"),
    (
        &[
            "--install",
            "-i",
            "--cleanup-on-fail",
            "--history-max",
            "--create",
            "--no-update",
        ],
        "swanlab-render installs nothing, so there is nothing to decide: leave it out",
    ),
    (
        &[
            "--reuse-values",
            "--reset-values",
            "--reset-then-reuse-values",
        ],
        "values come only from files and flags: give the previous files with `-f`",
    ),
    (
        &["--name-template"],
        "write the name itself: `swanlab-render template NAME`",
    ),
    (
        &[
            "--kube-apiserver",
            "--kube-token",
            "--kube-as-user",
            "--kube-as-group",
            "--kube-ca-file",
            "--kube-tls-server-name",
            "--kube-insecure-skip-tls-verify",
        ],
        "kubectl asks the cluster, with what the kubeconfig says: name it with `--kubeconfig` and `--kube-context`",
    ),
    (
        &["--burst-limit", "--qps"],
        "kubectl asks the cluster, and chooses how fast: leave it out",
    ),
    (
        &["--hide-secret"],
        "`template` prints Secrets, for kubectl to apply; `diff` hides what they hold",
    ),
    (
        &["--keep-history", "--cascade", "--no-history"],
        "swanlab-render deletes nothing and keeps no history: leave it out",
    ),
    (
        &["--all-namespaces", "-A"],
        "one release is rendered for one namespace: write `-n NAMESPACE`",
    ),
    (&["--filename"], "the flag is `-f FILE`, for values"),
    (&["--revision"], "there are no revisions: leave it out"),
];

/// The answer to an error of the arguments, if a habit explains it.
pub(super) fn answer(error: &clap::Error) -> Option<Diagnostic> {
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let typed = word(ContextKind::InvalidSubcommand)?;
            let help = found(&COMMANDS, typed)?.replace("{apply}", APPLY);
            let message = format!("swanlab-render has no command `{typed}`");
            Some(Diagnostic::error(message).with_help(help))
        }
        ErrorKind::UnknownArgument => {
            let typed = word(ContextKind::InvalidArg)?;
            let help = found(&FLAGS, typed.split('=').next()?)?;
            let message = format!("`{typed}` is a flag of Helm, not of swanlab-render");
            Some(Diagnostic::error(message).with_help(help))
        }
        _ => None,
    }
}

fn found(table: &'static [(&[&str], &'static str)], typed: &str) -> Option<&'static str> {
    let (_, answer) = table.iter().find(|(words, _)| words.contains(&typed))?;
    Some(answer)
}

/// What else to do where a CHART cannot be fetched; none for what is neither a URL nor `REPO/CHART`.
pub(super) fn help_for_reference(chart: &str) -> Option<String> {
    /// The name of SwanLab's chart.
    const BUILT_IN: &str = "self-hosted";
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
    if !is_url && !is_in_repository {
        return None;
    }
    let file = chart.rsplit('/').next().unwrap_or_default();
    let name = file.split([':', '@']).next().unwrap_or_default();
    let is_built_in = name
        .strip_prefix(BUILT_IN)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("-0") || rest.starts_with("-1"));
    Some(if is_built_in {
        let command = without(chart).unwrap_or_else(|| "the command without it".to_owned());
        format!(
            "leave it out for version 0.3.0 of SwanLab's chart, which is built in: {command}; for others, \
             `helm repo add swanlab https://helm.swanlab.cn` and give `swanlab/self-hosted --version V`"
        )
    } else {
        "CHART can also be a folder with a Chart.yaml or an archive (.tgz)".to_owned()
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
