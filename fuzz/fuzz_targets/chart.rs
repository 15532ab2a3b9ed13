//! Any chart: what it renders reads back as the same objects, twice the same; what fails has its place.
//! Texts: a template, a partial, an include, NOTES.txt, values.yaml, a values file, the schema.
#![no_main]

use laws::{EMBEDDED, check_diagnostics, check_rendered, release, source, texts};
use libfuzzer_sys::fuzz_target;
use swanlab_render::chart::{Chart, Files, Role, Template};
use swanlab_render::diagnostics::Diagnostics;
use swanlab_render::lint;
use swanlab_render::values::Overrides;

fn template(path: &'static str, role: Role, text: &str) -> Template {
    Template {
        path: path.to_owned(),
        source: source(path, text),
        role,
    }
}

fn chart(data: &[u8]) -> Option<(Chart, Overrides)> {
    let [object, partial, include, notes, defaults, given, schema] = texts(data)?;
    let mut chart = EMBEDDED.chart().clone();
    chart.is_embedded = false;
    chart.defaults = None;
    chart.values = source("values.yaml", defaults);
    chart.schema = (!schema.is_empty()).then(|| source("values.schema.json", schema));
    chart.files = Files::Embedded(&[("a.txt", "first line\nsecond line\n")]);
    chart.templates = vec![
        template("templates/NOTES.txt", Role::Notes, notes),
        template("templates/_include.j2", Role::Include, include),
        template(
            "templates/_part.yaml",
            Role::Partial("part".to_owned()),
            partial,
        ),
        template("templates/object.yaml", Role::Manifests, object),
    ];
    let overrides = Overrides {
        files: vec![source("my-values.yaml", given)],
        flags: Vec::new(),
    };
    Some((chart, overrides))
}

/// All problems of all stages, each checked.
fn check(chart: Chart, overrides: Overrides) -> Result<(), Diagnostics> {
    let release = release(chart, overrides)?;
    check_diagnostics(&Diagnostics(release.warnings()));
    let is_valid = release.validate();
    let rendered = release.render()?;
    check_rendered(&rendered);
    let again: Vec<_> = release.render()?.into_all();
    assert!(
        rendered.all().eq(&again),
        "two renders of the same chart differ"
    );
    lint::release(&release, &lint::Options::default());
    release.partials()?;
    is_valid
}

fuzz_target!(|data: &[u8]| {
    let Some((chart, overrides)) = chart(data) else {
        return;
    };
    if let Err(problems) = check(chart, overrides) {
        check_diagnostics(&problems);
    }
});
