//! Pods as a whole: containers together with volumes, host names, host ports, annotations. Sources: `ValidatePodSpec`,
//! `ValidatePodSpecificAnnotations`, `validateHostUsers`, `validatePodResourceClaims`, `validateContainers`,
//! `validateInitContainers`, `ValidateVolumeMounts`, `validatePodHostNetworkDeps`, `validatePodDNSConfig`.

use std::collections::HashSet;

use super::constraints::invalid_name;
use super::lists::{unique, unique_texts};
use super::{Node, Report, containers, volumes};
use crate::kubernetes::{CONTAINER_LISTS, NameRule};

pub(super) fn spec(spec: &Node<'_>, report: &mut Report<'_>) {
    let mut names = HashSet::new();
    for list in CONTAINER_LISTS {
        let keys = [list];
        unique(
            &spec.at(&keys),
            &["name"],
            "container",
            "SR020",
            &mut names,
            |container| {
                let name = container.at(&["name"]);
                name.text().map(|name| (name.to_owned(), name.to_owned()))
            },
            report,
        );
    }
    unique_texts(&spec.at(&["volumes"]), &["name"], "volume", "SR021", report);
    for list in CONTAINER_LISTS {
        let keys = [list];
        for container in spec.at(&keys).items() {
            volumes::mounts(&container, spec, report);
            if list != "ephemeralContainers" {
                containers::in_pod(&container, spec, list == "initContainers", report);
            }
        }
    }
    host(spec, report);
    host_ports(spec, report);
    hostnames(spec, report);
    if spec.at(&["dnsPolicy"]).text() == Some("None")
        && !spec.at(&["dnsConfig", "nameservers"]).is_filled()
    {
        let message = "with the DNS policy None, dnsConfig.nameservers has to name a server";
        report.refuse(&spec.at(&["dnsPolicy"]), "SV010", message);
    }
    claims(spec, report);
    for (name, amount) in spec.at(&["overhead"]).entries() {
        super::resources::resource(name, &amount, report);
    }
    super::security::of_system(spec, report);
    super::metadata::labels(&spec.at(&["nodeSelector"]), report);
    super::scheduling::spreads(spec, report);
}

fn claims(spec: &Node<'_>, report: &mut Report<'_>) {
    let claims = spec.at(&["resourceClaims"]);
    unique_texts(&claims, &["name"], "resource claim", "SV010", report);
    for claim in claims.items() {
        let sources = ["resourceClaimName", "resourceClaimTemplateName"];
        let given = sources
            .iter()
            .filter(|source| !claim.value[**source].is_null());
        if given.count() != 1 {
            let message =
                "a resource claim needs either resourceClaimName or resourceClaimTemplateName";
            report.refuse(&claim, "SV010", message);
        }
    }
    for list in CONTAINER_LISTS {
        let keys = [list];
        for container in spec.at(&keys).items() {
            for claim in container.at(&["resources", "claims"]).items() {
                let name = claim.at(&["name"]);
                if let Some(text) = name.text()
                    && !claims.items().any(|one| one.value["name"] == text)
                {
                    let message = format!("the pod has no resource claim `{text}`");
                    report.refuse(&name, "SV010", message);
                }
            }
        }
    }
}

/// A template of pods.
pub(super) fn template(at: &Node<'_>, report: &mut Report<'_>) {
    let ephemeral = at.at(&["spec", "ephemeralContainers"]);
    if ephemeral.is_filled() {
        let message = "pod templates have no ephemeralContainers: kubectl debug adds them to a pod";
        report.refuse(&ephemeral, "SV011", message);
    }
    annotations(at, report);
}

/// What the annotations of pods mean to the API server. Source: `ValidatePodSpecificAnnotations`.
pub(super) fn annotations(pod: &Node<'_>, report: &mut Report<'_>) {
    const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
    const SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";
    const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
    const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
    let is_container = |name: &str| {
        let mut lists = CONTAINER_LISTS.iter().map(|list| &pod.value["spec"][*list]);
        lists.any(|list| {
            list.as_array()
                .is_some_and(|list| list.iter().any(|one| one["name"] == name))
        })
    };
    for (key, annotation) in pod.at(&["metadata", "annotations"]).entries() {
        let Some(text) = annotation.value.as_str() else {
            continue;
        };
        if let Some(container) = key.strip_prefix(APP_ARMOR) {
            if !is_container(container) {
                let message = format!("the pod has no container `{container}`");
                report.refuse(&annotation.key(), "SV016", message);
            }
            let is_known = matches!(text, "" | "runtime/default" | "unconfined");
            if !is_known && !text.starts_with("localhost/") {
                let message =
                    "an AppArmor profile is runtime/default, unconfined or localhost/NAME";
                report.refuse(&annotation, "SV016", message);
            }
        } else if key == SECCOMP_POD || key.starts_with(SECCOMP) {
            let is_known = matches!(text, "runtime/default" | "docker/default" | "unconfined");
            if !is_known && !text.starts_with("localhost/") {
                let message = "a seccomp profile is runtime/default, unconfined or localhost/PATH";
                report.refuse(&annotation, "SV016", message);
            }
        } else if key == DELETION_COST && !is_cost(text) {
            let message = "the cost of a deletion is a whole number from -2147483648 to 2147483647";
            report.refuse(&annotation, "SV010", message);
        }
    }
}

/// `GetDeletionCostFromPodAnnotations`: without `+`, and without zeros in front.
fn is_cost(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = !text.starts_with('+') && (digits == "0" || !digits.starts_with('0'));
    is_plain && text.parse::<i32>().is_ok()
}

/// Namespaces of the node.
fn host(spec: &Node<'_>, report: &mut Report<'_>) {
    if spec.at(&["shareProcessNamespace"]).is_true() && spec.at(&["hostPID"]).is_true() {
        let message = "shareProcessNamespace and hostPID exclude each other";
        report.refuse(&spec.at(&["shareProcessNamespace"]), "SV010", message);
    }
    if *spec.at(&["hostUsers"]).value == false {
        for field in ["hostPID", "hostIPC"] {
            let keys = [field];
            let node = spec.at(&keys);
            if node.is_true() {
                let message = format!("{field} may not be set if hostUsers is false");
                report.refuse(&node, "SV010", message);
            }
        }
        let network = spec.at(&["hostNetwork"]);
        if network.is_true() {
            let message = "hostNetwork may not be set if hostUsers is false";
            if report.minor < 35 {
                report.refuse(&network, "SV010", message);
            } else {
                let condition = "the feature UserNamespacesHostNetworkSupport is off";
                report.refuse_if(&network, "SV010", condition, message);
            }
        }
    }
}

/// Ports of the node: each once, and those of the containers if they share its network.
fn host_ports(spec: &Node<'_>, report: &mut Report<'_>) {
    let on_host = spec.at(&["hostNetwork"]).is_true();
    let is_pod = report.is("", "Pod");
    let number =
        |port: &Node<'_>, field: &'static str| -> i64 { port.at(&[field]).number().unwrap_or(0) };
    let mut seen = HashSet::new();
    for container in spec.at(&["containers"]).items() {
        for port in container.at(&["ports"]).items() {
            let (own, mut host) = (number(&port, "containerPort"), number(&port, "hostPort"));
            let given = host;
            // SetDefaults_PodSpec fills it in for Pods, and before 1.28 for pod templates too.
            if on_host && host == 0 && (is_pod || report.minor < 28) {
                host = own;
            }
            if on_host && given != 0 && given != own {
                let message =
                    format!("with hostNetwork, hostPort has to be {own}, as containerPort");
                report.refuse(&port.at(&["hostPort"]), "SV010", message);
            }
            let protocol = port.at(&["protocol"]).text().unwrap_or("TCP").to_owned();
            let address = port.at(&["hostIP"]).text().unwrap_or_default().to_owned();
            if host != 0 && !seen.insert((host, protocol, address)) {
                let message = format!("duplicate host port `{host}`");
                report.refuse(&port, "SV010", message);
            }
        }
    }
}

fn hostnames(spec: &Node<'_>, report: &mut Report<'_>) {
    // A StatefulSet sets both itself.
    if !report.is("apps", "StatefulSet") {
        for field in ["hostname", "subdomain"] {
            let keys = [field];
            let node = spec.at(&keys);
            if let Some(text) = node.text().filter(|text| !NameRule::DnsLabel.allows(text)) {
                report.refuse(
                    &node,
                    "SR030",
                    invalid_name(field, text, NameRule::DnsLabel),
                );
            }
        }
    }
    let name = spec.at(&["hostnameOverride"]);
    if let Some(text) = name.value.as_str() {
        for (field, message) in [
            (
                "setHostnameAsFQDN",
                "it may not be set together with setHostnameAsFQDN",
            ),
            ("hostNetwork", "it may not be set together with hostNetwork"),
        ] {
            if spec.at(&[field]).is_true() {
                report.refuse(&name, "SV010", message);
            }
        }
        if text.len() > 64 || !NameRule::DnsSubdomain.allows(text) {
            report.refuse(
                &name,
                "SR030",
                invalid_name("host name", text, NameRule::DnsSubdomain),
            );
        }
    }
}

/// The greatest number of name servers and of search domains, and the greatest length of the latter together
/// (MaxDNSNameservers, MaxDNSSearchPaths, MaxDNSSearchListChars).
const SERVERS: usize = 3;
const SEARCHES: usize = 32;
const SEARCH_LENGTH: usize = 2048;

pub(super) fn dns(config: &Node<'_>, report: &mut Report<'_>) {
    let servers = config.at(&["nameservers"]);
    if servers
        .value
        .as_array()
        .is_some_and(|list| list.len() > SERVERS)
    {
        report.refuse(
            &servers,
            "SV010",
            format!("there are more than {SERVERS} name servers"),
        );
    }
    let searches = config.at(&["searches"]);
    let lengths = searches
        .items()
        .map(|one| one.value.as_str().map_or(0, str::len));
    let lengths: Vec<usize> = lengths.collect();
    if lengths.len() > SEARCHES
        || lengths.iter().sum::<usize>() + lengths.len().saturating_sub(1) > SEARCH_LENGTH
    {
        let message =
            format!("there are more than {SEARCHES} search domains or {SEARCH_LENGTH} characters");
        report.refuse(&searches, "SV010", message);
    }
    for search in searches.items() {
        let Some(text) = search.value.as_str() else {
            continue;
        };
        let domain = text.strip_suffix('.').unwrap_or(text);
        // Underscores and a single dot since 1.33 (RelaxedDNSSearchValidation).
        let relaxed = report.minor >= 33;
        let plain = if relaxed {
            domain.replace('_', "a")
        } else {
            domain.to_owned()
        };
        let is_root = relaxed && text == ".";
        if !is_root && !NameRule::DnsSubdomain.allows(&plain) {
            report.refuse(
                &search,
                "SR030",
                invalid_name("search domain", text, NameRule::DnsSubdomain),
            );
        }
    }
}
