//! The rules on values: each at the place of its defect, and silent where there is none.

use crate::support::{Case, recorded, root};
use swanlab_render::chart;
use swanlab_render::diagnostics::{Diagnostic, Label, Severity};
use swanlab_render::lint::{RULES, rule_of};
use swanlab_render::release::{Release, Request};
use swanlab_render::swanlab::{Partials, rules};

/// What the rules find in the values of a case, whether it can be rendered or not.
pub(crate) fn findings(case: &Case) -> Vec<Diagnostic> {
    let mut request = Request::default()
        .named(&*case.name)
        .in_namespace(&*case.namespace);
    request.overrides = case.overrides();
    let files = |_: &str| Ok(b"of a file".to_vec());
    let release = Release::new(case.load().unwrap(), request, &files).unwrap();
    let partials = Partials::read(|name| release.partial(name).ok());
    let inputs = rules::Inputs::new(release.values(), release.origins(), &partials);
    let found = rules::check(&inputs);
    for finding in &found {
        let code = finding.code.as_deref().unwrap();
        assert!(rule_of(code).is_some(), "{code} is not listed");
    }
    found
}

/// `warning LINE:COLUMN PATH`, with the places that explain it behind, as `+ LINE:COLUMN`.
fn line(found: &Diagnostic) -> String {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let place = |label: &Label| {
        let (line, column) = label.source.line_column(label.range.start);
        match label.source.name() {
            "my-values.yaml" => format!("{line}:{column}"),
            other => format!("{other}:{line}:{column}"),
        }
    };
    let mut places = found.labels.iter().map(place);
    let first = places.next().unwrap_or_else(|| "-".to_owned());
    let more: String = places.map(|place| format!(" + {place}")).collect();
    format!("{severity} {first} {}{more}", found.path)
}

/// Holds what a rule finds in values, and that every finding says what to do.
#[track_caller]
fn assert_finds(code: &str, case: &Case, expected: &[&str]) {
    let found: Vec<Diagnostic> = findings(case)
        .into_iter()
        .filter(|found| found.code.as_deref() == Some(code))
        .collect();
    let lines: Vec<String> = found.iter().map(line).collect();
    assert_eq!(lines, expected, "{code}");
    for one in &found {
        assert!(one.help.is_some(), "{}", one.message);
    }
}

#[track_caller]
fn finds(code: &str, values: &str, expected: &[&str]) {
    assert_finds(code, &Case::of(values), expected);
}

#[track_caller]
fn finds_nothing(code: &str, values: &[&str]) {
    for values in values {
        finds(code, values, &[]);
    }
}

fn with_flags(flags: &[&str]) -> Case {
    Case {
        flags: flags.iter().map(|&flag| flag.to_owned()).collect(),
        ..Case::default()
    }
}

#[test]
fn the_plain_defaults_show_well_known_passwords_and_that_claims_go() {
    let found = findings(&Case::default());
    let lines: Vec<String> = found
        .iter()
        .map(|found| format!("{} {}", found.code.as_deref().unwrap(), line(found)))
        .collect();
    assert_eq!(
        lines,
        [
            "SL108 warning - dependencies.postgres.password",
            "SL108 warning - dependencies.clickhouse.password",
            "SL108 warning - dependencies.s3.secretKey",
            "SL118 note - dependencies",
        ]
    );
}

#[test]
fn a_copy_of_the_charts_values_shows_no_more_than_they() {
    let chart = chart::embedded().unwrap();
    let found = findings(&Case::of(chart.values.text()));
    let codes: Vec<&str> = found
        .iter()
        .map(|found| found.code.as_deref().unwrap())
        .collect();
    assert_eq!(codes, ["SL108", "SL108", "SL108", "SL118"]);
}

#[test]
fn no_recorded_case_that_renders_has_an_error() {
    let mut checked = 0;
    for recorded in recorded() {
        if recorded.expected["error"].is_object() {
            continue;
        }
        checked += 1;
        for found in findings(&recorded.case) {
            assert_ne!(
                found.severity,
                Severity::Error,
                "{}: {}",
                recorded.name,
                found.message
            );
        }
    }
    assert!(checked >= 80, "only {checked} cases");
}

#[test]
fn the_documentations_examples_show_no_more_than_the_defaults() {
    // documentation.rs has them all; these are the ones that rules look at.
    for values in [
        "integrations: {postgres: {enabled: true, host: example.postgres, port: 5432, database: app, existingSecret: integration-postgres}}\n",
        "integrations: {redis: {enabled: true, host: example.redis, port: 6379, database: '0', existingSecret: integration-redis}}\n",
        "integrations: {clickhouse: {enabled: true, host: example.clickhouse, httpPort: 8123, tcpPort: 9000, database: app, existingSecret: integration-clickhouse}}\n",
        "integrations:
  s3:
    enabled: true
    public: {ssl: true, endpoint: xxx.s3.com, region: cn-beijing, pathStyle: false, port: 443, domain: 'https://xxx.xxxx.s3.com', bucket: swanlab-public}
    private: {ssl: true, endpoint: xxx.s3.com, region: cn-beijing, pathStyle: false, port: 443, bucket: swanlab-private}
    existingSecret: integration-s3
",
        "dependencies: {postgres: {persistence: {storageClass: fast, storageSize: 50Gi}}}\n",
        "dependencies: {postgres: {persistence: {existingClaim: my-claim}}}\n",
        "service: {server: {replicas: 3}, house: {replicas: 3}, next: {replicas: 2}, cloud: {replicas: 1}}\n",
        "service: {cloud: {resources: {limits: {cpu: '1', memory: 512Mi}}, customLabels: {team: ml}}}\n",
    ] {
        for found in findings(&Case::of(values)) {
            assert!(
                matches!(found.code.as_deref(), Some("SL108" | "SL118")),
                "{values}: {}",
                found.message
            );
        }
    }
}

#[test]
fn values_of_any_type_are_survived() {
    for paths in ["dependencies", "integrations", "service", "gateway"] {
        for value in ["null", "3", "[1]", "text", "true"] {
            findings(&Case::of(&format!("{paths}: {value}\n")));
        }
    }
    for value in ["3", "[1]", "{a: 1}", "true", "null"] {
        findings(&Case::of(&format!(
            "integrations: {{s3: {{enabled: true, public: {{endpoint: {value}, port: {value}, domain: {value}, bucket: {value}}}}}, redis: {value}}}
dependencies: {{postgres: {{password: {value}, persistence: {value}, resources: {value}, customLabels: {value}}}}}
service: {{server: {{replicas: {value}, image: {{tag: {value}}}, resources: {{requests: {value}}}}}}}
fullnameOverride: {value}
"
        )));
    }
}

#[test]
fn all_is_found_in_one_run_and_in_one_order() {
    let values = "dependencies:
  redis: {persistence: {existingClaim: c, storageSize: 1Gi}}
  s3: {secretKey: short}
service:
  server: {replicas: 1, image: {tag: latest}}
  house: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}}
integrations: {postgres: {enabled: true, existingSecret: s}}
fullnameOverride: a-name-that-is-much-too-long-for-it
";
    let found = findings(&Case::of(values));
    let codes: Vec<&str> = found
        .iter()
        .map(|found| found.code.as_deref().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "SL102", "SL108", "SL109", "SL110", "SL111", "SL113", "SL116", "SL117", "SL118"
        ]
    );
    for _ in 0..3 {
        assert_eq!(findings(&Case::of(values)), findings(&Case::of(values)));
    }
}

#[test]
fn a_dependency_that_an_integration_replaces_is_configured_in_vain() {
    let values = "dependencies:
  postgres:
    password: geheim
integrations:
  postgres: {enabled: true, host: h, existingSecret: s}
";
    finds(
        "SL101",
        values,
        &["warning 2:3 dependencies.postgres + 5:23"],
    );
    finds("SL110", values, &[]);
    finds(
        "SL108",
        "integrations: {s3: {enabled: true}}\ndependencies: {postgres: {password: p}, clickhouse: {password: p}}\n",
        &[],
    );
    finds_nothing(
        "SL101",
        &[
            // The chart's default, as in a copied file.
            "dependencies: {postgres: {persistence: {storageSize: 10Gi}, password: ''}}\nintegrations: {postgres: {enabled: true}}\n",
            // Another one.
            "dependencies: {redis: {resources: {limits: {cpu: 1}}}}\nintegrations: {postgres: {enabled: true}}\n",
            "dependencies: {postgres: {password: p}}\nintegrations: {postgres: {enabled: false}}\n",
        ],
    );
    assert_finds(
        "SL101",
        &with_flags(&[
            "--set",
            "dependencies.s3.accessKey=abc,integrations.s3.enabled=true",
        ]),
        &["warning command line:1:7 dependencies.s3 + command line:1:37"],
    );
}

#[test]
fn class_and_size_mean_nothing_beside_an_existing_claim() {
    let values = "dependencies:
  redis:
    persistence:
      existingClaim: mine
      storageClass: fast
      storageSize: 10Gi
";
    finds(
        "SL102",
        values,
        &[
            "warning 5:21 dependencies.redis.persistence.storageClass + 4:22",
            "warning 6:20 dependencies.redis.persistence.storageSize + 4:22",
        ],
    );
    finds_nothing(
        "SL102",
        &[
            "dependencies: {redis: {persistence: {existingClaim: mine}}}\n",
            "dependencies: {redis: {persistence: {existingClaim: mine, storageClass: '', storageSize: null}}}\n",
            "dependencies: {redis: {persistence: {existingClaim: '', storageSize: 1Gi}}}\n",
            "dependencies: {redis: {persistence: {existingClaim: mine}}, s3: {persistence: {storageSize: 1Gi}}}\n",
        ],
    );
}

/// The values of an object storage, with parts replaced.
fn storage(replaced: &[(&str, &str)]) -> String {
    let mut values = "integrations:
  s3:
    enabled: true
    existingSecret: s
    public:
      ssl: true
      endpoint: s3.example.com
      region: r
      port: 443
      domain: https://cdn.example.com
      bucket: open
    private:
      ssl: true
      endpoint: s3.example.org
      region: r
      port: 443
      bucket: closed
"
    .to_owned();
    for (old, new) in replaced {
        assert!(values.contains(old), "{old}");
        values = values.replacen(old, new, 1);
    }
    values
}

#[test]
fn object_storage_in_order_gives_nothing() {
    for code in ["SL104", "SL105", "SL106", "SL107"] {
        finds(code, &storage(&[]), &[]);
        // Nothing of it counts where it is not enabled.
        let broken = storage(&[
            ("enabled: true", "enabled: false"),
            ("s3.example.com", "https://s3.example.com/x"),
            ("https://cdn", "cdn"),
            ("443", "80"),
        ]);
        finds(code, &broken, &[]);
    }
}

#[test]
fn private_files_in_the_public_bucket() {
    let same = |endpoint| storage(&[("closed", "open"), ("s3.example.org", endpoint)]);
    for endpoint in [
        "s3.example.com",
        "S3.example.com",
        "https://open.s3.example.com/",
    ] {
        finds(
            "SL104",
            &same(endpoint),
            &["warning 17:15 integrations.s3.private.bucket + 11:15"],
        );
    }
    finds("SL104", &same("s3.example.net"), &[]);
    finds(
        "SL104",
        &storage(&[("s3.example.org", "s3.example.com")]),
        &[],
    );
}

#[test]
fn an_endpoint_is_only_a_host() {
    for (endpoint, severity, help) in [
        (
            "https://s3.example.com",
            "error",
            "write `s3.example.com`; integrations.s3.public.ssl says whether it is https",
        ),
        (
            "s3.example.com/open",
            "error",
            "write `s3.example.com`; the bucket belongs in integrations.s3.public.bucket",
        ),
        (
            "s3.example.com:9000",
            "error",
            "write `s3.example.com`; integrations.s3.public.port: 9000",
        ),
        (
            "s3.example.com/",
            "error",
            "write `s3.example.com`; the bucket belongs in integrations.s3.public.bucket",
        ),
        (
            "open.s3.example.com",
            "warning",
            "write `s3.example.com`; the bucket belongs in integrations.s3.public.bucket",
        ),
    ] {
        let values = storage(&[("s3.example.com", endpoint)]);
        finds(
            "SL105",
            &values,
            &[&format!("{severity} 7:17 integrations.s3.public.endpoint")],
        );
        let found = findings(&Case::of(&values));
        let found = found
            .iter()
            .find(|found| found.code.as_deref() == Some("SL105"))
            .unwrap();
        assert_eq!(found.help.as_deref(), Some(help));
    }
    for endpoint in [
        "opens3.example.com",
        "minio",
        "10.0.0.1",
        "'fe80::1'",
        "''",
        "s3.open.example.com",
    ] {
        finds("SL105", &storage(&[("s3.example.com", endpoint)]), &[]);
    }
    finds(
        "SL105",
        &storage(&[("s3.example.org", "http://s3.example.org")]),
        &["error 14:17 integrations.s3.private.endpoint"],
    );
}

#[test]
fn a_login_in_an_endpoint_is_not_repeated() {
    let values = storage(&[("s3.example.com", "https://me:geheim@s3.example.com")]);
    for found in findings(&Case::of(&values)) {
        let help = found.help.unwrap_or_default();
        assert!(!(found.message + &help).contains("geheim"), "{help}");
    }
}

#[test]
fn a_domain_begins_with_its_scheme() {
    finds(
        "SL106",
        &storage(&[("https://cdn", "cdn")]),
        &["error 10:15 integrations.s3.public.domain"],
    );
    finds(
        "SL106",
        &storage(&[("https://cdn", "ftp://cdn")]),
        &["error 10:15 integrations.s3.public.domain"],
    );
    finds("SL106", &storage(&[("https://cdn", "http://cdn")]), &[]);
    finds("SL106", &storage(&[("https://cdn", "HTTPS://cdn")]), &[]);
}

#[test]
fn ssl_port_and_scheme_agree() {
    finds(
        "SL107",
        &storage(&[("443", "80")]),
        &["warning 9:13 integrations.s3.public.port + 6:12"],
    );
    finds(
        "SL107",
        &storage(&[("ssl: true", "ssl: false")]),
        &["warning 9:13 integrations.s3.public.port + 6:12"],
    );
    // The port is the chart's, so the fault is with what the user wrote.
    finds(
        "SL107",
        &storage(&[("ssl: true", "ssl: false"), ("      port: 443\n", "")]),
        &["warning 6:12 integrations.s3.public.ssl"],
    );
    finds(
        "SL107",
        &storage(&[("https://cdn", "http://cdn")]),
        &["warning 10:15 integrations.s3.public.domain + 6:12"],
    );
    finds_nothing(
        "SL107",
        &[
            &storage(&[("443", "9000")]),
            &storage(&[("ssl: true", "ssl: false"), ("443", "80")]),
            // Something else may end TLS for browsers.
            &storage(&[("ssl: true", "ssl: false"), ("443", "9000")]),
        ],
    );
}

#[test]
fn well_known_passwords_are_reported_where_they_are_in_use() {
    finds(
        "SL108",
        "dependencies:
  postgres: {password: swanlab-postgres}
  clickhouse: {username: me}
  s3: {secretKey: a-long-secret}
integrations: {redis: {enabled: true, host: h, existingSecret: s}}
",
        &[
            "warning 2:24 dependencies.postgres.password",
            "warning 3:3 dependencies.clickhouse.password",
        ],
    );
    finds_nothing(
        "SL108",
        &[
            "dependencies: {postgres: {password: a}, clickhouse: {password: b}, s3: {secretKey: c}}\n",
        ],
    );
}

#[test]
fn what_is_missing_is_shown_in_the_file_that_speaks_of_its_part() {
    let mut case = Case::of("dependencies:\n  s3: {accessKey: mine}\n");
    let flag = "dependencies.postgres.username=me,dependencies.s3.accessKey=key";
    case.flags = vec!["--set".to_owned(), flag.to_owned()];
    assert_finds(
        "SL108",
        &case,
        &[
            "warning - dependencies.postgres.password",
            "warning - dependencies.clickhouse.password",
            "warning 2:3 dependencies.s3.secretKey",
        ],
    );
    assert_finds("SL118", &case, &["note 2:3 dependencies"]);
}

#[test]
fn keys_that_minio_refuses() {
    finds(
        "SL109",
        "dependencies:\n  s3:\n    accessKey: me\n    secretKey: seven77\n",
        &[
            "warning 3:16 dependencies.s3.accessKey",
            "warning 4:16 dependencies.s3.secretKey",
        ],
    );
    finds_nothing(
        "SL109",
        &[
            "dependencies: {s3: {accessKey: abc, secretKey: eight888}}\n",
            "dependencies: {s3: {accessKey: '', secretKey: ''}}\n",
            "dependencies: {s3: {secretKey: short}}\nintegrations: {s3: {enabled: true}}\n",
        ],
    );
}

#[test]
fn secrets_in_plain_text() {
    finds(
        "SL110",
        "dependencies:\n  postgres: {password: geheim, username: me}\n  s3: {accessKey: key}\n",
        &["note 2:24 dependencies.postgres.password"],
    );
    assert_finds(
        "SL110",
        &with_flags(&["--set", "dependencies.clickhouse.password=geheim"]),
        &["warning command line:1:7 dependencies.clickhouse.password"],
    );
    assert_finds(
        "SL110",
        &with_flags(&[
            "--set-file",
            "dependencies.clickhouse.password=password.txt",
        ]),
        &[],
    );
    finds_nothing(
        "SL110",
        &["dependencies: {postgres: {password: swanlab-postgres}, s3: {secretKey: ''}}\n"],
    );
}

#[test]
fn no_message_repeats_a_secret() {
    let values = "dependencies: {postgres: {password: geheim}, clickhouse: {password: geheim}, s3: {accessKey: gg, secretKey: geheim}}\n";
    for integrations in [
        "",
        "integrations: {postgres: {enabled: true}, s3: {enabled: true}}\n",
    ] {
        for found in findings(&Case::of(&format!("{values}{integrations}"))) {
            let help = found.help.unwrap_or_default();
            let labels: String = found.labels.into_iter().map(|label| label.text).collect();
            assert!(!(found.message + &help + &labels).contains("geheim"));
        }
    }
}

#[test]
fn latest_is_no_version() {
    finds(
        "SL111",
        "service:
  server: {image: {tag: latest}}
  house: {logImage: {tag: latest}}
helper: {tag: latest}
dependencies:
  redis: {image: {repository: 'redis:latest'}}
  s3: {mcImage: {tag: latest}}
",
        &[
            "warning 2:25 service.server.image.tag",
            "warning 3:27 service.house.logImage.tag",
            "warning 4:15 helper.tag",
            "warning 6:31 dependencies.redis.image.repository",
            "warning 7:23 dependencies.s3.mcImage.tag",
        ],
    );
    finds_nothing(
        "SL111",
        &[
            "service: {server: {image: {tag: v2.7.0-latest, repository: latest/server}}}\n",
            "service: {server: {image: {tag: 'latest@sha256:0123'}}}\n",
            // Not in use.
            "dependencies: {redis: {image: {tag: latest}}}\nintegrations: {redis: {enabled: true}}\n",
        ],
    );
}

#[test]
fn services_of_different_versions() {
    finds(
        "SL112",
        "service:\n  next: {image: {tag: v2.6.0}}\n",
        &["warning 2:23 service.next.image.tag"],
    );
    // Three were changed and one forgotten: what was written is shown.
    finds(
        "SL112",
        "service:
  server: {image: {tag: v2.6.0}}
  house: {image: {tag: v2.6.0}}
  cloud: {image: {tag: v2.6.0}}
",
        &["warning 2:25 service.server.image.tag + 3:24 + 4:24"],
    );
    finds(
        "SL112",
        "service:
  server: {image: {tag: v2.6.0}}
  house: {image: {tag: v2.6.0}}
  cloud: {image: {tag: v2.5.0}}
  next: {image: {tag: v2.6.0}}
",
        &["warning 4:24 service.cloud.image.tag + 2:25 + 3:24 + 5:23"],
    );
    let found = findings(&Case::of("service: {next: {image: {tag: v2.6.0}}}\n"));
    let found = found
        .iter()
        .find(|found| found.code.as_deref() == Some("SL112"))
        .unwrap();
    assert_eq!(
        found.message,
        "the SwanLab services have different versions: server, house, cloud 2.7.0; next 2.6.0"
    );
    finds_nothing(
        "SL112",
        &[
            "service: {next: {image: {tag: v2.7.0}}, cloud: {image: {tag: '2.7.0'}}}\n",
            "service: {next: {image: {tag: 'v2.7.0@sha256:0123'}}}\n",
            "service: {next: {image: {tag: latest}}}\n",
            "service: {server: {image: {tag: v3}}, house: {image: {tag: v3}}, cloud: {image: {tag: v3}}, next: {image: {tag: v3}}}\n",
        ],
    );
}

#[test]
fn one_pod_where_more_are_recommended() {
    finds(
        "SL113",
        "gateway: {replicas: 1}
service:
  server: {replicas: 1}
  house: {replicas: 1}
  cloud: {replicas: 1}
  next: {replicas: 1}
",
        &[
            "warning 3:22 service.server.replicas",
            "warning 4:21 service.house.replicas",
            "warning 6:20 service.next.replicas",
        ],
    );
    finds_nothing(
        "SL113",
        &[
            "service: {server: {replicas: 2}, house: {replicas: 0}, next: {replicas: null}}\n",
            "service: {server: {replicas: '1'}}\n",
        ],
    );
}

#[test]
fn one_claim_for_two_dependencies() {
    finds(
        "SL121",
        "dependencies:
  redis: {persistence: {existingClaim: data}}
  s3: {persistence: {existingClaim: data}}
",
        &["error 3:37 dependencies.s3.persistence.existingClaim + 2:40"],
    );
    finds_nothing(
        "SL121",
        &[
            "dependencies: {redis: {persistence: {existingClaim: a}}, s3: {persistence: {existingClaim: b}}}\n",
            "dependencies: {redis: {persistence: {existingClaim: a}}, s3: {persistence: {existingClaim: a}}}\nintegrations: {s3: {enabled: true}}\n",
        ],
    );
}

#[test]
fn names_that_lose_their_ends() {
    let long = "o".repeat(41);
    finds(
        "SL116",
        &format!("service:\n  cloud: {{fullnameOverride: {long}}}\n"),
        &["warning 2:29 service.cloud.fullnameOverride"],
    );
    let begins = "b".repeat(30);
    let case = Case::of(&format!("fullnameOverride: {begins}\n"));
    assert_finds("SL116", &case, &["warning 1:19 fullnameOverride"]);
    let found = findings(&case);
    let found = found
        .iter()
        .find(|found| found.code.as_deref() == Some("SL116"))
        .unwrap();
    assert_eq!(
        found.message,
        format!("fullnameOverride is so long that names are cut: {begins}-clickhous")
    );
    // From the release name, which no value holds; also where the names become equal.
    for length in [25, 45] {
        let release = Case::default().named(&"r".repeat(length));
        assert_finds("SL116", &release, &["warning - "]);
    }
    let node = format!("nameOverride: {}\n", "n".repeat(20));
    assert_finds("SL116", &Case::of(&node), &["warning 1:15 nameOverride"]);
    finds_nothing(
        "SL116",
        &[
            &format!("fullnameOverride: {}\n", "b".repeat(29)),
            &format!(
                "service: {{cloud: {{fullnameOverride: {}}}}}\n",
                "o".repeat(40)
            ),
            // The one name that would be cut is not used.
            &format!(
                "fullnameOverride: {begins}\nintegrations: {{clickhouse: {{enabled: true, host: h, existingSecret: s}}}}\n"
            ),
        ],
    );
}

#[test]
fn an_integration_without_a_host() {
    finds(
        "SL117",
        "integrations:
  postgres: {enabled: true, existingSecret: s}
  redis: {enabled: true, host: '', existingSecret: s}
",
        &[
            "warning 2:3 integrations.postgres.host",
            "warning 3:32 integrations.redis.host",
        ],
    );
    finds_nothing(
        "SL117",
        &[
            "integrations: {postgres: {enabled: true, host: h, existingSecret: s}}\n",
            "integrations: {postgres: {enabled: false}}\n",
        ],
    );
}

#[test]
fn claims_that_helm_would_delete() {
    finds(
        "SL118",
        "dependencies:
  postgres: {customAnnotations: {helm.sh/resource-policy: keep}}
  redis: {persistence: {existingClaim: mine}}
  clickhouse: {customAnnotations: {helm.sh/resource-policy: kept}}
integrations: {s3: {enabled: true}}
",
        &["note 4:3 dependencies.clickhouse.customAnnotations"],
    );
    finds_nothing(
        "SL118",
        &[
            "x-keep: &keep {customAnnotations: {helm.sh/resource-policy: keep}}
dependencies: {postgres: *keep, redis: *keep, clickhouse: *keep, s3: *keep}
",
        ],
    );
}

#[test]
fn an_integration_that_was_not_enabled() {
    finds(
        "SL119",
        "integrations:
  postgres: {host: db.example.com, existingSecret: s}
  redis: {enabled: false, existingSecret: s}
",
        &[
            "warning 2:3 integrations.postgres",
            "warning 3:3 integrations.redis + 3:20",
        ],
    );
    finds_nothing(
        "SL119",
        &[
            "integrations: {postgres: {enabled: false, host: '', port: 5432}}\n",
            "integrations: {postgres: {enabled: true, host: h}}\n",
        ],
    );
}

#[test]
fn labels_that_selectors_need() {
    let objects = Case::default().objects();
    let selector = &objects.get("Deployment/swanlab-self-hosted")["spec"]["selector"];
    for label in selector["matchLabels"].as_object().unwrap().keys() {
        let at = format!(
            "warning 1:{} gateway.customLabels[\"{label}\"]",
            28 + label.len()
        );
        finds(
            "SL120",
            &format!("gateway: {{customLabels: {{{label}: mine}}}}\n"),
            &[&at],
        );
    }
    finds(
        "SL120",
        "gateway:\n  customLabels:\n    app.kubernetes.io/component: mine\n    app.kubernetes.io/service: mine\n    team: ml\n",
        &["warning 3:34 gateway.customLabels[\"app.kubernetes.io/component\"]"],
    );
}

#[test]
fn every_code_has_a_section_in_the_documentation() {
    let page = std::fs::read_to_string(root().join("docs/lint.md")).unwrap();
    for rule in &RULES {
        let heading = format!("\n### {}: {}\n", rule.code, rule.title);
        assert!(page.contains(&heading), "{heading}");
    }
}
