//! The configuration examples of SwanLab's page "Deploying with Kubernetes": each with all that it changes.

use crate::support::assert_changes;

#[test]
fn a_postgres_of_ones_own() {
    assert_changes(
        r#"
integrations:
  postgres:
    enabled: true
    host: "example.postgres"
    port: 5432
    database: "app"
    existingSecret: integration-postgres
"#,
        &[
            "- Deployment/swanlab-self-hosted-postgres",
            r#"Deployment/swanlab-self-hosted-server pod spec initContainers ping env POSTGRES_URL valueFrom secretKeyRef name: "swanlab-self-hosted-postgres-credentials" -> "integration-postgres""#,
            r#"Deployment/swanlab-self-hosted-server pod spec initContainers ping env POSTGRES_REPLICA_URL valueFrom secretKeyRef name: "swanlab-self-hosted-postgres-credentials" -> "integration-postgres""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env DATABASE_URL valueFrom secretKeyRef name: "swanlab-self-hosted-postgres-credentials" -> "integration-postgres""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env DATABASE_URL_REPLICA valueFrom secretKeyRef name: "swanlab-self-hosted-postgres-credentials" -> "integration-postgres""#,
            "- PersistentVolumeClaim/swanlab-self-hosted-postgres-pvc",
            "- Secret/swanlab-self-hosted-postgres-credentials",
            "- Service/swanlab-self-hosted-postgres",
        ],
    );
}

#[test]
fn a_redis_of_ones_own_with_its_database_in_quotes() {
    assert_changes(
        r#"
integrations:
  redis:
    enabled: true
    host: "example.redis"
    port: 6379
    database: "0"
    existingSecret: integration-redis
"#,
        &[
            "- Deployment/swanlab-self-hosted-redis",
            r#"Deployment/swanlab-self-hosted-server pod spec initContainers ping env REDIS_URL valueFrom secretKeyRef name: "swanlab-self-hosted-redis-credentials" -> "integration-redis""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env REDIS_URL valueFrom secretKeyRef name: "swanlab-self-hosted-redis-credentials" -> "integration-redis""#,
            "- PersistentVolumeClaim/swanlab-self-hosted-redis-pvc",
            "- Secret/swanlab-self-hosted-redis-credentials",
            "- Service/swanlab-self-hosted-redis",
            r#"StatefulSet/swanlab-self-hosted-house pod spec initContainers ping env REDIS_URL valueFrom secretKeyRef name: "swanlab-self-hosted-redis-credentials" -> "integration-redis""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers house env SH_REDIS_URL valueFrom secretKeyRef name: "swanlab-self-hosted-redis-credentials" -> "integration-redis""#,
        ],
    );
}

#[test]
fn a_clickhouse_of_ones_own() {
    assert_changes(
        r#"
integrations:
  clickhouse:
    enabled: true
    host: "example.clickhouse"
    httpPort: 8123
    tcpPort: 9000
    database: "app"
    existingSecret: integration-clickhouse
"#,
        &[
            "- Deployment/swanlab-self-hosted-clickhouse",
            "- PersistentVolumeClaim/swanlab-self-hosted-clickhouse-pvc",
            "- Secret/swanlab-self-hosted-clickhouse-credentials",
            "- Service/swanlab-self-hosted-clickhouse",
            r#"StatefulSet/swanlab-self-hosted-house pod spec initContainers ping env CLICKHOUSE_HOST value: "swanlab-self-hosted-clickhouse" -> "example.clickhouse""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers house env SH_DB_HOST value: "swanlab-self-hosted-clickhouse" -> "example.clickhouse""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers house env SH_DB_USERNAME valueFrom secretKeyRef name: "swanlab-self-hosted-clickhouse-credentials" -> "integration-clickhouse""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers house env SH_DB_PASSWORD valueFrom secretKeyRef name: "swanlab-self-hosted-clickhouse-credentials" -> "integration-clickhouse""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers fluent-bit env CLICKHOUSE_HOST value: "swanlab-self-hosted-clickhouse" -> "example.clickhouse""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers fluent-bit env CLICKHOUSE_USER valueFrom secretKeyRef name: "swanlab-self-hosted-clickhouse-credentials" -> "integration-clickhouse""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers fluent-bit env CLICKHOUSE_PASS valueFrom secretKeyRef name: "swanlab-self-hosted-clickhouse-credentials" -> "integration-clickhouse""#,
        ],
    );
}

const OBJECT_STORAGE: &str = r#"
integrations:
  s3:
    enabled: true
    public:
      ssl: true
      endpoint: "xxx.s3.com"
      region: "cn-beijing"
      pathStyle: false
      port: 443
      domain: "https://xxx.xxxx.s3.com"
      bucket: "swanlab-public"
    private:
      ssl: true
      endpoint: "xxx.s3.com"
      region: "cn-beijing"
      pathStyle: false
      port: 443
      bucket: "swanlab-private"
    existingSecret: integration-s3
"#;

#[test]
fn object_storage_of_ones_own() {
    assert_changes(
        OBJECT_STORAGE,
        &[
            r#"ConfigMap/swanlab-self-hosted-traefik-config data dynamic.yaml http middlewares swanlab-self-hosted-s3: - {"headers":{"customRequestHeaders":{"Host":"swanlab-self-hosted-s3:9000"}}}"#,
            r#"ConfigMap/swanlab-self-hosted-traefik-config data dynamic.yaml http routers s3-router: - {"rule":"(PathPrefix(`/swanlab-private`)) || (PathPrefix(`/swanlab-public`))","service":"swanlab-s3","entryPoints":["web"],"middlewares":["swanlab-self-hosted-s3"]}"#,
            r#"ConfigMap/swanlab-self-hosted-traefik-config data dynamic.yaml http services swanlab-s3: - {"loadBalancer":{"servers":[{"url":"http://swanlab-self-hosted-s3.default.svc.cluster.local:9000"}]}}"#,
            "- Deployment/swanlab-self-hosted-s3",
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_STORAGE_TYPE value: "local" -> "remote""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_PUBLIC_STORAGE_ENDPOINT value: "swanlab-self-hosted-s3" -> "xxx.s3.com""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_PUBLIC_STORAGE_REGION value: "local" -> "cn-beijing""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_PUBLIC_STORAGE_PATH_STYLE value: "true" -> "false""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_PUBLIC_STORAGE_PORT value: "9000" -> "443""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_PUBLIC_STORAGE_USE_SSL value: "false" -> "true""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_AVATAR_DOMAIN value: "" -> "https://xxx.xxxx.s3.com""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_PRIVATE_STORAGE_ENDPOINT value: "swanlab-self-hosted-s3" -> "xxx.s3.com""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_PRIVATE_STORAGE_REGION value: "local" -> "cn-beijing""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_PRIVATE_STORAGE_PATH_STYLE value: "true" -> "false""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_PRIVATE_STORAGE_PORT value: "9000" -> "443""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SS_PRIVATE_STORAGE_USE_SSL value: "false" -> "true""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env ACCESS_KEY valueFrom secretKeyRef name: "swanlab-self-hosted-s3-credentials" -> "integration-s3""#,
            r#"Deployment/swanlab-self-hosted-server pod spec containers server env SECRET_KEY valueFrom secretKeyRef name: "swanlab-self-hosted-s3-credentials" -> "integration-s3""#,
            "- Job/swanlab-self-hosted-s3-init-buckets",
            "- PersistentVolumeClaim/swanlab-self-hosted-s3-pvc",
            "- Secret/swanlab-self-hosted-s3-credentials",
            "- Service/swanlab-self-hosted-s3",
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers house env SH_MINIO_ENDPOINT value: "swanlab-self-hosted-s3:9000" -> "xxx.s3.com:443""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers house env SH_MINIO_USE_SSL value: "false" -> "true""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers house env SH_MINIO_REGION value: "local" -> "cn-beijing""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers house env SH_MINIO_PATH_STYLE value: "true" -> "false""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers house env SH_MINIO_SECRET_ID valueFrom secretKeyRef name: "swanlab-self-hosted-s3-credentials" -> "integration-s3""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec containers house env SH_MINIO_SECRET_KEY valueFrom secretKeyRef name: "swanlab-self-hosted-s3-credentials" -> "integration-s3""#,
        ],
    );
}

#[test]
fn a_storage_class_for_a_dependency() {
    assert_changes(
        "dependencies:\n  postgres:\n    persistence:\n      storageClass: fast\n      storageSize: 50Gi\n",
        &[
            r#"PersistentVolumeClaim/swanlab-self-hosted-postgres-pvc spec resources requests storage: "10Gi" -> "50Gi""#,
            r#"PersistentVolumeClaim/swanlab-self-hosted-postgres-pvc spec storageClassName: + "fast""#,
        ],
    );
}

#[test]
fn a_storage_class_for_house() {
    assert_changes(
        "service:\n  house:\n    persistence: {storageClass: fast, storageSize: 50Gi}\n",
        &[
            r#"StatefulSet/swanlab-self-hosted-house spec volumeClaimTemplates 0 spec resources requests storage: "10Gi" -> "50Gi""#,
            r#"StatefulSet/swanlab-self-hosted-house spec volumeClaimTemplates 0 spec storageClassName: + "fast""#,
        ],
    );
}

#[test]
fn an_existing_claim() {
    assert_changes(
        "dependencies:\n  postgres:\n    persistence:\n      existingClaim: my-claim\n",
        &[
            r#"Deployment/swanlab-self-hosted-postgres pod spec volumes swanlab-self-hosted-postgres-volume persistentVolumeClaim claimName: "swanlab-self-hosted-postgres-pvc" -> "my-claim""#,
            "- PersistentVolumeClaim/swanlab-self-hosted-postgres-pvc",
        ],
    );
}

#[test]
fn the_recommended_replicas() {
    assert_changes(
        "service:\n  server: {replicas: 3}\n  house: {replicas: 3}\n  next: {replicas: 2}\n  cloud: {replicas: 1}\n",
        &[
            "Deployment/swanlab-self-hosted-server spec replicas: 2 -> 3",
            "StatefulSet/swanlab-self-hosted-house spec replicas: 2 -> 3",
        ],
    );
}

#[test]
fn pods_spread_softly_by_default() {
    assert_changes("global:\n  podAntiAffinityPreset: \"soft\"\n", &[]);
}

#[test]
fn pods_that_never_share_a_node() {
    assert_changes(
        "global:\n  podAntiAffinityPreset: \"hard\"\n",
        &[
            r#"Deployment/swanlab-self-hosted pod spec topologySpreadConstraints 0 whenUnsatisfiable: "ScheduleAnyway" -> "DoNotSchedule""#,
            r#"Deployment/swanlab-self-hosted-cloud pod spec topologySpreadConstraints 0 whenUnsatisfiable: "ScheduleAnyway" -> "DoNotSchedule""#,
            r#"Deployment/swanlab-self-hosted-next pod spec topologySpreadConstraints 0 whenUnsatisfiable: "ScheduleAnyway" -> "DoNotSchedule""#,
            r#"Deployment/swanlab-self-hosted-server pod spec topologySpreadConstraints 0 whenUnsatisfiable: "ScheduleAnyway" -> "DoNotSchedule""#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec topologySpreadConstraints 0 whenUnsatisfiable: "ScheduleAnyway" -> "DoNotSchedule""#,
        ],
    );
}

#[test]
fn pods_that_do_not_care_where_they_run() {
    assert_changes(
        "global:\n  podAntiAffinityPreset: \"none\"\n",
        &[
            r#"Deployment/swanlab-self-hosted pod spec topologySpreadConstraints: - [{"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app.kubernetes.io/provider":"swanlab","app.kubernetes.io/name":"self-hosted","app.kubernetes.io/instance":"swanlab-self-hosted","app.kubernetes.io/component":"self-hosted-gateway"}}}]"#,
            r#"Deployment/swanlab-self-hosted-cloud pod spec topologySpreadConstraints: - [{"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app.kubernetes.io/provider":"swanlab","app.kubernetes.io/name":"self-hosted","app.kubernetes.io/instance":"swanlab-self-hosted","app.kubernetes.io/component":"self-hosted-cloud"}}}]"#,
            r#"Deployment/swanlab-self-hosted-next pod spec topologySpreadConstraints: - [{"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app.kubernetes.io/provider":"swanlab","app.kubernetes.io/name":"self-hosted","app.kubernetes.io/instance":"swanlab-self-hosted","app.kubernetes.io/component":"self-hosted-next"}}}]"#,
            r#"Deployment/swanlab-self-hosted-server pod spec topologySpreadConstraints: - [{"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app.kubernetes.io/provider":"swanlab","app.kubernetes.io/name":"self-hosted","app.kubernetes.io/instance":"swanlab-self-hosted","app.kubernetes.io/component":"self-hosted-server"}}}]"#,
            r#"StatefulSet/swanlab-self-hosted-house pod spec topologySpreadConstraints: - [{"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app.kubernetes.io/provider":"swanlab","app.kubernetes.io/name":"self-hosted","app.kubernetes.io/instance":"swanlab-self-hosted","app.kubernetes.io/component":"self-hosted-house"}}}]"#,
        ],
    );
}

#[test]
fn the_host_that_the_login_page_shows() {
    assert_changes(
        "global:\n  settings:\n    loginHost: swanlab.example.com\n",
        &[
            r#"Deployment/swanlab-self-hosted-next pod spec containers server env [+]: {"name":"API_DISPLAY_HOST","value":"swanlab.example.com"}"#,
        ],
    );
}

#[test]
fn metadata_and_scheduling_of_a_service() {
    assert_changes(
        r#"
service:
  cloud:
    resources: {limits: {cpu: "1", memory: 512Mi}}
    customLabels: {team: ml}
    customAnnotations: {note: "yes"}
    customTolerations: [{key: gpu, operator: Exists, effect: NoSchedule}]
    customNodeSelector: {disk: ssd}
"#,
        &[
            r#"Deployment/swanlab-self-hosted-cloud metadata labels team: + "ml""#,
            r#"Deployment/swanlab-self-hosted-cloud pod metadata labels team: + "ml""#,
            r#"Deployment/swanlab-self-hosted-cloud pod metadata annotations: + {"note":"yes"}"#,
            r#"Deployment/swanlab-self-hosted-cloud pod spec containers cloud resources: + {"limits":{"cpu":"1","memory":"512Mi"}}"#,
            r#"Deployment/swanlab-self-hosted-cloud pod spec nodeSelector: + {"disk":"ssd"}"#,
            r#"Deployment/swanlab-self-hosted-cloud pod spec tolerations: + [{"key":"gpu","operator":"Exists","effect":"NoSchedule"}]"#,
            r#"Service/swanlab-self-hosted-cloud metadata labels team: + "ml""#,
        ],
    );
}

#[test]
fn metadata_and_scheduling_of_a_dependency() {
    assert_changes(
        r"
dependencies:
  redis:
    resources: {requests: {cpu: 100m}}
    customLabels: {team: ml}
    customAnnotations: {helm.sh/resource-policy: keep}
    customTolerations: [{key: gpu, operator: Exists}]
    customNodeSelector: {disk: ssd}
",
        &[
            r#"Deployment/swanlab-self-hosted-redis metadata labels team: + "ml""#,
            r#"Deployment/swanlab-self-hosted-redis pod metadata labels team: + "ml""#,
            r#"Deployment/swanlab-self-hosted-redis pod metadata annotations: + {"helm.sh/resource-policy":"keep"}"#,
            r#"Deployment/swanlab-self-hosted-redis pod spec containers redis resources: + {"requests":{"cpu":"100m"}}"#,
            r#"Deployment/swanlab-self-hosted-redis pod spec nodeSelector: + {"disk":"ssd"}"#,
            r#"Deployment/swanlab-self-hosted-redis pod spec tolerations: + [{"key":"gpu","operator":"Exists"}]"#,
            r#"PersistentVolumeClaim/swanlab-self-hosted-redis-pvc metadata labels team: + "ml""#,
            r#"PersistentVolumeClaim/swanlab-self-hosted-redis-pvc metadata annotations: + {"helm.sh/resource-policy":"keep"}"#,
            r#"Secret/swanlab-self-hosted-redis-credentials metadata labels team: + "ml""#,
            r#"Service/swanlab-self-hosted-redis metadata labels team: + "ml""#,
        ],
    );
}
