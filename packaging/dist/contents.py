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
    # The README leads to them.
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("site"))
    (folder / "THIRD-PARTY.txt").write_text(licences(target), encoding="utf-8")


def files(folder, program):
    """Everything in such a folder: a map from name to (bytes, mode)."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            executable = name == program or path.stat().st_mode & 0o100
            found[name] = (path.read_bytes(), 0o755 if executable else 0o644)
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
    # Most texts are the same: each is written once, with the names of all that have it.
    texts = {}
    for package in sorted((packages[id] for id in linked), key=lambda one: (one["name"], one["version"])):
        name = f"{package['name']} {package['version']} ({package['license']})"
        for path in sorted(Path(package["manifest_path"]).parent.iterdir()):
            if path.is_file() and path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE")):
                text = path.read_text(encoding="utf-8", errors="replace")
                text = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
                texts.setdefault(text, []).append(name)
        if name not in [one for names in texts.values() for one in names]:
            texts.setdefault("There is no text of the licence with this library.", []).append(name)
    parts = [
        "The program contains the libraries below, and the standard library of Rust (Apache-2.0 OR MIT).\n"
    ]
    if target.os == "linux":
        parts.append(
            "It also contains the GNU C Library (LGPL-2.1-or-later, https://www.gnu.org/licenses/old-licenses/lgpl-2.1.html).\n"
            "The source of the program is free, so it can be linked with another version of that library.\n"
        )
    for text, names in sorted(texts.items(), key=lambda one: one[1]):
        parts.append(f"\n{'=' * 78}\n" + "".join(f"{name}\n" for name in dict.fromkeys(names)))
        parts.append(f"{'-' * 78}\n{text}\n")
    return "".join(parts)
