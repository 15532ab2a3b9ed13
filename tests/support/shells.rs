//! The shells that scripts run in: dash with the system's programs, and BusyBox with nothing but its own.

use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::tools::tool;

/// A shell with the programs that it has.
pub struct Shell {
    /// Its name in messages.
    pub name: &'static str,
    program: PathBuf,
    args: Vec<&'static str>,
    /// The search path.
    path: OsString,
    _applets: Option<TempDir>,
}

impl Shell {
    /// The shells that are there; `what` is not tested in the others. BusyBox gets these applets.
    pub fn all(what: &str, applets: &[&str]) -> Vec<Self> {
        let dash = tool("dash", &format!("{what} under dash")).map(|program| Self {
            name: "dash",
            program,
            args: Vec::new(),
            path: std::env::var_os("PATH").unwrap(),
            _applets: None,
        });
        let busybox = tool("busybox", &format!("{what} under BusyBox")).map(|program| {
            let folder = tempfile::tempdir().unwrap();
            for name in applets {
                symlink(&program, folder.path().join(name)).unwrap();
            }
            Self {
                name: "BusyBox",
                program,
                args: vec!["sh"],
                path: folder.path().into(),
                _applets: Some(folder),
            }
        });
        dash.into_iter().chain(busybox).collect()
    }

    /// The command that runs a script, without any variable but the search path.
    pub fn command(&self, script: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).arg("-c").arg(script);
        command.env_clear().env("PATH", &self.path);
        command
    }
}
