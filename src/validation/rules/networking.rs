//! Ingresses, network policies and endpoint slices. Sources: `ValidateIngressSpec`, `validateHTTPIngressPath`,
//! `validateIngressBackend`, `ValidateNetworkPolicyPort`, `ValidateNetworkPolicyPeer`, `ValidateIPBlock`,
//! `ValidateEndpointSlice`.

use std::net::IpAddr;

use super::constraints::{address, block as parse_block, invalid_name};
use super::{Node, Report};
use crate::kubernetes::NameRule;

/// The annotation that named the class before there was a field.
const CLASS: &str = "kubernetes.io/ingress.class";

pub(super) fn ingress(at: &Node<'_>, report: &mut Report<'_>) {
    let annotation = at.at(&["metadata", "annotations", CLASS]);
    let class = at.at(&["spec", "ingressClassName"]);
    if let (Some(old), Some(new)) = (annotation.value.as_str(), class.value.as_str())
        && old != new
    {
        let message = format!("the annotation {CLASS} has to be equal to ingressClassName");
        report.refuse_new(&annotation, "SV022", message);
    }
}

pub(super) fn ingress_spec(at: &Node<'_>, report: &mut Report<'_>) {
    if !at.at(&["rules"]).is_filled() && !at.at(&["defaultBackend"]).is_set() {
        report.refuse(at, "SV022", "an Ingress needs rules or a defaultBackend");
    }
}

pub(super) fn rule(at: &Node<'_>, report: &mut Report<'_>) {
    let host = at.at(&["host"]);
    if let Some(text) = host.text() {
        if address(text).is_some() {
            report.refuse(
                &host,
                "SV022",
                format!("`{text}` is an IP address, not the name of a host"),
            );
        } else {
            host_name(&host, text, report);
        }
    }
}

/// The name of a host, or one whose first part is `*` (`IsWildcardDNS1123Subdomain`).
fn host_name(at: &Node<'_>, text: &str, report: &mut Report<'_>) {
    let rest = if text.contains('*') {
        text.strip_prefix("*.").unwrap_or("*")
    } else {
        text
    };
    if !NameRule::DnsSubdomain.allows(rest) {
        report.refuse(
            at,
            "SR030",
            invalid_name("host name", text, NameRule::DnsSubdomain),
        );
    }
}

pub(super) fn tls(at: &Node<'_>, report: &mut Report<'_>) {
    for host in at.at(&["hosts"]).items() {
        if let Some(text) = host.value.as_str() {
            host_name(&host, text, report);
        }
    }
}

pub(super) fn path(at: &Node<'_>, report: &mut Report<'_>) {
    let path = at.at(&["path"]);
    let text = path.text();
    match at.at(&["pathType"]).text() {
        Some("Exact" | "Prefix") => {
            let text = text.unwrap_or_default();
            if !text.starts_with('/') {
                report.refuse(&path, "SV022", "the path has to begin with `/`");
            }
            let wrong = ["//", "/./", "/../", "%2f", "%2F"]
                .iter()
                .any(|part| text.contains(part))
                || text.ends_with("/..")
                || text.ends_with("/.");
            if wrong {
                let message = "the path may not contain `//`, `/./`, `/../` or `%2f`";
                report.refuse(&path, "SV022", message);
            }
        }
        Some("ImplementationSpecific") if text.is_some_and(|text| !text.starts_with('/')) => {
            report.refuse(&path, "SV022", "the path has to begin with `/`");
        }
        _ => {}
    }
}

/// The first minor version in which names of Services may begin with a digit.
const RELAXED_SERVICES: u8 = 36;

pub(super) fn backend(at: &Node<'_>, report: &mut Report<'_>) {
    if !at.at(&["port"]).is_set() {
        report.refuse(
            at,
            "SV022",
            "the backend needs the name or number of a port",
        );
    }
    let name = at.at(&["name"]);
    let rule = if report.minor < RELAXED_SERVICES {
        NameRule::Rfc1035Label
    } else {
        NameRule::DnsLabel
    };
    if let Some(text) = name.text().filter(|text| !rule.allows(text)) {
        report.refuse(
            &name,
            "SR030",
            invalid_name("name of a Service", text, rule),
        );
    }
}

pub(super) fn class(at: &Node<'_>, report: &mut Report<'_>) {
    let controller = at.at(&["controller"]);
    if let Some(text) = controller.text() {
        let valid = text.split_once('/').is_some_and(|(domain, path)| {
            !path.is_empty() && NameRule::DnsSubdomain.allows(domain)
        });
        if !valid || text.len() > 250 {
            let message =
                format!("`{text}` is not a domain and a path such as example.com/ingress");
            report.refuse(&controller, "SV022", message);
        }
    }
    let parameters = at.at(&["parameters"]);
    if !parameters.is_set() {
        return;
    }
    let namespace = parameters.at(&["namespace"]);
    match parameters.at(&["scope"]).text() {
        Some("Namespace") if namespace.text().is_none() => {
            report.refuse(
                &parameters,
                "SV022",
                "the scope Namespace needs a namespace",
            );
        }
        None | Some("Cluster") if namespace.is_set() => {
            report.refuse(
                &namespace,
                "SV022",
                "only the scope Namespace has a namespace",
            );
        }
        Some(scope) if !matches!(scope, "Namespace" | "Cluster") => {
            let message = format!("unsupported value `{scope}`: use one of Cluster, Namespace");
            report.refuse(&parameters.at(&["scope"]), "SA022", message);
        }
        _ => {}
    }
}

pub(super) fn policy(at: &Node<'_>, report: &mut Report<'_>) {
    let types = at.at(&["policyTypes"]);
    if types.value.as_array().is_some_and(|list| list.len() > 2) {
        report.refuse(&types, "SV023", "there are more than two policyTypes");
    }
}

pub(super) fn policy_port(at: &Node<'_>, report: &mut Report<'_>) {
    let (port, last) = (at.at(&["port"]), at.at(&["endPort"]));
    let Some(end) = last.number() else { return };
    match port.number() {
        None => report.refuse(&last, "SV023", "endPort needs a port that is a number"),
        Some(first) if end < first => report.refuse(&last, "SV023", "endPort is less than port"),
        Some(_) => {}
    }
}

pub(super) fn peer(at: &Node<'_>, report: &mut Report<'_>) {
    let block = at.at(&["ipBlock"]);
    let selects = at.at(&["podSelector"]).is_set() || at.at(&["namespaceSelector"]).is_set();
    if block.is_set() && selects {
        report.refuse(
            at,
            "SV023",
            "ipBlock excludes podSelector and namespaceSelector",
        );
    } else if !block.is_set() && !selects {
        let message = "a peer needs podSelector, namespaceSelector or ipBlock";
        report.refuse(at, "SV023", message);
    }
}

pub(super) fn block(at: &Node<'_>, report: &mut Report<'_>) {
    let cidr = at.at(&["cidr"]);
    let Some(text) = cidr.value.as_str() else {
        return;
    };
    let Some(whole) = parse_block(text) else {
        let message = format!("`{text}` is not a block of IP addresses like 10.0.0.0/8");
        return report.refuse(&cidr, "SA027", message);
    };
    for except in at.at(&["except"]).items() {
        let Some(text) = except.value.as_str() else {
            continue;
        };
        match parse_block(text) {
            None => {
                let message = format!("`{text}` is not a block of IP addresses like 10.0.0.0/8");
                report.refuse(&except, "SA027", message);
            }
            Some(part) if !contains(whole, part) => {
                report.refuse(&except, "SV023", format!("`{text}` is not a part of cidr"));
            }
            Some(_) => {}
        }
    }
}

/// Whether a block is a smaller part of another one.
fn contains((start, length): (IpAddr, u8), (other, longer): (IpAddr, u8)) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()) << 96,
        IpAddr::V6(v6) => v6.to_bits(),
    };
    let shift = 128 - u32::from(length);
    let prefix = |address| bits(address).checked_shr(shift).unwrap_or(0);
    start.is_ipv4() == other.is_ipv4() && longer > length && prefix(start) == prefix(other)
}

/// Addresses and ports of the older Endpoints.
pub(super) fn subset(at: &Node<'_>, report: &mut Report<'_>) {
    if !at.at(&["addresses"]).is_filled() && !at.at(&["notReadyAddresses"]).is_filled() {
        report.refuse(at, "SV024", "a subset needs addresses");
    }
}

pub(super) fn slice(at: &Node<'_>, report: &mut Report<'_>) {
    let kind = at.at(&["addressType"]).text().unwrap_or_default();
    if !matches!(kind, "" | "IPv4" | "IPv6" | "FQDN") {
        let message = format!("unsupported value `{kind}`: use one of IPv4, IPv6, FQDN");
        report.refuse(&at.at(&["addressType"]), "SA022", message);
        return;
    }
    for endpoint in at.at(&["endpoints"]).items() {
        for item in endpoint.at(&["addresses"]).items() {
            let Some(text) = item.value.as_str() else {
                continue;
            };
            let found = address(text);
            let fits = match kind {
                "IPv4" => found.is_some_and(|found| found.is_ipv4()),
                "IPv6" => found.is_some_and(|found| found.is_ipv6()),
                "FQDN" => {
                    text.trim_end_matches('.').contains('.')
                        && NameRule::DnsSubdomain.allows(text.strip_suffix('.').unwrap_or(text))
                }
                _ => true,
            };
            let special = found.is_some_and(|found| {
                let local = match found {
                    IpAddr::V4(v4) => v4.is_link_local() || v4.octets()[..3] == [224, 0, 0],
                    IpAddr::V6(v6) => {
                        v6.segments()[0] & 0xffc0 == 0xfe80 || v6.segments()[0] == 0xff02
                    }
                };
                found.is_unspecified() || found.is_loopback() || local
            });
            if !fits || special && kind != "FQDN" {
                report.refuse(
                    &item,
                    "SV024",
                    format!("`{text}` is not an {kind} address of an endpoint"),
                );
            }
        }
    }
    let ports = at.at(&["ports"]);
    super::lists::unique_texts(&ports, &["name"], "port name", "SR023", report);
    let unnamed = ports
        .items()
        .filter(|port| port.at(&["name"]).text().is_none())
        .count();
    if unnamed > 1 {
        report.refuse(&ports, "SR027", "only one port may have no name");
    }
}
