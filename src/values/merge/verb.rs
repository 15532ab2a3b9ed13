//! Go's `%v` for a tree of values, the spelling Helm uses inside its warnings.
//! It is for people only: it quotes nothing, and nothing may read it back.

use serde_json::Value;

use crate::diagnostics::is_secret_key;

/// `map[a:1 b:[x <nil>]]`: keys sorted by bytes, strings bare, secrets as `***`, every number a float64 (all numbers of a YAML file are, in Helm).
pub(super) fn go_value(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.as_f64().map(go_float).unwrap_or_default(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(go_value).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let entries: Vec<String> = entries
                .into_iter()
                .map(|(key, value)| {
                    if is_secret_key(key) {
                        format!("{key}:***")
                    } else {
                        format!("{key}:{}", go_value(value))
                    }
                })
                .collect();
            format!("map[{}]", entries.join(" "))
        }
    }
}

/// The fewest digits that read back as the same number; with an exponent below 1e-4 and from 1e6 on.
fn go_float(number: f64) -> String {
    let scientific = format!("{number:e}");
    match scientific
        .split_once('e')
        .map(|(digits, exponent)| (digits, exponent.parse::<i32>()))
    {
        Some((digits, Ok(exponent))) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ => number.to_string(),
    }
}
