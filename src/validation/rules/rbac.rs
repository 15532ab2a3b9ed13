//! Roles and bindings. Sources: `ValidatePolicyRule`, `ValidateRoleBinding`, `ValidateRoleBindingSubject`.

use super::constraints::invalid_name;
use super::{Node, Report};
use crate::kubernetes::NameRule;

const GROUP: &str = "rbac.authorization.k8s.io";

/// A Role, or a ClusterRole.
pub(super) fn role(at: &Node<'_>, is_cluster_role: bool, report: &mut Report<'_>) {
    for rule in at.at(&["rules"]).items() {
        let urls = rule.at(&["nonResourceURLs"]);
        let (groups, resources) = (rule.at(&["apiGroups"]), rule.at(&["resources"]));
        if urls.is_filled() {
            if !is_cluster_role {
                report.refuse(&urls, "SV080", "only a ClusterRole has nonResourceURLs");
            }
            if groups.is_filled()
                || resources.is_filled()
                || rule.at(&["resourceNames"]).is_filled()
            {
                let message = "a rule is about resources or about nonResourceURLs, not about both";
                report.refuse(&urls, "SV080", message);
            }
            continue;
        }
        if !groups.is_filled() {
            report.refuse(
                &rule,
                "SV080",
                "a rule needs apiGroups; the core group is \"\"",
            );
        }
        if !resources.is_filled() {
            report.refuse(&rule, "SV080", "a rule needs resources");
        }
    }
    let aggregation = at.at(&["aggregationRule"]);
    if aggregation.is_set() && !aggregation.at(&["clusterRoleSelectors"]).is_filled() {
        report.refuse(
            &aggregation,
            "SV080",
            "an aggregationRule needs clusterRoleSelectors",
        );
    }
}

pub(super) fn binding(at: &Node<'_>, report: &mut Report<'_>) {
    let is_cluster = report.kind == "ClusterRoleBinding";
    let role = at.at(&["roleRef"]);
    let group = role.at(&["apiGroup"]);
    if group.text().is_some_and(|group| group != GROUP) {
        report.refuse(
            &group,
            "SV081",
            format!("the apiGroup of a role is {GROUP}"),
        );
    }
    if is_cluster && role.at(&["kind"]).text() == Some("Role") {
        let message = "a ClusterRoleBinding binds a ClusterRole, not a Role";
        report.refuse(&role.at(&["kind"]), "SV081", message);
    }
    for subject in at.at(&["subjects"]).items() {
        let group = subject.at(&["apiGroup"]);
        match subject.at(&["kind"]).text() {
            Some("ServiceAccount") => {
                let name = subject.at(&["name"]);
                if let Some(text) = name
                    .text()
                    .filter(|text| !NameRule::DnsSubdomain.allows(text))
                {
                    report.refuse(
                        &name,
                        "SR030",
                        invalid_name("name", text, NameRule::DnsSubdomain),
                    );
                }
                if group.text().is_some() {
                    report.refuse(&group, "SV081", "the apiGroup of a ServiceAccount is \"\"");
                }
                if is_cluster && subject.at(&["namespace"]).text().is_none() {
                    let message = "in a ClusterRoleBinding, a ServiceAccount needs its namespace";
                    report.refuse(&subject, "SV081", message);
                }
            }
            Some(kind @ ("User" | "Group")) if group.text().is_some_and(|group| group != GROUP) => {
                let message = format!("the apiGroup of a {kind} is {GROUP}");
                report.refuse(&group, "SV081", message);
            }
            _ => {}
        }
    }
}
