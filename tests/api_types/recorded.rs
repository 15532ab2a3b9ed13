//! The recorded cases, rendered through the library.

use std::fs;
use std::path::Path;

use serde_json::Value;
use swanlab_render::chart::{self, KubeVersion};
use swanlab_render::diagnostics::Source;
use swanlab_render::lint::references::External;
use swanlab_render::release::Release;
use swanlab_render::values::{self, Flag, Overrides, set};

/// What a case renders to, and what its values say is in the cluster already.
pub(crate) struct Recorded {
    pub(crate) case: String,
    pub(crate) namespace: String,
    pub(crate) objects: Vec<Value>,
    pub(crate) external: External,
}

/// Every case of `tests/conformance` that renders.
pub(crate) fn recorded() -> Vec<Recorded> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/cases");
    let mut cases: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    cases.sort();
    let cases: Vec<Recorded> = cases.iter().filter_map(|case| render(case)).collect();
    assert!(cases.len() >= 83, "only {} cases render", cases.len());
    cases
}

/// One case of `tests/conformance`; none if its values are wrong.
pub(crate) fn render(case: &str) -> Option<Recorded> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/conformance/cases")
        .join(case);
    let text = fs::read_to_string(folder.join("values.yaml")).unwrap();
    let args: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("args.json")).unwrap()).unwrap();
    let word = |field: &str, default: &str| args[field].as_str().unwrap_or(default).to_owned();
    let chart = chart::embedded().unwrap();
    let overrides = Overrides {
        files: vec![Source::new("values.yaml", text)],
        flags: args["flags"]
            .as_array()
            .map_or(Vec::new(), |flags| flags.chunks(2).map(flag).collect()),
    };
    let values = overrides
        .over(&chart, &|path| Err(format!("no file {path}")))
        .unwrap();
    let external = External::declared_in(&values.tree);
    let release = Release {
        name: word("name", "swanlab-self-hosted"),
        namespace: word("namespace", "default"),
        is_upgrade: false,
        kube_version: KubeVersion::parse("1.35").unwrap(),
        api_versions: Vec::new(),
        chart: &chart,
        values: &values.tree,
        overrides: &overrides,
    };
    values::validate(&chart, &overrides, release.values).ok()?;
    let rendered = release.render().ok()?;
    Some(Recorded {
        case: case.to_owned(),
        namespace: release.namespace.clone(),
        objects: rendered
            .manifests
            .into_iter()
            .map(|manifest| manifest.object)
            .collect(),
        external,
    })
}

fn flag(pair: &[Value]) -> Flag {
    let [flag, argument] = pair else {
        panic!("{pair:?}")
    };
    let kinds = [
        set::Kind::Json,
        set::Kind::Set,
        set::Kind::String,
        set::Kind::File,
        set::Kind::Literal,
    ];
    let kind = kinds.into_iter().find(|kind| flag == kind.flag()).unwrap();
    Flag::new(kind, argument.as_str().unwrap())
}
