//! What an effect means and what to do about it, in the words of `docs/effects.md`.

use crate::diff::Effect;

const PAGE: &str = include_str!("../../../docs/effects.md");

/// The section of the page about an effect, with the effect's name before it.
pub fn explain(effect: Effect, out: &mut String) {
    out.push_str(&format!("{effect}\n\n{}\n", section(effect.name())));
}

/// The first paragraph of it, on one line.
pub(super) fn meaning(effect: Effect) -> String {
    let section = section(effect.name());
    let paragraph = section.split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text below a heading of the third level, up to the next heading.
fn section(name: &str) -> &'static str {
    let heading = format!("\n### {name}\n");
    let text = PAGE.split_once(&heading).map_or("", |(_, text)| text);
    let end = text.find("\n#").unwrap_or(text.len());
    text[..end].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_effect_has_a_section_of_plain_text() {
        for effect in Effect::ALL {
            let section = section(effect.name());
            assert!(section.len() > 40, "{effect}: {section}");
            // A terminal shows no links and no tables.
            assert!(!section.contains("]("), "{effect}: {section}");
            assert!(!section.contains("\n|"), "{effect}: {section}");
        }
    }

    #[test]
    fn the_table_of_the_page_lists_all_effects_mildest_first() {
        let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| [`"));
        let rows: Vec<&str> = rows
            .filter_map(|row| Some(row.split_once('`')?.0))
            .collect();
        assert_eq!(rows, Effect::ALL.map(Effect::name));
    }
}
