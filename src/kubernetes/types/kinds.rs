//! Which Kubernetes version serves which built-in kind, and what to use instead of kinds that it does not serve.

use std::cmp::Reverse;

use super::table::{Kind, Table};
use super::{Minors, TypeId};

/// Why a Kubernetes version has no type for a kind in an API version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Absent {
    /// Other Kubernetes versions serve it.
    OtherVersions {
        /// The nearest range of minor versions that serve it. A range that begins at 20 may begin earlier: older
        /// versions are not known here.
        served: Minors,
        /// An API version in which this Kubernetes version serves the kind.
        instead: Option<&'static str>,
    },
    /// The kind is built in, and no Kubernetes version serves it in this built-in API version.
    OtherApiVersion {
        /// The API version in which this Kubernetes version serves the kind.
        instead: &'static str,
    },
    /// The API version is built in and does not have this kind.
    UnknownKind {
        /// The kinds of the API version.
        kinds: Vec<&'static str>,
    },
    /// The API version is not built in, as those of CRDs. Its kinds are not known here.
    NotBuiltIn,
}

pub(super) fn find(
    table: &'static Table,
    minor: u8,
    api_version: &str,
    kind: &str,
) -> Result<TypeId, Absent> {
    let same = |entry: &&Kind| entry.name == kind && entry.api_version == api_version;
    let all = || table.kinds.iter().filter(same);
    if let Some(entry) = all().find(|entry| entry.minors.contains(minor)) {
        return entry.id.ok_or(Absent::NotBuiltIn);
    }
    let instead = instead(table, minor, api_version, kind);
    if let Some(entry) = all().min_by_key(|entry| {
        let Minors { first, last } = entry.minors;
        first.saturating_sub(minor) + minor.saturating_sub(last)
    }) {
        return Err(Absent::OtherVersions {
            served: entry.minors,
            instead,
        });
    }
    if let Some(instead) = instead {
        return Err(Absent::OtherApiVersion { instead });
    }
    let of_group = table
        .kinds
        .iter()
        .filter(|entry| entry.api_version == api_version);
    let kinds: Vec<&'static str> = of_group.map(|entry| entry.name).collect();
    if kinds.is_empty() || kind.ends_with("List") {
        return Err(Absent::NotBuiltIn);
    }
    Err(Absent::UnknownKind { kinds })
}

/// The best API version in which a Kubernetes version serves a kind: first of the same group, then stable, then beta,
/// then the latest.
fn instead(table: &Table, minor: u8, api_version: &str, kind: &str) -> Option<&'static str> {
    let group = group_of(api_version);
    let built_in = |group: &str| {
        let mut entries = table.kinds.iter();
        group == "extensions" || entries.any(|entry| group_of(entry.api_version) == group)
    };
    if !built_in(group) {
        return None;
    }
    table
        .kinds
        .iter()
        .filter(|entry| entry.name == kind && entry.minors.contains(minor))
        .map(|entry| entry.api_version)
        .min_by_key(|found| {
            let maturity = if found.contains("alpha") {
                2
            } else {
                u8::from(found.contains("beta"))
            };
            (group_of(found) != group, maturity, Reverse(*found))
        })
}

/// The group of an API version: `apps` for `apps/v1`, empty for `v1`.
pub fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

#[cfg(test)]
mod tests {
    use super::super::Types;
    use super::*;

    fn absent(minor: u64, api_version: &str, kind: &str) -> Absent {
        Types::of(1, minor).kind(api_version, kind).unwrap_err()
    }

    #[test]
    fn a_served_kind_has_a_type() {
        let types = Types::of(1, 35);
        let deployment = types.kind("apps/v1", "Deployment").unwrap();
        assert_eq!(deployment.name(), "Deployment");
        assert!(types.fields(deployment).any(|field| field.name == "spec"));
    }

    #[test]
    fn a_removed_api_version_has_its_last_version_and_a_replacement() {
        assert_eq!(
            absent(26, "autoscaling/v2beta2", "HorizontalPodAutoscaler"),
            Absent::OtherVersions {
                served: Minors {
                    first: 20,
                    last: 25
                },
                instead: Some("autoscaling/v2"),
            }
        );
        assert_eq!(
            absent(24, "extensions/v1beta1", "Ingress"),
            Absent::OtherVersions {
                served: Minors {
                    first: 20,
                    last: 21
                },
                instead: Some("networking.k8s.io/v1"),
            }
        );
    }

    #[test]
    fn a_kind_of_later_versions_has_its_first_version() {
        let absent = absent(
            24,
            "admissionregistration.k8s.io/v1",
            "ValidatingAdmissionPolicy",
        );
        assert_eq!(
            absent,
            Absent::OtherVersions {
                served: Minors {
                    first: 30,
                    last: 37
                },
                instead: None,
            }
        );
    }

    #[test]
    fn a_wrong_api_version_names_the_right_one() {
        let apps = Absent::OtherApiVersion { instead: "apps/v1" };
        assert_eq!(absent(35, "v1", "Deployment"), apps);
        assert_eq!(absent(35, "extensions/v1beta1", "Deployment"), apps);
        let core = Absent::OtherApiVersion { instead: "v1" };
        assert_eq!(absent(35, "apps/v1", "Service"), core);
    }

    #[test]
    fn a_misspelt_kind_comes_with_those_that_exist() {
        let Absent::UnknownKind { kinds } = absent(35, "apps/v1", "Deploymnet") else {
            panic!("another reason");
        };
        assert!(kinds.contains(&"Deployment"));
    }

    #[test]
    fn a_custom_kind_is_not_checked() {
        assert_eq!(
            absent(35, "traefik.io/v1alpha1", "IngressRoute"),
            Absent::NotBuiltIn
        );
        assert_eq!(
            absent(35, "serving.knative.dev/v1", "Service"),
            Absent::NotBuiltIn
        );
    }

    #[test]
    fn an_unknown_version_is_answered_by_the_nearest() {
        assert_eq!(
            Types::of(1, 99),
            Types {
                minor: 37,
                exact: false
            }
        );
        assert_eq!(
            Types::of(2, 0),
            Types {
                minor: 37,
                exact: false
            }
        );
        assert_eq!(
            Types::of(1, 3),
            Types {
                minor: 24,
                exact: false
            }
        );
        assert_eq!(
            Types::of(1, 30),
            Types {
                minor: 30,
                exact: true
            }
        );
    }
}
