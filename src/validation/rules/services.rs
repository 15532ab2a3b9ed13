//! Services. Sources: `validateService`, `validateServiceExternalTrafficPolicy`, `validateServicePort`,
//! `ValidateServiceClusterIPsRelatedFields`, `validateLoadBalancerClassField`; the range of node ports is that of
//! `--service-node-port-range`.

use std::collections::HashSet;

use super::constraints::{address, block, invalid_name};
use super::lists::{unique, unique_texts};
use super::{Node, Report};
use crate::kubernetes::NameRule;

/// A Service without a spec has no ports either.
pub(super) fn service(at: &Node<'_>, report: &mut Report<'_>) {
    if !at.at(&["spec"]).is_set() {
        report.refuse(at, "SV020", "a Service needs ports, unless it is headless");
    }
}

pub(super) fn spec(spec: &Node<'_>, report: &mut Report<'_>) {
    let kind = spec.at(&["type"]).text().unwrap_or("ClusterIP");
    super::metadata::labels(&spec.at(&["selector"]), report);
    addresses(spec, kind, report);
    ports(spec, kind, report);
    external(spec, kind, report);
    affinity(spec, report);
    if kind == "ExternalName" {
        external_name(spec, report);
    }
    let families = spec.at(&["ipFamilyPolicy"]);
    if families.text() == Some("RequireDualStack") {
        report.refuse_if(
            &families,
            "SV020",
            "the cluster has only IPv4 or only IPv6",
            "RequireDualStack needs a cluster with IPv4 and IPv6",
        );
    }
    let distribution = spec.at(&["trafficDistribution"]);
    if let Some(text) = distribution.value.as_str() {
        // PreferSameTrafficDistribution is on since 1.34.
        let known = text == "PreferClose"
            || report.minor >= 34 && matches!(text, "PreferSameZone" | "PreferSameNode");
        if !known {
            report.refuse(
                &distribution,
                "SA022",
                format!("unsupported value `{text}`"),
            );
        }
    }
}

fn is_headless(spec: &Node<'_>) -> bool {
    spec.value["clusterIP"] == "None" || spec.value["clusterIPs"][0] == "None"
}

fn addresses(spec: &Node<'_>, kind: &str, report: &mut Report<'_>) {
    let (one, all) = (spec.at(&["clusterIP"]), spec.at(&["clusterIPs"]));
    if is_headless(spec) && matches!(kind, "NodePort" | "LoadBalancer") {
        report.refuse(&one, "SV020", format!("a {kind} cannot be headless"));
    }
    let list: Vec<&str> = all.items().filter_map(|item| item.value.as_str()).collect();
    if let (Some(one), Some(first)) = (one.text(), list.first())
        && one != *first
    {
        report.refuse(&all, "SV020", "the first of clusterIPs has to be clusterIP");
    }
    if list.len() > 2 || list.len() > 1 && list.contains(&"None") {
        report.refuse(&all, "SV020", "there can be two addresses, or only None");
    }
    if kind != "ExternalName" {
        let single = one
            .text()
            .filter(|_| list.is_empty())
            .map(|text| (one, text));
        let others: Vec<Node<'_>> = all.items().collect();
        let others = others
            .iter()
            .filter_map(|item| item.text().map(|text| (*item, text)));
        for (at, text) in single.into_iter().chain(others) {
            if text != "None" && address(text).is_none() {
                report.refuse(&at, "SA027", format!("`{text}` is not an IP address"));
            }
        }
    }
    let families: Vec<&str> = spec.value["ipFamilies"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|family| family.as_str())
        .collect();
    if families.len() > 1 && families.first() == families.get(1) {
        report.refuse(&spec.at(&["ipFamilies"]), "SV020", "duplicate family");
    }
    let mut seen: Option<bool> = None;
    for (place, text) in list.iter().enumerate() {
        let Some(found) = address(text) else { continue };
        if seen == Some(found.is_ipv4()) {
            report.refuse(&all, "SV020", "both addresses are of the same family");
        }
        seen = Some(found.is_ipv4());
        if let Some(family) = families.get(place)
            && (*family == "IPv4") != found.is_ipv4()
            && !is_headless(spec)
        {
            report.refuse(
                &all,
                "SV020",
                format!("the address is not of the family {family}"),
            );
        }
    }
    let external = spec.at(&["externalIPs"]);
    for item in external.items() {
        let Some(text) = item.value.as_str() else {
            continue;
        };
        let special = address(text).is_none_or(|address| {
            let local = match address {
                std::net::IpAddr::V4(v4) => v4.is_link_local() || v4.octets()[..3] == [224, 0, 0],
                std::net::IpAddr::V6(v6) => {
                    v6.segments()[0] & 0xffc0 == 0xfe80 || v6.segments()[0] == 0xff02
                }
            };
            address.is_unspecified() || address.is_loopback() || local
        });
        if special {
            let message = format!("`{text}` is not the IP address of a host");
            report.refuse(&item, "SA027", message);
        }
    }
    let ranges = spec.at(&["loadBalancerSourceRanges"]);
    for item in ranges.items() {
        if let Some(text) = item
            .value
            .as_str()
            .filter(|text| block(text.trim()).is_none())
        {
            report.refuse(
                &item,
                "SA027",
                format!("`{text}` is not a block of IP addresses like 10.0.0.0/8"),
            );
        }
    }
}

fn ports(spec: &Node<'_>, kind: &str, report: &mut Report<'_>) {
    let ports = spec.at(&["ports"]);
    if !ports.is_filled() && kind != "ExternalName" && !is_headless(spec) {
        report.refuse(
            spec,
            "SV020",
            "a Service needs ports, unless it is headless",
        );
    }
    unique_texts(&ports, &["name"], "port name", "SR023", report);
    let key = |port: &Node<'_>, field: &'static str| {
        let number = port.at(&[field]).number().filter(|number| *number != 0)?;
        let protocol = port.at(&["protocol"]).text().unwrap_or("TCP").to_owned();
        Some(((number, protocol), number.to_string()))
    };
    let port = |one: &Node<'_>| key(one, "port");
    unique(
        &ports,
        &["port"],
        "port",
        "SR025",
        &mut HashSet::new(),
        port,
        report,
    );
    let node_port = |one: &Node<'_>| key(one, "nodePort");
    unique(
        &ports,
        &["nodePort"],
        "node port",
        "SR025",
        &mut HashSet::new(),
        node_port,
        report,
    );
    let several = ports.value.as_array().is_some_and(|ports| ports.len() > 1);
    for port in ports.items() {
        let name = port.at(&["name"]);
        if several && port.value.is_object() && name.text().is_none() {
            let message = "a Service with several ports must name each of them";
            report.refuse(&port, "SR027", message);
        }
        let node_port = port.at(&["nodePort"]);
        match node_port.number() {
            None | Some(0) => {}
            Some(_) if kind == "ClusterIP" => {
                let message =
                    "nodePort may not be set on a ClusterIP: remove it, or set type to NodePort";
                report.refuse(&node_port, "SV020", message);
            }
            Some(number) if !(0..=65_535).contains(&number) => {
                report.refuse(
                    &node_port,
                    "SA021",
                    format!("{number} is not between 1 and 65535"),
                );
            }
            Some(number) if !(30_000..=32_767).contains(&number) => report.refuse_if(
                &node_port,
                "SV021",
                "the API server has the default --service-node-port-range",
                format!("{number} is not between 30000 and 32767, the ports for Services on nodes"),
            ),
            Some(_) => {}
        }
    }
}

/// What only Services that are reached from outside have.
fn external(spec: &Node<'_>, kind: &str, report: &mut Report<'_>) {
    let is_balancer = kind == "LoadBalancer";
    let is_external = matches!(kind, "NodePort" | "LoadBalancer")
        || kind == "ClusterIP" && spec.at(&["externalIPs"]).is_filled();
    let policy = spec.at(&["externalTrafficPolicy"]);
    if policy.text().is_some() && !is_external {
        let message = format!("a {kind} has no externalTrafficPolicy");
        report.refuse(&policy, "SV020", message);
    }
    let health = spec.at(&["healthCheckNodePort"]);
    if health.number().is_some_and(|number| number != 0)
        && !(is_balancer && policy.text() == Some("Local"))
    {
        let message =
            "only a LoadBalancer with externalTrafficPolicy: Local has a healthCheckNodePort";
        report.refuse(&health, "SV020", message);
    }
    for field in ["loadBalancerClass", "allocateLoadBalancerNodePorts"] {
        let keys = [field];
        let node = spec.at(&keys);
        if node.is_set() && !is_balancer {
            report.refuse(&node, "SV020", format!("only a LoadBalancer has {field}"));
        }
    }
    let class = spec.at(&["loadBalancerClass"]);
    if let Some(text) = class
        .value
        .as_str()
        .filter(|text| !NameRule::QualifiedName.allows(text))
    {
        report.refuse(
            &class,
            "SR030",
            invalid_name("class", text, NameRule::QualifiedName),
        );
    }
    let ranges = spec.at(&["loadBalancerSourceRanges"]);
    if ranges.is_filled() && !is_balancer {
        report.refuse(
            &ranges,
            "SV020",
            "only a LoadBalancer has loadBalancerSourceRanges",
        );
    }
}

fn affinity(spec: &Node<'_>, report: &mut Report<'_>) {
    // With the affinity None, SetDefaults_Service removes the settings.
    let config = spec.at(&["sessionAffinityConfig", "clientIP", "timeoutSeconds"]);
    let is_on = spec.at(&["sessionAffinity"]).text() == Some("ClientIP");
    if is_on
        && config
            .number()
            .is_some_and(|seconds| !(1..=86_400).contains(&seconds))
    {
        report.refuse(&config, "SA021", "the number is not between 1 and 86400");
    }
}

fn external_name(spec: &Node<'_>, report: &mut Report<'_>) {
    let name = spec.at(&["externalName"]);
    let text = name.text().unwrap_or_default();
    let host = text.strip_suffix('.').unwrap_or(text);
    if host.is_empty() {
        report.refuse(
            spec,
            "SV020",
            "an ExternalName needs externalName, the host that it stands for",
        );
    } else if !NameRule::DnsSubdomain.allows(host) {
        report.refuse(
            &name,
            "SR030",
            invalid_name("host name", text, NameRule::DnsSubdomain),
        );
    }
    for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
        let keys = [field];
        let node = spec.at(&keys);
        if node.is_filled() || node.text().is_some() {
            report.refuse(&node, "SV020", format!("an ExternalName has no {field}"));
        }
    }
}
