//! Excerpts of values files: a secret that the file sets is never shown, wherever in the file an error is.
#![no_main]

use laws::{Occurrences, SECRET, check_diagnostics, source};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use swanlab_render::diagnostics::{Diagnostic, Label};
use swanlab_render::yaml;

fuzz_target!(|text: &str| {
    let Some(at) = text.find(SECRET) else { return };
    if text.matches(SECRET).count() != 1 {
        return;
    }
    let Ok(documents) = yaml::read(text) else {
        return;
    };
    let found = Occurrences::of(&Value::Array(documents));
    if found.hidden == 0 || found.shown > 0 {
        return;
    }
    let values = source("my-values.yaml", text);
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    for range in [at..at + SECRET.len(), line..at, 0..0, 0..text.len()] {
        let error = Diagnostic::error("wrong").at(Label::new(&values, range));
        let drawn = check_diagnostics(&error.into());
        assert!(!drawn.contains(SECRET), "{drawn}");
    }
});
