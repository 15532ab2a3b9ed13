//! Pages of HTML in one file that loads nothing: style and script are inside, and a content security policy allows only
//! these two by their hashes. Text is escaped by the writer, so that nothing from a manifest becomes markup.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Writer;
use quick_xml::events::{BytesStart, BytesText, Event};
use sha2::{Digest as _, Sha256};

use crate::diagnostics::{visible, visible_lines};

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// An element's attributes.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

/// Writes elements. Every element has an end tag, as HTML wants it for all that can have content.
pub(super) struct Html {
    writer: Writer<Vec<u8>>,
}

impl Html {
    /// An element with other elements in it.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        content: impl FnOnce(&mut Self),
    ) {
        let start = BytesStart::new(name);
        let shown = attributes.iter().map(|(key, value)| (*key, visible(value)));
        let shown: Vec<_> = shown.collect();
        let start = start.with_attributes(shown.iter().map(|(key, value)| (*key, &**value)));
        let end = start.to_end().into_owned();
        self.write(Event::Start(start));
        content(self);
        self.write(Event::End(end));
    }

    /// An element with a text on one line.
    pub(super) fn leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        self.element(name, attributes, |html| html.text(text));
    }

    /// Text on one line.
    pub(super) fn text(&mut self, text: &str) {
        self.write(Event::Text(BytesText::new(&visible(text))));
    }

    /// Text with its line breaks.
    pub(super) fn lines(&mut self, text: &str) {
        self.write(Event::Text(BytesText::new(&visible_lines(text))));
    }

    /// A command with a button that copies it. A line that begins with `#` says what to know or to do.
    pub(super) fn command(&mut self, line: &str) {
        if let Some(instruction) = line.strip_prefix('#') {
            self.leaf("p", &[("class", "soft")], instruction.trim_start());
            return;
        }
        self.element("div", &[("class", "fix")], |html| {
            html.leaf("pre", &[], line);
            let attributes = [("type", "button"), ("class", "copy needs-script")];
            html.leaf("button", &attributes, "Copy");
        });
    }

    /// An element without content that HTML never closes, such as `input`.
    pub(super) fn void(&mut self, name: &str, attributes: Attributes<'_>) {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.write(Event::Empty(start));
    }

    /// Markup that was written by this program, with all text in it escaped.
    pub(super) fn markup(&mut self, markup: &str) {
        self.write(Event::Text(BytesText::from_escaped(markup)));
    }

    fn write(&mut self, event: Event<'_>) {
        // Writing to a vector cannot fail.
        let _ = self.writer.write_event(event);
    }
}

/// A whole page with a title and a body.
pub(super) fn page(title: &str, out: &mut String, body: impl FnOnce(&mut Html)) {
    let mut html = Html {
        writer: Writer::new(Vec::new()),
    };
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    html.element("html", &[("lang", "en")], |html| {
        html.element("head", &[], |html| {
            html.void("meta", &[("charset", "utf-8")]);
            html.void(
                "meta",
                &[
                    ("http-equiv", "Content-Security-Policy"),
                    ("content", &policy),
                ],
            );
            html.void(
                "meta",
                &[
                    ("name", "viewport"),
                    ("content", "width=device-width, initial-scale=1"),
                ],
            );
            html.void(
                "meta",
                &[("name", "color-scheme"), ("content", "light dark")],
            );
            html.leaf("title", &[], title);
            html.element("style", &[], |html| html.markup(STYLE));
        });
        html.element("body", &[], |html| {
            body(html);
            html.element("script", &[], |html| html.markup(SCRIPT));
        });
    });
    out.push_str("<!DOCTYPE html>\n");
    out.push_str(&String::from_utf8_lossy(&html.writer.into_inner()));
    out.push('\n');
}

/// The source expression of an inline text in a content security policy (CSP level 3).
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_are_never_markup() {
        let mut out = String::new();
        let hostile = "</script><img src=x onerror=\"alert('1')\">&\u{202e}";
        page("t", &mut out, |html| {
            html.leaf("p", &[("title", hostile)], hostile);
            html.element("pre", &[], |html| html.lines(&format!("{hostile}\nx")));
        });
        assert!(!out.contains("<img"), "{out}");
        assert!(!out.contains("onerror=\""), "{out}");
        assert!(!out.contains('\u{202e}'), "{out}");
        assert_eq!(out.matches("</script>").count(), 1);
    }

    #[test]
    fn style_and_script_need_no_escaping() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</"), "would end the element");
        }
    }
}
