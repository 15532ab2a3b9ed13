//! `migrate --from-docker`: reads a deployment in Docker Compose, and prints or writes what it becomes. Passwords are only
//! ever written to a file that nobody else can read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use swanlab_render::chart;
use swanlab_render::commands::quote;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics, Label, Source, visible};
use swanlab_render::docker::{Data, Deployment, Migration, Options, Size, migrate};
use swanlab_render::kubernetes::NameRule;
use swanlab_render::report::docker as report;
use swanlab_render::report::docker::{Names, Way};

use super::Outcome;
use super::args::{FromDocker, Migrate, MigrateFormat};
use super::files::Files;
use super::init::{SCHEMA, schema_beside, stem};
use super::streams::Streams;
use super::write::{New, create_all};

/// The names of a compose file, in the order in which Compose looks for them.
const COMPOSE_FILES: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];

/// Files that Compose merges into it.
const OVERRIDES: [&str; 4] = [
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

pub(super) fn run(
    command: &Migrate,
    folder: &Path,
    streams: &mut Streams,
) -> anyhow::Result<Outcome> {
    let flags = &command.docker;
    let values = flags
        .save_as
        .clone()
        .unwrap_or_else(|| PathBuf::from("my-values.yaml"));
    let Some(stem) = stem(&values) else {
        bail!(
            "--save-as {}: write the name of a values file, such as my-values.yaml",
            values.display()
        );
    };
    let beside = |ending: &str| values.with_file_name(format!("{stem}{ending}"));
    let paths = [
        values.clone(),
        beside(".passwords.yaml"),
        beside(".data.yaml"),
        beside(".secrets.yaml"),
    ];
    let names = Names {
        values: shown(&paths[0]),
        passwords: shown(&paths[1]),
        data: shown(&paths[2]),
        secrets: shown(&paths[3]),
    };

    let (compose, env, warnings) = sources(folder)?;
    let deployment = Deployment::read(&compose, env.as_ref())?;
    let mut options = options(flags, &deployment, folder)?;
    if command.write {
        SCHEMA.clone_into(&mut options.schema);
    }
    let migration = migrate(&deployment, &options)?;
    streams.warn(warnings, false)?;

    if command.output == MigrateFormat::Json && !command.write {
        report::report(&migration, streams.output());
        return Ok(outcome(&migration));
    }
    let files = files(&migration, &paths, command.write)?;
    create_all(&files)?;
    let wrote: String = files
        .iter()
        .map(|file| format!("wrote {}\n", visible(&file.path.to_string_lossy())))
        .collect();
    match (command.output, command.write) {
        (MigrateFormat::Json, _) => report::report(&migration, streams.output()),
        (MigrateFormat::Yaml, true) => streams.output().push_str(&wrote),
        (MigrateFormat::Yaml, false) => {
            streams
                .output()
                .push_str(&report::stream(&migration, &names));
        }
    }
    if command.output == MigrateFormat::Yaml {
        if !command.write {
            streams.say(&wrote);
        }
        let folder = folder.to_string_lossy();
        let way = Way {
            folder: &folder,
            names: &names,
            is_written: command.write,
            has: [flags.archives.is_some(), flags.checksums.is_some()],
            flags: &other_flags(flags),
        };
        streams.say(&report::text(&migration, &deployment, &way));
    }
    Ok(outcome(&migration))
}

/// The flags that a second run needs too.
fn other_flags(flags: &FromDocker) -> String {
    let mut words = String::new();
    let mut flag = |name: &str, value: &str| {
        words.push_str(&format!(" {name} {}", quote(value)));
    };
    if let Some(file) = &flags.save_as {
        flag("--save-as", &shown(file));
    }
    if let Some(class) = &flags.storage_class {
        flag("--storage-class", class);
    }
    for (store, size) in &flags.size {
        flag("--size", &format!("{}={size}", store.name()));
    }
    words
}

fn outcome(migration: &Migration) -> Outcome {
    if migration.is_unfinished() {
        Outcome::Found
    } else {
        Outcome::Fine
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The compose file and `.env`, and what is said of other files.
fn sources(folder: &Path) -> anyhow::Result<(Source, Option<Source>, Vec<Diagnostic>)> {
    let shown = folder.display();
    if !folder.is_dir() {
        let why = if folder.exists() {
            "it is no folder; give the one that the compose file is in"
        } else {
            "there is no such folder"
        };
        bail!("--from-docker {shown}: {why}");
    }
    let there = |names: &[&'static str]| -> Vec<&'static str> {
        let names = names.iter().copied();
        names.filter(|name| folder.join(name).exists()).collect()
    };
    let found = there(&COMPOSE_FILES);
    let Some(first) = found.first() else {
        bail!(
            "--from-docker {shown}: there is no docker-compose.yaml in this folder; the installation script makes it in \
             the folder `swanlab`"
        );
    };
    let mut warnings = Vec::new();
    if let [first, others @ ..] = found.as_slice()
        && !others.is_empty()
    {
        warnings.push(Diagnostic::warning(format!(
            "`{first}` is read, as by Compose, and {} is not",
            others.join(", ")
        )));
    }
    for name in there(&OVERRIDES) {
        let warning = Diagnostic::warning(format!(
            "`{name}` is not read, and Compose merges it into `{first}`"
        ));
        let help = "write what `docker compose config` prints to docker-compose.yaml in a folder of its own, and read that";
        warnings.push(warning.with_help(help));
    }
    let read = |name: &str| -> anyhow::Result<Source> {
        let source = Files::default().found("--from-docker", &folder.join(name))?;
        Ok(source.into_private())
    };
    let env = if folder.join(".env").symlink_metadata().is_ok() {
        Some(read(".env")?)
    } else {
        None
    };
    Ok((read(first)?, env, warnings))
}

fn options(flags: &FromDocker, deployment: &Deployment, folder: &Path) -> anyhow::Result<Options> {
    let mut options = Options::default();
    if let Some(class) = &flags.storage_class {
        if !NameRule::DnsSubdomain.allows(class) {
            bail!("--storage-class: {}", NameRule::DnsSubdomain.words());
        }
        options.storage_class = Some(class.clone());
    }
    options.archives = flags.archives.as_deref().map(place).transpose()?;
    if let Some(file) = &flags.checksums {
        options.sums = sums(file)?;
    }
    for found in deployment.stores() {
        let size = match &found.data {
            Data::Folder(data) => measured(folder, data),
            Data::Volume(_) | Data::Unknown => Size::Unknown,
        };
        options.sizes.insert(found.store.name(), size);
    }
    for (store, size) in &flags.size {
        let name = store.name();
        if !options.sizes.contains_key(name) {
            bail!("--size {name}={size}: {name} does not run in this deployment");
        }
        options.sizes.insert(name, Size::Given(size.clone()));
    }
    Ok(options)
}

/// The URL of a folder, which becomes a part of manifests: without anything that is secret.
fn place(url: &str) -> anyhow::Result<String> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or_else(|| anyhow!("--archives: it must begin with https:// or http://"))?;
    if rest.contains(['@', '?', '#']) {
        bail!(
            "--archives: a URL with a user, a query or a fragment cannot be used, because it would be printed; give one \
             without, and write signed URLs into FILE_URL of the Jobs yourself"
        );
    }
    if rest.is_empty() || rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        bail!("--archives: it is no URL");
    }
    Ok(url.to_owned())
}

/// What `sha256sum` has written: a checksum and a name on each line.
fn sums(file: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let source = Files::default().manifests("--checksums", file)?;
    let mut sums = BTreeMap::new();
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        }
        let parts = line.split_once(' ').filter(|(sum, _)| {
            let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            sum.len() == 64 && sum.bytes().all(is_digit)
        });
        let Some((sum, name)) = parts else {
            let problem = Diagnostic::error("--checksums: this line is none of sha256sum")
                .at(Label::new(&source, start..start + line.len()))
                .with_help("write `CHECKSUM  NAME`, with 64 digits (0-9, a-f)");
            return Err(Diagnostics::from(problem).into());
        };
        let name = name.trim_start().trim_start_matches('*');
        let name = name.rsplit('/').next().unwrap_or(name);
        sums.insert(name.to_owned(), sum.to_owned());
    }
    Ok(sums)
}

/// The space that a folder takes.
fn measured(folder: &Path, data: &str) -> Size {
    // Whose home it is, is not known here.
    if data.starts_with('~') {
        return Size::Unknown;
    }
    match space(&folder.join(data)) {
        Ok(bytes) => Size::Measured(bytes),
        Err(_) => Size::Unknown,
    }
}

fn space(path: &Path) -> std::io::Result<u64> {
    let mut sum = 0;
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let about = entry.metadata()?;
            if about.is_dir() {
                folders.push(entry.path());
            }
            #[cfg(unix)]
            let size = std::os::unix::fs::MetadataExt::blocks(&about) * 512;
            #[cfg(not(unix))]
            let size = about.len();
            sum += size;
        }
    }
    Ok(sum)
}

/// The files to be made. A file that says the same already stays.
fn files(
    migration: &Migration,
    [values, passwords, data, secrets]: &[PathBuf; 4],
    is_written: bool,
) -> anyhow::Result<Vec<New>> {
    let mut files = Vec::new();
    let mut file = |path: &PathBuf, text: String, is_private: bool| {
        files.push(New {
            path: path.clone(),
            text,
            is_private,
        });
    };
    if is_written {
        file(values, migration.values.clone(), false);
        if !migration.objects.is_empty() {
            file(data, report::data(migration), false);
        }
    }
    if let Some(text) = &migration.passwords {
        file(passwords, text.clone(), true);
    }
    if !migration.secrets.is_empty() {
        file(secrets, report::secrets(migration), true);
    }
    files.retain(|file| !is_there(file));
    for file in &files {
        if file.path.symlink_metadata().is_ok() {
            bail!(
                "`{}` is there already, and nothing is replaced: give another name with --save-as",
                file.path.display()
            );
        }
    }
    if is_written {
        files.extend(schema_beside(values, &chart::embedded()?)?);
    }
    Ok(files)
}

/// Whether a file like this one is there; one with passwords must be for nobody else to read.
fn is_there(file: &New) -> bool {
    let Ok(about) = file.path.symlink_metadata() else {
        return false;
    };
    #[cfg(unix)]
    let is_private =
        std::os::unix::fs::PermissionsExt::mode(&about.permissions()).trailing_zeros() >= 6;
    #[cfg(not(unix))]
    let is_private = true;
    let is_same = || fs::read_to_string(&file.path).is_ok_and(|own| own == file.text);
    about.is_file() && (is_private || !file.is_private) && is_same()
}
