//! Services: what clients lose by a change, and which changes are refused. The pods that they select are in
//! `selections`. Sources: ValidateServiceUpdate in `pkg/apis/core/validation`, patchAllocatedValues in
//! `pkg/registry/core/service/storage`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::fields::{Decision, Field};
use super::notice::Notice;
use super::selections::Selection;
use crate::diff::Effect;
use crate::diff::object::Object;
use crate::kubernetes::{field, items};

/// Whether the API server accepts a change of a Service, for fields that depend on others. `decision` is that of the
/// table.
pub(super) fn decide(
    field: &Field<'_>,
    decision: Decision,
    old: &Object<'_>,
    new: &Object<'_>,
) -> Decision {
    // An ExternalName has none of these fields: they can change with the type.
    if [old, new]
        .iter()
        .any(|side| side.service_type() == "ExternalName")
    {
        return Decision::Accepted;
    }
    if field.keys.starts_with(&["spec", "loadBalancerClass"]) {
        return class(old, new, decision);
    }
    let headless = |side: &Object<'_>| side.at(&["spec", "clusterIP"]) == "None";
    // A Service that was not headless has an address, even if its manifest does not name it.
    if field.keys.starts_with(&["spec", "clusterIP"]) && headless(new) && !headless(old) {
        return Decision::Refused;
    }
    decision
}

/// Whether the class of a load balancer can change (ValidateServiceUpdate, ValidateService, dropTypeDependentFields):
/// only Services of this type have one, and it is immutable.
fn class(old: &Object<'_>, new: &Object<'_>, decision: Decision) -> Decision {
    let [was, is] = [old, new].map(|side| side.at(&["spec", "loadBalancerClass"]));
    match (old.service_type(), new.service_type()) {
        ("LoadBalancer", "LoadBalancer") if was.is_null() => decision,
        ("LoadBalancer", "LoadBalancer") => Decision::Refused,
        (_, "LoadBalancer") => Decision::Accepted,
        ("LoadBalancer", _) if was == is => Decision::Accepted,
        _ if is.is_null() => Decision::Accepted,
        _ => Decision::Refused,
    }
}

/// The fields of the spec of a Service whose changes are an outage for clients.
#[derive(Clone, Debug, Default)]
pub(super) struct Losses(Vec<&'static str>);

impl Losses {
    /// The fields of a Service; none for objects of other kinds.
    pub(super) fn of(old: &Object<'_>, new: &Object<'_>, selection: Selection) -> Self {
        if !new.is("", "Service") {
            return Self::default();
        }
        let losses = [
            ("type", releases_address(old, new)),
            ("externalName", changes_host(old, new)),
            ("ports", !lost_ports(old, new).is_empty()),
            (
                "selector",
                matches!(selection, Selection::Lost | Selection::Later),
            ),
        ];
        let fields = losses.into_iter().filter(|(_, lost)| *lost);
        Self(fields.map(|(field, _)| field).collect())
    }

    /// The effect of an accepted change.
    pub(super) fn effect(&self, field: &Field<'_>) -> Effect {
        match field.keys.as_slice() {
            ["spec", field, ..] if self.0.contains(field) => Effect::Outage,
            _ => Effect::InPlace,
        }
    }
}

fn changes_host(old: &Object<'_>, new: &Object<'_>) -> bool {
    let [was, is] = [old, new].map(|side| side.at(&["spec", "externalName"]));
    [old, new]
        .iter()
        .all(|side| side.service_type() == "ExternalName")
        && was != is
}

fn releases_address(old: &Object<'_>, new: &Object<'_>) -> bool {
    let (was, is) = (old.service_type(), new.service_type());
    was != is && (was == "LoadBalancer" || is == "ExternalName")
}

/// The ports that the old Service has and the new one has not.
fn lost_ports(old: &Object<'_>, new: &Object<'_>) -> Vec<String> {
    let ports = |side: &Object<'_>| -> BTreeSet<(u64, String)> {
        let ports = items(side.at(&["spec", "ports"]));
        ports
            .filter_map(|port| Some((field(port, "port").as_u64()?, protocol(port).to_owned())))
            .collect()
    };
    let (old, new) = (ports(old), ports(new));
    old.difference(&new)
        .map(|(port, protocol)| format!("{port}/{protocol}"))
        .collect()
}

fn protocol(port: &Value) -> &str {
    let protocol = field(port, "protocol").as_str();
    protocol.filter(|text| !text.is_empty()).unwrap_or("TCP")
}

/// What an operator should know about a changed Service.
pub(super) fn notices(old: &Object<'_>, new: &Object<'_>) -> Vec<Notice> {
    let mut notices = Vec::new();
    let (was, is) = (old.service_type(), new.service_type());
    let outage = |message: String, field: &str| {
        Notice::new(Effect::Outage, new, message).about(&["spec", field])
    };
    if releases_address(old, new) {
        let message = match was {
            "LoadBalancer" => format!(
                "it becomes a {is}: its load balancer is released, and the address that clients use"
            ),
            _ => "it becomes an ExternalName: its address in the cluster is released".to_owned(),
        };
        notices.push(outage(message, "type"));
    } else if was == "NodePort" && is == "ClusterIP" {
        let message = "its ports on the nodes are released".to_owned();
        notices.push(outage(message, "type").when("clients use the ports on the nodes"));
    }
    if changes_host(old, new) {
        notices.push(outage(
            "its clients are sent to another host".to_owned(),
            "externalName",
        ));
    }
    let lost = lost_ports(old, new);
    if !lost.is_empty() && is != "ExternalName" {
        notices.push(outage(
            format!("it no longer serves port {}", lost.join(", ")),
            "ports",
        ));
    }
    notices
}

/// The notice that a Service becomes a ClusterIP and its manifest keeps ports of the nodes. The API server removes them
/// if it knows them from the old object ([`stored`](super::stored)), and refuses them at the next apply.
pub(super) fn kept_node_ports(old: &Object<'_>, new: &Object<'_>) -> Option<Notice> {
    let ports = |side: &Object<'_>| -> BTreeSet<u64> {
        let ports = items(side.at(&["spec", "ports"]));
        ports
            .filter_map(|port| field(port, "nodePort").as_u64().filter(|port| *port > 0))
            .collect()
    };
    let is = ports(new);
    let had_some = matches!(old.service_type(), "NodePort" | "LoadBalancer");
    if !new.is("", "Service") || new.service_type() != "ClusterIP" || is.is_empty() || !had_some {
        return None;
    }
    let was = ports(old);
    let condition = if was == is {
        "it is applied a second time"
    } else if was.len() < items(old.at(&["spec", "ports"])).count() {
        "it is not the port that the cluster has allocated"
    } else {
        return None;
    };
    let message = "nodePort may not be set on a ClusterIP: remove it, or set type to NodePort";
    let notice = Notice::new(Effect::Rejected, new, message).about(&["spec", "ports"]);
    Some(notice.grouped().when(condition))
}
