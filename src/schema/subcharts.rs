//! The schemas of charts inside a chart: each is for the values under the chart's key.

use serde_json::Value;

use super::violation::Violation;
use super::violations_of;
use crate::chart::Chart;
use crate::diagnostics::Diagnostics;
use crate::yaml::Path;

/// What violates the schemas of the charts inside a chart, at any depth. `above` leads to the values of the chart
/// (`pkg/chart/common/util/jsonschema.go` of Helm).
pub(super) fn add_violations(
    chart: &Chart,
    values: &Value,
    above: &Path,
    found: &mut Vec<Violation>,
) -> Result<(), Diagnostics> {
    let Value::Object(map) = values else {
        return Ok(());
    };
    for subchart in &chart.subcharts {
        let path = above.join(subchart.key.as_str());
        let own = match map.get(&subchart.key) {
            Some(own @ Value::Object(_)) => own,
            None | Some(Value::Null) => continue,
            Some(_) => {
                let name = &subchart.chart.metadata.name;
                found.push(Violation::new(
                    path,
                    format!("must be a map: the values of the chart {name} inside this one"),
                ));
                continue;
            }
        };
        if !subchart.is_enabled(map) {
            continue;
        }
        let mut of_it = violations_of(&subchart.chart, own)?;
        add_violations(&subchart.chart, own, &Path::default(), &mut of_it)?;
        found.extend(of_it.into_iter().map(|mut violation| {
            violation.path = Path([path.0.clone(), violation.path.0].concat());
            violation
        }));
    }
    Ok(())
}
