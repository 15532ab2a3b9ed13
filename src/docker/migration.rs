//! What a deployment becomes: values, a file with passwords, Secrets, and the objects that bring the data in.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::data::{self, Archive, Size, archive_name, claim_name};
use super::deployment::{BuiltIn, Data, Deployment};
use super::values::{mirror, passwords, values};
use crate::chart;
use crate::diagnostics::{Diagnostic, Diagnostics, Source};
use crate::init::Store;
use crate::kubernetes::{Image, Quantity};
use crate::migrate::{How, Move};
use crate::release::{Release, Request};
use crate::stores::version::{Major, order};
use crate::swanlab::secret::{Account, Content, Credentials, Integration, Settings, secret};
use crate::values::NoFiles;

/// What the deployment's files do not say.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The schema's file, for the language server; empty for none.
    pub schema: String,
    /// The storage class of all claims; that of the cluster if there is none.
    pub storage_class: Option<String>,
    /// The sizes of the claims. A store without one gets the chart's.
    pub sizes: BTreeMap<&'static str, Size>,
    /// Where the archives can be fetched: a URL with a `/` at its end. Without one, the Jobs have a place to be replaced.
    pub archives: Option<String>,
    /// The checksums of the archives, by name.
    pub sums: BTreeMap<String, String>,
}

/// What a deployment becomes.
#[non_exhaustive]
pub struct Migration {
    /// The values file.
    pub values: String,
    /// The values file with the accounts of the built-in stores, if there is one.
    pub passwords: Option<String>,
    /// The Secrets of the stores that run elsewhere.
    pub secrets: Vec<Value>,
    /// The claims and Jobs that bring the data in.
    pub objects: Vec<Value>,
    /// What became of the settings, in the order of the files.
    pub moves: Vec<Move>,
}

impl Migration {
    /// Whether something is left to do by hand.
    pub fn is_unfinished(&self) -> bool {
        self.moves.iter().any(|one| one.how == How::Manual)
    }
}

/// Where an archive is until somebody says where.
const NO_PLACE: &str = "https://archives.example.org/";

/// Makes values and objects of a deployment.
///
/// # Errors
/// What the chart refuses, and a size that is too small.
pub fn migrate(deployment: &Deployment, options: &Options) -> Result<Migration, Diagnostics> {
    let mut moves = deployment.moves.clone();
    let usual = Release::new(chart::embedded()?, Request::default(), &NoFiles)?;
    let mirror = mirror(deployment, &usual.partial("images")?, &mut moves);
    let values = values(deployment, options, mirror.as_ref(), &usual)?;
    let source = Source::new("the values of the deployment", values.clone());
    let release = usual.with_files(vec![source], &NoFiles)?;
    release.validate()?;
    let images = release.partial("images")?;
    compare_images(deployment, &images, &mut moves);
    let helper = images["helper"]["reference"].as_str().unwrap_or_default();
    let mut objects = Vec::new();
    let mut problems = Vec::new();
    let defaults = &release.values().tree["dependencies"];
    for found in &deployment.stores {
        let name = found.store.name();
        let usual = defaults[name]["persistence"]["storageSize"].as_str();
        match size(found, options, usual.unwrap_or("10Gi"), &mut moves) {
            Ok(size) => {
                let class = options.storage_class.as_deref();
                objects.push(data::claim(found.store, &size, class));
            }
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(Diagnostics(problems));
    }
    for found in &deployment.stores {
        let archive = archive(found.store, options);
        objects.push(data::job(found.store, &archive, helper));
    }
    if options.archives.is_none() && !deployment.stores.is_empty() {
        moves.push(Move {
            from: "FILE_URL of the Jobs".to_owned(),
            to: None,
            how: How::Manual,
            place: None,
            note: "say with --archives where the cluster finds the archives, or replace the URL of each Job".to_owned(),
        });
    }
    // Without a place last: what the files say comes first.
    moves.sort_by_key(|one| {
        let place = one.place.as_ref();
        place.map_or((true, String::new(), 0), |place| {
            (false, place.source.name().to_owned(), place.range.start)
        })
    });
    Ok(Migration {
        passwords: passwords(deployment),
        secrets: secrets(deployment, &release)?,
        values,
        objects,
        moves,
    })
}

/// The Secrets of the stores that run elsewhere. Their URLs are those that SwanLab has used.
fn secrets(deployment: &Deployment, release: &Release) -> Result<Vec<Value>, Diagnostics> {
    let integrations = Integration::all(release.partial("integrations")?);
    let mut secrets = Vec::new();
    for external in &deployment.external {
        let mut own = integrations.iter();
        let Some(integration) = own.find(|one| one.name == external.store.name()) else {
            continue;
        };
        let settings = Settings::read(integration, &release.values().tree).map_err(Diagnostics)?;
        let mut secret = secret(&settings, &credentials(&external.account));
        if let Some([primary, replica]) = &external.urls {
            for (key, content) in &integration.keys {
                let url = match content {
                    Content::PrimaryUrl => primary,
                    Content::ReplicaUrl => replica,
                    Content::Username | Content::Password => continue,
                };
                secret["data"][key] = STANDARD.encode(url).into();
            }
        }
        secrets.push(secret);
    }
    Ok(secrets)
}

fn credentials(account: &Account) -> Credentials {
    Credentials {
        primary: account.clone(),
        replica: account.clone(),
        replica_host: None,
    }
}

fn size(
    found: &BuiltIn,
    options: &Options,
    usual: &str,
    moves: &mut Vec<Move>,
) -> Result<String, Diagnostic> {
    let name = found.store.name();
    let wanted = options.sizes.get(name).unwrap_or(&Size::Unknown);
    if let Size::Given(size) = wanted
        && Quantity::parse(size).is_none()
    {
        return Err(Diagnostic::error(format!(
            "--size {name}={size}: not an amount of storage; write it as 50Gi"
        )));
    }
    let size = data::size(wanted, usual);
    let mut by_hand = |to: Option<String>, note: String| {
        moves.push(Move {
            from: format!("the data of {name}"),
            to,
            how: How::Manual,
            place: Some(found.place.clone()),
            note,
        });
    };
    if *wanted == Size::Unknown {
        let note = format!(
            "they could not be measured, and the claim gets the chart's {size}: give the size with --size {name}=SIZE, or \
             run this where the data can be read"
        );
        by_hand(Some(claim_name(found.store)), note);
    }
    match &found.data {
        Data::Folder(_) => {}
        Data::Volume(volume) => {
            let note = format!(
                "they are in the volume {volume} of Docker, which may have the name of the project in front: `docker volume \
                 ls` shows it; pack it under that name"
            );
            by_hand(None, note);
        }
        Data::Unknown => {
            let note = format!(
                "no volume holds them: find out where they are before the container is removed, and pack them as {}",
                archive_name(found.store)
            );
            by_hand(None, note);
        }
    }
    Ok(size)
}

fn archive(store: Store, options: &Options) -> Archive {
    let name = archive_name(store);
    let place = options.archives.as_deref().unwrap_or(NO_PLACE);
    Archive {
        url: format!("{}/{name}", place.trim_end_matches('/')),
        sum: options.sums.get(&name).cloned(),
    }
}

/// Compares what runs in Docker with what the chart would run on the same data.
fn compare_images(deployment: &Deployment, images: &Value, moves: &mut Vec<Move>) {
    let server = deployment.images.iter().find(|(name, _)| *name == "server");
    let tag_of_server = server.and_then(|(_, image)| Image::of(&image.value).tag);
    for (name, was) in &deployment.images {
        // SwanLab's own parts have one version: what is said of the server is true of all.
        let is_like_server = matches!(*name, "house" | "cloud" | "next")
            && Image::of(&was.value).tag == tag_of_server;
        if is_like_server {
            continue;
        }
        let own = &images[name];
        let is = own["reference"].as_str().unwrap_or_default();
        let path = own["path"].as_str().unwrap_or_default();
        let (old, new) = (Image::of(&was.value), Image::of(is));
        let tags = [old.tag, new.tag].map(Option::unwrap_or_default);
        let note = match (Major::of(&old), Major::of(&new)) {
            (Some(old), Some(new)) if *name == "postgres" && old != new => format!(
                "PostgreSQL {new} of the chart cannot read the data of {old}: dump the database and restore it into a new \
                 claim, or set {path}.tag"
            ),
            _ if order(&old, &new) == Some(Ordering::Greater) && *name == "server" => format!(
                "SwanLab runs as {} here, and as {} with this chart: an older version cannot be relied on with the data of \
                 a newer one; set image.tag of server, house, cloud and next below `service`, if these images suit this \
                 chart",
                tags[0], tags[1]
            ),
            _ if order(&old, &new) == Some(Ordering::Greater) => format!(
                "it runs {} here, and {} with this chart: an older version cannot be relied on with the data of a newer \
                 one; set {path}.tag, if that image suits this chart",
                tags[0], tags[1]
            ),
            _ if order(&old, &new).is_none() => format!(
                "its version is not known, and the chart runs {}: make sure that it is not older",
                tags[1]
            ),
            _ => continue,
        };
        moves.push(Move {
            from: was.name.clone(),
            to: Some(format!("{path}.tag")),
            how: How::Manual,
            place: Some(was.place.clone()),
            note,
        });
    }
}
