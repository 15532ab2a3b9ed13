//! Jobs and CronJobs. Sources: `ValidateJob`, `validateJobSpec`, `validateGeneratedSelector`,
//! `validatePodFailurePolicy`, `validateCronJobSpec`.

use super::constraints::invalid_name;
use super::{Node, Report, cron};
use crate::diagnostics::nearest;
use crate::kubernetes::{NameRule, TIME_ZONES};

/// The labels that the API server adds to the pods of a Job, and the first of them since 1.27.
const GENERATED: [&str; 4] = [
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
];

/// The first minor version that does not check the generated selector of a Job again in an update.
const ONLY_NEW: u8 = 37;

pub(super) fn job(job: &Node<'_>, report: &mut Report<'_>) {
    let spec = job.at(&["spec"]);
    let selector = spec.at(&["selector"]);
    let labels = spec.at(&["template", "metadata", "labels"]);
    if spec.at(&["manualSelector"]).is_true() {
        if selector.is_set() {
            super::metadata::own_selector(&selector, &labels, report);
        } else {
            report.refuse(
                &spec,
                "SV060",
                "with manualSelector, a Job needs a selector",
            );
        }
    } else {
        let keys = selector.at(&["matchLabels"]);
        let mut keys = keys.entries().map(|(key, _)| key);
        let own = keys.any(|key| !GENERATED.contains(&key));
        if own || selector.at(&["matchExpressions"]).is_filled() {
            let message = "the selector of a Job is generated: remove it, or set manualSelector";
            if report.minor < ONLY_NEW {
                report.refuse(&selector, "SV060", message);
            } else {
                report.refuse_new(&selector, "SV060", message);
            }
        }
        let name = job.at(&["metadata", "name"]);
        for (key, value) in labels.entries() {
            let is_name = matches!(key, "job-name" | "batch.kubernetes.io/job-name");
            if is_name && name.text().is_some() && value.text() != name.text() {
                let message = format!("the label {key} has to be the name of the Job");
                report.refuse(&value, "SV060", message);
            }
        }
    }
    let completions = spec.at(&["completions"]).number().unwrap_or(0);
    let name = job.at(&["metadata", "name"]);
    if spec.at(&["completionMode"]).text() == Some("Indexed")
        && completions > 0
        && let Some(text) = name.text()
    {
        let pod = format!("{text}-{}", completions - 1);
        // Since 1.27; older API servers accept the Job, and its pods cannot be created.
        if report.minor >= 28 && !NameRule::DnsLabel.allows(&pod) {
            report.refuse(
                &name,
                "SR030",
                invalid_name("host name of a pod", &pod, NameRule::DnsLabel),
            );
        }
    }
}

/// The spec of a Job, or of the Jobs of a CronJob.
pub(super) fn spec(spec: &Node<'_>, report: &mut Report<'_>) {
    let is_indexed = spec.at(&["completionMode"]).text() == Some("Indexed");
    let completions = spec.at(&["completions"]);
    if is_indexed && !completions.is_set() {
        report.refuse(spec, "SV060", "an Indexed Job needs completions");
    }
    let parallelism = spec.at(&["parallelism"]);
    if is_indexed && parallelism.number().is_some_and(|number| number > 100_000) {
        report.refuse(
            &parallelism,
            "SV060",
            "an Indexed Job has at most 100000 pods at a time",
        );
    }
    for field in ["backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"] {
        let keys = [field];
        let node = spec.at(&keys);
        if node.is_set() && !is_indexed {
            report.refuse(&node, "SV060", format!("only an Indexed Job has {field}"));
        }
    }
    let failed = spec.at(&["maxFailedIndexes"]);
    if failed.is_set() && !spec.at(&["backoffLimitPerIndex"]).is_set() {
        report.refuse(
            &failed,
            "SV060",
            "maxFailedIndexes needs backoffLimitPerIndex",
        );
    }
    if is_indexed
        && failed.number().is_some_and(|failed| {
            completions.number().is_some_and(|all| failed > all) || failed > 100_000
        })
    {
        report.refuse(
            &failed,
            "SV060",
            "maxFailedIndexes is more than completions",
        );
    }
    let rules = spec.at(&["successPolicy", "rules"]);
    if is_indexed && spec.at(&["successPolicy"]).is_set() && !rules.is_filled() {
        report.refuse(
            &spec.at(&["successPolicy"]),
            "SV060",
            "a successPolicy needs rules",
        );
    }
    policies(spec, report);
    let manager = spec.at(&["managedBy"]);
    if let Some(text) = manager.value.as_str() {
        let domain = text
            .split_once('/')
            .filter(|(domain, path)| !path.is_empty() && NameRule::DnsSubdomain.allows(domain));
        if report.minor >= 32 && (domain.is_none() || text.len() > 63) {
            let message = format!(
                "`{text}` is not a domain and a path of at most 63 characters, such as example.com/jobs"
            );
            report.refuse(&manager, "SV060", message);
        }
    }
    restart_policy(spec, report);
}

/// The rules about success and failure.
fn policies(spec: &Node<'_>, report: &mut Report<'_>) {
    let completions = spec.at(&["completions"]).number();
    for rule in spec.at(&["successPolicy", "rules"]).items() {
        let (count, indexes) = (rule.at(&["succeededCount"]), rule.at(&["succeededIndexes"]));
        if !count.is_set() && !indexes.is_set() {
            let message = "a rule needs succeededCount or succeededIndexes";
            report.refuse(&rule, "SV060", message);
        }
        let most = completions.unwrap_or(i64::MAX);
        if count
            .number()
            .is_some_and(|number| !(1..=most).contains(&number))
        {
            report.refuse(
                &count,
                "SV060",
                "succeededCount is not between 1 and completions",
            );
        }
    }
    let pod = &spec.value["template"]["spec"];
    let has_container = |name: &str| {
        let lists = ["containers", "initContainers"].map(|list| pod[list].as_array());
        let mut containers = lists.into_iter().flatten().flatten();
        containers.any(|one| one["name"] == name)
    };
    for rule in spec.at(&["podFailurePolicy", "rules"]).items() {
        let name = rule.at(&["onExitCodes", "containerName"]);
        if let Some(text) = name.value.as_str().filter(|text| !has_container(text)) {
            report.refuse(
                &name,
                "SV060",
                format!("the pods have no container `{text}`"),
            );
        }
        let action = rule.at(&["action"]);
        if action.text() == Some("FailIndex") && !spec.at(&["backoffLimitPerIndex"]).is_set() {
            report.refuse(
                &action,
                "SV060",
                "the action FailIndex needs backoffLimitPerIndex",
            );
        }
    }
}

fn restart_policy(spec: &Node<'_>, report: &mut Report<'_>) {
    let policy = spec.at(&["template", "spec", "restartPolicy"]);
    match policy.text() {
        None => {
            let message = "the restartPolicy of pods of a Job has to be set: to OnFailure or Never";
            report.refuse(&spec.at(&["template", "spec"]), "SV052", message);
        }
        Some("Always") => {
            let message = "the restartPolicy of pods of a Job can only be OnFailure or Never";
            report.refuse(&policy, "SV052", message);
        }
        Some("OnFailure") if spec.at(&["podFailurePolicy"]).is_set() => {
            let message = "with a podFailurePolicy, the restartPolicy of the pods has to be Never";
            report.refuse(&policy, "SV052", message);
        }
        _ => {}
    }
    let replacement = spec.at(&["podReplacementPolicy"]);
    if spec.at(&["podFailurePolicy"]).is_set()
        && replacement.text().is_some_and(|text| text != "Failed")
        && report.minor >= 29
    {
        let message = "with a podFailurePolicy, the podReplacementPolicy can only be Failed";
        report.refuse(&replacement, "SV060", message);
    }
}

pub(super) fn failure_rule(rule: &Node<'_>, report: &mut Report<'_>) {
    let (codes, conditions) = (rule.at(&["onExitCodes"]), rule.at(&["onPodConditions"]));
    if codes.is_set() == conditions.is_filled() {
        report.refuse(
            rule,
            "SV060",
            "a rule needs either onExitCodes or onPodConditions",
        );
    }
    let values = codes.at(&["values"]);
    let numbers: Vec<i64> = values.items().filter_map(|value| value.number()).collect();
    if codes.is_set() && numbers.is_empty() {
        report.refuse(&values, "SV060", "there are no exit codes");
    }
    if !numbers.is_sorted_by(|a, b| a < b) {
        report.refuse(
            &values,
            "SV060",
            "the exit codes have to be in ascending order, each once",
        );
    }
    if codes.at(&["operator"]).text() == Some("In") && numbers.contains(&0) {
        report.refuse(&values, "SV060", "the exit code 0 is no failure");
    }
}

pub(super) fn cron_job(spec: &Node<'_>, report: &mut Report<'_>) {
    let schedule = spec.at(&["schedule"]);
    let zone = spec.at(&["timeZone"]);
    if let Some(text) = schedule.text() {
        if let Err(wrong) = cron::check(text) {
            report.refuse(&schedule, "SV061", wrong);
        }
        // Since 1.29; before, only together with timeZone.
        if text.contains("TZ") && (report.minor >= 29 || zone.is_set()) {
            let message = "a schedule has no time zone of its own: use the field timeZone";
            report.refuse(&schedule, "SV061", message);
        }
    }
    if let Some(text) = zone.value.as_str() {
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
        let wrong = text.split('/').any(|part| {
            matches!(part, "" | "." | "..") || part.starts_with('-') || !part.chars().all(letters)
        });
        if wrong || text.eq_ignore_ascii_case("local") {
            report.refuse(
                &zone,
                "SV061",
                format!("`{text}` is not a time zone like Asia/Shanghai"),
            );
        } else if !TIME_ZONES.lines().any(|zone| zone == text) {
            let near = nearest(text, TIME_ZONES.lines());
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            report.refuse_if(
                &zone,
                "SV061",
                "its time zone data do not have the zone either",
                format!("there is no time zone `{text}`{hint}"),
            );
        }
    }
    let job = spec.at(&["jobTemplate", "spec"]);
    if job.at(&["selector"]).is_set() {
        report.refuse(
            &job.at(&["selector"]),
            "SV060",
            "the selector of the Jobs of a CronJob is generated: remove it",
        );
    }
    if job.at(&["manualSelector"]).is_true() {
        report.refuse(
            &job.at(&["manualSelector"]),
            "SV060",
            "the selector of the Jobs of a CronJob is generated",
        );
    }
}
