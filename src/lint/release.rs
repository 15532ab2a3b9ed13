//! Everything that is wrong with a release, in one call: its values, and the objects that it renders to.

use super::references::External;
use super::{Finding, check, locate, once, sort};
use crate::diagnostics::Diagnostics;
use crate::manifest::Manifest;
use crate::release::Release;
use crate::swanlab::{Partials, rules};

/// How a release is checked.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Objects that references may lead to although the release does not render them.
    pub external: External,
    /// Skip the values schema, as Helm's `--skip-schema-validation`.
    pub skip_schema: bool,
}

/// All findings, in the order of the user's texts; what has no place in them comes last.
///
/// ```
/// use swanlab_render::chart;
/// use swanlab_render::lint;
/// use swanlab_render::release::{Release, Request};
/// use swanlab_render::values::NoFiles;
///
/// let request = Request::default().with_values("my-values.yaml", "gateway: {replicaz: 2}\n");
/// let release = Release::new(chart::embedded()?, request, &NoFiles)?;
/// let findings = lint::release(&release, &lint::Options::default());
/// let help = findings[0].diagnostic.help.as_deref();
/// assert_eq!(help, Some("did you mean `gateway.replicas`?"));
/// # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
/// ```
pub fn release(release: &Release, options: &Options) -> Vec<Finding> {
    let mut findings: Vec<Finding> = release.warnings().into_iter().map(Finding::from).collect();
    if release.chart().is_embedded {
        // A rule whose partial cannot be rendered finds nothing; the render says why.
        let partials = Partials::read(|name| release.partial(name).ok());
        let inputs = rules::Inputs::new(release.values(), release.origins(), &partials);
        findings.extend(rules::check(&inputs).into_iter().map(Finding::from));
    }
    let refused = if options.skip_schema {
        Ok(())
    } else {
        release.validate()
    };
    match (of_objects(release, &options.external), &refused) {
        (Ok(found), _) => findings.extend(found),
        // Values that violate the schema need not render.
        (Err(_), Err(_)) => {}
        (Err(failures), Ok(())) => findings.extend(failures.0.into_iter().map(|failure| {
            Finding::from(match failure.code {
                Some(_) => failure,
                None => failure.with_code("SL004"),
            })
        })),
    }
    let refused = refused.err().unwrap_or_default();
    findings.extend(refused.0.into_iter().map(Finding::from));
    let mut findings = once(findings);
    sort(&mut findings, release.overrides());
    findings
}

/// What is wrong with the objects, or why there are none.
fn of_objects(release: &Release, external: &External) -> Result<Vec<Finding>, Diagnostics> {
    let rendered = release.render()?;
    let all: Vec<&Manifest> = rendered.all().collect();
    let request = release.request();
    let mut on_objects = check(&all, &request.namespace, &request.kube_version, external);
    locate(&mut on_objects, release);
    let warnings = rendered.warnings.into_iter().map(Finding::from);
    Ok(warnings.chain(on_objects).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart;
    use crate::release::Request;
    use crate::report::{Style, draw};
    use crate::values::NoFiles;
    use crate::yaml::READ;
    use std::collections::HashMap;

    #[test]
    fn no_text_is_read_twice() {
        let request = Request::default()
            .with_values(
                "a.yaml",
                "gateway: {replicas: 0, x: 1}\nservice: {server: {}}\n",
            )
            .with_values(
                "b.yaml",
                "gateway: {port: a}\nlabels: {a: 1}\nlabels: {b: 1}\n",
            )
            .with_set("service.server.replicas=3,y=1");
        let overrides = request.overrides.clone();
        READ.take();
        let release = Release::new(chart::embedded().unwrap(), request, &NoFiles).unwrap();
        let findings = super::release(&release, &Options::default());
        let diagnostics = findings.into_iter().map(|finding| finding.diagnostic);
        let drawn = draw(&Diagnostics(diagnostics.collect()), Style::PLAIN);
        assert!(
            drawn.contains("a.yaml:1:") && drawn.contains("b.yaml:"),
            "{drawn}"
        );
        let mut counts: HashMap<String, usize> = HashMap::new();
        for text in READ.take() {
            *counts.entry(text).or_default() += 1;
        }
        let texts = overrides.files.iter().chain([&release.chart().values]);
        for text in texts {
            assert_eq!(counts.get(text.text()), Some(&1), "{}", text.name());
        }
    }
}
