//! Flags that people know from Helm, its plugins and kubectl, and what to type here instead. A table, and looking it up.

use clap::Command;

use super::accepted;

/// What a flag of Helm is answered with.
struct Row {
    /// The commands that it is an answer for; all, if there are none.
    of: &'static [&'static str],
    /// The flags; one that takes an operand ends with `=`.
    flags: &'static [&'static str],
    instead: &'static str,
}

const fn row(flags: &'static [&'static str], instead: &'static str) -> Row {
    Row {
        of: &[],
        flags,
        instead,
    }
}

const fn of(
    of: &'static [&'static str],
    flags: &'static [&'static str],
    instead: &'static str,
) -> Row {
    Row { of, flags, instead }
}

/// A row of the command comes before one of all.
const ROWS: [Row; 36] = [
    row(
        &["--repo="],
        "leave it out, and CHART too, for SwanLab's chart, which is built in; for another, `helm repo add NAME URL`, and CHART is `NAME/CHART`",
    ),
    row(
        &["--devel"],
        "name the version of a chart from a repository with `--version V`; SwanLab's chart is built in",
    ),
    row(
        &[
            "--pass-credentials",
            "--ca-file=",
            "--cert-file=",
            "--key-file=",
            "--insecure-skip-tls-verify",
            "--plain-http",
            "--insecure",
            "--registry-config=",
            "--repository-cache=",
            "--repository-config=",
            "--content-cache=",
            "--force-update",
            "--allow-deprecated-repos",
            "--skip-refresh",
        ],
        "configure repositories with helm itself: charts are fetched by `helm pull` with its configuration",
    ),
    row(
        &[
            "--verify",
            "--keyring=",
            "--prov",
            "--sign",
            "--key=",
            "--passphrase-file=",
        ],
        "verify the archive of a chart with `helm verify FILE` before you give it as CHART; SwanLab's chart is built in",
    ),
    row(
        &[
            "--untar",
            "--untardir=",
            "--destination=",
            "-d=",
            "--app-version=",
            "--starter=",
            "-p=",
        ],
        "swanlab-render writes no charts: `helm pull`, `helm package` and `helm create` do",
    ),
    of(
        &["secret"],
        &["--password="],
        "a password goes to `secret` in a file, with `--password-file`, where no other process reads it",
    ),
    row(
        &["--username=", "--password=", "--password-stdin", "-u="],
        "log in with helm itself: charts are fetched by `helm pull` with its configuration. A password for a database goes to `secret` in a file, with `--password-file`",
    ),
    row(
        &["--post-renderer=", "--post-renderer-args="],
        "write a pipe instead: `swanlab-render template … | PROGRAM | kubectl apply -f -`",
    ),
    row(
        &["--no-color", "--no-colors"],
        "write `--color never`, or set NO_COLOR",
    ),
    row(
        &[
            "--install",
            "-i",
            "--cleanup-on-fail",
            "--history-max=",
            "--create",
            "--no-update",
        ],
        "swanlab-render installs nothing, so there is nothing to decide: leave it out",
    ),
    row(
        &[
            "--reuse-values",
            "--reset-values",
            "--reset-then-reuse-values",
        ],
        "values come only from files and flags: give the previous files with `-f`; `helm get values RELEASE -n NAMESPACE -o yaml > previous.yaml` writes what Helm has recorded",
    ),
    row(
        &["--name-template="],
        "write the name itself: `swanlab-render template NAME`",
    ),
    row(
        &[
            "--kube-apiserver=",
            "--kube-token=",
            "--kube-as-user=",
            "--kube-as-group=",
            "--kube-ca-file=",
            "--kube-tls-server-name=",
            "--kube-insecure-skip-tls-verify",
        ],
        "kubectl asks the cluster, with what the kubeconfig says: name it with `--kubeconfig` and `--kube-context`",
    ),
    row(
        &["--burst-limit=", "--qps="],
        "kubectl asks the cluster, and chooses how fast: leave it out",
    ),
    row(
        &["--hide-secret"],
        "`template` prints Secrets, for kubectl to apply; `diff` hides what they hold",
    ),
    row(
        &[
            "--keep-history",
            "--cascade=",
            "--no-history",
            "--ignore-not-found",
        ],
        "swanlab-render deletes nothing and keeps no history: leave it out",
    ),
    row(
        &["--all-namespaces", "-A"],
        "one release is rendered for one namespace: write `-n NAMESPACE`",
    ),
    row(&["--filename="], "the flag is `-f FILE`, for values"),
    row(&["--revision="], "there are no revisions: leave it out"),
    row(
        &["--with-subcharts"],
        "subcharts are rendered and checked with their chart: leave it out",
    ),
    row(
        &["--show-resources", "--show-desc"],
        "every object and its state are listed: leave it out",
    ),
    row(
        &["--jsonpath="],
        "pipe the output: `swanlab-render values -o json | jq …` has the same values",
    ),
    of(
        &["values"],
        &["--all", "-a"],
        "all values are printed, unless `--only-overrides` is given: leave it out",
    ),
    row(
        &[
            "--filter=",
            "--logs",
            "--max=",
            "--offset=",
            "--short",
            "--date",
            "--deployed",
            "--failed",
            "--pending",
            "--superseded",
            "--uninstalled",
            "--uninstalling",
            "--no-headers",
            "--time-format=",
            "--selector=",
            "-m=",
            "-r",
        ],
        "swanlab-render keeps no list of releases: `helm list` has it",
    ),
    row(
        &[
            "--versions",
            "--regexp",
            "--max-col-width=",
            "--fail-on-no-result",
            "--list-repo-url",
            "--endpoint=",
        ],
        "swanlab-render searches no repositories: `helm search` does",
    ),
    row(
        &["--template="],
        "pipe the output of `-o json` through jq instead",
    ),
    of(
        &["diff"],
        &["--detailed-exitcode"],
        "exit codes always tell: 0 no change, 1 changes, 3 refused or data lost; leave it out, and see `--fail-on`",
    ),
    of(
        &["diff"],
        &["--allow-unreleased"],
        "`--against cluster` takes what is there, also nothing: leave it out",
    ),
    row(
        &["--suppress-secrets", "--show-secrets-decoded"],
        "what Secrets hold is hidden, and decoded with `diff --show-secrets`",
    ),
    of(
        &["diff"],
        &["-C="],
        "write `-U N` for the number of unchanged lines",
    ),
    of(
        &["diff"],
        &["--suppress=", "--suppress-output-line-regex="],
        "`--kind KIND` compares only objects of a kind, and `--ignore PATH` leaves fields out",
    ),
    of(
        &["diff"],
        &[
            "--three-way-merge",
            "--normalize-manifests",
            "--strip-trailing-cr",
            "--find-renames=",
            "-D=",
            "--include-tests",
            "--disable-validation",
        ],
        "objects are compared field by field, with the server's defaults, and renamed ones are found: leave it out",
    ),
    row(
        &[
            "--detailed-exitcode",
            "--allow-unreleased",
            "--three-way-merge",
            "--normalize-manifests",
        ],
        "only `swanlab-render diff` compares, and it needs no such flag",
    ),
    of(
        &["version", "help", "man", "completions"],
        &["--client", "-c", "--short"],
        "the version of swanlab-render is printed in one line: leave it out",
    ),
    row(&["--json"], "write `-o json`"),
    row(
        &[
            "--all",
            "--merge=",
            "--url=",
            "--type=",
            "--no-descriptions",
            "--recreate-pods",
        ],
        "it is for a command that swanlab-render does not have: leave it out",
    ),
];

/// The answer to a flag; none where it is not known from elsewhere.
pub(super) fn help(flag: &str, command: &str) -> Option<String> {
    let named = || {
        let rows = ROWS.iter();
        rows.filter(|row| row.flags.iter().any(|one| name(one) == flag))
    };
    let own = named().find(|row| row.of.contains(&command));
    if let Some(row) = own.or_else(|| named().find(|row| row.of.is_empty())) {
        return Some(row.instead.to_owned());
    }
    let is_of_helm = accepted::means_nothing(flag);
    is_of_helm.then(|| {
        format!("`{command}` changes nothing in a cluster, so it means nothing here: leave it out")
    })
}

/// Whether a flag is one of Helm's, or one of ours for some command.
pub(super) fn is_known(flag: &str, all: &Command) -> bool {
    let mut flags = ROWS.iter().flat_map(|row| row.flags);
    flags.any(|one| name(one) == flag)
        || accepted::means_nothing(flag)
        || !accepted::commands_with(flag, all).is_empty()
}

fn name(flag: &str) -> &str {
    flag.strip_suffix('=').unwrap_or(flag)
}

/// Whether an operand follows a flag of Helm; none where the flag is not known.
pub(super) fn takes_operand(flag: &str) -> Option<bool> {
    let mut flags = ROWS.iter().flat_map(|row| row.flags);
    let found = flags.find(|one| name(one) == flag)?;
    Some(found.ends_with('='))
}
