"""Records objects.jsonl: what Helm makes of the overrides with the official charts of their versions.

    python3 record.py HELM CHARTS

CHARTS has a folder for each version (`git archive self-hosted-0.1.5 charts/self-hosted`, without its dependencies).
"""

import json
import pathlib
import subprocess
import sys

import yaml

helm, charts = sys.argv[1], pathlib.Path(sys.argv[2])
here = pathlib.Path(__file__).parent


def flatten(value, path, found):
    if isinstance(value, dict) and value:
        for key, below in value.items():
            flatten(below, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}", found)
    elif isinstance(value, list) and value:
        for index, below in enumerate(value):
            name = below.get("name") if isinstance(below, dict) else None
            flatten(below, f"{path}/[{name}]" if name else f"{path}/{index}", found)
    else:
        found[path] = value
    return found


def render(version, *flags):
    command = [helm, "template", "swanlab-self-hosted", charts / version, "-n", "swanlab", *flags]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    objects = [one for one in yaml.safe_load_all(text) if one]
    return {(one["kind"], one["metadata"]["name"]): flatten(one, "", {}) for one in objects}


lines = []
for file in sorted(here.glob("overrides/*.yaml")):
    for version in file.read_text().splitlines()[0].removeprefix("# charts: ").split(" "):
        before = render(version)
        for (kind, name), fields in render(version, "-f", file).items():
            for path, value in fields.items():
                # With other names, every field with a name differs.
                if file.stem == "names" and path != "/metadata/name" and "claimName" not in path:
                    continue
                if before.get((kind, name), {}).get(path, fields) != value:
                    lines.append(json.dumps([file.stem, version, kind, name, path, value]))
(here / "objects.jsonl").write_text("\n".join(lines) + "\n")
