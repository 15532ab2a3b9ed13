//! Checks a thousand golden files, on one thread and on two, and holds it to its bounds: at least 600 renders a second
//! on two, and 1.8 times as many as on one.
//!
//! `cargo bench --bench check` runs it. The fastest of some runs counts, on the clock: where other work takes the
//! processors the bounds can be missed, so the time on processors is shown beside it. Needs Linux and two processors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use swanlab_render::golden::{Found, Reach, Setup, Status, check, find};

const CASES: usize = 1000;
const RUNS: usize = 7;

fn main() -> ExitCode {
    let folder = tempfile::tempdir().unwrap();
    write_cases(folder.path());
    let found = find(&[folder.path().to_owned()], Reach::Below).unwrap();
    assert_eq!(found.cases.len(), CASES);
    let [mut one, mut two] = [(Duration::MAX, Duration::MAX); 2];
    // In turns, so that a quiet moment is there for both.
    for _ in 0..RUNS {
        one = fastest(one, run(&found, 1));
        two = fastest(two, run(&found, 2));
    }
    println!("{CASES} golden files that are fine, the fastest of {RUNS} runs");
    println!("threads   renders/s   processor time for each");
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let cases = CASES as f64;
    let rate = |run: (Duration, Duration)| cases / run.0.as_secs_f64();
    for (threads, run) in [(1, one), (2, two)] {
        let each = run.1.as_secs_f64() / cases * 1e3;
        println!("{threads:>7}{:>12.0}{each:>17.2} ms", rate(run));
    }
    let faster = rate(two) / rate(one);
    println!("two threads are {faster:.2} times as fast; bounds: 600 renders/s, 1.8 times");
    if rate(two) >= 600.0 && faster >= 1.8 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn fastest(a: (Duration, Duration), b: (Duration, Duration)) -> (Duration, Duration) {
    (a.0.min(b.0), a.1.min(b.1))
}

/// The time that passes, and what all threads spend on processors meanwhile.
fn run(found: &Found, threads: usize) -> (Duration, Duration) {
    let setup = Setup {
        mirror: None,
        helm: None,
        threads: NonZeroUsize::new(threads).unwrap(),
        progress: &|_| {},
    };
    let (start, spent) = (Instant::now(), on_processors());
    let checked = check(found, &setup);
    let times = (start.elapsed(), on_processors().saturating_sub(spent));
    assert!(checked.iter().all(|one| one.status == Status::Ok));
    times
}

/// What this process has spent on processors, threads that have ended included.
fn on_processors() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").unwrap();
    // The program's name, in parentheses, is the second field.
    let fields: Vec<&str> = text
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks: u64 = fields[11..=12]
        .iter()
        .map(|field| field.parse::<u64>().unwrap())
        .sum();
    // Linux counts them in hundredths of a second.
    Duration::from_millis(ticks * 10)
}

/// Values as people have them, all different, each beside what it gives.
fn write_cases(folder: &Path) {
    for case in 0..CASES {
        let values = format!(
            "global:\n  settings:\n    loginHost: team-{case}.example.org\nservice:\n  server:\n    replicas: {}\n    \
             resources: {{limits: {{memory: {}Mi}}}}\ndependencies:\n  postgres:\n    password: team-{case}\n    \
             persistence: {{storageClass: fast, storageSize: {}Gi}}\n",
            case % 7 + 1,
            case + 100,
            case + 10
        );
        fs::write(folder.join(format!("team-{case}.values.yaml")), values).unwrap();
    }
    let found = find(&[folder.to_owned()], Reach::Below).unwrap();
    let setup = Setup {
        mirror: None,
        helm: None,
        threads: NonZeroUsize::new(2).unwrap(),
        progress: &|_| {},
    };
    for checked in check(&found, &setup) {
        assert_eq!(checked.status, Status::Missing);
        fs::write(checked.case.golden, checked.text).unwrap();
    }
}
