//! The time, where a name needs it. Nothing that is rendered depends on it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The present date and minute in UTC: `20261124-1530`.
pub(super) fn minute() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    written(now.unwrap_or_default())
}

/// A time since 1970, in the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `civil_from_days`).
fn written(since: Duration) -> String {
    let seconds = since.as_secs();
    let (days, minutes) = (seconds / 86_400, seconds % 86_400 / 60);
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute) = (minutes / 60, minutes % 60);
    format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_dates() {
        for (seconds, expected) in [
            (0, "19700101-0000"),
            (951_782_340, "20000228-2359"),
            (951_782_400, "20000229-0000"),
            (951_868_800, "20000301-0000"),
            (1_795_793_400, "20261127-1530"),
        ] {
            assert_eq!(written(Duration::from_secs(seconds)), expected);
        }
    }
}
