//! Situations of objects that the API server refuses although they fit their types, and of some that it accepts. The
//! messages of Kubernetes 1.35 for them were compared with a real API server.

use serde_json::{Value, json};

use super::super::{Problem, check};
use crate::kubernetes::types::Types;

/// `code path: message` of every finding.
fn found(minor: u64, object: &Value) -> Vec<String> {
    let found = check(Types::of(1, minor), object);
    let lines = found.iter().map(|one| {
        let (code, message) = (one.problem.code(), one.problem.message());
        format!("{code} {}: {message}", one.path)
    });
    lines.collect()
}

/// The codes of all findings.
fn codes(object: &Value) -> Vec<&'static str> {
    let found = check(Types::of(1, 35), object);
    found.iter().map(|one| one.problem.code()).collect()
}

fn object(api_version: &str, kind: &str, spec: Value) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, "spec": spec})
}

/// A Deployment whose container has more fields.
fn with_container(fields: &Value) -> Value {
    let mut container = json!({"name": "c", "image": "i:1"});
    merge(&mut container, fields);
    with_pod(&json!({"containers": [container]}))
}

/// A Deployment whose pods have more fields.
fn with_pod(fields: &Value) -> Value {
    let mut pod = json!({"containers": [{"name": "c", "image": "i:1"}]});
    merge(&mut pod, fields);
    let labels = json!({"app": "a"});
    object(
        "apps/v1",
        "Deployment",
        json!({
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        }),
    )
}

fn job(fields: &Value) -> Value {
    let mut spec = json!({"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i:1"}]}}});
    merge(&mut spec, fields);
    object("batch/v1", "Job", spec)
}

fn merge(into: &mut Value, fields: &Value) {
    for (key, value) in fields.as_object().unwrap() {
        into[key] = value.clone();
    }
}

const SPEC: &str = "spec.template.spec";

#[test]
fn what_is_valid_passes() {
    for good in [
        with_pod(&json!({})),
        with_pod(&json!({"dnsPolicy": "None", "dnsConfig": {"nameservers": ["1.1.1.1"]}})),
        with_container(
            &json!({"ports": [{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}]}),
        ),
        with_container(&json!({"resources": {"limits": {"cpu": "1", "nvidia.com/gpu": 1}}})),
        with_container(
            &json!({"resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "1000m"}}}),
        ),
        with_container(
            &json!({"env": [{"name": "A", "value": "", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]}),
        ),
        job(&json!({})),
        job(&json!({"completionMode": "Indexed", "completions": 2, "backoffLimitPerIndex": 1})),
        object("v1", "Service", json!({"ports": [{"port": 80}]})),
        object("v1", "Service", json!({"clusterIP": "None"})),
        object(
            "v1",
            "Service",
            json!({"type": "ExternalName", "externalName": "a.b."}),
        ),
        object(
            "policy/v1",
            "PodDisruptionBudget",
            json!({"minAvailable": "50%"}),
        ),
    ] {
        assert_eq!(found(35, &good), [""; 0], "{good}");
    }
}

#[test]
fn a_probe_has_one_handler_and_positive_numbers() {
    let probe = |probe: Value| with_container(&json!({"livenessProbe": probe}));
    let at = format!("{SPEC}.containers[0].livenessProbe");
    assert_eq!(
        found(
            35,
            &probe(json!({"httpGet": {"port": 80}, "successThreshold": 2}))
        ),
        [format!(
            "SV012 {at}.successThreshold: successThreshold of a livenessProbe has to be 1"
        )]
    );
    assert_eq!(
        found(
            35,
            &probe(json!({"httpGet": {"port": 80}, "tcpSocket": {"port": 80}}))
        ),
        [format!(
            "SA028 {at}: only one of httpGet and tcpSocket may be set"
        )]
    );
    assert_eq!(
        found(35, &probe(json!({"periodSeconds": 5}))),
        [format!(
            "SA028 {at}: one of exec, grpc, httpGet or tcpSocket has to be set"
        )]
    );
    assert_eq!(
        found(
            35,
            &probe(json!({"tcpSocket": {"port": 0}, "timeoutSeconds": -1}))
        ),
        [
            format!("SA021 {at}.timeoutSeconds: -1 is less than 0"),
            format!("SA027 {at}.tcpSocket.port: 0 is not between 1 and 65535"),
        ]
    );
}

#[test]
fn a_request_fits_its_limit() {
    let resources = |resources: Value| with_container(&json!({"resources": resources}));
    let at = format!("{SPEC}.containers[0].resources");
    assert_eq!(
        found(
            35,
            &resources(json!({"limits": {"cpu": "500m"}, "requests": {"cpu": 1}}))
        ),
        [format!(
            "SV015 {at}.requests.cpu: the request 1 is more than the limit 500m"
        )]
    );
    for (bad, path) in [
        (
            json!({"requests": {"nvidia.com/gpu": 1}}),
            "requests[\"nvidia.com/gpu\"]",
        ),
        (
            json!({"limits": {"nvidia.com/gpu": "500m"}}),
            "limits[\"nvidia.com/gpu\"]",
        ),
        (json!({"limits": {"gpu": 1}}), "limits.gpu"),
        (json!({"limits": {"cpu": "-1"}}), "limits.cpu"),
        (json!({"limits": {"hugepages-2Mi": "2Mi"}}), ""),
    ] {
        let lines = found(35, &resources(bad.clone()));
        assert_eq!(lines.len(), 1, "{bad} {lines:?}");
        assert!(
            lines[0].starts_with("SV015 ") && lines[0].contains(path),
            "{lines:?}"
        );
    }
}

#[test]
fn pods_of_a_workload_are_restarted_as_the_kind_demands() {
    assert_eq!(
        codes(&with_pod(&json!({"restartPolicy": "Never"}))),
        ["SV052"]
    );
    assert_eq!(
        codes(&with_pod(&json!({"activeDeadlineSeconds": 5}))),
        ["SV052"]
    );
    let always = json!({"template": {"spec": {"restartPolicy": "Always", "containers": [{"name": "c", "image": "i"}]}}});
    assert_eq!(codes(&job(&always)), ["SV052"]);
    let cron_job = object(
        "batch/v1",
        "CronJob",
        json!({"schedule": "nonsense", "jobTemplate": {"spec": always}}),
    );
    assert_eq!(codes(&cron_job), ["SV061", "SV052"]);
}

#[test]
fn mounts_need_a_volume_and_a_place_of_their_own() {
    let mount = |fields: Value| {
        let mut mount = json!({"name": "v", "mountPath": "/v"});
        merge(&mut mount, &fields);
        let container = json!({"name": "c", "image": "i", "volumeMounts": [mount]});
        with_pod(&json!({"containers": [container], "volumes": [{"name": "v", "emptyDir": {}}]}))
    };
    assert_eq!(codes(&mount(json!({}))), [""; 0]);
    assert_eq!(codes(&mount(json!({"name": "w"}))), ["SR012"]);
    assert_eq!(codes(&mount(json!({"subPath": "../a"}))), ["SV014"]);
    assert_eq!(codes(&mount(json!({"subPath": "/a"}))), ["SV014"]);
    assert_eq!(
        codes(&mount(json!({"mountPropagation": "Bidirectional"}))),
        ["SV014"]
    );
    let two = json!({"name": "v", "emptyDir": {}, "configMap": {"name": "m"}});
    assert_eq!(codes(&with_pod(&json!({"volumes": [two]}))), ["SA028"]);
}

#[test]
fn a_container_restarts_by_itself_since_1_35() {
    let pod = with_container(&json!({"restartPolicy": "Never"}));
    assert_eq!(found(34, &pod).len(), 1);
    assert_eq!(found(35, &pod), [""; 0]);
}

#[test]
fn variables_had_stricter_names_before_1_32() {
    let pod = with_container(&json!({"env": [{"name": "1 a"}]}));
    assert_eq!(found(31, &pod).len(), 1);
    assert_eq!(found(32, &pod), [""; 0]);
}

#[test]
fn an_autoscaler_has_at_least_one_pod_until_1_37() {
    let metric = json!({"type": "External", "external": {"metric": {"name": "q"}, "target": {"type": "Value", "value": "1"}}});
    let scaler = object(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        json!({"minReplicas": 0, "maxReplicas": 2, "metrics": [metric],
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}}),
    );
    assert_eq!(codes(&scaler), ["SV070"]);
    assert_eq!(found(37, &scaler), [""; 0]);
}

#[test]
fn a_service_has_what_its_type_allows() {
    let service = |fields: Value| {
        let mut spec = json!({"ports": [{"port": 80}]});
        merge(&mut spec, &fields);
        object("v1", "Service", spec)
    };
    for (fields, code) in [
        (json!({"ports": []}), "SV020"),
        (json!({"externalTrafficPolicy": "Local"}), "SV020"),
        (json!({"loadBalancerClass": "a.b/c"}), "SV020"),
        (json!({"type": "NodePort", "clusterIP": "None"}), "SV020"),
        (json!({"type": "ExternalName"}), "SV020"),
        (json!({"ipFamilyPolicy": "RequireDualStack"}), "SV020"),
        (json!({"ports": [{"port": 80, "nodePort": 30000}]}), "SV020"),
        (
            json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]}),
            "SV021",
        ),
        (json!({"ports": [{"port": 80}, {"port": 81}]}), "SR027"),
        (json!({"externalIPs": ["127.0.0.1"]}), "SA027"),
    ] {
        let found = codes(&service(fields.clone()));
        assert!(
            !found.is_empty() && found.iter().all(|one| *one == code),
            "{fields} {found:?}"
        );
    }
}

#[test]
fn a_secret_has_the_keys_of_its_type() {
    let secret = |kind: &str, data: Value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "type": kind, "data": data});
    let json = "kubernetes.io/dockerconfigjson";
    assert_eq!(
        codes(&secret(json, json!({".dockerconfigjson": "e30="}))),
        [""; 0]
    );
    assert_eq!(
        codes(&secret(json, json!({".dockerconfigjson": "bm90anNvbg=="}))),
        ["SV031"]
    );
    assert_eq!(codes(&secret(json, json!({}))), ["SV031"]);
    assert_eq!(
        codes(&secret("kubernetes.io/tls", json!({"tls.crt": ""}))),
        ["SV031"]
    );
    assert_eq!(
        codes(&secret("kubernetes.io/basic-auth", json!({"password": ""}))),
        [""; 0]
    );
    assert_eq!(codes(&secret("Opaque", json!({"a b": ""}))), ["SR030"]);
}

#[test]
fn an_ingress_leads_somewhere() {
    let ingress = |path: &str, kind: &str, backend: Value| {
        let paths = json!([{"path": path, "pathType": kind, "backend": backend}]);
        object(
            "networking.k8s.io/v1",
            "Ingress",
            json!({"rules": [{"http": {"paths": paths}}]}),
        )
    };
    let service = json!({"service": {"name": "v", "port": {"number": 80}}});
    assert_eq!(codes(&ingress("/", "Prefix", service.clone())), [""; 0]);
    assert_eq!(codes(&ingress("x", "Prefix", service.clone())), ["SV022"]);
    assert_eq!(
        codes(&ingress("/a//b", "Exact", service.clone())),
        ["SV022"]
    );
    let mut both = service.clone();
    both["resource"] = json!({"kind": "A", "name": "b"});
    assert_eq!(codes(&ingress("/", "Prefix", both)), ["SA028"]);
    let port = json!({"service": {"name": "v", "port": {"number": 80, "name": "http"}}});
    assert_eq!(codes(&ingress("/", "Prefix", port)), ["SA028"]);
    assert_eq!(
        codes(&object("networking.k8s.io/v1", "Ingress", json!({}))),
        ["SV022"]
    );
}

#[test]
fn a_role_names_verbs_and_resources() {
    let role = |kind: &str, rule: Value| json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": {"name": "a"}, "rules": [rule]});
    let pods = json!({"apiGroups": [""], "resources": ["pods"], "verbs": []});
    assert_eq!(codes(&role("Role", pods)), ["SA026"]);
    let url = json!({"nonResourceURLs": ["/healthz"], "verbs": ["get"]});
    assert_eq!(codes(&role("ClusterRole", url.clone())), [""; 0]);
    assert_eq!(codes(&role("Role", url)), ["SV080"]);
}

#[test]
fn a_name_may_be_generated() {
    let named =
        |metadata: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata});
    assert_eq!(codes(&named(json!({"generateName": "a-"}))), [""; 0]);
    assert_eq!(codes(&named(json!({}))), ["SR032"]);
    assert_eq!(
        codes(&json!({"apiVersion": "v1", "kind": "ConfigMap"})),
        ["SR032"]
    );
}

#[test]
fn a_selector_may_be_written_as_expressions() {
    let deployment = |operator: &str, values: &Value| {
        let mut object = with_pod(&json!({}));
        object["spec"]["selector"] =
            json!({"matchExpressions": [{"key": "app", "operator": operator, "values": values}]});
        object
    };
    assert_eq!(codes(&deployment("In", &json!(["b", "a"]))), [""; 0]);
    assert_eq!(codes(&deployment("Exists", &Value::Null)), [""; 0]);
    assert_eq!(
        found(35, &deployment("NotIn", &json!(["a"]))),
        [
            "SR001 spec.selector.matchExpressions[0]: the selector's `app` does not match the labels of the pod template"
        ]
    );
}

#[test]
fn the_status_that_an_apply_sends_does_not_count() {
    let mut budget = object(
        "policy/v1",
        "PodDisruptionBudget",
        json!({"maxUnavailable": 1}),
    );
    budget["status"] = json!({"conditions": [{"type": "a b"}]});
    assert!(!codes(&budget).iter().any(|code| code.starts_with("SV")));
}

#[test]
fn a_source_that_the_server_drops_is_not_compared() {
    let claim = |source: Value| {
        let spec = json!({
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
            "dataSource": source,
            "dataSourceRef": {"kind": "PersistentVolumeClaim", "name": "a"},
        });
        codes(&object("v1", "PersistentVolumeClaim", spec))
    };
    assert!(!claim(json!({"kind": "", "name": "b"})).contains(&"SV040"));
    assert!(claim(json!({"kind": "PersistentVolumeClaim", "name": "b"})).contains(&"SV040"));
}

#[test]
fn no_pod_unavailable_is_refused_since_the_server_reads_it() {
    let mut set = object(
        "apps/v1",
        "StatefulSet",
        json!({"updateStrategy": {"rollingUpdate": {"maxUnavailable": 0}}}),
    );
    set["spec"]["selector"] = json!({"matchLabels": {"a": "b"}});
    let refused = |minor| {
        found(minor, &set)
            .iter()
            .any(|line| line.starts_with("SV051"))
    };
    assert!(!refused(36));
    assert!(refused(37));
}

#[test]
fn a_file_of_a_projected_volume_has_a_path_of_its_own() {
    let source = |kind: &str| json!({kind: {"name": "a", "items": [{"key": "k", "path": "p"}]}});
    let volume = |sources: Value| {
        with_pod(&json!({"volumes": [{"name": "v", "projected": {"sources": sources}}]}))
    };
    assert_eq!(
        codes(&volume(json!([source("secret"), source("configMap")]))),
        ["SV014"]
    );
    assert!(codes(&volume(json!([source("secret")]))).is_empty());
}

#[test]
fn nodes_are_selected_by_one_field_and_one_value() {
    let of = |requirement: Value| {
        let terms = json!({"nodeSelectorTerms": [{"matchFields": [requirement]}]});
        let affinity =
            json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}});
        with_pod(&json!({"affinity": affinity}))
    };
    let field = |key: &str, operator: &str, values: &[&str]| {
        codes(&of(
            json!({"key": key, "operator": operator, "values": values}),
        ))
    };
    assert!(field("metadata.name", "In", &["n"]).is_empty());
    assert_eq!(field("metadata.name", "In", &["n", "o"]), ["SV001"]);
    assert_eq!(field("metadata.name", "Exists", &[]), ["SV001"]);
    assert_eq!(field("metadata.uid", "In", &["n"]), ["SV017"]);
}

#[test]
fn label_keys_need_a_selector_since_the_feature_is_on() {
    let spread = json!({"maxSkew": 1, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule", "matchLabelKeys": ["a"]});
    let mut pod = json!({"topologySpreadConstraints": [spread]});
    assert_eq!(codes(&with_pod(&pod)), ["SV017"]);
    assert!(found(26, &with_pod(&pod)).is_empty());
    pod["topologySpreadConstraints"][0]["labelSelector"] = json!({});
    assert!(codes(&with_pod(&pod)).is_empty());
    let term = json!({
        "topologyKey": "z",
        "labelSelector": {},
        "matchLabelKeys": ["a", "b c"],
        "mismatchLabelKeys": ["a"],
    });
    let terms = json!({"requiredDuringSchedulingIgnoredDuringExecution": [term]});
    let pod = with_pod(&json!({"affinity": {"podAntiAffinity": terms}}));
    assert_eq!(codes(&pod), ["SR030", "SV017"]);
}

#[test]
fn pods_of_an_operating_system_have_what_it_has() {
    let pod = |system: &str, fields: &Value| {
        let mut pod = json!({"os": {"name": system}});
        merge(&mut pod, fields);
        codes(&with_pod(&pod))
    };
    let windows = json!({"securityContext": {"windowsOptions": {"runAsUserName": "u"}}});
    assert_eq!(pod("linux", &windows), ["SV016"]);
    assert!(pod("windows", &windows).is_empty());
    let linux = json!({"hostPID": true, "hostIPC": false, "securityContext": {"runAsUser": 1, "sysctls": []}});
    assert!(pod("linux", &linux).is_empty());
    assert_eq!(pod("windows", &linux), ["SV016", "SV016"]);
}

#[test]
fn users_of_their_own_exclude_the_network_of_the_node() {
    let pod = with_pod(&json!({"hostUsers": false, "hostNetwork": true}));
    let conditions = |minor| {
        let found = check(Types::of(1, minor), &pod);
        let conditions = found.into_iter().map(|one| match one.problem {
            super::super::Problem::Rule(refusal) => refusal.condition,
            _ => None,
        });
        conditions.collect::<Vec<_>>()
    };
    assert_eq!(conditions(34), [None]);
    assert_eq!(
        conditions(35),
        [Some("the feature UserNamespacesHostNetworkSupport is off")]
    );
}

#[test]
fn resource_claims_of_containers_are_those_of_the_pod() {
    let pod = |claims: Value, used: &str| {
        let container =
            json!({"name": "c", "image": "i:1", "resources": {"claims": [{"name": used}]}});
        with_pod(&json!({"resourceClaims": claims, "containers": [container]}))
    };
    let claim = json!([{"name": "r", "resourceClaimName": "x"}]);
    assert!(codes(&pod(claim.clone(), "r")).is_empty());
    assert_eq!(codes(&pod(claim, "s")), ["SV010"]);
    let none = pod(json!([{"name": "r"}]), "r");
    assert_eq!(codes(&none), ["SV010"]);
    assert!(found(33, &none).is_empty());
}

#[test]
fn annotations_of_pods_are_read_where_they_mean_something() {
    let with = |key: &str, value: &str| {
        let mut object = with_pod(&json!({}));
        object["spec"]["template"]["metadata"]["annotations"] = json!({key: value});
        codes(&object)
    };
    let armor = "container.apparmor.security.beta.kubernetes.io/";
    assert!(with(&format!("{armor}c"), "localhost/profile").is_empty());
    assert_eq!(with(&format!("{armor}c"), "wrong"), ["SV016"]);
    assert_eq!(with(&format!("{armor}other"), "unconfined"), ["SV016"]);
    assert_eq!(
        with("seccomp.security.alpha.kubernetes.io/pod", "x"),
        ["SV016"]
    );
    let cost = "controller.kubernetes.io/pod-deletion-cost";
    assert!(with(cost, "-10").is_empty());
    for wrong in ["", "+1", "01", "1.5", "3000000000"] {
        assert_eq!(with(cost, wrong), ["SV010"], "{wrong}");
    }
    assert!(with("example.org/any", "x").is_empty());
}

#[test]
fn overheads_resizing_quotas_and_owners_have_their_rules() {
    assert_eq!(
        codes(&with_pod(&json!({"overhead": {"cpu": "-1"}}))),
        ["SV015"]
    );
    let resize = json!({"resizePolicy": [{"resourceName": "gpu", "restartPolicy": "NotRequired"}]});
    assert_eq!(codes(&with_container(&resize)), ["SA022"]);
    assert!(found(32, &with_container(&resize)).is_empty());
    let quota = object(
        "v1",
        "ResourceQuota",
        json!({"hard": {"pods": "0.5", "cpu": "0.5"}}),
    );
    assert_eq!(codes(&quota), ["SV090"]);
    let mut owned = with_pod(&json!({}));
    owned["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": ""}]);
    assert_eq!(codes(&owned), ["SA026"]);
}

#[test]
fn a_time_zone_that_no_list_has_depends_on_the_server() {
    let cron = |zone: &str| {
        let job = json!({"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i:1"}]}}});
        let spec = json!({"schedule": "@daily", "timeZone": zone, "jobTemplate": {"spec": job}});
        found(35, &object("batch/v1", "CronJob", spec))
    };
    for good in [
        "Asia/Shanghai",
        "UTC",
        "America/Argentina/Ushuaia",
        "Etc/GMT+8",
    ] {
        assert!(cron(good).is_empty(), "{good}");
    }
    assert_eq!(
        cron("Asia/Shangai"),
        [
            "SV061 spec.timeZone: there is no time zone `Asia/Shangai`; did you mean `Asia/Shanghai`?"
        ]
    );
}

#[test]
fn finalizers_of_built_in_kinds_have_a_domain() {
    let with = |api_version: &str, kind: &str, finalizer: &str| {
        let mut object = object(api_version, kind, json!({}));
        object["metadata"]["finalizers"] = json!([finalizer]);
        let found = codes(&object);
        found.contains(&"SV002") || found.contains(&"SR030")
    };
    assert!(with("apps/v1", "Deployment", "abc"));
    assert!(!with("apps/v1", "Deployment", "example.org/abc"));
    assert!(!with("apps/v1", "Deployment", "foregroundDeletion"));
    assert!(!with("example.org/v1", "Thing", "abc"));
    assert!(with("example.org/v1", "Thing", "a b"));
}

#[test]
fn templates_have_no_ephemeral_containers_and_policies_two_types() {
    let pod = with_pod(&json!({"ephemeralContainers": [{"name": "e", "image": "i"}]}));
    assert!(codes(&pod).contains(&"SV011"));
    let types = json!(["Ingress", "Egress", "Ingress"]);
    let policy = json!({"podSelector": {}, "policyTypes": types});
    let policy = object("networking.k8s.io/v1", "NetworkPolicy", policy);
    assert_eq!(codes(&policy), ["SV023"]);
}

#[test]
fn a_wrong_policy_of_a_webhook_is_found_once() {
    let webhook = json!({
        "name": "a.b.c",
        "clientConfig": {"url": "https://a.b"},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "failurePolicy": "Never",
    });
    let mut object = object(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        Value::Null,
    );
    object["webhooks"] = json!([webhook]);
    object.as_object_mut().unwrap().shift_remove("spec");
    assert_eq!(
        found(35, &object),
        ["SA022 webhooks[0].failurePolicy: unsupported value `Never`: use one of Ignore, Fail"]
    );
}

#[test]
fn the_image_of_a_volume_is_needed_where_the_version_checks_it() {
    let fields = json!({"volumes": [{"name": "v", "image": {"reference": ""}}]});
    let refused = "SV010 spec.template.spec.volumes[0].image: an image volume needs the reference of an image";
    assert_eq!(found(36, &with_pod(&fields)), [""; 0]);
    assert_eq!(found(37, &with_pod(&fields)), [refused]);
    let pod = |fields: &Value| {
        object(
            "v1",
            "Pod",
            with_pod(fields)["spec"]["template"]["spec"].take(),
        )
    };
    assert_eq!(found(34, &pod(&fields)), [""; 0]);
    assert_eq!(found(35, &pod(&fields)).len(), 1);
    let named = json!({"volumes": [{"name": "v", "image": {"reference": "a/b:1"}}]});
    assert_eq!(found(37, &pod(&named)), [""; 0]);
}

#[test]
fn an_update_may_keep_a_selector_that_is_not_generated_where_the_version_does_not_check_it() {
    let fields = json!({
        "selector": {"matchLabels": {"x": "y"}},
        "template": {
            "metadata": {"labels": {"x": "y"}},
            "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i:1"}]},
        },
    });
    for (minor, expected) in [(35, false), (36, false), (37, true)] {
        let found = check(Types::of(1, minor), &job(&fields));
        let is_about_creation = found.iter().map(|one| match &one.problem {
            Problem::Rule(refusal) => refusal.is_about_creation,
            Problem::Structure(_) => panic!("{}", one.problem.message()),
        });
        assert_eq!(is_about_creation.collect::<Vec<_>>(), [expected], "{minor}");
    }
}

#[test]
fn a_value_that_the_version_does_not_store_is_not_refused() {
    let container = with_container(&json!({"securityContext": {"procMount": "Weird"}}));
    assert_eq!(found(32, &container), [""; 0]);
    assert_eq!(found(33, &container).len(), 1);
    let policy = job(
        &json!({"completionMode": "Indexed", "completions": 1, "successPolicy": {"rules": []}}),
    );
    assert_eq!(found(30, &policy), [""; 0]);
    assert_eq!(found(31, &policy).len(), 1);
}

#[test]
fn an_object_without_a_spec_is_checked_like_one_whose_spec_is_empty() {
    for (api_version, kind, is_refused) in [
        ("apps/v1", "Deployment", true),
        ("v1", "Pod", true),
        ("v1", "PersistentVolumeClaim", true),
        ("networking.k8s.io/v1", "Ingress", true),
        ("batch/v1", "CronJob", true),
        ("policy/v1", "PodDisruptionBudget", false),
        ("storage.k8s.io/v1", "CSIDriver", false),
        ("v1", "ConfigMap", false),
    ] {
        let mut object = object(api_version, kind, json!({}));
        let empty = found(35, &object);
        object["spec"] = Value::Null;
        let null = found(35, &object);
        object.as_object_mut().unwrap().shift_remove("spec");
        let missing = found(35, &object);
        assert_eq!(missing.is_empty(), !is_refused, "{kind}: {missing:?}");
        if kind != "ConfigMap" {
            assert_eq!([&empty, &null], [&missing; 2], "{kind}");
        }
    }
}

#[test]
fn a_template_without_a_spec_is_checked_like_one_whose_spec_is_empty() {
    let labels = json!({"labels": {"app": "a"}});
    let template = json!({"metadata": labels});
    let deployment = object(
        "apps/v1",
        "Deployment",
        json!({"selector": {"matchLabels": {"app": "a"}}, "template": template}),
    );
    let missing =
        "SA012 spec.template.spec: the field `containers` is missing: PodSpec requires it";
    assert_eq!(found(35, &deployment), [missing]);
    let job = json!({"schedule": "@daily", "jobTemplate": {}});
    let missing =
        "SA012 spec.jobTemplate.spec: the field `template` is missing: JobSpec requires it";
    assert_eq!(found(35, &object("batch/v1", "CronJob", job))[0], missing);
}
