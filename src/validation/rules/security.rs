//! Security contexts. Sources: `ValidateSecurityContext`, `validatePodSpecSecurityContext`, `validateSysctls`,
//! `validateSeccompProfileField`, `ValidateAppArmorProfileField`.

use super::lists::unique_texts;
use super::{Node, Report};

pub(super) fn container(at: &Node<'_>, report: &mut Report<'_>) {
    let escalation = at.at(&["allowPrivilegeEscalation"]);
    if *escalation.value != false {
        return;
    }
    if at.at(&["privileged"]).is_true() {
        let message = "a privileged container cannot have allowPrivilegeEscalation: false";
        report.refuse(&escalation, "SV016", message);
    }
    let added = at.at(&["capabilities", "add"]);
    if added.items().any(|one| one.text() == Some("CAP_SYS_ADMIN")) {
        let message = "with CAP_SYS_ADMIN, allowPrivilegeEscalation cannot be false";
        report.refuse(&escalation, "SV016", message);
    }
}

pub(super) fn pod(at: &Node<'_>, report: &mut Report<'_>) {
    let sysctls = at.at(&["sysctls"]);
    unique_texts(&sysctls, &["name"], "sysctl", "SV016", report);
    for sysctl in sysctls.items() {
        let name = sysctl.at(&["name"]);
        if let Some(text) = name.text().filter(|text| !is_sysctl(text)) {
            report.refuse(
                &name,
                "SV016",
                format!("`{text}` is not the name of a sysctl"),
            );
        }
    }
}

/// `IsValidSysctlName`: segments of small letters, digits, `-` and `_`, between dots or slashes.
fn is_sysctl(name: &str) -> bool {
    let edge = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let inner = |byte: &u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
    };
    let segment = |segment: &str| {
        let bytes = segment.as_bytes();
        edge(bytes.first()) && edge(bytes.last()) && bytes.iter().all(inner)
    };
    name.len() <= 253 && name.split(['.', '/']).all(segment)
}

/// A seccomp or AppArmor profile.
pub(super) fn profile(at: &Node<'_>, report: &mut Report<'_>) {
    let file = at.at(&["localhostProfile"]);
    match at.at(&["type"]).text() {
        Some("Localhost") if !file.is_set() => {
            report.refuse(at, "SV016", "the type Localhost needs a localhostProfile");
        }
        Some("RuntimeDefault" | "Unconfined") if file.is_set() => {
            let message = "only the type Localhost has a localhostProfile";
            report.refuse(&file, "SV016", message);
        }
        _ => {}
    }
}
