//! Logical dumps: shell commands in which the store's own program writes its data into a file in the current folder, and
//! the script that runs them. No file is overwritten, and one that is not complete is not left behind.

use std::fmt::Write as _;

use super::{Options, Way, file_name};
use crate::commands::{kubectl, quote, selector};
use crate::stores::{Program, Store, inside, replicas};

/// The dump of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dump {
    /// The file, or for MinIO the folder.
    pub file: String,
    /// The commands that make it, in order.
    pub make: Vec<String>,
    /// The commands that restore it, in order. They stop the clients of the store, and start them again.
    pub restore: Vec<String>,
}

/// The dump of a store; `None` for programs without one, which is house.
pub fn of(store: &Store<'_>, options: &Options<'_>) -> Option<Dump> {
    between(store, store, options)
}

/// A dump of the first store that is restored into the second one, which has the same program.
pub fn between(store: &Store<'_>, into: &Store<'_>, options: &Options<'_>) -> Option<Dump> {
    let exec =
        |verb: &str, script: &str, rest: &str| inside_container(store, verb, script, rest, options);
    let back = |script: &str, rest: &str| inside_container(into, "exec -i", script, rest, options);
    let named = |extension: &str| file_name(store, options.suffix, extension);
    let (file, make, restore) = match store.program {
        Program::Postgres => {
            let file = named(".dump");
            let check = exec("exec -i", inside::PG_CHECK, "");
            let make = into_file(&file, &exec("exec", inside::PG_DUMP, ""), Some(&check));
            let restore = format!("{} < {}", back(inside::PG_RESTORE, ""), quote(&file));
            (file, vec![make], without_clients(into, restore, options))
        }
        Program::Redis => {
            let file = named(".rdb");
            let check = exec("exec -i", inside::REDIS_CHECK, "");
            let make = into_file(&file, &exec("exec", inside::REDIS_DUMP, ""), Some(&check));
            let restore = format!("{} < {}", back(inside::REDIS_RESTORE, ""), quote(&file));
            (file, vec![make], vec![restore])
        }
        Program::ClickHouse => {
            let file = named(".zip");
            // The file in the container.
            let name = format!("{}.zip", options.suffix);
            let make = into_file(&file, &exec("exec", inside::CLICKHOUSE_DUMP, &name), None);
            let restore = back(inside::CLICKHOUSE_RESTORE, &name);
            let restore = format!("{restore} < {}", quote(&file));
            (file, vec![make], without_clients(into, restore, options))
        }
        Program::Minio => {
            let folder = named("");
            let make = minio(store, &folder, Way::Forth, options);
            let restore = minio(into, &folder, Way::Back, options);
            (folder, vec![make], vec![restore])
        }
        Program::House => return None,
    };
    Some(Dump {
        file,
        make,
        restore,
    })
}

/// The command that runs a script in the container of a store; `rest` are the script's arguments, quoted.
fn inside_container(
    store: &Store<'_>,
    verb: &str,
    script: &str,
    rest: &str,
    options: &Options<'_>,
) -> String {
    let rest = if rest.is_empty() {
        String::new()
    } else {
        format!(" sh {rest}")
    };
    let words = format!(
        "-c {} -- sh -c {}{rest}",
        quote(store.container_name()),
        quote(script)
    );
    kubectl(verb, &store.address, options.namespace, &words)
}

/// A command whose output becomes a new file, once `check` has read it to its end.
fn into_file(file: &str, command: &str, check: Option<&str>) -> String {
    let new = is_new(file);
    let (part, file) = (quote(&format!("{file}.part")), quote(file));
    let check = check.map_or(String::new(), |check| format!(" && {check} < {part}"));
    format!("(umask 077; {new}; {command} > {part}{check} && mv {part} {file})")
}

/// Ends a shell if there is a file.
fn is_new(file: &str) -> String {
    let said = quote(&format!("{file} is there already, and is not overwritten"));
    format!(
        "if [ -e {} ]; then echo {said} >&2; exit 1; fi",
        quote(file)
    )
}

/// Ends a shell if there is no file.
fn is_there(file: &str) -> String {
    let said = quote(&format!("there is no {file} here"));
    format!(
        "if ! [ -e {} ]; then echo {said} >&2; exit 1; fi",
        quote(file)
    )
}

/// Stops the clients of a store, runs a command, and starts as many of their pods as there were, whether the command has
/// succeeded or not.
fn without_clients(store: &Store<'_>, command: String, options: &Options<'_>) -> Vec<String> {
    if store.clients.is_empty() {
        return vec![command];
    }
    let mut commands = Vec::new();
    let mut starts = String::new();
    for (place, (address, client)) in store.clients.iter().enumerate() {
        let variable = format!("replicas_{}_{place}", store.program.key());
        let count = kubectl(
            "get",
            address,
            options.namespace,
            "-o 'jsonpath={.spec.replicas}'",
        );
        commands.push(format!("{variable}=$({count})"));
        commands.push(kubectl("scale", address, options.namespace, "--replicas=0"));
        if let Some(pods) = selector(&client["spec"]["selector"]) {
            let namespace = match address.namespace() {
                "" => options.namespace,
                own => own,
            };
            commands.push(format!(
                "kubectl wait -n {} --for=delete pod -l {} --timeout=10m",
                quote(namespace),
                quote(&pods)
            ));
        }
        let default = replicas(client);
        let rest = format!("--replicas=\"${{{variable}:-{default}}}\"");
        let _ = write!(
            starts,
            "; {}",
            kubectl("scale", address, options.namespace, &rest)
        );
    }
    commands.push(format!(
        "code=0; {command} || code=$?{starts}; test \"$code\" = 0"
    ));
    commands
}

/// Copies all buckets into a folder or back, with the `mc` of the person who runs it. The keys go from the container to
/// `mc` through a pipe, into a configuration that is deleted.
fn minio(store: &Store<'_>, folder: &str, way: Way, options: &Options<'_>) -> String {
    let ports = store.container["ports"].as_array();
    let mut ports = ports.into_iter().flatten();
    let port = ports
        .find_map(|port| port["containerPort"].as_u64())
        .unwrap_or(9000);
    // The process that is ended is kubectl itself, also where a function of this name adds flags: see
    // `Kubectl::wrapper`.
    let forward = kubectl(
        "port-forward",
        &store.address,
        options.namespace,
        &format!(":{port}"),
    );
    let keys = inside_container(
        store,
        "exec",
        r#"printf '%s\n' "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD""#,
        "",
        options,
    );
    let [new, there] = [is_new(folder), is_there(folder)];
    let (part, folder) = (quote(&format!("{folder}.part")), quote(folder));
    let (before, mirror, after) = match way {
        Way::Forth => (
            format!("{new}\n  rm -rf {part}\n  mkdir {part}"),
            format!("mirror store/ {part}/"),
            format!("\n  mv {part} {folder}"),
        ),
        Way::Back => (
            there,
            format!("mirror --overwrite {folder}/ store/"),
            String::new(),
        ),
    };
    format!(
        "(
  set -eu
  umask 077
  command -v mc > /dev/null || {{ echo 'mc, the client of MinIO, is not installed here' >&2; exit 1; }}
  {before}
  forward=
  work=$(mktemp -d)
  trap 'test -z \"$forward\" || kill \"$forward\" 2> /dev/null || true; rm -rf \"$work\"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  (trap - EXIT; kubectl_by='exec'; case $(command -v kubectl) in */*) exec {forward} ;; esac; {forward}) > \"$work/log\" &
  forward=$!
  tries=0
  until grep -q '^Forwarding from 127' \"$work/log\"; do
    tries=$((tries + 1))
    test \"$tries\" -le 30
    kill -0 \"$forward\"
    sleep 1
  done
  port=$(sed -n 's/^Forwarding from 127[.0-9]*:\\([0-9]*\\) .*/\\1/p' \"$work/log\" | head -n 1)
  {keys} | mc --config-dir \"$work/mc\" alias set store \"http://127.0.0.1:$port\" > /dev/null
  mc --config-dir \"$work/mc\" {mirror}{after}
)"
    )
}

/// The script that dumps or restores stores. It stops at the first failure. `prelude` are functions that it needs, such as
/// one that makes `kubectl` ask a certain cluster.
pub fn script(stores: &[Store<'_>], way: Way, prelude: &str, options: &Options<'_>) -> String {
    let (does, usage) = match way {
        Way::Forth => (
            "Dumps stores into files in the current folder",
            "No file is overwritten; a dump that fails leaves only a file that ends with .part.",
        ),
        Way::Back => (
            "Restores stores from dumps in the current folder",
            "The clients of a store are stopped meanwhile. PostgreSQL and ClickHouse keep the present databases under other\n\
             # names; Redis and MinIO do not, so dump them first if somebody may need their present data.",
        ),
    };
    let mut script = format!(
        "#!/bin/sh
# {does}: sh FILE [STORE ...]
# {usage}
# shellcheck disable=SC2016 # what is in single quotes is for the shell in the container
set -eu

{prelude}"
    );
    let dumps: Vec<(&Store<'_>, Dump)> = stores
        .iter()
        .filter_map(|store| Some((store, of(store, options)?)))
        .collect();
    let ids = ids(dumps.iter().map(|(store, _)| store.program));
    let _ = writeln!(
        script,
        "if [ $# = 0 ]; then set -- {}; fi\nfor store in \"$@\"; do\n  case $store in",
        ids.join(" ")
    );
    for (id, (_, dump)) in ids.iter().zip(&dumps) {
        let (commands, says) = match way {
            Way::Forth => (&dump.make, format!("{id}: into {}", dump.file)),
            Way::Back => (&dump.restore, format!("{id}: from {}", dump.file)),
        };
        let _ = writeln!(script, "  {id})\n    echo {}", quote(&says));
        if way == Way::Back {
            let _ = writeln!(script, "    {}", is_there(&dump.file));
        }
        for command in commands {
            let _ = writeln!(script, "    {command}");
        }
        script.push_str("    ;;\n");
    }
    let _ = writeln!(
        script,
        "  *)\n    echo \"there is no store $store; there are: {}\" >&2\n    exit 2\n    ;;\n  esac\ndone\necho 'all is done'",
        ids.join(", ")
    );
    script
}

/// A name for each store: the key of its program, with a number from the second one of a program on.
pub fn ids(programs: impl Iterator<Item = Program>) -> Vec<String> {
    let mut counts = std::collections::BTreeMap::new();
    programs
        .map(|program| {
            let count = counts.entry(program.key()).or_insert(0);
            *count += 1;
            match count {
                1 => program.key().to_owned(),
                more => format!("{}-{more}", program.key()),
            }
        })
        .collect()
}
