//! The images of a render: as lists, and for the programs that carry them into clusters without internet access.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{comment, pretty};
use crate::commands::quote;
use crate::diagnostics::visible;
use crate::images::{FullName, Mirror, Used};
use crate::yaml;

/// A line for each image.
pub fn text(used: &[Used], out: &mut String) {
    for used in used {
        out.push_str(&visible(&used.image));
        out.push('\n');
    }
}

/// `[{"image":"…","users":["Deployment/x: container"]}]`, with the `target` in a mirror if there is one.
pub fn json(used: &[Used], mirror: Option<&Mirror>, out: &mut String) {
    let one = |used: &Used| match mirror {
        None => json!({"image": used.image, "users": used.users}),
        Some(mirror) => {
            json!({"image": used.image, "target": mirror.target(&used.image), "users": used.users})
        }
    };
    let list: Vec<Value> = used.iter().map(one).collect();
    pretty(&list, out);
}

/// Lines with `SOURCE<TAB>TARGET`, for loops of your own.
pub fn pairs(used: &[Used], mirror: &Mirror, out: &mut String) {
    for used in used {
        let target = mirror.target(&used.image);
        out.push_str(&format!("{}\t{}\n", visible(&used.image), visible(&target)));
    }
}

/// What stands for a mirror that is not known yet.
pub const UNKNOWN_MIRROR: &str = "MIRROR";

fn name(mirror: Option<&Mirror>) -> String {
    quote(mirror.map_or(UNKNOWN_MIRROR, Mirror::name))
}

/// The last lines of what each program has to be asked.
fn rendering(mirror: Option<&Mirror>) -> String {
    let render = format!(
        "Render with `--image-registry {}`: then the manifests take the images from there.",
        name(mirror)
    );
    match mirror {
        None => format!("MIRROR is HOST/PREFIX; `images --mirror` writes it here.\n{render}"),
        Some(_) => render,
    }
}

/// The YAML file of `skopeo sync`: registry, path, versions.
pub fn skopeo(used: &[Used], mirror: Option<&Mirror>, out: &mut String) {
    let mut registries: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for used in used {
        let image = FullName::of(&used.image);
        let images = registries
            .entry(visible(image.registry).into_owned())
            .or_default();
        let versions = images
            .entry(visible(&image.path).into_owned())
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(versions) = versions {
            let version = Value::String(visible(image.version).into_owned());
            if !versions.contains(&version) {
                versions.push(version);
            }
        }
    }
    let from_folder = registries.keys().map(|registry| {
        let folder = quote(&format!("images/{registry}"));
        let mirror = name(mirror);
        format!("  skopeo sync --all --scoped --src dir --dest docker {folder} {mirror}\n")
    });
    let head = format!(
        "For skopeo. Where there is internet access, copy the images into a folder; then copy them from the folder\n\
         into your registry:\n\n  skopeo sync --all --scoped --src yaml --dest dir images.yaml images\n{}\n\
         `skopeo login HOST` logs in to a registry.\n{}",
        from_folder.collect::<String>(),
        rendering(mirror)
    );
    comment(&head, out);
    let file: Map<String, Value> = registries
        .into_iter()
        .map(|(registry, images)| (registry, json!({ "images": images })))
        .collect();
    yaml::write(&Value::Object(file), out);
}

/// A POSIX shell script that copies with crane, directly or through a folder.
pub fn crane(used: &[Used], mirror: Option<&Mirror>, out: &mut String) {
    out.push_str("#!/bin/sh\n");
    let head = format!(
        "Copies {} with crane, for all platforms, with their digests. FILE is this file:\n\n\
         \x20 sh FILE copy           from registry to registry\n\
         \x20 sh FILE save FOLDER    into a folder, where there is internet access\n\
         \x20 sh FILE load FOLDER    from that folder into your registry\n\n\
         `crane auth login HOST` logs in to a registry.\n{}",
        match used.len() {
            1 => "an image".to_owned(),
            count => format!("{count} images"),
        },
        match mirror {
            None =>
                "MIRROR in the environment is your registry, HOST/PREFIX; `images --mirror` writes it here.\n\
                 Render with `--image-registry HOST/PREFIX`: then the manifests take the images from there."
                    .to_owned(),
            Some(_) => rendering(mirror),
        }
    );
    comment(&head, out);
    let mirror_is = mirror.map_or("${MIRROR:-}".to_owned(), |mirror| quote(mirror.name()));
    out.push_str(&CRANE.replacen("@MIRROR@", &mirror_is, 1));
    for used in used {
        let source = visible(&used.image);
        let path = visible(Mirror::path(&used.image));
        out.push_str(&format!("image {} {}\n", quote(&source), quote(&path)));
    }
}

const CRANE: &str = r#"set -eu

mirror=@MIRROR@
how=${1:-}
folder=${2:-}

fail() {
  printf '%s\n' "$1" >&2
  exit 2
}

case $how in
  copy) ;;
  save | load) [ -n "$folder" ] || fail "$how needs a folder" ;;
  *) fail "say what to do: copy, save FOLDER or load FOLDER" ;;
esac
[ "$how" = save ] || [ -n "$mirror" ] || fail "set MIRROR to your registry: HOST/PREFIX"
if [ "$how" = save ]; then mkdir -p -- "$folder"; fi

# image SOURCE PATH
image() {
  printf '%s %s\n' "$how" "$1"
  saved=$folder/$(printf '%s' "$1" | tr '/:@' '+==').oci
  case $how in
    copy) crane copy -- "$1" "$mirror/$2" ;;
    save)
      if [ ! -e "$saved" ]; then
        crane pull --format=oci -- "$1" "$saved.part"
        mv -- "$saved.part" "$saved"
      fi
      ;;
    load) crane push -- "$saved" "$mirror/$2" ;;
  esac
}

"#;

/// References with one version each, as hauler and Zarf take them.
fn references(used: &[Used]) -> Vec<String> {
    let reference = |used: &Used| visible(&FullName::of(&used.image).reference()).into_owned();
    let mut references: Vec<String> = used.iter().map(reference).collect();
    references.sort();
    references.dedup();
    references
}

/// A manifest of hauler: `Images`, version v1.
pub fn hauler(package: &str, used: &[Used], mirror: Option<&Mirror>, out: &mut String) {
    let head = format!(
        "For hauler 1.2 or later. Where there is internet access:\n\n  hauler store sync --filename images.yaml\n  \
         hauler store save --filename haul.tar.zst\n\n\
         Then, where your registry is:\n\n  hauler store load --filename haul.tar.zst\n  \
         hauler store copy {}\n\n`hauler login HOST` logs in to a registry.\n{}",
        quote(&format!(
            "registry://{}",
            mirror.map_or(UNKNOWN_MIRROR, Mirror::name)
        )),
        rendering(mirror)
    );
    comment(&head, out);
    let images: Vec<Value> = references(used)
        .into_iter()
        .map(|image| json!({ "name": image }))
        .collect();
    let manifest = json!({
        "apiVersion": "content.hauler.cattle.io/v1",
        "kind": "Images",
        "metadata": {"name": package},
        "spec": {"images": images},
    });
    yaml::write(&manifest, out);
}

/// The file `zarf.yaml` of a package that holds the images.
pub fn zarf(package: &str, used: &[Used], mirror: Option<&Mirror>, out: &mut String) {
    let head = format!(
        "For Zarf, as the file zarf.yaml. Where there is internet access:\n\n  zarf package create .\n\n\
         In a cluster that `zarf init` has prepared, `zarf package deploy` brings the images into its registry, and its\n\
         agent makes pods use them: render without `--image-registry`. For a registry of your own:\n\n  \
         zarf package mirror-resources zarf-package-*.tar.zst --images --no-img-checksum --registry-url {}\n\n{}",
        name(mirror),
        rendering(mirror)
    );
    comment(&head, out);
    let manifest = json!({
        "apiVersion": "zarf.dev/v1alpha1",
        "kind": "ZarfPackageConfig",
        "metadata": {"name": package},
        "components": [{"name": "images", "required": true, "images": references(used)}],
    });
    yaml::write(&manifest, out);
}
