//! What `images` writes for other programs: their formats, and images whose names are meant to do harm.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{PROGRAM, read_strictly};
use serde_json::{Value, json};

fn images(arguments: &[&str]) -> String {
    let output = Command::new(PROGRAM)
        .arg("images")
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The file of a pod whose containers have these images.
fn pod(folder: &Path, images: &[impl AsRef<str>]) -> String {
    let containers: Vec<Value> = images
        .iter()
        .map(|image| json!({"name": "a", "image": image.as_ref()}))
        .collect();
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": containers}});
    let file = folder.join("pod.yaml");
    fs::write(&file, pod.to_string()).unwrap();
    file.display().to_string()
}

fn document(arguments: &[&str]) -> Value {
    let mut documents = read_strictly(&images(arguments));
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn strings(value: &Value) -> Vec<&str> {
    let list = value.as_array().unwrap().iter();
    list.map(|one| one.as_str().expect("a string")).collect()
}

/// The images of the list, as every format has to have them.
fn listed() -> Vec<String> {
    images(&[]).lines().map(str::to_owned).collect()
}

#[test]
fn skopeo_gets_registries_with_paths_with_versions() {
    let file = document(&["-o", "skopeo"]);
    let mut found = Vec::new();
    for (registry, of_registry) in file.as_object().unwrap() {
        assert_eq!(keys(of_registry), ["images"]);
        for (path, versions) in of_registry["images"].as_object().unwrap() {
            for version in strings(versions) {
                found.push(format!("{registry}/{path}:{version}"));
            }
        }
    }
    found.sort();
    assert_eq!(found, listed());
}

#[test]
fn hauler_gets_its_images_manifest() {
    let file = document(&["my-release", "-o", "hauler"]);
    assert_eq!(file["apiVersion"], "content.hauler.cattle.io/v1");
    assert_eq!(file["kind"], "Images");
    assert_eq!(keys(&file), ["apiVersion", "kind", "metadata", "spec"]);
    assert_eq!(file["metadata"], json!({"name": "my-release-images"}));
    assert_eq!(keys(&file["spec"]), ["images"]);
    let images: Vec<&str> = file["spec"]["images"]
        .as_array()
        .unwrap()
        .iter()
        .inspect(|image| assert_eq!(keys(image), ["name"]))
        .map(|image| image["name"].as_str().unwrap())
        .collect();
    assert_eq!(images, listed());
}

#[test]
fn zarf_gets_a_package_with_one_required_component() {
    let file = document(&["a.release", "./tests/charts/small", "-o", "zarf"]);
    assert_eq!(file["apiVersion"], "zarf.dev/v1alpha1");
    assert_eq!(file["kind"], "ZarfPackageConfig");
    assert_eq!(
        keys(&file),
        ["apiVersion", "kind", "metadata", "components"]
    );
    // Names of packages and components are small letters, digits and hyphens.
    assert_eq!(file["metadata"], json!({"name": "a-release-images"}));
    let file = document(&["-o", "zarf"]);
    let components = file["components"].as_array().unwrap();
    assert_eq!(components.len(), 1);
    assert_eq!(keys(&components[0]), ["name", "required", "images"]);
    assert_eq!(components[0]["name"], "images");
    assert_eq!(components[0]["required"], true);
    assert_eq!(strings(&components[0]["images"]), listed());
}

#[test]
fn each_version_of_an_image_is_named_once_and_by_its_digest_if_it_has_one() {
    let folder = tempfile::tempdir().unwrap();
    let digest = format!("sha256:{}", "0".repeat(64));
    let images = [
        format!("a.io/x/y:1@{digest}"),
        format!("a.io/x/y:2@{digest}"),
        "a.io/x/y:3".to_owned(),
        "team/app".to_owned(),
    ];
    let file = pod(folder.path(), &images);
    assert_eq!(
        document(&["--manifests", &file, "-o", "skopeo"]),
        json!({
            "a.io": {"images": {"x/y": [digest, "3"]}},
            "docker.io": {"images": {"team/app": ["latest"]}},
        })
    );
    let zarf = document(&["--manifests", &file, "-o", "zarf"]);
    let digest = format!("a.io/x/y@{digest}");
    assert_eq!(
        strings(&zarf["components"][0]["images"]),
        ["a.io/x/y:3", &digest, "docker.io/team/app:latest"]
    );
    assert_eq!(zarf["metadata"]["name"], "images");
}

const HOSTILE: [&str; 6] = [
    "--config=/etc/passwd",
    "$(touch stolen)",
    "a'; touch stolen; '",
    "a\n# b\ntouch stolen\n",
    "\\033[31mred",
    "../../../x:1",
];

/// Runs the script for crane with a crane that writes down its arguments.
fn run(script: &str, arguments: &[&str], environment: &[(&str, &str)]) -> (Output, String, bool) {
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let crane = bin.join("crane");
    fs::write(&crane, "#!/bin/sh\n[ \"$1\" != pull ] || mkdir -- \"$5\"\nfor word; do printf '<%s>' \"$word\"; done >> calls\necho >> calls\n").unwrap();
    fs::set_permissions(&crane, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("images.sh"), script).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .arg("images.sh")
        .args(arguments)
        .current_dir(folder.path())
        .env("PATH", path)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let calls = fs::read_to_string(folder.path().join("calls")).unwrap_or_default();
    (output, calls, folder.path().join("stolen").exists())
}

#[test]
fn an_images_name_is_only_ever_one_argument_of_crane() {
    let folder = tempfile::tempdir().unwrap();
    let file = pod(folder.path(), &HOSTILE);
    let script = images(&["--manifests", &file, "-o", "crane", "--mirror", "m.io/x"]);
    for (arguments, start) in [
        (&["copy"][..], "<copy><--><"),
        (&["save", "-f"], "<pull><--format=oci><--><"),
        (&["load", "-f"], "<push><--><"),
    ] {
        let (output, calls, is_stolen) = run(&script, arguments, &[]);
        assert!(output.status.success(), "{output:?}");
        assert!(!is_stolen);
        assert_eq!(calls.lines().count(), HOSTILE.len(), "{calls}");
        assert!(calls.lines().all(|call| call.starts_with(start)), "{calls}");
        assert!(!output.stdout.contains(&0x1b), "{output:?}");
        if arguments.len() > 1 {
            assert!(!calls.contains("<-f/../"), "{calls}");
        }
    }
    for format in ["skopeo", "hauler", "zarf"] {
        document(&["--manifests", &file, "-o", format, "-q"]);
    }
}

#[test]
fn the_script_for_crane_says_what_it_needs_and_can_be_told_the_mirror() {
    let script = images(&["-o", "crane"]);
    for (arguments, said) in [
        (
            &[][..],
            "say what to do: copy, save FOLDER or load FOLDER\n",
        ),
        (
            &["push"],
            "say what to do: copy, save FOLDER or load FOLDER\n",
        ),
        (&["save"], "save needs a folder\n"),
        (&["copy"], "set MIRROR to your registry: HOST/PREFIX\n"),
    ] {
        let (output, calls, _) = run(&script, arguments, &[("MIRROR", "")]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), said);
        assert_eq!(calls, "");
    }
    let (output, calls, _) = run(&script, &["copy"], &[("MIRROR", "m.io/x")]);
    assert!(output.status.success(), "{output:?}");
    let expected: String = listed()
        .iter()
        .map(|image| {
            let path = image.strip_prefix("repo.swanlab.cn/").unwrap();
            format!("<copy><--><{image}><m.io/x/{path}>\n")
        })
        .collect();
    assert_eq!(calls, expected);
}
