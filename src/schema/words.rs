//! The words for schema errors: what each keyword asks for, and what to do about a value whose type is wrong only
//! because of how it was written (quotes too many or too few, or a dot that `--set` took for a step). Keys are
//! repeated, values never: they may be secrets.

use boon::ErrorKind as Kind;
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
    /// Schema, and `accepts` says whether the schema allows a value.
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

/// The words for an error of a schema that has none itself, by the violated node.
pub(super) fn usual(kind: &Kind, node: Option<&Value>) -> String {
    match kind {
        Kind::Enum { want } => format!("must be one of {}", list(want)),
        Kind::Const { want } => format!("must be {want}"),
        Kind::Minimum { want, .. } => format!("must be at least {want}"),
        Kind::Maximum { want, .. } => format!("must be at most {want}"),
        Kind::ExclusiveMinimum { want, .. } => format!("must be more than {want}"),
        Kind::ExclusiveMaximum { want, .. } => format!("must be less than {want}"),
        Kind::MinLength { want: 1, .. } => "must not be empty".to_owned(),
        Kind::MinLength { want, .. } => format!("must have at least {want} characters"),
        Kind::MaxLength { want: 0, .. } => "must be empty".to_owned(),
        Kind::MaxLength { want, .. } => format!("must have at most {want} characters"),
        Kind::MinItems { want, .. } => format!("must have at least {want} elements"),
        Kind::MaxItems { want, .. } => format!("must have at most {want} elements"),
        Kind::AdditionalItems { got } => format!("has {got} elements too many"),
        Kind::MinProperties { want, .. } => format!("must have at least {want} keys"),
        Kind::MaxProperties { want, .. } => format!("must have at most {want} keys"),
        Kind::MultipleOf { want, .. } => format!("must be a multiple of {want}"),
        Kind::UniqueItems { .. } => "must not have an element twice".to_owned(),
        Kind::Pattern { want, .. } => {
            // As the schema has it: the validator translates it.
            let pattern = node.and_then(|node| node["pattern"].as_str());
            format!("does not match the pattern `{}`", pattern.unwrap_or(want))
        }
        Kind::Format { want, .. } => format!("is not a valid {want}"),
        Kind::FalseSchema => "must not be given".to_owned(),
        Kind::Not => "has a value that is not allowed".to_owned(),
        Kind::OneOf(Some(_)) => "fits more than one of the allowed forms".to_owned(),
        Kind::Contains | Kind::MinContains { .. } => {
            "lacks an element that the schema asks for".to_owned()
        }
        Kind::MaxContains { want, .. } => {
            format!("has more than {want} elements of a kind that the schema limits")
        }
        Kind::Dependency { prop, missing } | Kind::DependentRequired { prop, missing } => {
            format!("needs {} beside {prop}", missing.join(", "))
        }
        _ => "does not meet the schema".to_owned(),
    }
}

/// The wanted types of a node. `null`, which beside others only allows an absent value, is left out.
pub(super) fn types(node: &Value) -> String {
    match &node["type"] {
        Value::Array(types) => {
            let names = types.iter().filter_map(Value::as_str);
            let mut named: Vec<&str> = names.filter(|name| *name != "null").collect();
            named.sort_unstable();
            named.join(" or ")
        }
        one => one.as_str().unwrap_or_default().to_owned(),
    }
}

/// What a value is, in the words of JSON Schema.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn list(options: &[Value]) -> String {
    let options: Vec<String> = options.iter().map(ToString::to_string).collect();
    options.join(", ")
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
            let source = Source::typed(format!("{flag} a=b"), Vec::new());
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
