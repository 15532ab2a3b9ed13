//! What a Docker deployment is made of: its stores with their accounts and data, the stores that run elsewhere, and the
//! settings that the chart has too. Whatever has no place in the chart is left to do by hand.

use serde_json::{Value, json};

use super::compose::{self, Compose, Mount, Service};
use super::env::{Variable, Variables};
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::init::Store;
use crate::kubernetes::Image;
use crate::migrate::{How, Move};
use crate::stores::Program;
use crate::swanlab::secret::{Account, Url, flaw, is_host};

/// A deployment, as its files describe it.
pub struct Deployment {
    /// The stores that run in it, in the order of the chart's values.
    pub(super) stores: Vec<BuiltIn>,
    /// The stores that it uses and that run elsewhere.
    pub(super) external: Vec<External>,
    /// Values of the chart that it sets.
    pub(super) values: Vec<(&'static str, Value)>,
    /// The images of the parts that the chart has too: by the chart's name of the image.
    pub(super) images: Vec<(&'static str, Variable)>,
    /// What became of its settings.
    pub(super) moves: Vec<Move>,
}

/// A store that runs in the deployment.
pub struct BuiltIn {
    /// Which one.
    pub store: Store,
    /// Where its data are.
    pub data: Data,
    /// The keys of its account below `dependencies`, with their values.
    pub(super) account: Vec<(&'static str, String)>,
    pub(super) place: Label,
}

/// Where the data of a store are on the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// In this folder, as written: relative paths begin in the folder of the compose file.
    Folder(String),
    /// In this volume of Docker.
    Volume(String),
    /// In the container, or where this program does not find it.
    Unknown,
}

/// A store that runs elsewhere.
pub(super) struct External {
    pub(super) store: Store,
    /// Its keys below `integrations`.
    pub(super) values: Vec<(&'static str, Value)>,
    pub(super) account: Account,
    /// The URLs that SwanLab connects with, as they are: of the primary and of the replica.
    pub(super) urls: Option<[String; 2]>,
}

/// What a service is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
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
    fn of(service: &Service) -> Option<Self> {
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
    fn image(self) -> Option<&'static str> {
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
    fn replicas(self) -> Option<&'static str> {
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

/// Variables of services that the chart sets itself, or that are read here. What ends with `*` is a beginning.
const KNOWN: [&str; 30] = [
    "DATABASE_URL",
    "DATABASE_URL_REPLICA",
    "REDIS_URL",
    "SERVER_PREFIX",
    "ACCESS_KEY",
    "SECRET_KEY",
    "VERSION",
    "SS_HOUSE_URL",
    "SS_STORAGE_TYPE",
    "SS_PUBLIC_STORAGE_*",
    "SS_PRIVATE_STORAGE_*",
    "SS_AVATAR_DOMAIN",
    "SS_EXPERIMENT_MAX_COLUMNS",
    "SS_EXPERIMENT_MAX_CHARTS",
    "SH_API_PREFIX",
    "SH_LOG_PATH",
    "SH_DATABASE_URL",
    "SH_DB_*",
    "SH_SERVER_URL",
    "SH_MINIO_*",
    "SH_DISTRIBUTED_ENABLE",
    "SH_REDIS_URL",
    "SH_VECTOR_*",
    "SH_FLAG_ID_IGNORE",
    "NEXT_CLOUD_URL",
    "CLOUD_URL",
    "API_*",
    "POSTGRES_*",
    "CLICKHOUSE_*",
    "MINIO_ROOT_*",
];

/// Keys of services that say nothing about what the chart has to do.
const HARMLESS: [&str; 18] = [
    "image",
    "container_name",
    "environment",
    "volumes",
    "labels",
    "networks",
    "restart",
    "logging",
    "healthcheck",
    "depends_on",
    "command",
    "profiles",
    "ports",
    "expose",
    "deploy.replicas",
    "hostname",
    "init",
    "stop_grace_period",
];

/// Names in `.env` that only Docker and the installation script read.
const OF_DOCKER: [&str; 5] = [
    "COMPOSE_PROJECT_NAME",
    "COMPOSE_PROFILES",
    "DOCKER_SOCKET_PATH",
    "DATA_PATH",
    "EXPOSE_PORT",
];

/// Names in `.env` with the password of a store.
const PASSWORDS: [(&str, Store); 3] = [
    ("POSTGRES_PASSWORD", Store::Postgres),
    ("CLICKHOUSE_PASSWORD", Store::Clickhouse),
    ("MINIO_ROOT_PASSWORD", Store::S3),
];

/// The limit that SwanLab has by itself.
const USUAL_LIMIT: &str = "20000";

/// A value that a setting may have, and where it is written.
struct Candidate {
    value: String,
    from: String,
    place: Label,
}

impl Deployment {
    /// Reads the compose file of a deployment, and its `.env`.
    ///
    /// # Errors
    /// What cannot be read, with its place. No message repeats a value.
    pub fn read(compose: &Source, env: Option<&Source>) -> Result<Self, Diagnostics> {
        let env = env.map(Variables::read).transpose()?.unwrap_or_default();
        let compose = compose::read(compose, &env)?;
        let roles = compose.services.iter().map(Role::of).collect();
        let mut reader = Reader {
            env: &env,
            compose: &compose,
            roles,
            problems: Vec::new(),
            found: Self {
                stores: Vec::new(),
                external: Vec::new(),
                values: Vec::new(),
                images: Vec::new(),
                moves: Vec::new(),
            },
        };
        reader.all();
        if reader.problems.is_empty() {
            Ok(reader.found)
        } else {
            Err(Diagnostics(reader.problems))
        }
    }

    /// The stores that run in it, whose data are to be moved.
    pub fn stores(&self) -> &[BuiltIn] {
        &self.stores
    }
}

struct Reader<'r> {
    env: &'r Variables,
    compose: &'r Compose,
    /// What the services are for.
    roles: Vec<Option<Role>>,
    problems: Vec<Diagnostic>,
    found: Deployment,
}

impl<'r> Reader<'r> {
    fn all(&mut self) {
        for (name, place) in &self.compose.unset {
            let note = "it is not set in .env, and counts as empty; Compose may have it from its environment, which is not \
                        read here: add it to .env if it has a value";
            self.by_hand(name, Some(place), note);
        }
        self.next();
        let readers = [Self::postgres, Self::redis, Self::clickhouse, Self::s3];
        for read in readers {
            read(self);
        }
        let pairs = self.compose.services.iter().zip(self.roles.clone());
        for (service, role) in pairs.filter(|(service, _)| service.is_active) {
            self.service(service, role);
        }
        self.rest_of_env();
    }

    fn service_of(&self, role: Role) -> Option<&'r Service> {
        let mut pairs = self.compose.services.iter().zip(&self.roles);
        let found = pairs.find(|(service, own)| service.is_active && **own == Some(role));
        found.map(|(service, _)| service)
    }

    fn by_hand(&mut self, from: &str, place: Option<&Label>, note: impl Into<String>) {
        self.push(from, None, How::Manual, place, note);
    }

    fn push(
        &mut self,
        from: &str,
        to: Option<&str>,
        how: How,
        place: Option<&Label>,
        note: impl Into<String>,
    ) {
        self.found.moves.push(Move {
            from: from.to_owned(),
            to: to.map(str::to_owned),
            how,
            place: place.cloned(),
            note: note.into(),
        });
    }

    /// A variable of a service that is not empty.
    fn of(&self, role: Role, name: &str) -> Option<Candidate> {
        let service = self.service_of(role)?;
        let variable = service.variables.get(name)?;
        (!variable.value.is_empty()).then(|| Candidate {
            value: variable.value.clone(),
            from: path(service, name),
            place: variable.place.clone(),
        })
    }

    /// A URL in a variable of a service.
    fn url(&mut self, role: Role, name: &str) -> Option<(Url, Candidate)> {
        let candidate = self.of(role, name)?;
        match Url::parse(&candidate.value) {
            Ok(url) => Some((url, candidate)),
            Err(error) => {
                let note = format!("this URL cannot be read: {error}");
                self.by_hand(&candidate.from, Some(&candidate.place), note);
                None
            }
        }
    }

    /// The first of several values, which should be equal.
    fn choose(&mut self, to: &str, candidates: Vec<Option<Candidate>>) -> Option<String> {
        let mut candidates = candidates.into_iter().flatten();
        let first = candidates.find(|one| !one.value.is_empty())?;
        if let Some(why) = flaw(&first.value) {
            let problem = Diagnostic::error(format!("{} cannot be used: {why}", first.from));
            self.problems.push(problem.at(first.place.clone()));
        }
        self.push(
            &first.from,
            Some(to),
            How::Move,
            Some(&first.place),
            "it is in the file with passwords",
        );
        for other in candidates.filter(|one| !one.value.is_empty() && one.value != first.value) {
            let note = format!(
                "it differs from {}, which is taken because SwanLab logs in with it",
                first.from
            );
            self.by_hand(&other.from, Some(&other.place), note);
        }
        Some(first.value)
    }

    /// Whether a host is that of a service with this role, under any of its names.
    fn is_service(&self, role: Role, host: &str) -> bool {
        let service = self.service_of(role);
        service.is_some_and(|one| host == one.name || host == one.container)
    }

    /// Whether a host is that of a service that Compose does not start.
    fn is_idle(&self, host: &str) -> bool {
        let services = self.compose.services.iter();
        let mut idle = services.filter(|service| !service.is_active);
        idle.any(|service| host == service.name || host == service.container)
    }

    fn missing(&mut self, name: &str, variable: &str) {
        let problem = Diagnostic::error(format!(
            "there is no {name} in the compose file that Compose starts, and {variable} names none elsewhere"
        ));
        let help = "check COMPOSE_PROFILES in .env, and that these are all files of the deployment";
        self.problems.push(problem.with_help(help));
    }

    /// A store that runs in the deployment.
    fn built_in(&mut self, store: Store, folder: &str, account: Vec<(&'static str, String)>) {
        let Some(service) = self.service_of(Role::Store(store)) else {
            return;
        };
        let mounted = |to: &str| {
            let mut mounts = service.mounts.iter();
            mounts.find(|mount| mount.to.trim_end_matches('/') == to)
        };
        // The folder above holds it too.
        let above = folder.strip_suffix("/data").and_then(mounted);
        let data = match (mounted(folder), above.map(data_of)) {
            (Some(mount), _) => data_of(mount),
            (None, Some(Data::Folder(above))) => Data::Folder(format!("{above}/data")),
            (None, Some(other)) => other,
            (None, None) => Data::Unknown,
        };
        let mount = mounted(folder).or(above);
        let place = mount.map_or(&service.place, |mount| &mount.place);
        self.found.stores.push(BuiltIn {
            store,
            data,
            account,
            place: place.clone(),
        });
    }

    fn postgres(&mut self) {
        let role = Role::Store(Store::Postgres);
        let url = self.url(Role::Server, "DATABASE_URL");
        let is_external = url
            .as_ref()
            .is_some_and(|(url, _)| !self.is_service(role, &url.host));
        if is_external || self.service_of(role).is_none() {
            let Some((url, candidate)) = url.filter(|(url, _)| !self.is_idle(&url.host)) else {
                return self.missing("PostgreSQL", "DATABASE_URL");
            };
            return self.external_postgres(&url, &candidate);
        }
        let [user, password, database] = parts(url);
        let username = self.choose(
            "dependencies.postgres.username",
            vec![user, self.of(role, "POSTGRES_USER")],
        );
        let password = self.choose(
            "dependencies.postgres.password",
            vec![
                password,
                self.of(role, "POSTGRES_PASSWORD"),
                self.of_env("POSTGRES_PASSWORD"),
            ],
        );
        let Some(password) = password else {
            let place = self.service_of(role).map(|service| service.place.clone());
            let problem = Diagnostic::error("PostgreSQL has no password in these files");
            let help = "set POSTGRES_PASSWORD in .env to the one that the database has";
            self.problems.push(problem.at(place).with_help(help));
            return;
        };
        let database = database.or_else(|| self.of(role, "POSTGRES_DB"));
        if let Some(other) = database.filter(|one| one.value != "app") {
            let note = "the chart's PostgreSQL uses the database `app`: rename the database before it is packed (ALTER \
                        DATABASE … RENAME TO app)";
            self.by_hand(&other.from, Some(&other.place), note);
        }
        if let Some(folder) = self.of(role, "PGDATA") {
            let note = "the data are in a folder of its own, which must become the folder `data` of the archive";
            self.by_hand(&folder.from, Some(&folder.place), note);
        }
        // The image's own default.
        let username = username.unwrap_or_else(|| "postgres".to_owned());
        let account = vec![("username", username), ("password", password)];
        self.built_in(Store::Postgres, "/var/lib/postgresql/data", account);
    }

    fn external_postgres(&mut self, url: &Url, candidate: &Candidate) {
        let replica = self.url(Role::Server, "DATABASE_URL_REPLICA");
        let values = vec![
            ("host", json!(url.host)),
            ("port", json!(url.port.unwrap_or(5432))),
            ("database", json!(url.database)),
        ];
        let urls = [
            candidate.value.clone(),
            replica.map_or_else(|| candidate.value.clone(), |(_, one)| one.value),
        ];
        self.external(
            Store::Postgres,
            values,
            account_of(url),
            Some(urls),
            candidate,
        );
    }

    fn redis(&mut self) {
        let role = Role::Store(Store::Redis);
        let url = self.url(Role::Server, "REDIS_URL");
        let is_external = url
            .as_ref()
            .is_some_and(|(url, _)| !self.is_service(role, &url.host));
        if is_external || self.service_of(role).is_none() {
            let Some((url, candidate)) = url.filter(|(url, _)| !self.is_idle(&url.host)) else {
                return self.missing("Redis", "REDIS_URL");
            };
            let database: u64 = url.database.parse().unwrap_or_default();
            let values = vec![
                ("host", json!(url.host)),
                ("port", json!(url.port.unwrap_or(6379))),
                ("database", json!(database)),
            ];
            let urls = [candidate.value.clone(), candidate.value.clone()];
            return self.external(
                Store::Redis,
                values,
                account_of(&url),
                Some(urls),
                &candidate,
            );
        }
        if let Some((url, candidate)) = url {
            if !url.password.is_empty() {
                let note = "the chart's Redis has no password; keep it from others with a NetworkPolicy, or run one of your \
                            own and use integrations.redis";
                self.by_hand(&candidate.from, Some(&candidate.place), note);
            }
            if !matches!(&*url.database, "" | "0") {
                let note = "the chart's Redis uses database 0; what is in another one is not found";
                self.by_hand(&candidate.from, Some(&candidate.place), note);
            }
        }
        self.built_in(Store::Redis, "/data", Vec::new());
    }

    fn clickhouse(&mut self) {
        let role = Role::Store(Store::Clickhouse);
        let url = self.url(Role::House, "SH_DATABASE_URL");
        let host = self.of(Role::House, "SH_DB_HOST");
        let of_url = |text: &str| url.as_ref().map(|(_, one)| one.with(text.to_owned()));
        let host = host.or_else(|| of_url(&url.as_ref()?.0.host));
        let is_external = host
            .as_ref()
            .is_some_and(|host| !self.is_service(role, &host.value));
        let port = url.as_ref().and_then(|(url, _)| url.port);
        let [user, password, database] = parts(url);
        let user = self.of(Role::House, "SH_DB_USERNAME").or(user);
        let password = self.of(Role::House, "SH_DB_PASSWORD").or(password);
        let database = self.of(Role::House, "SH_DB_NAME").or(database);
        if is_external || self.service_of(role).is_none() {
            let Some(host) = host.filter(|host| !self.is_idle(&host.value)) else {
                return self.missing("ClickHouse", "SH_DB_HOST of swanlab-house");
            };
            let http = self.of(Role::Vector, "CLICKHOUSE_PORT");
            let tcp = self.of(Role::House, "SH_DB_PORT");
            let values = vec![
                ("host", json!(host.value)),
                ("httpPort", number(http.as_ref(), 8123)),
                ("tcpPort", number(tcp.as_ref(), port.unwrap_or(9000))),
                ("database", json!(value_or(database, "app"))),
            ];
            let account = Account {
                username: value_or(user, "default"),
                password: value_or(password, ""),
            };
            return self.external(Store::Clickhouse, values, account, None, &host);
        }
        let username = self.choose(
            "dependencies.clickhouse.username",
            vec![user, self.of(role, "CLICKHOUSE_USER")],
        );
        let password = self.choose(
            "dependencies.clickhouse.password",
            vec![
                password,
                self.of(role, "CLICKHOUSE_PASSWORD"),
                self.of_env("CLICKHOUSE_PASSWORD"),
            ],
        );
        if let Some(other) = database.filter(|one| one.value != "app") {
            let note = "the chart's ClickHouse uses the database `app`: rename the database before it is packed (RENAME \
                        DATABASE … TO app)";
            self.by_hand(&other.from, Some(&other.place), note);
        }
        let account = self.account(
            Store::Clickhouse,
            ["username", "password"],
            [username, password],
        );
        self.built_in(Store::Clickhouse, "/var/lib/clickhouse", account);
    }

    fn s3(&mut self) {
        let role = Role::Store(Store::S3);
        let access = self.of(Role::Server, "ACCESS_KEY");
        let secret = self.of(Role::Server, "SECRET_KEY");
        let endpoint = self.of(Role::Server, "SS_PUBLIC_STORAGE_ENDPOINT");
        let is_external = match (self.of(Role::Server, "SS_STORAGE_TYPE"), &endpoint) {
            (Some(kind), _) => kind.value == "remote",
            (None, Some(endpoint)) => !self.is_service(role, &endpoint.value),
            (None, None) => false,
        };
        if is_external || self.service_of(role).is_none() {
            let Some(endpoint) = endpoint.filter(|one| !self.is_idle(&one.value)) else {
                return self.missing("MinIO", "SS_PUBLIC_STORAGE_ENDPOINT");
            };
            let mut values = self.buckets();
            values.retain(|(_, value)| *value != json!(""));
            let account = Account {
                username: value_or(access, ""),
                password: value_or(secret, ""),
            };
            return self.external(Store::S3, values, account, None, &endpoint);
        }
        let access = self.choose(
            "dependencies.s3.accessKey",
            vec![
                access,
                self.of(Role::House, "SH_MINIO_SECRET_ID"),
                self.of(role, "MINIO_ROOT_USER"),
            ],
        );
        let secret = self.choose(
            "dependencies.s3.secretKey",
            vec![
                secret,
                self.of(Role::House, "SH_MINIO_SECRET_KEY"),
                self.of(role, "MINIO_ROOT_PASSWORD"),
                self.of_env("MINIO_ROOT_PASSWORD"),
            ],
        );
        for (name, usual) in [
            ("SS_PUBLIC_STORAGE_BUCKET", "swanlab-public"),
            ("SS_PRIVATE_STORAGE_BUCKET", "swanlab-private"),
        ] {
            if let Some(other) = self.of(Role::Server, name).filter(|one| one.value != usual) {
                let note = format!(
                    "the chart's MinIO has the bucket {usual} instead: copy the objects into it (mc mirror) when it runs, or \
                     run MinIO yourself and use integrations.s3"
                );
                self.by_hand(&other.from, Some(&other.place), note);
            }
        }
        let account = self.account(Store::S3, ["accessKey", "secretKey"], [access, secret]);
        self.built_in(Store::S3, "/data", account);
    }

    /// The account of a store that reads it at every start: without one, the chart's well-known one would be used.
    fn account(
        &mut self,
        store: Store,
        keys: [&'static str; 2],
        values: [Option<String>; 2],
    ) -> Vec<(&'static str, String)> {
        let mut account = Vec::new();
        for (key, value) in keys.into_iter().zip(values) {
            let path = format!("dependencies.{}.{key}", store.name());
            if let Some(value) = value {
                account.push((key, value));
            } else {
                let note = "these files do not set it, and the chart's own default is well known: add it to the file with \
                            passwords";
                self.push(&path, Some(&path), How::Manual, None, note);
            }
        }
        account
    }

    /// What the variables of the server say of the two buckets of an object storage elsewhere.
    fn buckets(&mut self) -> Vec<(&'static str, Value)> {
        let mut values = Vec::new();
        for (kind, keys) in [
            (
                "PUBLIC",
                [
                    "public.ssl",
                    "public.endpoint",
                    "public.region",
                    "public.port",
                    "public.pathStyle",
                    "public.bucket",
                ],
            ),
            (
                "PRIVATE",
                [
                    "private.ssl",
                    "private.endpoint",
                    "private.region",
                    "private.port",
                    "private.pathStyle",
                    "private.bucket",
                ],
            ),
        ] {
            let names = [
                "USE_SSL",
                "ENDPOINT",
                "REGION",
                "PORT",
                "PATH_STYLE",
                "BUCKET",
            ];
            for (key, name) in keys.into_iter().zip(names) {
                let variable = format!("SS_{kind}_STORAGE_{name}");
                let found = self.of(Role::Server, &variable);
                let text = found.as_ref().map_or("", |one| one.value.as_str());
                let value = match name {
                    "USE_SSL" | "PATH_STYLE" => json!(text == "true"),
                    "PORT" => number(found.as_ref(), 443),
                    _ => {
                        if text.is_empty() {
                            let problem = Diagnostic::error(format!(
                                "{variable} of swanlab-server is empty, and integrations.s3.{key} needs it"
                            ));
                            self.problems.push(problem);
                        }
                        json!(text)
                    }
                };
                values.push((key, value));
            }
            if kind == "PUBLIC" {
                let domain = self.of(Role::Server, "SS_AVATAR_DOMAIN");
                values.push(("public.domain", json!(value_or(domain, ""))));
            }
        }
        values
    }

    /// A store that runs elsewhere.
    fn external(
        &mut self,
        store: Store,
        values: Vec<(&'static str, Value)>,
        account: Account,
        urls: Option<[String; 2]>,
        from: &Candidate,
    ) {
        let to = format!("integrations.{}", store.name());
        let note = "it runs elsewhere and stays there; its account is in the Secret";
        self.push(
            &from.from,
            Some(&to),
            How::Transform,
            Some(&from.place),
            note,
        );
        if account.password.is_empty() && store != Store::Redis {
            let note = "these files have no password for it: add it to the Secret";
            self.push(&to, Some(&to), How::Manual, Some(&from.place), note);
        }
        self.found.external.push(External {
            store,
            values,
            account,
            urls,
        });
    }

    /// The host that users log in to.
    fn next(&mut self) {
        const TO: &str = "global.settings.loginHost";
        let Some(host) = self.of(Role::Next, "API_DISPLAY_HOST") else {
            return;
        };
        let (from, place) = (host.from, Some(&host.place));
        let bare = host.value.trim_end_matches('/');
        let bare = bare.split_once("://").map_or(bare, |(_, bare)| bare);
        if is_host(bare) || bare.rsplit_once(':').is_some_and(|(host, _)| is_host(host)) {
            self.found.values.push((TO, json!(host.value)));
            self.push(&from, Some(TO), How::Move, place, "it is only displayed");
        } else {
            self.by_hand(&from, place, format!("it is no host: write {TO} yourself"));
        }
    }

    /// What a service sets besides its stores.
    fn service(&mut self, service: &'r Service, role: Option<Role>) {
        let name = format!("services.{}", service.name);
        let Some(role) = role else {
            let note = "the chart has no such part: run it yourself, if it is still needed";
            return self.by_hand(&name, Some(&service.place), note);
        };
        if let Some(image) = role.image() {
            self.found.images.push((
                image,
                Variable {
                    name: format!("{name}.image"),
                    value: service.image.clone(),
                    place: service.place.clone(),
                },
            ));
        }
        match role {
            Role::Auth => {
                let note = "this chart has no such part: single sign-on is not available with it";
                self.by_hand(&name, Some(&service.place), note);
            }
            Role::Vector => {
                let note = "this chart has no such part; before it is stopped, wait until what it buffers is written to \
                            ClickHouse: its folder is not moved";
                self.by_hand(&name, Some(&service.place), note);
            }
            Role::Gateway => {
                for port in &service.ports {
                    let note = "the chart's gateway is a Service on port 80 inside the cluster: lead your Ingress or load \
                                balancer there, and the host of the deployment to it";
                    self.by_hand(&format!("{name}.ports"), Some(&port.place), note);
                }
            }
            _ => {}
        }
        if let Some(replicas) = &service.replicas {
            let from = format!("{name}.deploy.replicas");
            match (role.replicas(), replicas.value.parse::<u32>()) {
                (Some(to), Ok(count)) => {
                    self.found.values.push((to, json!(count)));
                    let note = "the number of pods";
                    self.push(&from, Some(to), How::Move, Some(&replicas.place), note);
                }
                (Some(to), Err(_)) => {
                    let note = format!("it is no number: write {to} yourself");
                    self.by_hand(&from, Some(&replicas.place), note);
                }
                (None, _) => {}
            }
        }
        let is_own = !matches!(
            role,
            Role::Helper | Role::Gateway | Role::Auth | Role::Vector
        );
        if is_own {
            self.unknown(service, &name);
        }
    }

    /// What is set for a service and has no place in the chart.
    fn unknown(&mut self, service: &Service, name: &str) {
        for variable in &service.variables.0 {
            let is_known = KNOWN.iter().any(|known| match known.strip_suffix('*') {
                Some(beginning) => variable.name.starts_with(beginning),
                None => variable.name == *known,
            });
            let is_usual = match &*variable.name {
                "TZ" => variable.value == "UTC",
                "SS_EXPERIMENT_MAX_COLUMNS" | "SS_EXPERIMENT_MAX_CHARTS" => {
                    variable.value == USUAL_LIMIT
                }
                "PGDATA" => true,
                _ => is_known,
            };
            if !is_usual {
                let note = "the chart has no value for this variable";
                let from = path(service, &variable.name);
                self.by_hand(&from, Some(&variable.place), note);
            }
        }
        for (key, place) in &service.keys {
            if HARMLESS.contains(&key.as_str()) {
                continue;
            }
            let note = match key.as_str() {
                "deploy.resources" | "mem_limit" | "cpus" | "mem_reservation" => {
                    "write it as requests and limits: the key `resources` of this part"
                }
                "env_file" => "this file is not read: what it sets is missing here",
                _ => "the chart has nothing that corresponds to it",
            };
            self.by_hand(&format!("{name}.{key}"), Some(place), note);
        }
    }

    /// What `.env` sets and no service uses.
    fn rest_of_env(&mut self) {
        let names: Vec<&Variable> = self.env.0.iter().collect();
        for variable in names {
            let name = &*variable.name;
            let is_last = self
                .env
                .get(name)
                .is_some_and(|last| last.place == variable.place);
            if !is_last || self.compose.used.contains(name) {
                continue;
            }
            if let Some((_, store)) = PASSWORDS.iter().find(|(known, _)| *known == name) {
                self.stale_password(variable, *store);
                continue;
            }
            if name == "COMPOSE_FILE" {
                let note = "Compose reads the files that it names, and this program has not: make one file of them, with \
                            `docker compose config`, and migrate that";
                self.by_hand(name, Some(&variable.place), note);
                continue;
            }
            let note = if OF_DOCKER.contains(&name) {
                "only Docker needs it"
            } else {
                "no service in the compose file uses it"
            };
            self.push(name, None, How::Drop, Some(&variable.place), note);
        }
    }

    /// A password in `.env` that the compose file does not refer to: it has a copy of its own.
    fn stale_password(&mut self, variable: &Variable, store: Store) {
        let stores = self.found.stores.iter();
        let mut accounts = stores
            .filter(|one| one.store == store)
            .flat_map(|one| &one.account);
        let is_same = accounts.any(|(_, value)| *value == variable.value);
        if !is_same && !variable.value.is_empty() {
            let note = "it differs from what the compose file has, which is taken: the containers run with that";
            self.by_hand(&variable.name, Some(&variable.place), note);
        }
    }

    fn of_env(&self, name: &str) -> Option<Candidate> {
        // What the compose file refers to is known already.
        let variable = self.env.get(name)?;
        (!self.compose.used.contains(name)).then(|| Candidate {
            value: variable.value.clone(),
            from: name.to_owned(),
            place: variable.place.clone(),
        })
    }
}

impl Candidate {
    /// Another value from the same place.
    fn with(&self, value: String) -> Self {
        Self {
            value,
            from: self.from.clone(),
            place: self.place.clone(),
        }
    }
}

/// The user, the password and the database of a URL.
fn parts(url: Option<(Url, Candidate)>) -> [Option<Candidate>; 3] {
    let Some((url, candidate)) = url else {
        return [None, None, None];
    };
    [url.username, url.password, url.database]
        .map(|part| (!part.is_empty()).then(|| candidate.with(part)))
}

fn account_of(url: &Url) -> Account {
    Account {
        username: url.username.clone(),
        password: url.password.clone(),
    }
}

fn value_or(candidate: Option<Candidate>, default: &str) -> String {
    candidate.map_or_else(|| default.to_owned(), |one| one.value)
}

fn number(candidate: Option<&Candidate>, default: u16) -> Value {
    let number = candidate.and_then(|one| one.value.parse::<u16>().ok());
    json!(number.unwrap_or(default))
}

fn path(service: &Service, variable: &str) -> String {
    format!("services.{}.environment.{variable}", service.name)
}

/// A path begins with `.`, `/` or `~`; anything else is the name of a volume.
fn data_of(mount: &Mount) -> Data {
    let from = &mount.from;
    if from.is_empty() {
        Data::Unknown
    } else if from.starts_with(['.', '/', '~']) {
        Data::Folder(from.clone())
    } else {
        Data::Volume(from.clone())
    }
}
