//! What extends the API: custom resource definitions, webhooks, API services. Sources:
//! `ValidateCustomResourceDefinition` in apiextensions-apiserver, `validateValidatingWebhook`, `ValidateAPIService`.

use super::{Node, Report};
use crate::kubernetes::NameRule;

pub(super) fn definition(at: &Node<'_>, report: &mut Report<'_>) {
    let spec = at.at(&["spec"]);
    let (name, group) = (at.at(&["metadata", "name"]), spec.at(&["group"]));
    let names = spec.at(&["names"]);
    if let (Some(name_text), Some(plural), Some(group_text)) =
        (name.text(), names.at(&["plural"]).text(), group.text())
        && name_text != format!("{plural}.{group_text}")
    {
        let message =
            format!("the name has to be {plural}.{group_text}, the plural name and the group");
        report.refuse(&name, "SV100", message);
    }
    if group.text().is_some_and(|group| !group.contains('.')) {
        report.refuse(
            &group,
            "SV100",
            "the group has to be a domain with at least one dot",
        );
    }
    for field in ["plural", "singular"] {
        let keys = [field];
        let node = names.at(&keys);
        if let Some(text) = node
            .text()
            .filter(|text| !NameRule::Rfc1035Label.allows(text))
        {
            let message = super::constraints::invalid_name(field, text, NameRule::Rfc1035Label);
            report.refuse(&node, "SR030", message);
        }
    }
    let list = names.at(&["listKind"]);
    if let Some(text) = list
        .text()
        .filter(|text| !NameRule::Rfc1035Label.allows(&text.to_lowercase()))
    {
        let message = super::constraints::invalid_name("kind", text, NameRule::Rfc1035Label);
        report.refuse(&list, "SR030", message);
    }
    let kind = names.at(&["kind"]);
    if let Some(text) = kind
        .text()
        .filter(|text| !NameRule::Rfc1035Label.allows(&text.to_lowercase()))
    {
        let message = super::constraints::invalid_name("kind", text, NameRule::Rfc1035Label);
        report.refuse(&kind, "SR030", message);
    }
    let versions = spec.at(&["versions"]);
    super::lists::unique_texts(&versions, &["name"], "version", "SV100", report);
    let stored = versions
        .items()
        .filter(|version| version.at(&["storage"]).is_true())
        .count();
    if stored != 1 {
        report.refuse(
            &versions,
            "SV100",
            "exactly one version has to have storage: true",
        );
    }
    for version in versions.items() {
        let schema = version.at(&["schema", "openAPIV3Schema"]);
        if !schema.is_set() {
            report.refuse(
                &version,
                "SV100",
                "the version needs schema.openAPIV3Schema",
            );
        } else if schema.at(&["type"]).text() != Some("object") {
            report.refuse(&schema, "SV100", "the type of the schema has to be object");
        }
    }
    let conversion = spec.at(&["conversion"]);
    let webhook = conversion.at(&["webhook"]);
    match conversion.at(&["strategy"]).text() {
        Some("Webhook") if !webhook.at(&["clientConfig"]).is_set() => {
            report.refuse(
                &conversion,
                "SV100",
                "the strategy Webhook needs webhook.clientConfig",
            );
        }
        Some("None") if webhook.is_set() => {
            report.refuse(&webhook, "SV100", "only the strategy Webhook has a webhook");
        }
        Some(other) if !matches!(other, "Webhook" | "None") => {
            let message = format!("unsupported value `{other}`: use one of None, Webhook");
            report.refuse(&conversion.at(&["strategy"]), "SA022", message);
        }
        _ => {}
    }
}

/// The types of JSON schemas.
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

pub(super) fn schema(at: &Node<'_>, report: &mut Report<'_>) {
    let kind = at.at(&["type"]);
    if let Some(text) = kind.text().filter(|text| !TYPES.contains(text)) {
        let message = format!(
            "unsupported value `{text}`: use one of {}",
            TYPES.join(", ")
        );
        report.refuse(&kind, "SA022", message);
    }
}

pub(super) fn webhook(at: &Node<'_>, report: &mut Report<'_>) {
    let name = at.at(&["name"]);
    if let Some(text) = name.text() {
        // IsFullyQualifiedName: three parts.
        if !NameRule::DnsSubdomain.allows(text) || text.split('.').count() < 3 {
            let message = format!("the name `{text}` has to be a domain of at least three parts");
            report.refuse(&name, "SV101", message);
        }
    }
    let effects = at.at(&["sideEffects"]);
    if effects
        .text()
        .is_some_and(|text| !matches!(text, "None" | "NoneOnDryRun"))
    {
        report.refuse(
            &effects,
            "SV101",
            "sideEffects has to be None or NoneOnDryRun",
        );
    }
    let versions = at.at(&["admissionReviewVersions"]);
    let known = versions
        .items()
        .any(|version| matches!(version.text(), Some("v1" | "v1beta1")));
    if versions.value.is_array() && !known {
        report.refuse(
            &versions,
            "SV101",
            "admissionReviewVersions has to contain v1 or v1beta1",
        );
    }
    let url = at.at(&["clientConfig", "url"]);
    if url.text().is_some_and(|text| !text.starts_with("https://")) {
        report.refuse(&url, "SV101", "the URL has to begin with https://");
    }
    for rule in at.at(&["rules"]).items() {
        for field in ["operations", "apiGroups", "apiVersions", "resources"] {
            let keys = [field];
            if !rule.at(&keys).is_filled() {
                report.refuse(&rule, "SV101", format!("a rule needs {field}"));
            }
        }
    }
}

pub(super) fn api_service(at: &Node<'_>, report: &mut Report<'_>) {
    let spec = at.at(&["spec"]);
    let name = at.at(&["metadata", "name"]);
    let (group, version) = (spec.at(&["group"]).text(), spec.at(&["version"]).text());
    if let (Some(text), Some(version)) = (name.text(), version)
        && text != format!("{version}.{}", group.unwrap_or_default())
    {
        let message = "the name has to be the version, a dot and the group";
        report.refuse(&name, "SV102", message);
    }
    let (skips, bundle) = (spec.at(&["insecureSkipTLSVerify"]), spec.at(&["caBundle"]));
    if skips.is_true() && bundle.text().is_some() {
        report.refuse(
            &skips,
            "SV102",
            "insecureSkipTLSVerify and caBundle exclude each other",
        );
    }
}
