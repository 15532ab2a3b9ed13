//! Commands for a shell, with the names of objects filled in.
//! It refuses to decide when one is of use.

use crate::diff::subject::Subject;

/// `kubectl VERB RESOURCE NAME -n NAMESPACE REST`.
pub(super) fn on(verb: &str, subject: &Subject<'_>, rest: &str) -> String {
    let resource = resource(subject.kind);
    let name = quote(subject.name);
    finish(format!("kubectl {verb} {resource} {name}"), subject, rest)
}

/// `kubectl VERB RESOURCE/NAME -n NAMESPACE REST`.
pub(super) fn at(verb: &str, subject: &Subject<'_>, rest: &str) -> String {
    let resource = resource(subject.kind);
    let name = quote(&format!("{resource}/{}", subject.name));
    finish(format!("kubectl {verb} {name}"), subject, rest)
}

fn finish(mut command: String, subject: &Subject<'_>, rest: &str) -> String {
    if !subject.namespace.is_empty() {
        command.push_str(" -n ");
        command.push_str(&quote(subject.namespace));
    }
    if !rest.is_empty() {
        command.push(' ');
        command.push_str(rest);
    }
    command
}

/// What kubectl calls a kind.
fn resource(kind: &str) -> String {
    match kind {
        "PersistentVolumeClaim" => "pvc".to_owned(),
        "CustomResourceDefinition" => "crd".to_owned(),
        kind => quote(&kind.to_lowercase()),
    }
}

/// A word for a POSIX shell.
pub(super) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_quoted() {
        assert_eq!(quote("swanlab-house"), "swanlab-house");
        assert_eq!(quote("a; rm -rf /"), "'a; rm -rf /'");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote(""), "''");
    }
}
