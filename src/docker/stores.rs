//! The databases of a deployment: in it, with their accounts and data, or elsewhere.

use serde_json::{Value, json};

use super::compose::Mount;
use super::deployment::{BuiltIn, Candidate, Data, External, Reader};
use super::roles::Role;
use crate::diagnostics::Diagnostic;
use crate::init::Store;
use crate::migrate::How;
use crate::swanlab::secret::{Account, Url};

impl Reader<'_> {
    /// A store that runs in the deployment.
    pub(super) fn built_in(
        &mut self,
        store: Store,
        folder: &str,
        account: Vec<(&'static str, String)>,
    ) {
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

    pub(super) fn postgres(&mut self) {
        let role = Role::Store(Store::Postgres);
        let url = self.url(Role::Server, "DATABASE_URL");
        let host = url.as_ref().map(|(url, _)| &*url.host);
        if self.is_elsewhere(Store::Postgres, host) {
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

    pub(super) fn redis(&mut self) {
        let url = self.url(Role::Server, "REDIS_URL");
        let host = url.as_ref().map(|(url, _)| &*url.host);
        if self.is_elsewhere(Store::Redis, host) {
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

    pub(super) fn clickhouse(&mut self) {
        let role = Role::Store(Store::Clickhouse);
        let url = self.url(Role::House, "SH_DATABASE_URL");
        let host = self.of(Role::House, "SH_DB_HOST");
        let of_url = |text: &str| url.as_ref().map(|(_, one)| one.with(text.to_owned()));
        let host = host.or_else(|| of_url(&url.as_ref()?.0.host));
        let is_elsewhere =
            self.is_elsewhere(Store::Clickhouse, host.as_ref().map(|host| &*host.value));
        let port = url.as_ref().and_then(|(url, _)| url.port);
        let [user, password, database] = parts(url);
        let user = self.of(Role::House, "SH_DB_USERNAME").or(user);
        let password = self.of(Role::House, "SH_DB_PASSWORD").or(password);
        let database = self.of(Role::House, "SH_DB_NAME").or(database);
        if is_elsewhere {
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

    /// The account of a store that reads it at every start: without one, the chart's well-known one would be used.
    pub(super) fn account(
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

    /// A store that runs elsewhere.
    pub(super) fn external(
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

pub(super) fn value_or(candidate: Option<Candidate>, default: &str) -> String {
    candidate.map_or_else(|| default.to_owned(), |one| one.value)
}

pub(super) fn number(candidate: Option<&Candidate>, default: u16) -> Value {
    let number = candidate.and_then(|one| one.value.parse::<u16>().ok());
    json!(number.unwrap_or(default))
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
