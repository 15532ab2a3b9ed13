"""Builds the packages of one platform, installs each, and runs what was installed: `just dist`.

The results are in target/dist. Two builds of one commit give the same bytes; `--twice` proves it.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import contents
import installed
import packages
import source
import targets

OUT = source.ROOT / "target/dist"
# What is only needed on the way there.
WORK = source.ROOT / "target/packaging"
# The address in the manifests of krew and Homebrew unless one is given: a name that never leads anywhere.
NOWHERE = "https://example.invalid/swanlab-render"


@dataclass
class Release:
    """One version for one platform."""

    version: str
    epoch: int
    target: targets.Target
    targets: list
    out: Path
    cargo: Path
    contents: Path


def main():
    arguments = parsed()
    # Everybody can read what is packed, whoever packs it.
    os.umask(0o022)
    if arguments.index:
        index(arguments.index, arguments.url or NOWHERE)
        return
    if arguments.twice:
        twice(arguments)
        return
    release = Release(
        version=source.version(),
        epoch=source.epoch(),
        target=targets.named(arguments.target) if arguments.target else source.host(),
        targets=targets.TARGETS,
        out=packages.empty(OUT),
        cargo=WORK / "cargo",
        contents=WORK / "contents",
    )
    made = make(release)
    index(OUT, arguments.url or NOWHERE)
    if not arguments.url:
        print(f"note: the manifests of krew and Homebrew name {NOWHERE}; `--url BASE` sets where the archives will be")
    if arguments.no_install:
        return
    if not source.may_run(release.target):
        raise SystemExit(f"error: this machine cannot run programs for {release.target.triple}: use --no-install")
    failed = installed.check(release, made)
    if failed:
        raise SystemExit("error: " + ", ".join(failed))


def parsed():
    parser = argparse.ArgumentParser(prog="packaging/dist", description=__doc__.split("\n")[0])
    parser.add_argument("--target", metavar="TRIPLE", help="the platform (default: this one)")
    parser.add_argument("--url", metavar="BASE", help="where the archives will be, for krew and Homebrew")
    parser.add_argument("--no-install", action="store_true", help="build only")
    parser.add_argument("--twice", action="store_true", help="build a clone of the commit too, and compare all bytes")
    parser.add_argument("--index", metavar="FOLDER", type=Path,
                        help="write the manifests and SHA256SUMS for the archives of a folder, and build nothing")
    return parser.parse_args()  # fmt: skip


def make(release):
    """Builds all packages: a map from kind to files. What needs a missing tool is left out, and a line says so."""
    start = time.monotonic()
    program = source.build(release.target, release.cargo)
    print(f"built {release.target.triple} in {time.monotonic() - start:.0f} s", flush=True)
    contents.gather(program, release.target, release.contents)
    made = {"archive": [packages.archive(release)], "npm": packages.npm(release)}
    needs = [("deb", "cargo-deb"), ("wheel", "maturin"), ("sbom", "cargo-cyclonedx")]
    for kind, tool in needs:
        if kind == "deb" and release.target.os != "linux":
            continue
        if shutil.which(tool):
            made[kind] = [getattr(packages, kind)(release)]
        else:
            print(f"skipped: {kind} is not built ({tool} is not installed; packaging/tools brings it)")
    return made


def index(folder, url):
    """Writes what depends on all archives of a folder."""
    version = source.version()
    packages.krew(folder, version, url.rstrip("/"), targets.TARGETS)
    packages.homebrew(folder, version, url.rstrip("/"), targets.TARGETS)
    packages.checksums(folder)


def twice(arguments):
    """Builds the commit here and in a clone of another name, and compares the checksums of all files."""
    if source.run("git", "status", "--porcelain"):
        raise SystemExit("error: there are changes that are not committed; a clone would not have them")
    options = ["--no-install"]
    for option in ("target", "url"):
        if getattr(arguments, option):
            options += [f"--{option}", getattr(arguments, option)]
    sums = []
    with tempfile.TemporaryDirectory(prefix="swanlab-render-again-") as folder:
        clone = Path(folder) / "a clone"
        source.run("git", "clone", "--quiet", source.ROOT, clone)
        for root in (source.ROOT, clone):
            # From nothing, so that nothing is compared with itself.
            shutil.rmtree(root / "target/packaging", ignore_errors=True)
            source.run(sys.executable, "-B", root / "packaging/dist", *options, cwd=root, stdout=None)
            sums.append((root / "target/dist/SHA256SUMS").read_text(encoding="utf-8"))
    one, other = (set(text.splitlines()) for text in sums)
    if one != other:
        lines = "\n".join(sorted(one ^ other))
        raise SystemExit(f"error: two builds of one commit differ:\n{lines}")
    print(f"both builds gave the same {len(one)} files")


if __name__ == "__main__":
    main()
