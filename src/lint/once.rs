//! One mistake, one finding: a value that a rule on values has told of is not told again where it
//! ends up, and a value that is wrong in many places is told once.

use std::collections::HashMap;

use super::Finding;
use crate::diagnostics::Severity;
use crate::yaml::Path;

/// Leaves out findings on objects that only repeat another finding about the same value.
pub fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let told: Vec<String> = findings
        .iter()
        .filter(|finding| finding.object.is_none() && tells_of_its_value(finding))
        .map(|finding| finding.diagnostic.path.clone())
        .collect();
    let mut kept: Vec<Finding> = Vec::new();
    // How many more places the finding at this index stands for.
    let mut more: HashMap<usize, usize> = HashMap::new();
    let mut first: HashMap<(Option<Box<str>>, Path), usize> = HashMap::new();
    for finding in findings {
        let Some(value) = finding.value.clone().filter(|_| finding.object.is_some()) else {
            kept.push(finding);
            continue;
        };
        if told.iter().any(|path| is_at_or_below(&value, path)) {
            continue;
        }
        let key = (finding.diagnostic.code.clone(), value);
        if let Some(&index) = first.get(&key) {
            *more.entry(index).or_default() += 1;
        } else {
            first.insert(key, kept.len());
            kept.push(finding);
        }
    }
    for (index, count) in more {
        let message = &mut kept[index].diagnostic.message;
        let places = if count == 1 { "place" } else { "places" };
        message.push_str(&format!(" (and so in {count} more {places})"));
    }
    kept
}

/// Whether a finding on values says that the value itself cannot stay: then what becomes of it in
/// objects is no news. Advice about a value is not that.
fn tells_of_its_value(finding: &Finding) -> bool {
    let diagnostic = &finding.diagnostic;
    let is_unknown = matches!(diagnostic.code.as_deref(), Some("SL001" | "SL002"));
    !diagnostic.path.is_empty() && (diagnostic.severity == Severity::Error || is_unknown)
}

fn is_at_or_below(value: &Path, path: &str) -> bool {
    value
        .to_string()
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Diagnostic;
    use crate::lint::OnObject;
    use crate::release::Part;
    use crate::yaml::Step;

    fn on_object(code: &'static str, value: &[&str]) -> Finding {
        Finding {
            diagnostic: Diagnostic::error("m").with_code(code),
            object: Some(OnObject {
                api_version: String::new(),
                identity: None,
                source: String::new(),
                document: 0,
                path: Path::default(),
                part: Part::Value,
            }),
            value: Some(Path(
                value
                    .iter()
                    .map(|key| Step::Key((*key).to_owned()))
                    .collect(),
            )),
        }
    }

    #[test]
    fn a_value_that_the_schema_refuses_is_told_once() {
        let schema = Finding::from(Diagnostic::error("s").with_code("SL003").about("a.b"));
        let found = once(vec![
            on_object("SA020", &["a", "b", "c"]),
            on_object("SA020", &["a", "bc"]),
            schema.clone(),
        ]);
        assert_eq!(found, [on_object("SA020", &["a", "bc"]), schema]);
    }

    #[test]
    fn a_value_that_is_wrong_in_many_places_is_told_once() {
        let one = on_object("SR030", &["a"]);
        let found = once(vec![
            one.clone(),
            one.clone(),
            on_object("SA020", &["a"]),
            one,
        ]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].diagnostic.message, "m (and so in 2 more places)");
    }

    #[test]
    fn advice_about_a_value_hides_nothing() {
        let advice = Finding::from(Diagnostic::warning("s").with_code("SL111").about("a"));
        assert_eq!(once(vec![advice, on_object("SA020", &["a"])]).len(), 2);
    }
}
