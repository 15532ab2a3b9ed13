//! The object that the API server would store: the manifest, with what an update leaves behind of the old object, and
//! without what the API server removes before it validates. Sources: `CreateThreeWayMergePatch` (an apply removes only
//! what an earlier apply has set, so defaults stay), `dropTypeDependentFields` in `pkg/registry/core/service`.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::diff::object::Object;
use crate::kubernetes::{field, items};

/// The object as stored after it was created, or after it replaced `old`.
pub(super) fn of<'o>(old: Option<&Object<'o>>, new: &Object<'o>) -> Cow<'o, Value> {
    let object = &new.manifest.object;
    let Some(old) = old else {
        return Cow::Borrowed(object);
    };
    match (new.group, new.kind) {
        ("", "Service") if old.service_type() != new.service_type() => {
            Cow::Owned(without_old_type(old, new))
        }
        ("", "ReplicationController") => selector_of_labels(old, new),
        ("apps", "StatefulSet") if keeps_rolling_update(old, new) => {
            let mut object = object.clone();
            object["spec"]["updateStrategy"]["rollingUpdate"] = json!({"partition": 0});
            Cow::Owned(object)
        }
        _ => Cow::Borrowed(object),
    }
}

/// Whether the default of the strategy RollingUpdate stays in the block of a StatefulSet whose strategy becomes OnDelete:
/// no apply has set it, so none removes it.
fn keeps_rolling_update(old: &Object<'_>, new: &Object<'_>) -> bool {
    let [was, is] = [old, new].map(|side| side.at(&["spec", "updateStrategy"]));
    field(is, "type") == "OnDelete"
        && is.get("rollingUpdate").is_none()
        && field(was, "type") != "OnDelete"
        && field(was, "rollingUpdate").is_null()
}

/// A Service without the fields that only its old type has, if the manifest does not change them.
fn without_old_type(old: &Object<'_>, new: &Object<'_>) -> Value {
    let mut object = new.manifest.object.clone();
    let on_nodes = |kind: &str| matches!(kind, "NodePort" | "LoadBalancer");
    let (was, is) = (old.service_type(), new.service_type());
    let ports = |side: &Object<'_>| -> Vec<Value> {
        let ports = items(side.at(&["spec", "ports"]));
        ports.map(|port| field(port, "nodePort").clone()).collect()
    };
    let unknown = ports(old).iter().any(Value::is_null);
    // Ports that the cluster has allocated are judged with the old object: see services::kept_node_ports.
    if on_nodes(was) && !on_nodes(is) && (ports(old) == ports(new) || unknown) {
        let list = object["spec"]["ports"].as_array_mut();
        for port in list.into_iter().flatten().filter_map(Value::as_object_mut) {
            port.shift_remove("nodePort");
        }
    }
    let of_balancers = [
        "allocateLoadBalancerNodePorts",
        "healthCheckNodePort",
        "loadBalancerClass",
    ];
    let outside = (on_nodes(was) && !on_nodes(is)).then_some("externalTrafficPolicy");
    let balancers = of_balancers.into_iter().filter(|_| was == "LoadBalancer");
    let addresses = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"];
    let addresses = addresses.into_iter().filter(|_| is == "ExternalName");
    for field in outside.into_iter().chain(balancers).chain(addresses) {
        if old.at(&["spec", field]) == new.at(&["spec", field])
            && let Some(spec) = object["spec"].as_object_mut()
        {
            spec.shift_remove(field);
        }
    }
    object
}

/// A ReplicationController without a selector has that of the labels that its pods had when it was created.
fn selector_of_labels<'o>(old: &Object<'o>, new: &Object<'o>) -> Cow<'o, Value> {
    let selector = |side: &Object<'_>| !side.at(&["spec", "selector"]).is_null();
    if selector(old) || selector(new) {
        return Cow::Borrowed(&new.manifest.object);
    }
    let mut object = new.manifest.object.clone();
    let labels = old.at(&["spec", "template", "metadata", "labels"]).clone();
    object["spec"]["selector"] = labels;
    Cow::Owned(object)
}
