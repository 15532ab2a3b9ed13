//! Excerpts of values files: a secret that the file sets is never shown, and places stay places.
#![no_main]

use laws::{Occurrences, SECRET};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use swanlab_render::diagnostics::mask;
use swanlab_render::yaml;

fuzz_target!(|text: &str| {
    let masked = mask(text);
    for (start, c) in text.char_indices() {
        let range = masked.map(&(start..start + c.len_utf8()));
        assert!(
            masked.text.get(range.clone()).is_some(),
            "{range:?} of {:?}",
            masked.text
        );
    }
    if text.matches(SECRET).count() != 1 {
        return;
    }
    let Ok(documents) = yaml::read(text) else {
        return;
    };
    let found = Occurrences::of(&Value::Array(documents));
    if found.hidden > 0 && found.shown == 0 {
        assert!(!masked.text.contains(SECRET), "{}", masked.text);
    }
});
