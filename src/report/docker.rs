//! A deployment in Docker that moves into a cluster: its values and objects as one stream, what became of its settings, and
//! what to do in which order.

use serde_json::{Value, json};

use super::{comment, migrate, pretty};
use crate::commands::quote;
use crate::diagnostics::visible;
use crate::docker::{Data, Deployment, Migration, archive_name};
use crate::init::Store;
use crate::yaml;

/// The names of the files.
#[derive(Clone, Debug)]
pub struct Names {
    /// The values.
    pub values: String,
    /// The accounts of the built-in stores.
    pub passwords: String,
    /// The claims and Jobs.
    pub data: String,
    /// The Secrets of the stores that run elsewhere.
    pub secrets: String,
}

/// What to say of the way into the cluster.
pub struct Way<'w> {
    /// The folder of the compose file, as it was named.
    pub folder: &'w str,
    /// The names of the files.
    pub names: &'w Names,
    /// Whether they are written, except that with the passwords, which always is.
    pub is_written: bool,
    /// Whether the URL of the archives is given, and their checksums.
    pub has: [bool; 2],
    /// The other flags that are given, as words of a shell with a space ahead.
    pub flags: &'w str,
}

/// The claims and Jobs as a stream, below what they are.
pub fn data(migration: &Migration) -> String {
    documents(
        "Claims for the data of Docker, and Jobs that unpack the archives into them. The claims must be empty, and\n\
         SwanLab is not installed before the Jobs are complete.",
        &migration.objects,
    )
}

/// The Secrets as a stream.
pub fn secrets(migration: &Migration) -> String {
    documents(
        "The accounts of the stores that run elsewhere, as they were in Docker. Keep this file out of Git.",
        &migration.secrets,
    )
}

/// Objects as a stream, below a comment.
fn documents(about: &str, objects: &[Value]) -> String {
    let mut out = String::new();
    comment(about, &mut out);
    for object in objects {
        out.push_str("---\n");
        yaml::write(object, &mut out);
    }
    out
}

/// Values and objects as one stream. Each part begins with the name of the file that it is for.
pub fn stream(migration: &Migration, names: &Names) -> String {
    let mut out = format!("# {}\n{}", visible(&names.values), migration.values);
    if !migration.objects.is_empty() {
        out.push_str(&format!("---\n# {}\n", visible(&names.data)));
        // The first document needs no second line between.
        out.push_str(&data(migration).replacen("---\n", "", 1));
    }
    out
}

/// What became of the settings, and what to do next.
pub fn text(migration: &Migration, deployment: &Deployment, way: &Way<'_>) -> String {
    let mut out = format!(
        "from the deployment in {} to chart {}\n",
        visible(way.folder),
        crate::swanlab::versions::CURRENT
    );
    migrate::moves(&migration.moves, &mut out);
    steps(migration, deployment, way, &mut out);
    out
}

fn steps(migration: &Migration, deployment: &Deployment, way: &Way<'_>, out: &mut String) {
    let names = way.names;
    out.push('\n');
    let mut line = |text: &str| {
        out.push_str(&visible(text));
        out.push('\n');
    };
    let archives: Vec<String> = deployment
        .stores()
        .iter()
        .map(|found| archive_name(found.store))
        .collect();
    line("Stop the deployment and pack the data, on the host of Docker:");
    line(&format!(
        "  (cd {} && docker compose stop)",
        quote(way.folder)
    ));
    for found in deployment.stores() {
        line(&format!("  {}", pack(found.store, &found.data, way.folder)));
    }
    if !archives.is_empty() {
        line(&format!("  sha256sum {} > sums.txt", archives.join(" ")));
    }
    if !archives.is_empty() && way.has != [true, true] {
        line(
            "Bring the archives and sums.txt to where the cluster can fetch them, and give their place:",
        );
        if way.is_written {
            line(&format!("  rm {}", quote(&names.data)));
        }
    } else if !way.is_written {
        line("Write the files:");
    }
    if way.has != [true, true] || !way.is_written {
        line(&format!(
            "  swanlab-render migrate --from-docker {}{}{} --write",
            quote(way.folder),
            if archives.is_empty() {
                ""
            } else {
                " --archives URL --checksums sums.txt"
            },
            way.flags
        ));
    }
    line("Make the namespace:");
    line("  kubectl create namespace swanlab");
    if !archives.is_empty() {
        line("Bring the data in, and wait for the Jobs:");
        line(&format!(
            "  kubectl apply -n swanlab -f {}",
            quote(&names.data)
        ));
        line("  kubectl wait -n swanlab --for=condition=complete job -l swanlab --timeout=2h");
        line(
            "If one fails, its log says why: kubectl logs -n swanlab -l swanlab --prefix --tail=3",
        );
    }
    line("Install SwanLab:");
    let mut values = format!("-f {}", quote(&names.values));
    if migration.passwords.is_some() {
        values.push_str(&format!(" -f {}", quote(&names.passwords)));
    }
    if !migration.secrets.is_empty() {
        line(&format!(
            "  kubectl apply -n swanlab -f {}",
            quote(&names.secrets)
        ));
    }
    line(&format!("  swanlab-render preflight -n swanlab {values}"));
    line(&format!(
        "  swanlab-render template -n swanlab {values} | kubectl apply -n swanlab -f -"
    ));
    line(
        "The storage class must keep a volume when its claim is deleted (reclaimPolicy: Retain), or the claims must never be.",
    );
    line("Keep the data of Docker until SwanLab runs with them.");
}

/// The command that packs the data of a store as the Job expects them.
fn pack(store: Store, data: &Data, folder: &str) -> String {
    let archive = archive_name(store);
    let begin = format!("sudo tar --numeric-owner -czf {archive}");
    // The folder `data` and nothing beside it.
    let rename = "--transform 's,^\\.,data,S' .";
    match (data, store) {
        (Data::Folder(data), Store::Postgres) => {
            let data = data.trim_end_matches('/');
            match data.rsplit_once('/') {
                Some((above, "data")) if !above.is_empty() => {
                    format!("{begin} -C {} data", within(folder, above))
                }
                _ => format!("{begin} -C {} {rename}", within(folder, data)),
            }
        }
        (Data::Folder(data), _) => format!("{begin} -C {} .", within(folder, data)),
        (Data::Volume(volume), _) => {
            let inspect = format!(
                "\"$(docker volume inspect -f '{{{{ .Mountpoint }}}}' {})\"",
                quote(volume)
            );
            let rest = if store == Store::Postgres {
                rename
            } else {
                "."
            };
            format!("{begin} -C {inspect} {rest}")
        }
        (Data::Unknown, _) => format!("# {archive}: find out where the data are"),
    }
}

/// A path of the compose file as a word of a shell: a relative one begins in its folder.
fn within(folder: &str, path: &str) -> String {
    if let Some(path) = path.strip_prefix("~/") {
        return format!("~/{}", quote(path));
    }
    if path.starts_with('/') {
        return quote(path);
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    quote(&format!("{}/{path}", folder.trim_end_matches('/')))
}

/// `{"schemaVersion":1,"from":"docker","to":…,"moves":[…]}`
pub fn report(migration: &Migration, out: &mut String) {
    let report = json!({
        "schemaVersion": 1,
        "from": "docker",
        "to": crate::swanlab::versions::CURRENT.to_string(),
        "moves": migration.moves,
    });
    pretty(&report, out);
}
