//! The files of `images` in the programs that they are for: crane and skopeo copy small images between registries on
//! loopback, directly and through a folder. All platforms and digests arrive.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::PROGRAM;
use crate::support::tools::tool;

/// crane's registry, which keeps everything in memory.
struct Registry {
    crane: PathBuf,
    host: String,
    server: Child,
}

impl Registry {
    fn start(crane: PathBuf) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = format!("localhost:{}", free.local_addr().unwrap().port());
        drop(free);
        let server = Command::new(&crane)
            .args([
                "registry",
                "serve",
                "--address",
                &host.replace("localhost", "127.0.0.1"),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let registry = Self {
            crane,
            host,
            server,
        };
        let start = Instant::now();
        while !registry
            .crane()
            .args(["catalog", &registry.host])
            .output()
            .unwrap()
            .status
            .success()
        {
            assert!(start.elapsed() < Duration::from_secs(60));
            thread::sleep(Duration::from_millis(50));
        }
        registry
    }

    fn crane(&self) -> Command {
        Command::new(&self.crane)
    }

    /// Runs crane; what it prints.
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.crane().args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// An image for two platforms; its digest.
    fn seed(&self, folder: &Path) -> String {
        fs::write(folder.join("file"), "x").unwrap();
        let packed = Command::new("tar")
            .args(["cf", "layer.tar", "file"])
            .current_dir(folder)
            .status();
        assert!(packed.unwrap().success());
        let layer = folder.join("layer.tar").display().to_string();
        let image = |tag: &str| format!("{}/seed:{tag}", self.host);
        self.run(&["append", "-f", &layer, "-t", &image("layer")]);
        for platform in ["linux/amd64", "linux/arm64"] {
            let one = image(&platform.replace('/', "-"));
            let flags = ["--set-platform", platform, "-t", &one];
            self.run(&[&["mutate", &image("layer")], &flags[..]].concat());
        }
        let parts = [image("linux-amd64"), image("linux-arm64")];
        let all = image("all");
        self.run(&[
            "index", "append", "-m", &parts[0], "-m", &parts[1], "-t", &all,
        ]);
        self.run(&["digest", &all])
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// What `images` prints about images of the registry's part `source`, one of them named by its digest.
fn images(registry: &Registry, digest: &str, flags: &[&str]) -> String {
    let output = Command::new(PROGRAM)
        .args(["images", "--image-registry"])
        .arg(format!("{}/source", registry.host))
        .arg("--set-string")
        .arg(format!(
            "gateway.image.repository=example.org/traefik@{digest}"
        ))
        .args(flags)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

/// Puts the image under the name of each that is needed; the names.
fn fill(registry: &Registry, digest: &str) -> Vec<String> {
    let seed = format!("{}/seed:all", registry.host);
    let names = images(registry, digest, &[]);
    for name in names.lines() {
        registry.run(&["copy", &seed, name.split('@').next().unwrap()]);
    }
    assert!(names.contains(&format!("traefik:3.6@{digest}")), "{names}");
    names.lines().map(str::to_owned).collect()
}

/// Every image is in the mirror, under the name that `--image-registry` gives it, as it was.
fn assert_all_are_in(mirror: &str, registry: &Registry, names: &[String], digest: &str) {
    for name in names {
        let path = name
            .strip_prefix(&format!("{}/source/", registry.host))
            .unwrap();
        let there = format!("{mirror}/source/{path}");
        assert_eq!(registry.run(&["digest", &there]), digest, "{there}");
    }
    assert_eq!(names.len(), 14);
}

fn sh(script: &str, folder: &Path, search_path: &Path) {
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("sh")
        .args(["-euc", script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", search_path.display()))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{script}: {output:?}");
}

#[test]
fn crane_copies_directly_and_through_a_folder() {
    let Some(crane) = tool("crane", "`images` for crane and skopeo") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::start(crane);
    let digest = registry.seed(folder.path());
    let names = fill(&registry, &digest);
    for mirror in ["direct", "loaded"] {
        let mirror = format!("{}/{mirror}", registry.host);
        let script = images(&registry, &digest, &["-o", "crane", "--mirror", &mirror]);
        let file = mirror.rsplit('/').next().unwrap();
        fs::write(folder.path().join(file), script).unwrap();
    }
    let bin = registry.crane.parent().unwrap().to_owned();
    sh("sh direct copy", folder.path(), &bin);
    assert_all_are_in(
        &format!("{}/direct", registry.host),
        &registry,
        &names,
        &digest,
    );
    // Saving twice saves nothing twice.
    sh(
        "sh direct save 'a folder'; sh direct save 'a folder'; sh loaded load 'a folder'",
        folder.path(),
        &bin,
    );
    assert_all_are_in(
        &format!("{}/loaded", registry.host),
        &registry,
        &names,
        &digest,
    );
}

#[test]
fn skopeo_copies_into_a_folder_and_on_into_the_mirror() {
    let what = "`images` for crane and skopeo";
    let (Some(crane), Some(skopeo)) = (tool("crane", what), tool("skopeo", what)) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::start(crane);
    let digest = registry.seed(folder.path());
    let names = fill(&registry, &digest);
    let mirror = format!("{}/synced", registry.host);
    let file = images(&registry, &digest, &["-o", "skopeo", "--mirror", &mirror]);
    // The registry speaks no TLS, and nothing is signed.
    let commands: String = file
        .lines()
        .filter_map(|line| line.strip_prefix("#   skopeo sync "))
        .map(|arguments| {
            format!("skopeo --insecure-policy sync --dest-tls-verify=false {arguments}\n")
        })
        .collect();
    assert_eq!(commands.lines().count(), 2, "{file}");
    let file = file.replacen("  images:", "  tls-verify: false\n  images:", 1);
    fs::write(folder.path().join("images.yaml"), file).unwrap();
    sh(&commands, folder.path(), skopeo.parent().unwrap());
    assert_all_are_in(&mirror, &registry, &names, &digest);
}
