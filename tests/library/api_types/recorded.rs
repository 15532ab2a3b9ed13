//! The recorded cases as the checks of objects take them.

use serde_json::Value;
use swanlab_render::lint::references::External;
use swanlab_render::yaml;

use crate::support;

/// What a case renders to, and what its values say is in the cluster already.
pub(crate) struct Recorded {
    pub(crate) case: String,
    pub(crate) namespace: String,
    pub(crate) objects: Vec<Value>,
    pub(crate) external: External,
}

/// Every case of `tests/conformance` that renders.
pub(crate) fn recorded() -> Vec<Recorded> {
    let cases: Vec<Recorded> = support::recorded().iter().filter_map(rendered).collect();
    assert!(cases.len() >= 83, "only {} cases render", cases.len());
    cases
}

/// One case of `tests/conformance`; none if its values are wrong.
pub(crate) fn render(case: &str) -> Option<Recorded> {
    let all = support::recorded();
    rendered(all.iter().find(|recorded| recorded.name == case).unwrap())
}

fn rendered(recorded: &support::Recorded) -> Option<Recorded> {
    let manifests = recorded.case.manifests().ok()?;
    // No case names a Secret or claim by a flag.
    let (_, values) = &recorded.case.files[0];
    let values = yaml::read(values).unwrap().pop().unwrap_or_default();
    Some(Recorded {
        case: recorded.name.clone(),
        namespace: recorded.case.namespace.clone(),
        objects: manifests
            .into_iter()
            .map(|manifest| manifest.object)
            .collect(),
        external: External::declared_in(&values),
    })
}
