//! External object storage: whether endpoints, ports, buckets and the public URL fit together.
//! Nothing connects to any of them.

use super::inputs::Inputs;
use crate::diagnostics::{Diagnostic, Severity};

const BUCKETS: [&str; 2] = ["public", "private"];

/// What an endpoint consists of. Only the host belongs there.
struct Endpoint<'a> {
    has_scheme: bool,
    host: &'a str,
    port: Option<&'a str>,
    has_path: bool,
    /// The host begins with the bucket.
    has_bucket: bool,
}

/// SL104: one bucket for public and private files.
pub(super) fn one_bucket_for_both(inputs: &Inputs<'_>) -> Option<Diagnostic> {
    if !is_used(inputs) {
        return None;
    }
    let [public, private] = BUCKETS.map(|bucket| {
        let endpoint = inputs.text(&path(bucket, "endpoint"));
        let name = inputs.text(&path(bucket, "bucket"));
        let host = Endpoint::of(endpoint, name).bare_host(name);
        let host = host.to_ascii_lowercase();
        (host, name)
    });
    if public != private || public.0.is_empty() || public.1.is_empty() {
        return None;
    }
    let at = path("private", "bucket");
    let finding = Diagnostic::warning(
        "public and private name the same bucket: whoever can read the public files can read the private ones",
    );
    let mut finding = inputs.found(finding, "SL104", &at);
    finding
        .labels
        .extend(inputs.label(&path("public", "bucket"), "anyone can read this bucket"));
    Some(finding.with_help("use a second bucket that can be read with the credentials only"))
}

/// SL105: an endpoint that is more than a host.
pub(super) fn endpoints(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    if !is_used(inputs) {
        return Vec::new();
    }
    BUCKETS
        .into_iter()
        .filter_map(|bucket| {
            let at = path(bucket, "endpoint");
            let name = inputs.text(&path(bucket, "bucket"));
            let endpoint = Endpoint::of(inputs.text(&at), name);
            let (severity, parts) = endpoint.surplus()?;
            let finding = Diagnostic::new(
                severity,
                format!("{at} must be a host only, but has {parts}"),
            );
            let mut help = format!("write `{}`", endpoint.bare_host(name));
            if endpoint.has_scheme {
                help += &format!("; {} says whether it is https", path(bucket, "ssl"));
            }
            if let Some(port) = endpoint.port {
                help += &format!("; {}: {port}", path(bucket, "port"));
            }
            if endpoint.has_path || endpoint.has_bucket {
                help += &format!("; the bucket belongs in {}", path(bucket, "bucket"));
            }
            Some(inputs.found(finding, "SL105", &at).with_help(help))
        })
        .collect()
}

/// SL106: a public URL without a scheme.
pub(super) fn domain(inputs: &Inputs<'_>) -> Option<Diagnostic> {
    if !is_used(inputs) {
        return None;
    }
    let at = path("public", "domain");
    let domain = inputs.text(&at);
    if domain.is_empty()
        || scheme(domain).is_some_and(|scheme| scheme == "http" || scheme == "https")
    {
        return None;
    }
    let finding = Diagnostic::error(format!("{at} must begin with https:// or http://"));
    let host = domain.split_once("://").map_or(domain, |(_, rest)| rest);
    Some(
        inputs
            .found(finding, "SL106", &at)
            .with_help(format!("write `https://{}`", host.trim_start_matches('/'))),
    )
}

/// SL107: https on the port of http, or the reverse.
pub(super) fn ssl_against_port(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    if !is_used(inputs) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for bucket in BUCKETS {
        let [ssl, port] = ["ssl", "port"].map(|key| path(bucket, key));
        let (word, usual) = match (inputs.value(&ssl).as_bool(), inputs.value(&port).as_u64()) {
            (Some(true), Some(80)) => ("true", 443),
            (Some(false), Some(443)) => ("false", 80),
            _ => continue,
        };
        let number = inputs.value(&port);
        let finding = Diagnostic::warning(format!("{ssl} is {word}, but {port} is {number}"));
        // At fault is the value that the user set; the port if they set both.
        let (at, other) = if inputs.is_given(&port) {
            (&port, &ssl)
        } else {
            (&ssl, &port)
        };
        let mut finding = inputs.found(finding, "SL107", at);
        finding
            .labels
            .extend(inputs.label(other, "contradicts this"));
        let opposite = word == "false";
        found.push(finding.with_help(format!("write {port}: {usual} or {ssl}: {opposite}")));
    }
    let [ssl, domain] = ["ssl", "domain"].map(|key| path("public", key));
    if inputs.is_true(&ssl) && scheme(inputs.text(&domain)).is_some_and(|scheme| scheme == "http") {
        let finding = Diagnostic::warning(format!("{ssl} is true, but {domain} is http"));
        let mut finding = inputs.found(finding, "SL107", &domain);
        finding
            .labels
            .extend(inputs.label(&ssl, "contradicts this"));
        found.push(finding.with_help(
            "write https:// if browsers reach the bucket that way: an https page cannot load http",
        ));
    }
    found
}

impl<'a> Endpoint<'a> {
    fn of(text: &'a str, bucket: &str) -> Self {
        let (has_scheme, rest) = text
            .split_once("://")
            .map_or((false, text), |(_, rest)| (true, rest));
        let (authority, has_path) = rest
            .find(['/', '?', '#'])
            .map_or((rest, false), |end| (&rest[..end], true));
        let authority = authority.rsplit('@').next().unwrap_or_default();
        // More than one colon is an IPv6 address.
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) if !port.contains(':') => (host, Some(port)),
            _ => (authority, None),
        };
        Self {
            has_scheme,
            host,
            port,
            has_path,
            has_bucket: after_bucket(host, bucket).is_some(),
        }
    }

    /// What does not belong there, and how bad that is; none if there is only a host.
    fn surplus(&self) -> Option<(Severity, String)> {
        let parts: Vec<&str> = [
            (self.has_scheme, "a scheme"),
            (self.port.is_some(), "a port"),
            (self.has_path, "a path"),
            (self.has_bucket, "the bucket as a prefix"),
        ]
        .into_iter()
        .filter_map(|(there, part)| there.then_some(part))
        .collect();
        // The first word of a host may happen to equal the bucket.
        let severity = match parts.as_slice() {
            [] => return None,
            [_] if self.has_bucket => Severity::Warning,
            _ => Severity::Error,
        };
        Some((severity, parts.join(" and ")))
    }

    fn bare_host(&self, bucket: &str) -> &'a str {
        after_bucket(self.host, bucket).unwrap_or(self.host)
    }
}

/// What follows `BUCKET.` in a host; none if the host does not begin with it.
fn after_bucket<'a>(host: &'a str, bucket: &str) -> Option<&'a str> {
    let rest = host.strip_prefix(bucket)?.strip_prefix('.')?;
    (!bucket.is_empty()).then_some(rest)
}

/// The scheme of a URL in lower case, if it has one.
fn scheme(url: &str) -> Option<String> {
    let (scheme, _) = url.split_once("://")?;
    Some(scheme.to_ascii_lowercase())
}

fn path(bucket: &str, key: &str) -> String {
    format!("integrations.s3.{bucket}.{key}")
}

/// Whether external object storage is used: without it these values have no effect.
fn is_used(inputs: &Inputs<'_>) -> bool {
    inputs.is_integrated("s3")
}
