//! Checks of Secrets that exist already: those of integrations are compared with the values, others must have the keys
//! that pods read, and those for pulling images the right type. No message repeats what one holds.

use serde_json::Value;

use super::{Answers, Check, Needs, NoAnswer, Status};
use crate::swanlab::secret::{self, Difference, Settings};

/// The types that a kubelet can pull images with; the second is older than Docker 1.7.
const PULL_TYPES: [&str; 2] = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

pub(super) fn checks(needs: &Needs, answers: &Answers) -> Vec<Check> {
    let mut found = Vec::new();
    let mut of_integrations = Vec::new();
    for integrated in &needs.integrated {
        let Some(settings) = &integrated.settings else {
            let name = &integrated.name;
            found.push(Check::missing(
                &format!("integrations.{name}"),
                "its host, port, database or existingSecret is missing",
                format!("swanlab-render secret {name} reports which"),
            ));
            continue;
        };
        of_integrations.push(settings.secret.as_str());
        found.extend(with(needs, answers, &settings.secret, |object, name| {
            integrated_as(settings, object, name)
        }));
    }
    for (secret, keys) in &needs.secrets {
        if of_integrations.contains(&secret.as_str()) {
            continue;
        }
        found.extend(with(needs, answers, secret, |object, name| {
            let has = |key: &&String| object["data"].get(key.as_str()).is_some();
            let absent: Vec<&str> = keys
                .iter()
                .filter(|key| !has(key))
                .map(String::as_str)
                .collect();
            vec![if absent.is_empty() {
                Check::ok(name, "it exists, with its keys")
            } else {
                let absent = absent.join(", ");
                Check::missing(
                    name,
                    format!("it lacks the keys {absent}"),
                    "add them to its data",
                )
            }]
        }));
    }
    for secret in &needs.pull_secrets {
        found.extend(with(needs, answers, secret, |object, name| {
            vec![if PULL_TYPES.iter().any(|of| object["type"] == *of) {
                Check::ok(name, "it exists, for pulling images")
            } else {
                let create = format!(
                    "kubectl create secret docker-registry {secret} -n {} --docker-server=HOST --docker-username=USER",
                    needs.namespace
                );
                Check::missing(name, format!("its type is not {}", PULL_TYPES[0]), create)
            }]
        }));
    }
    found
}

fn with(
    needs: &Needs,
    answers: &Answers,
    secret: &str,
    judge: impl FnOnce(&Value, &str) -> Vec<Check>,
) -> Vec<Check> {
    let name = format!("Secret/{secret}");
    match answers.secrets.get(secret) {
        None => Vec::new(),
        Some(Ok(object)) => judge(object, &name),
        Some(Err(NoAnswer::NotFound)) => {
            let integration = needs.integrated.iter().find(|one| {
                let settings = one.settings.as_ref();
                settings.is_some_and(|settings| settings.secret == secret)
            });
            let remedy = match integration {
                Some(one) => format!(
                    "swanlab-render secret {} | kubectl apply -n {} -f -",
                    one.name, needs.namespace
                ),
                None => "create it, or correct its name in the values".to_owned(),
            };
            let absent = format!("it does not exist in {}", needs.namespace);
            vec![Check::missing(&name, absent, remedy)]
        }
        Some(Err(reason)) => vec![Check::unknown(&name, reason)],
    }
}

/// A check for each difference, and one that the Secret fits unless a difference matters.
fn integrated_as(settings: &Settings, object: &Value, name: &str) -> Vec<Check> {
    let integration = &settings.integration.name;
    let differences = secret::check(settings, object);
    let fits = differences.iter().all(|difference| difference.is_harmless);
    let mut found: Vec<Check> = Vec::new();
    if fits {
        found.push(Check::ok(
            name,
            format!("it agrees with integrations.{integration}"),
        ));
    }
    found.extend(differences.into_iter().map(|difference| {
        let Difference {
            message,
            remedy,
            is_harmless,
        } = difference;
        let status = if is_harmless {
            Status::Warning
        } else {
            Status::Missing
        };
        Check::new(name, status, message, remedy)
    }));
    found
}
