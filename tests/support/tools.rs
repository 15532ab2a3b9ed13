//! Other programs that tests run where they are installed.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::thread;

/// Says once that something is not tested, and why. The test's own output would be hidden when it passes.
pub fn skipped(what: &str, why: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let line = format!("skipped: {what} ({why})\n");
    if SAID.lock().unwrap().insert(line.clone()) {
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
}

/// A program in `.tools` (see `tests/tools/get`) or on the PATH. Says in one line what is skipped without it.
pub fn tool(name: &str, without: &str) -> Option<PathBuf> {
    let ours = super::root().join(".tools");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::iter::once(ours)
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    if found.is_none() {
        skipped(without, &format!("{name} is not installed"));
    }
    found
}

/// The folder of PostgreSQL's server programs, which Debian keeps out of the PATH. Says in one line what is skipped without
/// them.
pub fn postgres_programs(without: &str) -> Option<PathBuf> {
    let kept = [
        "/usr/lib/postgresql",
        "/usr/local/lib/postgresql",
        "/opt/homebrew/opt/postgresql",
    ];
    let versions = kept
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok());
    let versions = versions.flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|one| one.path().join("bin")).collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&path));
    let found = folders.into_iter().find(|folder| {
        ["initdb", "postgres", "pg_dump"]
            .iter()
            .all(|name| folder.join(name).is_file())
    });
    if found.is_none() {
        skipped(without, "PostgreSQL's server is not installed");
    }
    found
}

/// The user `nobody`.
#[cfg(unix)]
const NOBODY: u32 = 65534;

#[cfg(unix)]
fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// A program as `nobody` if the tests run as root: PostgreSQL does not start as root.
#[cfg(unix)]
pub fn unprivileged(program: impl AsRef<std::ffi::OsStr>) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .arg(format!("--reuid={NOBODY}"))
        .arg(format!("--regid={NOBODY}"))
        .arg("--clear-groups")
        .arg(program);
    command
}

/// Gives a folder to the user of [`unprivileged`].
#[cfg(unix)]
pub fn give_to_unprivileged(folder: &std::path::Path) {
    if is_root() {
        std::os::unix::fs::chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

/// A Python that has PyYAML. Says in one line what is skipped without it.
pub fn python_with_yaml(without: &str) -> Option<PathBuf> {
    let python = tool("python3", without)?;
    let import = Command::new(&python).args(["-c", "import yaml"]).output();
    if import.unwrap().status.success() {
        return Some(python);
    }
    skipped(without, "PyYAML is not installed");
    None
}

/// Runs a command with a text on its standard input.
pub fn feed(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that does not read it all closes the pipe, which is its right.
    let writer = thread::spawn(move || stdin.write_all(&input).is_ok());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Node, and a folder with the npm packages that `tests/NAME/package-lock.json` names. Says in one line what is skipped
/// without them.
pub fn node_with(name: &str, without: &str) -> Option<(PathBuf, PathBuf)> {
    /// A second test must not replace the folder that the first one uses.
    static FETCHING: Mutex<()> = Mutex::new(());
    let node = tool("node", without)?;
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    let folder = cache.join("swanlab-render").join(name);
    let fetching = FETCHING.lock();
    let fetched = Command::new("sh")
        .arg(super::root().join("tests/tools/npm-ci"))
        .arg(super::root().join("tests").join(name))
        .arg(&folder)
        .output()
        .unwrap();
    drop(fetching);
    if fetched.status.success() {
        return Some((node, folder));
    }
    let why = String::from_utf8_lossy(&fetched.stderr).into_owned();
    skipped(without, why.lines().last().unwrap_or("npm ci fails"));
    None
}
