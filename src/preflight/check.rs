//! All checks in the order of the report, and those that are a question each: version, namespace, rights.
//! The others stand beside it, a file for each subject.

use serde_json::Value;

use super::{Answers, Check, Needs, Silence, claims, nodes, secrets, storage};

/// The oldest minor version of Kubernetes 1 that SwanLab supports ("Deploying with Kubernetes", Prerequisites).
const OLDEST: u64 = 24;

/// What is written: `kubectl apply` and Helm create objects and patch them.
pub const VERBS: [&str; 2] = ["create", "patch"];

/// What the answers say about the needs.
pub fn checks(needs: &Needs, answers: &Answers) -> Vec<Check> {
    let mut found = vec![version(answers.version.as_ref())];
    found.extend(namespace(needs, answers));
    found.extend(rights(needs, answers));
    found.extend(storage::checks(needs, answers));
    found.extend(claims::checks(needs, answers));
    found.extend(secrets::checks(needs, answers));
    found.extend(nodes::checks(needs, answers));
    found
}

fn version(answer: Option<&Value>) -> Check {
    const NAME: &str = "Kubernetes version";
    let server = answer.map_or(&Value::Null, |answer| &answer["serverVersion"]);
    // Providers write `29+`.
    let number = |key: &str| {
        let text = server[key].as_str().unwrap_or_default();
        text.trim_end_matches(|c: char| !c.is_ascii_digit())
            .parse::<u64>()
    };
    let (Ok(major), Ok(minor)) = (number("major"), number("minor")) else {
        return Check::unknown(
            NAME,
            &Silence::Failed("the server has not told it".to_owned()),
        );
    };
    if (major, minor) >= (1, OLDEST) {
        Check::ok(NAME, format!("{major}.{minor}"))
    } else {
        Check::missing(
            NAME,
            format!("it is {major}.{minor}, and SwanLab needs 1.{OLDEST} or later"),
            "upgrade the cluster, or choose another one with --kube-context",
        )
    }
}

fn namespace(needs: &Needs, answers: &Answers) -> Option<Check> {
    let name = format!("Namespace/{}", needs.namespace);
    let check = match answers.namespace.as_ref()? {
        Ok(found) if found["status"]["phase"] == "Terminating" => Check::missing(
            &name,
            "it is being deleted",
            "wait until it is gone and create it anew, or choose another one with -n",
        ),
        Ok(_) => Check::ok(&name, "it exists"),
        Err(Silence::NotFound) if needs.makes_namespace => Check::ok(&name, "it will be made"),
        Err(Silence::NotFound) => Check::missing(
            &name,
            "it does not exist",
            format!("kubectl create namespace {}", needs.namespace),
        ),
        Err(silence) => Check::unknown(&name, silence),
    };
    Some(check)
}

fn rights(needs: &Needs, answers: &Answers) -> impl Iterator<Item = Check> {
    needs.rights.iter().map(|right| {
        let resource = &right.resource;
        let name = format!("Rights on {resource}");
        let mut refused = Vec::new();
        for verb in VERBS {
            match answers.rights.get(&(verb, resource.clone())) {
                Some(Ok(true)) => {}
                Some(Ok(false)) => refused.push(verb),
                Some(Err(silence)) => return Check::unknown(&name, silence),
                None => {
                    let silence = Silence::Failed("it was not asked for".to_owned());
                    return Check::unknown(&name, &silence);
                }
            }
        }
        if refused.is_empty() {
            return Check::ok(&name, "you may create and patch them");
        }
        let verbs = refused.join(" and ");
        let namespace = &needs.namespace;
        Check::missing(
            &name,
            format!("you may not {verbs} them in {namespace}"),
            format!("ask the cluster's administrator for a Role in {namespace} with {verbs} on {resource}"),
        )
    })
}
