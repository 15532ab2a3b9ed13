//! Backups, made and restored: claims by their Jobs' script in the shells that run it, databases by the printed scripts
//! against real servers. A `kubectl` on the PATH runs locally what it is to run in a container.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use swanlab_render::yaml;
use tempfile::TempDir;

use crate::support::PROGRAM;
use crate::support::shells::Shell;
use crate::support::tools::{give_to_unprivileged, postgres_programs, skipped, tool, unprivileged};

const SUFFIX: &str = "20261127-1530";

fn backup(args: &[&str]) -> String {
    let output = Command::new(PROGRAM)
        .args(["backup", "-n", "swanlab", "--suffix", SUFFIX])
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The programs that the script of a copy runs.
const APPLETS: [&str; 11] = [
    "cat",
    "cmp",
    "cp",
    "find",
    "mkdir",
    "mv",
    "rm",
    "sha256sum",
    "sort",
    "stat",
    "sync",
];

fn shells() -> Vec<Shell> {
    Shell::all("copies of claims", &APPLETS)
}

/// The container of the Job that copies Redis' claim, or brings it back.
fn container(back: bool) -> Value {
    let mut args = vec!["--method", "copy", "--stores", "redis"];
    if back {
        args.push("--restore");
    }
    let documents = yaml::read(&backup(&args)).unwrap();
    let job = documents.iter().find(|one| one["kind"] == "Job").unwrap();
    job["spec"]["template"]["spec"]["containers"][0].clone()
}

trait Copies {
    fn copy(&self, container: &Value, from: &Path, to: &Path) -> Output;
}

impl Copies for Shell {
    fn copy(&self, container: &Value, from: &Path, to: &Path) -> Output {
        let mut command = self.command(container["command"][2].as_str().unwrap());
        command.env("FROM", from).env("TO", to);
        for variable in container["env"].as_array().into_iter().flatten() {
            command.env(
                variable["name"].as_str().unwrap(),
                variable["value"].as_str().unwrap(),
            );
        }
        command.output().unwrap()
    }
}

/// A folder with all that makes copying hard.
fn claim() -> TempDir {
    let claim = tempfile::tempdir().unwrap();
    let at = |name: &str| claim.path().join(name);
    for folder in [
        "lost+found",
        "a folder/with  spaces",
        "empty",
        ".hidden",
        "-rf",
    ] {
        fs::create_dir_all(at(folder)).unwrap();
    }
    for (name, content) in [
        ("plain", "1"),
        ("-n", "a dash"),
        ("new\nline", "two lines"),
        ("trailing ", "a space"),
        ("it's \"$(quoted)\"; `x` \\ *", "quotes"),
        ("ümläut-文", "letters"),
        (".hidden/.file", "hidden"),
        ("a folder/with  spaces/x", "deep"),
        ("-rf/..more", "dots"),
        ("nothing", ""),
        // Of an earlier copy that somebody uses as a store's claim.
        (".copied.sha256", "stale"),
    ] {
        fs::write(at(name), content).unwrap();
    }
    fs::set_permissions(at("plain"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::set_permissions(at("empty"), fs::Permissions::from_mode(0o700)).unwrap();
    symlink("plain", at("link")).unwrap();
    symlink("nowhere/at all", at("dangling")).unwrap();
    let sparse = fs::File::create(at("sparse")).unwrap();
    sparse.set_len(48 << 20).unwrap();
    claim
}

/// Every file below a folder, with what it is and holds; but not what copying adds.
fn contents(folder: &Path) -> Vec<(PathBuf, u32, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap() == ".copied.sha256" {
                continue;
            }
            let about = fs::symlink_metadata(&path).unwrap();
            let held = if about.is_dir() {
                folders.push(path.clone());
                Vec::new()
            } else if about.is_symlink() {
                fs::read_link(&path)
                    .unwrap()
                    .into_os_string()
                    .into_encoded_bytes()
            } else {
                fs::read(&path).unwrap()
            };
            let name = path.strip_prefix(folder).unwrap().to_owned();
            found.push((name, about.permissions().mode(), held));
        }
    }
    found.sort();
    found
}

#[track_caller]
fn assert_ends(output: &Output, code: i32, says: &str) {
    let said = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(says), "{said}");
}

#[test]
fn a_claim_is_copied_and_brought_back_with_all_its_files() {
    for shell in shells() {
        let [copy, restored] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let claim = claim();
        // File systems make it.
        fs::create_dir(copy.path().join("lost+found")).unwrap();
        let output = shell.copy(&container(false), claim.path(), copy.path());
        assert_ends(&output, 0, "all files were copied and are equal");
        assert_eq!(
            contents(claim.path()),
            contents(copy.path()),
            "{}",
            shell.name
        );
        let sums = fs::read_to_string(copy.path().join(".copied.sha256")).unwrap();
        assert!(sums.lines().count() > 15, "{sums}");

        let output = shell.copy(&container(true), copy.path(), restored.path());
        assert_ends(&output, 0, "all files were copied and are equal");
        assert_eq!(
            contents(claim.path()),
            contents(restored.path()),
            "{}",
            shell.name
        );
        assert!(!restored.path().join(".copied.sha256").exists());
    }
}

#[test]
fn a_backup_takes_the_place_of_files_that_stay_aside() {
    for shell in shells() {
        let [from, copy, claim] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        fs::write(from.path().join("old"), "before the upgrade").unwrap();
        assert_ends(
            &shell.copy(&container(false), from.path(), copy.path()),
            0,
            "equal",
        );
        for name in ["new", ".hidden"] {
            fs::write(claim.path().join(name), "since the upgrade").unwrap();
        }
        let mut back = container(true);
        let aside = serde_json::json!({"name": "ASIDE", "value": ".replaced-plan"});
        back["env"].as_array_mut().unwrap().push(aside);
        assert_ends(
            &shell.copy(&back, copy.path(), claim.path()),
            0,
            "all files were copied and are equal",
        );
        let read = |name: &str| fs::read_to_string(claim.path().join(name)).unwrap();
        assert_eq!(read("old"), "before the upgrade");
        assert!(!claim.path().join("new").exists());
        for name in [".replaced-plan/new", ".replaced-plan/.hidden"] {
            assert_eq!(read(name), "since the upgrade");
        }
        // A second time, nothing is moved and nothing is copied.
        assert_ends(
            &shell.copy(&back, copy.path(), claim.path()),
            1,
            "is not empty; nothing was copied",
        );
        assert_eq!(fs::read_dir(claim.path()).unwrap().count(), 2);
    }
}

#[test]
fn nothing_is_copied_into_a_claim_with_files() {
    for shell in shells() {
        for name in ["a", ".a", "..a", "new\nline"] {
            let [from, to] = [(); 2].map(|()| tempfile::tempdir().unwrap());
            fs::write(from.path().join("b"), "b").unwrap();
            symlink("nowhere", to.path().join(name)).unwrap();
            let output = shell.copy(&container(false), from.path(), to.path());
            assert_ends(&output, 1, "is not empty; nothing was copied");
            assert_eq!(
                fs::read_dir(to.path()).unwrap().count(),
                1,
                "{}",
                shell.name
            );
        }
    }
}

#[test]
fn only_a_finished_copy_is_brought_back() {
    for shell in shells() {
        let [from, copy, to] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        fs::write(from.path().join("b"), "b").unwrap();
        let output = shell.copy(&container(true), from.path(), to.path());
        assert_ends(&output, 1, "it is not a finished copy");
        let output = shell.copy(&container(false), from.path(), copy.path());
        assert_ends(&output, 0, "equal");
        fs::write(copy.path().join("b"), "c").unwrap();
        let output = shell.copy(&container(true), copy.path(), to.path());
        assert_ends(&output, 1, "the copy has changed since it was made");
        assert!(!to.path().join("b").exists());
    }
}

/// A small file system in memory, unmounted at the end.
struct Small(TempDir);

impl Small {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        skipped("a copy into a full claim", "this user cannot mount a tmpfs");
        None
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[test]
fn a_full_disk_leaves_no_copy_that_could_be_brought_back() {
    for shell in shells() {
        let Some(small) = Small::new() else { return };
        let from = tempfile::tempdir().unwrap();
        fs::write(from.path().join("large"), vec![7; 3 << 20]).unwrap();
        let output = shell.copy(&container(false), from.path(), small.0.path());
        assert_ends(&output, 1, "not all files were copied");
        let to = tempfile::tempdir().unwrap();
        let output = shell.copy(&container(true), small.0.path(), to.path());
        assert_ends(&output, 1, "it is not a finished copy");
        assert_eq!(fs::read(from.path().join("large")).unwrap().len(), 3 << 20);
    }
}

#[test]
fn the_printed_scripts_are_clean_shell() {
    let kube = ["--kube-context", "it's mine", "--method", "dump"];
    for restore in [
        &["--stores", "postgres,redis,clickhouse,s3"][..],
        &["--restore"],
    ] {
        let script = backup(&[&kube[..], restore].concat());
        assert!(script.contains(
            r#"kubectl() { ${kubectl_by:-command} kubectl --context='it'\''s mine' "$@"; }"#
        ));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("script.sh");
        fs::write(&file, script).unwrap();
        for (checker, args) in [
            ("shellcheck", &[][..]),
            ("dash", &["-n"]),
            ("busybox", &["sh", "-n"]),
        ] {
            let Some(checker) = tool(checker, "the scripts of backups") else {
                continue;
            };
            let output = Command::new(checker)
                .args(args)
                .arg(&file)
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", text(&output.stdout));
        }
    }
}

/// A folder with a `kubectl` that runs commands for containers here, with the variables of the container.
struct Cluster(TempDir);

const KUBECTL: &str = r#"#!/bin/sh
here=$(dirname "$0")
printf '%s\n' "$*" >> "$here/../calls"
case $1 in --context=*) shift ;; esac
case $1 in
  exec)
    while [ "$1" != -- ]; do shift; done
    shift
    . "$here/../container"
    exec "$@" ;;
  get) echo 3 ;;
  port-forward)
    echo $$ > "$here/../forwarding"
    echo 'Forwarding from 127.0.0.1:39123 -> 9000'
    exec sleep 60 ;;
esac
"#;

impl Cluster {
    fn new() -> Self {
        let cluster = Self(tempfile::tempdir().unwrap());
        fs::create_dir(cluster.path("bin")).unwrap();
        cluster.program("kubectl", KUBECTL);
        cluster.write("container", "");
        cluster
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn program(&self, name: &str, script: &str) {
        let name = format!("bin/{name}");
        self.write(&name, script);
        fs::set_permissions(self.path(&name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs the script that dumps or restores a store.
    fn run(&self, store: &str, restore: bool) -> Output {
        let mut args = vec!["--method", "dump", "--stores", store];
        if restore {
            args.push("--restore");
        }
        self.write("script.sh", &backup(&args));
        self.shell("sh").output().unwrap()
    }

    /// The command that runs the script in a shell.
    fn shell(&self, shell: &str) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let bins = [self.path("bin")]
            .into_iter()
            .chain(std::env::split_paths(&path));
        let mut command = Command::new(shell);
        command
            .arg("script.sh")
            .current_dir(self.0.path())
            .env("PATH", std::env::join_paths(bins).unwrap())
            .stdin(Stdio::null());
        command
    }

    /// Whether the forwarding that was begun last still runs.
    fn forwards(&self) -> bool {
        let pid = fs::read_to_string(self.path("forwarding")).unwrap();
        let state = fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
        // One that has ended may still be in the list of processes.
        state.is_ok_and(|state| !state.contains(") Z "))
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.path("calls")).unwrap_or_default()
    }
}

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM would wait for clients.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "{what} takes too long"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A PostgreSQL with a socket in a folder. It does not run as root, so the folder belongs to `nobody` then.
struct Postgres {
    _server: Server,
    folder: TempDir,
    programs: PathBuf,
}

impl Postgres {
    fn start() -> Option<Self> {
        let programs = postgres_programs("dumps of PostgreSQL")?;
        // The name of a socket has room for 107 bytes.
        let folder = tempfile::Builder::new()
            .prefix("pg")
            .tempdir_in("/tmp")
            .unwrap();
        let data = folder.path().join("data");
        give_to_unprivileged(folder.path());
        let server = |name: &str| unprivileged(programs.join(name));
        let output = server("initdb")
            .args(["-U", "swanlab", "--auth=trust", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let child = server("postgres")
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-c", "listen_addresses=", "-c", "fsync=off"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let postgres = Self {
            _server: Server(child),
            folder,
            programs,
        };
        wait_until("the start of PostgreSQL", || {
            postgres.psql("postgres", "SELECT 1").status.success()
        });
        Some(postgres)
    }

    fn psql(&self, database: &str, statement: &str) -> Output {
        Command::new(self.programs.join("psql"))
            .args([
                "-U",
                "swanlab",
                "-d",
                database,
                "-v",
                "ON_ERROR_STOP=1",
                "-Atc",
                statement,
            ])
            .env("PGHOST", self.folder.path())
            .output()
            .unwrap()
    }

    #[track_caller]
    fn answer(&self, database: &str, statement: &str) -> String {
        let output = self.psql(database, statement);
        assert!(output.status.success(), "{output:?}");
        text(&output.stdout)
    }

    fn container(&self) -> String {
        format!(
            "export PGHOST='{}' POSTGRES_USER=swanlab POSTGRES_DB=app PATH=\"{}:$PATH\"\n",
            self.folder.path().display(),
            self.programs.display()
        )
    }
}

const PG_FILE: &str = "swanlab-self-hosted-postgres-16.1-20261127-1530.dump";

#[test]
fn a_postgres_is_dumped_and_restored() {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    postgres.answer("postgres", "CREATE DATABASE app");
    postgres.answer(
        "app",
        "CREATE TABLE runs (id serial PRIMARY KEY, name text NOT NULL, config jsonb, made timestamptz DEFAULT now());
         CREATE INDEX ON runs (name); CREATE VIEW named AS SELECT name FROM runs;
         INSERT INTO runs (name, config) SELECT 'run ' || n || E' ''\\n\\\\ ü', jsonb_build_object('n', n)
         FROM generate_series(1, 2000) n",
    );
    let all = "SELECT md5(string_agg(runs::text, '|' ORDER BY id)), count(*) FROM runs";
    let before = postgres.answer("app", all);

    let cluster = Cluster::new();
    cluster.write("container", &postgres.container());
    let output = cluster.run("postgres", false);
    assert_ends(&output, 0, "all is done");
    let dump = fs::read(cluster.path(PG_FILE)).unwrap();
    assert!(dump.starts_with(b"PGDMP"));
    let mode = fs::metadata(cluster.path(PG_FILE))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    // A second dump of this name is not made.
    let output = cluster.run("postgres", false);
    assert_ends(&output, 1, "is there already, and is not overwritten");
    assert_eq!(fs::read(cluster.path(PG_FILE)).unwrap(), dump);

    postgres.answer("app", "DELETE FROM runs WHERE id % 2 = 0; DROP VIEW named; INSERT INTO runs (name) VALUES ('later')");
    assert_ne!(postgres.answer("app", all), before);
    let output = cluster.run("postgres", true);
    assert_ends(&output, 0, "all is done");
    assert_eq!(postgres.answer("app", all), before);
    assert_eq!(
        postgres.answer("app", "SELECT count(*) FROM named"),
        "2000\n"
    );
    assert_eq!(
        postgres
            .answer("app", "INSERT INTO runs (name) VALUES ('x') RETURNING id")
            .lines()
            .next(),
        Some("2001")
    );
    let kept = postgres.answer(
        "postgres",
        "SELECT datname FROM pg_database WHERE datname LIKE 'app_replaced_%'",
    );
    assert_eq!(
        postgres.answer(
            kept.trim(),
            "SELECT count(*) FROM runs WHERE name = 'later'"
        ),
        "1\n"
    );

    // The server, which uses the database, is stopped meanwhile, and gets its pods back.
    let calls = cluster.calls();
    let server = "-n swanlab deployment.apps/swanlab-self-hosted-server";
    let at = |call: String| {
        calls
            .find(&call)
            .unwrap_or_else(|| panic!("{call}: {calls}"))
    };
    let stop = at(format!("scale {server} --replicas=0"));
    let restore = calls.rfind("exec -i -n swanlab").unwrap();
    let start = at(format!("scale {server} --replicas=3"));
    assert!(stop < restore && restore < start, "{calls}");
}

#[test]
fn a_dump_that_is_damaged_replaces_nothing_and_the_clients_start_again() {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    postgres.answer("postgres", "CREATE DATABASE app");
    postgres.answer(
        "app",
        "CREATE TABLE a AS SELECT generate_series(1, 5000) AS n",
    );
    let cluster = Cluster::new();
    cluster.write("container", &postgres.container());
    assert_ends(&cluster.run("postgres", false), 0, "all is done");
    let dump = fs::read(cluster.path(PG_FILE)).unwrap();
    fs::write(cluster.path(PG_FILE), &dump[..dump.len() / 2]).unwrap();
    let output = cluster.run("postgres", true);
    assert_ne!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(postgres.answer("app", "SELECT count(*) FROM a"), "5000\n");
    assert!(
        cluster
            .calls()
            .contains("scale -n swanlab deployment.apps/swanlab-self-hosted-server --replicas=3")
    );
}

#[test]
fn a_dump_that_fails_leaves_no_file_of_its_name() {
    let cluster = Cluster::new();
    cluster.program("pg_dump", "#!/bin/sh\nprintf PGDMP\nexit 1\n");
    let output = cluster.run("postgres", false);
    assert_ends(&output, 1, "into swanlab-self-hosted-postgres");
    assert!(!text(&output.stdout).contains("all is done"));
    assert!(!cluster.path(PG_FILE).exists());
    // Cut off without an error.
    cluster.program("pg_dump", "#!/bin/sh\nprintf PGDMP\n");
    cluster.program("pg_restore", "#!/bin/sh\ncat > /dev/null\nexit 1\n");
    assert_eq!(cluster.run("postgres", false).status.code(), Some(1));
    assert!(!cluster.path(PG_FILE).exists());
}

/// A Redis on a port that was free.
struct Redis {
    _server: Server,
    folder: TempDir,
    port: u16,
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

impl Redis {
    fn start(folder: TempDir, append_only: bool) -> Option<Self> {
        let server = tool("redis-server", "dumps of Redis")?;
        tool("redis-cli", "dumps of Redis")?;
        let port = free_port();
        let child = Command::new(server)
            .args([
                "--port",
                &port.to_string(),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
            ])
            .arg(folder.path())
            .args(["--appendonly", if append_only { "yes" } else { "no" }])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let redis = Self {
            _server: Server(child),
            folder,
            port,
        };
        wait_until("the start of Redis", || redis.ask(&["PING"]) == "PONG\n");
        Some(redis)
    }

    fn ask(&self, words: &[&str]) -> String {
        let output = Command::new("redis-cli")
            .args(["-p", &self.port.to_string()])
            .args(words)
            .output()
            .unwrap();
        text(&output.stdout)
    }

    /// Is the server of the container from now on. `case` is the branch of a shell's `case` for some commands of its
    /// redis-cli.
    fn serves(&self, cluster: &Cluster, case: &str) {
        let port = self.port;
        let program = format!(
            r#"#!/bin/sh
case $1 in
  -s) exec /usr/bin/redis-cli "$@" ;;
  {case}
esac
exec /usr/bin/redis-cli -p {port} "$@"
"#
        );
        cluster.program("redis-cli", &program);
        cluster.write("container", &format!("export SPARE_PORT={}\n", free_port()));
    }

    /// All keys with their values.
    fn all(&self) -> String {
        let script = "local keys = redis.call('KEYS', '*') table.sort(keys) local all = '' \
                      for _, key in ipairs(keys) do all = all .. key .. redis.call('DUMP', key) end \
                      return #keys .. ' ' .. redis.sha1hex(all)";
        self.ask(&["EVAL", script, "0"])
    }
}

const REDIS_FILE: &str = "swanlab-self-hosted-redis-7.4.0-v8-20261127-1530.rdb";

#[test]
fn a_redis_is_dumped_and_restored_with_and_without_an_append_only_file() {
    for append_only in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let Some(redis) = Redis::start(folder, append_only) else {
            return;
        };
        for words in [
            &["SET", "text", "a 'b' \"c\""][..],
            &["SET", "kept", "for a day", "EX", "86400"],
            &["RPUSH", "list", "1", "2", "3"],
            &["HSET", "hash", "a", "1", "b", "2"],
            &["ZADD", "sorted", "1", "a", "2.5", "b"],
            &["XADD", "stream", "*", "field", "value"],
        ] {
            redis.ask(words);
        }
        let before = redis.all();
        assert!(before.starts_with("6 "), "{before}");
        let cluster = Cluster::new();
        // The server of the container listens where redis-cli looks for it. It saves the RDB file at once, while a new
        // append-only file is still being written (see below).
        let save = format!(
            "SAVE) /usr/bin/redis-cli -p {} CONFIG SET rdb-key-save-delay 0 >&2 ;;",
            redis.port
        );
        redis.serves(&cluster, &save);
        assert_ends(&cluster.run("redis", false), 0, "all is done");
        assert!(
            fs::read(cluster.path(REDIS_FILE))
                .unwrap()
                .starts_with(b"REDIS")
        );

        redis.ask(&["DEL", "text"]);
        redis.ask(&["SET", "later", "x"]);
        redis.ask(&["RPUSH", "list", "4"]);
        // Microseconds for each key that is saved: writing the append-only file takes two seconds.
        redis.ask(&["CONFIG", "SET", "rdb-key-save-delay", "333333"]);
        let output = cluster.run("redis", true);
        assert_ends(&output, 0, "all is done");
        assert_eq!(redis.all(), before);
        assert!(redis.ask(&["INFO", "replication"]).contains("role:master"));
        let left: i64 = redis.ask(&["TTL", "kept"]).trim().parse().unwrap();
        assert!((1..=86400).contains(&left));
        // The data are on disk.
        let Redis {
            _server: server,
            folder,
            ..
        } = redis;
        drop(server);
        let again = Redis::start(folder, append_only).unwrap();
        assert_eq!(again.all(), before, "append-only: {append_only}");
    }
}

#[test]
fn an_answer_of_redis_that_is_an_error_is_a_failure() {
    for refused in ["REPLICAOF", "SAVE"] {
        let Some(redis) = Redis::start(tempfile::tempdir().unwrap(), false) else {
            return;
        };
        redis.ask(&["SET", "a", "1"]);
        let cluster = Cluster::new();
        redis.serves(
            &cluster,
            &format!("{refused}) echo 'ERR not now'; exit 0 ;;"),
        );
        assert_ends(&cluster.run("redis", false), 0, "all is done");
        let output = cluster.run("redis", true);
        assert_ends(&output, 1, "from swanlab-self-hosted-redis");
        let errors = text(&output.stderr);
        assert!(
            errors.contains(&format!("{refused}: ERR not now")),
            "{errors}"
        );
    }
}

#[test]
fn a_damaged_rdb_file_replaces_nothing() {
    let Some(redis) = Redis::start(tempfile::tempdir().unwrap(), false) else {
        return;
    };
    redis.ask(&["SET", "a", "1"]);
    let cluster = Cluster::new();
    redis.serves(&cluster, "");
    cluster.write(REDIS_FILE, "REDIS0010 and no more");
    let output = cluster.run("redis", true);
    assert_ne!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(redis.ask(&["GET", "a"]), "1\n");
}

#[test]
fn clickhouse_is_asked_for_a_backup_of_its_databases() {
    let cluster = Cluster::new();
    let backups = cluster.path("backups");
    // What the script asks, and a server that makes and reads the file.
    cluster.program(
        "clickhouse-client",
        &format!(
            r#"#!/bin/sh
printf '%s\n' "$2" >> "{calls}"
case $2 in
  "SELECT arrayStringConcat"*) printf '%s\n' 'DATABASE `app`, DATABASE `a b`' ;;
  "SELECT DISTINCT database"*) printf 'app\na b\n' ;;
  BACKUP*) mkdir -p "{folder}"; printf zip > "{folder}/{SUFFIX}.zip" ;;
  RESTORE*) cat "{folder}/{SUFFIX}.zip" >> "{calls}" ;;
esac
"#,
            calls = cluster.path("asked").display(),
            folder = backups.display()
        ),
    );
    // The folder of the container is one of the test's.
    cluster.program(
        "sh",
        &format!(
            "#!/bin/dash\nscript=$(printf '%s\\n' \"$2\" | sed 's|/var/lib/clickhouse/backups|{}|g')\nshift 2\nexec /bin/sh -c \"$script\" \"$@\"\n",
            backups.display()
        ),
    );
    if tool("dash", "the commands for ClickHouse").is_none() {
        return;
    }
    let run = |restore: bool| {
        let mut args = vec!["--method", "dump", "--stores", "clickhouse"];
        if restore {
            args.push("--restore");
        }
        cluster.write("script.sh", &backup(&args));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let bins = [cluster.path("bin")]
            .into_iter()
            .chain(std::env::split_paths(&path));
        Command::new("/bin/sh")
            .arg("script.sh")
            .current_dir(cluster.0.path())
            .env("PATH", std::env::join_paths(bins).unwrap())
            .output()
            .unwrap()
    };
    assert_ends(&run(false), 0, "all is done");
    let file = cluster.path("swanlab-self-hosted-clickhouse-24.3-20261127-1530.zip");
    assert_eq!(fs::read(&file).unwrap(), b"zip");
    assert_eq!(
        fs::read_dir(&backups).unwrap().count(),
        0,
        "nothing stays in the container"
    );
    assert_ends(&run(true), 0, "all is done");
    let asked = fs::read_to_string(cluster.path("asked")).unwrap();
    assert!(
        asked.contains(&format!(
            "BACKUP DATABASE `app`, DATABASE `a b` TO File('{SUFFIX}.zip')"
        )),
        "{asked}"
    );
    assert!(
        asked.contains("RENAME DATABASE `a b` TO `a b_replaced_"),
        "{asked}"
    );
    assert!(
        asked.contains(&format!("RESTORE ALL FROM File('{SUFFIX}.zip')\nzip")),
        "{asked}"
    );
}

#[test]
fn the_buckets_of_minio_go_through_mc() {
    let cluster = Cluster::new();
    cluster.write(
        "container",
        "export MINIO_ROOT_USER=someone MINIO_ROOT_PASSWORD=hunter2\n",
    );
    cluster.program(
        "mc",
        &format!(
            "#!/bin/sh\nshift 2\nprintf '%s\\n' \"$*\" >> '{calls}'\ncase $1 in\n  alias) cat >> '{calls}' ;;\n  mirror) for last; do :; done; [ \"$last\" = store/ ] || echo x > \"$last/object\" ;;\nesac\n",
            calls = cluster.path("asked").display()
        ),
    );
    let output = cluster.run("s3", false);
    assert_ends(&output, 0, "all is done");
    let folder = "swanlab-self-hosted-s3-RELEASE.2025-09-07T16-13-09Z-20261127-1530";
    assert_eq!(
        fs::read(cluster.path(folder).join("object")).unwrap(),
        b"x\n"
    );
    assert_ends(&cluster.run("s3", false), 1, "is there already");
    assert_ends(&cluster.run("s3", true), 0, "all is done");
    let asked = fs::read_to_string(cluster.path("asked")).unwrap();
    assert!(
        asked.starts_with(
            "alias set store http://127.0.0.1:39123\nsomeone\nhunter2\nmirror store/ "
        ),
        "{asked}"
    );
    assert!(
        asked.ends_with(&format!("mirror --overwrite {folder}/ store/\n")),
        "{asked}"
    );
    // Keys are no arguments, and are not printed.
    let said = text(&output.stdout) + &text(&output.stderr) + &cluster.calls();
    assert!(!said.contains("hunter2"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn no_forwarding_stays_behind_however_the_dump_of_minio_ends() {
    const FOLDER: &str = "swanlab-self-hosted-s3-RELEASE.2025-09-07T16-13-09Z-20261127-1530";
    const MC: &str =
        "#!/bin/sh\nshift 2\ncase $1 in\n  alias) cat > /dev/null ;;\n  mirror) CASE ;;\nesac\n";
    for shell in ["dash", "bash"] {
        if tool(shell, "the end of a forwarding").is_none() {
            continue;
        }
        for context in [&["--kube-context", "prod"][..], &[]] {
            let cluster = Cluster::new();
            cluster.write(
                "container",
                "export MINIO_ROOT_USER=someone MINIO_ROOT_PASSWORD=hunter2\n",
            );
            let args = [&["--method", "dump", "--stores", "s3"], context].concat();
            cluster.write("script.sh", &backup(&args));
            for (mirror, code) in [(":", 0), ("exit 3", 3)] {
                cluster.program("mc", &MC.replace("CASE", mirror));
                // One that stays behind would keep a pipe open.
                let mut script = cluster.shell(shell);
                let status = script.stdout(Stdio::null()).stderr(Stdio::null()).status();
                assert_eq!(status.unwrap().code(), Some(code), "{shell}: {mirror}");
                wait_until("the end of the forwarding", || !cluster.forwards());
                fs::remove_file(cluster.path("forwarding")).unwrap();
                let _ = fs::remove_dir_all(cluster.path(FOLDER));
            }
            let forward = if context.is_empty() {
                "\nport-forward "
            } else {
                "\n--context=prod port-forward "
            };
            assert!(
                cluster.calls().contains(forward.trim_start()),
                "{}",
                cluster.calls()
            );

            // A signal, while objects are copied: to all processes, as a terminal sends it.
            for signal in ["HUP", "INT", "TERM"] {
                let copying = cluster.path("copying");
                let mirror = format!("echo > '{}'; sleep 5", copying.display());
                cluster.program("mc", &MC.replace("CASE", &mirror));
                let script = cluster.shell(shell);
                let mut child = Command::new("env")
                    // The test itself may have been started with signals that are ignored.
                    .args(["--default-signal=HUP,INT,TERM", shell, "script.sh"])
                    .current_dir(cluster.0.path())
                    .envs(
                        script
                            .get_envs()
                            .filter_map(|(key, value)| Some((key, value?))),
                    )
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .process_group(0)
                    .spawn()
                    .unwrap();
                wait_until("the copy", || copying.exists());
                fs::remove_file(&copying).unwrap();
                let kill = Command::new("kill")
                    .args([&format!("-{signal}"), "--", &format!("-{}", child.id())])
                    .output()
                    .unwrap();
                assert!(kill.status.success(), "{kill:?}");
                assert!(!child.wait().unwrap().success());
                wait_until("the end of the forwarding", || !cluster.forwards());
                assert!(!cluster.path(FOLDER).exists(), "{shell}: {signal}");
            }
        }
    }
}
