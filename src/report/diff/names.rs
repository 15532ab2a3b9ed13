//! Only the names of objects, for scripts: each is safe as an argument of kubectl.

use crate::diagnostics::Diagnostic;
use crate::diff::{Action, ObjectRef, Shown};
use crate::manifest::{Address, Identity};

/// `ACTION<TAB>KIND/NAME`, a line for each object that differs. Outside the core group it is `KIND.GROUP/NAME`, with
/// `-n NAMESPACE` before it if the object is not in `namespace`, that of the release. An object whose name the cluster
/// generates has only the beginning of its name.
///
/// # Errors
/// The first object with a kind, group, namespace or name that is not valid in Kubernetes.
pub fn names(diff: &Shown<'_>, namespace: &str, out: &mut String) -> Result<(), Diagnostic> {
    let mut lines = String::new();
    for object in &diff.objects {
        let mut identity = object.object.identity();
        let mut beginning = String::new();
        if identity.name.is_empty()
            && let Some(manifest) = diff.sides(object).into_iter().flatten().next()
        {
            let generated = &manifest.object["metadata"]["generateName"];
            generated
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut beginning);
            // For the check only: the beginning of a name can end with a hyphen.
            identity.name = format!("{beginning}x");
        }
        let line = argument(&identity, namespace)?;
        let line = match beginning.as_str() {
            "" => line.as_str(),
            _ => line.strip_suffix('x').unwrap_or(&line),
        };
        lines.push_str(&format!("{}\t{line}\n", object.action.name()));
    }
    out.push_str(&lines);
    Ok(())
}

/// Whether [`removed`] lists objects with data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// Only objects without data.
    LeftOut,
    /// Claims, volumes, Namespaces and CRDs too.
    Listed,
}

/// Kinds with data, or with objects that have data.
const DATA: [&str; 4] = [
    "PersistentVolumeClaim",
    "PersistentVolume",
    "Namespace",
    "CustomResourceDefinition",
];

/// The objects that no longer exist, for `kubectl delete`, in the form of [`names`]: removed objects, and renamed ones
/// under their old names. Objects that are marked to be kept, and those with a generated name, are left out.
///
/// # Errors
/// As for [`names`]. Nothing is printed then.
pub fn removed(
    diff: &Shown<'_>,
    data: Data,
    namespace: &str,
    out: &mut String,
) -> Result<(), Diagnostic> {
    let mut lines = String::new();
    for object in &diff.objects {
        if !matches!(object.action, Action::Removed | Action::Renamed) {
            continue;
        }
        let [Some(old), _] = diff.sides(object) else {
            continue;
        };
        let identity = ObjectRef::of(&old.object).identity();
        let is_data = DATA.contains(&old.kind());
        if old.is_marked() || identity.name.is_empty() || (is_data && data == Data::LeftOut) {
            continue;
        }
        lines.push_str(&argument(&identity, namespace)?);
        lines.push('\n');
    }
    out.push_str(&lines);
    Ok(())
}

/// `KIND/NAME`, `-n NAMESPACE KIND.GROUP/NAME`
fn argument(identity: &Identity, namespace: &str) -> Result<String, Diagnostic> {
    Address::of(identity)?;
    let lives_in = identity.clone().applied_to(namespace).namespace;
    let Identity {
        group, kind, name, ..
    } = identity;
    let mut argument = String::new();
    if !lives_in.is_empty() && lives_in != namespace {
        argument.push_str(&format!("-n {lives_in} "));
    }
    argument.push_str(kind);
    if !group.is_empty() {
        argument.push_str(&format!(".{group}"));
    }
    argument.push_str(&format!("/{name}"));
    Ok(argument)
}
