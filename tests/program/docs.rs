//! The pages of the documentation about operation: every command on them runs, with recorded answers of a cluster,
//! and prints what the page says; Argo CD's plugin runs as the repo server runs it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Command, Output, Stdio};

use crate::support::kubectl::{Recorded, after_apply, live, rendered};
use crate::support::tools::{feed, tool};
use crate::support::{PROGRAM, count_of_defaults, key, read_strictly, root};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

/// A command of a page, and what the page says that it prints (nothing: it is not said).
struct Step {
    command: String,
    prints: String,
}

fn steps(page: &str) -> Vec<Step> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match (inside, line.strip_prefix("$ ")) {
            (false, _) => inside = line == "```console",
            (true, _) if line == "```" => inside = false,
            (true, Some(command)) => steps.push(Step {
                command: command.to_owned(),
                prints: String::new(),
            }),
            (true, None) => {
                let step = steps.last_mut().expect("output behind a command");
                step.prints.push_str(line);
                step.prints.push('\n');
            }
        }
    }
    assert!(!steps.is_empty(), "{page} has no commands");
    steps
}

/// Runs a page's commands one after the other. `diff` alone may end with 1: it has found changes.
fn follow(page: &str, place: &Recorded) {
    follow_steps(page, steps(page), place);
}

fn follow_steps(page: &str, steps: impl IntoIterator<Item = Step>, place: &Recorded) {
    for Step { command, prints } in steps {
        if let Some(missing) = ["kustomize build", "kubectl kustomize"]
            .into_iter()
            .find(|words| command.contains(words))
            && tool(
                missing.split(' ').next().unwrap(),
                "a command of the documentation",
            )
            .is_none()
        {
            continue;
        }
        let output = Command::new("sh")
            .args(["-euc", &command])
            .current_dir(place.path())
            .env("PATH", place.search_path())
            .env("XDG_CONFIG_HOME", place.path().join("config"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let code = output.status.code().unwrap();
        let found = code == 1 && command.starts_with("swanlab-render diff ");
        assert!(code == 0 || found, "{page}: {command}: {output:?}");
        if !prints.is_empty() {
            assert_eq!(
                String::from_utf8_lossy(&output.stdout),
                prints,
                "{page}: {command}"
            );
        }
    }
}

/// What a step of the README ends with, unless it is 0.
fn exit_code(command: &str, has_run: &[String]) -> i32 {
    match command {
        "swanlab-render template -f wrong.yaml" => 2,
        "swanlab-render check" if has_run.iter().any(|ran| ran.contains("check --update")) => 1,
        command if command.starts_with("swanlab-render diff ") => 3,
        _ => 0,
    }
}

#[test]
fn the_readmes_commands_work_with_the_readmes_files() {
    let place = Recorded::new();
    let mut has_run = Vec::new();
    for Step { command, prints } in steps("README.md") {
        if let Some(file) = command.strip_prefix("cat ") {
            place.write(file, &prints);
            continue;
        }
        // The others need Rust, Git or a cluster.
        let is_alone = ["swanlab-render ", "echo "]
            .iter()
            .any(|start| command.starts_with(start));
        if !is_alone || command.contains("kubectl") || command.contains(" preflight ") {
            continue;
        }
        let output = Command::new("sh")
            .args(["-euc", &format!("{command} 2>&1")])
            .current_dir(place.path())
            .env("PATH", place.search_path())
            .env_remove("CI")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let expected = exit_code(&command, &has_run);
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{command}: {output:?}"
        );
        // A long report is shown as far as it has been explained.
        let shown = prints.split("[…]").next().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(
            printed.starts_with(shown.trim_end()),
            "{command}: {printed}"
        );
        has_run.push(command);
    }
    assert!(has_run.iter().any(|ran| ran.contains(" secret postgres ")));
    assert!(has_run.len() >= 14, "{has_run:?}");
}

const VALUES: &str = "service:\n  server:\n    replicas: 3\n";

fn program(place: &Recorded, name: &str, script: &str) {
    place.write(&format!("bin/{name}"), script);
    let file = place.path().join("bin").join(name);
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_helm_installation_is_taken_over_as_written() {
    let place = Recorded::new();
    place.write("my-values.yaml", VALUES);
    let mut objects = rendered(&["-n", "swanlab"]);
    // The script of Helm's Job is another one.
    for object in &mut objects {
        if object["kind"] == "Job" {
            object["spec"]["template"]["spec"]["containers"][0]["args"] = json!(["another"]);
        }
    }
    let manifest: String = objects
        .iter()
        .map(|object| format!("---\n{object}\n"))
        .collect();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let release = json!({"manifest": manifest, "hooks": []}).to_string();
    encoder.write_all(release.as_bytes()).unwrap();
    let data = STANDARD.encode(STANDARD.encode(encoder.finish().unwrap()));
    let secret = json!({"kind": "Secret", "metadata": {"name": "sh.helm.release.v1.x.v1", "labels": {"version": "1"}},
        "data": {"release": data}});
    place.answers("helm", &[secret]);
    place.answers("named", &objects.iter().map(live).collect::<Vec<_>>());
    follow("docs/adopt-from-helm.md", &place);
    let calls = place.calls();
    for call in [
        "delete job -n swanlab swanlab-self-hosted-s3-init-buckets --ignore-not-found",
        "apply -n swanlab -f manifests.yaml",
        "delete secret -n swanlab -l owner=helm,name=swanlab-self-hosted",
    ] {
        assert!(calls.lines().any(|line| line == call), "{call}: {calls}");
    }
    assert!(
        objects
            .iter()
            .any(|object| key(object) == "Job/swanlab-self-hosted-s3-init-buckets")
    );
}

#[test]
fn what_is_installed_is_as_written() {
    let place = Recorded::new();
    place.write("my-values.yaml", VALUES);
    follow("docs/what-is-installed.md", &place);
}

#[test]
fn images_come_to_a_cluster_without_internet_access_as_written() {
    let place = Recorded::new();
    place.write("my-values.yaml", VALUES);
    place.write("config.json", "{}");
    place.write(
        "pull-secret.yaml",
        "global:\n  imagePullSecrets:\n    - name: regcred\n",
    );
    // The real ones are tried in tests/tools/registries.rs.
    for name in ["crane", "skopeo"] {
        let log = format!("#!/bin/sh\necho \"{name} $*\" >> \"$(dirname \"$0\")/../calls\"\n");
        let script = match name {
            "crane" => log + "[ \"$1\" != pull ] || mkdir -- \"$5\"\n",
            _ => log,
        };
        program(&place, name, &script);
    }
    // Answers of a cluster are tried with `preflight`.
    let page = steps("docs/air-gapped.md");
    let page = page.into_iter();
    follow_steps(
        "docs/air-gapped.md",
        page.filter(|step| !step.command.contains(" preflight ")),
        &place,
    );
    let calls = place.calls();
    for (start, count) in [
        ("crane copy -- repo.swanlab.cn/", 14),
        ("crane pull --format=oci -- repo.swanlab.cn/", 14),
        ("crane push -- folder/repo.swanlab.cn+", 14),
        ("skopeo sync ", 2),
        ("create secret generic regcred ", 1),
        ("apply -n swanlab ", 1),
    ] {
        let found = calls.lines().filter(|call| call.starts_with(start));
        assert_eq!(found.count(), count, "{start}: {calls}");
    }
    // The commands for skopeo are those that its file begins with.
    let file = fs::read_to_string(place.path().join("images.yaml")).unwrap();
    for call in calls.lines().filter(|call| call.starts_with("skopeo ")) {
        assert!(file.contains(&format!("#   {call}\n")), "{call}: {file}");
    }
    let manifests = fs::read_to_string(place.path().join("manifests.yaml")).unwrap();
    assert!(!manifests.contains("repo.swanlab.cn"));
    assert!(manifests.contains("- name: regcred\n"));
}

/// The YAML blocks of a page, in their order.
fn yaml_blocks(page: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let blocks = text.split("\n```yaml\n").skip(1);
    blocks
        .map(|rest| rest.split("\n```\n").next().unwrap().to_owned() + "\n")
        .collect()
}

#[test]
fn who_comes_from_helm_installs_as_written() {
    let place = Recorded::new();
    let page = steps("docs/from-helm.md").into_iter();
    // What a cluster answers is tried with these commands.
    let asks = |command: &str| command.contains(" preflight ") || command.contains(" status ");
    follow_steps(
        "docs/from-helm.md",
        page.filter(|step| !asks(&step.command)),
        &place,
    );
    let applied = read_strictly(&fs::read_to_string(place.path().join("stdin")).unwrap());
    assert_eq!(applied.len(), count_of_defaults());
    let entry = read_strictly(&fs::read_to_string(place.path().join("entry.yaml")).unwrap());
    let shown: Vec<Value> = yaml_blocks("docs/from-helm.md")
        .iter()
        .flat_map(|block| read_strictly(block))
        .collect();
    let shown: Vec<&Value> = shown.iter().collect();
    // The first document is the notes.
    let entry: Vec<&Value> = entry.iter().filter(|one| !one.is_null()).collect();
    assert_eq!(shown, entry);
    assert_eq!(shown.len(), 3);
}

#[test]
fn values_are_edited_as_written() {
    let place = Recorded::new();
    place.write(
        "edited-values.yaml",
        "# yaml-language-server: $schema=swanlab-values.schema.json\nservice:\n  server:\n    replicas: 3\n",
    );
    follow("docs/editors.md", &place);
    let schema = fs::read_to_string(place.path().join("swanlab-values.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn agents_are_set_up_as_written() {
    let place = Recorded::new();
    follow("docs/agents.md", &place);
    let page = fs::read_to_string(root().join("docs/agents.md")).unwrap();
    let blocks = page.split("\n```json\n").skip(1);
    let blocks: Vec<Value> = blocks
        .map(|rest| serde_json::from_str(rest.split("\n```\n").next().unwrap()).unwrap())
        .collect();
    let server = &blocks[0]["mcpServers"]["swanlab"];
    assert_eq!(server["command"], "swanlab-render");
    assert_eq!(server["args"][0], "mcp");
    place.write("my-values.yaml", VALUES);
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": blocks[1]});
    place.write("call", &format!("{call}\n"));
    let output = Command::new("sh")
        .args(["-c", "swanlab-render mcp < call"])
        .current_dir(place.path())
        .env("PATH", place.search_path())
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = answer["result"]["content"][0]["text"].as_str().unwrap();
    assert!(
        text.contains("<- service.server.replicas  values[1]:1"),
        "{text}"
    );
    // Every tool and argument on the page exists, and every tool is there.
    let list = feed(
        Command::new(PROGRAM).arg("mcp").current_dir(place.path()),
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}\n",
    );
    let list: Value = serde_json::from_slice(&list.stdout).unwrap();
    for tool in list["result"]["tools"].as_array().unwrap() {
        let name = tool["name"].as_str().unwrap();
        assert!(page.contains(&format!("\n| `{name}` |")), "{name}");
        for argument in tool["inputSchema"]["properties"]
            .as_object()
            .unwrap()
            .keys()
        {
            assert!(page.contains(&format!("`{argument}`")), "{argument}");
        }
    }
}

#[test]
fn the_pictures_are_small_and_the_map_is_drawn_as_now() {
    let output = Command::new(PROGRAM)
        .args(["topology", "-o", "svg"])
        .output()
        .unwrap();
    let map = fs::read(root().join("docs/pictures/map.svg")).unwrap();
    assert!(output.stdout == map, "`just pictures` makes it again");
    let mut shown = 0;
    for page in ["README.md", "docs/what-is-installed.md"] {
        let page = root().join(page);
        let text = fs::read_to_string(&page).unwrap();
        for link in text.lines().filter_map(|line| line.strip_prefix("![")) {
            let (_, path) = link.trim_end_matches(')').split_once("](").unwrap();
            let picture = page.parent().unwrap().join(path);
            let size = picture.metadata().unwrap().len();
            assert!((1_000..150_000).contains(&size), "{path}: {size} bytes");
            shown += 1;
        }
    }
    assert_eq!(shown, 3);
}

#[test]
fn an_upgrade_and_its_rollback_go_as_written() {
    let place = Recorded::new();
    place.write("my-values.yaml", VALUES);
    program(&place, "git", "#!/bin/sh\n[ \"$1\" = show ]\n");
    let objects = rendered(&["-n", "swanlab"]);
    let old =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "old-settings"}});
    let lasting = objects.iter().filter(|object| object["kind"] != "Job");
    let columns: String = lasting
        .chain([&old])
        .map(|object| {
            let (kind, name) = (&object["kind"], &object["metadata"]["name"]);
            let live = after_apply(object);
            format!(
                "{} {} {} <none> {}\n",
                kind.as_str().unwrap(),
                name.as_str().unwrap(),
                live["metadata"]["uid"].as_str().unwrap(),
                live["metadata"]["resourceVersion"].as_str().unwrap()
            )
        })
        .collect();
    place.answers(
        "named",
        &objects.iter().map(after_apply).collect::<Vec<_>>(),
    );
    place.answers("labelled", &[after_apply(&old)]);
    // What the scripts ask: the objects are as they were, and what a plan leads to is not there yet.
    let kubectl = fs::read_to_string(place.path().join("bin/kubectl")).unwrap();
    let asked = r#"case "$*" in
  *custom-columns*) cat "$here/columns"; exit ;;
  *" diff "*/apply* | "diff "*/apply*) exit 1 ;;
  *ignore-not-found*" name" | *"current-context"*) exit ;;
esac
case "$*" in
  *owner=helm*"#;
    program(
        &place,
        "kubectl",
        &kubectl.replacen("case \"$*\" in\n  *owner=helm*", asked, 1),
    );
    place.write("columns", &columns);
    follow("docs/upgrade.md", &place);
    let calls = place.calls();
    assert!(
        calls
            .lines()
            .any(|line| line == "delete -n swanlab ConfigMap/old-settings"),
        "{calls}"
    );
}

#[test]
fn gitops_goes_as_written() {
    let place = Recorded::new();
    place.write("my-values.yaml", VALUES);
    program(&place, "git", "#!/bin/sh\necho x\n");
    program(&place, "flux", "#!/bin/sh\n[ -s manifests.yaml ]\n");
    let folder = place.path().join("kustomize");
    fs::create_dir(&folder).unwrap();
    for file in ["kustomization.yaml", "swanlab.yaml", "SwanLab"] {
        fs::copy(
            root().join("docs/gitops/kustomize").join(file),
            folder.join(file),
        )
        .unwrap();
    }
    // The real ones.
    for name in ["kubectl", "kustomize"] {
        let _ = fs::remove_file(place.path().join("bin").join(name));
        if let Some(real) = tool(name, "a command of the documentation") {
            symlink(real, place.path().join("bin").join(name)).unwrap();
        }
    }
    follow("docs/gitops/README.md", &place);
    // The last command that wrote them is kubectl's, else CI's.
    let objects = read_strictly(&fs::read_to_string(place.path().join("manifests.yaml")).unwrap());
    assert_eq!(objects.len(), count_of_defaults());
    if tool("kubectl", "a command of the documentation").is_some() {
        let server = objects
            .iter()
            .find(|object| key(object) == "Deployment/swanlab-self-hosted-server");
        assert_eq!(
            server.unwrap()["spec"]["template"]["spec"]["priorityClassName"],
            "high"
        );
    }
}

fn document(path: &str) -> Vec<Value> {
    read_strictly(&fs::read_to_string(root().join(path)).unwrap())
}

/// Runs the plugin's `generate` as Argo CD's repo server does: nothing but its environment, in the application's folder.
fn generate(place: &Recorded, environment: &BTreeMap<String, String>) -> Output {
    let plugin = document("docs/gitops/argocd/plugin.yaml").remove(0);
    let generate = &plugin["spec"]["generate"];
    let words = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let command = words(&generate["command"]);
    Command::new(&command[0])
        .args(&command[1..])
        .args(words(&generate["args"]))
        .current_dir(place.path())
        .env_clear()
        .env("PATH", place.search_path())
        .envs(environment)
        .output()
        .unwrap()
}

/// What the repo server sets for every application, and for the parameters of one.
fn environment(parameters: &Value) -> BTreeMap<String, String> {
    let mut environment: BTreeMap<String, String> = [
        ("ARGOCD_APP_NAME", "swanlab"),
        ("ARGOCD_APP_NAMESPACE", "team"),
        ("ARGOCD_APP_REVISION", "0123456789abcdef"),
        ("ARGOCD_APP_SOURCE_PATH", "."),
        ("ARGOCD_ENV_UNUSED", "x"),
        ("KUBE_VERSION", "v1.33.1"),
        ("KUBE_API_VERSIONS", "v1,apps/v1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    environment.insert("ARGOCD_APP_PARAMETERS".to_owned(), parameters.to_string());
    for parameter in parameters.as_array().unwrap() {
        let name = parameter["name"]
            .as_str()
            .unwrap()
            .to_uppercase()
            .replace('-', "_");
        if let Some(text) = parameter["string"].as_str() {
            environment.insert(format!("PARAM_{name}"), text.to_owned());
        }
        for (index, element) in parameter["array"]
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
        {
            let element = element.as_str().unwrap().to_owned();
            environment.insert(format!("PARAM_{name}_{index}"), element);
        }
    }
    environment
}

#[test]
fn argo_cd_generates_the_example_application() {
    let place = Recorded::new();
    place.write(
        "my-values.yaml",
        "service: {server: {replicas: 9}, cloud: {replicas: 4}}\n",
    );
    let application = document("docs/gitops/argocd/application.yaml").remove(0);
    let parameters = &application["spec"]["source"]["plugin"]["parameters"];
    let announced = document("docs/gitops/argocd/plugin.yaml").remove(0);
    let announced = announced["spec"]["parameters"]["static"]
        .as_array()
        .unwrap();
    for parameter in parameters.as_array().unwrap() {
        assert!(
            announced.iter().any(|one| one["name"] == parameter["name"]),
            "{parameter}"
        );
    }
    let output = generate(&place, &environment(parameters));
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let objects = read_strictly(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(objects.len(), count_of_defaults());
    let replicas = |name: &str| {
        let object = objects.iter().find(|object| key(object) == name).unwrap();
        object["spec"]["replicas"].clone()
    };
    assert_eq!(
        replicas("Deployment/swanlab-self-hosted-server"),
        3,
        "inline values count more"
    );
    assert_eq!(replicas("Deployment/swanlab-self-hosted-cloud"), 4);
}

#[test]
fn argo_cd_names_the_release_after_the_application() {
    let place = Recorded::new();
    let output = generate(&place, &environment(&json!([])));
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("app.kubernetes.io/instance: swanlab\n"));
    assert!(text.contains(".team.svc.cluster.local"));
}

#[test]
fn argo_cd_is_told_what_is_wrong_and_gets_no_half_manifests() {
    let place = Recorded::new();
    place.write("a b.yaml", "servce: {}\n");
    let parameter = |name: &str, text: &str| json!({"name": name, "string": text});
    let files = json!({"name": "values-files", "array": ["a b.yaml"]});
    let strict = json!([parameter("strict", "true"), files]);
    for (parameters, told) in [
        (strict, "a b.yaml:1:1"),
        (
            json!([parameter("values", "service: {server: {replicas: x}}")]),
            "service.server.replicas",
        ),
        (json!([parameter("kube-version", "1.5")]), "1.5"),
        (json!([parameter("release", "-x")]), "-x"),
    ] {
        let output = generate(&place, &environment(&parameters));
        assert!(!output.status.success(), "{parameters}");
        assert_eq!(output.stdout, b"", "{parameters}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(told),
            "{output:?}"
        );
    }
}

#[test]
fn the_files_of_flux_are_whole() {
    let documents = document("docs/gitops/flux/source.yaml");
    assert_eq!(documents.len(), 2);
    assert_eq!(
        documents[0]["metadata"]["name"],
        documents[1]["spec"]["sourceRef"]["name"]
    );
}
