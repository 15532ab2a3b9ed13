//! `values`: the merged values, with their origins if they are asked for.

use serde_json::Value;
use swanlab_render::report::values as report;
use swanlab_render::values::defaults;

use super::args::{Format, Values};
use super::input::release;
use super::streams::Streams;

pub(super) fn run(command: &Values, streams: &mut Streams) -> anyhow::Result<()> {
    let release = release(&command.target, &command.render, streams)?;
    let values = if command.only_overrides {
        let defaults = Value::Object(defaults(release.chart())?);
        without(&release.merged_values(), &defaults)
    } else {
        release.merged_values()
    };
    let origins = command.origin.then(|| release.origins());
    let out = streams.output();
    match (command.output, origins) {
        (Format::Yaml, None) => report::yaml(&values, out),
        (Format::Json, None) => report::json(&values, out),
        (Format::Yaml, Some(origins)) => report::yaml_with_origins(&values, origins, out),
        (Format::Json, Some(origins)) => report::json_with_origins(&values, origins, out),
    }
    Ok(())
}

/// What differs from the defaults.
fn without(values: &Value, defaults: &Value) -> Value {
    let (Value::Object(values), Value::Object(defaults)) = (values, defaults) else {
        return values.clone();
    };
    let differing = values
        .iter()
        .filter(|(key, value)| defaults.get(*key) != Some(*value));
    differing
        .map(|(key, value)| {
            (
                key.clone(),
                without(value, defaults.get(key).unwrap_or(&Value::Null)),
            )
        })
        .collect()
}
