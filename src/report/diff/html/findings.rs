//! The verdict and the findings, with commands to copy.

use super::super::{counted, coverage, title};
use super::{Sheet, badge, class, name};
use crate::diff::{Certainty, Effect, Finding};
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
            self.counts(html);
            if let Some(sums) = sums {
                html.leaf("p", &[], sums);
            }
        });
    }

    /// How many objects have each effect, worst first.
    fn counts(&self, html: &mut Html) {
        let counts = Effect::ALL.into_iter().rev().map(|effect| {
            let objects = self.diff.objects.iter();
            let having = objects.filter(|object| object.effects.contains(&effect));
            (effect, having.count())
        });
        let counts: Vec<(Effect, usize)> = counts.filter(|(_, count)| *count > 0).collect();
        if counts.is_empty() {
            return;
        }
        html.element("p", &[("class", "counts")], |html| {
            for (effect, count) in counts {
                badge(effect, &format!("{count} {effect}"), html);
                html.text(" ");
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
                match self.places.get(&name(&finding.object)) {
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
            commands(&finding.fix, html);
        });
    }
}

/// The commands of a finding; folded if there are several or long ones, so that other findings stay in sight.
fn commands(fix: &[String], html: &mut Html) {
    const SHORT: usize = 160;
    let all = fix.iter().filter(|line| !line.starts_with('#'));
    let count = all.clone().count();
    if count == 1 && all.clone().all(|command| command.len() <= SHORT) {
        for line in fix {
            html.command(line);
        }
    } else if !fix.is_empty() {
        html.element("details", &[("class", "commands")], |html| {
            html.leaf("summary", &[], &counted(count, "command"));
            for line in fix {
                html.command(line);
            }
        });
    }
}
