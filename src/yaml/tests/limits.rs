//! Where reading stops: size, depth, aliases that multiply.

use std::fmt::Write;

use crate::yaml::{MAX_BYTES, MAX_DEPTH, compose, duplicates, read, to_string, tree};

fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

/// On as small a stack as Rust's threads have, whatever `RUST_MIN_STACK` says.
fn on_a_small_stack(work: fn()) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work);
    thread.unwrap().join().unwrap();
}

#[test]
fn the_deepest_document_is_read_written_cloned_and_dropped() {
    on_a_small_stack(|| {
        let block: String = (0..MAX_DEPTH)
            .map(|level| format!("{:level$}a:\n", ""))
            .collect();
        let pairs = "{a: ".repeat(MAX_DEPTH) + &"}".repeat(MAX_DEPTH);
        for text in [nested(MAX_DEPTH), pairs, block] {
            let nodes = compose(&text).unwrap();
            assert_eq!(nodes.clone(), nodes);
            assert!(duplicates(&nodes[0]).is_empty());
            let value = tree(&nodes[0]).unwrap();
            assert_eq!(value.clone(), value);
            assert_eq!(read(&to_string(&value)).unwrap(), [value]);
        }
    });
}

#[test]
fn deeper_ones_are_refused() {
    on_a_small_stack(|| {
        for depth in [MAX_DEPTH + 1, 100_000] {
            assert_eq!(
                compose(&nested(depth)).unwrap_err().range,
                MAX_DEPTH..MAX_DEPTH + 1
            );
            assert!(compose(&"- ".repeat(depth)).is_err());
            assert!(compose(&"[a: ".repeat(depth)).is_err());
        }
    });
}

#[test]
fn depth_counts_through_aliases() {
    let half = MAX_DEPTH / 2;
    let chain = |more: usize| {
        let outer = "[".repeat(half + more - 1) + "*a" + &"]".repeat(half + more - 1);
        format!("[&a {}, {outer}]", nested(half))
    };
    assert!(compose(&chain(0)).is_ok());
    assert!(compose(&chain(1)).is_err());
}

#[test]
fn alias_bombs_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(text, "a{level}: &a{level} [{inner}]");
    }
    assert!(compose(&text).unwrap_err().message.contains("aliases"));
    let long = "x".repeat(1 << 20);
    assert!(compose(&format!("a: &a {long}\nb: [{}]", "*a, ".repeat(10))).is_err());
}

#[test]
fn ordinary_use_of_aliases_is_not() {
    let text = format!("a: &a {{b: 1, c: 2}}\nl: [{}]", "*a, ".repeat(10_000));
    assert!(compose(&text).is_ok());
}

#[test]
fn endless_tabs_take_no_endless_time() {
    let start = std::time::Instant::now();
    assert!(compose(&format!("a:{}1", "\t".repeat(100_000))).is_ok());
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn a_text_beyond_all_measure_is_refused_unread() {
    assert!(compose(&" ".repeat(MAX_BYTES + 1)).is_err());
}
