//! Other values for a key, to see what they do: near the present one, and such as people write.

use serde_json::{Value, json};

use crate::keys::Key;
use crate::yaml::Step;

/// The most values of a list of allowed ones that are tried.
const MOST: usize = 4;

/// Groups of other values: of each group the first valid one shows what all do.
pub(super) fn of(key: &Key, current: &Value, app_version: &str) -> Vec<Vec<Value>> {
    let others: Vec<Vec<Value>> = (key.allowed.iter())
        .filter(|value| *value != current && !value.is_null() && **value != "")
        .take(MOST)
        .map(|value| vec![value.clone()])
        .collect();
    if !others.is_empty() {
        return others;
    }
    match current {
        Value::Bool(is_on) => vec![vec![json!(!is_on)]],
        Value::Number(number) => match number.as_i64() {
            Some(number) => vec![vec![json!(number + 1)], vec![json!(number - 1)]],
            None => vec![vec![json!(1)]],
        },
        Value::String(text) if text.is_empty() => vec![texts(key, app_version)],
        Value::String(text) => near(text),
        Value::Array(_) => vec![lists()],
        Value::Object(_) => vec![maps()],
        Value::Null => {
            let has = |name: &str| key.types.iter().any(|one| one == name);
            let mut group = Vec::new();
            if has("integer") || has("number") {
                group.push(json!(1));
            }
            if has("boolean") {
                group.push(json!(true));
            }
            group.extend(texts(key, app_version));
            group.extend(lists());
            group.extend(maps());
            vec![group]
        }
    }
}

/// Texts for what is empty.
fn texts(key: &Key, app_version: &str) -> Vec<Value> {
    let is_tag = matches!(key.path.0.last(), Some(Step::Key(name)) if name == "tag");
    let next = is_tag.then(|| raised(app_version, Number::Last)).flatten();
    let usual = [
        "probe",
        "probe.example.org",
        "https://probe.example.org",
        "8",
        "1Gi",
        "500m",
    ];
    next.into_iter()
        .chain(usual.map(str::to_owned))
        .map(Value::String)
        .collect()
}

/// Texts near one: a size that is larger or smaller, a later version, another word.
fn near(text: &str) -> Vec<Vec<Value>> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    if ["Mi", "Gi", "Ti", "m", "Ki"].contains(&unit)
        && let Ok(number) = number.parse::<u64>()
    {
        let [larger, smaller] = [number.saturating_mul(2), number / 2];
        return vec![
            vec![json!(format!("{larger}{unit}"))],
            vec![json!(format!("{smaller}{unit}"))],
        ];
    }
    let later = [Number::Last, Number::First].map(|which| raised(text, which));
    let mut groups: Vec<Vec<Value>> = later
        .into_iter()
        .flatten()
        .map(|text| vec![Value::String(text)])
        .collect();
    groups.dedup();
    let word = vec![json!(format!("{text}x")), json!("probe")];
    if groups.is_empty() {
        groups.push(word);
    }
    groups
}

#[derive(Clone, Copy, PartialEq)]
enum Number {
    First,
    Last,
}

/// A text with one of its numbers raised by one.
fn raised(text: &str, which: Number) -> Option<String> {
    let is_digit = |c: char| c.is_ascii_digit();
    let (start, end) = match which {
        Number::First => {
            let start = text.find(is_digit)?;
            let rest = &text[start..];
            let length = rest.find(|c: char| !is_digit(c)).unwrap_or(rest.len());
            (start, start + length)
        }
        Number::Last => {
            let end = text.rfind(is_digit)? + 1;
            let start = text[..end].rfind(|c: char| !is_digit(c)).map_or(0, |at| {
                at + text[at..].chars().next().map_or(1, char::len_utf8)
            });
            (start, end)
        }
    };
    let number: u64 = text[start..end].parse().ok()?;
    Some(format!(
        "{}{}{}",
        &text[..start],
        number.checked_add(1)?,
        &text[end..]
    ))
}

/// Lists such as the keys of Kubernetes have.
fn lists() -> Vec<Value> {
    vec![
        json!([{"name": "probe"}]),
        json!([{"key": "probe", "operator": "Exists"}]),
        json!(["probe"]),
    ]
}

/// Maps such as labels and resources.
fn maps() -> Vec<Value> {
    vec![
        json!({"limits": {"memory": "4Gi"}}),
        json!({"example.com/probe": "probe"}),
        json!({"memory": "4Gi"}),
        json!({"probe": "probe"}),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_of_a_text() {
        for (text, next) in [
            ("3.6", [Some("3.7"), Some("4.6")]),
            ("v1.2", [Some("v1.3"), Some("v2.2")]),
            ("24é3", [Some("24é4"), Some("25é3")]),
            ("soft", [None, None]),
        ] {
            let raised = [Number::Last, Number::First].map(|which| raised(text, which));
            assert_eq!(raised, next.map(|next| next.map(str::to_owned)), "{text}");
        }
        assert_eq!(near("10Gi"), [[json!("20Gi")], [json!("5Gi")]]);
        assert_eq!(near("soft"), [[json!("softx"), json!("probe")]]);
    }
}
