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

/// The one candidate that a single slip of the finger makes of `name`: a letter too many, too few, wrong or exchanged with
/// the next. None if there are several.
pub fn only_slip<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = candidates
        .into_iter()
        .filter(|candidate| strsim::osa_distance(name, candidate) == 1);
    let mut found: Vec<&str> = near.collect();
    found.sort_unstable();
    found.dedup();
    match found[..] {
        [only] => Some(only),
        _ => None,
    }
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
    fn a_slip_is_certain_only_if_one_name_is_meant() {
        assert_eq!(
            only_slip("replica", ["replicas", "image", "replicas"]),
            Some("replicas")
        );
        assert_eq!(only_slip("sevrer", ["server"]), Some("server"));
        assert_eq!(only_slip("bat", ["bad", "cat"]), None);
        assert_eq!(only_slip("sever5", ["server"]), None);
        assert_eq!(only_slip("server", ["server"]), None);
    }

    #[test]
    fn a_far_off_name_has_no_suggestion() {
        assert_eq!(nearest("ingress", ["server", "house"]), None);
        assert_eq!(nearest("a", ["bcd"]), None);
    }
}
