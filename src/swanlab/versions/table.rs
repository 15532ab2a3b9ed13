//! What became of the keys of other versions of the official chart. Sources: the values.yaml and templates of the tags
//! 0.1.0 to 0.2.6, of which each key was tried with Helm, and the values.yaml of the charts after 0.3.0.

use std::ops::RangeInclusive;

use super::Version;

/// Keys, and what became of them.
#[derive(Clone, Debug)]
pub struct Row {
    /// Patterns of dotted paths: see [`matches`](super::matches).
    pub keys: &'static [&'static str],
    /// The versions that the row is about.
    pub charts: RangeInclusive<Version>,
    /// What became of the keys.
    pub became: Became,
    /// The same in words, with what to do. KEY is the last key of the path.
    pub note: &'static str,
}

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is the same key now.
    Same,
    /// Another key, with the same meaning: `*` is what it is in the pattern, KEY the last key.
    Key(&'static str),
    /// Nothing: it had no effect, or the chart now does what it asked for.
    Nothing,
    /// What it did has to be done by hand.
    ByHand,
    /// It depends on its value, or on others.
    Depends(Rule),
}

/// What has to be looked at to know what became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Registry and repository of the gateway's image, which are one value now.
    GatewayImage,
    /// The image of the gateway's init container, the only thing left of the list of init containers.
    IdentifyImage,
    /// The pull secrets of the gateway, which are those of all pods now.
    PullSecrets,
    /// Whether house's claims are deleted with it: `true` in 0.1.5. In 0.2.0 they always are, except with `true`.
    RetainClaims,
    /// What an integration's Secret contained and its values contain now, if the integration is enabled.
    Integration,
    /// The image tag of cloud, which server, house and next had too.
    SharedTag,
    /// The image tag of server, house or next, which was not read.
    UnreadTag,
}

const fn row(
    keys: &'static [&'static str],
    charts: RangeInclusive<Version>,
    became: Became,
    note: &'static str,
) -> Row {
    Row {
        keys,
        charts,
        became,
        note,
    }
}

const A0: Version = Version(0, 1, 0);
const A3: Version = Version(0, 1, 3);
const A4: Version = Version(0, 1, 4);
const A5: Version = Version(0, 1, 5);
const B0: Version = Version(0, 2, 0);
const B2: Version = Version(0, 2, 2);
const B3: Version = Version(0, 2, 3);
const C0: Version = Version(0, 3, 0);
/// Charts after the one that is built in.
const NEWER: RangeInclusive<Version> = Version(0, 4, 0)..=Version(u8::MAX, 0, 0);

const INGRESS: &str =
    "chart 0.1 had it; since 0.2.0 write your own Ingress to the gateway's Service";
const TLS: &str = "chart 0.1 had it; since 0.2.0 TLS ends outside of the chart: name the Secret in your own Ingress to the \
                   gateway's Service, or terminate TLS in your load balancer";
const HOST: &str = "chart 0.1 had it; since 0.2.0 the host belongs in your own Ingress to the gateway's Service; the host \
                    that users see is `global.settings.loginHost`";
const SERVICE: &str = "chart 0.1 had it; since 0.2.0 the gateway's Service is a ClusterIP with another name, so its external \
                       address is lost: expose it with your own Ingress or a Service of type LoadBalancer, and change DNS";
const TEST: &str = "chart 0.1 had it for a test Pod, which is gone";
const GATEWAY: &str = "since chart 0.2.0 it is `gateway.KEY`";
const GATEWAY_IMAGE: &str = "since chart 0.2.0 it is a part of `gateway.image.repository`";
const IDENTIFY: &str =
    "since chart 0.2.0 the image is `gateway.identifyImage`, and the rest is fixed";
const BUCKETS: &str = "since chart 0.2.0 each bucket has its own: `integrations.s3.public.KEY` and `integrations.s3.private.KEY`";

/// Keys that the built-in chart does not have, and those that it has but older ones do not. The first row that matches
/// counts.
#[rustfmt::skip]
pub const RENAMED: [Row; 51] = [
    row(&["imagePullSecrets"], A0..=A5, Became::Key("global.imagePullSecrets"), "since chart 0.2.0 it is `global.imagePullSecrets`"),
    row(&["env.loginHost"], A5..=A5, Became::Key("global.settings.loginHost"), "since chart 0.2.0 it is `global.settings.loginHost`"),
    row(&["env.apiHost"], A3..=A4, Became::Key("global.settings.loginHost"), "since chart 0.2.0 it is `global.settings.loginHost`"),
    row(&["env."], A3..=A5, Became::ByHand, "chart 0.1 had it; see `global.settings` for what is left of it"),
    row(&["replicaCount"], A0..=A4, Became::ByHand, "since chart 0.1.5 each service has its own: `service.server.replicas`"),
    row(&["service.*.replicaCount"], A0..=A4, Became::Key("service.*.replicas"), "since chart 0.1.5 it is `replicas`"),
    row(&["service.house.retainPVC"], A5..=B0, Became::Depends(Rule::RetainClaims), "chart 0.2.1 removed it; house's claims are kept"),
    row(&["ingress.tls"], A0..=A4, Became::ByHand, TLS),
    row(&["ingress.tlsSecret"], A5..=A5, Became::ByHand, TLS),
    row(&["ingress.host"], A0..=A5, Became::ByHand, HOST),
    row(&["ingress.enabled"], A0..=A5, Became::Nothing, INGRESS),
    row(&["ingress.test."], A0..=A5, Became::Nothing, TEST),
    row(&["ingress.traefik.image.registry", "ingress.traefik.image.repository"], A0..=A5, Became::Depends(Rule::GatewayImage), GATEWAY_IMAGE),
    row(&["ingress.traefik.image.tag", "ingress.traefik.image.pullPolicy"], A0..=A5, Became::Key("gateway.image.KEY"), "since chart 0.2.0 it is `gateway.image.KEY`"),
    row(&["ingress.traefik.service.type", "ingress.traefik.service."], A0..=A5, Became::ByHand, SERVICE),
    row(&["ingress.traefik.deployment.replicas"], A0..=A5, Became::Key("gateway.KEY"), GATEWAY),
    row(&["ingress.traefik.deployment.imagePullSecrets"], A0..=A5, Became::Depends(Rule::PullSecrets), "since chart 0.2.0 it is `global.imagePullSecrets`"),
    row(&["ingress.traefik.deployment.initContainers"], A5..=A5, Became::Depends(Rule::IdentifyImage), IDENTIFY),
    row(&["ingress.traefik.deployment.podAnnotations"], A0..=A5, Became::Key("gateway.customAnnotations"), "since chart 0.2.0 it is `gateway.customAnnotations`"),
    row(&["ingress.traefik.providers.kubernetesCRD.labelSelector"], A0..=A5, Became::Nothing, "chart 0.1 had it for IngressRoutes, which are gone"),
    row(&["ingress.traefik.resources"], A0..=A5, Became::Key("gateway.KEY"), GATEWAY),
    row(&["ingress.traefik.nodeSelector"], A0..=A5, Became::Key("gateway.customNodeSelector"), "since chart 0.2.0 it is `gateway.customNodeSelector`"),
    row(&["ingress.traefik.tolerations"], A0..=A5, Became::Key("gateway.customTolerations"), "since chart 0.2.0 it is `gateway.customTolerations`"),
    row(&["ingress."], A0..=A5, Became::ByHand, INGRESS),
    row(&["traefik."], A0..=A5, Became::ByHand, "chart 0.1 had it; since 0.2.0 the gateway is configured under `gateway`"),
    row(&["integrations.s3.endpoint", "integrations.s3.region", "integrations.s3.port", "integrations.s3.ssl", "integrations.s3.pathStyle"], A0..=A5, Became::ByHand, BUCKETS),
    row(&["integrations.s3.bucket"], A0..=A5, Became::ByHand, "since chart 0.2.0 there are two: `integrations.s3.public.bucket` and `integrations.s3.private.bucket`"),
    row(&["integrations.s3.domain"], A0..=A5, Became::Key("integrations.s3.public.domain"), "since chart 0.2.0 it is `integrations.s3.public.domain`"),
    row(&["integrations.s3.publicBucket"], A0..=A5, Became::Key("integrations.s3.public.bucket"), "since chart 0.2.0 it is `integrations.s3.public.bucket`"),
    row(&["integrations.s3.privateBucket"], A0..=A5, Became::Key("integrations.s3.private.bucket"), "since chart 0.2.0 it is `integrations.s3.private.bucket`"),
    row(&["integrations.s3.accessKey", "integrations.s3.secretKey"], A0..=A5, Became::ByHand, "it belongs in the Secret that `integrations.s3.existingSecret` names"),
    row(&["global.settings.host"], NEWER, Became::Key("global.settings.loginHost"), "newer charts have it; here it is `global.settings.loginHost`"),
    row(&["global.settings.limits."], NEWER, Became::ByHand, "newer charts have it; this chart (0.3.0) has no such setting"),
    row(&["helper.image.repository", "helper.image.tag", "helper.image.pullPolicy"], NEWER, Became::Key("helper.KEY"), "newer charts have it; here it is `helper.KEY`"),
    row(&["helper.image."], NEWER, Became::ByHand, "newer charts have it; here repository, tag and pullPolicy are directly under `helper`"),
    row(&["gateway.service."], NEWER, Became::ByHand, "newer charts have it; here the gateway's Service is always a ClusterIP on port 80"),
    row(&["vector.", "service.vector.", "dependencies.vector."], NEWER, Became::ByHand, "newer charts have it; here house ships its logs itself (`logImage`, `fbImage`)"),
    row(&["service.auth."], NEWER, Became::ByHand, "newer charts have it; this chart (0.3.0) has no single sign-on"),
    row(&["*.monitor.", "*.*.monitor."], NEWER, Became::ByHand, "newer charts have it; this chart (0.3.0) exports no metrics"),
    row(&["*.customPodLabels.", "*.*.customPodLabels."], NEWER, Became::ByHand, "newer charts have it; here `customLabels` go on the pods too"),
    row(&["*.customPodAnnotations.", "*.*.customPodAnnotations."], NEWER, Became::ByHand, "newer charts have it; here `customAnnotations` go on the pods"),
    row(&["*.securityContext.", "*.*.securityContext."], NEWER, Became::ByHand, "newer charts have it; here the containers run as their images say"),
    row(&["*.*.clusterIP"], NEWER, Became::ByHand, "newer charts have it; here Kubernetes chooses the address of a Service"),
    row(&["dependencies.redis.persistence.aof."], NEWER, Became::ByHand, "newer charts have it; here Redis saves as its image says"),
    row(&["global."], B0..=C0, Became::Same, ""),
    row(&["gateway."], B0..=C0, Became::Same, ""),
    row(&["service.house.logResources.", "service.house.fbResources."], B0..=C0, Became::Same, ""),
    row(&["integrations.*.host", "integrations.*.port", "integrations.*.database"], B0..=C0, Became::Same, ""),
    row(&["integrations.clickhouse.httpPort", "integrations.clickhouse.tcpPort"], B0..=C0, Became::Same, ""),
    row(&["integrations.s3.public.", "integrations.s3.private."], B0..=C0, Became::Same, ""),
    row(&["service.house.persistence.existingClaim"], A0..=A4, Became::Same, ""),
];

/// Keys that the built-in chart has too, but that meant something else.
#[rustfmt::skip]
pub const CHANGED: [Row; 5] = [
    row(&["service.*.replicas"], A0..=A4, Became::Nothing, "the charts up to 0.1.4 did not read it; since 0.1.5 it is the number of pods"),
    row(&["service.house.persistence.existingClaim"], A0..=C0, Became::Nothing, "no chart has read it: each pod of house has its own claim"),
    row(&["integrations.*.enabled"], A0..=A5, Became::Depends(Rule::Integration), ""),
    row(&["service.cloud.image.tag"], B2..=B3, Became::Depends(Rule::SharedTag), "in 0.2.2 and 0.2.3 server, house and next had this tag too, and have their own now: give all the same one, or none"),
    row(&["service.*.image.tag"], B2..=B3, Became::Depends(Rule::UnreadTag), "in 0.2.2 and 0.2.3 it was not read; now it decides which version runs: leave it empty unless you mean it"),
];
