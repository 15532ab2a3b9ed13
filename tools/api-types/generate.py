#!/usr/bin/env python3
"""Writes src/kubernetes/types/api-types.deflate: the Kubernetes API types of 1.24 to 1.37.

The source is the strict JSON schemas in two wheels of `kubernetes-validate` on PyPI, which are made
from Kubernetes' own OpenAPI documents. Usage: `python3 tools/api-types/generate.py [DOWNLOADS]`;
DOWNLOADS keeps the wheels between runs. `--text` prints the data instead of writing the file.

The text that is compressed (UTF-8, one fact a line, sorted, the same for the same wheels):

    minors 24 37
    kind Deployment apps/v1 apps.v1.Deployment 20-37   a kind, where it is found, when it is served
    apps.v1.DeploymentStrategy:                        a type; its fields follow
    rollingUpdate apps.v1.RollingUpdateDeployment 24-37
    type string 24-37                                  name, type, minor versions; `!` is required

A type is string, bytes, time, integer, int32, int64, number, boolean, quantity, int-or-string, any, the
name of another type, or `[]T` and `{}T`, a list and a map of those.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib

# Which wheel has which minor versions. The types begin with 1.24; of the four before, only the kinds
# are kept, to tell since when one is gone.
WHEELS = {"1.28.3": range(20, 25), "1.37.0": range(25, 38)}
FIRST, LAST = 24, 37
TARGET = pathlib.Path(__file__).resolve().parents[2] / "src/kubernetes/types/api-types.deflate"

# Required in the schemas because Go always writes them, yet accepted without: the server's
# defaults (pkg/apis/*/v1/defaults.go) or an empty value that its validation takes.
OPTIONAL_IN_FACT = {
    ("apps.v1.StatefulSetSpec", "serviceName"),
    ("apps.v1.ControllerRevision", "revision"),
    ("batch.v1.PodFailurePolicyOnPodConditionsPattern", "status"),
    ("batch.v1.PodFailurePolicyRule", "onPodConditions"),
    ("core.v1.HTTPHeader", "value"),
    ("core.v1.ISCSIPersistentVolumeSource", "lun"),
    ("core.v1.ISCSIVolumeSource", "lun"),
    ("core.v1.LimitRangeSpec", "limits"),
    ("core.v1.PreferredSchedulingTerm", "preference"),
    ("core.v1.Sysctl", "value"),
    ("networking.v1.NetworkPolicySpec", "podSelector"),
    ("rbac.v1.ClusterRole", "rules"),
    ("rbac.v1.Role", "rules"),
    ("rbac.v1.RoleRef", "apiGroup"),
    ("scheduling.v1.PriorityClass", "value"),
    ("storage.v1.TokenRequest", "audience"),
}

# Types that have a grammar of their own, and types whose content is free.
SPECIAL = {
    "resource.Quantity": "quantity",
    "intstr.IntOrString": "int-or-string",
    "meta.v1.Time": "time",
    "meta.v1.MicroTime": "time",
}
SCALARS = {
    ("string", None): "string",
    ("string", "byte"): "bytes",
    ("integer", None): "integer",
    ("integer", "int32"): "int32",
    ("integer", "int64"): "int64",
    ("number", None): "number",
    ("number", "double"): "number",
    ("boolean", None): "boolean",
    ("object", None): "any",
}


def definitions(downloads):
    """The definitions of every minor version."""
    found = {}
    for wheel, minors in WHEELS.items():
        path = downloads / f"kubernetes_validate-{wheel}-py3-none-any.whl"
        if not path.exists():
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
                + ["--only-binary", ":all:", "--dest", str(downloads), f"kubernetes-validate=={wheel}"],
                check=True,
            )
        with zipfile.ZipFile(path) as archive:
            for minor in minors:
                folder = f"kubernetes_validate/kubernetes-json-schema/v1.{minor}.0-local-strict"
                document = json.loads(archive.read(f"{folder}/_definitions.json"))
                found[minor] = document.get("$defs") or document["definitions"]
    return found


def short(name):
    """`io.k8s.api.core.v1.Container` is `core.v1.Container`."""
    name = name.rsplit("/", 1)[-1]
    for prefix in (
        "io.k8s.api.",
        "io.k8s.apimachinery.pkg.apis.",
        "io.k8s.apimachinery.pkg.api.",
        "io.k8s.apimachinery.pkg.util.",
        "io.k8s.apimachinery.pkg.",
        "io.k8s.apiextensions-apiserver.pkg.apis.",
        "io.k8s.kube-aggregator.pkg.apis.",
    ):
        name = name.removeprefix(prefix)
    return name


def notation(schema, defs):
    """A schema in the notation of the data file."""
    if "$ref" in schema:
        name = short(schema["$ref"])
        if name in SPECIAL:
            return SPECIAL[name]
        target = defs[schema["$ref"].rsplit("/", 1)[-1]]
        return name if target.get("properties") else notation(target, defs)
    kinds = schema.get("type")
    if kinds is None:
        return "any"
    kinds = [kinds] if isinstance(kinds, str) else kinds
    [kind] = [kind for kind in kinds if kind != "null"]
    if kind == "array":
        return "[]" + notation(schema["items"], defs)
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return "{}" + notation(schema["additionalProperties"], defs)
    return SCALARS[kind, schema.get("format")]


def is_kind(schema, group_version_kind):
    """Whether a type is an object of its own: no list, no options of a request."""
    properties = schema.get("properties", {})
    return {"apiVersion", "kind", "metadata"} <= set(properties) and not group_version_kind["kind"].endswith("List")


def ranges(minors):
    """Runs of minor versions: [24, 25, 27] is 24-25 and 27-27."""
    minors = sorted(minors)
    starts = [minor for minor in minors if minor - 1 not in minors]
    ends = [minor for minor in minors if minor + 1 not in minors]
    return [f"{start}-{end}" for start, end in zip(starts, ends)]


def referred(kind_types, fields):
    """The types that are reached from the kinds."""
    reached, waiting = set(), sorted(kind_types)
    while waiting:
        name = waiting.pop()
        if name in fields and name not in reached:
            reached.add(name)
            waiting += [re.sub(r"^([\[{][\]}])+", "", kind) for (_, kind, _) in fields[name]]
    return reached


def text(versions):
    """The whole data as text."""
    kinds, fields = {}, {}
    for minor, defs in versions.items():
        for full, schema in defs.items():
            name = short(full)
            for entry in schema.get("x-kubernetes-group-version-kind", []):
                if is_kind(schema, entry):
                    api_version = "/".join(filter(None, (entry["group"], entry["version"])))
                    kinds.setdefault((entry["kind"], api_version, name), set()).add(minor)
            if minor < FIRST:
                continue
            for field, inner in schema.get("properties", {}).items():
                required = field in schema.get("required", []) and (name, field) not in OPTIONAL_IN_FACT
                key = (field + "!" * required, notation(inner, defs), name)
                fields.setdefault(name, {}).setdefault(key, set()).add(minor)
    lines = [f"minors {FIRST} {LAST}"]
    for (kind, api_version, name), minors in sorted(kinds.items()):
        lines += [f"kind {kind} {api_version} {name} {run}" for run in ranges(minors)]
    for name in sorted(referred({name for (_, _, name) in kinds}, fields)):
        lines.append(f"{name}:")
        for (field, kind, _), minors in sorted(fields[name].items()):
            lines += [f"{field} {kind} {run}" for run in ranges(minors)]
    return "\n".join(lines) + "\n"


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--text"]
    with tempfile.TemporaryDirectory() as folder:
        data = text(definitions(pathlib.Path(arguments[0] if arguments else folder)))
    if "--text" in sys.argv:
        sys.stdout.write(data)
        return
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    TARGET.write_bytes(compressor.compress(data.encode()) + compressor.flush())
    print(f"{TARGET}: {TARGET.stat().st_size} bytes, {len(data)} as text, {data.count(chr(10))} lines")


if __name__ == "__main__":
    main()
