//! Names from manifests, values files, charts and folders that are made to do something to whoever reads a report:
//! to a terminal, to a reader's eyes, to the log of a CI service.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::PROGRAM;
use tempfile::TempDir;

/// A title for the terminal, a bell, a C1 control, a turned line, commands of CI services, in YAML's spelling.
const HOSTILE: &str =
    r"x\e]0;owned\a\x9b2J\u202e\u2066\u200f\u061c\u2028y\n::error::e\n ##[error]z\r\t";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("HOSTILE", HOSTILE)).unwrap();
    }
    folder
}

/// What a command says on both streams, and nothing in it is obeyed by anyone.
fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(PROGRAM)
        .current_dir(folder)
        .env_remove("CI")
        .args(arguments)
        .output()
        .unwrap();
    // Lines for scripts are made of names that a cluster can have, or of none.
    let is_for_scripts = |one: &&str| ["names", "--removed"].contains(one);
    assert!(!arguments.iter().any(is_for_scripts) || output.stdout.is_empty());
    let text =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    let is_safe = |c: char| {
        matches!(c, '\n' | '\t')
            || !c.is_control()
                && !"\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}".contains(c)
                && !('\u{202a}'..='\u{202e}').contains(&c)
                && !('\u{2066}'..='\u{2069}').contains(&c)
    };
    let raw: Vec<char> = text.chars().filter(|c| !is_safe(*c)).collect();
    assert!(raw.is_empty(), "{arguments:?} prints {raw:?}:\n{text}");
    let commands = |line: &&str| {
        line.trim_start().starts_with("::") && !arguments.contains(&"github")
            || line.contains("##[")
    };
    let commands: Vec<&str> = text.lines().filter(commands).collect();
    assert!(commands.is_empty(), "{arguments:?} prints {commands:?}");
    text
}

/// Objects whose every word is hostile, each with a text that begins lines with commands.
fn objects(value: &str) -> String {
    format!(
        r#"
apiVersion: "v1HOSTILE"
kind: "ConfigMapHOSTILE"
metadata: {{name: "aHOSTILE", namespace: "nHOSTILE"}}
data:
  "keyHOSTILE": "{value}HOSTILE"
  list: ["{value}HOSTILE", {{name: "HOSTILE"}}]
  text: |
    ::error::one
    same
     ::error::two
    {value}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: "dHOSTILE"}}
spec:
  selector: {{matchLabels: {{a: "{value}"}}}}
  template:
    metadata: {{labels: {{a: "{value}HOSTILE"}}}}
    spec: {{containers: [{{name: "cHOSTILE", image: "::error::iHOSTILE"}}]}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: "p{value}HOSTILE"}}
spec: {{resources: {{requests: {{storage: 1Gi}}}}}}
"#
    )
}

#[test]
fn no_report_of_a_comparison_obeys_a_name() {
    let folder = folder(&[("old.yaml", &objects("one")), ("new.yaml", &objects("two"))]);
    for output in ["text", "unified", "markdown", "names", "json"] {
        for more in [
            &[][..],
            &["--reverse"],
            &["-U", "9"],
            &["--max-bytes", "2000"],
        ] {
            let mut arguments = vec![
                "diff",
                "--against",
                "old.yaml",
                "--manifests",
                "new.yaml",
                "-o",
                output,
            ];
            arguments.extend(more);
            let text = said(folder.path(), &arguments);
            assert!(text.contains("owned"), "{text}");
        }
    }
    let removed = [
        "diff",
        "--against",
        "old.yaml",
        "--manifests",
        "new.yaml",
        "--removed",
        "--include-data",
    ];
    said(folder.path(), &removed);
}

#[test]
fn no_golden_case_obeys_its_name() {
    let folder = folder(&[
        (
            "swanlab-render.yaml",
            "cases:\n- name: \"HOSTILE\"\n  values: [v.yaml]\n  golden: \"gHOSTILE.yaml\"\n\
             - name: \"::error::b\"\n  values: [v.yaml]\n  golden: differs.yaml\n\
             - name: c\n  values: [\"noneHOSTILE.yaml\"]\n  golden: c.yaml\n",
        ),
        ("v.yaml", "{}\n"),
        ("differs.yaml", &objects("one")),
    ]);
    for output in ["text", "github", "json", "junit"] {
        let text = said(folder.path(), &["check", "-o", output]);
        assert!(text.contains("owned"), "{text}");
    }
}

#[test]
fn no_warning_or_finding_obeys_a_key_or_a_file_name() {
    let name = "./v\u{202e}##[error]w.yaml";
    let folder = folder(&[("v.yaml", "\"keyHOSTILE\": 1\nservice: \"HOSTILE\"\n")]);
    fs::copy(folder.path().join("v.yaml"), folder.path().join(name)).unwrap();
    for output in ["text", "github", "json", "sarif"] {
        let text = said(folder.path(), &["lint", "-f", name, "-o", output]);
        assert!(text.contains("owned"), "{text}");
    }
    let none = format!("{name}.none\u{1b}\n::error::");
    for arguments in [
        &["template", "-f", name][..],
        &["values", "-f", name, "-o", "json"],
        &["template", "-f", &none],
        &["template", "--set", "a\u{1b}\u{202e}\n::error::b=1"],
        &["template", "--set", "\u{1b}\u{202e}\n::error::"],
        &["template", "a\u{1b}\u{202e}\n::error::b"],
        &["template", "--output", "a\u{1b}\u{202e}\n::error::b"],
        &["template", "-s", "a\u{1b}\u{202e}\n::error::b"],
        &["\u{1b}\u{202e}\n::error::b"],
        &["diff", "--against", &none],
        &["diff", "--against", name],
    ] {
        said(folder.path(), arguments);
    }
}

#[test]
fn nothing_of_a_chart_is_obeyed() {
    let template = "t\u{1b}\u{202e}\n::error::u.yaml";
    let folder = folder(&[
        (
            "chart/Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 0.1.0\n",
        ),
        ("chart/values.yaml", "a: \"HOSTILE\"\n"),
        (
            "chart/templates/NOTES.txt",
            "::error::note\n{{ values.a }}\n",
        ),
        (
            "chart/templates/a.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: b, image: \"{{ values.a }}\"}]\n",
        ),
    ]);
    fs::write(
        folder.path().join("chart/templates").join(template),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
    )
    .unwrap();
    for arguments in [
        &["images", "x", "./chart"][..],
        &["images", "x", "./chart", "-o", "json"],
        &["show", "notes", "x", "./chart"],
        &["template", "x", "./chart", "-s", "templates/t*"],
        &["template", "x", "./chart", "-o", "json"],
        &["values", "x", "./chart", "-o", "json"],
        &["template", "x", "./chart", "--output-dir", "out"],
        &["lint", "x", "./chart"],
        &["lint", "x", "./chart", "-o", "github"],
    ] {
        said(folder.path(), arguments);
    }
}
