//! What is wrong with rendered objects: each by itself ([`validation`](crate::validation)), and all of them with
//! each other ([`references`]). Findings are data; [`report`](crate::report) prints them.

mod finding;
mod fix;
mod objects;
pub mod references;
mod release;

pub use finding::{Finding, ObjectField, once, sort};
pub use fix::{Fix, fix};
pub use objects::{check, locate};
pub use release::{Options, release};

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its code.
    pub code: &'static str,
    /// What is wrong if it finds something.
    pub title: &'static str,
}

/// All rules, by code. docs/lint.md explains each, and a code never changes its meaning: SL is about values, SA about the
/// Kubernetes API, SR about references, SV about what the API server's validation refuses.
#[rustfmt::skip]
pub const RULES: [Rule; 99] = [
    rule("SA001", "kind that is not built in"),
    rule("SA002", "API version of another Kubernetes version"),
    rule("SA003", "wrong API version"),
    rule("SA004", "unknown kind"),
    rule("SA005", "unknown Kubernetes version"),
    rule("SA010", "unknown field"),
    rule("SA011", "field of another Kubernetes version"),
    rule("SA012", "missing field"),
    rule("SA020", "wrong type"),
    rule("SA021", "number out of range"),
    rule("SA022", "unsupported value"),
    rule("SA023", "invalid quantity"),
    rule("SA024", "invalid time"),
    rule("SA025", "invalid base64"),
    rule("SA026", "empty value"),
    rule("SA027", "invalid port, percentage or address"),
    rule("SA028", "fields of which one must be set"),
    rule("SL001", "unknown key"),
    rule("SL002", "key of another chart version"),
    rule("SL003", "invalid value"),
    rule("SL004", "values that cannot be rendered"),
    rule("SL005", "value of another type than the default"),
    rule("SL006", "duplicate key"),
    rule("SL007", "value converted to a string"),
    rule("SL008", "unknown hook"),
    rule("SL101", "setting of a replaced dependency"),
    rule("SL102", "setting of an existing claim"),
    rule("SL103", "existing claim for house"),
    rule("SL104", "same bucket for public and private files"),
    rule("SL105", "endpoint that is not a host"),
    rule("SL106", "domain without a scheme"),
    rule("SL107", "port and scheme that do not match"),
    rule("SL108", "well-known password"),
    rule("SL109", "credentials too short for MinIO"),
    rule("SL110", "credentials in plain text"),
    rule("SL111", "image tag `latest`"),
    rule("SL112", "services of different versions"),
    rule("SL113", "single replica"),
    rule("SL114", "request that its limit does not allow"),
    rule("SL115", "two objects with the same name"),
    rule("SL116", "truncated name"),
    rule("SL117", "integration without a host"),
    rule("SL118", "claim that Helm may delete"),
    rule("SL119", "integration that is not enabled"),
    rule("SL120", "label used by selectors"),
    rule("SL121", "claim shared by dependencies"),
    rule("SR001", "selector that does not match its own pods"),
    rule("SR002", "empty selector"),
    rule("SR003", "Service that selects nothing"),
    rule("SR004", "no such port"),
    rule("SR010", "no such object"),
    rule("SR011", "no such key"),
    rule("SR012", "no such volume"),
    rule("SR020", "duplicate container"),
    rule("SR021", "duplicate volume"),
    rule("SR022", "duplicate variable"),
    rule("SR023", "duplicate port name"),
    rule("SR024", "duplicate port"),
    rule("SR025", "duplicate Service port"),
    rule("SR026", "duplicate mount path"),
    rule("SR027", "unnamed port"),
    rule("SR030", "invalid Kubernetes name"),
    rule("SR031", "Service name that begins with a digit"),
    rule("SR032", "object without a name"),
    rule("SR040", "duplicate object"),
    rule("SV001", "operator and values that do not fit"),
    rule("SV002", "annotations that are too large"),
    rule("SV010", "pod that is refused"),
    rule("SV011", "container that is refused"),
    rule("SV012", "probe that is refused"),
    rule("SV013", "variable that is refused"),
    rule("SV014", "mount that is refused"),
    rule("SV015", "resources that are refused"),
    rule("SV016", "security context that is refused"),
    rule("SV017", "scheduling that is refused"),
    rule("SV020", "Service that is refused"),
    rule("SV021", "node port out of range"),
    rule("SV022", "Ingress that is refused"),
    rule("SV023", "network policy that is refused"),
    rule("SV024", "endpoint that is refused"),
    rule("SV030", "data that are refused"),
    rule("SV031", "Secret without the keys of its type"),
    rule("SV040", "claim that is refused"),
    rule("SV041", "volume that is refused"),
    rule("SV050", "deadline that is refused"),
    rule("SV051", "update strategy that is refused"),
    rule("SV052", "restart policy that is refused"),
    rule("SV060", "Job that is refused"),
    rule("SV061", "schedule that is refused"),
    rule("SV070", "autoscaler that is refused"),
    rule("SV071", "metric that is refused"),
    rule("SV080", "role that is refused"),
    rule("SV081", "binding that is refused"),
    rule("SV090", "quota that is refused"),
    rule("SV091", "limits that are refused"),
    rule("SV092", "priority class that is refused"),
    rule("SV100", "definition that is refused"),
    rule("SV101", "webhook that is refused"),
    rule("SV102", "API service that is refused"),
];

const fn rule(code: &'static str, title: &'static str) -> Rule {
    Rule { code, title }
}

/// The rule with a code.
pub fn rule_of(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}
