//! Which versions of a program the tags of its images name. Tags that may be something else are not read as versions.

use std::cmp::Ordering;

use crate::kubernetes::Image;

/// Compares the version of the old image with that of the new one; `None` if one is not known. Versions are equal if
/// one is a prefix of the other (`24.3`, `24.3.5`).
pub fn order(was: &Image<'_>, is: &Image<'_>) -> Option<Ordering> {
    let (was, is) = (numbers(was.tag?)?, numbers(is.tag?)?);
    let pairs = was.iter().zip(&is);
    let first = pairs
        .map(|(was, is)| was.cmp(is))
        .find(|order| order.is_ne());
    Some(first.unwrap_or(Ordering::Equal))
}

/// The numbers of the version in a tag such as `v2.7.0`, `7.4.0-v8`, `24.3.1.2672-alpine` or
/// `RELEASE.2025-09-07T16-13-09Z`.
fn numbers(tag: &str) -> Option<Vec<u64>> {
    if let Some(date) = tag.strip_prefix("RELEASE.") {
        let date = date.split_once('Z')?.0;
        let numbers: Option<Vec<u64>> = date.split(['-', 'T']).map(number).collect();
        return numbers.filter(|numbers| numbers.len() == 6);
    }
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    // After a hyphen is the base of the image or a build.
    let version = tag.split(['-', '_', '+']).next()?;
    version.split('.').map(number).collect()
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// A major version of PostgreSQL, as `16` or, before 10, `9.6`. One major version cannot read the data directory of
/// another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Major(Vec<u64>);

impl Major {
    /// The major version in a tag such as `16.1`, `v16` or `16-alpine`, or after the version of an extension:
    /// `0.8.0-pg16`.
    pub fn of(image: &Image<'_>) -> Option<Self> {
        let tag = image.tag?;
        let marked = tag
            .split('-')
            .find_map(|part| number(part.strip_prefix("pg")?));
        if let Some(major) = marked {
            return Some(Self(vec![major]));
        }
        if !matches!(image.name(), "postgres" | "postgresql" | "postgis") {
            return None;
        }
        let numbers = numbers(tag)?;
        let length = if *numbers.first()? < 10 { 2 } else { 1 };
        let major = numbers.get(..length)?;
        Some(Self(major.to_vec()))
    }
}

impl std::fmt::Display for Major {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_their_numbers() {
        let order = |was, is| order(&Image::of(was), &Image::of(is));
        assert_eq!(order("a:v2.10.0", "b/a:2.9.1"), Some(Ordering::Greater));
        assert_eq!(order("a:7.2.0-v18", "a:7.4.0-v8"), Some(Ordering::Less));
        assert_eq!(order("a:24.3", "a:24.3.5.1-alpine"), Some(Ordering::Equal));
        let (old, new) = (
            "minio:RELEASE.2024-12-18T13-15-44Z",
            "minio:RELEASE.2025-09-07T16-13-09Z-cpuv1",
        );
        assert_eq!(order(new, old), Some(Ordering::Greater));
        assert_eq!(
            order("a:1.2@sha256:1", "a:1.2@sha256:2"),
            Some(Ordering::Equal)
        );
        assert_eq!(order("a:latest@sha256:1", "a:latest@sha256:2"), None);
        for unknown in [
            "a:latest",
            "a",
            "a:2.x",
            "a:RELEASE.1",
            "a@sha256:1",
            "a:9f3c",
        ] {
            assert_eq!(order("a:1", unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_major_version_of_postgres_is_read_from_all_usual_tags() {
        let major = |image| Major::of(&Image::of(image)).map(|major| major.to_string());
        for image in [
            "postgres:16.1",
            "r.io:5000/postgres:16-alpine",
            "postgresql:v16",
            "pgvector:0.8.0-pg16",
            "timescaledb:2.17.2-pg16",
            "postgis:16-3.4",
            "postgres:16.1@sha256:ab",
        ] {
            assert_eq!(major(image).as_deref(), Some("16"), "{image}");
        }
        assert_eq!(major("postgres:9.6.24").as_deref(), Some("9.6"));
        assert_eq!(major("pgvector:0.8.0"), None);
        assert_eq!(major("postgres@sha256:ab"), None);
        assert_eq!(major("postgres:latest"), None);
    }
}
