//! What one pod reserves and may use at most, as the scheduler counts it: its containers together, or the largest
//! container of its start if that needs more, and the overhead of its runtime class.
//!
//! Source: "Resource sharing within containers" in Kubernetes' documentation of init containers and sidecars;
//! `PodRequests` and `PodLimits` in `k8s.io/component-helpers/resource/helpers.go`.

use serde_json::Value;

use super::{Amounts, add};
use crate::kubernetes::{Quantity, at, field, items};

/// The amounts of a resource (`cpu`, `memory`) in the `spec` of a pod.
pub(super) fn amounts(spec: &Value, resource: &str) -> Amounts {
    let of_pod = own(spec, resource);
    let of_containers = Amounts {
        requests: together(spec, |container| own(container, resource).requests),
        limits: together(spec, |container| own(container, resource).limits),
    };
    let overhead = Quantity::of(at(spec, &["overhead", resource]));
    let with_overhead =
        |amount: Option<Quantity>| amount.and_then(|amount| add(Some(amount), overhead));
    Amounts {
        requests: add(of_pod.requests.or(of_containers.requests), overhead),
        limits: with_overhead(of_pod.limits.or(of_containers.limits)),
    }
}

/// What `resources` of a container or a pod say. A limit without a request is the request too.
fn own(of: &Value, resource: &str) -> Amounts {
    let resources = field(of, "resources");
    let limits = Quantity::of(at(resources, &["limits", resource]));
    Amounts {
        requests: Quantity::of(at(resources, &["requests", resource])).or(limits),
        limits,
    }
}

/// The most that containers need at one time. Init containers run one after the other, each beside the sidecars
/// (init containers with `restartPolicy: Always`) before it.
fn together(spec: &Value, amount: impl Fn(&Value) -> Option<Quantity>) -> Option<Quantity> {
    let list = |key: &str| items(field(spec, key));
    let running = list("containers").map(&amount).fold(None, add);
    let mut sidecars = None;
    let mut starting = None;
    for container in list("initContainers") {
        let own = amount(container);
        if container["restartPolicy"] == "Always" {
            sidecars = add(sidecars, own);
            starting = starting.max(sidecars);
        } else {
            starting = starting.max(add(sidecars, own));
        }
    }
    add(running, sidecars).max(starting)
}
