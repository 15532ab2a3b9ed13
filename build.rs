//! Embeds the chart at the root of the repository into the binary: writes the tables of templates and scripts that
//! `src/chart/embedded.rs` includes. The files are not changed.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let mut code = String::new();
    for (table, folder) in [("TEMPLATES", "templates"), ("FILES", "scripts")] {
        println!("cargo:rerun-if-changed={folder}");
        let mut paths = Vec::new();
        collect(Path::new(&root), folder, &mut paths)?;
        // Helm's order of templates: bytes of the whole path.
        paths.sort_unstable();
        code += &format!("static {table}: &[(&str, &str)] = &[\n");
        for path in paths {
            let file = format!("{root}/{path}");
            writeln!(code, "    ({path:?}, include_str!({file:?})),").map_err(io::Error::other)?;
        }
        code += "];\n";
    }
    code += &format!("static DEFAULTS: &str = {:?};\n", defaults(&root)?);
    fs::write(Path::new(&out).join("embedded.rs"), code)?;
    Ok(())
}

/// values.yaml as JSON, which is read ten times faster, because most of values.yaml is comments. A test ensures that
/// both mean the same.
fn defaults(root: &str) -> io::Result<String> {
    println!("cargo:rerun-if-changed=values.yaml");
    let text = fs::read_to_string(Path::new(root).join("values.yaml"))?;
    let tree: serde_json::Value = serde_yaml::from_str(&text).map_err(io::Error::other)?;
    Ok(tree.to_string())
}

/// The paths of all files below a folder, from the root, with `/`.
fn collect(root: &Path, folder: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .map_err(|name| io::Error::other(format!("{} is not UTF-8", name.to_string_lossy())))?;
        let path = format!("{folder}/{name}");
        if entry.file_type()?.is_dir() {
            collect(root, &path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}
