//! What became of keys of chart 0.3.0 in the charts after it.

use super::advice::ADVICE;
use super::matches;
use crate::chart::{self, Chart, VersionRange};
use crate::schema::{Advice, Renamed};

/// What is known about the keys of a chart: the one that is built in, or a later version of it.
pub fn advice(chart: &Chart) -> Option<&'static Advice> {
    /// The name of SwanLab's chart.
    const NAME: &str = "self-hosted";
    const AFTER_THE_BUILT_IN: &str = ">0.3.0-0";
    if chart.is_embedded {
        return Some(&ADVICE);
    }
    let version = chart::Version::parse(&chart.metadata.version.0)?;
    let is_later = VersionRange::parse(AFTER_THE_BUILT_IN)?.contains(&version);
    (chart.metadata.name == NAME && is_later).then_some(&ADVICE_OF_LATER)
}

const ADVICE_OF_LATER: Advice = Advice {
    renamed,
    meant: |_| None,
};

/// What to do about a key of chart 0.3.0; the key as a dotted path.
fn renamed(path: &str) -> Option<Renamed> {
    let known = LATER
        .iter()
        .find(|(patterns, _)| patterns.iter().any(|pattern| matches(pattern, path)));
    let key = path.rsplit('.').next().unwrap_or_default();
    Some(Renamed {
        help: known?.1.replace("KEY", key),
        to: None,
    })
}

/// Patterns of keys, and what became of them; KEY is the last one. Source: the values.yaml of the charts after 0.3.0.
#[rustfmt::skip]
const LATER: [(&[&str], &str); 6] = [
    (&["global.settings.loginHost"], "since SwanLab 3 it is `global.settings.host`"),
    (&["helper.repository", "helper.tag", "helper.pullPolicy"], "since SwanLab 3 it is `helper.image.KEY`"),
    (&["service.house.logImage.", "service.house.fbImage.", "service.house.logResources.", "service.house.fbResources."], "since SwanLab 3 vector ships the logs: see `vector`"),
    (&["service.house.persistence."], "since SwanLab 3 house keeps no data; the buffer of vector does: `vector.persistence`"),
    (&["gateway.customAnnotations.", "*.*.customAnnotations."], "since SwanLab 3 the annotations of pods are `customPodAnnotations`"),
    (&["gateway.customLabels.", "*.*.customLabels."], "since SwanLab 3 there are `customPodLabels` for pods only"),
];
