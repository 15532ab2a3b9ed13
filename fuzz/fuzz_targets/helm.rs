//! What Helm keeps of a release, damaged in any of its layers: it is read or refused. The first byte says how many
//! layers are put around the rest.
#![no_main]

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use laws::{NAMESPACE, check_diagnostics, source};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use swanlab_render::previous::{self, newest_revision, release_manifests};

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes every byte");
    encoder.finish().expect("memory takes every byte")
}

fn secret(layers: u8, rest: &[u8]) -> Value {
    let release = match layers % 4 {
        0 => String::from_utf8_lossy(rest).into_owned(),
        1 => STANDARD.encode(rest),
        2 => STANDARD.encode(STANDARD.encode(rest)),
        _ => STANDARD.encode(STANDARD.encode(packed(rest))),
    };
    json!({
        "metadata": {"labels": {"version": String::from_utf8_lossy(rest)}},
        "data": {"release": release},
    })
}

fuzz_target!(|data: &[u8]| {
    let Some((layers, rest)) = data.split_first() else {
        return;
    };
    let secret = secret(*layers, rest);
    assert!(newest_revision(std::slice::from_ref(&secret)).is_some());
    let Ok(text) = release_manifests(&secret) else {
        return;
    };
    if let Err(problems) = previous::read(&[source("helm:swanlab", &text)], NAMESPACE) {
        check_diagnostics(&problems);
    }
});
