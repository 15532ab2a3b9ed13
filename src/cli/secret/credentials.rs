//! Names and passwords: from flags, files, standard input, or asked for on the terminal without an echo.
//! It repeats no password, whatever is wrong with it.

use std::io::{IsTerminal as _, stdin};

use swanlab_render::diagnostics::Diagnostic;
use swanlab_render::swanlab::secret::{Account, Credentials, flaw, is_host};

use super::super::args::{Secret, What};
use super::super::files::Files;

/// What is asked for by one flag.
struct Wanted {
    flag: &'static str,
    /// What it is called in a prompt.
    name: &'static str,
}

/// The credentials that a command names, and all that is wrong with its flags. Nothing is asked for on the terminal
/// where the rest cannot succeed.
pub(super) fn read(
    command: &Secret,
    may_ask: bool,
    files: &Files,
) -> Result<Credentials, Vec<Diagnostic>> {
    let mut problems = misplaced(command);
    let is_s3 = command.what == What::S3;
    let username = if is_s3 {
        None
    } else {
        username(command, &mut problems)
    };
    let replica_username = command.replica_username.clone();
    if let Some(why) = replica_username.as_deref().and_then(flaw) {
        problems.push(Diagnostic::error(format!("--replica-username: {why}")));
    }
    if let Some(host) = &command.replica_host
        && !is_host(host)
    {
        problems.push(Diagnostic::error(
            "--replica-host: it must be a host name or an address, without scheme and port",
        ));
    }
    let replica_password = (command.replica_password_file.as_deref())
        .map(|file| files.secret("--replica-password-file", file));
    let replica_password = replica_password.and_then(|read| kept(read, &mut problems));
    let mut may_ask = may_ask && problems.is_empty();
    let mut ask = |file: &Option<String>, wanted: Wanted| {
        let read = secret(file.as_deref(), &wanted, may_ask, files);
        may_ask &= read.is_ok();
        kept(read, &mut problems)
    };
    let access_key = is_s3.then(|| {
        let wanted = Wanted {
            flag: "--access-key-file",
            name: "Access key",
        };
        ask(&command.access_key_file, wanted)
    });
    let password = if is_s3 {
        let wanted = Wanted {
            flag: "--secret-key-file",
            name: "Secret key",
        };
        ask(&command.secret_key_file, wanted)
    } else {
        let wanted = Wanted {
            flag: "--password-file",
            name: "Password",
        };
        ask(&command.password_file, wanted)
    };
    match (username.or(access_key.flatten()), password) {
        (Some(username), Some(password)) if problems.is_empty() => Ok(Credentials {
            replica: Account {
                username: replica_username.unwrap_or_else(|| username.clone()),
                password: replica_password.unwrap_or_else(|| password.clone()),
            },
            primary: Account { username, password },
            replica_host: command.replica_host.clone(),
        }),
        _ => Err(problems),
    }
}

fn kept(read: Result<String, Diagnostic>, problems: &mut Vec<Diagnostic>) -> Option<String> {
    read.map_err(|problem| problems.push(problem)).ok()
}

/// Flags that say nothing about this integration.
fn misplaced(command: &Secret) -> Vec<Diagnostic> {
    let is_s3 = command.what == What::S3;
    let is_postgres = command.what == What::Postgres;
    [
        ("--username", command.username.is_some(), !is_s3),
        ("--password-file", command.password_file.is_some(), !is_s3),
        (
            "--access-key-file",
            command.access_key_file.is_some(),
            is_s3,
        ),
        (
            "--secret-key-file",
            command.secret_key_file.is_some(),
            is_s3,
        ),
        (
            "--replica-host",
            command.replica_host.is_some(),
            is_postgres,
        ),
        (
            "--replica-username",
            command.replica_username.is_some(),
            is_postgres,
        ),
        (
            "--replica-password-file",
            command.replica_password_file.is_some(),
            is_postgres,
        ),
    ]
    .into_iter()
    .filter(|(_, is_given, has_meaning)| *is_given && !has_meaning)
    .map(|(flag, ..)| {
        let name = command.what.name();
        Diagnostic::error(format!("{flag}: the Secret of {name} has no such thing"))
    })
    .collect()
}

fn username(command: &Secret, problems: &mut Vec<Diagnostic>) -> Option<String> {
    let given = command.username.as_deref();
    let Some(username) = given.or((command.what == What::Redis).then_some("default")) else {
        let needed = Diagnostic::error("the user's name is missing");
        problems.push(needed.with_help("write --username USER"));
        return None;
    };
    if let Some(why) = flaw(username) {
        problems.push(Diagnostic::error(format!("--username: {why}")));
        return None;
    }
    Some(username.to_owned())
}

fn secret(
    file: Option<&str>,
    wanted: &Wanted,
    may_ask: bool,
    files: &Files,
) -> Result<String, Diagnostic> {
    let Wanted { flag, name } = wanted;
    if let Some(file) = file {
        return files.secret(flag, file);
    }
    if !stdin().is_terminal() {
        let what = name.to_lowercase();
        return Err(Diagnostic::error(format!("the {what} is missing"))
            .with_help(format!("write {flag} FILE, or {flag} - for standard input; without it, it is asked for on a terminal")));
    }
    if !may_ask {
        // Not asked for; whoever reads the other errors will come back.
        return Ok(String::new());
    }
    let answer = rpassword::prompt_password(format!("{name}: "));
    let answer = answer.map_err(|error| {
        Diagnostic::error(format!("cannot ask on this terminal: {error}"))
            .with_help(format!("write {flag} FILE"))
    })?;
    match flaw(&answer) {
        Some(why) => Err(Diagnostic::error(format!("{name}: {why}"))),
        None => Ok(answer),
    }
}
