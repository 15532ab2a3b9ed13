//! Compares two renders of 10,000 objects each, and holds the comparison to its bounds: with reading, at most 1.3
//! times the time that reading takes alone; twice the objects in at most 2.2 times the time; at most 12 bytes of
//! memory for each byte of both inputs.
//!
//! `cargo bench --bench diff` runs it. Each run is a process of its own. One thread reads, and all processors compare, so
//! its time is that of the clock. Ratios are made of runs that come one after the other, and the median of them counts: a
//! machine is now fast, now slow. Needs Linux.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::array;
use std::env;
use std::fs;
use std::process::{Command, ExitCode};
use std::time::Instant;

use swanlab_render::chart;
use swanlab_render::diagnostics::Source;
use swanlab_render::diff::{Options, compare};
use swanlab_render::kubernetes::types::Types;
use swanlab_render::previous;
use swanlab_render::release::{Release, Request};
use swanlab_render::report;
use swanlab_render::values::NoFiles;

const OBJECTS: usize = 10_000;
const RUNS: usize = 9;

/// What differs between the two sides.
const SCENARIOS: [&str; 5] = [
    "nothing",
    "a tenth",
    "everything",
    "one rename",
    "all names",
];

/// One run: seconds to read both sides, seconds to compare, bytes of both sides, peak memory in bytes.
type Run = [f64; 4];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().collect();
    if let [_, scenario, objects] = arguments.as_slice() {
        let run = run(scenario, objects.parse().unwrap());
        println!("{}", run.map(|number| number.to_string()).join(" "));
        return ExitCode::SUCCESS;
    }
    println!("two sides of {OBJECTS} objects, the median of {RUNS} runs");
    println!(
        "{:<12}{:>9}{:>10}{:>10}{:>8}{:>10}{:>9}",
        "differs", "input", "reading", "diff", "both", "twice", "memory"
    );
    let mut held = true;
    for scenario in SCENARIOS {
        let runs: [[Run; 2]; RUNS] =
            array::from_fn(|_| [OBJECTS, OBJECTS / 2].map(|objects| run_apart(scenario, objects)));
        let [read, diff, bytes, memory] =
            array::from_fn(|place| median(runs.map(|[whole, _]| whole[place])));
        let time = |[read, diff, ..]: Run| read + diff;
        let both = median(runs.map(|[whole, _]| time(whole) / whole[0]));
        let twice = median(runs.map(|[whole, half]| time(whole) / time(half)));
        let memory = memory / bytes;
        let missed: Vec<&str> = [
            (both > 1.3, "both"),
            (twice > 2.2, "twice"),
            (memory > 12.0, "memory"),
        ]
        .into_iter()
        .filter_map(|(is_missed, bound)| is_missed.then_some(bound))
        .collect();
        held &= missed.is_empty();
        let missed = if missed.is_empty() {
            String::new()
        } else {
            format!("  missed: {}", missed.join(", "))
        };
        println!(
            "{scenario:<12}{:>6.1} MB{:>7.0} ms{:>7.0} ms{both:>7.2}x{twice:>9.2}x{memory:>8.1}x{missed}",
            bytes / 1e6,
            read * 1e3,
            diff * 1e3,
        );
    }
    println!("bounds: both <= 1.3x reading, twice <= 2.2x, memory <= 12x the input");
    if held {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn median(mut numbers: [f64; RUNS]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[RUNS / 2]
}

/// A run in a process of its own.
fn run_apart(scenario: &str, objects: usize) -> Run {
    let output = Command::new(env::current_exe().unwrap())
        .args([scenario, &objects.to_string()])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let numbers = text.split_whitespace();
    let numbers: Vec<f64> = numbers.map(|word| word.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

fn run(scenario: &str, objects: usize) -> Run {
    let (old, new) = sides(scenario, objects);
    let bytes = old.len() + new.len();
    let options = Options::new("default", Types::of(1, 35));
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    let sources = [Source::new("old.yaml", old), Source::new("new.yaml", new)];
    let mut sides = Vec::new();
    let reading = time(&mut || {
        for source in &sources {
            sides.push(
                previous::read(std::slice::from_ref(source), "default")
                    .unwrap()
                    .manifests,
            );
        }
    });
    assert_eq!(sides[0].len(), objects);
    let mut differing = 0;
    let comparing = time(&mut || differing = compare(&sides[0], &sides[1], &options).objects.len());
    match scenario {
        "nothing" => assert_eq!(differing, 0),
        "a tenth" => assert!(
            (objects / 15..objects / 5).contains(&differing),
            "{differing}"
        ),
        _ => assert!(differing > objects / 2, "{differing}"),
    }
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let peak: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    [reading, comparing, bytes as f64, (peak * 1024) as f64]
}

/// The texts of both sides.
fn sides(scenario: &str, objects: usize) -> (String, String) {
    let release = default_render();
    let documents: Vec<&str> = release
        .split("---\n")
        .filter(|part| !part.is_empty())
        .collect();
    let (mut old, mut new) = (String::new(), String::new());
    for place in 0..objects {
        let document = documents[place % documents.len()];
        let number = place / documents.len();
        let named = |release: &str| document.replace("swanlab-self-hosted", release);
        let before = match scenario {
            "one rename" => named(&format!("prod-{number}")),
            _ => named(&format!("r{number}")),
        };
        let after = match scenario {
            "nothing" => before.clone(),
            "a tenth" if !number.is_multiple_of(10) => before.clone(),
            "one rename" => named(&format!("stage-{number}")),
            "all names" => named(&format!("s{number}")),
            // Every document names its release.
            _ => before
                .replace("instance: r", "instance: changed")
                .replace("v2.7.0", "v2.8.0"),
        };
        old.push_str("---\n");
        old.push_str(&before);
        new.push_str("---\n");
        new.push_str(&after);
    }
    (old, new)
}

/// What `template` prints, with limits for every container, as people set them.
fn default_render() -> String {
    let services = ["server", "house", "cloud", "next"];
    let request = services
        .iter()
        .fold(Request::default(), |request, service| {
            request.with_set(&format!("service.{service}.resources.limits.cpu=2"))
        });
    let release = Release::new(chart::embedded().unwrap(), request, &NoFiles).unwrap();
    let rendered = release.render().unwrap();
    let mut text = String::new();
    report::manifests::yaml(&rendered.manifests, &mut text);
    text
}
