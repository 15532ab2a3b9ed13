//! Commands that restore a backup, copy a claim into another one, or dump a database for another server. They lose no
//! data: data that they replace are kept under another name.

use serde_json::json;

use super::backup::{CopyPod, copy_pod_name, inside};
use super::{Context, Program, Store};
use crate::diff::effects::kubectl;
use crate::diff::object::Object;
use crate::kubernetes::{containers, field, items};
use crate::stores::inside::{PG_DUMP, PG_RESTORE};

/// Explains the commands, for messages.
pub(super) fn explanation(program: Program) -> &'static str {
    match program {
        Program::Postgres => {
            "The restored database replaces the present one, which is kept as *_replaced_*"
        }
        _ => {
            "The restored files replace the present ones, which are kept in the volume as .replaced-*"
        }
    }
}

/// The commands that restore a store from a file, which the operator names in a variable. The shell stops if it is not
/// set.
pub(super) fn commands(store: &Store<'_, '_>, context: &Context<'_>) -> Vec<String> {
    match store.program {
        Program::Postgres => {
            let clients: Vec<_> = store.clients(context).collect();
            let mut commands: Vec<String> = clients
                .iter()
                .filter_map(|client| kubectl::stop(&client.before.unwrap_or(client.object)))
                .collect();
            commands.push(dump(store));
            commands
        }
        _ => copy(store),
    }
}

fn dump(store: &Store<'_, '_>) -> String {
    let script = PG_RESTORE.replace('\n', "; ");
    let command = inside(store, "exec -i", &[], &script);
    format!("{command} < \"${{DUMP:?set DUMP to the file of the dump}}\"")
}

/// Moves the present files into a directory, and unpacks the copy.
const UNPACK: &str = r#"set -eu
cd /data
kept=.replaced-$(date -u +%Y%m%d-%H%M%S)
mkdir "$kept"
for one in * .[!.]*; do case $one in .replaced-*|lost+found) ;; *) if [ -e "$one" ] || [ -L "$one" ]; then mv "$one" "$kept/"; fi ;; esac; done
tar -xpf -"#;

fn copy(store: &Store<'_, '_>) -> Vec<String> {
    let mut commands: Vec<String> = kubectl::stop(&store.running()).into_iter().collect();
    let script = kubectl::quote(&UNPACK.replace('\n', "; "));
    for (place, claim) in store.claims.iter().enumerate() {
        let pod = CopyPod::of(store, claim);
        let unpack = pod.exec("-i", &format!("sh -c {script}"));
        // There is a copy for each claim.
        let copy = match store.claims.len() {
            1 => "COPY".to_owned(),
            _ => format!("COPY_{place}"),
        };
        commands.push(format!(
            ": \"${{{copy}:?set {copy} to the file with the copy of this claim}}\" && {} && {unpack} < \"${copy}\"",
            pod.start()
        ));
        commands.push(pod.delete());
    }
    commands.extend(kubectl::start(&store.running()));
    commands
}

/// Copies the files of a claim into another one; fails if that is not empty.
const COPY: &str = "if ls -A /to | grep -qvx lost+found; then echo 'the other claim is not empty' >&2; exit 1; fi; \
                    cp -a /from/. /to/";

/// The commands that copy all files of a claim into another one: create a pod, wait for it, delete it.
pub(super) fn copy_claim(claim: &Object<'_>, target: &str, context: &Context<'_>) -> Vec<String> {
    let image = context.copy_image();
    let volume = |name: &str, claim: &str| json!({"name": name, "persistentVolumeClaim": {"claimName": claim}});
    let overrides = json!({"spec": {
        "containers": [{
            "name": "copy", "image": image, "command": ["sh", "-c", COPY],
            "volumeMounts": [{"name": "from", "mountPath": "/from"}, {"name": "to", "mountPath": "/to"}],
        }],
        "volumes": [volume("from", claim.name), volume("to", target)],
    }});
    let namespace = kubectl::quote(claim.namespace);
    let name = copy_pod_name(claim.name);
    vec![
        format!(
            "kubectl run {name} -n {namespace} --restart=Never --image={} --overrides={}",
            kubectl::quote(image),
            kubectl::quote(&overrides.to_string())
        ),
        format!(
            "kubectl wait pod/{name} -n {namespace} --for=jsonpath='{{.status.phase}}'=Succeeded --timeout=2h && \
             kubectl delete pod/{name} -n {namespace}"
        ),
    ]
}

/// The commands that dump the database of a PostgreSQL, and restore it on another server, as a whole or not at all.
/// `None` for other programs.
pub(super) fn move_database(user: &Object<'_>) -> Option<Vec<String>> {
    let (_, pod) = user.pod()?;
    let is_postgres = |container: &&serde_json::Value| {
        items(field(container, "env")).any(|one| field(one, "name") == "POSTGRES_PASSWORD")
    };
    let container = containers(pod).find(is_postgres)?;
    let rest = format!(
        "-c {} -- sh -c {}",
        kubectl::quote(field(container, "name").as_str()?),
        kubectl::quote(PG_DUMP)
    );
    Some(vec![
        "# to move the data, before you apply, while nothing writes to the database:".to_owned(),
        kubectl::into_new_file(&kubectl::at("exec", user, &rest), "move", user.name, "dump"),
        "pg_restore --no-owner --exit-on-error --single-transaction -d \"${NEW_DATABASE:?set NEW_DATABASE to the URL \
         of the new database}\" \"${DUMP:?set DUMP to the file of the dump}\""
            .to_owned(),
    ])
}
