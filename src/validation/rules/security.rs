//! Security contexts. Sources: `ValidateSecurityContext`, `validatePodSpecSecurityContext`, `validateSysctls`,
//! `validateSeccompProfileField`, `ValidateAppArmorProfileField`, `validateLinux`, `validateWindows`.

use super::lists::unique_texts;
use super::{Node, Report};
use crate::kubernetes::CONTAINER_LISTS;

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

/// What pods of Windows do not have, besides that of their containers.
const NOT_ON_WINDOWS: [&str; 3] = ["hostPID", "hostIPC", "hostUsers"];

/// The same of security contexts, of pods and of containers.
const NOT_IN_WINDOWS: [&str; 14] = [
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "runAsUser",
    "runAsGroup",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "supplementalGroups",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
];

/// What the operating system that a pod names does not have.
pub(super) fn of_system(spec: &Node<'_>, report: &mut Report<'_>) {
    let system = spec.at(&["os", "name"]);
    let Some(system @ ("linux" | "windows")) = system.text() else {
        return;
    };
    let mut check = |at: &Node<'_>, fields: &[&'static str]| {
        for field in fields {
            let keys = [*field];
            let node = at.at(&keys);
            // hostPID: false is as good as none, and so is an empty list; of anything else, what is written counts.
            let is_wrong = match *field {
                "hostPID" | "hostIPC" => node.is_true(),
                _ if node.value.is_array() => node.is_filled(),
                _ => node.is_set(),
            };
            if is_wrong {
                report.refuse(&node, "SV016", format!("pods of {system} have no {field}"));
            }
        }
    };
    let contexts: &[&str] = if system == "linux" {
        &["windowsOptions"]
    } else {
        check(spec, &NOT_ON_WINDOWS);
        &NOT_IN_WINDOWS
    };
    check(&spec.at(&["securityContext"]), contexts);
    for list in CONTAINER_LISTS {
        let keys = [list];
        for container in spec.at(&keys).items() {
            check(&container.at(&["securityContext"]), contexts);
        }
    }
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
