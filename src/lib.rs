//! Renders, checks and compares the Kubernetes manifests of a Helm chart's values: of SwanLab's self-hosted chart, which is
//! built in, or of a chart of one's own in Jinja templates.
//!
//! This is the library behind the program `swanlab-render`. Data goes in and data comes out; nothing is printed or written,
//! and only two rooms read files: [`chart`] a chart's folder, and [`golden`] golden manifests with what they are rendered
//! from. What is wrong is a list of [`diagnostics`] with places in the user's text, which [`report`] draws.
//!
//! | room | what it is for |
//! |---|---|
//! | [`yaml`] | YAML as Helm reads it, with the place of every value; paths |
//! | [`diagnostics`] | what is wrong, where, and what to do |
//! | [`chart`], [`values`], [`schema`] | a chart's texts; merging; whether values are valid |
//! | [`engine`], [`release`] | templates; a chart with its values, and what it renders to |
//! | [`manifest`], [`previous`], [`images`] | objects; what is in a cluster now; the images that objects need |
//! | [`kubernetes`] | tables of facts about Kubernetes, each with its source |
//! | [`summary`], [`topology`] | the size of an installation, and its map |
//! | [`diff`], [`lint`], [`golden`] | what an upgrade changes and does; what is wrong; expected renders |
//! | [`swanlab`], [`preflight`], [`krm`] | SwanLab's chart; what a cluster must have; KRM functions |
//! | [`migrate`], [`docker`] | values files of older charts, and deployments in Docker, made fit for the built-in one |
//! | [`stores`], [`backup`], [`commands`] | where data are; what backs them up; commands for a shell |
//! | [`plan`] | the steps from what is applied to what the values give |
//! | [`status`] | the state of what was applied |
//! | [`report`] | all of it as text, JSON, Markdown and more |
//! | [`mcp`] | the Model Context Protocol |
//!
//! # Render
//!
//! ```
//! use swanlab_render::chart;
//! use swanlab_render::release::{Release, Request};
//! use swanlab_render::report;
//! use swanlab_render::values::NoFiles;
//!
//! let request = Request::default().with_set("service.server.replicas=3");
//! let release = Release::new(chart::embedded()?, request, &NoFiles)?;
//! release.validate()?;
//! let rendered = release.render()?;
//! assert!(rendered.manifests.iter().any(|manifest| manifest.object["spec"]["replicas"] == 3));
//! # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
//! ```
//!
//! # Merge values as Helm does
//!
//! ```
//! # use swanlab_render::{chart, release::{Release, Request}, values::NoFiles};
//! let request = Request::default()
//!     .with_values("my-values.yaml", "gateway: {replicas: 2}\n")
//!     .with_set("gateway.replicas=null,service.server.replicas=3");
//! let release = Release::new(chart::embedded()?, request, &NoFiles)?;
//! let values = release.merged_values();
//! assert_eq!(values["service"]["server"]["replicas"], 3);
//! assert!(values["gateway"].get("replicas").is_none(), "null removes a default");
//! # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
//! ```
//!
//! # Find where a value was given
//!
//! ```
//! # use swanlab_render::{chart, release::{Release, Request}, values::NoFiles};
//! use swanlab_render::yaml::Path;
//!
//! let request = Request::default().with_values("my-values.yaml", "gateway:\n  replicas: 2\n");
//! let release = Release::new(chart::embedded()?, request, &NoFiles)?;
//! let origin = release.origins().of(&Path::dotted("gateway.replicas")).expect("it has a value");
//! let label = origin.label();
//! assert_eq!(label.source.name(), "my-values.yaml");
//! assert_eq!(label.source.line_column(label.range.start), (2, 13));
//! # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
//! ```
//!
//! # Lint
//!
//! ```
//! # use swanlab_render::{chart, release::{Release, Request}, values::NoFiles};
//! use swanlab_render::lint;
//!
//! let request = Request::default().with_values("my-values.yaml", "gateway: {replicaz: 2}\n");
//! let release = Release::new(chart::embedded()?, request, &NoFiles)?;
//! let findings = lint::release(&release, &lint::Options::default());
//! assert_eq!(findings[0].diagnostic.help.as_deref(), Some("did you mean `gateway.replicas`?"));
//! # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
//! ```
//!
//! # Compare two streams of manifests
//!
//! ```
//! use swanlab_render::diagnostics::Source;
//! use swanlab_render::diff::{Options, compare};
//! use swanlab_render::kubernetes::types::Types;
//! use swanlab_render::previous;
//!
//! let old = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '1'}\n";
//! let new = old.replace("'1'", "'2'");
//! let old = previous::read(&[Source::new("old.yaml", old)], "default")?;
//! let new = previous::read(&[Source::new("new.yaml", new)], "default")?;
//! let options = Options::new("default", Types::of(1, 35));
//! let diff = compare(&old.manifests, &new.manifests, &options);
//! assert_eq!(diff.objects[0].changes[0].path.to_string(), "data.x");
//! # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
//! ```
//!
//! # Know what the cluster will do
//!
//! ```
//! # use swanlab_render::{diagnostics::Source, kubernetes::types::Types, previous};
//! use swanlab_render::diff::{Effect, Options, compare};
//!
//! let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n\
//!              spec: {storageClassName: fast}\n";
//! let old = previous::read(&[Source::new("old.yaml", claim)], "default")?.manifests;
//! let new = claim.replace("fast", "slow");
//! let new = previous::read(&[Source::new("new.yaml", new)], "default")?.manifests;
//! let diff = compare(&old, &new, &Options::new("default", Types::of(1, 35)));
//! assert_eq!(diff.summary.verdict, Effect::Rejected, "the class of a claim cannot change");
//! # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
//! ```
//!
//! # Hide secrets
//!
//! ```
//! # use swanlab_render::{diagnostics::Source, kubernetes::types::Types, previous};
//! # use swanlab_render::diff::{Options, compare};
//! use swanlab_render::diff::redact;
//! use swanlab_render::report;
//!
//! let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hunter2}\n";
//! let old = previous::read(&[Source::new("old.yaml", secret)], "default")?.manifests;
//! let new = secret.replace("hunter2", "hunter3");
//! let new = previous::read(&[Source::new("new.yaml", new)], "default")?.manifests;
//! let diff = compare(&old, &new, &Options::new("default", Types::of(1, 35)));
//! let shown = redact(diff, &old, &new, "default");
//! let json = serde_json::to_string(&shown).expect("it is data");
//! assert!(json.contains("stringData") && !json.contains("hunter"));
//! # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
//! ```
//!
//! # Check the Secret of an integration
//!
//! ```
//! # use swanlab_render::{chart, release::{Release, Request}, values::NoFiles};
//! use swanlab_render::swanlab::secret::{self, Integration, Settings};
//!
//! let values = "integrations:\n  redis: {enabled: true, host: r.example.org, existingSecret: redis}\n";
//! let request = Request::default().with_values("my-values.yaml", values);
//! let release = Release::new(chart::embedded()?, request, &NoFiles)?;
//! let all = Integration::all(release.partial("integrations")?);
//! let redis = all.iter().find(|one| one.name == "redis").expect("the chart has it");
//! let settings = Settings::read(redis, &release.values().tree).expect("the values are complete");
//! let found = serde_json::json!({"stringData": {"url": "redis://other.example.org:6379"}});
//! assert!(!secret::check(&settings, &found).is_empty());
//! # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
//! ```
//!
//! # Look up the Kubernetes API
//!
//! ```
//! use swanlab_render::kubernetes::types::Types;
//!
//! let types = Types::of(1, 35);
//! assert!(types.kind("apps/v1", "Deployment").is_ok());
//! assert!(types.kind("policy/v1beta1", "PodDisruptionBudget").is_err(), "removed in 1.25");
//! ```
//!
//! # Render a chart of one's own
//!
//! ```
//! # use swanlab_render::{chart, release::{Release, Request}, values::NoFiles};
//! # use std::path::Path;
//! let chart = chart::load(Path::new("tests/charts/small"))?;
//! let release = Release::new(chart, Request::default().named("web"), &NoFiles)?;
//! assert_eq!(release.render()?.manifests[0].source, "small/templates/reader.yaml");
//! # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
//! ```
#![cfg_attr(test, allow(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

pub mod backup;
pub mod chart;
pub mod commands;
pub mod diagnostics;
pub mod diff;
pub mod docker;
pub mod engine;
pub mod explain;
pub mod files;
pub mod golden;
pub mod images;
pub mod init;
pub mod keys;
pub mod krm;
pub mod kubernetes;
pub mod lint;
pub mod manifest;
pub mod mcp;
pub mod migrate;
pub mod plan;
pub mod preflight;
pub mod previous;
pub mod release;
pub mod report;
pub mod schema;
pub mod status;
pub mod stores;
pub mod summary;
pub mod swanlab;
mod threads;
pub mod topology;
pub mod validation;
pub mod values;
pub mod yaml;
