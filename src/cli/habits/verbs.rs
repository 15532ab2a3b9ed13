//! Commands that people know from Helm, its plugins and kubectl, and what to type here instead: a table, filled with the
//! names that were typed.

use swanlab_render::diagnostics::Diagnostic;

use super::typed::{Typed, shown};

/// What a command is answered with.
struct Row {
    verbs: &'static [&'static str],
    /// Which word is the release's name: behind the verb, or behind a word of it.
    name: usize,
    /// Whether the command takes values, so that none were meant if none were typed.
    has_values: bool,
    /// The answer, with holes in braces.
    instead: &'static str,
}

const fn row(verbs: &'static [&'static str], instead: &'static str) -> Row {
    Row {
        verbs,
        name: 1,
        has_values: false,
        instead,
    }
}

/// With the values that were typed.
const fn with_values(verbs: &'static [&'static str], instead: &'static str) -> Row {
    Row {
        verbs,
        name: 1,
        has_values: true,
        instead,
    }
}

const ROWS: [Row; 29] = [
    with_values(
        &["install", "i", "deploy", "up"],
        "swanlab-render installs nothing: {apply}",
    ),
    row(&["apply"], "kubectl applies what is rendered: {apply}"),
    with_values(
        &["upgrade"],
        "swanlab-render upgrades nothing: see what changes with `swanlab-render diff {given} --against cluster{cluster}`, then {apply}",
    ),
    row(
        &["rollback", "undo"],
        "there is no history to go back in: see what the older values do with `swanlab-render diff {name} {namespace} -f older-values.yaml --against cluster{cluster}`, then apply what they give: `swanlab-render template {name} {namespace} -f older-values.yaml | kubectl apply {namespace}{kubectl} -f -`",
    ),
    row(
        &["uninstall", "delete", "del", "un", "destroy", "down"],
        "swanlab-render deletes nothing: `: | swanlab-render diff {given} --against - --reverse --removed | xargs -r -L1 kubectl delete {namespace}{kubectl}` deletes what is rendered except the claims, which hold the data",
    ),
    row(
        &["list", "ls", "history", "hist", "releases"],
        "swanlab-render keeps no records of releases: `helm list {namespace}{cluster}` lists those of Helm, and `swanlab-render status NAME {namespace} -f my-values.yaml{cluster}` tells whether what the values give is there and ready",
    ),
    row(
        &["inspect"],
        "the command is `show`: `swanlab-render show values`",
    ),
    row(
        &["test"],
        "swanlab-render runs nothing in a cluster: `swanlab-render preflight {given}{cluster}` asks it whether it has what is needed, and `swanlab-render status {given}{cluster}` whether all is ready",
    ),
    row(
        &["unittest", "ct"],
        "`swanlab-render check` compares renders with golden files, and `swanlab-render lint {given}` looks for mistakes",
    ),
    row(
        &["repo", "registry"],
        "no repository is needed, since SwanLab's chart is built in: `swanlab-render template NAME -n NAMESPACE -f my-values.yaml`; for other charts use `helm {words}` itself",
    ),
    row(
        &["search"],
        "SwanLab's chart is built in: `swanlab-render show chart` prints its version; for others use `helm {words}` itself",
    ),
    row(
        &["pull", "fetch", "download"],
        "SwanLab's chart is built in and need not be fetched: `swanlab-render show all` prints it; other charts are fetched where CHART names one: `swanlab-render template NAME REPO/CHART --version V`",
    ),
    row(
        &["push", "package", "create", "verify"],
        "swanlab-render makes no charts: use `helm {words}` itself; CHART can be what it makes, and docs/templates.md is about charts in Jinja",
    ),
    row(
        &["dependency", "dep", "dependencies"],
        "SwanLab's chart has no dependencies; for others use `helm {words}` itself, and then `swanlab-render template NAME CHART`",
    ),
    row(
        &["plugin", "plugins"],
        "there are no plugins: `swanlab-render diff`, `swanlab-render secret` and `swanlab-render check` are built in, and `swanlab-render help` lists all",
    ),
    row(
        &["env"],
        "Helm's environment variables are not read: `swanlab-render help` lists the flags, `-n NAMESPACE` and `--kube-context` among them",
    ),
    row(
        &["secrets"],
        "the command for the Secret of an integration is `secret`: `swanlab-render secret postgres -f my-values.yaml`; values files are read as they are, so decrypt them into a pipe: `sops -d secrets.yaml | swanlab-render template -f -`",
    ),
    with_values(
        &[
            "render",
            "build",
            "manifest",
            "manifests",
            "generate",
            "kustomize",
        ],
        "the command is `template`: `swanlab-render template {given}`",
    ),
    row(
        &["completion"],
        "the command is `completions`: `swanlab-render completions {shell}`",
    ),
    row(
        &["validate"],
        "the command is `lint`: `swanlab-render lint {given}`",
    ),
    row(
        &["docs"],
        "the command is `man`: `swanlab-render man | man -l -`",
    ),
    row(
        &[
            "describe",
            "logs",
            "log",
            "events",
            "rollout",
            "scale",
            "exec",
            "port-forward",
        ],
        "it belongs to kubectl; `swanlab-render status {given}{cluster}` tells what is not ready, and why",
    ),
    Row {
        verbs: &["get values"],
        name: 2,
        has_values: false,
        instead: "`swanlab-render values -f my-values.yaml --only-overrides` prints the values that a file gives; `helm get values {name} {namespace}{cluster}` those that Helm has recorded",
    },
    Row {
        verbs: &["get notes"],
        name: 2,
        has_values: false,
        instead: "`swanlab-render show notes {given}` prints them",
    },
    Row {
        verbs: &["get metadata"],
        name: 2,
        has_values: false,
        instead: "`swanlab-render show chart` prints the built-in chart's; `helm get metadata {name} {namespace}{cluster}` those of Helm's release",
    },
    Row {
        verbs: &["get manifest", "get all", "get hooks"],
        name: 2,
        has_values: false,
        instead: "`swanlab-render template {given}` prints what the values give; `swanlab-render diff {given} --against helm:{name}{cluster}` compares it with what Helm has recorded",
    },
    row(
        &["get"],
        "`swanlab-render status {given}{cluster}` tells the state of the objects in the cluster; `swanlab-render template {given}` prints them as rendered",
    ),
    row(
        &["switch", "use", "config", "context"],
        "name the cluster in the command: `--kube-context CONTEXT`, `--kubeconfig FILE`, and `-n NAMESPACE`",
    ),
    row(
        &["self-update", "selfupdate", "update"],
        "swanlab-render does not update itself; `swanlab-render version` prints its version",
    ),
];

/// The plugin's commands below `diff`.
const OF_DIFF: [Row; 4] = [
    Row {
        verbs: &["upgrade", "release"],
        name: 2,
        has_values: true,
        instead: "leave the word out: `swanlab-render diff {given} --against helm:{name}{cluster}` compares with what Helm has recorded, and with `--against cluster` with the objects that are there",
    },
    Row {
        verbs: &["rollback"],
        name: 2,
        has_values: false,
        instead: "write the older manifests to a file: `helm get manifest {name} {namespace} --revision REVISION > older.yaml`, then `swanlab-render diff {namespace} --manifests older.yaml --against helm:{name}{cluster}`",
    },
    Row {
        verbs: &["revision"],
        name: 2,
        has_values: false,
        instead: "write both to files with `helm get manifest {name} {namespace} --revision REVISION`, then `swanlab-render diff {namespace} --against older.yaml --manifests newer.yaml`",
    },
    Row {
        verbs: &["version", "local"],
        name: 2,
        has_values: false,
        instead: "leave the word out: `swanlab-render diff {namespace} --against older.yaml --manifests newer.yaml` compares two files; `swanlab-render version` prints the version",
    },
];

/// The answer to a command that there is not.
pub(super) fn help(verb: &str, typed: &Typed) -> Option<String> {
    let with_next = format!("{verb} {}", next(typed));
    let named = |name: &str| ROWS.iter().find(|row| row.verbs.contains(&name));
    Some(fill(named(&with_next).or_else(|| named(verb))?, typed))
}

/// The word behind the command.
fn next(typed: &Typed) -> &str {
    match typed.word(1) {
        // kubectl names kinds of objects there.
        Some("value" | "vals") => "values",
        Some("manifests") => "manifest",
        Some("hook") => "hooks",
        Some(word) => word,
        None => "",
    }
}

/// The answer to `helm diff upgrade` and its like, unless `upgrade` is the name of a release here.
pub(super) fn of_the_diff_plugin(typed: &Typed) -> Option<Diagnostic> {
    let verb = typed.word(1).filter(|_| typed.word(0) == Some("diff"))?;
    let row = OF_DIFF.iter().find(|row| row.verbs.contains(&verb))?;
    let is_name = typed.has(&["--against", "--from-values", "--from-chart"])
        && typed
            .word(2)
            .is_none_or(|chart| chart.contains('/') || chart.starts_with('.'));
    if is_name {
        return None;
    }
    let error = Diagnostic::error(format!(
        "`diff {verb}` is a command of Helm's plugin, not of swanlab-render"
    ));
    Some(error.with_help(fill(row, typed)))
}

/// An answer with what was typed in its holes.
fn fill(row: &Row, typed: &Typed) -> String {
    let given = || typed.given(row.name, row.has_values);
    let mut text = String::new();
    if typed.reuses_values() {
        let (name, namespace) = (typed.name(row.name), typed.namespace());
        let cluster = typed.cluster();
        text.push_str(&format!(
            "write the values that Helm has recorded to a file first: `helm get values {name} {namespace}{cluster} -o yaml > previous.yaml`; "
        ));
    }
    let mut rest = row.instead;
    while let Some((before, hole)) = rest.split_once('{') {
        let (name, after) = hole.split_once('}').unwrap_or((hole, ""));
        text.push_str(before);
        text.push_str(&match name {
            "given" => given(),
            "name" => typed.name(row.name),
            "namespace" => typed.namespace(),
            "cluster" => typed.cluster(),
            "kubectl" => typed.cluster_for_kubectl(),
            "words" => typed.plain_words(),
            "shell" => typed.shell().to_owned(),
            _ => apply(&given(), typed),
        });
        rest = after;
    }
    text + rest
}

/// The pipe that applies, with what the flags of `helm install` and `helm upgrade` come to.
fn apply(given: &str, typed: &Typed) -> String {
    let (namespace, kubectl) = (typed.namespace(), typed.cluster_for_kubectl());
    let created = if typed.has(&["--create-namespace"]) {
        " --create-namespace"
    } else {
        ""
    };
    let program = if typed.has(&["--post-renderer"]) {
        " | PROGRAM"
    } else {
        ""
    };
    let dry_run = match typed.operand(&["--dry-run"]) {
        Some("server") => " --dry-run=server",
        Some("none" | "false") => "",
        _ if typed.has(&["--dry-run"]) => " --dry-run=client",
        _ => "",
    };
    let applied = format!(
        "`swanlab-render template {given}{created}{program} | kubectl apply {namespace}{kubectl}{dry_run} -f -`"
    );
    let is_waited_for = typed.has(&["--wait", "--atomic", "--rollback-on-failure"]);
    if !is_waited_for || !dry_run.is_empty() {
        return applied;
    }
    let timeout = typed.operand(&["--timeout"]).and_then(shown);
    let timeout = timeout.unwrap_or_else(|| "5m".to_owned());
    let cluster = typed.cluster();
    format!("{applied}, and wait with `swanlab-render status {given} --wait {timeout}{cluster}`")
}
