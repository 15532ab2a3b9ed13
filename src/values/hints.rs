//! What to do about a value whose type is wrong only because of how it was written: quotes too many or too few, or a dot
//! that `--set` took for a step. It repeats keys, never values.

use serde_json::Value;

use crate::diagnostics::Source;
use crate::yaml::Path;

/// A value that was meant to have the wanted type.
#[derive(Debug, PartialEq)]
pub(super) enum Slip {
    /// A number or boolean that has to be text.
    Unquoted,
    /// Text that reads as the number or boolean that is wanted.
    Quoted,
    /// Maps of one key each, where text is wanted: the keys, joined as they were typed.
    Divided(String),
}

impl Slip {
    /// Sees whether a value would be right if it had been written otherwise: `wanted` is the type in the words of JSON
    /// Schema, and `accepts` tells whether the schema takes a value.
    pub(super) fn of(
        found: &Value,
        wanted: &str,
        accepts: impl Fn(&Value) -> bool,
    ) -> Option<Self> {
        match (found, wanted) {
            (Value::Number(_) | Value::Bool(_), "string") => {
                accepts(&Value::String(found.to_string())).then_some(Self::Unquoted)
            }
            (Value::Object(_), "string") => divided(found).map(Self::Divided),
            (Value::String(text), _) => {
                let meant = match wanted {
                    "integer" => Value::from(text.parse::<i64>().ok()?),
                    "number" => Value::from(text.parse::<f64>().ok().filter(|f| f.is_finite())?),
                    "boolean" => Value::from(text.parse::<bool>().ok()?),
                    _ => return None,
                };
                accepts(&meant).then_some(Self::Quoted)
            }
            _ => None,
        }
    }

    /// What to write instead, where the value was given.
    pub(super) fn help(&self, path: &Path, given: Option<&Source>) -> Option<String> {
        let flag = given.filter(|source| source.is_typed());
        let flag = flag.and_then(|source| source.text().split(' ').next());
        match (self, flag) {
            (Self::Unquoted, None | Some("--set-json")) => Some("put it in quotes".to_owned()),
            (Self::Unquoted, Some(flag)) => Some(format!("write --set-string in place of {flag}")),
            (Self::Quoted, None | Some("--set-json")) => Some("remove the quotes".to_owned()),
            (Self::Quoted, Some(flag @ ("--set-string" | "--set-file" | "--set-literal"))) => {
                Some(format!("write --set in place of {flag}"))
            }
            (Self::Divided(rest), Some("--set" | "--set-string" | "--set-file")) => Some(format!(
                "a dot that belongs to a key is written `\\.`: '{path}\\.{rest}=…'"
            )),
            _ => None,
        }
    }
}

/// The keys of maps of one key each, down to what is no map.
fn divided(value: &Value) -> Option<String> {
    let (key, below) = match value {
        Value::Object(map) if map.len() == 1 => map.iter().next()?,
        _ => return None,
    };
    let key = key.replace('.', "\\.");
    Some(match below {
        Value::Object(_) => format!("{key}\\.{}", divided(below)?),
        _ => key,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Step;
    use serde_json::json;

    fn slip(found: &Value, wanted: &str) -> Option<Slip> {
        Slip::of(found, wanted, |_| true)
    }

    #[test]
    fn only_what_would_be_right_otherwise_is_a_slip() {
        assert_eq!(slip(&json!(3), "string"), Some(Slip::Unquoted));
        assert_eq!(slip(&json!("3"), "integer"), Some(Slip::Quoted));
        assert_eq!(slip(&json!("1.5"), "number"), Some(Slip::Quoted));
        assert_eq!(slip(&json!("false"), "boolean"), Some(Slip::Quoted));
        assert_eq!(Slip::of(&json!(20), "string", |_| false), None);
        for (found, wanted) in [
            (json!("three"), "integer"),
            (json!("1.5"), "integer"),
            (json!("yes"), "boolean"),
            (json!("inf"), "number"),
            (json!(1.5), "integer"),
            (json!([1]), "string"),
            (json!({"a": 1, "b": 2}), "string"),
        ] {
            assert_eq!(slip(&found, wanted), None, "{found} {wanted}");
        }
    }

    #[test]
    fn the_help_is_that_of_the_place() {
        let path = Path(
            ["a", "kubernetes"]
                .map(|key| Step::Key(key.to_owned()))
                .to_vec(),
        );
        let help = |slip: &Slip, flag: &str| {
            let source = Source::typed(format!("{flag} a=b"));
            slip.help(&path, Some(&source))
        };
        let file = Source::new("v.yaml", "");
        assert_eq!(
            Slip::Unquoted.help(&path, Some(&file)).as_deref(),
            Some("put it in quotes")
        );
        assert_eq!(
            Slip::Quoted.help(&path, Some(&file)).as_deref(),
            Some("remove the quotes")
        );
        assert_eq!(
            help(&Slip::Unquoted, "--set").as_deref(),
            Some("write --set-string in place of --set")
        );
        assert_eq!(
            help(&Slip::Quoted, "--set-string").as_deref(),
            Some("write --set in place of --set-string")
        );
        assert_eq!(help(&Slip::Quoted, "--set"), None);
        let divided = slip(&json!({"io/os": "linux"}), "string");
        assert_eq!(
            divided.and_then(|slip| help(&slip, "--set")).as_deref(),
            Some(r"a dot that belongs to a key is written `\.`: 'a.kubernetes\.io/os=…'")
        );
    }
}
