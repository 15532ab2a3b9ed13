"""What every package has beside the program: manual page, completions, texts and licences."""

import json
import os
import shutil
from pathlib import Path

from source import ROOT, run

# Where Debian, Homebrew and bash-completion look for them.
COMPLETIONS = {
    "bash": "swanlab-render.bash",
    "zsh": "_swanlab-render",
    "fish": "swanlab-render.fish",
    "powershell": "swanlab-render.ps1",
    "elvish": "swanlab-render.elv",
}


def gather(program, target, folder):
    """Puts all that is packed into a folder; `[package.metadata.deb]` in Cargo.toml and Containerfile name it too."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "completions").mkdir(parents=True)
    shutil.copyfile(program, folder / target.program)
    os.chmod(folder / target.program, 0o755)
    (folder / "swanlab-render.1").write_bytes(run(program, "man"))
    for shell, name in COMPLETIONS.items():
        (folder / "completions" / name).write_bytes(run(program, "completions", shell))
    for text in ("README.md", "CHANGELOG.md", "COMPATIBILITY.md", "LICENSE"):
        shutil.copyfile(ROOT / text, folder / text)
    (folder / "THIRD-PARTY.txt").write_text(licences(target), encoding="utf-8")


def files(folder, program):
    """Everything in such a folder: a map from name to (bytes, mode)."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            found[name] = (path.read_bytes(), 0o755 if name == program else 0o644)
    return found


def licences(target):
    """The licences of what is linked into the program, as their authors wrote them."""
    metadata = json.loads(
        run("cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target.triple)
    )
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    linked, waiting = set(), [root]
    while waiting:
        for dependency in nodes[waiting.pop()]["deps"]:
            kinds = [kind["kind"] for kind in dependency["dep_kinds"]]
            if None in kinds and dependency["pkg"] not in linked:
                linked.add(dependency["pkg"])
                waiting.append(dependency["pkg"])
    parts = ["The program contains the following libraries.\n"]
    for package in sorted((packages[id] for id in linked), key=lambda one: (one["name"], one["version"])):
        parts.append(f"\n{'=' * 78}\n{package['name']} {package['version']}: {package['license']}\n")
        folder = Path(package["manifest_path"]).parent
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE")):
                text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
                parts.append(f"{'-' * 78}\n{text.strip()}\n")
    return "".join(parts)
