//! The shell scripts of the containers, run by the shells they meet: against ports that listen, stay silent, open late
//! or never, and with an `mc` that notes what it is asked to do.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use crate::support::root;
use crate::support::tools::{skipped, tool};
use tempfile::TempDir;

/// No script takes longer when all is well; a script that hangs fails its test then.
const PATIENCE: Duration = Duration::from_secs(30);

/// A shell, as a command's beginning.
struct Shell(Vec<PathBuf>);

/// dash and BusyBox' sh, each where it is installed.
fn shells() -> Vec<Shell> {
    let dash = tool("dash", "the scripts under dash").map(|dash| Shell(vec![dash]));
    let busybox = busybox().map(|busybox| Shell(vec![busybox, "sh".into()]));
    dash.into_iter().chain(busybox).collect()
}

fn busybox() -> Option<PathBuf> {
    tool(
        "busybox",
        "the scripts under BusyBox, and all that need its nc",
    )
}

/// A folder for the front of the PATH, with BusyBox' nc in it: the containers have no other.
static WITH_NC: LazyLock<Option<TempDir>> = LazyLock::new(|| {
    let busybox = busybox()?;
    let folder = tempfile::tempdir().unwrap();
    symlink(busybox, folder.path().join("nc")).unwrap();
    Some(folder)
});

/// The shells that can wait for ports.
fn waiting_shells() -> Vec<Shell> {
    if WITH_NC.is_some() {
        shells()
    } else {
        Vec::new()
    }
}

fn script(name: &str) -> String {
    fs::read_to_string(root().join("scripts").join(name)).unwrap()
}

/// A script that waits, as the containers get it.
fn waiting(name: &str) -> String {
    script("wait.sh") + &script(name)
}

impl Shell {
    fn command(&self, text: &str, env: &[(&str, &str)]) -> Command {
        let mut command = Command::new(&self.0[0]);
        command.args(&self.0[1..]).args(["-c", text]).env_clear();
        let front = WITH_NC.as_ref().map(|folder| folder.path().to_owned());
        command.env("PATH", path_with(front.as_deref()));
        command.envs(env.iter().copied());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn start(&self, text: &str, env: &[(&str, &str)]) -> Running {
        Running(self.command(text, env).spawn().unwrap())
    }

    fn run(&self, text: &str, env: &[(&str, &str)]) -> Ended {
        self.start(text, env).end()
    }

    fn name(&self) -> String {
        format!("{:?}", self.0)
    }
}

fn path_with(front: Option<&Path>) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = front
        .map(Path::to_owned)
        .into_iter()
        .chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap()
}

/// A script under way; it does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Running {
    /// The first line that it prints: it has begun to wait then.
    fn first_line(&mut self) -> String {
        let mut line = String::new();
        // A byte at a time, so that nothing of the rest is taken.
        let mut reader = BufReader::with_capacity(1, self.0.stdout.as_mut().unwrap());
        reader.read_line(&mut line).unwrap();
        line
    }

    fn end(mut self) -> Ended {
        let begun = Instant::now();
        while self.0.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "the script does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
        let read = |stream: Option<&mut dyn std::io::Read>| {
            let mut text = String::new();
            stream.unwrap().read_to_string(&mut text).unwrap();
            text
        };
        Ended {
            stdout: read(self.0.stdout.as_mut().map(|s| s as &mut dyn std::io::Read)),
            stderr: read(self.0.stderr.as_mut().map(|s| s as &mut dyn std::io::Read)),
            code: self.0.wait().unwrap().code(),
        }
    }
}

impl Ended {
    #[track_caller]
    fn hold(self, shell: &Shell, code: i32) -> Self {
        let (stdout, stderr) = (&self.stdout, &self.stderr);
        assert_eq!(self.code, Some(code), "{}: {stdout}{stderr}", shell.name());
        self
    }
}

/// A port that takes connections (the kernel does it) and never says a word.
fn silent(address: &str) -> (TcpListener, String) {
    let listener = TcpListener::bind((address, 0)).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    (listener, port)
}

/// A port on which nobody listens.
fn closed() -> String {
    silent("127.0.0.1").1
}

/// `wait.sh` with the waiting itself replaced: it says what it would wait for.
fn reading(url: &str) -> String {
    let wait = script("wait.sh");
    assert!(!url.contains('\''));
    format!("{wait}\nwait_for() {{ echo \"$2 $3\"; }}\nwait_for_url thing '{url}' 1\n")
}

#[test]
fn urls_give_their_host_and_port() {
    for shell in shells() {
        for (url, expected) in [
            ("redis://default@h:6379/0", "h 6379"),
            ("redis://h", "h 1"),
            ("redis://h/", "h 1"),
            ("redis://h:", "h 1"),
            ("http://h:3000/api", "h 3000"),
            ("http://h?x=1", "h 1"),
            ("h:99", "h 99"),
            ("rediss://:pw@r.example.com:6380", "r.example.com 6380"),
            ("redis://my_host-1.x:3", "my_host-1.x 3"),
            ("postgres://u:p@h/app?schema=public", "h 1"),
            (
                "postgres://u:p%40%2F%3A%3F@h:5432/app?schema=public",
                "h 5432",
            ),
            // Passwords that nobody encoded.
            ("postgres://u:a@b@h:5432/app", "h 5432"),
            ("postgres://u:a/b@h:5432/app", "h 5432"),
            ("postgres://u:a:b@h:5432/app", "h 5432"),
            ("postgres://u:a?b@h:5432/app?schema=public", "h 5432"),
            ("postgres://u:a#b@h:5432/app", "h 5432"),
            ("postgres://u:p@h:5432/app?options=a@b", "h 5432"),
            ("redis://u:p w@h:2", "h 2"),
            // Literal IPv6 addresses.
            ("postgres://u:p@[::1]:5432/app", "::1 5432"),
            ("redis://[::1]/0", "::1 1"),
            // What a shell would run if it could.
            ("postgres://u:$(exit 9)`exit 9`\"*@h:7/app", "h 7"),
        ] {
            let ended = shell.run(&reading(url), &[]).hold(&shell, 0);
            assert_eq!(ended.stdout.trim(), expected, "{}: {url}", shell.name());
        }
    }
}

#[test]
fn an_empty_url_is_nothing_to_wait_for() {
    for shell in shells() {
        assert_eq!(shell.run(&reading(""), &[]).hold(&shell, 0).stdout, "");
    }
}

#[test]
fn a_url_without_an_address_is_an_error_that_keeps_the_password() {
    for shell in shells() {
        for url in [
            "redis://",
            "redis://u:s3cret@",
            "redis://u:s3cret@h:port",
            "redis://u:s3cret@h h",
            "redis://s3cret@:6379",
            "redis://s3cret@[::1:6379",
        ] {
            let ended = shell.run(&reading(url), &[]).hold(&shell, 1);
            assert_eq!(ended.stdout, "", "{url}");
            assert!(ended.stderr.contains("thing"), "{url}: {}", ended.stderr);
            assert!(!ended.stderr.contains("s3cret"), "{url}: {}", ended.stderr);
        }
    }
}

#[test]
fn server_waits_for_redis_postgres_and_the_replica() {
    for shell in waiting_shells() {
        let (_four, port) = silent("127.0.0.1");
        // Where there is no IPv6, a second IPv4 port does.
        let six = TcpListener::bind(("::1", 0)).ok();
        let postgres = match &six {
            Some(six) => format!("[::1]:{}", six.local_addr().unwrap().port()),
            None => format!("127.0.0.1:{port}"),
        };
        let ended = shell
            .run(
                &waiting("ping-server.sh"),
                &[
                    ("REDIS_URL", &format!("redis://127.0.0.1:{port}/0")),
                    (
                        "POSTGRES_URL",
                        &format!("postgres://u:s3cret@{postgres}/app"),
                    ),
                    ("POSTGRES_REPLICA_URL", ""),
                ],
            )
            .hold(&shell, 0);
        assert_eq!(ended.stdout.lines().count(), 4, "{}", ended.stdout);
        assert!(!(ended.stdout + &ended.stderr).contains("s3cret"));
    }
}

#[test]
fn house_and_next_wait_for_what_they_need() {
    for shell in waiting_shells() {
        let (_listener, port) = silent("127.0.0.1");
        let redis = format!("redis://127.0.0.1:{port}");
        let house = [
            ("REDIS_URL", redis.as_str()),
            ("CLICKHOUSE_HOST", "localhost"),
            ("CLICKHOUSE_PORT", port.as_str()),
        ];
        let ended = shell.run(&waiting("ping-house.sh"), &house).hold(&shell, 0);
        assert!(
            ended.stdout.contains("clickhouse accepts connections"),
            "{}",
            ended.stdout
        );
        let url = format!("http://127.0.0.1:{port}/api");
        let names = [
            "SWANLAB_SERVER_URL",
            "SWANLAB_CLOUD_URL",
            "SWANLAB_HOUSE_URL",
        ];
        let next = names.map(|name| (name, url.as_str()));
        let ended = shell.run(&waiting("ping-next.sh"), &next).hold(&shell, 0);
        assert_eq!(ended.stdout.matches("accepts connections").count(), 3);
    }
}

#[test]
fn a_setting_that_is_missing_is_an_error_that_names_it() {
    for shell in waiting_shells() {
        for (name, setting) in [
            ("ping-server.sh", "REDIS_URL"),
            ("ping-house.sh", "REDIS_URL"),
            ("ping-next.sh", "SWANLAB_SERVER_URL"),
            ("wait-for-minio.sh", "MINIO_ENDPOINT"),
        ] {
            let ended = shell.run(&waiting(name), &[]);
            assert_ne!(ended.code, Some(0), "{name}: {}", ended.stdout);
            assert!(ended.stderr.contains(setting), "{name}: {}", ended.stderr);
        }
    }
}

#[test]
fn a_port_that_opens_late_is_waited_for() {
    for shell in waiting_shells() {
        let port = closed();
        let endpoint = format!("http://127.0.0.1:{port}");
        let text = waiting("wait-for-minio.sh");
        let mut running = shell.start(&text, &[("MINIO_ENDPOINT", &endpoint)]);
        assert!(
            running
                .first_line()
                .starts_with("waiting for minio at 127.0.0.1 port ")
        );
        let number: u16 = port.parse().unwrap();
        let _listener = TcpListener::bind(("127.0.0.1", number)).unwrap();
        let ended = running.end().hold(&shell, 0);
        assert_eq!(ended.stdout, "minio accepts connections\n");
    }
}

#[test]
fn a_port_that_never_opens_is_tried_again_until_the_pod_is_told_to_stop() {
    for shell in waiting_shells() {
        for host in ["127.0.0.1", "no-such-host.invalid"] {
            let endpoint = format!("http://{host}:{}", closed());
            // Counting the pauses shows that it goes on; the second one ends the test's script.
            let text = waiting("wait-for-minio.sh").replacen(
                "set -eu\n",
                "set -eu\npauses=0\nsleep() { pauses=$((pauses + 1)); [ $pauses -lt 3 ] || exit 9; }\n",
                1,
            );
            let ended = shell
                .run(&text, &[("MINIO_ENDPOINT", &endpoint)])
                .hold(&shell, 9);
            assert_eq!(ended.stdout.lines().count(), 1, "{}", ended.stdout);
        }
        let endpoint = format!("http://127.0.0.1:{}", closed());
        let text = waiting("wait-for-minio.sh");
        let mut running = shell.start(&text, &[("MINIO_ENDPOINT", &endpoint)]);
        running.first_line();
        let id = running.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        running.end().hold(&shell, 143);
    }
}

#[test]
fn a_port_that_answers_nothing_at_all_is_given_up_and_tried_again() {
    for shell in waiting_shells() {
        // A listener whose queue is full: further SYNs are dropped, as by a firewall.
        let (listener, port) = silent("127.0.0.1");
        let address = listener.local_addr().unwrap();
        let mut queued = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
            queued.push(stream);
            assert!(queued.len() < 10_000, "the queue has no end");
        }
        let text = script("wait.sh")
            + &format!("sleep() {{ exit 9; }}\nwait_for thing 127.0.0.1 {port}\n");
        let begun = Instant::now();
        shell.run(&text, &[]).hold(&shell, 9);
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{}",
            shell.name()
        );
        drop(queued);
    }
}

/// An `mc` that notes its arguments, and fails when they begin with $FAIL.
fn fake_mc() -> TempDir {
    const MC: &str = r#"#!/bin/sh
for argument in "$@"; do printf '<%s>' "$argument"; done >>"$LOG"
echo >>"$LOG"
echo "mc says $*"
case "$*" in "$FAIL"*) exit 1 ;; esac
"#;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mc");
    fs::write(&file, MC).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn init_buckets(shell: &Shell, mc: &TempDir, fail: &str) -> (Ended, Vec<String>) {
    let log = mc.path().join("log");
    fs::write(&log, "").unwrap();
    let env = [
        ("MINIO_ENDPOINT", "http://m:9000"),
        ("MINIO_ROOT_USER", "us er"),
        ("MINIO_ROOT_PASSWORD", "p\"$w*"),
        ("MINIO_PRIVATE_BUCKET", "pri v"),
        ("MINIO_PUBLIC_BUCKET", "pub"),
        ("LOG", log.to_str().unwrap()),
        ("FAIL", fail),
    ];
    let mut command = shell.command(&script("init-buckets.sh"), &env);
    command.env("PATH", path_with(Some(mc.path())));
    let ended = Running(command.spawn().unwrap()).end();
    let asked = fs::read_to_string(&log).unwrap();
    (ended, asked.lines().map(str::to_owned).collect())
}

#[test]
fn the_buckets_are_made_one_private_and_one_readable() {
    let mc = fake_mc();
    for shell in shells() {
        let (ended, asked) = init_buckets(&shell, &mc, "nothing");
        let ended = ended.hold(&shell, 0);
        assert_eq!(
            asked,
            [
                "<alias><set><swanlab><http://m:9000><us er><p\"$w*>",
                "<mb><--ignore-existing><swanlab/pri v>",
                "<anonymous><set><none><swanlab/pri v>",
                "<mb><--ignore-existing><swanlab/pub>",
                "<anonymous><set><download><swanlab/pub>",
            ]
        );
        assert!(!(ended.stdout + &ended.stderr).contains("p\"$w*"));
    }
}

#[test]
fn any_step_that_fails_fails_the_bucket_job() {
    let mc = fake_mc();
    for shell in shells() {
        for (steps, fail) in [
            (1, "alias set"),
            (2, "mb --ignore-existing swanlab/pri"),
            (3, "anonymous set none"),
            (4, "mb --ignore-existing swanlab/pub"),
            (5, "anonymous set download"),
        ] {
            let (ended, asked) = init_buckets(&shell, &mc, fail);
            ended.hold(&shell, 1);
            assert_eq!(asked.len(), steps, "{fail}: {asked:?}");
        }
    }
}

#[test]
fn the_data_folder_of_postgres_is_its_own() {
    let data = "/var/lib/postgresql/data";
    let text = script("init-postgres-fs.sh");
    assert_eq!(text.matches(data).count(), 1);
    for shell in shells() {
        let folder = tempfile::tempdir().unwrap();
        let ours = folder.path().join("deep/data");
        let text = text.replace(data, ours.to_str().unwrap());
        let first = shell.run(&text, &[]);
        if first.code != Some(0) && fs::metadata(folder.path()).unwrap().uid() != 0 {
            // Only root gives folders away; the container's user is root.
            skipped("the data folder of postgres", "this user cannot chown");
            return;
        }
        first.hold(&shell, 0);
        let held = |ours: &Path| {
            let metadata = fs::metadata(ours).unwrap();
            assert_eq!((metadata.uid(), metadata.gid()), (999, 999));
            assert_eq!(metadata.mode() & 0o7777, 0o700);
        };
        held(&ours);
        // Again, over a database that is there, with a mode that postgres would refuse.
        fs::write(ours.join("PG_VERSION"), "16\n").unwrap();
        fs::set_permissions(&ours, fs::Permissions::from_mode(0o755)).unwrap();
        shell.run(&text, &[]).hold(&shell, 0);
        held(&ours);
        assert_eq!(fs::read_to_string(ours.join("PG_VERSION")).unwrap(), "16\n");
        // Where nothing can be made it fails.
        let broken = text.replace(ours.to_str().unwrap(), "/proc/nope/data");
        assert_ne!(shell.run(&broken, &[]).code, Some(0));
    }
}

#[test]
fn shellcheck_finds_nothing() {
    let Some(shellcheck) = tool("shellcheck", "what shellcheck says of the scripts") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut texts = vec![
        ("init-buckets".to_owned(), script("init-buckets.sh")),
        ("init-postgres-fs".to_owned(), script("init-postgres-fs.sh")),
    ];
    for name in ["ping-server", "ping-house", "ping-next", "wait-for-minio"] {
        texts.push((name.to_owned(), waiting(&format!("{name}.sh"))));
    }
    let mut command = Command::new(shellcheck);
    command.args(["-s", "sh"]);
    for (name, text) in texts {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        command.arg(file);
    }
    command.arg(root().join("tests/tools/get"));
    let Output { status, stdout, .. } = command.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stdout));
}
