//! What the reader reads, the writer writes so that the reader reads the same; written again it is the same text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use swanlab_render::yaml;

fuzz_target!(|text: &str| {
    for part in yaml::parts(text).into_iter().flatten() {
        if let Ok(Some(node)) = part.node {
            assert!(text.get(node.range.clone()).is_some(), "{:?}", node.range);
            let _ = yaml::duplicates(&node);
            let _ = yaml::tree_and_overwritten(&node);
        }
    }
    for value in yaml::read(text).unwrap_or_default() {
        let written = yaml::to_string(&value);
        let read =
            yaml::read(&written).unwrap_or_else(|error| panic!("{}: {written:?}", error.message));
        // A document that is empty is none.
        let [read] = read.as_slice() else {
            assert!(read.is_empty() && value.is_null(), "{written:?}");
            continue;
        };
        assert_eq!(read.to_string(), value.to_string(), "{written:?}");
        assert_eq!(yaml::to_string(read), written);
    }
});
