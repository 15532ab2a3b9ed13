//! A chart that has rendered before renders as if it had not: what it keeps of earlier runs is never seen.

use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::subsequence;
use swanlab_render::manifest::documents;
use swanlab_render::release::{CompiledChart, Release};
use swanlab_render::report::{self, Style};
use swanlab_render::values::NoFiles;

use crate::support::{Case, chart_folder, recorded};

/// All that a release renders to, notes too, or what is wrong.
fn rendered(chart: &Arc<CompiledChart>, case: &Case) -> String {
    let result = Release::new(Arc::clone(chart), case.request(), &NoFiles).and_then(|release| {
        let rendered = release.render()?;
        let notes = rendered.notes.clone().unwrap_or_default();
        let mut text = String::new();
        documents(&rendered.into_all(), &mut text);
        assert_eq!(release.texts()?.into_all().concat(), text);
        Ok(notes + &text)
    });
    result.unwrap_or_else(|problems| report::draw(&problems, Style::PLAIN))
}

fn compiled(case: &Case) -> Arc<CompiledChart> {
    Arc::new(CompiledChart::new(case.load().unwrap()))
}

#[test]
fn recorded_cases_render_the_same_in_any_order() {
    let cases: Vec<Case> = recorded().into_iter().map(|one| one.case).collect();
    let shared = compiled(&cases[0]);
    let mut fresh: HashMap<usize, String> = HashMap::new();
    // Each step is to a case far away, and some cases come again.
    for step in 0..cases.len() * 2 {
        let index = (step * 37 + step / cases.len()) % cases.len();
        let case = &cases[index];
        let expected = fresh
            .entry(index)
            .or_insert_with(|| rendered(&compiled(case), case));
        assert_eq!(&rendered(&shared, case), expected, "case {index}");
    }
}

/// Flags that change names, parts, integrations and lists, some of them for the worse.
const FLAGS: [&str; 20] = [
    "service.server.replicas=2",
    "service.server.replicas=null",
    "service.server.fullnameOverride=other",
    "service.house.customLabels.team=ml",
    "service.next=null",
    "global.podAntiAffinityPreset=hard",
    "global.settings.loginHost=swanlab.example.org",
    "global.imagePullSecrets[0].name=pull",
    "global.tolerations[0].key=a",
    "helper.tag=2",
    "gateway.replicas=3",
    "gateway.service.type=NodePort",
    "dependencies.postgres.persistence.size=99Gi",
    "dependencies.s3.persistence.existingClaim=mine",
    "dependencies.clickhouse=null",
    "integrations.redis.enabled=true",
    "integrations.redis.host=r.example.org",
    "integrations.redis.existingSecret=redis",
    "integrations.s3.enabled=true",
    "fullnameOverride=short",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_flags_after_any_others_render_the_same(
        steps in prop::collection::vec((subsequence(FLAGS.to_vec(), 0..5), prop::bool::weighted(0.2)), 3..6),
    ) {
        let shared = compiled(&Case::default());
        for (flags, is_renamed) in steps {
            let flags = flags.iter().flat_map(|flag| ["--set".to_owned(), (*flag).to_owned()]);
            let mut case = Case { flags: flags.collect(), ..Case::default() };
            if is_renamed {
                case = case.named("other");
            }
            prop_assert_eq!(rendered(&shared, &case), rendered(&compiled(&case), &case));
        }
    }
}

/// Every way in which a template can look at a value or a partial.
const TEMPLATE: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: looks
data:
  kind: {{ 'map' if Values.a is mapping else 'list' if Values.a is iterable else 'other' }}
  key: {{ Values.a.k | default('none') | string }}
  defined: {{ Values.a is defined }}
  truth: {{ 'yes' if Values.a else 'no' }}
  keys: {{ Values | length }}
  in: {{ 'a' in Values }}
  all: {{ Values | to_json }}
  partial: {{ 'map' if p is mapping else 'other' }}
  partialKey: {{ (p.k | default('none') | string) if p is mapping else 'none' }}
  partialText: {{ p | to_json }}
  names: {{ names }}
";

#[test]
fn whatever_a_template_looks_at_is_looked_at_again() {
    let folder = chart_folder(&[
        ("values.yaml", "a: null\n"),
        ("templates/_p.yaml", "{{ Values.a }}\n"),
        ("templates/_names.yaml", "{{ Values | list | join(',') }}\n"),
        ("templates/looks.yaml", TEMPLATE),
    ]);
    let case = |values: &str| Case::of(values).with_chart(folder.path());
    let cases = [
        "a: {k: 1}\n",
        "a: {k: 2}\n",
        "a: {other: 1}\n",
        "a: {k: null, z: 1}\n",
        "a: {}\n",
        "a: []\n",
        "a: [k]\n",
        "a: k\n",
        "a: ''\n",
        "a: 0\n",
        "a: {z: 1, k: 1}\n",
        "a: {k: 1, z: 1}\n",
        "a: {k: {x: [1, {y: 2}]}}\n",
        "a: {k: {x: [1, {y: 3}]}}\n",
        "{a: 1, b: 2}\n",
        "{b: 2, a: 1}\n",
        "a: 1\nb: 2\nc: 3\n",
    ]
    .map(case);
    let fresh = cases.each_ref().map(|case| rendered(&compiled(case), case));
    assert!(
        fresh
            .iter()
            .filter(|text| text.contains("kind: ConfigMap"))
            .count()
            > 10
    );
    for (first, _) in cases.iter().enumerate() {
        let shared = compiled(&cases[0]);
        for (second, _) in cases.iter().enumerate() {
            for index in [first, second, first] {
                assert_eq!(
                    rendered(&shared, &cases[index]),
                    fresh[index],
                    "{first} {second}"
                );
            }
        }
    }
}
