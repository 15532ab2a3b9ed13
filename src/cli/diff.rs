//! `diff`: what an upgrade changes, and what the cluster will do about it.

use anyhow::{anyhow, bail};
use swanlab_render::chart::KubeVersion;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics};
use swanlab_render::diff::{
    Acceptance, Diff, Direction, Effect, Filter, Options, Pattern, RandomField, Shown, accept,
    compare_filtered, redact,
};
use swanlab_render::kubernetes::types::Types;
use swanlab_render::manifest::Manifest;
use swanlab_render::report::diff as report;
use swanlab_render::report::summary::difference;
use swanlab_render::summary::Sums;
use swanlab_render::topology::Topology;

use super::Outcome;
use super::args::{Diff as Arguments, DiffFormat, Render, Target};
use super::cluster::Question;
use super::files::Files;
use super::input::kube_version;
use super::previous;
use super::sides::{Side, explain};
use super::streams::Streams;
use super::versions::{fine_with, unknown};

pub(super) fn run(command: &Arguments, streams: &mut Streams) -> anyhow::Result<Outcome> {
    if let Some(effect) = command.explain {
        report::explain(effect, streams.output());
        return Ok(Outcome::Fine);
    }
    check_flags(command)?;
    let filter = filter(command)?;
    let accepted = accepted(command)?;
    let kube_version = kube_version(&command.render.kube_version)?;
    let files = Files::of(&command.render)?;
    // In this order: `-f -` is read before `--against -` finds nothing there.
    let new = match &command.manifests {
        Some(argument) => Side::Read(read("--manifests", argument, command, &files, streams)?),
        None => Side::rendered(&command.target, &command.render, &files, streams)
            .map_err(|error| compared_with_earlier_chart(error, command, &files, streams))?,
    };
    let direction = if command.reverse {
        Direction::Back
    } else {
        Direction::Forward
    };
    let types = types(&kube_version, streams)?;
    let options = Options::new(&command.render.namespace, types)
        .applied_by(command.applier())
        .in_direction(direction);
    let mut findings = None;
    let mut old = if let Some(argument) = &command.against {
        Side::Read(
            match Question::of(
                argument,
                (&command.target, &command.render),
                &command.cluster,
                &new,
                &files,
                streams,
            )? {
                Some(question) => {
                    let found = question.ask(new.manifests(), options.applier, streams)?;
                    let (before, of_cluster) = found.before_apply(new.manifests(), &options);
                    findings = Some(of_cluster);
                    before
                }
                None => read("--against", argument, command, &files, streams)?,
            },
        )
    } else {
        let (target, render) = earlier(command, new.release());
        Side::rendered(&target, &render, &files, streams)?
    };
    let random = random_fields(&mut old, &new);
    let (before, after) = if command.reverse {
        (new.manifests(), old.manifests())
    } else {
        (old.manifests(), new.manifests())
    };
    let comparing = format!("comparing {} objects", before.len().max(after.len()));
    let compare = || compare_filtered(before, after, &options, &filter);
    let mut diff = streams.progress().during(&comparing, compare);
    if let Some(findings) = findings.filter(|_| !command.reverse) {
        findings.add_to(&mut diff, after, &options);
    }
    diff.random = random;
    note_random(&diff, command, streams)?;
    if command.from_chart.is_some()
        && let (Some(before), Some(now)) = (old.rendered_release(), new.rendered_release())
    {
        let set_file = |path: &str| files.set_file(path);
        diff.values = unknown(now, before, &set_file, &options);
    }
    let left = explain(&mut diff, [&old, &new], command, &options);
    if left > 0 {
        let note = Diagnostic::note(format!(
            "{left} values that differ were not tried: it is not known what they change"
        ));
        let note =
            note.with_help("`--origins full` tries all of them, `--origins none` tries none");
        streams.warn(vec![note], false)?;
    }
    warn_of_unmatched(&accept(&mut diff, &accepted), streams)?;
    let outcome = outcome(command, &diff);
    let shown = if command.show_secrets {
        Shown::with_secrets(diff)
    } else {
        redact(diff, before, after, options.namespace)
    };
    print(command, &shown, [before, after], streams)?;
    // To free them would take a tenth of the command's time.
    streams.leave(shown);
    streams.leave([old, new]);
    Ok(outcome)
}

/// What flags ask for together must be possible.
fn check_flags(command: &Arguments) -> anyhow::Result<()> {
    let is_for_people = matches!(command.output, DiffFormat::Text | DiffFormat::Markdown);
    if command.summary && !is_for_people {
        bail!("--summary shortens the reports -o text and -o markdown only");
    }
    if command.map && command.output != DiffFormat::Markdown {
        bail!("--map draws into -o markdown only; -o html has a map without it");
    }
    if command.against.is_none() && command.from_values.is_empty() && command.from_chart.is_none() {
        let missing = Diagnostic::error("`diff` needs something to compare with");
        return Err(Diagnostics::from(missing.with_help(
            "`--against cluster` compares with what is in the cluster, `--against FILE` with manifests that you kept, \
             `--from-values FILE` with what older values give",
        ))
        .into());
    }
    Ok(())
}

fn filter(command: &Arguments) -> anyhow::Result<Filter> {
    let mut filter = Filter::default();
    filter.kinds.clone_from(&command.kind);
    for path in &command.ignore {
        match Pattern::parse(path) {
            Ok(pattern) => filter.ignored.push(pattern),
            Err(error) => bail!("--ignore {path}: {error}"),
        }
    }
    Ok(filter)
}

fn accepted(command: &Arguments) -> anyhow::Result<Vec<Acceptance>> {
    let texts = command.accept.iter();
    texts
        .map(|text| {
            let parsed = text.parse();
            parsed.map_err(|error| anyhow!("--accept {text}: {error}"))
        })
        .collect()
}

fn warn_of_unmatched(unmatched: &[&Acceptance], streams: &Streams) -> anyhow::Result<()> {
    let warnings = unmatched.iter().map(|one| {
        Diagnostic::warning(format!("--accept {one}: there is no such effect"))
            .with_help("remove it, so that it does not hide an effect later")
    });
    streams.warn(warnings.collect(), false)
}

fn read(
    flag: &'static str,
    argument: &str,
    command: &Arguments,
    files: &Files,
    streams: &Streams,
) -> anyhow::Result<Vec<Manifest>> {
    previous::read(flag, argument, &command.render.namespace, files, streams)
}

/// What `--from-chart` calls SwanLab's chart, which is in the binary and has no path.
const BUILT_IN: &str = "built-in";

/// The chart and the flags of the render that gives the previous side: other values, and perhaps another chart; all else
/// is the same, the release's name too.
fn earlier(command: &Arguments, release: Option<&str>) -> (Target, Render) {
    let target = match command.from_chart.as_deref() {
        None => Target {
            name: command.target.name.clone(),
            chart: command.target.chart.clone(),
        },
        Some(chart) => Target {
            name: release.map(str::to_owned),
            chart: (chart != BUILT_IN).then(|| chart.to_owned()),
        },
    };
    let version = match command.from_chart {
        None => command.render.version.clone(),
        Some(_) => command.from_version.clone(),
    };
    let render = Render {
        version,
        ..command.render.of_values(&command.from_values)
    };
    (target, render)
}

/// Where the chart of `--from-chart` renders with the values that the new one fails with, the error says so: what the new
/// chart asks for is new in it.
fn compared_with_earlier_chart(
    error: anyhow::Error,
    command: &Arguments,
    files: &Files,
    streams: &Streams,
) -> anyhow::Error {
    if command.from_chart.is_none() {
        return error;
    }
    let mut found = match error.downcast::<Diagnostics>() {
        Ok(found) => found,
        Err(other) => return other,
    };
    let (target, earlier) = earlier(command, command.target.name.as_deref());
    let render = Render {
        version: earlier.version,
        ..command.render.clone()
    };
    let note = fine_with(&target, &render, files, streams).map(|earlier| {
        Diagnostic::note(format!(
            "{earlier} renders with the same values: what is wrong is new in the other chart"
        ))
    });
    found.0.extend(note);
    found.into()
}

/// Fields that differ from render to render do not count: the old side gets the new one's values there.
fn random_fields(old: &mut Side, new: &Side) -> Vec<RandomField> {
    let mut fields = new.random_fields().to_vec();
    let of_old = old.random_fields().iter();
    let others: Vec<RandomField> = of_old
        .filter(|field| !fields.contains(field))
        .cloned()
        .collect();
    fields.extend(others);
    old.take_over(&fields, new.manifests());
    fields
}

/// Names the fields that differ from render to render, where the report does not.
fn note_random(diff: &Diff<'_>, command: &Arguments, streams: &Streams) -> anyhow::Result<()> {
    let is_reported = matches!(
        command.output,
        DiffFormat::Text | DiffFormat::Markdown | DiffFormat::Json
    );
    if is_reported && !command.removed {
        return Ok(());
    }
    let notes = diff.random.iter().map(|RandomField { object, path, .. }| {
        let object = object.identity();
        Diagnostic::note(format!(
            "{object}: {path} differs from render to render and is not compared"
        ))
    });
    streams.warn(notes.collect(), false)
}

fn types(kube_version: &KubeVersion, streams: &Streams) -> anyhow::Result<Types> {
    let types = Types::of(kube_version.major, kube_version.minor);
    if !types.exact {
        let note = Diagnostic::note(format!(
            "the API of Kubernetes {kube_version} is not known; the effects are those of 1.{}",
            types.minor
        ));
        streams.warn(vec![note], false)?;
    }
    Ok(types)
}

fn outcome(command: &Arguments, diff: &Diff<'_>) -> Outcome {
    let verdict = diff.summary.verdict;
    let open = diff.findings.iter().filter(|finding| !finding.accepted);
    let conditional = open
        .filter(|_| command.fail_on_conditional)
        .map(|finding| finding.effect);
    let worst = conditional.chain([verdict]).max().unwrap_or_default();
    let counts = command
        .fail_on
        .effect()
        .is_some_and(|mildest| worst >= mildest);
    if command.removed || diff.objects.is_empty() || !counts {
        Outcome::Fine
    } else if verdict >= Effect::Rejected {
        Outcome::Refused
    } else {
        Outcome::Found
    }
}

fn print(
    command: &Arguments,
    diff: &Shown<'_>,
    sides: [&[Manifest]; 2],
    streams: &mut Streams,
) -> Result<(), Diagnostics> {
    let namespace = &command.render.namespace;
    let style = streams.output_style();
    let detail = report::Detail {
        context: command.unified,
        extent: match (command.summary, command.full) {
            (true, _) => report::Extent::Lines,
            (false, true) => report::Extent::Whole,
            (false, false) => report::Extent::Folded,
        },
    };
    let context = command.unified;
    let out = streams.output();
    if command.removed {
        let data = if command.include_data {
            report::Data::Listed
        } else {
            report::Data::LeftOut
        };
        return Ok(report::removed(diff, data, namespace, out)?);
    }
    let size = || {
        // Of some kinds alone there are no sums.
        if !command.kind.is_empty() || diff.objects.is_empty() {
            return None;
        }
        let [old, new] = sides.map(Sums::of);
        difference(&old, &new)
    };
    match command.output {
        DiffFormat::Text => {
            report::text(diff, detail, style, out);
            report::total(diff, size().as_deref(), style, out);
        }
        DiffFormat::Unified => report::unified(diff, context, style, out),
        DiffFormat::Markdown => {
            let map = command.map.then(|| Topology::of_both(sides, namespace));
            let (most, size) = (command.max_bytes, size());
            report::markdown(diff, detail, most, size.as_deref(), map.as_ref(), out);
        }
        DiffFormat::Html => {
            let map = Topology::of_both(sides, namespace);
            report::html(diff, &map, size().as_deref(), out);
        }
        DiffFormat::Json => report::json(diff, out),
        DiffFormat::Names => report::names(diff, namespace, out)?,
    }
    if matches!(command.output, DiffFormat::Text | DiffFormat::Unified) {
        streams.page();
    }
    Ok(())
}
