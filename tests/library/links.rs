//! The links of the documentation: every relative one leads to a file, and every anchor to a heading. Nothing is fetched.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::support::root;

/// The pages that people read, from the root: those there, and all below docs/ and tools/.
fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![
        root().join("docs"),
        root().join("tools"),
        root().join("packaging"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                pages.push(path);
            }
        }
    }
    pages.extend(
        fs::read_dir(root())
            .unwrap()
            .map(|entry| entry.unwrap().path()),
    );
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    pages
}

/// The lines of a page outside of code, with their numbers; code inside a line is left out.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let start = line.trim_start();
        match fence {
            Some(mark) if start.starts_with(mark) => fence = None,
            Some(_) => {}
            None if start.starts_with("```") => fence = Some("```"),
            None if start.starts_with("~~~") => fence = Some("~~~"),
            None => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
}

/// A line without what stands in backticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("``")
}

/// What the links and pictures of a line lead to.
fn targets(line: &str) -> Vec<String> {
    without_code(line)
        .split("](")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()))
        .collect()
}

/// The anchors that GitHub and mdBook give to the headings of a page.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = BTreeSet::new();
    for (_, line) in prose(text) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let anchor: String = title
            .trim()
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect();
        let count = seen.entry(anchor.clone()).or_default();
        anchors.insert(if *count == 0 {
            anchor
        } else {
            format!("{anchor}-{count}")
        });
        *count += 1;
    }
    anchors
}

/// A path without `..`; none if it leads out of the repository.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain.starts_with(root()).then_some(plain)
}

/// What is wrong with a link, if anything.
fn problem(page: &Path, target: &str) -> Option<String> {
    if ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| target.starts_with(scheme))
    {
        return None;
    }
    let (path, anchor) = target
        .split_once('#')
        .map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let file = if path.is_empty() {
        page.to_owned()
    } else {
        // The table of contents is moved to the root when the site is built.
        let is_contents = page.ends_with("docs/site/SUMMARY.md");
        let folder = if is_contents {
            root()
        } else {
            page.parent().unwrap()
        };
        let Some(file) = plain(&folder.join(path)) else {
            return Some("leads out of the repository".to_owned());
        };
        file
    };
    // A site has no page for a folder.
    if !file.is_file() {
        return Some("is not a file".to_owned());
    }
    let anchor = anchor?;
    let text = fs::read_to_string(&file).unwrap();
    (!anchors(&text).contains(anchor)).then(|| format!("there is no heading for #{anchor}"))
}

#[test]
fn every_link_of_the_documentation_leads_somewhere() {
    let mut links = 0;
    let mut wrong = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for (number, line) in prose(&text) {
            for target in targets(&line) {
                links += 1;
                if let Some(problem) = problem(&page, &target) {
                    wrong.push(format!("{}:{number}: {target}: {problem}", page.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(links > 50, "only {links} links were found");
}

#[test]
fn the_site_has_all_pages_of_the_documentation() {
    let contents = root().join("docs/site/SUMMARY.md");
    let text = fs::read_to_string(&contents).unwrap();
    let listed: BTreeSet<PathBuf> = text
        .lines()
        .flat_map(targets)
        .map(|path| root().join(path))
        .collect();
    let docs = root().join("docs");
    let pages: BTreeSet<PathBuf> = pages()
        .into_iter()
        .filter(|page| page.starts_with(&docs) && *page != contents)
        .collect();
    assert!(pages.is_subset(&listed), "{:?}", pages.difference(&listed));
}

#[test]
fn wrong_links_are_found() {
    let page = root().join("docs/lint.md");
    assert_eq!(problem(&page, "effects.md#data-loss"), None);
    assert_eq!(problem(&page, "../README.md"), None);
    for (target, expected) in [
        ("effect.md", "is not a file"),
        ("ci", "is not a file"),
        ("effects.md#dataloss", "there is no heading for #dataloss"),
        ("../../README.md", "leads out of the repository"),
    ] {
        assert_eq!(problem(&page, target).as_deref(), Some(expected));
    }
    assert_eq!(
        targets("see [a](b.md), `[c](d.md)` and ![e](f.png)"),
        ["b.md", "f.png"]
    );
    assert_eq!(
        anchors("# `--set` and more\n```\n# no\n```\n## A\n## A\n"),
        BTreeSet::from(["--set-and-more", "a", "a-1"].map(str::to_owned))
    );
}
