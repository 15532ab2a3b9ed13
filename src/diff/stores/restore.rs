//! Commands that bring data to where they are looked for from now on: a dump or a copy back into the place of the present
//! data, a claim's files into another claim, a database to another server. They lose nothing: what they replace stays under
//! another name.

use serde_json::json;

use super::backup::{CopyPod, PG_DUMP, inside};
use super::{Context, Program, Store};
use crate::diff::effects::kubectl;
use crate::diff::object::{Object, items};
use crate::kubernetes::containers;

/// What is said with the commands.
pub(super) fn explanation(program: Program) -> &'static str {
    match program {
        Program::Postgres => {
            "The restored database takes the place of the present one, which stays beside it as *_replaced_*"
        }
        _ => {
            "The restored files take the place of the present ones, which stay in the volume as .replaced-*"
        }
    }
}

/// The commands that restore a store. The file is not ours to choose: the shell stops where nobody has named it.
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

/// Into a database of its own, which takes the name of the present one only if all went well.
const RESTORE: &str = r#"set -eu
user=${POSTGRES_USER:-postgres}
db=${POSTGRES_DB:-$user}
now=$(date -u +%Y%m%d%H%M%S)_$$
createdb -U "$user" -T template0 "restored_$now"
pg_restore -U "$user" -d "restored_$now" --no-owner --exit-on-error --single-transaction
printf "%s\n" "ALTER DATABASE :\"db\" RENAME TO :\"kept\";" "ALTER DATABASE :\"restored\" RENAME TO :\"db\";" | psql -U "$user" -d postgres --single-transaction -v ON_ERROR_STOP=1 -v db="$db" -v kept="${db}_replaced_$now" -v restored="restored_$now""#;

fn dump(store: &Store<'_, '_>) -> String {
    let script = RESTORE.replace('\n', "; ");
    let command = inside(store, "exec -i", &[], &script);
    format!("{command} < \"${{DUMP:?set DUMP to the file of the dump}}\"")
}

/// What is there goes into a folder; then the copy is unpacked.
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
        // Each claim has a copy of its own.
        let copy = match store.claims.len() {
            1 => "COPY".to_owned(),
            _ => format!("COPY_{place}"),
        };
        commands.push(format!(
            ": \"${{{copy}:?set {copy} to the file with the copy of this claim}}\" && {} && {unpack} < \"${copy}\"",
            pod.start()
        ));
        commands.push(pod.end());
    }
    commands.extend(kubectl::start(&store.running()));
    commands
}

/// The copying of a claim's files, which ends with an error where the other one has some already.
const COPY: &str = "if ls -A /to | grep -qvx lost+found; then echo 'the other claim is not empty' >&2; exit 1; fi; \
                    cp -a /from/. /to/";

/// A pod that copies all files of a claim into another, and its end.
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
    let mut name = format!("copy-{}", kubectl::plain(claim.name));
    name.truncate(LONGEST_NAME);
    let name = name.trim_end_matches(['-', '.']);
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

/// The longest name of a pod that is its host name too.
const LONGEST_NAME: usize = 63;

/// The dump of a PostgreSQL whose work is done elsewhere from now on, and its way there: all of it, or at the first
/// error nothing. None of another program.
pub(super) fn dump_elsewhere(user: &Object<'_>) -> Option<Vec<String>> {
    let (_, pod) = user.pod()?;
    let is_postgres = |container: &&serde_json::Value| {
        items(&container["env"]).any(|one| one["name"] == "POSTGRES_PASSWORD")
    };
    let container = containers(pod).find(is_postgres)?;
    let rest = format!(
        "-c {} -- sh -c {}",
        kubectl::quote(container["name"].as_str()?),
        kubectl::quote(PG_DUMP)
    );
    Some(vec![
        "# to move the data, before you apply, while nothing writes to the database:".to_owned(),
        kubectl::into_new_file(&kubectl::at("exec", user, &rest), "move", user.name, "dump"),
        "pg_restore --no-owner --exit-on-error --single-transaction -d \"${NEW_DATABASE:?set NEW_DATABASE to the URL of \
         the new database}\" \"${DUMP:?set DUMP to the file of the dump}\""
            .to_owned(),
    ])
}
