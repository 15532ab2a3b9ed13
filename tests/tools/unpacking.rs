//! The Jobs of `migrate --from-docker`: their script in the shells that run it, with archives that a server on loopback
//! gives, good ones and others.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use swanlab_render::yaml;
use tempfile::TempDir;

use crate::support::shells::Shell;
use crate::support::tools::tool;
use crate::support::{PROGRAM, root};

/// The programs that the script runs.
const APPLETS: [&str; 13] = [
    "cat",
    "cut",
    "grep",
    "gzip",
    "mkdir",
    "mkfifo",
    "mktemp",
    "mv",
    "rm",
    "rmdir",
    "sha256sum",
    "sync",
    "tar",
];

fn shells() -> Vec<Shell> {
    if tool("wget", "Jobs that unpack archives").is_none() {
        return Vec::new();
    }
    let applets = [&APPLETS[..], &["gunzip", "tee", "wget"]].concat();
    Shell::all("Jobs that unpack archives", &applets)
}

/// A server of files, by name. Each connection has one answer.
struct Server {
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    port: u16,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let files = Arc::<Mutex<BTreeMap<String, Vec<u8>>>>::default();
        let served = Arc::clone(&files);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let _ = answer(stream.unwrap(), &served.lock().unwrap());
            }
        });
        Self { files, port }
    }

    fn give(&self, name: &str, bytes: &[u8]) {
        let mut files = self.files.lock().unwrap();
        files.insert(format!("/{name}"), bytes.to_vec());
    }

    fn url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.port)
    }
}

fn answer(mut stream: TcpStream, files: &BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().unwrap_or(Ok(String::new()))?;
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    match files.get(path) {
        Some(bytes) => {
            write!(
                stream,
                "HTTP/1.0 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                bytes.len()
            )?;
            stream.write_all(bytes)
        }
        None => write!(
            stream,
            "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        ),
    }
}

/// The container of a store's Job.
fn container(store: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM)
        .current_dir(folder.path())
        .args(["migrate", "--from-docker"])
        .arg(root().join("tests/docker/older"))
        .output()
        .unwrap();
    let documents = yaml::read(&String::from_utf8(output.stdout).unwrap()).unwrap();
    let name = format!("{store}-migrate");
    let is_job = |one: &&Value| one["kind"] == "Job" && one["metadata"]["name"] == *name;
    let job = documents.iter().find(is_job).unwrap();
    job["spec"]["template"]["spec"]["containers"][0].clone()
}

fn sum_of(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, bytes).unwrap();
    let output = Command::new("sha256sum").arg(&file).output().unwrap();
    String::from_utf8(output.stdout).unwrap()[..64].to_owned()
}

/// One run of a Job's script, with an archive and its checksum.
fn unpack(
    shell: &Shell,
    container: &Value,
    to: &Path,
    archive: &[u8],
    sum: Option<&str>,
) -> Output {
    let server = Server::start();
    server.give("archive.tar.gz", archive);
    run(shell, container, to, &server, sum)
}

fn run(shell: &Shell, container: &Value, to: &Path, server: &Server, sum: Option<&str>) -> Output {
    let mut command = shell.command(container["command"][2].as_str().unwrap());
    for variable in container["env"].as_array().unwrap() {
        let [name, value] = ["name", "value"].map(|key| variable[key].as_str().unwrap());
        match name {
            "FILE_URL" => command.env(name, server.url("archive.tar.gz")),
            "SHA256" => command.env(name, sum.unwrap_or_default()),
            _ => command.env(name, value),
        };
    }
    command.env("TO", to).output().unwrap()
}

/// An archive, made as the printed commands make it.
fn pack(folder: &Path, names: &[&str]) -> Vec<u8> {
    let output = Command::new("tar")
        .args(["--numeric-owner", "-cz", "-C"])
        .arg(folder)
        .args(names)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

/// PostgreSQL's folder as Docker has it: `data`, which nobody else may read.
fn postgres() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join("data").join(name);
    fs::create_dir_all(at("base/1")).unwrap();
    fs::create_dir_all(at("pg_tblspc")).unwrap();
    fs::write(at("PG_VERSION"), "16\n").unwrap();
    fs::write(at("base/1/1259"), vec![7; 200_000]).unwrap();
    fs::write(at("a name\nof two 'lines'"), "x").unwrap();
    symlink("/mnt/space", at("pg_tblspc/16400")).unwrap();
    fs::set_permissions(
        folder.path().join("data"),
        fs::Permissions::from_mode(0o700),
    )
    .unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[track_caller]
fn assert_ends(shell: &Shell, output: &Output, code: i32, says: &str) {
    let said = String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(code), "{}: {said}", shell.name);
    assert!(said.contains(says), "{}: {said}", shell.name);
}

#[test]
fn an_archive_is_unpacked_whole_into_an_empty_claim() {
    let container = container("postgres");
    for shell in shells() {
        let source = postgres();
        let claim = tempfile::tempdir().unwrap();
        fs::create_dir(claim.path().join("lost+found")).unwrap();
        let archive = pack(source.path(), &["data"]);
        let sum = sum_of(&archive);
        let output = unpack(&shell, &container, claim.path(), &archive, Some(&sum));
        assert_ends(&shell, &output, 0, "the archive was unpacked");
        assert_eq!(names(claim.path()), ["data", "lost+found"]);
        let difference = Command::new("diff")
            .args(["-r", "--no-dereference"])
            .args([source.path().join("data"), claim.path().join("data")])
            .output()
            .unwrap();
        assert!(difference.status.success(), "{difference:?}");
        let mode = fs::metadata(claim.path().join("data")).unwrap();
        assert_eq!(mode.permissions().mode() & 0o777, 0o700);

        // A second run changes nothing.
        fs::write(claim.path().join("data/PG_VERSION"), "in use").unwrap();
        let output = unpack(&shell, &container, claim.path(), &archive, Some(&sum));
        assert_ends(
            &shell,
            &output,
            1,
            "the claim is not empty; nothing was unpacked",
        );
        let version = fs::read_to_string(claim.path().join("data/PG_VERSION"));
        assert_eq!(version.unwrap(), "in use");
    }
}

#[test]
fn the_checksum_may_be_in_a_file_beside_the_archive() {
    let container = container("redis");
    for shell in shells() {
        let source = tempfile::tempdir().unwrap();
        fs::write(source.path().join("dump.rdb"), "REDIS").unwrap();
        fs::write(source.path().join(".hidden"), "1").unwrap();
        let archive = pack(source.path(), &["."]);
        let claim = tempfile::tempdir().unwrap();
        let server = Server::start();
        server.give("archive.tar.gz", &archive);
        let output = run(&shell, &container, claim.path(), &server, None);
        assert_ends(&shell, &output, 1, "FILE_URL.sha256 cannot be fetched");
        server.give("archive.tar.gz.sha256", b"no sum at all\n");
        let output = run(&shell, &container, claim.path(), &server, None);
        assert_ends(
            &shell,
            &output,
            1,
            "the checksum does not begin with 64 digits",
        );
        let line = format!("{}  redis-data.tar.gz\n", sum_of(&archive));
        server.give("archive.tar.gz.sha256", line.as_bytes());
        let output = run(&shell, &container, claim.path(), &server, None);
        assert_ends(&shell, &output, 0, "the archive was unpacked");
        assert_eq!(names(claim.path()), [".hidden", "dump.rdb"]);
    }
}

#[test]
fn a_damaged_archive_leaves_the_claim_empty() {
    let container = container("postgres");
    let source = postgres();
    let archive = pack(source.path(), &["data"]);
    let sum = sum_of(&archive);
    let mut changed = archive.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let cut = &archive[..middle];
    let longer = [&*archive, b"more"].concat();
    for shell in shells() {
        for bytes in [&*changed, cut, &*longer, b"", b"<html>not found</html>"] {
            let claim = tempfile::tempdir().unwrap();
            let output = unpack(&shell, &container, claim.path(), bytes, Some(&sum));
            assert_ends(&shell, &output, 1, "the archive has another checksum");
            assert_eq!(names(claim.path()), [""; 0], "{}", shell.name);
        }
        // What is no archive, with a checksum of its own.
        let claim = tempfile::tempdir().unwrap();
        let sum = sum_of(cut);
        let output = unpack(&shell, &container, claim.path(), cut, Some(&sum));
        assert_ends(
            &shell,
            &output,
            1,
            "not all of the archive could be unpacked",
        );
        assert_eq!(names(claim.path()), [""; 0]);
        let server = Server::start();
        let output = run(&shell, &container, claim.path(), &server, Some(&sum));
        assert_ends(&shell, &output, 1, "the archive cannot be fetched");
        assert_eq!(names(claim.path()), [""; 0]);
    }
}

#[test]
fn an_archive_of_another_layout_is_not_unpacked() {
    let source = postgres();
    fs::write(source.path().join("beside"), "x").unwrap();
    let inside = source.path().join("data");
    let clickhouse = tempfile::tempdir().unwrap();
    fs::create_dir_all(clickhouse.path().join("clickhouse/metadata")).unwrap();
    for shell in shells() {
        for (store, archive, says) in [
            (
                "postgres",
                pack(&inside, &["."]),
                "none of: data/PG_VERSION",
            ),
            (
                "postgres",
                pack(source.path(), &["."]),
                "more than the folder data",
            ),
            ("redis", pack(source.path(), &["data"]), "none of: dump.rdb"),
            (
                "clickhouse",
                pack(clickhouse.path(), &["."]),
                "none of: metadata",
            ),
            (
                "minio",
                pack(source.path(), &["data"]),
                "none of: .minio.sys",
            ),
        ] {
            let claim = tempfile::tempdir().unwrap();
            let sum = sum_of(&archive);
            let output = unpack(
                &shell,
                &container(store),
                claim.path(),
                &archive,
                Some(&sum),
            );
            assert_ends(&shell, &output, 1, says);
            assert_eq!(names(claim.path()), [""; 0], "{store}");
        }
    }
}

#[test]
fn an_archive_does_not_write_outside_of_the_claim() {
    let container = container("redis");
    for shell in shells() {
        let all = tempfile::tempdir().unwrap();
        let (source, claim) = (all.path().join("source"), all.path().join("claim"));
        fs::create_dir_all(source.join("in")).unwrap();
        fs::create_dir(&claim).unwrap();
        fs::write(source.join("dump.rdb"), "REDIS").unwrap();
        fs::write(source.join("evil"), "evil").unwrap();
        for name in ["../evil", "../../evil", "in/../../evil"] {
            // -P keeps the names as they are.
            let output = Command::new("tar")
                .args(["-czP", "-C"])
                .arg(&source)
                .args([
                    "--transform",
                    &format!("s,^evil$,{name},"),
                    "dump.rdb",
                    "evil",
                ])
                .output()
                .unwrap();
            let sum = sum_of(&output.stdout);
            let output = unpack(&shell, &container, &claim, &output.stdout, Some(&sum));
            assert_ends(&shell, &output, 1, "names that lead out of the folder");
            assert_eq!(names(&claim), [""; 0], "{name}");
            assert_eq!(names(all.path()), ["claim", "source"], "{name}");
        }
        // Through a link.
        let outside = all.path().join("outside");
        fs::create_dir(&outside).unwrap();
        symlink(&outside, source.join("link")).unwrap();
        let links = pack(&source, &["dump.rdb", "link"]);
        fs::remove_file(source.join("link")).unwrap();
        fs::create_dir(source.join("link")).unwrap();
        fs::write(source.join("link/evil"), "evil").unwrap();
        let through = Command::new("tar")
            .args(["-cz", "-C"])
            .arg(&source)
            .arg("link/evil")
            .output()
            .unwrap()
            .stdout;
        // Two gzip streams are one; the end of the first archive is taken off.
        let joined = joined(&[&links, &through]);
        let sum = sum_of(&joined);
        unpack(&shell, &container, &claim, &joined, Some(&sum));
        assert_eq!(names(&outside), [""; 0], "{}", shell.name);
    }
}

/// Archives as one: without the end of all but the last.
fn joined(archives: &[&[u8]]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for (place, archive) in archives.iter().enumerate() {
        let file = folder.path().join(format!("{place}.gz"));
        fs::write(&file, archive).unwrap();
        let mut plain = Command::new("gzip")
            .arg("-dc")
            .arg(&file)
            .output()
            .unwrap()
            .stdout;
        if place + 1 < archives.len() {
            let end = plain.iter().rposition(|byte| *byte != 0).unwrap() + 1;
            plain.truncate(end.next_multiple_of(512));
        }
        all.extend(plain);
    }
    let file = folder.path().join("all");
    fs::write(&file, all).unwrap();
    Command::new("gzip")
        .arg("-c")
        .arg(&file)
        .output()
        .unwrap()
        .stdout
}

#[test]
fn a_run_that_was_interrupted_is_continued() {
    let container = container("postgres");
    let source = postgres();
    let archive = pack(source.path(), &["data"]);
    let sum = sum_of(&archive);
    for shell in shells() {
        // While it was unpacked: what is there is not whole.
        let claim = tempfile::tempdir().unwrap();
        fs::create_dir_all(claim.path().join(".incoming/data")).unwrap();
        fs::write(claim.path().join(".incoming/data/half"), "x").unwrap();
        let output = unpack(&shell, &container, claim.path(), &archive, Some(&sum));
        assert_ends(&shell, &output, 0, "the archive was unpacked");
        assert_eq!(names(claim.path()), ["data"]);
        assert!(!claim.path().join("data/half").exists());

        // While it was moved to its place: what is there is whole.
        let claim = tempfile::tempdir().unwrap();
        fs::create_dir_all(claim.path().join(".unpacked/.hidden")).unwrap();
        fs::create_dir(claim.path().join("moved")).unwrap();
        fs::write(claim.path().join(".unpacked/file"), "x").unwrap();
        let output = unpack(&shell, &container, claim.path(), b"", Some(&sum));
        assert_ends(&shell, &output, 0, "the archive was unpacked");
        assert_eq!(names(claim.path()), [".hidden", "file", "moved"]);
    }
}
