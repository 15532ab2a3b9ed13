//! Where checks are inserted, and that they change no result.

use super::*;
use minijinja::syntax::SyntaxConfig;
use proptest::prelude::*;

fn add(source: &str) -> (Checks, String) {
    let tokens = Tokens::of(source, &SyntaxConfig::default());
    Checks::add(source, &tokens)
}

fn checked(source: &str) -> String {
    add(source).1
}

#[test]
fn every_operand_is_checked_once() {
    assert_eq!(
        checked("{{ a.b ~ ':' ~ c[0](1, 2).if }}"),
        "{{ a.b|joinable ~ ':'|joinable ~ c[0](1, 2).if|joinable }}"
    );
    assert_eq!(
        checked("{{ (a or b) ~ -c | f(x ~ y) if d }}"),
        "{{ (a or b)|joinable ~ -c | f(x|joinable ~ y|joinable)|joinable if d }}"
    );
    assert_eq!(
        checked("{% set x = 'a' ~ b %}"),
        "{% set x = 'a'|joinable ~ b|joinable %}"
    );
}

#[test]
fn a_product_is_joined_as_a_whole() {
    assert_eq!(
        checked("{{ 'a' ~ b / 2 ** c ~ d }}"),
        "{{ 'a'|joinable ~ (b / 2 ** c)|joinable ~ d|joinable }}"
    );
    assert_eq!(
        checked("{% if -a * b~c == 'x' %}"),
        "{% if (-a|factor * b|factor)|joinable~c|joinable == 'x' %}"
    );
}

#[test]
fn a_test_and_its_argument_belong_to_the_operand() {
    assert_eq!(
        checked("{{ a ~ b is not sameas -c.d ~ e }}"),
        "{{ a|joinable ~ b is not sameas -c.d|joinable ~ e|joinable }}"
    );
    assert_eq!(
        checked("{{ a ~ b is odd and c }}"),
        "{{ a|joinable ~ b is odd|joinable and c }}"
    );
}

#[test]
fn what_is_added_and_multiplied_is_checked() {
    assert_eq!(
        checked("{{ a + b - c * (d + 1) }}"),
        "{{ a|addend + b|addend - c|factor * (d|addend + 1|addend)|factor }}"
    );
    assert_eq!(
        checked("{{ 2 - -a * 3 }}"),
        "{{ 2 - -a|factor * 3|factor }}"
    );
}

#[test]
fn a_short_line_may_be_written_as_a_product() {
    assert_eq!(checked("{{ '=' * 60 }}"), "{{ '=' * 60 }}");
    assert_eq!(
        checked("{{ '=' * 60000000 }}"),
        "{{ '='|factor * 60000000|factor }}"
    );
    assert_eq!(
        checked("{{ '=' * 60 ** 9 }}"),
        "{{ '='|factor * 60|factor ** 9 }}"
    );
}

#[test]
fn what_an_attribute_is_set_to_is_checked() {
    assert_eq!(
        checked("{% set n.a = b ~ c, [n.a] %}{% set d = n.a %}"),
        "{% set n.a =( b|joinable ~ c|joinable, [n.a])|kept %}{% set d = n.a %}"
    );
    assert_eq!(
        checked("{% set n.a | f(x) %}{% endset %}{% set n.b %}{% endset %}"),
        "{% set n.a | f(x)|kept %}{% endset %}{% set n.b %}{% endset %}"
    );
}

/// Expressions of every operator, in every order.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "a", "b.c", "2", "0.5", "'x'", "l[0]", "none", "d['c']",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 24, 3, |inner| {
        let binary = prop::sample::select(vec![
            "~", "+", "-", "*", "/", "//", "%", "**", "and", "or", "==", "<", "in", "not in",
        ]);
        prop_oneof![
            4 => (inner.clone(), binary, inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            1 => inner.clone().prop_map(|a| format!("-{a}")),
            1 => inner.clone().prop_map(|a| format!("not {a}")),
            2 => inner.clone().prop_map(|a| format!("({a})")),
            1 => inner.clone().prop_map(|a| format!("[{a}, 1]|length")),
            1 => inner.clone().prop_map(|a| format!("{{'k': {a}}}.k")),
            1 => inner.clone().prop_map(|a| format!("{a} is odd")),
            1 => inner.clone().prop_map(|a| format!("{a} is not sameas b.c")),
            1 => inner.clone().prop_map(|a| format!("{a} is divisibleby -2")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}|default({b})")),
            1 => (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("{a} if {b} else {c}")),
        ]
    })
}

proptest! {
    #[test]
    fn checks_that_let_everything_pass_change_no_result(expression in expression()) {
        let mut env = minijinja::Environment::new();
        for check in ["joinable", "addend", "factor", "kept"] {
            env.add_filter(check, |value: minijinja::Value| value);
        }
        let context = minijinja::context! {
            a => 3, b => minijinja::context! { c => 4 }, l => [5], d => minijinja::context! { c => "y" },
        };
        for source in [
            format!("{{{{ {expression} }}}}"),
            format!("{{% set n = namespace() %}}{{% set n.a = {expression} %}}{{{{ n.a }}}}"),
        ] {
            let results = [&source, &checked(&source)].map(|text| {
                env.render_str(text, &context).map_err(|error| error.kind())
            });
            prop_assert_eq!(&results[0], &results[1], "{}", checked(&source));
        }
    }
}

#[test]
fn a_not_without_a_place_becomes_no_function() {
    assert_eq!(
        checked("{{ a ~ not b * c ~ d }}"),
        "{{ a|joinable ~ not b|factor * c|factor)|joinable ~ d|joinable }}"
    );
}

#[test]
fn text_and_strings_are_left_alone() {
    for source in [
        "a ~ b",
        "{{ 'a ~ b' }}",
        "{# a ~ b #}",
        "{% raw %}{{ a ~ b }}{% endraw %}",
    ] {
        assert_eq!(checked(source), source);
    }
}

#[test]
fn positions_lead_back_to_the_text() {
    let source = "{{ a ~ bc }}\n{{ d ~ e * f }}{{ nope }}";
    let (checks, text) = add(source);
    let at = |needle: &str| {
        let start = text.find(needle).unwrap_or_default();
        let original = checks.original(&(start..start + needle.len()));
        source[original].to_owned()
    };
    assert_eq!(at("nope"), "nope");
    assert_eq!(at("bc"), "bc");
    assert_eq!(at("a|joinable ~ bc|joinable"), "a ~ bc");
    assert_eq!(at("e|factor * f|factor"), "e * f");
    assert_eq!(at("factor"), "e");
    let check = text.find("|joinable\n").unwrap_or_default();
    let check = text[..text.find(" }}").unwrap_or(check)]
        .rfind('|')
        .unwrap_or_default()
        + 1;
    assert_eq!(&source[checks.original(&(check..check + 8))], "bc");
}
