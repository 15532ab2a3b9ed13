//! Services: what their clients lose, and what of them cannot change. Which pods they select is not decided here.
//! Source: `pkg/apis/core/validation` ValidateServiceUpdate, `pkg/registry/core/service/storage` patchAllocatedValues.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::fields::{Decision, Field};
use super::notice::Notice;
use super::selections::Selection;
use crate::diff::Effect;
use crate::diff::object::{Object, items};

/// What the API server says to a changed field, where the table alone cannot tell.
pub(super) fn answer(
    field: &Field<'_>,
    verdict: Decision,
    old: &Object<'_>,
    new: &Object<'_>,
) -> Decision {
    // To and from an ExternalName, which has no address, all of these may change.
    if [old, new]
        .iter()
        .any(|side| side.service_type() == "ExternalName")
    {
        return Decision::Accepted;
    }
    if field.keys.starts_with(&["spec", "loadBalancerClass"]) {
        return class(old, new, verdict);
    }
    let headless = |side: &Object<'_>| side.at(&["spec", "clusterIP"]) == "None";
    // A Service that was no headless one has an address, written or not.
    if field.keys.starts_with(&["spec", "clusterIP"]) && headless(new) && !headless(old) {
        return Decision::Refused;
    }
    verdict
}

/// The class of load balancers (ValidateServiceUpdate, ValidateService, dropTypeDependentFields): only Services of that
/// type have one, and it is theirs for good.
fn class(old: &Object<'_>, new: &Object<'_>, verdict: Decision) -> Decision {
    let [was, is] = [old, new].map(|side| side.at(&["spec", "loadBalancerClass"]));
    match (old.service_type(), new.service_type()) {
        ("LoadBalancer", "LoadBalancer") if was.is_null() => verdict,
        ("LoadBalancer", "LoadBalancer") => Decision::Refused,
        (_, "LoadBalancer") => Decision::Accepted,
        ("LoadBalancer", _) if was == is => Decision::Accepted,
        _ if is.is_null() => Decision::Accepted,
        _ => Decision::Refused,
    }
}

/// The fields of a Service's spec whose change takes something away from clients.
#[derive(Clone, Debug, Default)]
pub(super) struct Losses(Vec<&'static str>);

impl Losses {
    /// None for objects of other kinds.
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

    /// The effect of a changed field that may change.
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

/// Ports that clients could use and that are gone.
fn lost_ports(old: &Object<'_>, new: &Object<'_>) -> Vec<String> {
    let ports = |side: &Object<'_>| -> BTreeSet<(u64, String)> {
        let ports = items(side.at(&["spec", "ports"]));
        ports
            .filter_map(|port| Some((port["port"].as_u64()?, protocol(port).to_owned())))
            .collect()
    };
    let (old, new) = (ports(old), ports(new));
    old.difference(&new)
        .map(|(port, protocol)| format!("{port}/{protocol}"))
        .collect()
}

fn protocol(port: &Value) -> &str {
    port["protocol"].as_str().unwrap_or("TCP")
}

/// What an operator should know about a changed Service.
pub(super) fn notices(old: &Object<'_>, new: &Object<'_>) -> Vec<Notice> {
    let mut notices = Vec::new();
    let (was, is) = (old.service_type(), new.service_type());
    let outage =
        |what: String, field: &str| Notice::new(Effect::Outage, new, what).about(&["spec", field]);
    if releases_address(old, new) {
        let what = match was {
            "LoadBalancer" => format!(
                "it becomes a {is}: its load balancer is released, with the address that clients use"
            ),
            _ => "it becomes an ExternalName: its address in the cluster is released".to_owned(),
        };
        notices.push(outage(what, "type"));
    } else if was == "NodePort" && is == "ClusterIP" {
        let what = "its ports on the nodes are released".to_owned();
        notices.push(outage(what, "type").when("clients come in through the nodes"));
    }
    if changes_host(old, new) {
        notices.push(outage(
            "its clients are led to another host".to_owned(),
            "externalName",
        ));
    }
    let lost = lost_ports(old, new);
    if !lost.is_empty() && is != "ExternalName" {
        notices.push(outage(
            format!("it does not serve port {} any more", lost.join(", ")),
            "ports",
        ));
    }
    notices
}

/// Why the API server refuses a Service: the field, the reason, and what it depends on.
pub(super) fn invalid(
    new: &Object<'_>,
    old: Option<&Object<'_>>,
) -> Vec<(&'static str, String, Option<&'static str>)> {
    let ports: Vec<&Value> = items(new.at(&["spec", "ports"])).collect();
    let mut wrong = Vec::new();
    let (mut numbers, mut names) = (HashSet::new(), HashSet::new());
    for port in &ports {
        let name = port["name"].as_str().unwrap_or_default();
        if port["port"].is_u64() && !numbers.insert((port["port"].as_u64(), protocol(port))) {
            let what = format!("duplicate port {}: remove one", port["port"]);
            wrong.push(("ports", what, None));
        }
        if name.is_empty() && ports.len() > 1 {
            wrong.push((
                "ports",
                "of several ports each needs a name".to_owned(),
                None,
            ));
        } else if !name.is_empty() && !names.insert(name) {
            let what = format!("duplicate port name {name}: rename one");
            wrong.push(("ports", what, None));
        }
    }
    wrong.dedup();
    let condition = match node_ports(new, old) {
        Decision::Accepted => return wrong,
        Decision::Refused => None,
        Decision::RefusedIf(condition) => Some(condition),
    };
    let what = "nodePort may not be set on a ClusterIP: remove it, or set type to NodePort";
    wrong.push(("ports", what.to_owned(), condition));
    wrong
}

/// What the API server says to ports on the nodes of a ClusterIP. Where the type changes and the ports do not, it takes
/// them away itself (`pkg/registry/core/service`, dropTypeDependentFields).
fn node_ports(new: &Object<'_>, old: Option<&Object<'_>>) -> Decision {
    let ports = |side: &Object<'_>| -> BTreeSet<u64> {
        let ports = items(side.at(&["spec", "ports"]));
        ports
            .filter_map(|port| port["nodePort"].as_u64().filter(|port| *port > 0))
            .collect()
    };
    let is = ports(new);
    if new.service_type() != "ClusterIP" || is.is_empty() {
        return Decision::Accepted;
    }
    let Some(old) = old.filter(|old| matches!(old.service_type(), "NodePort" | "LoadBalancer"))
    else {
        return Decision::Refused;
    };
    let was = ports(old);
    if was == is {
        Decision::RefusedIf("it is applied a second time")
    } else if was.len() < items(old.at(&["spec", "ports"])).count() {
        Decision::RefusedIf("it is not the port that the cluster has given the Service")
    } else {
        Decision::Refused
    }
}
