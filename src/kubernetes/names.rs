//! The rules for names: of objects by kind, labels, ports, variables and keys. Source: apimachinery,
//! `pkg/util/validation/validation.go`.

/// A rule for the spelling of names, with the function of Kubernetes that checks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameRule {
    /// RFC 1123 label: `IsDNS1123Label`.
    DnsLabel,
    /// RFC 1035 label: `IsDNS1035Label`.
    Rfc1035Label,
    /// RFC 1123 subdomain: `IsDNS1123Subdomain`.
    DnsSubdomain,
    /// RFC 1123 subdomain of at most 52 characters, because the names of its Jobs get a suffix:
    /// `ValidateCronJobCreate`.
    CronJobName,
    /// A segment of a URL's path: `IsValidPathSegmentName`.
    PathSegment,
    /// Keys of labels and annotations: `IsQualifiedName`.
    QualifiedName,
    /// Values of labels: `IsValidLabelValue`.
    LabelValue,
    /// Names of container ports: `IsValidPortName`.
    PortName,
    /// Environment variables: `IsRelaxedEnvVarName`.
    EnvName,
    /// Keys of ConfigMaps and Secrets: `IsConfigMapKey`.
    DataKey,
    /// Names of HTTP headers: `IsHTTPHeaderName`.
    HeaderName,
}

impl NameRule {
    /// The rule for the names of objects of a kind. Kinds that are not listed have the weakest rule, a segment of a
    /// path. Sources: the strategies in `pkg/registry`, and the functions `Validate*Name` in `pkg/apis/*/validation`.
    pub fn of_name(group: &str, kind: &str) -> Self {
        match (group, kind) {
            ("", "Namespace" | "Service") => Self::DnsLabel,
            ("batch", "CronJob") => Self::CronJobName,
            (
                "",
                "ConfigMap"
                | "LimitRange"
                | "PersistentVolume"
                | "PersistentVolumeClaim"
                | "Pod"
                | "ReplicationController"
                | "ResourceQuota"
                | "Secret"
                | "ServiceAccount",
            )
            | ("apps", "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet")
            | ("autoscaling", "HorizontalPodAutoscaler")
            | ("batch", "Job")
            | ("networking.k8s.io", "Ingress" | "IngressClass" | "NetworkPolicy")
            | ("policy", "PodDisruptionBudget")
            | ("scheduling.k8s.io", "PriorityClass")
            | ("storage.k8s.io", "StorageClass") => Self::DnsSubdomain,
            _ => Self::PathSegment,
        }
    }

    /// Whether a name follows the rule.
    pub fn allows(self, text: &str) -> bool {
        match self {
            Self::DnsLabel => text.len() <= 63 && is_label(text),
            Self::Rfc1035Label => {
                Self::DnsLabel.allows(text) && text.starts_with(|c: char| c.is_ascii_lowercase())
            }
            Self::DnsSubdomain => text.len() <= 253 && text.split('.').all(is_label),
            Self::CronJobName => text.len() <= 52 && text.split('.').all(is_label),
            Self::PathSegment => !matches!(text, "" | "." | "..") && !text.contains(['/', '%']),
            Self::QualifiedName => match text.split_once('/') {
                Some((prefix, name)) => Self::DnsSubdomain.allows(prefix) && is_part(name),
                None => is_part(text),
            },
            Self::LabelValue => text.is_empty() || is_part(text),
            Self::PortName => {
                text.len() <= 15
                    && is_label(text)
                    && !text.contains("--")
                    && text.contains(|c: char| c.is_ascii_lowercase())
            }
            Self::EnvName => {
                !text.is_empty()
                    && text
                        .bytes()
                        .all(|byte| matches!(byte, b' '..=b'~') && byte != b'=')
            }
            Self::DataKey => {
                (1..=253).contains(&text.len())
                    && text != "."
                    && !text.starts_with("..")
                    && text.bytes().all(is_name_byte)
            }
            Self::HeaderName => {
                !text.is_empty()
                    && text
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            }
        }
    }

    /// The rule in words, for a sentence after "must be".
    pub fn words(self) -> &'static str {
        match self {
            Self::DnsLabel => {
                "at most 63 lower case letters, digits and `-`, with a letter or digit at both ends"
            }
            Self::Rfc1035Label => {
                "at most 63 lower case letters, digits and `-`, beginning with a letter and not ending with `-`"
            }
            Self::DnsSubdomain => {
                "at most 253 lower case letters, digits, `-` and `.`, with a letter or digit at both ends and around each `.`"
            }
            Self::CronJobName => {
                "at most 52 lower case letters, digits, `-` and `.`, with a letter or digit at both ends and around each `.`"
            }
            Self::PathSegment => "without `/` and `%`, and neither `.` nor `..`",
            Self::QualifiedName => {
                "at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, optionally after a domain and `/`"
            }
            Self::LabelValue => {
                "empty or at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"
            }
            Self::PortName => {
                "at most 15 lower case letters, digits and single `-`, with at least one letter and no `-` at the ends"
            }
            Self::EnvName => "printable ASCII characters without `=`",
            Self::DataKey => {
                "at most 253 letters, digits, `-`, `_` and `.`, and not begin with `..`"
            }
            Self::HeaderName => "letters, digits and `-`",
        }
    }
}

/// A DNS label of any length.
fn is_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let edge = |byte: Option<&u8>| byte.is_some_and(|byte| *byte != b'-');
    edge(bytes.first())
        && edge(bytes.last())
        && bytes
            .iter()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// The value of a label, or a key without its prefix.
fn is_part(text: &str) -> bool {
    let bytes = text.as_bytes();
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    text.len() <= 63
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().copied().all(is_name_byte)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_draws_its_line() {
        let long = "a".repeat(63);
        let too_long = "a".repeat(64);
        for (rule, good, bad) in [
            (
                NameRule::DnsLabel,
                vec!["a", "1-b", &long],
                vec!["", "A", "a.b", "-a", "a-", "a_b", &too_long],
            ),
            (NameRule::Rfc1035Label, vec!["a1"], vec!["1a", "a.b"]),
            (
                NameRule::DnsSubdomain,
                vec!["a.b-c.1", &too_long],
                vec!["a..b", ".a", "a.-b"],
            ),
            (NameRule::CronJobName, vec!["a.b"], vec![&long]),
            (
                NameRule::PathSegment,
                vec!["system:a"],
                vec!["", "..", "a/b", "a%b"],
            ),
            (
                NameRule::QualifiedName,
                vec!["a", "a.b/C_d", "app.kubernetes.io/name"],
                vec!["", "/a", "a/", "a/b/c", "A.b/c", "-a", &too_long],
            ),
            (
                NameRule::LabelValue,
                vec!["", "A_b.c", &long],
                vec!["-a", "a b", "a/b", &too_long],
            ),
            (
                NameRule::PortName,
                vec!["http", "a-1"],
                vec!["", "80", "a--b", "-a", "HTTP", "abcdefghijklmnop"],
            ),
            (
                NameRule::EnvName,
                vec!["A", "a.b-c", "1"],
                vec!["", "A=B", "é"],
            ),
            (
                NameRule::DataKey,
                vec!["a.b_C", ".a"],
                vec!["", ".", "..", "..a", "a/b"],
            ),
            (
                NameRule::HeaderName,
                vec!["X-Real-IP"],
                vec!["", "a_b", "a b"],
            ),
        ] {
            for text in good {
                assert!(rule.allows(text), "{rule:?} {text}");
            }
            for text in bad {
                assert!(!rule.allows(text), "{rule:?} {text}");
            }
        }
    }
}
