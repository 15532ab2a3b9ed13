//! The constraints on single fields, from the tables in [`types`](crate::kubernetes::types).

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::{Node, Report};
use crate::kubernetes::types::{Constraint, TypeId, Types, Union};
use crate::kubernetes::{NameRule, field, get};

/// Checks the fields of a value of a type.
pub(super) fn check(value: &Value, id: TypeId, types: Types, report: &mut Report<'_>) {
    for (name, constraint) in id.constraints() {
        match (constraint, field(value, name)) {
            (Constraint::Required, Value::Null) => missing(name, id, types, report),
            (_, Value::Null) => {}
            (constraint, value) => check_value(name, value, constraint, report),
        }
    }
    if let (Some(union), Value::Object(map)) = (id.union(), value) {
        exclusive(map, union, types, id, report);
    }
}

/// Fields that the types require are reported with the types.
fn missing(field: &'static str, id: TypeId, types: Types, report: &mut Report<'_>) {
    let known = types.field(id, field);
    if known.is_some_and(|known| !known.required) {
        report.at_root("SA026", format!("{field} has to be set"));
    }
}

fn check_value(
    field: &'static str,
    value: &Value,
    constraint: Constraint,
    report: &mut Report<'_>,
) {
    if let (Value::Array(items), false) = (
        value,
        matches!(constraint, Constraint::Required | Constraint::NotEmpty),
    ) {
        for item in items {
            check_value(field, item, constraint, report);
        }
        return;
    }
    let wrong = match constraint {
        Constraint::Required | Constraint::NotEmpty => {
            is_empty(value).then(|| ("SA026", "it may not be empty".to_owned()))
        }
        Constraint::Between(least, greatest) => value
            .as_i64()
            .filter(|number| !(least..=greatest).contains(number))
            .map(|number| ("SA021", out_of_range(number, least, greatest))),
        Constraint::Named(rule) => value
            .as_str()
            .filter(|text| !text.is_empty() && !rule.allows(text))
            .map(|text| ("SR030", invalid_name(field, text, rule))),
        Constraint::Port => port(value).map(|message| ("SA027", message)),
        Constraint::DefaultedPort if *value == 0 || *value == "" => None,
        Constraint::DefaultedPort => port(value).map(|message| ("SA027", message)),
        Constraint::Address => value
            .as_str()
            .filter(|text| address(text).is_none())
            .map(|text| ("SA027", format!("`{text}` is not an IP address"))),
        Constraint::IntOrPercent => percent(value, i64::MAX),
        Constraint::AtMostAll => percent(value, 100),
    };
    if let Some((code, message)) = wrong {
        let keys = [field];
        report.refuse(&Node::root(&Value::Null).at(&keys), code, message);
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn out_of_range(number: i64, least: i64, greatest: i64) -> String {
    match greatest {
        i64::MAX => format!("{number} is less than {least}"),
        _ => format!("{number} is not between {least} and {greatest}"),
    }
}

/// The message about a name of a wrong format.
pub(super) fn invalid_name(what: &str, text: &str, rule: NameRule) -> String {
    format!("the {what} `{text}` must be {}", rule.words())
}

fn port(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => {
            let number = number.as_i64()?;
            let wrong = !(1..=65_535).contains(&number);
            wrong.then(|| out_of_range(number, 1, 65_535))
        }
        Value::String(name) if !NameRule::PortName.allows(name) => {
            Some(invalid_name("port name", name, NameRule::PortName))
        }
        _ => None,
    }
}

/// `IsValidPercent`, `ValidatePositiveIntOrPercent`, `IsNotMoreThan100Percent`.
fn percent(value: &Value, greatest: i64) -> Option<(&'static str, String)> {
    match value {
        Value::String(text) => {
            let digits = text.strip_suffix('%').filter(|digits| {
                !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
            });
            let Some(digits) = digits else {
                let message =
                    format!("`{text}` is neither a whole number nor a percentage like 25%");
                return Some(("SA027", message));
            };
            let more = digits
                .parse::<i64>()
                .map_or(true, |number| number > greatest);
            more.then(|| ("SA021", format!("{text} is more than {greatest}%")))
        }
        Value::Number(number) => {
            let number = number.as_i64().filter(|number| *number < 0)?;
            Some(("SA021", out_of_range(number, 0, i64::MAX)))
        }
        _ => None,
    }
}

/// The address that a text is. As older API servers read it, IPv4 addresses may have leading zeros
/// (`netutils.ParseIPSloppy`).
pub(super) fn address(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse().ok();
    }
    let parts: Vec<&str> = text.split('.').collect();
    let part = |text: &&str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u8>().ok().filter(|_| digits)
    };
    let bytes: Option<Vec<u8>> = parts.iter().map(part).collect();
    let bytes: [u8; 4] = bytes?.try_into().ok()?;
    Some(IpAddr::from(bytes))
}

/// The address and the length of the prefix of a block like `10.0.0.0/8` (`netutils.ParseCIDRSloppy`).
pub(super) fn block(text: &str) -> Option<(IpAddr, u8)> {
    let (start, length) = text.split_once('/')?;
    let start = address(start)?;
    let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    let length = length.parse::<u8>().ok().filter(|_| digits)?;
    let greatest = if start.is_ipv4() { 32 } else { 128 };
    (length <= greatest).then_some((start, length))
}

/// Fields of which one has to be set, or at most one.
fn exclusive(
    map: &Map<String, Value>,
    union: Union,
    types: Types,
    id: TypeId,
    report: &mut Report<'_>,
) {
    let is_set = |field: &&&str| match get(map, field) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Number(number)) => {
            number.as_i64() != Some(0) || id.name() != "ServiceBackendPort"
        }
        Some(_) => true,
    };
    let set: Vec<&str> = union.fields.iter().filter(is_set).copied().collect();
    let offered = || -> Vec<&str> {
        let known = |field: &&str| types.field(id, field).is_some();
        union.fields.iter().copied().filter(known).collect()
    };
    if set.len() > 1 {
        let message = format!("only one of {} may be set", listed(&set, "and"));
        report.at_root("SA028", message);
    } else if set.is_empty() && union.is_required && !has_unknown(map, types, id) {
        let message = format!("one of {} has to be set", listed(&offered(), "or"));
        report.at_root("SA028", message);
    }
}

/// Whether a value has a field that the version does not know: perhaps one that a newer one offers.
fn has_unknown(map: &Map<String, Value>, types: Types, id: TypeId) -> bool {
    map.keys().any(|key| types.field(id, key).is_none())
}

fn listed(words: &[&str], last: &str) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}

impl Report<'_> {
    /// The API server refuses the value that is checked.
    fn at_root(&mut self, code: &'static str, message: String) {
        self.refuse(&Node::root(&Value::Null), code, message);
    }
}
