#!/usr/bin/env python3
"""Compares the whole process with `helm template`: time, memory, and the size of the binary.

`just bench` runs it on the release binary. Helm gets a chart of the same 28 objects, made here from our own output:
a file for each object, with the release's name, the namespace, replicas and images as Go template actions, our
values.yaml and our schema. That is less work than the official chart makes for Helm, never more.

Runs alternate, and medians count. Exits 1 if a bound is broken: at least 10 times faster, at most 12 MiB of peak
memory, at most 12 MB of stripped binary. Needs Linux and a helm: in .tools, on the PATH, or named by $HELM.
"""

import fcntl
import os
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FASTER, MEMORY_MIB, BINARY_MB = 10, 12, 12
RUNS = int(os.environ.get("RUNS", "41"))
RELEASE, NAMESPACE = "swanlab-self-hosted", "default"
ROOT = Path(__file__).resolve().parent.parent


def main():
    ours = os.environ.get("SWANLAB_RENDER") or find("swanlab-render", [target() / "release"])
    helm = os.environ.get("HELM") or find("helm", [ROOT / ".tools", ROOT / ".tools/bin"])
    with tempfile.TemporaryDirectory() as folder:
        chart = make_chart(ours, Path(folder))
        # Helm is to find nothing of the user's, and to leave nothing behind.
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "KUBECONFIG": f"{folder}/none"}
        commands = {
            "swanlab-render": [ours, "template"],
            "helm": [helm, "template", RELEASE, str(chart)],
        }
        compare(*(output(command, environment) for command in commands.values()))
        times = {name: [] for name in commands}
        for name, command in commands.items():
            run(command, environment)  # once for the disk's cache
        for _ in range(RUNS):
            for name, command in commands.items():
                times[name].append(run(command, environment))
        memory = {name: statistics.median(peak(command, environment) for _ in range(5))
                  for name, command in commands.items()}
    sizes = {name: os.path.getsize(command[0]) / 1e6 for name, command in commands.items()}
    median = {name: statistics.median(values) for name, values in times.items()}
    ratio = median["helm"] / median["swanlab-render"]

    print(f"default render, 28 objects, {RUNS} alternating runs, {os.cpu_count()} cores")
    print(f"{'':16}{'median':>10}{'fastest':>10}{'memory':>12}{'binary':>10}")
    for name in commands:
        print(f"{name:16}{median[name] * 1e3:7.2f} ms{min(times[name]) * 1e3:7.2f} ms"
              f"{memory[name]:8.1f} MiB{sizes[name]:7.1f} MB")
    print(f"{ratio:.1f} times faster (by the fastest runs: "
          f"{min(times['helm']) / min(times['swanlab-render']):.1f})")

    broken = [
        message
        for is_broken, message in [
            (ratio < FASTER, f"less than {FASTER} times faster"),
            (memory["swanlab-render"] > MEMORY_MIB, f"more than {MEMORY_MIB} MiB of memory"),
            (sizes["swanlab-render"] > BINARY_MB, f"a binary of more than {BINARY_MB} MB"),
        ]
        if is_broken
    ]
    for message in broken:
        print(f"out of bounds: {message}", file=sys.stderr)
    return 1 if broken else 0


def target():
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def find(name, folders):
    path = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    return shutil.which(name, path=path) or sys.exit(f"there is no {name}; looked in {path}")


def make_chart(ours, folder):
    """Our own manifests as Go templates, a file for each object."""
    chart = folder / "chart"
    templates = chart / "templates"
    templates.mkdir(parents=True)
    for name in ["Chart.yaml", "values.yaml", "values.schema.json"]:
        shutil.copy(ROOT / name, chart)
    documents = subprocess.run([ours, "template"], check=True, capture_output=True, text=True).stdout
    count = 0
    for document in re.split(r"(?m)^---\n", documents)[1:]:
        source, text = document.split("\n", 1)
        path = Path(source.removeprefix("# Source: self-hosted/"))
        kind = re.search(r"(?m)^kind: (\w+)", text).group(1).lower()
        file = chart / path.parent / f"{path.stem}-{kind}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(as_template(text, path.parent.name))
        count += 1
    if count != 28:
        sys.exit(f"the default render has {count} objects, not 28")
    return chart


def as_template(text, folder):
    """The text with what depends on the release and its values as actions."""
    text = text.replace("{{", '{{ "{{" }}')
    text = text.replace(RELEASE, "{{ .Release.Name }}")
    text = text.replace(f".{NAMESPACE}.svc.cluster.local",
                        ".{{ .Release.Namespace }}.svc.{{ .Values.global.clusterDomain }}")
    text = text.replace("name: self-hosted\n", "name: {{ .Chart.Name }}\n")
    text = text.replace("value: 2.7.0\n", "value: {{ .Chart.AppVersion }}\n")
    own = {"gateway": "gateway"}.get(folder) or (
        f"service.{folder.removeprefix('swanlab-')}" if folder.startswith("swanlab-") else f"dependencies.{folder}")
    text = re.sub(r"(?m)^  replicas: \d+$", f"  replicas: {{{{ .Values.{own}.replicas }}}}", text)
    return re.sub(r"image: repo\.swanlab\.cn/public/busybox:.*",
                  "image: {{ .Values.helper.repository }}:{{ .Values.helper.tag }}", text)


def output(command, environment):
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def compare(ours, theirs):
    """Both must have made the same objects, else the comparison means nothing."""
    try:
        import yaml
    except ImportError:
        same = ours.count("\nkind: ") == theirs.count("\nkind: ")
    else:
        def trees(text):
            return sorted(map(repr, yaml.safe_load_all(text)))
        same = trees(ours) == trees(theirs)
    if not same:
        sys.exit("helm makes other objects of the generated chart")


def run(command, environment):
    """Seconds from starting the process to its end."""
    discard = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, environment, file_actions=discard)
    _, status = os.waitpid(process, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return seconds


def peak(command, environment):
    """MiB of peak resident memory.

    What `wait4` tells would include this script's own memory, from before the `exec`. So the peak is read from /proc
    while the process waits, its work done, to write its output into a pipe that is too small for it.
    """
    read, write = os.pipe()
    fcntl.fcntl(write, 1031, 4096)  # F_SETPIPE_SZ
    process = os.posix_spawn(command[0], command, environment, file_actions=[(os.POSIX_SPAWN_DUP2, write, 1)])
    os.close(write)
    select.select([read], [], [])
    status = Path(f"/proc/{process}/status").read_text()
    while os.read(read, 65536):
        pass
    os.close(read)
    os.waitpid(process, 0)
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024


if __name__ == "__main__":
    sys.exit(main())
