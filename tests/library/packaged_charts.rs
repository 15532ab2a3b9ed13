//! Packaged charts and charts inside charts: loaded by Helm's rules, and an archive that somebody made to do harm is an
//! error that names the entry.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::support::{Case, PROGRAM, root};
use flate2::Compression;
use flate2::write::GzEncoder;
use swanlab_render::chart::{self, Chart, FileError, Language};
use tar::{Builder, EntryType, Header};
use tempfile::TempDir;

const CHART_YAML: &str = "apiVersion: v2\nname: c\nversion: 0.1.0\n";
const CRD: &str = "kind: CustomResourceDefinition\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A header whose name is written as it is: the builder would not write what is tested here.
fn header(name: &[u8], kind: EntryType, size: usize) -> Header {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(size as u64);
    header.set_mode(0o644);
    header.set_cksum();
    header
}

/// An archive of these files, not compressed, without its end.
fn tar_of(files: &[(&str, &str)]) -> Builder<Vec<u8>> {
    let mut builder = Builder::new(Vec::new());
    for (path, text) in files {
        let header = header(path.as_bytes(), EntryType::Regular, text.len());
        builder.append(&header, text.as_bytes()).unwrap();
    }
    builder
}

fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    gzip(&tar_of(files).into_inner().unwrap())
}

/// An archive of a chart and one more entry.
fn with_entry(name: &[u8], kind: EntryType, text: &[u8]) -> Vec<u8> {
    let mut builder = tar_of(&[("c/Chart.yaml", CHART_YAML)]);
    let mut header = header(name, kind, text.len());
    header.set_link_name("Chart.yaml").unwrap();
    header.set_cksum();
    builder.append(&header, text).unwrap();
    gzip(&builder.into_inner().unwrap())
}

fn load(archive: &[u8]) -> Result<Chart, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.tgz");
    fs::write(&path, archive).unwrap();
    let folder = format!("{}/", folder.path().display());
    chart::load(&path).map_err(|problems| problems.to_string().replace(&folder, ""))
}

fn write(folder: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Packs a folder as `helm package` does.
fn pack(folder: &Path, name: &str) -> TempDir {
    let place = tempfile::tempdir().unwrap();
    let mut builder = Builder::new(Vec::new());
    builder.append_dir_all(name, folder).unwrap();
    let archive = gzip(&builder.into_inner().unwrap());
    fs::write(place.path().join("c.tgz"), archive).unwrap();
    place
}

#[test]
fn a_packaged_chart_renders_as_its_folder_does() {
    for name in ["small", "partials"] {
        let folder = root().join("tests/charts").join(name);
        let place = pack(&folder, name);
        let archive = place.path().join("c.tgz");
        let loaded = chart::load(&archive).unwrap();
        assert_eq!(loaded.language, Language::Jinja);
        assert_eq!(loaded.location.as_deref(), Some(archive.as_path()));
        let of_folder = chart::load(&folder).unwrap();
        let crds = |chart: &Chart| -> Vec<(String, String)> {
            let crds = chart.all_crds().into_iter();
            crds.map(|(path, source)| (path, source.text().to_owned()))
                .collect()
        };
        assert_eq!(crds(&loaded), crds(&of_folder));
        let render = |chart: &Path| Case::default().with_chart(chart).text().unwrap();
        assert_eq!(render(&archive), render(&folder), "{name}");
    }
}

#[test]
fn templates_read_the_files_of_an_archive_but_no_others() {
    let chart = load(&packed(&[
        ("c/Chart.yaml", CHART_YAML),
        ("c/conf/a.txt", "shown"),
        ("c/.helmignore", "conf\n"),
        ("c/templates/a.yaml", "a: 1\n"),
    ]))
    .unwrap();
    assert_eq!(chart.files.get("conf/a.txt").unwrap(), "shown");
    for path in [
        "",
        "conf",
        "../c/conf/a.txt",
        "c/conf/a.txt",
        "templates/a.yaml",
        "b",
    ] {
        let found = chart.files.get(path);
        assert!(matches!(found, Err(FileError::Missing)), "{path}");
    }
}

#[test]
fn an_archive_of_the_folder_itself_is_a_chart() {
    let archive = packed(&[
        ("./Chart.yaml", CHART_YAML),
        ("././templates//a.yaml", "a: 1\n"),
    ]);
    let chart = load(&archive).unwrap();
    assert_eq!(chart.templates[0].path, "templates/a.yaml");
    assert_eq!(chart.templates[0].source.text(), "a: 1\n");
}

#[test]
fn what_has_no_place_in_a_chart_is_refused_by_its_name() {
    use EntryType as Kind;
    for (name, kind, why) in [
        ("c/../../x", Kind::Regular, "has a path with `..`"),
        ("../c/x", Kind::Regular, "has a path with `..`"),
        ("c/..", Kind::Directory, "has a path with `..`"),
        ("/etc/passwd", Kind::Regular, "has an absolute path"),
        ("c\\x", Kind::Regular, "has a path of Windows"),
        ("C:/x", Kind::Regular, "has a path of Windows"),
        ("c/templates/x.yaml", Kind::Symlink, "is a link"),
        ("c/templates/x.yaml", Kind::Link, "is a link"),
        ("c/x", Kind::Char, "is a device"),
        ("c/x", Kind::Block, "is a device"),
        ("c/x", Kind::Fifo, "is a named pipe"),
        ("c/x", Kind::Continuous, "is neither a file nor a folder"),
        (
            "d/Chart.yaml",
            Kind::Regular,
            "is not in the chart's folder",
        ),
        ("d", Kind::Directory, "is not in the chart's folder"),
        ("c", Kind::Regular, "is not in the chart's folder"),
        ("c/Chart.yaml", Kind::Regular, "is in it twice"),
        ("c/./Chart.yaml", Kind::Regular, "is in it twice"),
    ] {
        let error = load(&with_entry(name.as_bytes(), kind, b"")).unwrap_err();
        let expected = format!("`c.tgz` is not read: its entry `{name}` {why}");
        assert!(error.contains(&expected), "{error}\n{expected}");
    }
    let error = load(&with_entry(b"c/\xff", Kind::Regular, b"")).unwrap_err();
    assert!(error.contains("has a name that is not UTF-8"), "{error}");
    let escaping = load(&with_entry(b"c/\x1b[2J/..", Kind::Regular, b"")).unwrap_err();
    assert!(!escaping.contains('\x1b'), "{escaping:?}");
}

#[test]
fn the_program_escapes_the_name_of_an_entry_and_exits_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let link = with_entry(b"c/\x1b[2J\n::error::x", EntryType::Symlink, b"");
    write(folder.path(), "c.tgz", link);
    let output = Command::new(PROGRAM)
        .current_dir(folder.path())
        .args(["template", "web", "./c.tgz"])
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(output.stdout.is_empty());
    assert!(
        stderr.contains("is a link") && !stderr.contains('\x1b'),
        "{stderr:?}"
    );
    assert_eq!(stderr.matches('\n').count(), 1, "{stderr:?}");
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let zeros = vec![0; 200 << 20];
    let large = with_entry(b"c/x", EntryType::Regular, &zeros);
    let error = load(&large).unwrap_err();
    assert!(
        error.contains("entry `c/x` is larger than 5 MiB"),
        "{error}"
    );
    // Nothing but zeros, which are the end of an archive.
    let error = load(&gzip(&zeros)).unwrap_err();
    assert!(error.contains("more than 100 MiB"), "{error}");
    // Behind a whole chart.
    let mut behind = packed(&[("c/Chart.yaml", CHART_YAML)]);
    behind.extend(gzip(&zeros));
    let error = load(&behind).unwrap_err();
    assert!(error.contains("more than 100 MiB"), "{error}");
    // A long name, which the reader keeps.
    let long = with_entry(b"././@LongLink", EntryType::GNULongName, &zeros);
    let error = load(&long).unwrap_err();
    assert!(error.contains("more than 100 MiB"), "{error}");
    // Files that are too much only together.
    let mut builder = tar_of(&[("c/Chart.yaml", CHART_YAML)]);
    for number in 0..21 {
        let name = format!("c/{number}");
        let header = header(name.as_bytes(), EntryType::Regular, 5 << 20);
        builder.append(&header, &zeros[..5 << 20]).unwrap();
    }
    let error = load(&gzip(&builder.into_inner().unwrap())).unwrap_err();
    assert!(error.contains("more than 100 MiB"), "{error}");
}

#[test]
fn twenty_thousand_entries_are_too_many() {
    let mut builder = tar_of(&[("c/Chart.yaml", CHART_YAML)]);
    for number in 0..20_000 {
        let name = format!("c/{number}");
        let header = header(name.as_bytes(), EntryType::Regular, 0);
        builder.append(&header, &b""[..]).unwrap();
    }
    let error = load(&gzip(&builder.into_inner().unwrap())).unwrap_err();
    assert!(
        error.contains("`c.tgz` has more than 10000 entries"),
        "{error}"
    );
}

#[test]
fn what_is_no_whole_archive_or_no_chart_is_an_error() {
    let whole = packed(&[("c/Chart.yaml", CHART_YAML), ("c/values.yaml", "a: 1\n")]);
    assert!(load(&whole).is_ok());
    for cut in [0, 1, 5, 12, whole.len() / 2, whole.len() - 1] {
        let error = load(&whole[..cut]).unwrap_err();
        assert!(
            error.contains("`c.tgz` is not a whole packaged chart"),
            "{cut}: {error}"
        );
    }
    let mut damaged = whole.clone();
    let checksum = whole.len() - 6;
    damaged[checksum] ^= 1;
    assert!(load(&damaged).is_err());
    assert!(load(b"apiVersion: v2\n").is_err());
    assert!(load(&gzip(&[b'x'; 2048])).is_err());
    let empty = load(&packed(&[])).unwrap_err();
    assert!(empty.contains("`c.tgz` is an empty archive"), "{empty}");
    let other = load(&packed(&[("c/values.yaml", "")])).unwrap_err();
    assert!(
        other.contains("`c.tgz` is not a chart: it has no Chart.yaml"),
        "{other}"
    );
    let deeper = load(&packed(&[("x/c/Chart.yaml", CHART_YAML)])).unwrap_err();
    assert!(deeper.contains("it has no Chart.yaml"), "{deeper}");
}

fn inner_yaml(name: &str) -> String {
    format!("apiVersion: v2\nname: {name}\nversion: 1.2.3\n")
}

/// A chart with charts inside: listed, listed twice, not listed, packed, and what Helm passes over.
fn with_inner_charts() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, bytes: &[u8]| write(folder.path(), path, bytes);
    let listed = "dependencies:\n\
        - {name: db, version: ^1.0.0, alias: first, condition: \"first.enabled,global.db\", tags: [storage]}\n\
        - {name: db, version: 1.x.x, alias: second}\n\
        - {name: cache, version: '>=1', condition: cache.enabled}\n\
        - {name: plain, version: '>=9', alias: other}\n";
    write("Chart.yaml", format!("{CHART_YAML}{listed}").as_bytes());
    write("crds/own.yaml", CRD.as_bytes());
    write("charts/db/Chart.yaml", inner_yaml("db").as_bytes());
    write("charts/db/values.yaml", b"port: 1\n");
    write("charts/db/crds/x.yaml", CRD.as_bytes());
    write("charts/db/templates/_my-names.yaml", b"a: 1\n");
    write(
        "charts/db/charts/deep/Chart.yaml",
        inner_yaml("deep").as_bytes(),
    );
    write("charts/db/charts/deep/crds/y.yaml", CRD.as_bytes());
    write("charts/plain/Chart.yaml", inner_yaml("plain").as_bytes());
    let library = format!("{}type: library\n", inner_yaml("lib"));
    write("charts/lib/Chart.yaml", library.as_bytes());
    let cache = inner_yaml("cache");
    let cache = packed(&[
        ("cache/Chart.yaml", &cache),
        ("cache/values.yaml", "size: 2\n"),
    ]);
    write("charts/cache-1.2.3.tgz", &cache);
    write("charts/README.md", b"");
    write("charts/_drafts/a.txt", b"");
    write("charts/.cache/a.txt", b"");
    folder
}

#[test]
fn charts_inside_a_chart_have_the_keys_and_conditions_of_their_entries() {
    let folder = with_inner_charts();
    let archive = pack(folder.path(), "c");
    for path in [folder.path(), &archive.path().join("c.tgz")] {
        let chart = chart::load(path).unwrap();
        assert_eq!(chart.language, Language::Go);
        let found: Vec<_> = chart
            .subcharts
            .iter()
            .map(|inner| {
                let condition = inner.condition.as_deref().unwrap_or("-");
                (inner.key.as_str(), condition, inner.tags.join(","))
            })
            .collect();
        let expected = [
            ("lib", "-", ""),
            // No entry has its version.
            ("plain", "-", ""),
            ("first", "first.enabled,global.db", "storage"),
            ("second", "-", ""),
            ("cache", "cache.enabled", ""),
        ];
        assert_eq!(
            found,
            expected.map(|(key, condition, tags)| (key, condition, tags.to_owned()))
        );
        assert_eq!(chart.subcharts[2].chart.values.text(), "port: 1\n");
        assert_eq!(chart.subcharts[4].chart.values.text(), "size: 2\n");
        let name = chart.subcharts[4].chart.values.name().to_owned();
        assert!(
            name.ends_with("charts/cache-1.2.3.tgz/cache/values.yaml"),
            "{name}"
        );
        let crds: Vec<String> = chart.all_crds().into_iter().map(|(path, _)| path).collect();
        let expected = [
            "crds/own.yaml",
            "charts/first/crds/x.yaml",
            "charts/first/charts/deep/crds/y.yaml",
            "charts/second/crds/x.yaml",
            "charts/second/charts/deep/crds/y.yaml",
        ];
        assert_eq!(crds, expected);
    }
}

#[test]
fn charts_of_version_1_list_their_dependencies_in_a_file_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "Chart.yaml", "name: c\nversion: 0.1.0\n");
    write(folder.path(), "charts/db/Chart.yaml", inner_yaml("db"));
    let listed = "dependencies: [{name: db, version: '*', alias: a}]\n";
    write(folder.path(), "requirements.yaml", listed);
    let chart = chart::load(folder.path()).unwrap();
    assert_eq!(chart.subcharts[0].key, "a");
    write(folder.path(), "requirements.yaml", "dependencies: 5\n");
    let error = chart::load(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("requirements.yaml cannot be read"),
        "{error}"
    );
}

#[test]
fn a_folder_in_charts_that_is_no_chart_is_an_error_unless_it_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "Chart.yaml", CHART_YAML);
    fs::create_dir_all(folder.path().join("charts/empty")).unwrap();
    assert_eq!(
        chart::load(folder.path()).unwrap().language,
        Language::Jinja
    );
    write(folder.path(), "charts/other/a.txt", "");
    let error = chart::load(folder.path()).unwrap_err().to_string();
    assert!(error.contains("charts/other` is not a chart"), "{error}");
}

#[test]
fn charts_are_nested_eight_deep_at_most() {
    let nested = |depth: usize| {
        let folder = tempfile::tempdir().unwrap();
        for level in 0..=depth {
            let path = format!("{}Chart.yaml", "charts/a/".repeat(level));
            write(folder.path(), &path, inner_yaml("a"));
        }
        chart::load(folder.path()).map_err(|problems| problems.to_string())
    };
    assert!(nested(8).is_ok());
    let error = nested(9).unwrap_err();
    assert!(error.contains("nested more than 8 deep"), "{error}");
    // Each archive holds the next one, and all share one limit.
    let mut archive = packed(&[("a/Chart.yaml", &inner_yaml("a"))]);
    for _ in 0..9 {
        let mut builder = tar_of(&[("a/Chart.yaml", &inner_yaml("a"))]);
        let header = header(b"a/charts/a.tgz", EntryType::Regular, archive.len());
        builder.append(&header, archive.as_slice()).unwrap();
        archive = gzip(&builder.into_inner().unwrap());
    }
    let error = load(&archive).unwrap_err();
    assert!(error.contains("nested more than 8 deep"), "{error}");
}

#[cfg(unix)]
#[test]
fn links_among_charts_end() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "Chart.yaml", CHART_YAML);
    for name in ["a", "b", "c"] {
        fs::create_dir_all(folder.path().join("charts")).unwrap();
        std::os::unix::fs::symlink("..", folder.path().join("charts").join(name)).unwrap();
    }
    let error = chart::load(folder.path()).unwrap_err().to_string();
    assert!(error.contains("nested more than 8 deep"), "{error}");
}
