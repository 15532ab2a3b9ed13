//! The rooms of the crate and who may know whom, read from the source.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each room may use: itself, and what stands beside it. `diagnostics` is below all.
const ARROWS: [(&str, &[&str]); 19] = [
    ("yaml", &[]),
    ("diagnostics", &[]),
    ("files", &[]),
    ("kubernetes", &[]),
    ("chart", &["yaml", "files", "diagnostics"]),
    ("values", &["yaml", "chart", "kubernetes", "diagnostics"]),
    ("manifest", &["yaml", "kubernetes", "diagnostics"]),
    ("engine", &["chart", "yaml", "diagnostics"]),
    (
        "release",
        &[
            "engine",
            "manifest",
            "values",
            "chart",
            "yaml",
            "kubernetes",
            "diagnostics",
        ],
    ),
    ("diff", &["manifest", "yaml", "kubernetes", "diagnostics"]),
    (
        "lint",
        &[
            "values",
            "chart",
            "manifest",
            "yaml",
            "kubernetes",
            "diagnostics",
        ],
    ),
    (
        "golden",
        &[
            "diff",
            "release",
            "engine",
            "manifest",
            "values",
            "chart",
            "kubernetes",
            "yaml",
            "files",
            "diagnostics",
        ],
    ),
    ("images", &["manifest", "values", "yaml", "diagnostics"]),
    ("secret", &["manifest", "values", "yaml", "diagnostics"]),
    // Holds a cluster's answers against a render and its values; existing Secrets by the rules of `secret`.
    (
        "preflight",
        &["secret", "manifest", "values", "kubernetes", "diagnostics"],
    ),
    (
        "krm",
        &[
            "release",
            "manifest",
            "chart",
            "kubernetes",
            "yaml",
            "diagnostics",
        ],
    ),
    (
        "report",
        &[
            "golden",
            "lint",
            "diff",
            "images",
            "preflight",
            "secret",
            "manifest",
            "values",
            "yaml",
            "diagnostics",
        ],
    ),
    ("lib", &[]),
    // The binary sees what the library makes public.
    (
        "cli",
        &[
            "report",
            "golden",
            "lint",
            "diff",
            "images",
            "preflight",
            "krm",
            "secret",
            "release",
            "engine",
            "manifest",
            "values",
            "chart",
            "kubernetes",
            "yaml",
            "files",
            "diagnostics",
        ],
    ),
];

/// Crates that only certain rooms may name.
const HOMES: [(&str, &[&str]); 22] = [
    ("sha2", &["diff"]),
    ("minijinja", &["engine"]),
    ("flate2", &["manifest"]),
    ("foldhash", &["diff", "engine"]),
    ("granit_parser", &["yaml"]),
    ("serde_saphyr", &["yaml"]),
    // Typed small files: Chart.yaml, swanlab-render.yaml.
    ("serde_yaml", &["chart", "golden"]),
    ("jsonschema", &["values"]),
    ("annotate_snippets", &["report"]),
    ("similar", &["report"]),
    ("quick_xml", &["report"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("anyhow", &["cli"]),
    ("anstream", &["cli"]),
    ("terminal_size", &["cli"]),
    ("rustix", &["cli"]),
    ("signal_hook", &["cli"]),
    ("tempfile", &["cli", "files"]),
    ("rpassword", &["cli"]),
    ("percent_encoding", &["secret"]),
];

/// The lines that a file may have, without its unit tests.
const LONGEST: usize = 250;

struct File {
    path: PathBuf,
    room: String,
    text: String,
}

impl File {
    /// The text without its unit tests, which stand last.
    fn code(&self) -> &str {
        let end = self.text.find("\n#[cfg(test)]\nmod tests {");
        &self.text[..end.unwrap_or(self.text.len())]
    }

    fn is_tests(&self) -> bool {
        self.path
            .components()
            .any(|part| part.as_os_str() == "tests")
            || self.path.ends_with("laws.rs")
            || self.path.ends_with("tests.rs")
    }

    /// The code without comments and doc comments.
    fn statements(&self) -> String {
        let lines = self.code().lines();
        lines
            .map(|line| line.split("//").next().unwrap_or_default())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn sources() -> Vec<File> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(&source).unwrap().to_owned();
                let first = below.iter().next().unwrap().to_string_lossy();
                let room = first.trim_end_matches(".rs");
                files.push(File {
                    room: if room == "main" { "cli" } else { room }.to_owned(),
                    text: fs::read_to_string(&path).unwrap(),
                    path: below,
                });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 40, "only {} files", files.len());
    files
}

/// The names right behind `crate::` or `swanlab_render::`, also inside braces.
fn used_rooms(statements: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for root in ["crate::", "swanlab_render::"] {
        for (at, _) in statements.match_indices(root) {
            let after = &statements[at + root.len()..];
            match after.strip_prefix('{') {
                None => rooms.extend(first_word(after)),
                Some(group) => {
                    let mut depth = 0;
                    let mut start = true;
                    for (index, c) in group.char_indices() {
                        match c {
                            '{' => depth += 1,
                            '}' if depth == 0 => break,
                            '}' => depth -= 1,
                            ',' if depth == 0 => start = true,
                            c if start && !c.is_whitespace() => {
                                rooms.extend(first_word(&group[index..]));
                                start = false;
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
    }
    rooms
}

fn first_word(text: &str) -> Option<String> {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

fn names_crate(statements: &str, name: &str) -> bool {
    statements.match_indices(name).any(|(at, _)| {
        let before = statements[..at].chars().next_back();
        let after = &statements[at + name.len()..];
        let alone =
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.' || c == ':');
        alone && (after.starts_with("::") || after.starts_with(';') || after.starts_with(" as "))
    })
}

#[test]
fn rooms_use_only_what_stands_below_them() {
    let mut problems = Vec::new();
    for file in sources() {
        let Some((_, allowed)) = ARROWS.iter().find(|(room, _)| *room == file.room) else {
            problems.push(format!("{}: a room without arrows", file.path.display()));
            continue;
        };
        for used in used_rooms(&file.statements()) {
            if used != file.room && !allowed.contains(&used.as_str()) {
                problems.push(format!("{} uses {used}", file.path.display()));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_arrows_go_in_no_circle() {
    let mut placed: Vec<&str> = Vec::new();
    while placed.len() < ARROWS.len() {
        let next = ARROWS.iter().find(|(room, below)| {
            !placed.contains(room) && below.iter().all(|below| placed.contains(below))
        });
        let (room, _) = next.unwrap_or_else(|| panic!("a circle above {placed:?}"));
        placed.push(room);
    }
}

#[test]
fn crates_are_named_in_their_homes_alone() {
    let files = sources();
    let mut problems = Vec::new();
    for (name, homes) in HOMES {
        for file in &files {
            if names_crate(&file.statements(), name) && !homes.contains(&file.room.as_str()) {
                problems.push(format!("{} names {name}", file.path.display()));
            }
        }
        let at_home = files.iter().any(|file| {
            homes.contains(&file.room.as_str()) && names_crate(&file.statements(), name)
        });
        if !at_home && name != "similar" {
            problems.push(format!("{name} is not named in {homes:?} any more"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn only_the_program_touches_streams_and_processes() {
    let mut problems = Vec::new();
    for file in sources().iter().filter(|file| file.room != "cli") {
        let statements = file.statements();
        for word in [
            "println!(",
            "eprintln!(",
            "print!(",
            "eprint!(",
            "dbg!(",
            "std::env",
            "std::process",
            "stdin()",
            "stdout()",
            "stderr()",
        ] {
            if statements.contains(word) {
                problems.push(format!("{}: {word}", file.path.display()));
            }
        }
        // Charts and golden manifests are read from folders, both through `files`; nothing else opens files.
        let opens = statements.contains("std::fs") || statements.contains("fs::read");
        if opens && !["chart", "files", "golden"].contains(&file.room.as_str()) {
            problems.push(format!("{} opens files", file.path.display()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_file_says_what_it_is_and_stays_short() {
    let mut problems = Vec::new();
    for file in sources() {
        let path = file.path.display();
        if !file.text.starts_with("//! ") {
            problems.push(format!("{path} does not open with a `//!` doc"));
        }
        let lines = file.code().lines().count();
        if lines > LONGEST && !file.is_tests() {
            problems.push(format!("{path} has {lines} lines"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_reading_of_use_lines_sees_groups_and_paths() {
    let found = used_rooms(
        "use crate::{yaml::{self, Path}, chart,\n values as v};\nuse swanlab_render::report::draw;\nlet x = crate::engine::Run;",
    );
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, ["chart", "engine", "report", "values", "yaml"]);
    assert!(names_crate("use anyhow::bail;", "anyhow"));
    assert!(names_crate("let e = anyhow::anyhow!(1);", "anyhow"));
    assert!(!names_crate("use my_anyhow::bail;", "anyhow"));
    assert!(!names_crate("let similar = 1;", "similar"));
}
