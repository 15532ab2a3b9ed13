//! Maps of small streams of manifests, edge by edge.

use super::*;

fn edges(stream: &str) -> Vec<String> {
    let objects = crate::yaml::read(stream).unwrap();
    let manifests: Vec<Manifest> = objects
        .into_iter()
        .map(|object| Manifest {
            source: "c/templates/a.yaml".to_owned(),
            document: 0,
            object,
        })
        .collect();
    let map = Topology::of(&manifests, "default");
    let id = |at: usize| {
        let node = &map.nodes[at];
        format!(
            "{}{}",
            node.id,
            if node.is_external { " (outside)" } else { "" }
        )
    };
    let edge = |edge: &Edge| {
        let line = format!(
            "{} {} {} {}",
            id(edge.from),
            edge.relation.word(),
            id(edge.to),
            edge.label
        );
        line.trim_end().to_owned()
    };
    map.edges.iter().map(edge).collect()
}

fn deployment(name: &str, container: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    \
         metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n      - name: c\n{container}"
    )
}

fn service(name: &str, port: u16) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  selector: {{app: {name}}}\n  \
         ports: [{{port: {port}}}]\n"
    )
}

#[test]
fn requests_follow_urls_and_hosts_in_variables() {
    let web = deployment(
        "web",
        "        env:\n        - {name: API_URL, value: 'http://api:3000/v1'}\n        \
         - {name: DB_HOST, value: db}\n        - {name: DB_PORT, value: '5432'}\n        \
         - {name: MODE, value: api}\n        - {name: LOG, value: 'https://logs.example.org/x'}\n",
    );
    let stream = web + &service("api", 3000) + &service("db", 5432) + &deployment("api", "");
    assert_eq!(
        edges(&stream),
        [
            "Deployment/web requests Service/api 3000/TCP",
            "Deployment/web requests Service/db 5432/TCP",
            "Deployment/web requests Host/logs.example.org (outside) 443/TCP",
            "Service/api routes Deployment/api 3000/TCP",
        ]
    );
}

#[test]
fn addresses_in_secrets_and_configuration_are_found_and_nothing_else_of_them() {
    let pod = "        env:\n        - {name: CACHE, valueFrom: {secretKeyRef: {name: s, key: url}}}\n        \
               volumeMounts: [{name: v, mountPath: /etc/x}]\n      volumes:\n      \
               - {name: v, configMap: {name: routes}}\n";
    let stream = deployment("gate", pod)
        + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {url: cmVkaXM6Ly86aHVudGVyMkBjYWNoZQ==, other: aHR0cDovL2FwaQ==}\n"
        + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: routes}\ndata:\n  r.yaml: |\n    \
           servers: [{url: 'http://api.default.svc.cluster.local:80'}]\n    # see https://docs.example.org\n"
        + &service("cache", 6379)
        + &service("api", 80);
    assert_eq!(
        edges(&stream),
        [
            "Deployment/gate reads Secret/s",
            "Deployment/gate reads ConfigMap/routes",
            "Deployment/gate requests Service/cache 6379/TCP",
            "Deployment/gate requests Service/api 80/TCP",
        ]
    );
}

#[test]
fn claims_are_mounted_and_those_of_a_statefulset_its_own() {
    let stream = deployment(
        "db",
        "        volumeMounts: [{name: v, mountPath: /data}]\n      volumes: [{name: v, persistentVolumeClaim: {claimName: old}}]\n",
    ) + "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: house}\nspec:\n  replicas: 2\n  template:\n    spec:\n      \
         imagePullSecrets: [{name: registry}]\n      containers: [{name: c, volumeMounts: [{name: data, mountPath: /d}]}]\n  \
         volumeClaimTemplates: [{metadata: {name: data}}]\n";
    assert_eq!(
        edges(&stream),
        [
            "Deployment/db mounts PersistentVolumeClaim/old (outside) /data",
            "StatefulSet/house mounts PersistentVolumeClaim/data-house-{0..1} /d",
            "StatefulSet/house owns PersistentVolumeClaim/data-house-{0..1}",
            "StatefulSet/house reads Secret/registry (outside)",
        ]
    );
}

#[test]
fn ingresses_and_routes_lead_to_services() {
    let stream = "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec:\n  tls: [{secretName: cert}]\n  \
        rules: [{host: x.example.org, http: {paths: [{path: /, backend: {service: {name: web}}}]}}]\n\
        ---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n  parentRefs: [{name: g}]\n  \
        rules: [{backendRefs: [{name: web, port: 80}]}]\n"
        .to_owned()
        + &service("web", 80);
    assert_eq!(
        edges(&stream),
        [
            "Ingress/i routes Service/web x.example.org/",
            "Ingress/i reads Secret/cert (outside)",
            "HTTPRoute/r routes Service/web 80/TCP",
            "Gateway/g (outside) routes HTTPRoute/r",
        ]
    );
}
