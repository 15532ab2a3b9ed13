//! The upgrades, by what they change: claims, names, house, the other services, databases, configuration, Jobs.

use super::{UPGRADE, Upgrade};

pub(super) const UPGRADES: &[Upgrade] = &[
    Upgrade {
        name: "nothing changed",
        source: "law: what is the same on both sides has no effect",
        expected: "
none",
        ..UPGRADE
    },
    Upgrade {
        name: "an integration is switched on",
        source: "Helm, pkg/kube/client.go: deletes what the new manifests lack",
        after: "integrations: {postgres: {enabled: true, existingSecret: pg, host: db}}",
        expected: "
data-loss
- stale: Secret/@-postgres-credentials
- data-loss: PersistentVolumeClaim/@-postgres-pvc
- outage: Service/@-postgres Deployment/@-postgres
~ restart: Deployment/@-server
! data-loss PersistentVolumeClaim/@-postgres-pvc
! outage Service/@-postgres",
        ..UPGRADE
    },
    Upgrade {
        name: "redis is switched to an integration",
        source: "Helm, pkg/kube/client.go: deletes what the new manifests lack",
        after: "integrations: {redis: {enabled: true, existingSecret: r, host: db}}",
        expected: "
data-loss
- stale: Secret/@-redis-credentials
- data-loss: PersistentVolumeClaim/@-redis-pvc
- outage: Service/@-redis Deployment/@-redis
~ restart: Deployment/@-server StatefulSet/@-house
! data-loss PersistentVolumeClaim/@-redis-pvc
! outage Service/@-redis
! restart StatefulSet/@-house spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "clickhouse is switched to an integration",
        source: "Helm, pkg/kube/client.go: deletes what the new manifests lack",
        after: "integrations: {clickhouse: {enabled: true, existingSecret: c, host: db}}",
        expected: "
data-loss
- stale: Secret/@-clickhouse-credentials
- data-loss: PersistentVolumeClaim/@-clickhouse-pvc
- outage: Service/@-clickhouse Deployment/@-clickhouse
~ restart: StatefulSet/@-house
! data-loss PersistentVolumeClaim/@-clickhouse-pvc
! outage Service/@-clickhouse
! restart StatefulSet/@-house spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "object storage is switched to an integration",
        source: "Helm, pkg/kube/client.go: deletes what the new manifests lack",
        after: r#"integrations: {s3: {enabled: true, existingSecret: s, public: {endpoint: s3.example.com, domain: "https://s3.example.com", bucket: pub, region: r}, private: {endpoint: s3.example.com, bucket: priv, region: r}}}"#,
        expected: "
data-loss
- stale: Secret/@-s3-credentials
~ stale: ConfigMap/@-traefik-config
- data-loss: PersistentVolumeClaim/@-s3-pvc
- outage: Service/@-s3 Deployment/@-s3
~ restart: Deployment/@-server StatefulSet/@-house
- none: Job/@-s3-init-buckets
! data-loss PersistentVolumeClaim/@-s3-pvc
! outage Service/@-s3
! restart StatefulSet/@-house spec.template
! stale ConfigMap/@-traefik-config data",
        ..UPGRADE
    },
    Upgrade {
        name: "an integration is switched off",
        source: "objects added are made; nothing else happens",
        before: "integrations: {postgres: {enabled: true, existingSecret: pg, host: db}}",
        expected: "
restart
+ in-place: Secret/@-postgres-credentials PersistentVolumeClaim/@-postgres-pvc Service/@-postgres Deployment/@-postgres
~ restart: Deployment/@-server",
        ..UPGRADE
    },
    Upgrade {
        name: "an integration uses the generated Secret",
        source: "Helm, pkg/kube/client.go: deletes what the new manifests lack, and pods do not start without a Secret",
        after: "integrations: {postgres: {enabled: true, existingSecret: swanlab-self-hosted-postgres-credentials, host: db}}",
        expected: "
data-loss
- stale: Secret/@-postgres-credentials
- data-loss: PersistentVolumeClaim/@-postgres-pvc
- outage: Service/@-postgres Deployment/@-postgres
! data-loss PersistentVolumeClaim/@-postgres-pvc
! outage Service/@-postgres
? outage Secret/@-postgres-credentials",
        ..UPGRADE
    },
    Upgrade {
        name: "another claim is named",
        source: "Helm, pkg/kube/client.go: deletes what the new manifests lack; traefik-helm-chart#266",
        after: "dependencies: {postgres: {persistence: {existingClaim: pg-old}}}",
        expected: "
data-loss
- data-loss: PersistentVolumeClaim/@-postgres-pvc
~ outage: Deployment/@-postgres
! data-loss PersistentVolumeClaim/@-postgres-pvc
! outage Deployment/@-postgres spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "the claim's own name is named",
        source: "Helm, pkg/kube/client.go: deletes what the new manifests lack",
        after: "dependencies: {postgres: {persistence: {existingClaim: swanlab-self-hosted-postgres-pvc}}}",
        expected: "
data-loss
- data-loss: PersistentVolumeClaim/@-postgres-pvc
! data-loss PersistentVolumeClaim/@-postgres-pvc",
        ..UPGRADE
    },
    Upgrade {
        name: "another claim is named, and the old one is kept",
        source: "Helm, pkg/kube/client.go: resource-policy keep, read from the live object",
        before: "dependencies: {postgres: {customAnnotations: {helm.sh/resource-policy: keep}}}",
        after: "dependencies: {postgres: {persistence: {existingClaim: pg-old}, customAnnotations: {helm.sh/resource-policy: keep}}}",
        expected: "
outage
- none: PersistentVolumeClaim/@-postgres-pvc
~ outage: Deployment/@-postgres
! outage Deployment/@-postgres spec.template
? outage PersistentVolumeClaim/@-postgres-pvc",
        ..UPGRADE
    },
    Upgrade {
        name: "keep comes in the same upgrade that removes the claim",
        source: "Helm, pkg/kube/client.go: resource-policy keep, read from the live object",
        after: "dependencies: {postgres: {persistence: {existingClaim: pg-old}, customAnnotations: {helm.sh/resource-policy: keep}}}",
        expected: "
data-loss
- data-loss: PersistentVolumeClaim/@-postgres-pvc
~ outage: Deployment/@-postgres
! data-loss PersistentVolumeClaim/@-postgres-pvc
! outage Deployment/@-postgres spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "keep is written one upgrade before",
        source: "Helm, pkg/kube/client.go: resource-policy keep, read from the live object",
        after: "dependencies: {postgres: {customAnnotations: {helm.sh/resource-policy: keep}}}",
        expected: "
outage
~ in-place: PersistentVolumeClaim/@-postgres-pvc
~ outage: Deployment/@-postgres
! outage Deployment/@-postgres spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "an integration is switched on and the claim is kept",
        source: "Helm, pkg/kube/client.go: deletes what the new manifests lack",
        before: "dependencies: {postgres: {customAnnotations: {helm.sh/resource-policy: keep}}}",
        after: "integrations: {postgres: {enabled: true, existingSecret: pg, host: db}}
dependencies: {postgres: {customAnnotations: {helm.sh/resource-policy: keep}}}",
        expected: "
outage
- stale: Secret/@-postgres-credentials
- none: PersistentVolumeClaim/@-postgres-pvc
- outage: Service/@-postgres Deployment/@-postgres
~ restart: Deployment/@-server
! outage Service/@-postgres
? outage PersistentVolumeClaim/@-postgres-pvc",
        ..UPGRADE
    },
    Upgrade {
        name: "a claim comes back to the chart",
        source: "objects added are made; nothing else happens",
        before: "dependencies: {postgres: {persistence: {existingClaim: pg-old}}}",
        expected: "
outage
+ in-place: PersistentVolumeClaim/@-postgres-pvc
~ outage: Deployment/@-postgres
! outage Deployment/@-postgres spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "storage shrinks",
        source: "ValidatePersistentVolumeClaimUpdate: can not be less than previous value",
        after: "dependencies: {postgres: {persistence: {storageSize: 5Gi}}}",
        expected: "
rejected
~ rejected: PersistentVolumeClaim/@-postgres-pvc
! rejected PersistentVolumeClaim/@-postgres-pvc spec.resources.requests.storage",
        ..UPGRADE
    },
    Upgrade {
        name: "storage shrinks, in a cluster that can take an expansion back",
        source: "ValidatePersistentVolumeClaimUpdate: RecoverVolumeExpansionFailure, never below the real size",
        after: "dependencies: {postgres: {persistence: {storageSize: 5Gi}}}",
        minor: 37,
        expected: "
rejected
~ rejected: PersistentVolumeClaim/@-postgres-pvc
! rejected PersistentVolumeClaim/@-postgres-pvc spec.resources.requests.storage",
        ..UPGRADE
    },
    Upgrade {
        name: "storage grows",
        source: "admission plugin PersistentVolumeClaimResize: needs allowVolumeExpansion",
        after: "dependencies: {postgres: {persistence: {storageSize: 20Gi}}}",
        expected: "
in-place
~ in-place: PersistentVolumeClaim/@-postgres-pvc
? rejected PersistentVolumeClaim/@-postgres-pvc spec.resources.requests.storage",
        ..UPGRADE
    },
    Upgrade {
        name: "storage of the same size in another unit",
        source: "apimachinery, resource.Quantity: one amount",
        after: "dependencies: {postgres: {persistence: {storageSize: 10240Mi}}}",
        expected: "
none",
        ..UPGRADE
    },
    Upgrade {
        name: "storage class is set",
        source: "validateStorageClassUpgradeFromNil; admission plugin DefaultStorageClass",
        after: "dependencies: {postgres: {persistence: {storageClass: fast}}}",
        expected: "
in-place
~ in-place: PersistentVolumeClaim/@-postgres-pvc
? rejected PersistentVolumeClaim/@-postgres-pvc spec.storageClassName",
        ..UPGRADE
    },
    Upgrade {
        name: "storage class changes",
        source: "ValidatePersistentVolumeClaimUpdate: spec is immutable",
        before: "dependencies: {postgres: {persistence: {storageClass: slow}}}",
        after: "dependencies: {postgres: {persistence: {storageClass: fast}}}",
        expected: "
rejected
~ rejected: PersistentVolumeClaim/@-postgres-pvc
! rejected PersistentVolumeClaim/@-postgres-pvc spec.storageClassName",
        ..UPGRADE
    },
    Upgrade {
        name: "storage class is taken away",
        source: "ValidatePersistentVolumeClaimUpdate: spec is immutable",
        before: "dependencies: {postgres: {persistence: {storageClass: slow}}}",
        expected: "
rejected
~ rejected: PersistentVolumeClaim/@-postgres-pvc
! rejected PersistentVolumeClaim/@-postgres-pvc spec.storageClassName",
        ..UPGRADE
    },
    Upgrade {
        name: "storage class changes and the claim grows",
        source: "ValidatePersistentVolumeClaimUpdate: spec is immutable",
        before: "dependencies: {postgres: {persistence: {storageClass: slow}}}",
        after: "dependencies: {postgres: {persistence: {storageClass: fast, storageSize: 20Gi}}}",
        expected: "
rejected
~ in-place, rejected: PersistentVolumeClaim/@-postgres-pvc
! rejected PersistentVolumeClaim/@-postgres-pvc spec.storageClassName
? rejected PersistentVolumeClaim/@-postgres-pvc spec.resources.requests.storage",
        ..UPGRADE
    },
    Upgrade {
        name: "a claim gets labels",
        source: "ValidatePersistentVolumeClaimUpdate: metadata may change",
        after: "dependencies: {redis: {customLabels: {team: data}}}",
        expected: "
outage
~ in-place: Secret/@-redis-credentials PersistentVolumeClaim/@-redis-pvc Service/@-redis
~ in-place, outage: Deployment/@-redis
! outage Deployment/@-redis spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "the release is renamed",
        source: "ValidateObjectMetaUpdate: a name cannot change, another name is another object",
        renamed: Some("other"),
        expected: "
data-loss
> in-place, stale: Secret/@-self-hosted-clickhouse-credentials Secret/@-self-hosted-postgres-credentials Secret/@-self-hosted-redis-credentials Secret/@-self-hosted-s3-credentials ConfigMap/@-traefik-config
> in-place, data-loss: PersistentVolumeClaim/@-self-hosted-clickhouse-pvc PersistentVolumeClaim/@-self-hosted-postgres-pvc PersistentVolumeClaim/@-self-hosted-redis-pvc PersistentVolumeClaim/@-self-hosted-s3-pvc
> in-place, outage: Service/@-self-hosted Service/@-self-hosted-clickhouse Service/@-self-hosted-cloud Service/@-self-hosted-house Service/@-self-hosted-next Service/@-self-hosted-postgres Service/@-self-hosted-redis Service/@-self-hosted-s3 Service/@-self-hosted-server Deployment/@-self-hosted Deployment/@-self-hosted-clickhouse Deployment/@-self-hosted-cloud Deployment/@-self-hosted-next Deployment/@-self-hosted-postgres Deployment/@-self-hosted-redis Deployment/@-self-hosted-s3 Deployment/@-self-hosted-server StatefulSet/@-self-hosted-house
> in-place: Job/@-self-hosted-s3-init-buckets
! data-loss PersistentVolumeClaim/@-clickhouse-pvc
! data-loss PersistentVolumeClaim/@-postgres-pvc
! data-loss PersistentVolumeClaim/@-redis-pvc
! data-loss PersistentVolumeClaim/@-s3-pvc
! outage Service/@-self-hosted
! outage StatefulSet/@-self-hosted-house",
        ..UPGRADE
    },
    Upgrade {
        name: "fullnameOverride changes",
        source: "ValidateObjectMetaUpdate: a name cannot change, another name is another object",
        after: "fullnameOverride: other",
        expected: "
data-loss
> in-place, stale: Secret/other-clickhouse-credentials Secret/other-postgres-credentials Secret/other-redis-credentials Secret/other-s3-credentials
~ in-place: ConfigMap/@-traefik-config
> in-place, data-loss: PersistentVolumeClaim/other-clickhouse-pvc PersistentVolumeClaim/other-postgres-pvc PersistentVolumeClaim/other-redis-pvc PersistentVolumeClaim/other-s3-pvc
> in-place, outage: Service/other Service/other-clickhouse Service/other-cloud Service/other-house Service/other-next Service/other-postgres Service/other-redis Service/other-s3 Service/other-server Deployment/other Deployment/other-clickhouse Deployment/other-cloud Deployment/other-next Deployment/other-postgres Deployment/other-redis Deployment/other-s3 Deployment/other-server StatefulSet/other-house
> in-place: Job/other-s3-init-buckets
! data-loss PersistentVolumeClaim/@-clickhouse-pvc
! data-loss PersistentVolumeClaim/@-postgres-pvc
! data-loss PersistentVolumeClaim/@-redis-pvc
! data-loss PersistentVolumeClaim/@-s3-pvc
! outage Service/other
! outage StatefulSet/other-house",
        ..UPGRADE
    },
    Upgrade {
        name: "nameOverride changes",
        source: "ValidateObjectMetaUpdate: a name cannot change, another name is another object",
        after: "nameOverride: other",
        expected: "
data-loss
> in-place, stale: Secret/@-other-clickhouse-credentials Secret/@-other-postgres-credentials Secret/@-other-redis-credentials Secret/@-other-s3-credentials
~ in-place: ConfigMap/@-traefik-config
> in-place, data-loss: PersistentVolumeClaim/@-other-clickhouse-pvc PersistentVolumeClaim/@-other-postgres-pvc PersistentVolumeClaim/@-other-redis-pvc PersistentVolumeClaim/@-other-s3-pvc
> in-place, outage: Service/@-other Service/@-other-clickhouse Service/@-other-cloud Service/@-other-house Service/@-other-next Service/@-other-postgres Service/@-other-redis Service/@-other-s3 Service/@-other-server Deployment/@-other Deployment/@-other-clickhouse Deployment/@-other-cloud Deployment/@-other-next Deployment/@-other-postgres Deployment/@-other-redis Deployment/@-other-s3 Deployment/@-other-server StatefulSet/@-other-house
> in-place: Job/@-other-s3-init-buckets
! data-loss PersistentVolumeClaim/@-clickhouse-pvc
! data-loss PersistentVolumeClaim/@-postgres-pvc
! data-loss PersistentVolumeClaim/@-redis-pvc
! data-loss PersistentVolumeClaim/@-s3-pvc
! outage Service/@-other
! outage StatefulSet/@-other-house",
        ..UPGRADE
    },
    Upgrade {
        name: "nameOverride changes under a pinned fullname",
        source: "pkg/registry/apps/deployment/strategy.go, ValidateUpdate: spec.selector is immutable",
        before: "fullnameOverride: pinned",
        after: "fullnameOverride: pinned
nameOverride: other",
        expected: "
rejected
~ in-place: Secret/pinned-clickhouse-credentials Secret/pinned-postgres-credentials Secret/pinned-redis-credentials Secret/pinned-s3-credentials ConfigMap/@-traefik-config PersistentVolumeClaim/pinned-clickhouse-pvc PersistentVolumeClaim/pinned-postgres-pvc PersistentVolumeClaim/pinned-redis-pvc PersistentVolumeClaim/pinned-s3-pvc Job/pinned-s3-init-buckets
~ in-place, outage: Service/pinned Service/pinned-clickhouse Service/pinned-cloud Service/pinned-house Service/pinned-next Service/pinned-postgres Service/pinned-redis Service/pinned-s3 Service/pinned-server
~ in-place, restart, rejected: Deployment/pinned Deployment/pinned-cloud Deployment/pinned-next Deployment/pinned-server StatefulSet/pinned-house
~ in-place, outage, rejected: Deployment/pinned-clickhouse Deployment/pinned-postgres Deployment/pinned-redis Deployment/pinned-s3
! rejected Deployment/pinned spec.selector
! rejected StatefulSet/pinned-house spec.selector
! outage Service/pinned spec.selector
! outage Deployment/pinned-clickhouse spec.template
! outage Deployment/pinned-postgres spec.template
! restart StatefulSet/pinned-house spec.template
? rerun Job/pinned-s3-init-buckets",
        ..UPGRADE
    },
    Upgrade {
        name: "one component is renamed",
        source: "ValidateObjectMetaUpdate: a name cannot change, another name is another object",
        after: "service: {server: {fullnameOverride: api}}",
        expected: "
outage
~ stale: ConfigMap/@-traefik-config
> in-place, outage: Service/api Deployment/api
~ restart: Deployment/@-next StatefulSet/@-house
! outage Service/@-server
! restart StatefulSet/@-house spec.template
! stale ConfigMap/@-traefik-config data",
        ..UPGRADE
    },
    Upgrade {
        name: "a database is renamed",
        source: "ValidateObjectMetaUpdate: a name cannot change, another name is another object",
        after: "dependencies: {postgres: {fullnameOverride: db}}",
        expected: "
data-loss
> in-place, stale: Secret/db-credentials
> in-place, data-loss: PersistentVolumeClaim/db-pvc
> in-place, outage: Service/db Deployment/db
~ restart: Deployment/@-server
! data-loss PersistentVolumeClaim/@-postgres-pvc
! outage Service/@-postgres",
        ..UPGRADE
    },
    Upgrade {
        name: "a renamed database whose claim is kept",
        source: "ValidateObjectMetaUpdate: a name cannot change, another name is another object; Helm, pkg/kube/client.go: resource-policy keep, read from the live object",
        before: "dependencies: {postgres: {customAnnotations: {helm.sh/resource-policy: keep}}}",
        after: "dependencies: {postgres: {fullnameOverride: db, customAnnotations: {helm.sh/resource-policy: keep}}}",
        expected: "
outage
> in-place, stale: Secret/db-credentials
> in-place: PersistentVolumeClaim/db-pvc
> in-place, outage: Service/db Deployment/db
~ restart: Deployment/@-server
! outage Service/@-postgres
? outage PersistentVolumeClaim/db-pvc",
        ..UPGRADE
    },
    Upgrade {
        name: "house is renamed",
        source: "pkg/controller/statefulset, getPersistentVolumeClaimName: claims bear the name of the set",
        after: "service: {house: {fullnameOverride: metrics}}",
        expected: "
outage
~ stale: ConfigMap/@-traefik-config
> in-place, outage: Service/metrics StatefulSet/metrics
~ restart: Deployment/@-next Deployment/@-server
! outage Service/@-house
! outage StatefulSet/metrics
! stale ConfigMap/@-traefik-config data",
        ..UPGRADE
    },
    Upgrade {
        name: "the gateway is renamed",
        source: "ValidateObjectMetaUpdate: a name cannot change, another name is another object",
        after: "gateway: {fullnameOverride: entry}",
        expected: "
outage
> in-place, outage: Service/entry Deployment/entry
~ restart: Deployment/@-next
! outage Service/@",
        ..UPGRADE
    },
    Upgrade {
        name: "house's claim template grows",
        source: "ValidateStatefulSetUpdate: volumeClaimTemplates are not in the list",
        after: "service: {house: {persistence: {storageSize: 20Gi}}}",
        expected: "
rejected
~ rejected: StatefulSet/@-house
! rejected StatefulSet/@-house spec.volumeClaimTemplates",
        ..UPGRADE
    },
    Upgrade {
        name: "house's claim template shrinks",
        source: "ValidateStatefulSetUpdate: volumeClaimTemplates are not in the list",
        after: "service: {house: {persistence: {storageSize: 5Gi}}}",
        expected: "
rejected
~ rejected: StatefulSet/@-house
! rejected StatefulSet/@-house spec.volumeClaimTemplates",
        ..UPGRADE
    },
    Upgrade {
        name: "house's storage class changes",
        source: "ValidateStatefulSetUpdate: volumeClaimTemplates are not in the list",
        after: "service: {house: {persistence: {storageClass: fast}}}",
        expected: "
rejected
~ rejected: StatefulSet/@-house
! rejected StatefulSet/@-house spec.volumeClaimTemplates",
        ..UPGRADE
    },
    Upgrade {
        name: "house's claim size in another unit",
        source: "apimachinery, resource.Quantity: one amount",
        after: "service: {house: {persistence: {storageSize: 10240Mi}}}",
        expected: "
none",
        ..UPGRADE
    },
    Upgrade {
        name: "house's image changes",
        source: "apps/v1 StatefulSet: RollingUpdate, one pod after the other",
        after: "service: {house: {image: {tag: v9}}}",
        expected: "
restart
~ restart: StatefulSet/@-house
! restart StatefulSet/@-house spec.template
! restart StatefulSet/@-house spec.template.spec.containers.image",
        ..UPGRADE
    },
    Upgrade {
        name: "house has more pods",
        source: "ValidateStatefulSetUpdate: replicas may change",
        after: "service: {house: {replicas: 3}}",
        expected: "
scale
~ scale: StatefulSet/@-house",
        ..UPGRADE
    },
    Upgrade {
        name: "house has fewer pods",
        source: "ValidateStatefulSetUpdate: replicas may change; claims stay unless whenScaled is Delete",
        after: "service: {house: {replicas: 1}}",
        expected: "
scale
~ scale: StatefulSet/@-house",
        ..UPGRADE
    },
    Upgrade {
        name: "house has no pods",
        source: "no pod is left to serve",
        after: "service: {house: {replicas: 0}}",
        expected: "
outage
~ scale, outage: StatefulSet/@-house
! outage StatefulSet/@-house spec.replicas",
        ..UPGRADE
    },
    Upgrade {
        name: "house's image changes and its claims grow",
        source: "ValidateStatefulSetUpdate: volumeClaimTemplates are not in the list",
        after: "service: {house: {image: {tag: v9}, persistence: {storageSize: 20Gi}}}",
        expected: "
rejected
~ restart, rejected: StatefulSet/@-house
! rejected StatefulSet/@-house spec.volumeClaimTemplates
! restart StatefulSet/@-house spec.template
! restart StatefulSet/@-house spec.template.spec.containers.image",
        ..UPGRADE
    },
    Upgrade {
        name: "house's side container changes",
        source: "apps/v1 StatefulSet: RollingUpdate, one pod after the other",
        after: "service: {house: {fbImage: {tag: '4'}}}",
        expected: "
restart
~ restart: StatefulSet/@-house
! restart StatefulSet/@-house spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "house's labels change",
        source: "apps/v1 StatefulSet: RollingUpdate; the claim template has no labels",
        after: "service: {house: {customLabels: {team: a}}}",
        expected: "
restart
~ in-place: Service/@-house
~ in-place, restart: StatefulSet/@-house
! restart StatefulSet/@-house spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "house's claim template in an old cluster",
        source: "ValidateStatefulSetUpdate: volumeClaimTemplates are not in the list of any version",
        after: "service: {house: {persistence: {storageSize: 20Gi}}}",
        minor: 24,
        expected: "
rejected
~ rejected: StatefulSet/@-house
! rejected StatefulSet/@-house spec.volumeClaimTemplates",
        ..UPGRADE
    },
    Upgrade {
        name: "server's image changes",
        source: "the server's command: prisma migrate deploy",
        after: "service: {server: {image: {tag: v2.8.0}}}",
        expected: "
restart
~ restart: Deployment/@-server
! restart Deployment/@-server spec.template.spec.containers.image",
        ..UPGRADE
    },
    Upgrade {
        name: "server's image comes from elsewhere",
        source: "the server's command: prisma migrate deploy",
        after: "service: {server: {image: {repository: mirror.example.com/server}}}",
        expected: "
restart
~ restart: Deployment/@-server
! restart Deployment/@-server spec.template.spec.containers.image",
        ..UPGRADE
    },
    Upgrade {
        name: "server has more pods",
        source: "apps/v1 DeploymentSpec.replicas",
        after: "service: {server: {replicas: 3}}",
        expected: "
scale
~ scale: Deployment/@-server",
        ..UPGRADE
    },
    Upgrade {
        name: "server has no pods",
        source: "no pod is left to serve",
        after: "service: {server: {replicas: 0}}",
        expected: "
outage
~ scale, outage: Deployment/@-server
! outage Deployment/@-server spec.replicas",
        ..UPGRADE
    },
    Upgrade {
        name: "server's number of pods is left to an autoscaler",
        source: "pkg/apis/apps/v1/defaults.go: replicas is 1",
        after: "service: {server: {replicas: null}}",
        expected: "
scale
~ scale: Deployment/@-server
? scale Deployment/@-server spec.replicas",
        ..UPGRADE
    },
    Upgrade {
        name: "one pod becomes the default",
        source: "pkg/apis/apps/v1/defaults.go: replicas is 1",
        before: "service: {server: {replicas: 1}}",
        after: "service: {server: {replicas: null}}",
        expected: "
none",
        ..UPGRADE
    },
    Upgrade {
        name: "server's image changes while it has no pods",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout; without pods there is none",
        before: "service: {server: {replicas: 0}}",
        after: "service: {server: {replicas: 0, image: {tag: v2.8.0}}}",
        expected: "
none
~ none: Deployment/@-server
? restart Deployment/@-server spec.template.spec.containers.image",
        ..UPGRADE
    },
    Upgrade {
        name: "server comes back with another image",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout; without pods there is none",
        before: "service: {server: {replicas: 0}}",
        after: "service: {server: {replicas: 2, image: {tag: v2.8.0}}}",
        expected: "
restart
~ scale, restart: Deployment/@-server
! restart Deployment/@-server spec.template.spec.containers.image",
        ..UPGRADE
    },
    Upgrade {
        name: "server gets resources",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout",
        after: "service: {server: {resources: {limits: {cpu: '1'}}}}",
        expected: "
restart
~ restart: Deployment/@-server",
        ..UPGRADE
    },
    Upgrade {
        name: "server's limit in another unit",
        source: "apimachinery, resource.Quantity: one amount",
        before: "service: {server: {resources: {limits: {cpu: 1, memory: 1024Mi}}}}",
        after: "service: {server: {resources: {limits: {cpu: 1000m, memory: 1Gi}}}}",
        expected: "
none",
        ..UPGRADE
    },
    Upgrade {
        name: "server requests what it is limited to, which a pod template says to nobody but its pods",
        source: "pkg/apis/core/v1/defaults.go, SetDefaults_Pod: requests come from limits in Pods, never in pod templates",
        before: "service: {server: {resources: {limits: {cpu: '1'}}}}",
        after: "service: {server: {resources: {limits: {cpu: '1'}, requests: {cpu: '1'}}}}",
        expected: "
restart
~ restart: Deployment/@-server",
        ..UPGRADE
    },
    Upgrade {
        name: "server's requests equal its limits and go away",
        source: "pkg/apis/core/v1/defaults.go, SetDefaults_Pod: requests come from limits in Pods, never in pod templates",
        before: "service: {server: {resources: {limits: {cpu: '1', memory: 1Gi}, requests: {cpu: '1', memory: 1Gi}}}}",
        after: "service: {server: {resources: {limits: {cpu: '1', memory: 1Gi}}}}",
        expected: "
restart
~ restart: Deployment/@-server",
        ..UPGRADE
    },
    Upgrade {
        name: "the gateway requests one of two limits more, another unit beside it",
        source: "pkg/apis/core/v1/defaults.go, SetDefaults_Pod: requests come from limits in Pods, never in pod templates",
        before: "gateway: {resources: {limits: {cpu: 1, memory: 1Gi}, requests: {memory: 1024Mi}}}",
        after: "gateway: {resources: {limits: {cpu: '1', memory: 1Gi}, requests: {cpu: 1, memory: 1Gi}}}",
        expected: "
restart
~ restart: Deployment/@",
        ..UPGRADE
    },
    Upgrade {
        name: "server's annotations change",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout",
        after: "service: {server: {customAnnotations: {a: b}}}",
        expected: "
restart
~ restart: Deployment/@-server",
        ..UPGRADE
    },
    Upgrade {
        name: "server's labels change",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout",
        after: "service: {server: {customLabels: {a: b}}}",
        expected: "
restart
~ in-place: Service/@-server
~ in-place, restart: Deployment/@-server",
        ..UPGRADE
    },
    Upgrade {
        name: "a node selector",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout",
        after: "service: {next: {customNodeSelector: {disk: ssd}}}",
        expected: "
restart
~ restart: Deployment/@-next",
        ..UPGRADE
    },
    Upgrade {
        name: "tolerations",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout",
        after: "service: {cloud: {customTolerations: [{key: gpu, operator: Exists, effect: NoSchedule}]}}",
        expected: "
restart
~ restart: Deployment/@-cloud",
        ..UPGRADE
    },
    Upgrade {
        name: "tolerations in another order",
        source: "EqualIgnoreHash compares lists in their order",
        before: "service: {cloud: {customTolerations: [{key: a, operator: Exists}, {key: b, operator: Exists}]}}",
        after: "service: {cloud: {customTolerations: [{key: b, operator: Exists}, {key: a, operator: Exists}]}}",
        expected: "
restart
~ restart: Deployment/@-cloud",
        ..UPGRADE
    },
    Upgrade {
        name: "pull policy spelled out",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout",
        after: "service: {server: {image: {pullPolicy: Always}}}",
        expected: "
restart
~ restart: Deployment/@-server",
        ..UPGRADE
    },
    Upgrade {
        name: "pull secrets",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout; ValidateJobSpecUpdate: the template is immutable while the Job is there",
        after: "global: {imagePullSecrets: [{name: regcred}]}",
        expected: "
outage
~ restart: Deployment/@ Deployment/@-cloud Deployment/@-next Deployment/@-server StatefulSet/@-house
~ outage: Deployment/@-clickhouse Deployment/@-postgres Deployment/@-redis Deployment/@-s3
~ rerun: Job/@-s3-init-buckets
? rejected Job/@-s3-init-buckets spec.template
! outage Deployment/@-clickhouse spec.template
! outage Deployment/@-postgres spec.template
! restart StatefulSet/@-house spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "pods spread hard",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout",
        after: "global: {podAntiAffinityPreset: hard}",
        expected: "
restart
~ restart: Deployment/@ Deployment/@-cloud Deployment/@-next Deployment/@-server StatefulSet/@-house
! restart StatefulSet/@-house spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "postgres' image changes",
        source: "apps/v1 DeploymentStrategy: Recreate ends all pods before it makes new ones",
        after: "dependencies: {postgres: {image: {tag: '17'}}}",
        expected: "
outage
~ outage: Deployment/@-postgres
! outage Deployment/@-postgres spec.template
! outage Deployment/@-postgres spec.template.spec.containers.image",
        ..UPGRADE
    },
    Upgrade {
        name: "redis gets resources",
        source: "apps/v1 DeploymentStrategy: Recreate ends all pods before it makes new ones",
        after: "dependencies: {redis: {resources: {limits: {memory: 1Gi}}}}",
        expected: "
outage
~ outage: Deployment/@-redis
! outage Deployment/@-redis spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "clickhouse's image changes",
        source: "apps/v1 DeploymentStrategy: Recreate ends all pods before it makes new ones",
        after: "dependencies: {clickhouse: {image: {tag: '25'}}}",
        expected: "
outage
~ outage: Deployment/@-clickhouse
! outage Deployment/@-clickhouse spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "minio's image changes",
        source: "apps/v1 DeploymentStrategy: Recreate ends all pods before it makes new ones",
        after: "dependencies: {s3: {image: {tag: other}}}",
        expected: "
outage
~ outage: Deployment/@-s3
! outage Deployment/@-s3 spec.template
? rerun Job/@-s3-init-buckets",
        ..UPGRADE
    },
    Upgrade {
        name: "the login host",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout",
        after: "global: {settings: {loginHost: swanlab.example.com}}",
        expected: "
restart
~ restart: Deployment/@-next",
        ..UPGRADE
    },
    Upgrade {
        name: "a gateway's configuration changes",
        source: "kubernetes#50345: files mounted with subPath are not updated",
        after: "global: {clusterDomain: other.local}",
        expected: "
stale
~ stale: ConfigMap/@-traefik-config
! stale ConfigMap/@-traefik-config data",
        ..UPGRADE
    },
    Upgrade {
        name: "configuration and pods change together",
        source: "kubernetes#50345: files mounted with subPath are not updated; new pods mount the new files",
        after: "global: {clusterDomain: other.local}
gateway: {image: {tag: '3.7'}}",
        expected: "
restart
~ in-place: ConfigMap/@-traefik-config
~ restart: Deployment/@",
        ..UPGRADE
    },
    Upgrade {
        name: "configuration changes while the gateway has no pods",
        source: "kubernetes#50345: files mounted with subPath are not updated",
        before: "gateway: {replicas: 0}",
        after: "global: {clusterDomain: other.local}
gateway: {replicas: 0}",
        expected: "
in-place
~ in-place: ConfigMap/@-traefik-config",
        ..UPGRADE
    },
    Upgrade {
        name: "the gateway's image changes",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout",
        after: "gateway: {image: {tag: '3.7'}}",
        expected: "
restart
~ restart: Deployment/@",
        ..UPGRADE
    },
    Upgrade {
        name: "postgres' password changes",
        source: "Kubernetes' documentation of Secrets: environment variables are read when a container starts",
        after: "dependencies: {postgres: {password: another-password}}",
        expected: "
outage
~ stale: Secret/@-postgres-credentials
! outage Deployment/@-postgres spec.template.spec.containers.env
! stale Secret/@-postgres-credentials data",
        ..UPGRADE
    },
    Upgrade {
        name: "clickhouse's password changes",
        source: "Kubernetes' documentation of Secrets: environment variables are read when a container starts",
        after: "dependencies: {clickhouse: {password: another-password}}",
        expected: "
outage
~ stale: Secret/@-clickhouse-credentials
! outage Deployment/@-clickhouse spec.template.spec.containers.env
! stale Secret/@-clickhouse-credentials data",
        ..UPGRADE
    },
    Upgrade {
        name: "minio's secret key changes",
        source: "Kubernetes' documentation of Secrets: environment variables are read when a container starts",
        after: "dependencies: {s3: {secretKey: another-password}}",
        expected: "
outage
~ stale: Secret/@-s3-credentials
! outage Deployment/@-s3 spec.template.spec.containers.env
? rerun Job/@-s3-init-buckets
! stale Secret/@-s3-credentials data",
        ..UPGRADE
    },
    Upgrade {
        name: "postgres' password and image change",
        source: "Kubernetes' documentation of Secrets: environment variables are read when a container starts; apps/v1 DeploymentStrategy: Recreate ends all pods before it makes new ones",
        after: "dependencies: {postgres: {password: another-password, image: {tag: '17'}}}",
        expected: "
outage
~ in-place, stale: Secret/@-postgres-credentials
~ outage: Deployment/@-postgres
! outage Deployment/@-postgres spec.template
! outage Deployment/@-postgres spec.template.spec.containers.image
! outage Deployment/@-postgres spec.template.spec.containers.env
! stale Secret/@-postgres-credentials data",
        ..UPGRADE
    },
    Upgrade {
        name: "postgres' user changes",
        source: "Kubernetes' documentation of Secrets: environment variables are read when a container starts",
        after: "dependencies: {postgres: {username: another}}",
        expected: "
outage
~ stale: Secret/@-postgres-credentials
! outage Deployment/@-postgres spec.template.spec.containers.env
! stale Secret/@-postgres-credentials data",
        ..UPGRADE
    },
    Upgrade {
        name: "an integration's Secret changes",
        source: "pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout",
        before: "integrations: {postgres: {enabled: true, existingSecret: pg, host: db}}",
        after: "integrations: {postgres: {enabled: true, existingSecret: pg2, host: db}}",
        expected: "
restart
~ restart: Deployment/@-server",
        ..UPGRADE
    },
    Upgrade {
        name: "the bucket Job's image changes",
        source: "ValidateJobSpecUpdate: the template is immutable while the Job is there",
        after: "dependencies: {s3: {mcImage: {tag: other}}}",
        expected: "
rerun
~ rerun: Job/@-s3-init-buckets
? rejected Job/@-s3-init-buckets spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "the helper's image changes",
        source: "ValidateJobSpecUpdate: the template is immutable while the Job is there; pkg/controller/deployment/util, EqualIgnoreHash: any difference of templates is a rollout",
        after: "helper: {tag: '1.38.0'}",
        expected: "
outage
~ restart: Deployment/@-next Deployment/@-server StatefulSet/@-house
~ outage: Deployment/@-postgres
~ rerun: Job/@-s3-init-buckets
? rejected Job/@-s3-init-buckets spec.template
! outage Deployment/@-postgres spec.template
! restart StatefulSet/@-house spec.template",
        ..UPGRADE
    },
    Upgrade {
        name: "the bucket Job's labels change",
        source: "ValidateJobUpdate: metadata may change",
        after: "dependencies: {s3: {customLabels: {a: b}}}",
        expected: "
outage
~ in-place: Secret/@-s3-credentials PersistentVolumeClaim/@-s3-pvc Service/@-s3 Job/@-s3-init-buckets
~ in-place, outage: Deployment/@-s3
! outage Deployment/@-s3 spec.template
? rerun Job/@-s3-init-buckets",
        ..UPGRADE
    },
    Upgrade {
        name: "object storage comes back",
        source: "objects added are made; nothing else happens",
        before: r#"integrations: {s3: {enabled: true, existingSecret: s, public: {endpoint: s3.example.com, domain: "https://s3.example.com", bucket: pub, region: r}, private: {endpoint: s3.example.com, bucket: priv, region: r}}}"#,
        expected: "
restart
+ in-place: Secret/@-s3-credentials PersistentVolumeClaim/@-s3-pvc Service/@-s3 Deployment/@-s3 Job/@-s3-init-buckets
~ stale: ConfigMap/@-traefik-config
~ restart: Deployment/@-server StatefulSet/@-house
! restart StatefulSet/@-house spec.template
! stale ConfigMap/@-traefik-config data",
        ..UPGRADE
    },
    Upgrade {
        name: "all at once: version, claims, names",
        source: "ValidateObjectMetaUpdate: a name cannot change, another name is another object",
        after: "fullnameOverride: other
service: {server: {image: {tag: v2.8.0}}}",
        expected: "
data-loss
> in-place, stale: Secret/other-clickhouse-credentials Secret/other-postgres-credentials Secret/other-redis-credentials Secret/other-s3-credentials
~ in-place: ConfigMap/@-traefik-config
> in-place, data-loss: PersistentVolumeClaim/other-clickhouse-pvc PersistentVolumeClaim/other-postgres-pvc PersistentVolumeClaim/other-redis-pvc PersistentVolumeClaim/other-s3-pvc
> in-place, outage: Service/other Service/other-clickhouse Service/other-cloud Service/other-house Service/other-next Service/other-postgres Service/other-redis Service/other-s3 Service/other-server Deployment/other Deployment/other-clickhouse Deployment/other-cloud Deployment/other-next Deployment/other-postgres Deployment/other-redis Deployment/other-s3 Deployment/other-server StatefulSet/other-house
> in-place: Job/other-s3-init-buckets
! data-loss PersistentVolumeClaim/@-clickhouse-pvc
! data-loss PersistentVolumeClaim/@-postgres-pvc
! data-loss PersistentVolumeClaim/@-redis-pvc
! data-loss PersistentVolumeClaim/@-s3-pvc
! outage Service/other
! outage StatefulSet/other-house",
        ..UPGRADE
    },
    Upgrade {
        name: "all defaults spelled out",
        source: "the value is the chart's default",
        after: "service: {server: {replicas: 2}}",
        expected: "
none",
        ..UPGRADE
    },
    Upgrade {
        name: "house's old volumes are there, and its image changes",
        source: "apps/v1 StatefulSet: RollingUpdate, in every version",
        after: "service: {house: {image: {tag: v9}}}",
        minor: 24,
        expected: "
restart
~ restart: StatefulSet/@-house
! restart StatefulSet/@-house spec.template
! restart StatefulSet/@-house spec.template.spec.containers.image",
        ..UPGRADE
    },
    Upgrade {
        name: "going back: an integration is switched off again, with a new claim",
        source: "objects added are made; nothing else happens",
        before: "integrations: {postgres: {enabled: true, existingSecret: pg, host: db}}",
        after: "dependencies: {postgres: {password: another-password}}",
        expected: "
restart
+ in-place: Secret/@-postgres-credentials PersistentVolumeClaim/@-postgres-pvc Service/@-postgres Deployment/@-postgres
~ restart: Deployment/@-server",
        ..UPGRADE
    },
];
