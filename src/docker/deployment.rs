//! What a Docker deployment is made of: its stores with their accounts and data, the stores that run elsewhere, and the
//! settings that the chart has too. Whatever has no place in the chart is left to do by hand.

use serde_json::Value;

use super::compose::{self, Compose, Service};
use super::env::{Variable, Variables};
use super::roles::Role;
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::init::Store;
use crate::migrate::{How, Move};
use crate::swanlab::secret::{Account, Url, flaw};

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

/// A value that a setting may have, and where it is written.
pub(super) struct Candidate {
    pub(super) value: String,
    pub(super) from: String,
    pub(super) place: Label,
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

pub(super) struct Reader<'r> {
    pub(super) env: &'r Variables,
    pub(super) compose: &'r Compose,
    /// What the services are for.
    pub(super) roles: Vec<Option<Role>>,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) found: Deployment,
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

    pub(super) fn service_of(&self, role: Role) -> Option<&'r Service> {
        let mut pairs = self.compose.services.iter().zip(&self.roles);
        let found = pairs.find(|(service, own)| service.is_active && **own == Some(role));
        found.map(|(service, _)| service)
    }

    pub(super) fn by_hand(&mut self, from: &str, place: Option<&Label>, note: impl Into<String>) {
        self.push(from, None, How::Manual, place, note);
    }

    pub(super) fn push(
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
    pub(super) fn of(&self, role: Role, name: &str) -> Option<Candidate> {
        let service = self.service_of(role)?;
        let variable = service.variables.get(name)?;
        (!variable.value.is_empty()).then(|| Candidate {
            value: variable.value.clone(),
            from: path(service, name),
            place: variable.place.clone(),
        })
    }

    /// A URL in a variable of a service.
    pub(super) fn url(&mut self, role: Role, name: &str) -> Option<(Url, Candidate)> {
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
    pub(super) fn choose(
        &mut self,
        to: &str,
        candidates: Vec<Option<Candidate>>,
    ) -> Option<String> {
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
    pub(super) fn is_service(&self, role: Role, host: &str) -> bool {
        let service = self.service_of(role);
        service.is_some_and(|one| host == one.name || host == one.container)
    }

    /// Whether a store runs elsewhere, or nowhere: SwanLab asks another host for it, or there is no service for it.
    pub(super) fn is_elsewhere(&self, store: Store, host: Option<&str>) -> bool {
        let role = Role::Store(store);
        host.is_some_and(|host| !self.is_service(role, host)) || self.service_of(role).is_none()
    }

    /// Whether a host is that of a service that Compose does not start.
    pub(super) fn is_idle(&self, host: &str) -> bool {
        let services = self.compose.services.iter();
        let mut idle = services.filter(|service| !service.is_active);
        idle.any(|service| host == service.name || host == service.container)
    }

    pub(super) fn missing(&mut self, name: &str, variable: &str) {
        let problem = Diagnostic::error(format!(
            "there is no {name} in the compose file that Compose starts, and {variable} names none elsewhere"
        ));
        let help = "check COMPOSE_PROFILES in .env, and that these are all files of the deployment";
        self.problems.push(problem.with_help(help));
    }

    pub(super) fn of_env(&self, name: &str) -> Option<Candidate> {
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
    pub(super) fn with(&self, value: String) -> Self {
        Self {
            value,
            from: self.from.clone(),
            place: self.place.clone(),
        }
    }
}

/// The path of a variable of a service.
pub(super) fn path(service: &Service, variable: &str) -> String {
    format!("services.{}.environment.{variable}", service.name)
}
