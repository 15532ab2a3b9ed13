//! Image references: `HOST/PATH:TAG@DIGEST`. Source: the reference grammar of the distribution project
//! (github.com/distribution/reference).

/// The parts of an image reference, as written: a missing registry or tag is not replaced by its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Image<'a> {
    /// Registry and path.
    pub repository: &'a str,
    /// The tag, if there is one.
    pub tag: Option<&'a str>,
    /// The digest with its algorithm, if there is one: `sha256:…`.
    pub digest: Option<&'a str>,
}

impl<'a> Image<'a> {
    /// Splits a reference, as in the field `image` of a container.
    pub fn of(reference: &'a str) -> Self {
        let (rest, digest) = match reference.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (reference, None),
        };
        // A colon before the last slash is that of the registry's port.
        let last = rest.rfind('/').map_or(0, |slash| slash + 1);
        let (repository, tag) = match rest[last..].find(':') {
            Some(colon) => (&rest[..last + colon], Some(&rest[last + colon + 1..])),
            None => (rest, None),
        };
        Self {
            repository,
            tag: tag.filter(|tag| !tag.is_empty()),
            digest: digest.filter(|digest| !digest.is_empty()),
        }
    }

    /// The last part of the path, as `postgres`. It is the same in a mirror of the registry.
    pub fn name(&self) -> &'a str {
        let repository = self.repository;
        repository.rsplit('/').next().unwrap_or(repository)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag_and_a_digest_may_follow_one() {
        let parts = |reference| {
            let image = Image::of(reference);
            (image.name(), image.tag, image.digest)
        };
        assert_eq!(parts("postgres"), ("postgres", None, None));
        assert_eq!(parts("a.b:5000/c/redis"), ("redis", None, None));
        assert_eq!(parts("a.b:5000/redis:7"), ("redis", Some("7"), None));
        assert_eq!(
            parts("minio/minio:R.1@sha256:ab"),
            ("minio", Some("R.1"), Some("sha256:ab"))
        );
        assert_eq!(parts("x@sha256:ab"), ("x", None, Some("sha256:ab")));
        assert_eq!(parts(":"), ("", None, None));
    }
}
