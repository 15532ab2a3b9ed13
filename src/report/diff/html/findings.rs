//! The verdict and the findings, with commands to copy.

use super::super::{counted, coverage, title};
use super::{Sheet, badge, class};
use crate::diff::{Certainty, Finding};
use crate::report::html::Html;

impl Sheet<'_, '_> {
    /// The verdict under a heading.
    pub(in crate::report) fn verdict(
        &self,
        level: &str,
        title: &str,
        sums: Option<&str>,
        html: &mut Html,
    ) {
        let class = format!("verdict {}", class(self.diff.summary.verdict));
        html.element("header", &[("class", &class)], |html| {
            html.leaf(level, &[], title);
            html.leaf("p", &[], &coverage(self.diff));
            if let Some(sums) = sums {
                html.leaf("p", &[], sums);
            }
        });
    }

    /// The findings, worst first.
    pub(in crate::report) fn findings(&self, html: &mut Html) {
        if self.diff.findings.is_empty() {
            return;
        }
        let label = format!("{}findings", self.prefix);
        html.element("section", &[("aria-labelledby", &label)], |html| {
            html.leaf(
                "h2",
                &[("id", &label)],
                &counted(self.diff.findings.len(), "finding"),
            );
            for finding in &self.diff.findings {
                self.finding(finding, html);
            }
        });
    }

    fn finding(&self, finding: &Finding, html: &mut Html) {
        let class = if finding.counts() {
            class(finding.effect)
        } else {
            ""
        };
        html.element("article", &[("class", class)], |html| {
            html.element("h3", &[], |html| {
                let mut word = finding.effect.name().to_owned();
                if finding.certainty == Certainty::Conditional {
                    word.push_str(", depends on the cluster");
                }
                if finding.accepted {
                    word.push_str(", accepted");
                }
                badge(finding.effect, &word, html);
                html.text(" ");
                match self.places.get(&finding.object) {
                    Some(at) => html.leaf(
                        "a",
                        &[("href", &format!("#{}o{at}", self.prefix))],
                        &title(&finding.object),
                    ),
                    None => html.text(&title(&finding.object)),
                }
            });
            if !finding.path.0.is_empty() {
                html.element("p", &[], |html| {
                    html.leaf("code", &[], &finding.path.to_string());
                });
            }
            html.leaf("p", &[], &finding.message);
            if let Some(condition) = &finding.condition {
                html.leaf("p", &[], &format!("only if {condition}"));
            }
            self.origin(finding.attribution.as_ref(), html);
            for fix in &finding.fix {
                if let Some(instruction) = fix.strip_prefix('#') {
                    html.leaf("p", &[("class", "soft")], instruction.trim_start());
                    continue;
                }
                html.element("div", &[("class", "fix")], |html| {
                    html.leaf("pre", &[], fix);
                    html.leaf(
                        "button",
                        &[("type", "button"), ("class", "copy needs-script")],
                        "Copy",
                    );
                });
            }
        });
    }
}
