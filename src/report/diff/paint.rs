//! The colours of git's diffs, or none.
//! It colours whole texts and knows nothing of what they say.

/// Colours texts, if colours are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint(pub(super) bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(super) fn danger(self, text: &str) -> String {
        self.with("1;31", text)
    }

    pub(super) fn warning(self, text: &str) -> String {
        self.with("1;33", text)
    }

    pub(super) fn fine(self, text: &str) -> String {
        self.with("32", text)
    }

    pub(super) fn place(self, text: &str) -> String {
        self.with("36", text)
    }

    pub(super) fn faint(self, text: &str) -> String {
        self.with("2", text)
    }

    /// A line by its first character: red if it goes, green if it comes.
    pub(super) fn line(self, sign: char, line: &str) -> String {
        match sign {
            '+' => self.with("32", line),
            '-' => self.with("31", line),
            _ => line.to_owned(),
        }
    }
}
