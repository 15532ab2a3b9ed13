//! Elements of one key in a list. The API server refuses them, but a strategic merge patch, which kubectl sends, and Helm
//! where it applies in the client, merges both into one. Only a list that the object has already is merged; another one is
//! added as it is (`mergeMap` in `k8s.io/apimachinery/pkg/util/strategicpatch/patch.go`).

use serde_json::Value;

use crate::kubernetes::field;
use crate::validation::{Problem, Violation};
use crate::yaml::{Path, Step};

/// Whether a violation is about an element that is merged into another one.
pub(super) fn is_merged(found: &Violation, new: &Value, old: &Value) -> bool {
    let Problem::Rule(refusal) = &found.problem else {
        return false;
    };
    let (above, place, key) = match found.path.0.as_slice() {
        [above @ .., Step::Index(place), Step::Key(key)] => (above, place, Some(key)),
        [above @ .., Step::Index(place)] => (above, place, None),
        _ => return false,
    };
    let list = Path(above.to_vec());
    let elements = |object| list.get(object).and_then(Value::as_array);
    let Some(duplicate) = elements(new).and_then(|list| list.get(*place)) else {
        return false;
    };
    // What patches merge by (`patchMergeKey`).
    let merge_key = match (refusal.code, key) {
        ("SR020" | "SR021" | "SR026", Some(key)) => key.as_str(),
        ("SR023", _) if duplicate.get("containerPort").is_some() => "containerPort",
        // Ports of one name, and several of which one has none.
        ("SR023" | "SR027", _) if field(new, "kind") == "Service" => "port",
        ("SR025", Some(key)) if key == "port" => "port",
        _ => return false,
    };
    let is_same = |element: &&Value| element.get(merge_key) == duplicate.get(merge_key);
    let of_key = elements(new).into_iter().flatten();
    let is_of_key = |element: &&Value| key.is_none_or(|key| element.get(key) == duplicate.get(key));
    let mut of_key = of_key.filter(is_of_key);
    // An init container may have the name of a container, in another list.
    of_key.clone().count() > 1
        && of_key.all(|element| is_same(&element))
        && elements(old).is_some_and(|list| !list.is_empty())
}
