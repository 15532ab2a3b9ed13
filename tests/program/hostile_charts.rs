//! Charts that would take the process down: each ends with an error at its place, in little time and memory, and one of
//! them beside others in `check` leaves the others their results.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::PROGRAM;
use tempfile::TempDir;

/// What the program may have of memory, in KiB. The program itself, not optimised, takes some 100 MiB of it.
const MEMORY: &str = "307200";

fn write_chart(folder: &Path, template: &str) {
    fs::create_dir_all(folder.join("templates")).unwrap();
    fs::write(
        folder.join("Chart.yaml"),
        "apiVersion: v2\nname: c\nversion: 1.0.0\n",
    )
    .unwrap();
    fs::write(folder.join("values.yaml"), "list: [1, 2]\n").unwrap();
    fs::write(folder.join("templates/o.yaml"), template).unwrap();
}

/// Runs the program in a folder with little memory.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("sh")
        .args(["-c", "ulimit -v $0; exec \"$@\"", MEMORY, PROGRAM])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn rendered(template: &str) -> (Option<i32>, String, String) {
    let folder = TempDir::new().unwrap();
    write_chart(&folder.path().join("c"), template);
    let run = run(folder.path(), &["template", "x", "./c"]);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (run.status.code(), text(run.stdout), text(run.stderr))
}

/// Every template is refused with the message, at line and column.
fn refused(templates: &[(&str, &str)], message: &str) {
    for (template, place) in templates {
        let (code, stdout, stderr) = rendered(template);
        let shown: String = template.chars().take(80).collect();
        assert_eq!(code, Some(2), "{shown}\n{stderr}");
        assert_eq!(stdout, "", "{shown}");
        assert!(
            stderr.starts_with(&format!("error: {message}")),
            "{shown}\n{stderr}"
        );
        assert!(
            stderr.contains(&format!("./c/templates/o.yaml:{place}\n")),
            "{shown}\n{stderr}"
        );
    }
}

/// A template with a chain of operators: `first`, then `operator` so many times, then `last`.
fn chain(first: &str, operator: &str, times: usize, last: &str) -> String {
    format!("a: {{{{ {first}{}{last} }}}}\n", operator.repeat(times))
}

/// A name that doubles with every line.
fn doubled(start: &str, twice: &str) -> String {
    format!(
        "{{% set a = {start} %}}\n{}a: {{{{ a }}}}\n",
        format!("{{% set a = {twice} %}}\n").repeat(24)
    )
}

#[test]
fn an_expression_of_too_many_operators_is_refused() {
    // Longer lines overflow a counter of the template engine in builds that check arithmetic.
    let many = 5_000;
    for (template, place) in [
        (chain("", "- ", many, "1"), "1:807"),
        (chain("", "not ", many, "1"), "1:1607"),
        (chain("1", " + 1", many, ""), "1:1609"),
        (chain("1", " ~ 1", many, ""), "1:1609"),
        (chain("1", " and 1", many, ""), "1:2409"),
        (chain("1", " < 1", many, ""), "1:1609"),
        (chain("1", "|int", many, ""), "1:1608"),
        (chain("1", " is odd", many, ""), "1:2809"),
        (chain("Values", ".x", many, ""), "1:813"),
        (chain("Values", "[0]", many, ""), "1:1213"),
        (chain("Values", "()", many, ""), "1:813"),
        (chain("1", " if 1 else 1", many, ""), "1:2409"),
        (chain("", "(", many, "1"), "1:407"),
        (chain("", "[", many, "1"), "1:407"),
        // Found before what cannot be read at all.
        (chain("", "- ", many, "1 $"), "1:807"),
    ] {
        refused(
            &[(&template, place)],
            "the expression has more than 400 operators in a row",
        );
    }
}

#[test]
fn a_condition_of_too_many_branches_is_refused() {
    let one = format!(
        "{{% if 0 %}}\na: 1\n{}{{% endif %}}\n",
        "{% elif 0 %}\na: 1\n".repeat(12_000)
    );
    let nested = format!(
        "{}{}",
        format!("{{% if 0 %}}\n{}", "{% elif 0 %}\n".repeat(149)).repeat(2),
        "{% endif %}\n".repeat(2)
    );
    refused(
        &[(&one, "303:4"), (&nested, "153:4")],
        "the `if` has more than 150 branches",
    );
}

#[test]
fn long_lists_and_chains_of_usual_length_are_no_problem() {
    let list = format!(
        "a: {{{{ [{}] | length }}}}\n",
        "Values.list[0] | int, ".repeat(3_000)
    );
    let branches = format!(
        "{{% if 0 %}}\n{}{{% endif %}}\nb: 1\n",
        "{% elif 0 %}\na: 1\n".repeat(150)
    );
    for template in [&list, &chain("'a'", " ~ 'b'", 199, ""), &branches] {
        let (code, _, stderr) = rendered(template);
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
    }
}

#[test]
fn a_text_that_is_too_long_is_refused_before_it_is_made() {
    refused(
        &[
            (
                "a: {{ ('a'|repeat(4000000))|regex_replace('', 'x'|repeat(1000)) }}\n",
                "1:29",
            ),
            ("a: {{ Values.list|join('x'|repeat(4194304)) }}\n", "1:19"),
            ("a: {{ 'a\\nb'|indent(1000000000) }}\n", "1:14"),
            ("a: {{ 'a\\nb'|indent(width=1000000000) }}\n", "1:14"),
            ("a: {{ '%300000000d'|format(1) }}\n", "1:21"),
            ("a: {{ '%*d'|format(300000000, 1) }}\n", "1:13"),
            (
                "a: {{ ('a'|repeat(1000000))|replace('a', 'x'|repeat(1000)) }}\n",
                "1:29",
            ),
            ("a: {{ 'x'|repeat(1000000000) }}\n", "1:11"),
            (&doubled("'aaaaaaaaaa'", "a + a"), "21:12"),
            (&doubled("'aaaaaaaaaa'", "a ~ a"), "21:12"),
        ],
        "the text is longer than 4 MiB",
    );
}

#[test]
fn text_and_lists_are_not_multiplied() {
    refused(
        &[
            ("a: {{ 'x' * 300000000 }}\n", "1:7"),
            ("{% set n = 300000000 %}\na: {{ n * 'x' }}\n", "2:11"),
            ("a: {{ 'x' * 3 ** 18 }}\n", "1:7"),
            ("a: {{ ([1] * 100000000) | length }}\n", "1:10"),
        ],
        "`*` is for numbers",
    );
    let (code, stdout, _) = rendered("a: {{ '=' * 3 ~ 2 * 3 }}\n");
    assert_eq!((code, stdout.lines().last()), (Some(0), Some("a: ===6")));
}

#[test]
fn a_value_of_too_many_elements_is_refused() {
    let shared = doubled("[1]", "[a, a]");
    refused(
        &[
            (&shared, "26:7"),
            (&shared.replace("{{ a }}", "{{ a | to_json }}"), "26:11"),
            (&shared.replace("{{ a }}", "{{ a | to_yaml }}"), "26:11"),
            (
                "a: {{ {'b': range(100000), 'c': 1} | combine({}) }}\n",
                "1:38",
            ),
        ],
        "the value has more than 100000 elements",
    );
    refused(
        &[
            ("a: {{ [1]|batch(15000000, 0)|length }}\n", "1:11"),
            ("a: {{ [1]|slice(15000000, 0)|length }}\n", "1:11"),
        ],
        "the filter makes more than 100000 elements",
    );
}

#[test]
fn a_value_that_grows_deeper_with_every_round_is_refused() {
    let deeper = |set: &str| {
        format!(
            "{{% set n = namespace(a=[]) %}}\n{{% for i in range(90000) %}}\n{set}\n{{% endfor %}}\na: 1\n"
        )
    };
    refused(
        &[
            (&deeper("{% set n.a = [n.a] %}"), "3:18"),
            (&deeper("{% set n.a = {'b': n.a} %}"), "3:23"),
            (
                &deeper("{% set n.a | default([n.a], true) %}{% endset %}"),
                "3:33",
            ),
        ],
        "the value is nested too deeply",
    );
    let (code, stdout, _) = rendered(
        "{% set n = namespace(a=[]) %}\n{% for i in range(1000) %}\n{% set n.a = n.a + [i] %}\n{% endfor %}\na: {{ n.a | length }}\n",
    );
    assert_eq!((code, stdout.lines().last()), (Some(0), Some("a: 1000")));
}

#[test]
fn one_bad_chart_leaves_the_others_their_results() {
    let folder = TempDir::new().unwrap();
    let bad = [
        chain("", "- ", 24_000, "1"),
        "a: {{ ('a'|repeat(4000000))|regex_replace('', 'x'|repeat(1000)) }}\n".to_owned(),
        doubled("[1]", "[a, a]"),
        "{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}\na: {{ m(1) }}\n".to_owned(),
        format!("{}{}", "{% if 1 %}".repeat(140), "{% endif %}".repeat(140)),
    ];
    let mut cases = "cases:\n".to_owned();
    for (index, template) in bad.iter().enumerate() {
        write_chart(&folder.path().join(format!("bad-{index}")), template);
        cases += &format!(
            "  - {{name: bad-{index}, chart: ./bad-{index}, golden: bad-{index}.golden.yaml}}\n"
        );
        fs::write(folder.path().join(format!("bad-{index}.golden.yaml")), "").unwrap();
    }
    write_chart(
        &folder.path().join("good"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
    );
    cases += "  - {name: good, chart: ./good, golden: good.golden.yaml}\n";
    fs::write(folder.path().join("swanlab-render.yaml"), cases).unwrap();
    let made = Command::new(PROGRAM)
        .args(["template", "release-name", "./good"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    fs::write(folder.path().join("good.golden.yaml"), made.stdout).unwrap();
    let run = run(folder.path(), &["check", "."]);
    let report = String::from_utf8(run.stdout).unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1), "{report}{said}");
    for index in 0..4 {
        assert!(
            report.contains(&format!("bad-{index}: error")),
            "{report}{said}"
        );
    }
    assert!(!report.contains("good: "), "{report}{said}");
}
