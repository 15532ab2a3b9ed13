//! The rules of the API server's validation functions that types do not carry. Each is about one type of the API, so
//! that it holds in every kind that has the type: most are rows of tables (`Constraint`, `Union`), the others are
//! functions, by subject in the files. Sources: `pkg/apis/*/validation/validation.go` of Kubernetes 1.24 to 1.37.
//!
//! Values of a wrong type are skipped: [`structure`](super::structure) reports them.

mod autoscaling;
mod claims;
mod config;
mod constraints;
mod containers;
mod cron;
mod definitions;
mod jobs;
mod lists;
mod metadata;
mod networking;
mod node;
mod pods;
mod quotas;
mod rbac;
mod resources;
mod scheduling;
mod security;
mod services;
#[cfg(test)]
mod tests;
mod volumes;
mod workloads;

use serde_json::Value;

use super::part::Part;
use super::{Problem, Violation};
use crate::kubernetes::types::{Type, TypeId, Types, group_of};
use crate::kubernetes::{self, field};
use crate::yaml::{Path, Step, StepRef};
use node::Node;

/// What a rule finds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The code of the rule.
    pub code: &'static str,
    /// What is wrong, in one line. Names and numbers are repeated, other values are not.
    pub message: String,
    /// The condition under which the API server refuses it, if that depends on the cluster.
    pub condition: Option<&'static str>,
    /// Whether the field's key is wrong, not its value.
    pub is_about_key: bool,
    /// Whether it is only refused when the object is created, and accepted in an update.
    pub is_about_creation: bool,
}

/// The violations of rules by an object, in what is not the same as before, in the order of the object. Of kinds that a
/// version does not serve and of those that are not built in, only the metadata are checked; of fields that it does not
/// store, nothing.
pub(super) fn check(types: Types, object: Part<'_>) -> Vec<Violation> {
    let word = |key: &str| field(object.value, key).as_str().unwrap_or_default();
    let (api_version, kind) = (word("apiVersion"), word("kind"));
    let group = group_of(api_version);
    let stored = |object| kubernetes::stored(group, kind, object, types.minor);
    let (before, object) = (object.before.map(stored), stored(object.value));
    let object = object.as_ref();
    if !object.is_object() {
        return Vec::new();
    }
    let templates = |object| volumes::claim_templates(object, kind);
    let claim_templates = templates(object);
    // Nothing else outside of a part is looked at by its rules.
    let before = before
        .as_deref()
        .filter(|before| templates(before) == claim_templates);
    let part = Part::new(object, before);
    let id = types.kind(api_version, kind).ok();
    let mut walk = Walk {
        types,
        report: Report {
            minor: types.minor,
            group,
            kind,
            is_built_in: id.is_some(),
            claim_templates,
            path: Vec::new(),
            found: Vec::new(),
        },
    };
    let metadata = field(object, "metadata");
    match id {
        Some(id) if metadata.is_object() => walk.object(part, id),
        id => {
            walk.report.path.push(StepRef::Key("metadata"));
            metadata::metadata(&Node::root(metadata), &mut walk.report);
            walk.report.path.pop();
            if let Some(id) = id {
                walk.object(part, id);
            }
        }
    }
    walk.report.found
}

/// A walk through the objects in an object, with their types.
struct Walk<'v> {
    types: Types,
    report: Report<'v>,
}

impl<'v> Walk<'v> {
    fn object(&mut self, part: Part<'v>, id: TypeId) {
        constraints::check(part.value, id, self.types, &mut self.report);
        of_type(id.full_name(), &Node::root(part.value), &mut self.report);
        for (key, part) in part.entries() {
            // The API server ignores the status that an apply sends.
            let is_status = self.report.path.is_empty() && key == "status";
            if is_status || !holds_values(part.value) {
                continue;
            }
            let field = self.types.field(id, key);
            if let Some(field) = field.filter(|field| holds_objects(&field.value)) {
                self.below(StepRef::Key(key), part, &field.value);
            }
        }
    }

    fn below(&mut self, step: StepRef<'v>, part: Part<'v>, of: &Type) {
        self.report.path.push(step);
        match (of, part.value) {
            (Type::Object(id), Value::Object(_)) => self.object(part, *id),
            (Type::List(element), Value::Array(_)) => {
                for (place, item) in part.items() {
                    self.below(StepRef::Index(place), item, element);
                }
            }
            (Type::Map(element), Value::Object(_)) => {
                for (key, item) in part.entries() {
                    self.below(StepRef::Key(key), item, element);
                }
            }
            _ => {}
        }
        self.report.path.pop();
    }
}

/// Whether a value has others in it.
fn holds_values(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// Whether values of a type have types with fields in them.
fn holds_objects(of: &Type) -> bool {
    match of {
        Type::Object(_) => true,
        Type::List(element) | Type::Map(element) => holds_objects(element),
        _ => false,
    }
}

/// The rules for values of a type.
fn of_type(name: &str, at: &Node<'_>, report: &mut Report<'_>) {
    match name {
        "meta.v1.ObjectMeta" => metadata::metadata(at, report),
        "meta.v1.LabelSelector" => metadata::selector(at, report),
        "meta.v1.LabelSelectorRequirement" => metadata::requirement(at, report),
        "core.v1.PodSpec" => pods::spec(at, report),
        "core.v1.Pod" => pods::annotations(at, report),
        "core.v1.PodTemplateSpec" => pods::template(at, report),
        "core.v1.ProjectedVolumeSource" => volumes::projected(at, report),
        "core.v1.PodAffinityTerm" => scheduling::pod_term(at, report),
        "core.v1.Container" | "core.v1.EphemeralContainer" => containers::container(at, report),
        "core.v1.EnvVar" => containers::variable(at, report),
        "core.v1.ResourceRequirements" => resources::requirements(at, report),
        "core.v1.SecurityContext" => security::container(at, report),
        "core.v1.PodSecurityContext" => security::pod(at, report),
        "core.v1.SeccompProfile" | "core.v1.AppArmorProfile" => security::profile(at, report),
        "core.v1.Toleration" => scheduling::toleration(at, report),
        "core.v1.TopologySpreadConstraint" => scheduling::spread(at, report),
        "core.v1.NodeSelectorRequirement" => scheduling::requirement(at, report),
        "core.v1.PodDNSConfig" => pods::dns(at, report),
        "core.v1.HostPathVolumeSource" => volumes::host_path(at, report),
        "core.v1.EmptyDirVolumeSource" => volumes::empty_dir(at, report),
        "core.v1.ImageVolumeSource" => volumes::image(at, report),
        "core.v1.KeyToPath" | "core.v1.DownwardAPIVolumeFile" => volumes::file(at, report),
        "core.v1.ObjectFieldSelector" => volumes::field(at, report),
        "core.v1.Service" => services::service(at, report),
        "core.v1.EndpointSubset" => networking::subset(at, report),
        "core.v1.ResourceFieldSelector" => resources::selector(at, report),
        "core.v1.NFSVolumeSource" => volumes::nfs(at, report),
        "core.v1.ServiceAccountTokenProjection" => volumes::token(at, report),
        "node.v1.Overhead" => resources::overhead(at, report),
        "node.v1.Scheduling" => metadata::labels(&at.at(&["nodeSelector"]), report),
        "apiextensions.v1.JSONSchemaProps" => definitions::schema(at, report),
        "core.v1.ServiceSpec" => services::spec(at, report),
        "core.v1.ConfigMap" => config::config_map(at, report),
        "core.v1.Secret" => config::secret(at, report),
        "core.v1.PersistentVolumeClaimSpec" => claims::claim(at, report),
        "core.v1.PersistentVolumeSpec" => claims::volume(at, report),
        "core.v1.ResourceQuotaSpec" => quotas::quota(at, report),
        "core.v1.LimitRangeItem" => quotas::limit(at, report),
        "core.v1.ReplicationControllerSpec" => workloads::controller(at, report),
        "apps.v1.DeploymentSpec" => workloads::deployment(at, report),
        "apps.v1.StatefulSetSpec" => workloads::stateful_set(at, report),
        "apps.v1.DaemonSetSpec" => workloads::daemon_set(at, report),
        "apps.v1.ReplicaSetSpec" => workloads::replica_set(at, report),
        "batch.v1.Job" => jobs::job(at, report),
        "batch.v1.JobSpec" => jobs::spec(at, report),
        "batch.v1.PodFailurePolicyRule" => jobs::failure_rule(at, report),
        "batch.v1.CronJobSpec" => jobs::cron_job(at, report),
        "networking.v1.Ingress" => networking::ingress(at, report),
        "networking.v1.IngressSpec" => networking::ingress_spec(at, report),
        "networking.v1.IngressRule" => networking::rule(at, report),
        "networking.v1.IngressTLS" => networking::tls(at, report),
        "networking.v1.HTTPIngressPath" => networking::path(at, report),
        "networking.v1.IngressServiceBackend" => networking::backend(at, report),
        "networking.v1.IngressClassSpec" => networking::class(at, report),
        "networking.v1.NetworkPolicySpec" => networking::policy(at, report),
        "networking.v1.NetworkPolicyPort" => networking::policy_port(at, report),
        "networking.v1.NetworkPolicyPeer" => networking::peer(at, report),
        "networking.v1.IPBlock" => networking::block(at, report),
        "discovery.v1.EndpointSlice" => networking::slice(at, report),
        "autoscaling.v1.HorizontalPodAutoscalerSpec" => autoscaling::replicas(at, report),
        "autoscaling.v2.HorizontalPodAutoscalerSpec" => autoscaling::spec(at, report),
        "autoscaling.v2.MetricSpec" => autoscaling::metric(at, report),
        "autoscaling.v2.MetricTarget" => autoscaling::target(at, report),
        "rbac.v1.Role" => rbac::role(at, false, report),
        "rbac.v1.ClusterRole" => rbac::role(at, true, report),
        "rbac.v1.RoleBinding" | "rbac.v1.ClusterRoleBinding" => rbac::binding(at, report),
        "scheduling.v1.PriorityClass" => quotas::priority_class(at, report),
        "storage.v1.StorageClass" => claims::class(at, report),
        "apiextensions.v1.CustomResourceDefinition" => definitions::definition(at, report),
        "admissionregistration.v1.MutatingWebhook"
        | "admissionregistration.v1.ValidatingWebhook" => definitions::webhook(at, report),
        "apiregistration.v1.APIService" => definitions::api_service(at, report),
        _ => {}
    }
}

/// What a rule needs to know besides the value, and where it writes what it finds.
struct Report<'v> {
    minor: u8,
    group: &'v str,
    kind: &'v str,
    /// Whether Kubernetes itself has the kind.
    is_built_in: bool,
    /// The templates of the claims of a StatefulSet, else null.
    claim_templates: &'v Value,
    /// The path of the value.
    path: Vec<StepRef<'v>>,
    found: Vec<Violation>,
}

impl Report<'_> {
    /// The API server refuses a value.
    fn refuse(&mut self, at: &Node<'_>, code: &'static str, message: impl Into<String>) {
        self.add(at, code, message.into(), None);
    }

    /// The API server refuses a value if a condition holds.
    fn refuse_if(
        &mut self,
        at: &Node<'_>,
        code: &'static str,
        condition: &'static str,
        message: impl Into<String>,
    ) {
        self.add(at, code, message.into(), Some(condition));
    }

    /// The API server refuses to create an object with a value, and accepts it in an update.
    fn refuse_new(&mut self, at: &Node<'_>, code: &'static str, message: impl Into<String>) {
        self.add(at, code, message.into(), None);
        if let Some(Violation {
            problem: Problem::Rule(refusal),
            ..
        }) = self.found.last_mut()
        {
            refusal.is_about_creation = true;
        }
    }

    fn add(
        &mut self,
        at: &Node<'_>,
        code: &'static str,
        message: String,
        condition: Option<&'static str>,
    ) {
        let mut path: Vec<Step> = self.path.iter().copied().map(Step::from).collect();
        at.extend(&mut path);
        self.found.push(Violation {
            path: Path(path),
            problem: Problem::Rule(Refusal {
                code,
                message,
                condition,
                is_about_key: at.is_key(),
                is_about_creation: false,
            }),
        });
    }

    /// Whether the object is of a kind.
    fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }
}
