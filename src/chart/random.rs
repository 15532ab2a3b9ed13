//! Whether renders of a chart in Go templates can differ from each other: whether its templates call a function that is
//! random, or that reads the clock or the network. Where that is not certain, they can.

use super::Chart;

/// How the names of such functions begin (<https://masterminds.github.io/sprig/>; Helm's documentation, "Template
/// Function List").
const BEGINNINGS: [&str; 9] = [
    "rand",
    "gen",
    "uuid",
    "date",
    "mustDate",
    "must_date",
    "htmlDate",
    "html_date",
    "duration",
];

/// The names of others; the order of what `keys` and `values` give is random.
const NAMES: [&str; 9] = [
    "now",
    "ago",
    "shuffle",
    "keys",
    "values",
    "bcrypt",
    "htpasswd",
    "encryptAES",
    "getHostByName",
];

impl Chart {
    /// Whether two renders with the same values can differ; the texts are those of the user's values, which `tpl` renders.
    /// Of charts in Jinja every render is the same.
    pub fn may_differ<'t>(&self, values: impl Iterator<Item = &'t str>) -> bool {
        let mut found = Found::default();
        self.search(&mut found);
        for value in values {
            found.text(value);
        }
        // Files of the chart can be templates too.
        found.is_random || found.renders_text && found.reads_files
    }

    fn search(&self, found: &mut Found) {
        for template in &self.templates {
            found.text(template.source.text());
        }
        found.text(self.values.text());
        for subchart in &self.subcharts {
            subchart.chart.search(found);
        }
    }
}

/// What the actions of templates have been found to do.
#[derive(Default)]
struct Found {
    is_random: bool,
    renders_text: bool,
    reads_files: bool,
}

impl Found {
    /// Looks through the actions of a text.
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(start) = rest.find("{{") {
            rest = self.action(&rest[start + 2..]);
        }
    }

    /// Looks through an action, and gives what is behind it.
    fn action<'t>(&mut self, text: &'t str) -> &'t str {
        let bytes = text.as_bytes();
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'}' if bytes[at..].starts_with(b"}}") => return &text[at + 2..],
                b'/' if bytes[at..].starts_with(b"/*") => {
                    at += text[at..].find("*/").unwrap_or(text.len() - at);
                }
                quote @ (b'"' | b'`' | b'\'') => {
                    let end = at + 1 + quoted(&bytes[at + 1..], quote);
                    // What is in quotes may be a template itself.
                    self.text(text.get(at + 1..end).unwrap_or_default());
                    at = end + 1;
                }
                byte if is_word(byte) => {
                    let end = bytes[at..].iter().position(|byte| !is_word(*byte));
                    let end = end.map_or(bytes.len(), |length| at + length);
                    let before = at.checked_sub(1).map(|before| bytes[before]);
                    self.word(before, &text[at..end]);
                    at = end;
                }
                _ => at += 1,
            }
        }
        ""
    }

    fn word(&mut self, before: Option<u8>, word: &str) {
        if before == Some(b'.') {
            self.reads_files |= word == "Files";
        } else if before != Some(b'$') {
            self.renders_text |= word == "tpl";
            self.is_random |= NAMES.contains(&word)
                || BEGINNINGS
                    .iter()
                    .any(|beginning| word.starts_with(beginning));
        }
    }
}

/// How many bytes are before the quote that ends a text.
fn quoted(bytes: &[u8], quote: u8) -> usize {
    let mut at = 0;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' && quote != b'`' {
            2
        } else {
            1
        };
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_random(text: &str) -> bool {
        let mut found = Found::default();
        found.text(text);
        found.is_random
    }

    #[test]
    fn functions_that_differ_from_render_to_render_are_found() {
        for text in [
            "{{ randAlphaNum 5 }}",
            "a: {{- $x := (genCA \"a\" 3) }}",
            "{{ .a }}{{ now | date \"2006\" }}",
            "{{ tpl \"{{ uuidv4 }}\" . }}",
            "{{ printf \"}}\" }}{{ keys .Values }}",
            "{{ `{{ shuffle }}` }}",
            "{{ printf \"\\\"}}\" | b64enc | htpasswd }}",
        ] {
            assert!(is_random(text), "{text}");
        }
        for text in [
            "rand now {{ .Values.date }} {{ $now }} {{ \"keys\" }}",
            "{{/* randAlphaNum 5 */}}",
            "{{ include \"x.values\" . }} now",
            "{{ .Values.keys.rand }}",
            "{{ `",
            "{{ \"\\",
        ] {
            assert!(!is_random(text), "{text}");
        }
    }
}
