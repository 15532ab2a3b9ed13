//! Embeds the chart at the root of the repository into the binary: writes the tables of templates and scripts that
//! `src/chart/embedded.rs` includes, and the templates with their checks for `src/engine/embedded.rs`. The files are not
//! changed.

// The engine's own code, so that a template gets the same checks at build time as in a run.
#[allow(dead_code)]
#[path = "src/engine/checks/mod.rs"]
mod checks;
#[allow(dead_code)]
#[path = "src/engine/tokens.rs"]
mod tokens;

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let mut code = String::new();
    let mut checked = "static CHECKED: &[Checked] = &[\n".to_owned();
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
            if folder == "templates" {
                checked += &with_checks(&path, &fs::read_to_string(file)?)?;
            }
        }
        code += "];\n";
    }
    code += &format!("static DEFAULTS: &str = {:?};\n", defaults(&root)?);
    fs::write(Path::new(&out).join("embedded.rs"), code)?;
    fs::write(Path::new(&out).join("checked.rs"), checked + "];\n")
}

/// A template with its checks, as a line of the table.
fn with_checks(path: &str, text: &str) -> io::Result<String> {
    println!("cargo:rerun-if-changed=src/engine/checks");
    println!("cargo:rerun-if-changed=src/engine/tokens.rs");
    let syntax = tokens::syntax().map_err(io::Error::other)?;
    let tokens = tokens::Tokens::of(text, &syntax);
    let (checks, text) = checks::Checks::add(text, &tokens);
    Ok(format!("    ({path:?}, {text:?}, &{:?}),\n", checks.0))
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
