//! The map of SwanLab's chart, compared with lists of edges that were written by hand from the manifests.

use std::collections::BTreeSet;

use crate::support::Case;
use swanlab_render::chart;
use swanlab_render::diagnostics::Source;
use swanlab_render::manifest::Manifest;
use swanlab_render::previous;
use swanlab_render::release::{Release, Request};
use swanlab_render::topology::Topology;
use swanlab_render::values::NoFiles;

/// `FROM RELATION TO LABEL`, with `~` for the release's name.
fn edges(request: Request) -> BTreeSet<String> {
    let release = Release::new(chart::embedded().unwrap(), request, &NoFiles).unwrap();
    let rendered = release.render().unwrap();
    edges_of(rendered.all())
}

fn edges_of<'m>(manifests: impl IntoIterator<Item = &'m Manifest>) -> BTreeSet<String> {
    let map = Topology::of(manifests, "default");
    let edges = map.edges.iter().map(|edge| {
        let [from, to] = [edge.from, edge.to].map(|at| &map.nodes[at].id);
        let line = format!("{from} {} {to} {}", edge.relation.word(), edge.label);
        line.trim_end().replace("swanlab-self-hosted", "~")
    });
    edges.collect()
}

fn lines(text: &str) -> BTreeSet<String> {
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect()
}

/// What is the same however the stores are run.
const SERVICES: &str = "
    Service/~           routes  Deployment/~            80/TCP
    Service/~-cloud     routes  Deployment/~-cloud      80/TCP
    Service/~-house     routes  StatefulSet/~-house     3000/TCP
    Service/~-next      routes  Deployment/~-next       80/TCP
    Service/~-server    routes  Deployment/~-server     3000/TCP

    Deployment/~        reads   ConfigMap/~-traefik-config
    StatefulSet/~-house owns    PersistentVolumeClaim/house-~-house-{0..1}
    StatefulSet/~-house mounts  PersistentVolumeClaim/house-~-house-{0..1}  /data

    Deployment/~         requests Service/~-next       80/TCP
    Deployment/~         requests Service/~-server     3000/TCP
    Deployment/~         requests Service/~-house      3000/TCP
    Deployment/~-next    requests Service/~            80/TCP
    Deployment/~-next    requests Service/~-cloud      80/TCP
    Deployment/~-next    requests Service/~-server     3000/TCP
    Deployment/~-next    requests Service/~-house      3000/TCP
    Deployment/~-server  requests Service/~-house      3000/TCP
    StatefulSet/~-house  requests Service/~-server     3000/TCP
";

const STORES: &str = "
    Service/~-clickhouse routes  Deployment/~-clickhouse 9000/TCP, 8123/TCP
    Service/~-postgres   routes  Deployment/~-postgres   5432/TCP
    Service/~-redis      routes  Deployment/~-redis      6379/TCP
    Service/~-s3         routes  Deployment/~-s3         9000/TCP, 9001/TCP

    Deployment/~-clickhouse mounts  PersistentVolumeClaim/~-clickhouse-pvc  /var/lib/clickhouse
    Deployment/~-postgres   mounts  PersistentVolumeClaim/~-postgres-pvc    /var/lib/postgresql
    Deployment/~-redis      mounts  PersistentVolumeClaim/~-redis-pvc       /data
    Deployment/~-s3         mounts  PersistentVolumeClaim/~-s3-pvc          /data

    Deployment/~-clickhouse reads Secret/~-clickhouse-credentials
    Deployment/~-postgres   reads Secret/~-postgres-credentials
    Deployment/~-s3         reads Secret/~-s3-credentials
    Deployment/~-server     reads Secret/~-postgres-credentials
    Deployment/~-server     reads Secret/~-redis-credentials
    Deployment/~-server     reads Secret/~-s3-credentials
    StatefulSet/~-house     reads Secret/~-clickhouse-credentials
    StatefulSet/~-house     reads Secret/~-redis-credentials
    StatefulSet/~-house     reads Secret/~-s3-credentials
    Job/~-s3-init-buckets   reads Secret/~-s3-credentials

    Deployment/~          requests Service/~-s3         9000/TCP
    Deployment/~-server   requests Service/~-postgres   5432/TCP
    Deployment/~-server   requests Service/~-redis      6379/TCP
    Deployment/~-server   requests Service/~-s3         9000/TCP
    StatefulSet/~-house   requests Service/~-clickhouse 9000/TCP, 8123/TCP
    StatefulSet/~-house   requests Service/~-redis      6379/TCP
    StatefulSet/~-house   requests Service/~-s3         9000/TCP
    Job/~-s3-init-buckets requests Service/~-s3         9000/TCP
";

fn compared(found: &BTreeSet<String>, expected: &BTreeSet<String>) {
    let missing: Vec<_> = expected.difference(found).collect();
    let wrong: Vec<_> = found.difference(expected).collect();
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "missing {missing:#?}\nwrong {wrong:#?}"
    );
}

#[test]
fn the_default_installation_has_these_edges() {
    compared(
        &edges(Request::default()),
        &(&lines(SERVICES) | &lines(STORES)),
    );
}

#[test]
fn with_all_integrations_the_stores_are_outside() {
    const OUTSIDE: &str = "
        Deployment/~-server     reads Secret/integration-postgres
        Deployment/~-server     reads Secret/integration-redis
        Deployment/~-server     reads Secret/integration-s3
        StatefulSet/~-house     reads Secret/integration-clickhouse
        StatefulSet/~-house     reads Secret/integration-redis
        StatefulSet/~-house     reads Secret/integration-s3

        Deployment/~-server     requests Host/s3.example.org       443/TCP
        Deployment/~-server     requests Host/files.example.org    443/TCP
        StatefulSet/~-house     requests Host/s3.example.org       443/TCP
        StatefulSet/~-house     requests Host/metrics.example.org  9000/TCP, 8123/TCP
    ";
    let values = include_str!("../values/integrations.yaml");
    let rendered = Case::of(values).manifests().unwrap();
    compared(&edges_of(&rendered), &(&lines(SERVICES) | &lines(OUTSIDE)));
}

/// A shop as another chart renders it: an Ingress with a certificate, a queue with pods of its own names, a nightly job.
const SHOP: &str = r#"
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  tls: [{hosts: [shop.example.org], secretName: shop-tls}]
  rules:
  - host: shop.example.org
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: front, port: {number: 80}}}}
      - {path: /api, pathType: Prefix, backend: {service: {name: api, port: {name: http}}}}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: front}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {selector: {app: api, tier: web}, ports: [{name: http, port: 8080}, {name: metrics, port: 9090}]}
---
apiVersion: v1
kind: Service
metadata: {name: queue}
spec: {clusterIP: None, selector: {app: queue}, ports: [{port: 5672}]}
---
apiVersion: v1
kind: Service
metadata: {name: mail}
spec: {type: ExternalName, externalName: smtp.example.org}
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {selector: {app: front, tier: none}, ports: [{port: 1}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: front-config}
data:
  nginx.conf: |
    # https://nginx.org/en/docs
    location /api { proxy_pass http://api.default.svc.cluster.local:8080; }
---
apiVersion: v1
kind: Secret
metadata: {name: api-secret}
stringData: {QUEUE: "amqp://shop:hunter2@queue-0.queue:5672/%2f", TOKEN: abc}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec:
      imagePullSecrets: [{name: registry}]
      containers:
      - name: nginx
        image: nginx:1.29
        volumeMounts: [{name: config, mountPath: /etc/nginx}]
      volumes: [{name: config, configMap: {name: front-config}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api, tier: web}}
    spec:
      containers:
      - name: api
        image: api:2
        envFrom: [{secretRef: {name: api-secret}}]
        env:
        - {name: MAIL_HOST, value: mail}
        - {name: MAIL_PORT, value: "587"}
        - {name: SEARCH_ENDPOINT, value: "search.example.org:9200"}
        - {name: PAYMENT_URL, value: "https://pay.example.org/v2"}
        - {name: DISPLAY_HOST, value: shop.example.org}
        - {name: VERSION, value: "2.7.0"}
        volumeMounts: [{name: uploads, mountPath: /uploads}]
      volumes: [{name: uploads, persistentVolumeClaim: {claimName: uploads}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: queue}
spec:
  serviceName: queue
  replicas: 3
  selector: {matchLabels: {app: queue}}
  template:
    metadata: {labels: {app: queue}}
    spec:
      containers: [{name: q, image: rabbitmq:4, volumeMounts: [{name: data, mountPath: /var/lib/rabbitmq}]}]
  volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: 1Gi}}}}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: api, tier: web}}
        spec:
          containers:
          - {name: c, image: curl:8, command: [curl, "http://api:8080/report"]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: uploads}
spec: {resources: {requests: {storage: 1Gi}}}
"#;

#[test]
fn another_charts_objects_have_these_edges() {
    const EDGES: &str = "
        Ingress/shop      routes   Service/front  shop.example.org/
        Ingress/shop      routes   Service/api    shop.example.org/api
        Ingress/shop      reads    Secret/shop-tls
        Service/front     routes   Deployment/front   80/TCP
        Service/api       routes   Deployment/api     8080/TCP, 9090/TCP
        Service/queue     routes   StatefulSet/queue  5672/TCP
        Service/mail      routes   Host/smtp.example.org

        Deployment/front  reads    Secret/registry
        Deployment/front  reads    ConfigMap/front-config
        Deployment/front  requests Service/api    8080/TCP

        Deployment/api    reads    Secret/api-secret
        Deployment/api    requests Service/queue  5672/TCP
        Deployment/api    requests Service/mail   587/TCP
        Deployment/api    requests Host/search.example.org  9200/TCP
        Deployment/api    requests Host/pay.example.org     443/TCP
        Deployment/api    mounts   PersistentVolumeClaim/uploads  /uploads

        StatefulSet/queue owns     PersistentVolumeClaim/data-queue-{0..2}
        StatefulSet/queue mounts   PersistentVolumeClaim/data-queue-{0..2}  /var/lib/rabbitmq

        CronJob/report    requests Service/api    8080/TCP
    ";
    let source = Source::new("shop.yaml".to_owned(), SHOP.to_owned());
    let found = previous::read(&[source], "default").unwrap();
    compared(&edges_of(&found.manifests), &lines(EDGES));
}
