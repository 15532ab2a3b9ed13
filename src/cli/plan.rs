//! `plan`: the steps that lead from what is applied to what the values give.

use swanlab_render::backup::check_suffix;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics};
use swanlab_render::diff::{Direction, Options as Compared, compare, redact};
use swanlab_render::kubernetes::types::Types;
use swanlab_render::manifest::Manifest;
use swanlab_render::plan::{self, Options, Print};
use swanlab_render::report::plan as report;

use super::Outcome;
use super::args::{Plan as Arguments, PlanFormat, Target};
use super::cluster::{Findings, Question};
use super::files::Files;
use super::input::kube_version;
use super::kubectl::Kubectl;
use super::previous;
use super::sides::Side;
use super::streams::Streams;

pub(super) fn run(command: &Arguments, streams: &mut Streams) -> anyhow::Result<Outcome> {
    if command.against.is_none() && command.from_values.is_empty() {
        let missing = Diagnostic::error("`plan` needs to know what is applied");
        return Err(Diagnostics::from(missing.with_help(
            "`--against cluster` asks the cluster, `--against FILE` takes manifests that you kept, `--from-values FILE` \
             takes what older values give",
        ))
        .into());
    }
    if let Some(suffix) = &command.suffix {
        check_suffix(suffix).map_err(Diagnostics::from)?;
    }
    let version = kube_version(&command.render.kube_version)?;
    let types = Types::of(version.major, version.minor);
    let files = Files::of(&command.render)?;
    let namespace = &command.render.namespace;
    // In this order: `-f -` is read before `--against -` finds nothing there.
    let manifests = command.manifests.manifests.as_deref();
    let new = Side::of(manifests, &command.target, &command.render, &files, streams)?;
    let direction = if command.reverse {
        Direction::Back
    } else {
        Direction::Forward
    };
    let compared = Compared::new(namespace, types)
        .applied_by(command.applier())
        .in_direction(direction);
    let mut earlier = earlier(command, &new, &compared, &files, streams)?;
    let mut random = new.random_fields().to_vec();
    random.extend(earlier.side.random_fields().iter().cloned());
    earlier.side.take_over(&random, new.manifests());
    let both = [earlier.side.manifests(), new.manifests()];
    let [before, after] = if command.reverse {
        [both[1], both[0]]
    } else {
        both
    };
    let planning = format!("planning for {} objects", before.len().max(after.len()));
    // What is in a cluster is what an upgrade finds, and not the way back.
    let findings = earlier.findings.filter(|_| !command.reverse);
    let prints = earlier.prints.filter(|_| !command.reverse);
    let compare = || {
        let mut diff = compare(before, after, &compared);
        if let Some(findings) = findings {
            findings.add_to(&mut diff, after, &compared);
        }
        redact(diff, before, after, namespace)
    };
    let diff = streams.progress().during(&planning, compare);
    let suffix = match &command.suffix {
        Some(suffix) => suffix.clone(),
        None => plan::suffix(both),
    };
    let options = Options {
        namespace,
        applier: command.applier(),
        direction,
        backup: command.backup.method(),
        suffix: &suffix,
        prints: prints.as_deref(),
    };
    let make = || plan::make(before, after, &diff, &options);
    let plan = streams.progress().during(&planning, make)?;
    let style = streams.output_style();
    let prelude = Kubectl::of(&command.cluster, None).wrapper();
    match command.output {
        PlanFormat::Text => report::text(&plan, style, streams.output()),
        PlanFormat::Script => report::script(&plan, &prelude, namespace, streams.output()),
        PlanFormat::Markdown => report::markdown(&plan, &prelude, streams.output()),
        PlanFormat::Html => report::html(&plan, &prelude, streams.output()),
        PlanFormat::Json => report::json(&plan, streams.output()),
    }
    Ok(if plan.is_possible() {
        Outcome::Fine
    } else {
        Outcome::Refused
    })
}

/// What is applied, and how to see that it has not changed.
struct Earlier {
    side: Side,
    prints: Option<Vec<Print>>,
    /// What a cluster shows besides the differences.
    findings: Option<Findings>,
}

fn earlier(
    command: &Arguments,
    new: &Side,
    options: &Compared<'_>,
    files: &Files,
    streams: &Streams,
) -> anyhow::Result<Earlier> {
    let Some(argument) = &command.against else {
        let target = Target {
            name: command.target.name.clone(),
            chart: command.target.chart.clone(),
        };
        let render = command.render.of_values(&command.from_values);
        let side = Side::rendered(&target, &render, files, streams)?;
        return Ok(Earlier {
            side,
            prints: None,
            findings: None,
        });
    };
    let asked = (&command.target, &command.render);
    let question = Question::of(argument, asked, &command.cluster, new, files, streams)?;
    Ok(match question {
        Some(question) => {
            let mut found = question.ask(new.manifests(), options.applier, streams)?;
            let prints =
                Some(std::mem::take(&mut found.prints)).filter(|prints| !prints.is_empty());
            let (before, findings) = found.before_apply(new.manifests(), options);
            Earlier {
                side: Side::Read(before),
                prints,
                findings: Some(findings),
            }
        }
        None => Earlier {
            side: Side::Read(read(argument, command, files, streams)?),
            prints: None,
            findings: None,
        },
    })
}

fn read(
    argument: &str,
    command: &Arguments,
    files: &Files,
    streams: &Streams,
) -> anyhow::Result<Vec<Manifest>> {
    previous::read(
        "--against",
        argument,
        &command.render.namespace,
        files,
        streams,
    )
}
