//! The reader of plain block style and the parser read the same.

use std::borrow::Cow;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::yaml::compose::{documents, parsed};
use crate::yaml::{Content, Node, block, outlines, parts};

fn keep(text: Cow<'_, str>) -> Cow<'_, str> {
    text
}

/// The node that the reader of plain block style finds in the only document of a text; none where it leaves the text to
/// the parser.
#[allow(clippy::option_option)]
fn read(text: &str) -> Option<Option<Node<'_>>> {
    let node = block::document(text, 0, &mut block::Nodes(keep))?;
    assert_eq!(parsed(text, 0, keep), Ok(node.clone()), "{text:?}");
    Some(node)
}

#[test]
fn what_templates_and_programs_write_is_read_without_the_parser() {
    for text in [
        "a: 1\nb:\n  c: x # comment\n  d: {}\n",
        "- a\n- b: 1\n  c: 2\n-\n  d: 3\n- - e\n  - f\n",
        "a:\n- b\n- c: d\ne:\n  - f\n",
        "# comment\n\na:\n  # comment\n  b:\n\nc:\n",
        "a: 'it''s'\n\"b\\n\": \"\\\"\\t\\\\\" # x\n'c': \"\"\n",
        "a: |\n  #!/bin/sh\n    x\n\n  y\t\n\nb: |-\n  z\nc: |+\n  z\n\n\nd: 1\n",
        "- |\n a\n- |+\n b\n\n",
        "command: [/bin/sh, -c, \"x y\", 'z', {a: 1, b: [c]}, [], {}]\n",
        "a: --x=y:z\nb: -1\nc: a#b\nd: a b  c\n<<: x\n\u{10fffd}1\u{10fffd}: \u{10fffd}22\u{10fffd}\n",
        "键: 值\na:\n    b: x\n    c: ~\n",
        "a:\n  x\nb:\n  'x'\n",
        "a: x\nb: y",
        "just a word\n",
        "",
        "# nothing\n",
        "\n  a: 1\n  b: 2\n",
    ] {
        assert!(read(text).is_some(), "{text}");
    }
}

#[test]
fn other_styles_are_left_to_the_parser() {
    for text in [
        "a: x\n  y\n",
        "a: &x 1\n",
        "a: *x\n",
        "a: !!str 1\n",
        "a: >\n  x\n",
        "? a\n: b\n",
        "a: b: c\n",
        "a: 1\n b: 2\n",
        "a:\n    b: 1\n  c: 2\n",
        "a:\tb\n",
        "a: \"x\n  y\"\n",
        "a: [1,\n  2]\n",
        "a: [b:c]\n",
        "a: 1\n...\nb: 2\n",
        "a: |2\n  x\n",
        "a\u{0}: 1\n",
        "a: b\r\n",
        "- a\nb: 1\n",
        "a: 1\n- b\n",
        "-\n- a\n",
        "%a: 1\n",
        "a: \"\\x41\"\n",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

/// What may be at the beginning of a line, behind its indentation.
const OPENINGS: &str = "¦¦¦¦- ¦- ¦-¦- - ¦-   ¦#¦# ¦? ¦: ";

/// Keys, as programs write them and as nobody should.
const KEYS: &str = "¦¦a: ¦b: ¦c:¦d:¦e:  ¦f/g.h: ¦'i': ¦\"j\": ¦k : ¦l:m: ¦<<: ¦\"\\\"\": ¦[]: ¦{}: ¦-n: ¦\
    \u{10fffd}0\u{10fffd}: ¦''''''? : ¦!o: ¦&p ¦*p : ¦键: ";

/// The same for values.
const VALUES: &str = "¦¦x¦x¦y z¦12¦'q'¦\"r\"¦'it''s'¦\"\\n\"¦\"\\x41\"¦\"\\/\"¦''¦\"\"¦|¦|-¦|+¦|2¦>¦|  ¦| # c¦[]¦{}¦\
    [a, b]¦[ 'a' , \"b\" ]¦{a: b, c: [d, {}]}¦[a: b]¦[a,]¦{a}¦[-1, - 1, -]¦[a:b]¦{a:b}¦{a: }¦{\"a\":1}¦[a b]¦[?a]¦\
    [a?]¦[a#b]¦[a #b]¦x # comment¦x #¦x#y¦#x¦a: b¦a:¦:a¦-¦--¦---¦...¦- x¦-x¦?¦?x¦? x¦&a x¦*a¦!t x¦!!str¦@¦`¦%¦~¦\
    null¦\u{10fffd}7\u{10fffd}¦'\u{10fffd}7\u{10fffd}'¦x\u{10fffd}7\u{10fffd}¦é¦\u{85}¦\u{2028}¦\u{feff}¦\u{7f}¦\
    \u{9f}¦x\ty¦\tx¦x\t¦x ¦  ¦x\r¦\"x¦'x¦x\"¦x'¦\"x\" y¦'x'y¦\\n¦(a)¦<b>¦$c¦^d$¦+1¦=e¦;f¦,g¦]¦}¦{¦[¦|x¦>x¦\u{0}¦\
    \u{1b}";

/// One of the parts of a list.
fn one_of(list: &'static str) -> impl Strategy<Value = &'static str> {
    prop::sample::select(list.split('¦').collect::<Vec<_>>())
}

/// Texts of lines.
fn text() -> impl Strategy<Value = String> {
    let indent = one_of("¦¦  ¦  ¦    ¦    ¦ ¦   ¦      ");
    let end = one_of("\n¦\n¦\n¦\n¦\n\n¦¦\r\n");
    let line = (indent, one_of(OPENINGS), one_of(KEYS), one_of(VALUES), end)
        .prop_map(|(indent, opening, key, value, end)| [indent, opening, key, value, end].concat());
    prop::collection::vec(line, 0..8).prop_map(|lines| lines.concat())
}

/// Trees, written in block style.
fn tree() -> impl Strategy<Value = Value> {
    let text = one_of(
        "¦x¦a\nb\n¦a\n\n b¦- x¦y: z¦#¦yes¦1¦'¦\"¦\\¦ x ¦\t¦a\n\n\n¦\na¦  a\nb¦a b¦键¦x #y¦x:¦|",
    );
    let leaf = prop_oneof![
        2 => any::<i64>().prop_map(Value::from),
        8 => text.prop_map(Value::from),
        2 => "[ -~\n]{0,12}".prop_map(Value::from),
        1 => prop::sample::select(vec![Value::Null, true.into(), json!({}), json!([])]),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let pairs = prop::collection::vec(("[ -~]{0,6}|[a-z]{1,4}", inner.clone()), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            pairs.prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn both_read_the_same(text in text()) {
        for range in documents(&text).unwrap_or_default() {
            read(&text[range]);
        }
    }

    #[test]
    fn an_outline_has_the_nodes_of_the_document(text in text()) {
        let nodes = parts(&text).map(|parts| parts.map(|part| part.node).collect::<Vec<_>>());
        let walked = outlines(&text).map(|outlines| {
            let all = outlines.collect::<Vec<_>>();
            prop_assert_eq!(all.len(), nodes.as_ref().map_or(0, Vec::len));
            for (outline, node) in all.iter().zip(nodes.iter().flatten()) {
                let walked = outline.as_ref().map(|one| one.as_ref().and_then(|one| one.walk(&text).node()));
                prop_assert_eq!(&walked.map_err(Clone::clone), node);
            }
            Ok(())
        });
        match walked {
            Ok(same) => same?,
            Err(error) => prop_assert_eq!(nodes, Err(error)),
        }
    }
}

proptest! {
    #[test]
    fn both_read_the_same_of_what_is_written(tree in tree()) {
        for text in [crate::yaml::to_string(&tree), serde_yaml::to_string(&tree).unwrap_or_default()] {
            for range in documents(&text).unwrap_or_default() {
                read(&text[range]);
            }
        }
    }
}

/// All that nodes have, below this one too.
fn count(node: &Node<'_>) -> usize {
    1 + match &node.content {
        Content::Scalar(_) => 0,
        Content::List(items) => items.iter().map(count).sum(),
        Content::Map(pairs) => pairs
            .iter()
            .map(|(key, value)| count(key) + count(value))
            .sum(),
        Content::Shared(node) => count(node),
    }
}

#[test]
fn deep_documents_are_left_to_the_parser() {
    let nested = |depth: usize| "- ".repeat(depth) + "x\n";
    assert_eq!(read(&nested(50)).flatten().as_ref().map(count), Some(51));
    assert_eq!(read(&nested(200)), None);
    let brackets = |depth: usize| "[".repeat(depth) + &"]".repeat(depth) + "\n";
    assert!(read(&brackets(50)).is_some());
    assert_eq!(read(&brackets(200)), None);
}
