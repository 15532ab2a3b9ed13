//! Any values.schema.json against any values: every problem has its place, and nothing is read from elsewhere.
//! Texts: the schema, a values file, the chart's values.yaml.
#![no_main]

use laws::{EMBEDDED, check_diagnostics, release, source, texts};
use libfuzzer_sys::fuzz_target;
use swanlab_render::diagnostics::Diagnostics;
use swanlab_render::values::Overrides;

fuzz_target!(|data: &[u8]| {
    let Some([schema, given, defaults]) = texts(data) else {
        return;
    };
    let mut chart = EMBEDDED.chart().clone();
    chart.is_embedded = false;
    chart.defaults = None;
    chart.values = source("values.yaml", defaults);
    chart.schema = Some(source("values.schema.json", schema));
    let overrides = Overrides {
        files: vec![source("my-values.yaml", given)],
        flags: Vec::new(),
    };
    let release = match release(chart, overrides) {
        Ok(release) => release,
        Err(problems) => {
            check_diagnostics(&problems);
            return;
        }
    };
    check_diagnostics(&Diagnostics(release.warnings()));
    if let Err(problems) = release.validate() {
        check_diagnostics(&problems);
    }
});
