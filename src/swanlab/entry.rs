//! What leads users to the gateway from outside of the cluster: an Ingress, or a Gateway with an HTTPRoute. The chart has
//! neither: a cluster knows best how it is entered.

use std::net::IpAddr;

use serde_json::{Value, json};

use crate::diagnostics::Diagnostic;
use crate::kubernetes::NameRule;

/// The class of a Gateway that nobody named. It has to be named, and no controller has this one.
pub const UNKNOWN_CLASS: &str = "change-me";

/// The port of the gateway's Service.
const PORT: u16 = 80;

/// How users come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The name in their browser.
    pub host: &'a str,
    /// The gateway's Service, and the name of all that leads there.
    pub service: &'a str,
    /// The namespace of the release.
    pub namespace: &'a str,
    /// The class of the Ingress or Gateway; none for the cluster's default Ingress class.
    pub class: Option<&'a str>,
    /// The Secret with certificate and key; none for HTTP.
    pub tls_secret: Option<&'a str>,
}

impl Entry<'_> {
    /// What is wrong with what was asked for, the flag first.
    pub fn check(&self) -> Vec<Diagnostic> {
        let flags = [("--class", self.class), ("--tls", self.tls_secret)];
        let names = flags.into_iter().filter_map(|(flag, name)| {
            let name = name.filter(|name| !NameRule::DnsSubdomain.allows(name))?;
            let why = NameRule::DnsSubdomain.words();
            Some(Diagnostic::error(format!("{flag} {name}: {why}")))
        });
        let host = host_problem(self.host)
            .map(|why| Diagnostic::error(format!("--ingress {}: {why}", self.host)));
        host.into_iter().chain(names).collect()
    }

    fn metadata(&self) -> Value {
        json!({"name": self.service, "namespace": self.namespace})
    }

    /// The Ingress.
    pub fn ingress(&self) -> Value {
        let mut spec = json!({});
        if let Some(class) = self.class {
            spec["ingressClassName"] = class.into();
        }
        if let Some(secret) = self.tls_secret {
            spec["tls"] = json!([{"hosts": [self.host], "secretName": secret}]);
        }
        let backend = json!({"service": {"name": self.service, "port": {"number": PORT}}});
        let path = json!({"path": "/", "pathType": "Prefix", "backend": backend});
        spec["rules"] = json!([{"host": self.host, "http": {"paths": [path]}}]);
        json!({
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": self.metadata(),
            "spec": spec,
        })
    }

    /// The Gateway and its HTTPRoute.
    pub fn gateway(&self) -> [Value; 2] {
        let listener = match self.tls_secret {
            None => json!({"name": "http", "hostname": self.host, "port": 80, "protocol": "HTTP"}),
            Some(secret) => json!({
                "name": "https",
                "hostname": self.host,
                "port": 443,
                "protocol": "HTTPS",
                "tls": {"mode": "Terminate", "certificateRefs": [{"name": secret}]},
            }),
        };
        let gateway = json!({
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "Gateway",
            "metadata": self.metadata(),
            "spec": {"gatewayClassName": self.class.unwrap_or(UNKNOWN_CLASS), "listeners": [listener]},
        });
        let rule = json!({
            "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
            "backendRefs": [{"name": self.service, "port": PORT}],
        });
        let route = json!({
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": self.metadata(),
            "spec": {"parentRefs": [{"name": self.service}], "hostnames": [self.host], "rules": [rule]},
        });
        [gateway, route]
    }
}

/// Why a text is not the name of a host in DNS, as an Ingress needs it.
fn host_problem(host: &str) -> Option<String> {
    if host.contains("://") {
        return Some("leave out the scheme: swanlab.example.org".to_owned());
    }
    let address = host.trim_start_matches('[').trim_end_matches(']');
    if address.parse::<IpAddr>().is_ok() {
        return Some("an Ingress needs a name, not an address".to_owned());
    }
    if host.contains([':', '/']) {
        return Some("leave out port and path: swanlab.example.org".to_owned());
    }
    if host.starts_with("*.") {
        return Some("SwanLab has one host: name it without a `*`".to_owned());
    }
    if NameRule::DnsSubdomain.allows(host) {
        return None;
    }
    let lower = host.trim_end_matches('.').to_ascii_lowercase();
    Some(if NameRule::DnsSubdomain.allows(&lower) {
        format!("Kubernetes wants `{lower}`")
    } else {
        format!("it is no name in DNS: {}", NameRule::DnsSubdomain.words())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_in_dns_and_an_error_says_what_to_write() {
        for host in [
            "swanlab.example.org",
            "swanlab",
            "1.example.org",
            "xn--fsq.cn",
        ] {
            assert_eq!(host_problem(host), None, "{host}");
        }
        for (host, said) in [
            ("https://swanlab.example.org", "scheme"),
            ("swanlab.example.org:8443", "port"),
            ("swanlab.example.org/path", "path"),
            ("10.0.0.1", "address"),
            ("[::1]", "address"),
            ("::1", "address"),
            ("*.example.org", "one host"),
            ("SwanLab.Example.org", "`swanlab.example.org`"),
            ("swanlab.example.org.", "`swanlab.example.org`"),
            ("swan_lab.example.org", "DNS"),
            ("例子.cn", "DNS"),
            ("a b", "DNS"),
            ("", "DNS"),
        ] {
            let why = host_problem(host).unwrap();
            assert!(why.contains(said), "{host}: {why}");
        }
    }
}
