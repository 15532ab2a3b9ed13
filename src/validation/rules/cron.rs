//! The schedule of a CronJob, as the package that Kubernetes uses reads it (`github.com/robfig/cron/v3`, ParseStandard):
//! five fields, or a word after `@`.

/// The fields of a schedule: name, least and greatest number, names of numbers from the least on.
const FIELDS: [(&str, u32, u32, &[&str]); 5] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day of the month", 1, 31, &[]),
    (
        "month",
        1,
        12,
        &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    ),
    (
        "day of the week",
        0,
        6,
        &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    ),
];

/// Checks a schedule.
pub(super) fn check(text: &str) -> Result<(), String> {
    let mut text = text;
    if text.starts_with("TZ=") || text.starts_with("CRON_TZ=") {
        let Some((_, rest)) = text.split_once(' ') else {
            return Err("there is nothing after the time zone".to_owned());
        };
        text = rest.trim();
    }
    if let Some(word) = text.strip_prefix('@') {
        return descriptor(word);
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(format!(
            "a schedule has five fields (minute, hour, day of the month, month, day of the week), not {}",
            fields.len()
        ));
    }
    for (field, (name, least, greatest, names)) in fields.iter().zip(FIELDS) {
        for part in field.split(',').filter(|part| !part.is_empty()) {
            if !is_range(part, least, greatest, names) {
                return Err(format!("`{part}` is not a {name}"));
            }
        }
    }
    Ok(())
}

fn descriptor(word: &str) -> Result<(), String> {
    if let Some(duration) = word.strip_prefix("every ") {
        return if is_duration(duration) {
            Ok(())
        } else {
            Err(format!("`{duration}` is not a duration like 1h30m"))
        };
    }
    match word {
        "yearly" | "annually" | "monthly" | "weekly" | "daily" | "midnight" | "hourly" => Ok(()),
        _ => Err(format!("there is no schedule `@{word}`")),
    }
}

/// A number, a range, `*` or `?`, with an optional step.
fn is_range(part: &str, least: u32, greatest: u32, names: &[&str]) -> bool {
    let pieces: Vec<&str> = part.split('/').collect();
    let (range, step) = match pieces.as_slice() {
        [range] => (*range, None),
        [range, step] => (*range, Some(*step)),
        _ => return false,
    };
    let number = |text: &str| -> Option<u32> {
        let lower = text.to_lowercase();
        let named = names.iter().position(|name| *name == lower);
        let named = named.and_then(|place| u32::try_from(place).ok());
        named.map(|place| place + least).or_else(|| digits(text))
    };
    let ends: Vec<&str> = range.split('-').collect();
    let (first, last) = match ends.as_slice() {
        // What follows is ignored.
        ["*" | "?", ..] => (Some(least), Some(greatest)),
        // With a step, a number begins a range.
        [one] if step.is_some() => (number(one), Some(greatest)),
        [one] => (number(one), number(one)),
        [first, last] => (number(first), number(last)),
        _ => return false,
    };
    let (Some(first), Some(last)) = (first, last) else {
        return false;
    };
    let step = step.map_or(Some(1), digits);
    first >= least && last <= greatest && first <= last && step.is_some_and(|step| step > 0)
}

fn digits(text: &str) -> Option<u32> {
    let text = text.strip_prefix('+').unwrap_or(text);
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

/// A duration as Go reads it: numbers with units.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = &rest[..rest.len() - unit.len()];
        if !number.contains(|c: char| c.is_ascii_digit()) || number.matches('.').count() > 1 {
            return false;
        }
        let units = ["ns", "us", "µs", "ms", "s", "m", "h"];
        let Some(known) = units.iter().find(|known| unit.starts_with(**known)) else {
            return false;
        };
        // `m` and not the beginning of `ms`.
        let known = if *known == "m" && unit.starts_with("ms") {
            "ms"
        } else {
            known
        };
        rest = &unit[known.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn schedules_are_those_of_the_package() {
        for good in [
            "0 0 1 1 *",
            "*/5 * * * *",
            "0-30/10 2,3 ? JAN-mar sun",
            "@hourly",
            "@every 1h30m",
            "@every 100ms",
            "5/10 * * * *",
            "TZ=UTC 0 0 * * *",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "nonsense",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "5-1 * * * *",
            "*/0 * * * *",
            "1-2-3 * * * *",
            "@often",
            "@every soon",
            "",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
