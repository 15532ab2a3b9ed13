//! Defaults of other versions that matter to an upgrade.

use std::ops::RangeInclusive;

use super::Version;

/// A default of some versions of the chart.
#[derive(Clone, Debug)]
pub struct Default {
    /// The value's path.
    pub path: &'static str,
    /// The default, a string.
    pub value: &'static str,
    /// The versions that have it.
    pub charts: RangeInclusive<Version>,
    /// What to do about it.
    pub on_upgrade: OnUpgrade,
    /// Why.
    pub note: &'static str,
}

/// What an upgrade does about a default that has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUpgrade {
    /// Where the value is left out, the old default is written down: it feeds a field that cannot change.
    WriteDown,
    /// Where the old default is written down, it is replaced by the current one.
    Replace(&'static str),
}

const CLASS: &str =
    "the chart's old default, written down: the storage class of a claim cannot change";
const IMAGE: &str =
    "a copy of the chart's old default, replaced by its new one: mirrors need the new path";
const TAG: &str = "a copy of the chart's old default, which would keep the old image";

/// All of them. Sources: the values.yaml of each tag.
pub const DEFAULTS: [Default; 16] = [
    class("service.house.persistence.storageClass", "standard", OLDEST),
    class(
        "dependencies.postgres.persistence.storageClass",
        "standard",
        OLDEST,
    ),
    class(
        "dependencies.redis.persistence.storageClass",
        "standard",
        OLDEST,
    ),
    class(
        "dependencies.clickhouse.persistence.storageClass",
        "standard",
        OLDEST,
    ),
    class(
        "dependencies.s3.persistence.storageClass",
        "standard",
        OLDEST,
    ),
    class(
        "service.house.persistence.storageClass",
        "local-storage",
        OLD,
    ),
    class(
        "dependencies.postgres.persistence.storageClass",
        "local-storage",
        OLD,
    ),
    class(
        "dependencies.redis.persistence.storageClass",
        "local-storage",
        OLD,
    ),
    class(
        "dependencies.clickhouse.persistence.storageClass",
        "local-storage",
        OLD,
    ),
    class(
        "dependencies.s3.persistence.storageClass",
        "local-storage",
        OLD,
    ),
    image(
        "helper.repository",
        "repo.swanlab.cn/self-hosted/busybox",
        "repo.swanlab.cn/public/busybox",
    ),
    image(
        "gateway.image.repository",
        "repo.swanlab.cn/self-hosted/traefik",
        "repo.swanlab.cn/public/traefik",
    ),
    image(
        "gateway.identifyImage.repository",
        "repo.swanlab.cn/self-hosted/swanlab-helper/identify",
        "repo.swanlab.cn/public/swanlab-helper/identify",
    ),
    tag("service.server.image.tag", Version(0, 2, 6)),
    tag("service.next.image.tag", Version(0, 2, 6)),
    tag("service.cloud.image.tag", Version(0, 2, 4)),
];

const OLDEST: RangeInclusive<Version> = Version(0, 1, 0)..=Version(0, 1, 2);
const OLD: RangeInclusive<Version> = Version(0, 1, 3)..=Version(0, 1, 5);

const fn class(
    path: &'static str,
    value: &'static str,
    charts: RangeInclusive<Version>,
) -> Default {
    Default {
        path,
        value,
        charts,
        on_upgrade: OnUpgrade::WriteDown,
        note: CLASS,
    }
}

const fn image(path: &'static str, value: &'static str, new: &'static str) -> Default {
    Default {
        path,
        value,
        charts: Version(0, 1, 0)..=Version(0, 2, 5),
        on_upgrade: OnUpgrade::Replace(new),
        note: IMAGE,
    }
}

const fn tag(path: &'static str, last: Version) -> Default {
    Default {
        path,
        value: "v2.6.3",
        charts: Version(0, 2, 4)..=last,
        on_upgrade: OnUpgrade::Replace(""),
        note: TAG,
    }
}
