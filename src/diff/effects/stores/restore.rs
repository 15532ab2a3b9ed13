//! The way back to a backup: commands that put a dump or a copy in the place of the present data. They lose nothing:
//! what they replace stays under another name.

use super::backup::{Helper, inside};
use super::{Program, Scene, Store};
use crate::diff::effects::kubectl;

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
pub(super) fn commands(store: &Store<'_, '_>, scene: &Scene<'_>) -> Vec<String> {
    match store.program {
        Program::Postgres => {
            let clients: Vec<_> = store.clients(scene).collect();
            let mut commands: Vec<String> = clients
                .iter()
                .filter_map(|client| kubectl::stop(&client.before.unwrap_or(client.subject)))
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
        let pod = Helper::of(store, claim);
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
