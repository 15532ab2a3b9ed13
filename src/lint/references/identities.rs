//! One object, one identity: two objects with the same group, kind, namespace and name overwrite each
//! other. Objects without a name are not compared.

use super::{Findings, Index, Place, Problem};

pub(super) fn check(object: &Place<'_>, index: &Index<'_>, findings: &mut Findings) {
    let metadata = object.at("metadata");
    if metadata.at("name").text().is_none() {
        if metadata.at("generateName").text().is_none() {
            findings.add(&metadata, Problem::NoName);
        }
        return;
    }
    let first = index
        .identity(object.value)
        .and_then(|identity| index.first(identity));
    if let Some(first) = first
        && first != object.object
    {
        findings.add(&metadata.at("name"), Problem::SameObject { first });
    }
}
