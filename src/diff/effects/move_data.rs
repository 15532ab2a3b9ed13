//! Commands that bring the data of a store to where they are looked for from now on. None of them overwrites anything.
//! When they are of use is decided elsewhere.

use serde_json::json;

use super::kubectl;
use super::scene::{Scene, Workload};
use super::stores;
use crate::diff::subject::{Subject, containers, items};
use crate::kubernetes::Image;

/// The copying of a claim's files, which ends with an error where the other one has some already.
const COPY: &str = "if ls -A /to | grep -qvx lost+found; then echo 'the other claim is not empty' >&2; exit 1; fi; \
                    cp -a /from/. /to/";

/// A pod that copies all files of a claim into another, and its end.
pub(super) fn copy(claim: &Subject<'_>, target: &str, scene: &Scene<'_>) -> Vec<String> {
    let image = helper(scene);
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

/// An image with `cp`, `tar` and `sleep`: the BusyBox that pods of the manifests wait with, for the cluster can pull it.
pub(super) fn helper<'a>(scene: &Scene<'a>) -> &'a str {
    scene.helper.unwrap_or_else(|| helper_of(&scene.workloads))
}

/// The same of these workloads; all of them may have to be looked at.
pub(super) fn helper_of<'a>(workloads: &[Workload<'a>]) -> &'a str {
    let containers = workloads.iter().flat_map(|one| containers(one.pod));
    let mut images = containers.filter_map(|container| container["image"].as_str());
    let busybox = images.find(|image| Image::of(image).name() == "busybox");
    busybox.unwrap_or("busybox")
}

/// The dump of a PostgreSQL whose work is done elsewhere from now on, and its way there: all of it, or at the first
/// error nothing. None of another program.
pub(super) fn dump(user: &Subject<'_>) -> Option<Vec<String>> {
    let (_, pod) = user.pod()?;
    let is_postgres = |container: &&serde_json::Value| {
        items(&container["env"]).any(|one| one["name"] == "POSTGRES_PASSWORD")
    };
    let container = containers(pod).find(is_postgres)?;
    let rest = format!(
        "-c {} -- sh -c {}",
        kubectl::quote(container["name"].as_str()?),
        kubectl::quote(stores::PG_DUMP)
    );
    Some(vec![
        "# to move the data, before you apply, while nothing writes to the database:".to_owned(),
        kubectl::into_new_file(&kubectl::at("exec", user, &rest), "move", user.name, "dump"),
        "pg_restore --no-owner --exit-on-error --single-transaction -d \"${NEW_DATABASE:?set NEW_DATABASE to the URL of \
         the new database}\" \"${DUMP:?set DUMP to the file of the dump}\""
            .to_owned(),
    ])
}
