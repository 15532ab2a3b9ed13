//! The sizes of installations: numbers, and where each comes from.

/// How large an installation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// To try it, and for a few users: the chart's defaults.
    #[default]
    Small,
    /// For most: what SwanLab recommends.
    Medium,
    /// For many users and long histories.
    Large,
}

impl Size {
    /// Where the replicas come from.
    pub(super) fn replicas_from(self) -> &'static str {
        match self {
            Self::Small => {
                "the chart's defaults; SwanLab recommends 3 of server and house for most installations"
            }
            Self::Medium => {
                "SwanLab's recommendation for most installations (\"Deploying with Kubernetes\", 3.3)"
            }
            Self::Large => {
                "twice SwanLab's recommendation for most installations (\"Deploying with Kubernetes\", 3.3)"
            }
        }
    }

    /// The parts with replicas, by path.
    pub(super) fn replicas(self) -> [(&'static str, u32); 5] {
        let [gateway, server, house, cloud, next] = match self {
            Self::Small => [2, 2, 2, 1, 2],
            Self::Medium => [2, 3, 3, 1, 2],
            Self::Large => [4, 6, 6, 2, 4],
        };
        [
            ("gateway", gateway),
            ("service.server", server),
            ("service.house", house),
            ("service.cloud", cloud),
            ("service.next", next),
        ]
    }

    /// Where the sizes of claims come from.
    pub(super) fn storage_from(self) -> &'static str {
        match self {
            Self::Small => "the chart's defaults",
            Self::Medium => "five times the chart's defaults",
            Self::Large => {
                "the sizes of SwanLab's example for production, and for files as for metrics"
            }
        }
    }

    /// The size of a store's claim.
    pub(super) fn storage(self, store: &str) -> &'static str {
        let [small, medium, large] = match store {
            "postgres" => ["10Gi", "50Gi", "100Gi"],
            "redis" => ["10Gi", "50Gi", "50Gi"],
            "house" => ["10Gi", "50Gi", "60Gi"],
            // Metrics and files.
            _ => ["20Gi", "100Gi", "1000Gi"],
        };
        match self {
            Self::Small => small,
            Self::Medium => medium,
            Self::Large => large,
        }
    }
}
