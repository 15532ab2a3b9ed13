#!/usr/bin/env python3
"""Compares the whole process with `helm template`: time, memory, and the size of the binary.

`just bench` runs it on the release binary. It prints a table, which the README quotes, and exits 1 if a bound is missed.
Runs of what is compared alternate, and medians count: a machine is now fast, now slow. The program is copied first, as
an installation does (Helm is installed already): a file that a linker has just written is in memory in single pages, which
take longer to map than those of a copy. Needs Linux and a helm: in .tools, on the PATH, or named by $HELM. $RUNS is how
often each command runs [default: 41].

For the default render, Helm gets a chart of the same 28 objects, made here from our own output: a file for each object,
with the release's name, the namespace, replicas and images as Go template actions, our values.yaml and our schema. That
is less work than the official chart makes for Helm, never more.
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

RUNS = int(os.environ.get("RUNS", "41"))
RELEASE, NAMESPACE = "swanlab-self-hosted", "default"
ROOT = Path(__file__).resolve().parent.parent
VALUES = "service:\n  server:\n    replicas: 3\nglobal:\n  settings:\n    loginHost: swanlab.example.org\n"


class Table:
    """Rows of what was measured, each with its bound."""

    def __init__(self):
        self.missed = False
        print(f"| {os.cpu_count()} processors | swanlab-render | Helm | ratio | bound |\n|---|---|---|---|---|")

    def row(self, name, ours, helm, ratio, is_met, bound):
        self.missed |= not is_met
        print(f"| {name} | {ours} | {helm} | {ratio} | {bound}{'' if is_met else ': missed'} |", flush=True)


def main():
    ours = os.environ.get("SWANLAB_RENDER") or find("swanlab-render", [target() / "release"])
    helm = os.environ.get("HELM") or find("helm", [ROOT / ".tools", ROOT / ".tools/bin"])
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        ours = shutil.copy(ours, folder)
        # Helm is to find nothing of the user's, and to leave nothing behind.
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": f"{folder}/none"}
        default_render(ours, helm, folder, environment, table)
        other_commands(ours, folder, environment, table)
        for objects, runs in [(10_000, max(3, RUNS // 8)), (40_000, 3)]:
            many_objects(objects, runs, ours, helm, folder, environment, table)
        checks(ours, helm, folder, environment, table)
        size = os.path.getsize(ours) / 1e6
        table.row("size of the program", f"{size:.1f} MB", f"{os.path.getsize(helm) / 1e6:.1f} MB", "", size <= 9, "at most 9 MB")
    return 1 if table.missed else 0


def default_render(ours, helm, folder, environment, table):
    chart = make_chart(ours, folder / "default")
    commands = [[ours, "template"], [helm, "template", RELEASE, str(chart)]]
    compare(*(output(command, environment) for command in commands))
    times = medians(commands, RUNS, environment)
    ratio = times[1] / times[0]
    table.row("default render, 28 objects", milliseconds(times[0]), milliseconds(times[1]), f"{ratio:.1f}", ratio >= 18,
              "at least 18 times faster")
    memory = [peak(command, environment) for command in commands]
    table.row("its memory", f"{memory[0]:.1f} MiB", f"{memory[1]:.1f} MiB", f"{memory[1] / memory[0]:.1f}", memory[0] <= 10,
              "at most 10 MiB")


def other_commands(ours, folder, environment, table):
    """Each takes at most twice a default render."""
    previous = folder / "previous.yaml"
    previous.write_text(output([ours, "template"], environment))
    values = folder / "values.yaml"
    values.write_text(VALUES)
    commands = {
        "template": [ours, "template"],
        "`values` with a values file": [ours, "values", "-f", str(values)],
        "`lint` with a values file": [ours, "lint", "-f", str(values)],
        "`diff` of two default renders": [ours, "diff", "--manifests", str(previous), "--against", str(previous)],
    }
    render, *times = medians(list(commands.values()), RUNS, environment)
    for name, seconds in zip(list(commands)[1:], times):
        ratio = seconds / render
        table.row(name, milliseconds(seconds), "", f"{ratio:.1f} of a render", ratio <= 2, "at most 2 renders")


def many_objects(objects, runs, ours, helm, folder, environment, table):
    """Objects from a loop in one template."""
    charts = {name: folder / f"{name}-{objects}" for name in ["jinja", "go"]}
    loops = {
        "jinja": ("{% for index in range(Values.count) %}", "{{ 'object-' ~ index }}", "{% endfor %}"),
        "go": ("{{- range $index, $_ := until (int .Values.count) }}", "object-{{ $index }}", "{{- end }}"),
    }
    for name, chart in charts.items():
        begin, text, end = loops[name]
        (chart / "templates").mkdir(parents=True)
        (chart / "Chart.yaml").write_text("apiVersion: v2\nname: many\nversion: 1.0.0\n")
        (chart / "values.yaml").write_text(f"count: {objects}\n")
        (chart / "templates/objects.yaml").write_text(
            f"{begin}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {text}\n  labels:\n    app: many\n"
            f"data:\n  one: {text}\n  two: fixed\n{end}\n")
    commands = [[ours, "template", "r", str(charts["jinja"])], [helm, "template", "r", str(charts["go"])]]
    texts = [output(command, environment) for command in commands]
    if [text.count("\nkind: ConfigMap") for text in texts] != [objects, objects]:
        sys.exit(f"a render has not {objects} objects")
    times = medians(commands, runs, environment)
    memory = [peak(command, environment) for command in commands]
    ratio = times[1] / times[0]
    name = f"{objects:,} objects from a loop"
    table.row(name, milliseconds(times[0]), milliseconds(times[1]), f"{ratio:.1f}", ratio >= 6, "at least 6 times faster")
    bytes_each = memory[0] * 2**20 / len(texts[0])
    # Of 10,000 objects, the program itself is the larger part.
    is_large = objects >= 40_000
    table.row("their memory", f"{memory[0]:.0f} MiB", f"{memory[1]:.0f} MiB", f"{bytes_each:.1f} bytes a byte",
              memory[0] < memory[1] and (bytes_each <= 6 or not is_large),
              "less, and 6 bytes a byte of output" if is_large else "less")


def checks(ours, helm, folder, environment, table):
    """Golden files checked in a second, and renders that `helm template` makes in one. What a case has in common with
    others is not rendered again, so both kinds of cases are measured: seven values files in turns, and all different."""
    chart = folder / "default"
    for name, values_files, bound in [("", 7, 100), (", all of them different", 1000, None)]:
        cases = folder / f"cases-{values_files}"
        cases.mkdir()
        for index in range(1000):
            replicas = index % values_files + 1
            (cases / f"case{index}.values.yaml").write_text(f"service:\n  server:\n    replicas: {replicas}\n")
        subprocess.run([ours, "check", "--update", "--force", str(cases)], env=environment, check=True, capture_output=True)
        commands = [[ours, "check", "-q", str(cases)], [helm, "template", RELEASE, str(chart)]]
        times = medians(commands, 7, environment)
        ratio = times[1] / times[0] * 1000
        table.row(f"golden files checked in a second{name}", f"{1000 / times[0]:.0f}", f"{1 / times[1]:.0f} renders",
                  f"{ratio:.0f}", bound is None or ratio >= bound, f"at least {bound} times as many" if bound else "")


def milliseconds(seconds):
    return f"{seconds * 1e3:.1f} ms" if seconds < 0.1 else f"{seconds * 1e3:.0f} ms"


def medians(commands, runs, environment):
    """Medians of the seconds that each command takes, in alternating runs."""
    for command in commands:
        run(command, environment)  # once for the disk's cache
    times = [[run(command, environment) for command in commands] for _ in range(runs)]
    return [statistics.median(column) for column in zip(*times)]


def target():
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def find(name, folders):
    path = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    return shutil.which(name, path=path) or sys.exit(f"there is no {name}; looked in {path}")


def make_chart(ours, folder):
    """Our own manifests as Go templates, a file for each object."""
    chart = folder
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
    if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: differences or findings
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
