//! Commands for a POSIX shell: quoting, and `kubectl` commands that name objects. Nothing that comes from a manifest can
//! be read as a flag, as a second word or as a part of a script.

use serde_json::Value;

use crate::manifest::Address;

/// Quotes a word for a POSIX shell, if necessary.
///
/// ```
/// use swanlab_render::commands::quote;
///
/// assert_eq!(quote("swanlab-house"), "swanlab-house");
/// assert_eq!(quote("a; b"), "'a; b'");
/// ```
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// A name with only letters, digits, hyphens and dots, for names of files and for comments after `#`.
pub fn plain(name: &str) -> String {
    name.replace(
        |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.',
        "-",
    )
}

/// `kubectl VERB -n NAMESPACE RESOURCE/NAME REST`; `namespace` is that of objects that name none. It is left out for
/// objects that have none.
pub fn kubectl(verb: &str, address: &Address, namespace: &str, rest: &str) -> String {
    let mut command = format!("kubectl {verb}");
    let namespace = match address.namespace() {
        "" => namespace,
        own => own,
    };
    if !namespace.is_empty() {
        command.push_str(" -n ");
        command.push_str(&quote(namespace));
    }
    command.push(' ');
    command.push_str(&quote(&address.to_string()));
    if !rest.is_empty() {
        command.push(' ');
        command.push_str(rest);
    }
    command
}

/// A label selector in the syntax of `kubectl -l`, not quoted; `None` if it is empty or has an unknown operator.
pub fn selector(selector: &Value) -> Option<String> {
    let labels = selector["matchLabels"].as_object();
    let equal = labels
        .into_iter()
        .flatten()
        .map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    let expressions = selector["matchExpressions"].as_array();
    let terms: Option<Vec<String>> = equal
        .chain(expressions.into_iter().flatten().map(term))
        .collect();
    let terms = terms.filter(|terms| !terms.is_empty())?;
    Some(terms.join(","))
}

/// A requirement of a selector in the syntax of `kubectl -l`.
fn term(requirement: &Value) -> Option<String> {
    let key = requirement["key"].as_str()?;
    let values = requirement["values"].as_array();
    let values: Option<Vec<&str>> = values.into_iter().flatten().map(Value::as_str).collect();
    let values = values?.join(",");
    match requirement["operator"].as_str()? {
        "In" => Some(format!("{key} in ({values})")),
        "NotIn" => Some(format!("{key} notin ({values})")),
        "Exists" => Some(key.to_owned()),
        "DoesNotExist" => Some(format!("!{key}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::manifest::Identity;

    #[test]
    fn odd_names_are_quoted() {
        assert_eq!(quote("swanlab-house"), "swanlab-house");
        assert_eq!(quote("a; rm -rf /"), "'a; rm -rf /'");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote(""), "''");
    }

    #[test]
    fn a_command_names_the_object_and_its_namespace() {
        let object =
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}});
        let identity = Identity::of(&object).unwrap();
        let address = Address::of(&identity).unwrap();
        assert_eq!(
            kubectl("scale", &address, "prod", "--replicas=0"),
            "kubectl scale -n prod deployment.apps/web --replicas=0"
        );
    }

    #[test]
    fn selectors_have_the_syntax_of_kubectl() {
        let all = json!({"matchLabels": {"a": "b"}, "matchExpressions":
            [{"key": "c", "operator": "In", "values": ["d", "e"]}, {"key": "f", "operator": "Exists"}]});
        assert_eq!(selector(&all).as_deref(), Some("a=b,c in (d,e),f"));
        assert_eq!(selector(&json!({})), None);
    }
}
