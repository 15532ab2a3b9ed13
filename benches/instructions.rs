//! Counts the instructions of commands, with valgrind: the same on a busy machine as on a quiet one. Compares them with
//! `benches/instructions.json`, and checks that twice the input takes at most 2.2 times as many.
//!
//! `cargo bench --bench instructions` runs it; `-- --update` writes the counts down. Another version of Rust makes
//! other code, so counts of another one are shown and not compared. Needs valgrind, else it says so and ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;

use serde::{Deserialize, Serialize};

/// How far a count may be from the one that is written down, either way.
const TOLERANCE: f64 = 0.03;
/// How much more twice the input may take.
const GROWTH: f64 = 2.2;
/// The sizes of inputs.
const SIZES: [usize; 4] = [250, 500, 1000, 2000];

/// What `benches/instructions.json` has.
#[derive(Deserialize, Serialize)]
struct Record {
    /// The compiler that made the program.
    rust: String,
    /// Instructions, by the name of the command.
    counts: BTreeMap<String, u64>,
}

fn main() -> ExitCode {
    let has_valgrind = Command::new("valgrind").arg("--version").output().is_ok();
    if !has_valgrind {
        println!("skipped: instructions are not counted (valgrind is not installed)");
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().unwrap();
    let counts = commands(folder.path());
    let mut is_fine = if env::args().any(|argument| argument == "--update") {
        update(counts);
        true
    } else {
        compare(&counts)
    };
    is_fine &= growth(folder.path());
    if is_fine {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn commands(folder: &Path) -> BTreeMap<String, u64> {
    let values = write(folder, "values.yaml", VALUES);
    let previous = write(folder, "previous.yaml", &output(&["template"]));
    let other = output(&["template", "-f", &values]);
    let other = write(folder, "other.yaml", &other);
    let cases: [(&str, &[&str]); 8] = [
        ("version", &["--version"]),
        ("template", &["template"]),
        ("template with values", &["template", "-f", &values]),
        ("values", &["values", "-f", &values]),
        ("values --origin", &["values", "--origin", "-f", &values]),
        ("lint", &["lint", "-f", &values]),
        ("diff of nothing", &["diff", "--against", &previous]),
        (
            "diff of two files",
            &["diff", "--manifests", &other, "--against", &previous],
        ),
    ];
    // What runs beside a program does not change its count.
    let counted = thread::scope(|scope| {
        cases
            .map(|(name, arguments)| (name.to_owned(), scope.spawn(move || count(arguments))))
            .map(|(name, counting)| (name, counting.join().unwrap()))
    });
    counted.into_iter().collect()
}

/// Values that touch several objects, as people write them.
const VALUES: &str = "\
global:
  settings: {loginHost: swanlab.example.org}
service:
  server: {replicas: 3, resources: {requests: {cpu: 500m, memory: 1Gi}}}
  next: {customLabels: {team: ml}}
dependencies:
  postgres: {persistence: {storageClass: fast, storageSize: 20Gi}}
";

fn compare(counts: &BTreeMap<String, u64>) -> bool {
    let record: Record = serde_json::from_str(&fs::read_to_string(file()).unwrap()).unwrap();
    let is_same = record.rust == rust();
    println!("{:<24}{:>14}{:>14}", "", "instructions", "written down");
    let mut is_fine = true;
    for (name, now) in counts {
        let before = record.counts.get(name).copied();
        let ratio = before.map_or(f64::INFINITY, |before| ratio(*now, before));
        let is_close = (ratio - 1.0).abs() <= TOLERANCE;
        is_fine &= is_close || !is_same;
        let mark = if is_close || !is_same {
            ""
        } else {
            "  more than 3 % away"
        };
        println!(
            "{name:<24}{now:>14}{:>14}{mark}",
            before.unwrap_or_default()
        );
    }
    if !is_same {
        println!(
            "not compared: they are of {}, and this is {}",
            record.rust,
            rust()
        );
    }
    is_fine
}

fn update(counts: BTreeMap<String, u64>) {
    let rust = rust();
    let text = serde_json::to_string_pretty(&Record { rust, counts }).unwrap();
    fs::write(file(), text + "\n").unwrap();
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.json")
}

fn rust() -> String {
    let output = Command::new("rustc").arg("--version").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What has to be linear in its input.
fn growth(folder: &Path) -> bool {
    println!(
        "\n{:<24}{}",
        "",
        SIZES.map(|size| format!("{size:>14}")).concat()
    );
    let mut is_fine = true;
    for (name, arguments) in GROWING {
        let counted = |size: usize| {
            let place = folder.join(size.to_string());
            fs::create_dir_all(&place).unwrap();
            let arguments = arguments(&place, size);
            count(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let counts = thread::scope(|scope| {
            SIZES
                .map(|size| scope.spawn(move || counted(size)))
                .map(|counting| counting.join().unwrap())
        });
        let is_linear = counts
            .windows(2)
            .all(|pair| ratio(pair[1], pair[0]) <= GROWTH);
        is_fine &= is_linear;
        let mark = if is_linear {
            ""
        } else {
            "  grows faster than its input"
        };
        println!(
            "{name:<24}{}{mark}",
            counts.map(|count| format!("{count:>14}")).concat()
        );
    }
    is_fine
}

/// Arguments for an input of some size, whose files are written into a folder.
type Input = fn(&Path, usize) -> Vec<String>;

const GROWING: [(&str, Input); 12] = [
    ("render objects", |folder, size| {
        let chart = chart(folder, size);
        words(&["template", &chart])
    }),
    ("merge values", |folder, size| {
        let values = labels(folder, size);
        words(&["values", "-f", &values])
    }),
    ("origins of values", |folder, size| {
        let values = labels(folder, size);
        words(&["values", "--origin", "-f", &values])
    }),
    ("lint objects", |folder, size| {
        let chart = chart(folder, size);
        words(&["lint", &chart])
    }),
    ("show unknown keys", |folder, size| {
        let keys = (0..size).map(|index| format!("unknown{index}: x\n"));
        let values = write(folder, "unknown.yaml", &keys.collect::<String>());
        words(&["lint", "-f", &values])
    }),
    ("diff of changed objects", |folder, size| {
        diff(folder, &objects(size, "old"), &objects(size, "new"))
    }),
    ("diff of one rename", |folder, size| {
        let old = objects(size, "old");
        diff(folder, &old, &old.replace("one: ", "other: "))
    }),
    ("diff of other workloads", |folder, size| {
        let [old, new] = ["old", "new"].map(|side| workloads(size, side));
        diff(folder, &old, &new)
    }),
    ("diff of two renders", |folder, size| {
        let chart = chart(folder, size);
        let old = write(folder, "old-values.yaml", &format!("count: {}\n", size + 1));
        words(&["diff", &chart, "--from-values", &old, "-o", "names"])
    }),
    ("lint installations", |folder, size| {
        let file = write(folder, "old.yaml", &installations(size, "a", 1));
        words(&["lint", "--manifests", &file])
    }),
    ("plan of upgrades", |folder, size| {
        let [old, new] = [1, 2].map(|version| installations(size, "a", version));
        plan(folder, &old, &new)
    }),
    ("plan of other names", |folder, size| {
        let [old, new] = ["a", "b"].map(|name| installations(size, name, 1));
        plan(folder, &old, &new)
    }),
];

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A chart whose one template renders so many objects.
fn chart(folder: &Path, size: usize) -> String {
    let chart = folder.join("chart");
    fs::create_dir_all(chart.join("templates")).unwrap();
    write(
        &chart,
        "Chart.yaml",
        "apiVersion: v2\nname: many\nversion: 1.0.0\n",
    );
    write(&chart, "values.yaml", &format!("count: {size}\n"));
    write(&chart, "templates/objects.yaml", TEMPLATE);
    chart.to_str().unwrap().to_owned()
}

const TEMPLATE: &str = "\
{% for index in range(Values.count) %}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ 'object-' ~ index }}
  labels:
    app: many
data:
  one: {{ 'text ' ~ index }}
  two: fixed
{% endfor %}
";

/// Values with so many labels.
fn labels(folder: &Path, size: usize) -> String {
    let labels = (0..size).map(|index| format!("    label{index}: \"{index}\"\n"));
    let text = format!("gateway:\n  customLabels:\n{}", labels.collect::<String>());
    write(folder, "labels.yaml", &text)
}

/// The files of two sides.
fn sides(folder: &Path, old: &str, new: &str) -> [String; 2] {
    [("old.yaml", old), ("new.yaml", new)].map(|(name, text)| write(folder, name, text))
}

fn diff(folder: &Path, old: &str, new: &str) -> Vec<String> {
    let [old, new] = sides(folder, old, new);
    words(&[
        "diff",
        "--manifests",
        &new,
        "--against",
        &old,
        "--fail-on",
        "never",
        "-o",
        "names",
    ])
}

fn plan(folder: &Path, old: &str, new: &str) -> Vec<String> {
    let [old, new] = sides(folder, old, new);
    words(&["plan", "--manifests", &new, "--against", &old])
}

/// So many objects, five of which are a database with its client.
fn installations(size: usize, name: &str, version: u8) -> String {
    let one = |index: usize| {
        INSTALLATION
            .replace("NAME", &format!("{name}{index}"))
            .replace("VERSION", &version.to_string())
    };
    (0..size / 5).map(one).collect()
}

const INSTALLATION: &str = "\
---
apiVersion: v1
kind: Secret
metadata: {name: NAME-db}
stringData: {password: correct-horse-NAME}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: NAME-db}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: NAME-db}
spec: {selector: {app: NAME, part: db}, ports: [{port: 5432, targetPort: db}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME-db}
spec:
  strategy: {type: Recreate}
  selector: {matchLabels: {app: NAME, part: db}}
  template:
    metadata: {labels: {app: NAME, part: db}}
    spec:
      containers:
        - name: db
          image: postgres:16.VERSION
          ports: [{name: db, containerPort: 5432}]
          env: [{name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: NAME-db, key: password}}}]
          volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: NAME-db}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME-web}
spec:
  selector: {matchLabels: {app: NAME, part: web}}
  template:
    metadata: {labels: {app: NAME, part: web}}
    spec:
      containers:
        - name: web
          image: web:VERSION
          args: [migrate-and-serve]
          env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: NAME-db, key: password}}}]
";

fn objects(size: usize, text: &str) -> String {
    let one = |index| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object-{index}\ndata:\n  one: {text} {index}\n"
        )
    };
    (0..size).map(one).collect()
}

/// Deployments that another side has none of, under any name.
fn workloads(size: usize, side: &str) -> String {
    let one = |index| {
        format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {side}{index}\nspec:\n  selector:\n    \
             matchLabels:\n      app: {side}{index}\n  template:\n    metadata:\n      labels:\n        app: \
             {side}{index}\n    spec:\n      containers:\n        - name: {side}\n          image: {side}:{index}\n"
        )
    };
    (0..size).map(one).collect()
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn output(arguments: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_swanlab-render");
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The instructions of a run. What it finds does not matter.
fn count(arguments: &[&str]) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env!("CARGO_BIN_EXE_swanlab-render"))
        .args(arguments)
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .stdout(Stdio::null())
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stderr);
    let count = report
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, count) = count.unwrap_or_else(|| panic!("{arguments:?}: {report}"));
    assert_ne!(output.status.code(), Some(2), "{arguments:?}: {report}");
    count.trim().parse().unwrap()
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn ratio(a: u64, b: u64) -> f64 {
    a as f64 / b as f64
}
