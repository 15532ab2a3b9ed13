//! Embeds the chart at the root of the repository into the binary: writes the tables of templates and scripts that
//! `src/chart/embedded.rs` includes, and the templates with their checks, compiled, for `src/engine/embedded.rs`. The files
//! are not changed.

// The engine's own code, so that a template gets the same checks at build time as in a run.
#[allow(dead_code)]
#[path = "src/engine/checks/mod.rs"]
mod checks;
#[allow(dead_code)]
#[path = "src/engine/steps.rs"]
mod steps;
#[allow(dead_code)]
#[path = "src/engine/tokens.rs"]
mod tokens;

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

use minijinja::machinery::{CodeGenerator, parse};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let mut code = String::new();
    for code in ["checks", "steps.rs", "tokens.rs"] {
        println!("cargo:rerun-if-changed=src/engine/{code}");
    }
    let mut compiled = String::new();
    let mut count = 0;
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
                compiled += &compile(&path, &fs::read_to_string(file)?)?;
                count += 1;
            }
        }
        code += "];\n";
    }
    code += &format!("static DEFAULTS: &str = {:?};\n", defaults(&root)?);
    code += &format!("static SCHEMA: &str = {:?};\n", schema(&root)?);
    fs::write(Path::new(&out).join("embedded.rs"), code)?;
    let compiled = format!("static TEMPLATES: [Embedded; {count}] = [\n{compiled}];\n");
    fs::write(Path::new(&out).join("compiled.rs"), compiled)
}

/// A template with its checks and its instructions, as an element of the table.
fn compile(path: &str, text: &str) -> io::Result<String> {
    let failed = |error: String| io::Error::other(format!("{path}: {error}"));
    let syntax = tokens::syntax().map_err(io::Error::other)?;
    let (_, text) = checks::Checks::add(text, &tokens::Tokens::of(text, &syntax));
    let parsed = parse(&text, path, syntax).map_err(|error| failed(format!("{error:#}")))?;
    let mut generator = CodeGenerator::new(path, &text);
    generator.compile_stmt(&parsed);
    let (instructions, _) = generator.finish();
    let (steps, literals) = steps::steps(&instructions, &text)
        .map_err(|instruction| failed(format!("no template can be embedded with {instruction}")))?;
    let mut list = String::new();
    for step in steps {
        write!(list, "Step::{step:?}, ").map_err(io::Error::other)?;
    }
    Ok(format!(
        "    Embedded {{ path: {path:?}, text: {text:?}, literals: {literals:?}, steps: &[{list}], kept: OnceLock::new() }},\n",
    ))
}

/// values.schema.json without white space, which takes half the time to be read.
fn schema(root: &str) -> io::Result<String> {
    println!("cargo:rerun-if-changed=values.schema.json");
    let text = fs::read_to_string(Path::new(root).join("values.schema.json"))?;
    let tree: serde_json::Value = serde_json::from_str(&text).map_err(io::Error::other)?;
    Ok(tree.to_string())
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
