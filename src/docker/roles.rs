//! What the services of a deployment are for.

use super::compose::Service;
use crate::init::Store;
use crate::kubernetes::Image;
use crate::stores::Program;

/// What a service is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Server,
    House,
    Cloud,
    Next,
    Auth,
    Vector,
    Gateway,
    Store(Store),
    /// The chart does in another way what it does.
    Helper,
}

/// Services by the name of their image, or else by their own name.
const ROLES: [(&str, Role); 18] = [
    ("swanlab-server", Role::Server),
    ("swanlab-house", Role::House),
    ("swanlab-cloud", Role::Cloud),
    ("swanlab-next", Role::Next),
    ("swanlab-auth", Role::Auth),
    ("vector", Role::Vector),
    ("traefik", Role::Gateway),
    ("gateway", Role::Gateway),
    ("logrotate", Role::Helper),
    ("fluent-bit", Role::Helper),
    ("identify", Role::Helper),
    ("gateway-plugins", Role::Helper),
    ("minio-mc", Role::Helper),
    ("mc", Role::Helper),
    ("create-buckets", Role::Helper),
    ("minio-init", Role::Helper),
    ("clickhouse", Role::Store(Store::Clickhouse)),
    ("minio", Role::Store(Store::S3)),
];

impl Role {
    pub(super) fn of(service: &Service) -> Option<Self> {
        let image = Image::of(&service.image);
        let store = match Program::of_image(&image) {
            Some(Program::Postgres) => Some(Store::Postgres),
            Some(Program::Redis) => Some(Store::Redis),
            Some(Program::ClickHouse) => Some(Store::Clickhouse),
            Some(Program::Minio) => Some(Store::S3),
            _ => None,
        };
        let named = |name: &str| ROLES.iter().find(|(known, _)| *known == name);
        let by_image = named(image.name()).map(|(_, role)| *role);
        let by_name = named(&service.name).map(|(_, role)| *role);
        store.map(Self::Store).or(by_image).or(by_name)
    }

    /// The chart's name of its image.
    pub(super) fn image(self) -> Option<&'static str> {
        Some(match self {
            Self::Server => "server",
            Self::House => "house",
            Self::Cloud => "cloud",
            Self::Next => "next",
            Self::Store(store) => store.name(),
            _ => return None,
        })
    }

    /// The value with the number of its pods.
    pub(super) fn replicas(self) -> Option<&'static str> {
        Some(match self {
            Self::Server => "service.server.replicas",
            Self::House => "service.house.replicas",
            Self::Cloud => "service.cloud.replicas",
            Self::Next => "service.next.replicas",
            Self::Gateway => "gateway.replicas",
            _ => return None,
        })
    }
}
