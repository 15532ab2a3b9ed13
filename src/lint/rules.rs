//! The rules by their codes: what each is about, in a few words. docs/lint.md has a page for each,
//! and a code never changes its meaning. SL: values, SA: the Kubernetes API, SR: references.

/// A rule that findings name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its stable name.
    pub code: &'static str,
    /// What is wrong when it finds something.
    pub title: &'static str,
}

/// Every rule, by code.
#[rustfmt::skip]
pub const RULES: [Rule; 62] = [
    rule("SA001", "the kind is no built-in API and was not checked"),
    rule("SA002", "another Kubernetes version serves the kind under this API version"),
    rule("SA003", "the API version does not have the kind, another one does"),
    rule("SA004", "the API version has no such kind"),
    rule("SA005", "the API of this Kubernetes version is not known"),
    rule("SA010", "unknown field"),
    rule("SA011", "field of other Kubernetes versions"),
    rule("SA012", "missing field"),
    rule("SA020", "wrong type"),
    rule("SA021", "number out of range"),
    rule("SA022", "text that is none of the allowed ones"),
    rule("SA023", "not a quantity"),
    rule("SA024", "not a time"),
    rule("SA025", "not base64"),
    rule("SL001", "unknown key"),
    rule("SL002", "key of another version of the chart"),
    rule("SL003", "value that the schema refuses"),
    rule("SL004", "the values cannot be rendered"),
    rule("SL005", "value of another shape than the default"),
    rule("SL006", "duplicate key"),
    rule("SL007", "value that became a string"),
    rule("SL008", "unknown hook"),
    rule("SL101", "setting of a dependency that is not used"),
    rule("SL102", "setting of a claim that is not made"),
    rule("SL103", "existing claim for house"),
    rule("SL104", "one bucket for public and private files"),
    rule("SL105", "endpoint that is no host"),
    rule("SL106", "domain without a scheme"),
    rule("SL107", "port and scheme that do not fit"),
    rule("SL108", "well-known password"),
    rule("SL109", "credentials that MinIO refuses"),
    rule("SL110", "credentials among the values"),
    rule("SL111", "tag that moves"),
    rule("SL112", "services of different versions"),
    rule("SL113", "single pod where more are recommended"),
    rule("SL114", "request that its limit does not allow"),
    rule("SL115", "two objects of one name"),
    rule("SL116", "name that is cut"),
    rule("SL117", "integration without a host"),
    rule("SL118", "claim that Helm may delete"),
    rule("SL119", "integration that is not enabled"),
    rule("SL120", "label that selectors need"),
    rule("SL121", "claim of two dependencies"),
    rule("SR001", "selector that misses its own pods"),
    rule("SR002", "empty selector"),
    rule("SR003", "Service that selects nothing"),
    rule("SR004", "no such port"),
    rule("SR010", "no such object"),
    rule("SR011", "no such key"),
    rule("SR012", "no such volume"),
    rule("SR020", "two containers of one name"),
    rule("SR021", "two volumes of one name"),
    rule("SR022", "variable that is set twice"),
    rule("SR023", "two ports of one name"),
    rule("SR024", "port that stands twice"),
    rule("SR025", "port that stands twice in a Service"),
    rule("SR026", "two volumes at one mount path"),
    rule("SR027", "port without a name"),
    rule("SR030", "name that is not spelt as Kubernetes wants it"),
    rule("SR031", "Service whose name begins with a digit"),
    rule("SR032", "object without a name"),
    rule("SR040", "object that is rendered twice"),
];

const fn rule(code: &'static str, title: &'static str) -> Rule {
    Rule { code, title }
}

/// The rule of a code.
pub fn rule_of(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}
