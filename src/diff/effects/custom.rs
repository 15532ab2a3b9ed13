//! Custom resources that are known to hold no data: their controllers turn them into configuration of running
//! programs, and deleting them takes no volume along.

use crate::diff::subject::Subject;

/// A group, and the kinds of it that are meant; none for all.
const HARMLESS: [(&str, &[&str]); 9] = [
    // Routes, middlewares and TLS options of Traefik.
    ("traefik.io", &[]),
    ("traefik.containo.us", &[]),
    // Routes and listeners of a gateway.
    ("gateway.networking.k8s.io", &[]),
    ("networking.istio.io", &[]),
    ("security.istio.io", &[]),
    ("projectcontour.io", &[]),
    ("route.openshift.io", &[]),
    (
        "cilium.io",
        &["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"],
    ),
    // What to watch, and when to warn. The kinds that run Prometheus itself have volumes.
    (
        "monitoring.coreos.com",
        &[
            "AlertmanagerConfig",
            "PodMonitor",
            "Probe",
            "PrometheusRule",
            "ScrapeConfig",
            "ServiceMonitor",
        ],
    ),
];

/// Whether nothing is lost with an object but its own fields.
pub(super) fn holds_no_data(object: &Subject<'_>) -> bool {
    HARMLESS.iter().any(|(group, kinds)| {
        *group == object.group && (kinds.is_empty() || kinds.contains(&object.kind))
    })
}
