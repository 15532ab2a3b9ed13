//! `backup`: what backs up the stores that the values build in, and what brings their data back.

use anyhow::bail;
use swanlab_render::backup::{self, Method, Options, Way, check_suffix, copy_image, dump};
use swanlab_render::commands::kubectl;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics};
use swanlab_render::kubernetes::Quantity;
use swanlab_render::report::backup as report;
use swanlab_render::stores::{Program, Store, replicas};
use swanlab_render::swanlab::secret::Integration;

use super::args::Backup;
use super::clock;
use super::files::Files;
use super::kubectl::Kubectl;
use super::sides::Side;
use super::streams::Streams;

pub(super) fn run(command: &Backup, streams: &mut Streams) -> anyhow::Result<()> {
    let suffix = command.suffix.clone().unwrap_or_else(clock::minute);
    check_suffix(&suffix).map_err(Diagnostics::from)?;
    if let Some(size) = &command.size
        && Quantity::parse(size).is_none()
    {
        bail!("--size {size}: not an amount of storage; write it as 50Gi");
    }
    let files = Files::of(&command.render)?;
    let manifests = command.manifests.manifests.as_deref();
    let side = Side::of(manifests, &command.target, &command.render, &files, streams)?;
    let namespace = &command.render.namespace;
    let programs: Vec<Program> = match command.stores.as_slice() {
        [] => Program::ALL
            .into_iter()
            .filter(|one| *one != Program::House)
            .collect(),
        stores => stores.iter().map(|store| store.program()).collect(),
    };
    let stores = backup::wanted(side.manifests(), namespace, &programs);
    let method = command.method.method();
    streams.warn(
        left_out(&side, &stores, &programs, method, namespace)?,
        false,
    )?;
    let options = Options {
        namespace,
        suffix: &suffix,
        class: command.class.as_deref(),
        size: command.size.as_deref(),
        image: copy_image(side.manifests()),
    };
    let way = if command.restore {
        Way::Back
    } else {
        Way::Forth
    };
    if method == Method::Dump {
        if stores.iter().all(|store| store.program == Program::House) {
            return Ok(());
        }
        let kubectl = Kubectl::of(&command.cluster, None);
        *streams.output() += &dump::script(&stores, way, &kubectl.wrapper(), &options);
        return Ok(());
    }
    let mut objects = Vec::new();
    let mut problems = Vec::new();
    for store in &stores {
        match backup::objects(store, method, way, &options) {
            Ok(found) => objects.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(Diagnostics(problems).into());
    }
    if !objects.is_empty() {
        report::objects(
            &stores,
            &objects,
            (method, way),
            namespace,
            streams.output(),
        );
    }
    Ok(())
}

/// Notes about stores for which nothing is printed.
fn left_out(
    side: &Side,
    stores: &[Store<'_>],
    programs: &[Program],
    method: Method,
    namespace: &str,
) -> anyhow::Result<Vec<Diagnostic>> {
    let integrations = match side.of_embedded_chart() {
        Some(release) => Integration::all(release.partial("integrations")?),
        None => Vec::new(),
    };
    let mut notes = Vec::new();
    for program in programs {
        let key = program.key();
        let mut own = stores.iter().filter(|store| store.program == *program);
        let stopped = own.find(|store| replicas(store.workload) == 0);
        if let (Some(store), Method::Dump) = (stopped, method) {
            let scale = kubectl("scale", &store.address, namespace, "--replicas=1");
            notes.push(
                Diagnostic::warning(format!(
                    "{} has 0 replicas in these manifests, and a store that does not run cannot be dumped",
                    store.address
                ))
                .with_help(format!("start it first, with `{scale}`, or use --method copy")),
            );
        }
        if stores.iter().any(|store| store.program == *program) {
            if *program == Program::House && method == Method::Dump {
                notes.push(
                    Diagnostic::note("house has no dump: its claims hold log files")
                        .with_help("use --method copy or --method snapshot for it"),
                );
            }
            continue;
        }
        let is_external = integrations
            .iter()
            .any(|one| one.name == key && one.is_enabled);
        notes.push(if is_external {
            Diagnostic::note(format!(
                "{key} is left out: it is an integration (integrations.{key}.enabled); back it up where it runs"
            ))
        } else {
            Diagnostic::note(format!(
                "{key} is left out: there is no {} with a claim in these manifests",
                program.name()
            ))
        });
    }
    Ok(notes)
}
