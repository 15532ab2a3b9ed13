//! What the services of a deployment, and its `.env`, set besides the stores.

use serde_json::json;

use super::compose::Service;
use super::deployment::{Reader, path};
use super::env::Variable;
use super::roles::Role;
use crate::init::Store;
use crate::migrate::How;
use crate::swanlab::secret::is_host;

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

impl Reader<'_> {
    /// The host that users log in to.
    pub(super) fn next(&mut self) {
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
    pub(super) fn service(&mut self, service: &Service, role: Option<Role>) {
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
    pub(super) fn rest_of_env(&mut self) {
        let env = self.env;
        for variable in &env.0 {
            let name = &*variable.name;
            let is_last = env
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
}
