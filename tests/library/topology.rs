//! The map of SwanLab's chart, compared with lists of edges that were written by hand from the manifests.

use std::collections::BTreeSet;

use swanlab_render::chart;
use swanlab_render::release::{Release, Request};
use swanlab_render::topology::Topology;
use swanlab_render::values::NoFiles;

/// `FROM RELATION TO LABEL`, with `~` for the release's name.
fn edges(request: Request) -> BTreeSet<String> {
    let release = Release::new(chart::embedded().unwrap(), request, &NoFiles).unwrap();
    let rendered = release.render().unwrap();
    let map = Topology::of(rendered.all(), "default");
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
