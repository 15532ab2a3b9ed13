//! What Helm keeps of a release in a Secret: base64 of gzip of JSON, in the base64 of every Secret.
//! It takes the manifests out of it and nothing else; its errors repeat nothing of the content.
//!
//! Source: Helm 3 `pkg/storage/driver/util.go` (`encodeRelease`), `pkg/release/release.go`.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use serde_json::Value;

use crate::diagnostics::Diagnostic;

/// The longest release that is read; a Secret of the largest size could grow to a thousand times of it.
const LONGEST: u64 = 64 << 20;

// Why a release cannot be read.
const MISSING: &str = "it has no `release` in its data";
const NOT_BASE64: &str = "its `release` is not base64";
const NOT_GZIP: &str = "its `release` cannot be unpacked: it is not gzip, or not whole";
const TOO_LONG: &str = "its `release` is longer than any release";
const NOT_JSON: &str = "its `release` is not JSON";
const NO_MANIFEST: &str = "its `release` has no manifest";

/// The Secret of the newest revision, by Helm's label `version`.
pub fn newest_revision(secrets: &[Value]) -> Option<&Value> {
    let version = |secret: &Value| {
        let label = secret["metadata"]["labels"]["version"].as_str();
        label.and_then(|version| version.parse::<u64>().ok())
    };
    secrets.iter().max_by_key(|secret| version(secret))
}

/// The manifests of a release, hooks last, from the Secret that holds it.
///
/// # Errors
/// What is wrong with the Secret.
pub fn release_manifests(secret: &Value) -> Result<String, Diagnostic> {
    unpacked(secret).map_err(Diagnostic::error)
}

fn unpacked(secret: &Value) -> Result<String, &'static str> {
    let data = secret["data"]["release"].as_str().ok_or(MISSING)?;
    let outer = STANDARD.decode(data.trim()).map_err(|_| NOT_BASE64)?;
    let inner = STANDARD
        .decode(outer.trim_ascii())
        .map_err(|_| NOT_BASE64)?;
    let mut json = Vec::new();
    let mut stream = GzDecoder::new(inner.as_slice()).take(LONGEST + 1);
    stream.read_to_end(&mut json).map_err(|_| NOT_GZIP)?;
    if json.len() as u64 > LONGEST {
        return Err(TOO_LONG);
    }
    let release: Value = serde_json::from_slice(&json).map_err(|_| NOT_JSON)?;
    let mut text = release["manifest"].as_str().ok_or(NO_MANIFEST)?.to_owned();
    for hook in release["hooks"].as_array().into_iter().flatten() {
        let manifest = hook["manifest"].as_str().ok_or(NO_MANIFEST)?;
        let path = hook["path"].as_str().unwrap_or_default();
        text.push_str("\n---\n# Source: ");
        text.push_str(path);
        text.push('\n');
        text.push_str(manifest);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use serde_json::json;
    use std::io::Write as _;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn secret(inner: &[u8]) -> Value {
        json!({"data": {"release": STANDARD.encode(STANDARD.encode(inner))}})
    }

    #[test]
    fn a_release_gives_its_manifests_and_hooks() {
        let release = json!({"name": "lab", "manifest": "---\n# Source: c/templates/a.yaml\nkind: A\n",
            "hooks": [{"path": "c/templates/h.yaml", "manifest": "kind: H\n"}], "config": {"password": "x"}});
        let text = release_manifests(&secret(&packed(release.to_string().as_bytes()))).unwrap();
        assert_eq!(
            text,
            "---\n# Source: c/templates/a.yaml\nkind: A\n\n---\n# Source: c/templates/h.yaml\nkind: H\n"
        );
    }

    #[test]
    fn every_damage_has_its_own_name() {
        let whole = packed(br#"{"manifest": ""}"#);
        let mut wrong_sum = whole.clone();
        let at = wrong_sum.len() - 5;
        wrong_sum[at] ^= 1;
        for (secret, damage) in [
            (json!({"data": {}}), MISSING),
            (json!({"data": {"release": "***"}}), NOT_BASE64),
            (
                json!({"data": {"release": STANDARD.encode("***")}}),
                NOT_BASE64,
            ),
            (secret(b"no gzip"), NOT_GZIP),
            (secret(&whole[..whole.len() - 9]), NOT_GZIP),
            (secret(&wrong_sum), NOT_GZIP),
            (secret(&packed(b"{")), NOT_JSON),
            (secret(&packed(b"{}")), NO_MANIFEST),
            (
                secret(&packed(br#"{"manifest": "", "hooks": [{}]}"#)),
                NO_MANIFEST,
            ),
        ] {
            assert_eq!(unpacked(&secret), Err(damage));
        }
        assert_eq!(release_manifests(&secret(&whole)), Ok(String::new()));
        let bomb = packed(&vec![b' '; usize::try_from(LONGEST).unwrap() + 1]);
        assert_eq!(unpacked(&secret(&bomb)), Err(TOO_LONG));
    }

    #[test]
    fn revisions_are_numbers() {
        let revision = |version: &str| json!({"metadata": {"labels": {"version": version}}});
        let secrets = ["9", "10", "x"].map(revision);
        assert_eq!(newest_revision(&secrets), Some(&secrets[1]));
        assert_eq!(newest_revision(&[]), None);
    }
}
