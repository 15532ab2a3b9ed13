//! What leads to the gateway from outside, as one YAML text: notes as comments, then objects to choose from.

use super::comment;
use crate::commands::quote;
use crate::diagnostics::visible_lines;
use crate::swanlab::entry::{Entry, UNKNOWN_CLASS};
use crate::yaml;

/// The notes, an Ingress, and a Gateway with its HTTPRoute.
pub fn yaml(notes: Option<&str>, entry: &Entry<'_>, out: &mut String) {
    if let Some(notes) = notes {
        comment(&visible_lines(notes.trim_end()), out);
        comment("", out);
    }
    comment(
        "What follows leads users there, in two ways: keep the one that your cluster has a controller for, and apply it. The\n\
         gateway trusts all X-Forwarded-* headers, so the controller has to set them, or remove what clients send.",
        out,
    );
    comment(&about_tls(entry), out);
    out.push_str("---\n");
    comment("1. An Ingress.", out);
    if entry.class.is_none() {
        comment(
            "It has the cluster's default class. `kubectl get ingressclass` lists all; --class names one.",
            out,
        );
    }
    yaml::write(&entry.ingress(), out);
    out.push_str("---\n");
    comment("2. The Gateway API: a Gateway and an HTTPRoute.", out);
    if entry.class.is_none() {
        comment(
            &format!(
                "`{UNKNOWN_CLASS}` is to be replaced: `kubectl get gatewayclass` lists the classes; --class names one."
            ),
            out,
        );
    }
    let [gateway, route] = entry.gateway();
    yaml::write(&gateway, out);
    out.push_str("---\n");
    yaml::write(&route, out);
}

fn about_tls(entry: &Entry<'_>) -> String {
    match entry.tls_secret {
        None => "Without TLS, passwords cross the network as plain text: --tls SECRET adds it."
            .to_owned(),
        Some(secret) => format!(
            "TLS ends at the controller, with the certificate in a Secret. From files:\n\n  \
             kubectl create secret tls -n {} {} --cert=tls.crt --key=tls.key",
            quote(entry.namespace),
            quote(secret)
        ),
    }
}
