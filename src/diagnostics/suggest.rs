//! "Did you mean": the nearest of the names that exist.
//! Only names within a typing error's distance are suggested.

/// The candidate nearest to `name`, if a slip of the finger or two explains the difference.
/// Of equally near ones the first wins.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the letters may be wrong: `tyg` for `tag`, `imagePullSecret` for `imagePullSecrets`.
    let allowed = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between two names; a difference only in case counts as one.
fn distance(a: &str, b: &str) -> usize {
    if a.eq_ignore_ascii_case(b) {
        return 1;
    }
    strsim::osa_distance(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swapped_letter_is_found() {
        let known = ["server", "house", "cloud", "next"];
        assert_eq!(nearest("sevrer", known), Some("server"));
        assert_eq!(nearest("Cloud", known), Some("cloud"));
    }

    #[test]
    fn a_far_off_name_has_no_suggestion() {
        assert_eq!(nearest("ingress", ["server", "house"]), None);
        assert_eq!(nearest("a", ["bcd"]), None);
    }
}
