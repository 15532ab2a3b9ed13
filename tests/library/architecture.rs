//! The rooms of the crate and who may know whom, read from the source.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Crates that only one room may name.
const HOMES: [(&str, &str); 8] = [
    ("minijinja", "engine"),
    ("granit_parser", "yaml"),
    ("serde_saphyr", "yaml"),
    ("serde_yaml", "yaml"),
    ("clap", "cli"),
    ("anyhow", "cli"),
    ("imara_diff", "report"),
    ("petgraph", "topology"),
];

/// What each room may use besides itself, as the table in CONTRIBUTING.md says.
fn rooms() -> Vec<(String, Vec<String>)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, table) = page.split_once("| may use |\n|---|---|---|---|\n").unwrap();
    let mut rooms: Vec<(String, Vec<String>)> = Vec::new();
    for row in table.lines().take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, room, _, _, may_use, _] = cells[..] else {
            panic!("not four cells: {row}")
        };
        let above: Vec<String> = rooms.iter().map(|(room, _)| room.clone()).collect();
        let may_use = match may_use {
            "" => Vec::new(),
            "all" => above,
            list => {
                let list: Vec<String> = list.split(", ").map(str::to_owned).collect();
                let below = list.iter().find(|room| !above.contains(room));
                assert_eq!(below, None, "{room} may use a room that is not above it");
                list
            }
        };
        rooms.push((room.trim_matches('`').to_owned(), may_use));
    }
    rooms
}

struct File {
    path: PathBuf,
    room: String,
    text: String,
}

impl File {
    /// The text without its unit tests, which stand last.
    fn code(&self) -> &str {
        let end = self.text.find("\nmod tests {");
        &self.text[..end.unwrap_or(self.text.len())]
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
                if room == "lib" {
                    continue;
                }
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

/// How many modules deep a file is: 1 for a room's own.
fn depth(path: &Path) -> usize {
    let is_folder_module = path.ends_with("mod.rs");
    path.components().count() - usize::from(is_folder_module)
}

/// The most levels that one path climbs by `super::`.
fn levels_climbed(statements: &str) -> usize {
    let mut rest = statements;
    let mut most = 0;
    while let Some(at) = rest.find("super::") {
        let levels = rest[at..].split("super::").take_while(|s| s.is_empty());
        let levels = levels.count();
        most = most.max(levels);
        rest = &rest[at + levels * "super::".len()..];
    }
    most
}

#[test]
fn rooms_use_only_what_the_table_in_contributing_allows() {
    let rooms = rooms();
    let mut problems = Vec::new();
    for file in sources() {
        let path = file.path.display();
        let Some((_, may_use)) = rooms.iter().find(|(room, _)| *room == file.room) else {
            problems.push(format!("{path}: the table has no room `{}`", file.room));
            continue;
        };
        let statements = file.statements();
        for used in used_rooms(&statements) {
            if used != file.room && !may_use.contains(&used) {
                problems.push(format!("{path} uses {used}"));
            }
        }
        if levels_climbed(&statements) >= depth(&file.path) {
            problems.push(format!("{path} leaves its room by `super::`"));
        }
    }
    let sources = sources();
    for (room, _) in rooms {
        if !sources.iter().any(|file| file.room == room) {
            problems.push(format!("CONTRIBUTING.md: there is no room `{room}`"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn crates_are_named_only_in_their_homes() {
    let files = sources();
    let mut problems = Vec::new();
    for (name, home) in HOMES {
        let names = |file: &&File| names_crate(&file.statements(), name);
        let (at_home, elsewhere): (Vec<_>, Vec<_>) = files
            .iter()
            .filter(names)
            .partition(|file| file.room == home);
        problems.extend(
            elsewhere
                .iter()
                .map(|file| format!("{} names {name}", file.path.display())),
        );
        if at_home.is_empty() {
            problems.push(format!("{name} is not named in {home}"));
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
fn every_file_says_what_it_is() {
    let silent: Vec<PathBuf> = sources()
        .into_iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| file.path)
        .collect();
    assert!(silent.is_empty(), "no `//!` opens {silent:?}");
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
    assert_eq!(
        levels_climbed("use super::a;\nlet x = super::super::b::C;"),
        2
    );
    assert_eq!(
        [
            depth(Path::new("diff/mod.rs")),
            depth(Path::new("diff/a/b.rs"))
        ],
        [1, 3]
    );
}
