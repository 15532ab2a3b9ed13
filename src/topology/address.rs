//! Addresses in text: URLs, and host names with a port.

use std::sync::LazyLock;

use regex::Regex;

/// A host, and the port where one is written or follows from the scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: Option<u64>,
    /// Whether it is in a URL; else it is a name before a colon and digits, which can be something else.
    pub(super) is_url: bool,
}

/// Ports of schemes that are known to have one.
const PORTS: [(&str, u64); 12] = [
    ("http", 80),
    ("ws", 80),
    ("grpc", 80),
    ("https", 443),
    ("wss", 443),
    ("redis", 6379),
    ("rediss", 6379),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("mysql", 3306),
    ("amqp", 5672),
    ("mongodb", 27017),
];

/// All addresses of a text, in its order.
pub(super) fn addresses(text: &str) -> Vec<Address> {
    #[allow(clippy::expect_used)] // a constant
    static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?x)
            (?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://
            (?:[^\s/?\#'\x22@]*@)?
            (?P<hosts>[A-Za-z0-9._-]+(?::[0-9]{1,5})?(?:,[A-Za-z0-9._-]+(?::[0-9]{1,5})?)*)
            | (?P<plain>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):(?P<port>[0-9]{1,5})\b",
        )
        .expect("a valid pattern")
    });
    let mut found = Vec::new();
    for captures in PATTERN.captures_iter(text) {
        if let Some(hosts) = captures.name("hosts") {
            let scheme = captures["scheme"].to_ascii_lowercase();
            let default = PORTS.iter().find(|(name, _)| *name == scheme);
            for one in hosts.as_str().split(',') {
                let (host, port) = one.split_once(':').unwrap_or((one, ""));
                found.push(Address {
                    host: host.to_owned(),
                    port: port.parse().ok().or(default.map(|(_, port)| *port)),
                    is_url: true,
                });
            }
        } else if let (Some(host), Some(port)) = (captures.name("plain"), captures.name("port")) {
            found.push(Address {
                host: host.as_str().to_owned(),
                port: port.as_str().parse().ok(),
                is_url: false,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_urls_and_before_ports() {
        let shown = |text: &str| -> Vec<String> {
            let port = |address: &Address| {
                address
                    .port
                    .map_or_else(String::new, |port| port.to_string())
            };
            let addresses = addresses(text);
            let shown = addresses
                .iter()
                .map(|one| format!("{}:{}", one.host, port(one)));
            shown.collect()
        };
        for (text, expected) in [
            ("http://web", vec!["web:80"]),
            ("http://web:3000/api?x=http://b", vec!["web:3000", "b:80"]),
            (
                "postgresql://me:p%40ss@db:5432/app?schema=public",
                vec!["db:5432"],
            ),
            ("mongodb://a:1,b:2/x", vec!["a:1", "b:2"]),
            ("redis://:@cache", vec!["cache:6379"]),
            ("s3.example.org:9000", vec!["s3.example.org:9000"]),
            (
                "- url: \"http://web.ns.svc.cluster.local:80\"",
                vec!["web.ns.svc.cluster.local:80"],
            ),
            ("foo://bar", vec!["bar:"]),
            ("no address", vec![]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
