//! A KRM function: whatever ResourceList comes in, one ResourceList goes out, and when nothing can be rendered the
//! objects go out as they came.
#![no_main]

use laws::{EMBEDDED, check_diagnostics, release, source};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use swanlab_render::diagnostics::Diagnostics;
use swanlab_render::krm::{self, Config};
use swanlab_render::manifest::Manifest;
use swanlab_render::values::Overrides;
use swanlab_render::yaml;

fn rendered(config: Config) -> Result<Vec<Manifest>, Diagnostics> {
    let overrides = Overrides {
        files: config.values.into_iter().collect(),
        flags: Vec::new(),
    };
    let release = release(EMBEDDED.clone(), overrides)?;
    Ok(release.render()?.into_all())
}

fuzz_target!(|text: &str| {
    let request = match krm::read(&source("-", text)) {
        Ok(request) => request,
        Err(problems) => {
            check_diagnostics(&problems);
            return;
        }
    };
    let came = request.items.clone();
    let (items, results) = match request.config.and_then(rendered) {
        Ok(manifests) => (
            krm::merge(request.items, manifests, laws::NAMESPACE),
            Vec::new(),
        ),
        Err(problems) => {
            check_diagnostics(&problems);
            (request.items, krm::results(&problems.0, "spec.values"))
        }
    };
    let failed = !results.is_empty();
    let answer = yaml::read(&krm::respond(&request.api_version, items, results));
    let answer = answer.unwrap_or_else(|error| panic!("the answer is no YAML: {}", error.message));
    let [answer] = answer.as_slice() else {
        panic!("the answer has {} documents", answer.len());
    };
    if failed {
        let went = answer["items"].as_array().cloned().unwrap_or_default();
        assert_eq!(
            Value::Array(went).to_string(),
            Value::Array(came).to_string()
        );
    }
});
