//! The table of findings. It never leaves one out.

use super::escape::{code, plain};
use crate::diff::{Certainty, Effect, Finding};
use crate::report::diff::{attribution, title};

/// The table; nothing if there are no findings.
pub(super) fn write(findings: &[Finding], out: &mut String) {
    if findings.is_empty() {
        return;
    }
    out.push_str("| Effect | Object | What happens |\n|---|---|---|\n");
    for finding in findings {
        let object = code(&title(&finding.object));
        let place = if finding.path.0.is_empty() {
            String::new()
        } else {
            format!("<br>{}", code(&finding.path.to_string()))
        };
        out.push_str(&format!(
            "| {} | {object}{place} | {} |\n",
            effect(finding),
            what(finding)
        ));
    }
    out.push('\n');
}

fn effect(finding: &Finding) -> String {
    let mark = match finding.effect {
        _ if finding.accepted => "☑️",
        _ if finding.certainty == Certainty::Conditional => "❔",
        Effect::Rejected | Effect::DataLoss => "🔴",
        Effect::Stale | Effect::Rerun | Effect::Restart | Effect::Outage => "🟠",
        Effect::None | Effect::InPlace | Effect::Scale => "🟢",
    };
    let accepted = if finding.accepted { ", accepted" } else { "" };
    format!("{mark} {}{accepted}", finding.effect.name())
}

fn what(finding: &Finding) -> String {
    let mut text = plain(&finding.message);
    if let Some(condition) = &finding.condition {
        text.push_str(&format!("<br>only if {}", plain(condition)));
    }
    if let Some(made) = &finding.attribution {
        text.push_str(&format!("<br>from {}", code(&attribution(made))));
    }
    for fix in &finding.fix {
        text.push_str(&format!("<br>{}", code(fix)));
    }
    text
}
