//! Claims that exist already: whether pods can use them, and whether they are as large as the values say.
//! Claims that the render makes are not looked at.

use serde_json::Value;

use super::needs::list;
use super::{Answers, Check, Claim, Needs, Silence};
use crate::kubernetes::Quantity;

pub(super) fn checks(needs: &Needs, answers: &Answers) -> Vec<Check> {
    let asked = needs.claims.iter();
    asked
        .filter_map(|claim| {
            let name = format!("PersistentVolumeClaim/{}", claim.name);
            Some(match answers.claims.get(&claim.name)? {
                Ok(found) => of(&name, claim, found),
                Err(Silence::NotFound) => Check::missing(
                    &name,
                    format!("it does not exist in {}", needs.namespace),
                    "create it, or correct existingClaim",
                ),
                Err(silence) => Check::unknown(&name, silence),
            })
        })
        .collect()
}

fn of(name: &str, claim: &Claim, found: &Value) -> Check {
    if !found["metadata"]["deletionTimestamp"].is_null() {
        return Check::missing(
            name,
            "it is being deleted",
            "save its data now: it goes as soon as no pod uses it; then name another claim",
        );
    }
    let modes: Vec<&str> = list(&found["spec"]["accessModes"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    if !modes.iter().any(|mode| mode.starts_with("ReadWrite")) {
        return Check::missing(
            name,
            format!(
                "its access mode is {}, and databases have to write",
                modes.join(", ")
            ),
            "name a claim with ReadWriteOnce",
        );
    }
    match found["status"]["phase"].as_str().unwrap_or_default() {
        "Bound" => {}
        "Lost" => {
            return Check::missing(
                name,
                "its volume is gone",
                "restore the PersistentVolume, or name another claim",
            );
        }
        _ => {
            return Check::warning(
                name,
                "it is not bound yet",
                format!(
                    "fine if its class waits for the first pod (WaitForFirstConsumer); else: kubectl describe pvc {}",
                    claim.name
                ),
            );
        }
    }
    let capacity = &found["status"]["capacity"]["storage"];
    let wanted = claim.size.as_deref();
    match (
        wanted,
        wanted.and_then(Quantity::parse),
        Quantity::of(capacity),
    ) {
        (Some(size), Some(wanted), Some(has)) if has < wanted => Check::warning(
            name,
            format!(
                "it has {}, less than storageSize, {size}",
                capacity.as_str().unwrap_or_default()
            ),
            "expand the claim, or lower storageSize to what it has",
        ),
        _ => Check::ok(name, format!("it is bound, {}", modes.join(", "))),
    }
}
