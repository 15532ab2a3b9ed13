//! Object storage of one's own: endpoints, ports, buckets and the public URL, held against each
//! other. It never connects to any of them.

use super::given::Given;
use crate::diagnostics::{Diagnostic, Severity};

const BUCKETS: [&str; 2] = ["public", "private"];

/// What an endpoint holds; only the host belongs there.
struct Endpoint<'a> {
    has_scheme: bool,
    host: &'a str,
    port: Option<&'a str>,
    has_path: bool,
    /// The host begins with the bucket.
    has_bucket: bool,
}

/// SL104: one bucket for what everybody may read and for what nobody may.
pub(super) fn one_bucket_for_both(given: &Given<'_>) -> Option<Diagnostic> {
    used(given)?;
    let [public, private] = BUCKETS.map(|bucket| {
        let endpoint = given.text(&path(bucket, "endpoint"));
        let name = given.text(&path(bucket, "bucket"));
        let host = Endpoint::of(endpoint, name).bare_host(name);
        let host = host.to_ascii_lowercase();
        (host, name)
    });
    if public != private || public.0.is_empty() || public.1.is_empty() {
        return None;
    }
    let at = path("private", "bucket");
    let rule = Diagnostic::warning(
        "public and private name the same bucket: whoever may read the public one can read private files",
    );
    let mut rule = given.found(rule, "SL104", &at);
    rule.labels
        .extend(given.label(&path("public", "bucket"), "anyone may read this bucket"));
    Some(rule.with_help("make a second bucket, which only the credentials may read"))
}

/// SL105: endpoints that are more than a host.
pub(super) fn endpoints(given: &Given<'_>) -> Vec<Diagnostic> {
    if used(given).is_none() {
        return Vec::new();
    }
    BUCKETS
        .into_iter()
        .filter_map(|bucket| {
            let at = path(bucket, "endpoint");
            let name = given.text(&path(bucket, "bucket"));
            let endpoint = Endpoint::of(given.text(&at), name);
            let (severity, parts) = endpoint.surplus()?;
            let rule = Diagnostic::new(
                severity,
                format!("{at} must be a host alone, and has {parts}"),
            );
            let mut help = format!("write `{}`", endpoint.bare_host(name));
            if endpoint.has_scheme {
                help += &format!("; {} says whether it is https", path(bucket, "ssl"));
            }
            if let Some(port) = endpoint.port {
                help += &format!("; {}: {port}", path(bucket, "port"));
            }
            if endpoint.has_path || endpoint.has_bucket {
                help += &format!("; the bucket belongs into {}", path(bucket, "bucket"));
            }
            Some(given.found(rule, "SL105", &at).with_help(help))
        })
        .collect()
}

/// SL106: a public URL without a scheme.
pub(super) fn domain(given: &Given<'_>) -> Option<Diagnostic> {
    used(given)?;
    let at = path("public", "domain");
    let domain = given.text(&at);
    if domain.is_empty()
        || scheme(domain).is_some_and(|scheme| scheme == "http" || scheme == "https")
    {
        return None;
    }
    let rule = Diagnostic::error(format!("{at} must begin with https:// or http://"));
    let host = domain.split_once("://").map_or(domain, |(_, rest)| rest);
    Some(
        given
            .found(rule, "SL106", &at)
            .with_help(format!("write `https://{}`", host.trim_start_matches('/'))),
    )
}

/// SL107: https on the port of http, or the other way round.
pub(super) fn ssl_against_port(given: &Given<'_>) -> Vec<Diagnostic> {
    if used(given).is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for bucket in BUCKETS {
        let [ssl, port] = ["ssl", "port"].map(|key| path(bucket, key));
        let (word, usual) = match (given.value(&ssl).as_bool(), given.value(&port).as_u64()) {
            (Some(true), Some(80)) => ("true", 443),
            (Some(false), Some(443)) => ("false", 80),
            _ => continue,
        };
        let number = given.value(&port);
        let rule = Diagnostic::warning(format!("{ssl} is {word}, but {port} is {number}"));
        // At fault is what the user wrote; of two, the port.
        let (at, other) = if given.is_given(&port) {
            (&port, &ssl)
        } else {
            (&ssl, &port)
        };
        let mut rule = given.found(rule, "SL107", at);
        rule.labels.extend(given.label(other, "against this"));
        let opposite = word == "false";
        found.push(rule.with_help(format!("write {port}: {usual} or {ssl}: {opposite}")));
    }
    let [ssl, domain] = ["ssl", "domain"].map(|key| path("public", key));
    if given.is_true(&ssl) && scheme(given.text(&domain)).is_some_and(|scheme| scheme == "http") {
        let rule = Diagnostic::warning(format!("{ssl} is true, but {domain} is http"));
        let mut rule = given.found(rule, "SL107", &domain);
        rule.labels.extend(given.label(&ssl, "against this"));
        found.push(rule.with_help(
            "write https:// if browsers reach the bucket so: on an https page they refuse http",
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
            has_bucket: behind(host, bucket).is_some(),
        }
    }

    /// What does not belong there, and how bad that is; none if there is only a host.
    fn surplus(&self) -> Option<(Severity, String)> {
        let parts: Vec<&str> = [
            (self.has_scheme, "a scheme"),
            (self.port.is_some(), "a port"),
            (self.has_path, "a path"),
            (self.has_bucket, "the bucket at its beginning"),
        ]
        .into_iter()
        .filter_map(|(there, part)| there.then_some(part))
        .collect();
        // A host may happen to be called like its bucket.
        let severity = match parts.as_slice() {
            [] => return None,
            [_] if self.has_bucket => Severity::Warning,
            _ => Severity::Error,
        };
        Some((severity, parts.join(" and ")))
    }

    fn bare_host(&self, bucket: &str) -> &'a str {
        behind(self.host, bucket).unwrap_or(self.host)
    }
}

/// What follows `BUCKET.` in a host.
fn behind<'a>(host: &'a str, bucket: &str) -> Option<&'a str> {
    let rest = host.strip_prefix(bucket)?.strip_prefix('.')?;
    (!bucket.is_empty()).then_some(rest)
}

/// The scheme of a URL in small letters, if it has one.
fn scheme(url: &str) -> Option<String> {
    let (scheme, _) = url.split_once("://")?;
    Some(scheme.to_ascii_lowercase())
}

fn path(bucket: &str, key: &str) -> String {
    format!("integrations.s3.{bucket}.{key}")
}

/// Something if object storage of one's own is used: nothing of it has an effect otherwise.
fn used(given: &Given<'_>) -> Option<()> {
    (!given.is_built_in("s3")).then_some(())
}
