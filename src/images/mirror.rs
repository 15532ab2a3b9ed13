//! A mirror: a registry, or a part of one, that holds copies of images under their own paths.
//! It maps names; it pulls and pushes nothing.

use std::collections::BTreeMap;

use super::containers::replace_images;
use crate::diagnostics::Diagnostic;
use crate::manifest::Manifest;

/// `HOST[:PORT][/PREFIX]`: an image of any registry is found there under its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror(String);

impl Mirror {
    /// Reads `HOST[:PORT][/PREFIX]`; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        if text.contains("://") {
            return Err(Diagnostic::error("leave out the scheme: HOST/PREFIX"));
        }
        let text = text.trim_end_matches('/');
        let (host, prefix) = text.split_once('/').unwrap_or((text, ""));
        if !is_registry(host) {
            return Err(Diagnostic::error(format!(
                "`{host}` is no registry: write its host with a dot or a port, such as registry.example.org/swanlab"
            )));
        }
        let is_part = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte)
                })
        };
        if !prefix.is_empty() && !prefix.split('/').all(is_part) {
            return Err(Diagnostic::error(format!(
                "`{prefix}` is no path of a registry: small letters, digits, `.`, `_`, `-` and `/`"
            )));
        }
        Ok(Self(text.to_owned()))
    }

    /// What an image is called in the mirror: the registry's host is replaced, path, tag and digest
    /// are kept.
    pub fn target(&self, image: &str) -> String {
        format!("{}/{}", self.0, Self::path(image))
    }

    /// An image's name below the mirror: without its registry.
    pub fn path(image: &str) -> &str {
        split(image).1
    }

    /// `HOST[:PORT][/PREFIX]`, as it was given.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Every image with its name in the mirror, sorted; no two may have the same.
    pub fn targets<'a>(
        &self,
        images: impl IntoIterator<Item = &'a str>,
    ) -> Result<BTreeMap<&'a str, String>, Diagnostic> {
        let mut sources: BTreeMap<String, &str> = BTreeMap::new();
        let mut targets = BTreeMap::new();
        for image in images {
            let target = self.target(image);
            if let Some(first) = sources.insert(target.clone(), image)
                && first != image
            {
                return Err(Diagnostic::error(format!(
                    "`{first}` and `{image}` would both be `{target}` in the mirror"
                )));
            }
            targets.insert(image, target);
        }
        Ok(targets)
    }

    /// Takes every image of an object from the mirror.
    pub fn apply(&self, manifest: &mut Manifest) {
        replace_images(&mut manifest.object, &|image| self.target(image));
    }
}

/// The registry that an image's name begins with, if there is one, and the rest.
pub(super) fn split(image: &str) -> (Option<&str>, &str) {
    match image.split_once('/') {
        Some((host, path)) if is_registry(host) => (Some(host), path),
        _ => (None, image),
    }
}

/// Whether the first part of an image's name is a registry: it has a dot or a port, or is
/// `localhost` (the rule of the distribution project's reference grammar).
fn is_registry(part: &str) -> bool {
    let is_spelt = part
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte));
    is_spelt && (part.contains(['.', ':']) || part == "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(mirror: &str, image: &str) -> String {
        Mirror::parse(mirror).unwrap().target(image)
    }

    #[test]
    fn the_registry_is_replaced_and_the_rest_kept() {
        assert_eq!(
            target(
                "m.example.org/swanlab/",
                "repo.swanlab.cn/public/traefik:3.6"
            ),
            "m.example.org/swanlab/public/traefik:3.6"
        );
        assert_eq!(
            target("localhost:5000", "busybox"),
            "localhost:5000/busybox"
        );
        assert_eq!(
            target("m.io", "team/app:1@sha256:ab"),
            "m.io/team/app:1@sha256:ab"
        );
        assert_eq!(target("m.io", "localhost/app"), "m.io/app");
        assert_eq!(target("m.io", "[::1]:5000/app:2"), "m.io/app:2");
    }

    #[test]
    fn what_is_no_mirror_is_refused() {
        for wrong in [
            "https://m.io",
            "mirror",
            "",
            "m.io/A",
            "m.io/a:1",
            "m.io//a",
            "m io/a",
        ] {
            assert!(Mirror::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn two_images_may_not_become_one() {
        let mirror = Mirror::parse("m.io").unwrap();
        assert!(mirror.targets(["a.io/x:1", "b.io/x:2", "a.io/x:1"]).is_ok());
        let clash = mirror.targets(["a.io/x:1", "b.io/x:1"]).unwrap_err();
        assert!(clash.message.contains("`m.io/x:1`"), "{clash}");
    }
}
