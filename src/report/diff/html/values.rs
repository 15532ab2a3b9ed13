//! The values that made changes, each with all that it touches.

use super::super::{attribution, counted, title};
use super::Sheet;
use crate::report::html::Html;

impl Sheet<'_, '_> {
    /// The values, in the order of their files and lines.
    pub(in crate::report) fn values(&self, html: &mut Html) {
        if self.causes.is_empty() {
            return;
        }
        let label = format!("{}values", self.prefix);
        html.element("section", &[("aria-labelledby", &label)], |html| {
            html.leaf("h2", &[("id", &label)], "Values, and what each touches");
            for (at, cause) in self.causes.iter().enumerate() {
                let touched: Vec<(usize, usize)> = self
                    .diff
                    .objects
                    .iter()
                    .enumerate()
                    .map(|(place, object)| {
                        let own = object
                            .changes
                            .iter()
                            .filter(|change| change.attribution.as_ref() == Some(cause));
                        (place, own.count())
                    })
                    .filter(|(_, count)| *count > 0)
                    .collect();
                html.element(
                    "details",
                    &[("id", &format!("{}v{at}", self.prefix))],
                    |html| {
                        html.element("summary", &[], |html| {
                            html.leaf("code", &[], &attribution(cause));
                            html.text(&format!(" — {}", counted(touched.len(), "object")));
                        });
                        html.element("ul", &[], |html| {
                            for (place, count) in touched {
                                html.element("li", &[], |html| {
                                    let object = &self.diff.objects[place];
                                    html.leaf(
                                        "a",
                                        &[("href", &format!("#{}o{place}", self.prefix))],
                                        &title(&object.object),
                                    );
                                    html.text(&format!(", {}", counted(count, "change")));
                                });
                            }
                        });
                    },
                );
            }
        });
    }
}
