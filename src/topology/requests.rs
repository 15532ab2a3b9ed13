//! Whom a workload sends requests to, by the addresses in the texts that it is given.

use std::net::Ipv4Addr;

use super::address::addresses;
use super::services::Services;
use super::{Map, Point, Relation};

/// What a workload is given to read.
#[derive(Default)]
pub(super) struct Texts {
    /// Names and values of variables, by container.
    pub(super) containers: Vec<Vec<(String, String)>>,
    /// Files, commands and arguments.
    pub(super) files: Vec<String>,
}

/// Parts of the names of variables that hold an address without a port.
const WORDS: [&str; 6] = ["HOST", "ENDPOINT", "ADDR", "SERVER", "URL", "SERVICE"];

/// Ends of the names of variables whose value is a host or an address, and nothing else that has dots.
const ENDS: [&str; 5] = ["HOST", "HOSTNAME", "ENDPOINT", "ADDR", "ADDRESS"];

impl Texts {
    /// Adds the Services that the texts address, and the addresses outside that variables have: files name many that are
    /// never asked.
    pub(super) fn requests(&self, from: &Point, services: &Services<'_>, map: &mut Map<'_>) {
        for variables in &self.containers {
            for (name, value) in variables {
                let upper = name.to_ascii_uppercase();
                let holds_host = WORDS.iter().any(|word| upper.contains(word));
                if holds_host && let Some(service) = services.find(value, &from.namespace) {
                    let label = service.label(port_beside(name, variables));
                    map.add(from, Relation::Requests, service.point.clone(), &label);
                } else if names_address(&upper)
                    && let Some((host, port)) = address_outside(value)
                {
                    let port = port.or_else(|| port_beside(name, variables));
                    let port = port.map(|port| format!("{port}/TCP")).unwrap_or_default();
                    map.add(from, Relation::Requests, Point::host(host), &port);
                }
            }
        }
        let variables = self.containers.iter().flatten();
        let variables = variables.map(|(_, value)| (value, true));
        let files = self.files.iter().map(|text| (text, false));
        for (text, is_variable) in variables.chain(files) {
            for address in addresses(text) {
                let found = services.find(&address.host, &from.namespace);
                let found = found.filter(|service| {
                    address.is_url || address.port.is_some_and(|port| service.has(port))
                });
                if let Some(service) = found {
                    let label = service.label(address.port);
                    map.add(from, Relation::Requests, service.point.clone(), &label);
                } else if is_variable && address.is_url && is_outside(&address.host) {
                    let port = address.port.map(|port| format!("{port}/TCP"));
                    let host = Point::host(&address.host);
                    map.add(from, Relation::Requests, host, &port.unwrap_or_default());
                }
            }
        }
    }
}

/// The port in the variable that is named after that of a host: `DB_PORT` beside `DB_HOST`.
fn port_beside(name: &str, variables: &[(String, String)]) -> Option<u64> {
    let (prefix, _) = name.rsplit_once('_').unwrap_or_default();
    let wanted = format!("{prefix}_PORT");
    let wanted = wanted.trim_start_matches('_');
    let found = variables.iter().find(|(other, _)| other == wanted);
    found.and_then(|(_, value)| value.parse().ok())
}

/// Whether a variable of this name, in capitals, holds an address that is asked: not one that is only shown.
fn names_address(name: &str) -> bool {
    ENDS.iter().any(|end| name.ends_with(end)) && !name.contains("DISPLAY")
}

/// A host with a domain or an IPv4 address, perhaps with a port, if the text is nothing else.
fn address_outside(text: &str) -> Option<(&str, Option<u64>)> {
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (text, None),
    };
    let label = |label: &str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty() && label.bytes().all(is_plain)
    };
    let is_name = host.split('.').all(label)
        && host
            .rsplit('.')
            .next()?
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic());
    let is_host = is_name || host.parse::<Ipv4Addr>().is_ok();
    (is_host && is_outside(host)).then_some((host, port))
}

/// Whether a host can be outside: a name with a domain, or an address that is not the pod itself.
fn is_outside(host: &str) -> bool {
    host.contains('.') && !host.starts_with("127.") && host != "0.0.0.0" && !host.starts_with('.')
}
