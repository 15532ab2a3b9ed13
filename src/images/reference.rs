//! The full name of an image: where it comes from if its reference names no registry and no version.
//! Source: the normalised names of the distribution project (github.com/distribution/reference).

use std::borrow::Cow;

use super::mirror::split;
use crate::kubernetes::Image;

/// The registry of references that name none, and the folder of its official images.
const DOCKER_HUB: &str = "docker.io";
const OFFICIAL: &str = "library";

/// A reference with all its parts, as programs that copy images read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullName<'a> {
    /// The registry: `docker.io` if the reference names none.
    pub registry: &'a str,
    /// The path: `library/busybox` for an official image of Docker Hub.
    pub path: Cow<'a, str>,
    /// The digest, which counts more than a tag; else the tag, else `latest`.
    pub version: &'a str,
    is_digest: bool,
}

impl<'a> FullName<'a> {
    /// Of a reference, as in the field `image` of a container.
    pub fn of(reference: &'a str) -> Self {
        let image = Image::of(reference);
        let (registry, path) = split(image.repository);
        let registry = registry.unwrap_or(DOCKER_HUB);
        let path = if registry == DOCKER_HUB && !path.contains('/') {
            Cow::Owned(format!("{OFFICIAL}/{path}"))
        } else {
            Cow::Borrowed(path)
        };
        Self {
            registry,
            path,
            version: image.digest.or(image.tag).unwrap_or("latest"),
            is_digest: image.digest.is_some(),
        }
    }

    /// The same, written out: with one version, the digest if there is one.
    pub fn reference(&self) -> String {
        let separator = if self.is_digest { '@' } else { ':' };
        format!("{}/{}{separator}{}", self.registry, self.path, self.version)
    }

    /// Whether the path is longer than that of the reference. A mirror keeps paths as they are written.
    pub fn has_another_path(&self) -> bool {
        matches!(self.path, Cow::Owned(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reference_leaves_out_is_docker_hubs() {
        for (reference, full) in [
            ("busybox", "docker.io/library/busybox:latest"),
            ("docker.io/nginx:1", "docker.io/library/nginx:1"),
            ("team/app", "docker.io/team/app:latest"),
            ("a.b:5000/app", "a.b:5000/app:latest"),
            ("a.b/c/d:1@sha256:ab", "a.b/c/d@sha256:ab"),
            ("localhost/d@sha256:ab", "localhost/d@sha256:ab"),
        ] {
            let name = FullName::of(reference);
            assert_eq!(name.reference(), full);
            let longer = full.contains("library/");
            assert_eq!(name.has_another_path(), longer, "{reference}");
        }
    }
}
