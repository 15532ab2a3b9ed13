//! Changed versions of stores: which cannot start with the data of the old version, and which may not.
//! Sources: PostgreSQL's documentation, "Upgrading a PostgreSQL Cluster" (one major version cannot read the files of
//! another). Other programs do not promise that an older version can read the data of a newer one.

use serde_json::json;

use super::version::is_older;
use super::{Context, Program, Store, backup, restore};
use crate::diff::Effect;
use crate::diff::effects::notice::Notice;
use crate::diff::effects::{kubectl, value_key};
use crate::kubernetes::field;
use crate::stores::version::Major;

const IMAGE: [&str; 5] = ["spec", "template", "spec", "containers", "image"];

pub(super) fn notices(context: &Context<'_>, stores: &[Store<'_, '_>]) -> Vec<Notice> {
    let changed = stores
        .iter()
        .filter(|store| field(store.before, "image") != field(store.container, "image"));
    changed
        .filter_map(|store| match store.program {
            Program::Postgres => postgres(store, context),
            // Its files are a log; `migrations` is about the program that reads them.
            Program::House => None,
            _ => older(store, context),
        })
        .collect()
}

fn postgres(store: &Store<'_, '_>, context: &Context<'_>) -> Option<Notice> {
    let [was, is] = store.images();
    let (Some(was), Some(is)) = (Major::of(&was), Major::of(&is)) else {
        return Some(unknown(store, context));
    };
    if was == is {
        return None;
    }
    let claim = store.claims.join(", ");
    let mut message = format!(
        "PostgreSQL {is} does not start on the data directory of PostgreSQL {was}, which stays in the claim {claim}: \
         dump the database while {was} runs, give {is} a new, empty claim, and restore a dump there"
    );
    if is < was {
        message.push_str(&format!(
            ". A dump of {was} cannot be restored into {is}: restore one that {is} made; data that were written since \
             are only in {claim}"
        ));
    }
    let mut notice = Notice::new(Effect::Outage, store.object(), message).about(&IMAGE);
    // Stop the clients: data that they write after the dump would not be in the new database.
    let clients = store.clients(context);
    notice.fix = clients
        .filter_map(|client| kubectl::stop(&client.before.unwrap_or(client.object)))
        .collect();
    notice.fix.extend(backup::commands(store, context));
    notice.fix.extend(empty_claim(store, context, &is));
    notice.fix.push(format!(
        "# then apply, wait until PostgreSQL {is} runs, and restore a dump of {}",
        if is < was { &is } else { &was }
    ));
    notice.fix.extend(restore::commands(store, context));
    let clients = store.clients(context);
    notice
        .fix
        .extend(clients.filter_map(|client| kubectl::start(&client.object)));
    Some(notice)
}

/// The commands that create new, empty claims like the old ones.
fn empty_claim(store: &Store<'_, '_>, context: &Context<'_>, is: &Major) -> Vec<String> {
    let namespace = store.object().namespace;
    let mut commands = Vec::new();
    for name in &store.claims {
        let Some(claim) = context.claims.get(&[namespace, name.as_str()]) else {
            continue;
        };
        let fresh = format!("{name}-{is}");
        let mut spec = json!({
            "accessModes": claim.at(&["spec", "accessModes"]),
            "resources": claim.at(&["spec", "resources"]),
        });
        let class = claim.at(&["spec", "storageClassName"]);
        if !class.is_null() {
            spec["storageClassName"] = class.clone();
        }
        let object = json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": fresh}, "spec": spec,
        });
        commands.push(kubectl::on(
            "annotate",
            claim,
            context.options.applier.mark(),
        ));
        commands.push(format!(
            "printf '%s' {} | kubectl create -n {} -f -",
            kubectl::quote(&object.to_string()),
            kubectl::quote(namespace)
        ));
        commands.push(match value_key(claim, "existingClaim") {
            Some(key) => format!("# set {key} to {}", kubectl::plain(&fresh)),
            None => format!(
                "# let the pods mount {} instead of {}",
                kubectl::plain(&fresh),
                kubectl::plain(name)
            ),
        });
    }
    commands
}

/// The notice that an image changed whose major version is not known.
fn unknown(store: &Store<'_, '_>, context: &Context<'_>) -> Notice {
    let message = "the major versions of these PostgreSQL images are not known: another one than that of the data \
                   directory does not start. Compare PG_VERSION in the data directory with the new image";
    let notice = Notice::new(Effect::Outage, store.object(), message).about(&IMAGE);
    let mut notice = notice.when("the major version changes");
    let script = r#"cat "${PGDATA:-/var/lib/postgresql/data}/PG_VERSION""#;
    notice.fix.push(backup::inside(store, "exec", &[], script));
    notice.fix.extend(backup::commands(store, context));
    notice
}

fn older(store: &Store<'_, '_>, context: &Context<'_>) -> Option<Notice> {
    let [was, is] = store.images();
    if is_older([&was, &is], context.options.direction) != Some(true) {
        return None;
    }
    let program = store.program.name();
    let message = format!(
        "an older {program} with data of a newer one: it may not be able to read them. Copy them first; if it does not \
         start, restore the copy from before the upgrade. {}",
        restore::explanation(store.program)
    );
    let notice = Notice::new(Effect::Outage, store.object(), message).about(&IMAGE);
    let mut notice = notice.when(format!(
        "the newer {program} has written data that the older one cannot read"
    ));
    notice.fix = backup::commands(store, context);
    notice.fix.push(format!(
        "# then apply; only if {program} does not start, restore the copy from before the upgrade"
    ));
    notice.fix.extend(restore::commands(store, context));
    Some(notice)
}
